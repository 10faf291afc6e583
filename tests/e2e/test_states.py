"""The sentences of a table that is not as usual, provoked with real members: words that do not open, a host that is silent, a table
that is full, a player who stands still and comes back, and one who leaves after a long silence."""

import os
import signal
import subprocess
import threading
import time

from harness import Failure, expect, main


class Talker:
    """One player in line mode, between two pipes."""

    def __init__(self, table, name, *arguments):
        self.lines, self.changed, self.deadline_s = [], threading.Condition(), table.deadline_s
        command = [table.craps, *arguments, "--line", "--as", name, "--data-dir", table.data_dir(name), "--bind", "127.0.0.1", "--no-discovery"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=table.environment(), text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def hear(self, *words):
        """A line with all the words."""
        end = time.monotonic() + self.deadline_s
        with self.changed:
            while True:
                for line in self.lines:
                    if all(w in line for w in words):
                        return line
                left = end - time.monotonic()
                if left <= 0:
                    raise Failure(f"never said: {words}; but {self.lines[-6:]}")
                self.changed.wait(left)

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def refused(table, name, words, port, status, *sentence):
    code, out, err = table.run("join", f"{words}@127.0.0.1:{port}", "--headless", "--as", name, "--data-dir", table.data_dir(name), "--bind", "127.0.0.1",
                               "--no-discovery")
    expect(code == status, f"status {code} instead of {status}: {out} {err}")
    for part in sentence:
        expect(part in err, f"no '{part}' in: {err}")


def other_words(words):
    first, second, third = words.split("-")
    return "-".join((first, third, second)) if second != third else f"{first}-{second}-{'canyon' if third != 'canyon' else 'velvet'}"


def test_the_door_says_why_not(table):
    ann = table.host("Ann", "--seats", "2", strategy="idle")
    door = ann.wait_event("table_open")
    ann.wait_event("joined")
    quiet = subprocess.Popen(["sleep", "0"])  # a port that nobody listens at
    quiet.wait()
    silent = threading.Thread(target=lambda: refused(table, "Dee", door["words"], 1, 69, "127.0.0.1:1 does not answer. Same Wi-Fi?"))
    silent.start()
    refused(table, "Cy", other_words(door["words"]), door["port"], 77, "Those words are spelled right but do not open", "ask the host to read them again?")
    bo = table.join("Bo", door, strategy="idle")
    bo.wait_event("joined")
    refused(table, "Eli", door["words"], door["port"], 75, "seats are taken. Watch until one is free?")
    silent.join()


def test_a_host_on_paper_shows_the_code_of_the_words(table):
    code, out, err = table.run("host", "--headless", "--qr", "--seconds", "1", "--data-dir", table.data_dir("Ann"), "--bind", "127.0.0.1", "--port", "0",
                               "--no-discovery")
    expect(code == 0, err)
    rows = [line for line in out.splitlines() if line and set(line) <= set("█▀▄ ")]
    # 25 modules and the border, and 29 for long words; two rows of modules a line.
    sizes = {(len(rows), len(r)) for r in rows}
    expect(sizes in ({(14, 27)}, {(16, 31)}), f"no code and its border: {rows}")


def test_who_stands_still_is_waited_for_and_told_so(table):
    ann = Talker(table, "Ann", "host", "--port", "0")
    address = ann.hear("The three words for your friends", "@").split("craps join ")[1].split()[0]
    bo = Talker(table, "Bo", "join", address)
    try:
        bo.hear("Type a bet")
        ann.hear("Bo has a seat")
        os.kill(bo.process.pid, signal.SIGSTOP)
        began = time.monotonic()
        ann.hear("Waiting for Bo", "1 of 2 answer, 2 are needed")
        # Longer than the program calls sleep; nothing here waits for anything but that.
        while time.monotonic() - began < 8:
            time.sleep(0.1)
        os.kill(bo.process.pid, signal.SIGCONT)
        bo.hear("This computer slept for 0:0")  # 5 s and more are called sleep
        ann.hear("back together at roll 0, 0:")
        ann.type("pass 5")
        ann.hear("Pass line 5", "Agreed by 2 of 2")
        bo.type("leave")
        ann.hear("Bo left the table")
    finally:
        ann.end()
        bo.end()


def test_a_move_after_a_long_silence_breaks_no_link(table):
    """A quiet link is looked after rarely; what is said then is young all the same. Which moment of the rest is hit is chance."""
    ann = Talker(table, "Ann", "host", "--port", "0", "--window", "0")
    address = ann.hear("The three words for your friends", "@").split("craps join ")[1].split()[0]
    bo = Talker(table, "Bo", "join", address)
    log = os.path.join(table.data_dir("Bo"), "craps.log")
    try:
        bo.hear("Type a bet")
        for i in range(8):
            time.sleep(13.5 + 0.25 * i)  # ten seconds until a link counts as quiet, and most of its five seconds of rest
            bo.type("pass 5")
            bo.hear(f"Rack {995 - 5 * i}.", "Agreed by 2 of 2")
            with open(log, encoding="utf-8") as f:
                expect("lost: silent" not in f.read(), f"the link broke at move {i + 1}")
    finally:
        ann.end()
        bo.end()


if __name__ == "__main__":
    main(
        test_the_door_says_why_not,
        test_a_host_on_paper_shows_the_code_of_the_words,
        test_who_stands_still_is_waited_for_and_told_so,
        long=(test_a_move_after_a_long_silence_breaks_no_link,),
    )
