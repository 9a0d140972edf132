"""Health: whether the process is alive and ready."""

from redis import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from control.events import Inbox
from core.errors import WrongSetup


async def healthz(_: Request) -> Response:
    """200 while the process is alive."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """200 while Redis and the organizations file can be read, else 503 with the reason."""
    reason = await run_in_threadpool(_not_ready, request.app.state.inbox)
    if reason is None:
        return PlainTextResponse("ok\n")
    return PlainTextResponse(f"{reason}\n", 503)


def _not_ready(inbox: Inbox) -> str | None:
    """The reason, without paths and addresses, because anybody may ask."""
    try:
        inbox.redis.ping()
    except RedisError:
        return "Redis does not answer"
    try:
        inbox.organizations.require_readable()
    except WrongSetup:
        return "the organizations file cannot be read"
    return None


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz)]
