"""What --trace writes and sends: the life of each own operation as spans, in OTLP's JSON; and a collector that misbehaves."""

import fcntl
import http.server
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import sys
import termios
import threading
import time

from harness import Failure, expect, expect_same, main
from test_metrics import one, place_of, scrape

STAGES = ["key", "queue", "sign", "propose", "notarize", "finalize", "apply", "draw"]
HEX = re.compile(r"[0-9a-f]+$")


class Collector:
    """Takes what is posted; `behave` may answer something else first."""

    def __init__(self, behave=None):
        requests, came = [], threading.Condition()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with came:
                    requests.append((self.path, dict(self.headers), json.loads(body)))
                    came.notify_all()
                if behave is None or behave(self, len(requests)):
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.requests, self.came = requests, came
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        with self.came:
            while not (found := condition()):
                if time.monotonic() > end:
                    raise Failure(f"waited {seconds} s for {what}")
                self.came.wait(0.2)
            return found

    def bodies(self):
        with self.came:
            return [body for _, _, body in self.requests]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def only(mapping, *keys):
    expect(set(mapping) == set(keys), f"{set(mapping)} instead of {set(keys)}")
    return [mapping[k] for k in keys]


def attributes(listed):
    """Each is one value of one kind; 64-bit integers are text."""
    read = {}
    for a in listed:
        key, value = only(a, "key", "value")
        ((kind, v),) = value.items()
        expect(kind in ("stringValue", "intValue") and isinstance(v, str) and key not in read, f"{a}")
        read[key] = int(v) if kind == "intValue" else v
    return read


def read_spans(bodies):
    """All spans of all requests, each judged alone."""
    spans = []
    for body in bodies:
        ((resource_spans,),) = only(body, "resourceSpans")
        resource, (scope_spans,) = only(resource_spans, "resource", "scopeSpans")
        who = attributes(resource["attributes"])
        expect(who["service.name"] == "craps" and set(who) == {"service.name", "service.version", "service.instance.id"}, f"{who}")
        scope, listed = only(scope_spans, "scope", "spans")
        expect(scope["name"] == "craps" and listed, f"{scope}")
        for s in listed:
            for key, size in (("traceId", 32), ("spanId", 16)):
                expect(len(s[key]) == size and HEX.match(s[key]) and int(s[key], 16) != 0, f"{key} {s[key]}")
            s["from"], s["to"] = int(s["startTimeUnixNano"]), int(s["endTimeUnixNano"])
            expect(isinstance(s["startTimeUnixNano"], str) and s["from"] <= s["to"] and s["kind"] == 1, f"{s}")
            expect(abs(s["to"] / 1e9 - time.time()) < 600, "another time of day")
            spans.append(s)
    return spans


def read_traces(bodies):
    """By trace: its root and its stages; every parent is there, children lie within it and follow each other."""
    traces = {}
    for s in read_spans(bodies):
        traces.setdefault(s["traceId"], []).append(s)
    for spans in traces.values():
        ids = {s["spanId"]: s for s in spans}
        expect(len(ids) == len(spans), "a span id twice")
        roots = [s for s in spans if s["parentSpanId"] == ""]
        expect(len(roots) == 1 and roots[0]["name"] == "operation", f"{len(roots)} roots")
        for s in spans:
            if s is not roots[0]:
                parent = ids.get(s["parentSpanId"])
                expect(parent is roots[0], f"no parent {s['parentSpanId']}")
                expect(parent["from"] <= s["from"] and s["to"] <= parent["to"], f"{s['name']} is not within its parent")
        stages = sorted((s for s in spans if s is not roots[0]), key=lambda s: STAGES.index(s["name"]))
        for a, b in zip(stages, stages[1:]):
            expect(a["to"] == b["from"], f"{a['name']} ends at {a['to']}, {b['name']} begins at {b['from']}")
        roots[0]["stages"] = [s["name"] for s in stages]
        roots[0]["about"] = attributes(roots[0]["attributes"])
    return [next(s for s in spans if s["parentSpanId"] == "") for spans in traces.values()]


class Window:
    """The program in a terminal of its own."""

    def __init__(self, table, *arguments):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            env = {**table.environment(), "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
            os.execve(table.craps, [table.craps, *arguments], env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = b""

    def until(self, condition, what):
        end = time.monotonic() + 60
        while not condition():
            if time.monotonic() > end:
                raise Failure(f"waited for {what}: {self.seen[-2000:]!r}")
            if select.select([self.fd], [], [], 0.1)[0]:
                self.seen += os.read(self.fd, 65536)

    def press(self, keys):
        os.write(self.fd, keys)

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        try:
            while os.read(self.fd, 65536):
                pass
        except OSError:
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_bet_on_the_screen(table):
    """From the key to the drawn chip: all eight stages."""
    collector = Collector()
    window = Window(table, "solo", "--as", "Ann", "--data-dir", table.data_dir("Ann"), "--trace", f"http://127.0.0.1:{collector.port}", "--no-animation", "--bots", "3")
    window.until(lambda: b"Rack" in window.seen and b"bets are open" in window.seen, "the table")

    def bets():
        return [t for t in read_traces(collector.bodies()) if t["about"]["craps.operation"] == "bet"]

    window.press(b"\r")  # a chip on the pass line
    window.until(bets, "the trace of a bet")
    status = window.close()
    collector.close()
    expect(status == 0, f"status {status}")
    for bet in bets():
        expect(bet["stages"] == STAGES, f"{bet['stages']}")
        about = bet["about"]
        expect(about["craps.member"] in range(4) and about["craps.height"] > 0 and about["craps.sequence"] > 0, f"{about}")
        expect(bet["status"]["code"] == 1 and bet["to"] - bet["from"] < 60e9, f"{bet}")
    for path, headers, body in collector.requests:
        expect(path == "/v1/traces" and headers["Content-Type"] == "application/json", f"{path} {headers}")
        expect("Ann" not in json.dumps(body) and table.data_dir("Ann") not in json.dumps(body), "a name in the spans")
    print("        " + ", ".join(f"{s['name']} {(s['to'] - s['from']) / 1e6:.2f} ms" for s in read_spans(collector.bodies()) if s["traceId"] == bets()[0]["traceId"]))


def test_a_table_into_files(table):
    """One trace for each own operation of each of four members, and for those that the rules refused."""
    files = [os.path.join(table.folder, f"{n}.jsonl") for n in ("Ann", "Bo", "Cy", "Dee")]
    rolls = 15
    host = table.host("Ann", "--start", 4, "--rolls", rolls, "--trace", files[0], "--metrics", "0")
    door = host.wait_event("table_open")
    others = [table.join(n, door, "--rolls", rolls, "--trace", f) for n, f in zip(("Bo", "Cy", "Dee"), files[1:])]
    host.wait_roll(rolls - 5)
    figures = scrape(place_of(host))
    players = [host, *others]
    summary = expect_same(players)
    ids = set()
    for p, file in zip(players, files):
        expect(os.stat(file).st_mode & 0o77 == 0, "others can read it")
        with open(file, encoding="utf-8") as f:
            traces = read_traces([json.loads(line) for line in f])
        refused = [t for t in traces if "craps.refusal" in t["about"]]
        own = [e for e in p.all("committed") if e["latency_ms"] is not None]
        expect(len(traces) >= len(own), f"{p.name}: {len(traces)} traces, {len(own)} blocks with own operations")
        expect({t["about"]["craps.refusal"] for t in refused} >= {e["code"] for e in p.all("refused") if e["code"] != "rate_limited"}, f"{p.name}: refusals")
        expect(all(t["status"]["code"] == (2 if t in refused else 1) for t in traces), f"{p.name}: status")
        for t in traces:
            # Without a screen there is no key and nothing is drawn; strategies use no queue.
            expect(t["stages"] == STAGES[2:7], f"{p.name}: {t['stages']}")
            expect(t["about"]["craps.height"] <= summary["height"], f"{t['about']}")
        sequences = [t["about"]["craps.sequence"] for t in traces]
        expect(len(set(sequences)) == len(sequences), f"{p.name}: an operation twice")
        expect(ids.isdisjoint(t["traceId"] for t in traces), "two members share a trace")
        ids |= {t["traceId"] for t in traces}
    expect(one(figures, "craps_trace_operations_total") > 10, "the operations are not counted")
    expect(one(figures, "craps_trace_dropped_total") == 0, "operations were dropped")


def test_collector_in_trouble(table):
    """It refuses, hangs, talks without end or is not there: counted, logged once, and the table plays on at its pace."""
    silent = socket.socket()  # takes connections and never answers
    silent.bind(("127.0.0.1", 0))
    silent.listen(50)
    gone = socket.socket()
    gone.bind(("127.0.0.1", 0))
    nobody = gone.getsockname()[1]
    gone.close()

    def refuse(handler, _):
        handler.send_error(503)
        return False

    def babble(handler, _):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(10000):
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass
        return False

    troubles = [Collector(refuse), Collector(babble)]
    ports = [silent.getsockname()[1], nobody, *(c.port for c in troubles)]
    players = [table.play(f"P{i}", ["solo"], "--trace", f"http://127.0.0.1:{port}", "--metrics", "0", strategy="pass") for i, port in enumerate(ports)]
    for p in players:
        p.wait_roll(8)
        figures = scrape(place_of(p))
        expect(one(figures, "craps_trace_operations_total") == 0, f"{p.name}: {p.arguments}")
        expect(one(figures, "craps_blocks_total") > 15, f"{p.name} waits")
    for p in players:
        p.wait("a failure", lambda: one(scrape(place_of(p)), "craps_trace_failures_total") > 0)
        p.terminate()
    for p in players:
        began = time.monotonic()
        p.summary()
        expect(time.monotonic() - began < 30, f"{p.name} does not end")
        with open(os.path.join(p.data_dir, "craps.log"), encoding="utf-8") as f:
            told = [line for line in f if "spans cannot be taken" in line]
        expect(len(told) == 1, f"{p.name}: {len(told)} lines: {told}")
    for c in troubles:
        c.close()
    silent.close()


def test_collector_comes_back(table):
    """What was refused is lost and counted; what comes later arrives."""
    collector = Collector(lambda handler, number: number > 1 or handler.send_error(500))
    solo = table.play("Ann", ["solo"], "--trace", f"http://127.0.0.1:{collector.port}/", "--metrics", "0", strategy="pass")
    collector.wait("a second request", lambda: len(collector.requests) > 2)
    solo.wait("figures", lambda: one(scrape(place_of(solo)), "craps_trace_operations_total") > 0)
    figures = scrape(place_of(solo))
    expect(one(figures, "craps_trace_failures_total") == 1 and one(figures, "craps_trace_dropped_total") > 0, "the failure is not counted")
    solo.terminate()
    solo.summary()
    collector.close()


def test_refused_targets(table):
    for target, status, word in (("https://127.0.0.1:4318/v1/traces", 64, "https is not supported"), ("ftp://x", 64, "--trace"), ("", 64, "--trace"), ("http://", 64, "--trace"), ("/nowhere/file", 73, "/nowhere/file")):
        got, out, complaint = table.run("solo", "--headless", "--json", f"--trace={target}", "--data-dir", table.data_dir("x"))
        expect(got == status and out == "" and complaint.count("\n") == 1 and word in complaint, f"{target}: {got} {complaint}")


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main(test_bet_on_the_screen, test_a_table_into_files, test_collector_in_trouble, test_collector_comes_back, test_refused_targets)
