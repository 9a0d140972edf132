"""Serves the figures and the health of a deployment over HTTP."""

from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app
from redis import RedisError

from core.errors import WrongSetup
from organizations import Organizations
from store.allowances import ASHBY, Rate
from store.space import Redis
from workers.figures import registry

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


KEEP = 3.0
"""Seconds for which figures are given again: each look reads all of Redis that they come from."""

PLACES = 16
"""Connections that are answered at once."""

SILENCE = 5.0
"""Seconds that a connection may say nothing."""


def exposition(
    redis: Redis, organizations: Organizations, host: str, port: int, ashby: Rate = ASHBY
) -> WSGIServer:
    """A server that listens, to be used in `with`. OSError where it cannot."""
    figures = make_wsgi_app(registry(redis, organizations, ashby, keep=KEEP))
    application = _application(figures, lambda: ill(redis, organizations))
    return make_server(host, port, application, _Server, _Quiet)


def ill(redis: Redis, organizations: Organizations) -> str | None:
    """Why no figures can be had, None where they can."""
    try:
        redis.ping()
        organizations.require_readable()
    except RedisError as error:
        return f"Redis does not answer ({type(error).__name__})"
    except WrongSetup as error:
        return str(error)
    return None


def _application(figures: "WSGIApplication", find: Callable[[], str | None]) -> "WSGIApplication":
    """/metrics and /healthz; anything else is not here."""

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


class _Server(ThreadingMixIn, WSGIServer):
    """A slow scrape keeps nobody waiting, and many of them take no more than so many threads."""

    daemon_threads = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._places = BoundedSemaphore(PLACES)
        super().__init__(*args, **kwargs)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread; where all are taken, hang up."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and give the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()


class _Quiet(WSGIRequestHandler):
    """A line for each scrape would be all there is in the log."""

    timeout = SILENCE

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""
