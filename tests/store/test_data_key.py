"""The data key: it survives a change of the API keys, and where it is lost a new one is made."""

from collections.abc import Callable
from typing import Any

import pytest

from store.data_key import KEPT_FOR, DataKey
from store.key_choice import key_id
from store.memory import Memory
from store.names import JobName
from store.sealing import Seal
from store.space import Redis

NAMES = {"1": JobName("ENG-1", "Engineer")}
DAY = 24 * 3600


def of(redis: Redis, *secrets: str) -> DataKey:
    """The data key as a process that has just started with these API keys sees it."""
    return DataKey(redis, "acme", secrets)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let so many days go by."""
    now = [1_800_000_000.0]
    monkeypatch.setattr("store.data_key.time.time", lambda: now[0])

    def pass_by(number: int) -> None:
        now[0] += number * DAY

    return pass_by


def test_both_ends_of_a_change_of_the_keys_open_the_same(redis: Redis) -> None:
    Memory(redis, "acme", "old").names.keep(NAMES)
    Memory(redis, "acme", "new", "old").data_key.ensure()

    assert Memory(redis, "acme", "new").names.load() == NAMES
    assert Memory(redis, "acme", "old").names.load() == NAMES


def test_one_key_of_another_system_is_enough(redis: Redis) -> None:
    Memory(redis, "acme", "charthop", "ashby").names.keep(NAMES)

    memory = Memory(redis, "acme", "another charthop", "ashby")
    assert memory.names.load() == NAMES
    memory.data_key.ensure()
    assert Memory(redis, "acme", "another charthop").names.load() == NAMES


def test_where_no_key_is_left_everything_is_forgotten(redis: Redis) -> None:
    Memory(redis, "acme", "old").names.keep(NAMES)
    memory = Memory(redis, "acme", "new")

    assert memory.names.load() == {}
    memory.names.keep(NAMES)
    assert Memory(redis, "acme", "new").names.load() == NAMES


def test_reading_writes_nothing(redis: Redis) -> None:
    memory = Memory(redis, "acme", "key")

    assert memory.names.load() == {}
    assert memory.addresses.noted(["jane@example.net"]) == []
    assert redis.keys() == []

    Memory(redis, "acme", "key").data_key.ensure()
    before = redis.dump(redis.key("acme", "data-key"))
    assert Memory(redis, "acme", "new", "key").names.load() == {}
    assert redis.dump(redis.key("acme", "data-key")) == before


def test_without_api_keys_nothing_can_be_opened(redis: Redis) -> None:
    Memory(redis, "acme", "key").names.keep(NAMES)

    assert Memory(redis, "acme").names.load() == {}
    assert Memory(redis, "acme").data_key.get() != Memory(redis, "acme").data_key.get()


class Interrupted(Redis):
    """A client that somebody else is faster than: right after its first look."""

    def __init__(self, redis: Redis, *faster: str) -> None:
        super().__init__(redis.connection_pool)
        self._faster = faster

    def hgetall(self, name: Any) -> Any:
        """What is there; then somebody else makes sure of a data key."""
        rows = super().hgetall(name)
        faster, self._faster = self._faster, ()
        if faster:
            of(Redis(self.connection_pool), *faster).ensure()
        return rows


@pytest.mark.parametrize("faster", [("a", "b"), ("b",), ("b", "c")])
def test_of_several_who_make_one_at_once_all_end_with_the_same(
    redis: Redis, faster: tuple[str, ...]
) -> None:
    key = DataKey(Interrupted(redis, *faster), "acme", ("a", "b")).ensure()

    assert of(redis, *faster).find() == key
    assert of(redis, "a").find() == of(redis, "b").find() == key


def test_after_redis_was_emptied_a_worker_that_goes_on_finds_the_new_one(redis: Redis) -> None:
    running, place = of(redis, "key"), redis.key("acme", "x")
    running.ensure()
    redis.flushdb()
    restarted = of(redis, "key")
    sealed = Seal(restarted).close(b"plain", place)

    assert running.find() != restarted.find()
    assert Seal(running).open(sealed, place) == b"plain"
    assert running.find() == restarted.find()


def test_a_sync_puts_back_what_redis_has_lost(redis: Redis) -> None:
    running = of(redis, "key")
    key = running.ensure()
    redis.flushdb()

    assert running.ensure() == key
    assert of(redis, "key").find() == key


@pytest.mark.parametrize("damage", [b"", b"x", b"1:", b"20000:short", b"\xff" * 80, b"9" * 5000])
def test_a_damaged_wrapping_is_made_anew(redis: Redis, damage: bytes) -> None:
    of(redis, "key", "other").ensure()
    redis.hset(redis.key("acme", "data-key"), key_id("key"), damage)

    key = of(redis, "key", "other").ensure()
    assert of(redis, "other").find() == key
    assert of(redis, "key").find() == key


def test_a_wrapping_of_another_organization_opens_nothing(redis: Redis) -> None:
    of(redis, "key").ensure()
    redis.copy(redis.key("acme", "data-key"), redis.key("globex", "data-key"))

    assert DataKey(redis, "globex", ["key"]).find() is None


def test_a_key_that_is_gone_from_the_file_opens_nothing_after_some_days(
    redis: Redis, days: Callable[[int], None]
) -> None:
    key = of(redis, "new", "old").ensure()
    days(1)
    of(redis, "new").ensure()
    assert of(redis, "old").find() == key  # a worker may still have read the file as it was

    days(KEPT_FOR + 1)
    of(redis, "new").ensure()
    assert of(redis, "old").find() is None
    assert of(redis, "new").find() == key


def test_a_key_in_use_is_never_forgotten(redis: Redis, days: Callable[[int], None]) -> None:
    key = of(redis, "a", "b").ensure()
    for _ in range(3):
        days(KEPT_FOR)
        assert of(redis, "a", "b").ensure() == key
    assert of(redis, "b").find() == key


def test_once_a_day_is_often_enough_to_write(redis: Redis, days: Callable[[int], None]) -> None:
    of(redis, "key").ensure()
    before = redis.dump(redis.key("acme", "data-key"))
    of(redis, "key").ensure()
    assert redis.dump(redis.key("acme", "data-key")) == before

    days(1)
    of(redis, "key").ensure()
    assert redis.dump(redis.key("acme", "data-key")) != before


def test_neither_an_api_key_nor_the_data_key_stands_in_redis(redis: Redis) -> None:
    key = of(redis, "an-api-key").ensure()

    stored = redis.dump(redis.key("acme", "data-key")) or b""
    assert key not in stored
    assert b"an-api-key" not in stored
