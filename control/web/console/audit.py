"""The audit log: who signed in, was refused or gave an order, when, from where, and how it ended.

One JSON object a line on standard output, which nothing else of a request is written to; the log is
on standard error. Nothing is ever read back or changed: whoever collects the lines keeps them.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

import orjson
from starlette.requests import HTTPConnection

from core.text import for_terminal
from store.results import iso

LONGEST = 300
"""Characters of one text."""

MOST = 100
"""Values of one field of a form."""


class Kind(StrEnum):
    """What a line is about."""

    LOGIN = "login"
    REFUSAL = "refusal"
    ORDER = "order"


@dataclass(frozen=True)
class Entry:
    """One line. `who` is None where nobody is signed in; `form` is what an order was sent with."""

    kind: Kind
    what: str
    who: str | None
    address: str | None
    status: int
    organization: str | None = None
    record: str | None = None
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write(entry: Entry) -> None:
    """Append one line; a process of its own would lose it no later than this one."""
    line = {"at": iso(time.time()), **asdict(entry)}
    line["form"] = {
        _cut(name): [_cut(one) for one in values[:MOST]] for name, values in entry.form.items()
    }
    line.update({name: _cut(one) for name, one in line.items() if isinstance(one, str)})
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()


def address_of(connection: HTTPConnection) -> str | None:
    """Where a request comes from: the proxy, unless its word is trusted (FORWARDED_ALLOW_IPS)."""
    return connection.client.host if connection.client is not None else None


def _cut(text: str) -> str:
    return for_terminal(text, LONGEST)
