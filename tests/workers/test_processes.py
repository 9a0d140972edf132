"""Several processes as one: what a signal does that comes before they have started."""

import subprocess
import sys
import time

import pytest

SCRIPT = """
import os, signal, sys
from workers.processes import Processes

class Tidied:  # an error that is raised here is lost
    def __del__(self):
        os.kill(os.getpid(), signal.{name})

signal.signal(signal.{name}, signal.default_int_handler)
processes = Processes()
for name in ("one", "two"):
    processes.add(name, [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
Tidied()
sys.exit(0 if processes.run() else 1)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_before_the_start_ends_what_is_started(name: str) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(name=name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - began < 30
    assert done.stdout.count("stopped (rc=-15)") == 2
