"""pause, resume, approve."""

import getpass

import pytest

from core.keys import Direction, job_key
from core.outcomes import Outcome
from tests.control.cli.conftest import Operator
from tests.notes import said


def test_a_paused_organization_writes_nothing_until_it_is_resumed(operator: Operator) -> None:
    org, account = operator.deployment.add("acme")
    org.add_job()
    result = operator.types("pause", "acme", "--reason", "an audit")
    assert result.exit_code == 0
    assert result.stdout.startswith("acme is paused (an audit).\n")
    operator.deployment.sync()
    assert not account.openings
    result = operator.types("resume", "acme")
    assert (result.exit_code, result.stdout) == (0, "acme continues with the next sync.\n")
    operator.deployment.sync()
    assert len(account.openings) == 1


def test_without_a_reason_it_is_said_who_paused(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.types("pause", "acme")
    assert (operator.deployment.memory().switches.paused() or "").startswith("by ")


def test_resuming_what_is_not_paused_says_so_and_what_else_is_in_the_way(
    operator: Operator,
) -> None:
    operator.deployment.add("acme")
    operator.deployment.memory().switches.refuse(Direction.OUTBOUND, said("Ashby refused the key"))
    result = operator.types("resume", "acme")
    assert result.exit_code == 0
    assert result.stdout == "acme is not paused.\nStill in the way: Ashby refused the key\n"


def test_an_approval_during_a_pause_says_what_comes_first(operator: Operator) -> None:
    _, account = operator.deployment.add("acme")
    operator.deployment.stop_four_of_a_crowd()
    operator.deployment.sync()
    operator.types("pause", "acme")
    said_then = operator.types("approve", "acme", "--yes").stdout
    assert said_then.endswith("acme is paused; to restart it, run `charthop-ashby resume acme`.\n")
    operator.deployment.sync()
    assert {account.opening(id_)["openingState"] for id_ in account.openings} == {"Approved"}
    operator.types("resume", "acme")
    operator.deployment.sync()
    closed = [id_ for id_ in account.openings if account.opening(id_)["openingState"] == "Closed"]
    assert len(closed) == 4


@pytest.mark.parametrize("paused", [True, False])
def test_resuming_what_is_not_enabled_says_that_nothing_will_run(
    operator: Operator, *, paused: bool
) -> None:
    operator.deployment.add("acme")
    if paused:
        operator.types("pause", "acme")
    operator.deployment.configure("acme", "", enabled=False)
    result = operator.types("resume", "acme")
    assert result.exit_code == 0
    assert result.stdout.endswith(
        "Still in the way: the organization is not enabled: "
        "set enabled = true in the organizations file\n"
    )


def test_approve_releases_what_the_brake_holds_and_says_what(operator: Operator) -> None:
    _, account = operator.deployment.add("acme")
    jobs = operator.deployment.stop_four_of_a_crowd()
    operator.deployment.sync()
    assert sum(account.opening(id_)["openingState"] == "Closed" for id_ in account.openings) == 0
    held = operator.deployment.result(f"job:{jobs[0]}")
    assert held.outcome is Outcome.HELD

    asked = operator.types("approve", "acme")
    assert asked.exit_code == 2
    assert "nothing was approved; confirm with" in asked.stderr
    assert "4 of 10 linked openings would be closed at once" in asked.stdout
    assert "recruiting status Active -> Passive; state Approved -> Closed" in asked.stdout
    assert not operator.deployment.memory().switches.approved()

    result = operator.types("approve", "acme", "--yes")
    assert result.exit_code == 0
    assert "4 of 10 linked openings would be closed at once" in result.stdout
    assert all(f"job:{job}" in result.stdout for job in jobs)
    assert "4 approved; the next sync carries them out." in result.stdout
    history = operator.deployment.memory().results.history(job_key(jobs[0]))
    assert history[0].result.reason == f"{getpass.getuser()} approved what the brake held"

    assert "4 released, waiting for the next sync" in operator.types("status", "acme").stdout
    operator.deployment.sync()
    assert "released" not in operator.types("status", "acme").stdout
    assert sum(account.opening(id_)["openingState"] == "Closed" for id_ in account.openings) == 4
    assert operator.types("approve", "acme").stdout == "The brake holds nothing for acme.\n"


@pytest.mark.parametrize("command", ["pause", "resume", "approve"])
def test_an_unknown_organization_is_wrong_usage(operator: Operator, command: str) -> None:
    operator.deployment.add("acme")
    result = operator.types(command, "acne")
    assert result.exit_code == 2
    assert 'no organization "acne"; did you mean acme?' in result.stderr
