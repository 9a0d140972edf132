"""Reads what the plan of a hire needs: of ChartHop, and of the candidate."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta

from core import reasons
from core.errors import Rejected, TryLater
from core.gathered import AshbyHire, GatheredHire
from core.hires import screen_hire
from core.offers import Terms, terms_of
from core.pay import PAY
from core.records import Candidate, Field, HireChange, Job, Person, Value
from store.briefs import HireBrief
from store.results import StoredResult
from tasks.context import OrgContext
from tasks.hire_briefs import FRESH, is_fresh
from tasks.hire_triage import ashby_hire
from tasks.intake import read_one

SETTLING = 120.0
"""Seconds within which a person whose create was not answered may still appear."""

ADDRESS_WAIT = 2.0
"""Seconds to wait for another hire with the same address before the task comes again."""

Guard = Callable[[Sequence[str]], None]
"""Called with the candidate's addresses before persons are searched by them."""


def hire_of(
    org: OrgContext, brief: HireBrief, known: StoredResult | None, *, is_unfinished: bool
) -> AshbyHire:
    """The hire as Ashby has it; reads which hires were pushed."""
    pushed = org.memory.switches.pushed()
    return ashby_hire(org, brief, known, pushed, is_unfinished=is_unfinished)


def gather_hire(
    org: OrgContext,
    brief: HireBrief,
    hire: AshbyHire,
    guard: Guard = lambda emails: None,
    *,
    for_undo: bool = False,
) -> GatheredHire:
    """All data that the plan needs; reads nothing more if Ashby's data already decides."""
    if not for_undo and screen_hire(hire, org.rules) is not None:
        return GatheredHire(hire, (), Terms(), None, (), ())
    job = _job(org, brief)
    fields = org.memory.briefs.charthop_fields() or charthop_fields(org)
    changes = _known_changes(org, hire, job)
    known = GatheredHire(hire, (), Terms(), job, (), changes, fields=fields)
    candidate = brief.candidate or Candidate("")
    is_new = known.ours is None
    if is_new and not hire.application.is_gone:
        candidate = _candidate(org, brief) or candidate
    terms = Terms()
    if brief.terms is not None and (hire.is_expected or not hire.is_off):
        mapped = mapping(org, fields)
        terms = terms_of(brief.terms, candidate, mapped, fields, org.hris.read_phone)
    emails = terms.emails(candidate)
    if is_new and not hire.application.is_gone:
        guard(emails)
    persons = _persons(org, emails) if is_new else []
    changes += _changes_of(org, persons, job, hire)
    former = _former_job(org, known)
    gathered = GatheredHire(
        hire, emails, terms, job, tuple(persons), changes, fields=fields, former_job=former
    )
    return (_with_former_pay if for_undo else _with_values)(org, gathered)


def charthop_fields(org: OrgContext) -> dict[str, Field]:
    """ChartHop's fields by code, built-in and custom ones."""
    both = (*org.hris.built_in_fields(), *org.hris.custom_fields())
    return {field.code: field for field in both}


def mapping(org: OrgContext, fields: Mapping[str, Field]) -> dict[str, str]:
    """Offer field title -> ChartHop code: the configured ones, and the fields the sync created."""
    made = {}
    if org.rules.create_offer_fields:
        made = {fields[code].label: code for code in org.rules.synced_fields if code in fields}
    return {**made, **org.rules.offer_fields}


def _job(org: OrgContext, brief: HireBrief) -> Job | None:
    """The current state of the job that the opening is linked to."""
    if brief.job_id is None:
        return None
    if brief.job is not None and is_fresh(brief, FRESH):
        return brief.job
    return org.hris.job(brief.job_id, [])


def _former_job(org: OrgContext, known: GatheredHire) -> str | None:
    """The requisition code of the job the person was hired into, if it is a different one."""
    ours, job_id = known.ours, known.hire.job_id
    if ours is None or job_id in (None, ours.job_id):
        return None
    name = org.memory.names.load().get(ours.job_id)
    return name.code if name is not None else None


def _known_changes(org: OrgContext, hire: AshbyHire, job: Job | None) -> tuple[HireChange, ...]:
    """The HIRE changes of the person that the hire names, and of the job if it is filled."""
    changes: list[HireChange] = []
    if hire.person_id is not None:
        try:
            changes += org.hris.hire_changes_of_person(hire.person_id)
        except Rejected:
            pass  # The value in Ashby's field is not a ChartHop id.
    if job is not None and job.person_id is not None:
        changes += org.hris.hire_changes_of_job(job.id)
    return tuple(changes)


def _candidate(org: OrgContext, brief: HireBrief) -> Candidate | None:
    """The candidate with all addresses and numbers; None if Ashby shows none with that id."""
    candidate_id = brief.application.candidate_id
    if not candidate_id:
        return None
    return read_one(org, f"candidate {candidate_id}", lambda: org.ats.candidate(candidate_id))


def _persons(org: OrgContext, emails: Sequence[str]) -> list[Person]:
    """Everybody with one of the addresses, and the person just created for one of them."""
    if not emails:
        return []
    persons = {person.id: person for person in org.hris.persons_by_email(emails)}
    for noted in org.memory.addresses.noted(emails):
        if noted.person_id is not None:
            made = Person(noted.person_id, tuple(emails), noted.job_id)
            persons.setdefault(noted.person_id, made)
        elif not persons and time.time() - noted.at < SETTLING:
            # A create was sent and its answer lost; ChartHop may still be storing the person.
            raise TryLater(reasons.ANSWER_LOST(system="ChartHop", detail="a new person"), 10.0)
    return list(persons.values())


def _changes_of(
    org: OrgContext, persons: Sequence[Person], job: Job | None, hire: AshbyHire
) -> tuple[HireChange, ...]:
    """The HIRE changes of these persons that have not been read yet."""
    read = {hire.person_id, job.person_id if job is not None else None}
    return tuple(
        change
        for person in persons
        if person.id not in read
        for change in org.hris.hire_changes_of_person(person.id)
    )


def _with_values(org: OrgContext, gathered: GatheredHire) -> GatheredHire:
    """Add the job's values on the start date, and its pay on each relevant day."""
    hire, job, terms = gathered.hire, gathered.job, gathered.terms
    start = hire.offer.start
    if job is None or start is None or (hire.is_off and not hire.is_expected):
        return gathered
    codes = [*terms.job, *([PAY] if terms.salary is not None else [])]
    stored = org.hris.job_values(job.id, codes, start) if codes else {}
    if terms.salary is None:
        return replace(gathered, stored=stored, left_pay=_left_pay(org, gathered, job))
    later = _pays(org, gathered, job, start)
    return replace(gathered, stored=stored, pays={start: stored[PAY], **later})


def _with_former_pay(org: OrgContext, gathered: GatheredHire) -> GatheredHire:
    """Add the job's pay before the hire, for an undo."""
    job, today = gathered.job, gathered.hire.today.isoformat()
    if job is None:
        return gathered
    pays = _pays(org, gathered, job, today)
    first = date.fromisoformat(min(pays, default=today))
    day_before = max(today, (first - timedelta(days=1)).isoformat())
    pay_before = org.hris.job_values(job.id, [PAY], day_before)[PAY]
    return replace(gathered, pays=pays, pay_before=pay_before)


def _left_pay(org: OrgContext, gathered: GatheredHire, job: Job) -> str | None:
    """The first day from which the job has a pay that the sync wrote for an earlier version."""
    days = sorted(org.memory.briefs.pay_days(job.id)) if gathered.ours is not None else []
    if not days:
        return None
    former = _with_former_pay(org, gathered)
    changed = (day for day in sorted(former.pays) if former.pays[day] != former.pay_before)
    return next(changed, None)


def _pays(org: OrgContext, gathered: GatheredHire, job: Job, after: str) -> dict[str, Value]:
    """The job's pay on each later day to which the sync ever dated a pay."""
    days, ours = org.memory.briefs.pay_days(job.id), gathered.ours
    if ours is not None and ours.job_id == job.id:
        days |= {ours.day, *ours.earlier}
    later = sorted(day for day in days if day > after)
    return {day: org.hris.job_values(job.id, [PAY], day)[PAY] for day in later}


@contextmanager
def addresses_held(org: OrgContext) -> Iterator[Guard]:
    """Yields a function that locks addresses, until the end of the block.

    One address is one person: between the search and the hire, nobody else may search for it.
    Raises TryLater if another hire with the same address is in work.
    """
    with ExitStack() as held:
        names: set[str] = set()

        def hold(emails: Sequence[str]) -> None:
            for name in org.memory.addresses.names(emails):
                if name in names:
                    continue
                lock = held.enter_context(org.memory.locks.hold(f"address:{name}", ADDRESS_WAIT))
                if lock is None:
                    raise TryLater(reasons.ADDRESS_IN_WORK(), 2.0)
                held.enter_context(org.gate.under(lock))
                names.add(name)

        yield hold
