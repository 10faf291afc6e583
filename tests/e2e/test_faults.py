"""A real process whose Nth allocation or Nth disk call fails, or that dies in it: it ends with a sentence and a status of the manual,
never by a crash; and whoever starts it again with `join --last` has every roll that was ever printed.

The table is one member with a hosted bot, so that its own files are all there is. tests/support/fail_calls.c does the failing."""

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from harness import expect, expect_same, main

ROLLS = 3
STATUSES = (0, 65, 66, 69, 70, 73, 74, 78)  # cli.md
LIBRARY = os.environ.get("CRAPS_FAIL_CALLS", "")


def play(table, folder, command, rolls, environment=None, deadline=60):
    arguments = [*command, "--no-discovery", "--bind", "127.0.0.1", "--port", "0", "--headless", "--json", "--strategy", "pass", "--as", "Ann", "--rolls", rolls, "--data-dir", folder]
    env = table.environment()
    if environment:
        env.update(environment, LD_PRELOAD=LIBRARY)
    r = subprocess.run([table.craps, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, env=env, timeout=deadline, check=False)
    return r


def host(table, folder, environment=None):
    return play(table, folder, ["host", "--bots", "1", "--start", "1"], ROLLS, environment)


def rolls_of(output):
    found = {}
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue  # the last line of a process that was killed
        if event.get("event") == "roll":
            found[event["roll"]] = event["dice"]
    return found


def count_calls(table):
    folder = table.data_dir("count")
    report = os.path.join(table.folder, "calls")
    r = host(table, folder, {"FAIL_REPORT": report})
    expect(r.returncode == 0, f"without a fault: status {r.returncode}: {r.stderr}")
    with open(report, encoding="ascii") as f:
        allocations, disk_calls = map(int, f.read().split())
    expect(allocations > 100 and disk_calls > 100, f"{allocations} allocations, {disk_calls} disk calls: the library was not loaded")
    return allocations, disk_calls


def come_back(table, folder, printed, said):
    """A second life without faults: the table goes on after the last roll that was printed."""
    r = play(table, folder, ["join", "--last"], ROLLS + 3)
    error = r.stderr.decode("utf-8", "replace")
    if r.returncode == 66:  # there was no table yet, or it had been left for good
        expect(not printed or len(printed) == ROLLS, f"{said}: rolls {sorted(printed)} were printed and there is no table to come back to")
        return
    expect(r.returncode == 0, f"{said}: join --last ended with {r.returncode}: {error}")
    again = rolls_of(r.stdout)
    expect(not again or min(again) > max(printed, default=0), f"{said}: roll {min(again, default=0)} was made again")
    summary = json.loads(r.stdout.splitlines()[-1])
    expect(summary["rolls"] == ROLLS + 3 and summary["conserved"], f"{said}: {summary}")


def one_fault(table, environment, killed):
    said = " ".join(f"{k}={v}" for k, v in sorted(environment.items()))
    folder = table.data_dir(said.replace(" ", "-"))
    r = host(table, folder, environment)
    error = r.stderr.decode("utf-8", "replace")
    if killed:
        expect(r.returncode in (-9, 0), f"{said}: status {r.returncode}: {error}")
    else:
        expect(r.returncode in STATUSES, f"{said}: status {r.returncode}: {error}")
        expect(r.returncode == 0 or error.startswith("craps: "), f"{said}: status {r.returncode} without a sentence: {error!r}")
    come_back(table, folder, rolls_of(r.stdout), said)
    shutil.rmtree(folder, ignore_errors=True)


def all_faults(table, faults):
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one_fault, table, environment, killed) for environment, killed in faults]:
            done.result()


def sample(table, total, count):
    return sorted(table.random.sample(range(1, total + 1), min(count, total)))


def allocation_faults(points, ends):
    return [({"FAIL_ALLOC_AT": str(n)}, False) for n in points] + [({"FAIL_ALLOC_FROM": str(n)}, False) for n in ends]


def disk_faults(points, ways):
    faults = [({"FAIL_DISK_AT": str(n), "FAIL_DISK_HOW": how}, how == "kill") for n in points for how in ways]
    return faults + [({"FAIL_DISK_FROM": str(n), "FAIL_DISK_HOW": "enospc"}, False) for n in points]


def test_an_allocation_fails(table):
    total, _ = count_calls(table)
    all_faults(table, allocation_faults(sample(table, total, 30), sample(table, total, 6)))


def test_a_disk_call_fails(table):
    _, total = count_calls(table)
    all_faults(table, disk_faults(sample(table, total, 8), ("eio", "enospc", "short", "kill")))


def split_of_three(table, n, how):
    """Cy is killed, Ann and Bo split, and Ann's Nth disk call from there on goes wrong; then she comes back, and both are at one
    new table. N = 0: nothing goes wrong. Returns how many disk calls there were until she left the new table again."""
    folder = os.path.join(table.folder, f"split-{n}-{how}")
    flag, report = f"{folder}.flag", f"{folder}.calls"
    network = ["--headless", "--json", "--bind", "127.0.0.1", "--no-discovery"]
    faults = {"LD_PRELOAD": LIBRARY, "FAIL_DISK_AT": str(n), "FAIL_DISK_HOW": how, "FAIL_DISK_WHEN": flag, "FAIL_REPORT": report}

    def start(name, *command, environment=None):
        return table.start(name, *command, "--as", name, *network, data_dir=os.path.join(folder, name), environment=environment)

    ann = start("Ann", "host", "--port", "0", "--start", 3, environment=faults)
    door = ann.wait_event("table_open")
    words = f"{door['words']}@127.0.0.1:{door['port']}"
    bo, cy = start("Bo", "join", words), start("Cy", "join", words)
    for p in (ann, bo, cy):
        p.wait_event("joined")
    cy.kill()
    ann.wait_event("stalled")
    bo.wait_event("stalled")
    with open(flag, "w", encoding="ascii"):
        pass
    ann.send("split")
    bo.send("split")
    if n == 0:
        ann.wait_event("split")
        bo.wait_event("split")
        ann.send("pass 5")
        ann.wait_event("bet")
        for p in (ann, bo):
            p.send("quit")
        ann.summary()
        with open(report, encoding="ascii") as f:
            return int(f.read().split()[1])
    ann.exit_status()
    back = start("Ann", "join", "--last")
    pair = (back, bo)

    def together():
        for p in pair:
            if not p.closed and not p.all("split") and p.all("stalled"):
                p.send("split")
        at = [(p.all("split") or p.all("joined") or [{"table": None}])[-1]["table"] for p in pair]
        return bo.all("split") and at[0] == at[1]

    bo.wait(f"a split with disk call {n} {how}", together)
    back.send("place 6 12")
    bo.wait_event("bet", player="Ann", amount=1200)
    for p in pair:
        p.send("quit")
    expect_same(pair, keys=("table", "bank"))
    return 0


def splits_with_faults(table, points):
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(split_of_three, table, n, "kill") for n in points]:
            done.result()


def test_killed_at_a_step_of_a_split(table):
    total = split_of_three(table, 0, "eio")
    expect(total > 100, f"a split makes {total} disk calls: the library was not loaded")
    splits_with_faults(table, sample(table, total // 2, 6))  # the other half is playing on and leaving


def long_killed_at_every_step_of_a_split(table):
    total = split_of_three(table, 0, "eio")
    splits_with_faults(table, range(1, total // 2 + 1))


def long_every_allocation_fails(table):
    total, _ = count_calls(table)
    all_faults(table, allocation_faults(range(1, total + 1), range(1, total + 1, 7)))


def long_every_disk_call_fails(table):
    _, total = count_calls(table)
    all_faults(table, disk_faults(range(1, total + 1), ("eio", "enospc", "short", "kill")))


main(test_an_allocation_fails, test_a_disk_call_fails, test_killed_at_a_step_of_a_split,
     long=(long_every_allocation_fails, long_every_disk_call_fails, long_killed_at_every_step_of_a_split))
