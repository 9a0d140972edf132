"""The one description of an opening.

The same description serves the wanted opening, the existing one and what is sent, so nothing can be
compared without being read, or wanted without being sent. Ashby's names for the attributes are only
in `systems/ashby/models.py`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from core.records import Lookup, Value, folded


def _attribute(label: str, default: object, lookup: Lookup | None = None) -> Any:
    """One attribute: its label, and the list that its ids are from.

    A tuple is a set of ids; ids are added and removed one at a time.
    """
    return field(default=default, metadata={"label": label, "lookup": lookup})


@dataclass(frozen=True, kw_only=True)
class OpeningDetails:
    """All attributes of an opening except its custom fields. Days are `YYYY-MM-DD`."""

    identifier: str = _attribute("identifier", "")
    title: str = _attribute("title", "")
    department_id: str | None = _attribute("department", None, Lookup.DEPARTMENTS)
    location_ids: tuple[str, ...] = _attribute("location", (), Lookup.LOCATIONS)
    employment_type: str | None = _attribute("employment type", None)
    target_start: str | None = _attribute("target start date", None)
    is_backfill: bool = _attribute("backfill", False)
    hiring_manager_ids: tuple[str, ...] = _attribute("hiring manager", (), Lookup.USERS)
    recruiter_ids: tuple[str, ...] = _attribute("recruiter", (), Lookup.USERS)


@dataclass(frozen=True, kw_only=True)
class Opening(OpeningDetails):
    """An opening as stored in Ashby. `values` are by field definition id.

    `is_gone`: it was linked to a job and is no longer listed.
    """

    id: str
    state: str
    is_archived: bool = False
    is_gone: bool = False
    close_reason_id: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


def called(names: Mapping[str, str]) -> str:
    """The display names of these openings; takes their identifiers by id.

    The id is shown if there is no identifier, or if several openings share it. Titles are never
    shown: they may belong to confidential jobs.
    """
    shared = Counter(map(folded, names.values()))

    def label(id_: str, identifier: str) -> str:
        if not identifier.strip():
            return id_
        return identifier.strip() + (f" ({id_})" if shared[folded(identifier)] > 1 else "")

    return ", ".join(sorted(label(id_, identifier) for id_, identifier in names.items()))


def identifiers(openings: Iterable[Opening]) -> dict[str, str]:
    """The identifier of each opening by its id."""
    return {opening.id: opening.identifier for opening in openings}


ATTRIBUTES: tuple[str, ...] = tuple(one.name for one in fields(OpeningDetails))
"""The names of all attributes."""

LABELS: Mapping[str, str] = {one.name: one.metadata["label"] for one in fields(OpeningDetails)}
"""Their labels."""

STATE = "state"
"""The display name of an opening's state."""

LOOKUPS: Mapping[str, Lookup] = {
    one.name: one.metadata["lookup"] for one in fields(OpeningDetails) if one.metadata["lookup"]
}
"""The attributes that hold ids, and the list of each."""

TEAM: tuple[str, ...] = tuple(
    one.name
    for one in fields(OpeningDetails)
    if one.metadata["lookup"] is Lookup.USERS and isinstance(one.default, tuple)
)
"""The attributes of the opening's hiring team, which a create cannot set."""
