"""The table of exit statuses of the command line, row by row: each status is provoked for real by every command for which it makes
sense, with one clear line on standard error that names the bad thing; and surroundings that are not as they should be.
What is refused at a table itself stands in test_refusals.py."""

import json
import os
import resource
import signal
import socket
import subprocess

from harness import expect, main


def expect_line(what, result, status, *words):
    code, out, err = result
    lines = [l for l in err.splitlines() if l]
    expect(code == status, f"{what}: status {code} instead of {status}: {err[:300]!r} {out[-200:]!r}")
    expect(len(lines) == 1 and lines[0].startswith("craps: "), f"{what}: not one line: {err!r}")
    for w in words:
        expect(w in lines[0], f"{what}: no '{w}' in: {lines[0]}")


def run(table, *arguments, stdout=subprocess.PIPE, stdin=b"", environment=None, prepare=None, argv0=None):
    env = {**table.environment(), **(environment or {})}
    env = {k: v for k, v in env.items() if v is not None}
    command = [argv0 if argv0 is not None else table.craps, *map(str, arguments)]
    r = subprocess.run(command, executable=table.craps, input=stdin, stdout=stdout, stderr=subprocess.PIPE, env=env,
                       preexec_fn=prepare, timeout=table.deadline_s, check=False)
    return r.returncode, (r.stdout or b"").decode("utf-8", "replace"), r.stderr.decode("utf-8", "replace")


def path_of(table, name, text=None):
    path = os.path.join(table.folder, name)
    if text is not None:
        with open(path, "wb") as f:
            f.write(text)
    return path


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def record_of(table, rolls=6):
    p = table.start("Zoe", "solo", "--bots", 1, "--headless", "--json", "--strategy", "pass", "--rolls", rolls)
    return p.summary()["record"]


# Commands as they work.
ANSWERS = (["help"], ["help", "options"], ["version"], ["odds"], ["odds", "place", "6"], ["config", "path"], ["config", "list"],
           ["config", "get", "name"], ["completion", "bash"], ["stats"])


def test_0_and_1_done_and_something_does_not_check(table):
    for arguments in ANSWERS:
        code, out, err = run(table, *arguments)
        expect((code, err) == (0, "") and out != "", f"{arguments}: {code} {err}")
    record = record_of(table)
    for arguments in (["verify", record], ["stats", record], ["export", record, "--format", "csv"], ["replay", record, "--speed", "0"]):
        code, out, err = run(table, *arguments)
        expect((code, err) == (0, "") and out != "", f"{arguments}: {code} {err}")
    whole = open(record, "rb").read()
    import sqlite3
    with sqlite3.connect(record) as db:
        block = db.execute("SELECT bytes FROM blocks WHERE height = 9").fetchone()
        expect(block is not None, "no such block")
        db.execute("UPDATE blocks SET bytes = ? WHERE height = 9", (block[0][:-3] + bytes([block[0][-3] ^ 1]) + block[0][-2:],))
    db.close()
    code, out, err = run(table, "verify", record)
    expect(code == 1 and err == "" and "DOES NOT CHECK" in out, f"verify: {code} {out!r} {err!r}")
    for arguments in (["replay", record, "--speed", "0"], ["export", record, "--format", "csv"]):
        code, _, err = run(table, *arguments)
        expect(code == 1 and len(err.splitlines()) == 1 and "craps verify" in err, f"{arguments}: {code} {err!r}")
    with open(record, "wb") as f:
        f.write(whole)
    expect(run(table, "discover", "--wait", 1, "--bind", "127.0.0.1", "--discovery-port", free_port())[0] == 1, "discover finds none")


def test_64_bad_usage_of_every_command(table):
    commands = [c["name"] for c in json.loads(run(table, "help", "--json")[1])["commands"]]
    expect(len(commands) >= 17, f"{commands}")
    for command in commands:
        expect_line(command, run(table, command, "--colr", "auto"), 64, "--colr", "--color", command)
        expect_line(command, run(table, command, "--color", "green"), 64, "--color", "auto")
        expect_line(command, run(table, command, "--color"), 64, "--color needs a value")
        expect_line(command, run(table, command, "--quiet=1"), 64, "--quiet takes no value")
        expect_line(command, run(table, command, "-Z"), 64, "-Z")
        if command != "stats":  # takes any number of files
            expect_line(command, run(table, command, *(["x"] * 9)), 64, command)
        expect_line(f"{command} --json", run(table, command, "--json", "--colr"), 64, "--colr")
    expect_line("a word that is none", run(table, "sollo"), 64, "sollo", "craps solo")
    expect_line("another's option", run(table, "odds", "--bots", "2"), 64, "--bots does not belong to 'craps odds'")


# A wrong word, and the right one that has to be proposed.
NEAREST = (
    (["doctr"], "doctor"), (["completon"], "completion"), (["hlep", "join"], "help"),
    (["help", "jion"], "join"), (["solo", "--headless", "--strategy", "iron-cros"], "iron-cross"),
    (["solo", "--headless", "--odds", "3450"], "345"), (["solo", "--headless", "--vig", "wins"], "win"),
    (["solo", "--headless", "--ats", "34-175"], "34_175"), (["host", "--headless", "--invite", "word"], "words"),
    (["export", "x", "--format", "jsno"], "json"), (["config", "get", "them"], "theme"),
    (["config", "set", "theme", "drak"], "dark"), (["config", "set", "color", "alwys"], "always"),
    (["config", "lst"], "list"), (["completion", "bsh"], "bash"), (["bench", "dise"], "dice"),
    (["sandbox", "--headless", "--cheat", "double-vot"], "double-vote"), (["odds", "plase"], "place"),
    (["odds", "--colour"], "--color"),
)


def test_64_proposes_the_nearest(table):
    for arguments, right in NEAREST:
        expect_line(" ".join(arguments), run(table, *arguments), 64, "did you mean", right)


def test_65_66_no_such_or_no_valid_file(table):
    garbage = path_of(table, "garbage.craps", bytes(range(256)) * 40)
    empty = path_of(table, "empty.craps", b"")
    none = path_of(table, "none.craps")
    for command in (["verify"], ["replay"], ["export"], ["stats"]):
        more = ["--format", "csv"] if command == ["export"] else []
        for bad in (garbage, empty):
            expect_line(command[0], run(table, *command, bad, *more), 65)
            expect_line(command[0], run(table, *command, bad, "--json", *more) if command != ["export"] else run(table, *command, bad, *more), 65)
        expect_line(command[0], run(table, *command, none, *more), 66, "none.craps")
        expect_line(command[0], run(table, *command, "no-such-table", *more), 66, "no-such-table")
    expect_line("script", run(table, "script", none), 66, "none.craps")
    expect_line("rules", run(table, "solo", "--headless", "--rules", none), 66, "none.craps")
    expect_line("plan", run(table, "solo", "--headless", "--strategy", path_of(table, "none.plan")), 66, "none.plan")
    expect_line("last", run(table, "join", "--last", "--headless"), 66, "craps join")
    identity = path_of(table, "d65")
    os.makedirs(identity)
    with open(os.path.join(identity, "identity"), "wb") as f:
        f.write(b"no identity")
    os.chmod(f.name, 0o600)
    for command in (["solo", "--headless"], ["host", "--headless"], ["join", "--headless", "otter-canyon-velvet@127.0.0.1:9"]):
        expect_line(command[0], run(table, *command, "--data-dir", identity), 65, "identity is damaged")


def test_68_69_unreachable(table):
    words = "otter-canyon-velvet"
    expect_line("no such host", run(table, "join", "--headless", f"{words}@no-such-host.invalid"), 68, "no-such-host.invalid")
    expect_line("--at", run(table, "join", "--headless", words, "--at", "no-such-host.invalid"), 68, "no-such-host.invalid")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("0.0.0.0", 0))
        port = s.getsockname()[1]
        expect_line("port", run(table, "host", "--headless", "--no-discovery", "--port", port), 69, str(port))
    expect_line("bind", run(table, "host", "--headless", "--bind", "203.0.113.9"), 69, "203.0.113.9")


def test_70_a_fault_of_the_program(table):
    sound, table.craps = table.craps, os.environ["MEMBER_MAKES_CHIPS"]
    try:
        for command in (["solo", "--bots", "1"], ["host", "--start", "1", "--bots", "1", "--port", "0", "--no-discovery", "--bind", "127.0.0.1"]):
            player = table.start("d70" + command[0], *command, "--headless", "--json", "--strategy", "pass", "--as", "Ann")
            player.wait_event("stopped")
            player.terminate()
            expect_line(command[0], (player.exit_status(), "", player.complaint()), 70, "stopped", "chips")
    finally:
        table.craps = sound


def limit_files():
    """Nothing can be written any more, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_73_cannot_create(table):
    file = path_of(table, "file", b"x")
    record = record_of(table)
    for command in (["solo", "--headless"], ["host", "--headless"], ["join", "--headless", "otter-canyon-velvet@127.0.0.1:9"],
                    ["config", "list"], ["config", "set", "name", "Ann"]):
        expect_line(command[0], run(table, *command, "--data-dir", os.path.join(file, "below")), 73, "file")
    expect_line("export", run(table, "export", record, "--format", "csv", "-o", os.path.join(file, "x.csv")), 73, "x.csv")
    expect_line("export", run(table, "export", record, "--format", "csv", "-o", path_of(table, "nowhere") + "/x.csv"), 73, "x.csv")
    expect_line("log", run(table, "solo", "--headless", "--log", os.path.join(file, "log")), 73, "log")


def test_74_output_that_cannot_be_written(table):
    with open("/dev/full", "wb") as full:
        for arguments in (*ANSWERS, ["doctor"], ["odds", "--json"], ["doctor", "--json"]):
            expect_line(" ".join(arguments), run(table, *arguments, stdout=full), 74, "standard output")
        record = record_of(table)
        for arguments in (["verify", record], ["stats", record], ["export", record, "--format", "csv"], ["replay", record, "--speed", "0"]):
            expect_line(" ".join(arguments), run(table, *arguments, stdout=full), 74)
        expect_line("script", run(table, "script", stdin=b"player a 100\nstate\n", stdout=full), 74, "standard output")
    code, _, err = run(table, "solo", "--headless", "--strategy", "pass", "--rolls", 3, prepare=limit_files)
    expect(code in (73, 74) and len(err.splitlines()) == 1, f"a full disk: {code} {err!r}")
    code, _, err = run(table, "config", "set", "name", "Ann", "--config", path_of(table, "new.ini"), prepare=limit_files)
    expect(code in (73, 74) and len(err.splitlines()) == 1, f"a full disk: {code} {err!r}")


def test_75_in_use(table):
    first = table.start("Ann", "solo", "--headless", "--json")
    first.wait_event("joined")
    for command in (["solo"], ["host"], ["join", "otter-canyon-velvet@127.0.0.1:9"], ["join", "--last"], ["sandbox"]):
        expect_line(command[0], run(table, *command, "--headless", "--data-dir", first.data_dir), 75, str(first.process.pid))
    code, out, err = run(table, "doctor", "--data-dir", first.data_dir)
    expect(code == 75 and str(first.process.pid) in out and err == "", f"doctor: {code} {out}")
    first.terminate()
    first.summary()


def test_76_another_version_of_the_protocol(table):
    other = os.environ["MEMBER_OF_ANOTHER_VERSION"]
    host = table.host("Ann", strategy=None)
    door = host.wait_event("table_open")
    sound, table.craps = table.craps, other
    try:
        expect_line("join", run(table, "join", f"{door['words']}@127.0.0.1:{door['port']}", "--headless", "--bind", "127.0.0.1",
                                "--no-discovery", "--data-dir", path_of(table, "d76")), 76, "protocol 1", "update")
    finally:
        table.craps = sound


def test_77_no_permission(table):
    folder = path_of(table, "d77")
    os.makedirs(folder)
    with open(os.path.join(folder, "identity"), "wb") as f:
        f.write(b"x" * 100)
    os.chmod(f.name, 0o644)
    for command in (["solo"], ["host"], ["sandbox"]):
        expect_line(command[0], run(table, *command, "--headless", "--data-dir", folder), 77, "chmod 600")
    code, out, err = run(table, "doctor", "--data-dir", folder)
    expect(code == 77 and "chmod 600" in out and err == "", f"doctor: {code} {out}")


def test_78_bad_configuration(table):
    bad = path_of(table, "bad.ini", b"[player]\nname = Ann\ncolr = auto\n")
    for command in (["solo", "--headless"], ["host", "--headless"], ["join", "--headless", "otter-canyon-velvet@127.0.0.1:9"],
                    ["config", "list"], ["config", "get", "name"], ["config", "set", "name", "Bo"]):
        expect_line(command[0], run(table, *command, "--config", bad), 78, "line 3", "colr")
    code, out, err = run(table, "doctor", "--config", bad)
    expect(code == 78 and "line 3" in out and err == "", f"doctor: {code} {out}")
    rules = path_of(table, "bad.rules", b"odds 10\nvig never\n")
    for command in ("solo", "host"):
        expect_line(command, run(table, command, "--headless", "--rules", rules), 78, "line 2", "vig")
    for variable, value in (("CRAPS_COLOR", "green"), ("CRAPS_THEME", "\x1b[31m"), ("CRAPS_PORT", "99999999"), ("CRAPS_DELTA_MS", "-1"),
                            ("CRAPS_KEEP_RECORDS", "many"), ("CRAPS_SYMBOLS", "x" * 5000), ("CRAPS_NAME", "\x07")):
        expect_line(variable, run(table, "config", "list", environment={variable: value}), 78, variable)
        expect_line(variable, run(table, "solo", "--headless", environment={variable: value}), 78, variable)


def closed(descriptor):
    return lambda: os.close(descriptor)


def test_surroundings_that_are_not_as_they_should_be(table):
    """It says one line, or goes on; it never dies of them."""
    play = ["solo", "--bots", "1", "--headless", "--strategy", "pass", "--rolls", "3"]
    folder = path_of(table, "odd")
    odd = (
        {"HOME": None}, {"HOME": ""}, {"HOME": "relative"}, {"HOME": "/" + "x" * 3000},
        {"TERM": None}, {"TERM": "no-such-terminal"}, {"TERM": "x" * 5000}, {"LC_ALL": "garbage"}, {"LC_ALL": "xx_YY.UTF-9", "LANG": "\x1b"},
        {"COLUMNS": "0", "LINES": "-5"}, {"COLUMNS": "99999999999", "LINES": "x"}, {"NO_COLOR": ""}, {"PATH": None},
        {"XDG_STATE_HOME": "relative", "XDG_CONFIG_HOME": "also/relative", "XDG_DATA_HOME": ""}, {"COLORTERM": "x" * 300, "COLORFGBG": "9999;;"},
    )
    for i, environment in enumerate(odd):
        code, out, err = run(table, *play, "--data-dir", f"{folder}{i}", environment=environment)
        expect((code, err) == (0, ""), f"{environment}: {code} {err!r}")
        code, out, err = run(table, "doctor", "--data-dir", f"{folder}{i}", environment=environment)
        expect(code in (0, 78) and err == "", f"doctor, {environment}: {code} {err!r} {out}")
    for home in ("/proc/none", "/dev/null"):
        expect_line(home, run(table, *play, environment={"HOME": home, "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None, "XDG_DATA_HOME": None}), 73)
        expect_line(home, run(table, *play, environment={"XDG_STATE_HOME": home}), 73)
    for terminal in ("dumb", "no-such-terminal", ""):
        code, out, err = run(table, "solo", "--line", "--data-dir", path_of(table, "line"), stdin=b"leave\ny\nquit\n", environment={"TERM": terminal})
        expect(code == 0 and err == "", f"line mode with TERM={terminal!r}: {code} {err!r}")
    for descriptor, status in ((0, 0), (2, 0)):
        code, _, err = run(table, *play, "--data-dir", path_of(table, f"closed{descriptor}"), prepare=closed(descriptor))
        expect(code == status, f"descriptor {descriptor} is closed: {code} {err!r}")
    for arguments in (["help"], ["odds"], ["doctor"]):
        code, _, err = run(table, *arguments, prepare=closed(1))
        expect(code == 74 and "standard output" in err, f"{arguments} without output: {code} {err!r}")
    code, _, err = run(table, "help", argv0="")
    expect((code, err) == (0, ""), f"no name: {code} {err!r}")


def test_no_argument_vector_at_all(table):
    """execve with argc 0: the kernel of today puts an empty name there; nothing is read beyond it."""
    call = ("import ctypes, sys; c = ctypes.CDLL(None); none = (ctypes.c_char_p * 1)(None);"
            " env = (ctypes.c_char_p * 2)(b'HOME=' + sys.argv[2].encode(), None); c.execve(sys.argv[1].encode(), none, env)")
    done = subprocess.run(["python3", "-c", call, table.craps, table.folder], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=table.deadline_s, check=False)
    expect(done.returncode == 64 and done.stderr.count(b"\n") == 1, f"{done}")


main(test_0_and_1_done_and_something_does_not_check, test_64_bad_usage_of_every_command, test_64_proposes_the_nearest,
     test_65_66_no_such_or_no_valid_file, test_68_69_unreachable, test_70_a_fault_of_the_program, test_73_cannot_create,
     test_74_output_that_cannot_be_written, test_75_in_use, test_76_another_version_of_the_protocol, test_77_no_permission,
     test_78_bad_configuration, test_surroundings_that_are_not_as_they_should_be, test_no_argument_vector_at_all)
