"""Single values as either service writes them: texts, numbers, booleans, days, timestamps."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from core.records import Scalar, Value


@dataclass(frozen=True)
class Unmappable:
    """A value that a field on the other side cannot hold, and the reason."""

    why: str


def is_empty(value: Value) -> bool:
    """True if there is nothing in it: no text, no choice, or a currency without an amount."""
    if isinstance(value, Mapping):
        rest = [part for name, part in value.items() if name not in ("currency", "currencyCode")]
        return all(map(is_empty, rest))
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Sequence) and all(map(is_empty, value)))


def several(value: Scalar | Sequence[Scalar]) -> Sequence[Scalar]:
    """The values of a list; a single value becomes a list of one."""
    return [value] if isinstance(value, str | int | float) or value is None else value


def written(value: Scalar) -> str:
    """One value as a person would write it: yes or no, a number without `.0`, trimmed text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = read_number(value)
        return str(value) if isinstance(number, Unmappable) else format(Decimal(str(number)), "f")
    return value.strip()


def plain_text(text: str) -> str:
    """A text in the form in which it is compared: outer spaces and Unicode form do not count."""
    return unicodedata.normalize("NFC", text).strip()


def without_spaces(address: str) -> str:
    """An e-mail address without what was pasted along: spaces and letters of no width."""
    seen = (one for one in address if not one.isspace() and unicodedata.category(one) != "Cf")
    return "".join(seen)


_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

LARGEST = 2**53 - 1
"""The largest integer that most JSON parsers read exactly."""


def read_number(value: Value) -> int | float | Unmappable:
    """A number, as an int if it is whole; accepts numeric text."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            return Unmappable("it is not a number")
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Unmappable("it is not a number")
    if isinstance(value, float) and math.isnan(value):
        return Unmappable("it is not a number")
    if not -LARGEST <= value <= LARGEST:
        return Unmappable("it is not a number that Ashby can hold")
    return int(value) if float(value).is_integer() else value


def read_truth(value: Value) -> bool | Unmappable:
    """A boolean; accepts text that means yes or no."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word in ("true", "yes"):
        return True
    if word in ("false", "no"):
        return False
    return Unmappable("it is neither yes nor no")


def calendar_day(text: str | None) -> str | None:
    """The calendar day at the start of an ISO date or timestamp, without any time zone."""
    day = (text or "").strip()[:10]
    try:
        return date.fromisoformat(day).isoformat() if len(day) == len("2026-12-01") else None
    except ValueError:
        return None


def day_in(zone: tzinfo, text: str | None) -> str | None:
    """The day of a timestamp in that zone; a date without a time is the same day everywhere."""
    day, moment = calendar_day(text), instant(text or "")
    has_time = len((text or "").strip()) > len("2026-12-01")
    try:
        return moment.astimezone(zone).date().isoformat() if moment and has_time else day
    except OverflowError:  # There it would be outside of the calendar.
        return day


def read_moment(value: Value) -> str | Unmappable:
    """A timestamp in UTC, in the services' formats; a date alone means its midnight."""
    text = str(value).strip()
    moment = instant(text)
    if moment is None:
        return Unmappable("it is not a date and time")
    if _IN_UTC.fullmatch(text):
        return text
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


_IN_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)


def instant(text: str) -> datetime | None:
    """The timestamp in UTC; one without a zone counts as UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
