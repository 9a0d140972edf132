"""A deployment whose webhooks arrive at the web process's own application, in this process."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from control.events import Inbox
from control.web.app import make_app
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.outbox import Attempt
from tests.deployment import Deployment

URL = "https://sync.example.com"
ASHBY_SECRET, CHARTHOP_SECRET = "a" * 40, "c" * 40
KINDS = (
    "candidateHire",
    "candidateStageChange",
    "candidateMerge",
    "offerCreate",
    "offerUpdate",
    "offerDelete",
    "openingCreate",
)
SETTINGS = f"""
ashby_webhook_secret = "{ASHBY_SECRET}"
charthop_webhook_secret = "{CHARTHOP_SECRET}"
hires_since = 2026-01-01
"""


def request(app: Starlette, method: str, url: str, **more: Any) -> httpx.Response:
    """One request to the application, over no network."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            return await client.request(method, url, **more)

    return asyncio.run(send())


@dataclass
class Hooked:
    """One organization whose services send events to `app`."""

    deployment: Deployment
    app: Starlette
    org: Org
    account: Account

    def __post_init__(self) -> None:
        for sandbox in (self.deployment.ashby, self.deployment.charthop):
            sandbox.outbox.send = self.post

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send an event; the status of the answer."""
        return request(self.app, "POST", url, headers=headers, content=body).status_code

    def listen(self) -> None:
        """Set up the webhooks of both services, and forget what that sent."""
        for kind in KINDS:
            self.account.add_webhook(kind, f"{URL}/webhooks/ashby/acme", ASHBY_SECRET)
        self.org.send_events(f"{URL}/webhooks/charthop/acme", CHARTHOP_SECRET)

    def deliver(self) -> list[Attempt]:
        """Send what is due of both services."""
        return [*self.deployment.charthop.outbox.deliver(), *self.deployment.ashby.outbox.deliver()]

    def tasks(self) -> list[tuple[str, ...]]:
        """The messages that wait for a worker, each with its arguments."""
        return [(one.task, *one.args) for one in self.deployment.app.messages]


@pytest.fixture
def hooked(deployment: Deployment) -> Hooked:
    """An organization that has not been synced yet and whose events arrive."""
    org, account = deployment.add("acme", SETTINGS)
    wiring = deployment.app.wiring
    inbox = Inbox(wiring.organizations, deployment.redis, deployment.app, wiring)
    made = Hooked(deployment, make_app(inbox), org, account)
    account.add_department("Engineering")
    account.add_location("Berlin")
    account.add_close_reason("Cancelled")
    made.listen()
    return made
