"""The thread of a worker's heartbeat outlives whatever it meets."""

import json
import threading
import time
from collections.abc import Iterator

import pytest

from core.keys import job_key
from store import heartbeats
from store.backlog import Backlog
from store.connection import connect
from store.deliveries import Deliveries, Held
from store.heartbeats import Heartbeats
from store.space import JOBS, Redis
from tests.processes import wait_until
from workers.lifeline import Lifeline


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with connect(redis_url) as client:
        client.flushdb()
        yield client


def test_one_organizations_bug_ends_neither_the_heartbeat_nor_the_search_for_the_others(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(heartbeats, "EVERY", 0.01)
    for organization in ("acme", "globex"):
        Backlog(redis, organization).add([job_key("670405b2c8e3d13247cfef5d")])
    asked: dict[str, int] = {"acme": 0, "globex": 0}
    twice = threading.Event()

    def send_lost(organization: str) -> None:
        asked[organization] += 1
        if min(asked.values()) == 2:
            twice.set()
        if organization == "acme":
            raise KeyError(organization)

    lifeline = Lifeline(redis, "one@station/1", send_lost)
    lifeline.start()
    try:
        assert twice.wait(10.0), asked
        assert Heartbeats(redis).alive() == ["one@station"]
    finally:
        lifeline.stop()
    assert any(line.startswith("bug: ") for line in caplog.messages)


def test_an_answer_of_redis_that_is_no_absence_does_not_end_it(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's key in the place of the dead workers: WRONGTYPE, until it is gone."""
    monkeypatch.setattr(heartbeats, "EVERY", 0.01)
    monkeypatch.setattr(heartbeats, "EXPIRES_AFTER", 0.3)
    redis.set(redis.key("-", "dead-workers"), "not ours")
    lifeline = Lifeline(redis, "one@station/1", lambda _: None)
    begun = time.time()
    lifeline.start()
    try:
        # Later than the first look for dead workers.
        wait_until(lambda: _beats(redis) > begun + 0.6, within=10.0)
    finally:
        redis.delete(redis.key("-", "dead-workers"))
        lifeline.stop()


def test_a_worker_that_was_just_started_returns_what_the_dead_held_if_others_beat_before(
    redis: Redis,
) -> None:
    """Workers that are killed every few seconds: none is ever there for as long as it takes."""
    beats, held = Heartbeats(redis), Deliveries(redis)
    for name in ("dead@station/1", "killed@station/2"):
        beats.beat(name)
    message = {"headers": {"task": "tasks.sync_job"}, "body": "W10="}
    redis.hset(
        redis.queue(Held.by("dead@station/1").messages), "1", json.dumps([message, "", JOBS])
    )
    redis.zincrby(beats.living, -heartbeats.EXPIRES_AFTER - 1, "dead@station/1")

    Lifeline(redis, "third@station/3", lambda _: None).beat()
    assert held.held("dead@station/1") == 1, "heartbeats began just now"
    began = time.time() - heartbeats.EXPIRES_AFTER
    redis.hset(redis.key("-", "heartbeats-unbroken"), "since", began)
    Lifeline(redis, "fourth@station/4", lambda _: None).beat()
    assert held.held("dead@station/1") == 0
    assert redis.llen(redis.queue(JOBS)) == 1


def _beats(redis: Redis) -> float:
    """When the worker's last heartbeat was."""
    return float(redis.zscore(Heartbeats(redis).living, "one@station/1") or 0.0)
