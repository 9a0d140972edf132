"""The common part of both vendors' webhooks: rejecting a delivery, and parsing its JSON.

A delivery is checked by pure functions from bytes and headers to an event; each kind of failure has
its own exception with the status to answer.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import orjson

KIND = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")
"""The form of an event kind's name, which becomes part of a Redis key and a label."""

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
OBJECT_ID = re.compile(r"[0-9a-f]{24}")


class NotTaken(Exception):
    """A rejected delivery; `status` is the HTTP status to answer."""

    status: ClassVar[int] = 400


class NoSignature(NotTaken):
    """The delivery has no signature, or one in another form."""

    status = 401


class WrongSignature(NotTaken):
    """None of the organization's secrets made the signature."""

    status = 401


class Unreadable(NotTaken):
    """The signature is right, but the body is not an event."""


def any_equal(sent: bytes, expected: Iterable[bytes]) -> bool:
    """True if `sent` is one of these; takes the same time in every case."""
    return sum([hmac.compare_digest(sent, one) for one in expected]) > 0


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; Unreadable if there is none, or if it is nested too deeply."""
    try:
        content = orjson.loads(body)  # refuses nesting deeper than 1024 levels
    except orjson.JSONDecodeError:
        raise Unreadable from None
    if not isinstance(content, dict):
        raise Unreadable
    return content


def fingerprint(body: bytes) -> str:
    """The identity of a body without an id, to recognise it if it is delivered again."""
    return hashlib.sha256(body).hexdigest()


def inner(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object with that name; an empty one if there is none."""
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def id_in(content: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str | None:
    """The id with that name; None if there is none, or if it does not have an id's form."""
    found = content.get(name)
    return found if isinstance(found, str) and form.fullmatch(found) else None
