"""What counts as drift, and who can do something about it: a table, one row a kind."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core import reasons
from core.drift import BothSides, Hired, find_drift, is_live
from core.keys import RecordKey, RecordKind, field_key, job_key, offer_key
from core.notes import Note
from core.outcomes import Outcome, Result
from tests.core.samples import JOB, OPENING, job, opening

TODAY = date(2026, 11, 26)
OFFER = offer_key("offer-1")
RECORD = job_key(JOB.id)
OLD, FRESH = date(2026, 11, 23), date(2026, 11, 24)
MINE = Hired(OFFER, OLD, JOB.id)


def sides(**changes: Any) -> BothSides:
    """A job and its live opening in step, with these changes."""
    in_step = BothSides(
        jobs={JOB.id: JOB},
        live={JOB.id: [OPENING]},
        hired=[],
        results={RECORD: Result(Outcome.UNCHANGED, opening_id="o1")},
        today=TODAY,
    )
    return replace(in_step, **changes)


def noted(note: Note, record: RecordKey = RECORD) -> dict[RecordKey, Result]:
    """The record ended with that note."""
    return {record: Result(Outcome.SKIPPED, (note,), "o1")}


def told(found: BothSides) -> list[str]:
    """Each finding as `CODE record who`."""
    return [f"{one.code} {one.record} {one.who}" for one in find_drift(found)]


SOMEBODY = job(person_id="p1")
DRIFT: dict[str, tuple[BothSides, str]] = {
    "closed by a recruiter": (
        sides(live={}, results=noted(reasons.CLOSED_BY_RECRUITER())),
        f"CLOSED_IN_ASHBY {RECORD} ashby",
    ),
    "Filled while the job is open and empty": (
        sides(live={}, results=noted(reasons.FILLED())),
        f"FILLED_IN_ASHBY {RECORD} charthop",
    ),
    "closed as filled while the job is open and empty": (
        sides(live={}, results=noted(reasons.CLOSED_AS_FILLED())),
        f"FILLED_IN_ASHBY {RECORD} charthop",
    ),
    "Filled by a hire that somebody cancelled in ChartHop": (
        sides(live={}, results=noted(reasons.FILLED()), hired=[replace(MINE, person_id="p1")]),
        f"FILLED_IN_ASHBY {RECORD} charthop",
    ),
    "a title that Ashby stores otherwise": (
        sides(results=noted(reasons.STORED_OTHERWISE(what="title", sent="text", stored="text"))),
        f"STORED_OTHERWISE {RECORD} ashby",
    ),
    "filled in ChartHop while the opening is live": (
        sides(jobs={JOB.id: SOMEBODY}),
        f"FILLED_IN_CHARTHOP {RECORD} ashby",
    ),
    "filled by another one than Ashby hired": (
        sides(jobs={JOB.id: SOMEBODY}, hired=[Hired(OFFER, FRESH, JOB.id, "p2")]),
        f"FILLED_IN_CHARTHOP {RECORD} ashby",
    ),
    "linked to a job that is gone": (
        sides(jobs={JOB.id: None}),
        f"LINKED_JOB_GONE {RECORD} ashby",
    ),
    "two openings": (
        sides(results=noted(reasons.LINKED_TWICE(count=2, openings="o1, o2"))),
        f"LINKED_TWICE {RECORD} ashby",
    ),
    "a department that Ashby does not have": (
        sides(results=noted(reasons.NO_DEPARTMENT(name="Sales"))),
        f"NO_DEPARTMENT {RECORD} ashby",
    ),
    "a start date that is none": (
        sides(results=noted(reasons.NO_DATE())),
        f"NO_DATE {RECORD} charthop",
    ),
    "a ticked field whose type has diverged": (
        sides(
            results=noted(
                reasons.FIELD_OTHER_TYPE(
                    label="Seat", found="String", holder="Opening", wanted="Number"
                ),
                field_key("seat"),
            )
        ),
        "FIELD_OTHER_TYPE field:seat ashby",
    ),
    "a hire that waits for a start date": (
        sides(hired=[MINE], results=noted(reasons.NO_START(), OFFER)),
        "MISSING_IN_CHARTHOP offer:offer-1 ashby",
    ),
    "a hire whose job somebody else has": (
        sides(hired=[MINE], results=noted(reasons.FILLED_BY_OTHER(), OFFER)),
        "MISSING_IN_CHARTHOP offer:offer-1 charthop",
    ),
    "a hire that no sync has brought over": (
        sides(hired=[MINE], results={OFFER: Result(Outcome.CREATED)}),
        "MISSING_IN_CHARTHOP offer:offer-1 charthop",
    ),
    "Hired without an accepted offer": (
        sides(
            hired=[Hired(RecordKey(RecordKind.APPLICATION, "a1"), OLD)],
            results=noted(reasons.NO_OFFER(), RecordKey(RecordKind.APPLICATION, "a1")),
        ),
        "MISSING_IN_CHARTHOP application:a1 ashby",
    ),
    "no longer Hired while the hire stands": (
        sides(results=noted(reasons.WITHDRAWN(organization="acme", offer="offer-1"), OFFER)),
        "WITHDRAWN offer:offer-1 charthop",
    ),
    "start dates that differ after the first day": (
        sides(
            hired=[replace(MINE, person_id="p1")],
            results=noted(reasons.BEGUN(hired="2026-11-02", start="2026-12-01"), OFFER),
        ),
        "BEGUN offer:offer-1 charthop",
    ),
}


@pytest.mark.parametrize("name", DRIFT)
def test_each_kind_of_drift_and_who_can(name: str) -> None:
    found, wanted = DRIFT[name]
    assert told(found) == [wanted]


QUIET: dict[str, BothSides] = {
    "in step": sides(),
    "what the next sync changes": sides(results={RECORD: Result(Outcome.UPDATED)}),
    "Filled by a hire that is on its way": sides(
        results=noted(reasons.FILLED()), hired=[Hired(OFFER, FRESH, JOB.id)]
    ),
    "Filled, and filled": sides(jobs={JOB.id: SOMEBODY}, live={}, results=noted(reasons.FILLED())),
    "Filled, and the job has left the list": sides(
        jobs={}, live={}, results=noted(reasons.FILLED())
    ),
    "filled by who was hired in Ashby": sides(
        jobs={JOB.id: SOMEBODY}, hired=[Hired(OFFER, OLD, JOB.id, "p1")]
    ),
    "a confidential job": sides(
        jobs={JOB.id: job(person_id="p1", is_confidential=True)},
        results=noted(reasons.CONFIDENTIAL()),
    ),
    "a job of a scenario": sides(
        jobs={JOB.id: job(person_id="p1", in_scenario=True)}, results=noted(reasons.SCENARIO())
    ),
    "hired two days ago": sides(
        hired=[replace(MINE, since=FRESH)], results=noted(reasons.NO_START(), OFFER)
    ),
    "hired before the sync's time": sides(
        hired=[MINE], results=noted(reasons.BEFORE_HIRES_SINCE(day="2026-11-25"), OFFER)
    ),
    "hired, nobody knows since when": sides(
        hired=[replace(MINE, since=None)], results=noted(reasons.NO_START(), OFFER)
    ),
    "a hire that came over": sides(
        hired=[replace(MINE, person_id="p1")], results={OFFER: Result(Outcome.UNCHANGED)}
    ),
    "not hired yet": sides(results=noted(reasons.OFFER_OUT(), OFFER)),
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_no_drift(name: str) -> None:
    assert told(QUIET[name]) == []


def test_a_missing_hire_says_for_how_long_and_why() -> None:
    (found,) = find_drift(sides(hired=[MINE], results=noted(reasons.NO_START(), OFFER)))
    assert str(found.what).startswith("hired in Ashby 3 days ago but not hired in ChartHop (")
    assert str(reasons.NO_START()) in str(found.what)


def test_each_live_opening_of_a_gone_job_is_named() -> None:
    two = [opening(id="o1"), opening(id="o2")]
    found = find_drift(sides(jobs={JOB.id: None}, live={JOB.id: two}))
    assert [one.opening_id for one in found] == ["o1", "o2"]


@pytest.mark.parametrize(
    ("change", "live"),
    [
        ({"state": "Open"}, True),
        ({"state": "Draft"}, True),
        ({"state": "Closed"}, False),
        ({"state": "Filled"}, False),
        ({"is_archived": True}, False),
        ({"is_gone": True}, False),
    ],
)
def test_which_openings_are_live(change: dict[str, Any], live: bool) -> None:
    assert is_live(opening(**change)) is live
