"""Briefs: data that the fan-out stores for the record tasks, so they need not read it again."""

import time
from collections.abc import Mapping
from dataclasses import field
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from core.catalogue import Catalogue
from core.keys import RecordKey, known
from core.records import ApplicationTrace, Candidate, Field, Job, Offer, OfferTrace
from store.batch import Batch, Reply, within
from store.locks import WorkLock
from store.sealing import Seal
from store.space import Redis, script, text

T = TypeVar("T")

TIME_ZONE_GOOD_FOR = 3600
"""Seconds."""

PAY_DAYS_KEPT = 2 * 365 * 24 * 3600
"""Seconds."""

GOOD_FOR = 3600
"""Seconds. A backlog of ten thousand jobs takes twenty minutes."""


# KEYS: lock, marks. ARGV: token, record, mark or ''.
_MARK_UNDER = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[2], ARGV[2])
else redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
"""

AT_ONCE = 500
"""Briefs sent to Redis at a time: ten thousand at once are tens of megabytes."""


@dataclass(frozen=True)
class JobBrief:
    """A job as it was listed (None: no longer listed), and the openings that concern it."""

    job: Job | None
    linked: tuple[str, ...]
    namesakes: tuple[str, ...]
    catalogue: str
    """The name of its catalogue."""


@dataclass(frozen=True)
class HireBrief:
    """A hire as the fan-out knows it; parts that are None were not read and the task reads them.

    `job_id` is None if the offer's opening has no ChartHop job. `openings` maps the id of every
    active opening linked to that job to its identifier. `opening` is the identifier of the offer's
    opening, `claimed_by` the offer that claims it.
    """

    offer: OfferTrace
    application: ApplicationTrace
    job_id: str | None
    openings: Mapping[str, str]
    opening: str
    claimed_by: str | None
    person_field: str
    terms: Offer | None
    candidate: Candidate | None
    job: Job | None
    read_at: float
    """When the fan-out read it, in seconds since the epoch."""


@dataclass(frozen=True)
class Creating:
    """A create that was begun. `identifier` is the one to search for, `opening_id` the result."""

    identifier: str
    opening_id: str | None = None
    at: float = field(default_factory=time.time)
    """When it was begun, in seconds since the epoch."""


class Briefs:
    """The briefs of one organization, sealed, and the marks that guard its creates."""

    def __init__(self, redis: Redis, seal: Seal, organization: str) -> None:
        self._redis = redis
        self._seal = seal
        self._organization = organization
        self._last: tuple[str, Catalogue] | None = None
        self._creating = redis.key(organization, "creating")

    def leave(self, briefs: Mapping[RecordKey, JobBrief], name: str, catalogue: Catalogue) -> None:
        """Store the briefs of jobs, and their catalogue."""
        with Batch(self._redis, atomic=False) as batch:
            self.leave_catalogue(name, catalogue, batch)
            for number, (job, brief) in enumerate(briefs.items(), start=1):
                place = self._key("brief", str(job))
                sealed = self._seal.close(_BRIEF.dump_json(brief), place)
                batch.ask("SET", place, sealed, "EX", GOOD_FOR)
                if number % AT_ONCE == 0:
                    batch.send()

    def leave_catalogue(self, name: str, catalogue: Catalogue, batch: Batch) -> None:
        """Store only the catalogue: records woken by events need it, too."""
        place = self._key("catalogue", name)
        sealed = self._seal.close(_CATALOGUE.dump_json(catalogue), place)
        batch.ask("SET", place, sealed, "EX", 2 * GOOD_FOR)
        batch.ask("SET", self._key("catalogue"), name, "EX", 2 * GOOD_FOR)

    def get(self, record: RecordKey) -> "Remembered":
        """The stored data of a record."""
        with Batch(self._redis, atomic=False) as batch:
            remembered = self.read(record, batch)
        return remembered.value

    def read(self, record: RecordKey, batch: Batch) -> "Reply[Remembered]":
        """The same as part of a batch."""
        sealed = batch.ask("GET", self._key("brief", str(record)))
        link = batch.ask("GET", self._key("link", str(record)))
        creating = batch.ask("HGET", self._creating, str(record))
        return Reply(lambda: self._remembered(record, sealed.value, link.value, creating.value))

    def _remembered(
        self, record: RecordKey, sealed: bytes | None, link: bytes | None, creating: bytes | None
    ) -> "Remembered":
        return Remembered(
            plain=self._seal.open(sealed, self._key("brief", str(record))),
            link=text(link) if link is not None else None,
            creating=_CREATING.validate_json(creating) if creating is not None else None,
        )

    def latest_catalogue(self) -> str | None:
        """The name of the latest catalogue; None if it has expired."""
        name = self._redis.get(self._key("catalogue"))
        return text(name) if name is not None else None

    def catalogue(self, name: str) -> Catalogue | None:
        """The catalogue with that name; the one read last is cached in this process."""
        last = self._last
        if last is not None and last[0] == name:
            return last[1]
        found = self._open(_CATALOGUE, self._key("catalogue", name))
        if found is not None:
            self._last = name, found
        return found

    def leave_hires(
        self, briefs: Mapping[RecordKey, HireBrief], fields: Mapping[str, Field]
    ) -> None:
        """Store the briefs of offers, and ChartHop's fields by code."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(
                self._key("charthop-fields"),
                self._seal.close(_FIELDS.dump_json(dict(fields)), self._key("charthop-fields")),
                ex=2 * GOOD_FOR,
            )
            for offer, brief in briefs.items():
                place = self._key("brief", str(offer))
                pipe.set(place, self._seal.close(_HIRE.dump_json(brief), place), ex=GOOD_FOR)
            pipe.execute()

    def charthop_fields(self) -> dict[str, Field] | None:
        """ChartHop's fields by code, as the fan-out stored them."""
        return self._open(_FIELDS, self._key("charthop-fields"))

    def time_zone(self) -> str | None:
        """The organization's time zone, as the fan-out stored it."""
        name = self._redis.get(self._key("time-zone"))
        return text(name) if name is not None else None

    def leave_time_zone(self, name: str, batch: Batch | None = None) -> None:
        """Store the name of the organization's time zone, unless it is stored already."""
        with within(self._redis, batch) as leave:
            leave.ask("SET", self._key("time-zone"), name, "EX", TIME_ZONE_GOOD_FOR, "NX")

    def pay_days(self, job_id: str) -> set[str]:
        """The days to which tasks ever dated a pay of the job."""
        days = self._redis.smembers(self._key("pay-days", job_id))
        return {text(day) for day in days}

    def add_pay_day(self, job_id: str, day: str) -> None:
        """Record that a task is about to date a pay of the job to that day."""
        with Batch(self._redis) as batch:
            batch.ask("SADD", self._key("pay-days", job_id), day)
            batch.ask("EXPIRE", self._key("pay-days", job_id), PAY_DAYS_KEPT)

    def unfinished(self) -> set[RecordKey]:
        """The records with a mark: a task began to write and did not finish."""
        keys: list[bytes] = self._redis.hkeys(self._creating)  # type: ignore[assignment]
        return set(known(map(text, keys)))

    def drop(self, record: RecordKey, batch: Batch | None = None) -> None:
        """Delete the brief after use."""
        with within(self._redis, batch) as drop:
            drop.ask("DEL", self._key("brief", str(record)))

    def link(self, job: RecordKey, opening_id: str, batch: Batch | None = None) -> None:
        """Record the job's linked opening, and that no create is unfinished."""
        with within(self._redis, batch) as link:
            # Kept for as long as an older brief may still be found.
            link.ask("SET", self._key("link", str(job)), opening_id, "EX", 2 * GOOD_FOR)
            link.ask("HDEL", self._creating, str(job))

    def forget(self, record: RecordKey) -> None:
        """Delete everything about the record: its brief, link and unfinished create."""
        with within(self._redis, None) as forget:
            key = str(record)
            forget.ask("DEL", self._key("brief", key), self._key("link", key))
            forget.ask("HDEL", self._creating, key)

    def mark(self, record: RecordKey, mark: Creating | None, batch: Batch | None = None) -> None:
        """Store the mark of an answered create; None removes the mark."""
        with within(self._redis, batch) as to_mark:
            if mark is None:
                to_mark.ask("HDEL", self._creating, str(record))
            else:
                to_mark.ask("HSET", self._creating, str(record), _CREATING.dump_json(mark))

    def mark_under(self, lock: WorkLock, record: RecordKey, mark: Creating | None) -> bool:
        """The same at once, only if the lock is still held; True if it is."""
        code = _CREATING.dump_json(mark) if mark is not None else b""
        marked = script(self._redis, _MARK_UNDER)
        return bool(marked([lock.name, self._creating], [lock.token, str(record), code]))

    def _key(self, *parts: str) -> str:
        return self._redis.key(self._organization, *parts)

    def _open(self, adapter: "TypeAdapter[T]", name: str) -> T | None:
        return _parsed(adapter, self._seal.open(self._redis.get(name), name))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Remembered:
    """The data that the fan-out and earlier tasks stored for the task of a job or offer.

    `link` is the opening that a task linked to the job, `creating` the unfinished create. Both
    guard against creating twice.
    """

    plain: bytes | None
    link: str | None
    creating: Creating | None

    def job(self) -> JobBrief | None:
        """The brief of a job, None if there is none (any more)."""
        return _parsed(_BRIEF, self.plain)

    def hire(self) -> HireBrief | None:
        """The brief of an offer, None if there is none (any more)."""
        return _parsed(_HIRE, self.plain)


def _parsed(adapter: "TypeAdapter[T]", plain: bytes | None) -> T | None:
    if plain is None:
        return None
    try:
        return adapter.validate_json(plain)
    except ValidationError:
        return None


_BRIEF: TypeAdapter[JobBrief] = TypeAdapter(JobBrief)
_CATALOGUE: TypeAdapter[Catalogue] = TypeAdapter(Catalogue)
_CREATING: TypeAdapter[Creating] = TypeAdapter(Creating)
_HIRE: TypeAdapter[HireBrief] = TypeAdapter(HireBrief)
_FIELDS: TypeAdapter[dict[str, Field]] = TypeAdapter(dict[str, Field])
