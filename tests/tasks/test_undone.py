"""A hire is taken back, and its opening stays Filled."""

import pytest

from core.errors import TryLater
from core.outcomes import Outcome
from sandbox.wire import Fault
from tasks.hires import undo
from tests.control.cli.test_plan import FOREVER, hire
from tests.deployment import Deployment
from tests.tasks.hire_stage import Stage


def test_it_is_held_until_somebody_reopens_the_opening(deployment: Deployment) -> None:
    org, account = deployment.add(more=FOREVER)
    job = org.add_job()
    deployment.sync()
    offer = hire(org, account, job)
    deployment.sync()
    account.cancel_offer(offer)
    deployment.sync()
    (opening,) = account.openings
    account.set_state(opening, "Filled")
    deployment.sync()
    result = undo(deployment.app.wiring.context("acme"), offer)
    assert (result.outcome, result.codes) == (Outcome.HELD, ["UNDONE_FILLED"])
    deployment.memory().results.keep(
        {key: result for key in deployment.memory().results.all() if key.id == offer}, {}
    )
    for _ in range(2):
        deployment.sync()
        assert deployment.result(f"offer:{offer}").codes == ["UNDONE_FILLED"]
    again = undo(deployment.app.wiring.context("acme"), offer)
    assert (again.codes, again.changes) == (["UNDONE_FILLED"], ())
    account.set_state(opening, "Open")
    deployment.sync()
    assert "UNDONE_FILLED" not in deployment.result(f"offer:{offer}").codes


@pytest.mark.parametrize(
    ("side", "method", "path", "skip"),
    [
        ("charthop", "PATCH", r"/job/", 0),
        ("charthop", "PATCH", r"/job/", 1),
        ("ashby", "POST", r"/opening\.info", 0),
        ("ashby", "POST", r"/customField\.setValues", 0),
        ("charthop", "DELETE", r"/change/", 0),
    ],
)
@pytest.mark.parametrize("flushed", [False, True])
def test_an_undo_that_breaks_off_anywhere_is_finished_by_the_next_one(
    hires: Stage, side: str, method: str, path: str, skip: int, flushed: bool
) -> None:
    offer = hires.hire()
    hires.sync()
    hires.account.cancel_offer(offer)
    hires.sync()
    sandbox = getattr(hires.deployment, side)
    sandbox.faults.append(Fault(path, "status", method, times=99, skip=skip, status=503))
    with pytest.raises(TryLater):
        hires.undo(offer)
    sandbox.faults.clear()
    assert len(hires.org.changes) == 1
    if flushed:
        hires.deployment.redis.flushdb()
    hires.sync()
    if not flushed:
        assert hires.told(offer) == "held: WITHDRAWN"
    result = hires.undo(offer)
    assert (result.codes, result.changes[0].after) == (["UNDONE_FILLED"], "taken back")
    assert not hires.org.changes
    assert hires.org.job(hires.job)["recruit"].upper() == "ACTIVE"
    assert hires.pay(hires.day(60)) is None
    assert hires.person_of(offer) in (None, "-")


def test_who_is_hired_again_after_half_an_undo_keeps_the_hire(hires: Stage) -> None:
    offer = hires.hire()
    hires.sync()
    (person,) = hires.org.persons
    hires.account.cancel_offer(offer)
    hires.sync()
    hires.deployment.charthop.faults.append(Fault("/change/", "status", "DELETE", 99, status=503))
    with pytest.raises(TryLater):
        hires.undo(offer)
    hires.account.accept_offer(offer)
    hires.sync()
    assert hires.told(offer) == "created"
    assert hires.person_of(offer) == person
    assert hires.org.job(hires.job)["recruit"].upper() == "PENDING"
    assert hires.pay(hires.day(60)) == ("YEARLY", 120000)
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []
