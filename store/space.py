"""How are Redis keys named?

`charthop-ashby:{organization}:{...}`; what belongs to no organization stands under `-`, which no
organization can be called.
"""

import random
import time
from functools import lru_cache
from typing import Any

import redis
from redis.backoff import AbstractBackoff
from redis.commands.core import Script
from redis.retry import Retry

PREFIX = "charthop-ashby"
NOBODY = "-"

Redis = redis.Redis
"""A client that gives bytes (decode_responses off)."""


def key(organization: str, *parts: str) -> str:
    """The key of something that belongs to an organization."""
    return ":".join((PREFIX, organization, *parts))


def text(value: Any) -> str:
    """A text out of what Redis gave."""
    return value.decode() if isinstance(value, bytes) else str(value)


@lru_cache(maxsize=256)
def script(client: Redis, code: str) -> Script:
    """That script on that server; made once for each, for making one digests the code."""
    return client.register_script(code)


REDIS_AWAY = (
    redis.ConnectionError,
    redis.TimeoutError,
    redis.ReadOnlyError,
    redis.OutOfMemoryError,
)
"""What a command raises where Redis is away for longer than patience lasts, or takes no writes."""

PATIENCE = 40.0
"""Seconds that a command waits for Redis to come back: a restart, or half a minute without network,
passes without a task noticing more than a pause."""


class Patience(AbstractBackoff):
    """Tries in growing steps of up to a second, for so many seconds in all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = 0.0

    def reset(self) -> None:
        """A command begins."""
        self._ends = time.monotonic() + self._seconds

    def compute(self, failures: int) -> float:
        """Seconds until the next try. ConnectionError where patience has come to its end."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise redis.ConnectionError(f"Redis is away for longer than {self._seconds:.0f} s")
        return min(left, random.uniform(0.5, 1.0) * min(1.0, 0.02 * 2.0 ** min(failures, 10)))  # noqa: S311


def connect(url: str, patience: float = PATIENCE) -> "redis.Redis":
    """A client for that URL (redis, rediss or unix).

    The timeouts are those measured for the broker's own connection: a connection that a failover
    left dead is noticed within seconds instead of never.
    """
    return redis.Redis.from_url(
        url,
        socket_timeout=10,
        socket_connect_timeout=5,
        health_check_interval=10,
        max_connections=256,
        retry=Retry(Patience(patience), retries=100),
    )
