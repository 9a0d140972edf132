"""tasks.sync_job: how is one opening brought in line with its job?"""

from collections.abc import Mapping
from dataclasses import replace

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
from core.errors import AnswerLost, Rejected
from core.jobs import plan_job
from core.outcomes import Ending, Outcome
from core.records import Job, Opening, State, Value, folded
from tasks.base import JOB, SyncTask
from tasks.site import Site
from tasks.survey import basis, keep, look, make_fields


@shared_task(bind=True, base=SyncTask, name="tasks.sync_job")
def sync_job(self: SyncTask, organization: str, job_id: str) -> str:
    """Bring one opening in line with its job. Returns the outcome as a word."""
    return self.work(organization, f"{JOB}:{job_id}", bring_opening_in_line)


def bring_opening_in_line(site: Site, job_id: str) -> Ending:
    """Gather, decide, act, for one job."""
    job, linked, namesakes, catalogue = gather(site, job_id)
    plan = plan_job(
        job,
        linked,
        namesakes,
        catalogue,
        confidential_too=site.rules.sync_confidential_jobs,
    )
    if any(isinstance(action, CloseOpening) for action in plan.actions):
        catalogue = with_close_reasons(site, catalogue)
    known = {one.id: one for one in (*linked, *namesakes)}
    opening, notes = act(site, job_id, plan, known, catalogue)
    if opening is not None:
        linked = [opening, *(one for one in linked if one.id != opening.id)]
        namesakes = [one for one in namesakes if one.id != opening.id]
    site.memory.briefs.drop(job_id)
    return Ending(
        plan.outcome,
        "; ".join((*plan.notes, *notes)) or None,
        opening_id=opening.id if opening is not None else plan.opening_id,
        basis=basis(job, linked, namesakes, catalogue),
        changes=plan.changes,
    )


def gather(site: Site, job_id: str) -> tuple[Job | None, list[Opening], list[Opening], Catalogue]:
    """The job and the openings that have to do with it, as they are known right now.

    The fan-out's brief says what it read; what tasks did since then is read from the mirror and
    from the marks. Without a brief both sides are surveyed again.
    """
    brief = site.memory.briefs.get(job_id)
    catalogue = site.memory.briefs.catalogue(brief.catalogue) if brief is not None else None
    if brief is None or catalogue is None:
        survey = look(site)
        make_fields(site, survey)
        keep(site, survey)
        brief, catalogue = survey.brief(job_id), survey.catalogue
    job = brief.job
    if job is None:
        # Absent from the list is not enough to close anything: it is asked for by name.
        job = site.hris.job(job_id, [field for field, _ in catalogue.fields])
    link, creating = site.memory.briefs.marks(job_id)
    known = {
        one.id: one
        for one in site.memory.openings.get(
            {*brief.linked, *brief.namesakes, *filter(None, (link, creating))}
        )
    }
    linked = [one for one in known.values() if catalogue.linked_job(one) == job_id]
    namesakes = [one for one in known.values() if one not in linked]
    if creating is not None and not linked:
        # A create was sent and did not end here: it may have been carried out.
        identifier = job.identifier if job is not None else job_id
        for one in site.ats.find_openings(identifier):
            if one.id not in known:
                site.memory.openings.put(one)
                (linked if catalogue.linked_job(one) == job_id else namesakes).append(one)
    wanted = folded(job.identifier) if job is not None else ""
    namesakes = [one for one in namesakes if folded(one.identifier) == wanted]
    return job, linked, namesakes, catalogue


def with_close_reasons(site: Site, catalogue: Catalogue) -> Catalogue:
    """The catalogue with Ashby's close reasons, read unless somebody has read them already."""
    if catalogue.close_reasons is not None:
        return catalogue
    return replace(catalogue, close_reasons=site.ats.close_reasons())


def act(
    site: Site,
    job_id: str,
    plan: Plan,
    known: Mapping[str, Opening],
    catalogue: Catalogue,
) -> tuple[Opening | None, list[str]]:
    """Carry out a plan; the opening as it is then, and notes on what Ashby did not take.

    Each action is safe alone, and what the mirror says is corrected after each: a crash in
    between leaves a shorter plan for the next time.
    """
    opening = known.get(plan.opening_id or "")
    notes: list[str] = []
    for action in plan.actions:
        opening, note = _carry_out(site, job_id, action, opening, catalogue)
        site.memory.openings.put(opening)
        if note is not None:
            notes.append(note)
    if plan.outcome in (Outcome.CREATED, Outcome.ADOPTED) and opening is not None:
        site.memory.briefs.link(job_id, opening.id)
    return opening, notes


def _carry_out(
    site: Site,
    job_id: str,
    action: OpeningAction,
    opening: Opening | None,
    catalogue: Catalogue,
) -> tuple[Opening, str | None]:
    if isinstance(action, CreateOpening):
        return _create(site, job_id, action), None
    assert opening is not None
    ats = site.ats
    match action:
        case SetValues(id_, values):
            ats.set_opening_values(id_, values)
            return _with_values(opening, values), None
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


def _create(site: Site, job_id: str, action: CreateOpening) -> Opening:
    """Create the opening and write its link; marked before, so that it is never made twice."""
    briefs = site.memory.briefs
    briefs.creating(job_id)
    try:
        opening = site.ats.create_opening(action.draft)
    except AnswerLost:
        raise
    except Rejected:
        briefs.not_creating(job_id)
        raise
    site.memory.openings.put(opening)
    briefs.creating(job_id, opening.id)
    site.ats.set_opening_values(opening.id, action.values)
    return _with_values(opening, action.values)


def _clear(site: Site, opening: Opening, titles: Mapping[str, str]) -> tuple[Opening, str | None]:
    """Empty fields of the opening. Whether Ashby takes null there is not documented."""
    empty: dict[str, Value] = dict.fromkeys(titles)
    try:
        site.ats.set_opening_values(opening.id, empty)
    except Rejected:
        return opening, reasons.CANNOT_CLEAR(labels=", ".join(sorted(titles.values())))
    return _with_values(opening, empty), None


def _with_values(opening: Opening, values: Mapping[str, Value]) -> Opening:
    merged = {**opening.values, **values}
    return replace(
        opening, values={id_: value for id_, value in merged.items() if value is not None}
    )


def _newer(before: Opening, answer: Opening) -> Opening:
    """The answer to a write. Should it leave the custom fields out, they are still there."""
    return replace(answer, values=answer.values or before.values)
