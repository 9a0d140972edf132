"""The values that a custom field takes, and how they are stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.ashby.records import CustomField
from sandbox.forms import is_number

_URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?")
_CURRENCY = re.compile(r"[A-Z]{3}")
INTERVALS = (
    "NONE", "1 TIME", "1 HOUR", "1 DAY", "1 WEEK", "2 WEEK", "0.5 MONTH", "1 MONTH", "2 MONTH",
    "3 MONTH", "6 MONTH", "1 YEAR",
)  # fmt: skip


class BadValue(ValueError):
    """The field does not take the value; the message is what Ashby would say."""


def normal_value(field: CustomField, value: Any, trims_text: bool) -> Any:
    """The value as it is kept; raises `BadValue` where the field's type does not take it."""
    check = _CHECKS.get(field.field_type)
    if check is None:
        raise BadValue(f"Fields of type {field.field_type} cannot be set")
    kept = check(field, value)
    return kept.strip() if trims_text and check is _text else kept


def moment(text: str) -> datetime:
    """The point in time that an ISO date or date-time means; a day begins at midnight UTC."""
    if _DATE.fullmatch(text) is None:
        raise BadValue(f"Invalid date: {text}")
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise BadValue(f"Invalid date: {text}") from None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _wrong(field: CustomField, value: Any) -> BadValue:
    return BadValue(f"Invalid value for field {field.title!r} of type {field.field_type}")


def _boolean(field: CustomField, value: Any) -> Any:
    if not isinstance(value, bool):
        raise _wrong(field, value)
    return value


def _number(field: CustomField, value: Any) -> Any:
    if not is_number(value):
        raise _wrong(field, value)
    return value


def _text(field: CustomField, value: Any) -> Any:
    if not isinstance(value, str):
        raise _wrong(field, value)
    return value


def _date(field: CustomField, value: Any) -> Any:
    if not isinstance(value, str):
        raise _wrong(field, value)
    return moment(value).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _url(field: CustomField, value: Any) -> Any:
    if not isinstance(value, str) or _URL.fullmatch(value) is None:
        raise _wrong(field, value)
    return value


def _uuid(field: CustomField, value: Any) -> Any:
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise _wrong(field, value)
    return value


def _option(field: CustomField, value: Any) -> Any:
    if value not in [one.value for one in field.options if not one.archived]:
        raise BadValue(f"Field {field.title!r} has no such option")
    return value


def _options(field: CustomField, value: Any) -> Any:
    if not isinstance(value, list):
        raise _wrong(field, value)
    return [_option(field, one) for one in value]


def _currency(field: CustomField, value: Any) -> Any:
    match value:
        case {"value": amount, "currencyCode": str() as code, **rest}:
            if is_number(amount) and _CURRENCY.fullmatch(code) and not rest:
                return {"value": amount, "currencyCode": code}
    raise _wrong(field, value)


def _number_range(field: CustomField, value: Any) -> Any:
    match value:
        case {"type": "number-range", "minValue": least, "maxValue": most, **rest}:
            if is_number(least) and is_number(most) and least <= most and not rest:
                return dict(value)
    raise _wrong(field, value)


def _compensation_range(field: CustomField, value: Any) -> Any:
    match value:
        case {
            "type": "compensation-range",
            "minValue": least,
            "maxValue": most,
            "currencyCode": str(),
            "interval": interval,
            **rest,
        }:
            numbers = is_number(least) and is_number(most)
            if numbers and interval in INTERVALS and not rest:
                return dict(value)
    raise _wrong(field, value)


_CHECKS: dict[str, Callable[[CustomField, Any], Any]] = {
    "Boolean": _boolean,
    "Number": _number,
    "String": _text,
    "LongText": _text,
    "Email": _text,
    "Phone": _text,
    "Date": _date,
    "Url": _url,
    "UUID": _uuid,
    "ValueSelect": _option,
    "MultiValueSelect": _options,
    "Currency": _currency,
    "NumberRange": _number_range,
    "CompensationRange": _compensation_range,
}
