"""A pause, a switch, a refused key: who stops, who goes on, and what it costs meanwhile."""

import logging
from typing import Any

import pytest

from core.keys import Direction, field_key, job_key
from core.outcomes import Outcome
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from store.backlog import Backlog
from tests.deployment import Deployment

SINCE = "hires_since = 2026-01-01\n"


def hire(account: Account, opening: str, name: str = "Jane Public") -> str:
    """Somebody is hired against the opening; the offer."""
    email = f"{name.replace(' ', '.').lower()}@example.com"
    application = account.add_application(account.add_candidate(name, email))
    offer = account.add_offer(application, opening)
    account.accept_offer(offer)
    account.set_application_status(application, "Hired")
    return offer


def backlog(deployment: Deployment) -> Backlog:
    return deployment.memory().backlog


# A pause, and the switch in the file.


def switch_off(deployment: Deployment, how: str) -> None:
    if how == "pause":
        deployment.memory().switches.pause("an audit")
    else:
        deployment.configure("acme", SINCE, enabled=False)


def switch_on(deployment: Deployment, how: str) -> None:
    if how == "pause":
        deployment.memory().switches.resume()
    else:
        deployment.configure("acme", SINCE)


@pytest.mark.parametrize("how", ["pause", "the file"])
@pytest.mark.parametrize("calls", range(1, 12))
def test_a_task_stops_before_its_next_write(deployment: Deployment, how: str, calls: int) -> None:
    org, account = deployment.add(more=SINCE)
    jobs = [org.add_job() for _ in range(3)]
    written: list[int] = []

    def after(body: Any) -> Any:
        switch_off(deployment, how)
        written.append(len(deployment.writes()))
        return body

    deployment.ashby.faults.append(Fault(kind="altered", skip=calls, alter=after))
    deployment.sync()

    assert len(deployment.writes()) == written[0] + deployment.ashby.calls[calls].writes
    assert backlog(deployment).left() == 0
    assert deployment.app.messages == []

    switch_on(deployment, how)
    deployment.memory().backlog.clear()
    deployment.sync()
    assert sorted(account.opening_field(id_, "ChartHop Job ID") for id_ in account.openings) == (
        sorted(jobs)
    )


def test_what_a_pause_stopped_says_so_and_is_done_after_it(deployment: Deployment) -> None:
    org, _ = deployment.add()
    job = org.add_job()
    deployment.send("tasks.sync_organization", "acme")
    next(deployment.steps())
    switch_off(deployment, "pause")
    deployment.drain()
    result = deployment.result(f"job:{job}")
    assert result.outcome is Outcome.HELD
    assert "the organization is paused (an audit)" in (result.reason or "")

    switch_on(deployment, "pause")
    deployment.sync()
    assert deployment.result(f"job:{job}").outcome is Outcome.CREATED


@pytest.mark.parametrize("how", ["pause", "the file"])
def test_nothing_is_read_and_nothing_spins_while_it_is_off(
    deployment: Deployment, how: str
) -> None:
    org, account = deployment.add(more=SINCE)
    for _ in range(60):
        org.add_job()
    deployment.send("tasks.sync_organization", "acme")
    next(deployment.steps())
    switch_off(deployment, how)
    deployment.forget_calls()

    ran = len(deployment.drain())
    for trigger in ("schedule", "shell"):
        deployment.send("tasks.sync_organization", "acme", trigger=trigger)
        ran += len(deployment.drain())

    assert deployment.calls() == []
    assert ran <= deployment.app.wiring.window + 2
    assert backlog(deployment).left() == 0

    switch_on(deployment, how)
    deployment.sync()
    assert len(account.openings) == 60


def test_another_organization_goes_on(deployment: Deployment) -> None:
    deployment.add()[0].add_job()
    org, account = deployment.add("globex")
    org.add_job()
    switch_off(deployment, "pause")
    deployment.send("tasks.sync_all")
    deployment.drain()
    assert len(account.openings) == 1
    assert not deployment.accounts["acme"].openings


# A refused key.


def staged(deployment: Deployment) -> tuple[Org, Account]:
    """An organization in step, with a job to be made and a hire to be brought in."""
    org, account = deployment.add(more=SINCE)
    job = org.add_job(createDate="2026-01-05")
    deployment.sync()
    opening = deployment.opening_of(job)
    hire(account, opening)
    org.add_job("Another")
    return org, account


def refusals(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if " is blocked: " in one.getMessage()]


@pytest.mark.parametrize(
    ("system", "path", "status"),
    [
        ("charthop", r"/v2/org/acme/job$", 401),
        ("charthop", r"/v2/org/acme/", 403),
        ("ashby", r"", 403),
        ("ashby", r"opening\.list", 403),
        ("ashby", r"customField\.list", 403),
    ],
)
def test_a_key_that_may_not_read_is_tried_by_one_call_a_sync_and_said_once(
    deployment: Deployment,
    caplog: pytest.LogCaptureFixture,
    system: str,
    path: str,
    status: int,
) -> None:
    staged(deployment)
    side = deployment.charthop if system == "charthop" else deployment.ashby
    side.faults.append(
        Fault(path=path, status=status, code="missing_endpoint_permission", times=10_000)
    )
    with caplog.at_level(logging.INFO, "charthop_ashby"):
        deployment.sync()
        refused = deployment.memory().switches.refused()[Direction.OUTBOUND]
        assert refused.code in ("KEY_REFUSED", "NO_PERMISSION")
        for _ in range(3):
            deployment.forget_calls()
            sync = deployment.sync()
            assert len(deployment.calls()) == 1
            assert [one.code for one in sync.problems] == [refused.code]
    assert len(refusals(caplog)) == 1

    side.faults.clear()
    deployment.sync()
    deployment.sync()
    assert deployment.memory().switches.refused() == {}
    assert len(deployment.accounts["acme"].openings) == 2
    assert len(deployment.orgs["acme"].persons) == 1


def test_a_permission_for_hires_that_is_missing_stops_the_hires_only(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    org, account = staged(deployment)
    account.scopes.discard("offers:read")
    with caplog.at_level(logging.INFO, "charthop_ashby"):
        for _ in range(3):
            deployment.sync()
    assert set(deployment.memory().switches.refused()) == {"inbound"}
    assert len(account.openings) == 2
    assert not org.persons
    assert len(refusals(caplog)) == 1
    hires = [call.path for call in deployment.ashby.calls if call.path == "/application.list"]
    deployment.forget_calls()
    deployment.sync()
    assert [call.path for call in deployment.ashby.calls].count("/offer.list") == 1
    assert not [call for call in deployment.ashby.calls if call.path == "/application.list"]
    assert hires

    account.scopes.add("offers:read")
    deployment.sync()
    assert len(org.persons) == 1
    assert deployment.memory().switches.refused() == {}


@pytest.mark.parametrize(
    ("scope", "call"),
    [("jobs:write", "/opening.create"), ("candidates:write", "/customField.setValues")],
)
def test_a_permission_to_write_that_is_missing_is_tried_by_one_record_a_sync(
    deployment: Deployment, caplog: pytest.LogCaptureFixture, scope: str, call: str
) -> None:
    org, account = deployment.add()
    deployment.sync()
    account.scopes.discard(scope)
    jobs = [org.add_job() for _ in range(40)]
    with caplog.at_level(logging.INFO, "charthop_ashby"):
        deployment.sync()
        made = len(account.openings)
        for _ in range(3):
            deployment.forget_calls()
            sync = deployment.sync()
            assert [one.path for one in deployment.writes()] == [call]
            assert dict(sync.outcomes) == {"failed": 40}
    assert made <= deployment.app.wiring.window
    assert len(refusals(caplog)) == 1

    account.scopes.add(scope)
    deployment.sync()
    assert deployment.memory().switches.refused() == {}
    assert len(account.openings) == len(jobs)
    deployment.forget_calls()
    deployment.sync()
    assert deployment.writes() == []


def test_a_field_that_may_not_be_made_stops_neither_jobs_nor_hires(
    deployment: Deployment,
) -> None:
    org, account = staged(deployment)
    account.scopes.discard("hiringProcessMetadata:write")
    org.add_field("hiringReason", "Reason", "STRING")
    deployment.configure("acme", SINCE + 'synced_fields = ["hiringReason"]')
    deployment.sync()
    assert len(account.openings) == 2
    assert len(org.persons) == 1
    assert deployment.result("field:hiringReason").outcome is Outcome.HELD

    account.scopes.add("hiringProcessMetadata:write")
    deployment.sync()
    assert deployment.memory().results.get(field_key("hiringReason")) is None


# The brake.


def held(deployment: Deployment, count: int = 12) -> tuple[Org, Account, list[str]]:
    """An organization whose brake holds the closing of some openings."""
    org, account = deployment.add()
    jobs = [org.add_job(f"Job {number}") for number in range(count)]
    deployment.sync()
    for job in jobs[:6]:
        org.edit_job(job, recruit="Inactive")
    deployment.sync()
    return org, account, jobs


def closed(account: Account) -> int:
    return sum(account.opening(id_)["openingState"] == "Closed" for id_ in account.openings)


def test_approve_releases_what_was_shown_and_not_what_has_changed_since(
    deployment: Deployment,
) -> None:
    org, account, jobs = held(deployment)
    switches = deployment.memory().switches
    assert len(switches.held()["close"][1]) == 6
    shown = switches.held()
    for job in jobs[6:10]:  # Further ones, after the operator has looked.
        org.edit_job(job, recruit="Passive")
    org.edit_job(jobs[0], title="Something else by now")
    assert switches.approve(shown) == 6
    deployment.sync()

    ended = {job: deployment.result(f"job:{job}").outcome for job in jobs[:10]}
    assert [ended[job] for job in jobs[1:6]] == [Outcome.CLOSED] * 5
    assert [ended[job] for job in (jobs[0], *jobs[6:10])] == [Outcome.HELD] * 5
    assert closed(account) == 5
    assert set(switches.held()["close"][1]) == {job_key(job) for job in (jobs[0], *jobs[6:10])}


def test_an_approval_is_spent_once_it_is_carried_out(deployment: Deployment) -> None:
    org, account, jobs = held(deployment)
    deployment.memory().switches.approve()
    deployment.sync()
    assert closed(account) == 6
    for job in jobs[:6]:
        org.edit_job(job, recruit="Active")
    deployment.sync()
    assert closed(account) == 0
    for job in jobs[:6]:
        org.edit_job(job, recruit="Inactive")
    deployment.sync()
    assert closed(account) == 0


def test_everything_else_goes_on_while_the_brake_holds(deployment: Deployment) -> None:
    org, account, jobs = held(deployment)
    org.edit_job(jobs[11], title="Renamed")
    new = org.add_job("New")
    deployment.sync()
    assert deployment.result(f"job:{jobs[11]}").outcome is Outcome.UPDATED
    assert deployment.result(f"job:{new}").outcome is Outcome.CREATED
    assert closed(account) == 0


def test_an_organization_without_a_right_table_drops_what_waits(deployment: Deployment) -> None:
    org, account = deployment.add()
    for _ in range(40):
        org.add_job()
    deployment.send("tasks.sync_organization", "acme")
    next(deployment.steps())
    text = deployment.file.read_text()
    deployment.file.write_text(text.replace('"charthop-acme"', '"${NOBODY_HAS_IT}"'))
    deployment.forget_calls()
    deployment.drain()
    assert deployment.calls() == []
    assert backlog(deployment).left() == 0

    deployment.configure("acme", "")
    deployment.sync()
    assert len(account.openings) == 40
