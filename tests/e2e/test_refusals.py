"""What is refused, with which status and words (the exit table of the command line)."""

import glob
import json
import os
import socket
import stat
import subprocess
import threading

from harness import expect, main


def expect_refusal(result, status, *words):
    code, out, err = result
    expect(code == status, f"status {code} instead of {status}: {err}")
    expect(out == "", f"standard output: {out[:200]}")
    lines = [l for l in err.splitlines() if l]
    expect(len(lines) == 1 and lines[0].startswith("craps: "), f"not one line: {err}")
    for w in words:
        expect(w in lines[0], f"no '{w}' in: {lines[0]}")


def test_bad_usage(table):
    for arguments, words in (
        (["solo", "--bots", "9"], ("--bots", "0 to 8")),
        (["solo", "--bots", "-1"], ("--bots", "0 to 8")),
        (["solo", "--bost", "3"], ("--bost", "--bots")),
        (["slo"], ("slo", "craps solo")),
        (["verfy", "x.craps"], ("verify", "craps help")),
        (["host", "--engine", "raft"], ("--engine", "not available in this version")),
        (["host", "--metrics", "here"], ("--metrics", "must be a port")),
        (["host", "--trace", "https://here/v1/traces"], ("--trace", "https")),
        (["host", "--headless", "--min", "10", "--max", "5"], ("--min", "--max")),
        (["host", "--headless", "--seats", "2", "--start", "3"], ("--start", "--seats")),
        (["join", "--headless"], ("words", "craps join")),
        (["join", "--headless", "--last", "otter", "canyon", "velvet"], ("--last",)),
        (["join", "--headless", "--no-discovery", "otter", "canyon", "velvet"], ("--no-discovery", "--at")),
        (["join", "--headless", "otter", "canyon"], ("three words", "2")),
        (["join", "--headless", "otter", "kanyon", "velvet"], ("kanyon", "canyon")),
        (["join", "--headless", "otter-canyon-velvet@host:99999"], ("HOST",)),
        (["solo"], ("terminal", "--headless")),
        (["config", "get", "nmae"], ("nmae", "name")),
        (["config", "set", "color", "green"], ("color", "auto")),
    ):
        expect_refusal(table.run(*arguments, environment={"TERM": "xterm"}), 64, *words)
    expect(not os.path.exists(os.path.join(table.folder, "home", "identity")), "a refused command made an identity")


def test_rules_file(table):
    path = os.path.join(table.folder, "rules")
    with open(path, "w", encoding="utf-8") as f:
        f.write("# ours\nodds 10\nodd 5\n")
    expect_refusal(table.run("solo", "--headless", "--rules", path), 78, "line 3", "odds")
    expect_refusal(table.run("solo", "--headless", "--rules", path + ".none"), 66, "--rules")


def test_help_fits_a_terminal(table):
    for arguments in (["help"], ["--help"], *[["help", c] for c in ("solo", "host", "join", "discover", "script", "config", "help", "version", "options")]):
        code, out, err = table.run(*arguments)
        lines = out.splitlines()
        expect(code == 0 and err == "", f"{arguments}: status {code} {err}")
        expect(len(lines) <= 24 and max(map(len, lines)) <= 80, f"{arguments} does not fit 80x24")
        expect(lines[0].startswith("  craps"), f"{arguments} does not begin with an example")
    code, out, _ = table.run("--version")
    expect(code == 0 and out.startswith("craps "), out)
    code, out, _ = table.run("join", "--help")
    expect(code == 0 and out == table.run("help", "join")[1], "join --help is not help join")


def test_script(table):
    code, out, _ = table.run("script", stdin=b"player ann 1000\nbet ann pass 100\nroll 5 2\nbet bob pass 1\n")
    lines = out.splitlines()
    expect(code == 0 and len(lines) == 2, out)
    expect(json.loads(lines[0])["balances"] == {"ann": 1100}, lines[0])
    expect(lines[1] == '{"error":"unknown_player"}', lines[1])
    expect_refusal(table.run("script", os.path.join(table.folder, "none")), 66)


def test_config(table):
    expect(table.run("config", "set", "name", "Ann")[0] == 0, "config set")
    code, out, _ = table.run("config", "get", "name")
    expect((code, out) == (0, "Ann\n"), out)
    code, out, _ = table.run("config", "get", "name", environment={"CRAPS_NAME": "Eve"})
    expect((code, out) == (0, "Eve\n"), "the environment does not go before the file")
    code, out, _ = table.run("config", "path")
    expect(code == 0 and os.path.exists(out.strip()), out)
    code, out, _ = table.run("config", "list", "--json")
    expect(code == 0 and json.loads(out)["settings"]["name"] == "Ann", out)
    expect_refusal(table.run("solo", "--headless", environment={"CRAPS_COLOR": "green"}), 78, "CRAPS_COLOR")
    expect_refusal(table.run("config", "set", "keys.pass", "d"), 64, "dont_pass")
    expect(table.run("config", "set", "keys.pass", "j")[0] == 0, "config set keys.pass")
    code, out, _ = table.run("help", "keys")
    expect(code == 0 and "\n  j d         pass" in out and len(out.splitlines()) < 24, out)
    path = table.run("config", "path")[1].strip()
    with open(path, "a") as f:
        f.write("field = j\n")
    expect_refusal(table.run("solo", "--headless"), 78, "[keys]: j is for pass and for field")
    os.remove(path)


def test_discover_finds_nothing(table):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    code, out, _ = table.run("discover", "--wait", 1, "--json", "--bind", "127.0.0.1", "--discovery-port", port)
    document = json.loads(out)
    expect(code == 1 and document["tables"] == [] and "schema" in document, f"{code} {out}")


def test_discover_finds_a_table(table):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    network = ["--bind", "127.0.0.1", "--discovery-port", port]
    host = table.start("Ann", "host", "--headless", "--json", "--as", "Ann", "--name", "Friday Table", "--seats", 5, "--port", 0, *network)
    door = host.wait_event("table_open")
    host.wait_event("joined")
    code, out, _ = table.run("discover", "--wait", 2, "--json", *network)
    found = json.loads(out)["tables"]
    expect(code == 0 and len(found) == 1, f"{code} {out}")
    row = found[0]
    expect(row["name"] == "Friday Table" and row["host"] == "Ann" and row["seats"] == 5 and row["seated"] == 1, f"{row}")
    expect(row["port"] == door["port"] and row["state"] == "lobby", f"{row}")
    joiner = table.start("Bo", "join", *door["words"].split("-"), "--headless", "--json", "--as", "Bo", *network)
    expect(joiner.wait_event("joined")["player"] == "Bo", "joined by discovery")
    joiner.terminate()
    joiner.summary()
    host.terminate()
    host.summary()


def test_wrong_words(table):
    host = table.host("Ann", strategy=None)
    door = host.wait_event("table_open")
    first, second, third = door["words"].split("-")
    other = "otter" if second != "otter" else "canyon"
    wrong = table.join("Bo", {"words": f"{first}-{other}-{third}", "port": door["port"]}, strategy=None)
    expect(wrong.exit_status() == 77, f"status {wrong.process.returncode}: {wrong.complaint()}")
    expect(wrong.complaint().startswith("craps: "), wrong.complaint())
    right = table.join("Cy", door, strategy=None)
    right.wait_event("joined")
    expect(host.process.poll() is None, "the host fell over wrong words")


def test_burned_words_are_replaced_in_sight(table):
    """Nothing else happens at the table: the new words are shown all the same."""
    arguments = ["host", "--line", "--as", "Ann", "--port", "0", "--bind", "127.0.0.1", "--no-discovery", "--data-dir", table.data_dir("Ann")]
    host = subprocess.Popen([table.craps, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=table.environment())
    patience = threading.Timer(table.deadline_s, host.kill)
    patience.start()
    try:
        shown = (line.decode() for line in host.stdout if line.startswith(b"The three words"))
        first = next(shown).split()
        address = first[-1].split("@")[1]
        for guess in ("admire-crust-emerald", "emerald-crust-admire", "crust-admire-emerald", "crust-emerald-admire", "admire-emerald-crust"):
            status, _, error = table.run("join", f"{guess}@{address}", "--headless", "--as", "Eve", "--bind", "127.0.0.1", "--no-discovery",
                                         "--data-dir", table.data_dir("Eve"))
            expect(status == 77, f"{guess}: {status}: {error}")
        news = next(shown, "").split()
        expect(news and news[6] != first[6], "no new words were shown")
    finally:
        patience.cancel()
        host.kill()
        host.communicate()


def test_words_are_not_in_the_argument_vector(table):
    host = table.host("Ann", strategy=None)
    door = host.wait_event("table_open")
    p = table.join("Bo", door, strategy=None)
    p.wait_event("joined")
    with open(f"/proc/{p.process.pid}/cmdline", "rb") as f:
        line = f.read()
    for word in door["words"].split("-"):
        expect(word.encode() not in line, f"{word} can be read in the argument vector")


def test_words_from_standard_input(table):
    host = table.host("Ann", strategy=None)
    door = host.wait_event("table_open")
    p = table.play("Bo", ["join", "-", "--at", f"127.0.0.1:{door['port']}"], strategy=None)
    p.send(door["words"].replace("-", " "))
    p.wait_event("joined")
    p.send("quit")
    p.summary()


def test_full_table(table):
    host = table.host("Ann", "--seats", 2, "--start", 2, strategy=None)
    door = host.wait_event("table_open")
    second = table.join("Bo", door, strategy=None)
    second.wait_event("joined")
    third = table.join("Cy", door, strategy=None)
    expect(third.exit_status() == 75, f"status {third.process.returncode}: {third.complaint()}")


def test_busy_port(table):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
        p = table.play("Ann", ["host", "--port", str(port)], strategy=None)
        expect(p.exit_status() == 69, f"status {p.process.returncode}: {p.complaint()}")
        expect("--port" in p.complaint(), p.complaint())


def test_nobody_there(table):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        p = table.join("Bo", {"words": "otter-canyon-velvet", "port": s.getsockname()[1]}, strategy=None)
        expect(p.exit_status() == 69, f"status {p.process.returncode}: {p.complaint()}")
    p = table.play("Bo", ["join", "otter-canyon-velvet@no-such-host.invalid"], strategy=None)
    expect(p.exit_status() == 68, f"status {p.process.returncode}: {p.complaint()}")


def test_unwritable_data_directory(table):
    file = os.path.join(table.folder, "a-file")
    with open(file, "w", encoding="utf-8") as f:
        f.write("not a folder")
    expect_refusal(table.run("solo", "--headless", "--strategy", "pass", "--data-dir", os.path.join(file, "x")), 73, file)
    if os.geteuid() != 0:
        closed = os.path.join(table.folder, "closed")
        os.mkdir(closed, 0o500)
        expect_refusal(table.run("solo", "--headless", "--strategy", "pass", "--data-dir", closed), 77, closed)


def test_data_directory_in_use(table):
    first = table.play("Ann", ["solo", "--bots", "0"], strategy=None)
    first.wait_event("joined")
    result = table.run("solo", "--headless", "--strategy", "pass", "--data-dir", table.data_dir("Ann"))
    expect_refusal(result, 75, str(first.process.pid))
    first.send("quit")
    first.summary()


def test_damaged_identity(table):
    p = table.play("Ann", ["solo", "--bots", "0"], "--rolls", 1, strategy="pass")
    p.summary()
    identity = os.path.join(table.data_dir("Ann"), "identity")
    expect(stat.S_IMODE(os.stat(identity).st_mode) == 0o600, "others may read the identity")
    with open(identity, "r+b") as f:
        f.seek(10)
        f.write(b"\x00\x00\x00\x00")
    with open(identity, "rb") as f:
        before = f.read()
    expect_refusal(table.run("solo", "--headless", "--strategy", "pass", "--data-dir", table.data_dir("Ann")), 65, identity)
    with open(identity, "rb") as f:
        expect(f.read() == before, "the damaged identity was overwritten")


def test_damaged_record(table):
    host = table.host("Ann", strategy="pass")
    door = host.wait_event("table_open")
    p = table.join("Bo", door, strategy="pass")
    p.wait_roll(3)
    p.kill()
    records = glob.glob(os.path.join(table.data_dir("Bo"), "sessions", "*.craps"))
    expect(len(records) == 1, f"{records}")
    for beside in ("-wal", "-shm"):
        if os.path.exists(records[0] + beside):
            os.unlink(records[0] + beside)
    with open(records[0], "r+b") as f:
        f.write(b"this is not a record, whatever its name says")
    back = table.play("Bo", ["join", "--last"], strategy="pass")
    expect(back.exit_status() == 65, f"status {back.process.returncode}: {back.complaint()}")


def test_no_last_table(table):
    p = table.play("Bo", ["join", "--last"], strategy="pass")
    expect(p.exit_status() == 66, f"status {p.process.returncode}: {p.complaint()}")


def test_practice_is_nothing_to_come_back_to(table):
    """Bots end with their process: the table before is meant, and where there is none that is said at once."""
    folder = table.data_dir("Bo")
    p = table.start("Bo", "solo", "--headless", "--json", "--strategy", "pass", "--as", "Bo", data_dir=folder)
    p.wait_roll(2)
    p.kill()
    status, _, error = table.run("join", "--last", "--headless", "--data-dir", folder)
    expect(status == 66 and "no table to come back to" in error, f"status {status}: {error}")


if __name__ == "__main__":
    main(
        test_bad_usage,
        test_rules_file,
        test_help_fits_a_terminal,
        test_script,
        test_config,
        test_discover_finds_nothing,
        test_discover_finds_a_table,
        test_wrong_words,
        test_burned_words_are_replaced_in_sight,
        test_words_are_not_in_the_argument_vector,
        test_words_from_standard_input,
        test_full_table,
        test_busy_port,
        test_nobody_there,
        test_unwritable_data_directory,
        test_data_directory_in_use,
        test_damaged_identity,
        test_damaged_record,
        test_no_last_table,
        test_practice_is_nothing_to_come_back_to,
    )
