"""What a record is called: its kind and its id, printed and parsed here and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum


class Direction(StrEnum):
    """Which way a record goes; `refused` of `status --json` and the logs use these words."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class RecordQueue(StrEnum):
    """The broker's queues in which the messages of records wait, the one served first above."""

    HIRES = "hires"
    JOBS = "jobs"


@dataclass(frozen=True)
class Route:
    """The task of a kind of record, the module that workers import for it, and its queue."""

    task: str
    module: str
    queue: RecordQueue


class RecordKind(Enum):
    """A kind of record: what its keys begin with, which way it goes, and the task that sees to it.

    `route` is None where no task of its own does. `rank` orders the backlog: the lower goes first.
    A new kind of record is one member here, and its own modules.
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
        """Whether a record of this kind can be waited for and is counted to a sync."""
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
        """As it is typed, stored and shown."""
        return f"{self.kind.word}:{self.id}"

    def __lt__(self, other: "RecordKey") -> bool:
        """By what is shown."""
        return str(self) < str(other)

    @classmethod
    def parse(cls, text: str) -> "RecordKey | None":
        """The key that `text` spells, None where it is none."""
        word, _, id_ = text.partition(":")
        kind = _KINDS.get(word)
        return cls(kind, id_) if kind is not None and id_ else None

    @classmethod
    def read(cls, text: str) -> "RecordKey":
        """The key that was printed as `text`. ValueError where it is none."""
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
    """The records among `texts`; those of a kind that only another version knows are left out."""
    return [key for key in map(RecordKey.parse, texts) if key is not None]
