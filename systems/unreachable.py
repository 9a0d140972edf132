"""Notes on why a service could not be reached: the place, the problem and the fix."""

import os
import socket
import ssl
from collections.abc import Iterator

import httpx

from core import reasons
from core.notes import Note

_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")

_BROKEN: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ReadTimeout, "no answer in time"),
    (httpx.WriteTimeout, "the request was not taken in time"),
    (httpx.PoolTimeout, "no connection was free"),
    (httpx.DecodingError, "a damaged answer"),
    (httpx.TransportError, "the connection broke"),
)


def not_connected(system: str, url: httpx.URL, error: httpx.TransportError) -> Note:
    """No connection: refused, no such name, no TLS, no time, or one that needs a proxy."""
    place = f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"
    causes = list(_causes(error))
    failed_tls = next((one for one in causes if isinstance(one, ssl.SSLError)), None)
    if failed_tls is not None:
        return reasons.NO_TLS(system=system, place=place, detail=_of_tls(failed_tls))
    proxy = next((name for name in _PROXIES if os.environ.get(name)), None)
    if proxy is not None:
        return reasons.PROXY_NOT_USED(system=system, place=place, variable=proxy)
    setting = f"{system.upper()}_API_URL"
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return reasons.CONNECTION_REFUSED(system=system, place=place, setting=setting)
    if any(isinstance(one, socket.gaierror) for one in causes):
        return reasons.NO_SUCH_HOST(system=system, place=place, setting=setting)
    if isinstance(error, httpx.ConnectTimeout):
        return reasons.CONNECT_TIMEOUT(system=system, place=place)
    return reasons.UNREACHABLE(system=system, detail=in_words(error))


def in_words(error: httpx.RequestError) -> str:
    """A short description of how a call on an open connection broke."""
    return next((words for type_, words in _BROKEN if isinstance(error, type_)), "no connection")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _of_tls(error: ssl.SSLError) -> str:
    """OpenSSL's own words; for a certificate, its fault."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    return (error.reason or type(error).__name__).replace("_", " ").casefold()
