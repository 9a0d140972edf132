"""How many workers are alive, and which are dead."""

import pytest

from store import heartbeats
from store.heartbeats import EVERY, EXPIRES_AFTER, Heartbeats, name_of, node_of
from store.locks import WorkLock
from store.space import LIVING, Redis, text


def grow_old(redis: Redis, seconds: float) -> None:
    """So much time goes by without a beat."""
    for worker in Heartbeats(redis).alive():
        redis.zincrby(redis.queue(LIVING), -seconds, worker)


def test_the_workers_that_beat_are_counted_and_nobody_counts_as_one(redis: Redis) -> None:
    assert Heartbeats(redis).size() == 1
    for name in ("w1", "w2", "w3"):
        Heartbeats(redis).beat(name)

    assert Heartbeats(redis).size() == 3


def test_the_count_is_kept_for_a_while(redis: Redis) -> None:
    heartbeats = Heartbeats(redis)
    heartbeats.size()
    Heartbeats(redis).beat("w1")
    Heartbeats(redis).beat("w2")

    assert heartbeats.size() == 1


def test_two_processes_of_one_node_are_two_workers_and_shown_as_one(redis: Redis) -> None:
    first, second = name_of("celery@one"), name_of("celery@one")
    for worker in (first, second):
        Heartbeats(redis).beat(worker)

    assert first != second
    assert Heartbeats(redis).alive() == ["celery@one"] == [node_of(first)]


def test_a_worker_whose_heartbeat_expired_is_buried_once_it_did(redis: Redis) -> None:
    for worker in ("w1", "w2"):
        Heartbeats(redis).beat(worker)
    grow_old(redis, EXPIRES_AFTER - 3)
    Heartbeats(redis).beat("w2")
    assert Heartbeats(redis).bury() == []

    grow_old(redis, 4)
    assert Heartbeats(redis).alive() == ["w2"]
    assert Heartbeats(redis).bury() == ["w1"]
    assert Heartbeats(redis).bury() == ["w1"], "until what it held has been returned"
    Heartbeats(redis).forget("w1")
    assert Heartbeats(redis).bury() == []


def test_a_worker_that_ends_counts_no_more_and_may_have_left_something(redis: Redis) -> None:
    Heartbeats(redis).beat("w1")
    Heartbeats(redis).stop("w1")

    assert Heartbeats(redis).alive() == []
    assert Heartbeats(redis).bury() == ["w1"]


def test_what_a_dead_worker_held_goes_on_within_half_a_minute() -> None:
    """It expires, the next look of another worker comes, and a moment for the work is left."""
    assert heartbeats.EXPIRES_AFTER + 2 * heartbeats.EVERY + 4 <= 30
    assert EXPIRES_AFTER >= 4 * EVERY, "three beats may be lost"


@pytest.mark.parametrize("worker", ["", "celery@one"])
def test_a_name_without_a_random_part_is_its_own_node(worker: str) -> None:
    assert node_of(worker) == worker


def test_heartbeats_go_on_whoever_beats_and_begin_anew_after_a_gap(redis: Redis) -> None:
    beats = Heartbeats(redis)
    assert beats.beat("w1") == pytest.approx(0.0, abs=0.01)
    pass_by(redis, heartbeats.GAP - 1)
    assert beats.beat("w2") == pytest.approx(heartbeats.GAP - 1, abs=0.5)
    pass_by(redis, heartbeats.GAP - 1)
    assert beats.beat("w3") == pytest.approx(2 * (heartbeats.GAP - 1), abs=0.5)
    pass_by(redis, heartbeats.GAP + 1)
    assert beats.beat("w3") < 0.5, "Redis was away, or all workers were"


def test_a_gap_is_one_although_a_forgotten_worker_took_a_lock_within_it(redis: Redis) -> None:
    beats = Heartbeats(redis)
    for worker in ("w1", "w2"):
        beats.beat(worker)
    pass_by(redis, heartbeats.GAP - 1)
    for worker in ("w1", "w2"):
        beats.beat(worker)
    pass_by(redis, EXPIRES_AFTER + 1)
    assert WorkLock(redis, "lock", "w3").acquire().value

    assert beats.beat("w2") < 0.5, "else w1 would be declared dead before it can beat"


def pass_by(redis: Redis, seconds: float) -> None:
    """Let that time go by."""
    beats = Heartbeats(redis)
    for worker in redis.zrange(beats.living, 0, -1):
        redis.zincrby(beats.living, -seconds, text(worker))
    unbroken = redis.key("-", "heartbeats-unbroken")
    for field in redis.hkeys(unbroken):
        redis.hincrbyfloat(unbroken, text(field), -seconds)
