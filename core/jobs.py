"""The plan of one job: the actions in Ashby that give the job one opening, in step with it.

Three states decide: the job, the opening, and the recruiting status that both sides last agreed
on. The agreed status is written on the opening itself, so it outlives every cache. It tells a
closing by the sync from a closing by a recruiter.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from core import reasons
from core.actions import (
    ApproveOpening,
    CloseOpening,
    CreateOpening,
    OpeningAction,
    Plan,
    ReopenOpening,
    SetValues,
)
from core.catalogue import UNFINISHED, Catalogue
from core.edits import Edits, edits
from core.notes import Note, Notes
from core.openings import STATE, Opening, called, identifiers
from core.outcomes import Change, Outcome
from core.records import Job, Recruiting, State, same_name
from core.wanted import Wanted, wanted_opening

GONE = "Closed"
"""The agreed status of a job that is no longer open at all."""


def plan_job(  # noqa: C901  (a ladder of ifs: one rule a rung)
    job: Job | None,
    linked: Sequence[Opening],
    namesakes: Sequence[Opening],
    catalogue: Catalogue,
    *,
    confidential_too: bool = False,
    made: Collection[str] = (),
) -> Plan:
    """The plan of one job.

    `job` is None if ChartHop no longer has it. `linked` are the openings that carry its id,
    `namesakes` the others that carry its identifier, and `made` the ids of those that an unfinished
    create of the sync itself made.
    """
    live = [opening for opening in linked if not (opening.is_archived or opening.is_gone)]
    if job is not None and job.in_scenario:
        return _skip(reasons.SCENARIO())
    if job is not None and job.is_confidential and not confidential_too:
        return _skip(reasons.CONFIDENTIAL())
    if len(live) > 1:
        names = called(identifiers(live))
        return _hold(reasons.LINKED_TWICE(count=len(live), openings=names))
    status = Recruiting.read(job.status) if job is not None else None
    opening = live[0] if live else None
    if opening is None:
        if job is None or not job.is_open:
            return _skip(reasons.NOT_OPEN())
        if status is not Recruiting.ACTIVE:
            return _skip(_not_active(job, status))
        if any(not one.is_gone for one in linked):
            return _hold(reasons.LINKED_ARCHIVED(), linked[0])
        if linked and all(one.is_gone for one in namesakes):
            return _hold(reasons.LINKED_GONE(identifier=job.identifier), linked[0])
        return _plan_first(job, namesakes, catalogue, made)
    if opening.state == State.FILLED:
        return _skip(reasons.FILLED(), opening)
    if catalogue.counts_as_filled(opening):
        return _skip(reasons.CLOSED_AS_FILLED(), opening)
    if job is not None and status in (Recruiting.OFFER, Recruiting.PENDING):
        return _skip(reasons.LEFT_ALONE(status=status), opening)
    if job is None or not job.is_open:
        return _plan_close(opening, GONE, catalogue, reasons.NOT_OPEN())
    if status is None:
        return _skip(reasons.STATUS_UNKNOWN(status=job.status or "(empty)"), opening)
    if status is not Recruiting.ACTIVE:
        return _plan_close(opening, status, catalogue, reasons.NOT_ACTIVE(status=status))
    others = [one for one in (*linked, *namesakes) if one.id != opening.id]
    if opening.state == State.CLOSED:
        # Closed while the agreed status is Active: closed by a recruiter, not by the sync.
        if catalogue.agreed_status(opening) in (None, Recruiting.ACTIVE):
            return _skip(reasons.CLOSED_BY_RECRUITER(), opening)
        return _plan_update(job, opening, others, catalogue, Outcome.REOPENED)
    return _plan_update(job, opening, others, catalogue, Outcome.UPDATED)


def _approve_last(found: Edits, opening: Opening, catalogue: Catalogue) -> None:
    """Finish a Draft that the sync created: first its values, then Approved, last the status.

    The agreed status must not be Active before the opening is approved: a crash in between would
    leave a Draft that nobody approves.
    """
    status = catalogue.own.status.id
    actions: list[OpeningAction] = []
    for action in found.actions:
        if not (isinstance(action, SetValues) and status in action.values):
            actions.append(action)
            continue
        others = {id_: value for id_, value in action.values.items() if id_ != status}
        if not catalogue.is_unfinished(opening):
            others[status] = UNFINISHED
        if others:
            actions.append(SetValues(opening.id, others))
    active = SetValues(opening.id, {status: Recruiting.ACTIVE.value})
    found.actions[:] = [*actions, ApproveOpening(opening.id), active]
    found.changes.append(Change(STATE, opening.state, State.APPROVED.value))


def _skip(reason: Note, opening: Opening | None = None) -> Plan:
    return Plan(Outcome.SKIPPED, notes=(reason,), opening_id=opening.id if opening else None)


def _hold(reason: Note, opening: Opening | None = None) -> Plan:
    return Plan(Outcome.HELD, notes=(reason,), opening_id=opening.id if opening else None)


def _not_active(job: Job, status: Recruiting | None) -> Note:
    if status is None:
        return reasons.STATUS_UNKNOWN(status=job.status or "(empty)")
    return reasons.NOT_ACTIVE(status=status)


def _plan_first(
    job: Job, namesakes: Sequence[Opening], catalogue: Catalogue, made: Collection[str]
) -> Plan:
    """The job has no opening yet: adopt one that was created by hand, or create one."""
    if not job.title.strip():
        return _hold(reasons.NO_TITLE())
    namesakes = [opening for opening in namesakes if not opening.is_gone]
    free = [opening for opening in namesakes if catalogue.linked_job(opening) is None]
    if len(namesakes) > len(free):
        return _hold(reasons.NAMESAKE_TAKEN(identifier=job.identifier))
    if len(free) > 1:
        return _hold(
            reasons.NAMESAKES(
                count=len(free),
                identifier=job.identifier,
                openings=called(identifiers(free)),
                job=job.id,
            )
        )
    if free:
        found = free[0]
        if found.is_archived or found.state == State.FILLED:
            state = "archived" if found.is_archived else "Filled"
            return _hold(reasons.NAMESAKE_PUT_AWAY(identifier=job.identifier, state=state))
        return _plan_update(job, found, (), catalogue, Outcome.ADOPTED, unfinished=found.id in made)
    wanted = wanted_opening(job, catalogue)
    by_draft = bool(catalogue.required) or catalogue.by_draft
    values = {
        catalogue.own.link.id: job.id,
        catalogue.own.status.id: UNFINISHED if by_draft else Recruiting.ACTIVE.value,
        **{id_: value for id_, value in wanted.values.items() if value is not None},
    }
    create = CreateOpening(wanted.details, values, by_draft)
    notes = (*wanted.notes, *_lacking(wanted, None, catalogue))
    return Plan(Outcome.CREATED, (create,), notes)


def _lacking(wanted: Wanted, opening: Opening | None, catalogue: Catalogue) -> Notes:
    """A note if Ashby requires fields for which the opening will have no values."""
    there = opening.values if opening is not None else {}
    lacking = [
        definition.title
        for definition in catalogue.required
        if wanted.values.get(definition.id, there.get(definition.id)) is None
    ]
    return (reasons.REQUIRED_FIELDS(labels=", ".join(sorted(lacking))),) if lacking else ()


def _plan_close(opening: Opening, status: str, catalogue: Catalogue, why: Note) -> Plan:
    """Write the status first: a crash in between must not look like a closing by a recruiter."""
    if opening.state == State.CLOSED:
        return _skip(why, opening)
    actions: list[OpeningAction] = []
    agreed = catalogue.agreed_status(opening)
    if agreed != status:
        actions.append(SetValues(opening.id, {catalogue.own.status.id: str(status)}))
    actions.append(CloseOpening(opening.id))
    changes = (
        Change("recruiting status", agreed.value if agreed else None, str(status)),
        Change(STATE, opening.state, State.CLOSED.value),
    )
    return Plan(Outcome.CLOSED, tuple(actions), (why,), opening.id, changes)


def _plan_update(
    job: Job,
    opening: Opening,
    others: Sequence[Opening],
    catalogue: Catalogue,
    outcome: Outcome,
    *,
    unfinished: bool = False,
) -> Plan:
    """Bring the opening in line. `outcome` applies if there is anything to do.

    An identifier that one of the `others` has is not used a second time. `unfinished`: a create by
    the sync made the opening and did not finish.
    """
    if not job.title.strip():
        return _hold(reasons.NO_TITLE(), opening)
    wanted = wanted_opening(job, catalogue)
    taken = any(same_name(one.identifier, job.identifier) and not one.is_gone for one in others)
    if taken and not same_name(opening.identifier, job.identifier):
        note = reasons.IDENTIFIER_TAKEN(identifier=job.identifier)
        unresolved = wanted.unresolved | {"identifier"}
        wanted = replace(wanted, unresolved=unresolved, notes=(*wanted.notes, note))
    found = edits(job, opening, wanted, catalogue)
    if opening.state == State.DRAFT and (unfinished or catalogue.is_unfinished(opening)):
        _approve_last(found, opening, catalogue)
        wanted = replace(wanted, notes=(*wanted.notes, *_lacking(wanted, opening, catalogue)))
    if outcome is Outcome.REOPENED:
        # The state first: the agreed status must not be Active while the opening is closed.
        found.actions.insert(0, ReopenOpening(opening.id))
        found.changes.append(Change(STATE, opening.state, State.APPROVED.value))
    if not found.actions:
        return Plan(Outcome.UNCHANGED, (), wanted.notes, opening.id)
    return Plan(outcome, tuple(found.actions), wanted.notes, opening.id, tuple(found.changes))
