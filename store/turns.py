"""What does a record's task find when its turn comes, and what does it leave?

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
from core.outcomes import Ending
from store.backlog import Backlog
from store.briefs import Briefs, Creating, Remembered
from store.endings import Endings, Kept
from store.locks import LOOKS_EVERY, Locks, WorkLock
from store.receipts import Receipts
from store.space import Redis
from store.switches import Switches
from store.syncs import Syncs


@dataclass
class Turn:
    """One record in the hands of one task.

    `pending` is what will be remembered together with the ending, or before (`flush`).
    """

    record: str
    lock: WorkLock
    is_ours: bool
    paused: str | None
    refused: dict[str, str]
    sent: bool
    """Whether it was sent from the backlog and has not settled since."""
    known: Kept | None
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
    """What an ending left to be done."""

    sync: str | None
    """The sync that it was counted to."""
    waiting: int | None = None
    """Records that wait or are under way; None where the record has not settled."""
    sending: list[str] = field(default_factory=list)
    """Those of them to be sent now."""


class Turns:
    """The turns of one organization's records."""

    def __init__(
        self,
        redis: Redis,
        locks: Locks,
        switches: Switches,
        backlog: Backlog,
        endings: Endings,
        briefs: Briefs,
        syncs: Syncs,
        receipts: Receipts,
    ) -> None:
        self._redis = redis
        self._locks = locks
        self._switches = switches
        self._backlog = backlog
        self._endings = endings
        self._briefs = briefs
        self._syncs = syncs
        self._receipts = receipts

    def take(self, record: str, wait: float = 0.0) -> Turn:
        """Take the record's turn; one that is not ours where somebody has it for `wait` seconds."""
        lock = self._locks.lock(f"record:{record}")
        ends = time.monotonic() + wait
        while True:
            turn = self._ask(record, lock)
            if turn.is_ours or time.monotonic() >= ends:
                return turn
            time.sleep(LOOKS_EVERY)

    def _ask(self, record: str, lock: WorkLock) -> Turn:
        with self._redis.pipeline() as pipe:
            lock.request(pipe)
            self._switches.request(pipe)
            self._backlog.request_sent(pipe, record)
            self._endings.request(pipe, record)
            self._briefs.request(pipe, record.partition(":")[2])
            answers: Iterator[object] = iter(pipe.execute())
        is_ours = lock.got(answers)
        paused, refused = self._switches.got(answers)
        return Turn(
            record=record,
            lock=lock,
            is_ours=is_ours,
            paused=paused,
            refused=refused,
            sent=bool(next(answers)),
            known=self._endings.got(answers),
            remembered=self._briefs.got(answers),
            pending=self._redis.pipeline(),
        )

    def mark(self, turn: Turn, mark: Creating | None) -> None:
        """A create is about to be sent; None: it was not carried out.

        TryLater where somebody else has the turn by now: the mark is theirs then.
        """
        if not self._briefs.mark_under(turn.lock, turn.id, mark):
            raise TryLater(reasons.TAKEN_OVER(), 1.0)

    @contextmanager
    def given_back(self, turn: Turn) -> Iterator[None]:
        """Let the turn go where what is done in it ends by an error that nobody settles."""
        try:
            yield
        except BaseException:
            turn.lock.release()
            raise

    def end(
        self,
        turn: Turn,
        ending: Ending | None,
        calls: Counter[tuple[str, int]],
        *,
        window: int | None,
        receipt: tuple[str, str] | None = None,
    ) -> Left:
        """Leave all that the turn came to, in one transaction, and let it go.

        `ending`: None where there is none (yet). `window`: how many messages of the organization
        may be in the queue; None where the record comes again and has not settled. `receipt`: the
        task that somebody waits for, and its answer.
        """
        with turn.pending as pipe:
            first = len(pipe)
            self._syncs.count_latest(pipe, ending.outcome if ending is not None else None, calls)
            if window is not None:
                self._backlog.request_next(pipe, window, turn.record)
            if turn.is_ours:
                turn.lock.release(pipe)
            if ending is not None:
                self._endings.keep_one(pipe, turn.record, ending, turn.known)
                if not ending.outcome.wants_attention:
                    self._switches.done(turn.record, pipe)
            if receipt is not None:
                self._receipts.leave(*receipt, pipe)
            answers = iter(pipe.execute()[first:])
        sync = self._syncs.counted(answers)
        if window is None:
            return Left(sync)
        return Left(sync, *self._backlog.taken(answers))
