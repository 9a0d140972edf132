"""The time at which beat sends the next sync."""

import time

from store.space import NOBODY, Redis

OVERDUE = 30
"""Seconds after which an announced sync that was not sent is no longer shown."""


def announce(redis: Redis, after: float) -> None:
    """Announce that beat will send the next sync after so many seconds."""
    redis.set(_key(redis), str(time.time() + after), ex=int(after) + OVERDUE)


def next_sync(redis: Redis) -> float | None:
    """The time of the next sync, in seconds since the epoch; None if no beat is running."""
    found = redis.get(_key(redis))
    return float(found) if found is not None else None


def _key(redis: Redis) -> str:
    return redis.key(NOBODY, "next-sync")
