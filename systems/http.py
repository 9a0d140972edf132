"""How does one call reach ChartHop or Ashby, and what does its answer mean?

Every call goes the same way: is there allowance left, may we write (pause), send, decipher.
Reads are tried again in place for a moment; a write is never sent twice from here, because its
answer may have been lost after it was carried out.
"""

import json
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

import httpx
import orjson
import tenacity

from core import reasons
from core.errors import AnswerLost, Busy, KeyRefused, NeedsHuman, Rejected, TryLater
from core.notes import Note

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
"""Seconds without a sign of life after which a call counts as broken."""

LONGEST_ANSWER = 30.0
"""Seconds after which an answer that only drips in counts as broken."""

LONGEST_HOLD = 120.0
"""Seconds that one 429 may stop us for, whatever it asks; then we look again."""


class Kind(Enum):
    """What a call does on the other side."""

    READ = "read"
    SAFE_WRITE = "safe write"
    """Carried out twice it leaves the same state, so a lost answer needs no care."""
    CREATE = "create"
    """Carried out twice it makes two."""


class Allowance(Protocol):
    """How many calls a key has left, counted for all workers together (store/allowances.py)."""

    def take(self) -> None:
        """Wait for the next free call; TryLater where the wait would be long."""

    def slow_down(self, seconds: float, *, everyone: bool) -> None:
        """Hold this key, or every key of the system, for that long."""

    def failed(self) -> None:
        """The service did not answer as it should."""

    def succeeded(self) -> None:
        """The service answered."""


class Sessions:
    """One connection pool per thread.

    A pool shared by many threads costs more CPU the more there are (httpcore scans all of its
    connections at each request); one per thread keeps it flat. The TLS context is shared.
    """

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport
        self._tls = ssl.create_default_context() if transport is None else None
        self._local = threading.local()

    def client(self) -> httpx.Client:
        """This thread's client."""
        client: httpx.Client | None = getattr(self._local, "client", None)
        if client is None:
            client = httpx.Client(
                timeout=TIMEOUT,
                transport=self._transport,
                verify=self._tls if self._tls is not None else True,
                trust_env=False,
                limits=httpx.Limits(max_connections=4, max_keepalive_connections=4),
            )
            self._local.client = client
        return client

    def close(self) -> None:
        """Close this thread's connections; the next `client()` opens new ones."""
        client: httpx.Client | None = self._local.__dict__.pop("client", None)
        if client is not None:
            client.close()


@dataclass(frozen=True)
class Answer:
    """A deciphered answer: its status and its JSON body (None where there is none)."""

    status: int
    body: Any


Refusal = Callable[[Any], Exception | None]
"""Reads the error out of a body, None where it holds none."""

_OF_THE_TRANSPORT = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that speak of the bytes on the wire, not of the answer."""


_counting = threading.Lock()


@dataclass
class Wire:
    """One system as one organization speaks to it.

    `system` is the name an operator reads. `tally` counts the calls by (system, status); a
    connection that broke counts as status 0.
    """

    system: str
    base_url: str
    headers: Mapping[str, str]
    sessions: Sessions
    allowance: Allowance
    before_call: Callable[[Kind], None]
    tally: Counter[tuple[str, int]] = field(default_factory=Counter)
    sleep: Callable[[float], None] = time.sleep
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    """What no answer may bring back: the key, and the form in which it is sent."""

    def send(
        self,
        method: str,
        path: str,
        kind: Kind,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
        refusal: Refusal | None = None,
    ) -> Answer:
        """Send one call; TryLater, AnswerLost, KeyRefused or Rejected where it does not go well.

        `refusal` reads the error out of a body whose status tells of none.
        """
        if kind is not Kind.READ:
            return self._once(method, path, kind, params, body, refusal)
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(3),
            wait=tenacity.wait_exponential_jitter(multiplier=0.2, max=2.0, jitter=0.2),
            retry=tenacity.retry_if_exception(
                lambda error: isinstance(error, TryLater) and error.after is None
            ),
            sleep=self.sleep,
            reraise=True,
        )
        return attempts(self._once, method, path, kind, params, body, refusal)

    def _once(
        self,
        method: str,
        path: str,
        kind: Kind,
        params: Mapping[str, str] | None,
        body: object,
        refusal: Refusal | None,
    ) -> Answer:
        self.allowance.take()
        self.before_call(kind)
        try:
            response = self._fetch(method, path, params, body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            self._broken()
            raise TryLater(
                reasons.UNREACHABLE(system=self.system, detail=type(error).__name__)
            ) from None
        except httpx.RequestError as error:
            self._broken()
            detail = type(error).__name__
            if kind is Kind.CREATE:
                raise AnswerLost(reasons.ANSWER_LOST(system=self.system, detail=detail)) from None
            raise TryLater(reasons.UNREACHABLE(system=self.system, detail=detail)) from None
        self._count(response.status_code)
        answer = self._judge(response, path, kind, (params, body), refusal)
        if kind is Kind.READ and answer.status == 202:
            # ChartHop: the answer is not ready. It never means that there is nothing.
            raise TryLater(reasons.NOT_READY())
        return answer

    def _fetch(
        self, method: str, path: str, params: Mapping[str, str] | None, body: object
    ) -> httpx.Response:
        """The whole answer; ReadTimeout where it does not come to its end in time."""
        ends = time.monotonic() + LONGEST_ANSWER
        content = None if body is None else orjson.dumps(body)
        with self.sessions.client().stream(
            method, self.base_url + path, params=params, content=content, headers=self.headers
        ) as response:
            chunks = []
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout("the answer drips in", request=response.request)
        headers = {k: v for k, v in response.headers.items() if k not in _OF_THE_TRANSPORT}
        content = b"".join(chunks)
        for secret in self.secrets:
            content = content.replace(secret, b"...")
        return httpx.Response(response.status_code, headers=headers, content=content)

    def _broken(self) -> None:
        self._count(0)
        self.allowance.failed()

    def _count(self, status: int) -> None:
        with _counting:  # the lists of one sync may be read by several threads
            self.tally[self.system, status] += 1

    def _judge(
        self,
        response: httpx.Response,
        path: str,
        kind: Kind,
        sent: object,
        refusal: Refusal | None,
    ) -> Answer:
        """Tell the allowance how it went and decipher the answer."""
        try:
            answer = decipher(
                self.system, response.status_code, response.headers, response.content, path, sent
            )
            refused = refusal(answer.body) if refusal is not None else None
            if refused is not None:
                raise refused
        except SlowDown as asked:
            self.allowance.succeeded()
            self.allowance.slow_down(asked.seconds, everyone=asked.everyone)
            raise
        except NeedsHuman as error:
            self.allowance.succeeded()  # It answers, if not as one would wish.
            if isinstance(error, KeyRefused) and kind is Kind.READ:
                error.read = path
            raise
        except TryLater as error:
            self.allowance.failed()
            if kind is Kind.CREATE:
                raise AnswerLost(
                    reasons.ANSWER_LOST(system=self.system, detail=error.reason)
                ) from None
            raise
        self.allowance.succeeded()
        return answer


class SlowDown(Busy):
    """A 429: how long to wait, and whether every organization is meant."""

    def __init__(self, reason: Note, seconds: float, *, everyone: bool) -> None:
        super().__init__(reason, seconds)
        self.seconds = seconds
        self.everyone = everyone


def decipher(
    system: str,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    path: str,
    sent: object = None,
) -> Answer:
    """What an answer means, by its status alone; pure. `sent` is what no error text may repeat.

    Returns the answer of a 2xx with its JSON. Raises SlowDown (429), KeyRefused (401, 403),
    Rejected (other 4xx, `code` is the status), TryLater (5xx, or a body that is no JSON).
    """
    if status == 429:
        everyone = headers.get("x-ratelimit-scope", "").lower() == "integration-partner"
        raise SlowDown(
            reasons.BUSY(system=system), _asked_wait(headers, time.time()), everyone=everyone
        )
    if status in (401, 403):
        detail = f"status {status}, {_path_name(path)} {_word(content, sent)}".rstrip()
        raise KeyRefused(reasons.KEY_REFUSED(system=system, detail=detail), system)
    if status >= 500:
        raise TryLater(reasons.UNREACHABLE(system=system, detail=f"status {status}"))
    if status >= 400:
        raise Rejected(
            reasons.REJECTED(
                system=system, what=_path_name(path), code=status, message=_word(content, sent)
            ),
            str(status),
        )
    if not 200 <= status < 300:
        raise TryLater(reasons.STRANGE_ANSWER(system=system, detail=f"status {status}"))
    if not content.strip():
        return Answer(status, None)
    try:
        return Answer(status, _read_json(content))
    except ValueError:
        raise TryLater(
            reasons.STRANGE_ANSWER(system=system, detail=f"status {status}, no JSON")
        ) from None


def _read_json(content: bytes) -> Any:
    """The JSON of a body; half an emoji, as a title cut to length ends in, becomes `\ufffd`."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return _with_whole_letters(json.loads(content))


def _with_whole_letters(value: Any) -> Any:
    if isinstance(value, dict):
        return {_with_whole_letters(key): _with_whole_letters(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_whole_letters(one) for one in value]
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _asked_wait(headers: Mapping[str, str], now: float) -> float:
    """Seconds that a 429 asks for: Retry-After (seconds or a date), else the window's reset."""
    asked = headers.get("retry-after", "").strip()
    seconds: float | None = None
    if asked:
        try:
            seconds = float(asked)
        except ValueError:
            try:
                seconds = parsedate_to_datetime(asked).timestamp() - now
            except ValueError:
                seconds = None
    if seconds is None:
        try:
            reset = float(headers.get("x-ratelimit-reset", ""))
        except ValueError:
            reset = 0.0
        # The unit is not documented: an epoch in seconds or milliseconds, or plain seconds.
        if reset > 1e11:
            reset /= 1000
        seconds = reset - now if reset > 1e9 else reset
    if not seconds > 0:
        seconds = 5.0
    return min(max(seconds, 0.5), LONGEST_HOLD)


def _path_name(path: str) -> str:
    """An endpoint's name without ids, as an operator may read it."""
    parts = [part for part in path.split("/") if part]
    return "/".join(part for part in parts if not any(letter.isdigit() for letter in part[2:]))


def _word(content: bytes, sent: object) -> str:
    """What an error body says in a word or a sentence, without what was sent."""
    try:
        body = json.loads(content)
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    info = body.get("errorInfo")
    if isinstance(info, dict) and info.get("code"):
        return str(info["code"])
    message = body.get("message")
    return without_what_was_sent(message, sent) if isinstance(message, str) else ""


def without_what_was_sent(message: str, sent: object) -> str:
    """An error message of the other side without the values it repeats; they may be personal.

    It may spell them in another case, as JSON or as a part of an address. A short value counts as
    a whole word only.
    """
    forms = {form for text in _texts(sent) for form in _spelled(text) if len(form) > 1}
    for form in sorted(forms, key=len, reverse=True):
        pattern = re.escape(form)
        if len(form) <= 3:
            pattern = rf"(?<!\w){pattern}(?!\w)"
        message = re.sub(pattern, "...", message, flags=re.IGNORECASE)
    return _ADDRESS.sub("...", message)[:300]


_ADDRESS = re.compile(r"[^\s\"'<>]+(@|%40)[^\s\"'<>]+")


def _spelled(text: str) -> Iterator[str]:
    yield text
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1]
    yield quote(text, safe="")
    yield quote_plus(text)


def _texts(sent: object) -> Iterator[str]:
    if isinstance(sent, Mapping):
        for value in sent.values():
            yield from _texts(value)
    elif isinstance(sent, list | tuple):
        for value in sent:
            yield from _texts(value)
    elif isinstance(sent, str | int | float) and not isinstance(sent, bool):
        yield str(sent).strip()
        if isinstance(sent, float) and sent.is_integer():
            yield str(int(sent))
