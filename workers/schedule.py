"""Beat's schedule of syncs."""

import logging
from typing import Any

from celery.beat import Scheduler

from store.connection import REDIS_AWAY
from store.schedule import announce
from workers import liveness

log = logging.getLogger("charthop_ashby")


class OneAtATime(Scheduler):
    """Sends no sync of all organizations while the last one still waits for a worker.

    However long the workers were away, one sync waits for them instead of one per interval.
    Expiring messages would be dropped, too, but only once a worker receives them.
    """

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """One round; returns the seconds until the next one."""
        liveness.touch(liveness.BEAT)
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        """Hook of beat's end."""
        liveness.end(liveness.BEAT)
        super().close()

    def apply_async(
        self, entry: Any, producer: Any = None, advance: bool = True, **kwargs: Any
    ) -> Any:
        """Send the entry's task unless one is waiting."""
        self._announce(entry)
        if self._waits(entry.task):
            return self.reserve(entry) if advance else None
        return super().apply_async(entry, producer=producer, advance=advance, **kwargs)

    def _announce(self, entry: Any) -> None:
        try:
            announce(self.app.redis_now, entry.schedule.run_every.total_seconds())
        except REDIS_AWAY:
            return  # `_waits` says so.

    def _waits(self, task: str) -> bool:
        queue = self.app.conf.task_routes[task]["queue"]
        name = f'"{task}"'.encode()
        redis = self.app.redis_now
        try:
            return any(name in message for message in redis.lrange(redis.queue(queue), 0, -1))
        except REDIS_AWAY as error:
            log.warning("Redis is away (%s): no sync was sent", type(error).__name__)
            return True
