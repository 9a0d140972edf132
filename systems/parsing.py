"""Reading JSON that others wrote: the one place where an answer becomes values.

What parses here is bounded, so that nothing behind it meets a depth, a number or a text that the
standard tools turn into an error of another kind.
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
"""Levels of lists and objects. The services use eight."""

MAX_CONTAINERS = 500_000
"""Lists and objects of one answer: an empty one is two bytes on the wire and 64 here. A page of 500
jobs has some 30,000."""

MAX_TEXT = 64 * 1024
"""Characters of one text; what is longer is cut."""

MAX_NUMBER = 400
"""Characters of a number that is kept as its text."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


def read_json(content: bytes) -> Any:
    """The values of a JSON text; ValueError where it is none, or larger or deeper than a real one.

    Half an emoji, as a title cut to length ends in, becomes `\ufffd`. A number that no machine
    number holds is given as its text, so that it spoils its own field and nothing else; NaN and
    Infinity are no JSON.
    """
    # Before anything is made of it; what stands in texts counts, too, and does no harm.
    containers = content.count(b"[") + content.count(b"{")
    if containers > MAX_CONTAINERS:
        raise ValueError("too many lists and objects")
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        value = _read_odd_json(content)
    if len(content) <= MAX_TEXT and containers < MAX_DEPTH:
        return value  # Neither too long a text nor too many levels can be in it.
    return value if _is_bounded(value) else _cut(value)


def _read_odd_json(content: bytes) -> Any:
    """What orjson refuses and JSON allows: UTF-16, lone surrogates, numbers of any size."""
    try:
        value = json.loads(
            content, parse_constant=_refuse_constant, parse_float=_read_number, parse_int=_read_int
        )
        return _cut(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _is_bounded(value: Any) -> bool:
    """Whether all texts are short enough; ValueError where it is nested too deeply."""
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
    """The same with all texts whole in their letters and cut to their longest."""
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
    """Whether that can be an id: nothing in it means anything in an address, a key or a log."""
    return _ID.fullmatch(text) is not None


def _checked(text: str) -> str:
    if not is_id(text):
        raise ValueError("not an id")
    return text


Id = Annotated[str, AfterValidator(_checked)]
"""An id as a service gives it."""


def path_part(id_: str) -> str:
    """The id as a part of an address; NeedsHuman where it could lead to another one."""
    if not is_id(id_):
        raise NeedsHuman(reasons.STRANGE_ID())
    return id_
