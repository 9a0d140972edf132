"""The console of a deployment, and somebody who looks at it."""

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from control.deployment import Deployment as Control
from control.questions import Asker
from control.web.console import audit
from control.web.console.app import make_console
from control.web.console.login import Basic, read_accounts
from control.web.console.visit import Console
from store.heartbeats import Heartbeats
from store.space import FAN_OUT
from tests.control.cli.conftest import Operator
from tests.deployment import Deployment, Message

URL = "https://sync.example.com"
USER, PASSWORD = "ana", "correct-horse-battery"
SAME = {"Sec-Fetch-Site": "same-origin"}


def basic(user: str = USER, password: str = PASSWORD) -> dict[str, str]:
    """The header of HTTP's own login."""
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


@dataclass
class Browser:
    """Somebody who looks at pages and presses buttons."""

    app: Starlette
    deployment: Deployment
    headers: dict[str, str] = field(default_factory=basic)
    url: str = URL

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request, over no network; redirections are not followed."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.url) as client:
                headers = {**self.headers, **more.pop("headers", {})}
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(send())

    def get(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.request("GET", path)
        assert answer.status_code == 200, (answer.status_code, words(answer.text))
        return answer.text

    def press(self, path: str, name: str, **typed: str) -> httpx.Response:
        """Press that button of a page, as a browser without JavaScript does."""
        return self.send(self.get(path), name, **typed)

    def send(self, html: str, name: str, **typed: str) -> httpx.Response:
        """Press that button of a page that was got before."""
        action, fields = form(html, name)
        body = urlencode({**fields, **typed})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", action, content=body, headers={**SAME, **kind})


def form(html: str, name: str) -> tuple[str, dict[str, str]]:
    """Where the form with that button goes, and what is in it already."""
    for action, inside in re.findall(
        r'<form method="post" action="([^"]+)">(.*?)</form>', html, re.S
    ):
        if f">{name}</button>" in inside:
            hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', inside)
            return action, {key: unescape(value) for key, value in hidden}
    raise AssertionError(f"no button {name}: {buttons(html)}")


def buttons(html: str) -> list[str]:
    """The buttons of a page that order something."""
    forms = re.findall(r'<form method="post".*?</form>', html, re.S)
    return [name for one in forms for name in re.findall(r">([^<>]+)</button>", one)]


def words(html: str) -> str:
    """What a person reads of a page."""
    text = re.sub(r"<[^>]+>", " ", html[html.find("<main") :])
    return " ".join(unescape(text).split())


@pytest.fixture(autouse=True)
def unbounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of the audit log is left out because of what an earlier test did."""
    monkeypatch.setattr(audit, "_BOUND", audit.Bound())


@pytest.fixture
def keyless(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """The deployment as the web process has it."""
    for name, value in {**operator.environment, "WEB_URL": URL}.items():
        monkeypatch.setenv(name, value)
    with Control(has_keys=False) as made:
        yield made


@pytest.fixture
def browser(deployment: Deployment, keyless: Control) -> Browser:
    """An operator of every organization."""
    accounts = read_accounts(f"{USER}:{PASSWORD}", beyond_loopback=True)
    login = Basic(accounts, lambda: deployment.redis)
    return Browser(make_console(Console(keyless, login, Asker(keyless))), deployment)


@pytest.fixture
def worker(deployment: Deployment) -> "Worker":
    """A worker that is alive."""
    Heartbeats(deployment.redis).beat("worker")
    return Worker(deployment)


@dataclass
class Worker:
    """Answers what the console asks, when a test says so."""

    deployment: Deployment

    def answer(self) -> list[str]:
        """Run the questions that wait in the queue; how each ended."""
        redis = self.deployment.redis
        queue = redis.queue(FAN_OUT)
        rows: list[bytes] = redis.lrange(queue, 0, -1)  # type: ignore[assignment]
        redis.delete(queue)
        ended = []
        for row in rows:
            message = json.loads(row)
            arguments = json.loads(base64.b64decode(message["body"]))[0]
            task = message["headers"]["task"]
            ended.append(self.deployment.run(Message(task, arguments, {}, "question")))
        return ended
