"""Ashby's fields and lists of choices, including the fields that hold the sync's own state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.openings import Opening
from core.records import (
    CloseReason,
    Definition,
    Entry,
    Field,
    Lookup,
    Recruiting,
    State,
    folded,
    same_name,
)

UNFINISHED = "Draft"
"""The status field's value for an opening that the sync created as a Draft and has not set to
Approved yet. A Draft without it belongs to a recruiter."""

Named = Mapping[str, Sequence[Entry]]
"""Entries by folded name."""


@dataclass(frozen=True)
class OwnFields:
    """The custom fields that hold the sync's own state in Ashby.

    `link` and `status` are on openings: the job's id, and the recruiting status last agreed on.
    `person` is on applications: the ChartHop person that the hire became.
    """

    link: Definition
    status: Definition
    person: Definition


@dataclass(frozen=True)
class Catalogue:
    """Ashby's fields and lists of choices, including the sync's own fields.

    `fields` pairs each usable ticked field with its Ashby definition. `lookups` holds the active
    entries of the lists that were read. `required` are the opening fields that need a value.
    """

    own: OwnFields
    fields: Sequence[tuple[Field, Definition]] = ()
    lookups: Mapping[Lookup, Named] = field(default_factory=dict)
    required: Sequence[Definition] = ()
    hides_openings: bool = False
    """Whether Ashby's list of openings has rows without an id."""
    by_draft: bool = False
    """Whether Ashby is known to refuse a new opening in any state but Draft."""
    filled_reasons: frozenset[str] = frozenset()
    """Ids of the close reasons that count as filled."""
    close_reasons: Sequence[CloseReason] | None = None
    """Read only if an opening has to be closed; None if not read yet."""

    def linked_job(self, opening: Opening) -> str | None:
        """The id of the job that the opening is linked to."""
        text = opening.values.get(self.own.link.id)
        return str(text).strip() or None if text is not None else None

    def agreed_status(self, opening: Opening) -> Recruiting | None:
        """The recruiting status that both sides last agreed on."""
        text = opening.values.get(self.own.status.id)
        return Recruiting.read(str(text)) if text is not None else None

    def is_unfinished(self, opening: Opening) -> bool:
        """True if the sync created it as a Draft and has not set it to Approved yet."""
        return same_name(str(opening.values.get(self.own.status.id) or ""), UNFINISHED)

    def counts_as_filled(self, opening: Opening) -> bool:
        """True if a recruiter closed it with a close reason that counts as filled."""
        return (
            opening.state == State.CLOSED
            and opening.close_reason_id in self.filled_reasons
            and self.agreed_status(opening) in (None, Recruiting.ACTIVE)
        )

    def entries(self, lookup: Lookup, name: str) -> Sequence[Entry]:
        """The active entries with that name."""
        return self.lookups.get(lookup, {}).get(folded(name), ())

    def name_of(self, lookup: Lookup, id_: str) -> str:
        """The name of that entry, or its id if it is no longer active."""
        named = (one for entries in self.lookups.get(lookup, {}).values() for one in entries)
        return next((one.name.strip() for one in named if one.id == id_), id_)


def by_name(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The active entries by folded name."""
    named: dict[str, list[Entry]] = {}
    for entry in entries:
        if not entry.is_archived:
            named.setdefault(folded(entry.name), []).append(entry)
    return named


def choose_close_reason(known: Sequence[CloseReason], named: str | None) -> str | None:
    """The id of the close reason the organization named, else of the first one, else None."""
    usable = [one for one in known if not one.is_archived]
    same = [one.id for one in usable if same_name(one.text, named or "")]
    return next(iter(same or [one.id for one in usable]), None)


def reasons_named(known: Sequence[CloseReason], names: Iterable[str]) -> frozenset[str]:
    """The ids of the close reasons with those names, including archived ones."""
    wanted = {folded(name) for name in names}
    return frozenset(one.id for one in known if folded(one.text) in wanted)
