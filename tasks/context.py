"""Per-organization context of a task."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from core import reasons
from core.errors import Paused, TryLater
from core.messages import Message
from core.notes import Note
from core.ports import Ats, Hris
from core.rules import Rules
from store.locks import WorkLock
from store.memory import Memory
from tasks.together import Together, one_after_another


@dataclass
class WriteGate:
    """The check before every call: whether this task may continue, and whether it may write.

    `switched_off` is the reason in the file why the organization is not synced, or None.
    `ask_redis` reads from Redis why it is paused, and whether these locks are still ours.
    """

    organization: str
    switched_off: Callable[[], str | None]
    ask_redis: Callable[[Sequence[WorkLock]], tuple[str | None, bool]]
    locks: list[WorkLock] = field(default_factory=list)
    longest: float = math.inf
    _began: float = field(default_factory=time.monotonic)

    def closed(self) -> Note | None:
        """Why nothing may be written right now, or None."""
        return self.why_closed(self.ask_redis(())[0])

    def why_closed(self, paused: str | None) -> Note | None:
        """The same if the reason for a pause has already been read."""
        why = self.switched_off() or paused
        return None if why is None else reasons.PAUSED(why=why, organization=self.organization)

    def lasts(self, seconds: float) -> None:
        """Limit calls to so many seconds from now: a thread pool cannot stop a task."""
        self._began, self.longest = time.monotonic(), seconds

    @contextmanager
    def under(self, lock: WorkLock) -> Iterator[None]:
        """Keep that lock while calls are made."""
        self.locks.append(lock)
        try:
            yield
        finally:
            self.locks.remove(lock)

    def to_read(self) -> None:
        """Renew the locks; reading a long list may take longer than they last.

        Raises TryLater if the task's time is up.
        """
        if time.monotonic() - self._began > self.longest:
            raise TryLater(reasons.TOO_LONG(seconds=round(self.longest)), 1.0)
        for lock in self.locks:
            lock.renew()

    def to_write(self) -> None:
        """Raises Paused, or TryLater if another worker may have taken over meanwhile."""
        self.to_read()
        paused, all_ours = self.ask_redis(self.locks)
        closed = self.why_closed(paused)
        if closed is not None:
            raise Paused(closed)
        if not all_ours:
            raise TryLater(reasons.TAKEN_OVER(), 1.0)


class Messenger(Protocol):
    """Delivers messages to one address (workers/messages.py)."""

    @property
    def id(self) -> str:
        """A stable id of the address that does not reveal it."""
        ...

    def deliver(self, message: Message) -> bool:
        """Deliver the message; True if it arrived."""
        ...


@dataclass
class OrgContext:
    """One organization: its rules, both services, and its stored state.

    `messengers` has one for each address to notify. `together` runs several reads at the same
    time. `time_zone` is the organization's, None until it is first needed.
    """

    rules: Rules
    hris: Hris
    ats: Ats
    memory: Memory
    gate: WriteGate
    calls: Counter[tuple[str, int]]
    messengers: Sequence[Messenger] = ()
    together: Together = one_after_another
    time_zone: str | None = None

    @property
    def name(self) -> str:
        """Its name in the organizations file."""
        return self.rules.organization


class Wiring(Protocol):
    """The interface between the tasks and the worker that runs them (workers/wiring.py)."""

    @property
    def window(self) -> int:
        """Maximum number of messages of one organization in the queue."""
        ...

    def context(self, organization: str) -> OrgContext:
        """The context of an enabled organization; WrongSetup if there is none with that name."""
        ...

    def memory(self, organization: str) -> Memory:
        """The stored state of an organization, without its key: sealed data cannot be opened."""
        ...

    def enabled(self) -> Sequence[str]:
        """The organizations to sync."""
        ...

    def broken(self) -> Mapping[str, str]:
        """The organizations that should be synced but cannot be, each with the reason."""
        ...

    def messengers(self, organization: str) -> Sequence[Messenger]:
        """The messengers named in the organization's table, even if the table is wrong."""
        ...
