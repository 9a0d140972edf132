"""One sandbox, its organization, a client with its key, and a clock that stands still."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.in_process import transport
from sandbox.wire import Sandbox

NOON = 1_795_435_200.0
"""23 November 2026, 12:00 UTC."""


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class Side:
    """One sandbox with one organization or account, and a client with its key."""

    sandbox: Any
    home: Any
    client: httpx.Client
    clock: Clock = field(default_factory=Clock)

    def post(self, path: str, **body: Any) -> Any:
        """Ashby's way of calling: the parsed answer."""
        return self.client.post(path, json=body).json()

    def results(self, path: str, **body: Any) -> Any:
        """The results of a call to Ashby that succeeds."""
        answer = self.post(path, **body)
        assert answer["success"] is True, answer
        return answer["results"]

    def refusal(self, path: str, **body: Any) -> str:
        """The code of a call to Ashby that fails."""
        answer = self.post(path, **body)
        assert answer["success"] is False, answer
        return str(answer["errorInfo"]["code"])


def client(sandbox: Sandbox, **options: Any) -> httpx.Client:
    """A client that ends in one sandbox."""
    host = "https://api.charthop.com" if sandbox.system == "charthop" else "https://api.ashbyhq.com"
    return httpx.Client(transport=transport(sandbox, sandbox), base_url=host, **options)


Make = Callable[..., Side]
"""Makes a side; keywords are oddities that differ from the setting `one`."""
