"""What stands in a record, by docs/protocol.md: genesis, operations, blocks, votes, deals, shares. Reading only; a constructor
raises Bad for anything malformed."""

from record_group import *

ZERO = bytes(32)
HEADER_BYTES = 254
GAME, JOIN, LEAVE, KEYS, REKEY, DEAL, ACK, COMPLAIN, ABSENT, RESULT, EPOCH_SWITCH, EVIDENCE, BALLOT = range(1, 14)
BLOCK_OPS = (RESULT, EPOCH_SWITCH, EVIDENCE)
NOTARIZE, NULLIFY, FINALIZE = range(3)
VOTE_NAMES = (b"notarize", b"nullify", b"finalize")


def read_rules(r):
    """Reads house rules: how many may sit, and whether the members are asked who comes in."""
    r.take(9 + 24)
    r.lp()
    r.take(6)
    seats = r.uint(2)
    r.take(8 + 2 + 2 + 2 + 1)
    asks = r.uint(1) == 1
    r.take(1)
    return seats, asks


class Genesis:
    """[3]"""

    def __init__(self, data):
        r = Reader(data)
        if r.uint(2) != 1:
            raise Bad("another protocol version")
        rules = r.lp()
        founder = Member(r.take(32))
        founder.net_key = r.take(32)
        founder.vote_key = r.take(32)
        self.members = [founder]
        name = r.lp()
        r.take(32)
        r.end()
        if len(rules) > 512 or len(name) > 64:
            raise Bad("malformed: rules or name too long")
        self.game_id = tagged(b"craps/v1/genesis", data)
        self.seats, self.asks = read_rules(Reader(rules))
        self.rolls = 0
        self.identities = None  # the founder alone


class Member:
    def __init__(self, identity, vote_key=ZERO, net_key=ZERO):
        self.id = identity
        self.vote_key = vote_key
        self.net_key = net_key


def members_hash(members):
    body = b"".join(m.id + m.vote_key + m.net_key for m in members)
    return tagged(b"craps/v1/members", uint(len(members), 2) + body)


class Op:
    """[5]"""

    def __init__(self, data):
        r = Reader(data)
        self.kind = r.uint(1)
        self.block_op = self.kind in BLOCK_OPS
        self.author, self.seq, self.signature = ZERO, 0, b""
        if not self.block_op:
            self.author = r.take(32)
            self.seq = r.uint(8)
        self.payload = r.lp()
        if not self.block_op:
            self.signature = r.take(64)
        r.end()
        if not GAME <= self.kind <= BALLOT or (not self.block_op and self.seq == 0):
            raise Bad("malformed operation")
        if len(data) > (1024 if self.kind == GAME else 8192):
            raise Bad("an operation that is too long")
        self.digest = tagged(b"craps/v1/op", data)

    def signature_right(self, game_id):
        body = uint(self.kind, 1) + self.author + self.payload
        return ed25519_right(self.signature, signed_bytes(b"op", game_id, 0, self.seq, body), self.author)


class Header:
    """[6]"""

    def __init__(self, data):
        r = Reader(data)
        if r.uint(2) != 1:
            raise Bad("another block version")
        self.game_id = r.take(32)
        self.epoch = r.uint(4)
        self.view = r.uint(8)
        self.height = r.uint(8)
        self.parent_view = r.uint(8)
        self.parent = r.take(32)
        self.ops_root, self.log_root, self.state_root = r.take(32), r.take(32), r.take(32)
        self.members_hash, self.dkg_hash = r.take(32), r.take(32)
        r.end()
        self.digest = tagged(b"craps/v1/block", data)


class Block:
    def __init__(self, data):
        self.header = Header(data[:HEADER_BYTES])
        r = Reader(data[HEADER_BYTES:])
        if r.left() > 60000:
            raise Bad("a block that is too long")
        count = r.uint(2)
        self.ops = []
        while r.left() > 0:
            self.ops.append(Op(r.lp()))
        if len(self.ops) != count or count > 512:
            raise Bad("malformed: the count of operations")
        if merkle_root(merkle_leaf(op.digest) for op in self.ops) != self.header.ops_root:
            raise Bad("ops_root is not that of the operations")


class Vote:
    """[8.1]"""

    def __init__(self, r):
        self.kind = r.uint(1)
        self.epoch = r.uint(4)
        self.view = r.uint(8)
        self.digest = r.take(32)
        self.voter = r.uint(2)
        self.signature = r.take(64)
        if self.kind > FINALIZE or self.view == 0 or (self.kind == NULLIFY and self.digest != ZERO):
            raise Bad("malformed vote")

    def right(self, game_id, members):
        return self.voter < len(members) and vote_right(
            self.signature, self.kind, game_id, self.epoch, self.view, self.digest, members[self.voter].vote_key
        )


def vote_right(signature, kind, game_id, epoch, view, digest, key):
    body = b"" if kind == NULLIFY else digest
    return ed25519_right(signature, signed_bytes(VOTE_NAMES[kind], game_id, epoch, view, body), key)


class Certificate:
    """[8.2]"""

    def __init__(self, r):
        self.kind = r.uint(1)
        self.epoch = r.uint(4)
        self.view = r.uint(8)
        self.digest = r.take(32)
        signers = r.uint(8)
        self.signers = [i for i in range(64) if signers >> i & 1]
        self.signatures = [r.take(64) for _ in self.signers]

    def check(self, game_id, members):
        if len(self.signers) < quorum(len(members)):
            raise Bad("a certificate of fewer than q members")
        if self.kind > FINALIZE or self.signers[-1] >= len(members):
            raise Bad("a certificate signed by nobody who is a member")
        for i, signature in zip(self.signers, self.signatures):
            key = members[i].vote_key
            if not vote_right(signature, self.kind, game_id, self.epoch, self.view, self.digest, key):
                raise Bad(f"the certificate's signature of member {i} is wrong")
        return len(self.signers)


def check_proof(data, header, game_id, members):
    """[8.3] The certificate that covers the block: how many signatures it has, and the digest of the next block if it names one."""
    r = Reader(data)
    certificate = Certificate(r)
    last, following = header, None
    for _ in range(97):
        if r.left() == 0:
            break
        child = Header(r.take(HEADER_BYTES))
        same = (child.game_id, child.epoch, child.parent, child.parent_view) == (game_id, header.epoch, last.digest, last.view)
        if not same or child.view <= last.view or child.height - last.height not in (0, 1):
            raise Bad("the proof's headers do not follow one another")
        last, following = child, following or child.digest
    r.end()
    if (certificate.kind, certificate.epoch) != (FINALIZE, header.epoch):
        raise Bad("the proof is no finalize certificate of this epoch")
    if (certificate.view, certificate.digest) != (last.view, last.digest):
        raise Bad("the certificate is for another block")
    return certificate.check(game_id, members), following


# Key generation [9]


def deal_context(game_id, dkg_id, dealer):
    return lp(b"DKG") + lp(game_id) + lp(uint(dkg_id, 4)) + lp(uint(dealer, 2))


class Deal:
    def __init__(self, payload, n):
        t = quorum(n)
        r = Reader(payload)
        self.dkg_id = r.uint(4)
        self.commitments = [r.take(32) for _ in range(t)]
        self.key = r.take(32)
        self.shares = [read_scalar(r.take(32)) for _ in range(n)]
        self.c, self.z0, self.z1 = (read_scalar(r.take(32)) for _ in range(3))
        r.end()
        self.digest = tagged(b"craps/v1/deal", payload)

    def check(self, game_id, dealer):
        if not all(map(valid_point, [*self.commitments, self.key])):
            raise Bad("a deal with an invalid point")
        r0 = subtract(multiply(self.z0, G), multiply(self.c, self.commitments[0]))
        r1 = subtract(multiply(self.z1, G), multiply(self.c, self.key))
        body = deal_context(game_id, self.dkg_id, dealer) + b"".join(map(lp, self.commitments)) + lp(self.key)
        body += lp(sha512(b"".join(map(scalar_bytes, self.shares)))) + lp(r0) + lp(r1) + b"PoP"
        if self.c != hash_to_scalar(CTX, body):
            raise Bad("a deal whose proof of possession is wrong")


class DiceKey:
    """What the deals of an attempt add up to."""

    def __init__(self, deals, n):
        self.n, self.t = n, quorum(n)
        self.commitments = [IDENTITY] * self.t
        for deal in deals:
            self.commitments = [add(a, c) for a, c in zip(self.commitments, deal.commitments)]
        self.members = [evaluate(self.commitments, j) for j in range(1, n + 1)]
        self.usable = all(map(valid_point, [self.commitments[0], *self.members]))


def dkg_hash(dkg_id, roster_hash, deals):
    return tagged(b"craps/v1/dkg", uint(dkg_id, 4) + roster_hash + b"".join(d.digest for d in deals))


# Dice [10]


def roll_input(game_id, epoch, view, digest, op_index, roll):
    place = (game_id, uint(epoch, 4), uint(view, 8), digest, uint(op_index, 4), uint(roll, 8))
    return lp(b"ROLL") + b"".join(map(lp, place))


class Share:
    def __init__(self, data):
        self.member = int.from_bytes(data[:2], "big")
        self.sigma = data[2:34]
        self.proof = data[34:98]

    def right(self, key, point):
        if not 1 <= self.member <= key.n:
            return False
        return dleq_right(CTX, G, key.members[self.member - 1], [(point, self.sigma)], self.proof)


def read_result(payload, t):
    """Roll and shares of a RESULT."""
    r = Reader(payload)
    roll, shares = r.uint(8), [Share(r.take(98)) for _ in range(t)]
    r.end()
    return roll, shares


def lagrange(indices, j):
    top = bottom = 1
    for i in indices:
        if i != j:
            top, bottom = top * i % L, bottom * (i - j) % L
    return top * pow(bottom, -1, L) % L


def combine(m, shares):
    indices = [s.member for s in shares]
    sigma = IDENTITY
    for share in shares:
        sigma = add(sigma, multiply(lagrange(indices, share.member), share.sigma))
    return sha512(lp(m) + lp(sigma) + b"Finalize")


def dice_of(out):
    while True:
        for byte in out:
            if byte < 252:
                return [1 + byte % 36 // 6, 1 + byte % 36 % 6]
        out = sha512(b"CRAPS-DICE1-extend" + out)
