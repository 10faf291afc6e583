"""craps doctor and the documents of --json: what is said, what is left alone; and how many records are kept."""

import glob
import json
import os

from harness import expect, main

DOCUMENTS = (["doctor"], ["help"], ["help", "join"], ["join", "--help"], ["version"], ["--version"], ["config"], ["config", "list"],
             ["config", "path"], ["config", "get", "name"], ["config", "set", "name", "Ann"], ["odds"], ["odds", "place", "6"], ["stats"],
             ["discover", "--wait", "1", "--bind", "127.0.0.1", "--discovery-port", "17776"])


def findings(table, *arguments, environment=None):
    code, out, err = table.run("doctor", "--json", *arguments, environment=environment)
    document = json.loads(out)
    expect(err == "" and document["schema"] == 1 and document["status"] == code and document["ok"] == (code == 0), f"{code} {out} {err}")
    for f in document["findings"]:
        good = f["verdict"] == "ok"
        expect(f["verdict"] in ("ok", "note", "fault") and f["text"] != "", f"{f}")
        expect((f["means"] is None) == good and (f["fix"] is None) == good, f"a finding says what it means and the fix: {f}")
        expect((f["status"] != 0) == (f["verdict"] == "fault"), f"{f}")
    return code, {(f["area"], f["check"]): f for f in document["findings"]}


def test_json_documents_have_a_schema(table):
    for arguments in DOCUMENTS:
        code, out, err = table.run(*arguments, "--json")
        expect(code in (0, 1) and err == "" and out.count("\n") == 1, f"{arguments}: {code} {err} {out[:200]}")
        expect(json.loads(out)["schema"] == 1, f"{arguments}: {out[:200]}")
    commands = {c["name"] for c in json.loads(table.run("help", "--json")[1])["commands"]}
    expect({"solo", "verify", "doctor"} <= commands, f"{commands}")


def test_doctor_makes_nothing_and_is_content(table):
    folder = table.data_dir("never")
    code, seen = findings(table, "--data-dir", folder)
    expect(code == 0 and not os.path.exists(folder), f"{code} {seen}")
    for check in (("files", "settings"), ("disk", "space"), ("disk", "filesystem"), ("disk", "lock"), ("libraries", "cryptography"), ("network", "transport"),
                  ("clock", "monotonic"), ("terminal", "tty"), ("locale", "characters")):
        expect(check in seen, f"nothing is said of {check}")
    expect(("disk", "sync") not in seen, "something was written where nothing is yet")
    code, out, err = table.run("doctor", "--data-dir", folder)
    expect((code, err) == (0, "") and out.splitlines()[-1].startswith("nothing stands in the way of play"), out)
    expect(max(map(len, out.splitlines())) < 250, out)
    expect("\nok " not in table.run("doctor", "-q", "--data-dir", folder)[1], "-q says what is well")


def test_doctor_looks_at_a_players_files_and_leaves_them(table):
    player = table.start("Ann", "solo", "--bots", 1, "--headless", "--json", "--strategy", "pass", "--rolls", 3)
    record = player.summary()["record"]
    before = {p: open(p, "rb").read() for p in glob.glob(player.data_dir + "/**", recursive=True) if os.path.isfile(p)}
    code, seen = findings(table, "--data-dir", player.data_dir)
    after = {p: open(p, "rb").read() for p in glob.glob(player.data_dir + "/**", recursive=True) if os.path.isfile(p)}
    expect(before == after, f"files changed: {before.keys() ^ after.keys()}")
    expect(code == 0 and seen["disk", "sync"]["verdict"] in ("ok", "note"), f"{code} {seen}")
    expect("sound" in seen["disk", "records"]["text"] and seen["files", "identity"]["verdict"] == "ok", f"{seen}")
    with open(record, "r+b") as f:
        f.seek(4096)
        f.write(b"\xff" * 4096)
    code, seen = findings(table, "--data-dir", player.data_dir)
    expect(code == 0 and seen["disk", "records"]["verdict"] == "note" and os.path.basename(record) in seen["disk", "records"]["text"], f"{code} {seen}")
    os.chmod(player.data_dir + "/identity", 0o640)
    code, seen = findings(table, "--data-dir", player.data_dir)
    expect(code == 77 and seen["files", "identity"]["verdict"] == "fault", f"{code} {seen}")


def test_doctor_names_what_is_wrong_around_it(table):
    code, seen = findings(table, environment={"LC_ALL": "C"})
    expect(code == 0 and seen["locale", "characters"]["verdict"] == "note", f"{seen}")
    code, seen = findings(table, environment={"LC_ALL": "xx_YY.UTF-9"})
    expect(code == 0 and seen["locale", "language"]["verdict"] == "note", f"{seen}")
    code, seen = findings(table, environment={"TERM": "no-such-terminal"})
    expect(code == 78 and seen["terminal", "type"]["verdict"] == "fault", f"{code} {seen}")
    code, seen = findings(table, environment={"TERM": "xterm-256color", "NO_COLOR": "1"})
    expect(code == 0 and seen["terminal", "colours"]["verdict"] == "note", f"{code} {seen}")
    code, seen = findings(table, environment={"CRAPS_COLOR": "green"})
    expect(code == 78 and "CRAPS_COLOR" in seen["files", "settings"]["text"], f"{code} {seen}")
    code, seen = findings(table, "--data-dir", "/proc/nothing/here")
    expect(code in (73, 77) and any(a == "disk" and f["verdict"] == "fault" for (a, _), f in seen.items()), f"{code} {seen}")


def test_so_many_records_are_kept(table):
    folder = table.data_dir("Ann")

    def play():
        return table.run("solo", "--bots", 1, "--headless", "--strategy", "pass", "--rolls", 1, "--data-dir", folder)

    for _ in range(3):
        expect(play()[0::2] == (0, ""), "a session says something")
    records = lambda: sorted(glob.glob(folder + "/sessions/*.craps"))  # noqa: E731
    expect(len(records()) == 3, f"{records()}")
    table.run("config", "set", "keep_records", 2, "--data-dir", folder)
    code, _, err = play()
    expect(code == 0 and err == "craps: removed 2 old records: keep_records is 2\n", f"{code} {err!r}")
    expect(len(records()) == 2, f"{records()}")
    expect(play()[2].startswith("craps: removed 1 old record:"), "one more came, one has to go")


main(test_json_documents_have_a_schema, test_doctor_makes_nothing_and_is_content, test_doctor_looks_at_a_players_files_and_leaves_them,
     test_doctor_names_what_is_wrong_around_it, test_so_many_records_are_kept)
