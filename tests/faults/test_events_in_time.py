"""Real processes: an event reaches `web`, a worker is woken, and the outcome is there in time."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.keys import RecordKey
from tests.processes import Station, wait_until

IN_TIME = 5.0
"""Seconds from an event to its outcome at most."""

SECRET = "s" * 40
MORE = f"""
ashby_webhook_secret = "{SECRET}"
charthop_webhook_secret = "{SECRET}"
hires_since = 2020-01-01
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A worker and a web process, and both services with answers after 50 ms, which send events."""
    with ExitStack() as stack:
        made = stack.enter_context(Station(tmp_path))
        org, account = made.add(more=MORE)
        account.add_close_reason("Cancelled")
        web = made.start("control.cli", "web", "--port", "0", name="web")
        made.start_worker()
        made.await_worker()
        url = wait_until(lambda: re.search(r"(http://\S+): webhooks", web.said()))[1]
        for kind in ("candidateHire", "candidateStageChange", "offerUpdate", "openingCreate"):
            account.add_webhook(kind, f"{url}/webhooks/ashby/acme", SECRET)
        org.send_events(f"{url}/webhooks/charthop/acme", SECRET)
        for sandbox in (made.charthop, made.ashby):
            sandbox.latency = 0.05
            stack.enter_context(sandbox.outbox.running())
        yield made


def outcome(station: Station, record: str) -> str | None:
    kept = station.memory().results.get(RecordKey.read(record))
    return kept.result.outcome.value if kept is not None else None


def test_a_new_job_its_edit_and_a_hire_each_have_their_outcome_in_time(station: Station) -> None:
    station.sync()
    org, account = station.orgs["acme"], station.accounts["acme"]
    last = station.memory().syncs.last_id()

    job = org.add_job("Engineer")
    wait_until(lambda: outcome(station, f"job:{job}") == "created", IN_TIME)
    (opening,) = account.openings

    org.edit_job(job, title="Staff engineer")
    wait_until(
        lambda: account.opening(opening)["latestVersion"]["description"] == "Staff engineer",
        IN_TIME,
    )

    hire = account.hire("Ada Moss", "ada@example.net", opening)
    wait_until(lambda: outcome(station, f"offer:{hire.offer}") == "created", IN_TIME)
    assert len(org.persons) == 1
    assert station.memory().syncs.last_id() == last
