"""The first contact with a real account: brings one record over and reads it back.

The organization may still be disabled. Answers to what the vendors' documentation leaves open are
stored, so that the sync no longer has to guess.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from control.deployment import Deployment
from control.errors import RecordInWork, Refusal
from control.open_points import answer_of_refusals, answer_of_reuse, answers_of
from control.orders import Operator, find, note
from core import reasons
from core.actions import UpdateOpening
from core.catalogue import Catalogue, choose_close_reason
from core.edits import SHOWN_TYPES, same_detail, shown_detail
from core.errors import Rejected
from core.keys import RecordKey, RecordKind
from core.opening_values import same_value
from core.openings import ATTRIBUTES, LABELS, TEAM, Opening, OpeningDetails
from core.outcomes import Outcome, Result
from core.records import Job, Recruiting, State, Value
from core.stored import value_kind
from core.wanted import wanted_opening
from store.answers import Point
from store.leases import RecordLease
from tasks import hire_briefs, hires
from tasks.close_reasons import with_close_reasons
from tasks.context import OrgContext
from tasks.jobs import bring_opening_in_line
from tasks.opening_writes import NOT_SET
from tasks.survey import make_fields, take_survey

LISTED_WITHIN = 60.0
"""Seconds during which a list is read repeatedly until it shows what was written."""

LOOKS_EVERY = 2.0

UNDONE = "undone"
"""The link's value after an opening was taken back, if Ashby accepts no empty value."""


@dataclass(frozen=True)
class Compared:
    """One written value, as sent and as stored."""

    what: str
    sent: str
    stored: str
    agrees: bool


@dataclass(frozen=True)
class Pilot:
    """The record's result, and the findings.

    `listed_after` is the number of seconds until Ashby's list showed the write; None if nothing was
    written, or if it took longer than `LISTED_WITHIN`. `answers` are questions and their answers.
    """

    record: RecordKey
    result: Result
    compared: tuple[Compared, ...] = ()
    listed_after: float | None = None
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def is_sound(self) -> bool:
        """True if the record was brought over and everything was stored as sent."""
        waits = self.result.outcome.wants_attention
        return bool(self.compared) and not waits and all(one.agrees for one in self.compared)


def bring_over(
    deployment: Deployment,
    organization: str,
    by: Operator,
    called: str,
    sleep: Callable[[float], None] = time.sleep,
) -> Pilot:
    """Bring one job or hire over and read it back. Raises any error of its task."""
    org, record = _open(deployment, organization, called)
    note(deployment, organization, by, "pilot", str(record))
    with _held(org, record) as lease:
        if record.kind is RecordKind.JOB:
            found = _bring_job(org, record, lease, sleep)
        else:
            org.memory.switches.push(record.id)
            result = hires.bring_person_in(org, lease)
            _keep(org, lease, result)
            found = Pilot(record, result, tuple(_compare_hire(org, record, result)))
    if not found.compared:
        return found
    _, to_ashby = deployment.wiring.wires(
        deployment.organizations.get(organization), lambda _: None, Counter(), leave_no_trace=True
    )
    return replace(found, answers=(*found.answers, *answer_of_refusals(to_ashby)))


def take_back(
    deployment: Deployment, organization: str, by: Operator, called: str
) -> tuple[RecordKey, tuple[tuple[str, str], ...]]:
    """Undo the sync of a record; returns the record and the answers about the account.

    An opening is closed and archived, and loses its identifier and its link; a hire is taken back
    if it was withdrawn in Ashby.
    """
    org, record = _open(deployment, organization, called)
    note(deployment, organization, by, "pilot --undo", str(record))
    answers: tuple[tuple[str, str], ...] = ()
    with _held(org, record):
        if record.kind is RecordKind.JOB:
            answers = _put_away(org, record)
        else:
            hires.undo(org, record.id)
        org.memory.briefs.forget(record)
        org.memory.results.drop([record])
    return record, answers


def _open(deployment: Deployment, organization: str, called: str) -> tuple[OrgContext, RecordKey]:
    record = find(deployment, organization, called)
    if record.kind not in (RecordKind.JOB, RecordKind.OFFER):
        raise Refusal(f"{record} is neither a job nor a hire.")
    found = deployment.organizations.get(organization)
    return deployment.wiring.any_context(found, even_if_disabled=True), record


@contextmanager
def _held(org: OrgContext, record: RecordKey) -> Iterator[RecordLease]:
    """Hold the record exclusively; everything about it is read anew."""
    org.memory.briefs.drop(record)
    lease = org.memory.leases.acquire(record, 10.0)
    if not lease.is_ours:
        raise RecordInWork(f"a worker is processing {record}; try again in a moment.")
    try:
        with org.gate.under(lease.lock):
            yield lease
    finally:
        lease.lock.release()


def _keep(org: OrgContext, lease: RecordLease, result: Result) -> None:
    lease.flush()
    known = {lease.record: lease.known} if lease.known is not None else {}
    org.memory.results.keep({lease.record: result}, known)


def _bring_job(
    org: OrgContext, record: RecordKey, lease: RecordLease, sleep: Callable[[float], None]
) -> Pilot:
    token = org.ats.openings(None).token
    result = bring_opening_in_line(org, lease)
    _keep(org, lease, result)
    stored = org.ats.opening(result.opening_id) if result.opening_id is not None else None
    if stored is None:
        return Pilot(record, result)
    wrote = result.outcome not in (Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.HELD)
    listed = _listed_after(org, stored, token, sleep) if wrote else None
    survey = take_survey(org)
    job = survey.jobs.get(record.id) or org.hris.job(record.id, survey.fields)
    compared = tuple(_compare(job, stored, survey.catalogue)) if job is not None else ()
    answers = (*answers_of(org, result, stored, survey), *_listing(wrote, listed))
    return Pilot(record, result, compared, listed, answers)


def _listed_after(
    org: OrgContext, stored: Opening, token: str | None, sleep: Callable[[float], None]
) -> float | None:
    """Seconds until the list shows the opening's current state."""
    waited = 0.0
    while waited <= LISTED_WITHIN:
        if any(one == stored for one in org.ats.openings(token).items):
            return waited
        sleep(LOOKS_EVERY)
        waited += LOOKS_EVERY
    return None


def _compare(job: Job, stored: Opening, catalogue: Catalogue) -> Iterator[Compared]:
    """Every attribute and field the job asks for, compared with what Ashby stores."""
    wanted = wanted_opening(job, catalogue)
    for name in ATTRIBUTES:
        if name in wanted.unresolved:
            continue
        sent, kept = getattr(wanted.details, name), getattr(stored, name)
        shown, stored_as = (_attribute(name, one, job, catalogue) for one in (sent, kept))
        yield Compared(LABELS[name], shown, stored_as, same_detail(kept, sent))
    own: dict[str, Value] = {
        catalogue.own.link.id: job.id,
        catalogue.own.status.id: Recruiting.ACTIVE.value,
    }
    definitions = [catalogue.own.link, catalogue.own.status, *(one for _, one in catalogue.fields)]
    is_active = Recruiting.read(job.status) is Recruiting.ACTIVE
    for definition in definitions:
        asked = {**(own if is_active else {}), **wanted.values}
        if definition.id not in asked:
            continue
        pair = asked[definition.id], stored.values.get(definition.id)
        is_shown = definition.id in own or definition.type in SHOWN_TYPES
        sent, kept = (str(one) if is_shown and one is not None else value_kind(one) for one in pair)
        yield Compared(definition.title, sent, kept, same_value(definition, *pair))


def _attribute(name: str, value: object, job: Job, catalogue: Catalogue) -> str:
    if name in TEAM or (name == "title" and job.is_confidential):
        return value_kind(value)
    return shown_detail(name, value, catalogue) or "nothing"


def _listing(wrote: bool, listed: float | None) -> Iterator[tuple[str, str]]:
    if wrote:
        late = f"more than {LISTED_WITHIN:.0f} s" if listed is None else f"{listed:.0f} s"
        yield "how soon do lists show a write?", f"after {late}"


def _compare_hire(org: OrgContext, record: RecordKey, result: Result) -> Iterator[Compared]:
    """The HIRE change compared with the offer, and the link on the application."""
    brief = hire_briefs.read_anew(org, record.id)
    if brief.job_id is None or result.person_id is None:
        return
    changes = org.hris.hire_changes_of_job(brief.job_id)
    change = next((one for one in changes if one.is_in_force and one.offer_id == record.id), None)
    day, start = (change.day if change is not None else "nothing"), brief.offer.start or "nothing"
    yield Compared("start date of the hire", start, day, start == day)
    person = change.person_id if change is not None else "nothing"
    yield Compared("person in the job", result.person_id, person, result.person_id == person)
    link = brief.application.person_id or "nothing"
    yield Compared("ChartHop Person ID", result.person_id, link, result.person_id == link)


def _put_away(org: OrgContext, record: RecordKey) -> tuple[tuple[str, str], ...]:
    """Close and archive the job's opening; the link is removed before the archiving, which is last.

    The status comes first, so that no sync takes this for a closing by a recruiter.
    """
    survey = take_survey(org)
    make_fields(org, survey)
    linked = [one for one in survey.linked(record.id) if not one.is_gone]
    if not linked:
        raise Refusal(f"{record} has no opening in Ashby to undo.")
    answers: dict[str, str] = {}
    gone = {one.id for one in linked}
    undone = [
        one.identifier
        for one in survey.openings.values()
        if f" {UNDONE} " in one.identifier and one.id not in gone
    ]
    for opening in linked:
        if opening.state == State.FILLED:
            raise Refusal(
                f"the opening {opening.id} of {record} is Filled, so it cannot be undone."
            )
        _close(org, opening, survey.catalogue, answers)
        if undone:
            answers.update([answer_of_reuse(org, opening, undone[0])])
        _rename(org, opening)
        _unlink(org, opening, survey.catalogue)
        org.memory.openings.put(org.ats.set_archived(opening.id, archived=True))
    return tuple(answers.items())


def _close(
    org: OrgContext, opening: Opening, catalogue: Catalogue, answers: dict[str, str]
) -> None:
    """Close the opening; Refusal if Ashby reports success and it stays open all the same."""
    status = {catalogue.own.status.id: Recruiting.CLOSED.value}
    org.ats.set_opening_values(opening.id, status)
    if opening.state == State.CLOSED:
        return
    answer = "no"
    try:
        state = org.ats.set_state(opening.id, State.CLOSED, None).state
    except Rejected:
        state = opening.state
    if state in NOT_SET[State.CLOSED]:
        answer = "yes"
        known = with_close_reasons(org, catalogue).close_reasons or ()
        reason = choose_close_reason(known, org.rules.close_reason)
        state = org.ats.set_state(opening.id, State.CLOSED, reason).state
    if state in NOT_SET[State.CLOSED]:
        unset = reasons.STATE_NOT_SET(sent=State.CLOSED.value, stored=state)
        raise Refusal(f"the opening {opening.id} cannot be undone: {unset}.")
    answers["does closing need a close reason?"] = answer


def _rename(org: OrgContext, opening: Opening) -> None:
    """Give up the identifier, so that the job's next opening can have it."""
    if UNDONE in opening.identifier:
        return
    identifier = f"{opening.identifier} {UNDONE} {opening.id[:8]}"
    wanted: OpeningDetails = replace(opening, identifier=identifier)
    org.ats.update_opening(UpdateOpening(opening.id, wanted, frozenset({"identifier"})))


def _unlink(org: OrgContext, opening: Opening, catalogue: Catalogue) -> None:
    link = catalogue.own.link.id
    try:
        org.ats.set_opening_values(opening.id, {link: None})
        return
    except Rejected:
        org.memory.answers.settle(Point.CLEARS_WITH_NULL, answer=False)
    org.ats.set_opening_values(opening.id, {link: UNDONE})
