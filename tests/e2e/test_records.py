"""What is made from records: craps stats."""

import json
import os

from harness import expect, main
from record_tools import blocks, changed, flip, write_block


def played(table):
    """A practice table of 50 rolls with bets: the player, its summary and its record."""
    p = table.play("Ann", ["solo", "--bots", "3"], "--rolls", 50, strategy="three-point-molly")
    summary = p.summary()
    return p, summary, summary["record"]


def stats(table, *args):
    status, out, err = table.run("stats", *args, "--json", "--data-dir", table.data_dir("Ann"))
    expect(status == 0, f"stats says {status}: {err}")
    return json.loads(out)


def test_stats_are_what_the_events_add_up_to(table):
    p, summary, record = played(table)
    before = sorted(os.listdir(os.path.dirname(record)))
    s = stats(table)
    rolls = p.all("roll")
    totals = {str(t): sum(1 for r in rolls if sum(r["dice"]) == t) for t in range(2, 13)}
    expect(s["schema"] == 1 and s["sessions"] == 1 and s["rolls"] == 50, f"{s['sessions']} sessions, {s['rolls']} rolls")
    expect(s["dice"]["totals"] == totals, f"{s['dice']['totals']} instead of {totals}")
    expect(s["dice"]["verdict"] == "fair", f"the dice are called {s['dice']['verdict']}")
    decided = [x for r in rolls for x in r["payouts"] if x["player"] == "Ann" and x["result"] != "travel"]
    expect(sum(b["times"] for b in s["bets"]) == len(decided), "not every decided bet is counted once")
    expect(sum(b["won"] for b in s["bets"]) == sum(1 for x in decided if x["result"] == "win"), "another number of wins")
    expect(sum(b["staked"] for b in s["bets"]) == sum(x["amount"] for x in decided), "another sum of stakes")
    expect(s["net"] == sum(b["net"] for b in s["bets"]), f"net {s['net']}, of bets {sum(b['net'] for b in s['bets'])}")
    expect([q["name"] for q in s["players"] if q["you"]] == ["Ann"], f"{s['players']}")
    expect(s["expected"] < 0, "the bets are expected to earn")
    one = stats(table, record)
    expect(one["dice"] == s["dice"] and one["net"] == s["net"], "a record that is named has other figures")
    status, text, _ = table.run("stats", record)
    expect(status == 0 and "50 rolls in 1 session" in text, text)
    expect(sorted(os.listdir(os.path.dirname(record))) == before, "stats left something beside the record")


def test_bad_files_have_their_exit_status(table):
    _, _, record = played(table)
    folder = os.path.dirname(record)
    other = os.path.join(folder, "not.craps")
    with open(other, "w", encoding="ascii") as f:
        f.write("no record at all\n" * 100)
    with changed(record) as (damaged, database):
        row = blocks(database)[20]
        row[4] = flip(row[4], 99)
        expect(write_block(database, row[0], row), "the block could not be changed")
    for file, status in ((other, 65), (os.path.join(folder, "none.craps"), 66), (damaged, 1)):
        got, out, err = table.run("stats", file)
        expect(got == status, f"stats {file}: {got}: {err}")
        expect(out == "" and err.startswith("craps: ") and err.count("\n") == 1, f"not one line: {out}{err}")
    # In the folder they are counted, and the others read.
    s = stats(table)
    expect(s["unread"] == 2 and s["sessions"] >= 1, f"{s['unread']} unread, {s['sessions']} sessions")


if __name__ == "__main__":
    main(test_stats_are_what_the_events_add_up_to, test_bad_files_have_their_exit_status)
