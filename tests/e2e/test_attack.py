"""A live table under fire: a hundred thousand hostile datagrams, and a man on the path who sends a changed copy of each tenth one.
Runs on the loopback interface of a network namespace of its own."""

import json
import os
import subprocess
import threading
import time

from harness import expect, expect_same, expect_same_rolls, main
from own_network import inside

COUNT = int(os.environ.get("ATTACK_COUNT", "100000"))
RATE = int(os.environ.get("ATTACK_RATE", "10000"))
SANITIZED = os.environ.get("ATTACK_SANITIZED") == "1"
ATTACKER = os.environ["ATTACKER"]
DISCOVERY = 17776
BURSTS = 4
GROWTH_MAX = 6 << 20  # bytes of a member's memory, history and all
NOISE_MS = 2
TRIES = 3
ENDLESS = 100000  # rolls: a table that is over when the test says so, however fast the machine is
NAMES = ("Bo", "Cy", "Dee")


def ports_of(player):
    """The UDP ports that a process has bound."""
    folder = f"/proc/{player.process.pid}"
    sockets = set()
    for fd in os.listdir(f"{folder}/fd"):
        try:
            sockets.add(os.readlink(f"{folder}/fd/{fd}"))
        except OSError:
            pass
    ports = set()
    with open(f"{folder}/net/udp", encoding="ascii") as f:
        for line in f.read().splitlines()[1:]:
            words = line.split()
            if f"socket:[{words[9]}]" in sockets:
                ports.add(int(words[1].split(":")[1], 16))
    return ports


def resident(player):
    with open(f"/proc/{player.process.pid}/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Attacker:
    """The program that shoots; its last line is what it tells."""

    def __init__(self, players, door, seed, *arguments):
        ports = sorted(set().union(*[ports_of(p) for p in players]))
        words = ["--ports", ",".join(map(str, ports)), "--lobby", door["port"], "--discovery", DISCOVERY, "--seed", seed, *arguments]
        self.process = subprocess.Popen([ATTACKER, *map(str, words)], stdout=subprocess.PIPE, text=True)
        expect(self.process.stdout.readline() == "shooting\n", "the attacker does not shoot")
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.reader.start()

    def running(self):
        return self.process.poll() is None

    def report(self):
        self.process.wait()
        self.reader.join()
        expect(self.process.returncode == 0, f"the attacker ended with {self.process.returncode}")
        return json.loads(self.lines[-1])

def latencies(players, begin):
    """Of the commits that players saw of their own operations since then."""
    took = []
    for p, b in zip(players, begin):
        took += [v["latency_ms"] for v in p.events[b:] if v.get("event") == "committed" and v.get("latency_ms") is not None]
    return took


def p99(took):
    return sorted(took)[int(len(took) * 0.99)]


def window(players, rolls=8):
    """What the next so many rolls took."""
    begin = [len(p.events) for p in players]
    last = players[0].all("roll")[-1]["roll"]
    players[0].wait_roll(last + rolls)
    return latencies(players, begin)


def open_table(table, rolls):
    network = ["--bind", "127.0.0.1", "--discovery-port", DISCOVERY]
    common = ["--headless", "--json", "--strategy", "random", "--rolls", rolls]
    host = table.start("Ann", "host", "--port", "0", "--start", 4, *common, "--as", "Ann", *network)
    door = host.wait_event("table_open")
    others = [table.join(n, door, "--rolls", rolls) for n in NAMES]
    for p in others:
        p.wait_event("joined")
    host.wait_roll(5)
    return host, door, others


def undisturbed(players):
    """Nobody was thrown out, sat away, or lost a link."""
    for p in players:
        for kind in ("player_left", "player_away", "stalled", "evidence"):
            expect(not p.all(kind), f"{p.name} saw {p.all(kind)[:1]}")
        with open(os.path.join(p.data_dir, "craps.log"), encoding="utf-8") as f:
            log = f.read()
        expect(log.count("is up") >= len(players) - 1, f"{p.name}: the log does not name its links")
        expect("lost" not in log, f"{p.name}: {log[-300:]}")


def let_in(table, door, rolls):
    """The door is open all the while. Whoever hears nothing, or that the door is busy, tries again, as a friend would."""
    began = time.monotonic()
    for attempt in range(TRIES):
        late = table.join("Eve", door, "--rolls", rolls)
        if late.wait("an answer at the door", lambda: late.closed or late.all("joined")) and late.all("joined"):
            break
        expect(attempt + 1 < TRIES and late.exit_status() in (69, 75), f"Eve is not let in: {late.complaint()}")
        table.players.remove(late)
    return late, time.monotonic() - began


def test_attack(table):
    attackers = []
    try:
        under_fire(table, attackers)
    finally:
        for a in attackers:
            if a.running():
                a.process.kill()


def under_fire(table, attackers):
    host, door, others = open_table(table, ENDLESS)
    players = [host, *others]
    sizes = [resident(p) for p in players]
    before, during, reports, late = [], [], [], None
    for burst in range(BURSTS):
        before.append(window(players))
        during.append([])
        count = COUNT // (BURSTS - 1) if burst != 1 else 1 << 40
        attacker = Attacker(players, door, table.random.randrange(1 << 32), "--count", count, "--rate", RATE)
        attackers.append(attacker)
        if burst == 1:  # a friend comes in while they shoot
            late, took_s = let_in(table, door, ENDLESS)
            expect(attacker.running(), "the attack was over before the friend came in")
            during[-1] += window(players)
            attacker.process.terminate()
        while burst != 1 and attacker.running():
            took = window(players)
            during[-1] += took if attacker.running() else []
        reports.append(attacker.report())
    growth = max(resident(p) - b for p, b in zip(players, sizes))
    rolls = expect_same_rolls([*players, late])
    undisturbed(players)
    for p in (*players, late):
        p.terminate()
    for p in (*players, late):
        expect(p.summary()["conserved"] is True, f"{p.name}: chips are not conserved")
    total = {k: sum(r["kinds"][k] for r in reports) for k in reports[0]["kinds"]}
    sent, received = (sum(r[k] for r in reports) for k in ("bytes_sent", "bytes_received"))
    worst = max(r["worst_ratio"] for r in reports)
    before.append(before[-1])
    pairs = [(p99(before[i] + before[i + 1]), p99(d)) for i, d in enumerate(during) if len(d) >= 30]
    expect(len(pairs) >= 2, "too few commits under fire to judge")
    # each burst against the calm around it, and the middle one: other work of this machine comes and goes
    calm, fire = sorted(pairs, key=lambda p: p[1] / p[0])[(len(pairs) - 1) // 2]
    print(f"        {sum(total.values())} datagrams, {sum(r['spoofed'] for r in reports)} of them in others' names: {total}")
    print(f"        answered {received} bytes for {sent} sent, one address at most {worst:.2f} for 1; memory grew by {growth // 1024} KiB")
    print(f"        commit p99 {calm:.1f} ms before and {fire:.1f} ms under fire: x {fire / calm:.2f}; a friend came in within {took_s:.1f} s")
    expect(sum(total.values()) >= COUNT // (BURSTS - 1) * (BURSTS - 1), "datagrams are missing")
    expect(all(r["ear"] and r["mouth"] for r in reports), "the attacker could not listen or lie")
    expect(all(total.values()), "a kind was never sent")
    expect(worst <= 1, "an address was answered with more than it sent")
    expect(SANITIZED or growth <= GROWTH_MAX + rolls * 4096, "memory grows")
    expect(fire <= 2 * calm + NOISE_MS, "the table is slower than twice")


def test_man_on_the_path(table):
    """Of each tenth datagram a changed copy, the same again, and an old one: from before the first friend comes to the last roll."""
    rolls = 100
    attacker = subprocess.Popen([ATTACKER, "--mutate", "10", "--count", "1000000000"], stdout=subprocess.PIPE, text=True)
    try:
        expect(attacker.stdout.readline() == "shooting\n", "nobody is on the path")
        host = table.host("Ann", "--start", 3, "--rolls", rolls)
        door = host.wait_event("table_open")
        players = [host, *[table.join(n, door, "--rolls", rolls) for n in NAMES[:2]]]
        expect_same(players)
    finally:
        attacker.terminate()
        told = attacker.communicate()[0]
    undisturbed(players)
    report = json.loads(told.splitlines()[-1])
    print(f"        {report['heard']} datagrams passed, {report['kinds']['mutated']} were changed and sent again")
    expect(report["kinds"]["mutated"] >= 500, "hardly anything passed")


if __name__ == "__main__":
    inside()
    main(test_attack, test_man_on_the_path)
