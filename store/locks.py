"""Locks: who is at work on what.

A lock is one key with a token in it, which names the worker: it expires by itself, it is free as
soon as that worker is dead, and only its holder can renew or release it. It is no fence: a holder
that was frozen for too long is told so before its next write.

Not redis-py's lock, which asks for it alone and takes the loss of an answer for somebody else's
lock: a record's task gets its lock in the same round trip as all else (store/leases.py).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from store.batch import Batch, Reply, within
from store.heartbeats import Heartbeats
from store.space import Redis, script

HELD_FOR = 90.0
"""Seconds until a lock that nobody renews expires; longer than the longest single call. One whose
worker is dead is free long before (store/heartbeats.py): this is for a holder that is none."""

LOOKS_EVERY = 0.05
"""Seconds between two looks at a lock that somebody else has."""

# KEYS: lock, living workers. ARGV: token, ms, worker or ''.
# Who acquires it lives; a worker that nobody knows (any more) is dead.
_ACQUIRE = """
if ARGV[3] ~= '' and not redis.call('ZSCORE', KEYS[2], ARGV[3]) then
  redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[3])
end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
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
    """A lock, and the token of the one who asks for it or holds it."""

    def __init__(self, redis: Redis, name: str, worker: str) -> None:
        self._redis = redis
        self._living = Heartbeats(redis).living
        self._worker = worker
        self.name = name
        self.token = f"{worker}|{os.urandom(12).hex()}".encode()
        self._renew_at = 0.0

    def acquire(self, batch: Batch | None = None) -> Reply[bool]:
        """Try to acquire it: whether it is ours.

        It may be tried again where the answer was lost: it is ours then already.
        """
        with within(self._redis, batch) as acquire:
            keys = [self.name, self._living]
            answer = acquire.run(_ACQUIRE, keys, [self.token, _ms(), self._worker])
        self._renew_at = time.monotonic() + HELD_FOR / 3
        return answer.then(bool)

    def renew(self) -> bool:
        """Extend it where it is time to. False where the lock was lost."""
        if time.monotonic() < self._renew_at:
            return True
        if not script(self._redis, _RENEW)([self.name], [self.token, _ms()]):
            return False
        self._renew_at = time.monotonic() + HELD_FOR / 3
        return True

    @contextmanager
    def released_at_end(self) -> Iterator[None]:
        """Release it however the block ends."""
        try:
            yield
        finally:
            self.release()

    def release(self, batch: Batch | None = None) -> None:
        """Release it where it is still ours."""
        with within(self._redis, batch) as release:
            release.run(_RELEASE, [self.name], [self.token])


class Locks:
    """The locks of one organization. `worker` holds them; '' where it is no worker."""

    def __init__(self, redis: Redis, organization: str, worker: str = "") -> None:
        self._redis = redis
        self._organization = organization
        self.worker = worker

    def lock(self, name: str) -> WorkLock:
        """The lock of that name, for somebody who has not asked for it yet."""
        return WorkLock(self._redis, self._redis.key(self._organization, "lock", name), self.worker)

    @contextmanager
    def hold(self, name: str, wait: float = 0.0) -> Iterator[WorkLock | None]:
        """Hold the lock of that name; None where somebody else has it for longer than `wait` s."""
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
