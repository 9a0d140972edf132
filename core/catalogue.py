"""What does Ashby have to choose from, and where does the sync keep its own memory there?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.records import CloseReason, Definition, Field, Opening, Place, Recruiting, folded


@dataclass(frozen=True)
class OwnFields:
    """The custom fields in which Ashby keeps the sync's memory.

    `link` and `status` are on openings: the job's id, and the recruiting status last agreed on.
    `person` is on applications: the ChartHop person that the hire became.
    """

    link: Definition
    status: Definition
    person: Definition


@dataclass(frozen=True)
class Catalogue:
    """What Ashby has to choose from, and where the sync keeps its own memory there.

    `fields` pairs each usable ticked field with its Ashby definition.
    """

    own: OwnFields
    fields: Sequence[tuple[Field, Definition]] = ()
    departments: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    locations: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    close_reasons: Sequence[CloseReason] | None = None
    """Read only when something is to be closed; None: not read yet."""

    def linked_job(self, opening: Opening) -> str | None:
        """The id of the job that the opening is linked to."""
        text = opening.values.get(self.own.link.id)
        return str(text).strip() or None if text is not None else None

    def agreed_status(self, opening: Opening) -> Recruiting | None:
        """The recruiting status that was last agreed on for the opening."""
        text = opening.values.get(self.own.status.id)
        return Recruiting.read(str(text)) if text is not None else None


def places_by_name(places: Sequence[Place]) -> dict[str, list[Place]]:
    """The places in use by their folded name."""
    found: dict[str, list[Place]] = {}
    for place in places:
        if not place.is_archived:
            found.setdefault(folded(place.name), []).append(place)
    return found


def choose_close_reason(known: Sequence[CloseReason], named: str | None) -> str | None:
    """The id of the close reason that the organization named, else of the first, else None."""
    wanted = folded(named or "")
    same = [one.id for one in known if folded(one.text) == wanted]
    return next(iter(same or [one.id for one in known]), None)
