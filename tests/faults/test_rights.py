"""A Redis user with just the rights that the documentation names, on a Redis that others use."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from store.connection import connect
from store.suitability import CHANNELS, COMMANDS, OUTSIDE
from tests.dashboards import flower
from tests.processes import Process, Station, wait_until
from workers.embedded import EphemeralServer

pytestmark = pytest.mark.slow

CONNECTION = ("HELLO", "AUTH", "CLIENT|SETINFO", "CLIENT|SETNAME", "SELECT", "MULTI", "EXEC")
"""What the connections send beside the commands that are looked at."""


def command(words: Sequence[str]) -> str:
    """As a right names it."""
    return "|".join(words[:2] if words[0] == "SCRIPT" else words[:1]).lower()


def rights(prefix: str) -> list[str]:
    """Those of docs/operations.md."""
    commands = {command(words) for words in (*COMMANDS, *OUTSIDE)} | {*map(str.lower, CONNECTION)}
    commands |= {"discard", "info", "psubscribe", "punsubscribe", "subscribe", "unsubscribe"}
    return [
        *("reset", "on", ">secret", f"~{prefix}:*", f"&{prefix}:*"),
        *(f"&{prefix}:/0.{name}" for name in CHANNELS),
        *(f"+{name}" for name in sorted(commands)),
    ]


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station(tmp_path, environment={"REDIS_PREFIX": "elsewhere"})
    made.server = EphemeralServer(persist=False, tcp=True, options=())
    with made:
        yield made


def served(process: Process, path: str) -> str:
    """What that process serves there."""
    found = wait_until(lambda: re.search(r"(http://[\d.:]+): |(http://[\d.:]+)/", process.said()))
    answer = httpx.get((found[1] or found[2]) + path)
    assert answer.is_success
    return answer.text


def restricted(station: Station, *words: str) -> None:
    """From now on processes come as such a user."""
    station.redis.execute_command("ACL", "SETUSER", "sync", *words)  # type: ignore[no-untyped-call]
    url = station.server.url.replace("redis://", "redis://sync:secret@")
    station.environment["REDIS_URL"] = url


def test_a_worker_needs_no_more_and_leaves_every_other_key_alone(station: Station) -> None:
    org, account = station.add()
    org.add_job("Engineer")
    restricted(station, *rights("elsewhere"))
    station.redis.set("somebody else's", "1")
    worker = station.start_worker(app="workers")
    beat = station.start("celery", "-A", "workers", "beat", name="beat")
    web = station.start("control.cli", "web", "--port", "0", name="web")
    metrics = station.start("control.cli", "metrics", "--port", "0", name="metrics")
    dashboard = flower(station, "flower")
    with connect(station.server.url) as admin:
        admin.prefix = "elsewhere"
        station.redis = admin
        station.await_worker()
        # Beat asks as soon as it is started.
        wait_until(lambda: account.openings and station.memory().backlog.left() == 0)
        assert worker.runs and beat.runs
        assert served(web, "/readyz") and "charthop_ashby_up 1.0" in served(metrics, "/metrics")
        # Flower knows the worker by its events and by remote control.
        wait_until(dashboard.answers)
        wait_until(lambda: "worker@station" in httpx.get(f"{dashboard.url}/workers").text)
        assert admin.acl_log() == []
        keys = {key.decode() for key in admin.scan_iter()}
        channels = {name.decode() for name in admin.pubsub_channels()}
        patterns = admin.pubsub_numpat()
    strange = {key for key in keys if not key.startswith("elsewhere:")}
    assert strange == {"somebody else's"}
    assert all(name.startswith("elsewhere:") for name in channels)
    assert patterns, "the worker listens to remote control"


def test_a_worker_that_lacks_a_channel_says_so_and_ends(station: Station) -> None:
    restricted(station, *rights("elsewhere"), "resetchannels")
    worker = station.start_worker(app="workers")

    assert worker.ends(within=30.0) == 2
    assert "may not do everything that is needed (PUBLISH, PSUBSCRIBE" in worker.said()
    assert "Traceback" not in worker.said()
