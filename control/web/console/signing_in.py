"""Signing in and out through an identity provider, and the cookie that remembers it."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from control.deployment import Deployment
from control.web.console import audit
from control.web.console.access import Visitor
from control.web.console.login import Either, Login
from control.web.console.oidc import NotSignedIn, Provider, random_text
from control.web.console.visit import Console, Visit, error_page
from store.sessions import LOGIN, LONGEST, Sessions


@dataclass(frozen=True)
class Oidc:
    """The login by session."""

    deployment: Deployment
    provider: Provider

    @property
    def sessions(self) -> Sessions:
        """The sessions of the deployment."""
        return Sessions(self.deployment.redis)

    @property
    def is_secure(self) -> bool:
        """True if cookies travel encrypted only; on loopback there may be no TLS."""
        return self.deployment.settings.web_url.startswith("https://")

    def cookie(self, name: str) -> str:
        """The name of a cookie. https://developer.mozilla.org/docs/Web/HTTP/Guides/Cookies ."""
        return f"__Host-{name}" if self.is_secure else name

    def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """The person of the session."""
        id_ = connection.cookies.get(self.cookie("session"))
        address = self.sessions.address(id_) if id_ else None
        return Visitor(address) if address is not None else None

    def set_cookie(self, answer: Response, name: str, value: str, seconds: int) -> None:
        """Out of reach of scripts; it comes along when the provider sends somebody back."""
        answer.set_cookie(
            self.cookie(name),
            value,
            max_age=seconds,
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )


def to_login(request: Request) -> Response:
    """Redirect to the login, which returns to this page."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(path)}", 303)


async def login(request: Request) -> Response:
    """Redirect to the identity provider."""
    oidc = _oidc(request)
    if oidc is None:
        return error_page(404, "There is no such page.")
    return await run_in_threadpool(_begin, oidc, own_path(request.query_params.get("next", "/")))


def _begin(oidc: Oidc, path: str) -> Response:
    state, nonce, verifier = random_text(), random_text(), random_text()
    try:
        place = oidc.provider.address_to_go_to(state, nonce, verifier)
    except NotSignedIn as error:
        return error_page(503, str(error))
    oidc.sessions.begin_login(state, {"nonce": nonce, "verifier": verifier, "next": path})
    answer = RedirectResponse(place, 303)
    oidc.set_cookie(answer, "login", state, LOGIN)
    return answer


async def callback(request: Request) -> Response:
    """Handle the return from the identity provider."""
    oidc = _oidc(request)
    if oidc is None:
        return error_page(404, "There is no such page.")
    state = request.query_params.get("state", "")
    ours = request.cookies.get(oidc.cookie("login"), "")
    code = request.query_params.get("code", "")
    if not (state and code and hmac.compare_digest(state.encode(), ours.encode())):
        _note(request, None, 403)
        return error_page(403, "This login was not started here, or was refused. Sign in again.")
    return await run_in_threadpool(_end, oidc, request, state, code)


def _end(oidc: Oidc, request: Request, state: str, code: str) -> Response:
    begun = oidc.sessions.take_login(state)
    if begun is None:
        _note(request, None, 403)
        return error_page(403, "This login has expired. Sign in again.")
    try:
        address = oidc.provider.address_of(code, begun["nonce"], begun["verifier"])
    except NotSignedIn as error:
        _note(request, None, 403)
        return error_page(403, str(error))
    _note(request, address, 200)
    answer = RedirectResponse(begun["next"], 303)
    _end_session(oidc, request.cookies)  # The one before this login, if any: two are one too many.
    oidc.set_cookie(answer, "session", oidc.sessions.start(address), LONGEST)
    answer.delete_cookie(oidc.cookie("login"), secure=oidc.is_secure, httponly=True)
    return answer


def _note(request: Request, who: str | None, status: int) -> None:
    audit.write(audit.Entry(audit.Kind.LOGIN, "oidc", who, audit.address_of(request), status))


def sign_out(visit: Visit) -> Response:
    """*Sign out*: end the session on the server."""
    answer = error_page(200, "You are signed out.")
    oidc = oidc_of(visit.console.login)
    if oidc is None:
        return answer
    _end_session(oidc, visit.cookies)
    answer.delete_cookie(oidc.cookie("session"), secure=oidc.is_secure, httponly=True)
    return answer


def _end_session(oidc: Oidc, cookies: Mapping[str, str]) -> None:
    id_ = cookies.get(oidc.cookie("session"))
    if id_:
        oidc.sessions.end(id_)


def own_path(path: str) -> str:
    """The path within the console; the first page for anything that may lead elsewhere."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours and "\\" not in path else "/"


def _oidc(request: Request) -> Oidc | None:
    console: Console = request.app.state.console
    return oidc_of(console.login)


def oidc_of(login: Login) -> Oidc | None:
    """The login through an identity provider, where there is one."""
    found = login.oidc if isinstance(login, Either) else login
    return found if isinstance(found, Oidc) else None
