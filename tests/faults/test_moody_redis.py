"""A Redis that answers, but not as one would wish: everybody waits and goes on."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from store.connection import connect
from store.space import Redis
from tests.processes import Process, Station, wait_until
from workers.embedded import EphemeralServer, ephemeral, process

pytestmark = pytest.mark.slow

LASTS = 5.0
"""Seconds that each mood lasts."""

# A server that is restarted takes five seconds to read BALLAST keys, and answers meanwhile.
BALLAST = 250
SLOW_TO_LOAD = ("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")

Recover = Callable[[], Any]
Mood = Callable[[EphemeralServer, Redis], Recover]


def no_replicas(server: EphemeralServer, client: Redis) -> Recover:
    """NOREPLICAS: a replica is missed."""
    client.config_set("min-replicas-to-write", 1)
    return lambda: client.config_set("min-replicas-to-write", 0)


def full(server: EphemeralServer, client: Redis) -> Recover:
    """OOM: no memory is left."""
    client.config_set("maxmemory", 1)
    return lambda: client.config_set("maxmemory", 0)


def cannot_save(server: EphemeralServer, client: Redis) -> Recover:
    """MISCONF: the disk is full."""
    client.config_set("save", "3600 1000")
    dump = Path(str(client.config_get("dir")["dir"]), "dump.rdb")
    dump.unlink(missing_ok=True)
    dump.mkdir()
    client.bgsave()
    wait_until(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")

    def recover() -> None:
        dump.rmdir()
        client.bgsave()
        wait_until(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "ok")

    return recover


def demoted(server: EphemeralServer, client: Redis) -> Recover:
    """UNBLOCKED under a waiting consumer, then READONLY: another one is the master now."""
    client.config_set("replica-serve-stale-data", "yes")
    client.execute_command("REPLICAOF", "127.0.0.1", "1")  # type: ignore[no-untyped-call]
    return lambda: client.execute_command("REPLICAOF", "NO", "ONE")  # type: ignore[no-untyped-call]


def master_down(server: EphemeralServer, client: Redis) -> Recover:
    """MASTERDOWN: nothing is even read."""
    client.config_set("replica-serve-stale-data", "no")
    client.execute_command("REPLICAOF", "127.0.0.1", "1")  # type: ignore[no-untyped-call]
    return lambda: client.execute_command("REPLICAOF", "NO", "ONE")  # type: ignore[no-untyped-call]


def loading(server: EphemeralServer, client: Redis) -> Recover:
    """LOADING: it was restarted, and takes its time to read its data."""
    client.mset({f"ballast:{number}": "x" * 500 for number in range(BALLAST)})
    restart = threading.Thread(target=server.restart, kwargs={"keep_data": True})
    restart.start()

    def loads() -> bool:
        try:
            with process.connect(server.url) as other:
                other.ping()
        except redis.BusyLoadingError:
            return True
        except redis.ConnectionError:
            return False
        raise AssertionError("it took no time to load")

    time.sleep(0.5)
    wait_until(loads)
    return restart.join


def restarted(server: EphemeralServer, client: Redis) -> Recover:
    """Another server under the same address, which knows nothing."""
    server.restart(keep_data=False)
    return lambda: None


MOODS = [no_replicas, full, cannot_save, demoted, master_down, loading, restarted]


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with Station(tmp_path, interval=1, options=SLOW_TO_LOAD) as made:
        yield made


@pytest.mark.parametrize("mood", MOODS)
def test_workers_and_beat_wait_and_go_on(station: Station, mood: Mood) -> None:
    org, account = station.add()
    worker, beat = station.start_worker(), station.start_beat()
    station.await_worker()
    for number in range(6):
        org.add_job(f"Engineer {number}")
    station.ashby.latency = 0.5
    wait_until(lambda: account.openings)
    recover = mood(station.server, station.redis)
    time.sleep(LASTS)
    recover()
    station.ashby.latency = 0.0

    memory = station.memory()
    wait_until(lambda: len(account.openings) == 6 and memory.backlog.left() == 0, within=60.0)
    for one in (worker, beat):
        assert one.runs
        no_bug(one)
    assert not station.sync(within=60.0).problems


def no_bug(one: Process) -> None:
    """What was said is that Redis is away, and no more."""
    assert "bug:" not in one.said()
    assert "Traceback" not in one.said()


def test_every_process_lives_through_all_moods(station: Station) -> None:
    org, account = station.add()
    flower, metrics, web = (str(port) for port in free_ports(3))
    station.environment["FLOWER_PORT"] = flower
    started = {
        "run": station.start("control.cli", "run", name="run", cwd=station.folder, forked=False),
        "metrics": station.start("control.cli", "metrics", "--port", metrics, name="metrics"),
        "web": station.start("control.cli", "web", "--port", web, name="web"),
    }
    health = {
        f"http://127.0.0.1:{flower}/healthcheck": "run",
        f"http://127.0.0.1:{metrics}/healthz": "metrics",
        f"http://127.0.0.1:{web}/readyz": "web",
    }
    for address in health:
        wait_until(lambda address=address: is_well(address), within=90.0)  # type: ignore[misc]
    for number, mood in enumerate(MOODS, 1):
        recover = mood(station.server, station.redis)
        time.sleep(LASTS)
        recover()
        org.add_job(f"Engineer {number}")
        wait_until(lambda number=number: len(account.openings) == number, within=90.0)  # type: ignore[misc]
        for address, name in health.items():
            wait_until(lambda address=address: is_well(address), within=60.0)  # type: ignore[misc]
            assert started[name].runs, f"{name} after {mood.__name__}: {started[name].said()}"
    for one in started.values():
        no_bug(one)
    assert "sending SIGTERM" not in started["run"].said()
    started["run"].ask_to_end()
    assert started["run"].ends(within=60.0) == 0


def free_ports(count: int) -> list[int]:
    """That many ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def is_well(address: str) -> bool:
    """Whether that health check is content."""
    try:
        return httpx.get(address, timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("mood", "code"), [(no_replicas, "NOREPLICAS"), (full, "OOM"), (demoted, "READONLY")]
)
def test_a_command_waits_for_a_better_mood_and_then_says_that_redis_is_away(
    mood: Mood, code: str
) -> None:
    with ephemeral() as server, connect(server.url, patience=0.3) as client:
        recover = mood(server, client)
        with pytest.raises(redis.ConnectionError):
            client.set("key", "value")
        # Some tries in 0.3 seconds: each new connection does not begin the patience anew.
        assert 1 < refusals(server, code) < 50
        recover()
        assert client.set("key", code)


def refusals(server: EphemeralServer, code: str) -> int:
    """How many commands that server has answered so."""
    with process.connect(server.url) as other:
        errors = other.info("errorstats")
    return int(errors[f"errorstat_{code}"]["count"])
