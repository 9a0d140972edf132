"""One call has one deadline and one limit of bytes, and leaves no cookie behind."""

import gzip
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Callable

import httpx
import pytest

from systems.sessions import MAX_ANSWER, AnswerTooLarge, Received, Sessions
from tests.systems.hostile import Play, drips, says, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PACKED = OK + b"Content-Encoding: gzip\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def fetch(play: Play, seconds: float = 0.5, content: bytes | None = None) -> Received:
    with serving(play) as url:
        sessions = Sessions(seconds=seconds)
        try:
            return sessions.session().fetch(
                "POST", url + "/x", params=None, content=content, headers={}
            )
        finally:
            sessions.close()


def silent(connection: socket.socket, over: threading.Event) -> None:
    over.wait()


DRAGGING: list[tuple[str, Play]] = [
    ("silence", silent),
    ("a byte of the status line", drips(b"HTTP/1.1 200 ", b"O")),
    ("a byte of a header", drips(OK + b"X: ", b"y")),
    ("headers without an end", drips(OK, b"X: y\r\n")),
    ("endless 1xx", drips(b"", b"HTTP/1.1 102 Processing\r\n\r\n")),
    ("a byte of the body", drips(OK + b"Content-Length: 100000\r\n\r\n", b"x")),
    ("a byte of a chunk's size", drips(OK + CHUNKED, b"0")),
    ("empty pieces", drips(PACKED + CHUNKED + b"a\r\n" + gzip.compress(b"")[:10] + b"\r\n", b"")),
    (
        "a header of gzip without an end",
        drips(PACKED + CHUNKED + b"a\r\n\x1f\x8b\x08\x08" + b"\0" * 6 + b"\r\n", b"1\r\nn\r\n"),
    ),
]


@pytest.mark.parametrize("play", [one[1] for one in DRAGGING], ids=[one[0] for one in DRAGGING])
def test_a_call_ends_at_its_deadline_whatever_drags_on(play: Play) -> None:
    with pytest.raises(httpx.RequestError):
        fetch(play)


def test_a_request_that_is_never_taken_ends_at_the_deadline() -> None:
    def never_reads(connection: socket.socket, over: threading.Event) -> None:
        over.wait()

    with pytest.raises(httpx.RequestError):
        fetch(never_reads, content=b"x" * 50_000_000)


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(b"0" * 1_000_000) for _ in range(size // 1_000_000))
    return packed + packer.flush()


def endless(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(OK + b"\r\n")
    while not over.is_set():
        connection.sendall(b"x" * 65536)


TOO_LARGE: list[tuple[str, Callable[[], Play]]] = [
    ("a bomb of gzip", lambda: says(PACKED + b"\r\n", bomb(100_000_000))),
    ("a large page", lambda: says(OK + b"\r\n", b"x" * (MAX_ANSWER + 1))),
    ("an endless body", lambda: endless),
]


@pytest.mark.parametrize("make", [one[1] for one in TOO_LARGE], ids=[one[0] for one in TOO_LARGE])
def test_an_answer_is_given_up_where_it_grows_too_large(make: Callable[[], Play]) -> None:
    with pytest.raises(AnswerTooLarge):
        fetch(make(), seconds=60)


def test_a_bomb_is_unpacked_in_small_steps() -> None:
    packed = bomb(200_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(AnswerTooLarge):
            fetch(says(PACKED + b"\r\n", packed), seconds=60)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MAX_ANSWER


def endless_header_of_gzip(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(PACKED + b"\r\n\x1f\x8b\x08\x08" + b"\0" * 6)
    while not over.is_set():
        connection.sendall(b"n" * 65536)


def test_what_unpacks_to_nothing_is_given_up_by_what_was_received() -> None:
    with pytest.raises(httpx.ReadError, match="does not end"):
        fetch(endless_header_of_gzip, seconds=60)


BODY = b'{"success": true, "results": [1, 2, 3]}' * 10_000


@pytest.mark.parametrize(
    ("head", "sent"),
    [
        (b"", BODY),
        (b"Content-Encoding: identity\r\n", BODY),
        (b"Content-Encoding: gzip\r\n", gzip.compress(BODY)),
        (b"Content-Encoding: GZIP\r\n", gzip.compress(BODY)),
    ],
)
def test_an_answer_comes_whole(head: bytes, sent: bytes) -> None:
    assert fetch(says(OK + head + b"\r\n", sent), seconds=60).content == BODY


@pytest.mark.parametrize(
    ("head", "sent"),
    [
        (b"Content-Encoding: br\r\n", BODY),
        (b"Content-Encoding: gzip, gzip\r\n", gzip.compress(gzip.compress(BODY))),
        (b"Content-Encoding: gzip\r\n", b"no gzip at all"),
        (b"Content-Encoding: gzip\r\n", gzip.compress(BODY)[:-20]),
        (b"Content-Encoding: gzip\r\n", b""),
    ],
)
def test_what_cannot_be_unpacked_is_a_broken_answer(head: bytes, sent: bytes) -> None:
    with pytest.raises(httpx.RequestError):
        fetch(says(OK + head + b"\r\n", sent), seconds=60)


@pytest.mark.parametrize("cookie", ["a=b", "a=b; Domain=.example.com; Path=/; Max-Age=99999"])
def test_no_cookie_is_kept(cookie: str) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"set-cookie": cookie})

    session = Sessions(httpx.MockTransport(answer)).session()
    for _ in range(2):
        url = "https://api.example.com/"
        session.fetch("GET", url, params=None, content=None, headers={})
    assert seen == [None, None]


def test_a_call_goes_without_what_a_browser_does() -> None:
    """No jar, no redirect followed, no logging of addresses: httpx's transport alone is asked."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"location": "https://elsewhere.example.com/"})

    session = Sessions(httpx.MockTransport(answer)).session()
    received = session.fetch(
        "POST",
        "https://api.example.com/a",
        params={"q": "x y"},
        content=b"{}",
        headers={"Authorization": "Bearer k"},
    )

    assert (received.status, len(seen)) == (302, 1)
    assert str(seen[0].url) == "https://api.example.com/a?q=x+y"
    assert {name: value for name, value in seen[0].headers.items() if name != "host"} == {
        "authorization": "Bearer k",
        "accept-encoding": "gzip",
        "content-length": "2",
    }


def test_headers_come_by_name_in_lower_case_however_they_are_written() -> None:
    head = OK + b"Retry-After: 3\r\nX-A: one\r\nx-a: two\r\nX-Odd: caf\xe9\r\n\r\n"
    headers = fetch(says(head, b"{}"), seconds=60).headers

    assert (headers["retry-after"], headers["x-a"]) == ("3", "one, two")
    assert headers["x-odd"] == "caf\xe9"


def test_a_connection_is_used_again() -> None:
    connections = []

    def twice(connection: socket.socket, over: threading.Event) -> None:
        connections.append(connection)
        while not over.is_set():
            connection.sendall(OK + b"Content-Length: 2\r\n\r\n{}")
            if not connection.recv(65536):
                return

    with serving(twice) as url:
        sessions = Sessions()
        for _ in range(3):
            sessions.session().fetch("GET", url, params=None, content=None, headers={})
        sessions.close()
    assert len(connections) == 1


def test_a_name_that_is_never_looked_up_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answered.wait(20) and [])
    sessions = Sessions(seconds=0.2)
    try:
        with pytest.raises(httpx.ConnectTimeout):
            sessions.session().fetch(
                "GET", "http://slow.example.com/", params=None, content=None, headers={}
            )
    finally:
        answered.set()
        sessions.close()
