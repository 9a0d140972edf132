"""Connections to the services, and the limits of every exchange over them.

The other side may be slow, endless or hostile. Each call has one deadline for all its parts (name
look-up, connect, TLS, headers byte by byte, endless 1xx, a slow body); an answer is decompressed in
small steps and abandoned if it grows too large; and no cookie from one organization's answer is
ever sent with another's key.
"""

import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
"""Seconds without a sign of life after which a call counts as broken."""

CALL_SECONDS = 30.0
"""Seconds after which a whole call counts as broken, wherever the time was spent."""

MAX_ANSWER = 16 * 1024 * 1024
"""Maximum bytes of a decompressed answer. The largest known page (500 jobs, 40 fields): 2 MiB."""

_PIECE = 64 * 1024
"""Bytes that are decompressed or sent in one step."""

_WIRE_OVERHEAD = 1024 * 1024
"""Bytes allowed for headers and framing in addition to the body."""


class AnswerTooLarge(httpx.RequestError):
    """The answer is larger than any known answer of the services."""


@dataclass(frozen=True)
class Received:
    """A raw answer, decompressed. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Deadline:
    """The remaining time and bytes of one thread's current call."""

    def __init__(self) -> None:
        self.begin(CALL_SECONDS)

    def begin(self, seconds: float) -> None:
        """Start a call."""
        self._ends = time.monotonic() + seconds
        self._bytes = MAX_ANSWER + _WIRE_OVERHEAD

    def left(self, most: float | None = None) -> float:
        """Seconds that one step may take; httpcore.ReadTimeout if the time is up."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the call has had its time")
        return left if most is None else min(left, most)

    def count(self, size: int) -> None:
        """Count received bytes; httpcore.ReadError if they exceed an answer's maximum."""
        self._bytes -= size
        if self._bytes < 0:
            raise httpcore.ReadError("the answer does not end")


class Sessions:
    """One connection pool per thread.

    A shared pool costs more CPU the more threads use it (httpcore scans all of its connections at
    each request); one per thread keeps the cost flat. The TLS context is shared.
    """

    def __init__(
        self, transport: httpx.BaseTransport | None = None, seconds: float = CALL_SECONDS
    ) -> None:
        self._transport = transport
        self._seconds = seconds
        self._tls = ssl.create_default_context() if transport is None else None
        self._local = threading.local()

    def session(self) -> "Session":
        """This thread's session."""
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = Session(self._transport, self._tls, self._seconds)
            self._local.session = session
        return session

    def close(self) -> None:
        """Close this thread's connections; the next `session()` opens new ones."""
        session: Session | None = self._local.__dict__.pop("session", None)
        if session is not None:
            session.close()


class Session:
    """The connections of one thread. `transport` replaces the network in tests.

    Requests use httpx's transport without its client, whose cookie jar, redirects and
    authentication are not wanted here and cost half as much CPU again.
    """

    def __init__(
        self, transport: httpx.BaseTransport | None, tls: ssl.SSLContext | None, seconds: float
    ) -> None:
        self._seconds = seconds
        self._deadline = Deadline()
        self._transport = transport or _BoundedTransport(tls, self._deadline)

    def fetch(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> Received:
        """The whole answer. Raises httpx.RequestError; AnswerTooLarge is one."""
        self._deadline.begin(self._seconds)
        request = httpx.Request(
            method,
            _parsed(url),
            params=params,
            content=content,
            headers={**headers, "Accept-Encoding": "gzip"},
            extensions={"timeout": TIMEOUT.as_dict()},
        )
        response = self._transport.handle_request(request)
        named = _named(response.headers)
        try:
            pieces, size = [], 0
            for piece in self._unpacked(request, response, named.get("content-encoding", "")):
                size += len(piece)
                if size > MAX_ANSWER:
                    raise AnswerTooLarge("the answer is too large", request=request)
                pieces.append(piece)
        finally:
            response.close()
        return Received(response.status_code, named, b"".join(pieces))

    def _unpacked(
        self, request: httpx.Request, response: httpx.Response, packed: str
    ) -> Iterator[bytes]:
        """The body in small pieces, however well it was compressed."""
        raw = self._timed(request, response)
        match packed.strip().lower():
            case "" | "identity":
                yield from raw
            case "gzip" | "x-gzip":
                yield from _gunzipped(raw, request)
            case _:
                raise httpx.DecodingError("packed in another way", request=request)

    def _timed(self, request: httpx.Request, response: httpx.Response) -> Iterator[bytes]:
        assert isinstance(response.stream, httpx.SyncByteStream)
        for piece in response.stream:
            yield piece
            try:
                self._deadline.left()
            except httpcore.ReadTimeout:
                raise httpx.ReadTimeout("the answer drips in", request=request) from None

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _named(headers: httpx.Headers) -> dict[str, str]:
    """The headers as text by lower-case name; repeated ones are joined with commas.

    Does not use httpx's own items(), which determines the encoding of all headers once for each.
    """
    named: dict[str, str] = {}
    for raw_name, raw_value in headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        named[name] = f"{named[name]}, {value}" if name in named else value
    return named


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    """The parsed URL; cached, because the same few URLs are called again and again."""
    return httpx.URL(url)


def _gunzipped(packed: Iterable[bytes], request: httpx.Request) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for piece in packed:
            left = piece
            while left and not unpacker.eof:
                yield unpacker.decompress(left, _PIECE)
                left = unpacker.unconsumed_tail
        while not unpacker.eof:
            piece = unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
            if not piece:
                raise httpx.DecodingError("the packed body is cut short", request=request)
            yield piece
    except zlib.error:
        raise httpx.DecodingError("the packed body is damaged", request=request) from None


class _BoundedTransport(httpx.HTTPTransport):
    """httpx's own transport over connections with a deadline.

    httpx has timeouts only for single steps and cannot take a network backend, so the pool is
    replaced; the exact version of httpx is pinned.
    """

    def __init__(self, tls: ssl.SSLContext | None, deadline: Deadline) -> None:
        super().__init__(verify=tls if tls is not None else True, trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=4,
            max_keepalive_connections=4,
            network_backend=_BoundedBackend(deadline),
        )


class _BoundedBackend(httpcore.SyncBackend):
    """Opens connections with a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that accepts one; the deadline covers all of them."""
        trouble: Exception = httpcore.ConnectError("the name has no address")
        for address in _addresses(host, port, self._left(timeout)):
            try:
                stream = super().connect_tcp(
                    address, port, self._left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
            else:
                return _BoundedStream(stream, self._deadline)
            self._left(timeout)
        raise trouble

    def _left(self, timeout: float | None) -> float:
        try:
            return self._deadline.left(timeout)
        except httpcore.ReadTimeout:
            raise httpcore.ConnectTimeout("no time left to connect") from None


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name. The resolver has no deadline, so a separate thread waits for it."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=look_up, name="name look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
        if isinstance(answer, OSError):
            raise answer
    except queue.Empty:
        raise httpcore.ConnectTimeout("no address in time") from None
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return answer


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose steps are limited to the remaining time of the call."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes; ReadTimeout if the call's time is up."""
        piece = self._stream.read(max_bytes, self._deadline.left(timeout))
        self._deadline.count(len(piece))
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        for start in range(0, len(buffer), _PIECE):
            self._write(buffer[start : start + _PIECE], timeout)

    def _write(self, buffer: bytes, timeout: float | None) -> None:
        """Send one piece, within the call's remaining time even if the reader is slow."""
        own: socket.socket = self._stream.get_extra_info("socket")
        try:
            while buffer:
                own.settimeout(self._deadline.left(timeout))
                buffer = buffer[own.send(buffer) :]
        except TimeoutError:
            raise httpcore.WriteTimeout("the request is not taken") from None
        except OSError as error:
            raise httpcore.WriteError(type(error).__name__) from None

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        left = self._deadline.left(timeout)
        return _BoundedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        """Information about the connection."""
        return self._stream.get_extra_info(info)
