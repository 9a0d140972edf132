"""Heartbeats of the workers: which are alive, and which have died.

Work is leased to a worker by name: the messages that it took (store/deliveries.py) and the locks of
its tasks (store/locks.py). Each worker beats again and again; one whose heartbeat has expired is
buried by another one: from then on its locks are free, and its messages go back into their queues.
The clock is Redis's own.

A name is the node name that Celery shows and a random part, which tells the process from the one
that ran under the same name before.
"""

import os
import time

from store.batch import Batch
from store.space import LIVING, NOBODY, Redis, script, text

EVERY, EXPIRES_AFTER = 4.0, 18.0
"""Seconds between two heartbeats of a worker, and seconds after which one has expired.

A record that a dead worker held goes on within half a minute: its heartbeat expires after 18 s at
most, the next look of another worker comes within 4 s, and a worker that was just started has seen
18 s of its own by then. Three beats may be lost before anybody is taken for dead. A worker that is
frozen, or cut off from Redis, for that long loses its records like a dead one: it is told before
its next write, and a create of its that was under way is looked for by whoever has the record
then, for its mark is older than EXPIRES_AFTER.
"""

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

# KEYS: the living. ARGV: worker.
_BEAT = """
local clock = redis.call('TIME')
redis.call('ZADD', KEYS[1], clock[1] + clock[2] / 1000000, ARGV[1])
"""

# KEYS: the living. ARGV: expires after.
_ALIVE = """
local clock = redis.call('TIME')
local expired = clock[1] + clock[2] / 1000000 - tonumber(ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], expired, '+inf')
"""


def name_of(node: str) -> str:
    """The name of the worker of this process on that node."""
    return f"{node}/{os.urandom(4).hex()}"


def node_of(worker: str) -> str:
    """The node of a worker, as Celery shows it."""
    return worker.rpartition("/")[0] or worker


class Heartbeats:
    """The workers of the whole deployment."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.living = redis.queue(LIVING)
        self._dead = redis.key(NOBODY, "dead-workers")
        self._counted = (float("-inf"), 1)

    def beat(self, worker: str) -> None:
        """That worker is alive."""
        script(self._redis, _BEAT)([self.living], [worker])

    def stop(self, worker: str) -> None:
        """That worker is about to end; what it may still hold is returned by the next one."""
        with Batch(self._redis) as batch:
            batch.ask("ZREM", self.living, worker)
            batch.ask("ZADD", self._dead, time.time(), worker)

    def alive(self) -> list[str]:
        """The nodes whose workers are alive."""
        found: list[bytes] = script(self._redis, _ALIVE)([self.living], [EXPIRES_AFTER])
        return sorted({node_of(text(worker)) for worker in found})

    def bury(self) -> list[str]:
        """The workers that are dead, those included whose heartbeat has expired just now."""
        found: list[bytes] = script(self._redis, _BURY)([self.living, self._dead], [EXPIRES_AFTER])
        return [text(worker) for worker in found]

    def forget(self, worker: str) -> None:
        """Nothing of that dead worker is left to be returned."""
        self._redis.zrem(self._dead, worker)

    def size(self) -> int:
        """How many are alive, at least one. Cheap to call often: asked every few seconds only."""
        at, number = self._counted
        if time.monotonic() - at > EVERY:
            number = max(1, len(self.alive()))
            self._counted = time.monotonic(), number
        return number
