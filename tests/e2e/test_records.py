"""What is made from records: craps stats, and craps replay on a terminal."""

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


if __name__ == "__main__":
    main(test_figures_and_pictures_are_those_of_the_table, test_bad_files_are_told_and_have_their_exit_status)
