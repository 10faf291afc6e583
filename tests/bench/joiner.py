"""How long a newcomer takes from its words to its seat, against the length of the night, and how long one that was away for all of it
takes to be back. Prints a line for each number of rolls; no limits are checked here.

    python3 tests/bench/joiner.py --craps build/src/craps [--rolls 100,300,1000]"""

import argparse
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "e2e"))
from harness import Failure, Table  # noqa: E402

import tempfile  # noqa: E402


def height(player):
    return max((e["height"] for e in player.all("committed")), default=0)


def sit_down(table, name, door):
    """Seconds from the words to the seat."""
    start = time.monotonic()
    newcomer = table.join(name, door, strategy=None)
    newcomer.wait_event("joined")
    seconds = time.monotonic() - start
    newcomer.terminate()
    newcomer.exit_status()
    return seconds


def come_back(table, name):
    start = time.monotonic()
    back = table.play(name, ["join", "--last"])
    back.wait_event("joined")
    return back, time.monotonic() - start


def measure(table, rolls):
    host = table.host("Ann", "--start", 4)
    door = host.wait_event("table_open")
    players = [host] + [table.join(n, door) for n in ("Bo", "Cy", "Dee")]
    for p in players:
        p.wait_event("joined")
    began = time.monotonic()
    for at in rolls:
        host.wait_roll(at)
        played = time.monotonic() - began
        seconds = sit_down(table, f"New{at}", door)
        print(f"{at} rolls, {height(host)} blocks (played in {played:.0f} s): words to seat {seconds:.2f} s", flush=True)
    sleeper = players.pop()
    at = height(sleeper)
    sleeper.kill()
    host.wait_roll(2 * rolls[-1])
    back, seconds = come_back(table, "Dee")
    print(f"away for {height(host) - at} blocks: join --last to seat {seconds:.2f} s", flush=True)
    back.kill()
    _, seconds = come_back(table, "Dee")
    print(f"killed again after {height(host)} blocks: join --last to seat {seconds:.2f} s", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--craps", required=True)
    parser.add_argument("--rolls", default="100,300,1000")
    parser.add_argument("--deadline", type=float, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="craps-bench-") as folder:
        table = Table(os.path.abspath(options.craps), 1, folder, options)
        try:
            measure(table, [int(n) for n in options.rolls.split(",")])
        except Failure:
            table.tell()
            raise
        finally:
            table.close()


if __name__ == "__main__":
    main()
