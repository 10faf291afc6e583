"""Members are asked: who comes in where the house rule says so, and who has to go. Four real members, commands by name."""

import os
import sys

from harness import expect, expect_same, main

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))

import verify_record as vr  # noqa: E402


def check_record(table, player):
    """Both verifiers accept what the member wrote."""
    record = player.wait_event("summary")["record"]
    status, _, complaint = table.run("verify", record)
    expect(status == 0, f"craps verify: {complaint}")
    said, status = vr.report(record)
    expect(status == 0 and said["ok"], f"the second verifier: {said['first_fault']}")


def open_asking(table):
    """Ann hosts a table that asks its members; Bo asks, she says yes."""
    ann = table.host("Ann", "--start", 8, "--admission", "vote", strategy=None)
    door = ann.wait_event("table_open")
    bo = table.join("Bo", door, strategy=None)
    ann.wait_event("ballot", player="Bo", question="admit", yes=0, needed=1, decided=None)
    ann.send("admit Bo")
    bo.wait_event("joined")
    return ann, bo, door


def test_members_let_in_and_keep_out(table):
    ann, bo, door = open_asking(table)
    ann.wait_event("ballot", player="Bo", decided=True)
    bo.wait_event("epoch", members=2)
    cy = table.join("Cy", door, strategy=None)
    for p in (ann, bo):
        p.wait_event("ballot", player="Cy", question="admit", yes=0, no=0, needed=2)
    ann.send("admit Cy")
    bo.wait_event("ballot", player="Cy", yes=1, needed=2, decided=None)
    expect(not cy.all("joined"), "Cy has a seat before a majority said yes")
    bo.send("refuse Cy")
    bo.wait_event("ballot", player="Cy", decided=False)
    expect(cy.exit_status() == 77, f"Cy ends with {cy.exit_status()}")
    expect("did not let you in" in cy.complaint(), cy.complaint())

    again = table.join("Cy2", door, strategy=None)
    for p in (ann, bo):
        p.wait_event("ballot", player="Cy2", yes=0)
    ann.send("admit Zoe")
    ann.wait_event("refused", command="admit Zoe", code="unknown_player")
    bo.send("admit Cy2")
    ann.send("admit Cy2")
    again.wait_event("joined")
    for p in (ann, bo, again):
        p.wait_event("epoch", members=3)
    for p in (again, bo, ann):
        p.send("quit")
    for p in (again, bo, ann):
        expect(p.exit_status() == 0, f"{p.name} ends with {p.exit_status()}: {p.complaint()}")
    check_record(table, ann)


def test_strategies_let_everybody_in(table):
    ann = table.host("Ann", "--start", 3, "--admission", "vote", "--rolls", 6, strategy="pass")
    door = ann.wait_event("table_open")
    players = [ann] + [table.join(name, door, "--rolls", 6, strategy="pass") for name in ("Bo", "Cy")]
    for p in players:
        p.wait_event("summary")
    expect_same(players)


def test_three_send_the_fourth_away(table):
    ann = table.host("Ann", "--start", 8, strategy=None)
    door = ann.wait_event("table_open")
    others = [table.join(name, door, strategy=None) for name in ("Bo", "Cy", "Dee")]
    bo, cy, dee = others
    for p in (ann, *others):
        p.wait_event("epoch", members=4)
    dee.send("bet field 5")
    ann.wait_event("bet", player="Dee")
    ann.send("expel Dee")
    bo.wait_event("ballot", player="Dee", question="remove", yes=1, needed=3, decided=None)
    ann.send("keep Dee")
    bo.wait_event("ballot", player="Dee", yes=0, no=1)
    for p in (ann, bo, cy):
        p.send("expel Dee")
    for p in (ann, bo, cy):
        p.wait_event("ballot", player="Dee", decided=True)
        p.wait_event("player_left", player="Dee")
        p.wait_event("epoch", members=3)
    expect(dee.exit_status() == 77, f"Dee ends with {dee.exit_status()}")
    expect("voted that you leave" in dee.complaint(), dee.complaint())

    # Her way back by her own seat is closed, and so are the old words.
    back = table.play("Dee", ["join", "--last"], strategy=None)
    expect(back.exit_status() == 77, f"--last ends with {back.exit_status()}: {back.complaint()}")
    old = table.join("Dee", door, strategy=None)
    expect(old.exit_status() == 77, f"the old words end with {old.exit_status()}: {old.complaint()}")
    for p in (cy, bo, ann):
        p.send("quit")
        expect(p.exit_status() == 0, f"{p.name} ends with {p.exit_status()}: {p.complaint()}")
    check_record(table, ann)


if __name__ == "__main__":
    main(test_members_let_in_and_keep_out, test_strategies_let_everybody_in, test_three_send_the_fourth_away)
