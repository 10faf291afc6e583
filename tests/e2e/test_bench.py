"""craps bench: rows, names, units and exit status of its documents, and that nothing is left behind, however it ends. No figure
is judged here: they are the machine's."""

import json
import os
import signal
import subprocess
import threading
import time

from harness import expect, main

CONSENSUS = {
    "commit_p50": "ms",
    "commit_p95": "ms",
    "commit_p99": "ms",
    "operations_per_s": "1/s",
    "bytes_per_operation": "B",
    "messages_per_operation": "1",
    "floor_p50": "ms",
}


def own_tmp(table):
    folder = os.path.join(table.folder, "tmp")
    os.makedirs(folder, exist_ok=True)
    return folder


def processes_of(folder):
    """Whoever has something in that folder open, or was started for it."""
    found = []
    for pid in os.listdir("/proc"):
        if not pid.isdigit() or int(pid) == os.getpid():
            continue
        try:
            names = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                names.append(f.read().decode("utf-8", "replace"))
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
                if f.read().rsplit(")", 1)[1].split()[0] == "Z":
                    continue
        except OSError:
            continue
        if any(folder in n for n in names):
            found.append(int(pid))
    return found


def nothing_left(table, folder):
    end = time.monotonic() + table.deadline_s
    while (left := processes_of(folder)) and time.monotonic() < end:
        time.sleep(0.05)
    expect(not left, f"processes left: {left}")
    expect(os.listdir(folder) == [], f"files left: {os.listdir(folder)}")


def bench(table, *arguments):
    """Runs one to its end; its document."""
    folder = own_tmp(table)
    code, out, err = table.run("bench", *arguments, "--json", environment={"TMPDIR": folder})
    expect(code in (0, 1), f"status {code}: {err}")
    doc = json.loads(out)
    expect(set(doc) == {"schema", "what", "machine", "results"}, f"keys {set(doc)}")
    expect(doc["what"] == arguments[0] and doc["machine"]["cores"] == os.cpu_count(), f"{doc['what']}, {doc['machine']}")
    for row in doc["results"]:
        expect(set(row) == {"name", "value", "unit", "target", "met"}, f"row {row}")
        expect(isinstance(row["met"], bool), f"row {row}")
        expect(row["met"] or (row["target"] is not None and row["value"] is not None), f"missed without a target: {row}")
    missed = any(not row["met"] for row in doc["results"])
    expect(code == (1 if missed else 0), f"status {code}, missed {missed}")
    nothing_left(table, folder)
    return {row["name"]: row for row in doc["results"]}


def check_units(rows, units):
    for name, unit in units.items():
        expect(name in rows, f"no {name} in {sorted(rows)}")
        row = rows[name]
        expect(row["unit"] == unit, f"{name} in {row['unit']}")
        expect(row["value"] is not None and row["value"] >= 0, f"{name}: {row['value']}")


def test_consensus(table):
    rows = bench(table, "consensus", "--members", 4, "--operations", 10, "--rate", 50)
    check_units(rows, CONSENSUS)
    expect(rows["commit_p50"]["value"] <= rows["commit_p95"]["value"] <= rows["commit_p99"]["value"], "percentiles")
    target = rows["commit_p50"]["target"]
    expect(abs(target - 1.6 * rows["floor_p50"]["value"]) < 1e-3 * target, f"the target is no ratio of the run: {target}")
    expect(rows["commit_p50"]["met"] == (rows["commit_p50"]["value"] <= target), "met")


def test_consensus_in_batches(table):
    rows = bench(table, "consensus", "--members", 4, "--operations", 200, "--batch", 20)
    check_units(rows, CONSENSUS)
    expect(rows["messages_per_operation"]["value"] < 12, "a block holds no more than one operation")


def test_crash_of_the_leader(table):
    rows = bench(table, "consensus", "--members", 4, "--operations", 5, "--crash-leader", "--blocks", 1)
    check_units(rows, {**CONSENSUS, "recovery_ms": "ms", "return_ms": "ms"})


def test_dice(table):
    rows = bench(table, "dice", "--members", 4, "--operations", 10)
    check_units(rows, {"dice_p50": "ms", "dice_p99": "ms", "result_p50": "ms", "result_p99": "ms", "proof_bytes": "B", "verify_p50": "us"})
    expect(rows["proof_bytes"]["value"] == 3 * 98, f"{rows['proof_bytes']}")
    expect(rows["dice_p50"]["value"] <= rows["result_p50"]["value"], "the dice are shown no later than the result")


def test_idle(table):
    rows = bench(table, "idle", "--members", 4, "--seconds", 1)
    check_units(rows, {"messages": "1", "cpu_percent": "%", "resident": "MiB"})


def test_growth(table):
    rows = bench(table, "growth", "--members", 2, "--operations", 5)
    for n in (1, 2):
        for name, unit in (("commit_p50", "ms"), ("floor_p50", "ms"), ("messages_per_operation", "1"), ("bytes_per_operation", "B"), ("resident", "MiB")):
            check_units(rows, {f"members_{n}/{name}": unit})
    expect(rows["members_1/messages_per_operation"]["value"] == 0, "one member alone sends")
    expect(rows["members_2/messages_per_operation"]["value"] > 0, "two members do not talk")


def test_sync(table):
    rows = bench(table, "sync", "--blocks", 40)
    check_units(rows, {"join_ms": "ms", "join_bytes": "B", "join_blocks_per_s": "1/s", "blocks": "1", "rolls": "1"})
    steps = [name for name in rows if name.endswith("/join_ms")]
    expect(len(steps) == 3, f"{steps}")
    expect(rows["blocks"]["value"] >= 40 and rows["join_bytes"]["value"] > 40 * 254, "less came than the headers of the blocks")


def test_verify(table):
    rows = bench(table, "verify", "--blocks", 60)
    for kind in ("play", "full"):
        check_units(rows, {f"{kind}_{name}": "1/s" for name in ("operations_per_s_core", "operations_per_s_all_cores", "signatures_alone_per_s_core")})
        expect(rows[f"{kind}_operations_per_s_core"]["target"] == 10000, "P14")
        expect(rows[f"{kind}_bytes_per_block"]["value"] > 254, "a block is smaller than its header")
        # How full blocks get is a question of speed.
        expect(rows[f"{kind}_operations_per_block"]["value"] > 0, "blocks without operations")


def test_tables(table):
    rows = bench(table, "tables", "--count", 3, "--operations", 10)
    check_units(rows, {"commit_p50": "ms", "commit_p99": "ms", "operations_per_s": "1/s", "resident_per_table": "MiB"})
    expect(rows["tables"]["value"] == 3, f"{rows['tables']}")


def test_an_open_table(table):
    host = table.host("Ann", "--start", 4, strategy="idle")
    door = host.wait_event("table_open")
    rows = bench(table, "consensus", "--lan", door["words"], "--at", f"127.0.0.1:{door['port']}", "--bind", "127.0.0.1", "--operations", 5)
    check_units(rows, {k: CONSENSUS[k] for k in ("commit_p50", "commit_p95", "commit_p99")})
    expect(rows["table_members"]["value"] == 2, f"{rows['table_members']}")
    expect(len(host.all("bet")) >= 2, "the bets are not at the table")
    host.wait_event("player_left")


def test_machine(table):
    rows = bench(table, "machine")
    check_units(rows, {"sync_p50": "us", "sign_p50": "us", "verify_p50": "us", "datagram_p50": "us"})


def test_refusals(table):
    for arguments, word in (
        (("consensu",), "consensus"),
        (("machine", "--members", "4"), "--members"),
        (("consensus", "--members", "0"), "--members"),
        (("consensus", "--lan"), "words"),
        (("dice", "otter"), "one argument"),
        (("consensus", "--members", "3", "--operations", "3", "--crash-leader"), "--members 4"),
    ):
        folder = own_tmp(table)
        code, out, err = table.run("bench", *arguments, environment={"TMPDIR": folder})
        expect(code == 64 and out == "" and word in err, f"{arguments}: {code} {err}")
        nothing_left(table, folder)


def running(table, folder, *arguments):
    """A bench that is at it: its members have files."""
    env = {**table.environment(), "TMPDIR": folder}
    p = subprocess.Popen([table.craps, "bench", *arguments, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    end = time.monotonic() + table.deadline_s
    while sum("identity" in files for _, _, files in os.walk(folder)) < 4:
        expect(p.poll() is None and time.monotonic() < end, "it does not begin")
        time.sleep(0.02)
    return p


def finish(table, p):
    timer = threading.Timer(table.deadline_s, p.kill)
    timer.start()
    out, err = p.communicate()
    timer.cancel()
    return p.returncode, out.decode(), err.decode()


def test_signals_leave_nothing(table):
    for number in (signal.SIGINT, signal.SIGTERM):
        folder = own_tmp(table)
        p = running(table, folder, "consensus", "--members", "4", "--operations", "100000")
        p.send_signal(number)
        code, out, _ = finish(table, p)
        expect(code == -number and out == "", f"signal {number}: status {code}, {out}")
        nothing_left(table, folder)


def test_members_end_with_a_killed_bench(table):
    folder = own_tmp(table)
    p = running(table, folder, "consensus", "--members", "4", "--operations", "100000")
    p.kill()
    finish(table, p)
    end = time.monotonic() + table.deadline_s
    while (left := processes_of(folder)) and time.monotonic() < end:
        time.sleep(0.05)
    expect(not left, f"processes left: {left}")


def test_a_killed_member_ends_the_bench(table):
    folder = own_tmp(table)
    p = running(table, folder, "consensus", "--members", "4", "--operations", "100000")
    with open(f"/proc/{p.pid}/task/{p.pid}/children", encoding="ascii") as f:
        children = [int(pid) for pid in f.read().split()]
    expect(len(children) >= 4, f"{children}")
    os.kill(children[-1], signal.SIGKILL)
    code, out, err = finish(table, p)
    expect(code in (70, 75) and out == "" and "ended by signal 9" in err, f"status {code}: {err}")
    nothing_left(table, folder)


if __name__ == "__main__":
    main(
        test_consensus,
        test_crash_of_the_leader,
        test_dice,
        test_idle,
        test_sync,
        test_verify,
        test_an_open_table,
        test_refusals,
        test_signals_leave_nothing,
        test_members_end_with_a_killed_bench,
        test_a_killed_member_ends_the_bench,
        long=(test_consensus_in_batches, test_growth, test_tables, test_machine),
    )
