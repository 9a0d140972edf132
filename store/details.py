"""The services' error messages about refused records, sealed.

Such a message may name people, so it is stored sealed and apart from the results, which anybody
with access to Redis or `status` can see. Only `explain` shows it.
"""

from store.sealing import Seal
from store.space import Redis

KEPT = 30 * 24 * 3600
"""Seconds; as long as a record that no sync examines any more stays in the list."""


class Details:
    """The error messages about one organization's refused records (`job:ID`, `offer:ID`)."""

    def __init__(self, redis: Redis, seal: Seal, organization: str) -> None:
        self._redis = redis
        self._seal = seal
        self._organization = organization

    def put(self, record: str, sentence: str) -> None:
        """Store the latest error message about a record."""
        place = self._redis.key(self._organization, "detail", record)
        self._redis.set(place, self._seal.close(sentence.encode(), place), ex=KEPT)

    def get(self, record: str) -> str | None:
        """The latest error message; None if there is none, or another key sealed it."""
        place = self._redis.key(self._organization, "detail", record)
        plain = self._seal.open(self._redis.get(place), place)  # type: ignore[arg-type]
        return plain.decode() if plain is not None else None
