"""Events on their way out of a sandbox: sent late, twice, in any order, and again after a failure.

Nothing is sent by itself: a test calls `deliver`, `running` does so in a thread.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from sandbox.wire import Sandbox

Send = Callable[[str, Mapping[str, str], bytes], int]
"""Posts a body to a URL and gives the status of the answer; raises httpx.HTTPError without one."""

FINAL = frozenset({401, 403, 404, 405, 410})
"""Refusals after which Ashby sends no more: https://developers.ashbyhq.com/docs/retries"""

ATTEMPTS = 10
"""Times that Ashby tries at most."""


def wait_after(attempts: int) -> float:
    """Seconds that Ashby waits after so many attempts: 10, 30, 70, 150 ..."""
    return (2.0**attempts - 1) * 10


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Send over the network; five seconds for an answer."""
    return httpx.post(url, headers=dict(headers), content=body, timeout=5.0).status_code


@dataclass
class Delivery:
    """One event on its way to one address, and how often it was tried; `due` in epoch seconds."""

    kind: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    due: float
    attempts: int = 0


@dataclass(frozen=True)
class Attempt:
    """A delivery that was tried: the status of the answer, None where none came."""

    delivery: Delivery
    status: int | None


class Outbox:
    """The events that one sandbox sends.

    `send` is how they are sent. Each goes out `copies` times, those that are due in random order
    where `shuffled` is set. With `retries`, what fails is sent again on Ashby's schedule, the
    waiting times multiplied by `retry_factor`. `log` holds every attempt,
    `under_way` is how many are being sent right now.
    """

    def __init__(self, world: Sandbox, retries: bool) -> None:
        self.world = world
        self.retries = retries
        self.rng = Random(0)
        self.send: Send = post
        self.copies = 1
        self.shuffled = False
        self.retry_factor = 1.0
        self.pending: list[Delivery] = []
        self.under_way = 0
        self.log: list[Attempt] = []

    def put(self, kind: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """An event is to be sent, from now on."""
        for _ in range(self.copies):
            self.pending.append(Delivery(kind, url, headers, body, self.world.time()))

    def deliver(self) -> list[Attempt]:
        """Send what is due, once each; gives the attempts. The sandbox answers calls meanwhile."""
        with self.world.lock:
            now = self.world.time()
            due = [one for one in self.pending if one.due <= now]
            self.pending = [one for one in self.pending if one.due > now]
            if self.shuffled:
                self.rng.shuffle(due)
            self.under_way += len(due)
        attempts = [self._try(one) for one in due]
        with self.world.lock:
            self.under_way -= len(due)
            self.log += attempts
            self.pending += [one.delivery for one in attempts if self._again(one)]
        return attempts

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on its way, nor waits to be sent again."""
        with self.world.lock:
            return not self.pending and not self.under_way

    def knock(self, kind: str, url: str, headers: Mapping[str, str], body: bytes) -> int | None:
        """Send one event at once and only once; the status, None without an answer."""
        attempt = self._try(Delivery(kind, url, headers, body, self.world.time()))
        self.log.append(attempt)
        return attempt.status

    @contextmanager
    def running(self, pause: float = 0.05) -> Iterator[None]:
        """Deliver in a thread, every `pause` seconds, until the block ends."""
        over = threading.Event()

        def deliver() -> None:
            while not over.wait(pause):
                self.deliver()

        thread = threading.Thread(
            target=deliver, name=f"sandbox events of {self.world.system}", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def written(self, content: Any) -> bytes:
        """JSON with the keys in random order and unusual spacing: not as any encoder writes it."""
        ascii_only = self.rng.random() < 0.5
        spaced = json.dumps(
            self._shuffled(content), ensure_ascii=ascii_only, separators=(" ,", " :  ")
        )
        return f" {spaced}\n".encode()

    def _shuffled(self, content: Any) -> Any:
        match content:
            case dict():
                keys = list(content)
                self.rng.shuffle(keys)
                return {key: self._shuffled(content[key]) for key in keys}
            case list():
                return [self._shuffled(one) for one in content]
        return content

    def _try(self, delivery: Delivery) -> Attempt:
        delivery.attempts += 1
        try:
            return Attempt(delivery, self.send(delivery.url, delivery.headers, delivery.body))
        except httpx.HTTPError:
            return Attempt(delivery, None)

    def _again(self, attempt: Attempt) -> bool:
        """Whether it is sent once more; sets when."""
        delivery, status = attempt.delivery, attempt.status
        fine = status is not None and 200 <= status < 300
        if fine or status in FINAL or not self.retries or delivery.attempts >= ATTEMPTS:
            return False
        delivery.due = self.world.time() + wait_after(delivery.attempts) * self.retry_factor
        return True
