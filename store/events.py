"""Webhook events of one organization: the ones received, and the latest time of each kind.

Only an event's digest, kind and time are stored. Reading them needs no key.
"""

import hashlib
import time
from collections.abc import Mapping
from itertools import accumulate

from store.batch import Batch, Reply, within
from store.space import NOBODY, Redis, script, text

SEEN_FOR = 6 * 3600.0
"""Seconds for which an event is recognised: Ashby's last retry comes after 2 h 49 min."""

SEEN_AT_MOST = 20_000
"""Number of latest events that are recognised: 3 MB. A flood beyond that only costs repeats."""

LOOKUP_WITHIN = 60
"""Seconds after which a lookup that has not begun may be requested again."""

SYNC_EVERY = 30.0
"""Seconds between two syncs requested by events."""

WITHIN = ("0.5", "1", "2", "5", "10", "30", "+Inf")
"""Bucket limits in seconds for the time from an event to the outcome."""

# KEYS: when the next one may be. ARGV: now, seconds in between.
# Returns the seconds to wait, or -1 if a sync is on its way that will see the same.
_SYNC_TURN = """
local now, every = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = tonumber(redis.call('GET', KEYS[1]) or 0)
if due > now + every then return '-1' end
local start = math.max(due, now)
redis.call('SET', KEYS[1], tostring(start + every), 'EX', math.ceil(start + every - now) + 1)
return tostring(start - now)
"""


class Events:
    """The events of one organization, by system (`ashby`, `charthop`)."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization
        self._own_user = redis.key(organization, "events", "own-user")
        self._seen = redis.key(organization, "events", "seen")
        self._last = redis.key(organization, "events", "last")
        self._came_with = redis.key(organization, "events", "came-with")
        self._counts = redis.key(organization, "events", "counts")
        self._answered = redis.key(organization, "events", "answered")
        self._spent = redis.key(organization, "events", "spent")
        self._sync_due = redis.key(organization, "events", "sync-due")

    def is_seen(self, system: str, event: str) -> bool:
        """True if that event was noted before."""
        with Batch(self._redis) as batch:
            seen = self.read_seen(system, event, batch)
        return seen.value

    def read_seen(self, system: str, event: str, batch: Batch) -> Reply[bool]:
        """The same as a part of a batch."""
        at = batch.ask("ZSCORE", self._seen, _name(system, event))
        return at.then(lambda at: at is not None and time.time() - float(at) < SEEN_FOR)

    def note(
        self, system: str, kind: str, event: str | None, result: str, batch: Batch | None = None
    ) -> None:
        """Record a processed event and its result; `event` identifies it."""
        now = time.time()
        with within(self._redis, batch) as note:
            if event is not None:
                note.ask("ZADD", self._seen, now, _name(system, event))
                note.ask("ZREMRANGEBYRANK", self._seen, 0, -SEEN_AT_MOST - 1)
                note.ask("EXPIRE", self._seen, int(SEEN_FOR))
            note.ask("HSET", self._last, f"{system}:{kind}", round(now, 3))
            note.ask("HINCRBY", self._counts, f"{system}:{kind}:{result}", 1)

    def count(self, system: str, kind: str, result: str) -> None:
        """Count an event that leaves no other trace."""
        self._redis.hincrby(self._counts, f"{system}:{kind}:{result}", 1)

    def last(self) -> dict[str, dict[str, float]]:
        """The time of the last event of each kind (seconds since the epoch), by system."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._last)  # type: ignore[assignment]
        found: dict[str, dict[str, float]] = {}
        for name, at in sorted(rows.items()):
            system, _, kind = text(name).partition(":")
            found.setdefault(system, {})[kind] = float(at)
        return found

    def note_secret(self, system: str, kind: str, id_: str) -> None:
        """Record which of two secrets an event came with, by its `key_id`."""
        self._redis.hset(self._came_with, f"{system}:{kind}", id_)

    def came_with(self, system: str) -> dict[str, str]:
        """The id of the secret that the last event of each kind came with, as far as known."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._came_with)  # type: ignore[assignment]
        named = {text(name).partition(":")[::2]: text(id_) for name, id_ in rows.items()}
        return {kind: id_ for (sender, kind), id_ in named.items() if sender == system}

    def forget(self, system: str, kind: str) -> None:
        """Forget a kind's last event."""
        with Batch(self._redis) as batch:
            batch.ask("HDEL", self._last, f"{system}:{kind}")
            batch.ask("HDEL", self._came_with, f"{system}:{kind}")

    def counts(self) -> dict[tuple[str, str, str], int]:
        """The number of events by system, kind and result."""
        return _counts(self._redis.hgetall(self._counts))  # type: ignore[arg-type]

    def answer(self, batch: Batch, seconds: float) -> None:
        """Record that a woken record has its outcome, so many seconds after its last event."""
        within = next(limit for limit in WITHIN if seconds <= float(limit))
        batch.ask("HINCRBY", self._answered, within, 1)
        batch.ask("HINCRBYFLOAT", self._answered, "sum", round(max(seconds, 0.0), 3))

    def answered(self) -> tuple[list[tuple[str, int]], float]:
        """The histogram of the times from event to outcome, and their sum.

        The counts are cumulative.
        """
        rows: dict[bytes, bytes] = self._redis.hgetall(self._answered)  # type: ignore[assignment]
        each = (int(rows.get(limit.encode(), 0)) for limit in WITHIN)
        return list(zip(WITHIN, accumulate(each), strict=True)), float(rows.get(b"sum", 0))

    def spend(self, kind: str) -> int:
        """Count a change of that kind caused by an event; the number since the last sync.

        If no sync runs, nothing resets the count; it is kept for a day.
        """
        with Batch(self._redis) as batch:
            spent = batch.ask("HINCRBY", self._spent, kind, 1)
            batch.ask("EXPIRE", self._spent, 24 * 3600)
        return int(spent.value)

    def forget_spent(self, batch: Batch | None = None) -> None:
        """Reset the counts, as a sync has asked the brake about everything."""
        with within(self._redis, batch) as forget:
            forget.ask("DEL", self._spent)

    def begin_lookup(self, application_id: str) -> bool:
        """True if no lookup of that application is pending; marks one as pending."""
        name = self._redis.key(self._organization, "events", "lookup", application_id)
        return bool(self._redis.set(name, "1", nx=True, ex=LOOKUP_WITHIN))

    def end_lookup(self, application_id: str) -> None:
        """Clear the mark: later requests need another lookup."""
        self._redis.delete(self._redis.key(self._organization, "events", "lookup", application_id))

    def own_user(self) -> str | None:
        """The ChartHop user that the sync's calls are made as; None if not known."""
        with Batch(self._redis) as batch:
            user = self.read_own_user(batch)
        return user.value

    def read_own_user(self, batch: Batch) -> Reply[str | None]:
        """The same as a part of a batch."""
        user = batch.ask("GET", self._own_user)
        return user.then(lambda user: text(user) if user is not None else None)

    def learn_own_user(self, user_id: str) -> None:
        """Store that user for a day."""
        self._redis.set(self._own_user, user_id, ex=24 * 3600)

    def sync_turn(self) -> float | None:
        """Seconds until a sync requested by an event may start; None if a waiting one suffices."""
        turn = script(self._redis, _SYNC_TURN)([self._sync_due], [time.time(), SYNC_EVERY])
        wait = float(text(turn))
        return wait if wait >= 0 else None


def count_refused(redis: Redis, system: str) -> None:
    """Count a rejected delivery; as it was not authenticated, its organization is not known."""
    redis.hincrby(redis.key(NOBODY, "events", "refused"), system, 1)


def refused(redis: Redis) -> dict[str, int]:
    """The number of rejected deliveries by system."""
    rows: dict[bytes, bytes] = redis.hgetall(redis.key(NOBODY, "events", "refused"))  # type: ignore[assignment]
    return {text(system): int(number) for system, number in rows.items()}


def _name(system: str, event: str) -> bytes:
    """The digest of an event's id that is stored, of fixed length whatever was sent."""
    return hashlib.sha256(f"{system} {event}".encode("utf-8", "replace")).digest()[:16]


def _counts(rows: Mapping[bytes, bytes]) -> dict[tuple[str, str, str], int]:
    counts = {}
    for name, number in rows.items():
        system, _, rest = text(name).partition(":")
        kind, _, result = rest.rpartition(":")
        counts[system, kind, result] = int(number)
    return counts
