"""The one description of an opening.

One description serves the opening that a job asks for, the one that exists and what is sent, so
nothing can be compared that is not read, or wanted and not sent. What Ashby calls these things
stands in `systems/ashby/models.py` and nowhere else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from core.records import Lookup, Value, folded


def _attribute(label: str, default: object, lookup: Lookup | None = None) -> Any:
    """One attribute: what people call it, and in which list its ids are.

    A tuple is a set of ids to which one is added, or from which one is removed, at a time.
    """
    return field(default=default, metadata={"label": label, "lookup": lookup})


@dataclass(frozen=True, kw_only=True)
class OpeningDetails:
    """All that an opening says but for its custom fields. Days are `YYYY-MM-DD`."""

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
    """An Ashby opening as it is stored there. `values` are by field definition id.

    `is_gone`: it was linked to a job and is listed no more.
    """

    id: str
    state: str
    is_archived: bool = False
    is_gone: bool = False
    close_reason_id: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


def called(names: Mapping[str, str]) -> str:
    """What people call these openings, given the identifier of each by its id.

    The id follows where there is no identifier, or several have the same one. A title is never
    said: it may be that of a confidential job.
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
"""What people call them."""

STATE = "state"
"""What people call the state of an opening."""

LOOKUPS: Mapping[str, Lookup] = {
    one.name: one.metadata["lookup"] for one in fields(OpeningDetails) if one.metadata["lookup"]
}
"""Those that hold ids, and of which list."""


TEAM: tuple[str, ...] = tuple(
    one.name
    for one in fields(OpeningDetails)
    if one.metadata["lookup"] is Lookup.USERS and isinstance(one.default, tuple)
)
"""Those that are the opening's hiring team: a create cannot carry them."""


def details_of(opening: OpeningDetails) -> OpeningDetails:
    """What the opening says, alone."""
    return OpeningDetails(**{name: getattr(opening, name) for name in ATTRIBUTES})
