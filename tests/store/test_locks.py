"""Who holds a lock, and who is told that it is lost."""

import pytest

from store.locks import HELD_FOR, Locks, WorkLock
from store.space import LIVING, Redis
from store.switches import Switches

NAME = "charthop-ashby:acme:lock:record:job:1"


@pytest.fixture
def locks(redis: Redis) -> Locks:
    return Locks(redis, "acme")


def is_ours(redis: Redis, lock: WorkLock) -> bool:
    """As it is asked right before something is written."""
    return Switches(redis, "acme").write_gate([lock])[1]


def test_what_one_holds_no_other_gets(locks: Locks, redis: Redis) -> None:
    with locks.hold("record:job:1") as mine:
        assert mine is not None
        assert is_ours(redis, mine)
        with locks.hold("record:job:1") as other:
            assert other is None
        with Locks(redis, "globex").hold("record:job:1") as elsewhere:
            assert elsewhere is not None
        with locks.hold("record:job:2") as another:
            assert another is not None
    with locks.hold("record:job:1") as again:
        assert again is not None


def test_who_did_not_get_it_does_not_free_it(locks: Locks, redis: Redis) -> None:
    with locks.hold("record:job:1") as mine:
        with locks.hold("record:job:1"):
            pass
        assert mine is not None
        assert is_ours(redis, mine)


def test_who_asks_again_because_the_answer_was_lost_is_told_that_it_is_his(
    locks: Locks, redis: Redis
) -> None:
    lock = locks.lock("record:job:1")
    assert lock.acquire().value
    redis.expire(NAME, 5)

    assert lock.acquire().value
    assert not locks.lock("record:job:1").acquire().value


def test_a_lock_is_freed_when_its_holder_fails(locks: Locks) -> None:
    with pytest.raises(ZeroDivisionError), locks.hold("record:job:1"):
        _ = 1 / 0

    with locks.hold("record:job:1") as again:
        assert again is not None


def test_a_lock_frees_itself_when_its_holder_died(locks: Locks, redis: Redis) -> None:
    with locks.hold("record:job:1"):
        assert HELD_FOR - 5 < redis.ttl(NAME) <= HELD_FOR


@pytest.mark.parametrize("taken_over", [False, True], ids=["expired", "taken over"])
def test_a_holder_that_was_frozen_is_told_that_the_lock_is_lost(
    locks: Locks, redis: Redis, taken_over: bool
) -> None:
    with locks.hold("record:job:1") as mine:
        assert mine is not None
        redis.delete(NAME)
        if taken_over:
            redis.set(NAME, "somebody else")

        assert not is_ours(redis, mine)

    assert redis.get(NAME) == (b"somebody else" if taken_over else None)


def test_a_holder_that_is_long_at_work_holds_on(
    locks: Locks, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locks.hold("record:job:1") as mine:
        assert mine is not None
        redis.expire(NAME, 5)
        assert mine.renew()
        assert redis.ttl(NAME) <= 5

        _later(monkeypatch)
        assert mine.renew()
        assert redis.ttl(NAME) > HELD_FOR - 5


@pytest.mark.parametrize("taken_over", [False, True], ids=["expired", "taken over"])
def test_a_lost_lock_cannot_be_held_on_to(
    locks: Locks, redis: Redis, monkeypatch: pytest.MonkeyPatch, taken_over: bool
) -> None:
    with locks.hold("record:job:1") as mine:
        assert mine is not None
        redis.delete(NAME)
        if taken_over:
            redis.set(NAME, "somebody else", ex=5)
        _later(monkeypatch)

        assert not mine.renew()
        assert redis.ttl(NAME) <= 5


def test_the_lock_of_a_dead_worker_is_free_and_that_of_a_living_one_is_not(redis: Redis) -> None:
    first = Locks(redis, "acme", "first").lock("record:job:1")
    second = Locks(redis, "acme", "second").lock("record:job:1")
    assert first.acquire().value
    assert not second.acquire().value, "who acquires lives"

    redis.zrem(redis.queue(LIVING), "first")
    assert second.acquire().value
    assert not is_ours(redis, first)
    assert not first.acquire().value


def test_who_is_no_worker_holds_a_lock_until_it_expires(redis: Redis) -> None:
    assert Locks(redis, "acme").lock("fan-out").acquire().value

    assert not Locks(redis, "acme", "worker").lock("fan-out").acquire().value


def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is time to hold on."""
    import time

    now = time.monotonic()
    monkeypatch.setattr("store.locks.time.monotonic", lambda: now + HELD_FOR / 2)
