"""What is remembered of a record: how it ended last, and what happened before."""

import time

import pytest

from core.keys import RecordKey, job_key
from core.outcomes import Change, Outcome, Result
from store.results import HISTORY_LENGTH, Results, iso
from store.space import Redis
from tests.notes import said

JOB = job_key("1")


@pytest.fixture
def results(redis: Redis) -> Results:
    return Results(redis, "acme")


def keep(results: Results, result: Result, record: RecordKey = JOB) -> None:
    """As a task keeps it: with what is known of the record."""
    known = results.get(record)
    results.keep({record: result}, {record: known} if known else {})


def told(results: Results) -> list[str]:
    """The history of the record, the latest first."""
    return [kept.result.outcome.value for kept in results.history(JOB)]


FULL = Result(
    Outcome.UPDATED,
    (said("a reason"),),
    opening_id="o1",
    person_id="p1",
    fingerprint="b1",
    changes=(Change("title", "Old", "New"), Change("pay")),
)


def test_an_ending_is_kept_with_its_moment(results: Results) -> None:
    before = time.time()
    keep(results, FULL)
    kept = results.get(JOB)

    assert kept is not None
    assert kept.result == Result(Outcome.UPDATED, (said("a reason"),), "o1", "p1", "b1")
    assert before - 1 < kept.at < before + 60
    assert results.all() == {JOB: kept}


def test_the_history_tells_what_was_changed(results: Results) -> None:
    keep(results, FULL)

    (kept,) = results.history(JOB)
    assert kept.result.changes == FULL.changes


def test_nothing_is_known_of_a_record_that_never_ended(results: Results) -> None:
    assert (results.get(JOB), results.all(), results.history(JOB)) == (None, {}, [])


def test_what_ends_the_same_way_again_keeps_its_moment(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(results, Result(Outcome.UNCHANGED, fingerprint="b1"))
    first = results.get(JOB)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 300)

    keep(results, Result(Outcome.UNCHANGED, fingerprint="b1"))
    assert results.get(JOB) == first

    keep(results, Result(Outcome.UNCHANGED, fingerprint="b2"))
    assert results.get(JOB) != first


STORIES: list[tuple[str, list[Result], list[str]]] = [
    (
        "made, then quiet",
        [
            Result(Outcome.CREATED),
            Result(Outcome.UNCHANGED),
            Result(Outcome.UNCHANGED, fingerprint="b"),
        ],
        ["created"],
    ),
    (
        "quiet from the beginning",
        [Result(Outcome.UNCHANGED)],
        ["unchanged"],
    ),
    (
        "in trouble, and well again",
        [Result(Outcome.FAILED, (said("down"),)), Result(Outcome.UNCHANGED)],
        ["unchanged", "failed"],
    ),
    (
        "in the same trouble for long",
        [
            Result(Outcome.FAILED, (said("down"),)),
            Result(Outcome.FAILED, (said("down"),), fingerprint="b"),
        ],
        ["failed"],
    ),
    (
        "in one trouble after the other",
        [Result(Outcome.FAILED, (said("down"),)), Result(Outcome.FAILED, (said("refused"),))],
        ["failed", "failed"],
    ),
    (
        "skipped for another reason",
        [Result(Outcome.SKIPPED, (said("Passive"),)), Result(Outcome.SKIPPED, (said("Inactive"),))],
        ["skipped", "skipped"],
    ),
    (
        "changed twice in the same way",
        [
            Result(Outcome.UPDATED, fingerprint="b1", changes=(Change("title", "a", "b"),)),
            Result(Outcome.UPDATED, fingerprint="b2", changes=(Change("title", "b", "c"),)),
        ],
        ["updated", "updated"],
    ),
]


@pytest.mark.parametrize(
    ("story", "history"), [case[1:] for case in STORIES], ids=[case[0] for case in STORIES]
)
def test_the_history_tells_what_is_news(
    results: Results, story: list[Result], history: list[str]
) -> None:
    for result in story:
        keep(results, result)

    assert told(results) == history


def test_the_history_is_as_long_as_it_may_be(results: Results) -> None:
    for number in range(HISTORY_LENGTH + 5):
        keep(results, Result(Outcome.FAILED, (said(f"trouble {number}"),)))

    history = results.history(JOB)
    assert len(history) == HISTORY_LENGTH
    assert history[0].result.reason == f"trouble {HISTORY_LENGTH + 4}"


def test_the_history_is_forgotten_in_the_end(results: Results, redis: Redis) -> None:
    keep(results, FULL)

    assert redis.ttl("charthop-ashby:acme:history:job:1") > 80 * 24 * 3600


def test_records_can_be_dropped(results: Results) -> None:
    keep(results, FULL)
    keep(results, FULL, job_key("2"))
    results.drop([JOB])
    results.drop([])

    assert list(results.all()) == [job_key("2")]


def test_a_moment_is_told_in_utc() -> None:
    assert iso(1_795_435_200.9) == "2026-11-23T12:00:00Z"


def test_a_part_of_the_results_is_what_all_of_them_would_give(results: Results) -> None:
    """Rows are chosen as they stand in Redis; what people write must not be taken for ours."""
    trap = said('"outcome":"held","at":1.0}')
    keep(results, Result(Outcome.HELD, (said("a"),), opening_id="o1"), job_key("held"))
    keep(results, Result(Outcome.FAILED, (said("b"),)), job_key("failed"))
    keep(results, Result(Outcome.UPDATED, (trap,), person_id="p1"), job_key("trap"))
    keep(results, Result(Outcome.SKIPPED, (said("o1"), said("p1"))), job_key("named"))
    keep(results, Result(Outcome.UNCHANGED, opening_id='"notes":[]'), job_key("silent"))
    everything = results.all()
    moments = sorted(kept.at for kept in everything.values())

    assert set(results.records()) == set(everything)
    assert results.waiting() == {
        job_key(id_): everything[job_key(id_)] for id_ in ("held", "failed")
    }
    assert set(results.noted()) == set(everything) - {job_key("silent")}
    assert set(results.naming("o1")) == {job_key("held")}
    assert set(results.naming("p1")) == {job_key("trap")}
    assert results.between(moments[0], moments[-1]) == everything
    assert results.between(moments[-1] + 1, moments[-1] + 2) == {}
    assert results.several([job_key("trap"), job_key("nobody")]) == {
        job_key("trap"): everything[job_key("trap")]
    }
    assert results.several([]) == {}
