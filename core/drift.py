"""Drift: differences between the two sides that the sync must not resolve.

The plans have found most of them already: their notes are assigned here to the side on which
somebody has to act. The rest cannot be seen in the plan of a single record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from core import reasons
from core.keys import RecordKey, job_key
from core.notes import Note
from core.openings import Opening
from core.outcomes import Result
from core.records import Job, State

MISSING_AFTER = timedelta(days=3)
"""How long a hire may take to reach ChartHop before it counts as missing."""


class Side(StrEnum):
    """The side on which somebody has to act, in the words of `drift --json`."""

    ASHBY = "ashby"
    CHARTHOP = "charthop"


@dataclass(frozen=True)
class Finding:
    """One difference, and the side on which somebody has to act."""

    record: RecordKey
    who: Side
    what: Note
    opening_id: str | None = None
    person_id: str | None = None

    @property
    def code(self) -> str:
        """The code of its note: the kind of difference."""
        return self.what.code


@dataclass(frozen=True)
class Hired:
    """A candidate who is Hired in Ashby. `since` is the day, `job_id` the opening's job."""

    record: RecordKey
    since: date | None
    job_id: str | None = None
    person_id: str | None = None


@dataclass(frozen=True)
class BothSides:
    """The state of both sides in which drift is searched.

    `jobs` are the open jobs, plus the linked jobs that are not open and were read by id (None if
    ChartHop does not show one). `live` are the openings that are not closed, filled, archived or
    gone, by linked job. `results` are the results a sync would give each record.
    """

    jobs: Mapping[str, Job | None]
    live: Mapping[str, Sequence[Opening]]
    hired: Sequence[Hired]
    results: Mapping[RecordKey, Result]
    today: date
    confidential_too: bool = False

    @cached_property
    def missing(self) -> frozenset[RecordKey]:
        """The hires that are not in ChartHop yet, however recent."""
        return frozenset(one.record for one in self.hired if one.person_id is None)

    @cached_property
    def hired_for(self) -> Mapping[str, frozenset[str | None]]:
        """The persons Ashby hired for each job; None stands for one who is not in ChartHop yet."""
        persons_of: dict[str, set[str | None]] = {}
        for one in self.hired:
            if one.job_id is not None:
                persons_of.setdefault(one.job_id, set()).add(one.person_id)
        return {job_id: frozenset(persons) for job_id, persons in persons_of.items()}

    def is_filled_by_hand(self, job: Job) -> bool:
        """True if the job is held by somebody whom Ashby, as far as it knows, did not hire."""
        hired = self.hired_for.get(job.id, frozenset())
        return job.person_id is not None and not hired & {None, job.person_id}


_BY_SIDE: Mapping[Side, frozenset[str]] = {
    Side.ASHBY: frozenset(
        reason.code
        for reason in (
            reasons.LINKED_TWICE,
            reasons.LINKED_ARCHIVED,
            reasons.LINKED_GONE,
            reasons.CONTESTED,
            reasons.NAMESAKES,
            reasons.NAMESAKE_PUT_AWAY,
            reasons.IDENTIFIER_TAKEN,
            reasons.NOT_APPROVED,
            reasons.REQUIRED_FIELDS,
            reasons.NO_DEPARTMENT,
            reasons.TWO_DEPARTMENTS,
            reasons.NO_LOCATION,
            reasons.TWO_LOCATIONS,
            reasons.NO_USER,
            reasons.TEAM_REFUSED,
            reasons.CANNOT_CLEAR,
            reasons.STORED_OTHERWISE,
            reasons.FIELD_OTHER_TYPE,
            reasons.FIELD_ARCHIVED,
            reasons.FIELD_REFUSED,
            reasons.OPTIONS_NOT_STORED,
            reasons.NOT_OFFERED,
            reasons.OPENING_CHANGED,
        )
    ),
    Side.CHARTHOP: frozenset(
        reason.code
        for reason in (
            reasons.NO_TITLE,
            reasons.NAMESAKE_TAKEN,
            reasons.NO_DATE,
            reasons.UNMAPPABLE,
            reasons.FIELD_BUILT_IN,
            reasons.FIELD_UNKNOWN,
            reasons.FIELD_NOT_OF_JOBS,
            reasons.FIELD_TYPE,
            reasons.FIELD_NO_OPTIONS,
            reasons.FIELD_SAME_LABEL,
            reasons.WITHDRAWN,
            reasons.WITHDRAWN_LATE,
            reasons.HIRED_APPLICATION_GONE,
            reasons.HIRE_CANCELLED,
            reasons.PERSON_NOT_OURS,
            reasons.BEGUN,
        )
    ),
}
"""Codes of a sync's notes that report a difference, by the side that can resolve it."""

_IN_CHARTHOP = frozenset(
    reason.code
    for reason in (
        reasons.JOB_NOT_THERE,
        reasons.FILLED_BY_OTHER,
        reasons.HIRE_NOT_MADE,
        reasons.ACTIVE_EMPLOYEE,
        reasons.TWO_PERSONS,
        reasons.START_TOO_EARLY,
        reasons.SCENARIO,
        reasons.CONFIDENTIAL_HIRE,
        reasons.MANUAL_PUSH,
        reasons.NOT_BROUGHT_OVER,
    )
)
"""Codes of reasons why a hire is missing that need no correction in Ashby."""

_OF_BEFORE = frozenset({reasons.BEFORE_HIRES_SINCE.code, reasons.NO_HIRES_SINCE.code})

_OF_HIRES_IN_CHARTHOP = _IN_CHARTHOP - {reasons.MANUAL_PUSH.code, reasons.NOT_BROUGHT_OVER.code}


def is_from_before(result: Result) -> bool:
    """True if the sync leaves the hire alone as one from before `hires_since`."""
    return not _OF_BEFORE.isdisjoint(result.codes)


def side_of(code: str) -> Side | None:
    """The side that can resolve a note; None if that is the operator of the sync."""
    if code in _OF_HIRES_IN_CHARTHOP:
        return Side.CHARTHOP
    return next((side for side, codes in _BY_SIDE.items() if code in codes), None)


def find_drift(sides: BothSides) -> list[Finding]:
    """Every difference, sorted by code and record."""
    findings = [*_told_by_plans(sides), *_of_live_openings(sides), *_missing(sides)]
    return sorted(set(findings), key=lambda one: (one.code, str(one.record), one.opening_id or ""))


def _told_by_plans(sides: BothSides) -> Iterator[Finding]:
    """The differences that the plans of records report but may not change."""
    for record, result in sides.results.items():
        for note in result.notes:
            told = _told(sides, record, note)
            if told is not None:
                who, what = told
                yield Finding(record, who, what, result.opening_id, result.person_id)


def _told(sides: BothSides, record: RecordKey, note: Note) -> tuple[Side, Note] | None:
    # A missing hire is reported by _missing, with this note as its reason.
    if record in sides.missing:
        return None
    if note.code == reasons.CLOSED_BY_RECRUITER.code:
        return Side.ASHBY, reasons.CLOSED_IN_ASHBY()
    if note.code in (reasons.FILLED.code, reasons.CLOSED_AS_FILLED.code):
        job = sides.jobs.get(record.id)
        is_empty = job is not None and job.is_open and job.person_id is None
        # If a hire is on its way, the job will be filled when it arrives.
        if not is_empty or None in sides.hired_for.get(record.id, ()):
            return None
        return Side.CHARTHOP, reasons.FILLED_IN_ASHBY()
    return next(((side, note) for side, codes in _BY_SIDE.items() if note.code in codes), None)


def _of_live_openings(sides: BothSides) -> Iterator[Finding]:
    """Live openings whose job is gone, or is held by somebody whom Ashby did not hire."""
    for job_id, openings in sides.live.items():
        if job_id not in sides.jobs:
            continue
        job = sides.jobs[job_id]
        if job is None:
            what = reasons.LINKED_JOB_GONE()
        elif job.in_scenario or (job.is_confidential and not sides.confidential_too):
            continue
        elif sides.is_filled_by_hand(job):
            what = reasons.FILLED_IN_CHARTHOP()
        else:
            continue
        for opening in openings:
            person_id = job.person_id if job is not None else None
            yield Finding(job_key(job_id), Side.ASHBY, what, opening.id, person_id)


def _missing(sides: BothSides) -> Iterator[Finding]:
    """Hires that did not reach ChartHop in time, except those from before `hires_since`."""
    for one in sides.hired:
        result = sides.results.get(one.record)
        if result is None or one.person_id is not None or is_from_before(result):
            continue
        if one.since is None or sides.today - one.since < MISSING_AFTER:
            continue
        why = result.notes[0] if result.notes else reasons.NOT_BROUGHT_OVER()
        who = Side.CHARTHOP if why.code in _IN_CHARTHOP else Side.ASHBY
        what = reasons.MISSING_IN_CHARTHOP(days=(sides.today - one.since).days, why=why)
        yield Finding(one.record, who, what, result.opening_id, result.person_id)


def is_live(opening: Opening) -> bool:
    """True if candidates may still be in process for the opening."""
    put_away = opening.is_archived or opening.is_gone
    return not put_away and opening.state not in (State.CLOSED, State.FILLED)
