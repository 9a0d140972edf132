"""What a person asked for that cannot be had: one sentence each."""

from collections.abc import Sequence

from core.keys import RecordKey


class Refusal(Exception):
    """The question or order cannot be carried out; str() is one sentence that says why."""


class RedisAway(Refusal):
    """The deployment's Redis does not answer."""


class RecordInWork(Refusal):
    """A worker is at work on the record right now."""


class HeldChanged(Refusal):
    """What the brake holds is no longer what was shown."""


class NotOneRecord(Refusal):
    """Nothing, or more than one thing, is called so; `near` are the records that may be meant.

    Each of `near` is a record and what people call it.
    """

    def __init__(self, sentence: str, near: Sequence[tuple[RecordKey, str]] = ()) -> None:
        super().__init__(sentence)
        self.near = tuple(near)


class NoSuchSync(Refusal):
    """No sync of that id is remembered."""
