"""Nothing personal and no key is to be read anywhere but in the two services."""

import logging
from pathlib import Path
from typing import Any

import pytest

from sandbox.charthop import ChartHopOddities
from sandbox.wire import Fault
from tests.deployment import Deployment

MARKERS = (
    "Markername",
    "marker@example.net",
    "5555550187",
    "98761234",
    "Markertitle",
    "Markerboss",
    "charthop-acme",
    "ashby-acme",
)
SETTINGS = """
hires_since = 2026-01-01
sync_confidential_jobs = {confidential}
synced_fields = ["boss", "budget", "note"]
"""
FAULTS = (
    Fault(path="opening.create", kind="error", code="invalid_input", message="bad Markertitle"),
    Fault(path="customField.setValues", kind="html"),
    Fault(path="/person$", method="POST", kind="status", status=400, body=b'{"message": "no"}'),
    Fault(path="/person$", method="POST", kind="lost"),
    Fault(path="/change/sync", kind="status", status=500),
    Fault(path="offer.list", kind="reset"),
    Fault(path="/job$", kind="html200"),
)


@pytest.mark.parametrize("confidential", ["true", "false"])
@pytest.mark.parametrize("reading", ["one", "other"])
def test_no_marker_is_found_in_logs_redis_messages_or_results(
    tmp_path: Path,
    redis_url: str,
    caplog: pytest.LogCaptureFixture,
    confidential: str,
    reading: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    deployment = Deployment(
        tmp_path, redis_url, charthop_oddities=getattr(ChartHopOddities, reading)()
    )
    org, account = deployment.add(more=SETTINGS.format(confidential=confidential))
    org.add_field("boss", "Boss", "PERSON")
    org.add_field("budget", "Budget", "MONEY")
    org.add_field("note", "Note", "TEXT")
    boss = org.add_person("Ida", "Markerboss", workEmail="boss.marker@example.net")
    job = org.add_job(title="Engineer", boss=boss, createDate="2026-01-05")
    org.edit_job(job, budget={"amount": 98761234, "currency": "USD"}, note="about Markername")
    org.add_job(title="Markertitle", sensitive="HIGH")
    told: list[str] = deployment.drain()
    told += _live(deployment, 2)
    opening = deployment.result(f"job:{job}").opening_id
    candidate = account.add_candidate("Jane Markername", "marker@example.net", "+1 555-555-0187")
    application = account.add_application(candidate)
    offer = account.add_offer(application, opening, salary=(98761234, "USD"))
    account.accept_offer(offer)
    account.set_application_status(application, "Hired")
    for fault in FAULTS:
        (deployment.charthop if "/" in fault.path else deployment.ashby).faults.append(fault)
        told += _live(deployment, 1)
    org.edit_job(job, title="Engineer II", note="more about Markername")
    account.edit_offer(offer, salary=(98761235, "USD"))
    told += _live(deployment, 2)
    assert len(org.persons) == 2, "the hire went through in the end"

    seen = {
        "logs": caplog.text,
        "results": " ".join(told),
        "redis": _everything(deployment).decode(errors="replace"),
    }
    found = [
        f"{marker} in the {where}"
        for where, text in seen.items()
        for marker in MARKERS
        if marker in text
    ]
    assert not found


def _live(deployment: Deployment, syncs: int) -> list[str]:
    """So many syncs; what the tasks returned, and the arguments that they were sent with."""
    told: list[str] = []
    for _ in range(syncs):
        deployment.send("tasks.sync_organization", "acme")
        while deployment.app.messages:
            message = deployment.app.messages.pop(0)
            told += [str(message.args), str(message.headers), deployment.run(message)]
    return told


def _everything(deployment: Deployment) -> bytes:
    """Every key of Redis and what it holds."""
    dump = bytearray()
    redis: Any = deployment.redis
    for key in redis.scan_iter():
        dump += key + b" " + redis.dump(key) + b"\n"
        kind = redis.type(key)
        if kind == b"hash":
            for name, value in redis.hgetall(key).items():
                dump += name + b" " + value + b"\n"
        elif kind == b"string":
            dump += redis.get(key)
        elif kind == b"list":
            dump += b"\n".join(redis.lrange(key, 0, -1))
    return bytes(dump)
