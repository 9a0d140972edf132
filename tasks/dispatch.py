"""Sends the messages of records, a window at a time, and finishes a sync when none is left."""

import logging
from collections.abc import Mapping
from typing import Any

import celery

from core import reasons
from core.errors import SetupUnreadable, WrongSetup
from core.keys import Direction, RecordKey
from core.notes import Note, Notes
from store.backlog import Taken
from store.memory import Memory
from tasks.context import OrgContext, Wiring
from tasks.guards import guard_sync
from tasks.messages import tell
from tasks.reporting import send_report

log = logging.getLogger("charthop_ashby")

SEND_RETRY_POLICY = {
    "max_retries": 45,
    "interval_start": 0.0,
    "interval_step": 0.2,
    "interval_max": 1.0,
}
"""Retry policy for sending a record's message: for some 40 s, as long as any Redis command waits.
By then the backlog counts it as sent."""


def wiring_of(app: celery.Celery) -> Wiring:
    """The wiring that the worker provides to this application's tasks."""
    wiring: Wiring = app.wiring
    return wiring


def window(
    app: celery.Celery, org: OrgContext, paused: str | None, refused: Mapping[Direction, Note]
) -> int:
    """Maximum number of messages of the organization in the queue; drops what must not wait.

    After a key was refused, a single record is let through to test whether it works again.
    """
    if org.gate.why_closed(paused) is not None:
        # Waiting records would only be turned away; the next sync after the pause finds them again
        org.memory.backlog.clear()
        return 0
    return 1 if Direction.OUTBOUND in refused else wiring_of(app).window


def send_next(app: celery.Celery, org: OrgContext) -> None:
    """Send the next records."""
    stopped = org.memory.switches.stopped()
    most = window(app, org, stopped.paused, stopped.refused)
    taken = org.memory.backlog.settle_and_take(most).value
    send_records(app, org, taken, stopped.refused)


def send_lost(app: celery.Celery, organization: str) -> None:
    """Send the organization's records whose messages were lost.

    While the organizations file or a key file cannot be read they are left for a later call.
    """
    memory = wiring_of(app).memory(organization)
    if not memory.backlog.is_overdue():
        return
    try:
        org = wiring_of(app).context(organization)
    except SetupUnreadable:
        return
    except WrongSetup as error:
        give_up(memory, (reasons.WRONG_SETUP(what=str(error)),))
    else:
        send_next(app, org)


def send_records(
    app: celery.Celery, org: OrgContext, taken: Taken, refused: Mapping[Direction, Note]
) -> None:
    """Send the records taken from the backlog; finish the sync if none is left."""
    for place, record in enumerate(taken.records):
        probe = record.kind.direction in refused and place == 0
        send(app, org.name, record, queued=True, probe=probe)
    if taken.left == 0:
        sync = org.memory.syncs.last()
        if sync is not None and sync.planned >= 0 and sync.finished_at is None:
            end(app, org, sync.id, sync.problems, sync.outcomes)


def end(
    app: celery.Celery, org: OrgContext, sync: str, problems: Notes, outcomes: Mapping[str, int]
) -> None:
    """Finish the sync, as no record of the organization is left; `outcomes` are its counts."""
    if finish(org, sync, problems, outcomes):
        send_report(app, org)


def finish(
    org: OrgContext, sync: str, problems: Notes, outcomes: Mapping[str, int] | None = None
) -> bool:
    """Mark the sync as finished; `problems` kept it from completing, `outcomes` are its counts.

    Returns False if another worker has just done it.
    """
    if not org.memory.syncs.finish(sync, problems):
        return False
    if outcomes is None:
        found = org.memory.syncs.get(sync)
        outcomes = found.outcomes if found is not None else {}
    words = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    log.info(
        "sync finished: %s",
        words or ("stopped" if problems else "no records"),
        extra={"organization": org.name, "sync": sync},
    )
    guard_sync(org, lambda: tell(org, problems))
    return True


def give_up(memory: Memory, problems: Notes, settled: RecordKey | None = None) -> None:
    """Drop the backlog, as nothing may be sent; the sync ends once nothing is in flight."""
    memory.backlog.clear()
    taken = memory.backlog.settle_and_take(0, settled).value
    sync = memory.syncs.last_id()
    if taken.left == 0 and sync is not None:
        memory.syncs.finish(sync, problems)


def send(
    app: celery.Celery,
    organization: str,
    record: RecordKey,
    retry_policy: Mapping[str, float] = SEND_RETRY_POLICY,
    **headers: Any,
) -> str:
    """Send the task of one record; returns the id of its message."""
    route = record.kind.route
    assert route is not None
    result = app.send_task(
        route.task, (organization, record.id), headers=headers, retry_policy=retry_policy
    )
    return str(result.id)
