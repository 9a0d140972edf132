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

from workers.embedded.folder import socket_path
from workers.embedded.process import connect, is_listening, wait_until_up

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
    return socket_path(folder)


def redis_runs(folder: Path) -> bool:
    return is_listening(redis_socket(folder))


def test_it_starts_everything_keeps_redis_up_and_ctrl_c_ends_everything(folder: Path) -> None:
    with running(folder) as run:
        said = run.until(" ready.")
        assert "Organizations  enabled: acme; disabled: globex" in said
        assert "[organizations.bad] enabled must be true or false" in said
        assert "Ctrl-C stops everything" in said
        assert said.startswith(f"charthop-ashby {version('charthop-ashby')}\n")
        assert sorted(run.pids()) == ["beat", "flower", "worker"]
        assert redis_runs(folder)
        refuses_a_second_one(run, folder)
        starts_redis_again(run, folder)
        assert len(run.alive()) == 3
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(30) == 0
        assert not run.alive()
    assert not redis_runs(folder)


def refuses_a_second_one(first: Running, folder: Path) -> None:
    more: dict[str, str]
    for more in ({}, {"REDIS_URL": f"unix://{redis_socket(folder)}"}):
        second = subprocess.run(
            [sys.executable, "-m", "control.cli", "run"],
            cwd=folder,
            env={**os.environ, "A_CHARTHOP_KEY": "a", "AN_ASHBY_KEY": "b", **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 2, second.stdout + second.stderr
        *_, said = second.stderr.splitlines()
        assert f"run (process {first.process.pid}) works in {folder}; end it first" in said
    assert redis_runs(folder)
    assert first.process.poll() is None


def starts_redis_again(run: Running, folder: Path) -> None:
    before = redis_pid(folder)
    time.sleep(1.1)  # one that has just been started is given a moment
    os.kill(before, signal.SIGKILL)
    run.until("the embedded Redis had ended with status -9 and was started again")
    assert redis_pid(folder) != before
    os.kill(redis_pid(folder), signal.SIGTERM)
    run.until("the embedded Redis had ended with status 0 and was started again")


def test_a_signal_that_comes_at_once_leaves_nothing_behind(folder: Path) -> None:
    with running(folder) as run:
        run.until("Ctrl-C stops everything")
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(30) in (0, 130)
        assert not run.alive()
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


def test_one_that_was_killed_is_no_obstacle_and_flowers_death_ends_the_others(folder: Path) -> None:
    with running(folder) as run, socket.create_server(("127.0.0.1", 0)) as taken:
        run.until(" ready.")
        left = list(run.pids().values())
        before = redis_pid(folder)
        run.process.kill()
        run.process.wait()
        port = taken.getsockname()[1]
        with running(folder, FLOWER_PORT=str(port)) as other:
            other.until(" ready.")
            assert redis_pid(folder) != before
            assert not _is_alive(before)
            deadline = time.monotonic() + 30
            while any(map(_is_alive, left)):  # nobody else would ever end them
                assert time.monotonic() < deadline
                time.sleep(0.1)
            ends_with_flower(other, port)
    assert not redis_runs(folder)


def ends_with_flower(run: Running, taken: int) -> None:
    found = re.search(
        r"Flower +http://127.0.0.1:(\d+) \(port (\d+) is taken\)", run.until("Ctrl-C stops")
    )
    assert found is not None, run.said()
    assert int(found[2]) == taken
    run.until(f"Visit me at http://127.0.0.1:{found[1]}")
    os.kill(run.pids()["flower"], signal.SIGKILL)
    assert run.process.wait(30) == 1
    assert not run.alive()
    assert "one of the processes died" in run.said()


def redis_pid(folder: Path) -> int:
    """The process of the server, as soon as it answers."""
    url = f"unix://{redis_socket(folder)}"
    wait_until_up(url)
    with connect(url) as client:
        return int(client.info("server")["process_id"])


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
