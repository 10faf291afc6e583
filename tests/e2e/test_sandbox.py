"""craps sandbox: one of four members cheats with real keys. What can be proven is proven, once, and the cheat is out; what cannot
convicts nobody; in every case the table plays on, and its record checks."""

import os

from harness import expect, main

# Who votes twice does so with both kinds of votes: whichever two are held first are the proof.
PROVEN = {
    "equivocating-leader": ("E1",),
    "double-vote": ("E1", "E2"),
    "nullify-and-finalize": ("E3",),
    "double-bet": ("E4",),
    "bad-deal": ("E5",),
}
HARMLESS = ("bad-share", "withheld-share", "withheld-block", "votes-to-a-subset", "future-views", "impersonation", "invalid-bet", "garbage")
ROLLS = 8


def play(table, kind):
    p = table.start(kind, "sandbox", "--cheat", kind, "--headless", "--json", "--strategy", "pass", "--as", "Ann", "--rolls", ROLLS)
    s = p.summary()
    expect(s["rolls"] == ROLLS and s["conserved"], f"{kind}: {s}")
    status, _, error = table.run("verify", s["record"])
    expect(status == 0, f"{kind}: verify says {status}: {error}")
    return p


def test_what_can_be_proven_is_proven_and_the_cheat_is_out(table):
    for kind, codes in PROVEN.items():
        p = play(table, kind)
        found = p.all("evidence")
        expect([e["culprit"] for e in found] == ["Dee"] and found[0]["kind"] in codes, f"{kind}: {found}")
        status, said, error = table.run("verify", found[0]["file"])
        expect(os.path.isfile(found[0]["file"]) and status == 0, f"{kind}: verify of the evidence says {status}: {said} {error}")
        expect(p.all("epoch")[-1]["members"] == 3, f"{kind}: the cheat still votes: {p.all('epoch')[-1]}")


def test_what_is_no_proof_convicts_nobody(table):
    for kind in HARMLESS:
        p = play(table, kind)
        expect(not p.all("evidence"), f"{kind}: {p.all('evidence')}")
        expect(p.all("epoch")[-1]["members"] == 4, f"{kind}: {p.all('epoch')[-1]}")


def said(table, kind):
    lines = b"pass 5\n" + 4 * b"ready\n" + b"quit\n"
    status, said, error = table.run("sandbox", "--cheat", kind, "--line", "--as", "Ann", "--data-dir", table.data_dir("line-" + kind), stdin=lines)
    expect(status == 0, f"{kind}: {status}: {error}")
    return said.rstrip("\n")


def test_the_player_is_told_before_and_after(table):
    proven = said(table, "double-bet")
    expect("Sandbox: Dee is the cheat" in proven and "\nDee is out: put out by the table.\n" in proven, proven)
    expect("\nDee left" not in proven, proven)
    last = proven.split("\n")[-1]
    expect(last.startswith("Dee signed two different moves with one number. The proof: craps verify "), last)
    status, _, error = table.run("verify", last.split("craps verify ")[1])
    expect(status == 0, f"{status}: {error}")
    harmless = said(table, "bad-share").split("\n")
    expect(any(line.startswith("Dee cheats now: sends a false share") for line in harmless), harmless)
    expect(harmless[-1].endswith("No bet, chip or roll was changed."), harmless[-1])


def test_an_unknown_kind_is_refused_with_the_known_ones(table):
    status, _, error = table.run("sandbox", "--cheat", "marked-cards", "--headless", "--data-dir", table.data_dir("nobody"))
    expect(status == 64 and "double-vote" in error, f"{status}: {error}")


main(test_what_can_be_proven_is_proven_and_the_cheat_is_out, test_what_is_no_proof_convicts_nobody, test_the_player_is_told_before_and_after, test_an_unknown_kind_is_refused_with_the_known_ones)
