"""Jobs that were read by id a moment ago: a list may still show their earlier state.

Each has a digest and a time. Reading them needs no key.
"""

import time

from store.batch import Batch
from store.space import Redis, text

LATE = 120.0
"""Seconds by which ChartHop's lists may lag: they come from a snapshot. Not documented."""


class JobsRead:
    """The jobs of one organization that were read by id within `LATE` seconds."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._key = redis.key(organization, "jobs-read")

    def note(self, job_id: str, digest: str, batch: Batch) -> None:
        """Record the digest of a job that has just been read."""
        batch.ask("HSET", self._key, job_id, f"{time.time():.3f} {digest}")
        batch.ask("EXPIRE", self._key, int(LATE))

    def recent(self) -> dict[str, str]:
        """The digests by job id."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._key)  # type: ignore[assignment]
        since, found = time.time() - LATE, {}
        for job_id, row in rows.items():
            at, _, digest = text(row).partition(" ")
            if float(at) >= since:
                found[text(job_id)] = digest
        return found
