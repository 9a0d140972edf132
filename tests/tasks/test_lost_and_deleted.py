"""Openings that were made but never linked, or that somebody deleted."""

from core.keys import job_key
from core.outcomes import Outcome
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from tests.deployment import Deployment


def test_an_opening_whose_answer_was_lost_is_found_under_the_identifier_it_was_made_with(
    deployment: Deployment,
) -> None:
    org, account = deployment.add()
    job = org.add_job(title="Engineer", req="REQ-1")
    deployment.ashby.faults.append(Fault(path="opening.create", kind="lost"))
    deployment.send("tasks.sync_organization", "acme")
    steps = deployment.steps()
    next(steps)
    next(steps)
    org.edit_job(job, req="REQ-2")
    deployment.app.messages.clear()
    deployment.memory().backlog.settle_and_take(0, job_key(job))
    deployment.sync()
    (opening,) = account.openings.values()
    assert opening.version["identifier"] == "REQ-2"
    assert deployment.result(f"job:{job}").outcome is Outcome.ADOPTED


def test_an_opening_that_was_made_and_not_linked_is_the_jobs_whatever_it_is_called_by_then(
    deployment: Deployment,
) -> None:
    org, account = deployment.add()
    job = org.add_job(title="Engineer", req="REQ-1")
    deployment.ashby.faults.append(
        Fault(path="customField.setValues", kind="status", status=500, times=3)
    )
    deployment.sync()
    assert deployment.result(f"job:{job}").outcome is Outcome.FAILED
    org.edit_job(job, req="REQ-2")
    deployment.sync()
    (opening,) = account.openings.values()
    assert account.opening_field(opening.id, "ChartHop Job ID") == job


def deleted(deployment: Deployment) -> tuple[Org, Account, str]:
    """A job whose opening somebody deleted."""
    org, account = deployment.add()
    job = org.add_job(title="Engineer")
    deployment.sync()
    account.delete_opening(deployment.opening_of(job))
    return org, account, job


def test_a_deleted_opening_is_held_as_soon_as_a_write_meets_it(deployment: Deployment) -> None:
    org, account, job = deleted(deployment)
    org.edit_job(job, title="Senior Engineer")
    deployment.sync()
    assert deployment.result(f"job:{job}").outcome is Outcome.HELD
    assert "was deleted in Ashby" in (deployment.result(f"job:{job}").reason or "")
    assert account.openings == {}


def test_a_deleted_opening_is_held_by_a_full_sync(deployment: Deployment) -> None:
    _, account, job = deleted(deployment)
    deployment.sync(full=True)
    assert deployment.result(f"job:{job}").outcome is Outcome.HELD
    deployment.sync()
    assert deployment.result(f"job:{job}").outcome is Outcome.HELD
    assert account.openings == {}


def test_what_failed_and_is_over_is_not_shown_for_ever(deployment: Deployment) -> None:
    org, _ = deployment.add()
    job = org.add_job(title="Engineer")
    deployment.ashby.faults.append(
        Fault(path="opening.create", kind="error", code="invalid_input", times=2)
    )
    deployment.sync()
    assert deployment.result(f"job:{job}").outcome is Outcome.FAILED
    org.delete_job(job)
    deployment.sync()
    assert deployment.memory().results.get(job_key(job)) is None
