"""A loopback interface that nobody else is on."""

import os
import subprocess
import sys

SKIPPED = 77
HERE = "CRAPS_TEST_INSIDE"


def inside():
    """Runs the same command again in a network namespace of its own, where it may listen and lie; returns only there."""
    if HERE in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up", "multicast", "on"], check=True)
        return
    for unshare in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        probe = subprocess.run([*unshare, "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
        if probe.returncode == 0:
            os.environ[HERE] = "1"
            os.execvp(unshare[0], [*unshare, sys.executable, "-B", *sys.argv])
    print("skipped: no network namespace of our own can be made here")
    sys.exit(SKIPPED)
