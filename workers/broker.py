"""The broker's connection: fixes for behavior of kombu and Celery.

Each one costs a fifth of a worker's CPU (bench/README.md) or ends the worker, and is fixed at the
only possible place. This module also assigns messages to workers.
"""

import logging
import time
from typing import Any

import redis.exceptions
from celery.worker.consumer import Consumer
from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.transport.redis import (
    Channel,
    QoS,
    SentinelChannel,
    SentinelTransport,
    Transport,
)
from kombu.utils.json import dumps

from store.deliveries import Held
from store.space import LIVING, QUEUES
from workers import liveness
from workers.envelope import unreadable

log = logging.getLogger("charthop_ashby")

EVENTS_EVERY = 0.5
"""Seconds between two messages about tasks to monitors (Flower)."""


class OwnedMessages(QoS):
    """Stores the messages that this worker holds, together with a heartbeat.

    Both in one transaction: a worker that holds a message is known, so its death is noticed.
    """

    def append(self, message: Any, delivery_tag: str) -> None:
        """Store a message until it is acknowledged."""
        now = time.time()
        route = message.delivery_info["exchange"], message.delivery_info["routing_key"]
        with self.pipe_or_acquire() as pipe:
            pipe.zadd(LIVING, {self.channel.worker: now}, nx=True)
            pipe.zadd(self.unacked_index_key, {delivery_tag: now})
            pipe.hset(self.unacked_key, delivery_tag, dumps([message._raw, *route]))
            pipe.execute()
        virtual.QoS.append(self, message, delivery_tag)


class OneClient(Channel):
    """A worker's channel: it keeps one Redis client, and records the messages that it holds.

    kombu creates a client for each command, at 0.1 ms each since redis-py 8 and some seven per
    task, although all of them use the same connection pool.
    """

    QoS = OwnedMessages
    worker = ""

    _kept: Any = None

    def _connparams(self, asynchronous: bool = False) -> Any:
        """The address of Redis; ConnectionError if the channel was closed.

        A task that ends after the connection was lost acknowledges here. kombu 5.7.0 looks up the
        address on a connection that is None by then. Celery can handle a lost acknowledgement, but
        that AttributeError ended the worker.
        """
        if self.connection is None or self.connection.client is None:
            raise redis.exceptions.ConnectionError("the channel was closed")
        return super()._connparams(asynchronous)

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:  # These hold their own connection.
            return super()._create_client(asynchronous=True)
        if self._kept is None or self._kept.connection_pool is not self.pool:
            self._kept = super()._create_client()
        return self._kept

    def _brpop_read(self, **options: Any) -> Any:
        """Take a message; one that is not JSON is dropped without ending the worker."""
        try:
            return super()._brpop_read(**options)
        except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
            _dropped(f"it cannot be read ({type(error).__name__})")
            return True


class OneWatchedClient(OneClient, SentinelChannel):
    """The same for Redis behind sentinels."""


class _Readable:
    """A transport that passes on messages Celery can read, and drops others with a log line."""

    def _deliver(self, message: Any, queue: str) -> None:
        wrong = unreadable(message) if queue in QUEUES else None
        if wrong is not None:
            _dropped(f"it cannot be read ({wrong})")
        else:
            super()._deliver(message, queue)  # type: ignore[misc]


class OneTransport(_Readable, Transport):
    """The transport for a Redis with a known address."""

    Channel = OneClient


class OneWatchedTransport(_Readable, SentinelTransport):
    """The transport for a Redis behind sentinels."""

    Channel = OneWatchedClient


def use_channels_of(worker: str) -> None:
    """Use these channels for every connection of this process, on behalf of that worker."""
    OneClient.worker = worker
    OneClient.unacked_key, OneClient.unacked_index_key, OneClient.unacked_mutex_key = Held.by(
        worker
    )
    for name in ("redis", "rediss"):
        TRANSPORT_ALIASES[name] = "workers.broker:OneTransport"
    TRANSPORT_ALIASES["sentinel"] = "workers.broker:OneWatchedTransport"


def _dropped(why: str) -> None:
    log.warning("dropped a message: %s", why)


class CalmConsumer(Consumer):
    """A consumer that sends task events twice a second.

    Celery collects these events but then sends each one separately whenever its loop runs.
    """

    _tells = False

    def ensure_connected(self, conn: Any) -> Any:
        """The connection, once Redis answers; a worker that waits for this counts as alive."""
        connect = conn.ensure_connection

        def connect_alive(errback: Any, max_retries: Any, callback: Any) -> Any:
            def each_second() -> None:
                liveness.touch(liveness.WORKER)
                callback()

            return connect(errback, max_retries, callback=each_second)

        conn.ensure_connection = connect_alive
        return super().ensure_connected(conn)

    def register_with_event_loop(self, hub: Any) -> None:
        """Hook of the loop's start, or restart after the connection was lost."""
        super().register_with_event_loop(hub)
        if not self._tells:
            self._tells = True
            hub.call_repeatedly(EVENTS_EVERY, self._flush_events)

    def on_send_event_buffered(self) -> None:
        """Hook of a collected event: do not send it yet."""
