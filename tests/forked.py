"""Processes that start at once: forked from one that has imported what they run.

A worker takes two CPU seconds to import what it needs, and a hundred are started by tests that are
about something else. The standard library's forkserver imports it once for each process of the
test run. What is forked is a process like any other, with a session, an environment and a working
directory of its own. Three things are not: what /proc says of its environment, limits that were
set for the test meanwhile, and the end, at which nothing runs that was registered with atexit.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.preloaded"])


class Forked:
    """`python -m WORDS` with the methods of subprocess.Popen; all that it says is in `log`."""

    def __init__(
        self, words: Sequence[str], *, cwd: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        log.touch()
        arguments = (tuple(words), str(cwd), dict(environment), str(log.resolve()))
        self._process = _context.Process(target=_become, args=arguments)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status. TimeoutExpired where it runs for longer than that."""
        self._process.join(timeout)
        if (status := self.poll()) is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM, as a container is stopped."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash or the kernel would."""
        self.send_signal(signal.SIGKILL)


def _become(words: tuple[str, ...], cwd: str, environment: dict[str, str], log: str) -> None:
    """Run in the forked process: what `python -m WORDS` finds there when it starts."""
    from tests import preloaded

    os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for standard in (1, 2):
        os.dup2(out, standard)
    os.close(out)
    if shown := environment.get("PYTHONWARNINGS"):
        warnings.simplefilter(shown)  # type: ignore[arg-type]
    sys.path.insert(0, cwd)
    module = words[0]
    sys.argv = preloaded.ARGUMENTS
    sys.argv[:] = words
    runpy.run_module(module, run_name="__main__", alter_sys=True)
