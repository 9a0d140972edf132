"""Results of record tasks that were sent directly, not from the backlog."""

from store.batch import Batch, within
from store.space import Redis, text

GOOD_FOR = 600
"""Seconds."""


class TaskResults:
    """Their results by task id, for callers that wait and for second deliveries."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization

    def put(self, task: str, answer: str, batch: Batch | None = None) -> None:
        """Store the task's result."""
        with within(self._redis, batch) as put:
            put.ask(
                "SET", self._redis.key(self._organization, "receipt", task), answer, "EX", GOOD_FOR
            )

    def get(self, task: str) -> str | None:
        """The task's result, None if it has not ended."""
        answer = self._redis.get(self._key(task))
        return text(answer) if answer is not None else None

    def _key(self, task: str) -> str:
        return self._redis.key(self._organization, "receipt", task)
