"""tasks.sync_all and tasks.sync_organization: the fan-out, whose steps are in tasks/pipeline.py."""

from collections.abc import Set
from contextlib import nullcontext

from celery import shared_task

from core import reasons
from core.keys import Direction
from store.batch import Batch
from store.locks import WorkLock
from store.switches import Stopped
from tasks import pipeline
from tasks.base import DEATHS, DROPPED, SyncTask
from tasks.context import OrgContext
from tasks.dispatch import finish
from tasks.guards import guard_sync
from tasks.tables import say_what_is_broken

SHELL = "shell"
SCHEDULE = "schedule"
BUSY = "a sync is running"
PAUSED = "paused"
FANNED_OUT = "fanned out"

LONGEST_FAN_OUT = 480.0
"""Maximum duration in seconds: below the visibility timeout, and enough for some 100,000 openings
at half a second per page of 100."""


@shared_task(bind=True, base=SyncTask, name="tasks.sync_all")
def sync_all(self: SyncTask) -> str:
    """Enqueue a sync of every enabled organization."""
    broken = self.wiring.broken()
    organizations = [name for name in self.wiring.enabled() if name not in broken]
    trigger = self.header("trigger") or SHELL
    for organization in organizations:
        self.app.send_task("tasks.sync_organization", (organization,), headers={"trigger": trigger})
    # Afterwards: an address that does not answer takes its time.
    say_what_is_broken(self.wiring, broken)
    return f"{len(organizations)} organizations"


@shared_task(bind=True, base=SyncTask, name="tasks.sync_organization")
def sync_organization(self: SyncTask, organization: str) -> str:
    """Read both sides of one organization and enqueue a task for each record that needs one."""
    org = self.open(organization)
    if org is None:
        return DROPPED
    trigger = self.header("trigger") or SHELL
    lock = org.memory.locks.lock("fan-out")
    with Batch(org.memory.redis, atomic=False) as batch:
        stopped, is_ours = org.memory.switches.read(batch), lock.acquire(batch)
    with lock.released_at_end() if is_ours.value else nullcontext():
        return _under(self, org, trigger, stopped.value, lock if is_ours.value else None)


def _under(
    self: SyncTask, org: OrgContext, trigger: str, stopped: Stopped, lock: WorkLock | None
) -> str:
    """The fan-out under its lock; `lock` is None if another worker holds it."""
    closed = org.gate.why_closed(stopped.paused)
    if closed is not None:
        if trigger != SCHEDULE:  # Somebody may be waiting for the result.
            org.memory.syncs.start(self.request.id, trigger)
            org.memory.syncs.finish(self.request.id, (closed,))
        return PAUSED
    if self.is_deadly:
        org.memory.syncs.start(self.request.id, trigger)
        finish(org, self.request.id, (reasons.WORKERS_DIED(times=DEATHS),))
        return DROPPED
    if lock is None:
        if trigger != SCHEDULE and self.tries < 60:
            self.again(1.0, tries=self.tries + 1)
        return BUSY
    org.gate.lasts(LONGEST_FAN_OUT)
    with org.gate.under(lock):
        return _fan_out(self, org, trigger, stopped.refused.keys())


def _fan_out(self: SyncTask, org: OrgContext, trigger: str, refused: Set[Direction]) -> str:
    sync, full = self.request.id, bool(self.header("full"))
    begun = pipeline.begin(org, sync, trigger, refused, full=full)
    problems = guard_sync(org, lambda: pipeline.run(self.app, org, begun))
    org.memory.syncs.count(sync, None, org.calls)
    org.calls.clear()
    if not problems:
        return FANNED_OUT
    finish(org, sync, problems)
    return "failed"
