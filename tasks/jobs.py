"""tasks.sync_job: how is one opening brought in line with its job?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from celery import shared_task

from core import reasons
from core.actions import (
    AddLocation,
    ClearValues,
    CloseOpening,
    CreateOpening,
    OpeningAction,
    Plan,
    RemoveLocation,
    ReopenOpening,
    SetValues,
    UpdateOpening,
)
from core.catalogue import Catalogue, choose_close_reason
from core.errors import Rejected
from core.jobs import plan_job
from core.keys import job_key
from core.notes import Note, Notes
from core.outcomes import Outcome, Result
from core.records import Job, Opening, State, Value, folded
from core.rules import Rules
from store.briefs import Creating
from store.leases import RecordLease
from tasks.context import OrgContext
from tasks.ownership import leave_to_a_person, remember
from tasks.records import RecordTask, marked
from tasks.survey import fingerprint, keep, look, make_fields


@shared_task(bind=True, base=RecordTask, name="tasks.sync_job")
def sync_job(self: RecordTask, organization: str, job_id: str) -> str:
    """Bring one opening in line with its job. Returns the outcome as a word."""
    return self.work(organization, job_key(job_id), bring_opening_in_line)


@dataclass
class Gathered:
    """The job and the openings that have to do with it, as they are known right now."""

    job: Job | None
    linked: list[Opening]
    namesakes: list[Opening]
    catalogue: Catalogue

    def plan(self, rules: Rules) -> Plan:
        """What is to be done."""
        return plan_job(
            self.job,
            self.linked,
            self.namesakes,
            self.catalogue,
            confidential_too=rules.sync_confidential_jobs,
        )

    def openings(self) -> dict[str, Opening]:
        """The openings by id."""
        return {one.id: one for one in (*self.linked, *self.namesakes)}

    def now_linked(self, opening: Opening) -> None:
        """The opening is the job's, and is like that now."""
        self.linked = [opening, *(one for one in self.linked if one.id != opening.id)]
        self.namesakes = [one for one in self.namesakes if one.id != opening.id]

    def fingerprint(self) -> str:
        """A digest of all that the plan is made from."""
        return fingerprint(self.job, self.linked, self.namesakes, self.catalogue)


def bring_opening_in_line(org: OrgContext, lease: RecordLease) -> Result:
    """Gather, decide, act, for one job."""
    found = gather(org, lease)
    plan = found.plan(org.rules)
    leave_to_a_person(org, lease, found.job, plan)
    try:
        opening, notes = act(org, lease, plan, found)
    except Rejected:
        if not _has_vanished(org, plan, found):
            raise
        plan = found.plan(org.rules)
        opening, notes = act(org, lease, plan, found)
    if opening is not None:
        found.now_linked(opening)
    remember(org, lease, found.job, plan)
    org.memory.briefs.drop(lease.id, lease.pending)
    return Result(
        plan.outcome,
        (*plan.notes, *notes),
        opening_id=opening.id if opening is not None else plan.opening_id,
        fingerprint=found.fingerprint(),
        changes=plan.changes,
    )


def _has_vanished(org: OrgContext, plan: Plan, found: Gathered) -> bool:
    """Whether a write was refused because the opening was deleted; no list ever reports that."""
    opening = found.openings().get(plan.opening_id or "")
    if opening is None or org.ats.opening(opening.id) is not None:
        return False
    gone = replace(opening, is_gone=True)
    org.memory.openings.put(gone)
    found.now_linked(gone)
    return True


def gather(org: OrgContext, lease: RecordLease) -> Gathered:
    """The job and the openings that have to do with it, as they are known right now.

    The fan-out's brief says what it read; what tasks did since then is read from the mirror and
    from the marks. Without a brief both sides are surveyed again, and likewise where the mirror
    lacks an opening that is spoken of: Redis was emptied, and what is left of it would pass for
    all there is.
    """
    job_id, link, mark = lease.id, lease.remembered.link, lease.remembered.creating
    brief = lease.remembered.job()
    catalogue = org.memory.briefs.catalogue(brief.catalogue) if brief is not None else None
    ours = {mark.opening_id} if mark is not None and mark.opening_id else set()
    ids = {*ours, *({link} if link else ())}
    if brief is not None:
        ids |= {*brief.linked, *brief.namesakes}
    known = {one.id: one for one in org.memory.openings.get(ids)}
    if brief is None or catalogue is None or not ids <= known.keys():
        survey = look(org)
        make_fields(org, survey)
        keep(org, survey)
        brief, catalogue = survey.brief(job_id), survey.catalogue
        ids |= {*brief.linked, *brief.namesakes}
        known = {id_: survey.openings[id_] for id_ in ids if id_ in survey.openings}
    job = brief.job
    if job is None:
        # Absent from the list is not enough to close anything: it is asked for by name.
        job = org.hris.job(job_id, [field for field, _ in catalogue.fields])
    if mark is not None and not any(catalogue.linked_job(one) == job_id for one in known.values()):
        # A create was sent and did not end here: it may have been carried out, under the
        # identifier that the job had then.
        for one in org.ats.find_openings(mark.identifier):
            ours.add(one.id)
            if one.id not in known:
                known[one.id] = one
                org.memory.openings.put(one)
    linked = [one for one in known.values() if catalogue.linked_job(one) == job_id]
    wanted = folded(job.identifier) if job is not None else ""
    namesakes = [
        one
        for one in known.values()
        if one not in linked and (one.id in ours or folded(one.identifier) == wanted)
    ]
    return Gathered(job, linked, namesakes, catalogue)


def with_close_reasons(org: OrgContext, catalogue: Catalogue) -> Catalogue:
    """The catalogue with Ashby's close reasons, read unless somebody has read them already."""
    if catalogue.close_reasons is not None:
        return catalogue
    return replace(catalogue, close_reasons=org.ats.close_reasons())


def act(
    org: OrgContext,
    lease: RecordLease,
    plan: Plan,
    found: Gathered,
) -> tuple[Opening | None, list[Note]]:
    """Carry out a plan; the opening as it is then, and notes on what Ashby did not take.

    Each action is safe alone, and what the mirror says is corrected before the next: a crash in
    between leaves a shorter plan for the next time.
    """
    if any(isinstance(action, CloseOpening) for action in plan.actions):
        found.catalogue = with_close_reasons(org, found.catalogue)
    opening = found.openings().get(plan.opening_id or "")
    notes: list[Note] = []
    for action in plan.actions:
        lease.flush()
        opening, untaken = _carry_out(org, lease, action, opening, found.catalogue)
        org.memory.openings.put(opening, lease.pending)
        notes += untaken
    if plan.outcome in (Outcome.CREATED, Outcome.ADOPTED) and opening is not None:
        org.memory.briefs.link(lease.id, opening.id, lease.pending)
    return opening, notes


def _carry_out(
    org: OrgContext,
    lease: RecordLease,
    action: OpeningAction,
    opening: Opening | None,
    catalogue: Catalogue,
) -> tuple[Opening, Notes]:
    if isinstance(action, CreateOpening):
        return _create(org, lease, action, catalogue)
    assert opening is not None
    ats = org.ats
    match action:
        case SetValues(_, values):
            return _set_values(org, opening, values, catalogue)
        case ClearValues(id_, titles):
            return _clear(org, opening, titles)
        case UpdateOpening():
            return _newer(opening, ats.update_opening(action)), ()
        case AddLocation(id_, location):
            return _newer(opening, ats.add_location(id_, location)), ()
        case RemoveLocation(id_, location):
            return _newer(opening, ats.remove_location(id_, location)), ()
        case CloseOpening(id_):
            reason = choose_close_reason(catalogue.close_reasons or (), org.rules.close_reason)
            return _newer(opening, ats.set_state(id_, State.CLOSED, reason)), ()
        case ReopenOpening(id_):
            return _newer(opening, ats.set_state(id_, State.APPROVED, None)), ()


def _create(
    org: OrgContext, lease: RecordLease, action: CreateOpening, catalogue: Catalogue
) -> tuple[Opening, Notes]:
    """Create the opening and write its link; marked before, so that it is never made twice."""
    identifier = action.draft.identifier
    with marked(org, lease, identifier):
        opening = org.ats.create_opening(action.draft)
    org.memory.openings.put(opening, lease.pending)
    org.memory.briefs.mark(lease.id, Creating(identifier, opening.id), lease.pending)
    lease.flush()
    return _set_values(org, opening, action.values, catalogue)


def _set_values(
    org: OrgContext, opening: Opening, values: Mapping[str, Value], catalogue: Catalogue
) -> tuple[Opening, Notes]:
    """Write custom fields in one call.

    Where Ashby refuses that, a value that looked fit is not: then the sync's own fields go alone
    and each other one by itself, so that one bad value keeps neither the link nor the rest away.
    """
    try:
        stored = org.ats.set_opening_values(opening.id, values)
    except Rejected:
        labels = {definition.id: field.label for field, definition in catalogue.fields}
        if not labels.keys() & values.keys() or org.ats.opening(opening.id) is None:
            raise
    else:
        return _with_values(opening, stored), ()
    stored = {id_: value for id_, value in values.items() if id_ not in labels}
    if stored:
        stored = org.ats.set_opening_values(opening.id, stored)
    notes = []
    for id_ in labels.keys() & values.keys():
        try:
            stored |= org.ats.set_opening_values(opening.id, {id_: values[id_]})
        except Rejected as error:
            why = f"Ashby refused it ({error.code})"
            notes.append(reasons.UNMAPPABLE(label=labels[id_], why=why))
    return _with_values(opening, stored), tuple(sorted(notes, key=str))


def _clear(org: OrgContext, opening: Opening, titles: Mapping[str, str]) -> tuple[Opening, Notes]:
    """Empty fields of the opening. Whether Ashby takes null there is not documented."""
    empty: dict[str, Value] = dict.fromkeys(titles)
    try:
        stored = org.ats.set_opening_values(opening.id, empty)
    except Rejected:
        return opening, (reasons.CANNOT_CLEAR(labels=", ".join(sorted(titles.values()))),)
    return _with_values(opening, stored), ()


def _with_values(opening: Opening, values: Mapping[str, Value]) -> Opening:
    merged = {**opening.values, **values}
    return replace(
        opening, values={id_: value for id_, value in merged.items() if value is not None}
    )


def _newer(before: Opening, answer: Opening) -> Opening:
    """The answer to a write. Should it leave the custom fields out, they are still there."""
    return replace(answer, values=answer.values or before.values)
