"""tasks.sync_all and tasks.sync_organization: what is read, kept and sent, and in which order?"""

import time
from collections import Counter
from collections.abc import Mapping

from celery import shared_task

from core.outcomes import Outcome
from store.endings import FORGET_AFTER, Kept
from tasks.base import DIRECTIONS, DROPPED, JOB, OFFER, RANKS, SyncTask
from tasks.hires import charthop_fields
from tasks.intake import Intake, take_in
from tasks.jobs import with_close_reasons
from tasks.site import Site
from tasks.sorting import Sorting, bases, held_back, sort
from tasks.survey import NOT_MADE, Survey, keep, keep_cursors, look, make_fields

SHELL = "shell"
BUSY = "a sync is running"
PAUSED = "paused"
FANNED_OUT = "fanned out"

LONGEST_FAN_OUT = 480.0
"""Seconds: below the visibility timeout, and enough for some 100,000 openings at half a second a
page of 100."""


@shared_task(bind=True, base=SyncTask, name="tasks.sync_all")
def sync_all(self: SyncTask) -> str:
    """Enqueue a sync of every enabled organization."""
    organizations = list(self.wiring.enabled())
    trigger = self.header("trigger") or SHELL
    for organization in organizations:
        self.app.send_task("tasks.sync_organization", (organization,), headers={"trigger": trigger})
    return f"{len(organizations)} organizations"


@shared_task(bind=True, base=SyncTask, name="tasks.sync_organization")
def sync_organization(self: SyncTask, organization: str) -> str:
    """Read both sides of one organization and enqueue a task for each record that needs one."""
    site = self.open(organization)
    if site is None:
        return DROPPED
    trigger = self.header("trigger") or SHELL
    closed = site.permit.closed()
    if closed is not None:
        if trigger == SHELL:  # Somebody may wait for it.
            site.memory.syncs.start(self.request.id, trigger)
            site.memory.syncs.finish(self.request.id, closed)
        return PAUSED
    site.permit.lasts(LONGEST_FAN_OUT)
    with site.memory.locks.hold("fan-out") as lock:
        if lock is None:
            if trigger == SHELL and self.tries < 60:
                self.again(1.0, tries=self.tries + 1)
            return BUSY
        with site.permit.under(lock):
            return _fan_out(self, site, trigger)


def _fan_out(self: SyncTask, site: Site, trigger: str) -> str:
    sync = self.request.id
    site.memory.syncs.start(sync, trigger)
    problem = self.whole(site, lambda: enqueue(self, site, sync, full=bool(self.header("full"))))
    site.memory.syncs.count(sync, None, site.calls)
    site.calls.clear()
    if problem is None:
        return FANNED_OUT
    self.finish(site, sync, problem)
    return "failed"


def enqueue(self: SyncTask, site: Site, sync: str, *, full: bool) -> None:
    """Survey, sort, keep, and send one task for each record that needs one."""
    memory = site.memory
    if full:
        memory.forget_cursors()
    self.try_again(site, JOB)
    survey = look(site)
    stopped = self.whole(site, lambda: make_fields(site, survey))
    intake, problem = _take_in(self, site, survey)
    known = memory.endings.all()
    sorting = sort(site, survey, known, intake, full=full)
    held = held_back(site, survey, sorting)
    shown = bases(survey, sorting, frozenset().union(*(one.records for one in held)))
    for one in held:
        for record in one.records:
            sorting.hold(record, one.reason)
    memory.switches.hold({one.kind: (one.reason, one.records) for one in held}, shown)
    if stopped is not None:
        sorting.fail_jobs(stopped)
    if any(plan.outcome is Outcome.CLOSED for plan in sorting.plans.values()):
        survey.catalogue = with_close_reasons(site, survey.catalogue)
    if sorting.hires:
        problem = self.whole(site, lambda: _leave_hires(site, sorting), DIRECTIONS[OFFER])
    if problem is not None:
        sorting.hires.clear()
    if stopped is None and not sorting.plans:
        self.accept(site, DIRECTIONS[JOB])
    if problem is None and not sorting.hires:
        self.accept(site, DIRECTIONS[OFFER])
    keep(site, survey)
    memory.endings.keep(sorting.endings, known)
    memory.endings.drop(_forgotten(known, sorting, hires_read=intake is not None))
    ids = [record.partition(":")[2] for record in sorting.plans]
    briefs = {job_id: survey.brief(job_id) for job_id in ids}
    memory.briefs.leave(briefs, survey.catalogue_name, survey.catalogue)
    memory.backlog.add(dict.fromkeys(sorting.hires, RANKS[OFFER]))
    memory.backlog.add(dict.fromkeys(sorting.plans, RANKS[JOB]))
    keep_cursors(site, survey)
    counted = Counter(
        ending.outcome
        for record, ending in sorting.endings.items()
        if not record.startswith("field:")
    )
    memory.syncs.count(sync, counted, site.calls)
    site.calls.clear()
    problems = "; ".join(dict.fromkeys(filter(None, (stopped, problem)))) or None
    memory.syncs.planned(sync, len(sorting.plans) + len(sorting.hires), problems)
    self.send_next(site)


def _leave_hires(site: Site, sorting: Sorting) -> None:
    hires = {record.partition(":")[2]: brief for record, brief in sorting.hires.items()}
    site.memory.briefs.leave_hires(hires, charthop_fields(site))


def _take_in(self: SyncTask, site: Site, survey: Survey) -> tuple[Intake | None, str | None]:
    """Read the hires. What keeps them from being read does not keep the jobs."""
    if survey.catalogue.own.person.id.startswith(NOT_MADE):
        return None, None  # Its field could not be made, which is said of the jobs already.
    found: list[Intake] = []

    def read() -> None:
        self.try_again(site, OFFER)
        found.append(take_in(site, survey))

    problem = self.whole(site, read, DIRECTIONS[OFFER])
    return (found[0] if problem is None else None), problem


def _forgotten(known: Mapping[str, Kept], sorting: Sorting, *, hires_read: bool) -> list[str]:
    """Records that no sync looks at any more: what was wrong with them is over, too.

    What ended well stays in the list for a while.
    """
    now = time.time()
    unseen = {
        record: kept
        for record, kept in known.items()
        if record not in sorting.endings
        and record not in sorting.plans
        and record not in sorting.hires
        and (hires_read or not record.startswith(f"{OFFER}:"))
    }
    return [
        record
        for record, kept in unseen.items()
        if record.startswith("field:")
        or kept.ending.outcome.wants_attention
        or now - kept.at > FORGET_AFTER
    ]
