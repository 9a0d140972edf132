"""One organization's mountain of work does not stand in front of another's single job."""

from core.keys import job_key
from tests.deployment import Deployment
from workers.configuration import THREADS


def test_a_mountain_of_one_organization_does_not_delay_the_job_of_another(
    deployment: Deployment,
) -> None:
    busy, _ = deployment.add("BUSY")
    small, _ = deployment.add("small")
    for number in range(1500):
        busy.add_job(title=f"Engineer {number}")
    job = small.add_job(title="The one")
    deployment.send("tasks.sync_organization", "BUSY")
    steps = deployment.steps()
    next(steps)
    assert len(deployment.app.messages) < THREADS, "the rest waits beside the queue"
    deployment.send("tasks.sync_organization", "small")
    ran = 0
    while deployment.memory("small").results.get(job_key(job)) is None:
        next(steps)
        ran += 1
    assert ran < 2 * THREADS


def test_an_organization_that_is_refused_does_not_delay_another(deployment: Deployment) -> None:
    refused, _ = deployment.add("refused")
    small, _ = deployment.add("small")
    for number in range(300):
        refused.add_job(title=f"Engineer {number}")
    job = small.add_job(title="The one")
    deployment.accounts["refused"].scopes -= {"jobs:write"}
    deployment.send("tasks.sync_organization", "refused")
    deployment.send("tasks.sync_organization", "small")
    steps = deployment.steps()
    ran = 0
    while deployment.memory("small").results.get(job_key(job)) is None:
        next(steps)
        ran += 1
    assert ran < 2 * THREADS
    deployment.drain()
    attempts = [call for call in deployment.ashby.calls if "opening.create" in call.path]
    assert len(attempts) < THREADS


def test_nothing_piles_up_however_long_the_workers_were_away(deployment: Deployment) -> None:
    org, _ = deployment.add()
    for number in range(100):
        org.add_job(title=f"Engineer {number}")
    for _ in range(20):
        deployment.send("tasks.sync_organization", "acme")
        syncs = [m for m in deployment.app.messages if m.task == "tasks.sync_organization"]
        deployment.app.messages.remove(syncs[0])
        deployment.run(syncs[0])
    assert len(deployment.app.messages) < THREADS
    deployment.drain()
    assert len(deployment.accounts["acme"].openings) == 100


def test_an_order_for_a_paused_organization_is_followed_to_its_end(deployment: Deployment) -> None:
    deployment.add("acme")
    deployment.memory().switches.pause("an audit")
    for trigger in ("shell", "console", "assistant"):
        sync = deployment.sync(trigger=trigger)
        assert sync.finished_at is not None
        assert [note.code for note in sync.problems] == ["PAUSED"]
    id_ = deployment.send("tasks.sync_organization", "acme", trigger="schedule")
    deployment.drain()
    assert deployment.memory().syncs.get(id_) is None
