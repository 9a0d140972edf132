"""A message that comes again: its worker died, its record is somebody else's, or it has settled."""

from typing import Any

import pytest

from core.outcomes import Outcome
from sandbox.charthop import Org
from sandbox.wire import Fault
from store.deliveries import HEADER
from tasks.base import DEATHS
from tasks.records import LOOKS, SETTLED, LeftAlone
from tests.deployment import Deployment, Message


@pytest.fixture
def org(deployment: Deployment) -> Org:
    return deployment.add()[0]


def sent(deployment: Deployment) -> Message:
    """The message of the one record that a sync has found."""
    deployment.send("tasks.sync_organization", "acme")
    deployment.run(deployment.app.messages.pop())
    (message,) = deployment.app.messages
    deployment.app.messages.clear()
    return message


def somebody_else(deployment: Deployment, job: str) -> Any:
    """The lock of another task that is at the record."""
    lock = deployment.memory().locks.lock(f"record:job:{job}")
    assert lock.acquire().value
    return lock


def test_a_record_that_killed_its_workers_is_given_up_and_the_sync_ends(
    deployment: Deployment, org: Org
) -> None:
    job = org.add_job("Engineer")
    message = sent(deployment)
    message.headers[HEADER] = DEATHS
    deployment.forget_calls()

    assert deployment.run(message) == Outcome.FAILED
    assert deployment.calls() == []
    (note,) = deployment.result(f"job:{job}").notes
    assert note.code == "WORKERS_DIED"
    last = deployment.memory().syncs.last()
    assert last is not None and last.finished_at is not None

    deployment.sync()
    assert deployment.result(f"job:{job}").outcome is Outcome.CREATED


def test_a_worker_that_died_by_chance_costs_the_record_nothing(
    deployment: Deployment, org: Org
) -> None:
    org.add_job("Engineer")
    message = sent(deployment)
    message.headers[HEADER] = DEATHS - 1

    assert deployment.run(message) == Outcome.CREATED


def test_a_sync_that_killed_its_workers_is_given_up(deployment: Deployment, org: Org) -> None:
    org.add_job("Engineer")
    id_ = deployment.send("tasks.sync_organization", "acme", **{HEADER: DEATHS})
    deployment.drain()

    sync = deployment.memory().syncs.get(id_)
    assert sync is not None and sync.finished_at is not None
    assert [note.code for note in sync.problems] == ["WORKERS_DIED"]
    assert deployment.calls() == []


def test_waiting_for_another_task_spends_no_try(deployment: Deployment, org: Org) -> None:
    """Two waits for a lock, then one 503: the record is tried again, and updated."""
    job = org.add_job("Engineer")
    deployment.sync()
    org.edit_job(job, title="Senior Engineer")
    message = sent(deployment)
    lock = somebody_else(deployment, job)
    for _ in range(2):
        assert deployment.run(message) == "retry"
        message = deployment.app.messages.pop()
    lock.release()
    deployment.ashby.faults.append(Fault("opening.update", "status", status=503))

    assert deployment.run(message) == "retry"
    deployment.drain()
    assert deployment.result(f"job:{job}").outcome is Outcome.UPDATED


def test_a_task_that_leaves_its_record_to_another_says_so(deployment: Deployment, org: Org) -> None:
    job = org.add_job("Engineer")
    message = sent(deployment)
    somebody_else(deployment, job)
    for _ in range(LOOKS):
        assert deployment.run(message) == "retry"
        message = deployment.app.messages.pop()

    assert deployment.run(message) == LeftAlone.TO_ANOTHER
    assert deployment.app.messages == []


def test_a_second_delivery_of_a_settled_record_is_let_go_without_a_call_and_ends_the_sync(
    deployment: Deployment, org: Org
) -> None:
    """The first worker died after the record had settled and before it said that the sync ended."""
    org.add_job("Engineer")
    message = sent(deployment)
    assert deployment.run(message) == Outcome.CREATED
    syncs = deployment.memory().syncs
    last = syncs.last()
    assert last is not None
    deployment.redis.hdel(f"charthop-ashby:acme:sync:{last.id}", "finished_at")
    deployment.forget_calls()

    assert deployment.run(message) == SETTLED
    assert deployment.calls() == []
    last = syncs.last()
    assert last is not None and last.finished_at is not None
