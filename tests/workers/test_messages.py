"""One address gets one message, and no other place gets any."""

import socket
import threading

import pytest
from pydantic import SecretStr

from core.messages import Message
from tests.systems.hostile import says, serving
from workers.messages import Address

# One of Apprise's plug-ins imports a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
MESSAGE = Message("acme: 1 held", "held job:1")


def sent_to(url: str) -> Address:
    return Address(SecretStr(url.replace("http://", "json://")))


def test_a_message_is_delivered() -> None:
    with serving(says(OK)) as url:
        assert sent_to(url).deliver(MESSAGE)


def test_a_message_that_is_refused_is_not_delivered() -> None:
    with serving(says(OK.replace(b"200 OK", b"403 Forbidden"))) as url:
        assert not sent_to(url).deliver(MESSAGE)


@pytest.mark.parametrize("between", [" ", ",", "\n", ", "])
def test_several_addresses_in_one_text_get_nothing(between: str) -> None:
    came = threading.Event()

    def note(connection: socket.socket, _: threading.Event) -> None:
        came.set()
        connection.sendall(OK)

    with serving(note) as url:
        assert not sent_to(f"{url}/{between}{url}/").deliver(MESSAGE)
    assert not came.is_set()


def test_no_redirect_is_followed() -> None:
    came = threading.Event()

    def note(connection: socket.socket, _: threading.Event) -> None:
        came.set()
        connection.sendall(OK)

    with serving(note) as elsewhere:
        moved = OK.replace(b"200 OK\r\n", f"307 Moved\r\nLocation: {elsewhere}/\r\n".encode())
        with serving(says(moved)) as url:
            assert not sent_to(url).deliver(MESSAGE)
    assert not came.is_set()
