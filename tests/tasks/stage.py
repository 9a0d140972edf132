"""One organization on both sides, as the tests of the outbound half look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.outcomes import Result
from sandbox.ashby import Account, AshbyOddities
from sandbox.charthop import ChartHopOddities, Org
from sandbox.wire import Call, Fault
from store.syncs import Sync
from tests.deployment import Deployment

ONE = ("one", ChartHopOddities.one(), AshbyOddities.one())
OTHER = ("other", ChartHopOddities.other(), AshbyOddities.other())
"""The two readings of what the vendors' documentation leaves open."""

LINK, STATUS = "ChartHop Job ID", "ChartHop Recruiting Status"


@dataclass
class Stage:
    """One organization with a department, a location and close reasons in Ashby."""

    deployment: Deployment
    org: Org
    account: Account
    department: str = ""
    location: str = ""

    def __post_init__(self) -> None:
        self.department = self.account.add_department("Engineering")
        self.location = self.account.add_location("Berlin")
        self.account.add_close_reason("Cancelled")
        self.reason = self.account.add_close_reason("Closed in ChartHop")

    # ChartHop

    def job(self, title: str = "Engineer", recruit: str | None = "Active", **codes: Any) -> str:
        """A new open job in Engineering, Berlin; a code's dot is written as two underscores."""
        given = {
            "department__name": "Engineering",
            "location__name": "Berlin",
            "employment": "FULL",
            **codes,
        }
        return self.org.add_job(
            title, recruit, **{code.replace("__", "."): value for code, value in given.items()}
        )

    def opened(self, title: str = "Engineer", recruit: str | None = "Active", **codes: Any) -> str:
        """A new job as above that a sync has brought over."""
        job = self.job(title, recruit, **codes)
        self.sync()
        return job

    def edit(self, job_id: str, **codes: Any) -> None:
        """Edit a job, likewise."""
        self.org.edit_job(job_id, {code.replace("__", "."): value for code, value in codes.items()})

    # Syncs

    def sync(self, **headers: Any) -> Sync:
        """One sync to its end."""
        return self.deployment.sync(**headers)

    def sync_anyhow(self) -> None:
        """One sync whose own record may be lost, too."""
        self.deployment.send("tasks.sync_organization", "acme")
        self.deployment.drain()

    def later(self) -> None:
        """An hour goes by.

        What the services asked to wait for is over, and so are outages. A create whose answer was
        lost is long ago, lists have caught up, and none is believed any more.
        """
        redis = self.deployment.redis
        for name in redis.scan_iter("charthop-ashby:-:*"):
            redis.delete(name)
        self.deployment.let_settle()
        self.deployment.let_lists_grow_old()

    def sync_quietly(self) -> None:
        """One sync that must find nothing to do."""
        self.deployment.forget_calls()
        before = self.shown()
        sync = self.sync()
        assert self.deployment.writes() == []
        assert sync.planned == 0
        assert not sync.problems
        assert self.shown() == before

    def configure(self, more: str) -> None:
        """Write the organization's settings anew."""
        self.deployment.configure("acme", more)

    def fault(self, path: str = "", kind: Any = "status", **more: Any) -> Fault:
        """Something goes wrong in Ashby."""
        fault = Fault(path, kind, **more)
        self.deployment.ashby.faults.append(fault)
        return fault

    def charthop_fault(self, path: str = "", kind: Any = "status", **more: Any) -> Fault:
        """Something goes wrong in ChartHop."""
        fault = Fault(path, kind, **more)
        self.deployment.charthop.faults.append(fault)
        return fault

    def flush(self) -> None:
        """Redis loses everything."""
        self.deployment.redis.flushdb()

    def result(self, job_id: str) -> Result:
        """How the job's record ended."""
        return self.deployment.result(f"job:{job_id}")

    def detail(self, job_id: str) -> str:
        """What the service said that refused the job's record."""
        return self.deployment.memory().details.get(f"job:{job_id}") or ""

    def told(self, job_id: str) -> str:
        """The same in a few words: `created`, `held: namesakes`."""
        result = self.result(job_id)
        reasons = ", ".join(result.codes)
        return f"{result.outcome}: {reasons}" if reasons else result.outcome

    # Ashby

    def openings(self, job_id: str | None = None) -> list[dict[str, Any]]:
        """The openings as Ashby shows them, all or those linked to a job."""
        shown = [self.account.opening(id_) for id_ in self.account.openings]
        return [one for one in shown if job_id is None or self.field(one, LINK) == job_id]

    def opening(self, job_id: str) -> dict[str, Any]:
        """The one opening that is linked to the job."""
        (found,) = self.openings(job_id)
        return found

    def says(self, job_id: str) -> dict[str, Any]:
        """What the latest version of the job's opening says."""
        version: dict[str, Any] = self.opening(job_id)["latestVersion"]
        return version

    def state(self, job_id: str) -> str:
        """The state of the job's opening."""
        return str(self.opening(job_id)["openingState"])

    def field(self, opening: Mapping[str, Any], title: str) -> Any:
        """The value of an opening's custom field, None where it has none."""
        return self.account.opening_field(opening["id"], title)

    def value(self, job_id: str, title: str) -> Any:
        """The value of a custom field of the job's opening."""
        return self.field(self.opening(job_id), title)

    def shown(self) -> Any:
        """Everything in Ashby, for comparing before and after."""
        return self.deployment.ashby.state()

    def calls(self, endpoint: str) -> list[Call]:
        """The calls to one of Ashby's endpoints."""
        return [call for call in self.deployment.ashby.calls if call.path == f"/{endpoint}"]

    def written(self) -> list[str]:
        """The endpoints of all writes, in order."""
        return [call.path.removeprefix("/") for call in self.deployment.writes()]

    def remembered(self) -> bytes:
        """Every byte that stands in Redis, keys included."""
        redis = self.deployment.redis
        everything = b""
        for key in redis.scan_iter(count=1000):
            everything += key + b"\n" + _content(redis, key) + b"\n"
        return everything


def make_stage(
    folder: Path,
    redis_url: str,
    charthop: ChartHopOddities | None = None,
    ashby: AshbyOddities | None = None,
    more: str = 'close_reason = "Closed in ChartHop"',
) -> Stage:
    """A stage with those readings of the documentation; `more` are lines of settings."""
    deployment = Deployment(
        folder,
        redis_url,
        charthop_oddities=charthop or ChartHopOddities(),
        ashby_oddities=ashby or AshbyOddities(),
    )
    return Stage(deployment, *deployment.add("acme", more))


def _content(redis: Any, key: bytes) -> bytes:
    match redis.type(key):
        case b"string":
            found = redis.get(key)
        case b"hash":
            found = redis.hgetall(key)
        case b"list":
            found = redis.lrange(key, 0, -1)
        case b"set":
            found = redis.smembers(key)
        case b"zset":
            found = redis.zrange(key, 0, -1, withscores=True)
        case other:
            raise AssertionError(f"a key of type {other!r}")
    parts = found.items() if isinstance(found, dict) else found
    if isinstance(parts, bytes):
        return parts
    return b" ".join(
        b" ".join(one if isinstance(one, bytes) else str(one).encode() for one in part)
        if isinstance(part, tuple)
        else part
        for part in parts
    )
