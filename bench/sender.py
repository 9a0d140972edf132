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

CONNECTIONS = 64
BATCH = 0.02
"""Seconds between two handfuls."""


async def send(parcels: list[tuple[str, dict[str, str], str]], rate: float) -> Counter[str]:
    """Send all of them, so many a second, whether the earlier ones are answered or not."""
    statuses: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=CONNECTIONS)

    async def post(url: str, headers: dict[str, str], body: str) -> None:
        try:
            answer = await client.post(url, headers=headers, content=body.encode())
            statuses[str(answer.status_code)] += 1
        except httpx.HTTPError:
            statuses["0"] += 1

    async with (
        httpx.AsyncClient(limits=limits, timeout=60.0) as client,
        asyncio.TaskGroup() as all_,
    ):
        began, sent = asyncio.get_running_loop().time(), 0
        while sent < len(parcels):
            due = int((asyncio.get_running_loop().time() - began + BATCH) * rate)
            for url, headers, body in parcels[sent:due]:
                all_.create_task(post(url, headers, body))
            sent = max(sent, min(due, len(parcels)))
            await asyncio.sleep(BATCH)
    return statuses


if __name__ == "__main__":
    found = asyncio.run(send(json.loads(Path(sys.argv[1]).read_text()), float(sys.argv[2])))
    print(json.dumps(found))
