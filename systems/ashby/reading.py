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
    parsed = OpeningRow.model_validate(row)
    version = parsed.version
    return Opening(
        id=parsed.id,
        state=parsed.state or "",
        is_archived=bool(parsed.is_archived),
        close_reason_id=parsed.close_reason_id,
        values=values_of(version.custom_fields),
        **{name: getattr(version, name) for name in ATTRIBUTES},
    )


def values_of(rows: list[FieldValue] | None) -> dict[str, Value]:
    """The set values by id of their definition."""
    return {value.id: plain_value(value.value) for value in rows or () if value.value is not None}


def read_values(rows: Any) -> dict[str, Value]:
    """The values in an answer; empty if their form is unknown."""
    try:
        values = [FieldValue.model_validate(row) for row in rows or ()]
    except (TypeError, ValidationError):
        return {}
    return {value.id: plain_value(value.value) for value in values}


def read_definition(row: Any) -> Definition:
    """A custom field definition; Opening and Opening_Version mean the same holder."""
    parsed = DefinitionRow.model_validate(row)
    return Definition(
        id=parsed.id,
        title=parsed.title or "",
        type=parsed.field_type or "",
        holder=(parsed.object_type or "").removesuffix("_Version"),
        is_archived=bool(parsed.is_archived),
        is_date_only=bool(parsed.is_date_only),
        is_required=bool(parsed.is_required),
        description=parsed.description or "",
        options=tuple(
            Option(option.value, option.label or option.value, bool(option.is_archived))
            for option in parsed.values or ()
            if option.value
        ),
    )


def read_entry(row: Any) -> Entry:
    """A department or location."""
    parsed = EntryRow.model_validate(row)
    return Entry(parsed.id, parsed.name or "", bool(parsed.is_archived))


def read_user(row: Any) -> Entry:
    """A user, by e-mail address."""
    parsed = UserRow.model_validate(row)
    return Entry(parsed.id, parsed.email or "", parsed.is_enabled is False)


def read_close_reason(row: Any) -> CloseReason:
    """A close reason."""
    parsed = CloseReasonRow.model_validate(row)
    return CloseReason(parsed.id, parsed.text or "", bool(parsed.is_archived))
