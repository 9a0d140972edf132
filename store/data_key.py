"""The data key of an organization: what its memory is sealed with.

It is made at random and stands in Redis wrapped by each API key of the organization. So the memory
survives a change of these keys as long as one of those that wrap it is still there. Where none is,
the data key is lost: a new one is made, what the former sealed counts as never written, and the
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
"""Days after which a wrapping is forgotten that belongs to no API key any more. Until then a worker
that has read the organizations file before its change can go on."""

LOOK_AGAIN = 5.0
"""Seconds between two looks at whether somebody has made another data key."""

_TRIES = 5

# KEYS: the wrapped keys. ARGV: field, what it holds (empty: nothing), what it is to hold (empty:
# nothing); and so on. Changes all of them, or none where one of them holds something else: then 0.
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

    Without any it is a key of this process alone. May be shared by threads.
    """

    def __init__(self, redis: Redis, organization: str, secrets: Sequence[str]) -> None:
        self._redis = redis
        self._place = redis.key(organization, "data-key")
        self._wraps = {key_id(secret): Seal(FixedKey(secret)) for secret in secrets}
        self._key = None if secrets else os.urandom(32)
        self._looked = 0.0

    def find(self) -> bytes | None:
        """The data key; None where there is none that can be unwrapped. Nothing is written."""
        if self._key is None:
            self._key = self._opened(self._load())
        return self._key

    def get(self) -> bytes:
        """The data key; where none can be unwrapped, a new one is made."""
        return self.find() or self.ensure()

    def find_again(self) -> bytes | None:
        """The data key where it is another one by now, as after Redis was emptied; else None."""
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
        """The data key, wrapped by each of the API keys from here on; made where it is lost.

        Of several who make one at once, all end with the same. `rows` are the wrapped keys as they
        were recalled just now.
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
        """The data key out of the first wrapping that one of the API keys opens."""
        opened = (self._unwrapped(rows, name) for name in self._wraps)
        return next((key for key in opened if key is not None), None)

    def _unwrapped(self, rows: Mapping[str, bytes], name: str) -> bytes | None:
        seal, row = self._wraps.get(name), rows.get(name)
        if seal is None or row is None:
            return None
        return seal.open(row.partition(b":")[2], self._place, name)

    def _changes(self, rows: Mapping[str, bytes], key: bytes) -> list[str | bytes]:
        """What is to be written: missing and old wrappings, and those that are forgotten."""
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
    """The day on which a wrapping was written, in days since the epoch."""
    day = row.partition(b":")[0]
    return int(day) if day.isdigit() and len(day) < 10 else 0
