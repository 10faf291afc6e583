"""Four players in four processes at one table over loopback: they agree to the last byte, whatever happens to one of them."""

from harness import expect, expect_same, main

NAMES = ("Bo", "Cy", "Dee")


def open_table(table, rolls, strategy="random"):
    """A host and three who come by the words; all have sat down."""
    host = table.host("Ann", "--start", 4, "--rolls", rolls, strategy=strategy)
    door = host.wait_event("table_open")
    others = [table.join(n, door, "--rolls", rolls, strategy=strategy) for n in NAMES]
    for p in others:
        p.wait_event("joined")
    return host, others


def test_four_players_agree(table):
    host, others = open_table(table, 40)
    s = expect_same([host, *others])
    expect(s["rolls"] == 40, f"{s['rolls']} rolls")
    expect(sorted(s["balances"]) == ["Ann", "Bo", "Cy", "Dee"], f"{s['balances']}")
    dice = [r["dice"] for r in host.all("roll")]
    for p in others:
        seen = {r["roll"]: r["dice"] for r in p.all("roll")}
        for number, thrown in seen.items():
            expect(dice[number - 1] == thrown, f"{p.name}: roll {number}")


def test_killed_member_comes_back(table):
    """kill -9 at a random moment, then join --last: the same player with the same chips, and the same end."""
    rolls = 60
    host, others = open_table(table, rolls)
    victim = table.random.choice(others)
    victim.wait_roll(table.random.randint(2, 20))
    lines = len(victim.lines) + table.random.randint(0, 12)
    victim.wait("a random line", lambda: len(victim.lines) >= lines)
    victim.kill()
    before = victim.wait_event("joined") if victim.all("joined") else None
    back = table.play(victim.name, ["join", "--last"], "--rolls", rolls)
    joined = back.wait_event("joined")
    expect(joined["player"] == victim.name, f"came back as {joined['player']}")
    if before is not None:
        expect(joined["seat"] == before["seat"], f"seat {joined['seat']} instead of {before['seat']}")
        expect(joined["member"] == before["member"], "another member")
    expect_same([host, *[back if p is victim else p for p in others]])


def test_killed_host_comes_back(table):
    rolls = 60
    host, others = open_table(table, rolls)
    host.wait_roll(table.random.randint(2, 20))
    host.kill()
    back = table.play("Ann", ["join", "--last"], "--rolls", rolls)
    expect(back.wait_event("joined")["player"] == "Ann", "came back as somebody else")
    expect_same([back, *others])


def test_table_goes_on_when_the_host_leaves(table):
    rolls = 40
    host, others = open_table(table, rolls)
    host.wait_roll(table.random.randint(3, 10))
    host.terminate()
    s = host.summary()
    expect(s["conserved"], "host: chips are not conserved")
    for p in others:
        p.wait_event("player_left", player="Ann")
    end = expect_same(others)
    expect(end["rolls"] == rolls, f"{end['rolls']} rolls")
    expect("Ann" in end["balances"], "the host's stack is not kept")


def test_late_joiner_gets_the_whole_table(table):
    """Somebody comes to a table that has been rolling for a while."""
    rolls = 60
    host = table.host("Ann", "--start", 2, "--rolls", rolls)
    door = host.wait_event("table_open")
    first = table.join("Bo", door, "--rolls", rolls)
    host.wait_roll(10)
    late = table.join("Cy", door, "--rolls", rolls)
    late.wait_event("joined")
    expect_same([host, first, late])


if __name__ == "__main__":
    main(
        test_four_players_agree,
        test_killed_member_comes_back,
        test_killed_host_comes_back,
        test_table_goes_on_when_the_host_leaves,
        test_late_joiner_gets_the_whole_table,
    )
