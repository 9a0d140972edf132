"""Ownership: openings that this deployment linked, and states that change again and again."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from store.batch import Batch, within
from store.space import Redis


@dataclass(frozen=True)
class Turns:
    """In how many syncs in a row an opening's state was changed, although its job did not change.

    `job` is a digest of the job, `sync` the latest of those syncs.
    """

    job: str
    sync: str | None
    number: int


class Ownership:
    """What is remembered of one organization's openings that Ashby cannot tell."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._linked = redis.key(organization, "linked")
        self._turns = redis.key(organization, "turns")

    def own(self, job_ids: Iterable[str], batch: Batch | None = None) -> None:
        """ChartHop has the jobs, and their openings are linked."""
        with within(self._redis, batch) as own:
            if ids := list(job_ids):
                own.ask("SADD", self._linked, *ids)

    def owns(self, job_id: str) -> bool:
        """Whether this deployment has seen the job linked while ChartHop had it."""
        return bool(self._redis.sismember(self._linked, job_id))

    def owned(self, job_ids: Iterable[str]) -> set[str]:
        """Those of the jobs that this deployment has seen linked."""
        ids = list(job_ids)
        if not ids:
            return set()
        with Batch(self._redis, atomic=False) as batch:
            answers = [(id_, batch.ask("SISMEMBER", self._linked, id_)) for id_ in ids]
        return {id_ for id_, answer in answers if answer.value}

    def turns(self, job_id: str) -> Turns | None:
        """How often the state of the job's opening was changed of late."""
        row = self._redis.hget(self._turns, job_id)
        return Turns(*orjson.loads(row)) if row is not None else None

    def turned(self, job_id: str, turns: Turns, batch: Batch | None = None) -> None:
        """The state was changed once more."""
        with within(self._redis, batch) as turned:
            row = orjson.dumps([turns.job, turns.sync, turns.number])
            turned.ask("HSET", self._turns, job_id, row)
