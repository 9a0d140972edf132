"""What is remembered of each sync."""

from collections import Counter

import pytest

from core.outcomes import Outcome
from store.batch import Batch
from store.space import Redis
from store.syncs import KEPT, Syncs
from tests.notes import said


@pytest.fixture
def syncs(redis: Redis) -> Syncs:
    return Syncs(redis, "acme")


def test_a_sync_from_beginning_to_end(syncs: Syncs) -> None:
    syncs.start("s1", "schedule")
    syncs.count("s1", {Outcome.UNCHANGED: 97, Outcome.HELD: 0}, Counter({("Ashby", 200): 9}))
    syncs.planned("s1", 3)
    running = syncs.get("s1")
    syncs.count("s1", {Outcome.CREATED: 1}, Counter({("Ashby", 200): 2, ("ChartHop", 0): 1}))
    syncs.count("s1", {Outcome.CREATED: 2})
    syncs.finish("s1")

    assert running is not None
    assert (running.finished_at, running.planned) == (None, 3)
    done = syncs.last()
    assert done is not None
    assert done.outcomes == {"created": 3, "unchanged": 97}
    assert done.calls == {"charthop": 1, "ashby": 11}
    assert done.finished_at is not None
    assert done.finished_at >= done.started_at
    assert syncs.calls() == {"ashby:200": 11, "charthop:0": 1}


@pytest.mark.parametrize("only_running", [False, True])
@pytest.mark.parametrize("is_over", [False, True])
def test_a_record_is_counted_to_the_latest_sync_or_only_while_that_runs(
    syncs: Syncs, redis: Redis, only_running: bool, is_over: bool
) -> None:
    syncs.start("s1", "schedule")
    syncs.start("s2", "schedule")
    if is_over:
        syncs.finish("s2")
    with Batch(redis) as batch:
        counted = syncs.count_latest(
            batch, Outcome.CREATED, Counter({("Ashby", 200): 2}), only_running=only_running
        )

    goes_to_it = not (is_over and only_running)
    latest = syncs.last()
    assert latest is not None
    assert counted.value == ("s2" if goes_to_it else None)
    assert latest.outcomes == ({"created": 1} if goes_to_it else {})
    assert syncs.calls() == {"ashby:200": 2}, "the organization's calls in any case"


def test_the_shape_that_status_shows(syncs: Syncs) -> None:
    syncs.start("s1", "shell")
    running = syncs.get("s1")

    assert running is not None
    plain = running.plain()
    assert plain.pop("started_at")
    assert plain == {
        "id": "s1",
        "finished_at": None,
        "trigger": "shell",
        "outcomes": {},
        "api_calls": {"charthop": 0, "ashby": 0},
    }


def test_a_sync_that_stopped_says_why(syncs: Syncs) -> None:
    syncs.start("s1", "schedule")
    syncs.finish("s1", (said("ChartHop did not answer"),))

    stopped = syncs.last()
    assert stopped is not None
    assert (stopped.problems, stopped.is_good) == ((said("ChartHop did not answer"),), False)
    assert stopped.finished_at is not None


def test_a_sync_that_could_read_one_side_only_says_why_and_goes_on(syncs: Syncs) -> None:
    syncs.start("s1", "schedule")
    syncs.planned("s1", 2, (said("Ashby refused the key"),))

    found = syncs.get("s1")
    assert found is not None
    assert found.problems == (said("Ashby refused the key"),)
    assert (found.planned, found.finished_at) == (2, None)


def test_a_sync_ends_once(syncs: Syncs) -> None:
    syncs.start("s1", "schedule")
    syncs.finish("s1")
    first = syncs.last()
    syncs.finish("s1")

    assert syncs.last() == first


def test_the_next_sync_ends_one_that_was_never_ended(syncs: Syncs) -> None:
    syncs.start("s1", "schedule")
    syncs.start("s2", "schedule")

    before = syncs.get("s1")
    assert before is not None
    assert before.finished_at is not None
    assert syncs.last_id() == "s2"


def test_a_sync_that_is_delivered_again_starts_anew(syncs: Syncs) -> None:
    syncs.start("s1", "schedule")
    syncs.count("s1", {Outcome.CREATED: 5})
    syncs.start("s1", "schedule")

    again = syncs.last()
    assert again is not None
    assert (again.outcomes, again.finished_at) == ({}, None)
    assert len(syncs.history()) == 1


def test_the_latest_two_hundred_are_kept_the_latest_first(syncs: Syncs) -> None:
    for number in range(KEPT + 5):
        syncs.start(f"s{number}", "schedule")

    history = syncs.history()
    assert [sync.id for sync in history[:2]] == [f"s{KEPT + 4}", f"s{KEPT + 3}"]
    assert len(history) == KEPT


def test_the_last_good_one_is_that_which_came_to_its_end(syncs: Syncs) -> None:
    assert syncs.last_good() is None
    syncs.start("good", "schedule")
    syncs.planned("good", 0)
    syncs.finish("good")
    syncs.start("stopped", "schedule")
    syncs.finish("stopped", (said("down"),))
    syncs.start("running", "schedule")

    found = syncs.last_good()
    assert found is not None
    assert found.id == "good"


def test_nothing_is_known_before_the_first(syncs: Syncs) -> None:
    assert (syncs.last(), syncs.last_id(), syncs.get("s1"), syncs.history()) == (
        None,
        None,
        None,
        [],
    )
