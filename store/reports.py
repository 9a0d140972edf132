"""The days on which each address got the weekly drift report."""

from datetime import date

from store.space import Redis, text

KEPT_FOR = 14 * 24 * 3600
"""Seconds; the next report is due after seven days."""


class Reports:
    """The day of the last report by address; only digests of addresses are stored."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._key = redis.key(organization, "drift-report")

    def days(self) -> dict[str, str]:
        """The day (`YYYY-MM-DD`) of each address's last report."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._key)  # type: ignore[assignment]
        return {text(address): text(day) for address, day in rows.items()}

    def keep(self, address: str, day: date) -> None:
        """Record that the address got the report of that day."""
        with self._redis.pipeline() as pipe:
            pipe.hset(self._key, address, day.isoformat())
            pipe.expire(self._key, KEPT_FOR)
            pipe.execute()
