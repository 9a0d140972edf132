"""The lease of one record: its lock, all that is remembered of it, and its settlement.

One round trip takes the record's lock and brings all that is remembered; one transaction leaves how
it ended and takes what is to be sent next. Between the two a task asks Redis only for its calls.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core import reasons
from core.errors import TryLater
from core.keys import Direction, RecordKey
from core.notes import Note
from core.outcomes import Result
from store.backlog import Backlog, Taken, woken_at
from store.batch import Batch
from store.briefs import Briefs, Creating, Remembered
from store.events import Events
from store.locks import LOOKS_EVERY, Locks, WorkLock
from store.results import Results, StoredResult
from store.space import Redis
from store.switches import Switches
from store.syncs import Syncs
from store.task_results import TaskResults


@dataclass
class RecordLease:
    """One record in the hands of one task.

    `pending` is what will be remembered together with the result, or before (`flush`).
    """

    record: RecordKey
    lock: WorkLock
    is_ours: bool
    paused: str | None
    refused: dict[Direction, Note]
    in_flight: bool
    """Whether it was sent from the backlog and has not settled since."""
    woken: str | None
    """The wake-up that the task heeds by reading the record anew; None: it was not woken."""
    known: StoredResult | None
    """How it ended last."""
    remembered: Remembered
    pending: Batch
    made: str | None = None
    """The person whom the task made or hired: its result says so, however it ends."""

    @property
    def id(self) -> str:
        """The id of the job or offer."""
        return self.record.id

    def flush(self) -> None:
        """Remember now what is pending: what follows may end badly."""
        self.pending.send()


@dataclass(frozen=True)
class Left:
    """What a result left to be done."""

    sync: str | None
    """The sync that it was counted to."""
    taken: Taken | None
    """What is to be sent now; None where the record has not settled."""


class RecordLeases:
    """The leases of one organization's records."""

    def __init__(
        self,
        redis: Redis,
        locks: Locks,
        switches: Switches,
        backlog: Backlog,
        results: Results,
        briefs: Briefs,
        syncs: Syncs,
        task_results: TaskResults,
        events: Events,
    ) -> None:
        self._redis = redis
        self._locks = locks
        self._switches = switches
        self._backlog = backlog
        self._results = results
        self._briefs = briefs
        self._syncs = syncs
        self._task_results = task_results
        self._events = events

    def acquire(self, record: RecordKey, wait: float = 0.0) -> RecordLease:
        """Acquire the record; a lease that is not ours where somebody has it for `wait` seconds."""
        lock = self._locks.lock(f"record:{record}")
        ends = time.monotonic() + wait
        while True:
            lease = self._ask(record, lock)
            if lease.is_ours or time.monotonic() >= ends:
                return lease
            time.sleep(LOOKS_EVERY)

    def _ask(self, record: RecordKey, lock: WorkLock) -> RecordLease:
        with Batch(self._redis) as batch:
            is_ours = lock.acquire(batch)
            stopped = self._switches.read(batch)
            in_flight = self._backlog.begin(record, batch, self._locks.worker)
            woken = self._backlog.woken(record, batch)
            known = self._results.read(record, batch)
            remembered = self._briefs.read(record.id, batch)
        return RecordLease(
            record=record,
            lock=lock,
            is_ours=is_ours.value,
            paused=stopped.value.paused,
            refused=stopped.value.refused,
            in_flight=in_flight.value,
            woken=woken.value,
            known=known.value,
            remembered=remembered.value,
            pending=Batch(self._redis),
        )

    def mark(self, lease: RecordLease, mark: Creating | None) -> None:
        """A create is about to be sent; None: it was not carried out.

        TryLater where somebody else holds the record by now: the mark is theirs then.
        """
        if not self._briefs.mark_under(lease.lock, lease.id, mark):
            raise TryLater(reasons.TAKEN_OVER(), 1.0)

    @contextmanager
    def released_on_error(self, lease: RecordLease) -> Iterator[None]:
        """Release the record where the work under it ends by an error that nobody settles."""
        try:
            yield
        except BaseException:
            lease.lock.release()
            raise

    def settle(
        self,
        lease: RecordLease,
        result: Result | None,
        calls: Counter[tuple[str, int]],
        *,
        window: int | None = None,
        again: float | None = None,
        receipt: tuple[str, str] | None = None,
    ) -> Left:
        """Store the result of the work in one transaction, and release the record.

        `result`: None where there is none (yet). `window`: how many messages of the organization
        may be in the queue; None where the record has not settled. `again`: seconds after which it
        comes again. `receipt`: the task that somebody waits for, and its answer.
        """
        taken = None
        with lease.pending as batch:
            outcome = result.outcome if result else None
            sync = self._syncs.count_latest(
                batch, outcome, calls, only_running=lease.woken is not None
            )
            if window is not None:
                taken = self._backlog.settle_and_take(
                    window, lease.record, batch, heeded=lease.woken
                )
                if lease.woken is not None:
                    self._events.answer(batch, time.time() - woken_at(lease.woken))
            if again is not None:
                self._backlog.postpone(lease.record, again, batch)
            if lease.is_ours:
                lease.lock.release(batch)
            if result is not None:
                self._results.keep_one(batch, lease.record, result, lease.known)
                if not result.outcome.wants_attention:
                    self._switches.done(lease.record, batch)
            if receipt is not None:
                self._task_results.put(*receipt, batch)
        return Left(sync.value, taken.value if taken is not None else None)
