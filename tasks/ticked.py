"""The ticked ChartHop fields: as they are now, or as an earlier sync has read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import Busy, KeyRefused, NeedsHuman, TryLater
from core.fields import choose_fields
from core.notes import Note
from core.records import Field
from tasks.context import OrgContext


@dataclass(frozen=True)
class TickedFields:
    """The fields that can be read, and the reason for each other code.

    `trouble` is why ChartHop's fields could not be read: then the usable ones of the last sync are
    used, and nothing is known about the others.
    """

    fields: list[Field]
    refused: Mapping[str, Note] = field(default_factory=dict)
    trouble: Note | None = None


def read_ticked_fields(org: OrgContext) -> TickedFields:
    """The ticked fields. Raises the error of reading them if no sync has read them before."""
    ticked = org.rules.synced_fields
    if not ticked:
        return TickedFields([])
    try:
        custom = org.hris.custom_fields()
        fields, refused = choose_fields(ticked, custom)
        if refused:
            built_in = [one.code for one in org.hris.built_in_fields()]
            fields, refused = choose_fields(ticked, custom, built_in)
    except (Busy, KeyRefused):
        raise
    except (TryLater, NeedsHuman) as error:
        last = _last_fields(org)
        if last is None:
            raise
        return TickedFields([one for one in last if one.code in ticked], trouble=error.reason)
    return TickedFields(fields, refused)


def _last_fields(org: OrgContext) -> list[Field] | None:
    """The usable fields of the last sync; None if there was none."""
    name = org.memory.briefs.latest_catalogue()
    catalogue = org.memory.briefs.catalogue(name) if name is not None else None
    return [one for one, _ in catalogue.fields] if catalogue is not None else None
