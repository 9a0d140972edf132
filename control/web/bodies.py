"""Reads the body of a request from an untrusted sender."""

import asyncio

from starlette.requests import ClientDisconnect, Request

LARGEST = 1024 * 1024
"""Maximum size in bytes; a larger body is refused while it arrives."""

LONGEST = 10.0
"""Seconds within which the whole body has to arrive."""


class TooLarge(Exception):
    """The body is too large."""


class TooSlow(Exception):
    """The body did not arrive in time, or not completely."""


async def read_body(request: Request) -> bytes:
    """The whole body. Raises TooLarge as soon as that is known, or TooSlow."""
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
