"""What has an operator, a brake or a refused key switched off?"""

from collections.abc import Iterable, Mapping

import orjson

from store.space import Redis, key, text

APPROVED_FOR = 24 * 3600
"""Seconds for which an approval is good."""


class Switches:
    """The switches of one organization."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._paused = key(organization, "paused")
        self._refused = key(organization, "refused")
        self._brake = key(organization, "brake")
        self._approved = key(organization, "approved")
        self._pushed = key(organization, "pushed")

    def pause(self, why: str) -> None:
        """Stop before the next write, on every worker."""
        self._redis.set(self._paused, why)

    def resume(self) -> None:
        """Go on."""
        self._redis.delete(self._paused)

    def paused(self) -> str | None:
        """Why the organization is paused."""
        why = self._redis.get(self._paused)
        return text(why) if why is not None else None

    def refuse(self, direction: str, reason: str) -> bool:
        """A key was refused for a direction. True where that is news."""
        return bool(self._redis.hset(self._refused, direction, reason))

    def accept(self, direction: str) -> None:
        """The key works for that direction again."""
        self._redis.hdel(self._refused, direction)

    def refused(self) -> dict[str, str]:
        """The refused directions with the reason of each."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._refused)  # type: ignore[assignment]
        return {text(direction): text(reason) for direction, reason in rows.items()}

    def hold(self, held: Mapping[str, tuple[str, Iterable[str]]]) -> None:
        """What the brake holds now, by kind: the reason and the records. Replaces what it held."""
        if not held:
            self._redis.delete(self._brake)
            return
        plain = {kind: [reason, sorted(records)] for kind, (reason, records) in held.items()}
        self._redis.set(self._brake, orjson.dumps(plain))

    def held(self) -> dict[str, tuple[str, list[str]]]:
        """What the brake holds: reason and records by kind."""
        saved = self._redis.get(self._brake)
        if saved is None:
            return {}
        return {kind: (reason, records) for kind, (reason, records) in orjson.loads(saved).items()}

    def approve(self) -> int:
        """Release exactly what the brake holds now; how many records that is."""
        pairs = [f"{kind} {one}" for kind, (_, records) in self.held().items() for one in records]
        if pairs:
            with self._redis.pipeline() as pipe:
                pipe.sadd(self._approved, *pairs)
                pipe.expire(self._approved, APPROVED_FOR)
                pipe.delete(self._brake)
                pipe.execute()
        return len(pairs)

    def approved(self) -> frozenset[str]:
        """The `kind record` pairs that were approved and are still to be done."""
        return frozenset(text(pair) for pair in self._redis.smembers(self._approved))

    def done(self, record: str) -> None:
        """An approval is good for once."""
        self._redis.srem(
            self._approved, *(f"{kind} {record}" for kind in ("close", "create", "hire"))
        )

    def push(self, offer_id: str) -> None:
        """Let one hire go that waits for a person."""
        self._redis.sadd(self._pushed, offer_id)

    def take_back(self, offer_id: str) -> None:
        """The hire waits again."""
        self._redis.srem(self._pushed, offer_id)

    def pushed(self) -> frozenset[str]:
        """The offers that were pushed."""
        return frozenset(text(offer) for offer in self._redis.smembers(self._pushed))
