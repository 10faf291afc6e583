"""Strategies from files, at real tables."""

import os
import pathlib

from harness import expect, main

PLAN = """# by the six and the eight
unit 5
when point is off: bet pass unit
when point is on:
    bet place 6,8 6 except point
after win place 6,8: press it by 6 up to 18
stop when rolls >= 40
"""


def written(table, name, text):
    path = os.path.join(table.folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def check_pressing(rolls, bets):
    """After a win of place 6 or 8 in roll N, that bet is six chips bigger, up to 18, before roll N+1."""
    pressed = 0
    for r in rolls[:-1]:
        for x in r["payouts"]:
            if x["player"] == "Ann" and x["bet"] == "place" and x["result"] == "win" and x["amount"] < 1800:
                raised = [e for e in bets if e["bet"] == "place" and e["number"] == x["number"] and e["after"] == r["roll"]]
                expect([e["amount"] for e in raised] == [600], f"after roll {r['roll']}: {raised}")
                pressed += 1
    return pressed


def test_a_file_plays_at_a_table_of_two_and_leaves_at_its_end(table):
    host = table.host("Ann", "--start", 2, strategy=written(table, "press.plan", PLAN))
    other = table.join("Bo", host.wait_event("table_open"), strategy="pass-odds")
    s = host.summary()
    expect(s["conserved"] is True, "chips are not conserved")
    ended = host.all("strategy")
    expect(len(ended) == 1 and ended[0]["playing"] is False, f"{ended}")
    expect((ended[0]["strategy"], ended[0]["ended"]) == ("press", "rolls >= 40"), f"{ended}")
    expect(other.wait_event("player_left")["player"] == "Ann", "it has not left properly")
    other.terminate()
    expect(other.summary()["conserved"] is True, "chips are not conserved")
    expect(not [e for e in host.all("refused")], f"refused: {host.all('refused')}")
    seen, bets = 0, []
    for e in host.events:
        if e["event"] == "roll":
            seen = e["roll"]
        if e["event"] == "bet" and e["player"] == "Ann":
            bets.append({**e, "after": seen})
    expect({e["bet"] for e in bets} <= {"pass", "place"}, f"{ {e['bet'] for e in bets} }")
    expect(all(e["amount"] == 500 for e in bets if e["bet"] == "pass"), "the unit is five chips")
    check_pressing(host.all("roll"), bets)


def test_examples_play_at_practice_tables(table):
    """The files that are installed, each at a practice table; what the table refuses is none of their moves."""
    folder = pathlib.Path(__file__).resolve().parents[2] / "assets" / "strategies"
    for name in ("everything", "regression"):
        p = table.play(name, ["solo", "--bots", "0"], "--rolls", 25, strategy=str(folder / (name + ".plan")))
        s = p.summary()
        expect(s["conserved"] is True and s["rolls"] == 25, f"{name}: {s}")
        expect(not p.all("refused"), f"{name}: {p.all('refused')[:3]}")


def test_a_bad_file_is_named_with_its_line_and_the_fix(table):
    folder = table.data_dir("Ann")
    common = ["solo", "--headless", "--data-dir", folder, "--strategy"]
    rows = (
        (written(table, "a.plan", "bet pass 5\nbet plase 6 6\n"), 65, "line 2: 'plase' is not a bet; did you mean 'place'?"),
        (written(table, "b.plan", "x" * 20000), 65, "at most 16384 bytes"),
        (os.path.join(table.folder, "none.plan"), 66, "there is no file"),
        (table.folder, 74, "cannot be read"),
        ("martingal", 64, "pass-odds"),
    )
    for path, status, words in rows:
        got, out, complaint = table.run(*common, path)
        expect(got == status, f"{path}: status {got}: {complaint}")
        expect(words in complaint and complaint.count("\n") == 1 and not out, f"{path}: {complaint}")
    expect(not os.path.exists(folder), "something was made before the file was read")


if __name__ == "__main__":
    main(
        test_a_file_plays_at_a_table_of_two_and_leaves_at_its_end,
        test_examples_play_at_practice_tables,
        test_a_bad_file_is_named_with_its_line_and_the_fix,
    )
