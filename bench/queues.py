"""The queues that are compared, and how a task is sent to each.

The tasks do the same in all: count themselves in Redis, and either nothing more or two calls.
Celery is set up as the product is (workers/application.py); Dramatiq as it comes.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx

from store.connection import connect
from store.space import Redis

NOOP, HTTP = "noop", "http"
CALLS = 2
CONCURRENCY = 32
PROCESSES = 8
"""Of the prefork pool: 32 of them need more than a gigabyte."""

_local = threading.local()


@lru_cache
def counter() -> Redis:
    """The connection that tasks count themselves with."""
    return connect(os.environ["BENCH_REDIS"])


def work(kind: str, done: str) -> None:
    """What every task does."""
    if kind == HTTP:
        for _ in range(CALLS):
            _client().get(os.environ["BENCH_URL"])
    counter().incr(done)


def _client() -> httpx.Client:
    """One client per thread; gevent has one for all, for each of its tasks is a new thread."""
    if os.environ.get("BENCH_SHARED"):
        return _shared()
    if not hasattr(_local, "client"):
        _local.client = httpx.Client(trust_env=False)
    client: httpx.Client = _local.client
    return client


@lru_cache
def _shared() -> httpx.Client:
    many = httpx.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)
    return httpx.Client(trust_env=False, limits=many)


def celery_app(name: str) -> Any:
    """Celery with the settings of the product that bear on throughput."""
    from celery import Celery

    from store.connection import Server
    from workers.backend import broker_url

    app = Celery(name, broker=broker_url(Server(os.environ["BENCH_REDIS"])))
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        # With a prefetch of one the gevent pool stands still again and again.
        worker_prefetch_multiplier=4 if os.environ.get("BENCH_SHARED") else 1,
        worker_hijack_root_logger=False,
        task_default_queue=name,
        worker_send_task_events=True,
    )
    app.task(name="work", ignore_result=True)(work)
    return app


def dramatiq_actor(url: str) -> Any:
    """The same task for Dramatiq."""
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    dramatiq.set_broker(RedisBroker(client=connect(url)))
    return dramatiq.actor(work)


@dataclass(frozen=True)
class Queue:
    """One queue in one pool: how its worker is started, and how tasks are sent to it."""

    name: str
    command: Sequence[str]
    send: Callable[[str, int, str], None]


def _celery(pool: str, concurrency: int, module: str = "bench.celery_worker") -> Queue:
    name = f"Celery {pool} {concurrency}"
    queue = f"bench-{pool}"
    command = ("celery", "-A", module, "worker", "-P", pool, "-c", str(concurrency))
    quiet = ("--without-mingle", "--without-gossip", "-Q", queue)

    def send(kind: str, count: int, done: str) -> None:
        app = celery_app(queue)
        with app.producer_or_acquire() as producer, producer.batch(max_size=500):
            for _ in range(count):
                app.send_task("work", (kind, done), queue=queue, producer=producer)

    return Queue(name, (*command, *quiet), send)


def _dramatiq() -> Queue:
    def send(kind: str, count: int, done: str) -> None:
        actor = dramatiq_actor(os.environ["BENCH_REDIS"])
        for _ in range(count):
            actor.send(kind, done)

    command = ("dramatiq", "bench.dramatiq_worker", "-p", "1", "-t", str(CONCURRENCY))
    return Queue(f"Dramatiq threads {CONCURRENCY}", command, send)


QUEUES = (
    _celery("threads", CONCURRENCY),
    _celery("prefork", PROCESSES),
    _celery("gevent", CONCURRENCY, "bench.gevent_worker"),
    _dramatiq(),
)
