"""The data key of an organization, which seals its stored data.

It is random and stored in Redis, wrapped by each API key of the organization. So the sealed data
survives a change of these keys as long as one of the wrapping keys is still in use. Otherwise the
data key is lost: a new one is made, data sealed with the old one counts as never written, and the
next sync reads everything anew.
"""

import os
import time
from collections.abc import Mapping, Sequence

from store.batch import Batch, Reply
from store.key_choice import key_id
from store.sealing import FixedKey, Seal
from store.space import Redis, script, text

KEPT_FOR = 7
"""Days after which a wrapping is deleted if its API key is no longer in use. Until then, a worker
that read the organizations file before the change can continue."""

LOOK_AGAIN = 5.0
"""Seconds between two checks for a new data key made by another process."""

_TRIES = 5

# KEYS: the wrapped keys. ARGV: field, its present value (empty: none), its new value (empty: none);
# and so on. Changes all of them, or none if one has a different present value; then returns 0.
_REPLACE = """
for at = 1, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[at]) or '') ~= ARGV[at + 1] then return 0 end
end
for at = 1, #ARGV, 3 do
  if ARGV[at + 2] == '' then redis.call('HDEL', KEYS[1], ARGV[at])
  else redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 2]) end
end
return 1
"""


class DataKey:
    """The data key of one organization, whose API keys are `secrets`.

    Without secrets it is a key of this process only. May be shared by threads.
    """

    def __init__(self, redis: Redis, organization: str, secrets: Sequence[str]) -> None:
        self._redis = redis
        self._place = redis.key(organization, "data-key")
        self._wraps = {key_id(secret): Seal(FixedKey(secret)) for secret in secrets}
        self._key = None if secrets else os.urandom(32)
        self._looked = 0.0

    def find(self) -> bytes | None:
        """The data key; None if none can be unwrapped. Writes nothing."""
        if self._key is None:
            self._key = self._opened(self._load())
        return self._key

    def get(self) -> bytes:
        """The data key; a new one if none can be unwrapped."""
        return self.find() or self.ensure()

    def find_again(self) -> bytes | None:
        """The data key if it has changed, for example after Redis was emptied; else None."""
        now = time.monotonic()
        if not self._wraps or now - self._looked < LOOK_AGAIN:
            return None
        self._looked = now
        found = self._opened(self._load())
        if found is None or found == self._key:
            return None
        self._key = found
        return found

    def ensure(self, rows: Mapping[str, bytes] | None = None) -> bytes:
        """The data key, from now on wrapped by each API key; a new one if it is lost.

        Processes that make one at the same time end up with the same key. `rows` are the wrapped
        keys as just recalled.
        """
        key = self._key or os.urandom(32)
        for _ in range(_TRIES if self._wraps else 0):
            rows = self._load() if rows is None else rows
            key = self._opened(rows) or key
            changes = self._changes(rows, key)
            if not changes or script(self._redis, _REPLACE)([self._place], changes):
                break
            rows = None
        self._key = key
        return key

    def recall(self, batch: Batch) -> Reply[dict[str, bytes]]:
        """The wrapped keys, for `ensure`."""
        rows = batch.ask("HGETALL", self._place)
        return rows.then(lambda found: {text(name): row for name, row in found.items()})

    def _load(self) -> Mapping[str, bytes]:
        with Batch(self._redis, atomic=False) as batch:
            rows = self.recall(batch)
        return rows.value

    def _opened(self, rows: Mapping[str, bytes]) -> bytes | None:
        """The data key from the first wrapping that one of the API keys opens."""
        opened = (self._unwrapped(rows, name) for name in self._wraps)
        return next((key for key in opened if key is not None), None)

    def _unwrapped(self, rows: Mapping[str, bytes], name: str) -> bytes | None:
        seal, row = self._wraps.get(name), rows.get(name)
        if seal is None or row is None:
            return None
        return seal.open(row.partition(b":")[2], self._place, name)

    def _changes(self, rows: Mapping[str, bytes], key: bytes) -> list[str | bytes]:
        """The changes to write: missing and old wrappings, and the ones to delete."""
        today = int(time.time() // 86400)
        changes: list[str | bytes] = []
        for name, seal in self._wraps.items():
            row = rows.get(name, b"")
            if _day(row) != today or self._unwrapped(rows, name) != key:
                wrapped = f"{today}:".encode() + seal.close(key, self._place, name)
                changes += (name, row, wrapped)
        for name in rows.keys() - self._wraps.keys():
            if _day(rows[name]) < today - KEPT_FOR:
                changes += (name, rows[name], b"")
        return changes


def _day(row: bytes) -> int:
    """The day of a wrapping, in days since the epoch."""
    day = row.partition(b":")[0]
    return int(day) if day.isdigit() and len(day) < 10 else 0
