"""plan: what a sync would do, and no trace of having asked."""

import copy
import json
from typing import Any

import pytest

from sandbox.ashby import Account
from sandbox.charthop import Org
from tests.control.cli.conftest import Operator

FOREVER = "hires_since = 2020-01-01"


def records(operator: Operator, name: str = "acme") -> dict[str, Any]:
    shown = json.loads(operator.types("plan", name, "--json").stdout)
    return {one["record"]: one for one in shown["records"]}


def everything(operator: Operator) -> tuple[Any, ...]:
    """All of Redis and the state of both services, compared as data."""
    redis = operator.deployment.redis
    keys = sorted(redis.keys("*"))
    dump = [(key, redis.dump(key), redis.ttl(key) > 0) for key in keys]
    services = copy.deepcopy(
        (operator.deployment.charthop.state(), operator.deployment.ashby.state())
    )
    return dump, services


def hire(org: Org, account: Account, job: str) -> str:
    """Somebody was hired in Ashby against the job's opening; the offer's id."""
    (opening,) = (
        id_ for id_ in account.openings if account.opening_field(id_, "ChartHop Job ID") == job
    )
    candidate = account.add_candidate("Mara Lindqvist", email="mara@example.net")
    application = account.add_application(candidate)
    offer = account.add_offer(
        application, opening, startDate="2027-01-04T00:00:00.000Z", salary=(100000, "USD")
    )
    account.accept_offer(offer)
    account.set_application_status(application, "Hired")
    return offer


def test_it_leaves_no_trace(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", f'synced_fields = ["seat"]\n{FOREVER}')
    org.add_field("seat", "Seat", "INTEGER")
    job, other = org.add_job(seat=1), org.add_job(seat=2)
    operator.deployment.sync()
    org.edit_job(job, title="Something else")
    org.edit_job(other, recruit="Passive")
    org.add_field("level", "Level", "STRING")
    operator.deployment.configure("acme", f'synced_fields = ["seat", "level"]\n{FOREVER}')
    org.add_job("A new one")
    hire(org, account, job)
    operator.deployment.forget_calls()
    before = everything(operator)
    for words in (("plan", "acme"), ("plan", "acme", "--json"), ("explain", "acme", job)):
        operator.types(*words)
        assert everything(operator) == before, words
    assert operator.deployment.calls()
    assert not operator.deployment.writes()


def test_it_says_record_by_record_what_the_next_sync_does(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", FOREVER)
    edited, closed, hired = (org.add_job(f"Job {number}") for number in range(3))
    operator.deployment.sync()
    org.edit_job(edited, title="Another title")
    org.edit_job(closed, recruit="Inactive")
    new, passive = org.add_job("A new one", req="ENG-1"), org.add_job(recruit="Passive")
    offer = hire(org, account, hired)

    planned = records(operator)
    operator.deployment.sync()
    kept = operator.deployment.memory().results.all()
    told = {record: one["outcome"] for record, one in planned.items()}
    assert told == {str(record): last.result.outcome.value for record, last in kept.items()}
    assert told == {
        f"job:{edited}": "updated",
        f"job:{closed}": "closed",
        f"job:{new}": "created",
        f"job:{passive}": "skipped",
        f"job:{hired}": told[f"job:{hired}"],
        f"offer:{offer}": "created",
    }
    assert planned[f"job:{edited}"]["changes"] == [
        {"what": "title", "before": "Job 0", "after": "Another title"}
    ]
    assert planned[f"job:{new}"]["name"] == "ENG-1 A new one"
    assert planned[f"offer:{offer}"]["name"] == "hire for Job 2"


def test_fields_that_would_be_made_are_listed(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme", 'synced_fields = ["seat"]')
    org.add_field("seat", "Seat", "INTEGER")
    shown = json.loads(operator.types("plan", "acme", "--json").stdout)
    assert {"action": "create", "title": "Seat", "type": "Number", "on": "Opening"} in shown[
        "fields"
    ]
    assert "create  Seat" in operator.types("plan", "acme").stdout


def test_what_the_brake_would_hold_is_held(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.deployment.stop_four_of_a_crowd()
    result = operator.types("plan", "acme")
    assert result.exit_code == 1
    assert "4 of 10 linked openings would be closed at once" in result.stdout
    assert "acme: 4 held, 6 unchanged; nothing was written" in result.stdout
    assert json.loads(operator.types("plan", "acme", "--json").stdout)["brake"]


def test_an_organization_need_not_be_enabled(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme")
    org.add_job()
    file = operator.deployment.file
    file.write_text(file.read_text().replace("enabled = true", "enabled = false"))
    result = operator.types("plan", "acme")
    assert result.exit_code == 0
    assert "1 created" in result.stdout
    assert "acme is not enabled, so no sync will do this." in result.stderr


def test_titles_of_confidential_jobs_appear_nowhere(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme")
    job = org.add_job("Chief Secret Officer", sensitive="HIGH")
    for words in (("plan", "acme"), ("plan", "acme", "--json"), ("explain", "acme", job)):
        result = operator.types(*words)
        assert f"job:{job}" in result.stdout
        assert "Secret" not in result.stdout + result.stderr


def test_a_hire_is_planned_without_a_name_or_a_salary(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", FOREVER)
    job = org.add_job()
    operator.deployment.sync()
    offer = hire(org, account, job)
    for words in (("plan", "acme"), ("plan", "acme", "--json"), ("explain", "acme", offer)):
        shown = operator.types(*words).stdout
        assert f"offer:{offer}" in shown
        assert not any(secret in shown for secret in ("Mara", "mara@", "100000", "100,000"))


@pytest.mark.parametrize("command", ["plan", "explain"])
def test_a_service_that_is_down_is_one_sentence(operator: Operator, command: str) -> None:
    operator.deployment.add("acme")
    operator.environment["CHARTHOP_API_URL"] = "http://127.0.0.1:1"
    shell = Operator(operator.deployment, operator.environment)
    result = shell.types(command, "acme", *(["x"] if command == "explain" else []))
    assert result.exit_code == 1
    assert (
        "ChartHop cannot be reached: 127.0.0.1:1 refused the connection: allow this machine"
        in result.stderr
    )
