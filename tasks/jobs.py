"""tasks.sync_job: brings one opening in line with its job."""

import time
from dataclasses import dataclass, replace

from celery import shared_task

from core import reasons
from core.actions import Plan
from core.catalogue import Catalogue
from core.errors import NoSuchRecord, Rejected, TryLater
from core.jobs import plan_job
from core.keys import job_key
from core.openings import Opening
from core.outcomes import Outcome, Result
from core.records import Job, folded
from core.rules import Rules
from core.stored import stored_otherwise
from store.briefs import Creating
from store.leases import RecordLease
from tasks import woken
from tasks.context import OrgContext
from tasks.keeping import keep
from tasks.opening_writes import Done, act
from tasks.ownership import remember, why_left
from tasks.readings import SETTLING
from tasks.records import RecordTask, keep_detail
from tasks.survey import fingerprint, make_fields, take_survey, wanted_half


@shared_task(bind=True, base=RecordTask, name="tasks.sync_job")
def sync_job(self: RecordTask, organization: str, job_id: str) -> str:
    """Bring one opening in line with its job. Returns the outcome as a word."""
    return self.work(organization, job_key(job_id), bring_opening_in_line)


@dataclass
class Gathered:
    """The job and the openings that concern it, as currently known.

    `made` are the ids of the openings that an unfinished create of the sync itself made.
    """

    job: Job | None
    linked: list[Opening]
    namesakes: list[Opening]
    catalogue: Catalogue
    made: frozenset[str] = frozenset()

    def plan(self, rules: Rules) -> Plan:
        """The plan of the job."""
        return plan_job(
            self.job,
            self.linked,
            self.namesakes,
            self.catalogue,
            confidential_too=rules.sync_confidential_jobs,
            made=self.made,
        )

    def opening(self, plan: Plan) -> Opening | None:
        """The opening that the plan is for, None if it has to be created."""
        known = (*self.linked, *self.namesakes)
        return next((one for one in known if one.id == plan.opening_id), None)

    def now_linked(self, opening: Opening) -> None:
        """Record the current state of the job's own opening."""
        self.linked = [opening, *(one for one in self.linked if one.id != opening.id)]
        self.namesakes = [one for one in self.namesakes if one.id != opening.id]

    def fingerprint(self) -> str:
        """A digest of the plan's input."""
        return fingerprint(self.job, self.linked, self.namesakes, self.catalogue)


def bring_opening_in_line(org: OrgContext, lease: RecordLease) -> Result:
    """Gather, decide and act for one job."""
    found = gather(org, lease)
    if found.job is None and not found.linked:
        raise NoSuchRecord(reasons.NO_SUCH_JOB(job=lease.id), Outcome.SKIPPED)
    plan = found.plan(org.rules)
    if lease.woken is not None:
        before = woken.as_before(lease, found.fingerprint())
        if before is not None:
            return before
        woken.allow(org, plan)
    left = why_left(org, lease, found.job, plan)
    if left is not None:
        return Result(Outcome.HELD, (left,), plan.opening_id, fingerprint=found.fingerprint())
    try:
        done = act(org, lease, plan, found.opening(plan), found.catalogue)
    except Rejected:
        if not _has_vanished(org, plan, found):
            raise
        plan = found.plan(org.rules)
        done = act(org, lease, plan, found.opening(plan), found.catalogue)
    opening = done.opening
    if opening is not None:
        opening = _read_back(org, lease, plan, found, done, opening)
        found.now_linked(opening)
    remember(org, lease, found.job, plan)
    org.memory.briefs.drop(lease.id, lease.pending)
    result = Result(
        Outcome.HELD if done.is_held else plan.outcome,
        tuple(dict.fromkeys((*plan.notes, *done.notes))),
        opening_id=opening.id if opening is not None else plan.opening_id,
        fingerprint=found.fingerprint(),
        changes=done.made(plan.changes),
    )
    return result if done.refusal is None else _failed(org, lease, result, done.refusal)


def _failed(org: OrgContext, lease: RecordLease, result: Result, refusal: Rejected) -> Result:
    """All was written but what Ashby refused: without a fingerprint the next sync tries again."""
    keep_detail(org, lease, refusal)
    notes = (refusal.reason, *result.notes)
    return replace(result, outcome=Outcome.FAILED, notes=notes, fingerprint=None)


def _read_back(
    org: OrgContext,
    lease: RecordLease,
    plan: Plan,
    found: Gathered,
    done: Done,
    opening: Opening,
) -> Opening:
    """The opening read again, if the same write was made before and did not last.

    ChartHop asks for the same as last time, so either somebody changed the opening, or Ashby
    answers with what was sent but stores something else.
    """
    before = lease.known.result.fingerprint if lease.known is not None else None
    if not plan.actions or wanted_half(before) != wanted_half(found.fingerprint()):
        return opening
    stored = org.ats.opening(opening.id)
    if stored is None:
        return opening
    done.notes += stored_otherwise(plan.actions, stored, found.catalogue)
    org.memory.openings.put(stored, lease.pending)
    return stored


def _has_vanished(org: OrgContext, plan: Plan, found: Gathered) -> bool:
    """True if a write was refused because the opening was deleted, which no list reports."""
    opening = found.opening(plan)
    if opening is None or org.ats.opening(opening.id) is not None:
        return False
    gone = replace(opening, is_gone=True)
    org.memory.openings.put(gone)
    found.now_linked(gone)
    return True


def gather(org: OrgContext, lease: RecordLease) -> Gathered:
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
    linked = [one for one in known.values() if catalogue.linked_job(one) == job_id]
    wanted = folded(job.identifier) if job is not None else ""
    namesakes = [
        one
        for one in known.values()
        if one not in linked and (one.id in made or folded(one.identifier) == wanted)
    ]
    return Gathered(job, linked, namesakes, catalogue, made)


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
    found = {hit.id for hit in org.ats.find_openings(identifier)}
    for id_ in found - known.keys():
        now = org.ats.opening(id_)
        if now is not None:
            known[id_] = now
            org.memory.openings.put(now)
    return found
