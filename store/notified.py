"""The trouble that each address has been notified of."""

from collections.abc import Set

import orjson

from store.space import Redis

TOLD_FOR = 90 * 24 * 3600
"""Seconds after which unchanged trouble is reported once more."""


class Notified:
    """The records whose trouble was reported to each address; addresses are stored as digests."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._key = redis.key(organization, "told")

    def get(self, address: str) -> frozenset[str]:
        """The records whose trouble was reported to that address."""
        known = self._redis.hget(self._key, address)
        return frozenset(orjson.loads(known)) if known is not None else frozenset()

    def keep(self, address: str, records: Set[str]) -> None:
        """Record that the trouble of exactly these records was reported to that address."""
        with self._redis.pipeline() as pipe:
            if records:
                pipe.hset(self._key, address, orjson.dumps(sorted(records)))
            else:
                pipe.hdel(self._key, address)
            pipe.expire(self._key, TOLD_FOR)
            pipe.execute()
