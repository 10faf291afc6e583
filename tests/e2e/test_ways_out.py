"""Every way out: the table is left properly or survives it, the process ends with its status, keeps no file open that others need,
and no secret of its own is in its memory when it ends."""

import fcntl
import glob
import os
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import termios
import threading

from harness import expect, main

SCANNER = os.environ.get("CRAPS_SCAN_MEMORY", "")


def two_members(table, *arguments, environment=None):
    host = table.host("Ann", "--start", "2", "--rolls", "1000000", *arguments, strategy="pass", environment=environment)
    door = host.wait_event("table_open")
    bo = table.join("Bo", door, strategy="pass")
    host.wait_roll(2)
    return host, bo


def expect_left(table, leaver, stays):
    """The table agreed that the leaver is gone, and the other plays on alone."""
    stays.wait_event("player_left", player=leaver.name)
    last = max(e["roll"] for e in stays.all("roll"))
    stays.wait_roll(last + 2)
    stays.terminate()
    s = stays.summary()
    expect(s["conserved"], "chips are not conserved")
    status, _, error = table.run("verify", s["record"])
    expect(status == 0, f"verify: {status} {error}")


def leave_by_signal(table, number):
    host, bo = two_members(table)
    host.process.send_signal(number)
    expect(host.exit_status() == 0, f"signal {number}: status {host.exit_status()}: {host.complaint()}")
    expect(host.events[-1]["event"] == "summary", "no summary")
    expect_left(table, host, bo)


def test_sigterm_leaves_the_table(table):
    leave_by_signal(table, signal.SIGTERM)


def test_sigint_leaves_the_table(table):
    leave_by_signal(table, signal.SIGINT)


def test_sighup_leaves_the_table(table):
    leave_by_signal(table, signal.SIGHUP)


def test_the_word_quit_leaves_the_table(table):
    host, bo = two_members(table)
    bo.send("quit")
    expect(bo.exit_status() == 0, f"status {bo.exit_status()}: {bo.complaint()}")
    expect_left(table, bo, host)


def test_a_closed_output_leaves_the_table(table):
    """Nobody reads what Bo says any more."""
    host = table.host("Ann", "--start", "2", "--rolls", "1000000", strategy="pass")
    door = host.wait_event("table_open")
    arguments = ["join", f"{door['words']}@127.0.0.1:{door['port']}", "--as", "Bo", "--headless", "--json", "--strategy", "pass"]
    arguments += ["--bind", "127.0.0.1", "--no-discovery", "--data-dir", table.data_dir("Bo")]
    reading, writing = os.pipe()
    with open(os.path.join(table.folder, "Bo.stderr"), "w+b") as complaint:
        bo = subprocess.Popen([table.craps, *arguments], stdin=subprocess.DEVNULL, stdout=writing, stderr=complaint, env=table.environment())
    try:
        os.close(writing)
        host.wait_roll(2)
        os.close(reading)
        expect(bo.wait(table.deadline_s) == 74, f"status {bo.returncode}")
    finally:
        bo.kill()
        bo.wait()
    host.wait_event("player_left", player="Bo")
    last = max(e["roll"] for e in host.all("roll"))
    host.wait_roll(last + 2)
    host.terminate()
    expect(host.summary()["conserved"], "chips are not conserved")


def test_a_closed_terminal_leaves_the_table(table):
    """A window that is closed hangs up more than once: the kernel does, and the shell. Only the first counts."""
    host = table.host("Ann", "--start", "2", "--rolls", "1000000", strategy="pass")
    door = host.wait_event("table_open")
    arguments = ["join", f"{door['words']}@127.0.0.1:{door['port']}", "--as", "Bo", "--bind", "127.0.0.1", "--port", "0", "--no-discovery"]
    window, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**table.environment(), "TERM": "xterm-256color"}
    bo = subprocess.Popen([table.craps, *arguments, "--data-dir", table.data_dir("Bo")], stdin=terminal, stdout=terminal,
                          stderr=subprocess.DEVNULL, env=environment)
    os.close(terminal)
    at_the_table = threading.Event()
    threading.Thread(target=drain, args=(window, b"DON'T COME", at_the_table), daemon=True).start()
    try:
        expect(at_the_table.wait(table.deadline_s), "Bo never saw the felt")
        bo.send_signal(signal.SIGHUP)
        bo.send_signal(signal.SIGCONT)
        bo.send_signal(signal.SIGHUP)
        host.wait_event("player_left", player="Bo")
        expect(bo.wait(table.deadline_s) == 0, f"status {bo.returncode}")
    finally:
        bo.kill()
        bo.wait()
    host.terminate()
    expect(host.summary()["conserved"], "chips are not conserved")


def drain(window, sign, seen):
    """Reads the screen until nobody has the other end; `seen` is set when it has shown `sign`."""
    shown = b""
    try:
        while part := os.read(window, 65536):
            shown += part
            if sign in shown:
                seen.set()
    except OSError:
        pass
    os.close(window)


def secrets_of(table, data_dir):
    """The identity's seeds, and what the keys file holds, as hex of 32 bytes each. The file is read from a copy: its owner has it locked."""
    with open(os.path.join(data_dir, "identity"), encoding="ascii") as f:
        found = dict(zip(("identity", "network"), re.findall(r"^(?:id|net) ([0-9a-f]{64})$", f.read(), re.M)))
    expect(len(found) == 2, "the identity file has another form")
    (path,) = glob.glob(os.path.join(data_dir, "sessions", "*.keys"))
    copy = os.path.join(table.folder, "copy.keys")
    shutil.copy(path, copy)
    if os.path.exists(f"{path}-wal"):
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    keys = sqlite3.connect(copy)
    for attempt, data in keys.execute("SELECT dkg_id, data FROM keys"):
        found[f"vote key {attempt}"] = data[:32].hex()
        found[f"share key {attempt}"] = data[64:96].hex()
    for (data,) in keys.execute("SELECT data FROM secrets WHERE key = 'net'"):
        found["link key"] = data[2:34].hex()
    keys.close()
    return found


def test_a_second_process_finds_nothing_locked_after_the_first(table):
    host, bo = two_members(table)
    host.process.send_signal(signal.SIGTERM)
    expect(host.exit_status() == 0, f"status {host.exit_status()}")
    left = [name for name in secrets_of(table, host.data_dir) if name.startswith(("vote key", "share key"))]
    expect(not left, f"who left keeps {left}")
    expect(not glob.glob(os.path.join(host.data_dir, "sessions", "*-wal")), "the record was not closed")
    again = table.host("Ann", strategy="idle")
    again.wait_event("joined")
    again.terminate()
    expect(again.exit_status() == 0, f"status {again.exit_status()}")
    bo.terminate()
    expect(bo.exit_status() == 0, f"status {bo.exit_status()}")


def test_no_secret_is_left_in_memory(table):
    expect(SCANNER, "CRAPS_SCAN_MEMORY must name the library")
    wanted, report = os.path.join(table.folder, "wanted"), os.path.join(table.folder, "report")
    scan = {"LD_PRELOAD": SCANNER, "SCAN_FILE": wanted, "SCAN_REPORT": report}
    host, bo = two_members(table, environment=scan)
    secrets = secrets_of(table, host.data_dir)
    with open(wanted, "w", encoding="ascii") as f:
        f.writelines(f"{s}\n" for s in [*secrets.values(), "LD_PRELOAD=".encode().hex()])
    host.terminate()
    expect(host.exit_status() == 0, f"status {host.exit_status()}")
    with open(report, encoding="ascii") as f:
        counts = [int(n) for n in f.read().split()]
    expect(len(counts) == len(secrets) + 1, f"{counts}")
    expect(counts[-1] > 0, "the scanner does not even find the environment")
    left = {name: n for name, n in zip(secrets, counts) if n > 0}
    expect(not left, f"still in memory: {left}")
    bo.terminate()
    expect(bo.exit_status() == 0, "Bo")


main(
    test_sigterm_leaves_the_table,
    test_sigint_leaves_the_table,
    test_sighup_leaves_the_table,
    test_the_word_quit_leaves_the_table,
    test_a_closed_output_leaves_the_table,
    test_a_closed_terminal_leaves_the_table,
    test_a_second_process_finds_nothing_locked_after_the_first,
    test_no_secret_is_left_in_memory,
)
