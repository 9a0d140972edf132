"""The names of an organization's jobs, sealed.

The fan-out writes them, so that a command can show a record's name, and find a record by name,
without a call to either service.
"""

import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from store.batch import Batch, Reply
from store.space import Redis

if TYPE_CHECKING:
    # A process that only names records needs no cipher.
    from store.sealing import Seal

FAST = 1
"""zlib's compression level: the titles of ten thousand jobs take some ten milliseconds."""


@dataclass(frozen=True)
class JobName:
    """A job's requisition code and title, and the openings that are linked to it.

    `title` is None if the job is confidential; `identifiers` are those of the openings.
    """

    code: str | None
    title: str | None
    openings: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


class Names:
    """The names of one organization's jobs, by ChartHop id."""

    def __init__(self, redis: Redis, seal: "Seal", organization: str) -> None:
        self._redis = redis
        self._seal = seal
        self._names = redis.key(organization, "names")

    def load(self) -> dict[str, JobName]:
        """All names from the last sync; none if they were sealed with another key."""
        with Batch(self._redis, atomic=False) as batch:
            names = self.recall(batch)
        return names.value

    def recall(self, batch: Batch) -> Reply[dict[str, JobName]]:
        """The same as part of a batch."""
        return batch.ask("GET", self._names).then(self._read)

    def _read(self, sealed: bytes | None) -> dict[str, JobName]:
        plain = self._seal.open(sealed, self._names)
        if plain is None:
            return {}
        try:
            return _NAMES.validate_json(zlib.decompress(plain))
        except (ValidationError, zlib.error):
            return {}

    def keep(
        self, names: Mapping[str, JobName], before: Mapping[str, JobName] = MappingProxyType({})
    ) -> None:
        """Store exactly these names; `before` are the ones stored already."""
        if names == before and names:
            return
        plain = zlib.compress(_NAMES.dump_json(dict(names)), FAST)
        self._redis.set(self._names, self._seal.close(plain, self._names))


_NAMES: TypeAdapter[dict[str, JobName]] = TypeAdapter(dict[str, JobName])
