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
from core.outcomes import Ending, Outcome
from core.records import Job, Opening, State, Value, folded
from core.rules import Rules
from store.briefs import Creating
from store.turns import Turn
from tasks.base import JOB
from tasks.records import RecordTask, marked
from tasks.site import Site
from tasks.survey import basis, keep, look, make_fields


@shared_task(bind=True, base=RecordTask, name="tasks.sync_job")
def sync_job(self: RecordTask, organization: str, job_id: str) -> str:
    """Bring one opening in line with its job. Returns the outcome as a word."""
    return self.work(organization, f"{JOB}:{job_id}", bring_opening_in_line)


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

    def basis(self) -> str:
        """A digest of all that the plan is made from."""
        return basis(self.job, self.linked, self.namesakes, self.catalogue)


def bring_opening_in_line(site: Site, turn: Turn) -> Ending:
    """Gather, decide, act, for one job."""
    found = gather(site, turn)
    plan = found.plan(site.rules)
    try:
        opening, notes = act(site, turn, plan, found)
    except Rejected:
        if not _has_vanished(site, plan, found):
            raise
        plan = found.plan(site.rules)
        opening, notes = act(site, turn, plan, found)
    if opening is not None:
        found.now_linked(opening)
    site.memory.briefs.drop(turn.id, turn.pending)
    return Ending(
        plan.outcome,
        "; ".join((*plan.notes, *notes)) or None,
        opening_id=opening.id if opening is not None else plan.opening_id,
        basis=found.basis(),
        changes=plan.changes,
    )


def _has_vanished(site: Site, plan: Plan, found: Gathered) -> bool:
    """Whether a write was refused because the opening was deleted; no list ever reports that."""
    opening = found.openings().get(plan.opening_id or "")
    if opening is None or site.ats.opening(opening.id) is not None:
        return False
    gone = replace(opening, is_gone=True)
    site.memory.openings.put(gone)
    found.now_linked(gone)
    return True


def gather(site: Site, turn: Turn) -> Gathered:
    """The job and the openings that have to do with it, as they are known right now.

    The fan-out's brief says what it read; what tasks did since then is read from the mirror and
    from the marks. Without a brief both sides are surveyed again, and likewise where the mirror
    lacks an opening that is spoken of: Redis was emptied, and what is left of it would pass for
    all there is.
    """
    job_id, link, mark = turn.id, turn.remembered.link, turn.remembered.creating
    brief = turn.remembered.job()
    catalogue = site.memory.briefs.catalogue(brief.catalogue) if brief is not None else None
    ours = {mark.opening_id} if mark is not None and mark.opening_id else set()
    ids = {*ours, *({link} if link else ())}
    if brief is not None:
        ids |= {*brief.linked, *brief.namesakes}
    known = {one.id: one for one in site.memory.openings.get(ids)}
    if brief is None or catalogue is None or not ids <= known.keys():
        survey = look(site)
        make_fields(site, survey)
        keep(site, survey)
        brief, catalogue = survey.brief(job_id), survey.catalogue
        ids |= {*brief.linked, *brief.namesakes}
        known = {id_: survey.openings[id_] for id_ in ids if id_ in survey.openings}
    job = brief.job
    if job is None:
        # Absent from the list is not enough to close anything: it is asked for by name.
        job = site.hris.job(job_id, [field for field, _ in catalogue.fields])
    if mark is not None and not any(catalogue.linked_job(one) == job_id for one in known.values()):
        # A create was sent and did not end here: it may have been carried out, under the
        # identifier that the job had then.
        for one in site.ats.find_openings(mark.identifier):
            ours.add(one.id)
            if one.id not in known:
                known[one.id] = one
                site.memory.openings.put(one)
    linked = [one for one in known.values() if catalogue.linked_job(one) == job_id]
    wanted = folded(job.identifier) if job is not None else ""
    namesakes = [
        one
        for one in known.values()
        if one not in linked and (one.id in ours or folded(one.identifier) == wanted)
    ]
    return Gathered(job, linked, namesakes, catalogue)


def with_close_reasons(site: Site, catalogue: Catalogue) -> Catalogue:
    """The catalogue with Ashby's close reasons, read unless somebody has read them already."""
    if catalogue.close_reasons is not None:
        return catalogue
    return replace(catalogue, close_reasons=site.ats.close_reasons())


def act(
    site: Site,
    turn: Turn,
    plan: Plan,
    found: Gathered,
) -> tuple[Opening | None, list[str]]:
    """Carry out a plan; the opening as it is then, and notes on what Ashby did not take.

    Each action is safe alone, and what the mirror says is corrected before the next: a crash in
    between leaves a shorter plan for the next time.
    """
    if any(isinstance(action, CloseOpening) for action in plan.actions):
        found.catalogue = with_close_reasons(site, found.catalogue)
    opening = found.openings().get(plan.opening_id or "")
    notes: list[str] = []
    for action in plan.actions:
        turn.flush()
        opening, note = _carry_out(site, turn, action, opening, found.catalogue)
        site.memory.openings.put(opening, turn.pending)
        if note is not None:
            notes.append(note)
    if plan.outcome in (Outcome.CREATED, Outcome.ADOPTED) and opening is not None:
        site.memory.briefs.link(turn.id, opening.id, turn.pending)
    return opening, notes


def _carry_out(
    site: Site,
    turn: Turn,
    action: OpeningAction,
    opening: Opening | None,
    catalogue: Catalogue,
) -> tuple[Opening, str | None]:
    if isinstance(action, CreateOpening):
        return _create(site, turn, action, catalogue)
    assert opening is not None
    ats = site.ats
    match action:
        case SetValues(_, values):
            return _set_values(site, opening, values, catalogue)
        case ClearValues(id_, titles):
            return _clear(site, opening, titles)
        case UpdateOpening():
            return _newer(opening, ats.update_opening(action)), None
        case AddLocation(id_, location):
            return _newer(opening, ats.add_location(id_, location)), None
        case RemoveLocation(id_, location):
            return _newer(opening, ats.remove_location(id_, location)), None
        case CloseOpening(id_):
            reason = choose_close_reason(catalogue.close_reasons or (), site.rules.close_reason)
            return _newer(opening, ats.set_state(id_, State.CLOSED, reason)), None
        case ReopenOpening(id_):
            return _newer(opening, ats.set_state(id_, State.APPROVED, None)), None


def _create(
    site: Site, turn: Turn, action: CreateOpening, catalogue: Catalogue
) -> tuple[Opening, str | None]:
    """Create the opening and write its link; marked before, so that it is never made twice."""
    identifier = action.draft.identifier
    with marked(site, turn, identifier):
        opening = site.ats.create_opening(action.draft)
    site.memory.openings.put(opening, turn.pending)
    site.memory.briefs.mark(turn.id, Creating(identifier, opening.id), turn.pending)
    turn.flush()
    return _set_values(site, opening, action.values, catalogue)


def _set_values(
    site: Site, opening: Opening, values: Mapping[str, Value], catalogue: Catalogue
) -> tuple[Opening, str | None]:
    """Write custom fields in one call.

    Where Ashby refuses that, a value that looked fit is not: then the sync's own fields go alone
    and each other one by itself, so that one bad value keeps neither the link nor the rest away.
    """
    try:
        stored = site.ats.set_opening_values(opening.id, values)
    except Rejected:
        labels = {definition.id: field.label for field, definition in catalogue.fields}
        if not labels.keys() & values.keys() or site.ats.opening(opening.id) is None:
            raise
    else:
        return _with_values(opening, stored), None
    stored = {id_: value for id_, value in values.items() if id_ not in labels}
    if stored:
        stored = site.ats.set_opening_values(opening.id, stored)
    notes = []
    for id_ in labels.keys() & values.keys():
        try:
            stored |= site.ats.set_opening_values(opening.id, {id_: values[id_]})
        except Rejected as error:
            why = f"Ashby refused it ({error.code})"
            notes.append(reasons.UNFIT(label=labels[id_], why=why))
    return _with_values(opening, stored), "; ".join(sorted(notes)) or None


def _clear(site: Site, opening: Opening, titles: Mapping[str, str]) -> tuple[Opening, str | None]:
    """Empty fields of the opening. Whether Ashby takes null there is not documented."""
    empty: dict[str, Value] = dict.fromkeys(titles)
    try:
        stored = site.ats.set_opening_values(opening.id, empty)
    except Rejected:
        return opening, reasons.CANNOT_CLEAR(labels=", ".join(sorted(titles.values())))
    return _with_values(opening, stored), None


def _with_values(opening: Opening, values: Mapping[str, Value]) -> Opening:
    merged = {**opening.values, **values}
    return replace(
        opening, values={id_: value for id_, value in merged.items() if value is not None}
    )


def _newer(before: Opening, answer: Opening) -> Opening:
    """The answer to a write. Should it leave the custom fields out, they are still there."""
    return replace(answer, values=answer.values or before.values)
