"""The account's known behavior where the vendors' documentation is silent.

Determined by the sync or by `pilot`; a settled point is never guessed again.
"""

from collections.abc import Mapping
from enum import StrEnum

from store.batch import Batch, Reply
from store.space import Redis, text


class Point(StrEnum):
    """An open point in the documentation that an account settles with yes or no."""

    CREATES_APPROVED = "creates approved"
    """Whether an opening may be made in state Approved."""
    CLEARS_WITH_NULL = "clears with null"
    """Whether null empties a custom field of an opening."""


class Answers:
    """The settled points of one organization's accounts. They do not expire."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._key = redis.key(organization, "answers")

    def all(self) -> dict[Point, bool]:
        """The points that are settled."""
        with Batch(self._redis, atomic=False) as batch:
            answers = self.recall(batch)
        return answers.value

    def recall(self, batch: Batch) -> Reply[dict[Point, bool]]:
        """The same as part of a batch."""
        return batch.ask("HGETALL", self._key).then(_read)

    def settle(self, point: Point, answer: bool) -> None:
        """Store the account's answer."""
        self._redis.hset(self._key, point.value, "yes" if answer else "no")


def _read(rows: Mapping[bytes, bytes]) -> dict[Point, bool]:
    known = {point.value: point for point in Point}
    return {
        known[text(name)]: answer == b"yes" for name, answer in rows.items() if text(name) in known
    }
