"""What the screen costs: start to the first whole page, bytes of one bet, a key press to the chip on the screen with eight players, and
what an idle table of eight takes. The real program in a pseudo-terminal. Prints figures and ratios; checks no limits.

    python3 tests/bench/ui_bench.py --craps build/src/craps [--idle SECONDS] [--presses N] [start bytes keys idle]"""

import argparse
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "e2e"))
from harness import Failure, Table  # noqa: E402
from test_cost import TICKS, cpu_ticks, resident_kib  # noqa: E402

NAMES = ("Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal")
NETWORK = ["--bind", "127.0.0.1", "--no-discovery"]


class Terminal:
    """One craps on a pseudo-terminal of 80x24, and the bytes that it sent."""

    def __init__(self, table, name, *arguments, rows=24, cols=80):
        self.reading, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        command = [table.craps, *arguments, "--as", name, "--data-dir", table.data_dir(name)]
        environment = {**table.environment(), "TERM": "xterm-256color"}
        self.sent = b""
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, stdin=end, stdout=end, stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
        os.close(end)

    def pump(self, seconds):
        if not select.select([self.reading], [], [], seconds)[0]:
            return False
        self.sent += os.read(self.reading, 65536)
        return True

    def wait(self, wanted, since=0, seconds=30):
        """When it was sent; the program's end counts as never."""
        until = time.monotonic() + seconds
        while (at := re.compile(wanted).search(self.sent, since)) is None:
            if time.monotonic() > until:
                raise Failure(f"never saw {wanted}: {self.sent[-400:]}")
            self.pump(0.05)
        return at

    def quiet(self, seconds=0.3):
        while self.pump(seconds):
            pass

    def type(self, keys):
        os.write(self.reading, keys)

    def end(self):
        self.process.kill()
        self.process.wait()
        os.close(self.reading)


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def say(name, value, target):
    print(f"{name:<58} {value:>12}   {target}", flush=True)


def first_page_ms(table, sign, *arguments):
    t = Terminal(table, "Ann", *arguments)
    t.wait(sign)
    ms = (time.monotonic() - t.began) * 1000
    t.end()
    return ms


def bench_start(table, options):
    table.run("config", "set", "name", "Ann", "--data-dir", table.data_dir("Ann"))
    floor = []
    for _ in range(20):
        began = time.monotonic()
        table.run("--version")
        floor.append((time.monotonic() - began) * 1000)
    menu = [first_page_ms(table, rb"q\S* quit|quit") for _ in range(20)]
    alone = [first_page_ms(table, rb"help", "solo", "--bots", "0") for _ in range(20)]
    say("start: craps --version, the floor of any program here", f"{percentile(floor, 50):.1f} ms", "")
    say("start to the whole menu, median of 20", f"{percentile(menu, 50):.1f} ms", f"20 ms; {percentile(menu, 50) / percentile(floor, 50):.1f} x the floor")
    say("start to the whole table (solo, key made), median of 20", f"{percentile(alone, 50):.1f} ms", "")


def bench_bytes(table, options):
    for rows, cols in ((24, 80), (40, 120)):
        t = Terminal(table, "Ann", "solo", "--bots", "0", rows=rows, cols=cols)
        t.wait(rb"PASS|P A S S")
        t.quiet()
        costs = []
        for key in (b"f", b"p", b"f", b"p", b"f"):
            before = len(t.sent)
            t.type(key)
            t.quiet()
            costs.append(len(t.sent) - before)
        page = len(t.sent)
        t.type(b"\014")
        t.quiet()
        say(f"bytes of one bet at {cols}x{rows}, first and then agreed, median", f"{percentile(costs, 50)} B", "400 B")
        say(f"bytes of a whole page at {cols}x{rows}", f"{len(t.sent) - page} B", "")
        t.end()


def eight(table, strategy):
    """Ann on the screen, seven others without one."""
    ann = Terminal(table, "Ann", "host", "--port", "0", "--rate", "any", *NETWORK)
    door = ann.wait(rb"craps join ([a-z]+-[a-z]+-[a-z]+)@127.0.0.1:(\d+)|@(127.0.0.1:\d+)")
    words = ann.wait(rb"([a-z]+-[a-z]+-[a-z]+)").group(1).decode()
    address = next(g for g in door.groups()[::-1] if g).decode()
    address = address if ":" in address else f"127.0.0.1:{address}"
    port = address.rsplit(":", 1)[1]
    others = [table.join(n, {"words": words, "port": port}, strategy=strategy) for n in NAMES]
    for p in others:
        p.wait_event("epoch", members=8)
    ann.type(b" ")
    ann.wait(rb"PASS LINE")
    ann.quiet()
    return ann, others


def bench_keys(table, options):
    ann, others = eight(table, "pass")
    waits = []
    missed = 0
    for i in range(options.presses):
        before = len(ann.sent)
        pressed = time.monotonic()
        ann.type(b"f" if i % 2 == 0 else b"u")
        if i % 2 == 1:
            ann.quiet(0.1)
            continue
        try:
            ann.wait(rb"~A|\bA5", before, 0.5)
            waits.append((time.monotonic() - pressed) * 1000)
        except Failure:
            missed += 1  # the dice were out: refused, with a sentence
        ann.quiet(0.1)  # ten keys a second is fast for a person
    rolls = max((e["roll"] for e in others[0].all("roll")), default=0)
    say(f"a key press to ~A5 with 8 players, p50 of {len(waits)}", f"{percentile(waits, 50):.2f} ms", f"{rolls} rolls meanwhile, {missed} refused")
    say("a key press to ~A5 with 8 players, p99", f"{percentile(waits, 99):.2f} ms", "16 ms")
    ann.end()


def bench_idle(table, options):
    ann, others = eight(table, "idle")
    while ann.pump(1.5):
        pass
    screen = type("Screen", (), {"process": ann.process})
    lines, sent, ticks = [len(p.lines) for p in others], len(ann.sent), cpu_ticks(screen)
    other_ticks = [cpu_ticks(p) for p in others]
    began = time.monotonic()
    while time.monotonic() - began < options.idle:
        ann.pump(1)
    seconds = time.monotonic() - began
    used = 100 * (cpu_ticks(screen) - ticks) / TICKS / seconds
    most = max(100 * (cpu_ticks(p) - b) / TICKS / seconds for p, b in zip(others, other_ticks))
    say(f"idle table of 8, {seconds:.0f} s: of a core, with the screen", f"{used:.2f} %", "0.5 %")
    say("  of a core, the most of those without a screen", f"{most:.2f} %", "0.5 %")
    say("  agreed blocks and events (seven others)", f"{sum(len(p.lines) - b for p, b in zip(others, lines))}", "0")
    say("  bytes sent to the terminal", f"{len(ann.sent) - sent} B", "")
    say("  resident, with the screen", f"{resident_kib(screen)} KiB", "16384 KiB")
    ann.end()


BENCHES = {"start": bench_start, "bytes": bench_bytes, "keys": bench_keys, "idle": bench_idle}


def run():
    parser = argparse.ArgumentParser()
    parser.add_argument("--craps", required=True)
    parser.add_argument("--idle", type=float, default=10)
    parser.add_argument("--presses", type=int, default=400)
    parser.add_argument("names", nargs="*", default=[])
    options = parser.parse_args()
    options.deadline, options.keep, options.switch = 60, False, None
    for name in options.names or BENCHES:
        with tempfile.TemporaryDirectory(prefix="craps-bench-") as folder:
            table = Table(os.path.abspath(options.craps), 1, folder, options)
            try:
                BENCHES[name](table, options)
            finally:
                table.close()


if __name__ == "__main__":
    run()
