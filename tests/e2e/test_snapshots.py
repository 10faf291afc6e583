"""A record is checked and shown from any state that it keeps, says honestly what it proves when blocks are missing, and where a split
table comes from; whatever is changed in those is found, and by the second verifier too."""

import json
import os
import struct
import sys

from harness import expect, main
from record_tools import changed, flip, mended, meta_sum
from test_split import open_table, random_moment, records, split

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))

import verify_record as vr  # noqa: E402

ROLLS = 56


def make_record(table):
    """Long enough to keep the state at block 256, and the one at the beginning of an epoch."""
    p = table.play("Ann", ["solo", "--bots", 3], "--rolls", ROLLS, strategy="random")
    s = p.summary()
    with changed(s["record"]) as (_, database):
        heights = [r[0] for r in database.execute("SELECT height FROM snapshots ORDER BY height")]
    expect(len(heights) == 2 and heights[1] >= 256, f"states at {heights}")
    return s, heights


def replay(table, path, *arguments):
    status, out, err = table.run("replay", path, "--json", *arguments)
    return status, [json.loads(line) for line in out.splitlines()], err


def shown(events):
    return [{k: v for k, v in e.items() if k != "t_ms"} for e in events]


def rows_of(database, name):
    return [list(r) for r in database.execute(f"SELECT * FROM {name}")]


def put(database, name, rows):
    database.execute(f"DELETE FROM {name}")
    database.executemany(f"INSERT INTO {name} VALUES({','.join('?' * len(rows[0]))})", [mended(name, r) for r in rows])


def check_every_state(table, s, heights):
    _, whole, _ = replay(table, s["record"], "--rolls", ROLLS)
    for height in [*heights, "last"]:
        status, events, err = replay(table, s["record"], "--rolls", ROLLS, "--from-snapshot", height)
        expect(status == 0, f"from {height}: {status} {err}")
        for key in ("table", "height", "epoch", "rolls", "state_hash", "bank", "balances", "conserved"):
            expect(events[-1][key] == s[key], f"from {height}, {key}: {events[-1][key]} after {s[key]}")
        expect(events[0] | {"t_ms": 0} == whole[0] | {"t_ms": 0}, f"from {height} opens with {events[0]}")
        rest = shown(events[1:-1])
        expect(5 < len(rest) < len(whole) and rest == shown(whole)[-1 - len(rest) : -1], f"from {height}: other events")
        expect(rest[0]["event"] == "committed" and rest[0]["height"] == (heights[-1] if height == "last" else height) + 1, f"{rest[0]}")
    status, _, err = replay(table, s["record"], "--from-snapshot", heights[0] + 1)
    expect(status == 64 and f"keeps the states at height {heights[0]} and {heights[1]}" in err, f"{status} {err}")


def expect_refused(table, path, height, says):
    status, events, err = replay(table, path, "--from-snapshot", height)
    expect(status == 1 and says in err, f"{says}: status {status}: {err}")
    expect(not [e for e in events if e["event"] in ("roll", "summary")], f"{says}: something was shown")


def other_state(database, _):
    """The earlier state in the later one's place; the sums are right."""
    snapshots, chunks = rows_of(database, "snapshots"), rows_of(database, "chunks")
    snapshots[1][4] = snapshots[0][4]
    low, high = snapshots[0][0], snapshots[1][0]
    chunks = [c for c in chunks if c[0] == low]
    put(database, "snapshots", snapshots)
    put(database, "chunks", chunks + [[high, *c[1:]] for c in chunks])


def change_proof(name, column, at):
    """A bit of what stands at that place of header and proof, of the last row."""

    def change(database, random):
        rows = rows_of(database, name)
        start, end = at(len(rows[-1][column]))
        rows[-1][column] = flip(rows[-1][column], random.randrange(8 * start, 8 * end))
        put(database, name, rows)

    return change


def other_members(database, random):
    rows = rows_of(database, "epochs")
    rows[-1][4] = flip(rows[-1][4], random.randrange(16 + 8 * 32, 8 * 66))  # the first one's vote key
    put(database, "epochs", rows)


def no_link(database, _):
    database.execute("DELETE FROM epochs WHERE epoch = 1")


LIES = [
    ("snapshot: the state kept here is not what its block's header says", other_state),
    ("snapshot: what is kept here names another block", change_proof("snapshots", 5, lambda size: (94, 254))),
    ("certificate: the signature of member", change_proof("snapshots", 5, lambda size: (size - 64, size))),
    ("certificate: the signature of member", change_proof("epochs", 5, lambda size: (254 + 53, 254 + 53 + 64))),
    ("members: the epoch chain has other members", other_members),
    ("epoch: what is kept is of epoch", no_link),
]


def check_lies(table, s, heights):
    for says, change in LIES:
        with changed(s["record"]) as (path, database):
            change(database, table.random)
        expect_refused(table, path, heights[1], says)
    with changed(s["record"]) as (path, database):
        blocks = rows_of(database, "blocks")
        for at in (heights[0] // 2, heights[1] + 5):
            blocks[at][5] = flip(blocks[at][5], 8 * len(blocks[at][5]) - 1)
        put(database, "blocks", blocks)
    status, _, err = replay(table, path, "--from-snapshot", heights[1])
    expect(status == 1 and f"height {blocks[at][0]}: certificate" in err, f"{status} {err}")


def verify(table, path):
    status, out, _ = table.run("verify", path, "--json")
    _, text, _ = table.run("verify", path)
    return status, json.loads(out), text


def expect_missing(table, path, low, high, d):
    """d: what the whole record says."""
    status, part, text = verify(table, path)
    fault = part["first_fault"]
    expect(status == 1 and (fault["what"], fault["height"]) == ("missing height", low + 1), f"{status} {fault}")
    expect(part["height"] == low and part["rest"]["from"] == high and part["rest"]["ok"], f"{part}")
    for says in (f"heights 1 to {low}, whole", f"not {low + 1} to {high}", f"the state at {high}, signed by a quorum"):
        expect(says in text, f"{says}: {text}")
    if d is not None:
        expect((part["rest"]["height"], part["rest"]["state_hash"]) == (d["height"], d["state_hash"]), f"{part['rest']}")
    said, theirs = vr.report(path)
    expect(theirs == 1 and said["first_fault"]["height"] == low + 1, f"the second verifier: {said['first_fault']}")


def gap_note(database, low, high):
    _, epoch, view, digest, *_ = database.execute("SELECT * FROM blocks WHERE height = ?", [high]).fetchone()
    value = struct.pack(">QQIQ", low, high, epoch, view) + digest
    database.execute("INSERT INTO notes VALUES(?, ?, ?)", mended("notes", ["gap", value, b""]))


def check_gaps(table, s, heights):
    """As a member leaves it that took over the state at `high` and has not fetched what is before it."""
    high = heights[1]
    low = table.random.randrange(heights[0] + 1, high - 20)
    _, d, _ = verify(table, s["record"])
    for note in (True, False):
        with changed(s["record"]) as (path, database):
            if note:
                gap_note(database, low, high)
            database.execute("DELETE FROM blocks WHERE height > ? AND height <= ?", [low, high])
        expect_missing(table, path, low, high, d)
        status, _, text = verify(table, path)
        expect(("to be fetched from the others" in text) == note, text)
    _, story, _ = table.run("verify", path, "--roll", ROLLS)
    expect(f"roll {ROLLS}: " in story and "thrown    by" in story, story)
    status, events, err = replay(table, path, "--rolls", ROLLS, "--from-snapshot", "last")
    expect(status == 0 and events[-1]["state_hash"] == s["state_hash"], f"{status} {err}")
    with changed(s["record"]) as (path, database):
        gap_note(database, low, high)
        database.execute("DELETE FROM blocks WHERE height > ?", [low])
    expect_missing(table, path, low, high, None)
    with changed(s["record"]) as (path, database):  # a later part that is not right
        database.execute("DELETE FROM blocks WHERE height > ? AND height <= ?", [low, high])
        blocks = rows_of(database, "blocks")
        blocks[-1][5] = flip(blocks[-1][5], 8 * len(blocks[-1][5]) - 1)
        put(database, "blocks", blocks)
    status, part, text = verify(table, path)
    expect(status == 1 and not part["rest"]["ok"] and f"DOES NOT CHECK: height {blocks[-1][0]}, certificate" in text, text)
    with changed(s["record"]) as (path, database):  # everything is there, but it says that it is not
        gap_note(database, low, high)
    status, part, _ = verify(table, path)
    expect(status == 1 and part["first_fault"]["height"] == low + 1, f"{part['first_fault']}")


def test_states_are_a_beginning(table):
    s, heights = make_record(table)
    check_every_state(table, s, heights)
    check_lies(table, s, heights)
    check_gaps(table, s, heights)


def parts_of(genesis):
    """Name, place and end of each part of a split table's genesis (docs/protocol.md 3.1)."""
    at = 4
    size = int.from_bytes(genesis[at : at + 2], "big")
    parts = {"statement": (at + 2, at + 2 + size)}
    survivors = int.from_bytes(genesis[at + 2 + 94 : at + 2 + 96], "big")
    at += 2 + size
    parts["signatures"] = (at, at + 64 * survivors)
    at += 64 * survivors
    parts["header"] = (at, at + 254)
    at += 254
    for name in ("proof", "electorate"):
        size = int.from_bytes(genesis[at : at + 2], "big")
        parts[name] = (at + 2, at + 2 + size)
        at += 2 + size
    parts["state"] = (at + 4, len(genesis))
    return parts, survivors


CAUSES = {
    "statement": ("did not sign the split", "do not belong together", "voids another roll"),
    "signatures": ("did not sign the split",),
    "header": ("do not belong together",),
    "proof": ("no quorum of the old table signed the split block",),
    "electorate": ("no quorum of the old table signed the split block",),
    "state": ("its state is not the one",),
}


def flip_genesis(record, bit):
    with changed(record) as (path, database):
        value = flip(database.execute("SELECT value FROM meta WHERE key = 'genesis'").fetchone()[0], bit)
        database.execute("UPDATE meta SET value = ?, sum = ? WHERE key = 'genesis'", [value, meta_sum("genesis", value)])
    return path


def check_flips(table, record, genesis):
    parts, _ = parts_of(genesis)
    for name, (start, end) in parts.items():
        for _ in range(4 if end > start else 0):
            bit = table.random.randrange(8 * start, 8 * end)
            path = flip_genesis(record, bit)
            status, d, _ = verify(table, path)
            fault = d["first_fault"]
            expect(status == 1 and (fault["what"], fault["height"]) == ("genesis", 0), f"{name}, bit {bit}: {status} {fault}")
            expect(any(says in fault["detail"] for says in CAUSES[name]), f"{name}, bit {bit}: {fault['detail']}")
            said, theirs = vr.report(path)
            expect(theirs != 0 and not said["ok"], f"{name}, bit {bit}: the second verifier finds nothing")


def test_split_table_says_where_it_comes_from(table):
    rolls = 30
    ann, bo, cy = open_table(table, ["Ann", "Bo", "Cy"], "--rolls", rolls)
    random_moment(table, ann)
    cy.kill()
    split([ann, bo], 3)
    for p in (ann, bo):
        p.summary()
        old, new = (os.path.join(p.data_dir, "sessions", name) for name in records(p))
        with changed(old) as (_, database):
            if database.execute("SELECT value FROM meta WHERE key = 'genesis'").fetchone()[0][2:4] == b"\xff\xff":
                old, new = new, old
        (_, before, _), (status, d, text) = verify(table, old), verify(table, new)
        expect(status == 0 and before["ok"] and before["split"] is None, f"{before} {d}")
        lineage = d["split"]
        expect(lineage["table"] == before["table"] and lineage["height"] <= before["height"] + 1, f"{lineage} {before}")
        expect(sorted(lineage["signed_by"]) == ["Ann", "Bo"] and lineage["kept"] == ["Cy"], f"{lineage}")
        expect(f"continues table {before['table']}" in text and "kept: what Cy has" in text, text)
        said, theirs = vr.report(new)
        expect(theirs == 0 and len(said["rolls"]) == d["rolls"], f"the second verifier: {said['first_fault']}")
        status, events, err = replay(table, new, "--from-snapshot", "last")
        expect(status == 0 and events[-1]["state_hash"] == d["state_hash"], f"{status} {err}")
    with changed(new) as (_, database):
        genesis = database.execute("SELECT value FROM meta WHERE key = 'genesis'").fetchone()[0]
    check_flips(table, new, genesis)


if __name__ == "__main__":
    main(test_states_are_a_beginning, test_split_table_says_where_it_comes_from)
