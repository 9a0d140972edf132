"""Mirrors of Ashby's lists, as each was last read.

A mirror keeps the items of one list and the token that continues from there. It is read by the
fan-out as a whole and by the record tasks item by item; a task that wrote something puts the
answer in at once.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any, Generic, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from core.ports import Listing
from store.batch import Batch, Reply, within
from store.sealing import Seal
from store.space import Redis, text

T = TypeVar("T")

OWN_WRITES_KEPT = 3600.0
"""Seconds for which it is remembered when a task wrote what; longer than any reading lasts."""

FULL_EVERY = 24 * 3600.0
"""Seconds between two whole readings; incremental ones never report what was deleted."""

BELIEVED_FOR = 3600.0
"""Seconds for which a list that hardly ever changes may be taken as it was read last."""

# KEYS: items, cursor. ARGV: how many items there have to be, the sealed cursor, 'news' where it
# goes on from one that is still there.
_CONTINUE = """
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  if ARGV[3] == 'news' then
    redis.call('SET', KEYS[2], ARGV[2], 'XX')
  else
    redis.call('SET', KEYS[2], ARGV[2])
  end
else
  redis.call('DEL', KEYS[2])
end
"""


@dataclass(frozen=True)
class Cursor:
    """Where the next reading of a list goes on.

    `full_at` and `read_at` are when its last whole reading, and its last one, began (seconds since
    the epoch); `size` is how many items it had then.
    """

    token: str
    full_at: float
    read_at: float
    size: int

    @classmethod
    def read(cls, saved: Mapping[str, Any]) -> "Cursor":
        """As it was kept; what only a later version knows of it is left out."""
        return cls(**{one.name: saved[one.name] for one in fields(cls)})

    def is_whole_due(self, now: float) -> bool:
        """Whether the whole list is to be read again."""
        return now - self.full_at >= FULL_EVERY

    def is_believed(self, now: float, size: int) -> bool:
        """Whether the list may be taken as it is remembered, with `size` items.

        It was read within the last hour then, and nothing of it was lost or made since.
        """
        recent = 0 <= now - self.read_at < BELIEVED_FOR
        return recent and size == self.size and not self.is_whole_due(now)


@dataclass(frozen=True)
class Recalled(Generic[T]):
    """A list as it is remembered: its items by id, and where the next reading goes on."""

    items: dict[str, T]
    cursor: Cursor | None

    def token(self, now: float) -> str | None:
        """The token to continue with; None where the whole list is due.

        A list of which items were lost is read whole, and so is an empty one: what is left of an
        emptied mirror would pass for it.
        """
        cursor, size = self.cursor, len(self.items)
        if cursor is None or not size or size < cursor.size or cursor.is_whole_due(now):
            return None
        return cursor.token

    def is_believed(self, now: float) -> bool:
        """Whether the list may be taken as it is remembered."""
        return self.cursor is not None and self.cursor.is_believed(now, len(self.items))


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
        self.cursor_key = redis.key(organization, "mirror", name, "cursor")

    def recall(self, batch: Batch, cursor: Reply[bytes | None]) -> Reply[Recalled[T]]:
        """The whole list; items that cannot be opened or read any more are left out.

        `cursor` is what stands under `cursor_key`.
        """
        rows = batch.ask("HGETALL", self._items)
        return rows.then(lambda found: Recalled(self._open(found), self._cursor_of(cursor.value)))

    def load(self) -> dict[str, T]:
        """Every item by id, likewise."""
        return self._open(self._redis.hgetall(self._items))  # type: ignore[arg-type]

    def _open(self, rows: dict[bytes, bytes]) -> dict[str, T]:
        found = {text(id_): self._read(sealed, text(id_)) for id_, sealed in rows.items()}
        return {id_: item for id_, item in found.items() if item is not None}

    def get(self, ids: Iterable[str]) -> list[T]:
        """The items of those ids that are there."""
        wanted = list(ids)
        if not wanted:
            return []
        rows: list[bytes | None] = self._redis.hmget(self._items, wanted)  # type: ignore[assignment]
        return [item for item in map(self._read, rows, wanted) if item is not None]

    def _cursor_of(self, sealed: bytes | None) -> Cursor | None:
        """Where the next reading goes on, None where nobody knows.

        A mirror that was sealed with another key is no base to continue from.
        """
        saved = self._seal.open(sealed, self.cursor_key)
        return Cursor.read(orjson.loads(saved)) if saved is not None else None

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
        if not reading.items and not (reading.is_full and known):
            return known, {}
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
        if not changed:
            return
        own = self.own_writes(began)
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

    def continue_from(
        self,
        reading: Listing[T],
        began: float,
        size: int,
        before: Cursor | None,
        batch: Batch | None = None,
    ) -> None:
        """Save the token, once everything that was read has been dealt with.

        `size` is how many items the list had then, `before` the cursor that it was read from. Not
        where items were lost since they were read: what is left of an emptied mirror would pass for
        the whole list, and whatever it lacks would be made a second time.
        """
        with within(self._redis, batch) as go_on:
            if reading.token is None:
                go_on.ask("DEL", self.cursor_key)
                return
            full_at, how = began, "whole"
            if not reading.is_full:
                if before is None:
                    return
                full_at, how = before.full_at, "news"
            cursor = orjson.dumps(asdict(Cursor(reading.token, full_at, began, size)))
            sealed = self._seal.close(cursor, self.cursor_key)
            go_on.run(_CONTINUE, [self._items, self.cursor_key], [size, sealed, how])
            if size and (reading.items or reading.is_full):
                go_on.ask("ZREMRANGEBYSCORE", self._own, 0, began - OWN_WRITES_KEPT)

    def forget_cursor(self, batch: Batch | None = None) -> None:
        """Read the whole list next time. The items stay: they tell what vanished."""
        with within(self._redis, batch) as forget:
            forget.ask("DEL", self.cursor_key)

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
