"""One job as both services have it, attribute by attribute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.catalogue import Catalogue
from core.edits import SHOWN_TYPES, same_detail, shown_detail, shown_value
from core.errors import WrongSetup
from core.keys import RecordKey
from core.opening_values import same_value
from core.openings import ATTRIBUTES, LABELS, LOOKUPS, Opening
from core.records import Definition, Job, Lookup, Option, Recruiting, Value
from core.wanted import Wanted, wanted_opening
from tasks.context import OrgContext

HIDDEN = "(not shown)"
"""Replaces a value that may be personal, or that names a confidential job."""

_SOURCES = {"department_id": "department", "location_ids": "location"}
"""Attributes of a job whose values are looked up by name in Ashby."""


@dataclass(frozen=True)
class Attribute:
    """One attribute on both sides; empty if a side has no value."""

    what: str
    charthop: str
    ashby: str
    differs: bool = False


@dataclass(frozen=True)
class Sides:
    """A job's attributes on both sides, and whether each side has it."""

    has_job: bool
    opening_id: str | None
    attributes: tuple[Attribute, ...]


def read_sides(org: OrgContext, record: RecordKey) -> Sides:
    """Read the job and its opening by their ids; raises any error of reading.

    Ashby's lists of choices are as the last sync read them.
    """
    catalogue = _catalogue(org)
    job = org.hris.job(record.id, [field for field, _ in catalogue.fields])
    if job is not None and job.is_confidential and not org.rules.sync_confidential_jobs:
        return Sides(True, None, ())
    known = org.memory.results.get(record)
    opening_id = org.memory.briefs.get(record).link
    if opening_id is None and known is not None:
        opening_id = known.result.opening_id
    opening = org.ats.opening(opening_id) if opening_id is not None else None
    attributes = tuple(_compare(job, opening, catalogue))
    return Sides(job is not None, opening.id if opening is not None else None, attributes)


def _catalogue(org: OrgContext) -> Catalogue:
    name = org.memory.briefs.latest_catalogue()
    catalogue = org.memory.briefs.catalogue(name) if name is not None else None
    if catalogue is None:
        raise WrongSetup(
            "No sync has read the account yet; both sides are shown after the first one."
        )
    return catalogue


def _compare(job: Job | None, opening: Opening | None, catalogue: Catalogue) -> Iterator[Attribute]:
    if job is None and opening is None:
        return
    wanted = wanted_opening(job, catalogue) if job is not None else None
    status = str(Recruiting.read(job.status) or job.status or "") if job is not None else ""
    yield Attribute("status", status, opening.state if opening is not None else "")
    for name in ATTRIBUTES:
        if LOOKUPS.get(name) is not Lookup.USERS or Lookup.USERS in catalogue.lookups:
            yield _detail(name, job, opening, wanted, catalogue)
    for field, definition in catalogue.fields:
        ours = wanted.values.get(definition.id) if wanted is not None else None
        theirs = opening.values.get(definition.id) if opening is not None else None
        differs = bool(job and opening) and not same_value(definition, ours, theirs)
        told, stored = (_value(one, definition, field.options) for one in (ours, theirs))
        yield Attribute(field.label, told, stored, differs)


def _detail(
    name: str,
    job: Job | None,
    opening: Opening | None,
    wanted: Wanted | None,
    catalogue: Catalogue,
) -> Attribute:
    ours = getattr(wanted.details, name) if wanted is not None else None
    theirs = getattr(opening, name) if opening is not None else None
    told, stored = (shown_detail(name, one, catalogue) or "" for one in (ours, theirs))
    if job is not None and name in _SOURCES:
        told = getattr(job, _SOURCES[name]) or ""
    is_left = wanted is not None and name in wanted.unresolved
    differs = bool(job and opening) and (bool(told) if is_left else not same_detail(theirs, ours))
    is_private = LOOKUPS.get(name) is Lookup.USERS
    if is_private or (name == "title" and (job is None or job.is_confidential)):
        told, stored = (HIDDEN if one else "" for one in (told, stored))
    return Attribute(LABELS[name], told, stored, differs)


def _value(value: Value, definition: Definition, options: Sequence[Option]) -> str:
    if value in (None, "", []):
        return ""
    return (shown_value(value, options) or "") if definition.type in SHOWN_TYPES else HIDDEN
