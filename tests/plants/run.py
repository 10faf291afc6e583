#!/usr/bin/env python3
"""Shows that the ladder finds planted faults.

    run.py --build DIR [--quick | NAME...]   all, the quick ones, or these; needs a build directory

A fault is found when its command fails within a minute and the same command passes on the sound program (which the
rest of ./check has shown already when --quick asks). Prints a table: fault, seconds, what noticed it."""

import argparse
import pathlib
import re
import subprocess
import sys
import time

from faults import FAULTS

MINUTE = 60.0
SOURCES = pathlib.Path(__file__).resolve().parent.parent
# Of what a failing program prints, the line that says what failed: the first kind that is there.
TELLING = [re.compile(r"seed \d+ failed"), re.compile(r"internal fault"), re.compile(r"^\[  FAILED  \] test_"),
           re.compile(r"error", re.IGNORECASE)]


def target_of(program):
    """Where the build directory has a sound program."""
    if program.startswith("test_"):
        source = next(SOURCES.glob(f"unit/*/{program}.c"))
        return f"tests/unit/{source.parent.name}/{program}"
    return f"tests/sim/{program}"


def damaged_target(fault):
    return f"tests/plants/plant-{fault.name}" if fault.edits else target_of(fault.program)


def run(command, limit):
    start = time.monotonic()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit, check=False)
        status, output = done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        status, output = None, ""
    return status, output, time.monotonic() - start


def reason(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for telling in TELLING:
        said = [line for line in lines if telling.search(line)]
        if said:
            return said[0].removeprefix("[  FAILED  ] ")[:110]
    return lines[-1][:110] if lines else "died without a word"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-build", action="store_true", help="they are built already")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    known = {fault.name: fault for fault in FAULTS}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        raise SystemExit(f"no such fault: {', '.join(unknown)}")
    faults = [known[name] for name in options.names] or [f for f in FAULTS if f.quick or not options.quick]
    if not options.no_build:
        targets = sorted({damaged_target(f) for f in faults} | {target_of(f.program) for f in faults})
        subprocess.run(["ninja", "-C", str(options.build), *targets], check=True, stdout=subprocess.DEVNULL)

    missed, sound = [], {}
    for fault in faults:
        arguments = fault.args.split()
        first = ["--first"] if fault.program == "sim" else []
        status, output, seconds = run([str(options.build / damaged_target(fault)), *arguments, *first], MINUTE)
        usage = status == 2 and not fault.program.startswith("test_")
        found = status not in (None, 0) and not usage
        if found and fault.edits and not options.quick:
            key = (fault.program, fault.args)
            if key not in sound:
                sound[key] = run([str(options.build / target_of(fault.program)), *arguments], 10 * MINUTE)
            if sound[key][0] != 0:
                found, output = False, "the sound program fails too: " + reason(sound[key][1])
        by = reason(output) if found else "NOT FOUND " + (reason(output) if status != 0 else "")
        print(f"{fault.name:32} {seconds:5.1f} s  {fault.program:20} {by}", flush=True)
        if not found:
            missed.append(fault.name)
    print(f"{len(faults) - len(missed)} of {len(faults)} planted faults found")
    return 1 if missed else 0


sys.exit(main())
