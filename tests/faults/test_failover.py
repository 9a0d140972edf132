"""A real failover: three sentinels, a master that is killed, and a replica that takes its place."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from store.connection import Server, connect
from tests.processes import Station, wait_until
from workers.embedded import EphemeralServer
from workers.embedded.process import server_binary

pytestmark = pytest.mark.slow

CONFIG = """
port {port}
bind 127.0.0.1
dir {folder}
sentinel monitor watched 127.0.0.1 {master} 2
sentinel down-after-milliseconds watched 1000
sentinel failover-timeout watched 5000
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def port_of(server: EphemeralServer) -> int:
    return int(server.url.rpartition(":")[2].partition("/")[0])


class Sentinels:
    """Three sentinels over a master and a replica."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master = EphemeralServer(persist=False, tcp=True, options=())
        self._stack = ExitStack()

    def __enter__(self) -> "Sentinels":
        try:
            self._start_all()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _start_all(self) -> None:
        self._stack.enter_context(self.master)
        follow = ("--replicaof", f"127.0.0.1 {port_of(self.master)}")
        self.replica = EphemeralServer(persist=False, tcp=True, options=follow)
        self._stack.enter_context(self.replica)
        ports = [free_port() for _ in range(3)]
        for port in ports:
            self._start(port)
        self.url = ";".join(f"sentinel://127.0.0.1:{port}" for port in ports) + "/0"
        with connect(f"redis://127.0.0.1:{ports[0]}") as sentinel:
            wait_until(lambda: self._knows_all(sentinel), within=30.0)

    def _start(self, port: int) -> None:
        own = self.folder / f"sentinel-{port}"
        own.mkdir()
        config = own / "sentinel.conf"
        config.write_text(CONFIG.format(port=port, folder=own, master=port_of(self.master)))
        process = subprocess.Popen(
            [str(server_binary()), str(config), "--sentinel"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)

    def _knows_all(self, sentinel: object) -> bool:
        found = sentinel.sentinel_master("watched")  # type: ignore[attr-defined]
        return bool(found["num-slaves"] == 1 and found["num-other-sentinels"] == 2)

    def __exit__(self, *_: object) -> None:
        self._stack.close()


@pytest.fixture
def sentinels(tmp_path: Path) -> Iterator[Sentinels]:
    try:
        made = Sentinels(tmp_path).__enter__()
    except (AssertionError, OSError) as error:
        pytest.skip(f"this server cannot be a sentinel ({error})")
    with made._stack:
        yield made


def test_workers_and_beat_follow_the_new_master(tmp_path: Path, sentinels: Sentinels) -> None:
    environment = {"REDIS_SENTINEL_MASTER": "watched"}
    with Station(tmp_path, interval=1, environment=environment) as station:
        station.environment["REDIS_URL"] = sentinels.url
        org, account = station.add()
        worker, beat = station.start_worker(), station.start_beat()
        for number in range(6):
            org.add_job(f"Engineer {number}")
        station.ashby.latency = 0.5
        wait_until(lambda: account.openings)
        sentinels.master.kill()
        station.ashby.latency = 0.0

        wait_until(lambda: len(account.openings) == 6, within=60.0)
        org.add_job("After the failover")
        wait_until(lambda: len(account.openings) == 7, within=60.0)
        assert worker.runs and beat.runs
        for process in (worker, beat):
            assert "bug:" not in process.said()
        with connect(Server(sentinels.url, master="watched")) as client:
            assert client.info("replication")["role"] == "master"
            keys = [key.decode() for key in client.scan_iter()]
        assert keys and all(key.startswith("charthop-ashby:") for key in keys)
