"""Requests of a person that cannot be carried out; each error is one sentence."""

from collections.abc import Sequence

from core.keys import RecordKey


class Refusal(Exception):
    """A question or order that cannot be carried out; `str()` says why in one sentence."""


class RedisAway(Refusal):
    """The deployment's Redis does not answer."""


class RecordInWork(Refusal):
    """A worker is processing the record right now."""


class HeldChanged(Refusal):
    """What the brake holds has changed since it was shown."""


class NotOneRecord(Refusal):
    """No record, or more than one, has that name; `near` are the possible records.

    Each of `near` is a record and its name.
    """

    def __init__(self, sentence: str, near: Sequence[tuple[RecordKey, str]] = ()) -> None:
        super().__init__(sentence)
        self.near = tuple(near)


class NoSuchSync(Refusal):
    """No sync with that id is stored."""
