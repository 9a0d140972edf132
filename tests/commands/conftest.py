"""An operator at a shell: what is typed, and what comes back."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sandbox.server import serve
from store.fleet import Fleet
from tests.deployment import Deployment
from workers.commands import app
from workers.organizations import Organizations

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
            [sys.executable, "-m", "workers.commands", *words],
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
    log = folder / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "workers", "worker"],
            cwd=folder,
            env={**os.environ, **operator.environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        fleet = Fleet(operator.deployment.redis)
        deadline = time.monotonic() + 60
        while not fleet.alive():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def operator(deployment: Deployment) -> Iterator[Operator]:
    with operator_of(deployment) as made:
        yield made


@pytest.fixture
def organizations(deployment: Deployment) -> Organizations:
    """The organizations file as the next command reads it."""
    return Organizations(deployment.file)
