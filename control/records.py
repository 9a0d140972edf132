"""Finds records by the names that people use.

People know requisition codes, titles, ids of openings, applications and candidates, and addresses
of pages. Everything is read from the data of the last sync; the services are read only if that does
not contain the record.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from control.errors import NotOneRecord
from core.keys import RecordKey, RecordKind, job_key, offer_key
from core.records import folded

if TYPE_CHECKING:
    # A process that only sends tasks does not wait for imports that only workers need.
    from store.memory import Memory
    from store.names import JobName
    from tasks.intake import Intake
    from tasks.survey import Survey

SHOWN = 10
"""Maximum number of records listed if a name is ambiguous."""

_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}", re.IGNORECASE)
"""The form of Ashby's ids (UUIDs) and ChartHop's."""


@dataclass(frozen=True)
class Hire:
    """The ids of a hire. `opening` is the one that its offer names."""

    offer: str
    application: str
    candidate: str
    opening: str | None


@dataclass(frozen=True)
class Directory:
    """The records of one organization and their names."""

    jobs: "Mapping[str, JobName]" = field(default_factory=dict)
    hires: tuple[Hire, ...] = ()
    others: frozenset[RecordKey] = frozenset()
    """Records of which only the key is known, from the results."""

    def label(self, record: RecordKey) -> str:
        """Requisition code and title, without a confidential job's title; for a hire, its job's."""
        if record.kind is RecordKind.JOB:
            return _label(self.jobs.get(record.id))
        hire = self._by_record.get(record)
        job = self._job_of.get(hire.opening or "") if hire is not None else None
        called = _label(self.jobs.get(job or ""))
        return f"hire for {called}" if called else ""

    def hire(self, record: RecordKey) -> Hire | None:
        """The ids of a hire, None if unknown."""
        return self._by_record.get(record)

    def find(self, called: str) -> list[RecordKey]:
        """The records named by `called`; tries the most specific names first, titles last."""
        called = called.strip()
        ids = _IDS.findall(called)
        if called.startswith(("http://", "https://")) or ("/" in called and ids):
            last = reversed(ids)  # the last id in an address is the most specific
            return next((found for id_ in last if (found := self._by_id(id_.lower()))), [])
        wanted = folded(called)
        steps: tuple[Callable[[], Iterable[RecordKey]], ...] = (
            lambda: self._by_key(spelled(called)),
            lambda: self._by_id(called),
            lambda: self._by_id(called.lower()),
            lambda: self._jobs_where(lambda job: folded(job.code or "") == wanted),
            lambda: self._jobs_where(lambda job: wanted in map(folded, job.identifiers)),
            lambda: self._jobs_where(lambda job: folded(job.title or "") == wanted),
            lambda: self._jobs_where(lambda job: wanted in folded(job.title or "")),
        )
        for step in steps if wanted else ():
            if found := list(step()):
                return found
        return []

    def hires_for(self, records: Iterable[RecordKey]) -> list[RecordKey]:
        """The hires among the records; jobs are replaced by their hires."""
        found: dict[RecordKey, None] = {}
        for record in records:
            if record.kind is RecordKind.OFFER:
                found[record] = None
            elif record.kind is RecordKind.JOB and record.id in self.jobs:
                openings = self.jobs[record.id].openings
                of_job = (hire for hire in self.hires if hire.opening in openings)
                found.update(dict.fromkeys(offer_key(hire.offer) for hire in of_job))
        return list(found)

    def near(self, called: str) -> list[RecordKey]:
        """Records whose code, title or id resembles `called`."""
        words = {folded(word): record for record in self._records for word in self._words(record)}
        close = difflib.get_close_matches(folded(called), words, SHOWN, 0.6)
        return list(dict.fromkeys(words[word] for word in close))

    @cached_property
    def _records(self) -> frozenset[RecordKey]:
        jobs = map(job_key, self.jobs)
        return frozenset((*jobs, *self._by_record, *self.others))

    @cached_property
    def _by_record(self) -> dict[RecordKey, Hire]:
        return {offer_key(hire.offer): hire for hire in self.hires}

    @cached_property
    def _job_of(self) -> dict[str, str]:
        return {opening: id_ for id_, job in self.jobs.items() for opening in job.openings}

    def _by_key(self, key: RecordKey | None) -> list[RecordKey]:
        """The record with that key; an application stands for its hire once it has an offer."""
        if key is None or key in self._records:
            return [key] if key is not None else []
        return self._by_id(key.id) if key.kind is RecordKind.APPLICATION else []

    def _by_id(self, id_: str) -> list[RecordKey]:
        found = [key for kind in RecordKind if (key := RecordKey(kind, id_)) in self._records]
        if id_ in self._job_of:
            found.append(job_key(self._job_of[id_]))
        found += [
            offer_key(hire.offer)
            for hire in self.hires
            if id_ in (hire.application, hire.candidate)
        ]
        return list(dict.fromkeys(found))

    def _jobs_where(self, is_meant: "Callable[[JobName], bool]") -> Iterator[RecordKey]:
        return (job_key(id_) for id_, job in self.jobs.items() if is_meant(job))

    def _words(self, record: RecordKey) -> Iterator[str]:
        job = self.jobs.get(record.id) if record.kind is RecordKind.JOB else None
        yield from (word for word in (record.id, job and job.code, job and job.title) if word)


def spelled(called: str) -> RecordKey | None:
    """The typed key, ignoring the case of its kind and id; None if it is not a key."""
    word, _, id_ = called.strip().partition(":")
    id_ = id_.strip()
    return RecordKey.parse(f"{word.lower()}:{id_.lower() if _IDS.fullmatch(id_) else id_}")


def _label(job: "JobName | None") -> str:
    return " ".join(part for part in (job.code, job.title) if part) if job is not None else ""


def remembered(memory: "Memory") -> Directory:
    """The records according to the last sync."""
    offers = memory.offers.load()
    hires: tuple[Hire, ...] = ()
    if offers:
        from tasks.intake import Intake

        hires = _hires(Intake(offers, memory.applications.load()))
    return Directory(memory.names.load(), hires, frozenset(memory.results.records()))


def as_read(survey: "Survey", intake: "Intake", memory: "Memory") -> Directory:
    """The records that both sides have now, and those known only from the last sync."""
    from tasks.keeping import names_of

    jobs = {**memory.names.load(), **names_of(survey, memory.names.load())}
    return Directory(jobs, _hires(intake), frozenset(memory.results.records()))


def _hires(intake: "Intake") -> tuple[Hire, ...]:
    hires = []
    for offer in intake.current_offers():
        application = intake.applications.get(offer.application_id)
        if application is not None:
            hires.append(Hire(offer.id, application.id, application.candidate_id, offer.opening_id))
    return tuple(hires)


def resolve(
    organization: str,
    called: str,
    directory: Directory,
    read: Callable[[], Directory] | None = None,
    *,
    hires_only: bool = False,
) -> RecordKey:
    """The one record named by `called`.

    `read` reads the services, for records that no sync has seen yet. Raises NotOneRecord.
    """
    if not called.strip():
        raise NotOneRecord("RECORD is empty; name a job or a hire.")

    def find(directory: Directory) -> list[RecordKey]:
        found = directory.find(called)
        return directory.hires_for(found) if hires_only else found

    found = find(directory)
    if not found and read is not None:
        directory = read()
        found = find(directory)
    if len(found) == 1:
        return found[0]
    if found:
        raise NotOneRecord(
            f"{called} matches {len(found)} records of {organization}; name one of them.",
            _labelled(directory, found),
        )
    near = directory.near(called)
    if hires_only:
        near = directory.hires_for(near)
    end = "did you mean one of these?" if near else "`charthop-ashby status` lists all records."
    what = "hire" if hires_only else "job, linked opening or hire"
    raise NotOneRecord(
        f"no {what} of {organization} matches {called}. The key may be unable to see it, or it is "
        f"spelled differently; {end}",
        _labelled(directory, near),
    )


def _labelled(directory: Directory, records: Iterable[RecordKey]) -> list[tuple[RecordKey, str]]:
    return [(record, directory.label(record)) for record in list(records)[:SHOWN]]
