"""`python -m tests.reaper MARK`: ends what a test run left behind, however it ended.

Tests start processes in sessions of their own, which no Ctrl-C reaches, and a run that is killed
runs no fixture. All of them inherit the run's mark in their environment. This process waits until
its standard input is closed, which the kernel does for whoever started it, and then ends them.
Linux only: elsewhere nobody tells the environment of a process.
"""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

MARK = "CHARTHOP_ASHBY_TEST_RUN"


def set_up() -> "subprocess.Popen[bytes]":
    """Mark this process's children, and start the one that looks after them."""
    mark = os.environ[MARK] = uuid.uuid4().hex
    return subprocess.Popen(
        [sys.executable, "-m", "tests.reaper", mark],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def marked(mark: str, name: str = MARK) -> list[int]:
    """The processes that have the mark, this one excepted."""
    wanted = f"{name}={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            has_mark = wanted in entry.read_bytes().split(b"\0")
        except OSError:  # it has ended, or is somebody else's
            continue
        if has_mark and int(entry.parent.name) != os.getpid():
            found.append(int(entry.parent.name))
    return found


def main(mark: str) -> None:
    """Wait for the end of the run, and end what it left; twice, for one may just be starting."""
    sys.stdin.read()
    for _ in range(2):
        for pid in marked(mark):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


if __name__ == "__main__":
    main(sys.argv[1])
