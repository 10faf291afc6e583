"""Four computers on one cable: each player in a network namespace of its own, joined by a bridge. They find each other by
the words alone, and the table outlives a cable pulled out in mid-game."""

import json
import os
import shutil
import subprocess
import sys

from harness import expect, expect_same, main

SKIPPED = 77
NAMES = ("Ann", "Bo", "Cy", "Dee")


def ip(*words, check=True):
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=check, timeout=60)


class Network:
    """A bridge in a namespace of its own and one cable to each player's."""

    def __init__(self):
        self.switch = f"craps{os.getpid()}switch"
        self.made = []

    def __enter__(self):
        try:
            self.add(self.switch)
            ip("-n", self.switch, "link", "add", "bridge", "type", "bridge")
            ip("-n", self.switch, "link", "set", "bridge", "up")
            for number, name in enumerate(NAMES, 1):
                self.add(self.of(name))
                ip("link", "add", "cable", "netns", self.of(name), "type", "veth", "peer", "name", name, "netns", self.switch)
                ip("-n", self.switch, "link", "set", name, "master", "bridge", "up")
                ip("-n", self.of(name), "address", "add", f"{self.address(name)}/24", "broadcast", "+", "dev", "cable")
                ip("-n", self.of(name), "link", "set", "cable", "up")
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *ignored):
        self.remove()

    def add(self, namespace):
        ip("netns", "add", namespace)
        self.made.append(namespace)
        ip("-n", namespace, "link", "set", "lo", "up")

    def remove(self):
        for namespace in self.made:
            ip("netns", "delete", namespace, check=False)
        self.made = []

    def of(self, name):
        return f"craps{os.getpid()}{name}"

    def address(self, name):
        return f"10.77.0.{NAMES.index(name) + 1}"

    def within(self, name):
        """Runs a command on that player's computer, or at the switch when None."""
        return ["ip", "netns", "exec", self.switch if name is None else self.of(name)]

    def pull(self, name):
        """Out at the switch's end: the player's computer notices as little as it can."""
        ip("-n", self.switch, "link", "set", name, "down")

    def plug(self, name):
        ip("-n", self.switch, "link", "set", name, "up")

    def switch_off(self, name):
        """The player's own interface goes, and its routes with it."""
        ip("-n", self.of(name), "link", "set", "cable", "down")

    def switch_on(self, name):
        ip("-n", self.of(name), "link", "set", "cable", "up")


def why_not():
    """The reason why namespaces cannot be had here, or None."""
    if shutil.which("ip") is None:
        return "ip (iproute2) is not installed"
    try:
        with Network():
            return None
    except subprocess.CalledProcessError as problem:
        return f"no network namespaces here: {problem.stderr.strip() or problem}"


def play(table, network, name, *command, rolls):
    return table.start(
        name, *command, "--headless", "--json", "--as", name, "--strategy", "random", "--rolls", rolls, within=network.within(name)
    )


def open_table(table, network, rolls):
    """Ann hosts; Bo and Cy come by the words alone, Dee by the words and the address."""
    host = play(table, network, "Ann", "host", "--start", 4, rolls=rolls)
    door = host.wait_event("table_open")
    words = door["words"].split("-")
    bo = play(table, network, "Bo", "join", *words, rolls=rolls)
    bo.wait_event("joined")
    cy = play(table, network, "Cy", "join", *[w[:3] for w in words], rolls=rolls)
    cy.wait_event("joined")
    dee = play(table, network, "Dee", "join", f"{door['words']}@{network.address('Ann')}:{door['port']}", rolls=rolls)
    players = [host, bo, cy, dee]
    for p in players:
        p.wait_event("joined")
    return players


def test_four_computers_agree(table):
    with Network() as network:
        players = open_table(table, network, 40)
        s = expect_same(players)
        expect(s["rolls"] == 40, f"{s['rolls']} rolls")
        expect(sorted(s["balances"]) == sorted(NAMES), f"{s['balances']}")


def test_discover_from_another_computer(table):
    with Network() as network:
        host = table.start("Ann", "host", "--name", "Blue Room", "--headless", "--json", "--as", "Ann", within=network.within("Ann"))
        door = host.wait_event("table_open")
        r = subprocess.run(
            [*network.within("Bo"), table.craps, "discover", "--json", "--wait", "1"],
            env=table.environment(), capture_output=True, text=True, timeout=table.deadline_s, check=False)
        expect(r.returncode == 0, f"status {r.returncode}: {r.stderr}")
        rows = json.loads(r.stdout)["tables"]
        expect(len(rows) == 1, f"{rows}")
        row = rows[0]
        expect((row["name"], row["host"], row["address"]) == ("Blue Room", "Ann", network.address("Ann")), f"{row}")
        expect((row["port"], row["seated"], row["state"]) == (door["port"], 1, "lobby"), f"{row}")
        host.terminate()
        host.summary()


# Counts what passes the switch for argv[1] seconds: IP frames up to argv[2] bytes, and larger ones.
LISTENER = """
import socket, sys, time
every_kind, ip_kind = 3, bytes.fromhex("0800")
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(every_kind))
print("listening", flush=True)
end, small, large = time.monotonic() + float(sys.argv[1]), 0, 0
while (left := end - time.monotonic()) > 0:
    s.settimeout(left)
    try:
        frame = s.recv(65536)
    except TimeoutError:
        break
    if frame[12:14] != ip_kind:
        continue
    size = len(frame)
    small, large = small + (size <= int(sys.argv[2])), large + (size > int(sys.argv[2]))
print(small, large)
"""
# Ethernet, IP, UDP and ENet headers with pings or acknowledgements; the smallest sealed record alone has 89 bytes more.
FRAME_WITHOUT_MESSAGE_BYTES = 110
LISTEN_S = 3


def listen(table, network, begun=lambda: None):
    """Frames without and with a message during some seconds; calls begun() when it hears."""
    p = subprocess.Popen(
        [*network.within(None), sys.executable, "-c", LISTENER, str(LISTEN_S), str(FRAME_WITHOUT_MESSAGE_BYTES)],
        stdout=subprocess.PIPE, text=True)
    p.stdout.readline()
    begun()
    out, _ = p.communicate(timeout=table.deadline_s)
    return [int(n) for n in out.split()]


def test_idle_table_is_quiet(table):
    """Nobody bets: links are kept alive, and not one message is sent (protocol A.6, G 9)."""
    with Network() as network:
        host = table.start("Ann", "host", "--headless", "--json", "--as", "Ann", "--strategy", "idle", within=network.within("Ann"))
        door = host.wait_event("table_open")
        words = f"{door['words']}@{network.address('Ann')}:{door['port']}"
        others = [
            table.start(n, "join", words, "--headless", "--json", "--as", n, "--strategy", "idle", within=network.within(n))
            for n in NAMES[1:]
        ]
        players = [host, *others]
        for p in players:
            p.wait_event("epoch", members=4)
        for attempt in range(4):  # at first the last words about the new member are still under way
            small, large = listen(table, network)
            if large == 0:
                break
        print(f"an idle table for {LISTEN_S} seconds: {small} frames without a message, {large} with one")
        expect(small > 0, "the listener heard nothing at all")
        expect(large == 0, f"{large} frames carried something")
        _, large = listen(table, network, others[0].terminate)
        expect(large > 0, "the listener did not hear a member leave")


def cut(table, victim_name, pull, plug):
    """Three of four go on without the one that is cut off; it comes back by itself."""
    rolls = 90
    with Network() as network:
        players = open_table(table, network, rolls)
        victim = players[NAMES.index(victim_name)]
        others = [p for p in players if p is not victim]
        others[0].wait_roll(table.random.randint(5, 20))
        getattr(network, pull)(victim_name)
        for p in others:
            p.wait_event("player_away", player=victim_name)
        last = others[0].all("roll")[-1]["roll"]
        for p in others:
            p.wait_roll(last + 5)
        missed = victim.all("roll")[-1]["roll"]
        expect(missed < last + 5, f"{victim_name} saw roll {missed} without a cable")
        getattr(network, plug)(victim_name)
        victim.wait_roll(last + 6)
        s = expect_same(players)
        expect(s["rolls"] == rolls, f"{s['rolls']} rolls")


def test_member_cut_off_and_back(table):
    cut(table, "Cy", "pull", "plug")


def test_host_cut_off_and_back(table):
    cut(table, "Ann", "switch_off", "switch_on")


def test_cut_in_two_halves_and_whole_again(table):
    """Two and two: neither half may go on alone, and together they do."""
    rolls = 40
    with Network() as network:
        players = open_table(table, network, rolls)
        players[0].wait_roll(table.random.randint(3, 10))
        for name in ("Cy", "Dee"):
            network.pull(name)
        for p in players:
            p.wait_event("stalled")
        heights = [p.all("committed")[-1]["height"] for p in players]
        expect(max(heights) - min(heights) <= 2, f"a half went on alone: {heights}")
        for name in ("Cy", "Dee"):
            network.plug(name)
        for p in players:
            p.wait_event("resumed")
        expect_same(players)


if __name__ == "__main__":
    reason = why_not()
    if reason is not None:
        print(f"SKIP: {reason}")
        sys.exit(SKIPPED)
    main(
        test_four_computers_agree,
        test_discover_from_another_computer,
        test_member_cut_off_and_back,
        test_host_cut_off_and_back,
        test_cut_in_two_halves_and_whole_again,
        test_idle_table_is_quiet,
    )
