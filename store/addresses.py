"""Persons that are being created, or have just been created, by e-mail address.

One address is one person, and ChartHop's lists may lag behind writes. Addresses are stored as keyed
digests and persons as sealed ids, so nobody else can set whom an address means.
"""

import time
from collections.abc import Iterable
from dataclasses import field
from typing import Any

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from store.sealing import Seal
from store.space import Redis

KEPT_FOR = 3600
"""Seconds. By then every list shows the person."""


@dataclass(frozen=True)
class AtAddress:
    """A person being created (`person_id` None) or created, and the job they were put into."""

    person_id: str | None = None
    job_id: str | None = None
    at: float = field(default_factory=time.time)
    """The time, in seconds since the epoch."""


class Addresses:
    """The e-mail addresses of one organization's hires."""

    def __init__(self, redis: Redis, seal: Seal, organization: str) -> None:
        self._redis = redis
        self._seal = seal
        self._organization = organization

    def names(self, emails: Iterable[str]) -> list[str]:
        """The keys of the addresses, in the order in which they have to be locked."""
        return sorted({self._seal.digest(email.strip().casefold()) for email in emails})

    def noted(self, emails: Iterable[str]) -> list[AtAddress]:
        """The persons noted under the addresses."""
        names = {self._seal.known_digest(email.strip().casefold()) for email in emails}
        keys = sorted(self._key(name) for name in names if name is not None)
        rows: list[Any] = self._redis.mget(keys) if keys else []
        opened = [self._seal.open(row, at) for row, at in zip(rows, keys, strict=True)]
        return [_ADAPTER.validate_json(row) for row in opened if row is not None]

    def put(self, names: Iterable[str], person: AtAddress | None) -> None:
        """Note a person under each of the keys; None if nobody was created."""
        with self._redis.pipeline() as pipe:
            for name in names:
                at = self._key(name)
                if person is None:
                    pipe.delete(at)
                else:
                    pipe.set(at, self._seal.close(_ADAPTER.dump_json(person), at), ex=KEPT_FOR)
            pipe.execute()

    def _key(self, name: str) -> str:
        return self._redis.key(self._organization, "address", name)


_ADAPTER: TypeAdapter[AtAddress] = TypeAdapter(AtAddress)
