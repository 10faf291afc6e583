"""Real processes on a bad network: each on a computer of its own, on a switch that has faults on purpose.

What is measured comes from two clocks that are one: the switch's answers and the lines of the players as they are read here."""

import sys
import time

from faulty import NAMES, Switch, skip_without_switch
from harness import expect, expect_same, main


def network(table, members=4):
    return Switch(table.options.switch, members, table.seed)


def play(table, switch, name, *command, rolls, strategy="random"):
    return table.start(
        name, *command, "--headless", "--json", "--as", name, "--strategy", strategy, *(["--rolls", rolls] if rolls else []),
        within=switch.within(NAMES.index(name) + 1))


def open_table(table, switch, rolls, *rules, members=4, strategy="random"):
    """The first hosts, the others find it by the words alone."""
    host = play(table, switch, NAMES[0], "host", "--start", members, *rules, rolls=rolls, strategy=strategy)
    words = host.wait_event("table_open")["words"].split("-")
    guests = [play(table, switch, name, "join", *words, rolls=rolls, strategy=strategy) for name in NAMES[1:members]]
    players = [host, *guests]
    for p in players:
        p.wait_event("joined")
    return players


def last_roll(player):
    return max((e["roll"] for e in player.all("roll")), default=0)


def expect_played(players, rolls):
    s = expect_same(players)
    expect(s["rolls"] == rolls, f"{s['rolls']} rolls")
    return s


def since(player, kind, t_s):
    """The first event of that kind that was heard after that moment."""
    return player.wait(f"{kind} after the change", lambda: next((e for e in player.all(kind) if e["heard_s"] > t_s), None))


def test_loss_and_delay(table):
    """10 % of the datagrams are lost and each takes 50 ms, from the first question for the table on: 100 rolls."""
    with network(table) as switch:
        switch.set(loss=10, delay=50)
        began = time.monotonic()
        players = open_table(table, switch, 100, "--window", 0, strategy="pass")
        seated_s = time.monotonic() - began
        s = expect_played(players, 100)
        lost = switch.sum()
        expect(lost["lost"] > lost["frames"] * 0.08, f"the switch lost {lost['lost']} of {lost['frames']}")
        print(f"seated in {seated_s:.1f} s, commit {s['commit_ms']}, lost {lost['lost']} of {lost['frames']} frames")


def test_mixed_faults(table):
    with network(table) as switch:
        switch.set(corrupt=2, duplicate=5, reorder=20, delay=10, jitter=8)
        players = open_table(table, switch, 25)
        s = expect_played(players, 40)
        c = switch.sum()
        expect(all(c[k] > 0 for k in ("corrupted", "duplicated", "reordered")), f"{c}")
        print(f"commit {s['commit_ms']}, {c['corrupted']} corrupted of {c['frames']} frames")


def heal_and_measure(players, heal):
    """Seconds from the healing to the next commit that each of them says."""
    healed_s = heal()
    return [since(p, "committed", healed_s)["heard_s"] - healed_s for p in players]


def random_roll(table, player, least, most):
    number = table.random.randint(least, most)
    player.wait_roll(number)


def test_cut_in_halves_and_healed(table):
    """Two and two have no quorum: nothing is rolled, all say so; healed, they go on by themselves."""
    rolls = 30
    with network(table) as switch:
        players = open_table(table, switch, rolls)
        random_roll(table, players[0], 3, 10)
        cut_s = switch.part((1, 2), (3, 4))
        for p in players:
            stalled = since(p, "stalled", cut_s)
            expect((stalled["have"], stalled["need"]) == (2, 3), f"{p.name}: {stalled}")
        quiet = [(len(p.all("committed")), last_roll(p)) for p in players]
        heights = [p.all("committed")[-1]["height"] for p in players]
        expect(max(heights) - min(heights) <= 1, f"a half went on alone: {heights}")
        players[0].send("ready")
        expect(quiet == [(len(p.all("committed")), last_roll(p)) for p in players], "something was agreed without a quorum")
        healed = heal_and_measure(players, switch.heal)
        print(f"healed: the next commit after {', '.join(f'{1000 * h:.0f}' for h in healed)} ms")
        for p in players:
            since(p, "resumed", cut_s)
        expect(max(healed) < 1, f"healing took {healed}")
        expect_played(players, rolls)


def test_one_cut_off_and_healed(table):
    """Three of four go on; the fourth says so and catches up."""
    rolls = 45
    with network(table) as switch:
        switch.set(delay=10)
        players = open_table(table, switch, rolls)
        random_roll(table, players[0], 3, 10)
        cut_s = switch.part((1, 2, 3))
        stalled = since(players[3], "stalled", cut_s)
        away = [since(p, "player_away", cut_s) for p in players[:3]]
        expect(all(a["player"] == NAMES[3] for a in away), f"{away}")
        last = last_roll(players[0])
        players[0].wait_roll(last + 3)
        missed = last_roll(players[3])
        healed_s = switch.heal()
        back = since(players[3], "roll", healed_s)
        print(f"stalled after {stalled['heard_s'] - cut_s:.2f} s, away after {away[0]['heard_s'] - cut_s:.2f} s, "
              f"roll {missed + 1} heard {1000 * (back['heard_s'] - healed_s):.0f} ms after healing")
        expect_played(players, rolls)


if __name__ == "__main__":
    skip_without_switch(sys.argv)
    main(test_cut_in_halves_and_healed, test_one_cut_off_and_healed, test_mixed_faults, long=(test_loss_and_delay,))
