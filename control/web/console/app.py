"""The routes of the console, and what is checked before a view is asked."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from redis import RedisError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from control.deployment import Deployment
from control.errors import NotOneRecord, RedisAway, Refusal
from control.questions import Asker
from control.web.bodies import TooLarge, TooSlow, read_body
from control.web.console import comparing, fields, ordering, pages
from control.web.console.access import ACCESS, Role, Visitor
from control.web.console.guard import Guard, is_same_origin
from control.web.console.login import CHALLENGE, NotHere, TooOften
from control.web.console.logins import login_at
from control.web.console.signing_in import callback, login, oidc_of, sign_out, to_login
from control.web.console.visit import Console, Visit, error_page
from core.errors import WrongSetup

View = Callable[[Visit], Response]

STYLE = Path(__file__).parent / "static" / "console.css"

VIEWS: dict[tuple[str, str], View] = {
    ("GET", "/"): pages.home,
    ("GET", "/o/{organization}"): pages.organization,
    ("GET", "/o/{organization}/records"): pages.records,
    ("GET", "/o/{organization}/records/{record}"): pages.record,
    ("GET", "/o/{organization}/fields"): fields.show,
    ("POST", "/o/{organization}/fields"): fields.save,
    ("GET", "/o/{organization}/plan"): comparing.plan,
    ("GET", "/o/{organization}/drift"): comparing.drift,
    ("GET", "/o/{organization}/syncs"): pages.syncs,
    ("GET", "/o/{organization}/syncs/{sync}"): pages.sync,
    ("POST", "/logout"): sign_out,
    ("POST", "/o/{organization}/sync"): ordering.sync,
    ("POST", "/o/{organization}/pause"): ordering.pause,
    ("POST", "/o/{organization}/resume"): ordering.resume,
    ("POST", "/o/{organization}/approve"): ordering.approve,
    ("POST", "/o/{organization}/records/{record}/sync"): ordering.sync_record,
    ("POST", "/o/{organization}/records/{record}/push"): ordering.push,
}


def console_at(deployment: Deployment, host: str) -> Starlette | None:
    """The console of that deployment on that address; None where it has no login and needs one.

    WrongSetup where the login is too weak for the address.
    """
    found = login_at(deployment, host)
    return make_console(Console(deployment, found, Asker(deployment))) if found else None


def make_console(console: Console) -> Starlette:
    """The console as an application of its own."""
    routes = [
        Route(path, partial(_serve, view, ACCESS[method, path]), methods=[method])
        for (method, path), view in VIEWS.items()
    ]
    app = Starlette(
        routes=[
            Route("/static/console.css", _style),
            Route("/login", login),
            Route("/login/callback", callback),
            *routes,
        ],
        middleware=[Middleware(Guard, web_url=console.web_url)],
        exception_handlers={HTTPException: _refused, RedisError: _away, RedisAway: _away},
    )
    app.state.console = console
    return app


async def _style(_: Request) -> Response:
    return FileResponse(STYLE, media_type="text/css")


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return error_page(error.status_code, _sentence(error.status_code))


async def _away(_: Request, error: Exception) -> Response:
    return _unanswered(error, is_order=False)


def _sentence(status: int) -> str:
    if status == 404:
        return "There is no such page, or it is not yours to see."
    return "The console does not answer that."


async def _serve(view: View, needed: Role, request: Request) -> Response:
    """Who is it, may they, does it come from here? Only then the view is asked."""
    console: Console = request.app.state.console
    try:
        visitor = await run_in_threadpool(console.login.visitor, request)
        if visitor is None:
            return _who_is_it(console, request)
        role = await run_in_threadpool(_role, console, visitor, request)
        if role is None:
            return error_page(404, _sentence(404), visitor)
        if role < needed:
            return error_page(403, "That takes an operator of the organization.", visitor)
        path, query = dict(request.path_params), dict(request.query_params)
        visit = Visit(console, visitor, role, path, query, request.cookies)
        return await _answer(view, visit, request)
    except NotHere:
        return error_page(403, "The console has no login, and so it serves this machine alone.")
    except TooOften:
        return error_page(429, "Too many logins failed. Wait a minute and try again.")
    except (Refusal, WrongSetup, RedisError) as error:
        return _unanswered(error, is_order=request.method == "POST")


def _who_is_it(console: Console, request: Request) -> Response:
    """On to the identity provider, else HTTP's own challenge."""
    if oidc_of(console.login) is None:
        answer = error_page(401, "Sign in to see this page.")
        answer.headers.update(CHALLENGE)
        return answer
    if request.method == "POST":
        return error_page(401, "You are not signed in any more; nothing was done.")
    return to_login(request)


def _role(console: Console, visitor: Visitor, request: Request) -> Role | None:
    organization = request.path_params.get("organization")
    if organization is None:
        return Role.SIGNED_IN
    return visitor.role(console.deployment.organizations, organization)


async def _answer(view: View, visit: Visit, request: Request) -> Response:
    if request.method == "POST":
        if not is_same_origin(request, visit.console.web_url):
            return error_page(403, "That did not come from a page of the console.", visit.visitor)
        try:
            body = await read_body(request)
            form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=2000)
        except TooLarge:
            return error_page(413, "That is too large.", visit.visitor)
        except TooSlow:
            return error_page(408, "That took too long to come.", visit.visitor)
        except ValueError:
            return error_page(400, "That is no form.", visit.visitor)
        visit = replace(visit, form=form)
    return await run_in_threadpool(view, visit)


def _unanswered(error: Exception, *, is_order: bool) -> Response:
    if isinstance(error, RedisError | RedisAway):
        return error_page(503, "Redis does not answer. Try again in a moment.")
    if isinstance(error, NotOneRecord):
        return error_page(404, str(error))
    return error_page(409 if is_order else 503, str(error))
