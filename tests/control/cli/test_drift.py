"""drift: what the sync may not change, and no trace of having asked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.ashby import Account
from sandbox.wire import Fault
from tests.control.cli.conftest import Operator
from tests.control.cli.test_plan import everything
from tests.deployment import Deployment

DAY = 24 * 3600
FOREVER = "hires_since = 2020-01-01"


def drifted(operator: Operator) -> list[dict[str, Any]]:
    shown = json.loads(operator.types("drift", "acme", "--json").stdout)
    found: list[dict[str, Any]] = shown["organizations"]["acme"]
    return found


def opening_of(account: Account, job: str) -> str:
    (opening,) = (
        id_ for id_ in account.openings if account.opening_field(id_, "ChartHop Job ID") == job
    )
    return opening


def hire(deployment: Deployment, opening: str, days_ago: int, *, accepted: int = 0) -> str:
    """Somebody without an e-mail address was hired so many days ago; the offer's id.

    The offer was accepted so many days earlier.
    """
    account, ashby = deployment.accounts["acme"], deployment.ashby
    ashby.advance(-days_ago * DAY)
    application = account.add_application(account.add_candidate("Mara Lindqvist", email=None))
    offer = account.add_offer(
        application, opening, startDate="2027-01-04T00:00:00.000Z", salary=(100000, "USD")
    )
    decided = datetime.now(UTC) - timedelta(days=days_ago + accepted)
    account.accept_offer(offer, decided.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    account.set_application_status(application, "Hired")
    ashby.advance(days_ago * DAY)
    return offer


def test_both_sides_in_step_are_no_drift(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme", FOREVER)
    org.add_job()
    operator.deployment.sync()
    result = operator.types("drift", "acme")
    assert result.exit_code == 0
    assert result.stdout == "acme: 0 differences\n"
    assert drifted(operator) == []


def test_each_difference_says_who_can_and_no_trace_is_left(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", FOREVER)
    closed, filled, taken, gone, late, fresh = (org.add_job(f"Job {n}") for n in range(6))
    operator.deployment.sync()
    openings = {job: opening_of(account, job) for job in (closed, filled, taken, gone, late, fresh)}
    account.close_opening(openings[closed])
    account.set_state(openings[filled], "Filled")
    person = org.add_person("Noor", "Haddad", "noor@example.com")
    org.fill_job(taken, person)
    org.delete_job(gone)
    missing, _ = (
        hire(operator.deployment, openings[late], 4),
        hire(operator.deployment, openings[fresh], 2),
    )
    operator.deployment.forget_calls()
    before = everything(operator)

    found = drifted(operator)
    told = {one["record"]: (one["code"], one["who"], one["opening_id"]) for one in found}
    assert len(found) == len(told)
    assert told == {
        f"job:{closed}": ("CLOSED_IN_ASHBY", "ashby", openings[closed]),
        f"job:{filled}": ("FILLED_IN_ASHBY", "charthop", openings[filled]),
        f"job:{taken}": ("FILLED_IN_CHARTHOP", "ashby", openings[taken]),
        f"job:{gone}": ("LINKED_JOB_GONE", "ashby", openings[gone]),
        f"offer:{missing}": ("MISSING_IN_CHARTHOP", "ashby", openings[late]),
    }
    assert all(one["what"] for one in found)

    shown = operator.types("drift", "acme")
    assert shown.exit_code == 1
    assert "CLOSED_IN_ASHBY: 1" in shown.stdout
    assert "acme: 5 differences" in shown.stdout
    assert not any(secret in shown.stdout for secret in ("Mara", "Noor", "noor@", "100000"))
    assert everything(operator) == before
    assert operator.deployment.calls()
    assert not operator.deployment.writes()


def test_an_organization_need_not_be_enabled(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.deployment.configure("acme", "", enabled=False)
    result = operator.types("drift", "acme")
    assert result.exit_code == 0
    assert "acme is not enabled, so no sync runs." in result.stderr


def test_confidential_titles_appear_nowhere(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", "sync_confidential_jobs = true")
    job = org.add_job("Chief Secret Officer", sensitive="HIGH")
    operator.deployment.sync()
    account.close_opening(opening_of(account, job))
    for words in (("drift", "acme"), ("drift", "acme", "--json")):
        result = operator.types(*words)
        assert f"job:{job}" in result.stdout
        assert "Secret" not in result.stdout + result.stderr


def test_the_sync_brings_hires_over_and_they_are_no_drift(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", FOREVER)
    job = org.add_job()
    operator.deployment.sync()
    application = account.add_application(
        account.add_candidate("Mara Lindqvist", email="mara@example.net")
    )
    offer = account.add_offer(
        application, opening_of(account, job), startDate="2027-01-04T00:00:00.000Z"
    )
    account.accept_offer(offer, "2026-01-05T09:00:00.000Z")
    operator.deployment.ashby.advance(-4 * DAY)
    account.set_application_status(application, "Hired")
    operator.deployment.ashby.advance(4 * DAY)
    (found,) = drifted(operator)
    assert (found["code"], found["who"]) == ("MISSING_IN_CHARTHOP", "charthop")
    operator.deployment.sync()
    assert drifted(operator) == []


def test_the_days_count_from_the_hire_and_not_from_the_offer(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", FOREVER)
    jobs = [org.add_job(f"Job {number}") for number in range(2)]
    operator.deployment.sync()
    first, second = (opening_of(account, job) for job in jobs)
    hire(operator.deployment, first, 0, accepted=10)
    assert drifted(operator) == []
    late = hire(operator.deployment, second, 4, accepted=10)
    (found,) = drifted(operator)
    assert found["record"] == f"offer:{late}"
    assert found["what"].startswith("hired in Ashby 4 days ago")
    operator.deployment.sync()
    assert drifted(operator) == [found]


def test_where_a_hire_cannot_be_read_the_offer_s_day_counts(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", FOREVER)
    job = org.add_job()
    operator.deployment.sync()
    hire(operator.deployment, opening_of(account, job), 0, accepted=10)
    operator.deployment.ashby.faults.append(Fault("application.info", status=500, times=100))
    (found,) = drifted(operator)
    assert found["what"].startswith("hired in Ashby 10 days ago")
