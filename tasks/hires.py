"""tasks.sync_hire: how does one hired candidate become a person in the job?"""

import time
from collections.abc import Mapping
from dataclasses import replace

from celery import shared_task

from core import reasons
from core.errors import NeedsHuman, TryLater
from core.hires import (
    CreatePerson,
    FillJob,
    HireAction,
    HirePlan,
    LinkPerson,
    MoveHire,
    UpdateJob,
    UpdatePerson,
    judge_withdrawn,
    plan_hire,
)
from core.keys import offer_key
from core.offers import PAY, Terms, spelled, terms_of
from core.outcomes import Change, Outcome, Result
from core.records import Candidate, Field, Job, Offer, Person, Recruiting
from store.briefs import Creating, HireBrief
from store.leases import RecordLease
from store.results import StoredResult
from tasks.context import OrgContext
from tasks.intake import hire_fingerprint, read_hires, screen, today
from tasks.records import RecordTask, marked
from tasks.survey import keep, look, make_fields

FRESH = 60.0
"""Seconds for which a job that the fan-out listed is taken as it was; later it is read again."""

SETTLING = 120.0
"""Seconds in which a person whose create was not answered may still come to light."""


@shared_task(bind=True, base=RecordTask, name="tasks.sync_hire")
def sync_hire(self: RecordTask, organization: str, offer_id: str) -> str:
    """Bring one person and job in line with a hired offer. Returns the outcome as a word."""
    return self.work(organization, offer_key(offer_id), bring_person_in)


def bring_person_in(org: OrgContext, lease: RecordLease) -> Result:
    """Gather, decide, act, for one hire."""
    brief = lease.remembered.hire() or read_anew(org, lease.id)
    plan = judge(org, brief, lease.known, lease.remembered.creating)
    if isinstance(plan, Result):
        return plan
    person_id = act(org, lease, brief, plan)
    org.memory.briefs.drop(lease.id, lease.pending)
    return Result(
        plan.outcome,
        plan.notes,
        opening_id=brief.offer.opening_id,
        person_id=person_id,
        fingerprint=hire_fingerprint(brief),
        changes=plan.changes,
    )


def judge(
    org: OrgContext, brief: HireBrief, known: StoredResult | None, creating: Creating | None
) -> Result | HirePlan:
    """What is to be done for the hire, or how it ends without anything; only reads.

    `known` is how it ended last, `creating` a person's create that did not end.
    """
    made = made_of_it(brief, known)
    if not (brief.offer.is_accepted and brief.application.is_hired):
        if made is None:
            return Result(Outcome.SKIPPED, (reasons.NOT_HIRED(),))
        return withdrawn(org, brief, made)
    screened = screen(org, brief, org.memory.switches.pushed())
    if screened is not None:
        return screened
    fields = org.memory.briefs.charthop_fields() or charthop_fields(org)
    offer, candidate = terms_and_candidate(org, brief)
    terms = terms_of(offer, candidate, mapping(org, fields), fields)
    return decide(org, brief, offer, candidate, terms, fields, creating)


def made_of_it(brief: HireBrief, known: StoredResult | None) -> str | None:
    """The person that the sync made of the hire, None where it made none."""
    return brief.application.person_id or (known.result.person_id if known is not None else None)


def read_anew(org: OrgContext, offer_id: str) -> HireBrief:
    """Where the fan-out left no brief both sides are surveyed again."""
    survey = look(org)
    make_fields(org, survey)
    intake = read_hires(org, survey)
    keep(org, survey)
    offer = intake.offers.get(offer_id)
    if offer is None:
        raise NeedsHuman(reasons.NO_SUCH_OFFER(offer=offer_id))
    return intake.brief(offer, survey)


def charthop_fields(org: OrgContext) -> dict[str, Field]:
    """ChartHop's fields by code, built-in and custom ones."""
    both = (*org.hris.built_in_fields(), *org.hris.custom_fields())
    return {field.code: field for field in both}


def mapping(org: OrgContext, fields: Mapping[str, Field]) -> dict[str, str]:
    """Offer field title -> ChartHop code: as configured, and the fields that the sync made."""
    made = {}
    if org.rules.create_offer_fields:
        made = {fields[code].label: code for code in org.rules.synced_fields if code in fields}
    return {**made, **org.rules.offer_fields}


def terms_and_candidate(org: OrgContext, brief: HireBrief) -> tuple[Offer, Candidate]:
    """Read what the fan-out did not read anew."""
    offer = brief.terms if brief.terms is not None else org.ats.offer(brief.offer.id)[1]
    candidate = brief.candidate
    if candidate is None:
        candidate = org.ats.application(brief.application.id, brief.person_field)[1]
    if not candidate.emails:
        candidate = org.ats.candidate(brief.application.candidate_id)
    return offer, candidate


def decide(
    org: OrgContext,
    brief: HireBrief,
    offer: Offer,
    candidate: Candidate,
    terms: Terms,
    fields: Mapping[str, Field],
    creating: Creating | None,
) -> HirePlan:
    """Look at ChartHop and plan."""
    fresh = time.time() - brief.read_at < FRESH and creating is None
    job = brief.job if brief.job is not None and fresh else None
    if job is None and brief.job_id is not None:
        job = org.hris.job(brief.job_id, [])
    persons = persons_of(org, brief, candidate, job, creating)
    change, stored = None, None
    start = offer.start or ""
    if job is not None and job.person_id is not None:
        change = org.hris.hire_change(job.id)
        stored = org.hris.job_values(job.id, [*terms.job, PAY], start)
    return plan_hire(
        brief.application,
        start,
        candidate.emails,
        terms,
        job,
        persons,
        change,
        stored,
        pending=spelled(fields, "recruit", Recruiting.PENDING),
        today=today(),
    )


def persons_of(
    org: OrgContext,
    brief: HireBrief,
    candidate: Candidate,
    job: Job | None,
    creating: Creating | None,
) -> list[Person]:
    """The person that the application names, else everybody with one of the addresses."""
    linked = brief.application.person_id
    if linked is not None:
        in_job = job is not None and job.person_id == linked
        return [Person(linked, job_id=job.id if in_job and job is not None else None)]
    if not candidate.emails:
        return []
    persons = org.hris.persons_by_email(candidate.emails)
    if not persons and creating and time.time() - creating.at < SETTLING:
        # A create was sent a moment ago and its answer was lost; ChartHop may still be storing it.
        raise TryLater(reasons.ANSWER_LOST(system="ChartHop", detail="a new person"), 10.0)
    return persons


def act(org: OrgContext, lease: RecordLease, brief: HireBrief, plan: HirePlan) -> str | None:
    """Carry out a plan; the person's id. Each action is safe alone."""
    person_id = plan.person_id
    for action in plan.actions:
        lease.flush()
        person_id = _carry_out(org, lease, brief, action, person_id)
    if plan.actions:
        org.memory.briefs.mark(lease.id, None, lease.pending)
    return person_id


def _carry_out(
    org: OrgContext, lease: RecordLease, brief: HireBrief, action: HireAction, person_id: str | None
) -> str | None:
    hris = org.hris
    if isinstance(action, CreatePerson):
        with marked(org, lease, lease.id):
            return hris.create_person(action.values)
    match action:
        case UpdatePerson(values):
            hris.update_person(person_id or "", values)
        case FillJob(job_id, start):
            note = f"Hired in Ashby, offer {brief.offer.id}"
            hris.hire(job_id, person_id or "", start, today().isoformat(), note)
        case MoveHire(change_id, start):
            hris.move_hire(change_id, start)
        case UpdateJob(job_id, values, day):
            hris.update_job(job_id, values, day or today().isoformat())
        case LinkPerson(application_id):
            org.ats.set_application_value(application_id, brief.person_field, person_id)
            linked = replace(brief.application, person_id=person_id)
            org.memory.applications.put(linked, lease.pending)
    return person_id


def withdrawn(org: OrgContext, brief: HireBrief, person_id: str) -> Result:
    """The hire was made and is withdrawn in Ashby: say so, take nothing back."""
    job = org.hris.job(brief.job_id, []) if brief.job_id is not None else None
    change = org.hris.hire_change(job.id) if job is not None else None
    result = judge_withdrawn(brief.offer.id, person_id, job, change, today(), org.rules)
    return replace(result, opening_id=brief.offer.opening_id, fingerprint=hire_fingerprint(brief))


def undo(org: OrgContext, offer_id: str) -> Result:
    """Take back a hire that was withdrawn in Ashby and has not started.

    The HIRE change is deleted and the job is Active again. Raises NeedsHuman where that is not
    so.
    """
    brief = org.memory.briefs.get(offer_id).hire() or read_anew(org, offer_id)
    person_id = made_of_it(brief, org.memory.results.get(offer_key(offer_id)))
    if brief.offer.is_accepted and brief.application.is_hired:
        raise NeedsHuman(reasons.NOTHING_TO_UNDO(why="the hire is not withdrawn in Ashby"))
    if person_id is None or brief.job_id is None:
        raise NeedsHuman(reasons.NOTHING_TO_UNDO(why="the sync made no hire of it"))
    result = withdrawn(org, brief, person_id)
    if result.outcome is not Outcome.HELD or reasons.WITHDRAWN_LATE.code in result.codes:
        raise NeedsHuman(reasons.NOTHING_TO_UNDO(why=result.notes[0]))
    change = org.hris.hire_change(brief.job_id)
    if change is not None:
        org.hris.cancel_hire(change.id)
    fields = org.memory.briefs.charthop_fields() or charthop_fields(org)
    active = spelled(fields, "recruit", Recruiting.ACTIVE)
    org.hris.update_job(brief.job_id, {"recruit": active}, today().isoformat())
    org.memory.switches.take_back(offer_id)
    return replace(
        result,
        outcome=Outcome.SKIPPED,
        notes=(reasons.WITHDRAWN_DONE(),),
        changes=(Change("hire", "made", "taken back"), Change("recruiting status", None, active)),
    )
