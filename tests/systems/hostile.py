"""Servers that answer as no service should: for ever, drop by drop, or far too much."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Play = Callable[[socket.socket, threading.Event], None]
"""What a server does with a connection whose request it has read, until the event is set."""


@contextmanager
def serving(play: Play) -> Iterator[str]:
    """The address of a server that treats every connection so."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while b"\r\n\r\n" not in connection.recv(65536):
                pass
            play(connection, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.close()


def says(*pieces: bytes) -> Play:
    """Sends these and closes the connection."""

    def play(connection: socket.socket, _: threading.Event) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return play


def drips(start: bytes, drop: bytes, every: float = 0.05) -> Play:
    """Sends a beginning and then the same drop again and again."""

    def play(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        while not over.wait(every):
            connection.sendall(drop)

    return play
