"""Which requests are answered, and by whom?"""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from control.events import Inbox
from control.web import health, webhooks


def make_app(inbox: Inbox, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The application; `more` are routes beside webhooks and health."""
    app = Starlette(routes=[*webhooks.ROUTES, *health.ROUTES, *more])
    app.state.inbox = inbox
    return app
