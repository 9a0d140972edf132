"""Serves the metrics and the health of a deployment over HTTP."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import SHUT_RDWR, socket
from socketserver import ThreadingMixIn
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app
from redis import RedisError

from core.errors import WrongSetup
from organizations import Organizations
from store.allowances import ASHBY, Rate
from store.space import Redis
from workers.figures import registry
from workers.settings import is_loopback

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


KEEP = 3.0
"""Seconds for which metrics are cached: each collection reads all their data from Redis."""

PLACES = 16
"""Maximum number of connections served at the same time."""

SILENCE = 5.0
"""Seconds that a connection may be idle."""

LONGEST = 15.0
"""Seconds that a connection may last, however busy it is; collecting takes a part of one."""


def exposition(
    redis: Redis, organizations: Organizations, host: str, port: int, ashby: Rate = ASHBY
) -> WSGIServer:
    """A listening server, as a context manager. OSError if it cannot listen."""
    figures = make_wsgi_app(registry(redis, organizations, ashby, keep=KEEP))
    application = _application(figures, lambda: ill(redis, organizations))
    if is_loopback(host):
        application = _for_this_machine(application)
    return make_server(host, port, application, _Server, _Quiet)


def ill(redis: Redis, organizations: Organizations) -> str | None:
    """Why there are no metrics, or None."""
    try:
        redis.ping()
        organizations.require_readable()
    except RedisError as error:
        return f"Redis does not answer ({type(error).__name__})"
    except WrongSetup as error:
        return str(error)
    return None


def _application(figures: "WSGIApplication", find: Callable[[], str | None]) -> "WSGIApplication":
    """Serves /metrics and /healthz; anything else is not found."""

    def answer(environ: "WSGIEnvironment", respond: "StartResponse") -> Iterable[bytes]:
        match environ.get("PATH_INFO"):
            case "/metrics":
                return figures(environ, respond)
            case "/healthz":
                reason = find()
                status, text = ("200 OK", "ok") if reason is None else ("503 Ill", reason)
            case _:
                status, text = "404 Not Found", "/metrics or /healthz"
        respond(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [f"{text}\n".encode()]

    return answer


def _for_this_machine(application: "WSGIApplication") -> "WSGIApplication":
    """The same for names of this machine: a web page's name may resolve to 127.0.0.1, too."""

    def answer(environ: "WSGIEnvironment", respond: "StartResponse") -> Iterable[bytes]:
        try:
            host = urlsplit(f"//{environ.get('HTTP_HOST', 'localhost')}").hostname
        except ValueError:
            host = None
        if is_loopback(host):
            return application(environ, respond)
        respond("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"This serves names of this machine only; start metrics with another --host.\n"]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    """A server with a thread per connection, up to a limit, so a slow scrape delays no other."""

    daemon_threads = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._places = BoundedSemaphore(PLACES)
        self._ends: dict[socket, float] = {}
        super().__init__(*args, **kwargs)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread; close the connection if all are busy."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self._ends[request] = time.monotonic() + LONGEST
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        """Hook of the server's loop: end the connections that last too long."""
        now = time.monotonic()
        for request, end in list(self._ends.items()):
            if end < now:
                with suppress(OSError):
                    request.shutdown(SHUT_RDWR)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, then free the thread's place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._ends.pop(request, None)
            self._places.release()


class _Quiet(WSGIRequestHandler):
    """Handles requests without logging: scrapes would flood the log."""

    timeout = SILENCE

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing."""
