"""Sends what it is given at a steady rate: `python -m bench.sender FILE RATE`.

FILE holds a JSON list of address, headers and body, all of one host. Each request is made into
bytes before the first is sent, and connections are kept: sending takes less of the machine than
what is measured. Prints how often each status was answered (an event without an answer counts
under 0), and for how many seconds events were sent.
"""

import asyncio
import json
import re
import sys
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 64
"""Each with one event at a time."""

BATCH = 0.01
"""Seconds between two handfuls."""

_HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) .*?content-length: (\d+)\r\n.*?\r\n\r\n", re.S | re.I)


class Sender:
    """What waits, and what was answered."""

    def __init__(self, number: int) -> None:
        self.waiting: deque[bytes] = deque()
        self.free: deque[Line] = deque()
        self.statuses: Counter[str] = Counter()
        self.left = number
        self.all_answered = asyncio.get_running_loop().create_future()

    def hand_out(self) -> None:
        """Give each free connection what waits."""
        while self.waiting and self.free:
            self.free.popleft().send(self.waiting.popleft())

    def answered(self, status: str) -> None:
        """One event is over."""
        self.statuses[status] += 1
        self.left -= 1
        if self.left == 0:
            self.all_answered.set_result(None)


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._got = b""
        self._is_busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It may take the first event."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sender.free.append(self)

    def send(self, request: bytes) -> None:
        """Send one event."""
        self._is_busy = True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """An answer, or a part of it."""
        self._got += data
        head = _HEAD.match(self._got)
        if head is None or len(self._got) < head.end() + int(head[2]):
            return
        self._got, self._is_busy = b"", False
        self._sender.answered(head[1].decode())
        self._sender.free.append(self)
        self._sender.hand_out()

    def connection_lost(self, exc: Exception | None) -> None:
        """What was sent last has no answer."""
        if self in self._sender.free:
            self._sender.free.remove(self)
        if self._is_busy:
            self._sender.answered("0")


def as_bytes(url: str, headers: dict[str, str], body: str) -> bytes:
    """The whole request."""
    parts, content = urlsplit(url), body.encode()
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join((*lines, "", "")).encode() + content


async def send(
    requests: Sequence[bytes], host: str, port: int, rate: float
) -> tuple[Sender, float]:
    """Send all of them, so many a second; those that no connection is free for wait here."""
    sender, loop = Sender(len(requests)), asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Line(sender), host, port)
    began, sent = loop.time(), 0
    while sent < len(requests):
        due = min(int((loop.time() - began + BATCH) * rate), len(requests))
        sender.waiting.extend(requests[sent:due])
        sender.hand_out()
        sent = due
        await asyncio.sleep(BATCH)
    await sender.all_answered
    return sender, loop.time() - began


def main() -> None:
    """Send, and say how it went."""
    parcels = json.loads(Path(sys.argv[1]).read_text())
    address = urlsplit(parcels[0][0])
    requests = [as_bytes(*parcel) for parcel in parcels]
    sender, took = asyncio.run(
        send(requests, address.hostname or "", address.port or 80, float(sys.argv[2]))
    )
    print(json.dumps({"statuses": sender.statuses, "seconds": took}))


if __name__ == "__main__":
    main()
