"""How are Redis keys named?

`charthop-ashby:{organization}:{...}`; what belongs to no organization stands under `-`, which no
organization can be called.
"""

from typing import Any

import redis

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


def connect(url: str) -> "redis.Redis":
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
    )
