"""Which events are recognised, when each kind came last, and how often a sync is asked for."""

import pytest

from store import events as events_module
from store.batch import Batch
from store.events import SEEN_FOR, SYNC_EVERY, Events, count_refused, refused
from store.space import Redis


class Clock:
    """The moment that the module takes for now."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        """Now."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(events_module, "time", made)
    return made


@pytest.fixture
def events(redis: Redis) -> Events:
    return Events(redis, "acme")


def test_an_event_is_recognised_for_longer_than_ashby_sends_it_again(
    events: Events, clock: Clock
) -> None:
    assert not events.is_seen("ashby", "one candidateHire")
    events.note("ashby", "candidateHire", "one candidateHire", "woken")
    clock.now += SEEN_FOR - 1
    assert events.is_seen("ashby", "one candidateHire")
    assert not events.is_seen("charthop", "one candidateHire")
    assert not events.is_seen("ashby", "two candidateHire")
    clock.now += 2
    assert not events.is_seen("ashby", "one candidateHire")
    last_retry = sum((2**attempts - 1) * 10 for attempts in range(1, 10))
    assert last_retry < SEEN_FOR


def test_no_more_events_are_remembered_than_there_is_room_for(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "SEEN_AT_MOST", 3)
    for number in range(5):
        events.note("ashby", "offerUpdate", f"{number} offerUpdate", "nothing")
    seen = [number for number in range(5) if events.is_seen("ashby", f"{number} offerUpdate")]
    assert seen == [2, 3, 4]


def test_an_id_of_any_length_takes_the_same_room(events: Events, redis: Redis) -> None:
    events.note("ashby", "offerUpdate", "x" * 100_000, "nothing")
    key = redis.key("acme", "events", "seen")
    assert [len(name) for name in redis.zrange(key, 0, -1)] == [16]
    assert events.is_seen("ashby", "x" * 100_000)


def test_the_last_of_each_kind_and_how_many_by_what_became_of_them(
    events: Events, clock: Clock
) -> None:
    events.note("ashby", "offerUpdate", "1", "woken")
    clock.now += 5
    events.note("ashby", "offerUpdate", "2", "nothing")
    events.note("charthop", "change.create.hire", None, "own")
    events.count("ashby", "offerUpdate", "repeated")
    assert events.last() == {
        "ashby": {"offerUpdate": clock.now},
        "charthop": {"change.create.hire": clock.now},
    }
    assert events.counts() == {
        ("ashby", "offerUpdate", "woken"): 1,
        ("ashby", "offerUpdate", "nothing"): 1,
        ("ashby", "offerUpdate", "repeated"): 1,
        ("charthop", "change.create.hire", "own"): 1,
    }
    events.forget("ashby", "offerUpdate")
    assert events.last() == {"charthop": {"change.create.hire": clock.now}}


def test_what_was_refused_is_counted_by_system(redis: Redis) -> None:
    for system in ("ashby", "ashby", "charthop"):
        count_refused(redis, system)
    assert refused(redis) == {"ashby": 2, "charthop": 1}


def test_a_sync_is_asked_for_now_and_once_more_when_the_first_is_half_a_minute_old(
    events: Events, clock: Clock
) -> None:
    assert events.sync_turn() == 0
    clock.now += 10
    assert events.sync_turn() == pytest.approx(SYNC_EVERY - 10)
    assert events.sync_turn() is None
    # That one has begun: what comes from now on is for another.
    clock.now += SYNC_EVERY - 10
    assert events.sync_turn() == pytest.approx(SYNC_EVERY)
    clock.now += 3 * SYNC_EVERY
    assert events.sync_turn() == 0


def test_what_events_have_made_is_counted_until_a_sync_has_asked_the_brake(events: Events) -> None:
    assert [events.spend("create"), events.spend("create"), events.spend("hire")] == [1, 2, 1]
    events.forget_spent()
    assert events.spend("create") == 1


def test_an_application_is_looked_up_once_however_often_it_is_asked_for(events: Events) -> None:
    assert events.begin_lookup("a")
    assert not events.begin_lookup("a")
    assert events.begin_lookup("b")
    events.end_lookup("a")
    assert events.begin_lookup("a")


def test_how_soon_a_woken_record_had_its_outcome_is_counted_by_limits(
    events: Events, redis: Redis
) -> None:
    for seconds in (0.2, 0.5, 1.5, 400.0, -0.1):
        with Batch(redis) as batch:
            events.answer(batch, seconds)
    buckets, total = events.answered()
    assert dict(buckets) == {"0.5": 3, "1": 3, "2": 4, "5": 4, "10": 4, "30": 4, "+Inf": 5}
    assert total == pytest.approx(402.2)


def test_one_organization_knows_nothing_of_another_s(redis: Redis) -> None:
    acme, globex = Events(redis, "acme"), Events(redis, "globex")
    acme.note("ashby", "offerUpdate", "1", "woken")
    acme.learn_own_user("u")
    assert (globex.is_seen("ashby", "1"), globex.last(), globex.own_user()) == (False, {}, None)
    assert acme.own_user() == "u"
