"""The audit log: who signed in, was refused or gave an order, when, from where, and how it ended.

One JSON object a line on standard output, which nothing else of a request is written to; the log is
on standard error. Nothing is ever read back or changed: whoever collects the lines keeps them.
"""

import sys
import threading
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

WINDOW, BY_ANYBODY = 60.0, 30
"""Seconds, and how many lines of one kind and status are written in them of what anybody can bring
about without a login: about 40 MB a day for all kinds together, whoever tries."""


class Kind(StrEnum):
    """What a line is about."""

    LOGIN = "login"
    REFUSAL = "refusal"
    ORDER = "order"


@dataclass(frozen=True)
class Entry:
    """One line. `who` is None if nobody is signed in; `form` is what an order was sent with."""

    kind: Kind
    what: str
    who: str | None
    address: str | None
    status: int
    organization: str | None = None
    record: str | None = None
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_anybodys(self) -> bool:
        """True if no login is needed to bring it about."""
        return self.status >= 400 and (self.who is None or self.kind is Kind.LOGIN)


@dataclass
class Bound:
    """Lets so many lines of one kind and status pass in a window, and counts the others."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _since: dict[tuple[Kind, int], float] = field(default_factory=dict)
    _written: dict[tuple[Kind, int], int] = field(default_factory=dict)
    _left_out: dict[tuple[Kind, int], int] = field(default_factory=dict)

    def admit(self, entry: Entry) -> int | None:
        """How many like it were left out since the last one was written; None: so is this one."""
        name, now = (entry.kind, entry.status), time.monotonic()
        with self._lock:
            if now - self._since.get(name, -WINDOW) >= WINDOW:
                self._since[name], self._written[name] = now, 0
            if self._written[name] >= BY_ANYBODY:
                self._left_out[name] = self._left_out.get(name, 0) + 1
                return None
            self._written[name] += 1
            return self._left_out.pop(name, 0)


_BOUND = Bound()


def write(entry: Entry) -> None:
    """Append one line; a process of its own would lose it no later than this one."""
    left_out = _BOUND.admit(entry) if entry.is_anybodys else 0
    if left_out is None:
        return
    line = {"at": iso(time.time()), **asdict(entry)}
    if left_out:
        line["left_out"] = left_out
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
