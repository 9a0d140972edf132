"""Parses untrusted JSON: the one place where an answer becomes values.

The result is bounded, so that no later code meets a depth, a number or a text that makes a standard
tool raise an unexpected error.
"""

import json
import math
import re
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator

from core import reasons
from core.errors import NeedsHuman

MAX_DEPTH = 64
"""Maximum nesting of lists and objects. The services use eight levels."""

MAX_CONTAINERS = 500_000
"""Maximum number of lists and objects in one answer: an empty one is two bytes on the wire and 64
in memory. A page of 500 jobs has some 30,000."""

MAX_TEXT = 64 * 1024
"""Maximum length of one text; longer ones are cut."""

MAX_NUMBER = 400
"""Maximum length of a number that is kept as text."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")

_CHARTHOP_ID = re.compile(
    r"[0-9a-f]{24}|(?![A-Z]{2}[0-9]{2}[A-Z0-9]{10})(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_-]{1,128}"
)
"""ChartHop's ids, and what may be one: letters and digits without a dot, but no bank account.

All ids in ChartHop's documentation have 24 hexadecimal digits, but nothing promises it, and every
hire would wait if another form were refused.
"""


def read_json(content: bytes) -> Any:
    """The values of a JSON text; ValueError if it is invalid, too large or too deep.

    Half an emoji, as at the end of a truncated title, becomes `\ufffd`. A number too large for
    a machine number is returned as text, so that it affects only its own field; NaN and Infinity
    are not JSON.
    """
    # Checked before parsing; brackets inside texts are counted, too, which does no harm.
    containers = content.count(b"[") + content.count(b"{")
    if containers > MAX_CONTAINERS:
        raise ValueError("too many lists and objects")
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        value = _read_odd_json(content)
    if len(content) <= MAX_TEXT and containers < MAX_DEPTH:
        return value  # It is too short to contain a text that is too long or too many levels.
    return value if _is_bounded(value) else _cut(value)


def _read_odd_json(content: bytes) -> Any:
    """Parse valid JSON that orjson refuses: UTF-16, lone surrogates, numbers of any size."""
    try:
        value = json.loads(
            content, parse_constant=_refuse_constant, parse_float=_read_number, parse_int=_read_int
        )
        return _cut(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _is_bounded(value: Any) -> bool:
    """True if all texts are short enough; ValueError if it is nested too deeply."""
    level, is_short = [value], True
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for one in level:
            if isinstance(one, str):
                is_short = is_short and len(one) <= MAX_TEXT
            elif isinstance(one, dict):
                below += one.keys()
                below += one.values()
            elif isinstance(one, list):
                below += one
        if not below:
            return is_short
        level = below
    raise ValueError("nested too deeply")


def _cut(value: Any) -> Any:
    """The same with every text valid Unicode and cut to the maximum length."""
    if isinstance(value, dict):
        return {_cut(key): _cut(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, str):
        return value[:MAX_TEXT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _read_number(written: str) -> float | str:
    number = float(written)
    return number if math.isfinite(number) else written[:MAX_NUMBER]


def _read_int(written: str) -> int | float | str:
    if len(written) <= 20 and -(2**63) <= int(written) < 2**64:
        return int(written)
    return _read_number(written)


def is_id(text: str) -> bool:
    """True for a plausible id: it has no character with a meaning in a URL, a key or a log."""
    return _ID.fullmatch(text) is not None


def is_charthop_id(text: str) -> bool:
    """True for what may be an id of ChartHop: no date, number, name or account of a bank."""
    return _CHARTHOP_ID.fullmatch(text) is not None


def _checked(text: str) -> str:
    if not is_id(text):
        raise ValueError("not an id")
    return text


Id = Annotated[str, AfterValidator(_checked)]
"""An id from a service, checked."""


def path_part(id_: str) -> str:
    """The id as part of a URL; NeedsHuman if it could change the URL's meaning."""
    if not is_id(id_):
        raise NeedsHuman(reasons.STRANGE_ID())
    return id_
