"""A transport of httpx that ends in the sandboxes, without a port."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx

from sandbox.wire import Broken, Request, Sandbox


def transport(charthop: Sandbox, ashby: Sandbox) -> httpx.BaseTransport:
    """A transport of httpx that ends in the two sandboxes, told apart by host name."""
    return _InProcess(charthop, ashby)


class _InProcess(httpx.BaseTransport):
    def __init__(self, charthop: Sandbox, ashby: Sandbox) -> None:
        self.charthop = charthop
        self.ashby = ashby

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if "charthop" in host:
            sandbox = self.charthop
        elif "ashby" in host:
            sandbox = self.ashby
        else:
            raise httpx.ConnectError(f"The sandbox knows no host {host!r}", request=request)
        try:
            response = sandbox.answer(
                Request(
                    method=request.method,
                    path=request.url.path,
                    query=parse_qs(request.url.query.decode(), keep_blank_values=True),
                    headers=dict(request.headers),
                    body=request.read(),
                )
            )
        except Broken as broken:
            raise _as_httpx(broken, request) from None
        return httpx.Response(response.status, headers=response.headers, content=response.body)


def _as_httpx(broken: Broken, request: httpx.Request) -> httpx.TransportError:
    match broken.kind:
        case "refused":
            return httpx.ConnectError("Connection refused", request=request)
        case "timeout" | "late":
            return httpx.ReadTimeout("The read operation timed out", request=request)
        case "reset":
            return httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body", request=request
            )
    return httpx.ReadError("Connection reset by peer", request=request)
