"""Checks the messages in the queues before Celery gets them, as their content is untrusted.

A message that Celery 5.7 cannot handle ends the worker, and the next one that is started. So
everything that it reads without checks is checked before.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

JSON, UTF8 = "application/json", "utf-8"


def unreadable(message: Any) -> str | None:
    """The fault of a raw message, None if Celery can handle it."""
    try:
        return _unreadable(message)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        return type(error).__name__


def _unreadable(message: Any) -> str | None:
    match message:
        case {
            "body": str(body),
            "content-type": str(form),
            "content-encoding": str(encoding),
            "headers": {"task": str(), "id": str()} as headers,
            "properties": {
                "delivery_tag": str(),
                "delivery_info": {"exchange": str(), "routing_key": str()},
                "body_encoding": "base64",
            },
        }:
            pass
        case _:
            return "no task in it"
    if (form, encoding) != (JSON, UTF8):
        return "another encoding"
    for name, is_right in _HEADERS.items():
        if headers.get(name) is not None and not is_right(headers[name]):
            return f"a strange {name}"
    match json.loads(base64.b64decode(body, validate=True)):
        case [list(), dict(), dict()]:
            return None
        case _:
            return "no arguments in it"


def _is_moment(value: Any) -> bool:
    datetime.fromisoformat(value)
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_limits(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


_HEADERS: Mapping[str, Callable[[Any], bool]] = {
    "eta": _is_moment,
    "expires": _is_moment,
    "retries": lambda value: isinstance(value, int) and value >= 0,
    "timelimit": _is_limits,
    "stamps": lambda value: isinstance(value, dict),
    "stamped_headers": lambda value: isinstance(value, list),
    "group_index": _is_number,
    **dict.fromkeys(
        ("root_id", "parent_id", "group", "argsrepr", "kwargsrepr", "origin", "shadow"),
        lambda value: isinstance(value, str),
    ),
}
"""Headers that Celery interprets, with their checks."""
