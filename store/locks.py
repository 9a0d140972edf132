"""Who is at work on what?

redis-py's own lock: it expires by itself when its holder died, and only its holder can free it.
It is no fence: a holder that was frozen past its expiry is told so before its next write.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import LockError
from redis.lock import Lock

from store.space import Redis, key

HELD_FOR = 90.0
"""Seconds until a lock whose holder died frees itself; longer than the longest single call."""


class WorkLock:
    """A lock that is held by the one who got it."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._renew_at = time.monotonic() + HELD_FOR / 3

    def keep(self) -> bool:
        """Hold on for longer where it is time to. False where the lock was lost."""
        if time.monotonic() < self._renew_at:
            return True
        try:
            self._lock.reacquire()
        except LockError:
            return False
        self._renew_at = time.monotonic() + HELD_FOR / 3
        return True

    def is_ours(self) -> bool:
        """Whether nobody else took it meanwhile: asked right before something is written."""
        return self.keep() and bool(self._lock.owned())


class Locks:
    """The locks of one organization."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization

    @contextmanager
    def hold(self, name: str, wait: float = 0.0) -> Iterator[WorkLock | None]:
        """Hold the lock of that name; None where somebody else has it for longer than `wait` s."""
        lock = Lock(
            self._redis,
            key(self._organization, "lock", name),
            timeout=HELD_FOR,
            sleep=0.05,
            blocking=wait > 0,
            blocking_timeout=wait or None,
            thread_local=False,
        )
        if not lock.acquire():
            yield None
            return
        try:
            yield WorkLock(lock)
        finally:
            try:
                lock.release()
            except LockError:
                pass  # It expired or Redis was emptied: there is nothing left to free.
