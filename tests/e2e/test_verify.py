"""`craps verify` on real records: an honest one checks to the end, and whatever is changed in one is found and named."""

import json
import os
import shutil
import sys

from harness import expect, main
from record_tools import COLUMNS, bits_of, block_sum, blocks, changed, flip, mended, meta_sum, tables, write_block, write_value

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))

from record_pack import unpack  # noqa: E402

FLIPS = 24


def make_record(table, rolls=12, bots=3):
    """A practice table's record and its summary; its bots vote like any member."""
    p = table.play("Ann", ["solo", "--bots", bots], "--rolls", rolls, strategy="random")
    s = p.summary()
    return s["record"], s


def verify(table, path, *arguments):
    """Status and document; None for a file that is no record."""
    status, out, err = table.run("verify", path, "--json", *arguments)
    expect(status in (0, 1, 65), f"status {status}: {err}")
    document = json.loads(out) if status != 65 else None
    if document is not None:
        expect(document["ok"] == (status == 0), f"status {status} but ok is {document['ok']}")
        expect((document["first_fault"] is None) == (status == 0), f"status {status}: {document['first_fault']}")
    return status, document


def expect_fault(table, path, what=None, height=None):
    status, document = verify(table, path)
    expect(status == 1, f"status {status} where {what} was expected")
    fault = document["first_fault"]
    expect(what is None or fault["what"] == what, f"{fault} instead of {what}")
    expect(height is None or fault["height"] == height, f"{fault} instead of height {height}")


def test_honest_record_checks(table):
    record, s = make_record(table, rolls=20)
    before = sorted(os.listdir(os.path.dirname(record)))
    status, d = verify(table, record)
    expect(status == 0, f"{d['first_fault']}")
    expect(d["schema"] == 1 and d["table"] == s["table"], f"{d}")
    expect(d["rolls"] == s["rolls"] and d["height"] >= s["height"], f"{d} for {s}")
    expect(d["epochs"] == s["epoch"] + 1, f"{d['epochs']} epochs")
    expect(d["dice_proofs_checked"] == 3 * d["rolls"], f"{d['dice_proofs_checked']} dice proofs")
    expect(d["signatures_checked"] > 3 * d["blocks"], f"{d['signatures_checked']} signatures")
    expect(d["payouts_checked"] > 0 and d["operations"] > d["rolls"], f"{d}")
    if d["height"] == s["height"]:
        expect(d["state_hash"] == s["state_hash"], "another state than the table's")
    expect(sorted(os.listdir(os.path.dirname(record))) == before, "verify left something beside the record")
    name = os.path.basename(record).removesuffix(".craps")
    status, out, _ = table.run("verify", name, "--roll", 3, "--data-dir", table.data_dir("Ann"))
    expect(status == 0 and out.rstrip().endswith("everything checks"), out)
    dice = table.players[0].all("roll")[2]["dice"]
    expect(f"roll 3: {dice[0]} and {dice[1]}" in out, out)


def test_members_agree_on_the_audit(table):
    """Two people's records of one table say the same."""
    host = table.host("Ann", "--start", 2, "--rolls", 10)
    other = table.join("Bo", host.wait_event("table_open"), "--rolls", 10)
    for p in (host, other):
        s = p.summary()
        status, d = verify(table, s["record"])
        expect(status == 0, f"{p.name}: {d['first_fault']}")
        expect(d["table"] == s["table"] and d["rolls"] == 10, f"{d}")


def test_record_of_a_running_table_checks(table):
    """As far as it was final when it was opened, and without disturbing the table."""
    host = table.host("Ann", "--start", 2, "--rolls", 60)
    other = table.join("Bo", host.wait_event("table_open"), "--rolls", 60)
    folder = os.path.join(host.data_dir, "sessions")
    last = 0
    for roll in (3, 10, 20):
        host.wait_roll(roll)
        record = next(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".craps"))
        status, d = verify(table, record)
        expect(status == 0, f"{d and d['first_fault']}")
        expect(d["height"] > last and d["rolls"] >= roll, f"{d} after height {last}")
        last = d["height"]
    for p in (host, other):
        p.summary()


def flip_one(table, record, height, column, bit, mend):
    """Flips a bit of a block's row; with `mend` the row's sum is made anew, as a forger would. True when it could be."""
    with changed(record) as (path, database):
        row = next(r for r in blocks(database) if r[0] == height)
        at = COLUMNS.index(column)
        if row[at] is None:
            return False
        row[at] = flip(row[at], bit % bits_of(row[at]))
        if mend:
            row[7] = block_sum(row)
        if not write_block(database, height, row):
            return False
    status, d = verify(table, path)
    expect(status != 0, f"bit {bit} of {column} at height {height} (sum {'mended' if mend else 'kept'}) is not found")
    if column != "height" and d is not None:
        expect(d["first_fault"]["height"] == height, f"{column} at {height}: {d['first_fault']}")
    return True


def test_flipped_bits_are_found(table):
    record, _ = make_record(table)
    with changed(record) as (_, database):
        heights = [r[0] for r in blocks(database)]
    for _ in range(FLIPS):
        column = table.random.choice(COLUMNS)
        # Nobody signs `votes`: it is its owner's own count, kept by the sum alone. And the sum is not mended with itself.
        mend = column not in ("votes", "sum") and table.random.random() < 0.6
        flip_one(table, record, table.random.choice(heights), column, table.random.randrange(1 << 20), mend)


def test_flipped_bits_of_every_table_are_found(table):
    """Whatever else a record keeps: no value of any row goes unlooked at."""
    record, _ = make_record(table)
    with changed(record) as (_, database):
        every = [(t, columns, keys, list(database.execute(f"SELECT * FROM {t}"))) for t, columns, keys in tables(database)]
    expect({"blocks", "meta"} <= {t for t, *_ in every}, f"{[t for t, *_ in every]}")
    for t, columns, keys, rows in every:
        expect(not rows or mended(t, rows[0])[-1] == rows[0][-1], f"the sum of a row of {t} is made otherwise now")
        for column in columns:
            row = table.random.choice(rows) if rows else None
            if row is None or (value := row[columns.index(column)]) is None:
                continue
            for mend in (False,) if column in ("votes", "sum") or row[0] == "tag" else (False, True):
                with changed(record) as (path, database):
                    bit = table.random.randrange(bits_of(value))
                    forged = list(row)
                    forged[columns.index(column)] = flip(value, bit)
                    if not write_value(database, t, columns, keys, row, column, flip(value, bit)):
                        continue
                    if mend and all(not isinstance(v, int) or v >= 0 for v in forged):
                        write_value(database, t, columns, keys, forged, "sum", mended(t, forged)[-1])
                status, _ = verify(table, path)
                if status == 0 and mend and column == "frame" and unpack(flip(value, bit)) == unpack(value):
                    continue  # packed in another way, and the same state
                expect(status != 0, f"bit {bit} of {column} in {t} (sum {'mended' if mend else 'kept'}) is not found: {row[:2]}")
        for row in rows[:1]:
            with changed(record) as (path, database):
                where = " AND ".join(f"{k}=?" for k in keys)
                database.execute(f"DELETE FROM {t} WHERE {where}", [row[columns.index(k)] for k in keys])
            status, _ = verify(table, path)
            expect(status != 0 or t == "notes", f"a row of {t} is gone, and that is not found")


def test_flipped_meta_is_found(table):
    record, _ = make_record(table, rolls=2)
    for key in ("genesis", "tag"):
        for mend in (False, True):
            with changed(record) as (path, database):
                value = database.execute("SELECT value FROM meta WHERE key=?", [key]).fetchone()[0]
                value = flip(value, table.random.randrange(8 * len(value)))
                database.execute("UPDATE meta SET value=? WHERE key=?", [value, key])
                if mend:
                    database.execute("UPDATE meta SET sum=? WHERE key=?", [meta_sum(key, value), key])
            if key == "tag" and mend:
                continue  # random bytes that only tell two files of one owner apart
            expect_fault(table, path)


def test_forged_rows_are_named(table):
    record, _ = make_record(table)
    with changed(record) as (path, database):
        rows = blocks(database)
        middle = rows[len(rows) // 2][0]
        database.execute("DELETE FROM blocks WHERE height=?", [middle])
    expect_fault(table, path, "missing height", middle)
    with changed(record) as (path, database):
        one, two = rows[middle - 1], rows[middle]
        for row, height in ((one, two[0]), (two, one[0])):
            row = [-height, *row[1:]]
            database.execute("DELETE FROM blocks WHERE height=?", [height])
            database.execute("INSERT INTO blocks VALUES(?,?,?,?,?,?,?,?)", row)
        database.execute("UPDATE blocks SET height=-height WHERE height<0")
        for row in blocks(database):
            database.execute("UPDATE blocks SET sum=? WHERE height=?", [block_sum(row), row[0]])
    expect_fault(table, path, "column", middle)
    with changed(record) as (path, database):
        row = rows[middle - 1]
        row[5] = rows[middle][5]
        row[7] = block_sum(row)
        write_block(database, row[0], row)
    expect_fault(table, path, "certificate", middle)
    with changed(record) as (path, database):
        database.execute("CREATE TABLE more(x)")
    expect_fault(table, path, "schema")
    with changed(record) as (path, database):
        database.execute("INSERT INTO meta VALUES('more', x'00', ?)", [meta_sum("more", b"\0")])
    expect_fault(table, path, "schema")
    with changed(record) as (path, database):
        database.execute("PRAGMA user_version=99")
    status, _ = verify(table, path)
    expect(status == 65, f"schema 99: status {status}")


def values(path):
    """Everything that a record says, or None when SQLite cannot read it."""
    import sqlite3

    try:
        database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            return blocks(database), sorted(database.execute("SELECT * FROM meta")), database.execute("PRAGMA user_version").fetchone()
        finally:
            database.close()
    except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError):
        return None


def test_damaged_files_are_found(table):
    record, _ = make_record(table, rolls=4)
    with open(record, "rb") as f:
        whole = f.read()
    path = os.path.join(os.path.dirname(record), "damaged.craps")
    said = values(record)
    for _ in range(FLIPS):
        bit = table.random.randrange(8 * len(whole)) if table.random.random() < 0.8 else table.random.randrange(8 * 100)
        with open(path, "wb") as f:
            f.write(flip(whole, bit))
        status, _ = verify(table, path)
        expect(status != 0 or values(path) == said, f"bit {bit} of the file changed a value and is not found")
    for size in (0, 1, 50, 512, 4095, 4096, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
        with open(path, "wb") as f:
            f.write(whole[:size])
        status, _ = verify(table, path)
        expect(status != 0, f"cut off at {size} of {len(whole)} bytes, and not found")


def replay(table, path, *arguments):
    """The events of a replay that ends well."""
    status, out, err = table.run("replay", path, "--json", *arguments)
    expect(status == 0, f"status {status}: {err}")
    return [json.loads(line) for line in out.splitlines()]


def of_game(events):
    """What a replay can show of what a member saw: everything that was agreed, without its clock."""
    own = ("table_open", "joined", "refused", "stalled", "resumed", "summary", "committed")
    return [{k: v for k, v in e.items() if k not in ("t_ms", "heard_s")} for e in events if e["event"] not in own]


def test_replay_is_what_the_players_saw(table):
    rolls = 10
    host = table.host("Ann", "--start", 2, "--rolls", rolls)
    other = table.join("Bo", host.wait_event("table_open"), "--rolls", rolls)
    for p in (host, other):
        s = p.summary()
        again = replay(table, s["record"], "--rolls", rolls)
        for key in ("table", "height", "epoch", "rolls", "state_hash", "bank", "balances", "conserved", "record"):
            expect(again[-1][key] == s[key], f"{p.name}, {key}: {again[-1][key]} after {s[key]}")
        seen = of_game(p.events)
        shown = of_game(again)
        for a, b in zip([e for e in seen if e["event"] == "roll"], [e for e in shown if e["event"] == "roll"], strict=True):
            expect(a == b, f"{p.name}: {b} after {a}")
        if p is host:  # from the first block on
            seated = seen[0]
            start = next(i for i, e in enumerate(shown) if e == seated)
            for a, b in zip(seen, shown[start:]):
                expect(a == b, f"{p.name}: {b} after {a}")
    _, d = verify(table, s["record"])
    whole = replay(table, s["record"])
    expect((whole[-1]["height"], whole[-1]["state_hash"]) == (d["height"], d["state_hash"]), "another end than verify's")
    expect(of_game(replay(table, s["record"], "--from", 4))[-5:] == of_game(whole)[-5:], "--from 4 ends otherwise")
    first = [e for e in replay(table, s["record"], "--from", 4) if e["event"] == "roll"][0]
    expect(first["roll"] == 4, f"--from 4 begins with roll {first['roll']}")
    status, _, err = table.run("replay", s["record"], "--from", 99)
    expect(status == 64 and "10 rolls" in err, f"--from 99: {status} {err}")


def test_replay_stops_where_it_does_not_check(table):
    record, _ = make_record(table)
    with changed(record) as (path, database):
        rows = blocks(database)
        row = rows[2 * len(rows) // 3]
        row[5] = flip(row[5], 8 * len(row[5]) - 1)
        row[7] = block_sum(row)
        write_block(database, row[0], row)
    status, out, err = table.run("replay", path, "--json")
    expect(status == 1 and f"height {row[0]}" in err, f"status {status}: {err}")
    expect('"summary"' not in out and '"roll"' in out, "it ends as if all had been well, or never began")


def test_what_is_no_record(table):
    folder = table.folder
    text = os.path.join(folder, "text.craps")
    with open(text, "w", encoding="utf-8") as f:
        f.write("no record\n" * 1000)
    empty = os.path.join(folder, "empty.craps")
    with open(empty, "wb"):
        pass
    for path, wanted in ((text, 65), (empty, 65), (folder, 65), (os.path.join(folder, "nothing"), 66), ("no-such-table", 66)):
        status, out, err = table.run("verify", path)
        expect(status == wanted, f"{path}: status {status}, {wanted} wanted")
        expect(out == "" and len(err.splitlines()) == 1, f"{path}: {out}{err}")
    if os.geteuid() != 0:
        record, _ = make_record(table, rolls=1)
        shutil.copy(record, text)
        os.chmod(text, 0)
        expect(table.run("verify", text)[0] == 77, "a file that may not be read")
    expect(table.run("verify")[0] == 64, "verify without a file")


def test_every_bit_of_one_row(table):
    """Of a row that the seed chooses, all columns, with the sum kept and mended; and all of what the table begins with."""
    record, _ = make_record(table, rolls=1, bots=1)
    with changed(record) as (_, database):
        row = table.random.choice(blocks(database))
    for at, column in enumerate(COLUMNS):
        for bit in range(0 if row[at] is None else bits_of(row[at])):
            for mend in (False,) if column in ("votes", "sum") else (False, True):
                flip_one(table, record, row[0], column, bit, mend)


if __name__ == "__main__":
    main(
        test_honest_record_checks,
        test_members_agree_on_the_audit,
        test_record_of_a_running_table_checks,
        test_flipped_bits_are_found,
        test_flipped_bits_of_every_table_are_found,
        test_flipped_meta_is_found,
        test_forged_rows_are_named,
        test_damaged_files_are_found,
        test_replay_is_what_the_players_saw,
        test_replay_stops_where_it_does_not_check,
        test_what_is_no_record,
        long=(test_every_bit_of_one_row,),
    )
