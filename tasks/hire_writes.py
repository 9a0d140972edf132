"""Carries out the plan of a hire, or of an undo.

If ChartHop refuses some values, they are written one by one: refused ones are left out with a
note, and all others are written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core import reasons
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
from core.errors import AnswerLost, NeedsHuman, Rejected, TryLater
from core.gathered import GatheredHire
from core.notes import Note
from core.offers import MOBILE
from core.pay import PAY
from core.records import Value
from store.addresses import AtAddress
from store.briefs import Creating, HireBrief
from store.leases import RecordLease
from tasks.calendar import today
from tasks.context import OrgContext
from tasks.late_jobs import note_read

IDENTITY = ("name.first", "name.last", "contact.homeEmail")
"""The fields that a new person needs; everything else can be written later."""

VALUE_CODES = frozenset({"400", "409", "422"})
"""Statuses with which ChartHop refuses a value; other statuses refuse the whole record."""

WHAT = {
    "recruit": "the recruiting status",
    PAY: "the pay",
    MOBILE: "the phone number",
    "contact.homeEmail": "the e-mail address",
}


def act(
    org: OrgContext, lease: RecordLease, brief: HireBrief, gathered: GatheredHire, plan: Plan
) -> list[Note]:
    """Carry out a plan; returns notes on what ChartHop refused.

    Each action is safe alone. From before the first write until the link is written, a mark says
    that ChartHop may have part of the hire, so the record is kept whatever happens to the offer.
    """
    if not gathered.hire.is_unfinished:
        org.memory.leases.mark(lease, Creating(lease.id))
    lease.made = plan.person_id
    notes: list[Note] = []
    for action in plan.actions:
        lease.flush()
        match action:
            case CreatePerson(values):
                lease.made = _create(org, lease, gathered, values, notes)
            case FillJob(job_id, start):
                _fill(org, brief, gathered, job_id, lease.made or "", start)
                note_read(org, job_id, None, lease.pending)  # It is no longer an open job.
            case MoveHire(change_id, start, earlier):
                day, offer, application = _today(org), brief.offer.id, brief.application.id
                org.hris.move_hire(change_id, start, day, earlier, offer, application)
            case LinkPerson(application_id):
                org.ats.link_person(application_id, brief.person_field, lease.made)
                linked = replace(brief.application, person_id=lease.made)
                org.memory.applications.put(linked, lease.pending)
            case UpdatePerson() | UpdateJob():
                notes += _update(org, gathered, lease.made or "", action)
            case _:
                raise AssertionError("no action of a hire")
    org.memory.briefs.mark(lease.record, None, lease.pending)
    return notes


def take_back(org: OrgContext, brief: HireBrief, gathered: GatheredHire, plan: Plan) -> list[Note]:
    """Carry out the plan of an undo; returns notes on what ChartHop refused."""
    notes: list[Note] = []
    for action in plan.actions:
        match action:
            case CancelHire(change_id):
                org.hris.cancel_hire(change_id)
            case UpdateJob():
                notes += _update(org, gathered, "", action)
            case UnlinkPerson(application_id):
                org.ats.link_person(application_id, brief.person_field, None)
                org.memory.applications.put(replace(brief.application, person_id=None))
            case _:
                raise AssertionError("no action of an undo")
    return notes


def _create(
    org: OrgContext,
    lease: RecordLease,
    gathered: GatheredHire,
    values: Mapping[str, Value],
    notes: list[Note],
) -> str:
    """Create the person; marked beforehand under each address, so that it is not created twice."""
    names = org.memory.addresses.names(gathered.emails)
    org.memory.addresses.put(names, AtAddress())
    try:
        person_id, taken = _create_by_value(org, _forms(gathered, values))
    except AnswerLost:
        raise
    except (TryLater, NeedsHuman):
        # Not carried out: there is nothing to search for, unless an earlier answer was lost.
        org.memory.addresses.put(names, None)
        if not gathered.hire.is_unfinished:
            org.memory.leases.mark(lease, None)
        raise
    org.memory.addresses.put(names, AtAddress(person_id))
    lease.made = person_id
    refused = {code: value for code, value in values.items() if taken.get(code) != value}
    if refused:
        notes += _update(org, gathered, person_id, UpdatePerson(refused))
    return person_id


def _forms(gathered: GatheredHire, values: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    """The forms to try in turn until ChartHop accepts one.

    First all values, then only those that a new person needs, last the name and address from the
    candidate's own record, whatever is mapped over them.
    """
    bare = {code: value for code, value in values.items() if code in IDENTITY}
    own = {**bare, **gathered.terms.identity}
    forms = [values, bare, own]
    return [form for at, form in enumerate(forms) if form not in forms[:at]]


def _create_by_value(
    org: OrgContext, forms: Sequence[Mapping[str, Value]]
) -> tuple[str, Mapping[str, Value]]:
    """The new person's id, and the first form that ChartHop accepted."""
    form, *others = forms
    try:
        return org.hris.create_person(form), form
    except Rejected as error:
        if not others or error.code not in VALUE_CODES:
            raise
    return _create_by_value(org, others)


def _fill(
    org: OrgContext,
    brief: HireBrief,
    gathered: GatheredHire,
    job_id: str,
    person_id: str,
    start: str,
) -> None:
    offer, application = brief.offer.id, brief.application.id
    org.hris.hire(job_id, person_id, start, _today(org), offer, application)
    names = org.memory.addresses.names(gathered.emails)
    org.memory.addresses.put(names, AtAddress(person_id, job_id))


def _update(
    org: OrgContext, gathered: GatheredHire, person_id: str, action: UpdatePerson | UpdateJob
) -> list[Note]:
    """Write all values at once; if that is refused, each one separately."""

    def write(values: Mapping[str, Value]) -> None:
        match action:
            case UpdateJob(job_id, _, day):
                if PAY in values and day is not None:
                    org.memory.briefs.add_pay_day(job_id, day)
                org.hris.update_job(job_id, values, day or _today(org))
            case UpdatePerson():
                org.hris.update_person(person_id, values)

    if _is_taken(write, action.values):
        return []
    several = len(action.values) > 1
    refused = [
        code
        for code, value in action.values.items()
        if not (several and _is_taken(write, {code: value}))
    ]
    titles = gathered.terms.titles
    return [
        reasons.VALUE_REFUSED(
            what=f"offer field {titles[code]}" if code in titles else WHAT.get(code, code)
        )
        for code in refused
    ]


def _is_taken(write: Callable[[Mapping[str, Value]], None], values: Mapping[str, Value]) -> bool:
    try:
        write(values)
    except Rejected as error:
        if error.code not in VALUE_CODES:
            raise
        return False
    return True


def _today(org: OrgContext) -> str:
    return today(org).isoformat()
