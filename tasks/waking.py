"""Wakes records after a hint from outside.

The one place for this: the caller names the records of a change, and each is processed within
seconds, through the same backlog and window as everything else. Needs no key of the organization.
"""

from collections.abc import Callable, Sequence

import celery

from core.keys import RecordKey
from store.batch import Batch
from store.events import Events
from store.memory import Memory
from store.switches import Stopped
from tasks.dispatch import send

SOON = {"max_retries": 2, "interval_start": 0.0, "interval_step": 0.2, "interval_max": 0.5}
"""Retry policy for sending a message while a caller outside waits for an answer."""


def wake(
    app: celery.Celery,
    memory: Memory,
    organization: str,
    records: Sequence[RecordKey],
    window: int,
    *,
    stopped: Stopped | None = None,
    also: Callable[[Batch], object] = lambda batch: None,
) -> list[RecordKey]:
    """Wake these records; returns the ones that were woken.

    Skips directions that are blocked because a key was refused, and everything while the
    organization is paused: the sync afterwards finds the changes itself. `window` is the maximum
    number of the organization's messages in the queue, `stopped` the switches if they have just
    been read. `also` adds commands to the transaction that wakes the records.
    """
    stopped = stopped or memory.switches.stopped()
    if stopped.paused is not None:
        return []
    woken = [record for record in records if record.kind.direction not in stopped.refused]
    if not woken:
        return []
    with Batch(memory.redis) as batch:
        memory.backlog.wake(woken, batch)
        also(batch)
        taken = memory.backlog.settle_and_take(window, batch=batch)
    for record in taken.value.records:
        send(app, organization, record, queued=True, retry_policy=SOON)
    return woken


def look_up(app: celery.Celery, memory: Memory, organization: str, application_id: str) -> None:
    """Have a worker find an application's offer; repeated requests in the meantime are ignored."""
    if memory.switches.stopped().paused is None and memory.events.begin_lookup(application_id):
        app.send_task("tasks.find_offer", (organization, application_id), retry_policy=SOON)


def wake_sync(app: celery.Celery, events: Events, organization: str) -> None:
    """Send a sync of the organization: now, or half a minute after the one before."""
    wait = events.sync_turn()
    if wait is not None:
        app.send_task(
            "tasks.sync_organization",
            (organization,),
            headers={"trigger": "schedule"},
            retry_policy=SOON,
            **({"countdown": wait} if wait > 0 else {}),
        )
