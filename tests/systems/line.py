"""A line to a service that is not there: what is sent is kept, what comes back is said by the test.

`Line` replaces the network; `wire` is the real one over it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from store.allowances import Rate, RedisAllowance
from store.space import Redis
from systems.credentials import Credential, Credentials
from systems.http import Kind, Wire
from systems.sessions import Sessions

NO_LIMIT = Rate(per_minute=6_000_000, burst=100_000)

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def json_reply(body: object, status: int = 200, **headers: str) -> httpx.Response:
    """An answer with a JSON body; header names are written with underscores."""
    return httpx.Response(
        status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        content=orjson.dumps(body),
    )


@dataclass
class Line:
    """What was sent over a wire, and the replies that are still to be given."""

    redis: Redis
    system: str = "Ashby"
    replies: list[Reply] = field(default_factory=list)
    sent: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    asked: list[Kind] = field(default_factory=list)
    forbids: Exception | None = None

    def __post_init__(self) -> None:
        self.allowance = RedisAllowance(self.redis, self.system, "key", NO_LIMIT, self.waits.append)
        self.wire = Wire(
            system=self.system,
            base_url="https://api.example.com",
            credentials=Credentials(
                [Credential("id", {"Authorization": "Bearer key"}, self.allowance)]
            ),
            sessions=Sessions(httpx.MockTransport(self._answer)),
            before_call=self._permit,
            sleep=self.waits.append,
        )

    def say(self, *replies: Reply) -> "Line":
        """These are the next answers."""
        self.replies += replies
        return self

    def bodies(self) -> list[Any]:
        """The JSON bodies that were sent."""
        return [orjson.loads(request.content) for request in self.sent]

    def queries(self) -> Sequence[dict[str, str]]:
        """The query parameters that were sent."""
        return [dict(request.url.params) for request in self.sent]

    def _permit(self, kind: Kind) -> None:
        self.asked.append(kind)
        if self.forbids is not None:
            raise self.forbids

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply
