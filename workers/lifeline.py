"""The heartbeat of a worker, and the recovery of dead workers' messages.

It has its own thread, so that neither a long task nor the search for a lost broker delays it.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from store import heartbeats
from store.backlog import Backlog, unsettled
from store.deliveries import Deliveries
from store.space import NOBODY, Redis
from tasks.guards import AWAY, or_reported

log = logging.getLogger("charthop_ashby")


class Lifeline:
    """Beats for `worker` until it is stopped, and returns the messages of dead workers.

    `send_lost` sends an organization's records whose messages were lost. `redis` must not wait long
    for an unavailable Redis.
    """

    def __init__(self, redis: Redis, worker: str, send_lost: Callable[[str], None]) -> None:
        self._redis = redis
        self._worker = worker
        self._send_lost = send_lost
        self._heartbeats = heartbeats.Heartbeats(redis)
        self._deliveries = Deliveries(redis)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lifeline", daemon=True)
        self._steady_since: float | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop beating, as the worker is about to end."""
        self._ended.set()
        self._thread.join(heartbeats.EVERY)
        try:
            self._heartbeats.stop(self._worker)
        except AWAY:
            return  # Its heartbeat expires.

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                or_reported(NOBODY, self.beat)
            except AWAY:
                self._steady_since = None
            self._ended.wait(heartbeats.EVERY)

    def beat(self) -> None:
        """Beat once, and check the other workers if there have been heartbeats for long enough.

        After an outage of Redis every heartbeat is old: the first worker to return gives the others
        the lifetime of a heartbeat. Another's heartbeats count like one's own, as workers that are
        killed again and again would otherwise never get to check.
        """
        beating = self._heartbeats.beat(self._worker)
        now = time.monotonic()
        if self._steady_since is None:
            self._steady_since = now
        if max(beating, now - self._steady_since) >= heartbeats.EXPIRES_AFTER:
            self._return_what_the_dead_held()
        for organization in unsettled(self._redis):
            or_reported(organization, partial(self._send_lost, organization))

    def _return_what_the_dead_held(self) -> None:
        for dead in self._heartbeats.bury():
            returned = self._deliveries.return_all(dead)
            for organization in unsettled(self._redis):
                Backlog(self._redis, organization).leave_to_others(dead)
            self._heartbeats.forget(dead)
            if returned:
                log.warning("%s is dead: %s of its messages are redelivered", dead, returned)
