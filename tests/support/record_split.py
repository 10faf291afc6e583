"""The genesis of a table that went on after a split: section 3.1 of docs/protocol.md, with 8.3 and 12."""

from record_formats import *
from record_members import JOINING, LEAVING, MEMBER, NONE, PLAYER, WAITING, Identity

STATE_CHUNK_BYTES = 16384


def state_root(data):
    """[12]"""
    chunks = [data[at : at + STATE_CHUNK_BYTES] for at in range(0, len(data), STATE_CHUNK_BYTES)]
    root = merkle_root(merkle_leaf(uint(i, 4) + chunk) for i, chunk in enumerate(chunks))
    return tagged(b"craps/v1/state", uint(len(data), 8) + uint(len(chunks), 4) + root)


def read_roster(r):
    roster = [Member(r.take(32), r.take(32), r.take(32)) for _ in range(r.uint(2))]
    if any(a.id >= b.id for a, b in zip(roster, roster[1:])):
        raise Bad("a roster that is not in order")
    return roster


class State:
    """What section 12 says, as far as a new table needs it."""

    def __init__(self, data):
        r = Reader(data)
        r.take(4)
        flags = r.uint(1)
        self.ended = flags & 8 != 0
        self.members = read_roster(r)
        r.take(32 + 4)
        if flags & 1:
            r.take(32 * quorum(len(self.members)))
        self.identities = dict(self.read_identity(r) for _ in range(r.uint(2)))
        self.skip_attempt(r)
        self.roll_out = self.read_roll(r)
        r.take(32 * bin(r.uint(8)).count("1"))
        self.seats, self.asks = read_rules(r)
        r.take(1 + 4 + 4 + 4 + 4 + 11 * 2 + 13 * 2 + 1 + 8 + 1 + 1 + 1)
        self.rolls = r.uint(8)

    def read_identity(self, r):
        key, identity = r.take(32), Identity()
        identity.net_key = r.take(32)
        r.take(32)
        identity.seq = r.uint(8)
        identity.standing = r.uint(1)
        flags = r.uint(1)
        identity.bot, identity.seated = flags & 1 != 0, flags & 16 != 0
        identity.sent_away = flags & 32 != 0
        r.take(r.uint(1))
        if flags & 64:
            r.take(16)  # ballots: void at a split
        return key, identity

    def skip_attempt(self, r):
        phase = r.uint(1)
        if phase == 0:
            return
        r.take(4)
        n = len(read_roster(r))
        keys, deals, _ = r.uint(8), r.uint(8), r.uint(8)
        for i in range(n):
            r.take(8 + 32 * (keys >> i & 1))
            if deals >> i & 1:
                r.lp()
        r.take(32 if phase >= 3 else 0)

    def read_roll(self, r):
        form = r.uint(1)
        if form == 0:
            return 0
        roll = r.uint(8)
        r.take(8 + (40 if form == 2 else 0))
        return roll


class SplitGenesis:
    """Takes the place of a Genesis; a constructor that returns has checked everything."""

    def __init__(self, data):
        r = Reader(data)
        if len(data) > 60512 or (r.uint(2), r.uint(2)) != (1, 0xFFFF):
            raise Bad("no genesis of a split table")
        self.statement = r.lp()
        self.read_statement(Reader(self.statement))
        signatures = [r.take(64) for _ in self.members]
        header = Header(r.take(HEADER_BYTES))
        proof, electorate, state_bytes = r.lp(), r.lp(), r.take(r.uint(4))
        r.end()
        place = (header.game_id, header.epoch, header.view, header.height, header.digest)
        if place != self.place or state_root(state_bytes) != header.state_root:
            raise Bad("the split's block, state and statement do not belong together")
        state = State(state_bytes)
        void = self.void_roll != state.roll_out
        if members_hash(state.members) != header.members_hash or state.ended or void:
            raise Bad("the split's state is not that of its block")
        voters = self.read_electorate(Reader(electorate), header) if electorate else state.members
        self.check_proof(Reader(proof), header, voters)
        self.check_survivors(signatures, state)
        self.game_id = tagged(b"craps/v1/split", self.statement)
        self.seats, self.asks = state.seats, state.asks
        self.rolls, self.identities = state.rolls, state.identities
        self.settle()

    def read_statement(self, r):
        if r.uint(2) != 1:
            raise Bad("another version")
        self.old_game_id = r.take(32)
        epoch, view, height = r.uint(4), r.uint(8), r.uint(8)
        self.place = (self.old_game_id, epoch, view, height, r.take(32))
        self.void_roll = r.uint(8)
        self.members = read_roster(r)
        r.end()
        if not self.members:
            raise Bad("a split without survivors")

    def check_survivors(self, signatures, state):
        voters = {m.id for m in state.members}
        for member, signature in zip(self.members, signatures):
            message = signed_bytes(b"recover", self.old_game_id, self.place[1], self.place[2], self.statement)
            if not ed25519_right(signature, message, member.id):
                raise Bad("a survivor's signature is wrong")
            known = state.identities.get(member.id)
            fit = known is not None and known.standing in (MEMBER, PLAYER) and known.net_key == member.net_key
            if member.id not in voters or not fit:
                raise Bad("a survivor who was no member")

    def read_electorate(self, r, header):
        voters, want = read_roster(r), header.parent
        while True:
            parent = Header(r.take(HEADER_BYTES))
            if parent.digest != want:
                raise Bad("the electorate's headers do not follow one another")
            if parent.members_hash != header.members_hash:
                break
            want = parent.parent
        r.end()
        if parent.members_hash != members_hash(voters):
            raise Bad("the electorate is not that of the old epoch")
        return voters

    def check_proof(self, r, header, voters):
        certificate, last = Certificate(r), header
        while r.left() > 0:
            child = Header(r.take(HEADER_BYTES))
            same = (child.game_id, child.epoch, child.parent, child.parent_view) == (self.old_game_id, header.epoch, last.digest, last.view)
            grows = child.view > last.view and child.height - last.height in (0, 1)
            if certificate.kind != FINALIZE or not same or not grows:
                raise Bad("the split's proof does not lead to its certificate")
            last = child
        place = (certificate.epoch, certificate.view, certificate.digest)
        if certificate.kind == NULLIFY or place != (header.epoch, last.view, last.digest):
            raise Bad("the split's certificate is for another block")
        certificate.check(self.old_game_id, voters)

    def settle(self):
        survivors = {m.id for m in self.members}
        for key, identity in self.identities.items():
            if key in survivors:
                identity.standing = MEMBER
            elif identity.standing in (MEMBER, JOINING, LEAVING, WAITING):
                identity.standing = PLAYER if identity.seated else NONE
