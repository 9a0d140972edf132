"""Interprets an answer from its status, its headers and the code in its body; pure.

The reason of an error has only a code and our own words. The service's own message may name people,
so it is kept separately as the error's `detail`: it is sealed, and only `explain` shows it.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from core import reasons
from core.errors import Busy, KeyRefused, Rejected, TryLater
from core.notes import Note
from systems.parsing import read_json
from systems.redaction import HIDDEN, Redaction, without_what_was_sent

LONGEST_HOLD = 120.0
"""Maximum seconds that one 429 may pause calls, whatever it asks for; then a call tests again."""

WRONG_KEY = "invalid_api_key"
"""Ashby's code for an unknown key; a key that only lacks a permission gets a different one."""

NO_KEY = Redaction()

_PLAIN = re.compile(r"[a-z_]+")
"""The form of Ashby's codes: `opening_not_found` is kept even if "Opening" was sent."""


@dataclass(frozen=True)
class Answer:
    """A parsed answer: its status and its JSON body (None if there is none)."""

    status: int
    body: Any


@dataclass(frozen=True)
class Complaint:
    """The content of an error body: a code (empty if there is none), and a message to be sealed."""

    code: str = ""
    sentence: str = ""


Refusal = Callable[[Any], Exception | None]
"""Reads the error from a body, None if it contains none."""


class SlowDown(Busy):
    """A 429: the time to wait, and whether it applies to every organization."""

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
    redaction: Redaction = NO_KEY,
    refusal: Refusal | None = None,
) -> Answer:
    """Interpret an answer by its status. No error text may repeat anything in `sent`.

    Returns the answer of a 2xx with its JSON; a 202, whose body nobody documents, may have none.
    Raises SlowDown (429), KeyRefused (401, 403), Rejected (other 4xx, `code` is the status),
    TryLater (5xx, or a body that is no JSON). `refusal` is the judgement of a service whose error
    bodies are envelopes with codes of their own, which count under any 4xx but 401 and 403.
    """
    if status == 429:
        everyone = headers.get("x-ratelimit-scope", "").lower() == "integration-partner"
        raise SlowDown(
            reasons.BUSY(system=system), _asked_wait(headers, time.time()), everyone=everyone
        )
    if status >= 500:
        raise TryLater(reasons.UNREACHABLE(system=system, detail=f"status {status}"))
    if status >= 400:
        raise _refused(system, status, content, path, sent, redaction, refusal)
    if not 200 <= status < 300:
        raise TryLater(reasons.STRANGE_ANSWER(system=system, detail=f"status {status}"))
    if not content.strip():
        return Answer(status, None)
    try:
        return Answer(status, redaction.data(read_json(content)))
    except ValueError:
        if status == 202:
            return Answer(status, None)
        raise TryLater(
            reasons.STRANGE_ANSWER(system=system, detail=f"status {status}, no JSON")
        ) from None


def _refused(
    system: str,
    status: int,
    content: bytes,
    path: str,
    sent: object,
    redaction: Redaction,
    refusal: Refusal | None,
) -> Exception:
    """The error of a 4xx: by the code of an envelope if there is one, else by the status."""
    try:
        body = read_json(content)
    except ValueError:
        body = None
    complaint = read_complaint(body, sent, redaction)
    if status in (401, 403):
        detail = f"status {status}, {path_name(path)} {complaint.code}".rstrip()
        # ChartHop's 401 may also be a missing permission.
        reason = reasons.KEY_WRONG if complaint.code == WRONG_KEY else reasons.KEY_REFUSED
        return KeyRefused(reason(system=system, detail=detail), system, code=complaint.code)
    judged = refusal(body) if refusal and complaint.code and _is_failure(body) else None
    if judged is not None:
        return judged
    code = f"{status} {complaint.code}".rstrip()
    what = path_name(path)
    return Rejected(
        reasons.REJECTED(system=system, what=what, code=code), str(status), complaint.sentence
    )


def _is_failure(body: Any) -> bool:
    """True for the envelope of a failure."""
    return isinstance(body, dict) and body.get("success") is False


def read_complaint(body: Any, sent: object, redaction: Redaction) -> Complaint:
    """The code and the message of an error body.

    Ashby: `errorInfo: {code, message}`, or `errors`, a list of codes or of {code, message}.
    ChartHop: `message`. A sentence in the place of a code counts as the message.
    """
    if not isinstance(body, dict):
        return Complaint()
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    places = [body.get("errorInfo"), first if isinstance(first, dict) else {"code": first}, body]
    codes = [place.get("code") for place in places if isinstance(place, dict)]
    texts = [place.get("message") for place in places if isinstance(place, dict)]
    code = next(filter(None, (_code(one, sent, redaction) for one in codes[:2])), "")
    if not code and isinstance(first, dict):
        code = _code(first.get("message"), sent, redaction)
    sentences = [one for one in (*texts, *codes) if isinstance(one, str) and one and one != code]
    sentence = without_what_was_sent(redaction.text(sentences[0]), sent) if sentences else ""
    return Complaint(code, sentence)


def _code(code: object, sent: object, redaction: Redaction) -> str:
    """The code if it is one and repeats nothing sent; `_PLAIN` codes are always accepted."""
    kept = redaction.code(code)
    cleaned = without_what_was_sent(kept, sent)
    return kept if cleaned == kept or (_PLAIN.fullmatch(kept) and cleaned != HIDDEN) else ""


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


def path_name(path: str) -> str:
    """An endpoint's name without ids, for operators."""
    parts = [part for part in path.split("/") if part]
    return "/".join(part for part in parts if not any(letter.isdigit() for letter in part[2:]))
