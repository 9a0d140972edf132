"""What is done for a hire: the ladder of rules, rung by rung."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.actions import (
    CancelHire,
    CreatePerson,
    FillJob,
    LinkPerson,
    MoveHire,
    Plan,
    UnlinkPerson,
    UpdateJob,
    UpdatePerson,
)
from core.gathered import AshbyHire, GatheredHire
from core.hires import plan_hire, plan_undo, screen_hire
from core.intake import chosen_offers, claims
from core.notes import in_words
from core.offers import Terms
from core.outcomes import Outcome
from core.pay import Salary
from core.records import (
    Acceptance,
    ApplicationTrace,
    Field,
    HireChange,
    Job,
    OfferTrace,
    Option,
    Person,
)
from core.rules import Rules
from tests.core.samples import told

TODAY = date(2026, 11, 23)
START = "2026-12-01"
OFFER = OfferTrace("o1", "a1", Acceptance.ACCEPTED, "2026-11-10T09:00:00Z", "op1", START, "terms")
APPLICATION = ApplicationTrace("a1", True, "c1")
HIRE = AshbyHire(OFFER, APPLICATION, "j1", {"op1": "ENG-1"}, "ENG-1", "o1", TODAY)
RULES = Rules("acme", hires_since=date(2026, 11, 1))
JOB = Job("j1", "Engineer", "Active", True, created="2026-01-05")
FILLED = replace(JOB, person_id="p1", is_open=False, status="Pending")
SALARY = Salary(120000, "USD")
PAY: dict[str, Any] = {"interval": "YEARLY", "pay": SALARY._asdict()}
TERMS = Terms(job={"level": "L5"}, person={"name.last": "Public"}, salary=SALARY)
JANE = Person("p1", ("jane@example.net",))
OURS = HireChange("h1", "j1", "p1", START, "o1", "a1")
BY_HAND = replace(OURS, offer_id=None, application_id=None)
FIELDS = {
    "recruit": Field("recruit", "Recruiting", "ENUM", options=(Option("PENDING", "Pending"),))
}
NEVER = replace(APPLICATION, is_hired=False)
DONE = replace(APPLICATION, person_id="p1")


def hire(
    offer: OfferTrace = OFFER, application: ApplicationTrace = APPLICATION, **more: Any
) -> AshbyHire:
    return replace(HIRE, offer=offer, application=application, **more)


def gathered(the_hire: AshbyHire = HIRE, **more: Any) -> GatheredHire:
    start = the_hire.offer.start or ""
    given: dict[str, Any] = {
        "emails": ("jane@example.net",),
        "terms": TERMS,
        "job": JOB,
        "persons": (),
        "changes": (),
        "fields": FIELDS,
        **more,
    }
    stored = given.get("stored", {})
    return GatheredHire(the_hire, **{"pays": {start: stored.get("baseComp")}, **given})


def planned(the_hire: AshbyHire = HIRE, rules: Rules = RULES, **more: Any) -> Plan:
    return plan_hire(gathered(the_hire, **more), rules)


def test_the_accepted_offer_that_was_decided_last_counts() -> None:
    older = replace(OFFER, id="o0", decided="2026-11-01T00:00:00Z")
    over = replace(OFFER, id="o9", decided="2026-11-20T00:00:00Z", acceptance=Acceptance.OVER)
    assert chosen_offers([OFFER, older, over]) == {"a1": OFFER}


def test_an_opening_belongs_to_the_hire_that_is_done_else_to_the_one_decided_first() -> None:
    late = replace(OFFER, id="o2", application_id="a2", decided="2026-11-12T00:00:00Z")
    applications = {"a1": APPLICATION, "a2": ApplicationTrace("a2", True, "c2")}
    chosen = {"a1": OFFER, "a2": late}
    assert claims(chosen, applications) == {"op1": "o1"}
    applications["a2"] = replace(applications["a2"], person_id="p2")
    assert claims(chosen, applications) == {"op1": "o2"}
    applications["a2"] = replace(applications["a2"], is_hired=False)
    assert claims(chosen, applications) == {"op1": "o1"}


# The upper half: without a look at ChartHop


def test_nothing_keeps_a_sound_hire_back() -> None:
    assert screen_hire(HIRE, RULES) is None


WAITING = replace(OFFER, acceptance=Acceptance.WAITING)
OVER = replace(OFFER, acceptance=Acceptance.OVER)
MANUAL = replace(RULES, push_hires="manual")
BEGUN = replace(OFFER, start="2026-11-02")
LONG_AGO = replace(OFFER, start="2026-08-01")
OLD = replace(OFFER, decided="2026-10-31T23:59:59Z")
FIRST_MORNING = replace(OFFER, decided="2026-11-01T05:00:00Z")


@pytest.mark.parametrize(
    ("the_hire", "rules", "words"),
    [
        (hire(), Rules("acme"), "held: NO_HIRES_SINCE"),
        (hire(OLD), RULES, "skipped: BEFORE_HIRES_SINCE"),
        (hire(replace(OFFER, start="2026-10-31")), RULES, "skipped: BEFORE_HIRES_SINCE"),
        (hire(OLD, is_pushed=True), RULES, None),
        (hire(OLD, zone=ZoneInfo("Asia/Kolkata")), RULES, None),
        (hire(FIRST_MORNING), RULES, None),
        (
            hire(FIRST_MORNING, zone=ZoneInfo("America/Los_Angeles")),
            RULES,
            "skipped: BEFORE_HIRES_SINCE",
        ),
        (hire(replace(OFFER, opening_id=None)), RULES, "held: NO_OPENING"),
        (hire(job_id=None), RULES, "held: OPENING_NOT_LINKED"),
        (hire(openings={"op1": "ENG-1", "op2": "ENG-2"}), RULES, "held: LINKED_TWICE"),
        (hire(claimed_by="o7"), RULES, "held: SECOND_HIRE"),
        (hire(replace(OFFER, start=None)), RULES, "held: NO_START"),
        (hire(), MANUAL, "held: MANUAL_PUSH"),
        (hire(is_pushed=True), MANUAL, None),
        # Archived, taken back, revised, over, gone, while nothing was made.
        (hire(application=replace(NEVER, is_archived=True)), RULES, "skipped: NO_LONGER_HIRED"),
        (hire(application=NEVER, is_pushed=True), MANUAL, "skipped: NO_LONGER_HIRED"),
        (hire(WAITING), RULES, "held: OFFER_NOT_ACCEPTED"),
        (hire(OVER), RULES, "skipped: OFFER_OVER"),
        (hire(application=replace(NEVER, is_gone=True)), RULES, "skipped: APPLICATION_GONE"),
        # Not hired yet: the lower half tells what is missing.
        (hire(application=NEVER), RULES, None),
        (hire(WAITING, NEVER), RULES, None),
        (hire(application=NEVER), Rules("acme"), "skipped: NOT_HIRED, NO_HIRES_SINCE"),
        # Made, or perhaps made: what stands in ChartHop decides.
        (hire(application=replace(NEVER, person_id="p1")), RULES, None),
        (hire(application=NEVER, made="p1"), RULES, None),
        (hire(OVER, is_unfinished=True), RULES, None),
        (hire(WAITING, DONE), RULES, "held: OFFER_NOT_ACCEPTED"),
        (hire(BEGUN, DONE), MANUAL, None),
        (hire(LONG_AGO, DONE), RULES, "unchanged"),
        (hire(LONG_AGO, DONE, is_known=True), RULES, None),
    ],
)
def test_the_upper_half_of_the_ladder(the_hire: AshbyHire, rules: Rules, words: str | None) -> None:
    plan = screen_hire(the_hire, rules)
    assert (None if plan is None else told(plan)) == words
    assert plan is None or not plan.actions


# The lower half: what is done


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


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-23", "2026-11-24"])
def test_what_changes_on_one_day_is_written_at_once(day: str) -> None:
    plan = planned(hire(replace(OFFER, start=day)))
    now, pay = {"level": "L5", "recruit": "PENDING"}, {"baseComp": PAY}
    assert [one for one in plan.actions if isinstance(one, UpdateJob)] == (
        [UpdateJob("j1", {**now, **pay}, day)]
        if day == TODAY.isoformat()
        else [UpdateJob("j1", now), UpdateJob("j1", pay, day)]
    )


def test_somebody_who_is_there_is_not_made_again_and_keeps_name_and_contacts() -> None:
    terms = replace(TERMS, person={"name.last": "Public", "shirt": "M"})
    plan = planned(persons=(JANE,), terms=terms)
    assert plan.actions[:2] == (UpdatePerson({"shirt": "M"}), FillJob("j1", START))
    assert plan.person_id == "p1"


def test_what_a_crash_left_out_is_all_that_is_left_to_do() -> None:
    stored = {"level": "L5", "baseComp": {**PAY, "pay": {**PAY["pay"], "places": 0}}}
    plan = planned(job=FILLED, persons=(JANE,), changes=(OURS,), stored=stored)
    assert plan.actions == (LinkPerson("a1"),)
    assert plan.outcome is Outcome.CREATED


def test_a_finished_hire_asks_for_nothing() -> None:
    stored = {"level": "L5", "baseComp": PAY}
    plan = planned(hire(application=DONE), job=FILLED, changes=(OURS,), stored=stored)
    assert (plan.outcome, plan.actions, plan.person_id) == (Outcome.UNCHANGED, (), "p1")


def test_a_moved_start_amends_the_hire_and_leaves_no_pay_that_comes_back() -> None:
    moved = replace(OFFER, start="2026-11-30")
    ours = replace(OURS, earlier=("2026-12-24",))
    lower = replace(TERMS, salary=Salary(99000, "USD"))
    plan = planned(
        hire(moved, DONE),
        job=FILLED,
        changes=(ours,),
        terms=lower,
        stored={"level": "L5"},
        pays={"2026-11-30": None, START: PAY, "2026-12-24": PAY},
    )
    pay = {"baseComp": {**PAY, "pay": {"amount": 99000, "currency": "USD"}}}
    assert plan.outcome is Outcome.UPDATED
    assert plan.actions == (
        MoveHire("h1", "2026-11-30", (START, "2026-12-24")),
        UpdateJob("j1", pay, "2026-11-30"),
        UpdateJob("j1", pay, START),
        UpdateJob("j1", pay, "2026-12-24"),
    )
    assert [(one.what, one.before, one.after) for one in plan.changes] == [
        ("start date", START, "2026-11-30"),
        ("baseComp", None, None),
    ]


def test_a_start_that_has_passed_meanwhile_moves_a_hire_that_has_not_begun() -> None:
    plan = planned(hire(BEGUN, DONE), job=FILLED, changes=(OURS,), stored={"level": "L5"})
    assert plan.actions[0] == MoveHire("h1", "2026-11-02", (START,))


def test_nothing_moves_once_the_hire_has_taken_effect_and_both_days_are_named() -> None:
    begun = replace(OURS, day="2026-11-23")
    plan = planned(hire(application=DONE), job=FILLED, changes=(begun,))
    assert (plan.outcome, plan.actions) == (Outcome.UNCHANGED, ())
    assert "started on 2026-11-23" in (in_words(plan.notes) or "") and START in (
        in_words(plan.notes) or ""
    )


def test_a_person_whom_somebody_hired_by_hand_is_only_linked() -> None:
    plan = planned(job=FILLED, persons=(JANE,), changes=(BY_HAND,))
    assert told(plan) == "adopted: HIRED_BY_HAND"
    assert plan.actions == (LinkPerson("a1"),)
    again = planned(hire(application=DONE), job=FILLED, persons=(JANE,), changes=(BY_HAND,))
    assert told(again) == "unchanged: HIRED_BY_HAND"


ELSEWHERE = replace(JANE, job_id="j9")
FORMER = replace(ELSEWHERE, last_day="2025-06-30")
TAKEN = replace(JOB, person_id="p9", is_open=False)
AHEAD = replace(BY_HAND, job_id="j9", day="2027-02-01")


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (planned(emails=()), "held: NO_EMAIL"),
        (planned(terms=Terms()), "held: NO_NAME"),
        (planned(job=None), "held: JOB_NOT_THERE"),
        (planned(job=replace(JOB, created="2026-12-02T00:00:00Z")), "held: START_TOO_EARLY"),
        (planned(job=replace(JOB, is_confidential=True)), "held: CONFIDENTIAL_HIRE"),
        (planned(job=replace(JOB, in_scenario=True)), "held: SCENARIO"),
        (planned(persons=(JANE, replace(JANE, id="p2"))), "held: TWO_PERSONS"),
        (planned(job=TAKEN, persons=(JANE,)), "held: FILLED_BY_OTHER"),
        (planned(job=TAKEN), "held: FILLED_BY_OTHER"),
        (planned(persons=(ELSEWHERE,)), "held: ACTIVE_EMPLOYEE"),
        (planned(persons=(JANE,), changes=(AHEAD,)), "held: ACTIVE_EMPLOYEE"),
        (planned(job=replace(JOB, is_open=False)), "held: JOB_NOT_THERE"),
        (planned(hire(application=DONE), persons=(JANE,)), "held: HIRE_CANCELLED"),
        (planned(hire(application=DONE)), "held: PERSON_NOT_OURS"),
        (planned(hire(application=DONE), job=FILLED, changes=(BY_HAND,)), "held: PERSON_NOT_OURS"),
        (
            planned(hire(application=DONE), changes=(replace(OURS, job_id="j0"),)),
            "held: OPENING_CHANGED",
        ),
    ],
)
def test_a_plan_that_is_held(plan: Plan, words: str) -> None:
    assert told(plan) == words
    assert plan.actions == ()


def test_a_confidential_job_is_filled_where_the_organization_asks_for_it() -> None:
    rules = replace(RULES, sync_confidential_jobs=True)
    assert planned(job=replace(JOB, is_confidential=True), rules=rules).actions


def test_somebody_who_left_has_no_job_any_more() -> None:
    assert planned(persons=(FORMER,)).actions[0] == FillJob("j1", START)


# Not hired yet


def test_an_offer_that_is_out_tells_all_that_would_be_in_the_way() -> None:
    offer = replace(WAITING, start=None, opening_id=None)
    plan = planned(hire(offer, NEVER, job_id=None), emails=(), job=None)
    assert told(plan) == "skipped: OFFER_OUT, NO_OPENING, NO_START, NO_EMAIL"
    sound = planned(hire(application=NEVER))
    assert told(sound) == "skipped: NOT_HIRED"
    assert plan.actions == sound.actions == ()


# Withdrawn


GONE = replace(NEVER, is_gone=True, person_id="p1")
LATE = replace(OURS, day="2026-11-23")


@pytest.mark.parametrize(
    ("the_hire", "changes", "words"),
    [
        (hire(application=replace(NEVER, person_id="p1")), (OURS,), "held: WITHDRAWN"),
        (hire(OVER, DONE), (OURS,), "held: WITHDRAWN"),
        (hire(OVER, is_unfinished=True), (OURS,), "held: WITHDRAWN"),
        (hire(OVER, made="p1"), (OURS,), "held: WITHDRAWN"),
        (hire(OVER, DONE), (LATE,), "held: WITHDRAWN_LATE"),
        (hire(OVER, DONE), (), "skipped: WITHDRAWN_DONE"),
        (hire(OVER, DONE), (BY_HAND,), "skipped: WITHDRAWN_DONE"),
        (hire(application=GONE), (OURS,), "held: HIRED_APPLICATION_GONE"),
        (hire(application=GONE), (LATE,), "skipped: APPLICATION_GONE"),
    ],
)
def test_what_is_said_of_a_withdrawn_hire(
    the_hire: AshbyHire, changes: tuple[HireChange, ...], words: str
) -> None:
    plan = planned(the_hire, job=FILLED, changes=changes)
    assert told(plan) == words
    assert plan.person_id in ("p1", None)


def test_an_undo_frees_job_pay_and_application_and_cancels_the_hire_last() -> None:
    off = hire(application=replace(NEVER, person_id="p1"))
    found = gathered(
        off, job=FILLED, changes=(OURS,), pays={START: PAY}, pay_before={"interval": "HOURLY"}
    )
    assert plan_undo(found).actions == (
        UpdateJob("j1", {"recruit": "Active"}),
        UpdateJob("j1", {"baseComp": {"interval": "HOURLY"}}, START),
        UnlinkPerson("a1"),
        CancelHire("h1"),
    )


@pytest.mark.parametrize(
    ("the_hire", "changes", "words"),
    [
        (hire(application=DONE), (OURS,), "not withdrawn in Ashby"),
        (hire(WAITING, DONE), (OURS,), "not withdrawn in Ashby"),
        (hire(OVER, DONE), (LATE,), "start date has passed"),
        (hire(OVER, DONE), (BY_HAND,), "made no hire"),
        (hire(OVER), (), "made no hire"),
    ],
)
def test_there_is_nothing_to_undo(
    the_hire: AshbyHire, changes: tuple[HireChange, ...], words: str
) -> None:
    plan = plan_undo(gathered(the_hire, job=FILLED, changes=changes))
    assert plan.actions == ()
    assert words in (in_words(plan.notes) or "")


@pytest.mark.parametrize(
    ("the_hire", "words"),
    [
        (hire(job_id=None), "the offer's opening ENG-1 is not linked"),
        (hire(claimed_by="o7"), "another hire has the same opening ENG-1"),
        (hire(openings={"op1": "ENG-1", "op2": "ENG-2"}), "(ENG-1, ENG-2)"),
        (hire(openings={"op1": "ENG-1", "op2": "ENG-1"}), "(ENG-1 (op1), ENG-1 (op2))"),
        (hire(openings={"op2": "ENG-2"}), "(ENG-1, ENG-2)"),
        (hire(job_id=None, opening=""), "the offer's opening op1 is not linked"),
    ],
)
def test_a_reason_calls_an_opening_what_people_call_it(the_hire: AshbyHire, words: str) -> None:
    plan = screen_hire(the_hire, RULES)
    assert plan is not None
    assert words in (in_words(plan.notes) or "")


def test_a_reason_names_the_former_job_by_its_code() -> None:
    moved = gathered(hire(job_id="j2"), changes=(OURS,), former_job="ENG-1")
    assert "in the job ENG-1" in (in_words(plan_hire(moved, RULES).notes) or "")
