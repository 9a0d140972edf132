"""Is any worker alive?

Each worker signs in again and again; a signature fades by itself, so a killed worker is missed
half a minute later. The clock is Redis's own.
"""

import time

from store.space import NOBODY, REDIS_AWAY, Redis, key, text

EVERY, EXPIRES_AFTER = 10.0, 30
"""Seconds between two signatures of a worker, and seconds that one is good for."""


class Heartbeats:
    """The workers of the whole deployment."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._key = key(NOBODY, "workers")
        self._signed = float("-inf")
        self._counted = (float("-inf"), 1)

    def beat(self, worker: str) -> None:
        """That worker is alive. Cheap to call often: it is written every ten seconds only.

        A signature that Redis does not take is no trouble: another one follows.
        """
        if time.monotonic() - self._signed < EVERY:
            return
        try:
            self._sign(worker)
        except REDIS_AWAY:
            return
        self._signed = time.monotonic()

    def _sign(self, worker: str) -> None:
        now = self._now()
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(self._key, {worker: now})
            pipe.zremrangebyscore(self._key, "-inf", now - EXPIRES_AFTER)
            pipe.expire(self._key, EXPIRES_AFTER)
            pipe.execute()

    def stop(self, worker: str) -> None:
        """That worker is about to end."""
        try:
            self._redis.zrem(self._key, worker)
        except REDIS_AWAY:
            return  # The signature fades.

    def alive(self) -> list[str]:
        """The workers that are alive."""
        found: list[bytes] = self._redis.zrangebyscore(  # type: ignore[assignment]
            self._key, self._now() - EXPIRES_AFTER, "+inf"
        )
        return [text(worker) for worker in found]

    def size(self) -> int:
        """How many are alive, at least one. Cheap to call often: asked every ten seconds only."""
        at, number = self._counted
        if time.monotonic() - at > EVERY:
            number = max(1, len(self.alive()))
            self._counted = time.monotonic(), number
        return number

    def _now(self) -> float:
        seconds, microseconds = self._redis.time()
        return float(seconds) + float(microseconds) / 1e6
