"""Several processes as one: what a signal does that comes before they have started."""

import subprocess
import sys
import time

SCRIPT = """
import os, sys
from workers.processes import Processes
processes = Processes()
for name in ("one", "two"):
    processes.add(name, [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
processes.terminate()
sys.exit(0 if processes.run() else 1)
"""


def test_a_signal_before_the_start_ends_what_is_started() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - began < 30
    assert done.stdout.count("stopped (rc=-15)") == 2
