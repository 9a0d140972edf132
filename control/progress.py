"""The progress of an enqueued task."""

from dataclasses import dataclass, field

from control.deployment import Deployment, PublicMemory
from control.orders import Sent
from core.keys import RecordKey
from core.notes import Note
from core.outcomes import count_missing
from store.results import StoredResult
from store.syncs import Sync

WAITING = "waiting for a worker"


@dataclass
class Progress:
    """The state of a task: `done` of `total` records, 0 while not known yet."""

    sent: Sent
    memory: PublicMemory
    stage: str = field(default=WAITING, init=False)
    done: int = field(default=0, init=False)
    total: int = field(default=0, init=False)
    begun: bool = field(default=False, init=False)
    over: bool = field(default=False, init=False)

    def look(self) -> None:
        """Update the state."""
        raise NotImplementedError


@dataclass
class SyncProgress(Progress):
    """A sync of one organization."""

    last: Sync | None = field(default=None, init=False)

    def look(self) -> None:
        """Update: started, both sides read, records done, finished."""
        self.last = self.memory.syncs.get(self.sent.id)
        if self.last is None:
            return
        self.begun = True
        self.over = self.last.finished_at is not None
        if self.last.planned < 0:
            self.stage = "reading both sides"
            return
        self.total = self.last.planned
        left = 0 if self.over else min(self.memory.backlog.left(), self.total)
        self.done = self.total - left
        self.stage = f"{self.done} of {self.total} records"

    def missing(self) -> dict[Note, int]:
        """The notes on what records in step lack, with their counts."""
        return count_missing(kept.result for kept in self.memory.results.noted().values())

    def attention(self) -> dict[RecordKey, StoredResult]:
        """The records that need a person."""
        return self.memory.results.waiting()


@dataclass
class RecordProgress(Progress):
    """The task of one record."""

    def look(self) -> None:
        """Update: a task reports only its end."""
        self.over = self.begun = self.memory.task_results.get(self.sent.id) is not None

    def result(self) -> StoredResult | None:
        """The record's result, None if nothing was done."""
        assert self.sent.record is not None
        return self.memory.results.get(self.sent.record)


def progress(deployment: Deployment, sent: Sent) -> SyncProgress | RecordProgress:
    """Follow a sent task."""
    memory = deployment.public_memory(sent.organization)
    return SyncProgress(sent, memory) if sent.record is None else RecordProgress(sent, memory)
