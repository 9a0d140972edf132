"""What a service said about a record that it refused, sealed.

Its sentence may name people, so it is kept sealed and apart from the results, which anybody may see
who can read Redis or `status`. Only `explain` shows it.
"""

from store.sealing import Seal
from store.space import Redis

KEPT = 30 * 24 * 3600
"""Seconds; as long as a record that no sync looks at any more stays in the list."""


class Details:
    """The sentences of one organization's refused records (`job:ID`, `offer:ID`)."""

    def __init__(self, redis: Redis, seal: Seal, organization: str) -> None:
        self._redis = redis
        self._seal = seal
        self._organization = organization

    def put(self, record: str, sentence: str) -> None:
        """Keep what was said about a record, instead of what was said before."""
        place = self._redis.key(self._organization, "detail", record)
        self._redis.set(place, self._seal.close(sentence.encode(), place), ex=KEPT)

    def get(self, record: str) -> str | None:
        """What was said last; None where nothing was, or where another key sealed it."""
        place = self._redis.key(self._organization, "detail", record)
        plain = self._seal.open(self._redis.get(place), place)  # type: ignore[arg-type]
        return plain.decode() if plain is not None else None
