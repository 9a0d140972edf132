"""The lease of one record: its lock, all that is remembered of it, and its settlement.

One round trip takes the record's lock and brings all that is remembered; one transaction leaves how
it ended and takes what is to be sent next. Between the two a task asks Redis only for its calls.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from redis.client import Pipeline

from core import reasons
from core.errors import TryLater
from core.outcomes import Result
from store.backlog import Backlog
from store.briefs import Briefs, Creating, Remembered
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

    record: str
    lock: WorkLock
    is_ours: bool
    paused: str | None
    refused: dict[str, str]
    sent: bool
    """Whether it was sent from the backlog and has not settled since."""
    known: StoredResult | None
    """How it ended last."""
    remembered: Remembered
    pending: Pipeline

    @property
    def id(self) -> str:
        """The id of the job or offer."""
        return self.record.partition(":")[2]

    def flush(self) -> None:
        """Remember now what is pending: what follows may end badly."""
        self.pending.execute()


@dataclass(frozen=True)
class Left:
    """What a result left to be done."""

    sync: str | None
    """The sync that it was counted to."""
    waiting: int | None = None
    """Records that wait or are under way; None where the record has not settled."""
    sending: list[str] = field(default_factory=list)
    """Those of them to be sent now."""


class RecordLeases:
    """The turns of one organization's records."""

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
    ) -> None:
        self._redis = redis
        self._locks = locks
        self._switches = switches
        self._backlog = backlog
        self._results = results
        self._briefs = briefs
        self._syncs = syncs
        self._task_results = task_results

    def acquire(self, record: str, wait: float = 0.0) -> RecordLease:
        """Acquire the record; a lease that is not ours where somebody has it for `wait` seconds."""
        lock = self._locks.lock(f"record:{record}")
        ends = time.monotonic() + wait
        while True:
            lease = self._ask(record, lock)
            if lease.is_ours or time.monotonic() >= ends:
                return lease
            time.sleep(LOOKS_EVERY)

    def _ask(self, record: str, lock: WorkLock) -> RecordLease:
        with self._redis.pipeline() as pipe:
            lock.request(pipe)
            self._switches.request(pipe)
            self._backlog.request_sent(pipe, record)
            self._results.request(pipe, record)
            self._briefs.request(pipe, record.partition(":")[2])
            answers: Iterator[object] = iter(pipe.execute())
        is_ours = lock.got(answers)
        paused, refused = self._switches.got(answers)
        return RecordLease(
            record=record,
            lock=lock,
            is_ours=is_ours,
            paused=paused,
            refused=refused,
            sent=bool(next(answers)),
            known=self._results.got(answers),
            remembered=self._briefs.got(answers),
            pending=self._redis.pipeline(),
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
        window: int | None,
        receipt: tuple[str, str] | None = None,
    ) -> Left:
        """Store the result of the work in one transaction, and release the record.

        `result`: None where there is none (yet). `window`: how many messages of the organization
        may be in the queue; None where the record comes again and has not settled. `receipt`: the
        task that somebody waits for, and its answer.
        """
        with lease.pending as pipe:
            first = len(pipe)
            self._syncs.count_latest(pipe, result.outcome if result is not None else None, calls)
            if window is not None:
                self._backlog.request_next(pipe, window, lease.record)
            if lease.is_ours:
                lease.lock.release(pipe)
            if result is not None:
                self._results.keep_one(pipe, lease.record, result, lease.known)
                if not result.outcome.wants_attention:
                    self._switches.done(lease.record, pipe)
            if receipt is not None:
                self._task_results.put(*receipt, pipe)
            answers = iter(pipe.execute()[first:])
        sync = self._syncs.counted(answers)
        if window is None:
            return Left(sync)
        return Left(sync, *self._backlog.taken(answers))
