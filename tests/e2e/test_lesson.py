"""The lesson in line mode: somebody who does what each line says gets to its end, whatever the real dice do."""

import argparse
import os
import re
import selectors
import subprocess
import tempfile

DEADLINE_S = 60


def hear(p, selector):
    """What is said until nothing more comes for now."""
    said = b""
    while selector.select(timeout=DEADLINE_S if not said else 0.15):
        piece = os.read(p.stdout.fileno(), 65536)
        if not piece:
            break
        said += piece
    return said.decode()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--craps", required=True)
    craps = parser.parse_args().craps
    with tempfile.TemporaryDirectory() as home:
        p = subprocess.Popen([craps, "--line", "--data-dir", home], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        selector = selectors.DefaultSelector()
        selector.register(p.stdout, selectors.EVENT_READ)
        said, told, answer = "", [], "learn"
        for _ in range(400):
            p.stdin.write(f"{answer}\n".encode())
            p.stdin.flush()
            said = hear(p, selector)
            told.append(f"> {answer}\n{said}")
            assert "\x1b" not in said and "||" not in said, said
            if "The lesson is over" in said:
                break
            # The newest that the lesson asks for; an empty line has it say so again.
            asks = re.findall(r"Press (Enter) to go on\.|(Next) ends the lesson|Type ([a-z]+[a-z0-9 ]*)\.", said)
            answer = asks[-1][2] if asks else ""
        else:
            raise AssertionError("the lesson has no end:\n" + "".join(told[-12:]))
        whole = "".join(told)
        for must in ("come-out roll", "the point is", "no house edge", "Place the", "a pass line of your own",
                     "6 times in 36", "Nobody, host included"):
            assert must in whole, must + "\n" + whole
        p.stdin.write(b"leave\nquit\n")
        p.stdin.close()
        p.stdout.read()
        assert p.wait(timeout=DEADLINE_S) == 0, p.returncode


main()
