"""A member whose program makes a mistake: it finds that itself, signs nothing more, keeps the proof, says so and ends with 70;
the other three play on without it, and what it kept shows the mistake to anybody."""

import json
import os

from harness import expect, expect_same, main

SOUND = ("Ann", "Bo", "Cy")


def table_with(table, member, rolls=80):  # of so many one pays
    """Three sound members, and Dee with that program."""
    host = table.host("Ann", "--start", 4, "--rolls", rolls, strategy="pass-odds")
    door = host.wait_event("table_open")
    others = [table.join(n, door, "--rolls", rolls, strategy="pass-odds") for n in SOUND[1:]]
    sound = table.craps
    table.craps = os.environ[member]
    try:
        dee = table.join("Dee", door, strategy="pass-odds")
    finally:
        table.craps = sound
    return [host, *others], dee


def stops(table, member, invariant):
    sound, dee = table_with(table, member)
    said = dee.wait_event("stopped")
    expect(said["invariant"] == invariant, f"Dee finds {said['invariant']}: {said}")
    expect(said["height"] > 0 and said["rule"] != "" and os.path.exists(said["file"]), f"Dee says {said}")
    last = expect_same(sound)
    expect(last["rolls"] >= 80, "the others did not play on")
    height = said["height"]
    dee.terminate()
    status = dee.exit_status()
    expect(status == 70, f"Dee ends with {status}")
    told = dee.complaint().splitlines()
    expect(len(told) == 1 and invariant in told[0] and "stopped" in told[0], f"Dee says {told}")
    expect(max((e["height"] for e in dee.all("committed")), default=0) < height, "Dee went on after the mistake")
    expect(table.run("verify", last["record"])[0] == 0, "the record of the others does not check")
    return said


def check_file(table, path, invariant, shown):
    """It is read without the table; it names what it says, and damaged it is refused."""
    status, out, err = table.run("verify", path, "--json")
    expect(status == 1 and err == "", f"verify says {status}: {err!r}")
    found = json.loads(out)
    expect(found["schema"] == 1 and found["ok"] is False and found["invariant"] == invariant, f"verify finds {found}")
    expect(found["shown"] == shown, f"verify finds {found}")
    expect(found["signed_other_state"] or invariant != "root", f"verify finds {found}")  # false of an own proposal
    expect(table.run("verify", path)[1].count("DOES NOT CHECK") == 1, "verify does not say it once")
    text = open(path, encoding="ascii").read()
    expect(text.startswith("craps invariant 1\n") and text.endswith("\nend\n"), "it is no such file")
    for damage in (text[:-4], text.replace("\nbefore ", "\nbefore 1"), text.replace("protocol 1", "protocol 9")):
        copy = table.data_dir("copy")
        with open(copy, "w", encoding="ascii") as f:
            f.write(damage)
        status, out, err = table.run("verify", copy)
        expect(status == 65 and len(err.splitlines()) == 1, f"damaged: {status}, {err!r}")


def test_a_program_that_makes_chips_stops_itself(table):
    said = stops(table, "MEMBER_MAKES_CHIPS", "chips")
    expect(said["have"] % 7 == 0 and said["have"] != 0 and said["want"] == 0, f"so many chips too many: {said}")
    check_file(table, said["file"], "chips", "chips")


def test_a_program_that_pays_more_than_it_says_stops_itself(table):
    said = stops(table, "MEMBER_PAYS_MORE_THAN_IT_SAYS", "paid")
    expect(said["player"] in (*SOUND, "Dee") and said["have"] - said["want"] in (7, 14, 21, 28), f"who has too much: {said}")
    check_file(table, said["file"], "paid", "")


def test_a_program_with_other_rules_finds_that_its_state_is_another(table):
    said = stops(table, "MEMBER_HAS_OTHER_RULES", "root")
    check_file(table, said["file"], "root", "")


def test_who_plays_by_words_is_told_and_can_leave(table):
    sound, table.craps = table.craps, os.environ["MEMBER_MAKES_CHIPS"]
    typed = b"".join(b"pass 5\nready\n" for _ in range(80)) + b"leave\ny\nquit\n"
    try:
        status, out, err = table.run("solo", "--line", "--bots", 1, "--data-dir", table.data_dir("Ann"), stdin=typed)
    finally:
        table.craps = sound
    expect(status == 70 and len(err.splitlines()) == 1 and "stopped" in err, f"{status} {err!r}")
    expect("Your seat is stopped" in out and ".craps-invariant" in out, out)


main(test_a_program_that_makes_chips_stops_itself, test_who_plays_by_words_is_told_and_can_leave,
     test_a_program_that_pays_more_than_it_says_stops_itself,
     test_a_program_with_other_rules_finds_that_its_state_is_another)
