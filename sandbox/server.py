"""A sandbox on a port, to be reached like the original.

One tornado server per sandbox, on an event loop in a thread of its own. Latency is a timer on
that loop, never a sleeping thread, so hundreds of slow calls can be under way at once. A `Broken`
call closes its connection; one that times out keeps it open for `Sandbox.timeout` seconds first.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast
from urllib.parse import parse_qs, unquote

from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.iostream import StreamClosedError

from sandbox.wire import Broken, Request, Response, Sandbox


@dataclass(frozen=True)
class Served:
    """Where a sandbox is to be found, and which one it is."""

    sandbox: Sandbox
    host: str
    port: int

    @property
    def url(self) -> str:
        """The base URL that stands in for the original's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@contextmanager
def serve(sandbox: Sandbox, port: int = 0, host: str = "127.0.0.1") -> Iterator[Served]:
    """Serve until the block ends; port 0 takes any free one. Raises OSError for a port in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=1024)
    listening.setblocking(False)
    served = Served(sandbox, host, listening.getsockname()[1])
    running = _Running(sandbox, listening)
    thread = threading.Thread(target=running.run, name=f"sandbox {sandbox.system}", daemon=True)
    thread.start()
    running.ready.wait()
    try:
        yield served
    finally:
        running.stop()
        thread.join()


class _Running:
    """The event loop that serves one sandbox."""

    def __init__(self, sandbox: Sandbox, listening: socket.socket) -> None:
        self.sandbox = sandbox
        self.listening = listening
        self.ready = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.over = asyncio.Event()
        self.under_way: set[asyncio.Task[None]] = set()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            asyncio.set_event_loop(None)
            self.loop.close()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.over.set)

    async def _serve(self) -> None:
        server = HTTPServer(self._arrived)
        server.add_socket(self.listening)
        self.ready.set()
        await self.over.wait()
        server.stop()
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        await server.close_all_connections()

    def _arrived(self, arrived: HTTPServerRequest) -> None:
        task = self.loop.create_task(self._answer(arrived))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _answer(self, arrived: HTTPServerRequest) -> None:
        """Wait, let the sandbox answer, and send that or break the connection."""
        connection = cast(HTTP1Connection, arrived.connection)
        if self.sandbox.latency > 0:
            await asyncio.sleep(self.sandbox.latency)
        try:
            response = self.sandbox.answer(_as_request(arrived))
        except Broken as broken:
            await self._break(connection, broken)
            return
        try:
            _send(connection, response, len(response.body), response.body)
            connection.finish()
        except StreamClosedError:
            return  # the caller has given up waiting

    async def _break(self, connection: HTTP1Connection, broken: Broken) -> None:
        if broken.kind in ("timeout", "late"):
            await asyncio.sleep(self.sandbox.timeout)
        elif broken.kind == "reset" and broken.response is not None:
            body = broken.response.body
            try:
                await _send(connection, broken.response, len(body) + 1, body[: len(body) // 2])
            except StreamClosedError:
                return
        stream = connection.detach() if broken.kind != "reset" else connection.stream
        if broken.kind in ("lost", "refused") and stream.socket is not None:
            # Linger of zero seconds: the caller sees a reset instead of an orderly end.
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()


def _as_request(arrived: HTTPServerRequest) -> Request:
    return Request(
        method=arrived.method or "GET",
        path=unquote(arrived.path),
        query=parse_qs(arrived.query, keep_blank_values=True),
        headers={name.lower(): value for name, value in arrived.headers.get_all()},
        body=arrived.body,
    )


def _send(
    connection: HTTP1Connection, response: Response, length: int, body: bytes
) -> asyncio.Future[None]:
    headers = HTTPHeaders(response.headers)
    bodiless = response.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
    if not bodiless:
        headers["Content-Length"] = str(length)
    reason = HTTPStatus(response.status).phrase
    line = ResponseStartLine("HTTP/1.1", response.status, reason)
    return connection.write_headers(line, headers, None if bodiless else body)
