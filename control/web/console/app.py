"""The routes of the console."""

from functools import partial
from pathlib import Path

from redis import RedisError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from control.deployment import Deployment
from control.errors import RedisAway
from control.questions import Asker
from control.web.console import comparing, fields, ordering, pages
from control.web.console.access import ACCESS
from control.web.console.guard import Guard
from control.web.console.logins import login_at
from control.web.console.serving import Served, View, away, broken, refused
from control.web.console.signing_in import callback, login, sign_out
from control.web.console.visit import Console

STATIC = Path(__file__).parent / "static"

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
    """The deployment's console on that address; None if it needs a login and has none.

    WrongSetup if the login is too weak for the address.
    """
    found = login_at(deployment, host)
    return make_console(Console(deployment, found, Asker(deployment))) if found else None


def make_console(console: Console) -> Starlette:
    """The console as a separate application."""
    routes = [
        Route(
            path,
            Served(view, f"{method} {path}", ACCESS[method, path]).answer,
            methods=[method],
        )
        for (method, path), view in VIEWS.items()
    ]
    app = Starlette(
        routes=[
            Route("/static/console.css", partial(_static, "console.css", "text/css")),
            Route("/static/console.js", partial(_static, "console.js", "text/javascript")),
            Route("/login", login),
            Route("/login/callback", callback),
            *routes,
        ],
        middleware=[Middleware(Guard, web_url=console.web_url)],
        exception_handlers={
            HTTPException: refused,
            RedisError: away,
            RedisAway: away,
            Exception: broken,
        },
    )
    app.state.console = console
    return app


async def _static(name: str, kind: str, _: Request) -> Response:
    return FileResponse(STATIC / name, media_type=kind)
