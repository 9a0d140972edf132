"""When beat sends the next sync."""

import time

from store.space import NOBODY, Redis

OVERDUE = 30
"""Seconds after which a sync that was announced and not asked for tells nothing any more."""


def announce(redis: Redis, after: float) -> None:
    """Beat asks for the next sync after so many seconds."""
    redis.set(_key(redis), str(time.time() + after), ex=int(after) + OVERDUE)


def next_sync(redis: Redis) -> float | None:
    """When the next sync is asked for, in seconds since the epoch; None: no beat is running."""
    found = redis.get(_key(redis))
    return float(found) if found is not None else None


def _key(redis: Redis) -> str:
    return redis.key(NOBODY, "next-sync")
