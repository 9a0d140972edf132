"""The messages that each worker holds, and the return of a dead worker's messages to their queues.

The broker keeps messages that were taken but not acknowledged in a hash, and their times in a
sorted set. Each worker has its own pair, so that its messages are known when it dies.
"""

import json
from typing import Any, NamedTuple

from store.space import NOBODY, QUEUES, Redis, script, text

HEADER = "deliveries"
"""The header that counts how many workers died while they held the message."""

# KEYS: held messages, their times, queue. ARGV: tag, message.
_RETURN = """
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('RPUSH', KEYS[3], ARGV[2])
return 1
"""


class Held(NamedTuple):
    """The broker's names for a worker's messages, their times, and the lock on both."""

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
        """The number of messages that worker holds."""
        return int(self._redis.hlen(self._redis.queue(Held.by(worker).messages)))

    def return_all(self, worker: str) -> int:
        """Return a dead worker's messages to the front of their queues; returns their number.

        If several workers do this at the same time, each message is returned once. What is no
        message is dropped.
        """
        held = Held.by(worker)
        messages, times = self._redis.queue(held.messages), self._redis.queue(held.times)
        rows: dict[bytes, bytes] = self._redis.hgetall(messages)  # type: ignore[assignment]
        put_back = script(self._redis, _RETURN)
        returned = 0
        for tag, row in rows.items():
            try:
                queue, message = _next_delivery(row)
            except (ValueError, TypeError, RecursionError):
                self._redis.hdel(messages, tag)
                self._redis.zrem(times, tag)
                continue
            returned += int(
                put_back([messages, times, self._redis.queue(queue)], [text(tag), message])
            )
        return returned


def _next_delivery(row: bytes) -> tuple[str, str]:
    """The queue and the message of a held row; neither is trusted.

    Raises ValueError, TypeError or RecursionError if it is no message of one of our queues.
    """
    message, _, queue = json.loads(row)
    if queue not in QUEUES:
        raise ValueError("another queue")
    return queue, json.dumps(_redelivered(message))


def _redelivered(message: Any) -> dict[str, Any]:
    """The message for its next delivery; its content is not trusted. TypeError if it is none."""
    if not isinstance(message, dict):
        raise TypeError("no message")
    headers = message.get("headers")
    if not isinstance(headers, dict):
        return message
    before = headers.get(HEADER)
    deaths = before + 1 if isinstance(before, int) else 1
    return {**message, "headers": {**headers, "redelivered": True, HEADER: deaths}}
