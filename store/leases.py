"""The lease of one record: its lock, its stored state, and its settlement.

One round trip takes the record's lock and reads its stored state; one transaction stores the result
and takes the next records to send. In between, a task needs Redis only for its calls.
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
    """One record while one task works on it.

    `pending` is what will be stored together with the result, or earlier (`flush`).
    """

    record: RecordKey
    lock: WorkLock
    is_ours: bool
    paused: str | None
    refused: dict[Direction, Note]
    in_flight: bool
    """Whether it was sent from the backlog and has not settled since."""
    woken: str | None
    """The wake-up that the task covers by reading the record anew; None if it was not woken."""
    known: StoredResult | None
    """Its last result."""
    remembered: Remembered
    pending: Batch
    made: str | None = None
    """The person whom the task created or hired; the result names them even after a failure."""

    @property
    def id(self) -> str:
        """The id of the job or offer."""
        return self.record.id

    def flush(self) -> None:
        """Store the pending data now, as the next step may fail."""
        self.pending.send()


@dataclass(frozen=True)
class Left:
    """The work that remains after a result."""

    sync: str | None
    """The sync in which it was counted."""
    taken: Taken | None
    """The records to send now; None if the record has not settled."""


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
        """Acquire the record; the lease is not ours if another task keeps it for `wait` seconds."""
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
            remembered = self._briefs.read(record, batch)
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
        """Mark that a create is about to be sent; None means it was not carried out.

        Raises TryLater if another task holds the record by now: the mark is then its own.
        """
        if not self._briefs.mark_under(lease.lock, lease.record, mark):
            raise TryLater(reasons.TAKEN_OVER(), 1.0)

    @contextmanager
    def released_on_error(self, lease: RecordLease) -> Iterator[None]:
        """Release the record if the work ends with an error that is not settled."""
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

        `result` is None if there is none (yet). `window` is the maximum number of messages of the
        organization in the queue; None if the record has not settled. `again` is the number of
        seconds until a retry. `receipt` is a task that somebody waits for, and its answer.
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
