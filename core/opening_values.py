"""Values of ticked fields in the form that Ashby takes, compared with what it has."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from core.records import Definition, Field, Scalar, Value, folded
from core.values import (
    Unmappable,
    calendar_day,
    instant,
    is_empty,
    read_moment,
    read_number,
    read_truth,
    several,
    written,
)

NOT_OFFERED = Unmappable("it is not one of the options in Ashby")
"""A choice of the field in ChartHop that the field in Ashby does not have."""


def ashby_value(field: Field, definition: Definition, value: Value) -> Value | Unmappable:
    """A ChartHop value in the form that `customField.setValues` takes; None for an empty one.

    Source of the forms: https://developers.ashbyhq.com/reference/customfieldsetvalues
    """
    if is_empty(value):
        return None
    match definition.type:
        case "String" | "LongText":
            return _text(value)
        case "Url":
            return _url(value)
        case "Number":
            return read_number(value)
        case "Boolean":
            return read_truth(value)
        case "Date":
            return _day(value) if field.type == "DATE" else read_moment(value)
        case "Currency":
            return _money(value)
        case "ValueSelect":
            chosen = _choices(field, definition, value)
            if isinstance(chosen, Unmappable):
                return chosen
            return chosen[0] if len(chosen) == 1 else Unmappable("it is more than one choice")
        case "MultiValueSelect":
            return _choices(field, definition, value)
        case other:
            return Unmappable(f"its type {other} is unknown")


def same_value(definition: Definition, wanted: Value, stored: Value) -> bool:
    """True if the value stored in Ashby means the same as the wanted one."""
    if wanted is None or stored is None or stored in ("", []):
        return wanted is None and (stored is None or stored in ("", []))
    match definition.type:
        case "String" | "LongText" | "Url":
            return str(wanted).strip() == str(stored).strip()
        case "Number":
            return bool(read_number(stored) == wanted)
        case "Date":
            if definition.is_date_only:
                return str(wanted)[:10] == str(stored)[:10]
            return instant(str(wanted)) == instant(str(stored))
        case "Currency":
            return (
                isinstance(stored, dict)
                and isinstance(wanted, dict)
                and _same_money(wanted, stored)
            )
        case "MultiValueSelect":
            return (
                isinstance(stored, list)
                and isinstance(wanted, list)
                and set(map(str, stored)) == set(map(str, wanted))
            )
        case _:
            return bool(wanted == stored)


def _same_money(wanted: Mapping[str, Value], stored: Mapping[str, Value]) -> bool:
    return (
        read_number(stored.get("value")) == wanted["value"]
        and str(stored.get("currencyCode", "")).upper() == wanted["currencyCode"]
    )


def _text(value: Value) -> str | Unmappable | None:
    if isinstance(value, Mapping):
        return Unmappable("it is not text")
    return ", ".join(filter(None, map(written, several(value)))) or None


def _url(value: Value) -> str | Unmappable:
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or any(letter.isspace() for letter in text):
        return Unmappable("it is not an http or https URL")
    return text


def _day(value: Value) -> str | Unmappable:
    day = calendar_day(str(value))
    return f"{day}T00:00:00.000Z" if day else Unmappable("it is not a calendar date")


def _money(value: Value) -> Value | Unmappable:
    if not isinstance(value, dict):
        return Unmappable("it has no currency")
    amount = read_number(value.get("amount"))
    currency = str(value.get("currency") or "").strip().upper()
    if isinstance(amount, Unmappable) or not (len(currency) == 3 and currency.isalpha()):
        return Unmappable("it is not an amount with a currency")
    return {"value": amount, "currencyCode": currency}


def _choices(field: Field, definition: Definition, value: Value) -> list[Scalar] | Unmappable:
    """The Ashby option values for ChartHop choices given by code or by label."""
    if isinstance(value, Mapping):
        return Unmappable("it is not one of the field's options")
    codes = {option.name: option for option in field.options}
    words = {folded(option.name): option for option in field.options}
    words |= {folded(option.label): option for option in field.options}
    offered = {option.name for option in definition.options if not option.is_archived}
    by_label = {folded(o.label): o.name for o in definition.options if not o.is_archived}
    chosen: list[Scalar] = []
    for one in several(value):
        names = [folded("" if one is None else str(one)), folded(written(one))]
        option = codes.get(str(one)) or next((words[name] for name in names if name in words), None)
        if option is None:
            return Unmappable("it is not one of the field's options")
        name = option.name if option.name in offered else by_label.get(folded(option.label))
        if name is None:
            return NOT_OFFERED
        chosen.append(name)
    return list(dict.fromkeys(chosen))
