"""The heartbeat of a worker, and what it does for those whose heartbeat has expired.

A thread of its own, so that neither a long task nor the search for a lost broker delays it.
"""

import logging
import threading
import time
from collections.abc import Callable

from store import heartbeats
from store.backlog import Backlog, unsettled
from store.deliveries import Deliveries
from store.space import Redis
from tasks.guards import AWAY

log = logging.getLogger("charthop_ashby")


class Lifeline:
    """Beats for `worker` until it is stopped, and returns what dead workers held.

    `send_lost` sends the records of an organization whose messages were lost. `redis` must not wait
    long for a Redis that is away.
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
        """Beat no more: the worker is about to end."""
        self._ended.set()
        self._thread.join(heartbeats.EVERY)
        try:
            self._heartbeats.stop(self._worker)
        except AWAY:
            return  # Its heartbeat expires.

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.beat()
            except AWAY:
                self._steady_since = None
            self._ended.wait(heartbeats.EVERY)

    def beat(self) -> None:
        """Beat once, and look after the others where this worker has seen Redis long enough.

        When Redis was away, every heartbeat is old: whoever comes back first gives the others as
        long as a heartbeat lasts.
        """
        self._heartbeats.beat(self._worker)
        now = time.monotonic()
        if self._steady_since is None:
            self._steady_since = now
        if now - self._steady_since >= heartbeats.EXPIRES_AFTER:
            self._return_what_the_dead_held()
        for organization in unsettled(self._redis):
            self._send_lost(organization)

    def _return_what_the_dead_held(self) -> None:
        for dead in self._heartbeats.bury():
            returned = self._deliveries.return_all(dead)
            for organization in unsettled(self._redis):
                Backlog(self._redis, organization).leave_to_others(dead)
            self._heartbeats.forget(dead)
            if returned:
                log.warning("%s is dead: %s of its messages are redelivered", dead, returned)
