"""The journal: orders that people gave for an organization."""

import time
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from store.space import Redis

KEPT, KEPT_SECONDS = 200, 90 * 24 * 3600


@dataclass(frozen=True)
class Order:
    """One order. `by` is the operator's name, `via` shell, console or assistant.

    `about` is the record, field or reason it concerns, `at` its time (seconds since the epoch).
    """

    what: str
    by: str
    via: str
    about: str | None = None
    at: float = 0.0


class Journal:
    """The orders of one organization: the last 200 within ninety days."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._orders = redis.key(organization, "journal")

    def note(self, order: Order) -> None:
        """Add an order given just now."""
        row = orjson.dumps({**asdict(order), "at": round(time.time(), 3)})
        with self._redis.pipeline() as pipe:
            pipe.lpush(self._orders, row)
            pipe.ltrim(self._orders, 0, KEPT - 1)
            pipe.expire(self._orders, KEPT_SECONDS)
            pipe.execute()

    def all(self) -> list[Order]:
        """The stored orders, the latest first."""
        rows: list[bytes] = self._redis.lrange(self._orders, 0, -1)  # type: ignore[assignment]
        return [_read(orjson.loads(row)) for row in rows]


def _read(row: dict[str, Any]) -> Order:
    """Read a row; another version may have written more."""
    return Order(row["what"], row["by"], row["via"], row.get("about"), row.get("at", 0.0))
