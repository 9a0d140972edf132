"""What both vendors' webhooks have in common: how a delivery is turned away, and its JSON.

A delivery is checked by pure functions from bytes and headers to an event; each way to fail is an
exception of its own with the status to answer.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import orjson

KIND = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")
"""What the name of a kind of event looks like: it becomes part of a Redis key and a label."""

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
OBJECT_ID = re.compile(r"[0-9a-f]{24}")


class NotTaken(Exception):
    """A delivery that is not taken; `status` is the HTTP status to answer."""

    status: ClassVar[int] = 400


class NoSignature(NotTaken):
    """The delivery carries no signature, or one of another form."""

    status = 401


class WrongSignature(NotTaken):
    """None of the organization's secrets made the signature."""

    status = 401


class Unreadable(NotTaken):
    """The signature is right, and the body is no event."""


def any_equal(sent: bytes, expected: Iterable[bytes]) -> bool:
    """Whether `sent` is one of these; takes as long whichever it is, and where it is none."""
    return sum([hmac.compare_digest(sent, one) for one in expected]) > 0


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; Unreadable where there is none, or nested beyond all measure."""
    try:
        content = orjson.loads(body)  # refuses what is nested more than 1024 deep
    except orjson.JSONDecodeError:
        raise Unreadable from None
    if not isinstance(content, dict):
        raise Unreadable
    return content


def fingerprint(body: bytes) -> str:
    """What a body without an id of its own is recognised by when it comes again."""
    return hashlib.sha256(body).hexdigest()


def inner(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object of that name; an empty one where there is none."""
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def id_in(content: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str | None:
    """The id of that name; None where there is none, or it is not of that form."""
    found = content.get(name)
    return found if isinstance(found, str) and form.fullmatch(found) else None
