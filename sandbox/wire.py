"""The way of a call to a sandbox, and what can go wrong with it.

A sandbox takes a `Request` and gives a `Response`, or raises `Broken` where a real connection
would have broken. Faults are put into `Sandbox.faults`; every call is logged in `Sandbox.calls`.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from random import Random
from typing import Any, Literal, TypeVar, cast

from sandbox.outbox import Outbox

WINDOW = 60.0
"""Seconds that one allowance lasts, counted from the first call made under it."""

Kind = Literal[
    "status",
    "lost",
    "refused",
    "timeout",
    "late",
    "reset",
    "html",
    "html200",
    "empty",
    "error",
    "accepted",
    "altered",
]

CARRIED_OUT = frozenset({"lost", "late", "reset", "altered"})
BREAKS = frozenset({"lost", "refused", "timeout", "late", "reset"})


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it arrives: `headers` have lower-case names, `query` every value of a name."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer as it leaves."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint has to say, before it becomes bytes; `body` None means an empty body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One logged call.

    `writes` says that the call asks for a change, whether or not it was granted. `status` is 0
    where no answer came back; `fault` then names why. `answer` is the JSON that went out, kept
    only while `Sandbox.record_answers` is on.
    """

    system: str
    key: str | None
    method: str
    path: str
    body: Any
    query: dict[str, list[str]]
    writes: bool
    status: int
    fault: str | None = None
    answer: Any = None


@dataclass
class Fault:
    """What goes wrong for the calls it matches, and how often.

    kind        what the caller sees
    ----        ----
    status      `status`, `headers` and `body`; nothing is done
    lost        the call is carried out, then the connection breaks without an answer
    refused     no connection; nothing is done
    timeout     no answer in time; nothing is done
    late        the call is carried out, no answer in time
    reset       the call is carried out, the connection breaks in the middle of the body
    html        502 with an HTML page; nothing is done
    html200     200 with an HTML page; nothing is done
    empty       200 without a body; nothing is done
    error       the system's own error: Ashby 200 with success false and `code`; ChartHop 400
    accepted    202 without a body; nothing is done
    altered     the call is carried out, and its JSON answer goes through `alter` first

    Without a `code`, a 4xx says `request_refused`, all else `generic_internal_error`.

    `done=True` carries the call out also where the table says that nothing is done. `path` is a
    regular expression searched in the path; `key` limits the fault to one API key. The first
    `skip` matching calls pass, the next `times` are hit, then the fault is spent.
    """

    path: str = ""
    kind: Kind = "status"
    method: str | None = None
    times: int = 1
    skip: int = 0
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    code: str | None = None
    message: str = "Something went wrong"
    key: str | None = None
    done: bool = False
    alter: Callable[[Any], Any] | None = None
    seen: int = 0
    hits: int = 0

    @property
    def complaint(self) -> str:
        """The code in the body."""
        if self.code is not None:
            return self.code
        is_refusal = self.kind == "status" and 400 <= self.status < 500
        return "request_refused" if is_refusal else "generic_internal_error"

    @property
    def spent(self) -> bool:
        """Whether it has hit as often as it was to."""
        return self.hits >= self.times

    def strikes(self, request: Request, key: str | None) -> bool:
        """Whether this fault hits the call; counts the call if it matches."""
        if self.spent or (self.method is not None and self.method != request.method):
            return False
        if self.key is not None and self.key != key:
            return False
        if re.search(self.path, request.path) is None:
            return False
        self.seen += 1
        if self.seen <= self.skip:
            return False
        self.hits += 1
        return True


class Broken(Exception):
    """The connection breaks as `kind` says. `response` is what would have been answered."""

    def __init__(self, kind: str, response: Response | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.response = response


class _Malformed:
    """Stands for a request body that is not JSON."""


MALFORMED = _Malformed()


@dataclass
class Window:
    """The calls one key has made since `start` (epoch seconds)."""

    start: float
    used: int = 0


class Sandbox:
    """What both copies have in common: log, faults, allowance, and one lock around the state."""

    system = ""
    sends_again = False
    """Whether an event that was not taken is sent again."""

    def __init__(self, rng: Random | None = None, clock: Callable[[], float] = time.time) -> None:
        self.lock = threading.RLock()
        self.rng = rng or Random()
        self.clock = clock
        self.ahead = 0.0
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.allowance: int | None = None
        self.latency = 0.0
        self.timeout = 30.0
        self.record_calls = True
        self.record_answers = False
        self.windows: dict[str, Window] = {}
        self.outbox = Outbox(self, retries=self.sends_again)

    # What each system says for itself.

    def key_of(self, request: Request) -> str | None:
        """The API key that came with the request."""
        raise NotImplementedError

    def respond(self, request: Request, key: str | None, body: Any) -> Answer:
        """Carry the call out. `body` is the parsed JSON, None without a body, or MALFORMED."""
        raise NotImplementedError

    def writes_with(self, request: Request) -> bool:
        """Whether a call to this endpoint asks for a change."""
        raise NotImplementedError

    def failure(self, status: int, code: str, message: str) -> Answer:
        """An error in the system's own shape."""
        raise NotImplementedError

    def headers_for(self, key: str | None) -> dict[str, str]:
        """Headers that come with every answer."""
        return {}

    def too_many(self, key: str, window: Window) -> Answer:
        """The answer to a call beyond the allowance."""
        return self.failure(429, "rate_limit_exceeded", "Too many requests")

    # What is the same for both.

    def answer(self, request: Request) -> Response:
        """Answer one call; raises `Broken` where the connection would break."""
        with self.lock:
            key = self.key_of(request)
            body = _parsed(request.body)
            fault = next((f for f in self.faults if f.strikes(request, key)), None)
            answer = Answer(200)
            if fault is None or fault.done or fault.kind in CARRIED_OUT:
                answer = self._throttled(key) or self.respond(request, key, body)
            if fault is not None:
                answer = self._struck(fault, answer)
            response = self._response(answer, key)
            broken = fault is not None and fault.kind in BREAKS
            self._log(request, key, body, None if broken else response, fault)
            if fault is not None and broken:
                raise Broken(fault.kind, response)
            return response

    def writes(self) -> list[Call]:
        """The logged calls that asked for a change."""
        with self.lock:
            return [call for call in self.calls if call.writes]

    def forget_calls(self) -> None:
        """Empty the log."""
        with self.lock:
            self.calls.clear()

    def advance(self, seconds: float) -> None:
        """Let so many seconds go by for this sandbox."""
        with self.lock:
            self.ahead += seconds

    def time(self) -> float:
        """The sandbox's time, in epoch seconds."""
        return self.clock() + self.ahead

    def now(self) -> datetime:
        """The sandbox's time, in UTC."""
        return datetime.fromtimestamp(self.time(), tz=UTC)

    def window_of(self, key: str | None) -> Window:
        """The key's current window; a new one where the last has run out."""
        window = self.windows.get(key or "")
        if window is None or self.time() - window.start >= WINDOW:
            window = self.windows[key or ""] = Window(self.time())
        return window

    def _throttled(self, key: str | None) -> Answer | None:
        if self.allowance is None:
            return None
        window = self.window_of(key)
        window.used += 1
        return self.too_many(key or "", window) if window.used > self.allowance else None

    def _struck(self, fault: Fault, answer: Answer) -> Answer:
        """What is answered instead of `answer`."""
        match fault.kind:
            case "status":
                shaped = self.failure(fault.status, fault.complaint, fault.message)
                body = shaped.body if fault.body is None else fault.body
                return Answer(fault.status, body, fault.headers)
            case "html" | "html200":
                page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
                return Answer(502 if fault.kind == "html" else 200, page)
            case "empty":
                return Answer(200)
            case "accepted":
                return Answer(202)
            case "error":
                status = 200 if self.system == "ashby" else 400
                return self.failure(status, fault.complaint, fault.message)
            case "altered" if fault.alter is not None:
                return Answer(answer.status, fault.alter(answer.body), answer.headers)
        return answer

    def _response(self, answer: Answer, key: str | None) -> Response:
        headers = {**self.headers_for(key), **answer.headers}
        match answer.body:
            case None:
                return Response(answer.status, headers, b"")
            case bytes() as page:
                headers.setdefault("content-type", "text/html; charset=utf-8")
                return Response(answer.status, headers, page)
            case body:
                headers.setdefault("content-type", "application/json; charset=utf-8")
                return Response(answer.status, headers, json.dumps(body).encode())

    def _log(
        self,
        request: Request,
        key: str | None,
        body: Any,
        response: Response | None,
        fault: Fault | None,
    ) -> None:
        if not self.record_calls:
            return
        kept = None
        if self.record_answers and response is not None:
            kept = _parsed(response.body)
        self.calls.append(
            Call(
                system=self.system,
                key=key,
                method=request.method,
                path=request.path,
                body=None if body is MALFORMED else body,
                query=request.query,
                writes=self.writes_with(request),
                status=0 if response is None else response.status,
                fault=None if fault is None else fault.kind,
                answer=None if kept is MALFORMED else kept,
            )
        )


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return MALFORMED


class HasSandbox:
    """A part of a sandbox's state that people and tests change without going through the API."""

    world: Sandbox


Method = TypeVar("Method", bound=Callable[..., Any])


def locked(method: Method) -> Method:
    """Hold the sandbox's lock during a method, so that it happens between two calls."""

    @wraps(method)
    def held(self: HasSandbox, *args: Any, **kwargs: Any) -> Any:
        with self.world.lock:
            return method(self, *args, **kwargs)

    return cast(Method, held)
