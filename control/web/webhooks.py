"""The vendors' webhooks: a thin view of control/events.py."""

from functools import partial

from kombu.exceptions import OperationalError
from redis import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from control.events import System
from control.web.bodies import TooLarge, TooSlow, read_body
from core.errors import WrongSetup
from systems.webhooks import NotTaken

WORDS = {200: "noted", 400: "not an event", 401: "not signed", 408: "too slow", 413: "too large"}
"""An unknown organization, a missing secret and a wrong signature get the same answer."""


async def take(system: System, request: Request) -> Response:
    """Receive an event: 200 if it is noted; Ashby retries after a 503."""
    try:
        body = await read_body(request)
    except TooLarge:
        return _answer(413)
    except TooSlow:
        return _answer(408)
    headers = dict(request.headers)
    organization = request.path_params["organization"]
    try:
        await run_in_threadpool(request.app.state.inbox.take, system, organization, headers, body)
    except NotTaken as error:
        return _answer(error.status)
    except (RedisError, OperationalError, WrongSetup):
        return PlainTextResponse("try again later\n", 503, {"Retry-After": "30"})
    return _answer(200)


def _answer(status: int) -> Response:
    # The unread rest of the body would be taken for the next request.
    headers = {"Connection": "close"} if status in (408, 413) else None
    return PlainTextResponse(f"{WORDS[status]}\n", status, headers)


ROUTES = [
    Route(f"/webhooks/{system}/{{organization}}", partial(take, system), methods=["POST"])
    for system in System
]
