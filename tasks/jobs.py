"""tasks.sync_job: brings one opening in line with its job."""

import time
from dataclasses import replace

from celery import shared_task

from core import reasons
from core.actions import Plan
from core.errors import NoSuchRecord, Rejected, TryLater
from core.gathered import GatheredJob, wanted_half
from core.jobs import plan_job
from core.keys import job_key
from core.matching import OpeningIndex
from core.notes import Notes
from core.openings import Opening
from core.outcomes import Outcome, Result
from core.stored import stored_otherwise
from store.briefs import Creating
from store.leases import RecordLease
from tasks import woken
from tasks.context import OrgContext
from tasks.keeping import keep
from tasks.opening_writes import act
from tasks.ownership import remember, why_left
from tasks.readings import SETTLING
from tasks.records import RecordTask, keep_detail
from tasks.survey import make_fields, take_survey


@shared_task(bind=True, base=RecordTask, name="tasks.sync_job")
def sync_job(self: RecordTask, organization: str, job_id: str) -> str:
    """Bring one opening in line with its job. Returns the outcome as a word."""
    return self.work(organization, job_key(job_id), bring_opening_in_line)


def bring_opening_in_line(org: OrgContext, lease: RecordLease) -> Result:
    """Gather, decide and act for one job."""
    gathered = gather(org, lease)
    if gathered.job is None and not gathered.linked:
        raise NoSuchRecord(reasons.NO_SUCH_JOB(job=lease.id), Outcome.SKIPPED)
    plan = plan_job(gathered, org.rules)
    if lease.woken is not None:
        before = woken.as_before(lease, gathered.fingerprint)
        if before is not None:
            return before
        woken.allow(org, plan)
    left = why_left(org, lease, gathered.job, plan)
    if left is not None:
        return Result(Outcome.HELD, (left,), plan.opening_id, fingerprint=gathered.fingerprint)
    try:
        done = act(org, lease, plan, gathered.opening(plan.opening_id), gathered.catalogue)
    except Rejected:
        gone = _vanished(org, gathered.opening(plan.opening_id))
        if gone is None:
            raise
        gathered = gathered.with_linked(gone)
        plan = plan_job(gathered, org.rules)
        done = act(org, lease, plan, gathered.opening(plan.opening_id), gathered.catalogue)
    opening, notes = done.opening, (*plan.notes, *done.notes)
    # A plan that stopped halfway says nothing of what Ashby stores.
    if opening is not None and not done.is_held and _is_repeated(lease, plan, gathered):
        opening, otherwise = _read_back(org, lease, plan, gathered, opening)
        notes += otherwise
    if opening is not None:
        gathered = gathered.with_linked(opening)
    remember(org, lease, gathered.job, plan)
    org.memory.briefs.drop(lease.record, lease.pending)
    result = Result(
        Outcome.HELD if done.is_held else plan.outcome,
        tuple(dict.fromkeys(notes)),
        opening_id=opening.id if opening is not None else plan.opening_id,
        fingerprint=gathered.fingerprint,
        changes=done.made(plan.changes),
    )
    return result if done.refusal is None else _failed(org, lease, result, done.refusal)


def _failed(org: OrgContext, lease: RecordLease, result: Result, refusal: Rejected) -> Result:
    """All was written but what Ashby refused: without a fingerprint the next sync tries again."""
    keep_detail(org, lease, refusal)
    notes = (refusal.reason, *result.notes)
    return replace(result, outcome=Outcome.FAILED, notes=notes, fingerprint=None)


def _is_repeated(lease: RecordLease, plan: Plan, gathered: GatheredJob) -> bool:
    """True if the same write was made before and did not last.

    ChartHop asks for the same as last time, so either somebody changed the opening, or Ashby
    answers with what was sent but stores something else.
    """
    before = lease.known.result.fingerprint if lease.known is not None else None
    if before is None or not plan.actions:
        return False
    return wanted_half(before) == wanted_half(gathered.fingerprint)


def _read_back(
    org: OrgContext, lease: RecordLease, plan: Plan, gathered: GatheredJob, opening: Opening
) -> tuple[Opening, Notes]:
    """The opening read again, with notes on what it shows otherwise than this plan sent it."""
    stored = org.ats.opening(opening.id)
    if stored is None:
        return opening, ()
    org.memory.openings.put(stored, lease.pending)
    return stored, tuple(stored_otherwise(plan.actions, stored, gathered.catalogue))


def _vanished(org: OrgContext, opening: Opening | None) -> Opening | None:
    """The opening marked as gone if Ashby no longer has it, which no list reports; else None."""
    if opening is None or org.ats.opening(opening.id) is not None:
        return None
    gone = replace(opening, is_gone=True)
    org.memory.openings.put(gone)
    return gone


def gather(org: OrgContext, lease: RecordLease) -> GatheredJob:
    """The job and the openings that concern it, as currently known.

    The brief has what the fan-out read; the mirror and the marks have what tasks did since then.
    Both sides are surveyed again if there is no brief, or if the mirror lacks an opening that is
    referred to: then Redis was emptied, and the rest must not be taken for the whole list.
    """
    job_id, link, mark = lease.id, lease.remembered.link, lease.remembered.creating
    brief = lease.remembered.job() if lease.woken is None else woken.job_brief(org, lease)
    catalogue = org.memory.briefs.catalogue(brief.catalogue) if brief is not None else None
    ids = {id_ for id_ in (link, mark.opening_id if mark is not None else None) if id_}
    if brief is not None:
        ids |= {*brief.linked, *brief.namesakes}
    known = {one.id: one for one in org.memory.openings.get(ids)}
    if brief is None or catalogue is None or not ids <= known.keys():
        survey = take_survey(org)
        make_fields(org, survey)
        keep(org, survey, org.memory.names.load())
        brief, catalogue = survey.brief(job_id), survey.catalogue
        ids |= {*brief.linked, *brief.namesakes}
        known = {id_: survey.openings[id_] for id_ in ids if id_ in survey.openings}
    job = brief.job
    if job is None:
        # Absence from the list is not enough to close anything: read the job by id.
        job = org.hris.job(job_id, [field for field, _ in catalogue.fields])
    made: frozenset[str] = frozenset()
    if mark is not None and not any(catalogue.linked_job(one) == job_id for one in known.values()):
        # A create was sent and did not finish.
        made = _made_by(org, mark, known)
    elif catalogue.hides_openings and job is not None and not known:
        # The list may hide the job's opening.
        _find(org, job.identifier, known)
    index = OpeningIndex(known.values(), catalogue)
    gathered = GatheredJob(job, index.linked(job_id), index.namesakes(job), catalogue, made)
    # The job's identifier may have changed since the create.
    renamed = [known[id_] for id_ in made & known.keys() if gathered.opening(id_) is None]
    return replace(gathered, namesakes=(*gathered.namesakes, *renamed))


def _made_by(org: OrgContext, mark: Creating, known: dict[str, Opening]) -> frozenset[str]:
    """The ids of the openings that the create made; the openings are added to `known`.

    The search uses the identifier that the job had then. Ashby's search may lag behind, so finding
    nothing is conclusive only after a while; each match is read by its id.
    """
    made = _find(org, mark.identifier, known)
    if mark.opening_id:
        made.add(mark.opening_id)
    age = time.time() - mark.at
    if not made and age < SETTLING:
        raise TryLater(reasons.LOOKED_FOR(what="the opening"), SETTLING - age)
    return frozenset(made)


def _find(org: OrgContext, identifier: str, known: dict[str, Opening]) -> set[str]:
    """The ids of the openings with that identifier; the openings are added to `known`."""
    ids = {opening.id for opening in org.ats.find_openings(identifier)}
    for id_ in ids - known.keys():
        opening = org.ats.opening(id_)
        if opening is not None:
            known[id_] = opening
            org.memory.openings.put(opening)
    return ids
