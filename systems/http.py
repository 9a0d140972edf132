"""One call to ChartHop or Ashby.

Every call takes the same steps: wait for the allowance, check that writing is allowed (pause),
send, interpret. Reads are retried here for a moment; a write is never sent twice from here, because
its answer may have been lost after it was carried out.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import Enum

import httpx
import orjson
import tenacity

from core import reasons
from core.errors import AnswerLost, KeyRefused, NeedsHuman, Rejected, TryLater
from systems.answers import WRONG_KEY, Answer, Refusal, SlowDown, decipher
from systems.credentials import Allowance, Credential, Credentials
from systems.redaction import Redaction
from systems.sessions import AnswerTooLarge, Received, Sessions
from systems.unreachable import in_words, not_connected


class Kind(Enum):
    """The effect of a call."""

    READ = "read"
    SAFE_WRITE = "safe write"
    """Twice gives the same state as once, so a lost answer does no harm."""
    CREATE = "create"
    """Twice creates two."""


Watch = Callable[[str, str, str], AbstractContextManager[Callable[[int], None]]]
"""A context around a call; gets the system, method and path, then the status of the answer."""

_counting = threading.Lock()


@contextmanager
def unwatched(_system: str, _method: str, _path: str) -> Iterator[Callable[[int], None]]:
    """Watch nothing."""
    yield lambda _: None


@dataclass
class Wire:
    """The connection of one organization to one system.

    `system` is its display name. `tally` counts the calls by (system, status); a broken connection
    counts as status 0.
    """

    system: str
    base_url: str
    credentials: Credentials
    sessions: Sessions
    before_call: Callable[[Kind], None]
    tally: Counter[tuple[str, int]] = field(default_factory=Counter)
    sleep: Callable[[float], None] = time.sleep
    redaction: Redaction = field(default_factory=Redaction, repr=False)
    """Removes the keys from answers."""
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
        """Send one call. Raises TryLater, AnswerLost, KeyRefused or Rejected if it fails.

        `refusal` reads the error from a body, whatever its status.
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
        """The answer to the first accepted key; KeyRefused if none is accepted."""
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
        # A known key without a permission is more informative than a disabled one.
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
            # ChartHop: the answer is not ready. It never means an empty answer.
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
        """Report the answer to the allowance and interpret it."""
        try:
            answer = decipher(
                self.system,
                received.status,
                received.headers,
                received.content,
                call.path,
                (call.params, call.body),
                self.redaction,
                call.refusal,
            )
            refused = call.refusal(answer.body) if call.refusal is not None else None
            if refused is not None:
                raise refused
        except SlowDown as asked:
            allowance.succeeded()
            allowance.slow_down(asked.seconds, everyone=asked.everyone)
            raise
        except NeedsHuman as error:
            allowance.succeeded()  # The service is up but refused the request.
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
    """The parameters of one call."""

    method: str
    path: str
    kind: Kind
    params: Mapping[str, str] | None
    body: object
    refusal: Refusal | None
