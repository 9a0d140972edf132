"""push --undo: a hire is taken back while its opening stays Filled."""

from sandbox.ashby import Account
from sandbox.charthop import Org
from tests.control.cli.conftest import Operator
from tests.control.cli.test_plan import FOREVER, hire


def test_a_filled_opening_is_said_at_once_and_held_until_it_is_reopened(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", FOREVER)
    job = org.add_job("Engineer", req="ENG-1")
    operator.deployment.sync()
    offer = withdrawn(operator, org, account, job)
    (opening,) = account.openings
    account.set_state(opening, "Filled")

    undone = operator.types("push", "acme", "eng-1", "--undo")
    assert undone.exit_code == 1
    assert f"offer:{offer}: the hire was taken back in ChartHop, and the job is Active" in (
        undone.stdout
    )
    click = "the opening ENG-1 is still Filled in Ashby: open it in Ashby and set its state to Open"
    assert click in undone.stdout
    assert click in operator.types("status", "acme", "--outcome", "held").stdout
    assert click in operator.types("explain", "acme", offer).stdout

    operator.deployment.sync()
    assert click in operator.types("status", "acme").stdout
    again = operator.types("push", "acme", offer, "--undo")
    assert again.exit_code == 1
    assert "the hire was taken back before" in again.stdout
    assert click in again.stdout

    account.set_state(opening, "Open")
    clean = operator.types("push", "acme", offer, "--undo")
    assert (clean.exit_code, clean.stderr) == (0, "")
    assert "Filled" not in clean.stdout
    operator.deployment.sync()
    assert operator.types("status", "acme").exit_code == 0
    assert operator.types("push", "acme", offer, "--undo").exit_code == 0
    assert org.job(job)["recruit"].upper() == "ACTIVE"


def test_a_hire_that_was_never_made_is_not_said_to_be_taken_back(operator: Operator) -> None:
    org, account = operator.deployment.add("acme", f'{FOREVER}\npush_hires = "manual"')
    job = org.add_job("Engineer", req="ENG-1")
    operator.deployment.sync()
    offer = hire(org, account, job)
    operator.deployment.sync()
    account.cancel_offer(offer)
    result = operator.types("push", "acme", offer, "--undo")
    assert result.exit_code == 1
    assert "there is nothing to undo" in result.stderr


def withdrawn(operator: Operator, org: Org, account: Account, job: str) -> str:
    """A hire that was brought in, and whose offer was cancelled afterwards; the offer's id."""
    offer = hire(org, account, job)
    operator.deployment.sync()
    account.cancel_offer(offer)
    operator.deployment.sync()
    return offer
