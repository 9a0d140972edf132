"""A test run that is cut off leaves no process behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import wait_until

ROOT = Path(__file__).parents[1]

TEST = """
import time
from pathlib import Path
from tests.processes import Station

def test_it(tmp_path):
    with Station(tmp_path, forked=False) as station:
        worker = station.start_worker()
        pids = [worker.popen.pid, station.server.pid]
        Path({told!r}).with_suffix(".new").write_text(" ".join(map(str, pids)))
        Path({told!r}).with_suffix(".new").rename({told!r})
        time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="it needs /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_run_that_is_cut_off(tmp_path: Path, number: signal.Signals) -> None:
    told = tmp_path / "pids"
    file = tmp_path / "test_it.py"
    file.write_text(TEST.format(told=str(told)))
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    run = subprocess.Popen(
        [*words, "--rootdir", str(tmp_path), "-p", "tests.conftest", str(file)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(told.exists, within=60.0)
        run.send_signal(number)
        run.wait(30)
    finally:
        run.kill()
    pids = [int(pid) for pid in told.read_text().split()]
    wait_until(lambda: not any(map(is_alive, pids)))


def is_alive(pid: int) -> bool:
    """Whether it runs; one that has ended and that nobody asked for does not."""
    try:
        os.kill(pid, 0)
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
