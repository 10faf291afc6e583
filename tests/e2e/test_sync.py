"""A member that was away while the others played on for hundreds of blocks comes back by the table's signed state, fills its record in
the background, also over another kill -9, and plays on with the same state as everybody."""

from harness import expect, expect_same, main

AWAY_BLOCKS = 800  # more than a member fetches one by one


def height(player):
    return max((e["height"] for e in player.all("committed")), default=0)


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


if __name__ == "__main__":
    main(test_away_for_hundreds_of_blocks)
