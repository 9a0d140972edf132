"""The backlog: records that wait for a worker, and those that are in flight.

Each organization has a limited window of messages in the broker's queue; the rest wait here, and
each finished record sends the next. So ten thousand new jobs of one organization never delay a job
of another, a record has only one message, and hires go before jobs. A record whose message was lost
is sent again by the next caller.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from core.keys import Direction, RecordKey, RecordKind, known
from store.batch import Batch, Reply, within
from store.space import NOBODY, RECORD_QUEUES, Redis, script, text

LOST_AFTER = 15.0
"""Seconds that a message may take from an empty queue to its task; then it counts as lost.

`celery purge` loses messages, and so does a worker that is killed at the moment it takes one. The
messages that a dead worker held are not lost: they return to their queues (store/deliveries.py)."""

WAITS_FOR = 900.0
"""Further seconds that a message may wait for a worker while the queues are not empty. A record
that is sent twice costs one message; its second delivery is dropped."""

RUNS_FOR = 170.0
"""Seconds that a task may work on a record: it ends within 150 s."""

RETURNS_WITHIN = 5.0
"""Seconds that a dead worker's message may take from an empty queue to its next task. With the
heartbeat's expiry and two checks by another worker that is 31 s (store/heartbeats.py)."""

WOKEN = 10
"""The reduction of a woken record's rank."""

# KEYS: waiting, in flight, organizations with records left. ARGV: organization, then record and
# rank in turn.
_ADD = """
local added = 0
for i = 2, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 0 then
    added = added + redis.call('ZADD', KEYS[1], 'NX', ARGV[i + 1], ARGV[i])
  end
end
if added > 0 then redis.call('SADD', KEYS[3], ARGV[1]) end
return added
"""

# KEYS: waiting, in flight, organizations with records left, woken. ARGV: organization, wake-up,
# then record and rank in turn.
_WAKE = """
for i = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[i], ARGV[2])
  if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 0 then
    redis.call('ZADD', KEYS[1], 'LT', ARGV[i + 1], ARGV[i])
  end
end
redis.call('SADD', KEYS[3], ARGV[1])
"""

# A record in flight has the time until which it is not overdue, its rank, and its worker.
_NOW = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local function fly(key, record, seconds, rank, worker)
  redis.call('HSET', key, record, string.format('%.3f %s %s', now + seconds, rank, worker or ''))
end
"""

_OVERDUE = """
local function overdue(key, queues, waits)
  local found, limit = {}, now
  for _, queue in ipairs(queues) do
    if redis.call('LLEN', queue) > 0 then limit = now - waits end
  end
  local rows = redis.call('HGETALL', key)
  for i = 1, #rows, 2 do
    local due, rank = string.match(rows[i + 1], '(%S+) (%S+)')
    if tonumber(due) < limit then found[#found + 1] = {rows[i], rank} end
  end
  return found
end
"""

# KEYS: waiting, in flight, organizations with records left, and the queues. ARGV: organization,
# seconds that a message may wait.
_IS_OVERDUE = f"""
{_NOW} {_OVERDUE}
if redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then redis.call('SREM', KEYS[3], ARGV[1]) end
return #overdue(KEYS[2], {{unpack(KEYS, 4)}}, tonumber(ARGV[2])) > 0
"""

# KEYS: waiting, in flight, organizations with records left, woken, and the queues. ARGV:
# organization, window, the settled record or '', seconds that a message may be on its way, and may
# wait, the wake-up that the record's task covered or '', the record's rank when woken.
# A record that was woken after its task began is processed once more.
# Settling a record while there is room does not search for lost ones; all other calls do.
_SETTLE_AND_TAKE = f"""
{_NOW} {_OVERDUE}
local window, settled = tonumber(ARGV[2]), ARGV[3]
if settled == '' and redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then
  redis.call('SREM', KEYS[3], ARGV[1])
  return {{0, {{}}}}
end
if settled ~= '' then
  redis.call('HDEL', KEYS[2], settled)
  local woken = redis.call('HGET', KEYS[4], settled)
  if woken == ARGV[6] then
    redis.call('HDEL', KEYS[4], settled)
  elseif woken and window > 0 then
    redis.call('ZADD', KEYS[1], 'LT', ARGV[7], settled)
  end
end
if settled == '' or redis.call('HLEN', KEYS[2]) >= window then
  for _, lost in ipairs(overdue(KEYS[2], {{unpack(KEYS, 5)}}, tonumber(ARGV[5]))) do
    redis.call('HDEL', KEYS[2], lost[1])
    if window > 0 then redis.call('ZADD', KEYS[1], 'NX', lost[2], lost[1]) end
  end
end
local room = window - redis.call('HLEN', KEYS[2])
local taken = {{}}
if room > 0 then
  local popped = redis.call('ZPOPMIN', KEYS[1], room)
  for i = 1, #popped, 2 do
    fly(KEYS[2], popped[i], ARGV[4], popped[i + 1])
    taken[#taken + 1] = popped[i]
  end
end
local left = redis.call('HLEN', KEYS[2]) + redis.call('ZCARD', KEYS[1])
if left == 0 then redis.call('SREM', KEYS[3], ARGV[1]) end
return {{left, taken}}
"""

# KEYS: waiting. ARGV: the prefixes of the kinds' keys.
_DROP = """
local goes, dropped = {}, {}
for _, word in ipairs(ARGV) do goes[word] = true end
for _, record in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if goes[string.match(record, '^[^:]*')] then
    redis.call('ZREM', KEYS[1], record)
    dropped[#dropped + 1] = record
  end
end
return dropped
"""

# KEYS: in flight. ARGV: record, seconds, the worker that processes it or ''.
_STAY_IN_FLIGHT = f"""
{_NOW}
local row = redis.call('HGET', KEYS[1], ARGV[1])
if not row then return 0 end
fly(KEYS[1], ARGV[1], ARGV[2], string.match(row, ' (%S+)'), ARGV[3])
return 1
"""

# KEYS: in flight. ARGV: a dead worker, seconds.
_LEAVE_TO_OTHERS = f"""
{_NOW}
local rows = redis.call('HGETALL', KEYS[1])
for i = 1, #rows, 2 do
  local rank, worker = string.match(rows[i + 1], ' (%S+) (.+)')
  if worker == ARGV[1] then fly(KEYS[1], rows[i], ARGV[2], rank) end
end
"""


@dataclass(frozen=True)
class Taken:
    """The records to send now, and the total number left, including these."""

    left: int
    records: list[RecordKey]


class Backlog:
    """The waiting records of one organization, and those in flight."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization
        self._waiting = redis.key(organization, "waiting")
        self._in_flight = redis.key(organization, "in-flight")
        self._woken = redis.key(organization, "woken")
        self._unsettled = redis.key(NOBODY, "unsettled")
        self._queues = [redis.queue(name) for name in RECORD_QUEUES]

    def add(self, records: Iterable[RecordKey]) -> int:
        """Add records; ones that already wait or are in flight are left unchanged."""
        flat: list[str | int] = []
        for record in records:
            flat += [str(record), record.kind.rank]
        added = 0
        keys = [self._waiting, self._in_flight, self._unsettled]
        for at in range(0, len(flat), 2000):
            part = [self._organization, *flat[at : at + 2000]]
            added += int(script(self._redis, _ADD)(keys, part))
        return added

    def wake(self, records: Iterable[RecordKey], batch: Batch) -> None:
        """Wake records that have changed: each goes first, and its task reads it anew.

        One that is in flight waits again when it settles, unless its task covers this wake-up.
        """
        flat: list[str | int] = []
        for record in records:
            flat += [str(record), record.kind.rank - WOKEN]
        keys = [self._waiting, self._in_flight, self._unsettled, self._woken]
        wake_up = f"{time.time():.3f} {uuid.uuid4()}"
        batch.run(_WAKE, keys, [self._organization, wake_up, *flat])

    def woken(self, record: RecordKey, batch: Batch) -> Reply[str | None]:
        """The last wake-up of the record that no task has covered, None if there is none."""
        woken = batch.ask("HGET", self._woken, str(record))
        return woken.then(lambda wake_up: text(wake_up) if wake_up is not None else None)

    def settle_and_take(
        self,
        window: int,
        settled: RecordKey | None = None,
        batch: Batch | None = None,
        *,
        heeded: str | None = None,
    ) -> Reply[Taken]:
        """Settle a record and take the next ones, so that at most `window` are in flight.

        Lost records are among them; with a window of 0 they are forgotten. `heeded` is the last
        wake-up before the record's task began to read.
        """
        keys = [self._waiting, self._in_flight, self._unsettled, self._woken, *self._queues]
        rank = settled.kind.rank - WOKEN if settled is not None else 0
        record: list[str | int | float] = [str(settled or ""), LOST_AFTER, WAITS_FOR]
        record += [heeded or "", rank]
        with within(self._redis, batch) as take:
            answer = take.run(_SETTLE_AND_TAKE, keys, [self._organization, window, *record])
        return answer.then(_taken)

    def begin(self, record: RecordKey, batch: Batch, worker: str = "") -> Reply[bool]:
        """Record that a worker's task has begun; True if it was sent from here and not settled."""
        return self._stay_in_flight(record, RUNS_FOR, batch, worker)

    def leave_to_others(self, worker: str) -> None:
        """Expect a dead worker's records soon on another one; otherwise their messages are lost."""
        script(self._redis, _LEAVE_TO_OTHERS)([self._in_flight], [worker, RETURNS_WITHIN])

    def postpone(self, record: RecordKey, seconds: float, batch: Batch) -> None:
        """Expect the record again after so many seconds."""
        self._stay_in_flight(record, seconds + LOST_AFTER, batch)

    def _stay_in_flight(
        self, record: RecordKey, seconds: float, batch: Batch, worker: str = ""
    ) -> Reply[bool]:
        arguments: list[str | float] = [str(record), seconds, worker]
        return batch.run(_STAY_IN_FLIGHT, [self._in_flight], arguments).then(bool)

    def is_empty(self, batch: Batch) -> Reply[bool]:
        """True if nothing waits or is in flight."""
        return batch.ask("EXISTS", self._waiting, self._in_flight).then(lambda found: not found)

    def is_overdue(self) -> bool:
        """True if a record's message is lost; an empty backlog is not checked any more."""
        keys = [self._waiting, self._in_flight, self._unsettled, *self._queues]
        return bool(script(self._redis, _IS_OVERDUE)(keys, [self._organization, WAITS_FOR]))

    def left(self) -> int:
        """The number of records that wait or are in flight."""
        with Batch(self._redis, atomic=False) as batch:
            waiting = batch.ask("ZCARD", self._waiting)
            in_flight = batch.ask("HLEN", self._in_flight)
        return int(waiting.value) + int(in_flight.value)

    def drop(self, direction: Direction) -> list[RecordKey]:
        """Drop the waiting records of that direction and return them."""
        words = [kind.word for kind in RecordKind if kind.direction is direction]
        dropped: list[bytes] = script(self._redis, _DROP)([self._waiting], words)
        return known(map(text, dropped))

    def clear(self) -> None:
        """Drop all waiting records; those in flight settle and are not processed again."""
        self._redis.delete(self._waiting, self._woken)


def woken_at(wake_up: str) -> float:
    """The time of a wake-up, in seconds since the epoch."""
    return float(wake_up.partition(" ")[0])


def unsettled(redis: Redis) -> list[str]:
    """The organizations that have records left."""
    return sorted(text(name) for name in redis.smembers(redis.key(NOBODY, "unsettled")))


def _taken(answer: tuple[int, list[bytes]]) -> Taken:
    left, records = answer
    return Taken(int(left), known(map(text, records)))
