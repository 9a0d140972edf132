"""What do Ashby's objects mean in our words? Pure."""

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
    """The row as `reader` reads it; TryLater where it cannot be told apart."""
    try:
        return reader(row)
    except ValidationError:
        raise strange(endpoint, "an item that cannot be read") from None


def read_opening(row: Any) -> Opening:
    """An opening out of its wire form; unset values are left out of `values`."""
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
    """The values that are set, by the id of their definition."""
    return {one.id: plain_value(one.value) for one in rows or () if one.value is not None}


def read_values(rows: Any) -> dict[str, Value]:
    """The values that an answer tells; nothing where it tells them in a form that is unknown."""
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
