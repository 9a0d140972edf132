"""What a dead worker held goes back into its queues."""

import json
from typing import Any

import pytest

from store.connection import connect
from store.deliveries import HEADER, Deliveries, Held
from store.space import JOBS, Redis


def message(record: str) -> dict[str, Any]:
    """As Celery writes it, in short."""
    return {
        "body": "W10=",
        "headers": {"task": "tasks.sync_job", "id": record, "queued": True},
        "properties": {"delivery_tag": record, "delivery_info": {"routing_key": JOBS}},
    }


def hold(redis: Redis, worker: str, *records: str) -> None:
    """As the broker keeps what a worker took."""
    held = Held.by(worker)
    for record in records:
        redis.hset(redis.queue(held.messages), record, json.dumps([message(record), "", JOBS]))
        redis.zadd(redis.queue(held.times), {record: 1.0})


def queued(redis: Redis) -> list[Any]:
    """The messages in the queue, the next one first."""
    return [json.loads(one) for one in redis.lrange(redis.queue(JOBS), 0, -1)][::-1]


def test_they_go_in_front_of_the_queue_and_say_how_often_a_worker_died(redis: Redis) -> None:
    redis.lpush(redis.queue(JOBS), json.dumps(message("waiting")))
    hold(redis, "w1", "held")

    assert Deliveries(redis).return_all("w1") == 1
    first, second = queued(redis)
    assert first["headers"] == {**message("held")["headers"], "redelivered": True, HEADER: 1}
    assert first["body"] == message("held")["body"]
    assert second == message("waiting")
    assert Deliveries(redis).held("w1") == 0
    assert not redis.exists(redis.queue(Held.by("w1").times))


def test_each_is_returned_once_whoever_does_it(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(redis, "w1", "a", "b")
    other, read = Deliveries(connect(redis_url)), redis.hgetall

    def read_and_overtaken(name: str) -> Any:
        rows = read(name)
        assert other.return_all("w1") == 2
        return rows

    monkeypatch.setattr(redis, "hgetall", read_and_overtaken)

    assert Deliveries(redis).return_all("w1") == 0
    assert len(queued(redis)) == 2


def test_what_others_hold_stays_with_them(redis: Redis) -> None:
    hold(redis, "w1", "a")
    hold(redis, "w2", "b")
    Deliveries(redis).return_all("w1")

    assert Deliveries(redis).held("w2") == 1
    assert [one["headers"]["id"] for one in queued(redis)] == ["a"]


def test_every_death_counts(redis: Redis) -> None:
    for times in (1, 2, 3):
        hold(redis, "w1", "a") if times == 1 else None
        Deliveries(redis).return_all("w1")
        (only,) = queued(redis)
        assert only["headers"][HEADER] == times
        redis.delete(redis.queue(JOBS))
        row = json.dumps([only, "", JOBS])
        redis.hset(redis.queue(Held.by("w1").messages), "a", row)


NO_MESSAGES = {
    "nothing": "",
    "null": "null",
    "a list of another length": "[1]",
    "a list of other types": "[null, 1, 2]",
    "a word": '["a word", "", "jobs"]',
    "nesting without an end": "[" * 100_000,
    "a queue that is a number": '[{"body": ""}, "", 1]',
    "a queue that nobody serves": '[{"body": ""}, "", "-:workers"]',
    "half a character": '[{"body": ""}, "", "\\ud800"]',
}


@pytest.mark.parametrize("row", NO_MESSAGES.values(), ids=NO_MESSAGES.keys())
def test_what_is_no_message_keeps_no_other_from_its_queue(redis: Redis, row: str) -> None:
    redis.hset(redis.queue(Held.by("w1").messages), "bad", row)
    hold(redis, "w1", "held")

    assert Deliveries(redis).return_all("w1") == 1
    assert [one["headers"]["id"] for one in queued(redis)] == ["held"]
    assert Deliveries(redis).held("w1") == 0
