"""The questions of a process without keys to the workers, and the form of the answers."""

import hashlib
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from control.deployment import Deployment
from control.records import Directory, Hire
from control.sides import Attribute, Sides
from core.drift import Finding, Side
from core.keys import RecordKey
from core.notes import Note, Notes, read_notes
from core.outcomes import Change, Outcome, Result
from store.names import JobName
from store.questions import Question, Questions

DIRECTORIES = 16
"""Number of organizations whose names a process caches; 10,000 names take 10 MB."""


class Topic(Enum):
    """The topics of questions about an organization.

    Each has the number of seconds for which its answer is valid and, if it takes calls to the
    services, the number of seconds between two answers, whoever asks (0: no calls). The names and
    the fields are valid until the next answer, which is requested at most once a minute.
    """

    NAMES = ("names", 600, 0)
    PLAN = ("plan", 60, 15)
    FIELDS = ("fields", 600, 15)
    DRIFT = ("drift", 60, 15)
    SIDES = ("sides", 60, 1)

    def __init__(self, word: str, seconds: int, gap: int) -> None:
        self.word = word
        self.seconds = seconds
        self.gap = gap


@dataclass(frozen=True)
class Planned:
    """The result a sync would give one record, and the record's name."""

    record: RecordKey
    name: str
    result: Result


@dataclass(frozen=True)
class PlanAnswer:
    """What a sync would do. `fields` has each definition's action, title, Ashby type and holder."""

    rows: tuple[Planned, ...]
    fields: tuple[tuple[str, ...], ...]
    held: Notes


@dataclass(frozen=True)
class FieldAnswer:
    """A custom field, or an unknown ticked code.

    `refused`: it cannot be synced; `required`: Ashby requires a value of it; `sample` is an open
    job's value, empty if none is known.
    """

    code: str
    label: str
    type: str
    ashby_type: str
    ticked: bool
    refused: bool
    required: bool
    note: str
    sample: str = ""


@dataclass(frozen=True)
class Difference:
    """A difference on one record, and the record's name."""

    name: str
    finding: Finding


class NoAnswer(Exception):
    """The worker could not answer; `str()` is the reason in one sentence."""


@dataclass(frozen=True)
class Asker:
    """Asks the workers of a deployment; only this process can open the answers."""

    deployment: Deployment
    _private: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate, repr=False)

    @cached_property
    def _public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def names(self, organization: str) -> Directory | None:
        """The names of the records, None until a worker has answered."""
        plain = self._asked(organization, Topic.NAMES)
        if plain is None:
            return None
        return _directory(plain)

    def plan(self, organization: str) -> PlanAnswer | None:
        """What a sync would do now. Raises NoAnswer."""
        answer = self._ask(organization, Topic.PLAN)
        if answer is None:
            return None
        rows = tuple(
            Planned(RecordKey.read(row["record"]), row["name"], _result(row))
            for row in answer["rows"]
        )
        return PlanAnswer(rows, tuple(map(tuple, answer["fields"])), read_notes(answer["held"]))

    def fields(self, organization: str) -> tuple[FieldAnswer, ...] | None:
        """The custom fields. Raises NoAnswer."""
        answer = self._ask(organization, Topic.FIELDS)
        return None if answer is None else tuple(_read(FieldAnswer, row) for row in answer["rows"])

    def drift(self, organization: str) -> tuple[Difference, ...] | None:
        """The differences that the sync must not resolve. Raises NoAnswer."""
        answer = self._ask(organization, Topic.DRIFT)
        return None if answer is None else tuple(map(_difference, answer["rows"]))

    def sides(self, organization: str, record: RecordKey) -> Sides | None:
        """A job's data in both services. Raises NoAnswer."""
        answer = self._ask(organization, Topic.SIDES, str(record))
        if answer is None:
            return None
        attributes = tuple(_read(Attribute, row) for row in answer["attributes"])
        return Sides(answer["has_job"], answer["opening_id"], attributes)

    def forget_sides(self, organization: str, record: RecordKey) -> None:
        """Forget the answer about a job that is about to change."""
        id_ = self._id(Topic.SIDES, str(record))
        self._questions(organization).ask_anew(id_, forget=True)

    def ask_anew(self, organization: str, topic: Topic) -> None:
        """Ask again, as the topic has changed; until the next answer the last one is used."""
        self._questions(organization).ask_anew(self._id(topic))

    def has_named(self, organization: str, record: RecordKey) -> bool:
        """True if the last plan or drift names that record; asks no worker."""
        answers = (self._answered(organization, topic) for topic in (Topic.PLAN, Topic.DRIFT))
        read = (orjson.loads(answer) for answer in answers if answer)
        rows = (row for answer in read for row in answer.get("rows", ()))
        return any(row["record"] == str(record) for row in rows)

    def _ask(self, organization: str, topic: Topic, about: str = "") -> dict[str, Any] | None:
        plain = self._asked(organization, topic, about)
        return _checked(plain) if plain is not None else None

    def _asked(self, organization: str, topic: Topic, about: str = "") -> bytes | None:
        """The raw answer; asks a worker if there is none or it is old."""
        questions, id_ = self._questions(organization), self._id(topic, about)
        question = Question(topic.word, self._public, about)
        if self.deployment.workers() and questions.ask(id_, question, alone=topic.gap > 0):
            self.deployment.app.send_task("tasks.answer", (organization, id_))
        return self._answered(organization, topic, about)

    def _answered(self, organization: str, topic: Topic, about: str = "") -> bytes | None:
        id_ = self._id(topic, about)
        return self._questions(organization).answered(id_, self._private)

    def _id(self, topic: Topic, about: str = "") -> str:
        asked = f"{topic.word} {about}".encode()
        return hashlib.sha256(self._public + asked).hexdigest()[:32]

    def _questions(self, organization: str) -> Questions:
        return Questions(self.deployment.redis, organization)


def _checked(plain: bytes) -> dict[str, Any]:
    """The answer; raises NoAnswer if it contains a reason instead."""
    answer: dict[str, Any] = orjson.loads(plain)
    if "refused" in answer:
        raise NoAnswer(answer["refused"])
    return answer


def _read(made: type[Any], row: dict[str, Any]) -> Any:
    """What a row was made of; a worker of another version may put more into it."""
    return made(**{one.name: row[one.name] for one in fields(made) if one.name in row})


@lru_cache(DIRECTORIES)
def _directory(plain: bytes) -> Directory:
    answer = _checked(plain)
    jobs = {id_: _read(JobName, job) for id_, job in answer["jobs"].items()}
    return Directory(jobs, tuple(_read(Hire, hire) for hire in answer["hires"]))


def _result(row: dict[str, Any]) -> Result:
    notes: Notes = read_notes(row["notes"])
    changes = tuple(_read(Change, change) for change in row["changes"])
    return Result(
        Outcome(row["outcome"]), notes, row["opening_id"], row["person_id"], changes=changes
    )


def _difference(row: dict[str, Any]) -> Difference:
    finding = Finding(
        RecordKey.read(row["record"]),
        Side(row["who"]),
        Note.read(row["what"]),
        row["opening_id"],
        row["person_id"],
    )
    return Difference(row["name"], finding)
