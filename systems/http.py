"""One call to ChartHop or Ashby.

Every call goes the same way: is there allowance left, may we write (pause), send, decipher.
Reads are tried again in place for a moment; a write is never sent twice from here, because its
answer may have been lost after it was carried out.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import httpx
import orjson
import tenacity

from core import reasons
from core.errors import AnswerLost, KeyRefused, NeedsHuman, Rejected, TryLater
from systems.answers import WRONG_KEY, Answer, SlowDown, decipher
from systems.credentials import Allowance, Credential, Credentials
from systems.redaction import Redaction
from systems.sessions import AnswerTooLarge, Received, Sessions
from systems.unreachable import in_words, not_connected


class Kind(Enum):
    """What a call does on the other side."""

    READ = "read"
    SAFE_WRITE = "safe write"
    """Carried out twice it leaves the same state, so a lost answer needs no care."""
    CREATE = "create"
    """Carried out twice it makes two."""


Refusal = Callable[[Any], Exception | None]
"""Reads the error out of a body, None where it holds none."""

Watch = Callable[[str, str, str], AbstractContextManager[Callable[[int], None]]]
"""Is entered around a call with system, method and path, and takes the status of its answer."""

_counting = threading.Lock()


@contextmanager
def unwatched(_system: str, _method: str, _path: str) -> Iterator[Callable[[int], None]]:
    """Nobody looks."""
    yield lambda _: None


@dataclass
class Wire:
    """One system as one organization speaks to it.

    `system` is the name an operator reads. `tally` counts the calls by (system, status); a
    connection that broke counts as status 0.
    """

    system: str
    base_url: str
    credentials: Credentials
    sessions: Sessions
    before_call: Callable[[Kind], None]
    tally: Counter[tuple[str, int]] = field(default_factory=Counter)
    sleep: Callable[[float], None] = time.sleep
    redaction: Redaction = field(default_factory=Redaction, repr=False)
    """Takes the keys out of what comes back."""
    watch: Watch = unwatched

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
        call = _Call(method, path, kind, params, body, refusal)
        if kind is not Kind.READ:
            return self._with_either_key(call)
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(3),
            wait=tenacity.wait_exponential_jitter(multiplier=0.2, max=2.0, jitter=0.2),
            retry=tenacity.retry_if_exception(
                lambda error: isinstance(error, TryLater) and error.after is None
            ),
            sleep=self.sleep,
            reraise=True,
        )
        return attempts(self._with_either_key, call)

    def _with_either_key(self, call: "_Call") -> Answer:
        """The answer to the first key that is taken; KeyRefused where none is."""
        refused: list[KeyRefused] = []
        for credential in self.credentials.in_order():
            try:
                answer = self._once(call, credential)
            except KeyRefused as error:
                refused.append(error)
                continue
            except Rejected:
                self.credentials.taken(credential)
                raise
            self.credentials.taken(credential)
            return answer
        # A key that is known and lacks a permission says more than one that is switched off.
        raise next((error for error in refused if error.code != WRONG_KEY), refused[0])

    def _once(self, call: "_Call", credential: Credential) -> Answer:
        credential.allowance.take()
        self.before_call(call.kind)
        try:
            received = self._fetch(call, credential)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            self._broken(credential)
            reason = not_connected(self.system, httpx.URL(self.base_url), error)
            raise TryLater(reason) from None
        except httpx.RequestError as error:
            self._broken(credential)
            detail = in_words(error)
            if call.kind is Kind.CREATE:
                raise AnswerLost(reasons.ANSWER_LOST(system=self.system, detail=detail)) from None
            if isinstance(error, AnswerTooLarge):
                raise TryLater(
                    reasons.STRANGE_ANSWER(system=self.system, detail="too large")
                ) from None
            raise TryLater(reasons.UNREACHABLE(system=self.system, detail=detail)) from None
        self._count(received.status)
        answer = self._read(received, call, credential.allowance)
        if call.kind is Kind.READ and answer.status == 202:
            # ChartHop: the answer is not ready. It never means that there is nothing.
            raise TryLater(reasons.NOT_READY())
        return answer

    def _fetch(self, call: "_Call", credential: Credential) -> Received:
        with self.watch(self.system, call.method, call.path) as answered:
            received = self.sessions.session().fetch(
                call.method,
                self.base_url + call.path,
                params=call.params,
                content=None if call.body is None else orjson.dumps(call.body),
                headers=credential.headers,
            )
            answered(received.status)
            return received

    def _broken(self, credential: Credential) -> None:
        self._count(0)
        credential.allowance.failed()

    def _count(self, status: int) -> None:
        with _counting:  # the lists of one sync may be read by several threads
            self.tally[self.system, status] += 1

    def _read(self, received: Received, call: "_Call", allowance: Allowance) -> Answer:
        """Tell the allowance how it went and decipher the answer."""
        try:
            answer = decipher(
                self.system,
                received.status,
                received.headers,
                received.content,
                call.path,
                (call.params, call.body),
                self.redaction,
            )
            refused = call.refusal(answer.body) if call.refusal is not None else None
            if refused is not None:
                raise refused
        except SlowDown as asked:
            allowance.succeeded()
            allowance.slow_down(asked.seconds, everyone=asked.everyone)
            raise
        except NeedsHuman as error:
            allowance.succeeded()  # It answers, if not as one would wish.
            if isinstance(error, KeyRefused) and call.kind is Kind.READ:
                error.read = call.path
            raise
        except TryLater as error:
            allowance.failed()
            if call.kind is Kind.CREATE:
                raise AnswerLost(
                    reasons.ANSWER_LOST(system=self.system, detail=error.reason)
                ) from None
            raise
        allowance.succeeded()
        return answer


@dataclass(frozen=True)
class _Call:
    """One call as it was asked for."""

    method: str
    path: str
    kind: Kind
    params: Mapping[str, str] | None
    body: object
    refusal: Refusal | None
