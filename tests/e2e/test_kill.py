"""kill -9 at any moment, of one member, of two at once, of all: whoever is started again with `join --last` has its seat and chips,
nothing that was agreed is lost, and all end with the same state."""

from harness import expect, expect_same, main

NAMES = ("Bo", "Cy", "Dee")


def open_table(table, rolls, others=NAMES):
    host = table.host("Ann", "--start", 1 + len(others), "--rolls", rolls)
    door = host.wait_event("table_open")
    players = [host] + [table.join(n, door, "--rolls", rolls) for n in others]
    for p in players:
        p.wait_event("joined")
    return players


def restart(table, dead, rolls):
    return table.play(dead.name, ["join", "--last"], "--rolls", rolls)


def random_moment(table, player):
    """After a random number of its lines from now."""
    lines = len(player.lines) + table.random.randint(0, 25)
    player.wait("a random line", lambda: len(player.lines) >= lines)


def last_roll(player):
    return max((e["roll"] for e in player.all("roll")), default=0)


def expect_the_same_dice(players):
    """What one process printed as final is what all others printed, those that were killed included."""
    dice = {}
    for p in players:
        for e in p.all("roll"):
            thrown = (e["height"], e["dice"], e["balances"])
            expect(dice.setdefault(e["roll"], thrown) == thrown, f"{p.name}: roll {e['roll']} is {thrown}, not {dice[e['roll']]}")


def kill_one_after_the_other(table, rounds, rolls):
    players = open_table(table, rolls)
    everybody = list(players)
    for _ in range(rounds):
        at = table.random.randrange(len(players))
        random_moment(table, players[at])
        players[at].kill()
        players[at] = restart(table, players[at], rolls)
        everybody.append(players[at])
        players[at].wait_event("joined")
    s = expect_same(players)
    expect(s["rolls"] == rolls, f"{s['rolls']} rolls")
    expect_the_same_dice(everybody)


def test_killed_again_and_again(table):
    kill_one_after_the_other(table, 3, 90)


def long_killed_twenty_times(table):
    kill_one_after_the_other(table, 20, 500)


def test_two_of_four_killed_at_once(table):
    """Too few are left to agree: they say so and wait."""
    rolls = 40
    players = open_table(table, rolls)
    random_moment(table, players[0])
    victims = table.random.sample(range(4), 2)
    for at in victims:
        players[at].process.kill()
    dead = [players[at] for at in victims]
    for p in dead:
        p.kill()
    rest = [p for p in players if p not in dead]
    for p in rest:
        stalled = p.wait_event("stalled")
        expect(stalled["have"] == 2 and stalled["need"] == 3, f"{stalled}")
    for at in victims:
        players[at] = restart(table, players[at], rolls)
    for p in rest:
        p.wait_event("resumed")
    s = expect_same(players)
    expect(s["rolls"] == rolls, f"{s['rolls']} rolls")
    expect_the_same_dice(players + dead)


def test_all_killed_at_once(table):
    """Nobody is left to ask: they find each other by the addresses in their files."""
    rolls = 40
    players = open_table(table, rolls)
    random_moment(table, players[table.random.randrange(4)])
    for p in players:
        p.process.kill()
    for p in players:
        p.kill()
    back = [restart(table, p, rolls) for p in players]
    for p, old in zip(back, players):
        joined = p.wait_event("joined")
        expect(joined["seat"] == old.wait_event("joined")["seat"], "another seat")
    s = expect_same(back)
    expect(s["rolls"] == rolls, f"{s['rolls']} rolls")
    expect_the_same_dice(players + back)


def test_one_of_two_killed(table):
    """Two need each other."""
    rolls = 40
    players = open_table(table, rolls, ["Bo"])
    at = table.random.randrange(2)
    random_moment(table, players[at])
    dead, other = players[at], players[1 - at]
    dead.kill()
    other.wait_event("stalled")
    back = restart(table, dead, rolls)
    expect_same([back, other])
    expect_the_same_dice([dead, back, other])


def test_lonely_host_killed(table):
    rolls = 60
    (host,) = open_table(table, rolls, [])
    host.wait_roll(table.random.randint(1, 20))
    random_moment(table, host)
    host.kill()
    back = restart(table, host, rolls)
    joined = back.wait_event("joined")
    expect(joined["member"] == host.wait_event("joined")["member"], "another member")
    s = expect_same([back])
    expect(s["rolls"] == rolls, f"{s['rolls']} rolls")
    expect_the_same_dice([host, back])


if __name__ == "__main__":
    main(
        test_killed_again_and_again,
        test_two_of_four_killed_at_once,
        test_all_killed_at_once,
        test_one_of_two_killed,
        test_lonely_host_killed,
        long=(long_killed_twenty_times,),
    )
