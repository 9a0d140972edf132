"""tasks.sync_hire: makes one hired candidate a person in the job."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta

from celery import shared_task

from core import reasons
from core.errors import NeedsHuman, NoSuchRecord, Rejected, TryLater
from core.gathered import AshbyHire, GatheredHire
from core.hires import plan_hire, plan_undo, screen_hire
from core.keys import offer_key
from core.notes import Note
from core.offers import Terms, terms_of
from core.outcomes import Result
from core.pay import PAY
from core.records import Candidate, Field, HireChange, Job, Person, Value
from store.briefs import HireBrief
from store.leases import RecordLease
from store.results import StoredResult
from tasks import woken
from tasks.context import OrgContext
from tasks.hire_triage import ashby_hire, ended
from tasks.hire_writes import act, take_back
from tasks.intake import is_fresh, read_again, read_hires, read_one, says_the_same
from tasks.keeping import keep
from tasks.records import RecordTask
from tasks.survey import make_fields, take_survey
from tasks.undone import held_while_filled, opening_now, opening_of, was_undone

FRESH = 60.0
"""Seconds for which the fan-out's reading counts as current; later it is read again."""

JUST_NOW = 5.0
"""Seconds for which a reading by id after an event counts as current."""

SETTLING = 120.0
"""Seconds within which a person whose create was not answered may still appear."""

LOOKS = 3
"""How often a hire is read again if it changes while it is being read."""

ADDRESS_WAIT = 2.0
"""Seconds to wait for another hire with the same address before the task comes again."""

Guard = Callable[[Sequence[str]], None]
"""Called with the candidate's addresses before persons are searched by them."""


@shared_task(bind=True, base=RecordTask, name="tasks.sync_hire")
def sync_hire(self: RecordTask, organization: str, offer_id: str) -> str:
    """Bring one person and job in line with a hired offer. Returns the outcome as a word."""
    return self.work(organization, offer_key(offer_id), bring_person_in)


def bring_person_in(org: OrgContext, lease: RecordLease) -> Result:
    """Gather, decide and act for one hire.

    Ashby is read again right before the first write; if anything has changed, it is planned anew.
    """
    found = woken.hire_brief(org, lease) if lease.woken is not None else None
    brief = found or current_brief(org, lease.remembered.hire(), lease.id)
    is_unfinished = lease.remembered.creating is not None
    with ExitStack() as held:
        names: set[str] = set()

        def guard(emails: Sequence[str]) -> None:
            held.enter_context(_alone(org, emails, names))

        for _ in range(LOOKS):
            hire = hire_of(org, brief, lease.known, is_unfinished=is_unfinished)
            before = woken.as_before(lease, hire.fingerprint(org.rules))
            if found is not None and before is not None and not hire.is_expected:
                return before
            gathered = gather_hire(org, brief, hire, guard)
            plan = plan_hire(gathered, org.rules)
            if not plan.actions:
                notes: list[Note] = []
                break
            if found is not None:
                woken.allow_hire(org, plan)
            # What was read by id a moment ago is not read again.
            now = brief if brief is found and is_fresh(brief, JUST_NOW) else read_again(org, brief)
            if says_the_same(now, brief):
                notes = act(org, lease, brief, gathered, plan)
                break
            brief = _relinked(org, brief, now)
        else:
            raise TryLater(reasons.HIRE_CHANGING(), 2.0)
    if is_unfinished and not plan.outcome.wants_attention:
        org.memory.briefs.mark(lease.record, None, lease.pending)
    org.memory.briefs.drop(lease.record, lease.pending)
    result = ended(plan, hire.fingerprint(org.rules), *notes)
    result = held_while_filled(result, brief, opening_of(org, brief))
    return replace(result, person_id=lease.made or result.person_id)


def undo(org: OrgContext, offer_id: str) -> Result:
    """Take back a hire that was withdrawn in Ashby and has not started.

    The HIRE change is deleted and the job is Active again. For a hire that was taken back before,
    this only reports its present state. Raises NeedsHuman if there is nothing to take back.
    """
    record = offer_key(offer_id)
    remembered = org.memory.briefs.get(record)
    brief = read_again(org, remembered.hire() or read_anew(org, offer_id))
    known = org.memory.results.get(record)
    hire = hire_of(org, brief, known, is_unfinished=True)
    gathered = gather_hire(org, brief, hire, for_undo=True)
    plan = plan_undo(gathered)
    opening = opening_now(org, brief)  # Nothing that can fail is left after the last write.
    notes: Sequence[Note] = ()
    if plan.actions:
        org.memory.switches.take_back(offer_id)
        notes = take_back(org, brief, gathered, plan)
        org.memory.briefs.mark(record, None)
    elif hire.is_off and gathered.ours is None and was_undone(org, offer_id):
        plan = plan_hire(gathered, org.rules)
    else:
        raise NeedsHuman(plan.notes[0])
    result = ended(plan, hire.fingerprint(org.rules), *notes)
    return held_while_filled(result, brief, opening)


def current_brief(org: OrgContext, brief: HireBrief | None, offer_id: str) -> HireBrief:
    """Ashby's data about the hire: as the fan-out read it a moment ago, else read now."""
    if brief is None:
        brief = read_anew(org, offer_id)
    return brief if is_current(brief) else _relinked(org, brief, read_again(org, brief))


def is_current(brief: HireBrief) -> bool:
    """True if nothing has to be read again; no list is trusted to say that a hire is off."""
    is_on = brief.application.is_hired and brief.offer.is_accepted
    is_whole = brief.terms is not None and brief.candidate is not None
    return is_on and is_whole and is_fresh(brief, FRESH)


def _relinked(org: OrgContext, before: HireBrief, now: HireBrief) -> HireBrief:
    """The newer brief, with the data of another opening if the offer names a new one by now."""
    same = now.offer.opening_id == before.offer.opening_id
    return now if same else read_anew(org, now.offer.id)


def read_anew(org: OrgContext, offer_id: str) -> HireBrief:
    """Survey both sides again, as the fan-out left no brief."""
    survey = take_survey(org)
    make_fields(org, survey)
    intake = read_hires(org, survey)
    keep(org, survey, org.memory.names.load())
    offer = intake.offers.get(offer_id)
    if offer is None:
        raise NoSuchRecord(reasons.NO_SUCH_OFFER(offer=offer_id))
    return intake.brief_from(survey, offer)


def hire_of(
    org: OrgContext, brief: HireBrief, known: StoredResult | None, *, is_unfinished: bool
) -> AshbyHire:
    """The hire as Ashby has it; reads which hires were pushed."""
    pushed = org.memory.switches.pushed()
    return ashby_hire(org, brief, known, pushed, is_unfinished=is_unfinished)


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
        return replace(gathered, stored=stored)
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


def _pays(org: OrgContext, gathered: GatheredHire, job: Job, after: str) -> dict[str, Value]:
    """The job's pay on each later day to which the sync ever dated a pay."""
    days, ours = org.memory.briefs.pay_days(job.id), gathered.ours
    if ours is not None and ours.job_id == job.id:
        days |= {ours.day, *ours.earlier}
    later = sorted(day for day in days if day > after)
    return {day: org.hris.job_values(job.id, [PAY], day)[PAY] for day in later}


@contextmanager
def _alone(org: OrgContext, emails: Sequence[str], names: set[str]) -> Iterator[None]:
    """Hold the locks on these addresses; `names` are the ones already held.

    One address is one person: between the search and the hire, nobody else may search for it.
    """
    with ExitStack() as stack:
        for name in org.memory.addresses.names(emails):
            if name in names:
                continue
            lock = stack.enter_context(org.memory.locks.hold(f"address:{name}", ADDRESS_WAIT))
            if lock is None:
                raise TryLater(reasons.ADDRESS_IN_WORK(), 2.0)
            stack.enter_context(org.gate.under(lock))
            names.add(name)
        yield
