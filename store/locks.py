"""Locks held by workers.

A lock is a key whose token names the worker: it expires by itself, it is free as soon as that
worker is dead, and only its holder can renew or release it. It is not a fence: a holder that was
frozen for too long learns so before its next write.

This is not redis-py's lock, which needs its own round trip and mistakes a lost answer for somebody
else's lock: a record's task gets its lock in the same round trip as its state (store/leases.py).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from store.batch import Batch, Reply, within
from store.heartbeats import Heartbeats
from store.space import Redis, script

HELD_FOR = 90.0
"""Seconds until a lock that is not renewed expires; longer than the longest single call. A dead
worker's lock is free long before (store/heartbeats.py): this is for a holder that is no worker."""

LOOKS_EVERY = 0.05
"""Seconds between two attempts on a lock that somebody else holds."""

# KEYS: lock, living workers. ARGV: token, ms, worker or ''.
# A worker that acquires a lock is alive; an unknown one is dead.
_ACQUIRE = """
if ARGV[3] ~= '' and not redis.call('ZSCORE', KEYS[2], ARGV[3]) then
  redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[3])
end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
local holder = redis.call('GET', KEYS[1])
if holder ~= ARGV[1] then
  local worker = string.match(holder, '^(.+)|')
  if not worker or redis.call('ZSCORE', KEYS[2], worker) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

# KEYS: lock. ARGV: token, ms.
_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

# KEYS: lock. ARGV: token.
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""


class WorkLock:
    """A lock, and the token of its holder or of the one who wants it."""

    def __init__(self, redis: Redis, name: str, worker: str) -> None:
        self._redis = redis
        self._living = Heartbeats(redis).living
        self._worker = worker
        self.name = name
        self.token = f"{worker}|{os.urandom(12).hex()}".encode()
        self._renew_at = 0.0

    def acquire(self, batch: Batch | None = None) -> Reply[bool]:
        """Try to acquire the lock; True if it is ours.

        It is safe to retry after a lost answer: the lock is then already ours.
        """
        with within(self._redis, batch) as acquire:
            keys = [self.name, self._living]
            answer = acquire.run(_ACQUIRE, keys, [self.token, _ms(), self._worker])
        self._renew_at = time.monotonic() + HELD_FOR / 3
        return answer.then(bool)

    def renew(self) -> bool:
        """Extend the lock if it is due. False if it was lost."""
        if time.monotonic() < self._renew_at:
            return True
        if not script(self._redis, _RENEW)([self.name], [self.token, _ms()]):
            return False
        self._renew_at = time.monotonic() + HELD_FOR / 3
        return True

    @contextmanager
    def released_at_end(self) -> Iterator[None]:
        """Release the lock however the block ends."""
        try:
            yield
        finally:
            self.release()

    def release(self, batch: Batch | None = None) -> None:
        """Release the lock if it is still ours."""
        with within(self._redis, batch) as release:
            release.run(_RELEASE, [self.name], [self.token])


class Locks:
    """The locks of one organization. `worker` holds them; '' if the process is not a worker."""

    def __init__(self, redis: Redis, organization: str, worker: str = "") -> None:
        self._redis = redis
        self._organization = organization
        self.worker = worker

    def lock(self, name: str) -> WorkLock:
        """The lock with that name, not yet acquired."""
        return WorkLock(self._redis, self._redis.key(self._organization, "lock", name), self.worker)

    @contextmanager
    def hold(self, name: str, wait: float = 0.0) -> Iterator[WorkLock | None]:
        """Hold the lock with that name; None if somebody else keeps it for longer than `wait` s."""
        lock = self.lock(name)
        ends = time.monotonic() + wait
        while not lock.acquire().value:
            if time.monotonic() >= ends:
                yield None
                return
            time.sleep(LOOKS_EVERY)
        with lock.released_at_end():
            yield lock


def _ms() -> int:
    return int(HELD_FOR * 1000)
