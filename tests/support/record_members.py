"""Members and epochs as the operations of a record make them: section 7 of docs/protocol.md, with 9 and 11."""

from record_formats import *

MEMBERS_MAX = 50
IDENTITIES_MAX = 256
NONE, PLAYER, JOINING, MEMBER, LEAVING, EJECTED, WAITING = range(7)


class Identity:
    def __init__(self):
        self.seq = 0
        self.standing = NONE
        self.bot = False
        self.seated = False
        self.rekeyed = False
        self.sent_away = False
        self.ballots = {}  # yes or no by voter
        self.net_key = ZERO


class Attempt:
    def __init__(self, dkg_id, candidates):
        self.dkg_id = dkg_id
        self.candidates = candidates  # of class Member, ordered
        self.ids = [m.id for m in candidates]
        self.phase = KEYS
        self.done = set()  # candidates whose operation of this phase is in
        self.keys = {}  # EK by id
        self.deals, self.payloads = {}, {}
        self.absent = {}
        self.hash = ZERO
        self.dice = None


READY = 0


class Table:
    """What the operations say about members and keys. `later_keys` holds the authors of KEYS by dkg_id."""

    def __init__(self, genesis, later_keys):
        self.game_id = genesis.game_id
        self.seats, self.asks = genesis.seats, genesis.asks
        self.later_keys = later_keys
        self.epoch = 0
        self.members = genesis.members
        self.members_hash = members_hash(self.members)
        self.dkg_hash = ZERO
        self.dice = None
        self.dkg_id = 0
        self.attempt = None
        self.rekey_wanted = True
        self.identities = genesis.identities or {genesis.members[0].id: Identity()}
        if not genesis.identities:
            founder = self.identities[genesis.members[0].id]
            founder.standing, founder.seated, founder.net_key = MEMBER, True, genesis.members[0].net_key
        self.end_block()

    def candidates(self):
        ids = sorted(k for k, v in self.identities.items() if v.standing in (MEMBER, JOINING))
        return [Member(k, ZERO, self.identities[k].net_key) for k in ids]

    def end_block(self):
        candidates = self.candidates()
        changed = [m.id for m in candidates] != [m.id for m in self.members]
        if self.attempt is None and candidates and (self.rekey_wanted or changed):
            self.dkg_id += 1
            self.attempt = Attempt(self.dkg_id, candidates)
            self.rekey_wanted = False

    def drop(self, identity):
        if self.attempt is not None and identity in self.attempt.ids:
            self.attempt = None

    def admits(self, op):
        """May this author's operation stand here; adds whoever is new."""
        identity = self.identities.get(op.author)
        if identity is not None and identity.standing != NONE:
            return True
        if op.kind != JOIN or (identity is None and len(self.identities) >= IDENTITIES_MAX):
            return False
        if not self.ticket_right(op):
            return False
        self.identities.setdefault(op.author, Identity())
        return True

    def ticket_right(self, op):
        try:
            r = Reader(op.payload)
            bot, net_key, name, sponsor, ticket = r.flag(), r.take(32), r.lp(), r.take(32), r.take(64)
            r.end()
        except Bad:
            return False
        known = self.identities.get(sponsor)
        if len(name) > 64 or known is None or known.standing not in (MEMBER, LEAVING):
            return False
        body = op.author + net_key + lp(name) + uint(bot, 1)
        return ed25519_right(ticket, signed_bytes(b"ticket", self.game_id, 0, 0, body), sponsor)

    def may_sit(self, author):
        """Seats are state of the game: when they may be full, what the author does next tells [7]."""
        taken = sum(i.seated and i.standing != NONE for i in self.identities.values())
        joining = sum(i.standing == JOINING for i in self.identities.values())
        if joining + sum(i.standing == MEMBER for i in self.identities.values()) >= MEMBERS_MAX:
            return False
        return taken < self.seats or any(author in self.later_keys.get(i, ()) for i in range(self.dkg_id, self.dkg_id + 8))

    def apply(self, op):
        """An authored operation that may stand where it stands. A refusal changes nothing."""
        identity = self.identities[op.author]
        if identity.standing == EJECTED or op.kind == GAME:
            return
        try:
            {
                JOIN: self.join,
                LEAVE: self.leave,
                REKEY: self.rekey,
                KEYS: self.post_keys,
                DEAL: self.post_deal,
                ACK: self.post_ack,
                COMPLAIN: self.complain,
                ABSENT: self.say_absent,
                BALLOT: self.ballot,
            }[op.kind](op, identity)
        except Bad:
            pass  # refused: the operation stands, and does nothing

    def join(self, op, identity):
        if not self.ticket_right(op):
            raise Bad("ticket")
        r = Reader(op.payload)
        bot, net_key = r.flag(), r.take(32)
        asks = self.asks and not bot and (identity.standing != PLAYER or identity.sent_away)
        if identity.standing == WAITING and asks:
            pass  # whether the one before was refused is a question of seats
        elif identity.standing not in (NONE, PLAYER) or (identity.standing == PLAYER and identity.bot != bot):
            raise Bad("already here")
        if not bot and not asks and not self.may_sit(op.author):
            raise Bad("full")
        identity.bot, identity.net_key = bot, net_key
        identity.sent_away, identity.ballots = False, {}
        identity.standing = PLAYER if bot else WAITING if asks else JOINING
        identity.seated = identity.seated or bot

    def leave(self, op, identity):
        Reader(op.payload).end()
        if identity.standing == MEMBER:
            identity.standing = LEAVING
        elif identity.standing in (JOINING, WAITING):
            self.stand_down(op.author)

    def rekey(self, op, identity):
        Reader(op.payload).end()
        a = self.attempt
        if identity.standing in (MEMBER, JOINING) and not identity.rekeyed:
            identity.rekeyed = True
            if a is None or op.author not in a.ids or op.author in a.keys:
                self.drop(op.author)
                self.rekey_wanted = True
        elif identity.standing == PLAYER and not identity.bot and not identity.sent_away and self.may_sit(op.author):
            identity.standing = JOINING

    def candidate(self, op, dkg_id, phase):
        a = self.attempt
        if a is None or a.dkg_id != dkg_id or op.author not in a.ids or a.phase != phase or op.author in a.done:
            raise Bad("not now")
        return a, a.ids.index(op.author)

    def advance(self, author, following):
        a = self.attempt
        a.done.add(author)
        a.absent.pop(author, None)
        if len(a.done) == len(a.ids):
            a.phase, a.done = following, set()
            return True
        return False

    def post_keys(self, op, _):
        r = Reader(op.payload)
        dkg_id, vote_key, key = r.uint(4), r.take(32), r.take(32)
        r.end()
        a, i = self.candidate(op, dkg_id, KEYS)
        if not valid_point(key):
            raise Bad("EK")
        a.candidates[i].vote_key = vote_key
        a.keys[op.author] = key
        self.advance(op.author, DEAL)

    def post_deal(self, op, _):
        a, i = self.candidate(op, Reader(op.payload).uint(4), DEAL)
        deal = Deal(op.payload, len(a.ids))
        if any(d.key == deal.key for d in a.deals.values()):
            raise Bad("a copied key")
        deal.check(self.game_id, i + 1)
        a.deals[op.author], a.payloads[op.author] = deal, op.payload
        if self.advance(op.author, ACK):
            deals = [a.deals[k] for k in a.ids]
            a.hash = dkg_hash(a.dkg_id, members_hash(a.candidates), deals)
            a.dice = DiceKey(deals, len(a.ids))
            if not a.dice.usable:
                self.attempt = None
                self.rekey_wanted = True

    def post_ack(self, op, _):
        r = Reader(op.payload)
        dkg_id, digest = r.uint(4), r.take(32)
        r.end()
        a, _ = self.candidate(op, dkg_id, ACK)
        if digest != a.hash:
            raise Bad("another key")
        self.advance(op.author, READY)

    def complain(self, op, _):
        r = Reader(op.payload)
        dkg_id, dealer, point, proof = r.uint(4), r.uint(2), r.take(32), r.take(64)
        r.end()
        a, i = self.candidate(op, dkg_id, ACK)
        if not 1 <= dealer <= len(a.ids):
            raise Bad("no such dealer")
        deal = a.deals[a.ids[dealer - 1]]
        own_key = a.keys[op.author]
        if not dleq_right(CTX_COMPLAINT, G, own_key, [(deal.key, point)], proof):
            raise Bad("proves nothing")
        body = deal_context(self.game_id, dkg_id, dealer) + lp(uint(i + 1, 2)) + lp(deal.key) + lp(own_key) + lp(point) + b"Pad"
        share = (deal.shares[i] - hash_to_scalar(CTX, body)) % L
        honest = multiply(share, G) == evaluate(deal.commitments, i + 1)
        self.eject(op.author if honest else a.ids[dealer - 1])

    def say_absent(self, op, _):
        r = Reader(op.payload)
        dkg_id, subject = r.uint(4), r.take(32)
        r.end()
        a, n = self.attempt, len(self.members)
        ids = [m.id for m in self.members]
        if op.author not in ids or a is None or a.dkg_id != dkg_id or subject not in a.ids or subject == op.author:
            raise Bad("not now")
        if a.phase == READY or subject in a.done:
            raise Bad("nobody waits for it")
        said = a.absent.setdefault(subject, set())
        said.add(op.author)
        needed = quorum(n) if subject in ids else max((n - 1) // 3 + 1, min(n, 2))
        if len(said) >= needed:
            if self.identities[subject].standing != LEAVING:
                self.stand_down(subject)
            self.drop(subject)

    def stand_down(self, subject):
        identity = self.identities[subject]
        identity.standing, identity.ballots = PLAYER if identity.seated else NONE, {}
        self.drop(subject)

    def ballot(self, op, _):
        r = Reader(op.payload)
        question, yes, subject = r.uint(1), r.flag(), r.take(32)
        r.end()
        known = self.identities.get(subject)
        asked = {1: (WAITING,), 2: (JOINING, MEMBER)}.get(question, ())
        voter = op.author in [m.id for m in self.members]
        if not voter or known is None or known.standing not in asked or subject == op.author:
            raise Bad("not asked")
        known.ballots[op.author] = yes
        self.decide(subject)

    def decide(self, subject):
        identity, n = self.identities[subject], len(self.members)
        yes = sum(identity.ballots.values())
        no = len(identity.ballots) - yes
        if identity.standing == WAITING:
            if yes > n // 2 and self.may_sit(subject):
                identity.standing, identity.ballots = JOINING, {}
            elif yes > n // 2 or n - no <= n // 2:
                self.stand_down(subject)
        elif n >= 3 and yes >= min(quorum(n), n - 1):
            identity.sent_away = True
            if identity.standing == MEMBER:
                identity.standing, identity.ballots = LEAVING, {}
                self.drop(subject)
            else:
                self.stand_down(subject)

    def eject(self, culprit):
        self.identities[culprit].standing = EJECTED
        self.identities[culprit].ballots = {}
        self.drop(culprit)

    def switch(self, payload):
        """The attempt that made the new epoch."""
        r = Reader(payload)
        dkg_id, digest = r.uint(4), r.take(32)
        r.end()
        a = self.attempt
        if a is None or a.phase != READY or (a.dkg_id, a.hash) != (dkg_id, digest):
            raise Bad("an epoch switch without a finished key generation")
        old, self.members, self.dice = self.members, a.candidates, a.dice
        self.epoch += 1
        self.members_hash, self.dkg_hash = members_hash(self.members), a.hash
        self.attempt = None
        for identity in self.identities.values():
            identity.rekeyed = False
        for member in old:
            if member.id not in a.ids and self.identities[member.id].standing == LEAVING:
                self.identities[member.id].standing = PLAYER
        for member in self.members:
            identity = self.identities[member.id]
            if identity.standing == JOINING:
                identity.standing, identity.seated = MEMBER, True
        self.ballots_follow()
        return a

    def ballots_follow(self):
        ids = {m.id for m in self.members}
        for subject, identity in sorted(self.identities.items()):
            if identity.ballots:
                identity.ballots = {k: v for k, v in identity.ballots.items() if k in ids}
                self.decide(subject)

    def evidence(self, payload):
        """[11]"""
        r = Reader(payload)
        form = r.uint(1)
        if form == 1:
            culprit = self.judge_votes(Vote(r), Vote(r))
        elif form == 2:
            culprit = self.judge_ops(Op(r.lp()), Op(r.lp()))
        else:
            raise Bad("evidence of no known form")
        r.end()
        identity = self.identities.get(culprit)
        if identity is None or identity.standing == EJECTED:
            raise Bad("evidence that proves nothing")
        self.eject(culprit)

    def judge_votes(self, a, b):
        kinds = {a.kind, b.kind}
        conflict = kinds == {NULLIFY, FINALIZE} or (len(kinds) == 1 and a.kind != NULLIFY and a.digest != b.digest)
        same = (a.voter, a.epoch, a.view) == (b.voter, b.epoch, b.view) and a.epoch == self.epoch
        if not (conflict and same and a.right(self.game_id, self.members) and b.right(self.game_id, self.members)):
            raise Bad("evidence that proves nothing")
        return self.members[a.voter].id

    def judge_ops(self, a, b):
        same = (a.author, a.seq) == (b.author, b.seq) and not a.block_op and not b.block_op
        differ = (a.kind, a.payload) != (b.kind, b.payload) and not (a.kind == JOIN and b.kind == JOIN)
        if not (same and differ and a.signature_right(self.game_id) and b.signature_right(self.game_id)):
            raise Bad("evidence that proves nothing")
        return a.author
