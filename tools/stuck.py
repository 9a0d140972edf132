"""How long records are stuck while things break."""

import threading
import time
from collections.abc import Sequence

from store.backlog import LOST_AFTER
from store.connection import connect
from store.heartbeats import GAP
from store.space import LIVING, text
from tasks.guards import AWAY


class Stuck(threading.Thread):
    """Looks how long records are in flight with nobody sending, beginning or postponing them.

    One that was postponed is stuck from the end of its pause on, and none while there is no worker
    at all. `longest` is the longest time in seconds, `record` the one that it took.
    """

    def __init__(self, url: str, organizations: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.record = ""
        self._organizations = organizations
        self.longest = 0.0
        self._redis = connect(url, patience=0.0)
        self._ended = threading.Event()
        self._since: dict[str, tuple[str, float]] = {}

    def run(self) -> None:
        """Look four times a second; a Redis that is away stands still for everybody."""
        while not self._ended.wait(0.25):
            try:
                self._look()
            except AWAY:
                self._since.clear()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()
        self._redis.close()

    def _look(self) -> None:
        now = time.monotonic()
        latest = self._redis.zrange(self._redis.queue(LIVING), -1, -1, withscores=True)
        if not latest or time.time() - float(latest[0][1]) > GAP:
            self._since.clear()
            return
        rows = {
            f"{name}, {text(record)}": text(row)
            for name in self._organizations
            for record, row in self._redis.hgetall(self._redis.key(name, "in-flight")).items()
        }
        for record, row in rows.items():
            before, since = self._since.get(record, ("", now))
            if row != before:
                since = now + max(0.0, _pause(row))
                self._since[record] = row, since
            if now - since > self.longest:
                self.longest, self.record = now - since, record
        self._since = {record: self._since[record] for record in rows}


def _pause(row: str) -> float:
    """Seconds until the record is due, if no worker is at it."""
    due, _, worker = row.split(" ", 2)
    return 0.0 if worker else float(due) - LOST_AFTER - time.time()
