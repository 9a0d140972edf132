"""A taken port: waited for among processes that end together, and said elsewhere."""

import errno
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.deployment import Deployment
from workers.ports import ONE_OF_SEVERAL, once_free


def test_elsewhere_it_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ONE_OF_SEVERAL, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        once_free(lambda: socket.create_server(taken.getsockname()), "here")


def test_among_several_it_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(ONE_OF_SEVERAL, "web")
    taken = socket.create_server(("127.0.0.1", 0))
    place = taken.getsockname()
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            taken.close()

    once_free(lambda: socket.create_server(place), "here:1", sleep).close()
    assert len(waits) == 3
    assert [one.message for one in caplog.records] == ["here:1 is in use; waiting until it is free"]


def test_other_trouble_is_not_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ONE_OF_SEVERAL, "web")

    def listen() -> None:
        raise OSError(errno.EACCES, "Permission denied")

    with pytest.raises(OSError, match="denied"):
        once_free(listen, "here")


@pytest.mark.parametrize("name", ["web", "metrics", "flower"])
def test_each_that_listens_outlives_a_taken_port_under_honcho(
    deployment: Deployment, tmp_path: Path, name: str
) -> None:
    deployment.add("acme")
    taken = socket.create_server(("127.0.0.1", 0))
    port = str(taken.getsockname()[1])
    command = ["celery", "-A", "workers", "flower"] if name == "flower" else ["control.cli", name]
    options = [] if name == "flower" else ["--port", port]
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, *options],
            cwd=tmp_path,
            env={
                **os.environ,
                "REDIS_URL": deployment.redis_url,
                "ORGANIZATIONS_FILE": str(deployment.file),
                "FLOWER_PORT": port,
                ONE_OF_SEVERAL: name,
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while not re.search(f"127.0.0.1:{port} is in use", log.read_text()):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        taken.close()
        while True:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.05)
    finally:
        taken.close()
        process.kill()
        process.wait()
