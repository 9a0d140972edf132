"""Failed attempts to sign in."""

import hashlib

from store.space import NOBODY, Redis

WINDOW = 60
"""Seconds after which failures are forgotten."""

BY_ADDRESS, BY_ACCOUNT = 20, 40
"""Failures in that time after which nothing more is tried, by where they came from and as whom."""


class Attempts:
    """The failed logins of the last minute. Of addresses and accounts only digests are kept."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def is_too_many(self, address: str, account: str) -> bool:
        """Whether that address, or whoever calls themselves so, has to wait."""
        counted = self._redis.mget(self._key("address", address), self._key("account", account))
        limits = (BY_ADDRESS, BY_ACCOUNT)
        return any(int(one or 0) >= most for one, most in zip(counted, limits, strict=True))

    def failed(self, address: str, account: str) -> None:
        """One more."""
        with self._redis.pipeline() as pipe:
            for key in (self._key("address", address), self._key("account", account)):
                pipe.incr(key)
                pipe.expire(key, WINDOW, nx=True)
            pipe.execute()

    def _key(self, what: str, who: str) -> str:
        return self._redis.key(NOBODY, "login", what, hashlib.sha256(who.encode()).hexdigest()[:24])
