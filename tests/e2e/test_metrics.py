"""What --metrics serves: figures of a real table while it plays, by the rules of the format; and what strangers can do to it."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import exposition
from harness import Failure, expect, main

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")



def place_of(player):
    """Where its figures are; it has said so before its first event."""
    found = re.search(r"http://(\[?[0-9a-f.:]+\]?):(\d+)/metrics", player.complaint())
    expect(found is not None, f"{player.name} does not say where: {player.complaint()}")
    return found.group(1).strip("[]"), int(found.group(2))


def ask(place, path="/metrics", method="GET", **options):
    connection = http.client.HTTPConnection(*place, timeout=20)
    connection.request(method, path, **options)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def scrape(place):
    """Fresh figures: who is busy for longer than a scrape waits serves those before, and says how old they are."""
    for _ in range(40):
        answer, body = ask(place)
        expect(answer.status == 200, f"status {answer.status}")
        expect(answer.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8", answer.getheader("Content-Type"))
        families = exposition.read(body)
        if families["craps_metrics_age_seconds"].value() < 0.25:
            return families
    raise Failure(f"{place} serves old figures")


def open_table(table, rolls, *options):
    port = ("--metrics", "0", *options)
    host = table.host("Ann", "--start", 4, "--rolls", rolls, *port)
    door = host.wait_event("table_open")
    others = [table.join(n, door, "--rolls", rolls, *port) for n in ("Bo", "Cy", "Dee")]
    for p in others:
        p.wait_event("joined")
    return host, others


def expect_rising(before, after):
    """Counters and histograms only go up, and no family goes away."""
    for name, f in before.items():
        if f.type == "gauge":
            continue
        for key, value in f.samples.items():
            expect(after[name].samples[key] >= value, f"{key} fell from {value} to {after[name].samples[key]}")


def one(families, name):
    return families[name].value()


def test_figures_of_a_table(table):
    host, others = open_table(table, 40)
    players = [host, *others]
    places = [place_of(p) for p in players]
    last = [scrape(p) for p in places]
    for roll in range(10, 40, 10):
        host.wait_roll(roll)
        now = [scrape(p) for p in places]
        for before, after in zip(last, now):
            expect_rising(before, after)
        last = now
        with_height = [e["height"] for e in host.all("committed")]
        expect(one(now[0], "craps_height") >= with_height[0], "the height is not the table's")
    for p, f in zip(players, last):
        for name, value in (("craps_members", 4), ("craps_members_faulty_tolerated", 1), ("craps_quorum_members", 3)):
            expect(one(f, name) == value, f"{p.name}: {name} {one(f, name)}")
        expect(one(f, "craps_links_up") == 3 and one(f, "craps_members_away") == 0, f"{p.name}: links")
        expect(one(f, "craps_roll") >= 25 and one(f, "craps_rolls_total") >= 20, f"{p.name}: rolls")
        own = one(f, "craps_operations_committed_total")
        expect(f["craps_commit_latency_seconds"].samples[("craps_commit_latency_seconds_count", ())] == own, f"{p.name}: latencies")
        expect(own <= one(f, "craps_operations_submitted_total") <= own + one(f, "craps_operations_pending") + 1, f"{p.name}: own")
        expect(own > 25 and one(f, "craps_block_operations_total") > own, f"{p.name}: operations")
        expect(f["craps_operations_refused_total"].total() <= own, f"{p.name}: refused")
        expect(one(f, "craps_network_received_bytes_total") > 10000 and one(f, "craps_network_sent_bytes_total") > 10000, f"{p.name}: bytes")
        expect(one(f, "craps_network_received_packets_total") > 100, f"{p.name}: packets")
        expect(one(f, "craps_invariants_checked_total") > 50 and one(f, "craps_invariants_broken_total") == 0, f"{p.name}: invariants")
        expect(f["craps_messages_rejected_total"].total() == 0 and f["craps_evidence_total"].total() == 0, f"{p.name}: honest members")
        expect(0 < one(f, "process_cpu_seconds_total") < 600, f"{p.name}: processor")
        expect(1 << 20 < one(f, "process_resident_memory_bytes") < 1 << 31, f"{p.name}: memory")
        expect(one(f, "craps_metrics_age_seconds") < 1, f"{p.name}: old figures")
    # The random strategy sends what the rules refuse, and each refusal is an event.
    refused = {}
    for e in host.all("refused"):
        refused[e["code"]] = refused.get(e["code"], 0) + 1
    counted = {dict(k[1])["reason"]: v for k, v in scrape_end(host, places[0], last[0])["craps_operations_refused_total"].samples.items()}
    expect(set(counted) >= set(refused), f"{refused} are not among {set(counted)}")


def scrape_end(player, place, last):
    """The process may have ended meanwhile: then what it said last."""
    try:
        return scrape(place)
    except OSError:
        player.wait_event("summary")
        return last


def exchange(place, data, end=True):
    """Bytes as they are; what comes back until it hangs up."""
    with socket.create_connection(place, timeout=20) as s:
        answer = b""
        try:
            s.sendall(data)
            if end:
                s.shutdown(socket.SHUT_WR)
            while chunk := s.recv(65536):
                answer += chunk
        except OSError:
            pass  # it hung up on us
        return answer


def test_strangers(table):
    """Other paths and methods, rubbish, endless headers, silent connections: refused, bounded, and the table plays on."""
    host = table.host("Ann", "--start", 1, "--metrics", "127.0.0.1:0")
    host.wait_event("table_open")
    place = place_of(host)
    calm = one(scrape(place), "process_resident_memory_bytes")
    for path, method, status in (
        ("/", "GET", 404),
        ("/metrics/", "GET", 404),
        ("/../metrics", "GET", 404),
        ("/metrics%00", "GET", 404),
        ("/metrics", "POST", 405),
        ("/metrics", "PUT", 405),
        ("/metrics", "DELETE", 405),
        ("/metrics", "BREW", 405),
        ("/metrics?name=x", "GET", 200),
    ):
        answer, body = ask(place, path, method)
        expect(answer.status == status, f"{method} {path}: {answer.status}")
        expect(status == 200 or len(body) < 200, f"{method} {path}: {body[:300]}")
    expect(ask(place, method="POST", body=b"x" * 100000)[0].status == 405, "a body")
    expect(exchange(place, b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 9000, end=False).startswith(b"HTTP/1.1 4"), "a long header")
    expect(b" 200 " not in exchange(place, b"GET /metrics HTTP/1.1\r\nX: " + b"y" * (1 << 20) + b"\r\n\r\n")[:40], "an endless header")
    many = b"GET /metrics HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(100000)) + b"\r\n"
    expect(b" 200 " not in exchange(place, many)[:40], "many headers")
    expect(b" 200 " not in exchange(place, b"GET /metrics" + b"x" * 100000 + b" HTTP/1.1\r\n\r\n")[:40], "a long path")
    for size in (1, 10, 1000, 100000):
        expect(b" 200 " not in exchange(place, table.random.randbytes(size))[:40], "rubbish")
    silent = [socket.create_connection(place, timeout=20) for _ in range(60)]
    for s in silent[:20]:
        s.sendall(b"GET /met")
    before = len(host.all("committed"))
    host.wait("the table plays on", lambda: len(host.all("committed")) > before + 20)
    expect(ask(place)[0].status == 200, "after sixty silent connections")  # waits until they are given up
    for s in silent:
        s.close()
    memory = one(scrape(place), "process_resident_memory_bytes")
    expect(memory < calm + (16 << 20) or os.environ.get("ATTACK_SANITIZED") == "1", f"{calm} bytes became {memory}")
    host.terminate()
    host.summary()
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(place)  # free again


def test_where(table):
    """A busy port ends it with 69 and one line; so does an address that is not ours; who serves others says so."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        status, out, complaint = table.run("solo", "--headless", "--json", "--rolls", 1, "--metrics", port, "--data-dir", table.data_dir("busy"))
        expect(status == 69 and out == "" and complaint.count("\n") == 1 and "busy" in complaint, f"{status} {complaint}")
    status, _, complaint = table.run("solo", "--headless", "--metrics", "192.0.2.1:0", "--data-dir", table.data_dir("away"))
    expect(status == 69 and complaint.count("\n") == 1, f"{status} {complaint}")
    for bad in ("", "x", "1.2.3:9", "127.0.0.1", "127.0.0.1:65536", ":", "[::1]", "[::1:9100", "example.org:9100", "127.0.0.1:9100/x"):
        status, _, complaint = table.run("solo", "--headless", f"--metrics={bad}")
        expect(status == 64 and complaint.count("\n") == 1, f"{bad!r}: {status} {complaint}")
    everybody = table.play("Ann", ["solo"], "--metrics", "0.0.0.0:0")
    everybody.wait_event("joined")
    expect("everybody who can reach" in everybody.complaint(), everybody.complaint())
    _, port = place_of(everybody)
    expect(one(scrape(("127.0.0.1", port)), "craps_at_table") == 1, "solo")
    sandbox = table.start("Bo", "sandbox", "--headless", "--json", "--strategy", "pass", "--metrics", ":0")
    sandbox.wait_event("evidence")
    expect(scrape(place_of(sandbox))["craps_evidence_total"].total() >= 1, "the cheat is not counted")
    if os.path.exists("/proc/net/if_inet6") and "00000000000000000000000000000001" in open("/proc/net/if_inet6", encoding="ascii").read():
        six = table.play("Cy", ["solo"], "--metrics", "[::1]:0")
        six.wait_event("joined")
        expect(place_of(six)[0] == "::1" and one(scrape(place_of(six)), "craps_members") >= 1, "IPv6")


def test_documents(table):
    """docs/metrics.md names what is served, with its type, and nothing else; the dashboard asks for nothing that is not."""
    solo = table.play("Ann", ["solo"], "--metrics", "0")
    solo.wait_roll(2)
    _, body = ask(place_of(solo))
    served = {name: f.type for name, f in exposition.read(body).items()}
    with open(os.path.join(ROOT, "docs", "metrics.md"), encoding="utf-8") as f:
        page = f.read()
    written = dict(re.findall(r"^\| `((?:craps|process)_[a-z_]+)`[^|]*\| ([a-z]+) \|", page, re.M))
    expect(written == served, f"differ: {sorted(set(written.items()) ^ set(served.items()))}")
    names = {n for n, t in served.items() if t != "histogram"}
    names |= {n + s for n, t in served.items() if t == "histogram" for s in ("_bucket", "_sum", "_count")}
    with open(os.path.join(ROOT, "assets", "dashboard.json"), encoding="utf-8") as f:
        dashboard = json.load(f)
    asked = [t["expr"] for p in dashboard["panels"] for t in p.get("targets", [])]
    expect(len(asked) >= 20, f"{len(asked)} questions")
    for text, where in [(e, "dashboard") for e in asked] + [(e, "docs/metrics.md") for e in re.findall(r"^    (.*(?:craps|process)_.*)$", page, re.M)]:
        used = set(re.findall(r"\b(?:craps|process)_[a-z_]+", text))
        expect(used and used <= names, f"{where} asks for {used - names}: {text}")
    for secret in ("Ann", "Bo"):
        expect(f'"{secret}"' not in body, f"{secret} is in a label")


def test_promtool(table):
    """Prometheus' own checker agrees with ours."""
    promtool = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if promtool is None:
        print("skipped: promtool is not installed (Debian: prometheus)")
        sys.exit(77)
    solo = table.play("Ann", ["solo"], "--metrics", "0")
    solo.wait_roll(2)
    _, body = ask(place_of(solo))
    r = subprocess.run([promtool, "check", "metrics"], input=body.encode(), capture_output=True, check=False)
    expect(r.returncode == 0 and r.stderr + r.stdout == b"", f"{r.stderr.decode()}{r.stdout.decode()}")
    wrong = subprocess.run([promtool, "check", "metrics"], input=body.replace("_total", "").encode(), capture_output=True, check=False)
    expect(wrong.returncode != 0, "promtool finds no fault in wrong names")


if __name__ == "__main__":
    exposition.check_self()
    main(test_figures_of_a_table, test_strangers, test_where, test_documents, long=(test_promtool,))
