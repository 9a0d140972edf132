"""What should the opening of a job say, in Ashby's terms?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import reasons
from core.catalogue import Catalogue
from core.fields import Unmappable, ashby_value, calendar_day
from core.notes import Note, Notes, Reason
from core.records import Job, Place, Value, folded

EMPLOYMENT = {
    "FULL": "FullTime",
    "PART": "PartTime",
    "TEMP": "Temporary",
    "CONTRACT": "Contract",
    "INTERN": "Intern",
}
"""ChartHop employment -> Ashby employmentType; anything else is FullTime."""


@dataclass(frozen=True)
class Wanted:
    """The opening that a job asks for.

    `unresolved` names what nothing is said about, because Ashby does not know the name or the value
    fits no date; whatever the opening says there is left as it is. `notes` tell it.
    """

    identifier: str
    description: str
    team_id: str | None
    location_ids: tuple[str, ...]
    employment_type: str
    target_start: str | None
    is_backfill: bool
    values: Mapping[str, Value]
    unresolved: frozenset[str]
    notes: Notes


def wanted_opening(job: Job, catalogue: Catalogue) -> Wanted:
    """The opening that the job asks for, with a note for everything that Ashby cannot hold."""
    notes: list[Note] = []
    unresolved: set[str] = set()

    def find(
        what: str,
        name: str | None,
        places: Mapping[str, Sequence[Place]],
        none: Reason,
        several: Reason,
    ) -> str | None:
        if not name or not name.strip():
            return None
        found = places.get(folded(name), ())
        if len(found) == 1:
            return found[0].id
        unresolved.add(what)
        notes.append((several if found else none)(name=name.strip()))
        return None

    team = find(
        "teamId",
        job.department,
        catalogue.departments,
        reasons.NO_DEPARTMENT,
        reasons.TWO_DEPARTMENTS,
    )
    location = find(
        "locationIds",
        job.location,
        catalogue.locations,
        reasons.NO_LOCATION,
        reasons.TWO_LOCATIONS,
    )
    start = calendar_day(job.start)
    if job.start and start is None:
        unresolved.add("targetStartDate")
        notes.append(reasons.NO_DATE())
    values: dict[str, Value] = {}
    for field_, definition in catalogue.fields:
        value = ashby_value(field_, definition, job.fields.get(field_.code))
        if isinstance(value, Unmappable):
            notes.append(reasons.UNMAPPABLE(label=field_.label, why=value.why))
        else:
            values[definition.id] = value
    return Wanted(
        identifier=job.identifier,
        description=job.title.strip(),
        team_id=team,
        location_ids=(location,) if location else (),
        employment_type=EMPLOYMENT.get((job.employment or "").strip().upper(), "FullTime"),
        target_start=start,
        is_backfill=job.is_backfill,
        values=values,
        unresolved=frozenset(unresolved),
        notes=tuple(notes),
    )
