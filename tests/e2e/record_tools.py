"""A record as SQLite has it: its rows, their sums, and what it takes to change one behind the program's back."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import struct

COLUMNS = ("height", "epoch", "view", "digest", "bytes", "proof", "votes", "sum")


def tagged_hash(tag, data):
    return hashlib.sha512(struct.pack(">H", len(tag)) + tag + data).digest()[:32]


def row_sum(kind, numbers, a, b, c):
    head = bytes([kind]) + struct.pack(">7Q", *numbers, len(a), len(b), len(c))
    return tagged_hash(b"craps/v1/record", head + a + b + c)[:8]


def block_sum(row):
    return row_sum(1, (row[0], row[1], row[2], row[6]), row[3], row[4], row[5] or b"")


def meta_sum(key, value):
    return row_sum(2, (0, 0, 0, 0), key.encode(), value, b"")


@contextlib.contextmanager
def changed(record, name="changed.craps"):
    """A copy of the record beside it and its open database; committed and closed at the end."""
    path = os.path.join(os.path.dirname(record), name)
    shutil.copy(record, path)
    database = sqlite3.connect(path)
    try:
        yield path, database
        database.commit()
    finally:
        database.close()


def blocks(database):
    return [list(r) for r in database.execute("SELECT * FROM blocks ORDER BY height")]


def write_block(database, height, row):
    """The row in the place of that height's; False when the file's own rules forbid it."""
    names = ",".join(f"{c}=?" for c in COLUMNS)
    try:
        database.execute(f"UPDATE blocks SET {names} WHERE height=?", [*row, height])
    except (sqlite3.IntegrityError, OverflowError):
        return False
    return True


def flip(value, bit):
    """One bit of a number (counted from the lowest) or of bytes (from the first byte's lowest)."""
    if isinstance(value, int):
        return value ^ (1 << bit)
    if isinstance(value, str):
        return flip(value.encode(), bit).decode("latin-1")
    flipped = bytearray(value)
    flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


def bits_of(value):
    return 63 if isinstance(value, int) else 8 * len(value)


def tables(database):
    """Every table with its columns and the ones that name a row."""
    names = [r[0] for r in database.execute("SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    for name in names:
        info = list(database.execute(f"PRAGMA table_info({name})"))
        keys = [c[1] for c in sorted(info, key=lambda c: c[5]) if c[5] > 0]
        yield name, [c[1] for c in info], keys


def write_value(database, name, columns, keys, row, column, value):
    """One value of a row; False when the file's own rules forbid it."""
    where = " AND ".join(f"{k}=?" for k in keys)
    try:
        done = database.execute(f"UPDATE {name} SET {column}=? WHERE {where}", [value, *(row[columns.index(k)] for k in keys)])
    except (sqlite3.IntegrityError, OverflowError):
        return False
    return done.rowcount == 1


def mended(name, row):
    """The row with the sum that its writer would give it."""
    row = list(row)
    if name == "blocks":
        row[-1] = block_sum(row)
    elif name == "meta":
        row[-1] = meta_sum(row[0], row[1])
    elif name == "epochs":
        row[-1] = row_sum(5, (*row[0:3], 0), row[3], row[4], row[5])
    elif name == "snapshots":
        row[-1] = row_sum(3, (row[0], row[1], row[2], row[4]), row[3], row[5], b"")
    elif name == "chunks":
        row[-1] = row_sum(4, (row[0], row[1], 0, 0), row[2], b"", b"")
    elif name == "notes":
        row[-1] = row_sum(6, (0, 0, 0, 0), row[0].encode(), row[1], b"")
    return row
