"""Several processes as one: what a signal does that comes before they have started."""

import os
import signal
import subprocess
import sys
import time
import uuid

import honcho.manager
import pytest

from tests.processes import wait_until
from tests.reaper import marked
from workers.processes import GRACE

MARK = "CHARTHOP_ASHBY_TEST"

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
    assert_ends_at_once(SCRIPT.format(name=name))


def test_a_signal_before_the_first_is_added_ends_what_is_started() -> None:
    """The one that comes between the last line of `run` and its processes."""
    early = "processes = Processes()\nos.kill(os.getpid(), signal.SIGTERM)\n"
    script = SCRIPT.replace("processes = Processes()\n", early).replace("Tidied()\n", "")
    assert_ends_at_once(script.format(name="SIGTERM"))


def assert_ends_at_once(script: str) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - began < 30
    assert done.stdout.count("stopped (rc=-15)") == 2


RUNNING = r"""
import os, sys
from workers.processes import Processes

child = "import time; print('up', flush=True); time.sleep(60)"
processes = Processes()
for name in ("one", "two"):
    processes.add(name, [sys.executable, "-c", child], {**os.environ, "PYTHONUNBUFFERED": "1"})
sys.exit(0 if processes.run() else 1)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_signal_ends_what_runs(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUNNING], stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        for _ in range(2):
            assert any(line.rstrip().endswith("up") for line in lines)
        process.send_signal(number)
        rest = list(lines)
        assert sum("stopped (rc=-15)" in line for line in rest) == 2, rest
        assert process.wait(30) == 0


def test_a_reader_that_went_away_before_the_start_leaves_nothing_behind() -> None:
    """The first line that is printed breaks: of the second process nobody has heard yet."""
    assert_leaves_nothing_without_reader(RUNNING)


SLOW_TO_START = r"""
import honcho.process, os, sys, time
from workers.processes import Child, Processes

class Slow(Child):
    def __init__(self, *words, **options):
        super().__init__(*words, **options)
        self._child_ctor = self.begin

    def begin(self, *words, **options):
        print("begins", flush=True)
        time.sleep(1)
        return honcho.process.Popen(*words, **options)

processes = Processes()
processes._process_ctor = Slow
processes.add("one", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
processes.run()
"""


def test_what_was_just_being_started_ends_with_a_killed_parent() -> None:
    mark = uuid.uuid4().hex
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_TO_START],
        env={**os.environ, MARK: mark},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        process.kill()
        try:
            wait_until(lambda: not marked(mark, MARK))
        finally:
            end(mark)


STUCK_AT_START = r"""
import os, sys, time
from workers.processes import Child, Processes

class Stuck(Child):
    def run(self, *words, **options):
        if self.name == "two":
            time.sleep(300)
        super().run(*words, **options)

processes = Processes()
processes._process_ctor = Stuck
for name in ("one", "two"):
    processes.add(name, [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
processes.run()
"""


def test_what_never_starts_is_not_waited_for_at_the_end() -> None:
    """The first line that is printed breaks, and the second process never says that it runs."""
    assert_leaves_nothing_without_reader(STUCK_AT_START)


def assert_leaves_nothing_without_reader(script: str) -> None:
    """Nobody reads what it prints, from the first line on."""
    mark = uuid.uuid4().hex
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, MARK: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        try:
            assert process.wait(30) != 0
            assert not marked(mark, MARK)
        finally:
            end(mark)


def end(mark: str) -> None:
    """What a test has left where it fails."""
    for pid in marked(mark, MARK):
        os.kill(pid, signal.SIGKILL)


STUBBORN = r"""
import os, signal, sys
from workers.processes import Processes

child = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True)\n"
    "time.sleep(60)"
)
processes = Processes()
processes.add("one", [sys.executable, "-c", child], {**os.environ, "PYTHONUNBUFFERED": "1"})
sys.exit(0 if processes.run() else 1)
"""


def test_a_task_under_way_is_waited_for_and_a_second_signal_does_not_wait() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("up" in line for line in lines)
        process.terminate()
        assert any("sending SIGTERM to one" in line for line in lines)
        process.terminate()
        rest = list(lines)
        assert any("sending SIGKILL to one" in line for line in rest)
        assert process.wait(30) == 0


def test_what_the_pages_promise_to_a_task_is_what_honcho_waits() -> None:
    """150 seconds: docs/operations.md."""
    assert honcho.manager.KILL_WAIT == GRACE > 150
