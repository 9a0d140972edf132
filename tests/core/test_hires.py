"""What is done for a hire: the ladder of rules, rung by rung."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.hires import (
    CreatePerson,
    FillJob,
    HirePlan,
    LinkPerson,
    MoveHire,
    UpdateJob,
    UpdatePerson,
    chosen_offers,
    claims,
    judge_withdrawn,
    plan_hire,
    screen_hire,
)
from core.notes import in_words
from core.offers import Terms
from core.outcomes import Outcome, Result
from core.records import ApplicationTrace, HireChange, Job, OfferTrace, Person
from core.rules import Rules

TODAY = date(2026, 11, 23)
START = "2026-12-01"
OFFER = OfferTrace("o1", "a1", True, "2026-11-10T09:00:00Z", "op1", START, "terms")
APPLICATION = ApplicationTrace("a1", True, "c1")
RULES = Rules("acme", hires_since=date(2026, 11, 1))
JOB = Job("j1", "Engineer", "Active", True, created="2026-01-05")
PAY: dict[str, Any] = {"interval": "YEARLY", "pay": {"amount": 120000, "currency": "USD"}}
TERMS = Terms(job={"level": "L5"}, person={"name.last": "Public"}, pay=PAY)
JANE = Person("p1", ("jane@example.net",))
CHANGE = HireChange("h1", "j1", "p1", START)
EMAILS = ("jane@example.net",)


def screened(
    offer: OfferTrace = OFFER,
    application: ApplicationTrace = APPLICATION,
    rules: Rules = RULES,
    *,
    job_id: str | None = "j1",
    claimed_by: str | None = "o1",
    pushed: bool = False,
) -> Result | None:
    return screen_hire(
        offer,
        application,
        job_id=job_id,
        claimed_by=claimed_by,
        pushed=pushed,
        rules=rules,
        today=TODAY,
    )


def planned(
    job: Job | None = JOB,
    persons: tuple[Person, ...] = (),
    *,
    linked: str | None = None,
    emails: tuple[str, ...] = EMAILS,
    change: HireChange | None = None,
    stored: dict[str, Any] | None = None,
    start: str = START,
    terms: Terms = TERMS,
) -> HirePlan:
    return plan_hire(
        replace(APPLICATION, person_id=linked),
        start,
        emails,
        terms,
        job,
        persons,
        change,
        stored,
        pending="PENDING",
        today=TODAY,
    )


# Which offer counts, and which hire has an opening


def test_the_accepted_offer_that_was_decided_last_counts() -> None:
    older = replace(OFFER, id="o0", decided="2026-11-01T00:00:00Z")
    cancelled = replace(OFFER, id="o9", decided="2026-11-20T00:00:00Z", is_accepted=False)
    assert chosen_offers([OFFER, older, cancelled]) == {"a1": OFFER}


def test_an_opening_belongs_to_the_hire_that_is_done_else_to_the_one_decided_first() -> None:
    late = replace(OFFER, id="o2", application_id="a2", decided="2026-11-12T00:00:00Z")
    applications = {"a1": APPLICATION, "a2": ApplicationTrace("a2", True, "c2")}
    chosen = {"a1": OFFER, "a2": late}
    assert claims(chosen, applications) == {"op1": "o1"}
    applications["a2"] = replace(applications["a2"], person_id="p2")
    assert claims(chosen, applications) == {"op1": "o2"}
    applications["a2"] = replace(applications["a2"], is_hired=False)
    assert claims(chosen, applications) == {"op1": "o1"}


# Without a look at ChartHop


def test_nothing_keeps_a_sound_hire_back() -> None:
    assert screened() is None


@pytest.mark.parametrize(
    ("result", "outcome", "words"),
    [
        (screened(rules=Rules("acme")), Outcome.HELD, "hires_since is not set"),
        (
            screened(replace(OFFER, decided="2026-10-31T23:59:59Z")),
            Outcome.SKIPPED,
            "decided before 2026-11-01",
        ),
        (screened(replace(OFFER, opening_id=None)), Outcome.HELD, "names no opening"),
        (screened(job_id=None), Outcome.HELD, "op1 is not linked"),
        (screened(claimed_by="o7"), Outcome.HELD, "another hire has the same opening"),
        (screened(replace(OFFER, start=None)), Outcome.HELD, "no start date"),
        (
            screened(rules=replace(RULES, push_hires="manual")),
            Outcome.HELD,
            "charthop-ashby push acme o1",
        ),
    ],
)
def test_a_rule_that_keeps_a_hire_back(result: Result, outcome: Outcome, words: str) -> None:
    assert result.outcome is outcome
    assert words in (result.reason or "")


def test_a_manual_hire_that_was_pushed_goes() -> None:
    assert screened(rules=replace(RULES, push_hires="manual"), pushed=True) is None


def test_a_hire_that_is_done_is_not_held_back_by_hires_since_or_a_push() -> None:
    done = replace(APPLICATION, person_id="p1")
    assert screened(application=done, rules=Rules("acme", push_hires="manual")) is None


def test_a_person_who_has_started_is_left_alone() -> None:
    done = replace(APPLICATION, person_id="p1")
    result = screened(replace(OFFER, start="2026-11-23", opening_id=None), done)
    assert result == Result(Outcome.UNCHANGED, person_id="p1")


# The plan


def test_a_new_person_is_made_hired_paid_and_linked_in_that_order() -> None:
    plan = planned()
    assert plan.outcome is Outcome.CREATED
    assert plan.actions == (
        CreatePerson(TERMS.person),
        FillJob("j1", START),
        UpdateJob("j1", {"level": "L5", "recruit": "PENDING"}),
        UpdateJob("j1", {"baseComp": PAY}, START),
        LinkPerson("a1"),
    )


def test_somebody_who_is_there_is_not_made_again_and_keeps_name_and_contacts() -> None:
    terms = replace(TERMS, person={"name.last": "Public", "shirt": "M"})
    plan = planned(persons=(JANE,), terms=terms)
    assert plan.actions[:2] == (UpdatePerson({"shirt": "M"}), FillJob("j1", START))
    assert plan.person_id == "p1"


def test_what_a_crash_left_out_is_all_that_is_left_to_do() -> None:
    filled = replace(JOB, person_id="p1", is_open=False, status="Pending")
    stored = {"level": "L5", "baseComp": {**PAY, "pay": {**PAY["pay"], "places": 0}}}
    plan = planned(filled, (JANE,), change=CHANGE, stored=stored)
    assert plan.actions == (LinkPerson("a1"),)
    assert plan.outcome is Outcome.CREATED


def test_a_finished_hire_asks_for_nothing() -> None:
    filled = replace(JOB, person_id="p1", is_open=False, status="Pending")
    stored = {"level": "L5", "baseComp": PAY}
    plan = planned(filled, (JANE,), linked="p1", change=CHANGE, stored=stored)
    assert (plan.outcome, plan.actions) == (Outcome.UNCHANGED, ())


def test_a_moved_start_amends_the_hire_and_dates_the_pay_anew() -> None:
    filled = replace(JOB, person_id="p1", is_open=False, status="Pending")
    plan = planned(
        filled, (JANE,), linked="p1", change=CHANGE, stored={"level": "L5"}, start="2027-01-04"
    )
    assert plan.outcome is Outcome.UPDATED
    assert plan.actions == (
        MoveHire("h1", "2027-01-04"),
        UpdateJob("j1", {"baseComp": PAY}, "2027-01-04"),
    )
    assert [(one.what, one.before, one.after) for one in plan.changes] == [
        ("start date", START, "2027-01-04"),
        ("baseComp", None, None),
    ]


def test_nothing_moves_once_the_hire_has_taken_effect() -> None:
    filled = replace(JOB, person_id="p1", is_open=False, status="Active")
    started = replace(CHANGE, day="2026-11-23")
    plan = planned(filled, (JANE,), linked="p1", change=started, stored={}, start="2027-01-04")
    assert (plan.outcome, plan.actions) == (Outcome.UNCHANGED, ())


ELSEWHERE = replace(JANE, job_id="j9")
TAKEN = replace(JOB, person_id="p9", is_open=False)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (planned(emails=()), "no e-mail address"),
        (planned(None), "gone or no longer open"),
        (planned(replace(JOB, created="2026-12-02T00:00:00Z")), "before the job was created"),
        (planned(persons=(JANE, replace(JANE, id="p2"))), "several persons"),
        (planned(TAKEN, (JANE,)), "filled by somebody else"),
        (planned(TAKEN), "filled by somebody else"),
        (planned(persons=(ELSEWHERE,)), "already has a job"),
        (planned(replace(JOB, is_open=False)), "gone or no longer open"),
        (planned(persons=(Person("p1"),), linked="p1"), "cancelled in ChartHop"),
    ],
)
def test_a_plan_that_is_held(plan: HirePlan, words: str) -> None:
    assert plan.outcome is Outcome.HELD
    assert plan.actions == ()
    assert words in (in_words(plan.notes) or "")


# Withdrawn


@pytest.mark.parametrize(
    ("job", "change", "outcome", "words"),
    [
        (replace(JOB, person_id="p1"), CHANGE, Outcome.HELD, "push acme o1 --undo"),
        (
            replace(JOB, person_id="p1"),
            replace(CHANGE, day="2026-11-23"),
            Outcome.HELD,
            "start date has passed",
        ),
        (JOB, None, Outcome.SKIPPED, "no longer hired in ChartHop"),
        (None, None, Outcome.SKIPPED, "no longer hired in ChartHop"),
    ],
)
def test_what_is_said_of_a_withdrawn_hire(
    job: Job | None, change: HireChange | None, outcome: Outcome, words: str
) -> None:
    result = judge_withdrawn("o1", "p1", job, change, TODAY, RULES)
    assert result.outcome is outcome
    assert words in (result.reason or "")
