"""Names of Redis keys, and the connection.

`{prefix}:{organization}:{...}`; data of no organization is under `-`, which is not a valid name of
an organization, and the broker's own keys are `{prefix}:{name}`. The prefix is `charthop-ashby`
unless REDIS_PREFIX is set.
"""

from functools import lru_cache
from typing import Any

import redis
from redis.commands.core import Script

from core.keys import RecordQueue

PREFIX = "charthop-ashby"
NOBODY = "-"

LIVING = f"{NOBODY}:workers"
"""The broker's name for the set of living workers."""

FAN_OUT, HIRES, JOBS = "fan-out", RecordQueue.HIRES.value, RecordQueue.JOBS.value
RECORD_QUEUES = tuple(queue.value for queue in RecordQueue)
QUEUES = (FAN_OUT, *RECORD_QUEUES)
"""The broker's queues, in the order in which they are served."""


class Redis(redis.Redis):
    """A client that returns bytes (decode_responses off), with a prefix for every key."""

    def __init__(self, pool: redis.ConnectionPool, prefix: str = PREFIX) -> None:
        super().__init__(connection_pool=pool)
        self.auto_close_connection_pool = True
        self.prefix = prefix

    def key(self, organization: str, *parts: str) -> str:
        """The key of an organization's data."""
        return ":".join((self.prefix, organization, *parts))

    def queue(self, name: str) -> str:
        """The list in which the broker keeps the messages of a queue."""
        return f"{self.prefix}:{name}"


def text(value: Any) -> str:
    """Redis's bytes as text."""
    return value.decode() if isinstance(value, bytes) else str(value)


@lru_cache(maxsize=256)
def script(client: redis.Redis, code: str) -> Script:
    """The script for that server; cached, because creating one digests its code."""
    return client.register_script(code)
