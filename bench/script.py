"""The yardstick: a single-process asyncio script that makes the same calls and nothing else.

The baseline: `python -m bench.script CHARTHOP_URL ASHBY_URL NAME LANES` reads what a sync reads,
makes the fields and then an opening with its values for each job, so many jobs at once. It keeps
no memory, no locks and no outcomes, heeds no allowance and survives nothing. Tuned: orjson, no
validation, and one connection and one httpx client per lane, because a shared client spends its
time looking through its pool. Prints the seconds from the first call to the last, and the calls.
"""

import asyncio
import base64
import sys
import time
from typing import Any

import httpx
import orjson

from bench.organization import TICKED

JOB_FIELDS = (
    "id,title,open,recruit,req,employment,department.name,location.name,startDatePlanned,backfill,"
    "sensitive,scenarioId,personId,createDate,"
) + ",".join(TICKED)
FIELDS: tuple[dict[str, Any], ...] = (
    {"title": "ChartHop Job ID", "fieldType": "String"},
    {"title": "ChartHop Recruiting Status", "fieldType": "String"},
    {
        "title": "Hiring Reason",
        "fieldType": "ValueSelect",
        "selectableValues": [
            {"label": "Growth", "value": "GROWTH"},
            {"label": "Replacement", "value": "REPLACEMENT"},
            {"label": "Project", "value": "PROJECT"},
        ],
    },
    {"title": "Budget", "fieldType": "Currency"},
    {"title": "Hiring Notes", "fieldType": "LongText"},
)
LISTS = (
    "customField.list",
    "department.list",
    "location.list",
    "opening.list",
    "application.list",
    "offer.list",
)


class Script:
    """One run."""

    def __init__(self, charthop: str, ashby: str, name: str) -> None:
        self.charthop = f"{charthop}/v1/org/{name}", f"{charthop}/v2/org/{name}"
        self.ashby = ashby
        token = base64.b64encode(f"{name}-ashby:".encode()).decode()
        self.to_charthop = {"Authorization": f"Bearer {name}-charthop"}
        self.to_ashby = {
            "Authorization": f"Basic {token}",
            "Accept": "application/json; version=1",
            "Ashby-Version": "2026-01-01",
            "Content-Type": "application/json",
        }
        self.calls = 0

    async def get(self, client: httpx.AsyncClient, url: str, **params: str) -> Any:
        """One call to ChartHop."""
        self.calls += 1
        answer = await client.get(url, params=params, headers=self.to_charthop)
        answer.raise_for_status()
        return orjson.loads(answer.content)

    async def post(self, client: httpx.AsyncClient, endpoint: str, body: Any) -> Any:
        """One call to Ashby; its results."""
        self.calls += 1
        answer = await client.post(
            f"{self.ashby}/{endpoint}", content=orjson.dumps(body), headers=self.to_ashby
        )
        envelope = orjson.loads(answer.content)
        if not envelope["success"]:
            raise RuntimeError(f"{endpoint}: {envelope}")
        return envelope["results"]

    async def open_jobs(self, client: httpx.AsyncClient) -> list[dict[str, Any]]:
        """All pages of the list of open jobs."""
        rows: list[dict[str, Any]] = []
        params = {"q": "is:open", "fields": JOB_FIELDS, "limit": "500"}
        while True:
            page = await self.get(client, f"{self.charthop[1]}/job", **params)
            rows += page["data"]
            if not page.get("next") or not page["data"]:
                return rows
            params["from"] = page["next"]

    async def run(self, lanes: int) -> float:
        """All of it; the seconds it took."""
        clients = [httpx.AsyncClient(timeout=30, trust_env=False) for _ in range(lanes)]
        began = time.perf_counter()
        first = clients[0]
        reads = [
            self.post(client, name, {"limit": 100})
            for name, client in zip(LISTS, clients[2:], strict=False)
        ]
        fields = self.get(first, f"{self.charthop[0]}/field", builtin="custom", limit="500")
        _, jobs, *lists = await asyncio.gather(fields, self.open_jobs(clients[1]), *reads)
        teams = {one["name"]: one["id"] for one in lists[1]}
        places = {one["name"]: one["id"] for one in lists[2]}
        made = await asyncio.gather(
            *(
                self.post(client, "customField.create", {**one, "objectType": "Opening_Version"})
                for one, client in zip(FIELDS, clients, strict=False)
            )
        )
        waiting = list({job["id"]: job for job in jobs}.values())

        async def lane(client: httpx.AsyncClient) -> None:
            while waiting:
                await self.job(client, waiting.pop(), made, teams, places)

        await asyncio.gather(*map(lane, clients))
        took = time.perf_counter() - began
        await asyncio.gather(*(client.aclose() for client in clients))
        return took

    async def job(
        self,
        client: httpx.AsyncClient,
        job: dict[str, Any],
        fields: list[dict[str, Any]],
        teams: dict[str, str],
        places: dict[str, str],
    ) -> None:
        """The opening of one job, and its values."""
        body = {
            "identifier": job["req"],
            "description": job["title"],
            "teamId": teams.get(job["department.name"]),
            "locationIds": [places[job["location.name"]]],
            "targetStartDate": job["startDatePlanned"],
            "isBackfill": False,
            "employmentType": "FullTime",
            "openingState": "Approved",
        }
        opening = await self.post(client, "opening.create", body)
        money = job["budget"]
        values = (
            job["id"],
            "Active",
            job["hiringReason"],
            {"value": money["amount"], "currencyCode": money["currency"]},
            job["hiringNotes"],
        )
        await self.post(
            client,
            "customField.setValues",
            {
                "objectType": "Opening",
                "objectId": opening["id"],
                "values": [
                    {"fieldId": field["id"], "fieldValue": value}
                    for field, value in zip(fields, values, strict=True)
                ],
            },
        )


def main() -> None:
    """Run it and say how it went."""
    charthop, ashby, name, lanes = sys.argv[1:]
    script = Script(charthop, ashby, name)
    took = asyncio.run(script.run(max(8, int(lanes))))
    print(took, script.calls)


if __name__ == "__main__":
    main()
