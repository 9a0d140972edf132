"""What has every task of the sync, and how does it end where its world is not there?

The organization's context, what comes with its message, and what a bug, a refused key or a Redis
that is away mean for it. How a record's task ends is in tasks/records.py.
"""

import inspect
import logging
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

import celery
import sentry_sdk
from celery.exceptions import Reject, TaskPredicate
from kombu.exceptions import OperationalError

from core import reasons
from core.errors import KeyRefused, NeedsHuman, TryLater, WrongSetup
from core.keys import Direction, RecordKey
from core.notes import Note, Notes
from core.outcomes import Outcome, Result
from core.traces import trace
from store.backlog import Taken
from store.connection import REDIS_AWAY
from store.deliveries import HEADER as DELIVERIES
from store.memory import Memory
from tasks.context import OrgContext, Wiring
from tasks.messages import tell

log = logging.getLogger("charthop_ashby")

AWAY = (*REDIS_AWAY, OperationalError)

REQUEUE_DELAY = 5.0
"""Seconds before a message is handed back for want of Redis."""

SEND_RETRY_POLICY = {
    "max_retries": 45,
    "interval_start": 0.0,
    "interval_step": 0.2,
    "interval_max": 1.0,
}
"""How a record's message is sent: for some 40 s, as patiently as all else is remembered. By then
the backlog holds it for sent."""

DEATHS = 3
"""Workers that may die while they hold a message; what kills one may be chance."""

T = TypeVar("T")

DROPPED = "dropped"

HEADERS = ("trigger", "full", "queued", "probe", "awaited", "tries", "waited", "looks")
"""What comes with a message beside its ids, and comes again when the task does."""


class Bug(Exception):
    """A task met an error that nothing of ours expects; told are its kind and its place only."""


class SyncTask(celery.Task):
    """A task of the sync: what it has at hand, and how it ends."""

    abstract = True
    ignore_result = True
    max_retries = None
    throws: ClassVar[tuple[type[Exception], ...]] = (WrongSetup, Bug)

    @property
    def wiring(self) -> Wiring:
        """What the workers gave the tasks."""
        wiring: Wiring = self.app.wiring
        return wiring

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run; Bug where an error comes up to here, for its own words may repeat personal data.

        Where Redis stays away the message is handed back, to be delivered again; what cannot even
        be handed back is delivered again after the visibility timeout. A message of another
        version, whose arguments are not ours, is dropped: the next sync asks anew.
        """
        if not self._takes(args, kwargs):
            log.warning("dropped a message: %s takes other arguments in this version", self.name)
            return DROPPED
        try:
            return self.run(*args, **kwargs)
        except AWAY as error:
            kind = type(error).__name__
        except Reject:  # Celery's own, where a retry could not be sent: it would be lost.
            kind = "no retry could be sent"
        except (TaskPredicate, WrongSetup):
            raise
        except Exception as error:
            organization, *ids = args or ("-",)
            note = report_bug(error, organization, ":".join((self.name, *ids)))
            raise Bug(str(note)) from None
        log.warning("Redis is away (%s): %s comes again", kind, self.name)
        time.sleep(REQUEUE_DELAY)
        raise Reject("Redis is away", requeue=True)

    def _takes(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        try:
            inspect.signature(self.run).bind(*args, **kwargs)
        except TypeError:
            return False
        return all(isinstance(one, str) for one in (*args, *kwargs.values()))

    def again(self, pause: float, **told: float) -> NoReturn:
        """Come again after so many seconds; `told` are headers that count, for the next time."""
        headers = {**{name: self.header(name) for name in HEADERS}, **told}
        raise self.retry(countdown=pause, headers={k: v for k, v in headers.items() if v})

    @property
    def tries(self) -> int:
        """How many tries this record has had before this one."""
        return int(self.header("tries") or 0)

    @property
    def is_deadly(self) -> bool:
        """Whether workers died again and again while they held this message."""
        return int(self.header(DELIVERIES) or 0) >= DEATHS

    def header(self, name: str) -> Any:
        """A header of this task's message, None where it has none."""
        return (self.request.headers or {}).get(name) or self.request.get(name)

    def open(self, organization: str, record: RecordKey | None = None) -> OrgContext | None:
        """The organization's context; None, with a line in the log, where it is not to be synced.

        What waits for it is dropped then, and the next sync finds out anew what there is to do.
        """
        sentry_sdk.get_isolation_scope().set_tag("organization", organization)
        try:
            return self.wiring.context(organization)
        except WrongSetup as error:
            log.warning("not synced: %s", error, extra={"organization": organization})
            memory = self.wiring.memory(organization)
            problems = (reasons.WRONG_SETUP(what=str(error)),)
            if record is None:  # Somebody may wait for it.
                memory.syncs.start(self.request.id, self.header("trigger") or "shell")
                memory.syncs.finish(self.request.id, problems)
            give_up(memory, problems, record)
            memory.task_results.put(self.request.id, DROPPED)
            return None

    def refuse(self, org: OrgContext, direction: Direction, error: KeyRefused) -> None:
        """Pause that direction: said once, and what waits for it need not find out by itself."""
        read = f"{error.system} {error.read}" if error.read is not None else None
        if org.memory.switches.refuse(direction, error.reason, read):
            where = {"organization": org.name}
            log.warning("%s is paused: %s", direction, error.reason, extra=where)
        waiting = org.memory.backlog.drop(direction)
        if waiting:
            result = Result(Outcome.FAILED, (error.reason,))
            org.memory.results.keep(dict.fromkeys(waiting, result), org.memory.results.all())
            sync = org.memory.syncs.last_id()
            if sync is not None:
                org.memory.syncs.count(sync, {Outcome.FAILED: len(waiting)})

    def accept(self, org: OrgContext, direction: Direction) -> None:
        """The key works for that direction."""
        if org.memory.switches.accept(direction):
            log.warning(
                "%s goes on: the key is taken again", direction, extra={"organization": org.name}
            )

    def try_again(self, org: OrgContext, direction: Direction) -> None:
        """Where a read was refused before: one call that tells whether it still is (KeyRefused)."""
        system, _, path = (org.memory.switches.refused_read(direction) or "").partition(" ")
        if path:
            (org.hris if system == "ChartHop" else org.ats).try_read(path)
            self.accept(org, direction)

    def guard_organization(
        self,
        org: OrgContext,
        do: Callable[[], None],
        direction: Direction = Direction.OUTBOUND,
    ) -> Notes:
        """Do what concerns the whole organization: why it did not come to its end, if so.

        There is no second try: the next sync is one.
        """
        try:
            do()
        except AWAY:
            raise
        except KeyRefused as error:
            self.refuse(org, direction, error)
            return (error.reason,)
        except (TryLater, NeedsHuman) as error:
            log.warning("%s: %s", direction, error.reason, extra={"organization": org.name})
            return (error.reason,)
        except Exception as error:
            return (report_bug(error, org.name, "sync"),)
        return ()

    def window(self, org: OrgContext, paused: str | None, refused: Mapping[Direction, Note]) -> int:
        """How many messages of the organization may be in the queue; what must not wait is dropped.

        Where a key was refused, one record finds out whether it works again.
        """
        if org.gate.why_closed(paused) is not None:
            # What waits would only be turned away; the next sync after the pause finds it again.
            org.memory.backlog.clear()
            return 0
        return 1 if Direction.OUTBOUND in refused else self.wiring.window

    def send_next(self, org: OrgContext) -> None:
        """Send the records whose turn it is."""
        stopped = org.memory.switches.stopped()
        window = self.window(org, stopped.paused, stopped.refused)
        taken = org.memory.backlog.settle_and_take(window).value
        self.send_records(org, taken, stopped.refused)

    def send_lost(self, organization: str) -> None:
        """Send the records of the organization whose messages were lost on the way."""
        memory = self.wiring.memory(organization)
        if not memory.backlog.is_overdue():
            return
        try:
            org = self.wiring.context(organization)
        except WrongSetup as error:
            give_up(memory, (reasons.WRONG_SETUP(what=str(error)),))
        else:
            self.send_next(org)

    def send_records(
        self, org: OrgContext, taken: Taken, refused: Mapping[Direction, Note]
    ) -> None:
        """Send the records that were taken from the backlog; finish the sync where none is left."""
        for place, record in enumerate(taken.records):
            probe = record.kind.direction in refused and place == 0
            send(self.app, org.name, record, queued=True, probe=probe)
        if taken.left == 0:
            sync = org.memory.syncs.last()
            if sync is not None and sync.planned >= 0 and sync.finished_at is None:
                self.finish(org, sync.id, sync.problems)

    def finish(self, org: OrgContext, sync: str, problems: Notes) -> None:
        """The sync is over. `problems` are why it did not come to its end."""
        if not org.memory.syncs.finish(sync, problems):
            return  # Another worker has just said so.
        found = org.memory.syncs.get(sync)
        counts = found.outcomes.items() if found is not None else ()
        words = ", ".join(f"{number} {outcome}" for outcome, number in counts)
        log.info(
            "sync finished: %s",
            words or ("stopped" if problems else "no records"),
            extra={"organization": org.name, "sync": sync},
        )
        self.guard_organization(org, lambda: tell(org, problems))


def give_up(memory: Memory, problems: Notes, settled: RecordKey | None = None) -> None:
    """Nothing of the organization may be sent; its sync ends once nothing is in flight."""
    memory.backlog.clear()
    taken = memory.backlog.settle_and_take(0, settled).value
    sync = memory.syncs.last_id()
    if taken.left == 0 and sync is not None:
        memory.syncs.finish(sync, problems)


def send(app: celery.Celery, organization: str, record: RecordKey, **headers: Any) -> str:
    """Send the task of one record; the id of its message."""
    assert record.kind.task is not None
    result = app.send_task(
        record.kind.task, (organization, record.id), headers=headers, retry_policy=SEND_RETRY_POLICY
    )
    return str(result.id)


def or_failed(organization: str, record: RecordKey, do: Callable[[], T]) -> T | Result:
    """What `do` gives; where it meets a bug, the result of that record: the others go on."""
    try:
        return do()
    except AWAY:
        raise
    except Exception as error:
        return Result(Outcome.FAILED, (report_bug(error, organization, str(record)),))


def report_bug(error: Exception, organization: str, record: str) -> Note:
    """Log a bug with its trace but without its message, which may repeat personal data."""
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("organization", organization)
        scope.set_tag("kind", record.partition(":")[0])
        scope.set_context("record", {"id": record})
        scope.capture_exception(error)
    where = {"organization": organization, "record": record}
    log.error("bug: %s", trace(error), extra=where)
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.lineno}" if last else "an unknown place"
    return reasons.BUG(kind=type(error).__name__, place=place)
