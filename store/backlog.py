"""Which records wait for a worker, and which may be in the queue at the same time?

An organization has at most a window of messages in the broker's queue; the rest wait here and
each finished record sends the next. So ten thousand new jobs of one organization never stand in
front of one job of another, a record never has two messages, and hires go before jobs.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from redis.client import Pipeline

from store.space import Redis, key, script, text

LOST_AFTER = 900.0
"""Seconds after which a record that was sent and never settled may be sent again.

What a dead worker held is delivered again after 605 s and then runs for 150 s at most. A worker
that is killed in the moment in which it takes a message loses it; so that is noticed.
"""

HIRES_FIRST, JOBS_AFTER = 0, 1

# KEYS: waiting, sent. ARGV: now, lost after, then record and rank by leases.
_ADD = """
local now, lost = tonumber(ARGV[1]), tonumber(ARGV[2])
local added = 0
for i = 3, #ARGV, 2 do
  local sent = redis.call('HGET', KEYS[2], ARGV[i])
  if sent and now - tonumber(sent) > lost then
    redis.call('HDEL', KEYS[2], ARGV[i])
    sent = false
  end
  if not sent then
    added = added + redis.call('ZADD', KEYS[1], 'NX', ARGV[i + 1], ARGV[i])
  end
end
return added
"""

# KEYS: waiting, sent. ARGV: now, window, the settled record or ''.
_NEXT = """
if ARGV[3] ~= '' then redis.call('HDEL', KEYS[2], ARGV[3]) end
local room = tonumber(ARGV[2]) - redis.call('HLEN', KEYS[2])
local sending = {}
if room > 0 then
  local popped = redis.call('ZPOPMIN', KEYS[1], room)
  for i = 1, #popped, 2 do
    redis.call('HSET', KEYS[2], popped[i], ARGV[1])
    sending[#sending + 1] = popped[i]
  end
end
return {redis.call('HLEN', KEYS[2]) + redis.call('ZCARD', KEYS[1]), sending}
"""


class Backlog:
    """The waiting and the sent records of one organization."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._keys = [key(organization, "waiting"), key(organization, "sent")]

    def add(self, records: Mapping[str, int]) -> int:
        """Let the records wait, by rank; those that wait or are under way stay as they are."""
        flat: list[str | int | float] = []
        for record, rank in records.items():
            flat += [record, rank]
        added = 0
        for at in range(0, len(flat), 2000):
            part = [time.time(), LOST_AFTER, *flat[at : at + 2000]]
            added += int(script(self._redis, _ADD)(self._keys, part))
        return added

    def next(self, window: int, settled: str = "") -> tuple[int, list[str]]:
        """Settle a record and take the next ones to send: how many are left in all, and those."""
        answer = script(self._redis, _NEXT)(self._keys, [time.time(), window, settled])
        return self.taken(iter([answer]))

    def request_next(self, pipe: Pipeline, window: int, settled: str) -> None:
        """The same as a part of a transaction; one answer, for `taken`."""
        arguments: list[Any] = [*self._keys, time.time(), window, settled]
        pipe.eval(_NEXT, len(self._keys), *arguments)

    def taken(self, answers: Iterator[Any]) -> tuple[int, list[str]]:
        """What `next` gives, out of the answer to it."""
        left, sending = next(answers)
        return int(left), [text(record) for record in sending]

    def request_sent(self, pipe: Pipeline, record: str) -> None:
        """Ask whether the record was sent and has not settled; one answer."""
        pipe.hexists(self._keys[1], record)

    def left(self) -> int:
        """How many records wait or are under way."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zcard(self._keys[0])
            pipe.hlen(self._keys[1])
            return sum(pipe.execute())

    def drop(self, rank: int) -> list[str]:
        """Drop what waits of that rank; the records."""
        with self._redis.pipeline() as pipe:
            pipe.zrangebyscore(self._keys[0], rank, rank)
            pipe.zremrangebyscore(self._keys[0], rank, rank)
            return [text(record) for record in pipe.execute()[0]]

    def clear(self) -> None:
        """Drop what waits; what was sent settles by itself."""
        self._redis.delete(self._keys[0])
