"""What does each message cost a worker beyond its task, and what does a lost connection?

Habits of kombu and Celery that cost a fifth of a worker's CPU (bench/README.md) or the worker
itself, each fixed at the one place where it can be.
"""

from typing import Any

import redis.exceptions
from celery.worker.consumer import Consumer
from kombu.transport.redis import Channel, Transport

from workers import liveness

EVENTS_EVERY = 0.5
"""Seconds between two messages about tasks to whoever watches (Flower)."""


class OneClient(Channel):
    """A channel that keeps its Redis client.

    kombu makes one for each command, 0.1 ms each since redis-py 8 and some seven for each task,
    and all of them take their connections from the same pool.
    """

    _kept: Any = None

    def _connparams(self, asynchronous: bool = False) -> Any:
        """Where Redis is; ConnectionError where the channel was closed, as nobody else would say.

        A task that ends after the connection was lost acknowledges here. kombu 5.7.0 looks up the
        address on a connection that is None by then; Celery knows how to live with an
        acknowledgement that a lost connection keeps from arriving, but that AttributeError ended
        the worker.
        """
        if self.connection is None or self.connection.client is None:
            raise redis.exceptions.ConnectionError("the channel was closed")
        return super()._connparams(asynchronous)

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:  # These hold a connection of their own.
            return super()._create_client(asynchronous=True)
        if self._kept is None or self._kept.connection_pool is not self.pool:
            self._kept = super()._create_client()
        return self._kept


def keep_clients() -> None:
    """Let every connection of this process have such channels."""
    Transport.Channel = OneClient


class CalmConsumer(Consumer):
    """A consumer that tells what became of tasks twice a second.

    Celery collects these events, and then sends them whenever its loop comes round: each alone.
    """

    _tells = False

    def ensure_connected(self, conn: Any) -> Any:
        """The connection, once Redis answers; a worker that waits for that lives."""
        connect = conn.ensure_connection

        def connect_alive(errback: Any, max_retries: Any, callback: Any) -> Any:
            def each_second() -> None:
                liveness.touch(liveness.WORKER)
                callback()

            return connect(errback, max_retries, callback=each_second)

        conn.ensure_connection = connect_alive
        return super().ensure_connected(conn)

    def register_with_event_loop(self, hub: Any) -> None:
        """The loop begins, or begins again after the connection was lost."""
        super().register_with_event_loop(hub)
        if not self._tells:
            self._tells = True
            hub.call_repeatedly(EVENTS_EVERY, self._flush_events)

    def on_send_event_buffered(self) -> None:
        """An event was collected; there is time."""
