"""The audit log: sign-ins, refusals and orders, with person, time, origin and result.

It has one JSON object per line, on standard output, where nothing else of a request is written; the
log goes to standard error. Nothing is ever read back or changed: the log collector stores the
lines.
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
"""Maximum length of one text."""

MOST = 100
"""Maximum number of values of one form field."""

WINDOW, BY_ANYBODY = 60.0, 30
"""Seconds, and the maximum number of lines of one kind and status written within them about
requests without a login: about 40 MB a day for all kinds together, whoever tries."""


class Kind(StrEnum):
    """The kind of a line."""

    LOGIN = "login"
    REFUSAL = "refusal"
    ORDER = "order"


@dataclass(frozen=True)
class Entry:
    """One line. `who` is None if nobody is signed in; `form` is the form of an order."""

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
        """True if it can be caused without a login."""
        return self.status >= 400 and (self.who is None or self.kind is Kind.LOGIN)


@dataclass
class Bound:
    """Limits the lines of one kind and status within a window, and counts the others."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _since: dict[tuple[Kind, int], float] = field(default_factory=dict)
    _written: dict[tuple[Kind, int], int] = field(default_factory=dict)
    _left_out: dict[tuple[Kind, int], int] = field(default_factory=dict)

    def admit(self, entry: Entry) -> int | None:
        """The number of lines like it omitted since the last one; None if this is omitted, too."""
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
    """Write one line directly; a separate process would not make it any safer."""
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
    """The origin of a request: the proxy, unless it is trusted (FORWARDED_ALLOW_IPS)."""
    return connection.client.host if connection.client is not None else None


def _cut(text: str) -> str:
    return for_terminal(text, LONGEST)
