#!/usr/bin/env python3
"""Checks a table's record by docs/protocol.md alone:  verify_record.py NAME.craps [--example ROLL]

A second opinion in another language: the chain, every signature, certificate, key generation and roll. It does not know the
rules of craps, so stacks, payouts and state roots are not its business. Prints JSON; exit status 0 when everything checks,
1 when something does not, 65 for a file that is no record. Numbers in brackets are sections of that page."""

import json
import sqlite3
import sys
from urllib.parse import quote

from record_formats import *
from record_group import *
from record_members import Table
from record_pack import unpack
from record_split import SplitGenesis, state_root

SCHEMA = [
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL, sum BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE blocks(height INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, view INTEGER NOT NULL, digest BLOB NOT NULL,"
    " bytes BLOB NOT NULL, proof BLOB, votes INTEGER NOT NULL, sum BLOB NOT NULL)",
    "CREATE TABLE epochs(epoch INTEGER PRIMARY KEY, height INTEGER NOT NULL, view INTEGER NOT NULL, digest BLOB NOT NULL,"
    " members BLOB NOT NULL, proof BLOB NOT NULL, sum BLOB NOT NULL)",
    "CREATE TABLE snapshots(height INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, view INTEGER NOT NULL, digest BLOB NOT NULL,"
    " size INTEGER NOT NULL, proof BLOB NOT NULL, sum BLOB NOT NULL)",
    "CREATE TABLE chunks(height INTEGER, chunk INTEGER, frame BLOB NOT NULL, sum BLOB NOT NULL, PRIMARY KEY(height, chunk)) WITHOUT ROWID",
    "CREATE TABLE notes(key TEXT PRIMARY KEY, value BLOB NOT NULL, sum BLOB NOT NULL) WITHOUT ROWID",
]


class NotARecord(Exception):
    pass


def row_sum(kind, numbers, a, b, c):
    """[2]"""
    head = uint(kind, 1) + b"".join(uint(n, 8) for n in numbers)
    head += b"".join(uint(len(x), 8) for x in (a, b, c))
    return tagged(b"craps/v1/record", head + a + b + c)[:8]


def block_row_sum(height, epoch, view, digest, data, proof, votes):
    return row_sum(1, (height, epoch, view, votes), digest, data, proof or b"")


class Record:
    def __init__(self, path):
        try:
            self.rows, meta = self.read(path)
            if meta.keys() != {"genesis", "tag"} or len(meta["tag"]) != 16:
                raise Bad("meta has other rows")
            self.genesis_bytes = meta["genesis"]
            split = self.genesis_bytes[2:4] == b"\xff\xff"
            self.genesis = SplitGenesis(self.genesis_bytes) if split else Genesis(self.genesis_bytes)
        except (sqlite3.Error, Bad, TypeError, AttributeError) as problem:
            raise NotARecord(str(problem)) from None

    def read(self, path):
        db = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)
        try:
            ids = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
            if ids != [0x43524150, 2]:
                raise Bad("another application or schema version")
            found = [r[0] for r in db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")]
            if found != SCHEMA:
                raise Bad("another schema")
            meta = {}
            for key, value, digest in db.execute("SELECT key, value, sum FROM meta"):
                if digest != row_sum(2, (0, 0, 0, 0), key.encode(), value, b""):
                    raise Bad(f"meta {key} is damaged")
                meta[key] = value
            self.beside = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in ("epochs", "snapshots", "chunks", "notes")}
            return db.execute("SELECT height, epoch, view, digest, bytes, proof, votes, sum FROM blocks ORDER BY height").fetchall(), meta
        finally:
            db.close()


class Beside:
    """The tables beside the blocks [2.1], against blocks that were found right; the states by the roots in their headers [12]."""

    def __init__(self, verifier):
        self.v = verifier
        self.blocks = {row[0]: row for row in verifier.record.rows}

    def check(self, tables):
        for epoch, height, view, digest, members, proof, stored in tables["epochs"]:
            self.expect(height, stored == row_sum(5, (epoch, height, view, 0), digest, members, proof), "an epoch's row is damaged")
            self.check_place(height, None, view, digest, proof)
            attempt = self.v.attempts.get(epoch)
            listed = attempt and uint(len(attempt.candidates), 2) + b"".join(m.id + m.vote_key + m.net_key for m in attempt.candidates)
            self.expect(height, members == listed, "an epoch's row lists other members")
        chunks = {}
        for height, chunk, frame, stored in tables["chunks"]:
            self.expect(height, stored == row_sum(4, (height, chunk, 0, 0), frame, b"", b""), "a chunk of a state is damaged")
            chunks.setdefault(height, {})[chunk] = frame
        for height, epoch, view, digest, size, proof, stored in tables["snapshots"]:
            self.expect(height, stored == row_sum(3, (height, epoch, view, size), digest, proof, b""), "a state's row is damaged")
            self.check_place(height, epoch, view, digest, proof)
            frames = chunks.pop(height, {})
            self.expect(height, set(frames) == set(range((size + 16383) // 16384)), "a state's chunks are not all there")
            try:
                state = b"".join(unpack(frames[chunk]) for chunk in sorted(frames))
            except Bad as problem:
                raise Bad(problem.args[0], height) from None
            root = Header(proof[:HEADER_BYTES]).state_root
            self.expect(height, len(state) == size and state_root(state) == root, "a state is not that of its block")
        self.expect(0, not chunks, "chunks of no state")
        for key, value, stored in tables["notes"]:
            self.expect(0, stored == row_sum(6, (0, 0, 0, 0), key.encode(), value, b""), "a note is damaged")

    def expect(self, height, right, what):
        if not right:
            raise Bad(what, height)

    def check_place(self, height, epoch, view, digest, proof):
        row = self.blocks.get(height)
        self.expect(height, row is not None and (row[2], row[3]) == (view, digest), "a row about a block that is not there")
        self.expect(height, epoch in (None, row[1]), "a row about another epoch")
        self.expect(height, Header(proof[:HEADER_BYTES]).digest == digest, "a row with another block's header")
        before = self.v.attempts.get(row[1])
        voters = before.candidates if before else self.v.genesis.members
        check_proof(proof[HEADER_BYTES:], Header(proof[:HEADER_BYTES]), self.v.game_id, voters)


class Verifier:
    def __init__(self, record):
        self.record = record
        self.genesis = record.genesis
        self.game_id = record.genesis.game_id
        self.table = Table(record.genesis, self.authors_of_keys())
        self.log = MerkleRange()
        self.parent = None
        self.parent_digest = self.game_id
        self.switched = True
        self.next_digest = None  # of the next block, when the last proof's headers name it
        self.unproven = 0
        self.places = []  # where the throw that is out may have gone out
        self.counts = {"blocks": 0, "epochs": 1, "operations": 0, "signatures": 0, "dice_proofs": 0}
        self.rolls = []
        self.attempts = {}  # by the epoch that they led to
        self.evidence_of_roll = {}  # place, m, payload and dice key by roll

    def authors_of_keys(self):
        """dkg_id -> authors of KEYS, read loosely: only a hint for Table.may_sit."""
        found = {}
        for row in self.record.rows:
            try:
                for op in Block(row[4]).ops:
                    if op.kind == KEYS:
                        found.setdefault(int.from_bytes(op.payload[:4], "big"), set()).add(op.author)
            except (Bad, TypeError):
                continue
        return found

    def verify(self):
        """None, or the first fault."""
        height = 0
        try:
            for height, row in enumerate(self.record.rows, 1):
                self.check_row(height, row)
            self.check_gap(height)
            if self.unproven > 0:
                height -= self.unproven - 1
                raise Bad("the last blocks have no proof")
            self.check_beside()
        except Bad as problem:
            return {"height": problem.args[1] if len(problem.args) > 1 else height, "what": problem.args[0]}
        return None

    def check_gap(self, height):
        """[2.1] What the record says that it does not have."""
        for key, value, _ in self.record.beside["notes"]:
            if key == "gap" and isinstance(value, bytes) and len(value) == 60:
                low, high = int.from_bytes(value[:8], "big"), int.from_bytes(value[8:16], "big")
                if high > height:
                    raise Bad("blocks are missing", height + 1)
                if low < high:
                    raise Bad("blocks are there that the record says are missing", low + 1)

    def check_beside(self):
        try:
            Beside(self).check(self.record.beside)
        except (TypeError, OverflowError, AttributeError):
            raise Bad("a row beside the blocks is malformed", 0) from None

    def check_row(self, height, row):
        number, epoch, view, digest, data, proof, votes, stored = row
        numbers_fit = all(isinstance(x, int) and x >= 0 for x in (number, epoch, view, votes))
        bytes_fit = all(isinstance(x, bytes) for x in (digest, data, stored)) and (proof is None or isinstance(proof, bytes))
        if not numbers_fit or not bytes_fit or number != height:
            raise Bad("a row is missing or malformed")
        if stored != block_row_sum(number, epoch, view, digest, data, proof, votes):
            raise Bad("the row is damaged: its sum is wrong")
        block = Block(data)
        if (block.header.height, block.header.epoch, block.header.view, block.header.digest) != (number, epoch, view, digest):
            raise Bad("the row is not that of its block")
        self.check_chain(block.header)
        self.check_block(block, proof)

    def check_chain(self, h):
        if h.game_id != self.game_id:
            raise Bad("a block of another table")
        if h.parent != self.parent_digest or h.epoch != self.table.epoch:
            raise Bad("does not follow the block before")
        if h.parent_view != (0 if self.switched else self.parent.view) or h.view <= h.parent_view:
            raise Bad("its views do not follow the block before")
        if self.next_digest not in (None, h.digest):
            raise Bad("the proof of the block before names another block in this place")

    def check_block(self, block, proof):
        h, table = block.header, self.table
        voters, switched = table.members, False
        places = [(h.epoch, h.view, h.digest, index) for index in range(max(len(block.ops), 1))]
        for index, op in enumerate(block.ops):
            if switched:
                raise Bad("an operation after the epoch switch")
            if op.kind == RESULT:
                self.check_result(op.payload)
                places = places[index:]
            elif op.kind == EPOCH_SWITCH:
                attempt = table.switch(op.payload)
                self.attempts[table.epoch] = attempt
                switched = True
            elif op.kind == EVIDENCE:
                table.evidence(op.payload)
                self.counts["signatures"] += 2
            else:
                self.check_author(op)
                table.apply(op)
            self.log.add(merkle_leaf(op.digest))
        table.end_block()
        if self.log.root() != h.log_root:
            raise Bad("log_root is not that of all operations")
        if table.members_hash != h.members_hash:
            raise Bad("members_hash is not that of the members")
        if table.dkg_hash != h.dkg_hash:
            raise Bad("dkg_hash is not that of the dice key")
        self.unproven += 1
        self.next_digest = None
        if proof:
            signatures, following = check_proof(proof, h, self.game_id, voters)
            self.counts["signatures"] += signatures
            self.unproven = 0
            self.next_digest = None if switched else following
        elif switched:
            raise Bad("the last block of an epoch has no proof")
        self.places = [] if switched else self.places + places
        self.counts["blocks"] += 1
        self.counts["operations"] += len(block.ops)
        self.counts["epochs"] += switched
        self.parent, self.parent_digest, self.switched = h, h.digest, switched

    def check_author(self, op):
        if not op.signature_right(self.game_id):
            raise Bad("an operation's signature is wrong")
        if not self.table.admits(op):
            raise Bad("an operation by somebody who is not at the table")
        identity = self.table.identities[op.author]
        if op.seq != identity.seq + 1:
            raise Bad("an operation out of its author's order")
        identity.seq = op.seq
        self.counts["signatures"] += 1 + (op.kind == JOIN and self.table.ticket_right(op))

    def check_result(self, payload):
        """[10]"""
        key = self.table.dice
        if key is None:
            raise Bad("a result without a dice key")
        roll, shares = read_result(payload, key.t)
        if roll != self.genesis.rolls + len(self.rolls) + 1:
            raise Bad("a result of another roll than the next")
        if len({s.member for s in shares}) != key.t:
            raise Bad("a result with two shares of one member")
        for place in reversed(self.places):
            m = roll_input(self.game_id, *place, roll)
            point = hash_to_group(CTX, m)
            if all(s.right(key, point) for s in shares):
                break
        else:
            raise Bad("a share of the result is wrong")
        self.counts["dice_proofs"] += key.t
        self.rolls.append({"roll": roll, "dice": dice_of(combine(m, shares))})
        self.evidence_of_roll[roll] = (place, m, payload, key)
        self.places = []


def example(v, roll):
    """Everything about one roll, as it stands in section 15 of the page: (name, bytes or text)."""
    place, m, payload, key = v.evidence_of_roll[roll]
    epoch, view, digest, op_index = place
    row = next(r for r in v.record.rows if r[3] == digest)
    attempt = v.attempts[epoch]
    yield "genesis", v.record.genesis_bytes
    yield "game_id", v.game_id
    for j, member in enumerate(attempt.candidates, 1):
        yield f"member {j}", member.id + member.vote_key + member.net_key
        yield f"EK {j}", attempt.keys[member.id]
        yield f"deal {j}", attempt.payloads[member.id]
    yield "members_hash", members_hash(attempt.candidates)
    yield "dkg_id", str(attempt.dkg_id)
    yield "dkg_hash", attempt.hash
    for k, point in enumerate(key.commitments):
        yield f"A {k}", point
    for j, point in enumerate(key.members, 1):
        yield f"X {j}", point
    yield "height", str(row[0])
    yield "votes", str(row[6])
    yield "block", row[4]
    yield "block digest", digest
    yield "proof", row[5]
    yield "sum", row[7]
    yield "op index", str(op_index)
    yield "roll", str(roll)
    yield "m", m
    yield "P", hash_to_group(CTX, m)
    yield "result payload", payload
    shares = read_result(payload, key.t)[1]
    for share in shares:
        yield f"lambda {share.member}", scalar_bytes(lagrange([s.member for s in shares], share.member))
    yield "out", combine(m, shares)
    yield "dice", " ".join(map(str, dice_of(combine(m, shares))))


def print_example(path, roll):
    v = Verifier(Record(path))
    if v.verify() is not None or roll not in v.evidence_of_roll:
        print("no such roll in a record that checks", file=sys.stderr)
        return 1
    for name, value in example(v, roll):
        text = value if isinstance(value, str) else value.hex()
        print(f"    {name} = {text[:96]}")
        for at in range(96, len(text), 96):
            print(f"      {text[at : at + 96]}")
    return 0


def report(path):
    """What the program prints, and its exit status."""
    try:
        v = Verifier(Record(path))
    except NotARecord as problem:
        return {"ok": False, "first_fault": {"height": 0, "what": str(problem)}}, 65
    fault = v.verify()
    said = {"ok": fault is None, "table": v.game_id.hex(), **v.counts, "rolls": v.rolls, "first_fault": fault}
    return said, 0 if fault is None else 1


def main(arguments):
    if len(arguments) == 3 and arguments[1] == "--example":
        return print_example(arguments[0], int(arguments[2]))
    if len(arguments) != 1:
        print("usage: verify_record.py NAME.craps [--example ROLL]", file=sys.stderr)
        return 64
    said, status = report(arguments[0])
    print(json.dumps(said))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
