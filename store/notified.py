"""What each address has been notified of."""

from collections.abc import Set

import orjson

from store.space import Redis

TOLD_FOR = 90 * 24 * 3600
"""Seconds. Trouble of which nothing changed for so long is told once more."""


class Notified:
    """The records whose trouble an address has been told; addresses go by a digest of them."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._key = redis.key(organization, "told")

    def get(self, address: str) -> frozenset[str]:
        """The records whose trouble that address knows of."""
        known = self._redis.hget(self._key, address)
        return frozenset(orjson.loads(known)) if known is not None else frozenset()

    def keep(self, address: str, records: Set[str]) -> None:
        """That address knows of the trouble of just these."""
        with self._redis.pipeline() as pipe:
            if records:
                pipe.hset(self._key, address, orjson.dumps(sorted(records)))
            else:
                pipe.hdel(self._key, address)
            pipe.expire(self._key, TOLD_FOR)
            pipe.execute()
