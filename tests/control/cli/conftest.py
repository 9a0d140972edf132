"""An operator at a shell: what is typed, and what comes back."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from control.cli import app
from organizations import Organizations
from sandbox.server import serve
from store.heartbeats import Heartbeats
from tests.deployment import Deployment
from tests.processes import Process

WIDE = {"COLUMNS": "200"}


class Operator:
    """Types commands against a deployment whose services are served on ports."""

    def __init__(self, deployment: Deployment, environment: Mapping[str, str]) -> None:
        self.deployment = deployment
        self.environment = {**environment, **WIDE}
        self._runner = CliRunner(env=self.environment)

    def types(self, *words: str) -> Any:
        """Run a command in this process; its result has exit_code, stdout and stderr."""
        result = self._runner.invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    @contextmanager
    def process(self, *words: str, cwd: Path, **more: str) -> Iterator["subprocess.Popen[str]"]:
        """A command as a process of its own; killed at the end if it still runs."""
        process = subprocess.Popen(
            [sys.executable, "-m", "control.cli", *words],
            cwd=cwd,
            env={**os.environ, **self.environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()


class Terminal:
    """The person's end of a terminal that a command runs on."""

    def __init__(self, descriptor: int, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.shown = b""
        self._descriptor = descriptor

    def press(self, keys: bytes) -> None:
        """Type something."""
        os.write(self._descriptor, keys)

    def until(self, wanted: bytes) -> bytes:
        """Wait until that is shown; all that was shown since the last time."""
        since = len(self.shown)
        deadline = time.monotonic() + 30
        while wanted not in self.shown[since:]:
            assert time.monotonic() < deadline, self.shown
            assert self._read(), self.shown
        return self.shown[since:]

    def rest(self) -> bytes:
        """All that was shown, once the command has ended."""
        while self._read():
            pass
        self.process.wait(30)
        return self.shown

    def _read(self) -> bool:
        """Whether the command still has the terminal open."""
        ready, _, _ = select.select([self._descriptor], [], [], 0.2)
        if not ready:
            return self.process.poll() is None
        try:
            read = os.read(self._descriptor, 65536)
        except OSError:  # Linux: nobody has the other end any more
            return False
        self.shown += read
        return bool(read)


@contextmanager
def on_a_terminal(operator: Operator, *words: str, **more: str) -> Iterator[Terminal]:
    """A command on a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "control.cli", *words],
        cwd=operator.deployment.folder,
        env={**os.environ, **operator.environment, "TERM": "xterm", **more},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    with process:
        try:
            yield Terminal(ours, process)
        finally:
            process.kill()
            os.close(ours)


@contextmanager
def operator_of(deployment: Deployment) -> Iterator[Operator]:
    """An operator whose environment names the deployment's Redis, file and services."""
    with ExitStack() as stack:
        environment = {
            "REDIS_URL": deployment.redis_url,
            "ORGANIZATIONS_FILE": str(deployment.file),
            "CHARTHOP_API_URL": stack.enter_context(serve(deployment.charthop)).url,
            "ASHBY_API_URL": stack.enter_context(serve(deployment.ashby)).url,
        }
        yield Operator(deployment, environment)


@contextmanager
def worker_of(operator: Operator, folder: Path) -> Iterator[None]:
    """A real worker of the operator's deployment."""
    words = ("celery", "-A", "workers", "worker")
    process = Process(folder / "worker.log", operator.environment, words, folder)
    try:
        heartbeats = Heartbeats(operator.deployment.redis)
        deadline = time.monotonic() + 60
        while not heartbeats.alive():
            assert process.runs, process.said()
            assert time.monotonic() < deadline, process.said()
            time.sleep(0.02)
        yield
    finally:
        process.ask_to_end()
        process.ends(60)


@pytest.fixture
def organizations(deployment: Deployment) -> Organizations:
    """The organizations file as the next command reads it."""
    return Organizations(deployment.file)
