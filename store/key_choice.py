"""The one of two API keys that a service accepts while a key is being changed."""

import hashlib

from store.space import Redis, text

FIRST_TRIED_AGAIN = 3600
"""Seconds after which the first key is tried again."""


def key_id(secret: str) -> str:
    """The id of a key in Redis, which never holds the key itself."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


class KeyChoice:
    """The key that one system accepted instead of an organization's first one."""

    def __init__(self, redis: Redis, organization: str, system: str) -> None:
        self._redis = redis
        self._place = redis.key(organization, "key-in-use", system.lower())

    def get(self) -> str | None:
        """The id of that key; None if the first one should be used, or tried again."""
        chosen = self._redis.get(self._place)
        return text(chosen) if chosen is not None else None

    def keep(self, id_: str | None) -> None:
        """Use that key from now on; None for the first one."""
        if id_ is None:
            self._redis.delete(self._place)
        else:
            self._redis.set(self._place, id_, ex=FIRST_TRIED_AGAIN)
