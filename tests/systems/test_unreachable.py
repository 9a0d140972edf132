"""A connection that is not made says where, why and what helps."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from core.errors import KeyRefused, TryLater
from core.notes import Note
from systems.answers import decipher
from systems.credentials import Credential, Credentials
from systems.http import Kind, Wire
from systems.sessions import Sessions
from tests.systems.line import Line
from tests.workers.test_encrypted_redis import make_certificate

SECONDS = 5.0


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def closed_port() -> Iterator[str]:
    """A port at which nothing listens, and which nobody else takes meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def reason_at(line: Line, url: str) -> Note:
    """Why a call to that address goes wrong, over real connections."""
    sessions = Sessions(seconds=SECONDS)
    credentials = Credentials([Credential("id", {}, line.allowance)])
    wire = Wire("Ashby", url, credentials, sessions, lambda _: None, sleep=lambda _: None)
    try:
        with pytest.raises(TryLater) as caught:
            wire.send("POST", "/opening.list", Kind.SAFE_WRITE, body={})
    finally:
        sessions.close()
    return caught.value.reason


def test_a_refused_connection_says_where(ashby: Line, closed_port: str) -> None:
    reason = reason_at(ashby, f"http://{closed_port}")
    assert reason.code == "CONNECTION_REFUSED"
    assert f"{closed_port} refused the connection" in str(reason)
    assert "correct ASHBY_API_URL" in reason.fix


def test_a_name_without_an_address(ashby: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    reason = reason_at(ashby, "https://api.ashbyhq.example")
    assert reason.code == "NO_SUCH_HOST"
    assert "api.ashbyhq.example:443" in str(reason)


@contextmanager
def accepting(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Where every connection is answered so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        answer(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def test_a_port_that_speaks_no_tls(ashby: Line) -> None:
    def plain(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with accepting(plain) as place:
        reason = reason_at(ashby, f"https://{place}")
    assert reason.code == "NO_TLS"
    assert place in str(reason)


def test_a_certificate_that_nobody_vouches_for(ashby: Line, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(tmp_path))

    def encrypted(connection: socket.socket) -> None:
        context.wrap_socket(connection, server_side=True).close()

    with accepting(encrypted) as place:
        reason = reason_at(ashby, f"https://{place}")
    assert reason.code == "NO_TLS"
    assert "self-signed certificate" in str(reason)
    assert "SSL_CERT_FILE" in reason.fix


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_that_is_set_and_not_used_is_named(
    ashby: Line, closed_port: str, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://user:hunter2@proxy.example:3128")
    reason = reason_at(ashby, f"http://{closed_port}")
    assert reason.code == "PROXY_NOT_USED"
    assert variable in str(reason)
    assert "hunter2" not in str(reason.plain())


def test_a_connection_that_is_not_taken(ashby: Line) -> None:
    ashby.say(*[httpx.ConnectTimeout("late")] * 3)
    with pytest.raises(TryLater) as caught:
        ashby.wire.send("POST", "/opening.list", Kind.READ, body={})
    assert caught.value.reason.code == "CONNECT_TIMEOUT"
    assert "api.example.com:443" in str(caught.value.reason)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ReadTimeout("x"), "no answer in time"),
        (httpx.RemoteProtocolError("x"), "the connection broke"),
        (httpx.ReadError("x"), "the connection broke"),
        (httpx.DecodingError("x"), "a damaged answer"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_call_that_breaks_is_told_in_words(ashby: Line, error: Exception, words: str) -> None:
    ashby.say(error)
    with pytest.raises(TryLater) as caught:
        ashby.wire.send("POST", "/opening.update", Kind.SAFE_WRITE, body={})
    assert str(caught.value.reason) == f"Ashby did not answer ({words})"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, b"", "KEY_REFUSED"),
        (403, b'{"errorInfo": {"code": "invalid_api_key"}}', "KEY_WRONG"),
        (403, b"<html>", "KEY_REFUSED"),
        (403, b'{"errorInfo": {"code": "missing_endpoint_permission"}}', "KEY_REFUSED"),
    ],
)
def test_a_wrong_key_is_no_missing_permission(status: int, body: bytes, code: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        decipher("Ashby", status, {}, body, "/apiKey.info")
    assert caught.value.reason.code == code
    assert ("permission" in str(caught.value.reason)) is (code == "KEY_REFUSED")
