"""The opening that a job asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core import reasons
from core.catalogue import Catalogue
from core.notes import Note, Notes
from core.opening_values import NOT_OFFERED, ashby_value
from core.openings import LABELS, LOOKUPS, OpeningDetails
from core.records import Job, Lookup, Value
from core.values import Unmappable, calendar_day

EMPLOYMENT = {
    "full": "FullTime",
    "part": "PartTime",
    "parttime": "PartTime",
    "temp": "Temporary",
    "temporary": "Temporary",
    "contract": "Contract",
    "contractor": "Contract",
    "intern": "Intern",
    "internship": "Intern",
}
"""ChartHop employment code or label -> Ashby employmentType; anything else is FullTime."""

NOT_THERE = {Lookup.DEPARTMENTS: reasons.NO_DEPARTMENT, Lookup.LOCATIONS: reasons.NO_LOCATION}
SEVERAL = {Lookup.DEPARTMENTS: reasons.TWO_DEPARTMENTS, Lookup.LOCATIONS: reasons.TWO_LOCATIONS}


@dataclass(frozen=True)
class Wanted:
    """The opening that a job asks for: its details, and its custom fields by definition id.

    `unresolved` are the attributes that could not be determined, because Ashby does not know the
    name or the value is not a date; the opening keeps its values there. `notes` say so.
    """

    details: OpeningDetails
    values: Mapping[str, Value]
    unresolved: frozenset[str]
    notes: Notes

    def without(self, attribute: str, note: Note) -> "Wanted":
        """The same, but the opening keeps its value of that attribute; the note says why."""
        unresolved = self.unresolved | {attribute}
        return replace(self, unresolved=unresolved, notes=(*self.notes, note))


@dataclass
class _Resolution:
    """Resolves names to ids and collects what could not be resolved."""

    catalogue: Catalogue
    unresolved: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)

    def id_of(self, attribute: str, name: str | None) -> str | None:
        """The id of the entry with that name, None if there is none or more than one."""
        if not name or not name.strip():
            return None
        lookup = LOOKUPS[attribute]
        entries = self.catalogue.entries(lookup, name)
        if len(entries) == 1:
            return entries[0].id
        if lookup is Lookup.USERS:
            self.leave(attribute, reasons.NO_USER(role=LABELS[attribute]))
        else:
            self.leave(attribute, (SEVERAL if entries else NOT_THERE)[lookup](name=name.strip()))
        return None

    def ids_of(self, attribute: str, name: str | None) -> tuple[str, ...]:
        """The same for an attribute that holds several ids."""
        id_ = self.id_of(attribute, name)
        return (id_,) if id_ is not None else ()

    def members(self, attribute: str, email: str | None) -> tuple[str, ...]:
        """The user with that address. If nobody is named, the team is left unchanged."""
        if Lookup.USERS not in self.catalogue.lookups or not email or not email.strip():
            self.unresolved.add(attribute)
            return ()
        return self.ids_of(attribute, email)

    def day(self, attribute: str, text: str | None) -> str | None:
        """The calendar day, None if the value is not one."""
        day = calendar_day(text)
        if text and day is None:
            self.leave(attribute, reasons.NO_DATE())
        return day

    def leave(self, attribute: str, note: Note) -> None:
        """Leave the attribute unresolved, with a note."""
        self.unresolved.add(attribute)
        self.notes.append(note)


def wanted_opening(job: Job, catalogue: Catalogue) -> Wanted:
    """The opening that the job asks for, with a note for everything Ashby cannot hold."""
    resolution = _Resolution(catalogue)
    details = OpeningDetails(
        identifier=job.identifier,
        title=job.title.strip(),
        department_id=resolution.id_of("department_id", job.department),
        location_ids=resolution.ids_of("location_ids", job.location),
        employment_type=EMPLOYMENT.get(_letters(job.employment), "FullTime"),
        target_start=resolution.day("target_start", job.start),
        is_backfill=job.is_backfill,
        hiring_manager_ids=resolution.members("hiring_manager_ids", job.hiring_manager),
        recruiter_ids=resolution.members("recruiter_ids", job.recruiter),
    )
    values: dict[str, Value] = {}
    for field_, definition in catalogue.fields:
        value = ashby_value(field_, definition, job.fields.get(field_.code))
        if value is NOT_OFFERED:
            resolution.notes.append(reasons.NOT_OFFERED(label=field_.label))
        elif isinstance(value, Unmappable):
            resolution.notes.append(reasons.UNMAPPABLE(label=field_.label, why=value.why))
        else:
            values[definition.id] = value
    return Wanted(details, values, frozenset(resolution.unresolved), tuple(resolution.notes))


def _letters(text: str | None) -> str:
    return "".join(letter for letter in (text or "").casefold() if letter.isalpha())
