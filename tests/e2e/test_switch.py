"""Real processes on a bad network: each on a computer of its own, on a switch that has faults on purpose.

What is measured comes from two clocks that are one: the switch's answers and the lines of the players as they are read here."""

import os
import shutil
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
    host = play(table, switch, NAMES[0], "host", "--start", members, "--seats", max(8, members), *rules, rolls=rolls, strategy=strategy)
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
        for p in players:
            expect(not p.all("player_away"), f"{p.name}: {p.all('player_away')}")
        expect(lost["lost"] > lost["frames"] * 0.08, f"the switch lost {lost['lost']} of {lost['frames']}")
        print(f"seated in {seated_s:.1f} s, commit {s['commit_ms']}, lost {lost['lost']} of {lost['frames']} frames")


def test_heavy_loss(table):
    """Three datagrams in ten are lost: links hold, nobody is taken for away."""
    rolls = 10
    with network(table) as switch:
        players = open_table(table, switch, rolls, strategy="pass")
        switch.set(loss=30, delay=10)
        s = expect_played(players, rolls)
        for p in players:
            expect(not p.all("player_away"), f"{p.name}: {p.all('player_away')}")
        print(f"commit {s['commit_ms']}")


def test_mixed_faults(table):
    with network(table) as switch:
        switch.set(corrupt=2, duplicate=5, reorder=20, delay=10, jitter=8)
        players = open_table(table, switch, 15)
        s = expect_played(players, 15)
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
        for half in (players[:2], players[2:]):  # talk needs no quorum, only somebody to hear it
            half[0].send(f"say is anybody with {half[0].name}?")
            half[1].wait_event("chat", player=half[0].name)
        expect(quiet == [(len(p.all("committed")), last_roll(p)) for p in players], "something was agreed without a quorum")
        healed = heal_and_measure(players, switch.heal)
        print(f"healed: the next commit after {', '.join(f'{1000 * h:.0f}' for h in healed)} ms")
        for p in players:
            since(p, "resumed", cut_s)
            for talker in (players[0], players[2]):
                p.wait_event("chat", player=talker.name, text=f"is anybody with {talker.name}?")
        expect(max(healed) < 1, f"healing took {healed}")
        expect_played(players, rolls)


def test_one_cut_off_and_healed(table):
    """Three of four go on; the fourth says so and catches up."""
    rolls = 22
    with network(table) as switch:
        switch.set(delay=20)
        players = open_table(table, switch, rolls)
        random_roll(table, players[0], 3, 5)
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


def long_talk_over_a_third(table):
    """Two that cannot reach each other hear each other over a third that both can reach, at once."""
    with network(table, 3) as switch:
        ann, bo, cy = open_table(table, switch, None, members=3, strategy="idle")
        switch.set(1, 3, cut=1)
        switch.set(3, 1, cut=1)
        time.sleep(6)  # until both have given the link up and have said so to the third
        took = []
        for number in range(5):
            for talker, listener in ((ann, cy), (cy, ann)):
                began = time.monotonic()
                talker.send(f"say {number}")
                took.append(listener.wait_event("chat", player=talker.name, text=str(number))["heard_s"] - began)
        print(f"heard over a third after {1000 * sorted(took)[len(took) // 2]:.0f} ms, {1000 * max(took):.0f} ms at most")
        expect(max(took) < 1, f"talk waited for a comparison: {took}")


def cpu_s(player):
    """Processor time of the process so far."""
    with open(f"/proc/{player.process.pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def long_idle_minute(table):
    """A table at which nobody does anything: what it sends in a minute, and what it computes."""
    with network(table) as switch:
        players = open_table(table, switch, None, strategy="idle")
        time.sleep(20)  # the last words about the newcomers, and until links count as idle
        before, used = switch.sum(), [cpu_s(p) for p in players]
        time.sleep(60)
        after = switch.sum()
        frames, messages = (after[k] - before[k] for k in ("frames", "messages"))
        spent = [round(1000 * (cpu_s(p) - u)) for p, u in zip(players, used)]
        print(f"an idle minute of four: {frames} frames, {after['bytes'] - before['bytes']} bytes, {messages} messages; processor {spent} ms")
        expect(messages == 0, f"{messages} messages at an idle table")
        expect(0 < frames < 600, f"{frames} frames at an idle table")


def long_away_after_kill(table):
    """How long after kill -9 the others have agreed that a member is away (rule 16.6: three seconds of silence)."""
    waits = []
    for _ in range(5):
        with network(table) as switch:
            switch.set(delay=2)
            players = open_table(table, switch, None)
            random_roll(table, players[0], 3, 10)
            killed_s = time.monotonic()
            players[3].kill()
            waits.append(max(since(p, "player_away", killed_s)["heard_s"] for p in players[:3]) - killed_s)
        begin_again(table)
    print(f"away after kill -9: {', '.join(f'{w:.2f}' for w in waits)} s")
    expect(max(waits) < 5, f"{waits}")


def begin_again(table):
    """The processes of one try are gone, and their folders."""
    table.close()
    table.players.clear()
    shutil.rmtree(table.folder)
    os.mkdir(table.folder)


FAULTS = {
    "loss": {"loss": 20},
    "delay": {"delay": 40, "jitter": 20},
    "reorder": {"reorder": 30},
    "duplicate": {"duplicate": 20},
    "corrupt": {"corrupt": 5},
    "rate": {"rate": 64},
}


def play_through(table, rolls, *rules, members=4, strategy="pass", during=None, **faults):
    """A whole game on that network; all end with the same state. Returns the first summary."""
    with network(table, members) as switch:
        switch.set(**faults)
        players = open_table(table, switch, rolls, *rules, members=members, strategy=strategy)
        if during is not None:
            during(switch, players)
        s = expect_played(players, rolls)
        away = len(players[0].all("player_away"))
        print(f"    {members} players {faults}: commit p50 {s['commit_ms']['p50']:.0f} p99 {s['commit_ms']['p99']:.0f} ms, {away} times away")
    begin_again(table)


def every_fault(table, members):
    names = list(FAULTS)
    pairs = [(a, b) for a in names for b in names if a < b]
    for chosen in [(n,) for n in names] + pairs:
        faults = {}
        for name in chosen:
            faults.update(FAULTS[name])
        play_through(table, 5, members=members, **faults)


def long_faults_and_pairs_4(table):
    every_fault(table, 4)


def long_faults_and_pairs_7(table):
    every_fault(table, 7)


def long_faults_and_pairs_10(table):
    every_fault(table, 10)


def long_heavy_loss(table):
    for loss in (20, 30):
        play_through(table, 20, loss=loss)
        play_through(table, 20, loss=loss, delay=50)


def long_flapping_link(table):
    """One of the six links is up for three seconds and down for three."""
    def flap(switch, _):
        switch.set(1, 2, flap=3000)
        switch.set(2, 1, flap=3000)

    play_through(table, 150, delay=5, during=flap)


def long_one_way_cut(table):
    """The second hears the first no more, and is heard by it."""
    play_through(table, 60, delay=5, during=lambda switch, _: switch.set(1, 2, cut=1))


def long_wireless(table):
    """Bursts in which nothing passes, as often as a bad wireless network has them."""
    play_through(table, 60, delay=3, jitter=3, burst=150, every=1000)


def long_slow_line(table):
    for members in (4, 7):
        play_through(table, 20, members=members, rate=64, delay=10)


def long_soak(table):
    """The network changes every few seconds for as long as --soak says; then it is good again, and all agree."""
    with network(table) as switch:
        players = open_table(table, switch, None, "--rebuys", "any")
        end_s = time.monotonic() + table.options.soak
        while time.monotonic() < end_s:
            switch.calm()
            switch.set(**table.random.choice(list(FAULTS.values())))
            cut = table.random.random() < 0.3
            if cut:
                switch.part(*table.random.choice((((1, 2), (3, 4)), ((1, 2, 3),), ((2, 3, 4),), ((1,), (2,), (3,), (4,)))))
            time.sleep(table.random.uniform(3, 12))
            expect(all(p.process.poll() is None for p in players), "somebody is gone")
        healed_s = switch.calm()
        switch.heal()
        for p in players:
            since(p, "roll", healed_s)
        for p in players:
            p.terminate()
        s = [p.summary() for p in players]
        rolls = {}
        for p in players:
            for e in p.all("roll"):
                thrown = (e["height"], e["dice"], e["balances"])
                expect(rolls.setdefault(e["roll"], thrown) == thrown, f"{p.name}: another roll {e['roll']}")
        print(f"{table.options.soak:.0f} s: {len(rolls)} rolls, {len(players[0].all('stalled'))} times stalled, epoch {s[0]['epoch']}")


def views_a_block(player):
    """In the last epoch: 1 when no view was given up."""
    last = player.all("epoch")[-1]
    all_of = [e for e in player.all("committed") if e["heard_s"] > last["heard_s"]]
    return (all_of[-1]["view"] - all_of[0]["view"] + 1) / (all_of[-1]["height"] - all_of[0]["height"] + 1) if all_of else 0


def long_commit_latency(table):
    """The table of commit latencies: not judged, printed."""
    print("loss % | delay ms | commit p50 ms | p99 ms | views a block | seated s | s a roll")
    for loss in (0, 5, 10, 20):
        for delay in (0, 20, 50):
            with network(table) as switch:
                switch.set(loss=loss, delay=delay)
                began_s = time.monotonic()
                players = open_table(table, switch, 20, strategy="pass")
                seated_s = time.monotonic()
                times = [p.summary()["commit_ms"] for p in players]
                over_s = time.monotonic()
                print(f"{loss:6} | {delay:8} | {max(t['p50'] for t in times):13.0f} | {max(t['p99'] for t in times):6.0f} | "
                      f"{views_a_block(players[0]):13.2f} | {seated_s - began_s:8.1f} | {(over_s - seated_s) / 20:8.2f}", flush=True)
            begin_again(table)


if __name__ == "__main__":
    skip_without_switch(sys.argv)
    main(
        test_cut_in_halves_and_healed,
        test_one_cut_off_and_healed,
        test_heavy_loss,
        test_mixed_faults,
        long=(
            test_loss_and_delay,
            long_commit_latency,
            long_idle_minute,
            long_away_after_kill,
            long_faults_and_pairs_4,
            long_faults_and_pairs_7,
            long_faults_and_pairs_10,
            long_heavy_loss,
            long_flapping_link,
            long_one_way_cut,
            long_talk_over_a_third,
            long_wireless,
            long_slow_line,
            long_soak,
        ),
    )
