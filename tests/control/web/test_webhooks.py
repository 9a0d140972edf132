"""What the web process answers to whoever sends something."""

import asyncio
import hashlib
import hmac
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from control.web import bodies, server
from control.web.server import make_server
from tests.control.web.conftest import ASHBY_SECRET, CHARTHOP_SECRET, Hooked, request

PING = b'{"action": "ping", "webhookActionId": "p", "data": {}}'
BEARER = {"Authorization": f"Bearer {CHARTHOP_SECRET}"}
ASHBY, CHARTHOP = "/webhooks/ashby/acme", "/webhooks/charthop/acme"


def signed(body: bytes, secret: str = ASHBY_SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Ashby-Signature": f"sha256={digest}"}


def sent(hooked: Hooked, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer to that delivery of Ashby."""
    return request(hooked.app, "POST", ASHBY, headers=headers, content=body).status_code


def test_a_ping_is_answered_and_wakes_nothing(hooked: Hooked) -> None:
    answer = request(hooked.app, "POST", ASHBY, headers=signed(PING), content=PING)
    assert answer.status_code == 200
    assert hooked.tasks() == []
    assert hooked.deployment.memory().events.last() == {}


def test_who_is_not_known_and_who_signs_wrongly_cannot_be_told_apart(hooked: Hooked) -> None:
    hooked.deployment.add("globex")  # it has no secret
    answers = [
        request(hooked.app, "POST", path, headers=headers, content=PING)
        for path, headers in (
            (ASHBY, {}),
            (ASHBY, signed(PING, "wrong")),
            (CHARTHOP, {}),
            (CHARTHOP, {"Authorization": f"Bearer {ASHBY_SECRET}"}),
            ("/webhooks/ashby/globex", signed(PING, "")),
            ("/webhooks/ashby/nobody", signed(PING)),
            ("/webhooks/ashby/..%2Facme", signed(PING)),
            ("/webhooks/charthop/nobody", BEARER),
        )
    ]
    assert {one.status_code for one in answers[:-2]} == {401}
    assert answers[-1].status_code == 401
    assert len({(one.content, str(one.headers)) for one in answers[:6]}) == 1


def test_a_secret_that_is_too_short_is_none(hooked: Hooked) -> None:
    short = "a" * 15
    hooked.deployment.configure("acme", f'ashby_webhook_secret = ["{short}", "{ASHBY_SECRET}"]')
    for secret, status in ((short, 401), (ASHBY_SECRET, 200)):
        headers = signed(PING, secret)
        assert (
            request(hooked.app, "POST", ASHBY, headers=headers, content=PING).status_code == status
        )


def test_a_secret_that_was_changed_counts_at_once(hooked: Hooked) -> None:
    old, new = ASHBY_SECRET, "n" * 40
    for setting, good in ((f'["{new}", "{old}"]', (old, new)), (f'"{new}"', (new,))):
        hooked.deployment.configure("acme", f"ashby_webhook_secret = {setting}")
        for secret in (old, new):
            assert sent(hooked, PING, signed(PING, secret)) == (200 if secret in good else 401)


def test_only_who_knows_the_secret_learns_that_a_body_is_no_event(hooked: Hooked) -> None:
    assert (
        request(hooked.app, "POST", ASHBY, headers=signed(b"[]"), content=b"[]").status_code == 400
    )
    assert request(hooked.app, "POST", ASHBY, content=b"[]").status_code == 401


@pytest.mark.parametrize("size", [bodies.LARGEST, bodies.LARGEST + 1])
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_of_more_than_a_mebibyte_is_refused_while_it_comes(
    hooked: Hooked, size: int, declared: bool
) -> None:
    sent = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < size:
            part = b" " * min(100_000, size - sent)
            sent += len(part)
            yield part

    content = b" " * size if declared else parts()
    answer = request(hooked.app, "POST", ASHBY, content=content)
    assert answer.status_code == (413 if size > bodies.LARGEST else 401)


def test_a_body_that_says_that_it_is_too_large_is_not_read(hooked: Hooked) -> None:
    read = []

    async def parts() -> AsyncIterator[bytes]:
        read.append(True)
        yield b" "

    headers = {"Content-Length": str(bodies.LARGEST + 1)}
    answer = request(hooked.app, "POST", ASHBY, headers=headers, content=parts())
    assert answer.status_code == 413
    assert read == []


def test_other_methods_and_paths_are_not_here(hooked: Hooked) -> None:
    assert request(hooked.app, "GET", ASHBY).status_code == 405
    assert request(hooked.app, "POST", "/webhooks/other/acme").status_code == 404
    assert request(hooked.app, "POST", "/webhooks/ashby/acme/more").status_code == 404


def test_while_redis_or_the_file_is_away_ashby_is_asked_to_come_again(hooked: Hooked) -> None:
    def ready() -> int:
        return request(hooked.app, "GET", "/readyz").status_code

    assert (ready(), sent(hooked, PING, signed(PING))) == (200, 200)
    away = hooked.deployment.file.with_suffix(".away")
    hooked.deployment.file.rename(away)
    assert (ready(), sent(hooked, PING, signed(PING))) == (503, 503)
    away.rename(hooked.deployment.file)
    assert (ready(), sent(hooked, PING, signed(PING))) == (200, 200)


def test_a_secret_whose_file_is_away_is_the_last_one(hooked: Hooked) -> None:
    file = hooked.deployment.folder / "secret"
    file.write_text(ASHBY_SECRET)
    hooked.deployment.configure("acme", 'ashby_webhook_secret = "file:secret"')
    assert sent(hooked, PING, signed(PING)) == 200
    for spoil in (lambda: file.write_text(""), lambda: file.write_text("aaa"), file.unlink):
        spoil()
        assert sent(hooked, PING, signed(PING)) == 200
        assert sent(hooked, PING, signed(PING, "n" * 40)) == 401
    file.write_text("n" * 40)
    assert sent(hooked, PING, signed(PING)) == 401
    assert sent(hooked, PING, signed(PING, "n" * 40)) == 200


def test_a_process_that_never_read_a_secret_asks_to_come_again(hooked: Hooked) -> None:
    hooked.deployment.configure(
        "acme", f'ashby_webhook_secret = ["file:secret", "{CHARTHOP_SECRET}"]'
    )
    assert sent(hooked, PING, signed(PING)) == 503
    assert sent(hooked, PING, {}) == 401
    assert sent(hooked, PING, signed(PING, CHARTHOP_SECRET)) == 200
    assert sent(hooked, b"[]", signed(b"[]", CHARTHOP_SECRET)) == 400
    (hooked.deployment.folder / "secret").write_text(ASHBY_SECRET)
    assert sent(hooked, PING, signed(PING)) == 200


def test_health_is_that_of_the_process(hooked: Hooked) -> None:
    hooked.deployment.file.unlink()
    answer = request(hooked.app, "GET", "/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "organizations.toml" not in request(hooked.app, "GET", "/readyz").text


# The real server.


@contextmanager
def served(hooked: Hooked) -> Iterator[int]:
    """The application on a port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = make_server(hooked.app, "127.0.0.1", 0)
        thread = threading.Thread(target=lambda: asyncio.run(running.serve([listener])))
        thread.start()
        try:
            while not running.started:
                time.sleep(0.005)
            yield listener.getsockname()[1]
        finally:
            running.should_exit = True
            thread.join()


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"POST /webhooks/ashby/acme HTTP/1.1\r\nHost: a\r\n", b""),
        (b"POST /webhooks/ashby/acme HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{", b"408"),
    ],
)
def test_who_never_finishes_a_request_is_left(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch, sent: bytes, answer: bytes
) -> None:
    monkeypatch.setattr(server, "HEADERS_WITHIN", 0.2)
    monkeypatch.setattr(bodies, "LONGEST", 0.2)
    with served(hooked) as port, socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(sent)
        got = b""
        while part := client.recv(1000):
            got += part
    assert answer in got
    assert bool(answer) is bool(got)


def test_two_requests_may_come_on_one_connection(hooked: Hooked) -> None:
    with served(hooked) as port, socket.create_connection(("127.0.0.1", port), 20) as client:
        for _ in range(2):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            got = b""
            while not got.endswith(b"ok\n"):
                got += client.recv(1000)
            assert got.startswith(b"HTTP/1.1 200 OK")
