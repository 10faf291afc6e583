"""Computers of their own on a switch that loses, delays, reorders, doubles, corrupts and cuts (tests/support/faulty_switch.c)."""

import json
import os
import shutil
import subprocess
import sys

from harness import Failure

SKIPPED = 77
NAMES = ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida", "Joe")


class Switch:
    """with Switch(table, 4) as switch: computers 1 to 4 are up; they are gone afterwards, also when this process is killed."""

    def __init__(self, program, ports, seed):
        self.command = [program, str(ports), str(seed)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            complaint = self.process.stderr.read().strip()
            self.__exit__()
            raise OSError(complaint or "the switch did not start")
        self.computers = json.loads(line)["ready"]
        return self

    def __exit__(self, *ignored):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def within(self, number):
        """The words that run a command on a computer; the command ends with this process, whatever happens to it."""
        return ["setpriv", "--pdeathsig", "KILL", "nsenter", f"--net=/proc/{self.process.pid}/fd/{self.computers[number - 1]}"]

    def tell(self, command):
        """Carries out a command; its answer with the moment of it, in seconds of the clock of time.monotonic()."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if not answer["ok"]:
            raise Failure(f"the switch does not know '{command}'")
        answer["t_s"] = answer["t_us"] / 1e6
        return answer

    def set(self, origin="*", to="*", **faults):
        for name, value in faults.items():
            self.tell(f"set {origin} {to} {name} {value}")

    def part(self, *groups):
        return self.tell("part " + "/".join(",".join(str(n) for n in g) for g in groups))["t_s"]

    def heal(self):
        return self.tell("part")["t_s"]

    def calm(self):
        return self.tell("calm")["t_s"]

    def sum(self):
        """All counters, over all directions."""
        total = {}
        for link in self.tell("counters")["links"]:
            for key, value in link.items():
                total[key] = total.get(key, 0) + value
        return total


def why_not(program):
    """The reason why there can be no such network here, or None."""
    if not program:
        return "no --switch was given"
    for tool in ("nsenter", "setpriv"):
        if shutil.which(tool) is None:
            return f"{tool} (util-linux) is not installed"
    if not os.path.exists("/dev/net/tun"):
        return "no /dev/net/tun here"
    try:
        with Switch(program, 2, 1) as switch:
            subprocess.run([*switch.within(1), "true"], check=True, capture_output=True, timeout=60)
            return None
    except (OSError, subprocess.CalledProcessError) as problem:
        return f"no network of its own here: {problem}"


def skip_without_switch(argv):
    program = next((argv[i + 1] for i, word in enumerate(argv[:-1]) if word == "--switch"), None)
    reason = why_not(program)
    if reason is not None:
        print(f"SKIP: {reason}")
        sys.exit(SKIPPED)
