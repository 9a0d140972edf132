"""The last result of each record, and its history."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from core.keys import RecordKey, known
from core.notes import read_notes
from core.outcomes import Change, Outcome, Result
from store.batch import Batch, Reply
from store.space import Redis, text

AT_ONCE = 500
"""Records whose history is sent to Redis at a time: ten thousand at once are tens of megabytes."""

HISTORY_LENGTH = 20
HISTORY_DAYS = 90
FORGET_AFTER = 30 * 24 * 3600
"""Seconds after which a record that no sync examines any more leaves the list."""


@dataclass(frozen=True)
class StoredResult:
    """The last result of a record, and its time (seconds since the epoch)."""

    result: Result
    at: float

    @property
    def moment(self) -> str:
        """Its time as an ISO timestamp in UTC."""
        return iso(self.at)


def iso(at: float) -> str:
    """Seconds since the epoch as `2026-11-23T10:00:00Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Results:
    """The results of one organization's records (`job:ID`, `offer:ID`, `field:CODE`)."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization
        self._last = redis.key(organization, "results")

    def all(self) -> dict[RecordKey, StoredResult]:
        """The last result of every record."""
        with Batch(self._redis, atomic=False) as batch:
            results = self.recall(batch)
        return results.value

    def waiting(self) -> dict[RecordKey, StoredResult]:
        """The last results of the records that need attention."""
        found = self._where(lambda row: any(word in row for word in _WAITING))
        return {key: kept for key, kept in found.items() if kept.result.outcome.wants_attention}

    def noted(self) -> dict[RecordKey, StoredResult]:
        """The last results of the records that have notes."""
        return self._where(lambda row: _NO_NOTES not in row)

    def naming(self, id_: str) -> dict[RecordKey, StoredResult]:
        """The last results of the records whose opening or person has that id."""
        word = orjson.dumps(id_)
        found = self._where(lambda row: word in row)
        return {
            key: kept
            for key, kept in found.items()
            if id_ in (kept.result.opening_id, kept.result.person_id)
        }

    def between(self, begins: float, ends: float) -> dict[RecordKey, StoredResult]:
        """The last results from that period, in seconds since the epoch."""
        return self._where(
            lambda row: begins <= float(row[row.rindex(_AT) + len(_AT) : -1]) <= ends
        )

    def several(self, records: Sequence[RecordKey]) -> dict[RecordKey, StoredResult]:
        """The last results of these records, as far as they exist."""
        if not records:
            return {}
        rows: list[bytes | None] = self._redis.hmget(self._last, list(map(str, records)))  # type: ignore[assignment]
        read = ((key, _read(row)) for key, row in zip(records, rows, strict=True) if row)
        return {key: kept for key, kept in read if kept is not None}

    def _where(self, seems: Callable[[bytes], bool]) -> dict[RecordKey, StoredResult]:
        """The results whose stored row matches; parses only these, few of ten thousand."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._last)  # type: ignore[assignment]
        return _read_all({record: row for record, row in rows.items() if seems(row)})

    def recall(self, batch: Batch) -> Reply[dict[RecordKey, StoredResult]]:
        """The same as part of a batch."""
        return batch.ask("HGETALL", self._last).then(_read_all)

    def records(self) -> list[RecordKey]:
        """The records that have a result."""
        rows: list[bytes] = self._redis.hkeys(self._last)  # type: ignore[assignment]
        return known(map(text, rows))

    def get(self, record: RecordKey) -> StoredResult | None:
        """The last result of one record."""
        with Batch(self._redis, atomic=False) as batch:
            kept = self.read(record, batch)
        return kept.value

    def read(self, record: RecordKey, batch: Batch) -> Reply[StoredResult | None]:
        """The same as part of a batch."""
        row = batch.ask("HGET", self._last, str(record))
        return row.then(lambda row: _read(row) if row is not None else None)

    def keep(
        self, results: Mapping[RecordKey, Result], known: Mapping[RecordKey, StoredResult]
    ) -> None:
        """Store results; one that equals the stored result keeps its time."""
        now = time.time()
        fresh = {
            record: result
            for record, result in results.items()
            if record not in known or not _same(known[record].result, result)
        }
        if not fresh:
            return
        with Batch(self._redis, atomic=False) as batch:
            for number, (record, result) in enumerate(fresh.items(), start=1):
                self._keep(batch, record, result, known.get(record), now)
                if number % AT_ONCE == 0:
                    batch.send()

    def keep_one(
        self, batch: Batch, record: RecordKey, result: Result, before: StoredResult | None
    ) -> None:
        """The same for one record, as part of a batch."""
        if before is None or not _same(before.result, result):
            self._keep(batch, record, result, before, time.time())

    def _keep(
        self,
        batch: Batch,
        record: RecordKey,
        result: Result,
        before: StoredResult | None,
        now: float,
    ) -> None:
        batch.ask("HSET", self._last, str(record), _write(result, now))
        if _worth_telling(result, before):
            self._tell(batch, record, result, now)

    def tell(self, results: Mapping[RecordKey, Result]) -> None:
        """Add an entry to records' history that is not a result, such as an approval."""
        now = time.time()
        with Batch(self._redis, atomic=False) as batch:
            for record, result in results.items():
                self._tell(batch, record, result, now)

    def _tell(self, batch: Batch, record: RecordKey, result: Result, now: float) -> None:
        story = self._history(record)
        batch.ask("LPUSH", story, _write(result, now, with_changes=True))
        batch.ask("LTRIM", story, 0, HISTORY_LENGTH - 1)
        batch.ask("EXPIRE", story, HISTORY_DAYS * 24 * 3600)

    def history(self, record: RecordKey) -> list[StoredResult]:
        """The history of a record, the latest first."""
        return self.histories((record,))[record]

    def histories(self, records: Iterable[RecordKey]) -> dict[RecordKey, list[StoredResult]]:
        """The history of each record, the latest first."""
        found: dict[RecordKey, list[StoredResult]] = {}
        wanted = list(records)
        for at in range(0, len(wanted), AT_ONCE):
            with Batch(self._redis, atomic=False) as batch:
                rows = {
                    record: batch.ask("LRANGE", self._history(record), 0, -1)
                    for record in wanted[at : at + AT_ONCE]
                }
            for record, reply in rows.items():
                read = map(_read, reply.value)
                found[record] = [kept for kept in read if kept is not None]
        return found

    def hide(self, what: str, records: Sequence[RecordKey]) -> None:
        """Remove the values of changes of one attribute from the history of these records."""
        for at in range(0, len(records), AT_ONCE):
            stories = [self._history(record) for record in records[at : at + AT_ONCE]]
            with Batch(self._redis, atomic=False) as batch:
                told = [batch.ask("LRANGE", story, 0, -1) for story in stories]
            with Batch(self._redis) as batch:
                for story, rows in zip(stories, told, strict=True):
                    for row in rows.value:
                        _hide(batch, story, row, what)

    def _history(self, record: RecordKey) -> str:
        return self._redis.key(self._organization, "history", str(record))

    def drop(self, records: Iterable[RecordKey]) -> None:
        """Delete the results of records that no longer exist."""
        gone = [str(record) for record in records]
        if gone:
            self._redis.hdel(self._last, *gone)


def _hide(batch: Batch, story: str, row: bytes, what: str) -> None:
    read: dict[str, Any] = orjson.loads(row)
    if all(change["what"] != what for change in read.get("changes", ())):
        return
    read["changes"] = [
        asdict(Change(what)) if change["what"] == what else change for change in read["changes"]
    ]
    # By value, not by position: a task may add an entry meanwhile.
    batch.ask("LINSERT", story, "BEFORE", row, orjson.dumps(read))
    batch.ask("LREM", story, 1, row)


def _read_all(rows: Mapping[bytes, bytes]) -> dict[RecordKey, StoredResult]:
    return {
        key: kept
        for record, row in rows.items()
        if (key := RecordKey.parse(text(record))) is not None and (kept := _read(row)) is not None
    }


def _same(old: Result, new: Result) -> bool:
    return replace(old, changes=(), calls=0) == replace(new, changes=(), calls=0)


def _worth_telling(result: Result, before: StoredResult | None) -> bool:
    if before is None or result.changes:
        return True
    told = (before.result.outcome, before.result.notes)
    if result.outcome is Outcome.UNCHANGED and result.notes == before.result.notes:
        return before.result.outcome.wants_attention
    return (result.outcome, result.notes) != told


def _write(result: Result, at: float, *, with_changes: bool = False) -> bytes:
    row = {name: value for name, value in vars(result).items() if value}
    row["notes"] = [note.plain() for note in result.notes]
    row["changes"] = [asdict(change) for change in result.changes]
    if not with_changes:
        row.pop("changes", None)
    return orjson.dumps({**row, "at": round(at, 3)})


_AT = b'"at":'
"""The last key in a row."""

_NO_NOTES = b'"notes":[]'

_WAITING = [b'"outcome":"%b"' % one.encode() for one in Outcome if one.wants_attention]

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


def _read(row: bytes) -> StoredResult | None:
    """The stored result; None if another version wrote an outcome unknown to this one."""
    read: dict[str, Any] = orjson.loads(row)
    outcome = _OUTCOMES.get(read["outcome"])
    if outcome is None:
        return None
    result = Result(
        outcome=outcome,
        notes=read_notes(read.get("notes", ())),
        opening_id=read.get("opening_id"),
        person_id=read.get("person_id"),
        fingerprint=read.get("fingerprint"),
        changes=tuple(
            Change(change["what"], change.get("before"), change.get("after"))
            for change in read.get("changes", ())
        ),
        calls=read.get("calls", 0),
    )
    return StoredResult(result, read["at"])
