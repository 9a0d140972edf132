"""The web application: routes requests to webhooks, health and the console."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from control.events import Inbox
from control.web import health, webhooks


def make_app(inbox: Inbox, console: Starlette | None = None) -> Starlette:
    """The application; the console, if there is one, answers all but webhooks and health."""
    pages: list[BaseRoute] = [Mount("/", console)] if console is not None else []
    app = Starlette(routes=[*webhooks.ROUTES, *health.ROUTES, *pages])
    app.state.inbox = inbox
    return app
