"""What is believed of a list: whole and incremental readings, own writes, and a Redis emptied."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.openings import Opening
from core.ports import Listing
from core.records import Entry
from store.batch import Batch
from store.mirrors import FULL_EVERY, Mirror, Recalled
from store.sealing import FixedKey, Seal
from store.space import Redis

A, B, C = Entry("a", "Alpha"), Entry("b", "Beta"), Entry("c", "Gamma")
NOW = 1_795_435_200.0


@pytest.fixture
def mirror(redis: Redis) -> Mirror[Entry]:
    return Mirror(redis, Seal(FixedKey("key")), "acme", "departments", Entry)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock of the mirrors, in seconds after NOW."""

    def set_clock(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: NOW + seconds)

    set_clock(0)
    return set_clock


def recalled(mirror: Mirror[Any]) -> Recalled[Any]:
    """The list as it is remembered."""
    with Batch(mirror._redis) as batch:
        found = mirror.recall(batch, batch.ask("GET", mirror.cursor_key))
    return found.value


def token(mirror: Mirror[Any], now: float) -> str | None:
    """What the next reading would continue with."""
    return recalled(mirror).token(now)


def full(*items: Entry, then: str | None = "t1") -> Listing[Entry]:
    return Listing(items, then, is_full=True)


def news(*items: Entry, then: str | None = "t2") -> Listing[Entry]:
    return Listing(items, then, is_full=False)


def read(mirror: Mirror[Entry], reading: Listing[Entry], began: float = NOW) -> dict[str, Entry]:
    """One reading from beginning to end; the list as the reader sees it."""
    before = recalled(mirror).cursor
    now, changed = mirror.merge(mirror.load(), reading, began)
    mirror.write(changed, began)
    mirror.continue_from(reading, began, len(now), before)
    return now


# Readings.


def test_a_whole_list_is_kept_and_continued(mirror: Mirror[Entry]) -> None:
    assert read(mirror, full(A, B)) == {"a": A, "b": B}
    assert mirror.load() == {"a": A, "b": B}
    assert token(mirror, NOW) == "t1"


def test_news_are_added_to_what_is_known(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A, B))
    renamed = replace(B, name="Bravo")

    assert read(mirror, news(renamed, C)) == {"a": A, "b": renamed, "c": C}
    assert mirror.load() == {"a": A, "b": renamed, "c": C}
    assert token(mirror, NOW) == "t2"


def test_what_news_do_not_mention_stays(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A, B))

    assert read(mirror, news()) == {"a": A, "b": B}


def test_what_a_whole_list_does_not_have_any_more_is_dropped(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A, B))

    assert read(mirror, full(B)) == {"b": B}
    assert mirror.load() == {"b": B}


def test_what_vanished_may_be_kept_with_a_mark(redis: Redis) -> None:
    mirror: Mirror[Opening] = Mirror(redis, Seal(FixedKey("key")), "acme", "openings", Opening)
    linked = Opening(id="o1", state="Open", identifier="ENG-1")
    free = Opening(id="o2", state="Open", identifier="ENG-2")
    began = time.time()
    whole = Listing([linked, free], "t1", is_full=True)
    mirror.write(mirror.merge({}, whole, began)[1], began)

    def vanished(one: Opening) -> Opening | None:
        return replace(one, is_gone=True) if one.id == "o1" else None

    empty: Listing[Opening] = Listing([], "t2", is_full=True)
    now, changed = mirror.merge(mirror.load(), empty, began, vanished)
    mirror.write(changed, began)

    assert now == {"o1": replace(linked, is_gone=True)} == mirror.load()
    assert mirror.merge(now, empty, began, vanished)[1] == {}


def test_what_is_unchanged_is_not_written_again(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A, B))

    assert mirror.merge(mirror.load(), full(A, B), NOW)[1] == {}
    assert mirror.merge(mirror.load(), news(A), NOW)[1] == {}


def test_merging_writes_nothing(mirror: Mirror[Entry], redis: Redis) -> None:
    mirror.merge(mirror.load(), full(A, B), NOW)

    assert redis.dbsize() == 0


def test_single_items_are_got_by_id(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A, B))

    assert mirror.get(["b", "x"]) == [B]
    assert mirror.get([]) == []


# Where the next reading begins.


def test_a_whole_list_is_due_once_a_day(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A))

    assert token(mirror, NOW + FULL_EVERY - 1) == "t1"
    assert token(mirror, NOW + FULL_EVERY) is None


def test_news_do_not_put_the_whole_list_off(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A))
    read(mirror, news(B), NOW + FULL_EVERY - 10)

    assert token(mirror, NOW + FULL_EVERY - 1) == "t2"
    assert token(mirror, NOW + FULL_EVERY + 1) is None


@pytest.mark.parametrize("reading", [full(A, then=None), news(A, then=None)])
def test_a_reading_without_a_token_makes_the_whole_list_due(
    mirror: Mirror[Entry], reading: Listing[Entry]
) -> None:
    read(mirror, full(A))
    read(mirror, reading)

    assert token(mirror, NOW) is None


def test_a_forgotten_cursor_keeps_the_items(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A))
    mirror.forget_cursor()

    assert (token(mirror, NOW), mirror.load()) == (None, {"a": A})


def test_a_crash_before_the_cursor_is_saved_means_to_read_again(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A))
    mirror.write(mirror.merge(mirror.load(), news(B), NOW)[1], NOW)

    assert token(mirror, NOW) == "t1"
    assert read(mirror, news(B)) == {"a": A, "b": B}


# Redis emptied in the middle: what is left of a mirror must not pass for the whole of it.


@pytest.mark.parametrize("reading", [news(C), full(A, B, C, then="t2")])
@pytest.mark.parametrize("lost", ["before the items are kept", "before the cursor is saved"])
def test_after_redis_was_emptied_during_a_reading_the_whole_list_is_due(
    mirror: Mirror[Entry], redis: Redis, reading: Listing[Entry], lost: str
) -> None:
    read(mirror, full(A, B))
    before = recalled(mirror).cursor
    now, changed = mirror.merge(mirror.load(), reading, NOW)
    if lost == "before the items are kept":
        redis.flushdb()
    mirror.write(changed, NOW)
    if lost == "before the cursor is saved":
        redis.flushdb()
        mirror.put(A)
    mirror.continue_from(reading, NOW, len(now), before)

    assert now == {"a": A, "b": B, "c": C}
    assert token(mirror, NOW) is None


# Own writes.

Clock = Callable[[float], None]


def test_an_own_write_is_there_at_once(mirror: Mirror[Entry]) -> None:
    read(mirror, full(A))
    mirror.put(replace(A, name="Ours"))

    assert mirror.load()["a"].name == "Ours"


@pytest.mark.parametrize("reading", [news(A), full(A, B)])
def test_an_own_write_beats_a_list_that_was_begun_before_it(
    mirror: Mirror[Entry], at: Clock, reading: Listing[Entry]
) -> None:
    read(mirror, full(A, B))
    ours = replace(A, name="Ours")
    at(5)
    mirror.put(ours)

    assert read(mirror, reading, NOW)["a"] == ours
    assert mirror.load()["a"] == ours


@pytest.mark.parametrize("reading", [news(A), full(A, B)])
def test_a_list_that_was_begun_after_an_own_write_beats_it(
    mirror: Mirror[Entry], at: Clock, reading: Listing[Entry]
) -> None:
    read(mirror, full(A, B))
    mirror.put(replace(A, name="Ours"))
    at(5)

    assert read(mirror, reading, NOW + 5)["a"] == A
    assert mirror.load()["a"] == A


def test_an_own_write_during_a_reading_is_not_overwritten_by_it(
    mirror: Mirror[Entry], at: Clock
) -> None:
    read(mirror, full(A))
    changed = mirror.merge(mirror.load(), news(replace(A, name="Theirs")), NOW + 1)[1]
    at(2)
    mirror.put(replace(A, name="Ours"))
    mirror.write(changed, NOW + 1)

    assert mirror.load()["a"].name == "Ours"


def test_what_was_made_during_a_reading_is_not_believed_to_have_vanished(
    mirror: Mirror[Entry], at: Clock
) -> None:
    read(mirror, full(A))
    at(5)
    mirror.put(B)

    assert read(mirror, full(A), NOW + 4) == {"a": A, "b": B}
    assert read(mirror, full(A), NOW + 6) == {"a": A}


# Sealing.


def test_items_that_were_sealed_with_another_key_are_read_anew(redis: Redis) -> None:
    before: Mirror[Entry] = Mirror(redis, Seal(FixedKey("old key")), "acme", "departments", Entry)
    read(before, full(A, B))
    after: Mirror[Entry] = Mirror(redis, Seal(FixedKey("new key")), "acme", "departments", Entry)

    assert (after.load(), after.get(["a"]), token(after, NOW)) == ({}, [], None)
    assert read(after, full(A)) == {"a": A}
    assert token(after, NOW) == "t1"


def test_an_item_of_another_shape_counts_as_never_read(redis: Redis) -> None:
    places: Mirror[Entry] = Mirror(redis, Seal(FixedKey("key")), "acme", "list", Entry)
    places.put(A)
    openings: Mirror[Opening] = Mirror(redis, Seal(FixedKey("key")), "acme", "list", Opening)

    assert openings.load() == {}


def test_organizations_have_mirrors_of_their_own(redis: Redis) -> None:
    acme: Mirror[Entry] = Mirror(redis, Seal(FixedKey("key")), "acme", "departments", Entry)
    globex: Mirror[Entry] = Mirror(redis, Seal(FixedKey("key")), "globex", "departments", Entry)
    read(acme, full(A))

    assert (globex.load(), token(globex, NOW)) == ({}, None)


def test_an_item_that_was_moved_to_another_id_or_list_counts_as_never_read(redis: Redis) -> None:
    seal = Seal(FixedKey("key"))
    departments: Mirror[Entry] = Mirror(redis, seal, "acme", "departments", Entry)
    locations: Mirror[Entry] = Mirror(redis, seal, "acme", "locations", Entry)
    read(departments, full(A, B))
    items = redis.key("acme", "mirror", "departments")
    sealed = redis.hget(items, "a")
    assert isinstance(sealed, bytes)
    redis.hset(items, "b", sealed)
    redis.copy(items, redis.key("acme", "mirror", "locations"))
    redis.copy(f"{items}:cursor", redis.key("acme", "mirror", "locations", "cursor"))

    assert departments.load() == {"a": A}
    assert (locations.load(), token(locations, NOW)) == ({}, None)
