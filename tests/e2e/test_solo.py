"""One person's tables: solo with bots, from start to summary, and what a script can say on the way."""

import os

from harness import expect, main


def test_solo_ends_by_itself_after_its_rolls(table):
    p = table.play("Ann", ["solo", "--bots", "3"], "--rolls", 50, strategy="three-point-molly")
    s = p.summary()
    expect(s["conserved"] is True, "chips are not conserved")
    expect(s["rolls"] == 50, f"{s['rolls']} rolls")
    expect(len(s["balances"]) == 4, f"balances of {len(s['balances'])} players")
    expect(os.path.isabs(s["record"]) and os.path.exists(s["record"]), f"no record at {s['record']}")
    rolls = p.all("roll")
    expect([r["roll"] for r in rolls] == list(range(1, 51)), "rolls are not 1 to 50 in order")
    expect(len(p.all("summary")) == 1, "more than one summary")
    expect(all("event" in e and isinstance(e["t_ms"], int) for e in p.events), "an event lacks event or t_ms")
    expect(len(p.lines) == len(p.events), "a line is no JSON object")
    times = [e["t_ms"] for e in p.events]
    expect(times == sorted(times), "t_ms goes back")
    for r in rolls:
        keys = [tuple(x[k] for k in ("player", "bet", "number", "result", "amount", "paid")) for x in r["payouts"]]
        encoded = [tuple(v.encode() if isinstance(v, str) else v for v in k) for k in keys]
        expect(encoded == sorted(encoded), f"payouts of roll {r['roll']} are not sorted")
        expect((r["phase"] == "come_out") == (r["point"] == 0), f"phase and point of roll {r['roll']}")


def test_balances_change_by_what_was_paid_bet_and_taken(table):
    """Rule 1.5: what a roll pays is what balances gain."""
    p = table.play("Ann", ["solo", "--bots", "2"], "--rolls", 40, strategy="random")
    p.summary()
    joined = p.wait_event("joined")
    name, balance, rolls = joined["player"], joined["balance"], 0
    for e in p.events[p.events.index(joined):]:
        if e["event"] == "bet" and e["player"] == name:
            balance -= e["amount"]
        elif e["event"] == "take" and e["player"] == name:
            balance += e["amount"]
        elif e["event"] == "rebuy" and e["player"] == name:
            balance += e["amount"]
        elif e["event"] == "roll":
            balance += sum(x["paid"] for x in e["payouts"] if x["player"] == name)
            expect(e["balances"][name] == balance, f"roll {e['roll']}: {e['balances'][name]} instead of {balance}")
            rolls += 1
    expect(rolls == 40, f"{rolls} rolls seen")


def test_solo_leaves_when_told_to(table):
    """SIGTERM, quit and the end of input each end properly with a summary."""
    p = table.play("Ann", ["solo", "--bots", "1"], strategy="pass")
    p.wait_roll(3)
    p.terminate()
    expect(p.summary()["conserved"], "chips are not conserved")
    p = table.play("Ann", ["solo", "--bots", "0"], strategy=None)
    p.wait_event("joined")
    p.send("quit")
    p.summary()
    p = table.play("Ann", ["solo", "--bots", "0"], strategy=None)
    p.end_input()
    p.summary()
    expect(p.all("joined"), "it left before it sat down")


def test_seconds_end_the_table(table):
    p = table.play("Ann", ["solo", "--bots", "0"], "--seconds", 1, strategy="pass")
    p.summary()


def test_commands_on_standard_input(table):
    """A person at a script's table: bets in words, refusals with their codes, the throw."""
    p = table.play("Ann", ["solo", "--bots", "0", "--min", "1", "--max", "100"], strategy=None)
    p.wait_event("joined")
    p.send("pass 5")
    bet = p.wait_event("bet", player="Ann", bet="pass")
    expect(bet["amount"] == 500 and bet["number"] == 0, f"{bet}")
    p.send("bet field 250c")
    expect(p.wait_event("bet", player="Ann", bet="field")["amount"] == 250, "field 250c")
    p.send("bet place 7 6")
    expect(p.wait_event("refused")["player"] == "Ann", "refused")
    p.send("take field")
    expect(p.wait_event("take", player="Ann", bet="field")["amount"] == 250, "take field")
    p.send("nonsense 5")
    p.wait("a second refusal", lambda: len(p.all("refused")) >= 2)
    p.send("ready")
    roll = p.wait_roll(1)
    expect(roll["shooter"] == "Ann", f"{roll['shooter']} threw")
    p.send("quit")
    s = p.summary()
    expect(s["rolls"] == 1 and s["conserved"], f"{s}")


def test_a_dumb_terminal_plays_in_lines(table):
    """A whole conversation piped in at once: each line waits for what the one before it began."""
    words = b"pass 5\nready\nbets\nleave\n"
    status, out, _ = table.run("solo", "--as", "Zed", "--data-dir", table.data_dir("Zed"), stdin=words, environment={"TERM": "dumb"})
    expect(status == 0, f"status {status}")
    expect("\x1b" not in out, "an escape byte in line mode")
    said = ["Pass line 5. Wins 5. Rack 995.", "Ready.", "Roll 1 checked"]
    at = [out.find(x) for x in said]
    expect(-1 not in at and at == sorted(at), f"not said in order: {list(zip(said, at))}")


if __name__ == "__main__":
    main(
        test_solo_ends_by_itself_after_its_rolls,
        test_balances_change_by_what_was_paid_bet_and_taken,
        test_solo_leaves_when_told_to,
        test_seconds_end_the_table,
        test_commands_on_standard_input,
        test_a_dumb_terminal_plays_in_lines,
    )
