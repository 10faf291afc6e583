"""Who lies and is caught: the event, the file that proves it to a third party, the end of the liar's own process."""

import shutil

from harness import expect, expect_same, main


def proof_of(player, culprit):
    event = player.wait_event("evidence")
    expect(event["culprit"] == culprit, f"{player.name} blames {event['culprit']}")
    return event


def check_proof(table, path):
    """It proves what it says; with any bit changed it does not, and cut off it is none."""
    status, out, err = table.run("verify", path)
    expect(status == 0, f"verify says {status}: {out!r} {err!r}")
    whole = open(path, "rb").read()
    copy = table.data_dir("copy") + ".craps-evidence"
    for at in (60, len(whole) // 2, len(whole) - 1):
        with open(copy, "wb") as f:
            f.write(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
        expect(table.run("verify", copy)[0] == 1, f"byte {at} changed, and it still proves something")
    with open(copy, "wb") as f:
        f.write(whole[:-1])
    expect(table.run("verify", copy)[0] == 65, "cut off, and still a proof")


def test_a_leader_with_two_blocks_leaves_a_proof_behind(table):
    for cheat, kind in (("equivocating-leader", "E1"), ("double-bet", "E4")):
        player = table.start(cheat, "sandbox", "--headless", "--json", "--strategy", "pass", "--cheat", cheat, "--rolls", "12")
        event = proof_of(player, "Dee")
        expect(event["kind"] == kind, f"{cheat} is {event['kind']}")
        expect(player.summary()["conserved"], "chips are missing")
        check_proof(table, event["file"])


def long_one_identity_in_two_places_is_caught_and_ends_with_76(table):
    rolls = 60
    host = table.host("Ann", "--start", 4, "--rolls", rolls)
    door = host.wait_event("table_open")
    others = [table.join(n, door, "--rolls", rolls) for n in ("Bo", "Cy")]
    dee = table.join("Dee", door, "--rolls", rolls)
    for p in [host, *others, dee]:
        p.wait_event("joined")
    host.wait_roll(3)
    dee.kill()
    twin_dir = table.data_dir("Dee-again")
    shutil.copytree(table.data_dir("Dee"), twin_dir, dirs_exist_ok=True)
    twins = [table.play("Dee", ["join", "--last"], "--rolls", rolls)]
    twins.append(table.start("Dee-again", "join", "--last", "--headless", "--json", "--strategy", "random", "--rolls", str(rolls),
                             data_dir=twin_dir))
    for p in [host, *others]:
        check_proof(table, proof_of(p, "Dee")["file"])
    expect_same([host, *others])
    for t in twins:
        status = t.exit_status()
        expect(status == 76, f"a twin ends with {status}: {t.complaint()}")
        expect("second computer" in t.complaint(), f"a twin says {t.complaint()!r}")
    status, _, err = table.run("join", "--last", "--headless", "--data-dir", twin_dir)
    expect(status == 76, f"coming back gives {status}: {err!r}")


main(test_a_leader_with_two_blocks_leaves_a_proof_behind,
     # Whether two copies of one identity contradict each other before the evening ends is up to them: run it by name.
     long=(long_one_identity_in_two_places_is_caught_and_ends_with_76,))
