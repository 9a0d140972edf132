"""Checks that this Redis is suitable for the sync."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import redis
from redis.connection import AbstractConnection

from store.space import NOBODY, Redis

OLDEST = (6, 2)
"""The oldest suitable version: it needs ZRANGE by score, and ACLs with key selectors."""

COMMANDS: Sequence[tuple[str, ...]] = (
    *(
        ("GETDEL", "{key}"),
        ("GET", "{key}"),
        ("SET", "{key}", "1"),
        ("DEL", "{key}"),
        ("EXPIRE", "{key}", "1"),
    ),
    *(("PEXPIRE", "{key}", "1"), ("EXISTS", "{key}"), ("INCR", "{key}")),
    *(("HGET", "{key}", "f"), ("HSET", "{key}", "f", "1"), ("HDEL", "{key}", "f")),
    *(("HGETALL", "{key}"), ("HLEN", "{key}"), ("HMGET", "{key}", "f"), ("HEXISTS", "{key}", "f")),
    *(("HKEYS", "{key}"), ("MGET", "{key}"), ("ZREMRANGEBYRANK", "{key}", "0", "1")),
    *(("HINCRBY", "{key}", "f", "1"), ("HSETNX", "{key}", "f", "1")),
    ("HINCRBYFLOAT", "{key}", "f", "1"),
    *(("LPUSH", "{key}", "1"), ("RPUSH", "{key}", "1"), ("RPOP", "{key}"), ("LLEN", "{key}")),
    *(("LRANGE", "{key}", "0", "1"), ("LINDEX", "{key}", "0"), ("LREM", "{key}", "0", "1")),
    *(
        ("LTRIM", "{key}", "0", "1"),
        ("LINSERT", "{key}", "BEFORE", "1", "1"),
        ("BRPOP", "{key}", "1"),
    ),
    *(("SADD", "{key}", "1"), ("SREM", "{key}", "1"), ("SMEMBERS", "{key}")),
    *(("SISMEMBER", "{key}", "1"), ("ZADD", "{key}", "1", "1"), ("ZREM", "{key}", "1")),
    *(("ZRANGE", "{key}", "0", "1"), ("ZRANGEBYSCORE", "{key}", "0", "1")),
    *(("ZREMRANGEBYSCORE", "{key}", "0", "1"), ("ZCARD", "{key}"), ("ZSCORE", "{key}", "1")),
    *(
        ("ZPOPMIN", "{key}"),
        ("EVAL", "return 1", "1", "{key}"),
        ("EVALSHA", "0" * 40, "1", "{key}"),
    ),
    ("SCRIPT", "EXISTS", "0" * 40),
    *(("SCRIPT", "LOAD", "return 1"), ("TIME",), ("PING",), ("PUBLISH", "{channel}", "1")),
)
"""Every command that is used, with harmless arguments, to test whether it is allowed."""

OUTSIDE: Sequence[tuple[str, ...]] = (("WATCH", "{key}"), ("UNWATCH",))
"""The commands that a transaction does not accept."""


CHANNELS = ("celery.pidbox", "celeryev/*")
"""Patterns that workers and Flower subscribe to; Redis's ACLs must contain them literally."""


@dataclass(frozen=True)
class Unsuitable:
    """A problem and its fix. `is_fatal`: nothing works until it is fixed."""

    what: str
    fix: str
    is_fatal: bool

    def __str__(self) -> str:
        return f"{self.what}; {self.fix}."


def unsuitable(client: Redis) -> list[Unsuitable]:
    """All problems of this Redis. Writes nothing."""
    found = [*_server(client)]
    return found if any(one.is_fatal for one in found) else [*found, *_rights(client)]


def _server(client: Redis) -> Iterator[Unsuitable]:
    try:
        found = client.info()
    except redis.exceptions.NoPermissionError:
        return  # INFO is not needed for anything else.
    if found.get("cluster_enabled") or found.get("redis_mode") == "cluster":
        yield Unsuitable(
            "Redis runs as a cluster, which the queue and the sync's transactions cannot use: "
            "their keys lie on several nodes",
            "point REDIS_URL at a single server or at sentinels",
            is_fatal=True,
        )
    version = str(found.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        yield Unsuitable(
            f"Redis {version} is older than {oldest}",
            f"run Redis {oldest} or newer, or Valkey",
            True,
        )
    policy = found.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield Unsuitable(
            f"Redis deletes keys when its memory is full (maxmemory-policy {policy}), and the "
            "queue with them",
            "set maxmemory-policy noeviction",
            is_fatal=False,
        )


def channels(client: Redis) -> list[str]:
    """The patterns that workers and Flower subscribe to."""
    database = client.connection_pool.connection_kwargs.get("db") or 0
    return [client.queue(f"/{database}.{name}") for name in CHANNELS]


def _rights(client: Redis) -> Iterator[Unsuitable]:
    connection = client.connection_pool.get_connection()
    try:
        lacking = _refused(connection, client)
    finally:
        # The connection is subscribed by now.
        connection.disconnect()  # type: ignore[no-untyped-call]
        client.connection_pool.release(connection)
    if lacking:
        wanted = " ".join(f"&{channel}" for channel in (client.queue("*"), *channels(client)))
        yield Unsuitable(
            f"the Redis user may not do everything that is needed ({', '.join(lacking)})",
            f"give it the commands named in docs/operations.md and ~{client.queue('*')} {wanted}",
            is_fatal=True,
        )


def _refused(connection: AbstractConnection, client: Redis) -> list[str]:
    """The commands that the user may not use; tried in a discarded transaction if possible."""
    names = {"key": client.key(NOBODY, "probe"), "channel": channels(client)[0]}

    def may(*words: str) -> bool:
        connection.send_command(*words)  # type: ignore[no-untyped-call]
        try:
            connection.read_response()
        except redis.exceptions.NoPermissionError:
            return False
        return True

    def may_all(commands: Sequence[tuple[str, ...]]) -> Iterator[str]:
        for words in commands:
            if not may(*(word.format(**names) if "{" in word else word for word in words)):
                yield words[0]

    lacking = [*may_all((("MULTI",), *COMMANDS, ("DISCARD",))), *may_all(OUTSIDE)]
    for channel in channels(client):
        # Only the refusal matters.
        connection.send_command("PSUBSCRIBE", channel)  # type: ignore[no-untyped-call]
        if not may("PING"):
            lacking.append(f"PSUBSCRIBE {channel}")
            connection.read_response()
    return lacking
