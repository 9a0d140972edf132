"""What a person asked for that cannot be had: one sentence each."""


class Refusal(Exception):
    """The question or order cannot be carried out; str() is one sentence that says why."""


class RedisAway(Refusal):
    """The deployment's Redis does not answer."""


class RecordInWork(Refusal):
    """A worker is at work on the record right now."""


class NoSuchRecord(Refusal):
    """Nothing that the sync knows is called so."""
