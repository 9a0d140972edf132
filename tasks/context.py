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
    """Asked before every call: may this task go on, and may it write?

    `switched_off` is why the file says that the organization is not to be synced, None where it is;
    `ask_redis` gives what Redis says: why it is paused, and whether these locks are still ours.
    """

    organization: str
    switched_off: Callable[[], str | None]
    ask_redis: Callable[[Sequence[WorkLock]], tuple[str | None, bool]]
    locks: list[WorkLock] = field(default_factory=list)
    longest: float = math.inf
    _began: float = field(default_factory=time.monotonic)

    def closed(self) -> Note | None:
        """Why nothing may be written right now, None where it may."""
        return self.why_closed(self.ask_redis(())[0])

    def why_closed(self, paused: str | None) -> Note | None:
        """The same where it is known already why the organization is paused."""
        why = self.switched_off() or paused
        return None if why is None else reasons.PAUSED(why=why, organization=self.organization)

    def lasts(self, seconds: float) -> None:
        """From now on calls may be made for so long: the pool of threads can stop no task."""
        self._began, self.longest = time.monotonic(), seconds

    @contextmanager
    def under(self, lock: WorkLock) -> Iterator[None]:
        """Hold on to that lock while calls are made."""
        self.locks.append(lock)
        try:
            yield
        finally:
            self.locks.remove(lock)

    def to_read(self) -> None:
        """Keep the locks alive; a long list may take longer than they last.

        TryLater where the task has had its time.
        """
        if time.monotonic() - self._began > self.longest:
            raise TryLater(reasons.TOO_LONG(seconds=round(self.longest)), 1.0)
        for lock in self.locks:
            lock.renew()

    def to_write(self) -> None:
        """Paused, or TryLater where somebody else may have taken over meanwhile."""
        self.to_read()
        paused, all_ours = self.ask_redis(self.locks)
        closed = self.why_closed(paused)
        if closed is not None:
            raise Paused(closed)
        if not all_ours:
            raise TryLater(reasons.TAKEN_OVER(), 1.0)


class Messenger(Protocol):
    """Brings messages to one address (workers/messages.py)."""

    @property
    def id(self) -> str:
        """The same for the same address, and nothing of it can be read from it."""
        ...

    def deliver(self, message: Message) -> bool:
        """Whether it arrived."""
        ...


@dataclass
class OrgContext:
    """One organization: its rules, both services, and what is remembered.

    `messengers`: one for each address that is told of trouble and recovery. `together` carries
    out several reads. `time_zone` is the organization's, None as long as nobody asked for it.
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
        """What the organizations file calls it."""
        return self.rules.organization


class Wiring(Protocol):
    """What the tasks need of whoever runs them (workers/wiring.py)."""

    @property
    def window(self) -> int:
        """How many messages of one organization may be in the queue at once."""
        ...

    def context(self, organization: str) -> OrgContext:
        """The context of an enabled organization; WrongSetup where there is none such."""
        ...

    def memory(self, organization: str) -> Memory:
        """What is remembered of an organization, without its key: nothing sealed can be opened."""
        ...

    def enabled(self) -> Sequence[str]:
        """The organizations to sync."""
        ...

    def broken(self) -> Mapping[str, str]:
        """The organizations that were meant to be synced and cannot be, each with the reason."""
        ...

    def messengers(self, organization: str) -> Sequence[Messenger]:
        """Whom the organization's table names, wrong as it may be."""
        ...
