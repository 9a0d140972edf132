"""Rules for every request to the console and every answer."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from control.web.console import audit
from workers.settings import is_loopback

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # no-referrer would make browsers send `Origin: null` with the forms of the pages.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

HSTS = {"Strict-Transport-Security": "max-age=31536000"}


class Guard:
    """Rejects other host names (421), and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, web_url: str) -> None:
        self.app = app
        self._hosts = _spellings(web_url)
        self._headers = {**HEADERS, **(HSTS if web_url.startswith("https://") else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        app, request = self.app, Request(scope)
        if not self._is_ours(request.headers.get("host", "").lower()):
            what = f"{request.method} {request.url.path}"
            address = audit.address_of(request)
            audit.write(audit.Entry(audit.Kind.REFUSAL, what, None, address, 421))
            app = PlainTextResponse("This is not the address of the console; check WEB_URL.\n", 421)
        await app(scope, receive, send_with_headers)

    def _is_ours(self, host: str) -> bool:
        return host in self._hosts or is_loopback(hostname(host))


def hostname(netloc: str) -> str | None:
    """The host of a `Host` header, without port and brackets; None if it is not valid."""
    if not re.fullmatch(r"[a-z0-9.-]+(:[0-9]*)?|\[[0-9a-f:.]+\](:[0-9]*)?", netloc):
        return None
    try:
        return urlsplit(f"//{netloc}").hostname
    except ValueError:
        return None


def is_same_origin(request: Request, web_url: str) -> bool:
    """True if a page of the console sent the request.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "").lower()
    host = request.headers.get("host", "").lower()
    if host in _spellings(web_url):
        return origin == f"{urlsplit(web_url).scheme}://{urlsplit(web_url).netloc.lower()}"
    return origin == f"http://{host}"


def _spellings(web_url: str) -> tuple[str, ...]:
    """The possible `Host` headers of that address, with or without the scheme's own port."""
    parts = urlsplit(web_url)
    port = 443 if parts.scheme == "https" else 80
    host = parts.netloc.lower()
    return (host,) if parts.port else (host, f"{host}:{port}")
