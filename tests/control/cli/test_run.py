"""run: three processes as one, and nothing left behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest

from workers.embedded import EmbeddedServer
from workers.embedded.process import is_listening

TABLES = """\
[organizations.acme]
enabled = true
charthop_api_key = "${A_CHARTHOP_KEY}"
ashby_api_key = "${AN_ASHBY_KEY}"

[organizations.globex]
enabled = false
charthop_api_key = "${A_CHARTHOP_KEY}"
ashby_api_key = "${AN_ASHBY_KEY}"

[organizations.bad]
enabled = 3
"""


class Running:
    """`run` in a directory of its own, and what it has said so far."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.process = process
        self._output = output

    def said(self) -> str:
        return self._output.read_text(errors="replace")

    def until(self, wanted: str) -> str:
        """All that was said until `wanted` was."""
        deadline = time.monotonic() + 60
        while wanted not in (said := self.said()):
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
        return said

    def pids(self) -> dict[str, int]:
        """The processes it says it has started."""
        return {
            name: int(pid) for name, pid in re.findall(r"(\w+) started \(pid=(\d+)\)", self.said())
        }

    def alive(self) -> list[int]:
        return [pid for pid in self.pids().values() if _is_alive(pid)]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "organizations.toml").write_text(TABLES)
    return tmp_path


@contextmanager
def running(folder: Path, *, to_a_pipe: bool = False, **environment: str) -> Iterator[Running]:
    output = folder / "output"
    base = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "control.cli", "run"],
            cwd=folder,
            env={
                **base,
                "A_CHARTHOP_KEY": "a",
                "AN_ASHBY_KEY": "b",
                "CHARTHOP_API_URL": "http://127.0.0.1:1",
                "ASHBY_API_URL": "http://127.0.0.1:1",
                "FLOWER_PORT": str(_free_port()),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if to_a_pipe else out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    made = Running(process, output)
    with process:
        try:
            yield made
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)
            for pid in made.alive():
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(redis_socket(folder).parent, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def redis_socket(folder: Path) -> Path:
    return Path(EmbeddedServer(folder).url.removeprefix("unix://"))


def redis_runs(folder: Path) -> bool:
    return is_listening(redis_socket(folder))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_it_starts_everything_and_a_signal_ends_everything(
    folder: Path, number: signal.Signals
) -> None:
    with running(folder) as run:
        said = run.until(" ready.")
        assert "Organizations  enabled: acme; disabled: globex" in said
        assert "[organizations.bad] enabled must be true or false" in said
        assert "Ctrl-C ends everything." in said
        assert said.startswith(f"charthop-ashby {version('charthop-ashby')}\n")
        assert sorted(run.pids()) == ["beat", "flower", "worker"]
        assert redis_runs(folder)
        run.process.send_signal(number)
        assert run.process.wait(30) == 0
        assert not run.alive()
    assert not redis_runs(folder)


def test_a_signal_that_comes_at_once_leaves_nothing_behind(folder: Path) -> None:
    with running(folder) as run:
        run.until("Ctrl-C ends everything.")
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(30) in (0, 130)
        assert not run.alive()
    assert not redis_runs(folder)


def test_flower_gets_another_port_and_its_death_ends_the_others(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(folder, FLOWER_PORT=str(port)) as run:
            found = re.search(
                r"Flower +http://127.0.0.1:(\d+) \(port (\d+) is taken\)", run.until("Ctrl-C ends")
            )
            assert found is not None, run.said()
            assert int(found[2]) == port
            run.until(f"Visit me at http://127.0.0.1:{found[1]}")
            os.kill(run.pids()["flower"], signal.SIGKILL)
            assert run.process.wait(30) == 1
            assert not run.alive()
            assert "one of the processes has ended" in run.said()
    assert not redis_runs(folder)


def test_a_reader_that_goes_away_leaves_nothing_behind(folder: Path) -> None:
    with running(folder, to_a_pipe=True) as run:
        assert run.process.stdout is not None
        said = ""
        while run.process.stdout.readable() and "flower started" not in said:
            said += run.process.stdout.readline().decode()
        pids = [int(pid) for pid in re.findall(r"pid=(\d+)", said)]
        run.process.stdout.close()
        assert run.process.wait(30) != 0
        assert not [pid for pid in pids if _is_alive(pid)]
    assert not redis_runs(folder)


def test_a_port_that_is_none_is_wrong_usage(folder: Path) -> None:
    with running(folder, FLOWER_PORT="five") as run:
        assert run.process.wait(30) == 2
        assert "FLOWER_PORT is 'five', but must be a port" in run.said()
    assert not redis_runs(folder)


def test_without_an_organizations_file_nothing_is_started(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        assert run.process.wait(30) == 2
        assert "organizations.toml does not exist" in run.said()
        assert not run.pids()
