"""Hostile words: in chat, in names, and from a thousand hosts that claim to have a table. Nothing of it may disturb a terminal, a
log, an event or the name of a file."""

import fcntl
import json
import os
import pty
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import termios
import threading
import time

from harness import expect, expect_same, main
from own_network import inside

ROGUES = int(os.environ.get("ROGUES", "1000"))
PORT = 17777
GROUP = "239.255.77.76"
LIST_MAX = 64
SCREEN_MAX = 256 << 20  # bytes of the program, a sanitizer's share and all
KEYS = [(b"skip (you", b"\x1b"), (b"choose", b"3\r")]  # what is drawn, and what is pressed then
# What must never be shown: controls, what is not drawn, and what turns a line around.
UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ue000-\uf8ff\U000e0000-\U0010ffff]")
HEAP = re.compile("[\u0300-\u036f]{3}")
EVIL = ["\x1b]0;EVIL\x07", "\x1b[2J\x1b[H", "\u202eevil\u202c", "a\u200bb\u200dc\ufeff", "\x9b31m", "e" + "\u0301" * 60, "\u3164\u115f\u2800", "x\r\nroot: #", "../../etc/passwd", "%s%n%x", '","event":"roll', "\ud83d\ude00", "\U0001f3b2" * 20, "\u2028\u2029", "\ufdd0\uffff\U0001ffff"]


def raw(text):
    return text.encode("utf-8", "surrogatepass")


def readable(fd, seconds):
    """select() knows no more than 1,024 descriptors."""
    p = select.poll()
    p.register(fd, select.POLLIN)
    return bool(p.poll(seconds * 1000))


def hostile_lines():
    """Every code point that is special, once, and bytes that are no UTF-8."""
    special = [*range(1, 0xA0), 0xAD, *range(0x300, 0x370), *range(0x600, 0x61D), *range(0x1100, 0x1180), *range(0x17B0, 0x17B8)]
    special += [*range(0x1800, 0x1810), *range(0x2000, 0x2070), 0x2800, 0x3000, 0x3164, *range(0xD7F0, 0xE010), *range(0xF8F0, 0xF900)]
    special += [*range(0xFDD0, 0xFE30), *range(0xFEF0, 0x10010), *range(0x1D170, 0x1D180), *range(0x1F3F0, 0x1F400), *range(0xDFFF0, 0xE0080), 0x10FFFF]
    points = [chr(c) for c in special if c not in (0x0A, 0x0D)]
    lines = [raw("a".join(points[i : i + 40])) for i in range(0, len(points), 40)]
    lines += [raw(e.replace("\n", " ")) for e in EVIL]
    lines += [b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf", b"\xed\xa0\x80\xed\xbf\xbf", b"\xf4\x90\x80\x80\xff\xfe", b"cut \xe2\x82", b"\x80" * 100]
    return lines


def expect_clean(text, what):
    found = UNCLEAN.search(text)
    expect(found is None, f"{what}: U+{ord(found[0]):04X} in {text[:120]!r}" if found else "")
    expect(HEAP.search(text) is None, f"{what}: a heap of marks in {text[:120]!r}")


def test_hostile_chat(table):
    """Said by one, heard by the others as JSON and as text; then everything that was written is looked through."""
    rolls = 60
    network = ["--bind", "127.0.0.1", "--no-discovery"]
    host = table.host("Ann", "--start", 2, "--rolls", rolls, "--name", "caf\u00e9 ../../\u0301 \U0001f3b2", strategy="pass")
    door = host.wait_event("table_open")
    words = f"{door['words']}@127.0.0.1:{door['port']}"
    text = table.start("Tea", "join", words, "--headless", "--as", "Tea\u0301", *network, "--rolls", rolls, "--strategy", "idle")
    loud = table.start("Bo", "join", words, "--headless", "--json", "--as", "Bo", *network, "--rolls", rolls, "-v")
    loud.wait_event("joined")
    said = hostile_lines()
    for number, line in enumerate(said):
        loud.process.stdin.write(b"say " + line.replace(b"\n", b" ") + b"\n")
        loud.process.stdin.write(b"say heard %d\n" % number)
        loud.process.stdin.flush()
        loud.wait_event("chat", text=f"heard {number}")
    host.wait_event("chat", text=f"heard {len(said) - 1}")
    loud.end_input()
    for p in (host, text, loud):
        p.terminate()
    for p in (host, text, loud):
        expect(p.exit_status() == 0, f"{p.name}: {p.complaint()[:200]}")
        for line in p.lines:
            expect_clean(line, p.name)
            if p is not text:
                expect_clean(json.dumps(json.loads(line), ensure_ascii=False), p.name)
        expect_clean(p.complaint(), f"{p.name}'s complaints")
        for folder, _, files in os.walk(p.data_dir):
            for file in files:
                expect(re.fullmatch(r"[A-Za-z0-9._-]+", file) is not None, f"a file is called {file!r}")
                if file.endswith(".log"):
                    with open(os.path.join(folder, file), encoding="utf-8") as f:
                        expect_clean(f.read(), "the log")
    heard = len(host.all("chat"))
    expect(heard >= len(said), f"only {heard} of {2 * len(said)} were heard")
    print(f"        {len(said)} hostile lines, {heard} chats heard")


def test_hostile_arguments(table):
    """Names that are typed: refused or cleaned, and never repeated raw."""
    for evil in EVIL:
        argument = raw(evil).decode("utf-8", "surrogateescape")
        for words in (["host", "--as", argument], ["host", "--name", argument], [argument], ["join", argument, "b", "c"], ["solo", "--strategy", argument], ["config", "get", argument], ["verify", argument], ["discover", "--bind", argument]):
            env = table.environment()
            try:
                r = subprocess.run([table.craps, *words, "--headless", "--no-input", "--rolls", "1", "--no-discovery", "--data-dir", table.data_dir("x")], stdin=subprocess.DEVNULL, capture_output=True, env=env, timeout=1, check=False)
            except subprocess.TimeoutExpired as running:  # taken: a table waits for friends
                r = running
            expect(getattr(r, "returncode", 0) >= 0, f"{words}: ended by signal")
            for out in (r.stdout, r.stderr):
                expect_clean((out or b"").decode("utf-8"), f"{words}")


class Rogues:
    """Hosts that answer every question about tables."""

    def __init__(self, seed, first_word):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        self.random = seed
        self.word = first_word
        self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.ear.bind(("", PORT))
        self.ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1"))
        self.mouths = []
        for i in range(ROGUES):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind((f"127.{1 + i // 250}.{i % 250}.1", 0))
            self.mouths.append(s)
        self.asked = 0
        self.answers = 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def answer(self, nonce, i):
        r = self.random

        def lp(data):
            return struct.pack(">H", len(data)) + data

        game = bytes(32) if r.random() < 0.1 else r.randbytes(32)
        word, name, host = (raw(r.choice(EVIL)) for _ in range(3))
        if r.random() < 0.3:
            word = r.choice([b"velvet", b"", b"x" * 60, r.randbytes(15)])
        if r.random() < 0.1:
            nonce = r.randbytes(8)
        d = b"CRPS\x02" + struct.pack(">H", r.choice([1, 1, 1, 0, 65535])) + nonce + game
        d += struct.pack(">HHHB", r.choice([7777, 1, 65535, 0]), r.choice([8, 0, 65535]), r.choice([0, 8, 65535]), r.choice([0, 1, 1, 255]))
        d += struct.pack(">QQ", r.choice([500, 0, 1 << 63, (1 << 63) - 1]), r.choice([50000, 0, (1 << 64) - 1, (1 << 63) - 1]))
        d += lp(word) + lp(name[: r.choice([20, 40, 200])]) + lp(host)
        kind = r.random()
        if kind < 0.1:
            d = d[: r.randrange(len(d))]
        elif kind < 0.2:
            d += r.randbytes(r.choice([1, 50, 3000]))
        elif kind < 0.25:
            d = r.randbytes(r.randrange(300))
        return d

    def run(self):
        seen = set()
        while not self.stop.is_set():
            if not readable(self.ear.fileno(), 0.1):
                continue
            query, who = self.ear.recvfrom(4096)
            nonce = query[7:15]
            if query[:5] != b"CRPS\x01" or nonce in seen:
                continue
            seen.add(nonce)
            self.asked += 1
            for i, s in enumerate(self.mouths):
                for _ in range(2):
                    try:
                        s.sendto(self.answer(nonce, i), who)
                        self.answers += 1
                    except OSError:
                        pass

    def close(self):
        self.stop.set()
        self.thread.join()
        for s in (*self.mouths, self.ear):
            s.close()


def screen(table, wanted):
    """The screen where one chooses a table, in a pseudo-terminal: every byte that was drawn until one of `wanted` was, and a
    second more."""
    child, fd = pty.fork()
    if child == 0:
        env = {**table.environment(), "TERM": "xterm-256color"}
        os.execve(table.craps, [table.craps, "--discovery-port", str(PORT), "--data-dir", table.data_dir("screen")], env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    drawn = b""
    end = time.monotonic() + table.deadline_s
    steps, at, listed = list(KEYS), 0, False
    while time.monotonic() < end:
        if steps and steps[0][0] in drawn[at:]:
            at = len(drawn)
            os.write(fd, steps.pop(0)[1])
        if not listed and any(w in drawn for w in wanted):
            listed = True
            end = time.monotonic() + 1
        if readable(fd, 0.1):
            try:
                drawn += os.read(fd, 65536)
            except OSError:
                break
    os.kill(child, signal.SIGTERM)
    try:
        while piece := os.read(fd, 65536):
            drawn += piece
    except OSError:
        pass
    status = os.waitpid(child, 0)[1]
    os.close(fd)
    expect(not os.WIFSIGNALED(status) or os.WTERMSIG(status) == signal.SIGTERM, f"the screen died: {status}")
    return drawn


def test_rogue_hosts(table):
    """A thousand of them answer; the table whose words one has is found, and what is listed is bounded and clean."""
    network = ["--bind", "127.0.0.1", "--discovery-port", PORT]
    host = table.start("Ann", "host", "--port", "0", "--start", 2, "--name", "Genuine", "--headless", "--json", "--as", "Ann", "--strategy", "pass", "--rolls", 5, *network)
    door = host.wait_event("table_open")
    rogues = Rogues(table.random, door["words"].split("-")[0])
    try:
        status, out, complaint = table.run("discover", "--json", "--wait", 2, "--discovery-port", PORT)
        expect(status == 0 and complaint == "", f"discover: {status} {complaint}")
        found = json.loads(out)["tables"]
        expect(0 < len(found) <= LIST_MAX, f"{len(found)} tables are listed")
        expect_clean(json.dumps(found, ensure_ascii=False), "discover --json")
        status, out, _ = table.run("discover", "--wait", 1, "--discovery-port", PORT)
        expect(status == 0 and out.count("\n") <= 2 * LIST_MAX, "discover")
        expect_clean(out, "discover")
        drawn = screen(table, (b"EVIL", b"Genuine"))
        expect(b"\x1b]0;EVIL" not in drawn and "\u202e".encode() not in drawn and "\u200b".encode() not in drawn, "the terminal was reached")
        expect(b"EVIL" in drawn or b"Genuine" in drawn, f"nothing was listed on the screen: {drawn[-400:]!r}")
        friend = table.start("Bo", "join", door["words"], "--headless", "--json", "--as", "Bo", "--strategy", "pass", "--rolls", 5, *network)
        friend.wait_event("joined")
        expect_same([host, friend])
    finally:
        rogues.close()
    expect(rogues.asked >= 3 and rogues.answers >= 2 * ROGUES, f"{rogues.asked} questions, {rogues.answers} answers")
    print(f"        {rogues.answers} answers of {ROGUES} rogue hosts to {rogues.asked} questions; {len(found)} tables listed")


def test_absurd_screen(table):
    """A terminal that claims to have 60,000 lines of 60,000 columns, by its own word and by the environment's."""
    child, fd = pty.fork()
    if child == 0:
        env = {**table.environment(), "TERM": "xterm-256color", "LINES": "60000", "COLUMNS": "60000"}
        os.execve(table.craps, [table.craps, "--data-dir", table.data_dir("screen")], env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 60000, 60000, 0, 0))
    drawn = b""
    end = time.monotonic() + table.deadline_s
    while b"craps" not in drawn and time.monotonic() < end:
        drawn += os.read(fd, 65536) if readable(fd, 1) else b""
    expect(b"\x1b[?1049h" in drawn, f"no screen: {drawn[:200]!r}")
    os.kill(child, signal.SIGWINCH)
    os.write(fd, b"\x1b")
    readable(fd, table.deadline_s)
    with open(f"/proc/{child}/statm", encoding="ascii") as f:
        size = int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(fd)
    expect(size < SCREEN_MAX, f"{size >> 20} MiB for a screen")


def test_words_burned_thrice(table):
    """Fifteen strangers guess wrong; the sixteenth meets a door that is closed."""
    host = table.host("Ann", "--start", 8)
    door = host.wait_event("table_open")
    for guess in range(16):
        words = f"otter-canyon-velvet@127.0.0.1:{door['port']}"
        status, _, complaint = table.run("join", words, "--headless", "--no-discovery", "--bind", "127.0.0.1", "--data-dir", table.data_dir("stranger"))
        expect(status == 77, f"guess {guess}: {status} {complaint}")
        expect(("door is closed" in complaint) == (guess == 15), f"guess {guess}: {complaint}")


if __name__ == "__main__":
    inside()
    main(test_hostile_chat, test_hostile_arguments, test_rogue_hosts, test_absurd_screen, long=[test_words_burned_thrice])
