"""What a table costs: memory that does not grow with the night, no work while nobody bets, and dice that are fair."""

import os
import time

from harness import expect, main

NAMES = ("Bo", "Cy", "Dee")
MIB = 1024
TICKS = os.sysconf("SC_CLK_TCK")
# Chi-square of 36 equally likely pairs has 35 degrees of freedom: more than this once in 1,400 runs.
CHI_SQUARE_MAX = 67.99


def resident_kib(p):
    with open(f"/proc/{p.process.pid}/status", encoding="ascii") as f:
        for line in f:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def cpu_ticks(p):
    with open(f"/proc/{p.process.pid}/stat", encoding="ascii", errors="replace") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def chi_square(p, rolls):
    seen = [0] * 36
    for e in p.all("roll"):
        a, b = e["dice"]
        seen[(a - 1) * 6 + b - 1] += 1
    expect(sum(seen) == rolls, f"{sum(seen)} rolls")
    mean = rolls / 36
    return sum((n - mean) ** 2 for n in seen) / mean


def solo(table, bots, strategy, rolls, early):
    """Plays `rolls` rolls; memory at roll `early` and near the last, and how the dice fell."""
    p = table.play("Ann", ["solo", "--bots", str(bots)], "--rolls", rolls, strategy=strategy)
    p.wait_roll(early)
    before = resident_kib(p)
    p.wait_roll(rolls - 20)
    after = resident_kib(p)
    p.summary()
    chi = chi_square(p, rolls)
    print(f"solo with {bots} bots: {before} KiB at roll {early}, {after} KiB at roll {rolls - 20}; chi-square of {rolls} rolls {chi:.1f}")
    expect(chi < CHI_SQUARE_MAX, f"chi-square {chi:.1f}")
    return before, after


def test_memory_and_dice_of_a_thousand_rolls(table):
    before, after = solo(table, 0, "pass", 1000, 200)
    expect(after - before < 4 * MIB, f"grew from {before} to {after} KiB")
    expect(after < 20 * MIB, f"{after} KiB")


def long_memory_with_bots(table):
    """Four members in one process; each has a ring of 4,160 views (1 MiB) that the first thousand rolls fill."""
    before, after = solo(table, 3, "three-point-molly", 2000, 1000)
    expect(after - before < MIB, f"grew from {before} to {after} KiB")
    expect(after < 24 * MIB, f"{after} KiB")


def long_dice(table):
    solo(table, 0, "pass", 10000, 2000)


def long_dice_with_bots(table):
    solo(table, 3, "pass", 10000, 2000)


def test_memory_of_a_member(table):
    rolls = 300
    host = table.host("Ann", "--start", 4, "--rolls", rolls, strategy="three-point-molly")
    door = host.wait_event("table_open")
    players = [host] + [table.join(n, door, "--rolls", rolls, strategy="three-point-molly") for n in NAMES]
    for p in players:
        p.wait_roll(50)
    before = [resident_kib(p) for p in players]
    for p in players:
        p.wait_roll(rolls - 10)
    after = [resident_kib(p) for p in players]
    print(f"a member of four: {before} KiB at roll 50, {after} KiB at roll {rolls - 10}")
    for p, a, b in zip(players, before, after):
        expect(b - a < 4 * MIB, f"{p.name} grew from {a} to {b} KiB")
        expect(b < 20 * MIB, f"{p.name}: {b} KiB")
    for p in players:
        p.summary()


def wait_quiet(players):
    """Until nobody has printed anything for a second."""
    seen = None
    while seen != (seen := [len(p.lines) for p in players]):
        time.sleep(1)


def test_idle_table_costs_nothing(table):
    host = table.host("Ann", strategy="idle")
    door = host.wait_event("table_open")
    players = [host] + [table.join(n, door, strategy="idle") for n in NAMES]
    for p in players:
        p.wait_event("epoch", members=4)
    wait_quiet(players)
    measured_s = 10
    before = [cpu_ticks(p) for p in players]
    lines = [len(p.lines) for p in players]
    began = time.monotonic()
    time.sleep(measured_s)
    wall_s = time.monotonic() - began
    used = [100 * (cpu_ticks(p) - b) / TICKS / wall_s for p, b in zip(players, before)]
    print(f"an idle table of four: {['%.2f' % u for u in used]} % of a core each, {[resident_kib(p) for p in players]} KiB")
    for p, percent, printed in zip(players, used, lines):
        expect(percent <= 1, f"{p.name} used {percent:.2f} % of a core")
        expect(len(p.lines) == printed, f"{p.name}: something happened at an idle table: {p.lines[-1]}")
        expect(resident_kib(p) < 16 * MIB, f"{p.name}: {resident_kib(p)} KiB")


if __name__ == "__main__":
    main(
        test_memory_and_dice_of_a_thousand_rolls,
        test_memory_of_a_member,
        test_idle_table_costs_nothing,
        long=(long_memory_with_bots, long_dice, long_dice_with_bots),
    )
