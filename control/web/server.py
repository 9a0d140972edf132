"""The server of the web process: uvicorn, with a time limit for unfinished requests."""

import asyncio
import ipaddress
import os
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from core.errors import WrongSetup
from core.text import for_terminal

HEADERS_WITHIN = 10.0
"""Seconds within which the headers of a request have to arrive."""

CONNECTIONS = 500
"""Maximum number of connections; further ones are answered with 503."""


class Impatient(H11Protocol):
    """Closes a connection that does not send the headers of its request in time.

    uvicorn itself has a time limit only between two requests.
    """

    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Hook of a new connection."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Hook of received data: complete headers start a request."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hook of a closed connection: stop the timer."""
        self._stop_watching()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Hook of a finished answer: the next request may arrive."""
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        is_in_work = cycle is not None and not cycle.response_complete
        if is_in_work or self.transport.is_closing():
            self._stop_watching()
        elif self._overdue is None:
            self._overdue = self.loop.call_later(HEADERS_WITHIN, self.transport.close)

    def _stop_watching(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


def trusted_proxies() -> list[str]:
    """The addresses and networks of FORWARDED_ALLOW_IPS. WrongSetup if one is neither."""
    written = os.environ.get("FORWARDED_ALLOW_IPS", "")
    named = [one.strip() for one in written.split(",") if one.strip()]
    for one in named:
        why = _why_no_proxy(one)
        if why is not None:
            raise WrongSetup(
                f"FORWARDED_ALLOW_IPS: {for_terminal(one)} {why} Name the addresses or networks of "
                "your proxies, such as 10.0.0.0/8,192.0.2.7."
            )
    return named


def _why_no_proxy(one: str) -> str | None:
    """The rest of a sentence about its fault, None if there is none."""
    if one == "*":  # uvicorn would accept it
        return "would let anybody who connects name any address as their own."
    try:
        network = ipaddress.ip_network(one, strict=False)
    except ValueError:
        return "is neither an address nor a network."
    if "/" in one and ipaddress.ip_interface(one).ip != network.network_address:
        return f"is an address within a network; did you mean {network}?"
    return None


def make_server(app: Starlette, host: str, port: int) -> uvicorn.Server:
    """A server without an access log.

    Raises WrongSetup if FORWARDED_ALLOW_IPS has an entry that is neither an address nor a network.
    """
    proxies = trusted_proxies()
    config = uvicorn.Config(
        app,
        host,
        port,
        http=Impatient,
        ws="none",
        lifespan="off",
        workers=1,  # otherwise read from WEB_CONCURRENCY, which may be another application's
        access_log=False,
        log_config=None,
        server_header=False,
        # No other proxy is trusted to name the client.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)
