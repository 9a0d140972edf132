"""The syncs of an organization: their results, and whether one is running."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from core import reasons
from core.notes import Notes, read_notes
from core.outcomes import Outcome
from store.batch import Batch, Reply, within
from store.results import iso
from store.space import Redis, script, text

KEPT, KEPT_SECONDS = 200, 7 * 24 * 3600

# KEYS: ids of the syncs, prefix of their keys, all calls. ARGV: 'running' if a finished sync is to
# be left unchanged, then 'sync' or 'all', field and number in turn.
_COUNT_LATEST = """
local sync = redis.call('LINDEX', KEYS[1], 0)
if sync and ARGV[1] == 'running' and redis.call('HEXISTS', KEYS[2] .. sync, 'finished_at') == 1 then
  sync = false
end
for i = 2, #ARGV, 3 do
  if ARGV[i] == 'all' then
    redis.call('HINCRBY', KEYS[3], ARGV[i + 1], ARGV[i + 2])
  elseif sync then
    redis.call('HINCRBY', KEYS[2] .. sync, ARGV[i + 1], ARGV[i + 2])
  end
end
return sync
"""


# KEYS: ids of the syncs, prefix of their keys. ARGV: sync, now, trigger, seconds and number of
# syncs to keep. A sync that began before under the same id starts again.
_START = """
local before, mine = redis.call('LINDEX', KEYS[1], 0), KEYS[2] .. ARGV[1]
if before and before ~= ARGV[1] then
  redis.call('HSETNX', KEYS[2] .. before, 'finished_at', ARGV[2])
end
if redis.call('DEL', mine) == 1 then redis.call('LREM', KEYS[1], 0, ARGV[1]) end
redis.call('HSET', mine, 'started_at', ARGV[2], 'trigger', ARGV[3])
redis.call('EXPIRE', mine, ARGV[4])
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[4])
"""

# KEYS: ids of the syncs, prefix of their keys.
_LAST = """
local sync = redis.call('LINDEX', KEYS[1], 0)
return sync and {sync, redis.call('HGETALL', KEYS[2] .. sync)}
"""


@dataclass(frozen=True)
class Sync:
    """One sync. Times are seconds since the epoch; `problems` kept it from completing."""

    id: str
    trigger: str
    started_at: float
    finished_at: float | None = None
    planned: int = 0
    problems: Notes = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_set_up(self) -> bool:
        """False if the problem is the organizations file."""
        return all(note.code != reasons.WRONG_SETUP.code for note in self.problems)

    @property
    def is_good(self) -> bool:
        """True if both sides were read and every record was processed, including held ones."""
        return self.finished_at is not None and self.planned >= 0 and not self.problems

    def plain(self) -> dict[str, object]:
        """The sync in the form of `status --json`."""
        return {
            "id": self.id,
            "started_at": iso(self.started_at),
            "finished_at": iso(self.finished_at) if self.finished_at else None,
            "trigger": self.trigger,
            "outcomes": dict(self.outcomes),
            "api_calls": dict(self.calls),
        }


class Syncs:
    """The syncs of one organization: the last 200 within seven days."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization
        self._ids = redis.key(organization, "syncs")
        self._calls = redis.key(organization, "calls")

    def _key(self, sync: str) -> str:
        return self._redis.key(self._organization, "sync", sync)

    def start(self, sync: str, trigger: str, batch: Batch | None = None) -> None:
        """Start a sync. Records that an earlier one left in progress are counted in this one."""
        keys = [self._ids, self._key("")]
        figures: list[str | int] = [sync, str(time.time()), trigger, KEPT_SECONDS, KEPT - 1]
        with within(self._redis, batch) as start:
            start.run(_START, keys, figures)

    def planned(
        self, sync: str, records: int, problems: Notes = (), batch: Batch | None = None
    ) -> None:
        """Record that both sides were read, and the number of records to process.

        `problems` are why a direction could not be read.
        """
        told = ("problems", _plain(problems)) if problems else ()
        with within(self._redis, batch) as planned:
            planned.ask("HSET", self._key(sync), "planned", str(records), *told)

    def count(
        self,
        sync: str,
        outcomes: Mapping[Outcome, int] | None = None,
        calls: Counter[tuple[str, int]] | None = None,
        batch: Batch | None = None,
    ) -> None:
        """Add to the figures of a sync, and its calls to those of the organization."""
        with within(self._redis, batch) as count:
            for where, name, number in _figures(outcomes or {}, calls or {}):
                counted = self._key(sync) if where == "sync" else self._calls
                count.ask("HINCRBY", counted, name, number)

    def count_latest(
        self,
        batch: Batch,
        outcome: Outcome | None,
        calls: Counter[tuple[str, int]],
        *,
        only_running: bool = False,
    ) -> Reply[str | None]:
        """Add one record's figures to the sync that is the latest by then.

        Returns its id, None if there is none. `only_running`: leave a finished sync unchanged.
        """
        figures: list[str | int] = ["running" if only_running else "any"]
        for figure in _figures({outcome: 1} if outcome else {}, calls):
            figures += figure
        sync = batch.run(_COUNT_LATEST, [self._ids, self._key(""), self._calls], figures)
        return sync.then(lambda id_: text(id_) if id_ is not None else None)

    def count_calls(self, calls: Counter[tuple[str, int]]) -> None:
        """Add calls that belong to no sync to the figures of the organization."""
        for where, name, number in _figures({}, calls):
            if where == "all":
                self._redis.hincrby(self._calls, name, number)

    def finish(self, sync: str, problems: Notes = ()) -> bool:
        """Mark the sync as finished; True if this call did it."""
        with Batch(self._redis) as batch:
            if problems:
                batch.ask("HSET", self._key(sync), "problems", _plain(problems))
            finished = batch.ask("HSETNX", self._key(sync), "finished_at", str(time.time()))
        return bool(finished.value)

    def last_id(self) -> str | None:
        """The id of the latest sync."""
        latest = self._redis.lindex(self._ids, 0)
        return text(latest) if latest is not None else None

    def latest_ids(self, number: int) -> list[str]:
        """The ids of the last so many syncs, the latest first."""
        return [text(sync) for sync in self._redis.lrange(self._ids, 0, number - 1)]

    def get(self, sync: str) -> Sync | None:
        """One sync by id."""
        with Batch(self._redis, atomic=False) as batch:
            found = self.recall(sync, batch)
        return found.value

    def recall(self, sync: str, batch: Batch) -> Reply[Sync | None]:
        """The same as a part of a batch."""
        return batch.ask("HGETALL", self._key(sync)).then(lambda rows: self._read(sync, rows))

    def _read(self, sync: str, rows: Mapping[bytes, bytes]) -> Sync | None:
        row = {text(name): text(value) for name, value in rows.items()}
        if "started_at" not in row:
            return None
        return Sync(
            id=sync,
            trigger=row.get("trigger", "schedule"),
            started_at=float(row["started_at"]),
            finished_at=float(row["finished_at"]) if "finished_at" in row else None,
            planned=int(row.get("planned", -1)),
            problems=read_notes(orjson.loads(row.get("problems", "[]"))),
            outcomes=_numbers(row, "outcome:"),
            calls={"charthop": 0, "ashby": 0, **_numbers(row, "calls:")},
        )

    def last(self) -> Sync | None:
        """The latest sync."""
        found = script(self._redis, _LAST)([self._ids, self._key("")])
        if found is None:
            return None
        sync, flat = found
        return self._read(text(sync), dict(zip(flat[::2], flat[1::2], strict=True)))

    def last_good(self) -> Sync | None:
        """The latest sync that completed without a problem, None if there is none."""
        for sync in self._redis.lrange(self._ids, 0, -1):
            found = self.get(text(sync))
            if found is not None and found.is_good:
                return found
        return None

    def history(self) -> list[Sync]:
        """The stored syncs, the latest first."""
        ids = [text(sync) for sync in self._redis.lrange(self._ids, 0, -1)]
        return [sync for sync in map(self.get, ids) if sync is not None]

    def calls(self) -> dict[str, int]:
        """All calls ever counted, by `system:status`."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._calls)  # type: ignore[assignment]
        return {text(name): int(value) for name, value in rows.items()}


def _figures(
    outcomes: Mapping[Outcome, int], calls: Mapping[tuple[str, int], int]
) -> Iterator[tuple[str, str, int]]:
    """The figures to add: scope ('sync' or 'all'), name and number."""
    for outcome, number in outcomes.items():
        if number:
            yield "sync", f"outcome:{outcome.value}", number
    for (system, status), number in calls.items():
        yield "sync", f"calls:{system.lower()}", number
        yield "all", f"{system.lower()}:{status}", number


def _numbers(row: Mapping[str, str], prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): int(value)
        for name, value in sorted(row.items())
        if name.startswith(prefix)
    }


def _plain(problems: Notes) -> bytes:
    return orjson.dumps([note.plain() for note in problems])
