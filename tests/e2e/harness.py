"""Drives real craps processes: starts them with their own folders on loopback, reads their events, and waits on events alone.

A test is a function of a Table. main() runs those of a file; a failure prints what every process said last and the one command
that reproduces it."""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback


class Failure(Exception):
    pass


class Player:
    """One craps process and everything it has printed."""

    def __init__(self, table, name, arguments, data_dir, environment, within=()):
        self.name = name
        self.data_dir = data_dir
        self.arguments = [str(a) for a in arguments]
        self.events = []
        self.lines = []
        self.changed = table.changed
        self.deadline_s = table.deadline_s
        self.closed = False
        self.stderr = open(os.path.join(table.folder, f"{name}.{table.count()}.stderr"), "w+b")
        self.process = subprocess.Popen(
            [*within, table.craps, *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            env=environment,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for raw in self.process.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            with self.changed:
                self.lines.append(line)
                if isinstance(event, dict):
                    event["heard_s"] = time.monotonic()  # when the line was read here
                    self.events.append(event)
                self.changed.notify_all()
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def all(self, kind):
        return [e for e in self.events if e.get("event") == kind]

    def wait(self, what, condition):
        """Waits until condition() is true; looked at again whenever anybody printed something."""
        end = time.monotonic() + self.deadline_s
        with self.changed:
            while not (found := condition()):
                left = end - time.monotonic()
                if left <= 0:
                    raise Failure(f"{self.name}: waited {self.deadline_s} s for {what}")
                if self.closed and not condition():
                    raise Failure(f"{self.name}: ended before {what}")
                self.changed.wait(left)
            return found

    def wait_event(self, kind, **keys):
        def find():
            for e in self.events:
                if e.get("event") == kind and all(e.get(k) == v for k, v in keys.items()):
                    return e
            return None

        return self.wait(f"{kind} {keys or ''}", find)

    def wait_roll(self, number):
        return self.wait(f"roll {number}", lambda: next((e for e in self.all("roll") if e["roll"] >= number), None))

    def send(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def end_input(self):
        self.process.stdin.close()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def kill(self):
        """kill -9, and gone when it returns."""
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def exit_status(self):
        try:
            status = self.process.wait(self.deadline_s)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name}: still running after {self.deadline_s} s") from None
        self.reader.join()
        return status

    def complaint(self):
        self.stderr.flush()
        with open(self.stderr.name, "rb") as f:
            return f.read().decode("utf-8", "replace")

    def summary(self):
        """Ends by itself with status 0; its last line."""
        status = self.exit_status()
        if status != 0:
            raise Failure(f"{self.name}: exit status {status}: {self.complaint()}")
        if not self.events or self.events[-1].get("event") != "summary":
            raise Failure(f"{self.name}: the last line is no summary: {self.lines[-1:]}")
        return self.events[-1]


class Table:
    """The processes of one test, their folders and the seed."""

    def __init__(self, craps, seed, folder, options):
        self.deadline_s = options.deadline
        self.options = options
        self.craps = craps
        self.seed = seed
        self.random = random.Random(seed)
        self.folder = folder
        self.players = []
        self.changed = threading.Condition()
        self.started = 0

    def count(self):
        self.started += 1
        return self.started

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("CRAPS_", "XDG_"))}
        home = os.path.join(self.folder, "home")
        env.update(HOME=home, XDG_CONFIG_HOME=home, XDG_STATE_HOME=home, XDG_DATA_HOME=home, LC_ALL="C.UTF-8", TERM="dumb")
        return env

    def data_dir(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, *arguments, data_dir=None, within=(), environment=None):
        """within: the words of a command that runs another (`ip netns exec NAME`)."""
        folder = data_dir or self.data_dir(name)
        env = {**self.environment(), **(environment or {})}
        p = Player(self, name, [*arguments, "--data-dir", folder], folder, env, within)
        self.players.append(p)
        return p

    def play(self, name, command, *arguments, strategy="random", environment=None):
        """A headless player on loopback without discovery; command may be several words."""
        extra = ["--strategy", strategy] if strategy else []
        network = ["--bind", "127.0.0.1", "--no-discovery"]
        return self.start(name, *command, "--headless", "--json", "--as", name, *network, *extra, *arguments, environment=environment)

    def host(self, name, *arguments, **options):
        return self.play(name, ["host", "--port", "0"], *arguments, **options)

    def join(self, name, door, *arguments, **options):
        """door is the host's table_open."""
        return self.play(name, ["join", f"{door['words']}@127.0.0.1:{door['port']}"], *arguments, **options)

    def run(self, *arguments, stdin=b"", environment=None):
        """One command to its end: status, stdout, stderr."""
        env = self.environment()
        env.update(environment or {})
        r = subprocess.run([self.craps, *[str(a) for a in arguments]], input=stdin, capture_output=True, env=env, timeout=self.deadline_s, check=False)
        return r.returncode, r.stdout.decode("utf-8", "replace"), r.stderr.decode("utf-8", "replace")

    def close(self):
        for p in self.players:
            if p.process.poll() is None:
                p.process.kill()
                p.process.wait()
            p.reader.join()
            p.stderr.close()
            p.process.stdin.close()
            p.process.stdout.close()

    def tell(self):
        for p in self.players:
            print(f"--- {p.name}: craps {' '.join(p.arguments)}  status {p.process.poll()}", file=sys.stderr)
            for line in p.lines[-8:]:
                print(f"    {line[:300]}", file=sys.stderr)
            for line in p.complaint().splitlines()[-8:]:
                print(f"    stderr: {line[:300]}", file=sys.stderr)
            log = os.path.join(p.data_dir, "craps.log")
            if os.path.exists(log):
                with open(log, encoding="utf-8", errors="replace") as f:
                    for line in f.read().splitlines()[-8:]:
                        print(f"    log: {line[:300]}", file=sys.stderr)


def expect(condition, message):
    if not condition:
        raise Failure(message)


def expect_same(players, keys=("table", "height", "state_hash", "bank", "balances")):
    """All end by themselves with summaries that agree; the chips are conserved. Returns the first summary."""
    summaries = [p.summary() for p in players]
    for p, s in zip(players, summaries):
        expect(s["conserved"] is True, f"{p.name}: chips are not conserved")
        for k in keys:
            expect(s[k] == summaries[0][k], f"{k}: {players[0].name} has {summaries[0][k]}, {p.name} has {s[k]}")
    return summaries[0]


def expect_same_rolls(players, keys=("dice", "height", "balances")):
    """Of a table that still plays: whoever saw a roll saw the same. Returns how many rolls the first has seen; each has seen most."""
    seen = [{e["roll"]: e for e in p.all("roll")} for p in players]
    for p, rolls in zip(players, seen):
        common = rolls.keys() & seen[0].keys()
        expect(common and max(common) + 50 >= max(seen[0]), f"{p.name} saw {len(common)} of {len(seen[0])} rolls")
        for n in common:
            for k in keys:
                expect(rolls[n][k] == seen[0][n][k], f"roll {n}, {k}: {players[0].name} has {seen[0][n][k]}, {p.name} has {rolls[n][k]}")
    return max(seen[0])


def run_one(test, craps, seed, options):
    folder = tempfile.mkdtemp(prefix="craps-e2e-")
    table = Table(craps, seed, folder, options)
    began = time.monotonic()
    try:
        test(table)
        print(f"ok      {test.__name__}  {time.monotonic() - began:.1f} s")
        return True
    except Exception as problem:  # every failure is told with its seed
        print(f"FAILED  {test.__name__}: {problem}", file=sys.stderr)
        if not isinstance(problem, (Failure, OSError, subprocess.TimeoutExpired)):
            traceback.print_exc()
        table.tell()
        switch = f"--switch {options.switch} " if options.switch else ""
        again = f"python3 {sys.argv[0]} --craps {craps} {switch}--seed {seed} {test.__name__}"
        print(f"again:  {again}", file=sys.stderr)
        return False
    finally:
        table.close()
        if options.keep:
            for p in table.players:
                with open(os.path.join(folder, f"{p.name}.events"), "w", encoding="utf-8") as f:
                    f.write("\n".join(p.lines))
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"kept    {folder}")


def main(*tests, long=()):
    """Tests of `long` run only when named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--craps", required=True, help="the program")
    parser.add_argument("--switch", help="the faulty switch, for the tests that use it")
    parser.add_argument("--soak", type=float, default=60, help="seconds, for the tests that go on for as long as asked")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=1, help="each test so often, with seeds from --seed on")
    parser.add_argument("--deadline", type=float, default=120, help="seconds to wait for an event")
    parser.add_argument("--keep", action="store_true", help="keep the folders")
    parser.add_argument("names", nargs="*", help="tests to run; all by default")
    options = parser.parse_args()
    chosen = [t for t in (*tests, *long) if t.__name__ in options.names] if options.names else tests
    if not chosen:
        parser.error("no such test")
    good = True
    for seed in range(options.seed, options.seed + options.times):
        for test in chosen:
            good = run_one(test, os.path.abspath(options.craps), seed, options) and good
    sys.exit(0 if good else 1)
