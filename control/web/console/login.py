"""Logins: identifying the person behind a request."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import HTTPConnection

from control.web.console import audit
from control.web.console.access import Visitor
from core.errors import WrongSetup
from store.attempts import Attempts
from store.space import Redis
from workers.settings import is_loopback

SHORTEST = 16
"""Minimum length of a password if the console is reachable from other machines."""

CHALLENGE = {"WWW-Authenticate": 'Basic realm="charthop-ashby", charset="UTF-8"'}


class TooOften(Exception):
    """Too many logins failed; none is accepted for a while."""


class Login(Protocol):
    """A way to sign in."""

    def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """The person behind a request, None if unknown. May raise TooOften."""
        ...


class NotHere(Exception):
    """There is no login, and the request may not come from this machine."""


FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers added by proxies, behind which everybody seems to be on this machine."""


class Nobody:
    """No login: everybody on this machine is an operator."""

    def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """The operator. Raises NotHere for anybody else."""
        client = connection.client.host if connection.client is not None else None
        is_here = is_loopback(client) and is_loopback(connection.url.hostname)
        if not is_here or any(name in connection.headers for name in FORWARDED):
            raise NotHere
        return Visitor("someone on this machine", is_operator=True)


@dataclass(frozen=True)
class Basic:
    """HTTP's own login; `accounts` are the digests of the passwords by user.

    `redis` is where failed logins are counted; it may be away when the process starts.
    """

    accounts: Mapping[str, bytes]
    redis: Callable[[], Redis]

    def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """An operator of every organization."""
        given = credentials(connection)
        if given is None:
            return None
        user, password = given
        address = audit.address_of(connection) or ""
        attempts = Attempts(self.redis())
        if attempts.is_too_many(address, user):
            self._note(connection, user, 429)
            raise TooOften
        # An unknown user takes as long as a wrong password.
        known = self.accounts.get(user, b"\0" * 32)
        if not hmac.compare_digest(known, _digest(password)):
            attempts.failed(address, user)
            self._note(connection, user, 401)
            return None
        if attempts.is_new(address, user):
            self._note(connection, user, 200)
        return Visitor(user, is_operator=True)

    def _note(self, connection: HTTPConnection, user: str, status: int) -> None:
        # An unknown name may be a password in the wrong field.
        who = user if user in self.accounts else None
        audit.write(
            audit.Entry(audit.Kind.LOGIN, "basic", who, audit.address_of(connection), status)
        )


@dataclass(frozen=True)
class Either:
    """Basic login for requests with a password, the identity provider for all others."""

    basic: Basic
    oidc: Login

    def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """The person behind a request."""
        brings_password = "authorization" in connection.headers
        return (self.basic if brings_password else self.oidc).visitor(connection)


def read_accounts(written: str, *, beyond_loopback: bool) -> dict[str, bytes]:
    """The accounts of CONSOLE_BASIC_AUTH. WrongSetup if a password is too short to be served."""
    accounts = {}
    for one in written.split(","):
        user, _, password = one.strip().partition(":")
        if beyond_loopback and len(password) < SHORTEST:
            raise WrongSetup(
                f"CONSOLE_BASIC_AUTH: to serve other machines, each password needs at "
                f"least {SHORTEST} characters; `openssl rand -hex 16` generates one."
            )
        accounts[user] = _digest(password)
    return accounts


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode()).digest()


def credentials(connection: HTTPConnection) -> tuple[str, str] | None:
    """User and password of HTTP's own login; None if none are sent."""
    scheme, _, encoded = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None
