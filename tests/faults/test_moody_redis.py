"""A Redis that answers, and takes no writes for a while: everybody waits and goes on."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from store.connection import connect
from store.space import Redis
from tests.processes import Station, wait_until
from workers.embedded import ephemeral

pytestmark = pytest.mark.slow

LASTS = 5.0
"""Seconds that each mood lasts."""


def no_replicas(server: Redis) -> Callable[[], Any]:
    """NOREPLICAS: a replica is missed."""
    server.config_set("min-replicas-to-write", 1)
    return lambda: server.config_set("min-replicas-to-write", 0)


def full(server: Redis) -> Callable[[], Any]:
    """OOM: no memory is left."""
    server.config_set("maxmemory", 1)
    return lambda: server.config_set("maxmemory", 0)


def cannot_save(server: Redis) -> Callable[[], Any]:
    """MISCONF: the disk is full."""
    server.config_set("save", "3600 1000")
    dump = Path(str(server.config_get("dir")["dir"]), "dump.rdb")
    dump.unlink(missing_ok=True)
    dump.mkdir()
    server.bgsave()
    wait_until(lambda: server.info("persistence")["rdb_last_bgsave_status"] == "err")

    def recover() -> None:
        dump.rmdir()
        server.bgsave()

    return recover


def demoted(server: Redis) -> Callable[[], Any]:
    """UNBLOCKED under a waiting consumer, then READONLY; a master that is away for MASTERDOWN."""
    server.config_set("replica-serve-stale-data", "no")
    server.execute_command("REPLICAOF", "127.0.0.1", "1")  # type: ignore[no-untyped-call]
    return lambda: server.execute_command("REPLICAOF", "NO", "ONE")  # type: ignore[no-untyped-call]


MOODS = [no_replicas, full, cannot_save, demoted]


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with Station(tmp_path, interval=1) as made:
        yield made


@pytest.mark.parametrize("mood", MOODS)
def test_workers_and_beat_wait_and_go_on(
    station: Station, mood: Callable[[Redis], Callable[[], Any]]
) -> None:
    org, account = station.add()
    worker, beat = station.start_worker(), station.start_beat()
    station.await_worker()
    for number in range(6):
        org.add_job(f"Engineer {number}")
    station.ashby.latency = 0.5
    wait_until(lambda: account.openings)
    recover = mood(station.redis)
    time.sleep(LASTS)
    recover()
    station.ashby.latency = 0.0

    memory = station.memory()
    wait_until(lambda: len(account.openings) == 6 and memory.backlog.left() == 0, within=60.0)
    for process in (worker, beat):
        assert process.runs
        assert "bug:" not in process.said()
        assert "Traceback" not in process.said()
    assert not station.sync(within=60.0).problems


@pytest.mark.parametrize(
    ("mood", "code"), [(no_replicas, "NOREPLICAS"), (full, "OOM"), (demoted, "READONLY")]
)
def test_a_command_waits_for_a_better_mood_and_then_says_that_redis_is_away(
    mood: Callable[[Redis], Callable[[], Any]], code: str
) -> None:
    with ephemeral() as server, connect(server.url, patience=0.3) as client:
        recover = mood(client)
        with pytest.raises(redis.ConnectionError):
            client.set("key", "value")
        recover()
        assert client.set("key", code)
