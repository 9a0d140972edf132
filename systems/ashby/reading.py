"""Translates Ashby's objects into our terms; pure."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from core.openings import ATTRIBUTES, Opening
from core.records import (
    CloseReason,
    Definition,
    Entry,
    Option,
    Value,
    plain_value,
)
from systems.ashby.client import strange
from systems.ashby.models import (
    CloseReasonRow,
    DefinitionRow,
    EntryRow,
    FieldValue,
    OpeningRow,
    UserRow,
)

T = TypeVar("T")


def read(reader: Callable[[Any], T], row: Any, endpoint: str) -> T:
    """The row as read by `reader`; TryLater if it cannot be read."""
    try:
        return reader(row)
    except ValidationError:
        raise strange(endpoint, "an item that cannot be read") from None


def read_opening(row: Any) -> Opening:
    """An opening from its wire form; `values` leaves out unset values."""
    found = OpeningRow.model_validate(row)
    version = found.version
    return Opening(
        id=found.id,
        state=found.state or "",
        is_archived=bool(found.is_archived),
        close_reason_id=found.close_reason_id,
        values=values_of(version.custom_fields),
        **{name: getattr(version, name) for name in ATTRIBUTES},
    )


def values_of(rows: list[FieldValue] | None) -> dict[str, Value]:
    """The set values by id of their definition."""
    return {one.id: plain_value(one.value) for one in rows or () if one.value is not None}


def read_values(rows: Any) -> dict[str, Value]:
    """The values in an answer; empty if their form is unknown."""
    try:
        found = [FieldValue.model_validate(row) for row in rows or ()]
    except (TypeError, ValidationError):
        return {}
    return {one.id: plain_value(one.value) for one in found}


def read_definition(row: Any) -> Definition:
    """A custom field definition; Opening and Opening_Version mean the same holder."""
    found = DefinitionRow.model_validate(row)
    return Definition(
        id=found.id,
        title=found.title or "",
        type=found.field_type or "",
        holder=(found.object_type or "").removesuffix("_Version"),
        is_archived=bool(found.is_archived),
        is_date_only=bool(found.is_date_only),
        is_required=bool(found.is_required),
        description=found.description or "",
        options=tuple(
            Option(one.value, one.label or one.value, bool(one.is_archived))
            for one in found.values or ()
            if one.value
        ),
    )


def read_entry(row: Any) -> Entry:
    """A department or location."""
    found = EntryRow.model_validate(row)
    return Entry(found.id, found.name or "", bool(found.is_archived))


def read_user(row: Any) -> Entry:
    """A user, by e-mail address."""
    found = UserRow.model_validate(row)
    return Entry(found.id, found.email or "", found.is_enabled is False)


def read_close_reason(row: Any) -> CloseReason:
    """A close reason."""
    found = CloseReasonRow.model_validate(row)
    return CloseReason(found.id, found.text or "", bool(found.is_archived))
