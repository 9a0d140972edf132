"""What each message costs a worker beyond its task."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import redis

from tests.processes import Station, wait_until
from tests.workers.hostile import HOSTILE, UNKNOWN, WRONG
from workers.broker import EVENTS_EVERY, CalmConsumer, OneClient


def test_a_channel_keeps_its_client_and_those_with_a_connection_of_their_own_stay_apart() -> None:
    with Connection("redis://127.0.0.1:1/0") as connection:
        channel = OneClient.__new__(OneClient)
        pool: Any = redis.redis.ConnectionPool.from_url(connection.as_uri())
        channel.__dict__.update(_pool=pool, Client=redis.redis.Redis, _async_pool=pool)

        assert channel._create_client() is channel._create_client()
        channel.__dict__["_pool"] = redis.redis.ConnectionPool.from_url(connection.as_uri())
        assert channel._create_client().connection_pool is channel.pool


@pytest.mark.parametrize("lost", ["connection", "client"])
def test_a_channel_that_was_closed_says_so_in_words_that_celery_knows(lost: str) -> None:
    channel = OneClient.__new__(OneClient)
    gone = None if lost == "connection" else SimpleNamespace(client=None)
    channel.__dict__.update(_pool=None, connection=gone)

    with pytest.raises(redis.Transport.connection_errors):
        channel._create_client()


def test_events_are_told_by_one_clock_however_often_the_loop_begins() -> None:
    clocks: list[float] = []
    hub = SimpleNamespace(call_repeatedly=lambda delay, _: clocks.append(delay))
    consumer = CalmConsumer.__new__(CalmConsumer)
    consumer.blueprint = SimpleNamespace(send_all=lambda *_, **__: None)

    consumer.register_with_event_loop(hub)
    consumer.register_with_event_loop(hub)

    assert clocks == [EVENTS_EVERY]


@pytest.mark.slow
def test_no_message_ends_a_worker(tmp_path: Path) -> None:
    with Station(tmp_path) as station:
        org, account = station.add()
        org.add_job("Engineer")
        worker = station.start_worker()
        station.await_worker()
        for message in (*HOSTILE, *WRONG, UNKNOWN):
            station.redis.lpush(station.redis.queue("jobs"), message)
        wait_until(lambda: station.queued()["jobs"] == 0)
        assert station.sync().finished_at
        assert len(account.openings) == 1
        assert worker.runs
        assert "dropped a message" in worker.said()
        # The last task is acknowledged only after the sync that it was a part of has finished.
        wait_until(lambda: station.queued()["held"] == 0)
        assert "Traceback" not in worker.said()
