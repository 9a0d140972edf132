"""The options last sent for each of Ashby's picklists, and those that it had afterwards.

Ashby may report success and keep other options, or show none at all. Without this the same options
would be sent in every sync.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from core.records import Option, digest
from store.batch import Batch
from store.space import Redis, text

KEPT = 7 * 24 * 3600
"""Seconds. After that the same options are sent once more."""


class Sent(NamedTuple):
    """Digests of the options that were sent, and of those that the picklist had afterwards."""

    sent: str
    stored: str

    @classmethod
    def of(cls, sent: Iterable[Option], stored: Iterable[Option]) -> "Sent":
        """The digests of these options, whatever their order."""
        return cls(_digest(sent), _digest(stored))

    def covers(self, now: "Sent") -> bool:
        """True if sending these options again would change nothing.

        A picklist that shows no options tells nothing: it has those that were sent.
        """
        return self.sent == now.sent and now.stored in (self.stored, NONE)


class SentOptions:
    """The options sent to one organization's picklists, by id of their definition."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._key = redis.key(organization, "sent-options")

    def all(self) -> dict[str, Sent]:
        """What was sent last for each picklist."""
        rows: Mapping[bytes, bytes] = self._redis.hgetall(self._key)  # type: ignore[assignment]
        return {text(id_): Sent(*text(row).split()) for id_, row in rows.items()}

    def keep(self, definition_id: str, sent: Sent) -> None:
        """Store what was sent, and what came of it."""
        with Batch(self._redis) as batch:
            batch.ask("HSET", self._key, definition_id, " ".join(sent))
            batch.ask("EXPIRE", self._key, KEPT)


def _digest(options: Iterable[Option]) -> str:
    return digest(sorted((one.name, one.label) for one in options if not one.is_archived))


NONE = _digest(())
