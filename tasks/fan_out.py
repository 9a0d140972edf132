"""tasks.sync_all and tasks.sync_organization: what is read, kept and sent, and in which order?"""

import time
from collections import Counter
from collections.abc import Mapping, Set

from celery import shared_task

from core import reasons
from core.keys import Direction, RecordKey, RecordKind
from core.notes import Notes
from core.outcomes import Outcome
from store.results import FORGET_AFTER, StoredResult
from tasks.base import DEATHS, DROPPED, SyncTask
from tasks.context import OrgContext
from tasks.definitions import NOT_MADE
from tasks.hires import charthop_fields
from tasks.intake import Intake, read_hires
from tasks.opening_writes import with_close_reasons
from tasks.ownership import own_what_is_listed
from tasks.survey import Survey, keep, look, make_fields
from tasks.tables import say_what_is_broken
from tasks.triage import Triage, fingerprints, held_back, sort

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
    broken = say_what_is_broken(self.wiring)
    organizations = [name for name in self.wiring.enabled() if name not in broken]
    trigger = self.header("trigger") or SHELL
    for organization in organizations:
        self.app.send_task("tasks.sync_organization", (organization,), headers={"trigger": trigger})
    return f"{len(organizations)} organizations"


@shared_task(bind=True, base=SyncTask, name="tasks.sync_organization")
def sync_organization(self: SyncTask, organization: str) -> str:
    """Read both sides of one organization and enqueue a task for each record that needs one."""
    org = self.open(organization)
    if org is None:
        return DROPPED
    trigger = self.header("trigger") or SHELL
    closed = org.gate.closed()
    if closed is not None:
        if trigger == SHELL:  # Somebody may wait for it.
            org.memory.syncs.start(self.request.id, trigger)
            org.memory.syncs.finish(self.request.id, (closed,))
        return PAUSED
    if self.is_deadly:
        org.memory.syncs.start(self.request.id, trigger)
        self.finish(org, self.request.id, (reasons.WORKERS_DIED(times=DEATHS),))
        return DROPPED
    org.gate.lasts(LONGEST_FAN_OUT)
    with org.memory.locks.hold("fan-out") as lock:
        if lock is None:
            if trigger == SHELL and self.tries < 60:
                self.again(1.0, tries=self.tries + 1)
            return BUSY
        with org.gate.under(lock):
            return _fan_out(self, org, trigger)


def _fan_out(self: SyncTask, org: OrgContext, trigger: str) -> str:
    sync = self.request.id
    org.memory.syncs.start(sync, trigger)
    problems = self.guard_organization(
        org, lambda: enqueue(self, org, sync, full=bool(self.header("full")))
    )
    org.memory.syncs.count(sync, None, org.calls)
    org.calls.clear()
    if not problems:
        return FANNED_OUT
    self.finish(org, sync, problems)
    return "failed"


def enqueue(self: SyncTask, org: OrgContext, sync: str, *, full: bool) -> None:
    """Survey, sort, keep, and send one task for each record that needs one."""
    memory = org.memory
    if full:
        memory.forget_cursors()
    self.try_again(org, Direction.OUTBOUND)
    survey = look(org)
    stopped = self.guard_organization(org, lambda: make_fields(org, survey))
    intake, problems = _read_hires(self, org, survey)
    known = memory.results.all()
    triage = sort(org, survey, known, intake, full=full)
    held = held_back(org, survey, triage)
    shown = fingerprints(org, survey, triage, frozenset().union(*(one.records for one in held)))
    for one in held:
        for record in one.records:
            triage.hold(record, one.reason)
    memory.switches.hold({one.kind: (one.reason, one.records) for one in held}, shown)
    if stopped:
        triage.fail_jobs(stopped)
    if any(plan.outcome is Outcome.CLOSED for plan in triage.plans.values()):
        survey.catalogue = with_close_reasons(org, survey.catalogue)
    if triage.hires:
        problems = self.guard_organization(
            org, lambda: _leave_hires(org, triage), Direction.INBOUND
        )
    unsent = frozenset(triage.hires) if problems else frozenset()
    if unsent:
        triage.hires.clear()
    if not stopped and not triage.plans:
        self.accept(org, Direction.OUTBOUND)
    if not problems and not triage.hires:
        self.accept(org, Direction.INBOUND)
    keep(org, survey)
    own_what_is_listed(org, survey, known)
    memory.results.keep(triage.results, known)
    memory.results.drop(_forgotten(known, triage, unsent, hires_read=intake is not None))
    briefs = {record.id: survey.brief(record.id) for record in triage.plans}
    memory.briefs.leave(briefs, survey.catalogue_name, survey.catalogue)
    memory.backlog.add([*triage.hires, *triage.plans])
    survey.readings.keep_cursors(org)
    if org.time_zone is not None:
        memory.briefs.leave_time_zone(org.time_zone)
    counted = Counter(
        result.outcome for record, result in triage.results.items() if record.kind.has_task
    )
    memory.syncs.count(sync, counted, org.calls)
    org.calls.clear()
    together = tuple(dict.fromkeys((*stopped, *problems)))
    memory.syncs.planned(sync, len(triage.plans) + len(triage.hires), together)
    self.send_next(org)


def _leave_hires(org: OrgContext, triage: Triage) -> None:
    hires = {record.id: brief for record, brief in triage.hires.items()}
    org.memory.briefs.leave_hires(hires, charthop_fields(org))


def _read_hires(self: SyncTask, org: OrgContext, survey: Survey) -> tuple[Intake | None, Notes]:
    """Read the hires. What keeps them from being read does not keep the jobs."""
    if survey.catalogue.own.person.id.startswith(NOT_MADE):
        # Its field could not be made. Where nothing says why, it is said of the jobs already.
        return None, survey.no_person_field
    found: list[Intake] = []

    def read() -> None:
        self.try_again(org, Direction.INBOUND)
        found.append(read_hires(org, survey))

    problems = self.guard_organization(org, read, Direction.INBOUND)
    return (None if problems else found[0]), problems


def _forgotten(
    known: Mapping[RecordKey, StoredResult],
    triage: Triage,
    unsent: Set[RecordKey],
    *,
    hires_read: bool,
) -> list[RecordKey]:
    """Records that no sync looks at any more: what was wrong with them is over, too.

    What ended well stays in the list for a while, but not an offer that waited and is over.
    `unsent` are those that something else kept from being looked at.
    """
    now = time.time()
    unseen = {
        record: kept
        for record, kept in known.items()
        if record not in triage.results
        and record not in triage.plans
        and record not in triage.hires
        and record not in unsent
        and (hires_read or record.kind.direction is not Direction.INBOUND)
    }
    return [
        record
        for record, kept in unseen.items()
        if record.kind is RecordKind.FIELD
        or kept.result.outcome.wants_attention
        or (record.kind.direction is Direction.INBOUND and kept.result.outcome is Outcome.SKIPPED)
        or now - kept.at > FORGET_AFTER
    ]
