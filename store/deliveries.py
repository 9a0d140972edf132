"""The messages that each worker holds, and how those of a dead worker go back into their queues.

The broker keeps a message that was taken and not acknowledged in a hash, with the time in a sorted
set beside it. Each worker has a pair of its own, so that what it held is known when it dies.
"""

import json
from typing import Any, NamedTuple

from store.space import NOBODY, Redis, script, text

HEADER = "deliveries"
"""How often a worker died while it held the message."""

# KEYS: held messages, their times, queue. ARGV: tag, message.
_RETURN = """
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('RPUSH', KEYS[3], ARGV[2])
return 1
"""


class Held(NamedTuple):
    """What the broker calls the messages that a worker holds, their times, and the lock on both."""

    messages: str
    times: str
    lock: str

    @classmethod
    def by(cls, worker: str) -> "Held":
        """The names for that worker."""
        return cls(*(f"{NOBODY}:{name}:{worker}" for name in ("held", "held-times", "held-lock")))


class Deliveries:
    """The messages that workers hold."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def held(self, worker: str) -> int:
        """How many messages that worker holds."""
        return int(self._redis.hlen(self._redis.queue(Held.by(worker).messages)))

    def return_all(self, worker: str) -> int:
        """Put what a dead worker held in front of its queues; how many messages that was.

        Whoever does the same at the same time does each message once.
        """
        held = Held.by(worker)
        messages, times = self._redis.queue(held.messages), self._redis.queue(held.times)
        rows: dict[bytes, bytes] = self._redis.hgetall(messages)  # type: ignore[assignment]
        put_back = script(self._redis, _RETURN)
        returned = 0
        for tag, row in rows.items():
            message, _, queue = json.loads(row)
            again = json.dumps(_redelivered(message))
            returned += int(
                put_back([messages, times, self._redis.queue(queue)], [text(tag), again])
            )
        return returned


def _redelivered(message: dict[str, Any]) -> dict[str, Any]:
    """The message as it is delivered again; anybody may have put it into the queue."""
    headers = message.get("headers")
    if not isinstance(headers, dict):
        return message
    before = headers.get(HEADER)
    deaths = before + 1 if isinstance(before, int) else 1
    return {**message, "headers": {**headers, "redelivered": True, HEADER: deaths}}
