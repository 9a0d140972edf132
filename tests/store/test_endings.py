"""What is remembered of a record: how it ended last, and what happened before."""

import time

import pytest

from core.outcomes import Change, Ending, Outcome
from store.endings import HISTORY_LENGTH, Endings, iso
from store.space import Redis

JOB = "job:1"


@pytest.fixture
def endings(redis: Redis) -> Endings:
    return Endings(redis, "acme")


def keep(endings: Endings, ending: Ending, record: str = JOB) -> None:
    """As a task keeps it: with what is known of the record."""
    known = endings.get(record)
    endings.keep({record: ending}, {record: known} if known else {})


def told(endings: Endings) -> list[str]:
    """The history of the record, the latest first."""
    return [kept.ending.outcome.value for kept in endings.history(JOB)]


FULL = Ending(
    Outcome.UPDATED,
    "a reason",
    opening_id="o1",
    person_id="p1",
    basis="b1",
    changes=(Change("title", "Old", "New"), Change("pay")),
)


def test_an_ending_is_kept_with_its_moment(endings: Endings) -> None:
    before = time.time()
    keep(endings, FULL)
    kept = endings.get(JOB)

    assert kept is not None
    assert kept.ending == Ending(Outcome.UPDATED, "a reason", "o1", "p1", "b1")
    assert before - 1 < kept.at < before + 60
    assert endings.all() == {JOB: kept}


def test_the_history_tells_what_was_changed(endings: Endings) -> None:
    keep(endings, FULL)

    (kept,) = endings.history(JOB)
    assert kept.ending.changes == FULL.changes


def test_nothing_is_known_of_a_record_that_never_ended(endings: Endings) -> None:
    assert (endings.get(JOB), endings.all(), endings.history(JOB)) == (None, {}, [])


def test_what_ends_the_same_way_again_keeps_its_moment(
    endings: Endings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(endings, Ending(Outcome.UNCHANGED, basis="b1"))
    first = endings.get(JOB)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 300)

    keep(endings, Ending(Outcome.UNCHANGED, basis="b1"))
    assert endings.get(JOB) == first

    keep(endings, Ending(Outcome.UNCHANGED, basis="b2"))
    assert endings.get(JOB) != first


STORIES: list[tuple[str, list[Ending], list[str]]] = [
    (
        "made, then quiet",
        [Ending(Outcome.CREATED), Ending(Outcome.UNCHANGED), Ending(Outcome.UNCHANGED, basis="b")],
        ["created"],
    ),
    (
        "quiet from the beginning",
        [Ending(Outcome.UNCHANGED)],
        ["unchanged"],
    ),
    (
        "in trouble, and well again",
        [Ending(Outcome.FAILED, "down"), Ending(Outcome.UNCHANGED)],
        ["unchanged", "failed"],
    ),
    (
        "in the same trouble for long",
        [Ending(Outcome.FAILED, "down"), Ending(Outcome.FAILED, "down", basis="b")],
        ["failed"],
    ),
    (
        "in one trouble after the other",
        [Ending(Outcome.FAILED, "down"), Ending(Outcome.FAILED, "refused")],
        ["failed", "failed"],
    ),
    (
        "skipped for another reason",
        [Ending(Outcome.SKIPPED, "Passive"), Ending(Outcome.SKIPPED, "Inactive")],
        ["skipped", "skipped"],
    ),
    (
        "changed twice in the same way",
        [
            Ending(Outcome.UPDATED, basis="b1", changes=(Change("title", "a", "b"),)),
            Ending(Outcome.UPDATED, basis="b2", changes=(Change("title", "b", "c"),)),
        ],
        ["updated", "updated"],
    ),
]


@pytest.mark.parametrize(
    ("story", "history"), [case[1:] for case in STORIES], ids=[case[0] for case in STORIES]
)
def test_the_history_tells_what_is_news(
    endings: Endings, story: list[Ending], history: list[str]
) -> None:
    for ending in story:
        keep(endings, ending)

    assert told(endings) == history


def test_the_history_is_as_long_as_it_may_be(endings: Endings) -> None:
    for number in range(HISTORY_LENGTH + 5):
        keep(endings, Ending(Outcome.FAILED, f"trouble {number}"))

    history = endings.history(JOB)
    assert len(history) == HISTORY_LENGTH
    assert history[0].ending.reason == f"trouble {HISTORY_LENGTH + 4}"


def test_the_history_is_forgotten_in_the_end(endings: Endings, redis: Redis) -> None:
    keep(endings, FULL)

    assert redis.ttl("charthop-ashby:acme:history:job:1") > 80 * 24 * 3600


def test_records_can_be_dropped(endings: Endings) -> None:
    keep(endings, FULL)
    keep(endings, FULL, "job:2")
    endings.drop([JOB])
    endings.drop([])

    assert list(endings.all()) == ["job:2"]


def test_a_moment_is_told_in_utc() -> None:
    assert iso(1_795_435_200.9) == "2026-11-23T12:00:00Z"
