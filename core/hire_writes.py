"""The writes that a hire still needs in ChartHop."""

from datetime import date

from core.actions import (
    CreatePerson,
    FillJob,
    HireAction,
    LinkPerson,
    MoveHire,
    Plan,
    UpdateJob,
    UpdatePerson,
)
from core.gathered import GatheredHire
from core.hire_values import same_in_charthop, spelled
from core.outcomes import Change, Outcome
from core.pay import PAY
from core.records import Job, Recruiting


def plan_writes(gathered: GatheredHire) -> Plan:
    """The remaining steps, in order: create the person, hire, pay, link."""
    hire, job, person, ours = gathered.hire, gathered.job, gathered.person, gathered.ours
    assert job is not None and hire.offer.start is not None
    start, linked = hire.offer.start, hire.application.person_id
    actions: list[HireAction] = []
    changes: list[Change] = []
    # Nobody has the address: create a person. Otherwise the name and contacts stay as they are.
    if person is None:
        actions.append(CreatePerson(gathered.terms.person))
    elif linked is None:
        extra = {code: v for code, v in gathered.terms.person.items() if "." not in code}
        actions += [UpdatePerson(extra)] if extra else []
    # Not in the job yet, or meant to start on another day.
    if ours is None:
        actions.append(FillJob(job.id, start))
        changes.append(Change("start date", None, start))
    elif ours.day != start:
        earlier = {ours.day, *ours.earlier} - {start}
        actions.append(MoveHire(ours.id, start, tuple(sorted(earlier))))
        changes.append(Change("start date", ours.day, start))
    written = _joined([*_values(gathered, job), *_pay(gathered, job, start)], hire.today)
    actions += written
    changes += [Change(code) for code in dict.fromkeys(c for one in written for c in one.values)]
    # Everything is in place, and the link records that.
    if person is None or linked != person.id:
        actions.append(LinkPerson(hire.application.id))
    outcome = Outcome.UPDATED if linked is not None else Outcome.CREATED
    return Plan(
        outcome if actions else Outcome.UNCHANGED,
        tuple(actions),
        gathered.notes,
        hire.offer.opening_id,
        tuple(changes),
        person.id if person is not None else None,
    )


def _joined(updates: list[UpdateJob], today: date) -> list[UpdateJob]:
    """Merge the updates of the same day; one without a day counts as today's."""
    joined: dict[str, UpdateJob] = {}
    for one in updates:
        day = one.day or today.isoformat()
        before = joined.get(day)
        values = {**before.values, **one.values} if before is not None else one.values
        joined[day] = UpdateJob(one.job_id, values, day if before is not None else one.day)
    return list(joined.values())


def _values(gathered: GatheredHire, job: Job) -> list[UpdateJob]:
    """The recruiting status and the mapped values that the job does not have yet."""
    fields, stored = gathered.fields, gathered.stored
    now = {
        code: value
        for code, value in gathered.terms.job.items()
        if not same_in_charthop(value, stored.get(code), fields.get(code))
    }
    if Recruiting.read(job.status) is not Recruiting.PENDING:
        now["recruit"] = spelled(fields, "recruit", Recruiting.PENDING)
    return [UpdateJob(job.id, now)] if now else []


def _pay(gathered: GatheredHire, job: Job, start: str) -> list[UpdateJob]:
    """The pay from the start date on, also on later days where an older value would return."""
    pay = gathered.pay
    if pay is None:
        return []
    later = sorted(day for day in gathered.pays if day > start)
    return [
        UpdateJob(job.id, {PAY: pay}, day)
        for day in (start, *later)
        if not same_in_charthop(pay, gathered.pays.get(day))
    ]
