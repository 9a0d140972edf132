"""Record keys: a kind and an id, printed and parsed only here."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum


class Direction(StrEnum):
    """The direction of a record, in the words of the logs and of `refused` in `status --json`."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class RecordQueue(StrEnum):
    """The broker's queues for the messages of records; the first one is served first."""

    HIRES = "hires"
    JOBS = "jobs"


@dataclass(frozen=True)
class Route:
    """The task of a kind of record, the module that workers import for it, and its queue."""

    task: str
    module: str
    queue: RecordQueue


class RecordKind(Enum):
    """A kind of record: the prefix of its keys, its direction, its rank and its task.

    `route` is None if the kind has no task. `rank` orders the backlog, lowest first. A new kind of
    record is one member here, plus its own modules.
    """

    OFFER = (
        "offer",
        Direction.INBOUND,
        0,
        Route("tasks.sync_hire", "tasks.hires", RecordQueue.HIRES),
    )
    APPLICATION = ("application", Direction.INBOUND, 0, None)
    JOB = ("job", Direction.OUTBOUND, 1, Route("tasks.sync_job", "tasks.jobs", RecordQueue.JOBS))
    FIELD = ("field", Direction.OUTBOUND, 1, None)

    def __init__(self, word: str, direction: Direction, rank: int, route: Route | None) -> None:
        self.word = word
        self.direction = direction
        self.rank = rank
        self.route = route

    @property
    def has_task(self) -> bool:
        """True if a record of this kind can be waited for and is counted in a sync."""
        return self.route is not None


def routes() -> list[Route]:
    """The routes of all kinds that have a task."""
    return [kind.route for kind in RecordKind if kind.route is not None]


@dataclass(frozen=True)
class RecordKey:
    """One record: `job:ID`, `offer:ID`, `application:ID` or `field:CODE`."""

    kind: RecordKind
    id: str

    def __str__(self) -> str:
        """The key as it is typed, stored and shown."""
        return f"{self.kind.word}:{self.id}"

    def __lt__(self, other: "RecordKey") -> bool:
        """Compare keys as they are shown."""
        return str(self) < str(other)

    @classmethod
    def parse(cls, text: str) -> "RecordKey | None":
        """The key spelled by `text`, None if it is not a key."""
        word, _, id_ = text.partition(":")
        kind = _KINDS.get(word)
        return cls(kind, id_) if kind is not None and id_ else None

    @classmethod
    def read(cls, text: str) -> "RecordKey":
        """The key that was printed as `text`. Raises ValueError if it is not a key."""
        key = cls.parse(text)
        if key is None:
            raise ValueError(f"no record key: {text[:40]!r}")
        return key


_KINDS = {kind.word: kind for kind in RecordKind}


def job_key(id_: str) -> RecordKey:
    """The key of a ChartHop job."""
    return RecordKey(RecordKind.JOB, id_)


def offer_key(id_: str) -> RecordKey:
    """The key of an Ashby offer."""
    return RecordKey(RecordKind.OFFER, id_)


def field_key(code: str) -> RecordKey:
    """The key of a ticked field that cannot be synced."""
    return RecordKey(RecordKind.FIELD, code)


def known(texts: Iterable[str]) -> list[RecordKey]:
    """The keys among `texts`, without those of a kind that only another version knows."""
    return [key for key in map(RecordKey.parse, texts) if key is not None]
