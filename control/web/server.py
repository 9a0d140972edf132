"""The server of the web process: uvicorn, with an end for those who never finish a request."""

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
"""Seconds in which the headers of a request have to be here."""

CONNECTIONS = 500
"""Connections at once; one more is answered with 503."""


class Impatient(H11Protocol):
    """Closes a connection that does not send the headers of its request in time.

    uvicorn itself is impatient only between two requests.
    """

    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody connects."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Something came: headers that are whole are a request in work."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_watching()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The next request may come."""
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
    """What is wrong with it, a sentence without its beginning; None if nothing is."""
    if one == "*":  # uvicorn would take it
        return "would let anybody who connects name any address as their own."
    try:
        network = ipaddress.ip_network(one, strict=False)
    except ValueError:
        return "is neither an address nor a network."
    if "/" in one and ipaddress.ip_interface(one).ip != network.network_address:
        return f"is an address within a network; did you mean {network}?"
    return None


def make_server(app: Starlette, host: str, port: int) -> uvicorn.Server:
    """A server that logs nothing of a request: there is no name in it that has to be kept.

    WrongSetup if FORWARDED_ALLOW_IPS names no address.
    """
    proxies = trusted_proxies()
    config = uvicorn.Config(
        app,
        host,
        port,
        http=Impatient,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        # Nobody else's word of who asks counts.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)
