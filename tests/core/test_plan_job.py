"""What happens to a job's opening, by all that decides it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from core.actions import CreateOpening, Plan, SetValues, UpdateOpening
from core.catalogue import Catalogue
from core.gathered import GatheredJob
from core.jobs import plan_job
from core.notes import in_words
from core.openings import Opening, OpeningDetails, called
from core.outcomes import Change, Outcome
from core.records import Job
from core.rules import Rules
from tests.core.samples import (
    CATALOGUE,
    JOB,
    actions,
    definition,
    field,
    free_opening,
    job,
    opening,
    told,
)

RULES = Rules("acme")

JOBS: dict[str, Job | None] = {
    "Active": job(status="Active"),
    "ACTIVE": job(status="ACTIVE"),
    "Passive": job(status="Passive"),
    "Inactive": job(status="Inactive"),
    "Closed": job(status="Closed"),
    "Offer": job(status="Offer"),
    "Pending": job(status="Pending"),
    "(empty)": job(status=None),
    "On hold": job(status="On hold"),
    "filled": job(is_open=False),
    "deleted": None,
    "scenario": job(in_scenario=True),
    "secret": job(is_confidential=True),
}


def planned(
    job_: Job | None,
    linked: Sequence[Opening],
    namesakes: Sequence[Opening] = (),
    *,
    catalogue: Catalogue = CATALOGUE,
    rules: Rules = RULES,
) -> Plan:
    return plan_job(GatheredJob(job_, linked, namesakes, catalogue), rules)


def _with_status(status: str | None, **changes: Any) -> Opening:
    values = {"link": JOB.id} | ({"status": status} if status else {})
    return opening(values=values, **changes)


OPENINGS: dict[str, list[Opening]] = {
    "none": [],
    "Draft": [opening(state="Draft")],
    "Approved": [opening(state="Approved")],
    "Open": [opening(state="Open")],
    # Closed, and the status that was last agreed on.
    "Closed/Passive": [_with_status("Passive", state="Closed")],
    "Closed/Active": [_with_status("Active", state="Closed")],
    "Closed/-": [_with_status(None, state="Closed")],
    "Filled": [opening(state="Filled")],
    "archived": [opening(is_archived=True)],
    "deleted": [opening(is_gone=True)],
}

# A row for each job, a column for each opening, a cell for what comes of the two.
# `=` unchanged, `+` created, `x` closed, `reopened`; else skipped or held for that reason.
TABLE = """
         | none           | Draft          | Approved       | Open           | Closed/Passive | Closed/Active       | Closed/-            | Filled | archived         | deleted
Active   | +              | =              | =              | =              | reopened       | CLOSED_BY_RECRUITER | CLOSED_BY_RECRUITER | FILLED | !LINKED_ARCHIVED | !LINKED_GONE
ACTIVE   | +              | =              | =              | =              | reopened       | CLOSED_BY_RECRUITER | CLOSED_BY_RECRUITER | FILLED | !LINKED_ARCHIVED | !LINKED_GONE
Passive  | NOT_ACTIVE     | x NOT_ACTIVE   | x NOT_ACTIVE   | x NOT_ACTIVE   | NOT_ACTIVE     | NOT_ACTIVE          | NOT_ACTIVE          | FILLED | NOT_ACTIVE       | NOT_ACTIVE
Inactive | NOT_ACTIVE     | x NOT_ACTIVE   | x NOT_ACTIVE   | x NOT_ACTIVE   | NOT_ACTIVE     | NOT_ACTIVE          | NOT_ACTIVE          | FILLED | NOT_ACTIVE       | NOT_ACTIVE
Closed   | NOT_ACTIVE     | x NOT_ACTIVE   | x NOT_ACTIVE   | x NOT_ACTIVE   | NOT_ACTIVE     | NOT_ACTIVE          | NOT_ACTIVE          | FILLED | NOT_ACTIVE       | NOT_ACTIVE
Offer    | NOT_ACTIVE     | LEFT_ALONE     | LEFT_ALONE     | LEFT_ALONE     | LEFT_ALONE     | LEFT_ALONE          | LEFT_ALONE          | FILLED | NOT_ACTIVE       | NOT_ACTIVE
Pending  | NOT_ACTIVE     | LEFT_ALONE     | LEFT_ALONE     | LEFT_ALONE     | LEFT_ALONE     | LEFT_ALONE          | LEFT_ALONE          | FILLED | NOT_ACTIVE       | NOT_ACTIVE
(empty)  | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN      | STATUS_UNKNOWN      | FILLED | STATUS_UNKNOWN   | STATUS_UNKNOWN
On hold  | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN | STATUS_UNKNOWN      | STATUS_UNKNOWN      | FILLED | STATUS_UNKNOWN   | STATUS_UNKNOWN
filled   | NOT_OPEN       | x NOT_OPEN     | x NOT_OPEN     | x NOT_OPEN     | NOT_OPEN       | NOT_OPEN            | NOT_OPEN            | FILLED | NOT_OPEN         | NOT_OPEN
deleted  | NOT_OPEN       | x NOT_OPEN     | x NOT_OPEN     | x NOT_OPEN     | NOT_OPEN       | NOT_OPEN            | NOT_OPEN            | FILLED | NOT_OPEN         | NOT_OPEN
scenario | SCENARIO       | SCENARIO       | SCENARIO       | SCENARIO       | SCENARIO       | SCENARIO            | SCENARIO            | SCENARIO | SCENARIO       | SCENARIO
secret   | CONFIDENTIAL   | CONFIDENTIAL   | CONFIDENTIAL   | CONFIDENTIAL   | CONFIDENTIAL   | CONFIDENTIAL        | CONFIDENTIAL        | CONFIDENTIAL | CONFIDENTIAL | CONFIDENTIAL
"""  # noqa: E501


def _cells() -> list[tuple[str, str, str]]:
    head, *rows = (line.split("|") for line in TABLE.strip("\n").splitlines())
    columns = [name.strip() for name in head[1:]]
    assert columns == list(OPENINGS)
    assert [row[0].strip() for row in rows] == list(JOBS)
    return [
        (row[0].strip(), column, cell.strip())
        for row in rows
        for column, cell in zip(columns, row[1:], strict=True)
    ]


@pytest.mark.parametrize(("which_job", "which_opening", "cell"), _cells())
def test_what_a_job_and_its_opening_come_to(which_job: str, which_opening: str, cell: str) -> None:
    plan = planned(JOBS[which_job], OPENINGS[which_opening])

    match cell.split():
        case ["+"]:
            assert (told(plan), actions(plan)) == ("created", "CreateOpening")
        case ["="]:
            assert (told(plan), actions(plan)) == ("unchanged", "")
        case ["x", reason]:
            assert told(plan) == f"closed: {reason}"
            assert actions(plan) == "SetValues CloseOpening"
        case ["reopened"]:
            assert (told(plan), actions(plan)) == ("reopened", "ReopenOpening SetValues")
        case [word]:
            held = word.startswith("!")
            assert told(plan) == f"{'held' if held else 'skipped'}: {word.removeprefix('!')}"
            assert actions(plan) == ""
        case _:
            raise AssertionError(cell)


@pytest.mark.parametrize(("status", "told_"), [("On hold", "On hold"), (None, "(empty)")])
@pytest.mark.parametrize("openings", [[], [opening()]], ids=["no opening", "an opening"])
def test_a_status_that_nobody_knows_is_named(
    status: str | None, told_: str, openings: list[Opening]
) -> None:
    plan = planned(job(status=status), openings)

    assert (in_words(plan.notes) or "").startswith(
        f"the sync has no rule for the recruiting status {told_}"
    )


def test_a_new_opening_is_made_without_the_fields_that_have_no_value() -> None:
    pairs = [(field(), definition()), (field("INTEGER", "seat"), definition("Number", id="f2"))]

    plan = planned(job(fields={"seat": 0}), [], [], catalogue=replace(CATALOGUE, fields=pairs))

    (create,) = plan.actions
    assert isinstance(create, CreateOpening)
    assert create.values == {"link": JOB.id, "status": "Active", "f2": 0}


def test_a_confidential_job_is_synced_where_the_organization_asks_for_it() -> None:
    secret = job(is_confidential=True)

    assert (
        told(planned(secret, [], [], rules=Rules("acme", sync_confidential_jobs=True))) == "created"
    )


# The status goes first when an opening is closed and last when it is reopened, so that a crash in
# between never looks like a recruiter's closing.


@pytest.mark.parametrize("status", ["Passive", "Inactive", "Closed"])
def test_closing_writes_the_new_status_before_it_closes(status: str) -> None:
    plan = planned(job(status=status), [opening()])

    assert plan.actions[0] == SetValues("o1", {"status": status})
    assert plan.changes == (
        Change("recruiting status", "Active", status),
        Change("state", "Approved", "Closed"),
    )


def test_a_job_that_is_gone_counts_as_closed() -> None:
    plan = planned(None, [opening()])

    assert plan.actions[0] == SetValues("o1", {"status": "Closed"})


def test_after_a_crash_between_status_and_closing_only_the_closing_is_left() -> None:
    halfway = _with_status("Passive")

    assert actions(planned(job(status="Passive"), [halfway])) == "CloseOpening"
    assert planned(job(status="Passive"), [halfway]).changes == (
        Change("state", "Approved", "Closed"),
    )


def test_after_a_crash_between_reopening_and_status_only_the_status_is_left() -> None:
    halfway = _with_status("Passive", state="Approved")

    plan = planned(job(), [halfway])

    assert plan.actions == (SetValues("o1", {"status": "Active"}),)


def test_a_job_that_is_active_again_before_it_was_closed_is_not_called_reopened() -> None:
    plan = planned(job(), [_with_status("Passive", state="Open")])

    assert (told(plan), actions(plan)) == ("updated", "SetValues")


def test_reopening_brings_the_rest_in_line_too() -> None:
    closed = _with_status("Inactive", state="Closed", title="Old title")

    plan = planned(job(), [closed])

    assert actions(plan) == "ReopenOpening SetValues UpdateOpening"
    assert plan.changes[-1] == Change("state", "Closed", "Approved")


# Openings of the same identifier that were there before.

TAKEN = free_opening(id="t", values={"link": "588f7ee98f138b19220041a7"})

NAMESAKES: list[tuple[str, list[Opening], str, str]] = [
    ("one without a link", [free_opening()], "adopted", "SetValues"),
    (
        "one without a link that says something else",
        [free_opening(title="Eng.", location_ids=("l2",))],
        "adopted",
        "SetValues UpdateOpening AddTo RemoveFrom",
    ),
    ("one that a recruiter opened", [free_opening(state="Open")], "adopted", "SetValues"),
    ("one that a recruiter closed", [free_opening(state="Closed")], "adopted", "SetValues"),
    ("two", [free_opening(), free_opening(id="o2")], "held: NAMESAKES", ""),
    ("one linked to another job", [TAKEN], "held: NAMESAKE_TAKEN", ""),
    ("one free, one linked to another job", [free_opening(), TAKEN], "held: NAMESAKE_TAKEN", ""),
    ("one archived", [free_opening(is_archived=True)], "held: NAMESAKE_PUT_AWAY", ""),
    ("one Filled", [free_opening(state="Filled")], "held: NAMESAKE_PUT_AWAY", ""),
    ("one that is gone", [free_opening(is_gone=True)], "created", "CreateOpening"),
]


@pytest.mark.parametrize(
    ("namesakes", "outcome", "names"),
    [case[1:] for case in NAMESAKES],
    ids=[case[0] for case in NAMESAKES],
)
def test_an_opening_of_the_same_identifier(
    namesakes: list[Opening], outcome: str, names: str
) -> None:
    plan = planned(job(), [], namesakes)

    assert (told(plan), actions(plan)) == (outcome, names)


def test_namesakes_do_not_matter_to_a_job_that_has_its_opening() -> None:
    assert told(planned(job(), [opening()], [TAKEN])) == "unchanged"


def test_namesakes_do_not_matter_to_a_job_that_is_not_active() -> None:
    plan = planned(job(status="Passive"), [], [free_opening()])

    assert (told(plan), actions(plan)) == ("skipped: NOT_ACTIVE", "")


@pytest.mark.parametrize(
    ("away", "word"), [({"is_archived": True}, "is archived"), ({"state": "Filled"}, "is Filled")]
)
def test_the_reason_for_a_namesake_that_is_put_away_says_how(
    away: dict[str, Any], word: str
) -> None:
    plan = planned(job(), [], [free_opening(**away)])

    assert f"the opening with the identifier {JOB.id} {word} in Ashby" in (
        in_words(plan.notes) or ""
    )


def test_the_reason_for_two_namesakes_names_both_and_what_to_type() -> None:
    plan = planned(job(), [], [free_opening(id="o2"), free_opening()])

    assert f"({JOB.id} (o1), {JOB.id} (o2))" in (in_words(plan.notes) or "")
    assert JOB.id in (in_words(plan.notes) or "")


def test_an_opening_made_by_hand_in_place_of_a_deleted_one_is_adopted() -> None:
    plan = planned(job(), [opening(is_gone=True)], [free_opening(id="o2")])

    assert (told(plan), actions(plan), plan.opening_id) == ("adopted", "SetValues", "o2")


def test_beside_an_archived_opening_nothing_is_adopted() -> None:
    archived = opening(is_archived=True)

    plan = planned(job(), [archived], [free_opening(id="o2")])

    assert told(plan) == "held: LINKED_ARCHIVED"


def test_beside_one_that_is_gone_the_archived_opening_is_the_one_to_look_at() -> None:
    plan = planned(job(), [opening(is_gone=True), opening(id="o2", is_archived=True)])

    assert (told(plan), plan.opening_id) == ("held: LINKED_ARCHIVED", "o2")


# Several openings that carry the job's id.


def test_two_live_openings_of_one_job_are_held() -> None:
    plan = planned(job(), [opening(), opening(id="o2")])

    assert (told(plan), actions(plan)) == ("held: LINKED_TWICE", "")
    assert f"({JOB.id} (o1), {JOB.id} (o2))" in (in_words(plan.notes) or "")


def test_openings_are_told_by_their_identifiers() -> None:
    linked = [opening(identifier="ENG-1 copy"), opening(id="o2", identifier="ENG-1", title="Eng.")]
    twice = in_words(planned(job(), linked).notes) or ""
    assert "(ENG-1, ENG-1 copy)" in twice
    assert "Eng." not in twice
    free = [free_opening(), free_opening(id="o2")]
    assert "o1), " in (in_words(planned(job(), [], free).notes) or "")


@pytest.mark.parametrize(
    ("names", "told_as"),
    [
        ({"o1": "ENG-1"}, "ENG-1"),
        ({"o1": " ENG-1 ", "o2": "ENG-0"}, "ENG-0, ENG-1"),
        ({"o1": "ENG-1", "o2": "eng-1", "o3": "ENG-2"}, "ENG-1 (o1), ENG-2, eng-1 (o2)"),
        ({"o1": "", "o2": "  "}, "o1, o2"),
    ],
)
def test_what_openings_are_called(names: dict[str, str], told_as: str) -> None:
    assert called(names) == told_as


def test_two_live_openings_are_held_even_when_they_would_have_to_be_closed() -> None:
    plan = planned(None, [opening(), opening(id="o2")])

    assert told(plan) == "held: LINKED_TWICE"


@pytest.mark.parametrize("away", [{"is_archived": True}, {"is_gone": True}])
def test_of_two_openings_the_one_that_is_not_put_away_counts(away: dict[str, bool]) -> None:
    plan = planned(job(), [opening(id="o0", **away), opening()])

    assert (told(plan), plan.opening_id) == ("unchanged", "o1")


# What a new opening says.


def test_a_new_opening_says_what_the_job_says_and_carries_link_and_status() -> None:
    plan = planned(job(requisition="ENG-7", is_backfill=True), [])

    assert plan.actions == (
        CreateOpening(
            OpeningDetails(
                identifier="ENG-7",
                title="Engineer",
                department_id="d1",
                location_ids=("l1",),
                employment_type="FullTime",
                target_start="2026-12-01",
                is_backfill=True,
                hiring_manager_ids=("u1",),
                recruiter_ids=("u2",),
            ),
            {"link": JOB.id, "status": "Active"},
        ),
    )


@pytest.mark.parametrize("title", ["", "   ", "\n\t"])
def test_a_job_without_a_title_gets_no_opening(title: str) -> None:
    assert told(planned(job(title=title), [])) == "held: NO_TITLE"


def test_a_title_that_was_emptied_is_not_written_into_the_opening() -> None:
    plan = planned(job(title=""), [opening()])

    assert (told(plan), actions(plan)) == ("held: NO_TITLE", "")


def test_what_is_missing_in_ashby_is_told_with_every_outcome() -> None:
    lost = job(department="Robotics")

    assert told(planned(lost, [])) == "created: NO_DEPARTMENT"
    assert told(planned(lost, [opening()])) == "unchanged: NO_DEPARTMENT"


def test_an_identifier_that_another_opening_has_is_not_taken_a_second_time() -> None:
    renamed = job(requisition="REQ-9", title="Engineer II")
    other = free_opening(id="o9", identifier="REQ-9")

    plan = planned(renamed, [opening()], [other])

    assert plan.outcome is Outcome.UPDATED
    assert "belongs to another opening" in (in_words(plan.notes) or "")
    (update,) = plan.actions
    assert isinstance(update, UpdateOpening)
    assert update.changed == {"title"}
    assert update.wanted.title == "Engineer II"
