"""Ownership: openings that this deployment linked, and states that change again and again."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from store.batch import Batch, within
from store.space import Redis


@dataclass(frozen=True)
class Turns:
    """Consecutive syncs that changed an opening's state although its job had not changed.

    `job` is a digest of the job, `sync` the latest of those syncs, `number` their number.
    """

    job: str
    sync: str | None
    number: int


class Ownership:
    """Stored facts about one organization's openings that Ashby does not have."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._linked = redis.key(organization, "linked")
        self._turns = redis.key(organization, "turns")

    def own(self, job_ids: Iterable[str], batch: Batch | None = None) -> None:
        """Record that ChartHop has these jobs and that their openings are linked."""
        with within(self._redis, batch) as own:
            if ids := list(job_ids):
                own.ask("SADD", self._linked, *ids)

    def owns(self, job_id: str) -> bool:
        """True if this deployment has seen the job linked while ChartHop had it."""
        return bool(self._redis.sismember(self._linked, job_id))

    def owned(self, job_ids: Iterable[str]) -> set[str]:
        """The jobs among these that this deployment has seen linked."""
        ids = list(job_ids)
        if not ids:
            return set()
        with Batch(self._redis, atomic=False) as batch:
            answers = [(id_, batch.ask("SISMEMBER", self._linked, id_)) for id_ in ids]
        return {id_ for id_, answer in answers if answer.value}

    def turns(self, job_id: str) -> Turns | None:
        """The recent changes of the state of the job's opening."""
        row = self._redis.hget(self._turns, job_id)
        return Turns(*orjson.loads(row)) if row is not None else None

    def turned(self, job_id: str, turns: Turns, batch: Batch | None = None) -> None:
        """Record another change of state."""
        with within(self._redis, batch) as turned:
            row = orjson.dumps([turns.job, turns.sync, turns.number])
            turned.ask("HSET", self._turns, job_id, row)
