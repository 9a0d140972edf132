"""The plan of one job: the actions in Ashby that give the job one opening, in step with it.

Three states decide: the job, the opening, and the recruiting status that both sides last agreed
on. The agreed status is written on the opening itself, so it outlives every cache. It tells a
closing by the sync from a closing by a recruiter.
"""

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
from core.gathered import GatheredJob
from core.notes import Note, Notes
from core.openings import STATE, Opening, called, identifiers
from core.outcomes import Change, Outcome
from core.records import Job, Recruiting, State, same_name
from core.rules import Rules
from core.wanted import Wanted, wanted_opening

GONE = "Closed"
"""The agreed status of a job that is no longer open at all."""


def plan_job(gathered: GatheredJob, rules: Rules) -> Plan:
    """The plan of one job."""
    job, linked = gathered.job, gathered.linked
    # The job is part of a plan in ChartHop that may never come true.
    if job is not None and job.in_scenario:
        return _skip(reasons.SCENARIO())
    # The organization keeps the job closed, and has not opened the sync to such jobs.
    if job is not None and job.is_confidential and not rules.sync_confidential_jobs:
        return _skip(reasons.CONFIDENTIAL())
    live = [opening for opening in linked if not (opening.is_archived or opening.is_gone)]
    # An opening was copied with its link, or somebody wrote the job's id into another one.
    if len(live) > 1:
        names = called(identifiers(live))
        return _hold(reasons.LINKED_TWICE(count=len(live), openings=names))
    if not live:
        return _plan_without_opening(gathered)
    (opening,) = live
    return _plan_with_opening(gathered, opening)


def _plan_without_opening(gathered: GatheredJob) -> Plan:
    """The plan of a job without an opening in use; the linked ones are archived or gone."""
    job, linked = gathered.job, gathered.linked
    # The job was filled, closed or deleted before it ever had an opening.
    if job is None or not job.is_open:
        return _skip(reasons.NOT_OPEN())
    # Nobody is to be recruited for it, at least not now.
    if Recruiting.read(job.status) is not Recruiting.ACTIVE:
        return _skip(_not_active(job))
    # Somebody archived the opening, and may not want another one.
    archived = [opening for opening in linked if not opening.is_gone]
    if archived:
        return _hold(reasons.LINKED_ARCHIVED(), archived[0])
    # The opening was deleted or hidden from the key: a new one might be its double.
    if linked and all(opening.is_gone for opening in gathered.namesakes):
        return _hold(reasons.LINKED_GONE(identifier=job.identifier), linked[0])
    return _plan_first(job, gathered)


def _plan_with_opening(gathered: GatheredJob, opening: Opening) -> Plan:
    """The plan of a job with that opening in use."""
    job, catalogue = gathered.job, gathered.catalogue
    # A candidate was hired for it.
    if opening.state == State.FILLED:
        return _skip(reasons.FILLED(), opening)
    # A recruiter closed it with a reason that, to the organization, means the same.
    if catalogue.counts_as_filled(opening):
        return _skip(reasons.CLOSED_AS_FILLED(), opening)
    status = Recruiting.read(job.status) if job is not None else None
    # A hire is on its way, and the opening still belongs to the offer.
    if job is not None and status in (Recruiting.OFFER, Recruiting.PENDING):
        return _skip(reasons.LEFT_ALONE(status=status), opening)
    # The job was filled, closed or deleted in ChartHop.
    if job is None or not job.is_open:
        return _plan_close(opening, GONE, catalogue, reasons.NOT_OPEN())
    # The organization has a status of its own: nothing says whether it still recruits.
    if status is None:
        return _skip(_not_active(job), opening)
    # Recruiting was stopped in ChartHop.
    if status is not Recruiting.ACTIVE:
        return _plan_close(opening, status, catalogue, _not_active(job))
    if opening.state != State.CLOSED:
        return _plan_update(job, opening, gathered, Outcome.UPDATED)
    # Closed while the agreed status is Active: closed by a recruiter, not by the sync.
    if catalogue.agreed_status(opening) in (None, Recruiting.ACTIVE):
        return _skip(reasons.CLOSED_BY_RECRUITER(), opening)
    return _plan_update(job, opening, gathered, Outcome.REOPENED)


def _skip(reason: Note, opening: Opening | None = None) -> Plan:
    return Plan(Outcome.SKIPPED, notes=(reason,), opening_id=opening.id if opening else None)


def _hold(reason: Note, opening: Opening | None = None) -> Plan:
    return Plan(Outcome.HELD, notes=(reason,), opening_id=opening.id if opening else None)


def _not_active(job: Job) -> Note:
    """Why a job with that status has no opening in use."""
    status = Recruiting.read(job.status)
    if status is None:
        return reasons.STATUS_UNKNOWN(status=job.status or "(empty)")
    return reasons.NOT_ACTIVE(status=status)


def _plan_first(job: Job, gathered: GatheredJob) -> Plan:
    """The job has no opening yet: adopt one that was created by hand, or create one."""
    if not job.title.strip():
        return _hold(reasons.NO_TITLE())
    namesakes = [opening for opening in gathered.namesakes if not opening.is_gone]
    free = [opening for opening in namesakes if gathered.catalogue.linked_job(opening) is None]
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
    if not free:
        return _plan_create(job, gathered.catalogue)
    (opening,) = free
    if opening.is_archived or opening.state == State.FILLED:
        state = "archived" if opening.is_archived else "Filled"
        return _hold(reasons.NAMESAKE_PUT_AWAY(identifier=job.identifier, state=state))
    return _plan_update(job, opening, gathered, Outcome.ADOPTED)


def _plan_create(job: Job, catalogue: Catalogue) -> Plan:
    """Create the job's opening with its link, its agreed status and its ticked fields."""
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
    actions: list[OpeningAction] = [CloseOpening(opening.id)]
    changes = [Change(STATE, opening.state, State.CLOSED.value)]
    agreed = catalogue.agreed_status(opening)
    if agreed != status:
        actions.insert(0, SetValues(opening.id, {catalogue.own.status.id: str(status)}))
        before = agreed.value if agreed else None
        changes.insert(0, Change("recruiting status", before, str(status)))
    return Plan(Outcome.CLOSED, tuple(actions), (why,), opening.id, tuple(changes))


def _plan_update(job: Job, opening: Opening, gathered: GatheredJob, outcome: Outcome) -> Plan:
    """Bring the opening in line. `outcome` applies if there is anything to do.

    An identifier that another opening has is not used a second time.
    """
    catalogue = gathered.catalogue
    if not job.title.strip():
        return _hold(reasons.NO_TITLE(), opening)
    wanted = wanted_opening(job, catalogue)
    others = [other for other in (*gathered.linked, *gathered.namesakes) if other.id != opening.id]
    taken = any(
        same_name(other.identifier, job.identifier) for other in others if not other.is_gone
    )
    if taken and not same_name(opening.identifier, job.identifier):
        wanted = wanted.without("identifier", reasons.IDENTIFIER_TAKEN(identifier=job.identifier))
    needed = edits(job, opening, wanted, catalogue)
    is_ours = opening.id in gathered.made or catalogue.is_unfinished(opening)
    if opening.state == State.DRAFT and is_ours:
        needed = _approve_last(needed, opening, catalogue)
        wanted = replace(wanted, notes=(*wanted.notes, *_lacking(wanted, opening, catalogue)))
    if outcome is Outcome.REOPENED:
        # The state first: the agreed status must not be Active while the opening is closed.
        reopened = Change(STATE, opening.state, State.APPROVED.value)
        needed = Edits((ReopenOpening(opening.id), *needed.actions), (*needed.changes, reopened))
    if not needed.actions:
        return Plan(Outcome.UNCHANGED, (), wanted.notes, opening.id)
    return Plan(outcome, needed.actions, wanted.notes, opening.id, needed.changes)


def _approve_last(needed: Edits, opening: Opening, catalogue: Catalogue) -> Edits:
    """The edits that finish a Draft of the sync: its values, then Approved, last the status.

    The agreed status must not be Active before the opening is approved: a crash in between would
    leave a Draft that nobody approves.
    """
    status = catalogue.own.status.id
    actions: list[OpeningAction] = []
    for action in needed.actions:
        if not (isinstance(action, SetValues) and status in action.values):
            actions.append(action)
            continue
        values = {id_: value for id_, value in action.values.items() if id_ != status}
        if not catalogue.is_unfinished(opening):
            values[status] = UNFINISHED
        if values:
            actions.append(SetValues(opening.id, values))
    active = SetValues(opening.id, {status: Recruiting.ACTIVE.value})
    approved = Change(STATE, opening.state, State.APPROVED.value)
    return Edits((*actions, ApproveOpening(opening.id), active), (*needed.changes, approved))
