"""Ways in which a value is stored otherwise than it was sent, and a row listed otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Alteration = Callable[[Any], Any]


def trimmed(value: Any) -> Any:
    """Text without outer white space."""
    return value.strip() if isinstance(value, str) else value


def truncated(length: int) -> Alteration:
    """Text cut after so many characters."""
    return lambda value: value[:length] if isinstance(value, str) else value


def rounded(digits: int = 0) -> Alteration:
    """A number, or the amount of a currency value, with fewer digits behind the point."""

    def alter(value: Any) -> Any:
        if isinstance(value, dict) and "value" in value:
            return {**value, "value": round(value["value"], digits)}
        return round(value, digits) if isinstance(value, (int, float)) else value

    return alter


def without_option(option: str) -> Alteration:
    """A list of options without one of them; the option alone is not stored at all."""

    def alter(value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in value if one != option]
        return None if value == option else value

    return alter


def dropped(value: Any) -> Any:
    """Nothing is stored."""
    return None


def with_null(*names: str) -> Alteration:
    """A row whose properties of these names are null."""
    return lambda row: {**row, **dict.fromkeys(names)}


def without(*names: str) -> Alteration:
    """A row that lacks these properties."""
    return lambda row: {name: value for name, value in row.items() if name not in names}


def replaced(other: Any) -> Alteration:
    """Something else instead of the row, such as a word."""
    return lambda row: other
