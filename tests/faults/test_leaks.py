"""Nothing personal and no key leaves real processes: in logs, Flower, Sentry or Redis."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from core.keys import job_key
from core.outcomes import Outcome
from sandbox.wire import Fault
from store.connection import connect
from tests.dashboards import Dashboard, flower
from tests.ingest import Ingest
from tests.processes import Station, wait_until

KEYS = ("charthop-acme", "ashby-acme", base64.b64encode(b"ashby-acme:").decode())
MARKERS = (
    "Markername",
    "marker@example.net",
    "marker%40example.net",
    "5555550187",
    "98761234",
    "Markertitle",
    "Markernote",
    *KEYS,
)
IN_A_BUG = "Markerbug"
"""Stands in a message that the test itself sends through Redis, and is searched elsewhere only."""
SETTINGS = """
hires_since = 2026-01-01
sync_confidential_jobs = true
synced_fields = ["budget", "note"]
"""
PAGES = ("/tasks", "/workers", "/broker", "/metrics", "/api/tasks", "/api/workers")
QUOTING = (
    # Refusals that repeat what they were sent, and how they were asked.
    ("ashby", "opening.create", 400, "ashby-acme may not make Markertitle"),
    ("ashby", "setValues", 400, f"no field takes Markernote; {KEYS[2]}"),
    ("charthop", "/person$", 400, "?q=contact.workEmail%3Dmarker%40example.net is none"),
    ("charthop", "/job$", 400, "no such query for Bearer charthop-acme"),
)


@contextmanager
def overheard(url: str) -> Iterator[list[str]]:
    """Every command that the Redis of that address is sent."""
    told: list[str] = []

    def listen() -> None:
        with redis.Redis.from_url(url) as client, client.monitor() as monitor:
            ready.set()
            for command in monitor.listen():
                told.append(command["command"])
                if "that is all" in command["command"]:
                    return

    ready = threading.Event()
    thread = threading.Thread(target=listen)
    thread.start()
    ready.wait(10)
    try:
        yield told
    finally:
        with connect(url) as client:
            client.echo("that is all")
        thread.join(10)


PASSWORD = ("gardener", "flowers and bees")


def everything(client: Any) -> str:
    """Every key of Redis and what it holds."""
    return " ".join(f"{key!r} {client.dump(key)!r}" for key in client.scan_iter())


def failures(shown: Dashboard) -> list[str]:
    """The ids of the tasks that failed."""
    tasks = httpx.get(f"{shown.url}/api/tasks", auth=PASSWORD).json()
    return [id_ for id_, one in tasks.items() if one["state"] == "FAILURE"]


@pytest.mark.timeout(150)
def test_no_marker_is_found_outside_of_the_two_services(tmp_path: Path) -> None:
    seen: dict[str, str] = {}
    with (
        Ingest() as ingest,
        Station(tmp_path, hurry=30.0, environment={"SENTRY_DSN": ingest.dsn}) as station,
        overheard(station.server.url) as commands,
    ):
        shown = flower(station, "flower", FLOWER_BASIC_AUTH=":".join(PASSWORD))
        station.start_worker("worker", "-l", "DEBUG", app="workers")
        station.start("celery", "-A", "workers", "beat", "-l", "DEBUG", name="beat")
        station.await_worker()
        wait_until(shown.answers)
        _live(station)
        # No number: an error outside of all that a record's task expects.
        station.send("tasks.sync_job", "acme", "670405b2c8e3d13247cfef5d", deliveries=IN_A_BUG)
        wait_until(lambda: ingest.of("event"))
        [bug] = wait_until(lambda: failures(shown))

        for page in (*PAGES, f"/task/{bug}"):
            seen[f"Flower's {page}"] = httpx.get(shown.url + page, auth=PASSWORD).text
        seen["Redis"] = everything(station.redis)
        for process in station.processes:
            seen[f"the log {process.log.name}"] = process.said()
    seen["what Redis was told"] = " ".join(commands)
    seen["Sentry"] = b"".join(ingest.raw).decode(errors="replace")

    assert "ValueError" in seen[f"Flower's /task/{bug}"]
    assert len(commands) > 1000
    assert '"level": "debug"' in seen["the log worker.log"]
    found = {
        f"{marker} in {where}: {text[max(0, text.index(marker) - 80) :][:200]}"
        for where, text in seen.items()
        for marker in (*MARKERS, *((IN_A_BUG,) if "Redis" not in where else ()))
        if marker in text
    }
    assert not found


def _live(station: Station) -> None:
    """A job and a hire with a marker in each field, and a service that repeats what it is told."""
    org, account = station.add(more=SETTINGS)
    org.add_field("budget", "Budget", "MONEY")
    org.add_field("note", "Note", "TEXT")
    for side, path, status, message in QUOTING:
        body = {"message": message, "success": False, "errorInfo": {"message": message}}
        sandbox = station.ashby if side == "ashby" else station.charthop
        sandbox.faults.append(Fault(path=path, status=status, body=body))
    job = org.add_job("Markertitle", sensitive="HIGH", createDate="2026-01-05", note="Markernote")
    org.edit_job(job, budget={"amount": 98761234, "currency": "USD"})
    for _ in range(4):
        station.sync()
    opening = station.memory().results.all()[job_key(job)].result.opening_id
    assert opening is not None
    candidate = account.add_candidate("Jane Markername", "marker@example.net", "+1 555-555-0187")
    application = account.add_application(candidate)
    account.accept_offer(account.add_offer(application, opening, salary=(98761234, "USD")))
    account.set_application_status(application, "Hired")
    for _ in range(3):
        station.sync()
    assert len(org.persons) == 1
    for sandbox in (station.ashby, station.charthop):
        assert all(fault.hits for fault in sandbox.faults), sandbox.faults
    outcomes = {kept.result.outcome for kept in station.memory().results.all().values()}
    assert Outcome.FAILED not in outcomes
