"""A member that was away while the others played on for hundreds of blocks comes back by the table's signed state, fills its record in
the background, also over another kill -9, and plays on with the same state as everybody."""

import json
import os
import sys

from harness import expect, expect_same, main

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))

import verify_record as vr  # noqa: E402

AWAY_BLOCKS = 800  # more than a member fetches one by one


def height(player):
    return max((e["height"] for e in player.all("committed")), default=0)


def check_while_blocks_are_missing(table, player):
    """Both verifiers name the first missing height; behind it the signed state and what follows check."""
    folder = os.path.join(player.data_dir, "sessions")
    record = next(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".craps"))
    status, out, err = table.run("verify", record, "--json")
    d = json.loads(out)
    if status == 0:
        return  # all were fetched before it died
    fault, rest = d["first_fault"], d["rest"]
    expect(status == 1 and fault["what"] == "missing height" and fault["height"] == d["height"] + 1, f"{out} {err}")
    expect("to be fetched from the others" in fault["detail"], f"{fault}")
    expect(rest["ok"] and rest["height"] >= rest["from"] > d["height"] + 100, f"{rest}")
    said, _ = vr.report(record)
    expect(said["first_fault"]["height"] == fault["height"], f"{said['first_fault']}")
    status, out, err = table.run("replay", record, "--json", "--from-snapshot", "last")
    expect(status == 0 and json.loads(out.splitlines()[-1])["state_hash"] == rest["state_hash"], f"{status} {err}")


def test_away_for_hundreds_of_blocks(table):
    rolls = 190
    host = table.host("Ann", "--start", 4, "--rolls", rolls)
    door = host.wait_event("table_open")
    players = [host] + [table.join(n, door, "--rolls", rolls) for n in ("Bo", "Cy", "Dee")]
    for p in players:
        p.wait_event("joined")
    dead = players[3]
    dead.wait_roll(5)
    dead.kill()
    left = height(dead)
    host.wait(f"{AWAY_BLOCKS} blocks without it", lambda: height(host) > left + AWAY_BLOCKS)
    back = table.play("Dee", ["join", "--last"], "--rolls", rolls)
    synced = back.wait_event("synced")
    expect(synced["skipped"] > 300, f"{synced}")
    back.kill()  # its record has a gap now
    check_while_blocks_are_missing(table, back)
    back = table.play("Dee", ["join", "--last"], "--rolls", rolls)
    back.wait_event("joined")
    players[3] = back
    s = expect_same(players)
    expect(s["rolls"] == rolls, f"{s['rolls']} rolls")
    expect(not any(p.all("lied") for p in players), "somebody is called a liar")
    first = {e["roll"]: e["dice"] for e in host.all("roll")}
    expect(all(first[e["roll"]] == e["dice"] for e in back.all("roll")), "other dice")
    status, out, err = table.run("verify", back.all("summary")[0]["record"])
    expect(status == 0, f"verify: {status} {out} {err}")
    said, status = vr.report(back.all("summary")[0]["record"])
    expect(status == 0 and len(said["rolls"]) == rolls, f"the second verifier: {said['first_fault']}")


if __name__ == "__main__":
    main(test_away_for_hundreds_of_blocks)
