"""The allowance of calls of each key, counted for all workers together.

A generic cell rate limiter in one Redis script: calls are spaced evenly instead of sent in bursts,
the clock is Redis's own, and a call that has to wait learns for how long. A 429 in one worker
pauses all of them. No available library does both in one round trip (docs/decisions.md).

Outages are detected here too: after a few failures in a row, calls wait for a growing pause, and
after it a single call tests for all of them whether the service answers again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from core import reasons
from core.errors import Busy
from store.key_choice import key_id
from store.space import NOBODY, Redis, script

LONGEST_WAIT = 10.0
"""Seconds that a task waits for a free call; beyond that it releases its worker."""

FEW_FAILURES = 5
"""Failures in a row after which a service counts as down."""

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 300.0
"""Seconds that calls wait during an outage; doubled each time the service is still down."""

PROBED_FOR, LOOK_AGAIN = 60.0, 3.0
"""Seconds that the test call after a pause may take, and seconds between the others' checks for its
result."""

AHEAD, AHEAD_FOR = 2, 0.5
"""Further calls that are granted with one while little of the burst is used, and the seconds for
which they are valid. They are counted when granted. At most nine calls of one of Ashby's windows
are made that much later than counted: 970 + 21 + 9 are its 1000."""

# KEYS: turn, hold for everyone, outage, failures, probe.
# ARGV: ms between calls, burst, longest wait ms, few failures, ms of a probe, ms to look again,
# further calls that may be granted.
# Returns {kind, ms, failures, further calls}: kind 1 go after ms, 0 too long, -1 outage.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local found = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
local turn, held = tonumber(found[1] or '0'), tonumber(found[2] or '0')
local outage, failures = tonumber(found[3] or '0'), tonumber(found[4] or '0')
if outage > now then return {-1, outage - now, failures, 0} end
local gap, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = math.max(now, held, turn - burst * gap)
if at - now > tonumber(ARGV[3]) then return {0, math.ceil(at - now), failures, 0} end
if failures >= tonumber(ARGV[4]) and not redis.call('SET', KEYS[5], '1', 'NX', 'PX', ARGV[5]) then
  return {-1, ARGV[6], failures, 0}
end
turn = math.max(turn, at) + gap
local ahead = 0
if failures == 0 and at == now and turn - now <= burst * gap / 4 then
  ahead = tonumber(ARGV[7])
  turn = turn + ahead * gap
end
redis.call('SET', KEYS[1], string.format('%.3f', turn), 'PX', math.ceil(turn - now) + 60000)
return {1, math.ceil(at - now), failures, ahead}
"""

# KEYS: turn, hold for everyone. ARGV: ms between calls, burst, ms to hold, '1' for everyone.
_HOLD = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local till = now + tonumber(ARGV[3])
if ARGV[4] == '1' then
  redis.call('SET', KEYS[2], string.format('%.0f', till), 'PX', ARGV[3] + 1000)
end
local gap, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local turn = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), till + burst * gap)
redis.call('SET', KEYS[1], string.format('%.3f', turn), 'PX', math.ceil(turn - now) + 60000)
"""

# KEYS: outage, failures, probe. ARGV: few, first pause ms, longest pause ms.
_FAIL = """
redis.call('DEL', KEYS[3])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
-- Calls that were under way when the outage was noticed tell nothing new.
if tonumber(redis.call('GET', KEYS[1]) or '0') > now then return 0 end
local failures = redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], 3600)
local over = failures - tonumber(ARGV[1])
if over < 0 then return 0 end
local pause = math.min(tonumber(ARGV[2]) * 2 ^ over, tonumber(ARGV[3]))
redis.call('SET', KEYS[1], string.format('%.0f', now + pause), 'PX', string.format('%.0f', pause))
return pause
"""


@dataclass(frozen=True)
class Rate:
    """Calls per minute, and the burst allowed after a quiet period."""

    per_minute: float
    burst: int


ASHBY_LIMIT = 1000
"""Calls per minute and key that Ashby allows unless it has agreed to more."""

ASHBY = Rate(per_minute=970, burst=20)
"""Ashby counts 1000 calls per key in a fixed window of 60 s; 970 + 20 never exceeds that."""


def ashby_rate(per_minute: float) -> Rate:
    """Ashby's rate if an operator reserves calls for other software with the same key."""
    return Rate(per_minute, ASHBY.burst)


CHARTHOP = Rate(per_minute=1200, burst=20)
"""ChartHop documents no limit; this one is our own choice."""


class RedisAllowance:
    """The allowance of one key of one system."""

    def __init__(
        self,
        redis: Redis,
        system: str,
        secret: str,
        rate: Rate,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._redis = redis
        self._system = system
        self._rate = rate
        self._sleep = sleep
        self._gap = 60_000 / rate.per_minute
        self._failing = False
        self._ahead: list[float] = []  # until when each is good
        name = system.lower()
        # The key itself is never in Redis; organizations that share a key share its allowance.
        credential = key_id(secret)
        self._turn = redis.key(NOBODY, "turn", name, credential)
        self._everyone = redis.key(NOBODY, "hold", name)
        self._outage = redis.key(NOBODY, "outage", name, credential)
        self._failures = redis.key(NOBODY, "failures", name, credential)
        self._probe = redis.key(NOBODY, "probe", name, credential)

    def take(self) -> None:
        """Wait for the next free call; Busy if it is more than LONGEST_WAIT away.

        A further call granted with the last one is free at once, without asking Redis.
        """
        if self._take_ahead():
            return
        kind, wait_ms, failures, ahead = script(self._redis, _TAKE)(
            [self._turn, self._everyone, self._outage, self._failures, self._probe],
            [
                self._gap,
                self._rate.burst,
                LONGEST_WAIT * 1000,
                FEW_FAILURES,
                int(PROBED_FOR * 1000),
                int(LOOK_AGAIN * 1000),
                AHEAD,
            ],
        )
        self._failing = int(failures) > 0
        self._ahead += [time.monotonic() + AHEAD_FOR] * int(ahead)
        seconds = int(wait_ms) / 1000
        if kind == -1:
            raise Busy(reasons.OUTAGE(system=self._system), max(seconds, 0.1))
        if kind == 0:
            raise Busy(reasons.BUSY(system=self._system), seconds)
        if seconds:
            self._sleep(seconds)

    def _take_ahead(self) -> bool:
        while self._ahead:
            try:
                good_until = self._ahead.pop()
            except IndexError:  # another thread's call has it
                return False
            if time.monotonic() < good_until:
                return True
        return False

    def slow_down(self, seconds: float, *, everyone: bool) -> None:
        """Pause this key in every worker; with `everyone`, all keys of the system."""
        self._ahead.clear()
        script(self._redis, _HOLD)(
            [self._turn, self._everyone],
            [self._gap, self._rate.burst, int(seconds * 1000), "1" if everyone else "0"],
        )

    def failed(self) -> None:
        """Count a failure; after a few in a row, calls wait."""
        self._ahead.clear()
        script(self._redis, _FAIL)(
            [self._outage, self._failures, self._probe],
            [FEW_FAILURES, int(FIRST_PAUSE * 1000), int(LONGEST_PAUSE * 1000)],
        )

    def succeeded(self) -> None:
        """Record that the service answers again."""
        if self._failing:
            self._redis.delete(self._failures, self._probe)
            self._failing = False

    def left(self) -> float:
        """The share of the allowance that is free now, 0 to 1."""
        turn = self._redis.get(self._turn)
        if turn is None:
            return 1.0
        ahead = float(turn) / 1000 - time.time()
        return min(1.0, max(0.0, 1.0 - ahead / (self._rate.burst * self._gap / 1000)))


class Unlimited:
    """No limit, and nothing written: for `plan`, whose few reads leave no trace."""

    def take(self) -> None:
        """Return at once."""

    def slow_down(self, seconds: float, *, everyone: bool) -> None:
        """Store nothing; the caller sees the refusal."""

    def failed(self) -> None:
        """Store nothing."""

    def succeeded(self) -> None:
        """Store nothing."""
