"""What does the fan-out leave for the record tasks, so that they need not read it again?"""

import time
from collections.abc import Mapping
from dataclasses import field

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from core.catalogue import Catalogue
from core.records import ApplicationTrace, Candidate, Field, Job, Offer, OfferTrace
from store.sealing import Seal
from store.space import Redis, key, text

GOOD_FOR = 3600
"""Seconds. A backlog of ten thousand jobs takes twenty minutes."""


AT_ONCE = 500
"""Briefs that are sent to Redis in one go: ten thousand at once are tens of megabytes."""


@dataclass(frozen=True)
class JobBrief:
    """A job as it was listed (None: not listed any more), and the openings it has to do with."""

    job: Job | None
    linked: tuple[str, ...]
    namesakes: tuple[str, ...]
    catalogue: str
    """The name of the catalogue that goes with it."""


@dataclass(frozen=True)
class HireBrief:
    """A hire as the fan-out knows it; what was not read anew is None and is read by the task.

    `job_id` is None where the offer's opening has no ChartHop job, `claimed_by` is the offer that
    has the opening.
    """

    offer: OfferTrace
    application: ApplicationTrace
    job_id: str | None
    claimed_by: str | None
    person_field: str
    terms: Offer | None
    candidate: Candidate | None
    job: Job | None
    read_at: float
    """When the fan-out read it, in seconds since the epoch."""


@dataclass(frozen=True)
class Creating:
    """A create that was begun. `identifier` is what to look for, `opening_id` what was made."""

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
        self._creating = key(organization, "creating")

    def leave(self, briefs: Mapping[str, JobBrief], name: str, catalogue: Catalogue) -> None:
        """Leave the briefs by job id, and the catalogue they go with."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(
                self._key("catalogue", name),
                self._seal.close(_CATALOGUE.dump_json(catalogue)),
                ex=2 * GOOD_FOR,
            )
            for number, (job_id, brief) in enumerate(briefs.items(), start=1):
                pipe.set(
                    self._key("brief", job_id),
                    self._seal.close(_BRIEF.dump_json(brief)),
                    ex=GOOD_FOR,
                )
                if number % AT_ONCE == 0:
                    pipe.execute()
            pipe.execute()

    def get(self, job_id: str) -> JobBrief | None:
        """The brief for a job, None where there is none (any more)."""
        plain = self._seal.open(self._redis.get(self._key("brief", job_id)))  # type: ignore[arg-type]
        try:
            return _BRIEF.validate_json(plain) if plain is not None else None
        except ValidationError:
            return None

    def catalogue(self, name: str) -> Catalogue | None:
        """The catalogue of that name."""
        plain = self._seal.open(self._redis.get(self._key("catalogue", name)))  # type: ignore[arg-type]
        try:
            return _CATALOGUE.validate_json(plain) if plain is not None else None
        except ValidationError:
            return None

    def leave_hires(self, briefs: Mapping[str, HireBrief], fields: Mapping[str, Field]) -> None:
        """Leave the briefs of hires by offer id, and ChartHop's fields by code."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(
                self._key("charthop-fields"),
                self._seal.close(_FIELDS.dump_json(dict(fields))),
                ex=2 * GOOD_FOR,
            )
            for offer_id, brief in briefs.items():
                sealed = self._seal.close(_HIRE.dump_json(brief))
                pipe.set(self._key("brief", offer_id), sealed, ex=GOOD_FOR)
            pipe.execute()

    def hire(self, offer_id: str) -> HireBrief | None:
        """The brief for a hire, None where there is none (any more)."""
        plain = self._seal.open(self._redis.get(self._key("brief", offer_id)))  # type: ignore[arg-type]
        try:
            return _HIRE.validate_json(plain) if plain is not None else None
        except ValidationError:
            return None

    def charthop_fields(self) -> dict[str, Field] | None:
        """ChartHop's fields by code, as the fan-out left them."""
        plain = self._seal.open(self._redis.get(self._key("charthop-fields")))  # type: ignore[arg-type]
        try:
            return _FIELDS.validate_json(plain) if plain is not None else None
        except ValidationError:
            return None

    def drop(self, job_id: str) -> None:
        """The brief has served."""
        self._redis.delete(self._key("brief", job_id))

    # What a task did since the fan-out read: guards against doing it again.

    def link(self, job_id: str, opening_id: str) -> None:
        """The job's opening carries its link now."""
        with self._redis.pipeline() as pipe:
            # For as long as a brief from before may still be found.
            pipe.set(self._key("link", job_id), opening_id, ex=2 * GOOD_FOR)
            pipe.hdel(self._creating, job_id)
            pipe.execute()

    def creating(self, record_id: str, mark: Creating) -> None:
        """A create is about to be sent for the job or offer, or was answered."""
        self._redis.hset(self._creating, record_id, _CREATING.dump_json(mark))

    def not_creating(self, job_id: str) -> None:
        """Nothing is left to look for: the create was refused, or all is done."""
        self._redis.hdel(self._creating, job_id)

    def marks(self, record_id: str) -> tuple[str | None, Creating | None]:
        """The opening that a task linked to the job, and the create that did not end."""
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(self._key("link", record_id))
            pipe.hget(self._creating, record_id)
            link, creating = pipe.execute()
        return (
            text(link) if link is not None else None,
            _CREATING.validate_json(creating) if creating is not None else None,
        )

    def _key(self, *parts: str) -> str:
        return key(self._organization, *parts)


_BRIEF: TypeAdapter[JobBrief] = TypeAdapter(JobBrief)
_CATALOGUE: TypeAdapter[Catalogue] = TypeAdapter(Catalogue)
_CREATING: TypeAdapter[Creating] = TypeAdapter(Creating)
_HIRE: TypeAdapter[HireBrief] = TypeAdapter(HireBrief)
_FIELDS: TypeAdapter[dict[str, Field]] = TypeAdapter(dict[str, Field])
