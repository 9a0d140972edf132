"""The backlog: records that wait for a worker, and those that are in flight.

An organization has at most a window of messages in the broker's queue; the rest wait here and
each finished record sends the next. So ten thousand new jobs of one organization never stand in
front of one job of another, a record has one message, and hires go before jobs. A record whose
message was lost is sent again by whoever asks next.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from core.keys import Direction, RecordKey, RecordKind, known
from store.batch import Batch, Reply, within
from store.space import NOBODY, RECORD_QUEUES, Redis, script, text

LOST_AFTER = 15.0
"""Seconds that a message may be on its way from an empty queue to its task; then it is lost.

`celery purge` loses messages, and so does a worker that is killed in the moment in which it takes
one. What a dead worker held is not lost: it goes back into its queue (store/deliveries.py)."""

WAITS_FOR = 900.0
"""Further seconds that a message may wait for a worker while there is anything in the queues. A
record that is sent twice costs a message; its second delivery is let go."""

RUNS_FOR = 170.0
"""Seconds that a task may be at a record: it ends within 150 s."""

RETURNS_WITHIN = 5.0
"""Seconds that a dead worker's message may be on its way from an empty queue to its next task. With
the expiry of the heartbeat and two looks of another worker that is 31 s (store/heartbeats.py)."""

WOKEN = 10
"""By how much the rank of a record that was woken is lower."""

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

# KEYS: waiting, in flight, organizations with records left. ARGV: organization.
_IS_EMPTY = """
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
redis.call('SREM', KEYS[3], ARGV[1])
return 1
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

# What is in flight has the time until which nobody misses it, its rank, and the worker at it.
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

# KEYS: in flight, and the queues. ARGV: seconds that a message may wait.
_IS_OVERDUE = f"""
{_NOW} {_OVERDUE}
return #overdue(KEYS[1], {{unpack(KEYS, 2)}}, tonumber(ARGV[1])) > 0
"""

# KEYS: waiting, in flight, organizations with records left, woken, and the queues. ARGV:
# organization, window, the settled record or '', seconds that a message may be on its way, and may
# wait, the wake-up that the record's task heeded or '', the record's rank when woken.
# A record that was woken since its task began is looked at once more.
# Who settles a record while there is room need not look for lost ones: everybody else does.
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

# KEYS: waiting. ARGV: what the keys of the kinds begin with.
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

# KEYS: in flight. ARGV: record, seconds, the worker that is at it or ''.
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
    """Records to be sent now, and how many are left in all, those included."""

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
        """Let the records wait; those that wait or are in flight stay as they are."""
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
        """Something happened to the records: each goes first, and its task reads it anew.

        One that is in flight waits again when it settles, unless its task heeds this.
        """
        flat: list[str | int] = []
        for record in records:
            flat += [str(record), record.kind.rank - WOKEN]
        keys = [self._waiting, self._in_flight, self._unsettled, self._woken]
        wake_up = f"{time.time():.3f} {uuid.uuid4()}"
        batch.run(_WAKE, keys, [self._organization, wake_up, *flat])

    def woken(self, record: RecordKey, batch: Batch) -> Reply[str | None]:
        """The last wake-up of the record that no task has heeded; None: there is none."""
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
        """Settle a record, and take the next ones: at most `window` are in flight then.

        What was lost on the way is among them; with a window of 0 it is forgotten. `heeded` is the
        wake-up that the record's task knew of when it began to read.
        """
        keys = [self._waiting, self._in_flight, self._unsettled, self._woken, *self._queues]
        rank = settled.kind.rank - WOKEN if settled is not None else 0
        record: list[str | int | float] = [str(settled or ""), LOST_AFTER, WAITS_FOR]
        record += [heeded or "", rank]
        with within(self._redis, batch) as take:
            answer = take.run(_SETTLE_AND_TAKE, keys, [self._organization, window, *record])
        return answer.then(_taken)

    def begin(self, record: RecordKey, batch: Batch, worker: str = "") -> Reply[bool]:
        """A task of that worker is at the record: whether it was sent from here and not settled."""
        return self._stay_in_flight(record, RUNS_FOR, batch, worker)

    def leave_to_others(self, worker: str) -> None:
        """That worker is dead: what it was at comes soon, or its message is lost."""
        script(self._redis, _LEAVE_TO_OTHERS)([self._in_flight], [worker, RETURNS_WITHIN])

    def postpone(self, record: RecordKey, seconds: float, batch: Batch) -> None:
        """The record comes again after so many seconds."""
        self._stay_in_flight(record, seconds + LOST_AFTER, batch)

    def _stay_in_flight(
        self, record: RecordKey, seconds: float, batch: Batch, worker: str = ""
    ) -> Reply[bool]:
        arguments: list[str | float] = [str(record), seconds, worker]
        return batch.run(_STAY_IN_FLIGHT, [self._in_flight], arguments).then(bool)

    def is_empty(self, batch: Batch) -> Reply[bool]:
        """Whether nothing waits and nothing is in flight; nobody looks after it any more then."""
        keys = [self._waiting, self._in_flight, self._unsettled]
        return batch.run(_IS_EMPTY, keys, [self._organization]).then(bool)

    def is_overdue(self) -> bool:
        """Whether the message of a record is lost."""
        keys = [self._in_flight, *self._queues]
        return bool(script(self._redis, _IS_OVERDUE)(keys, [WAITS_FOR]))

    def left(self) -> int:
        """How many records wait or are in flight."""
        with Batch(self._redis, atomic=False) as batch:
            waiting = batch.ask("ZCARD", self._waiting)
            in_flight = batch.ask("HLEN", self._in_flight)
        return int(waiting.value) + int(in_flight.value)

    def drop(self, direction: Direction) -> list[RecordKey]:
        """Drop what waits of that direction; the records."""
        words = [kind.word for kind in RecordKind if kind.direction is direction]
        dropped: list[bytes] = script(self._redis, _DROP)([self._waiting], words)
        return known(map(text, dropped))

    def clear(self) -> None:
        """Drop what waits; what is in flight settles by itself, and is not looked at once more."""
        self._redis.delete(self._waiting, self._woken)


def woken_at(wake_up: str) -> float:
    """When that was, in seconds since the epoch."""
    return float(wake_up.partition(" ")[0])


def unsettled(redis: Redis) -> list[str]:
    """The organizations that have records left."""
    return sorted(text(name) for name in redis.smembers(redis.key(NOBODY, "unsettled")))


def _taken(answer: tuple[int, list[bytes]]) -> Taken:
    left, records = answer
    return Taken(int(left), known(map(text, records)))
