"""Reads the body of a request from somebody who may be anybody."""

import asyncio

from starlette.requests import ClientDisconnect, Request

LARGEST = 1024 * 1024
"""Bytes; what is larger is refused while it comes."""

LONGEST = 10.0
"""Seconds in which the whole of it has to be here."""


class TooLarge(Exception):
    """The body is larger than is taken."""


class TooSlow(Exception):
    """The body did not come in time, or not to its end."""


async def read_body(request: Request) -> bytes:
    """The whole body. TooLarge, as soon as that is known; TooSlow."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LARGEST:
        raise TooLarge
    parts, size = [], 0
    try:
        async with asyncio.timeout(LONGEST):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST:
                    raise TooLarge
                parts.append(part)
    except (TimeoutError, ClientDisconnect):
        raise TooSlow from None
    return b"".join(parts)
