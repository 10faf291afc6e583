"""Too few answer (protocol B.5): the table says for whom it waits and takes nothing; those who are there split off by their own
word, play on at a new table, and whoever was away comes back to its stack."""

import os
import signal
import time

from harness import expect, expect_same, main


def open_table(table, names, *arguments, strategy="random"):
    host = table.host(names[0], "--start", len(names), *arguments, strategy=strategy)
    door = host.wait_event("table_open")
    players = [host] + [table.join(n, door, *arguments, strategy=strategy) for n in names[1:]]
    for p in players:
        p.wait_event("joined")
    return players


def random_moment(table, player):
    lines = len(player.lines) + table.random.randint(5, 40)
    player.wait("a random line", lambda: len(player.lines) >= lines)


def split(players, members):
    """Those who are left say so; the same new table, named by the same survivors."""
    for p in players:
        stalled = p.wait_event("stalled")
        expect(stalled["have"] == len(players), f"{stalled}")
    old = players[0].wait_event("joined")["table"]
    for p in players:
        p.send("split")
    events = [p.wait_event("split") for p in players]
    for e in events:
        expect(e["table"] == events[0]["table"] and e["table"] != old, f"{e}")
        expect(sorted(e["survivors"]) == sorted(p.name for p in players), f"{e}")
    return events[0]["table"]


def alone(player):
    """The last one there splits; again while the links of those who left are still going down."""
    end = time.monotonic() + player.deadline_s
    while not player.all("split"):
        expect(time.monotonic() < end, "no split")
        player.send("split")
        with player.changed:
            player.changed.wait(1)
    event = player.all("split")[0]
    expect(event["survivors"] == [player.name], f"{event}")
    return event["table"]


def records(player):
    return sorted(f for f in os.listdir(os.path.join(player.data_dir, "sessions")) if f.endswith(".craps"))


def verify(table, player):
    """Both records check: the old table's up to its end, the new one's from what was signed on."""
    for name in records(player):
        status, out, err = table.run("verify", os.path.join(player.data_dir, "sessions", name))
        expect(status == 0, f"{name}: {out}{err}")


def test_two_of_three_split_and_the_third_comes_back(table):
    rolls = 300  # so many that the third is back before the last
    ann, bo, cy = open_table(table, ["Ann", "Bo", "Cy"], "--rolls", rolls)
    random_moment(table, ann)
    cy.kill()
    new = split([ann, bo], 3)
    ann.wait("a roll at the new table", lambda: [e for e in ann.all("epoch") if e["members"] == 2])
    back = table.play("Cy", ["join", "--last"], "--rolls", rolls)
    joined = back.wait_event("joined")
    expect(joined["table"] == new, "another table")
    expect(joined["member"] == cy.wait_event("joined")["member"], "another player")
    s = expect_same([ann, bo, back])
    expect(s["table"] == new and s["rolls"] == rolls, f"{s['table']} {s['rolls']}")
    expect(len(s["balances"]) == 3, f"a second stack: {s['balances']}")
    expect(len(records(ann)) == 2 and len(records(back)) == 2, f"{records(ann)} {records(back)}")
    verify(table, ann)
    verify(table, back)


def test_one_of_two_plays_on_alone(table):
    """Nothing is bet while the table waits; the split gives the stacks back as they were; the other comes back by the words."""
    ann, bo = open_table(table, ["Ann", "Bo"], strategy=None)
    door = ann.wait_event("table_open")
    bo.send("field 5")
    ann.wait_event("bet", player="Bo")
    bo.kill()
    ann.wait_event("stalled", have=1, need=2)
    ann.send("pass 5")
    ann.wait_event("refused", code="table_waits")
    new = split([ann], 2)
    ann.wait_event("epoch", members=1, epoch=1)
    ann.send("pass 5")
    ann.wait_event("bet", player="Ann")
    back = table.join("Bo", door, strategy=None)
    joined = back.wait_event("joined", table=new)
    expect(joined["balance"] == 100000, f"{joined}")
    ann.wait_event("player_joined", player="Bo")
    for p in (back, ann):
        p.send("quit")
        s = p.summary()
        expect(s["conserved"] and s["table"] == new, f"{s}")


def test_survivor_killed_while_it_splits(table):
    """kill -9 at any step: whoever comes back is at the new table or still at the old one, and both end at the same one."""
    rolls = 40
    ann, bo, cy = open_table(table, ["Ann", "Bo", "Cy"], "--rolls", rolls)
    random_moment(table, ann)
    cy.kill()
    for p in (ann, bo):
        p.wait_event("stalled")
    old = ann.wait_event("joined")["table"]
    victim, other = table.random.sample([ann, bo], 2)
    for p in table.random.sample([ann, bo], 2):
        p.send("split")
    time.sleep(table.random.random() * 0.12)  # no event tells how far it has come: that is the point
    victim.kill()
    back = table.play(victim.name, ["join", "--last"], "--rolls", rolls)
    pair = (back, other)

    def done():
        for p in pair:
            if not p.closed and not p.all("split") and p.all("joined"):
                try:
                    p.send("split")
                except OSError:
                    pass
        return all(p.closed for p in pair)

    end = time.monotonic() + table.deadline_s
    while not done():
        expect(time.monotonic() < end, "the split did not come to an end")
        with table.changed:
            table.changed.wait(1)
    s = expect_same(pair)
    expect(s["table"] != old and s["rolls"] == rolls, f"{s['table']} {s['rolls']}")
    verify(table, other)


def test_leaving_with_a_receipt_and_coming_back_from_a_long_sleep(table):
    """Bo leaves the paused table with a receipt that Ann signs too; Cy's computer only slept: he is brought to the new table."""
    ann, bo, cy = open_table(table, ["Ann", "Bo", "Cy"], strategy=None)
    bo.send("place 6 12")
    for p in (ann, cy):
        p.wait_event("bet", player="Bo")
    cy.process.send_signal(signal.SIGSTOP)
    ann.wait_event("stalled", have=2, need=3)
    bo.wait_event("stalled")
    bo.send("leave")
    receipt = bo.wait_event("receipt")
    expect(receipt["balance"] == 100000 - 1200 and receipt["signers"] == 2, f"{receipt}")
    bo.summary()
    status, out, err = table.run("verify", receipt["file"])
    expect(status == 0 and "988 on the rack" in out and "signed    by Bo and 1 other member" in out, f"{out}{err}")
    old = os.path.join(ann.data_dir, "sessions", records(ann)[0])
    status, out, err = table.run("verify", receipt["file"], "--record", old)
    expect(status == 0 and "the block is that of the record" in out, f"{out}{err}")
    solo = table.play("Zoe", ["solo", "--bots", 0], "--rolls", 1).summary()["record"]
    status, out, err = table.run("verify", receipt["file"], "--record", solo)
    expect(status == 1 and "the record is of another table" in out, f"{status} {out}{err}")
    with open(receipt["file"], encoding="ascii") as f:
        text = f.read()
    expect("Player:  Bo" in text and "Signed:  Bo, Ann" in text, text)
    with open(receipt["file"], "w", encoding="ascii") as f:
        f.write(text.replace("988.00", "998.00"))
    status, out, err = table.run("verify", receipt["file"])
    expect(status == 1 and "DOES NOT CHECK" in out, f"{status} {out}{err}")
    new = alone(ann)
    cy.process.send_signal(signal.SIGCONT)
    cy.wait_event("split", table=new)
    cy.wait_event("joined", table=new)
    ann.wait_event("player_joined", player="Cy")
    for p in (cy, ann):
        p.send("quit")
        s = p.summary()
        expect(s["conserved"] and s["table"] == new and s["balances"]["Bo"] == 100000, f"{s}")


if __name__ == "__main__":
    main(
        test_two_of_three_split_and_the_third_comes_back,
        test_one_of_two_plays_on_alone,
        test_survivor_killed_while_it_splits,
        test_leaving_with_a_receipt_and_coming_back_from_a_long_sleep,
    )
