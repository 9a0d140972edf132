"""Values of offer fields in the form that ChartHop takes, compared with what it has."""

import re
from collections.abc import Callable, Iterable, Mapping

from core.pay import money
from core.records import Field, Scalar, Value, folded
from core.values import (
    Unmappable,
    calendar_day,
    instant,
    plain_text,
    read_moment,
    read_number,
    read_truth,
    several,
    written,
)

ReadPhone = Callable[[str], str | None]
"""A phone number in the form that ChartHop recognises, None if the text is none."""

PICKLISTS = frozenset({"ENUM", "ENUM_SCALE", "ENUM_MULTI"})

_MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2})T00:00(:00(\.0+)?)?(Z|\+00:00)?$")


def charthop_value(  # noqa: C901  (one case a type)
    field: Field, value: Value, label: Value = None, *, read_phone: ReadPhone
) -> Value | Unmappable:
    """The value of an offer field in the form that ChartHop's type asks for.

    `label` is the display text if the value is the code of a choice.
    """
    if field.is_smart or field.is_read_only:
        return Unmappable("ChartHop lets nobody write it")
    if field.plural != "SINGLE" and field.type not in ("ENUM", "ENUM_MULTI"):
        return Unmappable(f"its type {field.type} {field.plural} cannot be written")
    match field.type:
        case "STRING" | "TEXT" | "EMAIL" | "URL" | "NAME" | "CONTACTS":
            return _text(value, label)
        case "PHONE":
            text = "" if isinstance(value, list) else _text(value, label)
            if isinstance(text, Unmappable):
                return text
            return read_phone(text) or Unmappable("it is not a phone number with a country code")
        case "INTEGER":
            number = read_number(value)
            return number if isinstance(number, int) else Unmappable("it is not a whole number")
        case "DECIMAL" | "PERCENT":
            return read_number(value)
        case "BOOLEAN":
            truth = read_truth(value)
            return read_truth(label) if isinstance(truth, Unmappable) and label else truth
        case "DATE":
            return calendar_day(str(value)) or Unmappable("it is not a calendar date")
        case "TIMESTAMP":
            return read_moment(value)
        case "MONEY":
            return _money(value)
        case "ENUM" | "ENUM_SCALE" if field.plural == "SINGLE":
            chosen = _options(field, _pairs(value, label))
            if isinstance(chosen, Unmappable):
                return chosen
            return chosen[0] if len(chosen) == 1 else Unmappable("it is more than one choice")
        case "ENUM" | "ENUM_MULTI":
            return _options(field, _pairs(value, label))
        case other:
            return Unmappable(f"its type {other} cannot be written")


def same_in_charthop(wanted: Value, stored: Value, field: Field | None = None) -> bool:
    """True if ChartHop already has the value; an answer may have more keys than were sent.

    A choice may come back as its code or its label, in any case, and one alone may be a list of
    one; texts are compared exactly, but for their Unicode form.
    """
    if field is not None and field.type in PICKLISTS and stored is not None:
        return _codes(wanted, field) == _codes(stored, field)
    if isinstance(wanted, dict):
        return isinstance(stored, dict) and all(
            same_in_charthop(value, stored.get(name), field)
            for name, value in wanted.items()
            if name != "places"
        )
    if isinstance(wanted, list):
        return isinstance(stored, list) and _words(wanted) == _words(stored)
    if isinstance(wanted, bool) or isinstance(stored, bool):
        return bool(wanted == stored)
    if isinstance(wanted, int | float) and isinstance(stored, int | float):
        return float(wanted) == float(stored)
    if stored is None:
        return wanted is None
    if field is not None and field.type == "TIMESTAMP":
        return instant(str(wanted)) == instant(str(stored))
    return _words([wanted]) == _words([stored])


def spelled(fields: Mapping[str, Field], code: str, word: str) -> str:
    """A field's choice, spelled as in the organization's own field list."""
    options = fields[code].options if code in fields else ()
    return next(
        (one.name for one in options if folded(word) in (folded(one.name), folded(one.label))), word
    )


def _words(values: Iterable[Value]) -> list[str]:
    """Texts in the form in which they are compared."""
    return sorted(plain_text(str(value)) for value in values)


def _codes(value: Value, field: Field) -> set[str]:
    """The codes of one or more choices, which may be named by their labels, in any case."""
    codes = {folded(one.label): folded(one.name) for one in field.options}
    codes |= {folded(one.name): folded(one.name) for one in field.options}
    names = () if isinstance(value, Mapping) else map(written, several(value))
    return {codes.get(folded(name), folded(name)) for name in names if name}


def _text(value: Value, label: Value) -> str | Unmappable:
    """A text as a person would write it: a choice's label, a day without its midnight."""
    if isinstance(value, Mapping):
        return Unmappable("it is not text")
    words = (written(one if name in (None, "") else name) for one, name in _pairs(value, label))
    return ", ".join(_MIDNIGHT.sub(r"\1", word) for word in words if word)


def _money(value: Value) -> Value | Unmappable:
    if not isinstance(value, dict):
        return Unmappable("it has no currency")
    amount, currency = read_number(value.get("value")), value.get("currencyCode")
    if isinstance(amount, Unmappable) or not currency:
        return Unmappable("it is not an amount with a currency")
    return money(amount, str(currency))


def _pairs(value: Value, label: Value) -> list[tuple[Scalar, Scalar]]:
    """Each choice with its label, if every choice has one; an object is not a choice."""
    values, labels = (() if isinstance(one, Mapping) else several(one) for one in (value, label))
    return list(
        zip(values, labels if len(labels) == len(values) else [None] * len(values), strict=True)
    )


def _options(field: Field, values: Iterable[tuple[Scalar, Scalar]]) -> list[str] | Unmappable:
    """The codes of the options that the values name by code or else by label."""
    by_code = {folded(one.name): one.name for one in field.options}
    by_label = {folded(one.label): one.name for one in reversed(field.options)}
    chosen = []
    for value, label in values:
        named = [
            word
            for one in (value, label)
            for word in ("" if one is None else str(one), written(one))
        ]
        names = [folded(word) for word in named if word.strip()]
        code = next(
            (known[name] for known in (by_code, by_label) for name in names if name in known), None
        )
        if code is None:
            return Unmappable("it is not one of the field's options")
        chosen.append(code)
    return list(dict.fromkeys(chosen)) or Unmappable("it is not one of the field's options")
