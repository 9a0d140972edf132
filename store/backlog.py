"""Which records wait for a worker, and which may be in the queue at the same time?

An organization has at most a window of messages in the broker's queue; the rest wait here and
each finished record sends the next. So ten thousand new jobs of one organization never stand in
front of one job of another, a record never has two messages, and hires go before jobs.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from core.keys import Direction, RecordKey, RecordKind
from store.batch import Batch, Reply, within
from store.space import Redis, key, script, text

LOST_AFTER = 900.0
"""Seconds after which a record that was sent and never settled may be sent again.

What a dead worker held is delivered again after 605 s and then runs for 150 s at most. A worker
that is killed in the moment in which it takes a message loses it; so that is noticed.
"""

# KEYS: waiting, in flight. ARGV: now, lost after, then record and rank in turn.
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

# KEYS: waiting, in flight. ARGV: now, window, the settled record or ''.
_SETTLE_AND_TAKE = """
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


@dataclass(frozen=True)
class Taken:
    """Records to be sent now, and how many are left in all, those included."""

    left: int
    records: list[RecordKey]


class Backlog:
    """The waiting records of one organization, and those in flight."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._keys = [key(organization, "waiting"), key(organization, "in-flight")]

    def add(self, records: Iterable[RecordKey]) -> int:
        """Let the records wait; those that wait or are under way stay as they are."""
        flat: list[str | int | float] = []
        for record in records:
            flat += [str(record), record.kind.rank]
        added = 0
        for at in range(0, len(flat), 2000):
            part = [time.time(), LOST_AFTER, *flat[at : at + 2000]]
            added += int(script(self._redis, _ADD)(self._keys, part))
        return added

    def settle_and_take(
        self, window: int, settled: RecordKey | None = None, batch: Batch | None = None
    ) -> Reply[Taken]:
        """Settle a record, and take the next ones: at most `window` are in flight then."""
        with within(self._redis, batch) as take:
            answer = take.run(
                _SETTLE_AND_TAKE, self._keys, [time.time(), window, str(settled or "")]
            )
        return answer.then(_taken)

    def is_in_flight(self, record: RecordKey, batch: Batch) -> Reply[bool]:
        """Whether the record was sent and has not settled."""
        return batch.ask("HEXISTS", self._keys[1], str(record)).then(bool)

    def left(self) -> int:
        """How many records wait or are in flight."""
        with Batch(self._redis, atomic=False) as batch:
            waiting = batch.ask("ZCARD", self._keys[0])
            in_flight = batch.ask("HLEN", self._keys[1])
        return int(waiting.value) + int(in_flight.value)

    def drop(self, direction: Direction) -> list[RecordKey]:
        """Drop what waits of that direction; the records."""
        rank = min(kind.rank for kind in RecordKind if kind.direction is direction)
        with Batch(self._redis) as batch:
            waiting = batch.ask("ZRANGE", self._keys[0], rank, rank, "BYSCORE")
            batch.ask("ZREMRANGEBYSCORE", self._keys[0], rank, rank)
        return [RecordKey.read(text(record)) for record in waiting.value]

    def clear(self) -> None:
        """Drop what waits; what was sent settles by itself."""
        self._redis.delete(self._keys[0])


def _taken(answer: tuple[int, list[bytes]]) -> Taken:
    left, records = answer
    return Taken(int(left), [RecordKey.read(text(record)) for record in records])
