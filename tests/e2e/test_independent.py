"""A second verifier, in Python and by docs/protocol.md alone, over the record of a real table: it accepts what the players lived, and
finds every fault. The page's worked example and published vectors for what the second verifier stands on."""

import ctypes
import json
import os
import shutil
import sqlite3
import sys

from harness import expect, expect_same, main

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, os.pardir, "support"))

import verify_record as vr  # noqa: E402

ROLLS = 16


def play(table):
    """Four members, the last one late, so that there are several epochs. The players, the summary, and the dice by roll."""
    host = table.host("Ann", "--start", 3, "--rolls", ROLLS, strategy=None)
    door = host.wait_event("table_open")
    players = [host, *(table.join(name, door, "--rolls", ROLLS) for name in ("Bo", "Cy"))]
    for number in range(1, ROLLS + 1):
        if number == 3:  # the dice wait for the host to be ready
            players.append(table.join("Dee", door, "--rolls", ROLLS))
            players[-1].wait_event("joined")
        host.send("pass 5")
        host.send("ready")
        host.wait_roll(number)
    summary = expect_same(players)
    dice = {r["roll"]: r["dice"] for r in host.all("roll")}
    for p in players:
        for r in p.all("roll"):
            expect(dice[r["roll"]] == r["dice"], f"{p.name}: roll {r['roll']}")
    return players, summary, dice


def test_second_verifier_agrees(table):
    """Accepts every member's record; dice, height and epochs are those the players saw. Finds every planted fault at its height."""
    players, summary, dice = play(table)
    for p in players:
        said, status = vr.report(p.all("summary")[0]["record"])
        expect(status == 0 and said["ok"], f"{p.name}: {said['first_fault']}")
        expect({r["roll"]: r["dice"] for r in said["rolls"]} == dice, f"{p.name}: other dice: {said['rolls']}")
        expect(said["table"] == summary["table"], "another table")
        expect(said["blocks"] == summary["height"], f"{said['blocks']} blocks, height {summary['height']}")
        expect(said["epochs"] == summary["epoch"] + 1, f"{said['epochs']} epochs, epoch {summary['epoch']}")
        check_with_craps(table, p.name, p.all("summary")[0]["record"], said)
    check_faults(table, summary["record"])
    check_faults_beside(table, summary["record"])


class Edit:
    """A copy of a record whose block rows can be changed; sums are made right again unless told not to."""

    def __init__(self, source, path):
        shutil.copyfile(source, path)
        self.path = path
        self.db = sqlite3.connect(path)

    def row(self, height):
        return list(self.db.execute("SELECT * FROM blocks WHERE height = ?", (height,)).fetchone())

    def put(self, row, sums=True):
        if sums:
            row[7] = vr.block_row_sum(*row[:7])
        self.db.execute("REPLACE INTO blocks VALUES(?,?,?,?,?,?,?,?)", row)

    def done(self):
        self.db.commit()
        self.db.close()
        return self.path


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def rebuild(block, ops):
    """The block with other ops under a header that fits them, as a forger without the members' keys could make it."""
    body = vr.uint(len(ops), 2) + b"".join(vr.lp(op) for op in ops)
    root = vr.merkle_root(vr.merkle_leaf(vr.tagged(b"craps/v1/op", op)) for op in ops)
    return block[:94] + root + block[126:254] + body


def raw_ops(block):
    r = vr.Reader(block[254:])
    return [r.lp() for _ in range(r.uint(2))]


def places_of(rows, kind):
    """Heights and places of the operations of that kind."""
    return [(row[0], i) for row in rows for i, op in enumerate(raw_ops(row[4])) if op[0] == kind]


def change_op(height, index, change, sums=True, keep_header=False):
    def apply(edit):
        row = edit.row(height)
        ops = raw_ops(row[4])
        ops[index] = change(ops[index])
        block = rebuild(row[4], ops)
        row[4] = row[4][:254] + block[254:] if keep_header else block
        if not keep_header:
            row[3] = vr.Header(block[:254]).digest
        edit.put(row, sums)

    return apply


def faults(rows):
    """name, part of what is said of it, height, change(edit). Offsets are those of docs/protocol.md."""
    results = places_of(rows, vr.RESULT)
    (before, before_at), (result, at) = results[ROLLS * 3 // 4 - 1 :][:2]
    bet, bet_at = next(place for place in places_of(rows, vr.GAME) if place[0] > result)
    deal, deal_at = places_of(rows, vr.DEAL)[-1]
    earlier = raw_ops(rows[before - 1][4])[before_at]
    switch, switch_at = places_of(rows, vr.EPOCH_SWITCH)[-1]

    def change_field(height, field, change, sums=True):
        def apply(edit):
            row = edit.row(height)
            row[field] = change(row[field])
            edit.put(row, sums)

        return apply

    def exchange(first, second):
        def apply(edit):
            a, b = edit.row(first), edit.row(second)
            a[1:7], b[1:7] = b[1:7], a[1:7]
            edit.put(a)
            edit.put(b)

        return apply

    def change_state_root(edit):
        row = edit.row(result)
        row[4] = flip(row[4], 158 + 3)
        row[3] = vr.Header(row[4][:254]).digest
        edit.put(row)

    def without_a_signer(proof):
        signers = int.from_bytes(proof[45:53], "big")
        return proof[:45] + vr.uint(signers & signers - 1, 8) + proof[53 + 64 :]

    def remove(height):
        return lambda edit: edit.db.execute("DELETE FROM blocks WHERE height = ?", (height,))

    share = 3 + 8 + 2  # behind kind, length, roll number and member
    return [
        ("row damaged", "sum is wrong", bet, change_field(bet, 4, lambda b: flip(b, 300), sums=False)),
        ("share byte", "share of the result", result, change_op(result, at, lambda op: flip(op, share + 5))),
        ("proof byte of a share", "share of the result", result, change_op(result, at, lambda op: flip(op, share + 32 + 3))),
        ("share's member", "share", result, change_op(result, at, lambda op: flip(op, share - 1))),
        ("share byte, old header", "ops_root", result, change_op(result, at, lambda op: flip(op, share + 5), keep_header=True)),
        ("roll number", "another roll", result, change_op(result, at, lambda op: flip(op, 3 + 7))),
        ("certificate's signature", "certificate's signature of member", result, change_field(result, 5, lambda p: flip(p, 53 + 64 + 7))),
        ("certificate's digest", "certificate is for another block", result, change_field(result, 5, lambda p: flip(p, 20))),
        ("one signer fewer", "fewer than q", result, change_field(result, 5, without_a_signer)),
        ("bet's amount", "operation's signature", bet, change_op(bet, bet_at, lambda op: flip(op, len(op) - 64 - 1))),
        ("bet's signature", "operation's signature", bet, change_op(bet, bet_at, lambda op: flip(op, len(op) - 1))),
        ("bet's seq", "operation's signature", bet, change_op(bet, bet_at, lambda op: flip(op, 1 + 32 + 7))),
        ("deal", "operation's signature", deal, change_op(deal, deal_at, lambda op: flip(op, 43 + 4 + 9))),
        ("header's state root", "certificate is for another block", result, change_state_root),
        ("another block's digest", "not that of its block", result, change_field(result, 3, lambda d: flip(d, 0))),
        ("another roll's result", "share of the result", result, change_op(result, at, lambda op: op[:11] + earlier[11:])),
        ("row's view", "not that of its block", result, change_field(result, 2, lambda v: v + 1)),
        ("blocks exchanged", "not that of its block", result, exchange(result, result + 1)),
        ("switch to another key", "key generation", switch, change_op(switch, switch_at, lambda op: flip(op, 12))),
        ("switch to another attempt", "key generation", switch, change_op(switch, switch_at, lambda op: flip(op, 6))),
        ("end of an epoch unproven", "epoch has no proof", switch, change_field(switch, 5, lambda _: None)),
        ("end unproven", "no proof", len(rows), change_field(len(rows), 5, lambda _: None)),
        ("block missing", "row is missing", result, remove(result)),
    ]


def check_faults(table, record):
    rows = vr.Record(record).rows
    for number, (name, says, height, change) in enumerate(faults(rows)):
        edit = Edit(record, os.path.join(table.folder, f"fault-{number}.craps"))
        change(edit)
        path = edit.done()
        said, status = vr.report(path)
        expect(status == 1 and said["first_fault"], f"{name}: not found")
        fault = said["first_fault"]
        expect(fault["height"] == height and says in fault["what"], f"{name} at {height}: found as {fault}")
        check_with_craps(table, name, path, said)


def check_faults_beside(table, record):
    """The tables beside the blocks are looked at, too."""

    def other_members(edit):
        epoch, height, view, digest, members, proof, _ = edit.db.execute("SELECT * FROM epochs ORDER BY epoch DESC").fetchone()
        members = flip(members, 40)
        row_sum = vr.row_sum(5, (epoch, height, view, 0), digest, members, proof)
        edit.db.execute("UPDATE epochs SET members = ?, sum = ? WHERE epoch = ?", (members, row_sum, epoch))

    def other_state(edit):
        """The state before in the last one's place."""
        before, last = edit.db.execute("SELECT * FROM snapshots ORDER BY height").fetchall()
        chunks = edit.db.execute("SELECT * FROM chunks WHERE height = ?", (before[0],)).fetchall()
        edit.db.execute("DELETE FROM chunks WHERE height = ?", (last[0],))
        for _, chunk, frame, _ in chunks:
            edit.db.execute("INSERT INTO chunks VALUES(?,?,?,?)", (last[0], chunk, frame, vr.row_sum(4, (last[0], chunk, 0, 0), frame, b"", b"")))
        row_sum = vr.row_sum(3, (*last[:3], before[4]), last[3], last[5], b"")
        edit.db.execute("UPDATE snapshots SET size = ?, sum = ? WHERE height = ?", (before[4], row_sum, last[0]))

    changes = [
        ("a state is not that of its block", other_state),
        ("a chunk of a state is damaged", lambda edit: edit.db.execute("UPDATE chunks SET frame = CAST(frame || x'00' AS BLOB)")),
        ("chunks are not all there", lambda edit: edit.db.execute("DELETE FROM chunks WHERE chunk = 0")),
        ("chunks of no state", lambda edit: edit.db.execute("DELETE FROM snapshots")),
        ("an epoch's row lists other members", other_members),
        ("an epoch's row is damaged", lambda edit: edit.db.execute("UPDATE epochs SET view = view + 1")),
        ("a note is damaged", lambda edit: edit.db.execute("UPDATE notes SET value = CAST(value || x'00' AS BLOB)")),
    ]
    for number, (says, change) in enumerate(changes):
        edit = Edit(record, os.path.join(table.folder, f"beside-{number}.craps"))
        change(edit)
        fault = vr.report(edit.done())[0]["first_fault"]
        expect(fault and says in fault["what"], f"{says}: found as {fault}")


SAME_COUNTS = {"blocks": "blocks", "epochs": "epochs", "operations": "operations", "signatures": "signatures_checked", "dice_proofs": "dice_proofs_checked"}


def check_with_craps(table, name, path, said):
    """The program's own verifier says the same: the counts, or the height of the fault."""
    status, out, err = table.run("verify", path, "--json")
    own = json.loads(out) if out else {}
    if said["ok"]:
        expect(status == 0 and own["ok"], f"{name}: craps verify: {out} {err}")
        for ours, theirs in SAME_COUNTS.items():
            expect(said[ours] == own[theirs], f"{name}: {ours} {said[ours]}, craps verify: {own[theirs]}")
        expect(own["rolls"] == len(said["rolls"]) and own["table"] == said["table"], f"{name}: {own}")
    else:
        expect(status == 1 and own["first_fault"], f"{name}: craps verify finds nothing: {out} {err}")
        height = own["first_fault"]["height"]
        expect(height == said["first_fault"]["height"], f"{name}: {said['first_fault']}, craps verify: {own['first_fault']}")


def test_liars_in_the_record(table):
    """Proof against a voter and a complaint against a dealer change the members; the second verifier follows both."""
    for cheat, kind in (("double-vote", vr.EVIDENCE), ("bad-deal", vr.COMPLAIN)):
        player = table.start(cheat, "sandbox", "--cheat", cheat, "--headless", "--json", "--strategy", "pass", "--rolls", 3, "--as", "Ann")
        record = player.summary()["record"]
        rows = vr.Record(record).rows
        said, status = vr.report(record)
        expect(status == 0 and len(said["rolls"]) == 3, f"{cheat}: {said['first_fault']}")
        expect(len(places_of(rows, kind)) == 1, f"{cheat}: not in the record")
        check_with_craps(table, cheat, record, said)
        if kind == vr.EVIDENCE:
            height, at = places_of(rows, kind)[0]
            edit = Edit(record, os.path.join(table.folder, "no-evidence.craps"))
            change_op(height, at, lambda op: flip(op, len(op) - 1))(edit)
            path = edit.done()
            said, _ = vr.report(path)
            fault = said["first_fault"]
            expect(fault == {"height": height, "what": "evidence that proves nothing"}, f"{cheat}: {fault}")
            check_with_craps(table, "no evidence", path, said)


class Forger:
    """Somebody who has every key of a table: the only member of one, with its files. What it forges is signed, so that nothing but
    the content can give it away."""

    def __init__(self, table):
        host = table.host("Ann", "--start", 1, "--rolls", 4)
        self.record = host.summary()["record"]
        self.folder = table.folder
        keys = sqlite3.connect(self.record.removesuffix(".craps") + ".keys")
        self.vote_key = keys.execute("SELECT data FROM keys ORDER BY dkg_id DESC").fetchone()[0][:64]
        keys.close()
        with open(os.path.join(host.data_dir, "identity"), encoding="ascii") as f:
            seed = bytes.fromhex(f.read().split("\nid ")[1][:64])
        self.id_pk, self.id_key = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        vr.sodium.crypto_sign_seed_keypair(self.id_pk, self.id_key, seed)
        self.rows = vr.Record(self.record).rows
        self.game_id = vr.Record(self.record).genesis.game_id

    def sign(self, message, key):
        signature = ctypes.create_string_buffer(64)
        vr.sodium.crypto_sign_detached(signature, None, message, ctypes.c_ulonglong(len(message)), key)
        return signature.raw

    def sign_op(self, kind, seq, payload):
        message = vr.signed_bytes(b"op", self.game_id, 0, seq, vr.uint(kind, 1) + self.id_pk.raw + payload)
        return vr.uint(kind, 1) + self.id_pk.raw + vr.uint(seq, 8) + vr.lp(payload) + self.sign(message, self.id_key)

    def sign_block(self, block):
        h = vr.Header(block[:254])
        signature = self.sign(vr.signed_bytes(b"finalize", self.game_id, h.epoch, h.view, h.digest), self.vote_key)
        return b"\2" + vr.uint(h.epoch, 4) + vr.uint(h.view, 8) + h.digest + vr.uint(1, 8) + signature

    def put(self, number, height, block):
        """A copy of the record with this block at that height, signed."""
        edit = Edit(self.record, os.path.join(self.folder, f"forged-{number}.craps"))
        h = vr.Header(block[:254])
        edit.put([height, h.epoch, h.view, h.digest, block, self.sign_block(block), 0, b""])
        return edit.done()

    def logged(self, height, block):
        """The block with the log_root that its operations call for."""
        log = vr.MerkleRange()
        for row in self.rows[: height - 1]:
            for op in raw_ops(row[4]):
                log.add(vr.merkle_leaf(vr.tagged(b"craps/v1/op", op)))
        for op in raw_ops(block):
            log.add(vr.merkle_leaf(vr.tagged(b"craps/v1/op", op)))
        return block[:126] + log.root() + block[158:]


def forgeries(forger):
    """name, part of what is said, height, block."""
    result, at = places_of(forger.rows, vr.RESULT)[2]
    height, bet_at = [place for place in places_of(forger.rows, vr.GAME) if place[0] < result][-1]

    def header(name, says, begin, end, value):
        block = forger.rows[height - 1][4]
        return name, says, height, block[:begin] + (value or flip(block[begin:end], 0)) + block[end:]

    def with_op(name, says, at_height, index, op):
        block = forger.rows[at_height - 1][4]
        ops = raw_ops(block)
        ops[index : index + 1] = [op] if op else []
        return name, says, at_height, forger.logged(at_height, rebuild(block, ops))

    bet = vr.Op(raw_ops(forger.rows[height - 1][4])[bet_at])
    share = raw_ops(forger.rows[result - 1][4])[at]
    parent_view = vr.Header(forger.rows[height - 1][4][:254]).parent_view
    signed = forger.sign_op(bet.kind, bet.seq, bet.payload)
    return [
        header("another table", "another table", 2, 34, None),
        header("another epoch", "does not follow", 34, 38, vr.uint(2, 4)),
        header("view not above the parent's", "views", 38, 46, vr.uint(parent_view, 8)),
        header("another parent view", "views", 54, 62, vr.uint(parent_view - 1, 8)),
        header("another parent", "does not follow", 62, 94, None),
        header("log_root", "log_root", 126, 158, None),
        header("members_hash", "members_hash", 190, 222, None),
        header("dkg_hash", "dkg_hash", 222, 254, None),
        with_op("seq repeated", "order", height, bet_at, forger.sign_op(bet.kind, bet.seq - 1, bet.payload)),
        with_op("seq left out", "order", height, bet_at, forger.sign_op(bet.kind, bet.seq + 1, bet.payload)),
        with_op("signed by nobody", "signature", height, bet_at, flip(signed, len(signed) - 1)),
        with_op("share", "share of the result", result, at, flip(share, 13 + 4)),
        with_op("proof of a share", "share of the result", result, at, flip(share, 13 + 32 + 4)),
        with_op("roll number", "another roll", result, at, flip(share, 3 + 7)),
        with_op("result twice as long", "left over", result, at, share[:1] + vr.lp(share[3:] + share[11:])),
        with_op("switch without keys", "key generation", height, bet_at, b"\x0b" + vr.lp(vr.uint(1, 4) + bytes(32))),
        with_op("empty evidence", "malformed", height, bet_at, b"\x0c" + vr.lp(b"")),
    ]


def test_forger_with_all_keys(table):
    """Blocks that the one member signed all the same: both verifiers see what is wrong in them, at the same height."""
    forger = Forger(table)
    said, status = vr.report(forger.record)
    expect(status == 0, f"{said['first_fault']}")
    check_with_craps(table, "the record itself", forger.record, said)
    for number, (name, says, height, block) in enumerate(forgeries(forger)):
        path = forger.put(number, height, block)
        said, _ = vr.report(path)
        fault = said["first_fault"]
        expect(fault and fault["height"] == height and says in fault["what"], f"{name} at {height}: found as {fault}")
        check_with_craps(table, name, path, said)


def test_any_changed_bit_is_found(table):
    """A bit anywhere in a block's row, its sum made right again, and for blocks often the digests too: both verifiers name the same
    height, and neither misses it. Only the count of the owner's votes (and an ops_root that was made right again) is fine."""
    host = table.host("Ann", "--start", 2, "--rolls", 3, strategy="pass")
    other = table.join("Bo", host.wait_event("table_open"), "--rolls", 3, strategy="pass")
    record = expect_same([host, other])["record"]
    rows = vr.Record(record).rows
    for trial in range(40):
        edit = Edit(record, os.path.join(table.folder, "bit.craps"))
        row = edit.row(table.random.choice(rows)[0])
        before = row[:6]
        field = table.random.choice((1, 2, 3, 4, 4, 4, 4, 4, 4, 5, 5, 6))
        if isinstance(row[field], int):
            row[field] ^= 1 << table.random.randrange(8)
        else:
            at = table.random.randrange(len(row[field]))
            row[field] = row[field][:at] + bytes([row[field][at] ^ 1 << table.random.randrange(8)]) + row[field][at + 1 :]
            if field == 4 and table.random.random() < 0.8:
                forge(row)
        edit.put(row)
        path = edit.done()
        said, _ = vr.report(path)
        name = f"trial {trial}, height {row[0]}, column {field}"
        expect(said["ok"] == (row[:6] == before), f"{name}: {said['first_fault']}")
        check_with_craps(table, name, path, said)


def forge(row):
    """Makes roots and digest fit what the bytes hold, as far as they can be read."""
    try:
        row[4] = rebuild(row[4], raw_ops(row[4]))
    except vr.Bad:
        pass
    row[3] = vr.tagged(b"craps/v1/block", row[4][:254])


def test_no_record(table):
    """What is no record at all is called that, status 65."""
    path = os.path.join(table.folder, "no.craps")
    for content in (b"", b"not a database at all" * 100):
        with open(path, "wb") as f:
            f.write(content)
        said, status = vr.report(path)
        expect(status == 65 and not said["ok"], f"{said}")
    said, status = vr.report(os.path.join(table.folder, "absent.craps"))
    expect(status == 65, f"{said}")


def read_example():
    """The name = hex lines of section 15."""
    values, name = {}, None
    with open(os.path.join(ROOT, "docs", "protocol.md"), encoding="utf-8") as f:
        for line in f.read().split("## 15. Worked example")[1].splitlines():
            if line.startswith("      ") and name:
                values[name] += line.strip()
            elif line.startswith("    ") and " = " in line:
                name, value = line.strip().split(" = ")
                values[name] = value
    return values


def is_bad(deal, at, n, game_id, dealer):
    try:
        vr.Deal(flip(deal, at), n).check(game_id, dealer)
    except vr.Bad:
        return True
    return False


def test_worked_example(_table):
    """Every number of section 15 follows from those before it."""
    text = read_example()
    e = {k: bytes.fromhex(v) if k not in ("dkg_id", "height", "votes", "op index", "roll", "dice") else v for k, v in text.items()}
    game_id = vr.Genesis(e["genesis"]).game_id
    expect(game_id == e["game_id"], "game_id")
    n = sum(k.startswith("member ") for k in e)
    members = [vr.Member(m[:32], m[32:64], m[64:]) for m in (e[f"member {j}"] for j in range(1, n + 1))]
    expect(members[0].id < members[1].id, "the order of members")
    expect(vr.members_hash(members) == e["members_hash"], "members_hash")
    deals = [vr.Deal(e[f"deal {j}"], n) for j in range(1, n + 1)]
    for j, deal in enumerate(deals, 1):
        deal.check(game_id, j)
        for at in (3, 5, len(e[f"deal {j}"]) - 96, len(e[f"deal {j}"]) - 32):
            expect(is_bad(e[f"deal {j}"], at, n, game_id, j), f"deal {j} with another byte {at}")
        expect(deal.dkg_id == int(e["dkg_id"]), "dkg_id")
        expect(vr.valid_point(e[f"EK {j}"]), "EK")
    expect(vr.dkg_hash(int(e["dkg_id"]), e["members_hash"], deals) == e["dkg_hash"], "dkg_hash")
    key = vr.DiceKey(deals, n)
    expect(key.commitments == [e[f"A {k}"] for k in range(key.t)], "A")
    expect(key.members == [e[f"X {j}"] for j in range(1, n + 1)], "X")
    block = vr.Block(e["block"])
    h = block.header
    expect(h.digest == e["block digest"], "block digest")
    expect((h.game_id, h.members_hash, h.dkg_hash) == (game_id, e["members_hash"], e["dkg_hash"]), "header")
    expect(all(op.signature_right(game_id) for op in block.ops), "signature of an operation")
    expect(vr.check_proof(e["proof"], h, game_id, members)[0] == vr.quorum(n), "certificate")
    row = (int(e["height"]), h.epoch, h.view, h.digest, e["block"], e["proof"], int(e["votes"]))
    expect(vr.block_row_sum(*row) == e["sum"] and h.height == row[0], "sum of the row")
    roll, shares = vr.read_result(e["result payload"], key.t)
    m = vr.roll_input(game_id, h.epoch, h.view, h.digest, int(e["op index"]), roll)
    expect(roll == int(e["roll"]) and m == e["m"], "m")
    point = vr.hash_to_group(vr.CTX, m)
    expect(point == e["P"], "P")
    expect(all(s.right(key, point) for s in shares), "a share")
    indices = [s.member for s in shares]
    expect(all(vr.scalar_bytes(vr.lagrange(indices, j)) == e[f"lambda {j}"] for j in indices), "lambda")
    out = vr.combine(m, shares)
    expect(out == e["out"], "out")
    expect(" ".join(map(str, vr.dice_of(out))) == e["dice"], "dice")


def h(text):
    return bytes.fromhex(text)


def test_published_vectors(_table):
    """RFC 9380 K.3, RFC 9496 A.1 to A.3, RFC 9497 A.1.2, RFC 8032 7.1."""
    dst = b"QUUX-V01-CS02-with-expander-SHA512-256"
    short = "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc"
    long = (
        "7f1dddd13c08b543f2e2037b14cefb255b44c83cc397c1786d975653e36a6b11bdd7732d8b38adb4a0edc26a0cef4bb45217135456e58fbca1703cd6032cb134"
        "7ee720b87972d63fbf232587043ed2901bce7f22610c0419751c065922b488431851041310ad659e4b23520e1772ab29dcdeb2002222a363f0c2b1c972b3efe1"
    )
    expect(vr.expand(b"abc", dst, 32) == h(short) and vr.expand(b"abc", dst, 128) == h(long), "RFC 9380 K.3")

    two = h("6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919")
    three = h("94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259")
    expect(vr.multiply(2, vr.G) == two and vr.multiply(3, vr.G) == three == vr.add(two, vr.G), "RFC 9496 A.1")
    expect(vr.subtract(vr.G, vr.G) == vr.IDENTITY == vr.multiply(0, vr.G) == vr.multiply(vr.L, vr.G), "the identity")
    invalid = [
        "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
        "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    expect(vr.valid_point(vr.G) and not any(vr.valid_point(h(x)) for x in invalid), "RFC 9496 A.2")
    second = bytearray(vr.G)
    second[31] |= 0x80
    expect(not vr.valid_point(bytes(second)) and not vr.valid_point(vr.IDENTITY), "bit 255, identity")
    label = b"Ristretto is traditionally a short shot of espresso coffee"
    expect(vr.point_of_uniform(vr.sha512(label)) == h("3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46"), "RFC 9496 A.3")

    check_voprf()
    pk = h("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    sig = h(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    expect(vr.ed25519_right(sig, h("af82"), pk) and not vr.ed25519_right(sig, h("af83"), pk), "RFC 8032 7.1")
    expect(vr.dice_of(bytes([252, 255, 251]) + bytes(61)) == [6, 6] and vr.dice_of(bytes(64)) == [1, 1], "the map to dice")
    expect(vr.dice_of(b"\x01" + bytes(63)) == [1, 2] and vr.dice_of(b"\x24" + bytes(63)) == [1, 1], "the map to dice")
    extended = vr.sha512(b"CRAPS-DICE1-extend" + b"\xff" * 64)
    expect(vr.dice_of(b"\xff" * 64) == vr.dice_of(extended), "the map to dice, extended")


def check_voprf():
    """RFC 9497 A.1.2: the proofs of vectors 1 and 3, and the output, also from a key that is split by Shamir."""
    context = b"OPRFV1-\x01-ristretto255-SHA512"
    sk = int.from_bytes(h("e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"), "little")
    pk = h("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e")
    expect(vr.multiply(sk, vr.G) == pk, "pkSm")
    blinded = [
        h("863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"),
        h("90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654"),
    ]
    evaluated = [vr.multiply(sk, b) for b in blinded]
    expect(evaluated[0] == h("aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e"), "EvaluationElement")
    expect(evaluated[1] == h("cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a"), "EvaluationElement")
    pairs = list(zip(blinded, evaluated))
    one = h("ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d")
    both = h("cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08")
    expect(vr.dleq_right(context, vr.G, pk, pairs[:1], one), "the proof of vector 1")
    expect(vr.dleq_right(context, vr.G, pk, pairs, both), "the proof of vector 3")
    expect(not vr.dleq_right(context, vr.G, pk, pairs[1:], one), "a proof for something else")
    expect(not vr.dleq_right(vr.CTX, vr.G, pk, pairs[:1], one), "a proof in another context")
    output = h("b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c")
    point = vr.hash_to_group(context, b"\0")
    split = {j: (sk + 12345 * j + 678910 * j**2 + 1112 * j**3) % vr.L for j in (2, 3, 5, 7)}
    shares = [vr.Share(vr.uint(j, 2) + vr.multiply(x, point) + bytes(64)) for j, x in split.items()]
    expect(vr.combine(b"\0", shares) == output, "the output, from four shares")


if __name__ == "__main__":
    main(test_published_vectors, test_worked_example, test_no_record, test_forger_with_all_keys, test_any_changed_bit_is_found, test_liars_in_the_record, test_second_verifier_agrees)
