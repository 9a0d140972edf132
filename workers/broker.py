"""What does each message cost a worker beyond its task?

Two habits of kombu and Celery that cost a fifth of a worker's CPU (bench/README.md), each mended
at the one place where it can be.
"""

from typing import Any

from celery.worker.consumer import Consumer
from kombu.transport import redis

EVENTS_EVERY = 0.5
"""Seconds between two messages about tasks to whoever watches (Flower)."""


class OneClient(redis.Channel):
    """A channel that keeps its Redis client.

    kombu makes one for each command, 0.1 ms each since redis-py 8 and some seven for each task,
    and all of them take their connections from the same pool.
    """

    _kept: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:  # These hold a connection of their own.
            return super()._create_client(asynchronous=True)
        if self._kept is None or self._kept.connection_pool is not self.pool:
            self._kept = super()._create_client()
        return self._kept


def keep_clients() -> None:
    """Let every connection of this process have such channels."""
    redis.Transport.Channel = OneClient


class CalmConsumer(Consumer):
    """A consumer that tells what became of tasks twice a second.

    Celery collects these events, and then sends them whenever its loop comes round: each alone.
    """

    _tells = False

    def register_with_event_loop(self, hub: Any) -> None:
        """The loop begins, or begins again after the connection was lost."""
        super().register_with_event_loop(hub)
        if not self._tells:
            self._tells = True
            hub.call_repeatedly(EVENTS_EVERY, self._flush_events)

    def on_send_event_buffered(self) -> None:
        """An event was collected; there is time."""
