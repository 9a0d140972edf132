"""The checks before each view, and the answers if they fail."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from kombu.exceptions import OperationalError
from redis import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from control.errors import NotOneRecord, RedisAway, Refusal
from control.web.bodies import TooLarge, TooSlow, read_body
from control.web.console import audit
from control.web.console.access import Role, Visitor
from control.web.console.guard import HEADERS, is_same_origin
from control.web.console.login import CHALLENGE, NotHere, TooOften, credentials
from control.web.console.signing_in import oidc_of, to_login
from control.web.console.visit import Console, Visit, error_page
from core.errors import WrongSetup
from store.attempts import Orders

View = Callable[[Visit], Response]

AWAY = (RedisError, RedisAway, OperationalError)
"""Errors if Redis does not answer us or the broker."""

UNANSWERED = (Refusal, WrongSetup, *AWAY)
"""Errors that prevent a view from answering."""

NOT_YOURS = "There is no such page, or you may not see it."


@dataclass(frozen=True)
class Served:
    """A view with its row of the access table; `what` is its name in the audit log."""

    view: View
    what: str
    needed: Role

    async def answer(self, request: Request) -> Response:
        """Check the person, their rights and the request's origin, then call the view."""
        console: Console = request.app.state.console
        try:
            visitor = await run_in_threadpool(console.login.visitor, request)
            if visitor is None:
                return self._turn_away(console, request)
            return await self._admit(console, visitor, request)
        except NotHere:
            self._note(request, None, 403)
            return error_page(403, "The console has no login, so it serves this machine only.")
        except TooOften:
            return error_page(429, "Too many failed logins. Wait a minute and try again.")
        except UNANSWERED as error:
            return unanswered(error, is_order=request.method == "POST")

    def _turn_away(self, console: Console, request: Request) -> Response:
        """Nobody is signed in; what a login that failed has noted is not noted twice."""
        answer = _who_is_it(console, request)
        if answer.status_code >= 400 and credentials(request) is None:
            self._note(request, None, answer.status_code)
        return answer

    async def _admit(self, console: Console, visitor: Visitor, request: Request) -> Response:
        """Answer somebody who is known; what they order or are refused is noted, come what may."""
        is_order = request.method == "POST"
        role = await run_in_threadpool(_role, console, visitor, request)
        status = 500
        try:
            answer = await self._ask(console, visitor, role, request)
            status = answer.status_code
            return answer
        except UNANSWERED as error:
            answer = unanswered(error, is_order=is_order)
            status = answer.status_code
            return answer
        finally:
            if is_order or role is None or status == 403:
                self._note(request, visitor, status)

    async def _ask(
        self, console: Console, visitor: Visitor, role: Role | None, request: Request
    ) -> Response:
        if role is None:
            return error_page(404, NOT_YOURS, visitor)
        if role < self.needed:
            return error_page(403, "Only an operator of the organization may do that.", visitor)
        path, query = dict(request.path_params), dict(request.query_params)
        visit = Visit(console, visitor, role, path, query, request.cookies)
        if request.method == "POST":
            return await self._order(visit, request)
        return await run_in_threadpool(self.view, visit)

    async def _order(self, visit: Visit, request: Request) -> Response:
        """The checks of an order once its operator is known."""
        by = visit.visitor
        if not is_same_origin(request, visit.console.web_url):
            return error_page(403, "The request did not come from a page of the console.", by)
        orders = Orders(visit.deployment.redis)
        if await run_in_threadpool(orders.is_one_too_many, by.name):
            return error_page(429, "Too many actions in a minute. Wait and try again.", by)
        try:
            body = await read_body(request)
            form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=2000)
        except TooLarge:
            return _last(error_page(413, "The request is too large.", by))
        except TooSlow:
            return _last(error_page(408, "The request took too long to arrive.", by))
        except ValueError:
            return error_page(400, "The request is not a form.", by)
        request.state.form = form
        return await run_in_threadpool(self.view, replace(visit, form=form))

    def _note(self, request: Request, visitor: Visitor | None, status: int) -> None:
        is_order = request.method == "POST" and status < 400
        audit.write(
            audit.Entry(
                audit.Kind.ORDER if is_order else audit.Kind.REFUSAL,
                self.what,
                visitor.name if visitor is not None else None,
                audit.address_of(request),
                status,
                request.path_params.get("organization"),
                request.path_params.get("record"),
                getattr(request.state, "form", {}),
            )
        )


def _who_is_it(console: Console, request: Request) -> Response:
    """On to the identity provider, else HTTP's own challenge."""
    if oidc_of(console.login) is None:
        answer = error_page(401, "Sign in to see this page.")
        answer.headers.update(CHALLENGE)
        return answer
    if request.method == "POST":
        return error_page(401, "You are no longer signed in; nothing was done.")
    return to_login(request)


def _role(console: Console, visitor: Visitor, request: Request) -> Role | None:
    organization = request.path_params.get("organization")
    if organization is None:
        return Role.SIGNED_IN
    return visitor.role(console.deployment.organizations, organization)


def _last(answer: Response) -> Response:
    """Close the connection: the unread rest of the body would be taken for the next request."""
    answer.headers["Connection"] = "close"
    return answer


def unanswered(error: Exception, *, is_order: bool) -> Response:
    """The page for an error that prevents an answer."""
    if isinstance(error, AWAY):
        return error_page(503, "Redis does not answer. Try again in a moment.")
    if isinstance(error, NotOneRecord):
        return error_page(404, str(error))
    return error_page(409 if is_order else 503, str(error))


async def refused(_: Request, error: Exception) -> Response:
    """The answer if there is no such page, or not with that method."""
    assert isinstance(error, HTTPException)
    unknown = error.status_code == 404
    why = NOT_YOURS if unknown else "The console does not support that request."
    return error_page(error.status_code, why)


async def away(_: Request, error: Exception) -> Response:
    """The answer if Redis becomes unavailable during a sign-in."""
    return unanswered(error, is_order=False)


async def broken(_: Request, __: Exception) -> Response:
    """The answer after a bug, which is in the log. The guard does not see this answer."""
    answer = error_page(500, "The console had an internal error; see its log.")
    answer.headers.update(HEADERS)
    return answer
