"""craps simulate: the document of the manual, the same for any number of threads, every strategy, Ctrl-C, and what is refused."""

import argparse
import json
import os
import pty
import signal
import subprocess
import tempfile

STRATEGIES = ["idle", "pass", "pass-odds", "dont-pass", "place-6-8", "iron-cross", "three-point-molly", "field", "random"]
KEYS = {"schema", "strategy", "rolls", "seed", "threads", "wagered", "returned", "edge_percent", "stderr_percent", "sessions",
        "bankroll", "ruin_percent", "rolls_per_s"}


def run(craps, *words, locale="C.UTF-8", status=0):
    done = subprocess.run([craps, "simulate", *words], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": locale})
    assert done.returncode == status, (words, done)
    return done


def document(craps, *words):
    done = run(craps, "--json", *words)
    assert done.stderr == "" and done.stdout.count("\n") == 1, done
    return json.loads(done.stdout)


def figures(found):
    return {k: v for k, v in found.items() if k not in ("threads", "rolls_per_s")}


def test_document(craps):
    for name in STRATEGIES:
        d = document(craps, "--strategy", name, "--seed", "5", "--rolls", "300", "--sessions", "200")
        assert KEYS <= set(d) and d["schema"] == 1 and d["strategy"] == name, d
        assert d["rolls"] == 300 and d["seed"] == 5 and d["sessions"] == 200 and d["rolls_per_s"] > 0, d
        b = d["bankroll"]
        assert 0 <= b["p5"] <= b["p25"] <= b["p50"] <= b["p75"] <= b["p95"] and b["start"] == 100000, b
        assert d["wagered"] == sum(x["wagered"] for x in d["bets"]), d
        assert d["returned"] - d["wagered"] == sum(x["net"] for x in d["bets"]), d
        assert abs(b["mean"] - b["start"] - (d["returned"] - d["wagered"]) / 200) < 0.01, d
        assert sum(h["sessions"] for h in d["histogram"]) == 200 and len(d["fan"]) == 61, d
        assert 0 <= d["ruin_percent"] <= 100 and not d["interrupted"], d
        if name == "idle":
            assert d["wagered"] == 0 and d["edge_percent"] is None, d
            continue
        assert abs(d["edge_percent"] - 100 * (d["wagered"] - d["returned"]) / d["wagered"]) < 1e-5, d
        for x in d["bets"]:
            if name != "random" and x["name"] != "place 5 9":  # 5 chips at a time; random ones do not pay in full
                assert abs(x["edge_percent"] - x["exact_percent"]) < 5 * x["stderr_percent"], (name, x)


def test_threads(craps):
    for words in (["--strategy", "iron-cross", "--sessions", "777", "--rolls", "50", "--bankroll", "20000"],
                  ["--strategy", "random", "--sessions", "60", "--rolls", "100"],
                  ["--strategy", "three-point-molly", "--sessions", "5", "--rolls", "20000"]):
        first = figures(document(craps, *words, "--seed", "9", "--threads", "1"))
        for threads in ("2", "3", "7"):
            again = document(craps, *words, "--seed", "9", "--threads", threads)
            assert again["threads"] == int(threads) and figures(again) == first, (words, threads)
        assert figures(document(craps, *words, "--seed", "10")) != first


def test_text(craps):
    for words in ([], ["--strategy", "field", "--bankroll", "5000"], ["--sessions", "1"], ["--rolls", "1", "--sessions", "3"],
                  ["--strategy", "random", "--sessions", "100"], ["--max", "1000000", "--bankroll", "1000000000000"]):
        for ascii_only in (False, True):
            out = run(craps, "--seed", "1", *words, *(["--ascii"] if ascii_only else []))
            assert out.stderr == "" and "\x1b" not in out.stdout and "house edge" in out.stdout, out
            assert all(len(line) <= 80 for line in out.stdout.splitlines()), out.stdout
            assert out.stdout.isascii() == ascii_only, out.stdout
    assert run(craps, "--seed", "1", locale="C").stdout.isascii()


def test_house_rules(craps):
    def exact(*words):
        d = document(craps, "--strategy", "field", "--seed", "1", "--sessions", "10", *words)
        return next(b["exact"] for b in d["bets"] if b["bet"] == "field")

    assert exact() == "1/36" and exact("--field12", "2") == "1/18" and exact("--field2", "3") == "0"
    with tempfile.NamedTemporaryFile("w", suffix=".rules") as rules:
        rules.write("field12 2\n")
        rules.flush()
        assert exact("--rules", rules.name) == "1/18"
    assert document(craps, "--buy-in", "70", "--sessions", "2")["bankroll"]["start"] == 7000


def test_plan_file(craps):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mine.plan")
        with open(path, "w", encoding="ascii") as f:
            f.write("bet pass 5\nstop when profit >= 50\nstop when loss >= 50\n")
        d = document(craps, "--strategy", path, "--seed", "2", "--sessions", "400")
        assert d["strategy"] == "mine" and d["stopped_percent"] > 90, d
        assert [s["when"] for s in d["stops"]] == ["profit >= 50", "loss >= 50"], d
        assert sum(s["sessions"] for s in d["stops"]) == round(4 * d["stopped_percent"]), d
        with open(path, "w", encoding="ascii") as f:
            f.write("bet pss 5\n")
        bad = run(craps, "--strategy", path, status=65)
        assert bad.stdout == "" and bad.stderr.count("\n") == 1 and "line 1" in bad.stderr, bad


def test_refused(craps):
    for words in (["--rolls", "0"], ["--sessions", "x"], ["--sessions", "10000001"], ["--bankroll", "0"], ["--bankroll", "50"],
                  ["--threads", "0"], ["--threads", "65"], ["--seed", "-1"], ["--strategy", "nope"], ["--seats", "4"],
                  ["--crapless", "--min", "600"]):
        bad = run(craps, *words, status=64)
        assert bad.stdout == "" and bad.stderr.startswith("craps: ") and bad.stderr.count("\n") == 1, bad


def on_terminal(craps, *words, until=None):
    """With standard error on a terminal: what came there, and the rest."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([craps, "simulate", *words], stdout=subprocess.PIPE, stderr=follower, text=True,
                               env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"})
    os.close(follower)
    seen = b""
    try:
        while piece := os.read(leader, 4096):
            seen += piece
            if until is not None and until in seen:
                process.send_signal(signal.SIGINT)
                until = None
    except OSError:
        pass  # the other end is closed
    out = process.stdout.read()
    status = process.wait()
    os.close(leader)
    return status, out, seen.decode()


def test_interrupted(craps):
    long = ["--seed", "4", "--rolls", "1000", "--sessions", "10000000"]
    status, out, seen = on_terminal(craps, *long, "--json", until=b"%")
    d = json.loads(out)
    assert status == 75 and d["interrupted"] and 0 < d["sessions"] < 10000000, (status, seen)
    assert d["rolls_played"] > 0 and d["edge_percent"] is not None, d
    assert "stopped early" in seen and "s left" in seen, seen
    status, out, seen = on_terminal(craps, *long, until=b"%")
    assert status == 75 and out.startswith("STOPPED EARLY: "), out
    status, out, seen = on_terminal(craps, "--seed", "4", "-q", "--rolls", "20000")
    assert status == 0 and seen == "" and "house edge" in out, seen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--craps", required=True)
    craps = parser.parse_args().craps
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test(craps)


main()
