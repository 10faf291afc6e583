"""What is made from records: craps stats, craps export, and craps replay on a terminal."""

import csv
import io
import json
import os
import pty
import select
import signal
import struct
import fcntl
import termios
import time

from harness import expect, main
from record_tools import blocks, changed, flip, write_block


def played(table, rolls=50):
    """A practice table with bets: the player, its summary and its record."""
    p = table.play("Ann", ["solo", "--bots", "3"], "--rolls", rolls, strategy="three-point-molly")
    summary = p.summary()
    return p, summary, summary["record"]


def stats(table, *args):
    status, out, err = table.run("stats", *args, "--json", "--data-dir", table.data_dir("Ann"))
    expect(status == 0, f"stats says {status}: {err}")
    return json.loads(out)


def test_figures_and_pictures_are_those_of_the_table(table):
    p, _, record = played(table)
    expect_stats(table, p, record)
    expect_replay(table, record)
    expect_exports(table, p, record)


def expect_stats(table, p, record):
    before = sorted(os.listdir(os.path.dirname(record)))
    s = stats(table)
    rolls = p.all("roll")
    totals = {str(t): sum(1 for r in rolls if sum(r["dice"]) == t) for t in range(2, 13)}
    expect(s["schema"] == 1 and s["sessions"] == 1 and s["rolls"] == 50, f"{s['sessions']} sessions, {s['rolls']} rolls")
    expect(s["dice"]["totals"] == totals, f"{s['dice']['totals']} instead of {totals}")
    expect(s["dice"]["verdict"] == "fair", f"the dice are called {s['dice']['verdict']}")
    decided = [x for r in rolls for x in r["payouts"] if x["player"] == "Ann" and x["result"] != "travel"]
    expect(sum(b["times"] for b in s["bets"]) == len(decided), "not every decided bet is counted once")
    expect(sum(b["won"] for b in s["bets"]) == sum(1 for x in decided if x["result"] == "win"), "another number of wins")
    expect(sum(b["staked"] for b in s["bets"]) == sum(x["amount"] for x in decided), "another sum of stakes")
    expect(s["net"] == sum(b["net"] for b in s["bets"]), f"net {s['net']}, of bets {sum(b['net'] for b in s['bets'])}")
    expect([q["name"] for q in s["players"] if q["you"]] == ["Ann"], f"{s['players']}")
    expect(s["expected"] < 0, "the bets are expected to earn")
    one = stats(table, record)
    expect(one["dice"] == s["dice"] and one["net"] == s["net"], "a record that is named has other figures")
    status, text, _ = table.run("stats", record)
    expect(status == 0 and "50 rolls in 1 session" in text, text)
    expect(sorted(os.listdir(os.path.dirname(record))) == before, "stats left something beside the record")


def test_bad_files_are_told_and_have_their_exit_status(table):
    _, _, record = played(table, rolls=30)
    expect_bad_stats(table, record)
    expect_replay_stops(table, record)
    expect_bad_exports(table, record)


def expect_bad_stats(table, record):
    folder = os.path.dirname(record)
    other = os.path.join(folder, "not.craps")
    with open(other, "w", encoding="ascii") as f:
        f.write("no record at all\n" * 100)
    with changed(record) as (damaged, database):
        row = blocks(database)[20]
        row[4] = flip(row[4], 99)
        expect(write_block(database, row[0], row), "the block could not be changed")
    for file, status in ((other, 65), (os.path.join(folder, "none.craps"), 66), (damaged, 1)):
        got, out, err = table.run("stats", file)
        expect(got == status, f"stats {file}: {got}: {err}")
        expect(out == "" and err.startswith("craps: ") and err.count("\n") == 1, f"not one line: {out}{err}")
    # In the folder they are counted, and the others read.
    s = stats(table)
    expect(s["unread"] == 2 and s["sessions"] >= 1, f"{s['unread']} unread, {s['sessions']} sessions")


class Screen:
    """A program in a pseudo-terminal of 80x24: what it has written, as it came."""

    def __init__(self, table, *arguments):
        environment = table.environment() | {"TERM": "xterm", "LC_ALL": "C", "NO_COLOR": "1"}
        self.deadline_s, self.written, self.status = table.deadline_s, "", None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(table.craps, [table.craps, *map(str, arguments)], environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def read(self):
        """False when it has ended."""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.written += data.decode("latin-1")
        if not data and self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return bool(data)

    def wait_for(self, text):
        end = time.monotonic() + self.deadline_s
        while text not in self.written:
            expect(select.select([self.fd], [], [], max(0, end - time.monotonic()))[0], f"no {text!r} on the screen")
            expect(self.read() or text in self.written, f"it ended without {text!r}: {self.written[-300:]!r}")

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def end(self):
        while self.status is None:
            self.read()
        os.close(self.fd)
        return self.status


def expect_replay(table, record):
    """On a terminal it is the table again."""
    before = sorted(os.listdir(os.path.dirname(record)))
    s = Screen(table, "replay", record, "--from", 50, "--no-animation", "--data-dir", table.data_dir("Ann"))
    s.wait_for("50 / 50")
    expect("roll 50 of 50" in s.written and "record signed" in s.written and "PASS LINE" in s.written, s.written)
    s.type("g17\r")
    s.wait_for("#17")
    s.type("v")
    s.wait_for("was roll 17 fair?")
    s.type("\x1b")
    s.wait_for("view: Ann's seat")
    s.type("q")
    expect(s.end() == 0, f"status {s.status}")
    expect(sorted(os.listdir(os.path.dirname(record))) == before, "replay left something beside the record")
    # Not on a terminal, and with --line, it is lines as ever.
    status, out, _ = table.run("replay", record, "--line")
    expect(status == 0 and "\x1b" not in out and out.startswith("table "), out[:200])


def expect_replay_stops(table, record):
    """Where the record breaks."""
    with changed(record) as (damaged, database):
        row = blocks(database)[100]
        row[4] = flip(row[4], 99)
        expect(write_block(database, row[0], row), "the block could not be changed")
    s = Screen(table, "replay", damaged, "--no-animation")
    s.wait_for("DOES NOT CHECK")
    s.type("q")
    expect(s.end() == 1 and "does not check" in s.written, f"status {s.status}")
    s = Screen(table, "replay", __file__)
    expect(s.end() == 65, f"status {s.status}: {s.written}")


def export(table, *arguments):
    status, out, err = table.run("export", *arguments)
    expect(status == 0 and err == "", f"export says {status}: {err}")
    return out


def expect_exports(table, p, record):
    """Each form says what the players had."""
    rolls = p.all("roll")
    rows = list(csv.DictReader(io.StringIO(export(table, record, "--format", "csv"), newline="")))
    of_rolls = [r for r in rows if r["event"] == "roll"]
    expect([(int(r["die1"]), int(r["die2"]), r["phase"], int(r["point"])) for r in of_rolls]
           == [(*r["dice"], r["phase"], r["point"]) for r in rolls], "the csv has other rolls")
    paid = [(int(r["roll"]), r["player"], r["bet"], r["result"], int(r["paid"])) for r in rows if r["event"] == "payout"]
    expect(paid == [(r["roll"], x["player"], x["bet"], x["result"], x["paid"]) for r in rolls for x in r["payouts"]], "the csv has other payouts")
    lines = [json.loads(x) for x in export(table, record, "--format", "jsonl").splitlines()]
    _, replayed, _ = table.run("replay", record, "--json")
    told = [json.loads(x) for x in replayed.splitlines()]
    expect(lines == [x | {"t_ms": 0} for x in told], "the jsonl is not what replay --json says")
    document = json.loads(export(table, record, "--format", "json"))
    expect(document["schema"] == 1 and document["events"] == lines, "the json has other events")
    out = os.path.join(os.path.dirname(os.path.dirname(record)), "demo.cast")
    expect(export(table, record, "--rolls", 5, "-o", out) == "", "it writes to both")
    with open(out, encoding="utf-8") as f:
        head, *frames = [json.loads(x) for x in f]
    expect(head["version"] == 2 and (head["width"], head["height"]) == (80, 24), f"{head}")
    times = [t for t, kind, _ in frames if kind == "o"]
    expect(len(times) == len(frames) > 20 and times == sorted(times) and times[-1] > 5 * 2.5, f"{len(times)} frames to {times[-1]} s")
    text = "".join(x for _, _, x in frames)
    expect("PASS LINE" in text and "of 5" in text, "no table on the cast")
    with open(out, "rb") as f:
        first = f.read()
    export(table, record, "--rolls", 5, "-o", out)
    with open(out, "rb") as f:
        expect(f.read() == first, "the same record gives another cast")


def expect_bad_exports(table, record):
    """A record that breaks leaves no file, and bad use says what is good."""
    folder = os.path.dirname(os.path.dirname(record))
    broken, out = os.path.join(os.path.dirname(record), "changed.craps"), os.path.join(folder, "out.csv")
    for form in ("csv", "json", "asciicast"):
        status, _, err = table.run("export", broken, "--format", form, "-o", out)
        expect(status == 1 and err.count("\n") == 1, f"{form}: {status} {err}")
        expect(not [f for f in os.listdir(folder) if f.startswith("out.csv")], "a broken export is left lying about")
    for arguments, wanted in (((__file__,), 65), (("none",), 66), ((record, "--format", "xml"), 64), ((record, "-o"), 64),
                              ((record, "-o", os.path.join(folder, "none", "x.csv")), 73), ((record, "-o", folder), 73), ((), 64)):
        status, printed, err = table.run("export", *arguments)
        expect(status == wanted and printed == "" and err.count("\n") == 1, f"{arguments}: {status} {printed}{err}")


def test_a_record_that_ends_with_dice_out_is_exported_to_its_end(table):
    """As after a table that stopped for ever in mid-roll: the dice on the last picture roll on, the recording does not."""
    _, _, record = played(table, rolls=5)
    status, out, _ = table.run("export", record, "--format", "jsonl")
    last = [json.loads(line) for line in out.splitlines() if '"roll"' in line and '"dice"' in line][-1]
    with changed(record, "stopped.craps") as (stopped, database):
        database.execute("DELETE FROM blocks WHERE height >= ?", (last["height"],))
        database.execute("DELETE FROM snapshots WHERE height >= ?", (last["height"],))
    status, _, err = table.run("verify", stopped)
    expect(status == 0, f"verify: {status} {err}")
    status, out, err = table.run("export", stopped, "--format", "asciicast")
    expect(status == 0 and out.count("\n") > 5, f"export: {status} {err}")


if __name__ == "__main__":
    main(test_a_record_that_ends_with_dice_out_is_exported_to_its_end, test_figures_and_pictures_are_those_of_the_table, test_bad_files_are_told_and_have_their_exit_status)
