"""Webhooks that the sync itself set up in Ashby.

Ashby cannot list them: if an id is lost, they can only be deleted on its screens.
"""

import hashlib
import hmac
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from store.space import Redis


def mark_of(secret: str, webhook_id: str) -> str:
    """A digest that recognises the secret, for this webhook only."""
    return hmac.new(secret.encode(), webhook_id.encode(), hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True)
class Registration:
    """One webhook: its id in Ashby, the kind of event it sends, and the address it sends them to.

    `secret_mark` is the `mark_of` the secret that Ashby has.
    """

    kind: str
    id: str
    url: str
    secret_mark: str


class Registrations:
    """The webhooks of one organization, one for each kind of event. They do not expire."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._key = redis.key(organization, "webhooks")

    def all(self) -> dict[str, Registration]:
        """The webhooks by the kind of event that they send."""
        rows: dict[bytes, bytes] = self._redis.hgetall(self._key)  # type: ignore[assignment]
        found = [_read(orjson.loads(row)) for row in rows.values()]
        return {one.kind: one for one in sorted(found, key=lambda one: one.kind)}

    def keep(self, registration: Registration) -> None:
        """Store a webhook that Ashby has created or changed."""
        self._redis.hset(self._key, registration.kind, orjson.dumps(asdict(registration)))

    def drop(self, kind: str) -> None:
        """Delete the webhook of that kind."""
        self._redis.hdel(self._key, kind)


def _read(row: dict[str, Any]) -> Registration:
    """Read a row; another version may have written more."""
    return Registration(row["kind"], row["id"], row["url"], row["secret_mark"])
