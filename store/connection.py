"""The connection to Redis, and its retries."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import redis
from redis._parsers.base import BaseParser
from redis.backoff import AbstractBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from store.space import PREFIX, Redis

T = TypeVar("T")

SENTINEL_PORT: Final = 26379


@dataclass(frozen=True)
class Server:
    """The address of Redis, in redis-py's form or `sentinel://HOST:PORT;sentinel://HOST:PORT/DB`.

    `prefix` stands before every key. `master` is what the sentinels call the server, `ca_file` the
    certificates to trust with `rediss://` instead of the system's.
    """

    url: str
    prefix: str = PREFIX
    master: str = "mymaster"
    ca_file: Path | None = None


class NotNow(redis.ConnectionError):
    """Redis answers, but takes no writes for the moment, or not from here."""


for _code in ("NOREPLICAS", "MISCONF", "READONLY", "OOM", "MASTERDOWN", "UNBLOCKED"):
    # The one place that makes redis-py, and thereby kombu, treat such an answer like a lost
    # connection: a full disk, a failover or a missing replica is not the caller's mistake. Commands
    # wait and reconnect, because the server behind the address may change.
    BaseParser.EXCEPTION_CLASSES[_code] = NotNow

RedisFailure = redis.RedisError
"""Any error of a command."""

REDIS_AWAY = (redis.ConnectionError, redis.TimeoutError)
"""Errors of a command if Redis is unavailable for longer than PATIENCE, or takes no writes."""

PATIENCE = 40.0
"""Seconds that a command waits for Redis to return: to a task, a restart or half a minute without
network is only a pause."""


class Patience(AbstractBackoff):
    """Retries with growing pauses of up to a second, for so many seconds in total."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = 0.0

    def reset(self) -> None:
        """Start anew for another command."""
        self._ends = time.monotonic() + self._seconds

    def compute(self, failures: int) -> float:
        """Seconds until the next try. Raises ConnectionError when the time is up."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise redis.ConnectionError(f"Redis is away for longer than {self._seconds:.0f} s")
        return min(left, random.uniform(0.5, 1.0) * min(1.0, 0.02 * 2.0 ** min(failures, 10)))  # noqa: S311


class OneCommand(Retry):
    """Retries a command within one time limit, including the connections that it makes.

    redis-py uses the same object to retry a connection while it retries the command. That would
    restart the time limit each time, and never reach it with a server that accepts connections but
    takes no writes.
    """

    _is_under_way = False

    def call_with_retry(self, do: Callable[[], T], *arguments: Any, **options: Any) -> T:
        """The result of `do`; a failure inside another retry is left to the outer one."""
        if self._is_under_way:
            return do()
        self._is_under_way = True
        try:
            return super().call_with_retry(do, *arguments, **options)
        finally:
            self._is_under_way = False


def connect(server: Server | str, patience: float = PATIENCE, timeout: float = 10.0) -> Redis:
    """A client for that server. While Redis is unavailable, commands retry for `patience` seconds.

    The timeouts are the ones measured for the broker's own connection: a dead connection after a
    failover is noticed within seconds instead of never.
    """
    if isinstance(server, str):
        server = Server(server)
    options: dict[str, Any] = {
        "socket_timeout": timeout,
        "socket_connect_timeout": min(timeout, 5),
        "health_check_interval": 10,
        "max_connections": 256,
        "retry": OneCommand(Patience(patience), retries=100 if patience else 0),
    }
    if server.url.startswith("sentinel://"):
        return Redis(_watched_pool(server, timeout, options), server.prefix)
    if server.ca_file is not None and server.url.startswith("rediss://"):
        options["ssl_ca_certs"] = str(server.ca_file)
    return Redis(redis.ConnectionPool.from_url(server.url, **options), server.prefix)


@dataclass(frozen=True)
class Watched:
    """The parts of a sentinel address; user and password are those of the watched server."""

    sentinels: list[tuple[str, int]]
    database: int
    username: str | None
    password: str | None


def watched(url: str) -> Watched:
    """The parts of a sentinel address."""
    parts = [urlsplit(one) for one in url.split(";")]
    path = parts[-1].path.strip("/")
    login = next((one for one in parts if one.password is not None), None)
    return Watched(
        sentinels=[(one.hostname or "localhost", one.port or SENTINEL_PORT) for one in parts],
        database=int(path) if path else 0,
        username=unquote(login.username) if login is not None and login.username else None,
        password=unquote(login.password) if login is not None and login.password else None,
    )


def _watched_pool(server: Server, timeout: float, options: dict[str, Any]) -> redis.ConnectionPool:
    found = watched(server.url)
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        found.sentinels,
        sentinel_kwargs={"socket_timeout": timeout, "socket_connect_timeout": min(timeout, 5)},
    )
    master: redis.Redis = sentinel.master_for(  # type: ignore[no-untyped-call]
        server.master,
        db=found.database,
        username=found.username,
        password=found.password,
        **options,
    )
    return master.connection_pool
