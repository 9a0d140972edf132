"""Mirrors of Ashby's lists: the stored copy of each list as last read.

A mirror stores the items of one list and the token from which reading continues. The fan-out reads
it as a whole, record tasks item by item; a task that writes to Ashby stores the answer at once.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any, Generic, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from core.ports import Identified, Listing
from store.batch import Batch, Reply, within
from store.sealing import Seal
from store.space import Redis, text

T = TypeVar("T", bound=Identified)

OWN_WRITES_KEPT = 3600.0
"""Seconds for which tasks' writes are remembered; longer than any reading takes."""

FULL_EVERY = 24 * 3600.0
"""Seconds between two full readings; incremental ones never report deletions."""

BELIEVED_FOR = 3600.0
"""Seconds for which the stored copy of a rarely changing list may be used."""

# KEYS: items, cursor. ARGV: the number of items that must exist, the sealed cursor, 'news' if it
# continues from a cursor that must still exist.
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
    """The point from which the next reading of a list continues.

    `full_at` and `read_at` are the start times of its last full reading and of its last reading
    (seconds since the epoch); `size` is the number of items it had then.
    """

    token: str
    full_at: float
    read_at: float
    size: int

    @classmethod
    def read(cls, saved: Mapping[str, Any]) -> "Cursor":
        """The cursor from its stored form; unknown keys of a later version are ignored."""
        return cls(**{one.name: saved[one.name] for one in fields(cls)})

    def is_whole_due(self, now: float) -> bool:
        """True if the whole list has to be read again."""
        return now - self.full_at >= FULL_EVERY

    def is_believed(self, now: float, size: int) -> bool:
        """True if the stored copy with `size` items may be used without reading.

        That requires a reading within the last hour and no items lost or added since.
        """
        recent = 0 <= now - self.read_at < BELIEVED_FOR
        return recent and size == self.size and not self.is_whole_due(now)


@dataclass(frozen=True)
class Recalled(Generic[T]):
    """The stored copy of a list: its items by id, and the cursor of the next reading."""

    items: dict[str, T]
    cursor: Cursor | None

    def token(self, now: float) -> str | None:
        """The token to continue with; None if the whole list is due.

        A list that lost items, or is empty, is read in full: otherwise the rest of an emptied
        mirror would pass for the whole list.
        """
        cursor, size = self.cursor, len(self.items)
        if cursor is None or not size or size < cursor.size or cursor.is_whole_due(now):
            return None
        return cursor.token

    def is_believed(self, now: float) -> bool:
        """True if the stored copy may be used without reading."""
        return self.cursor is not None and self.cursor.is_believed(now, len(self.items))


class Mirror(Generic[T]):
    """One list of one organization. Items are frozen dataclasses with an `id`."""

    def __init__(
        self, redis: Redis, seal: Seal, organization: str, name: str, kind: type[T]
    ) -> None:
        self._redis = redis
        self._seal = seal
        self._adapter: TypeAdapter[T] = _adapter(kind)
        self._items = redis.key(organization, "mirror", name)
        self._own = redis.key(organization, "mirror", name, "own")
        self.cursor_key = redis.key(organization, "mirror", name, "cursor")

    def recall(self, batch: Batch, cursor: Reply[bytes | None]) -> Reply[Recalled[T]]:
        """The whole list, without items that can no longer be opened or read.

        `cursor` is the value of `cursor_key`.
        """
        rows = batch.ask("HGETALL", self._items)
        return rows.then(lambda found: Recalled(self._open(found), self._cursor_of(cursor.value)))

    def load(self) -> dict[str, T]:
        """Every readable item by id."""
        return self._open(self._redis.hgetall(self._items))  # type: ignore[arg-type]

    def _open(self, rows: dict[bytes, bytes]) -> dict[str, T]:
        found = {text(id_): self._read(sealed, text(id_)) for id_, sealed in rows.items()}
        return {id_: item for id_, item in found.items() if item is not None}

    def get(self, ids: Iterable[str]) -> list[T]:
        """The stored items with those ids."""
        wanted = list(ids)
        if not wanted:
            return []
        rows: list[bytes | None] = self._redis.hmget(self._items, wanted)  # type: ignore[assignment]
        return [item for item in map(self._read, rows, wanted) if item is not None]

    def _cursor_of(self, sealed: bytes | None) -> Cursor | None:
        """The cursor of the next reading, None if there is none.

        A mirror that was sealed with another key cannot be continued.
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
        """The current list, and its changes from `known` (None: delete).

        `began` is the start of the reading (seconds since the epoch): what a task wrote since then
        is at least as new. `vanished` decides what happens to an item that a full reading no longer
        has. Writes nothing.
        """
        if not reading.items and not (reading.is_full and known):
            return known, {}
        own = self.own_writes(began)
        changed: dict[str, T | None] = {}
        fresh = {item.id: item for item in reading.items}
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
        """Store the changes from `merge`, except for items that tasks wrote during the reading."""
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
        """Store one item from the answer to our own write, as part of `batch` if given."""
        id_ = item.id
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
        """Store the cursor, once everything that was read has been handled.

        `size` is the number of items in the list, `before` the cursor from which it was read.
        Nothing is stored if items were lost since the reading: the rest of an emptied mirror would
        pass for the whole list, and what it lacks would be created a second time.
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
        """Read the whole list next time. The items are kept, to detect deletions."""
        with within(self._redis, batch) as forget:
            forget.ask("DEL", self.cursor_key)

    def own_writes(self, since: float) -> set[str]:
        """The ids of items that tasks wrote since that time (seconds since the epoch)."""
        rows: list[bytes] = self._redis.zrangebyscore(self._own, since, "+inf")  # type: ignore[assignment]
        return {text(id_) for id_ in rows}

    def _close(self, item: T) -> bytes:
        id_ = item.id
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
    """The adapter of an item type; cached because creating one takes a millisecond."""
    return TypeAdapter(kind)
