"""Mirrors of Ashby's lists, as each was last read.

A mirror keeps the items of one list and the token that continues from there. It is read by the
fan-out as a whole and by the record tasks item by item; a task that wrote something puts the
answer in at once.
"""

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Generic, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from core.ports import Listing
from store.batch import Batch, within
from store.sealing import Seal
from store.space import Redis, script, text

T = TypeVar("T")

OWN_WRITES_KEPT = 3600.0
"""Seconds for which it is remembered when a task wrote what; longer than any reading lasts."""

FULL_EVERY = 24 * 3600.0
"""Seconds between two whole readings; incremental ones never report what was deleted."""

# KEYS: items, cursor. ARGV: how many items there have to be, the sealed cursor.
_CONTINUE = """
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[2], ARGV[2])
else
  redis.call('DEL', KEYS[2])
end
"""


class Mirror(Generic[T]):
    """One list of one organization. Items are frozen dataclasses with an `id`."""

    def __init__(
        self, redis: Redis, seal: Seal, organization: str, name: str, kind: type[T]
    ) -> None:
        self._redis = redis
        self._seal = seal
        self._adapter: TypeAdapter[T] = _adapter(kind)  # type: ignore[arg-type]
        self._items = redis.key(organization, "mirror", name)
        self._own = redis.key(organization, "mirror", name, "own")
        self._cursor = redis.key(organization, "mirror", name, "cursor")

    def load(self) -> dict[str, T]:
        """Every item by id; items that cannot be opened or read any more are left out."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._items)  # type: ignore[assignment]
        found = {text(id_): self._read(sealed, text(id_)) for id_, sealed in rows.items()}
        return {id_: item for id_, item in found.items() if item is not None}

    def get(self, ids: Iterable[str]) -> list[T]:
        """The items of those ids that are there."""
        wanted = list(ids)
        if not wanted:
            return []
        rows: list[bytes | None] = self._redis.hmget(self._items, wanted)  # type: ignore[assignment]
        return [item for item in map(self._read, rows, wanted) if item is not None]

    def token(self, now: float | None = None) -> str | None:
        """The token to continue with; None where the whole list is due.

        A mirror that was sealed with another key is no base to continue from.
        """
        saved = self._seal.open(self._redis.get(self._cursor), self._cursor)  # type: ignore[arg-type]
        if saved is None:
            return None
        cursor = orjson.loads(saved)
        age = (time.time() if now is None else now) - cursor["full_at"]
        return cursor["token"] if age < FULL_EVERY else None

    def merge(
        self,
        known: dict[str, T],
        reading: Listing[T],
        began: float,
        vanished: Callable[[T], T | None] = lambda _: None,
    ) -> tuple[dict[str, T], dict[str, T | None]]:
        """The list as it is now, and what of it differs from `known` (None: to be dropped).

        `began` is when the reading began (seconds since the epoch): what a task wrote since then
        is at least as new. `vanished` says what becomes
        of an item that a whole list no longer has. Nothing is written.
        """
        own = self.own_writes(began)
        changed: dict[str, T | None] = {}
        fresh = {item.id: item for item in reading.items}  # type: ignore[attr-defined]
        for id_, item in fresh.items():
            if id_ in own and id_ in known:
                continue
            if known.get(id_) != item:
                changed[id_] = item
        if reading.is_full and not reading.nameless:
            for id_, old in known.items():
                if id_ in fresh or id_ in own or id_ in reading.unreadable:
                    continue
                left = vanished(old)
                if left != old:
                    changed[id_] = left
        now = {**known, **{id_: item for id_, item in changed.items() if item is not None}}
        for id_, gone in changed.items():
            if gone is None:
                now.pop(id_, None)
        return now, changed

    def write(self, changed: dict[str, T | None], began: float) -> None:
        """Keep what `merge` found to differ, but for what a task wrote since the reading began."""
        own = self.own_writes(began) if changed else {}
        theirs = {id_: item for id_, item in changed.items() if id_ not in own}
        puts = {id_: self._close(item) for id_, item in theirs.items() if item is not None}
        drops = [id_ for id_, item in theirs.items() if item is None]
        with self._redis.pipeline(transaction=False) as pipe:
            if puts:
                pipe.hset(self._items, mapping=puts)  # type: ignore[arg-type]
            if drops:
                pipe.hdel(self._items, *drops)
            pipe.execute()

    def put(self, item: T, batch: Batch | None = None) -> None:
        """Keep one item as the answer to our own write gave it; with `batch` as a part of that."""
        id_: str = item.id  # type: ignore[attr-defined]
        with within(self._redis, batch) as put:
            put.ask("HSET", self._items, id_, self._close(item))
            put.ask("ZADD", self._own, time.time(), id_)
            put.ask("EXPIRE", self._own, int(OWN_WRITES_KEPT))

    def continue_from(self, reading: Listing[T], began: float, size: int) -> None:
        """Save the token, once everything that was read has been dealt with.

        `size` is how many items the list had then. Not where items were lost since they were read:
        what is left of an emptied mirror would pass for the whole list, and whatever it lacks would
        be made a second time.
        """
        if reading.token is None:
            self._redis.delete(self._cursor)
            return
        full_at = began
        if not reading.is_full:
            saved = self._seal.open(self._redis.get(self._cursor), self._cursor)  # type: ignore[arg-type]
            if saved is None:
                return
            full_at = orjson.loads(saved)["full_at"]
        cursor = orjson.dumps({"token": reading.token, "full_at": full_at})
        script(self._redis, _CONTINUE)(
            [self._items, self._cursor], [size, self._seal.close(cursor, self._cursor)]
        )
        self._redis.zremrangebyscore(self._own, 0, began - OWN_WRITES_KEPT)

    def forget_cursor(self) -> None:
        """Read the whole list next time. The items stay: they tell what vanished."""
        self._redis.delete(self._cursor)

    def own_writes(self, since: float) -> set[str]:
        """The ids of what tasks wrote since then, in seconds since the epoch."""
        rows: list[bytes] = self._redis.zrangebyscore(self._own, since, "+inf")  # type: ignore[assignment]
        return {text(id_) for id_ in rows}

    def _close(self, item: T) -> bytes:
        id_: str = item.id  # type: ignore[attr-defined]
        plain = self._adapter.dump_json(item, exclude_defaults=True)
        return self._seal.close(plain, self._items, id_)

    def _read(self, sealed: bytes | None, id_: str) -> T | None:
        plain = self._seal.open(sealed, self._items, id_)
        if plain is None:
            return None
        try:
            return self._adapter.validate_json(plain)
        except ValidationError:
            return None


@lru_cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Made once for each kind: making one costs a millisecond."""
    return TypeAdapter(kind)
