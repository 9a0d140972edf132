"""Names of Redis keys, and the connection.

`{prefix}:{organization}:{...}`; what belongs to no organization stands under `-`, which no
organization can be called, and the broker's own keys are `{prefix}:{name}`. The prefix is
`charthop-ashby` unless REDIS_PREFIX says otherwise.
"""

from functools import lru_cache
from typing import Any

import redis
from redis.commands.core import Script

from core.keys import RecordQueue

PREFIX = "charthop-ashby"
NOBODY = "-"

LIVING = f"{NOBODY}:workers"
"""What the broker calls the living workers."""

FAN_OUT, HIRES, JOBS = "fan-out", RecordQueue.HIRES.value, RecordQueue.JOBS.value
RECORD_QUEUES = tuple(queue.value for queue in RecordQueue)
QUEUES = (FAN_OUT, *RECORD_QUEUES)
"""The broker's queues, in the order in which they are served."""


class Redis(redis.Redis):
    """A client that gives bytes (decode_responses off), and the prefix of every key in it."""

    def __init__(self, pool: redis.ConnectionPool, prefix: str = PREFIX) -> None:
        super().__init__(connection_pool=pool)
        self.auto_close_connection_pool = True
        self.prefix = prefix

    def key(self, organization: str, *parts: str) -> str:
        """The key of something that belongs to an organization."""
        return ":".join((self.prefix, organization, *parts))

    def queue(self, name: str) -> str:
        """The list in which the broker keeps the messages of a queue."""
        return f"{self.prefix}:{name}"


def text(value: Any) -> str:
    """A text out of what Redis gave."""
    return value.decode() if isinstance(value, bytes) else str(value)


@lru_cache(maxsize=256)
def script(client: redis.Redis, code: str) -> Script:
    """That script on that server; made once for each, for making one digests the code."""
    return client.register_script(code)
