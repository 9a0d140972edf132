"""How did each record end last, and what happened to it before?"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from redis.client import Pipeline

from core.outcomes import Change, Ending, Outcome
from store.space import Redis, key, text

AT_ONCE = 500
"""Records whose history is sent to Redis in one go: ten thousand at once are tens of megabytes."""

HISTORY_LENGTH = 20
HISTORY_DAYS = 90
FORGET_AFTER = 30 * 24 * 3600
"""Seconds after which a record that no sync looks at any more leaves the list."""


@dataclass(frozen=True)
class Kept:
    """The last ending of a record, and when it came to be (seconds since the epoch)."""

    ending: Ending
    at: float

    @property
    def moment(self) -> str:
        """The same as an ISO timestamp in UTC."""
        return iso(self.at)


def iso(at: float) -> str:
    """Seconds since the epoch as `2026-11-23T10:00:00Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Endings:
    """The endings of one organization's records (`job:ID`, `offer:ID`, `field:CODE`)."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization
        self._last = key(organization, "endings")

    def all(self) -> dict[str, Kept]:
        """The last ending of every record."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._last)  # type: ignore[assignment]
        return {text(record): _read(row) for record, row in rows.items()}

    def get(self, record: str) -> Kept | None:
        """The last ending of one record."""
        with self._redis.pipeline(transaction=False) as pipe:
            self.request(pipe, record)
            return self.got(iter(pipe.execute()))

    def request(self, pipe: Pipeline, record: str) -> None:
        """Ask for the last ending of one record; one answer, for `got`."""
        pipe.hget(self._last, record)

    def got(self, answers: Iterator[Any]) -> Kept | None:
        """What `get` gives, out of the answer to it."""
        row = next(answers)
        return _read(row) if row is not None else None

    def keep(self, endings: Mapping[str, Ending], known: Mapping[str, Kept]) -> None:
        """Keep endings; what ended the same way before stays as it is, its moment too."""
        now = time.time()
        fresh = {
            record: ending
            for record, ending in endings.items()
            if record not in known or not _same(known[record].ending, ending)
        }
        if not fresh:
            return
        with self._redis.pipeline(transaction=False) as pipe:
            for number, (record, ending) in enumerate(fresh.items(), start=1):
                self._keep(pipe, record, ending, known.get(record), now)
                if number % AT_ONCE == 0:
                    pipe.execute()
            pipe.execute()

    def keep_one(self, pipe: Pipeline, record: str, ending: Ending, before: Kept | None) -> None:
        """The same for one record, as a part of a transaction."""
        if before is None or not _same(before.ending, ending):
            self._keep(pipe, record, ending, before, time.time())

    def _keep(
        self, pipe: Pipeline, record: str, ending: Ending, before: Kept | None, now: float
    ) -> None:
        pipe.hset(self._last, record, _write(ending, now))
        if _worth_telling(ending, before):
            self._tell(pipe, record, ending, now)

    def tell(self, endings: Mapping[str, Ending]) -> None:
        """Add to the history of records what is no ending of theirs: an approval."""
        now = time.time()
        with self._redis.pipeline(transaction=False) as pipe:
            for record, ending in endings.items():
                self._tell(pipe, record, ending, now)
            pipe.execute()

    def _tell(self, pipe: Pipeline, record: str, ending: Ending, now: float) -> None:
        story = key(self._organization, "history", record)
        pipe.lpush(story, _write(ending, now, with_changes=True))
        pipe.ltrim(story, 0, HISTORY_LENGTH - 1)
        pipe.expire(story, HISTORY_DAYS * 24 * 3600)

    def history(self, record: str) -> list[Kept]:
        """What happened to a record, the latest first."""
        rows: list[bytes] = self._redis.lrange(  # type: ignore[assignment]
            key(self._organization, "history", record), 0, -1
        )
        return [_read(row) for row in rows]

    def drop(self, records: Iterable[str]) -> None:
        """Forget records that are none any more."""
        gone = list(records)
        if gone:
            self._redis.hdel(self._last, *gone)


def _same(old: Ending, new: Ending) -> bool:
    return replace(old, changes=(), calls=0) == replace(new, changes=(), calls=0)


def _worth_telling(ending: Ending, before: Kept | None) -> bool:
    if before is None or ending.changes:
        return True
    told = (before.ending.outcome, before.ending.reason)
    if ending.outcome is Outcome.UNCHANGED and ending.reason == before.ending.reason:
        return before.ending.outcome.wants_attention
    return (ending.outcome, ending.reason) != told


def _write(ending: Ending, at: float, *, with_changes: bool = False) -> bytes:
    row = {name: value for name, value in asdict(ending).items() if value}
    if not with_changes:
        row.pop("changes", None)
    return orjson.dumps({**row, "at": round(at, 3)})


def _read(row: bytes) -> Kept:
    read: dict[str, Any] = orjson.loads(row)
    ending = Ending(
        outcome=Outcome(read["outcome"]),
        reason=read.get("reason"),
        opening_id=read.get("opening_id"),
        person_id=read.get("person_id"),
        basis=read.get("basis"),
        changes=tuple(Change(**change) for change in read.get("changes", ())),
        calls=read.get("calls", 0),
    )
    return Kept(ending, read["at"])
