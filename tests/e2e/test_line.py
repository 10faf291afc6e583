"""An evening by words alone: line mode on a dumb terminal and through pipes, two members. Not one escape byte, every kind of bet
answered, the same dice on both sides, and the way out of a table that waits for somebody."""

import errno
import os
import pty
import re
import subprocess
import threading
import time

from harness import Failure, expect, main

NETWORK = ["--bind", "127.0.0.1", "--no-discovery"]

# Every kind of rules 14 with a number where it has one.
KINDS = """pass 5; dp 5; come 5; dc 5; put 6 5; odds 5; odds dp 5; odds come 6 5; odds dc 6 5; odds put 6 5; place 6 12; place_to_lose 8 5;
buy 4 20; lay 10 40; hard 6 5; big6 5; big8 5; yes 4 5; no 4 5; field 5; any7 1; craps 1; aces 1; ace_deuce 1; yo 1; boxcars 1; hop 4 4 1;
hop two five 1; next 7 1; horn 4; horn_high_2 5; horn_high_3 5; horn_high_11 5; horn_high_12 5; c_and_e 2; world 5; all_small 1; all_tall 1;
all 1; repeater 6 1; different_doubles 1; fire 1; ride_the_line 1; replay 1; hot_shooter 1; muggsy 1; bet field 500c; place 6 501c; pass 7.50"""
# It is taken, or one sentence says why not.
ANSWER = re.compile(r"Rack [0-9.]+\. Agreed by \d of \d\.$|opens (once|at) the come-out|there is none here yet|least|most|multiple|Wait for a seven-out|"
                    r"The amount must be")


class Talker:
    """One craps in line mode: on a dumb terminal, or between two pipes."""

    def __init__(self, table, name, *arguments, terminal=False):
        self.name, self.at, self.heard, self.raw = name, 0, [], b""
        self.changed, self.ended = threading.Condition(), False
        self.deadline_s = table.deadline_s
        command = [table.craps, *arguments, "--as", name, "--data-dir", table.data_dir(name)]
        environment = {**table.environment(), "TERM": "dumb"}
        if terminal:
            self.reading, end = pty.openpty()
            self.process = subprocess.Popen(command, stdin=end, stdout=end, stderr=subprocess.DEVNULL, env=environment)
            os.close(end)
            self.writing = self.reading
        else:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
            self.reading, self.writing = self.process.stdout.fileno(), self.process.stdin.fileno()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        rest = b""
        while True:
            try:
                part = os.read(self.reading, 65536)
            except OSError as problem:
                expect(problem.errno in (errno.EIO, errno.EBADF), str(problem))
                part = b""
            lines = (rest + part).split(b"\n")
            rest = lines.pop()
            with self.changed:
                self.raw += part
                self.heard += [line.decode().rstrip("\r") for line in lines]
                self.ended = not part
                self.changed.notify_all()
            if not part:
                return

    def type(self, line):
        """What is heard from here on is what hear() looks at."""
        with self.changed:
            self.at = len(self.heard)
        os.write(self.writing, line.encode() + b"\n")

    def hear(self, wanted, since=None):
        """The first line, said since the last type(), that the pattern is found in."""
        end = time.monotonic() + self.deadline_s
        at = self.at if since is None else since
        with self.changed:
            while True:
                for i in range(at, len(self.heard)):
                    if re.search(wanted, self.heard[i]):
                        return self.heard[i]
                at = max(at, len(self.heard))
                if self.ended or not self.changed.wait(end - time.monotonic()):
                    raise Failure(f"{self.name} never heard {wanted!r}: {self.heard[-30:]}")

    def ask(self, line, wanted):
        self.type(line)
        return self.hear(wanted)

    def status(self):
        status = self.process.wait(self.deadline_s)
        self.reader.join()
        return status

    def end(self):
        self.process.kill()
        self.process.wait()


def expect_plain(*talkers):
    """0 escape bytes, nothing that moves a cursor, no word that only a programmer says."""
    for t in talkers:
        expect(b"\033" not in t.raw, f"{t.name}: an escape byte: {t.raw[max(0, t.raw.find(27) - 60):][:120]}")
        odd = {b for b in t.raw if b < 32 and b not in (9, 10, 13)}
        expect(not odd, f"{t.name}: control bytes {odd}")
        for word in ("error", "quorum", "consensus", "timeout", "node"):
            expect(not any(word in line.lower().split() for line in t.heard), f"{t.name} says {word}")


def roll(ann, bo):
    """Both are ready; both hear the same dice. Returns what both were told about them."""
    heard = len(ann.heard), len(bo.heard)
    ann.type("ready")
    bo.type("ready")
    thrown = r"(\d) and (\d), "
    a, b = ann.hear(thrown, heard[0]), bo.hear(thrown, heard[1])
    expect(re.search(thrown, a).groups() == re.search(thrown, b).groups(), f"{a} / {b}")
    checked = ann.hear(r"Roll \d+ checked: dice fair\.$", heard[0])
    bo.hear(r"Roll \d+ checked: dice fair\.$", heard[1])
    return a, checked


def sit_down(table):
    """Ann hosts on a dumb terminal; Bo comes by the menu between two pipes, with a wrong letter first."""
    ann = Talker(table, "Ann", "host", "--name", "Friday Table", "--port", "0", "--rate", "any", *NETWORK, terminal=True)
    shown = ann.hear("^The three words for your friends: ")
    words, address = re.search(r": (\S+)  or: craps join \S+@(\S+)$", shown).groups()
    spelled = ann.hear("^Letter by letter: ")
    expect(spelled == "Letter by letter: " + ". ".join(" ".join(w.upper()) for w in words.split("-")) + ".", spelled)
    bo = Talker(table, "Bo", *NETWORK)
    bo.hear("^Craps. Type solo")
    bo.ask("hots", "Did you mean host")
    bo.ask("join", "Type the three words")
    first = words.split("-")[0]
    bo.ask(f"{first}zz {' '.join(words.split('-')[1:])}@{address}", rf"{first}zz\? Did you mean ")
    bo.ask(f"{words.replace('-', ' ').upper()}@{address}", "^Table Friday Table. Two players. Come-out roll. Your rack is 1000.$")
    ann.hear("^Bo has a seat: B.$")
    return ann, bo


def test_an_evening_by_words(table):
    ann, bo = sit_down(table)
    ann.ask("pass 5", r"^Pass line 5\. Wins 5\. Rack 995\. Agreed by 2 of 2\.$")
    bo.hear("^Ann bets 5 on pass.$", 0)
    bo.ask("dp 10", r"^Don't pass 10\. Wins 10\. Rack 990\. Agreed by 2 of 2\.$")
    ann.hear("^Bo bets 10 on don't pass.$", 0)  # agreed at Bo's is not yet known at Ann's
    for _ in range(100):  # the news may be heard a moment before the picture of the table has it
        said = ann.ask("bets", "Total on table")
        if "Others" in said:
            break
    expect(said == "Pass 5. Total on table 5. Others: Bo don't pass 10.", said)
    ann.ask("plce 6 12", "Did you mean place")
    ann.ask("say hello", "^Ann: hello$")
    bo.hear("^Ann: hello$", 0)
    ann.ask("players", "^Seat B Bo, rack 990, on table 10")
    for _ in range(12):  # to a point, which one of them has money on
        said, _ = roll(ann, bo)
        if "The point is" in said:
            break
        for t, word in ((ann, "pass 5"), (bo, "dp 10")):
            t.ask(word, "Agreed by|opens at the come-out")
    else:
        raise Failure("no point in twelve rolls")
    ann.hear(r"^You: pass 5 stays\. Odds up to \d+ pay \d to \d with no house edge\.$", 0)
    ann.ask("odds 10", r"^Odds 10 on pass\. Rack [0-9.]+\. Agreed by 2 of 2\.$")
    ann.ask("place 6 12", "^Place six 12. Wins 14.")
    ann.ask("press place 6", "^Place six 12 more, 24 in all.")
    ann.ask("off place 6", "^You turn place 6 off.$")
    ann.ask("undo", "^You turn place 6 as usual.$|^You turn place 6 on.$")
    ann.ask("take place 6 12", "^You take 12 down from place six.")
    ann.ask("down", "^You take 12 down from place six.")
    bo.ask("stats", "roll.? at this table. Your result so far: ")
    bo.ask("history", "^Rolls, the newest last: ")
    bo.hear("^In all your tables, 1: ")
    bo.ask("proof", r"^Roll \d+ was checked on this computer, from the record\. .* signed by 2 of 2\. 2 pieces fit")
    bo.ask("rules", "^Bets 1 to 500 chips.")
    bo.ask("help yes", "^Yes six: ")
    bo.ask("invite", "three words|another player's door")
    bo.ask("sitout", "^You sit out.$")
    bo.ask("sitin", "^You are in again.$")
    bo.ask("rebuy", "^New chips are for an empty rack")
    for t in (ann, bo):
        for line in (part.strip() for part in KINDS.split(";")):
            t.ask(line, ANSWER)
    before = len(ann.raw)
    said, checked = roll(ann, bo)
    expect(len(ann.raw) - before < 4000, "a roll takes pages to tell")
    ann.ask("repeat", "Agreed by|Nothing to repeat|opens|before")
    bo.ask("leave", "^Leaving the table properly.$")
    last = bo.hear("^Friday Table: [0-9]+ rolls, .*craps replay ")
    ann.hear("^Bo left the table.$", 0)
    bo.type("quit")
    expect(bo.status() == 0, f"status {bo.process.returncode}")
    ann.type("quit")
    expect(ann.status() == 0, f"status {ann.process.returncode}")
    expect(re.match(r"Friday Table: \d+ rolls, [+-][0-9,.]+\. craps replay /", ann.heard[-1]), ann.heard[-1])
    status, _, error = table.run("verify", last.split("craps replay ")[1])
    expect(status == 0, f"verify: {status} {error}")
    expect_plain(ann, bo)


def test_a_table_that_waits_says_so_and_lets_go(table):
    """Bo is gone at a table of two: Ann hears for whom it waits, bets are not taken, and she leaves with a receipt."""
    ann, bo = sit_down(table)
    ann.ask("pass 5", "Agreed by 2 of 2")
    bo.end()
    ann.at = 0
    ann.hear(r"^Waiting for Bo: 1 of 2 answer, 2 are needed\. Bets are not taken\.$")
    ann.ask("field 5", "^Waiting for Bo: ")
    ann.ask("wait", "^You wait.")
    ann.type("leave")
    ann.hear("receipt")
    expect(ann.status() == 0, f"status {ann.process.returncode}")
    expect_plain(ann)


def test_a_script_through_pipes_reads_like_a_conversation(table):
    """Typed all at once: each line waits until what the one before it began is done, and none is refused for being fast."""
    bets = "".join(f"place {n} 30\n" for n in (4, 5, 6, 8, 9, 10))
    lines = "solo\npass 5\nready\n" + 4 * (bets + "down\n") + 3 * "ready\n" + "help bets\nleave\nquit\n"
    status, said, error = table.run("--line", "--as", "Ann", "--data-dir", table.data_dir("Ann"), stdin=lines.encode())
    expect(status == 0, f"{status}: {error}")
    heard = said.split("\n")
    expect("\033" not in said, "an escape byte")
    expect("Too fast" not in said, "refused for being fast")
    expect(sum(" checked: dice fair." in line for line in heard) >= 4, heard)
    asked = [line for line in heard if line.startswith(("Place ", "No point", "You take 30 down from place"))]
    expect(len(asked) >= 24, f"{len(asked)} answers")
    expect(heard[-2].startswith(("Practice table: ", "Craps. Type")), heard[-3:])


def test_an_empty_line_or_end_of_input_harms_nothing(table):
    for lines in (b"", b"\n\n\n", b"join\n\nhelp\nquit\n", b"solo\n\n/pass 5\n\nquit"):
        status, said, error = table.run("--line", "--as", "Ann", "--data-dir", table.data_dir("Ann"), stdin=lines)
        expect(status == 0, f"{lines}: {status}: {error}")
        expect("\033" not in said, "an escape byte")


main(
    test_an_evening_by_words,
    test_a_table_that_waits_says_so_and_lets_go,
    test_a_script_through_pipes_reads_like_a_conversation,
    test_an_empty_line_or_end_of_input_harms_nothing,
)
