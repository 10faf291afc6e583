"""craps odds --json is the document of the manual: exact fractions that add up, one entry for every bet and number."""

import argparse
import json
import subprocess
from fractions import Fraction

# House edges of rule 14; None: every number of the kind alike.
KNOWN = {
    ("pass", 0): "7/495", ("dont_pass", 0): "3/220", ("come", 0): "7/495", ("dont_come", 0): "3/220",
    ("place", 6): "1/66", ("place", 5): "1/25", ("place", 4): "1/15", ("lay", 9): "1/50", ("hard", 8): "1/11",
    ("field", 0): "1/36", ("any_seven", 0): "1/6", ("hop", 34): "1/9", ("hop", 66): "5/36", ("world", 0): "2/15",
    ("horn_high_11", 0): "11/90", ("yes", 12): "3/175", ("no", 8): "2/275", ("next", 7): "1/60", ("big6", 0): "1/11",
    ("all_small", 0): "1687/21736", ("repeater", 6): "349686/1771561", ("different_doubles", 0): "43/154",
    ("put", 10): "1/3", ("pass_odds", 0): "0", ("come_odds", 9): "0", ("muggsy", 0): "1/18",
}
PERCENT = {"fire": 20.763, "replay": 24.806, "hot_shooter": 9.903, "ride_the_line": 9.279, "all": 7.464}
RULES = {("pass", 0, "crapless 1"): "373/6930", ("place", 2, "crapless 1"): "1/14", ("buy", 4, "vig upfront"): "1/21",
         ("lay", 6, "vig upfront"): "1/25", ("field", 0, "field12 2"): "1/18", ("field", 0, "field2 3"): "0"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--craps", required=True)
    craps = parser.parse_args().craps
    out = subprocess.run([craps, "odds", "--json"], capture_output=True, text=True, check=True).stdout
    bets = json.loads(out)["bets"]
    usual = {(b["bet"], b["number"]): b for b in bets if "config" not in b}
    ruled = {(b["bet"], b["number"], b["config"]): b for b in bets if "config" in b}
    for key, edge in KNOWN.items():
        assert usual[key]["edge"] == edge, (key, usual[key])
    for key, edge in RULES.items():
        assert ruled[key]["edge"] == edge, (key, ruled[key])
    for bet, percent in PERCENT.items():
        assert abs(usual[bet, 0]["edge_percent"] - percent) < 5.1e-4, usual[bet, 0]
    for b in bets:
        parts = [Fraction(b[k]) for k in ("win", "lose", "push")]
        assert sum(parts) == 1 and all(p >= 0 for p in parts), b
        assert all(str(Fraction(b[k])) == b[k] for k in ("win", "lose", "push", "edge", "rolls")), b
        assert abs(float(Fraction(b["edge"])) * 100 - b["edge_percent"]) < 1e-5, b
        assert Fraction(b["rolls"]) >= 1 and b["pays"], b
        if parts[2]:
            assert Fraction(b["edge_resolved"]) == Fraction(b["edge"]) / (1 - parts[2]), b
    numbers = {}
    for bet, number in usual:
        numbers.setdefault(bet, []).append(number)
    assert len(numbers) == 45, sorted(numbers)
    assert numbers["place"] == [4, 5, 6, 8, 9, 10] and len(numbers["hop"]) == 21 and len(numbers["next"]) == 11
    for words in (["odds"], ["odds", "place", "6"], ["odds", "fire"], ["odds", "--crapless", "buy", "2"]):
        text = subprocess.run([craps, *words], capture_output=True, text=True, check=True).stdout
        assert text.isascii() and all(len(line) <= 80 for line in text.splitlines()), text
    for words in (["plaice"], ["place", "7"], ["place", "six"], ["pass", "6"]):
        bad = subprocess.run([craps, "odds", *words], capture_output=True, text=True, check=False)
        assert bad.returncode == 64 and bad.stderr.startswith("craps: ") and not bad.stdout, bad


main()
