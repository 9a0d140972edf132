"""Sends what it is given at a steady rate: `python -m bench.sender FILE RATE`.

FILE holds a JSON list of address, headers and body. Prints how often each status was answered; an
event without an answer counts under 0.
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

import httpx

CONNECTIONS = 32
"""Each with one event at a time."""

BATCH = 0.02
"""Seconds between two handfuls."""


async def send(parcels: list[tuple[str, dict[str, str], str]], rate: float) -> Counter[str]:
    """Send all of them, so many a second, as long as a connection is free."""
    statuses: Counter[str] = Counter()
    waiting: asyncio.Queue[tuple[str, dict[str, str], str]] = asyncio.Queue()

    async def post_all() -> None:
        async with httpx.AsyncClient(timeout=60.0) as client:
            while True:
                url, headers, body = await waiting.get()
                try:
                    answer = await client.post(url, headers=headers, content=body.encode())
                    statuses[str(answer.status_code)] += 1
                except httpx.HTTPError:
                    statuses["0"] += 1
                waiting.task_done()

    senders = [asyncio.create_task(post_all()) for _ in range(CONNECTIONS)]
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    while sent < len(parcels):
        due = min(int((loop.time() - began + BATCH) * rate), len(parcels))
        for parcel in parcels[sent:due]:
            waiting.put_nowait(parcel)
        sent = due
        await asyncio.sleep(BATCH)
    await waiting.join()
    for sender in senders:
        sender.cancel()
    return statuses


if __name__ == "__main__":
    found = asyncio.run(send(json.loads(Path(sys.argv[1]).read_text()), float(sys.argv[2])))
    print(json.dumps(found))
