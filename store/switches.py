"""Switches: stops by an operator, the brake or a refused key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from core.brakes import Approval, MassChange
from core.keys import Direction, RecordKey, known
from core.notes import Note
from store.batch import Batch, Reply, within
from store.locks import WorkLock
from store.space import Redis, text

APPROVED_FOR = 24 * 3600
"""Seconds for which an approval is valid."""


@dataclass(frozen=True)
class Stopped:
    """Why the organization is paused, and the refused directions with the reason of each."""

    paused: str | None
    refused: dict[Direction, Note]


class Switches:
    """The switches of one organization."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._paused = redis.key(organization, "paused")
        self._refused = redis.key(organization, "refused")
        self._reads = redis.key(organization, "refused-reads")
        self._brake = redis.key(organization, "brake")
        self._shown = redis.key(organization, "shown")
        self._approved = redis.key(organization, "approved")
        self._pushed = redis.key(organization, "pushed")
        self._broken = redis.key(organization, "table")

    def pause(self, why: str) -> None:
        """Pause the organization: every worker stops before its next write."""
        self._redis.set(self._paused, why)

    def resume(self) -> None:
        """Resume the organization."""
        self._redis.delete(self._paused)

    def paused(self) -> str | None:
        """The reason of the pause, None if the organization is not paused."""
        return self.write_gate(())[0]

    def write_gate(self, locks: Sequence[WorkLock]) -> tuple[str | None, bool]:
        """Why the organization is paused, and whether all these locks are still their holder's.

        Asked right before something is written, in one round trip.
        """
        names = [self._paused, *(lock.name for lock in locks)]
        found: list[bytes | None] = self._redis.mget(names)  # type: ignore[assignment]
        paused, *holders = found
        return _text_or_none(paused), holders == [lock.token for lock in locks]

    def break_table(self, sentence: str | None) -> bool:
        """Record the mistake that workers found in the organization's table; True if it is new."""
        if sentence is None:
            return bool(self._redis.delete(self._broken))
        before = self.broken_table()
        self._redis.set(self._broken, sentence)
        return before != sentence

    def broken_table(self) -> str | None:
        """The mistake that workers found in the organization's table."""
        found = self._redis.get(self._broken)
        return text(found) if found is not None else None

    def refuse(self, direction: Direction, reason: Note, read: str | None = None) -> bool:
        """Record that a key was refused for a direction; True if that is new.

        `read` names the call if it was a read, which can be repeated to test the key.
        """
        with self._redis.pipeline() as pipe:
            pipe.hset(self._refused, direction, orjson.dumps(reason.plain()))
            if read is None:
                pipe.hdel(self._reads, direction)
            else:
                pipe.hset(self._reads, direction, read)
            return bool(pipe.execute()[0])

    def refused_read(self, direction: Direction) -> str | None:
        """The read that was refused for a direction; None if it was not a read."""
        read = self._redis.hget(self._reads, direction)
        return text(read) if read is not None else None

    def accept(self, direction: Direction) -> bool:
        """Record that the key works for a direction; True if that is new."""
        with self._redis.pipeline() as pipe:
            pipe.hdel(self._refused, direction)
            pipe.hdel(self._reads, direction)
            return bool(pipe.execute()[0])

    def refused(self) -> dict[Direction, Note]:
        """The refused directions with the reason of each."""
        return self.stopped().refused

    def stopped(self) -> "Stopped":
        """Everything that is stopped, and why."""
        with Batch(self._redis, atomic=False) as batch:
            stopped = self.read(batch)
        return stopped.value

    def read(self, batch: Batch) -> "Reply[Stopped]":
        """The same as part of a batch."""
        paused = batch.ask("GET", self._paused).then(_text_or_none)
        refused = batch.ask("HGETALL", self._refused)
        return refused.then(
            lambda rows: Stopped(
                paused.value,
                {
                    Direction(text(direction)): Note.read(orjson.loads(reason))
                    for direction, reason in rows.items()
                    if text(direction) in set(Direction)
                },
            )
        )

    def hold(
        self,
        held: Mapping[str, tuple[Note, Iterable[RecordKey]]],
        fingerprints: Mapping[RecordKey, str] | None = None,
        batch: Batch | None = None,
    ) -> None:
        """Replace what the brake holds: the reason and the records by kind.

        `fingerprints` are digests of the state in which each record is shown.
        """
        plain = {
            kind: [reason.plain(), sorted(map(str, records))]
            for kind, (reason, records) in held.items()
        }
        shown = {
            str(record): (fingerprints or {}).get(record, "")
            for _, records in held.values()
            for record in records
        }
        with within(self._redis, batch) as hold:
            hold.ask("DEL", self._brake, self._shown)
            if plain:
                hold.ask("SET", self._brake, orjson.dumps(plain))
                hold.ask("HSET", self._shown, *(part for pair in shown.items() for part in pair))

    def held(self) -> dict[str, tuple[Note, list[RecordKey]]]:
        """The reason and the records that the brake holds, by kind."""
        saved = self._redis.get(self._brake)
        if saved is None:
            return {}
        return {
            kind: (Note.read(reason), known(records))
            for kind, (reason, records) in orjson.loads(saved).items()
        }

    def shown(self) -> dict[str, str]:
        """A digest of the state in which each held record is shown."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._shown)  # type: ignore[assignment]
        return {text(record): text(fingerprint) for record, fingerprint in rows.items()}

    def approve(
        self,
        held: Mapping[str, tuple[Note, Iterable[RecordKey]]] | None = None,
        shown: Mapping[str, str] | None = None,
    ) -> int:
        """Release exactly what was shown (`held`, else what the brake holds now).

        Each record is released in the state in which it was shown (`shown`, else now). Returns the
        number of records.
        """
        fingerprints = self.shown() if shown is None else shown
        pairs = {
            f"{kind} {record}": fingerprints.get(str(record), "")
            for kind, (_, records) in (self.held() if held is None else held).items()
            for record in records
        }
        if pairs:
            with self._redis.pipeline() as pipe:
                pipe.hset(self._approved, mapping=pairs)  # type: ignore[arg-type]
                pipe.expire(self._approved, APPROVED_FOR)
                pipe.delete(self._brake, self._shown)
                pipe.execute()
        return len(pairs)

    def approved(self, fingerprints: Mapping[RecordKey, str] | None = None) -> frozenset[Approval]:
        """The approvals that have not been carried out.

        With `fingerprints`, only those of records that are still in the approved state.
        """
        rows: dict[bytes, bytes] = self._redis.hgetall(self._approved)  # type: ignore[assignment]
        pairs = {
            approval: text(fingerprint)
            for pair, fingerprint in rows.items()
            if (approval := _approval(text(pair))) is not None
        }
        return frozenset(
            pair
            for pair, fingerprint in pairs.items()
            if fingerprints is None or fingerprints.get(pair[1]) == fingerprint
        )

    def done(self, record: RecordKey, batch: Batch | None = None) -> None:
        """Delete an approval once it is used."""
        with within(self._redis, batch) as done:
            pairs = [f"{kind} {record}" for kind in MassChange]
            done.ask("HDEL", self._approved, *pairs)

    def push(self, offer_id: str) -> None:
        """Push one hire that waits for a person."""
        self._redis.sadd(self._pushed, offer_id)

    def take_back(self, offer_id: str) -> None:
        """Take back a push, so that the hire waits again."""
        self._redis.srem(self._pushed, offer_id)

    def pushed(self) -> frozenset[str]:
        """The ids of the pushed offers."""
        return frozenset(text(offer) for offer in self._redis.smembers(self._pushed))


def _text_or_none(value: bytes | None) -> str | None:
    return text(value) if value is not None else None


def _approval(text: str) -> Approval | None:
    kind, _, record = text.partition(" ")
    key = RecordKey.parse(record)
    return (kind, key) if key is not None else None
