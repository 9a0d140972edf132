"""How does whoever waits for one task learn how it ended?"""

from redis.client import Pipeline

from store.space import Redis, key, text, within

GOOD_FOR = 600
"""Seconds."""


class TaskResults:
    """What the tasks that somebody waits for answered, by task id."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization

    def put(self, task: str, answer: str, pipe: Pipeline | None = None) -> None:
        """The task ended so."""
        with within(self._redis, pipe) as leave:
            leave.set(key(self._organization, "receipt", task), answer, ex=GOOD_FOR)

    def get(self, task: str) -> str | None:
        """How the task ended, None while it has not."""
        answer = self._redis.get(key(self._organization, "receipt", task))
        return text(answer) if answer is not None else None
