"""A hire is taken back, and its opening stays Filled."""

from core.outcomes import Outcome
from tasks.hires import undo
from tests.control.cli.test_plan import FOREVER, hire
from tests.deployment import Deployment


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
