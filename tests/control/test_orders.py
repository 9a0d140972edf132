"""Orders: each is noted with who gave it."""

import pytest

from control import orders
from control.deployment import Deployment as Control
from control.errors import HeldChanged
from control.held import held
from control.orders import Operator
from core.brakes import SMALLEST_CROWD
from core.keys import job_key, offer_key
from sandbox.charthop import Org
from tests.control.cli.test_plan import hire
from tests.deployment import Deployment

ANA = Operator("ana", "console")


def noted(control: Control) -> list[tuple[str, str, str, str | None]]:
    journal = control.public_memory("acme").journal.all()
    return [(one.what, one.by, one.via, one.about) for one in journal]


def test_every_order_is_noted_with_who_gave_it(control: Control, deployment: Deployment) -> None:
    org, account = deployment.add("acme", 'push_hires = "manual"')
    job = org.add_job()
    deployment.sync()
    offer = hire(org, account, job)
    orders.pause(control, "acme", ANA, "an audit")
    orders.resume(control, "acme", ANA)
    orders.resume(control, "acme", ANA)
    orders.sync(control, "acme", Operator("ben"))
    orders.sync_record(control, "acme", ANA, job)
    orders.push(control, "acme", ANA, offer)
    assert noted(control) == [
        ("push", "ana", "console", f"offer:{offer}"),
        ("sync", "ana", "console", f"job:{job}"),
        ("sync", "ben", "shell", None),
        ("resume", "ana", "console", None),
        ("pause", "ana", "console", "an audit"),
    ]
    (told,) = deployment.memory().results.history(offer_key(offer))
    assert told.result.reason == "ana pushed the hire"


def four_held(deployment: Deployment) -> tuple[Org, list[str]]:
    """As many jobs as the brake needs, of which it holds the first four."""
    org, _ = deployment.add("acme")
    jobs = [org.add_job() for _ in range(SMALLEST_CROWD)]
    deployment.sync()
    for job in jobs[:4]:
        org.edit_job(job, recruit="Passive")
    deployment.sync()
    return org, jobs


def test_an_approval_says_who_gave_it(control: Control, deployment: Deployment) -> None:
    _, jobs = four_held(deployment)
    shown = held(control, "acme")
    with pytest.raises(HeldChanged):
        orders.approve(control, "acme", ANA, "another digest")
    assert not noted(control)
    assert orders.approve(control, "acme", ANA, shown.digest).number == 4
    assert noted(control) == [("approve", "ana", "console", "4 records")]
    history = deployment.memory().results.history(job_key(jobs[0]))
    assert history[0].result.reason == "ana approved what the brake held"
    with pytest.raises(HeldChanged):
        orders.approve(control, "acme", ANA, shown.digest)
    assert orders.approve(control, "acme", ANA).number == 0
    assert len(noted(control)) == 1


def test_what_is_held_now_is_not_released_by_what_was_shown_before(
    control: Control, deployment: Deployment
) -> None:
    org, jobs = four_held(deployment)
    shown = held(control, "acme")
    (kind,) = shown.kinds
    assert all(
        [change.what for change in changes] == ["recruiting status", "state"]
        for changes in kind.records.values()
    )
    org.edit_job(jobs[4], recruit="Passive")
    deployment.sync()
    with pytest.raises(HeldChanged):
        orders.approve(control, "acme", ANA, shown.digest)
    assert held(control, "acme").number == 5


def test_the_trigger_of_a_sync_is_where_it_was_ordered(
    control: Control, deployment: Deployment
) -> None:
    deployment.add("acme")
    orders.sync(control, "acme", ANA)
    (message,) = deployment.redis.lrange(deployment.redis.queue("fan-out"), 0, -1)
    assert b'"trigger": "console"' in message
