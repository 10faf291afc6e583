#!/usr/bin/env python3
"""What --metrics and --trace cost: processor time of the same practice table, off and on, in turns; medians of ratios to off.

    tests/bench/watch_cost.py --craps BUILD/src/craps [--before OTHER/src/craps] [--rounds N] [--rolls N]

--before: another build of the program, run in turns with this one, both off."""

import argparse
import os
import re
import resource
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request


def scrape(player, stop):
    place = None
    while not stop.wait(1.0 if place else 0.05):
        if place is None:
            with open(player.complaints, encoding="utf-8") as f:
                found = re.search(r"http://\S+/metrics", f.read())
            place = found and found.group(0)
        if place:
            try:
                urllib.request.urlopen(place, timeout=5).read()
            except OSError:
                return


def run(craps, rolls, options, scraped):
    """Processor seconds of one table."""
    with tempfile.TemporaryDirectory() as home:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        complaints = os.path.join(home, "stderr")
        with open(complaints, "wb") as err:
            p = subprocess.Popen([craps, "solo", "--headless", "--json", "--strategy", "pass", "--rolls", str(rolls), "--data-dir", home, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
        p.complaints = complaints
        stop = threading.Event()
        asker = threading.Thread(target=scrape, args=(p, stop)) if scraped else None
        if asker:
            asker.start()
        if p.wait() != 0:
            raise SystemExit(f"{craps} ended with {p.returncode}")
        stop.set()
        if asker:
            asker.join()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start_ms(craps):
    began = time.perf_counter()
    subprocess.run([craps, "--version"], stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--craps", required=True)
    parser.add_argument("--before")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rolls", type=int, default=100)
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spans = os.path.join(folder, "spans.jsonl")
        ways = {"off": (o.craps, [], False), "--metrics, nobody asks": (o.craps, ["--metrics", "0"], False), "--metrics, asked once a second": (o.craps, ["--metrics", "0"], True), "--trace to a file": (o.craps, ["--trace", spans], False)}
        if o.before:
            ways["off, the other build"] = (o.before, [], False)
        costs = {name: [] for name in ways}
        starts = {craps: [] for craps in {o.craps, o.before or o.craps}}
        for _ in range(o.rounds):
            for name, (craps, options, scraped) in ways.items():
                costs[name].append(run(craps, o.rolls, options, scraped))
            for _ in range(10):
                for craps, took in starts.items():
                    took.append(start_ms(craps))
    print(f"{o.rounds} rounds of {o.rolls} rolls, load {os.getloadavg()[0]:.1f}")
    for name in ways:
        ratios = [a / b for a, b in zip(costs[name], costs["off"])]
        print(f"{name:34} {statistics.median(costs[name]):7.3f} s processor   {statistics.median(ratios):6.3f} of off")
    for craps, took in starts.items():
        print(f"{craps} --version: {statistics.median(took):.2f} ms from start to end, least {min(took):.2f}")


if __name__ == "__main__":
    main()
