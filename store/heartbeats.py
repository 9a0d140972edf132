"""Heartbeats of the workers: the living and the dead ones.

Work is leased to a worker by name: the messages that it took (store/deliveries.py) and the locks of
its tasks (store/locks.py). Each worker sends heartbeats; once one has expired, another worker
declares it dead: its locks become free, and its messages return to their queues. The clock is
Redis's own.

A name is Celery's node name plus a random part that distinguishes the process from an earlier one
with the same node name.
"""

import os
import time

from store.batch import Batch
from store.space import LIVING, NOBODY, Redis, script, text

EVERY, EXPIRES_AFTER = 4.0, 18.0
"""Seconds between two heartbeats of a worker, and seconds after which one expires.

A dead worker's record continues within half a minute: the heartbeat expires after at most 18 s, and
another worker's next check comes within 4 s, also if that worker was just started. Three heartbeats
may be lost before a worker is taken for dead. A worker that is frozen or cut off from Redis for
that long loses its records like a dead one: it learns so before its next write, and the task that
then has the record searches for the result of a create that was under way, as its mark is older
than EXPIRES_AFTER.
"""

GAP = EXPIRES_AFTER / 2
"""Seconds without any heartbeat after which Redis or all workers were away: heartbeats are then old
without being expired, so nobody is declared dead until EXPIRES_AFTER later."""

# KEYS: the living, the dead. ARGV: expires after.
_BURY = """
local clock = redis.call('TIME')
local expired = clock[1] + clock[2] / 1000000 - tonumber(ARGV[1])
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. expired)) do
  redis.call('ZREM', KEYS[1], worker)
  redis.call('ZADD', KEYS[2], clock[1], worker)
end
return redis.call('ZRANGE', KEYS[2], 0, -1)
"""

# KEYS: the living; since when there is no gap, and the last heartbeat. ARGV: worker, gap.
# The scores of the living do not show a gap: taking a message or a lock also adds a worker there.
_BEAT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local since, last = unpack(redis.call('HMGET', KEYS[2], 'since', 'last'))
if not since or not last or now - tonumber(last) > tonumber(ARGV[2]) then
  since = string.format('%.6f', now)
end
redis.call('HSET', KEYS[2], 'since', since, 'last', string.format('%.6f', now))
redis.call('ZADD', KEYS[1], now, ARGV[1])
return tostring(now - tonumber(since))
"""

# KEYS: the living. ARGV: expires after.
_ALIVE = """
local clock = redis.call('TIME')
local expired = clock[1] + clock[2] / 1000000 - tonumber(ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], expired, '+inf')
"""


def name_of(node: str) -> str:
    """The name of this process's worker on that node."""
    return f"{node}/{os.urandom(4).hex()}"


def node_of(worker: str) -> str:
    """The node name of a worker, as Celery shows it."""
    return worker.rpartition("/")[0] or worker


class Heartbeats:
    """The workers of the whole deployment."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.living = redis.queue(LIVING)
        self._dead = redis.key(NOBODY, "dead-workers")
        self._unbroken = redis.key(NOBODY, "heartbeats-unbroken")
        self._counted = (float("-inf"), 1)

    def beat(self, worker: str) -> float:
        """Record a heartbeat of that worker.

        Returns the seconds for which there have been heartbeats without a gap, whosever.
        """
        return float(script(self._redis, _BEAT)([self.living, self._unbroken], [worker, GAP]))

    def stop(self, worker: str) -> None:
        """Expire a worker that is about to exit; another one returns what it may still hold."""
        with Batch(self._redis) as batch:
            batch.ask("ZREM", self.living, worker)
            batch.ask("ZADD", self._dead, time.time(), worker)

    def alive(self) -> list[str]:
        """The nodes of the living workers."""
        found: list[bytes] = script(self._redis, _ALIVE)([self.living], [EXPIRES_AFTER])
        return sorted({node_of(text(worker)) for worker in found})

    def bury(self) -> list[str]:
        """The dead workers, including those whose heartbeat has just expired."""
        found: list[bytes] = script(self._redis, _BURY)([self.living, self._dead], [EXPIRES_AFTER])
        return [text(worker) for worker in found]

    def forget(self, worker: str) -> None:
        """Forget a dead worker that holds nothing any more."""
        self._redis.zrem(self._dead, worker)

    def size(self) -> int:
        """The number of living workers, at least one. Cached for a few seconds."""
        at, number = self._counted
        if time.monotonic() - at > EVERY:
            number = max(1, len(self.alive()))
            self._counted = time.monotonic(), number
        return number
