"""Recent failed logins, logins and orders, by who made them.

Only digests of addresses and accounts are stored.
"""

import hashlib

from store.space import NOBODY, Redis

WINDOW = 60
"""Seconds after which failures are forgotten."""

BY_ADDRESS, BY_ACCOUNT = 20, 40
"""Failures within that time after which logins are refused, by address and by account."""


SEEN = 30 * 60
"""Seconds without a request after which the next one counts as a login."""

ORDERS = 60
"""Maximum number of orders per person and minute."""


class Attempts:
    """The failed logins of the last minute, and the sign-ins of the last half hour."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def is_too_many(self, address: str, account: str) -> bool:
        """True if that address or account has to wait."""
        counted = self._redis.mget(self._key("address", address), self._key("account", account))
        limits = (BY_ADDRESS, BY_ACCOUNT)
        return any(int(one or 0) >= most for one, most in zip(counted, limits, strict=True))

    def failed(self, address: str, account: str) -> None:
        """Count a failed login."""
        with self._redis.pipeline() as pipe:
            for key in (self._key("address", address), self._key("account", account)):
                pipe.incr(key)
                pipe.expire(key, WINDOW, nx=True)
            pipe.execute()

    def is_new(self, address: str, account: str) -> bool:
        """True if that account has not signed in from there recently; records this sign-in."""
        key = self._key("seen", f"{address} {account}")
        is_new = self._redis.set(key, 1, nx=True, ex=SEEN)
        if not is_new:
            self._redis.expire(key, SEEN)
        return bool(is_new)

    def _key(self, what: str, who: str) -> str:
        return _key(self._redis, "login", what, who)


class Orders:
    """The orders of the last minute."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def is_one_too_many(self, who: str) -> bool:
        """Count an order of somebody; True if it exceeds the limit per minute."""
        key = _key(self._redis, "orders", "by", who)
        with self._redis.pipeline() as pipe:
            pipe.incr(key)
            pipe.expire(key, WINDOW, nx=True)
            return int(pipe.execute()[0]) > ORDERS


def _key(redis: Redis, *words: str) -> str:
    *parts, who = words
    return redis.key(NOBODY, *parts, hashlib.sha256(who.encode()).hexdigest()[:24])
