"""In what does an opening differ from what it should say?"""

from dataclasses import dataclass, field

from core.actions import (
    AddLocation,
    ClearValues,
    OpeningAction,
    RemoveLocation,
    SetValues,
    UpdateOpening,
)
from core.catalogue import Catalogue
from core.fields import same_value
from core.outcomes import Change
from core.records import Job, Opening, Recruiting, Value
from core.wanted import Wanted

SHOWN_TYPES = frozenset({"Boolean", "Date", "ValueSelect", "MultiValueSelect"})
"""Field types whose values `explain` may show; text, numbers and money may be about a person."""

_NAMES = {
    "identifier": "identifier",
    "description": "title",
    "teamId": "department",
    "targetStartDate": "target start date",
}


@dataclass
class Edits:
    """The actions that bring an opening in line, and what they change."""

    actions: list[OpeningAction] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def edits(job: Job, opening: Opening, wanted: Wanted, catalogue: Catalogue) -> Edits:
    """All that is to be written to bring the opening in line with what is wanted.

    What Ashby may refuse (an empty value) comes last, so that it stops nothing else.
    """
    found = Edits()
    cleared = _edit_values(found, job, opening, wanted, catalogue)
    _edit_version(found, job, opening, wanted)
    _edit_locations(found, opening, wanted)
    if cleared:
        found.actions.append(ClearValues(opening.id, cleared))
    return found


def _edit_values(
    found: Edits, job: Job, opening: Opening, wanted: Wanted, catalogue: Catalogue
) -> dict[str, str]:
    """The custom fields, the sync's own two among them; gives those that are to be emptied."""
    definitions = {
        catalogue.own.link.id: catalogue.own.link,
        catalogue.own.status.id: catalogue.own.status,
        **{definition.id: definition for _, definition in catalogue.fields},
    }
    own = {catalogue.own.link.id: job.id, catalogue.own.status.id: Recruiting.ACTIVE.value}
    values: dict[str, Value] = {}
    cleared: dict[str, str] = {}
    for id_, value in {**own, **wanted.values}.items():
        definition, stored = definitions[id_], opening.values.get(id_)
        if same_value(definition, value, stored):
            continue
        if value is None:
            cleared[id_] = definition.title
        else:
            values[id_] = value
        shown = id_ in own or definition.type in SHOWN_TYPES
        found.changes.append(
            Change(definition.title, _shown(stored), _shown(value))
            if shown
            else Change(definition.title)
        )
    if values:
        found.actions.append(SetValues(opening.id, values))
    return cleared


def _edit_version(found: Edits, job: Job, opening: Opening, wanted: Wanted) -> None:
    """What one opening.update can change."""
    said = {
        "identifier": (opening.identifier, wanted.identifier),
        "description": (opening.description.strip(), wanted.description),
        "teamId": (opening.team_id, wanted.team_id),
        "targetStartDate": (opening.target_start, wanted.target_start),
    }
    changed = {
        name: (have, want)
        for name, (have, want) in said.items()
        if have != want and name not in wanted.unresolved
    }
    for name, (have, want) in changed.items():
        secret = name == "description" and job.is_confidential
        found.changes.append(
            Change(_NAMES[name]) if secret else Change(_NAMES[name], have or None, want)
        )
    kind = (opening.employment_type, wanted.employment_type)
    if kind[0] != kind[1]:
        found.changes.append(Change("employment type", *kind))
    backfill = (opening.is_backfill, wanted.is_backfill)
    if backfill[0] != backfill[1]:
        found.changes.append(Change("backfill", *("yes" if one else "no" for one in backfill)))
    if changed or kind[0] != kind[1] or backfill[0] != backfill[1]:
        sent = {name: want for name, (_, want) in changed.items()}
        found.actions.append(
            UpdateOpening(opening.id, sent, wanted.employment_type, wanted.is_backfill)
        )


def _edit_locations(found: Edits, opening: Opening, wanted: Wanted) -> None:
    """Locations go one by one; the new one is added before the old one leaves."""
    if "locationIds" in wanted.unresolved:
        return
    extra = [id_ for id_ in opening.location_ids if id_ not in wanted.location_ids]
    missing = [id_ for id_ in wanted.location_ids if id_ not in opening.location_ids]
    found.actions += [AddLocation(opening.id, id_) for id_ in missing]
    found.actions += [RemoveLocation(opening.id, id_) for id_ in extra]
    if extra or missing:
        found.changes.append(Change("location"))


def _shown(value: Value) -> str | None:
    if value is None:
        return None
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
