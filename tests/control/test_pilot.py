"""pilot: one record over, read back and taken back, also while the organization is switched off."""

from dataclasses import replace
from typing import Any

import pytest

from control import pilot
from control.deployment import Deployment as Control
from control.errors import NotOneRecord, Refusal
from control.orders import Operator as By
from core.notes import codes
from sandbox.alterations import truncated
from store.answers import Point
from tests.control.cli.conftest import Operator
from tests.deployment import Deployment
from tests.tasks.hire_stage import SETTINGS, Stage, staged

ANA = By("ana")
TICKED = 'synced_fields = ["note", "other"]\nclose_reason = "Closed in ChartHop"'


@pytest.fixture
def job(deployment: Deployment) -> str:
    """An active job of an organization that is not enabled."""
    org, account = deployment.add()
    deployment.configure("acme", TICKED, enabled=False)
    account.add_department("Engineering")
    account.add_close_reason("Closed in ChartHop")
    org.add_field("note", "Note", "STRING")
    org.add_field("other", "Other", "STRING")
    values: dict[str, Any] = {"department.name": "Engineering"}
    return org.add_job("Engineer", "Active", req="ENG-1", note="hello", **values)


@pytest.fixture
def stage(deployment: Deployment) -> Stage:
    """An organization whose job has its opening; set up before its services are served."""
    return staged(deployment)


def openings(deployment: Deployment) -> list[dict[str, Any]]:
    account = deployment.accounts["acme"]
    return [account.opening(id_) for id_ in account.openings]


def bring(control: Control, called: str = "ENG-1") -> pilot.Pilot:
    return pilot.bring_over(control, "acme", ANA, called, lambda _: None)


def test_a_job_goes_over_while_the_organization_is_not_enabled(
    deployment: Deployment, job: str, control: Control
) -> None:
    found = bring(control)

    assert str(found.record) == f"job:{job}"
    assert (found.result.outcome, found.is_sound) == ("created", True)
    rows = {one.what: (one.sent, one.stored) for one in found.compared}
    assert rows["title"] == ("Engineer", "Engineer")
    assert rows["department"] == ("Engineering", "Engineering")
    assert rows["ChartHop Job ID"] == (job, job)
    assert rows["Note"] == ("a text of 5 characters", "a text of 5 characters")
    assert found.listed_after == 0
    answers = dict(found.answers)
    assert answers["can an opening be created as Approved?"] == "yes"
    assert answers["does null clear a field?"] == "yes"
    assert deployment.memory().answers.all() == {
        Point.CREATES_APPROVED: True,
        Point.CLEARS_WITH_NULL: True,
    }


def test_run_twice_it_stays_one_opening(deployment: Deployment, job: str, control: Control) -> None:
    bring(control)
    again = bring(control, f"job:{job}")

    assert (again.result.outcome, again.is_sound) == ("unchanged", True)
    assert len(openings(deployment)) == 1


def test_what_is_stored_otherwise_is_shown(
    deployment: Deployment, job: str, control: Control
) -> None:
    deployment.accounts["acme"].store_differently("Note", truncated(2), echoes=True)
    found = bring(control)

    assert not found.is_sound
    (other,) = [one for one in found.compared if not one.agrees]
    assert (other.what, other.stored) == ("Note", "a text of 2 characters")


def test_a_list_that_lags_is_waited_for(deployment: Deployment, job: str, control: Control) -> None:
    deployment.accounts["acme"].lag_lists(7, "opening")
    found = pilot.bring_over(control, "acme", ANA, "ENG-1", deployment.ashby.advance)

    assert found.listed_after == 8
    assert dict(found.answers)["how soon do lists show a write?"] == "after 8 s"


def test_undo_leaves_the_record_as_if_it_had_never_been_synced(
    deployment: Deployment, job: str, control: Control
) -> None:
    bring(control)
    record, answers = pilot.take_back(control, "acme", ANA, "ENG-1")

    (away,) = openings(deployment)
    assert (away["openingState"], away["isArchived"]) == ("Closed", True)
    assert away["latestVersion"]["identifier"] != "ENG-1"
    assert dict(answers) == {"does closing need a close reason?": "no"}
    assert deployment.memory().results.get(record) is None

    deployment.configure("acme", TICKED)
    deployment.sync()
    assert deployment.result(f"job:{job}").outcome == "created"
    fresh = [one for one in openings(deployment) if not one["isArchived"]]
    assert [one["latestVersion"]["identifier"] for one in fresh] == ["ENG-1"]
    assert [one["openingState"] for one in fresh] == ["Approved"]


def test_an_opening_that_stays_open_is_not_called_taken_back(
    deployment: Deployment, job: str, control: Control
) -> None:
    bring(control)
    account = deployment.accounts["acme"]
    account.store_differently("openingState", lambda _: "Approved")
    with pytest.raises(Refusal, match="still Approved and not Closed"):
        pilot.take_back(control, "acme", ANA, "ENG-1")
    (there,) = openings(deployment)
    assert (there["openingState"], there["isArchived"]) == ("Approved", False)
    assert there["latestVersion"]["identifier"] == "ENG-1"

    account.store_as_sent("openingState")
    pilot.take_back(control, "acme", ANA, "ENG-1")
    (away,) = openings(deployment)
    assert (away["openingState"], away["isArchived"]) == ("Closed", True)


def test_a_close_that_takes_effect_only_with_a_reason_says_that_one_is_needed(
    deployment: Deployment, job: str, control: Control
) -> None:
    bring(control)
    states = iter(["Approved", "Closed"])
    deployment.accounts["acme"].store_differently("openingState", lambda _: next(states))
    _, answers = pilot.take_back(control, "acme", ANA, "ENG-1")

    assert dict(answers) == {"does closing need a close reason?": "yes"}
    (away,) = openings(deployment)
    assert (away["openingState"], away["closeReasonId"] is None) == ("Closed", False)


@pytest.mark.parametrize("unique", [False, True])
def test_an_account_tells_whether_an_identifier_may_be_used_again(
    deployment: Deployment, job: str, control: Control, unique: bool
) -> None:
    account = deployment.accounts["acme"]
    account.oddities = replace(account.oddities, unique_identifiers=unique)
    for _ in range(2):
        bring(control)
        _, answers = pilot.take_back(control, "acme", ANA, "ENG-1")
    said = dict(answers)["can two openings share an identifier?"]
    assert said == ("no, it is refused (invalid_input)" if unique else "yes")
    names = [one["latestVersion"]["identifier"] for one in openings(deployment)]
    assert len(set(names)) == 2
    assert "ENG-1" not in names


def test_an_account_tells_what_a_403_says(
    deployment: Deployment, job: str, control: Control
) -> None:
    question = "what does a 403 say?"
    assert dict(bring(control).answers)[question].startswith("unknown")
    account = deployment.accounts["acme"]
    account.scopes = account.scopes - {"offers:read"}
    assert dict(bring(control).answers)[question] == "missing_endpoint_permission"


def test_undo_where_there_is_nothing_says_so(
    deployment: Deployment, job: str, control: Control
) -> None:
    with pytest.raises(Refusal, match="has no opening"):
        pilot.take_back(control, "acme", ANA, "ENG-1")
    with pytest.raises(NotOneRecord):
        pilot.take_back(control, "acme", ANA, "nothing like it")


def test_a_job_that_is_not_active_does_not_go_over(
    deployment: Deployment, job: str, control: Control
) -> None:
    deployment.orgs["acme"].edit_job(job, {"recruit": "Passive"})
    found = bring(control)

    assert (codes(found.result.notes), found.is_sound) == (["NOT_ACTIVE"], False)
    assert openings(deployment) == []


def test_the_command_prints_both_sides_and_its_status_tells(
    deployment: Deployment, job: str, operator: Operator
) -> None:
    done = operator.types("pilot", "acme", "ENG-1")
    assert done.exit_code == 0, done.stdout
    assert "ChartHop Job ID" in done.stdout
    assert "does null clear a field?" in done.stdout

    undone = operator.types("pilot", "acme", "ENG-1", "--undo")
    assert undone.exit_code == 0, undone.stdout
    assert f"job:{job}" in undone.stdout
    assert operator.types("pilot", "acme", "nothing like it").exit_code == 2


def test_a_hire_goes_over_although_hires_wait_to_be_pushed(
    deployment: Deployment, stage: Stage, control: Control
) -> None:
    waiting = SETTINGS.replace("[organizations", 'push_hires = "manual"\n[organizations', 1)
    deployment.configure("acme", waiting, enabled=False)
    offer = stage.hire()
    found = bring(control, f"offer:{offer}")

    assert (found.result.outcome, found.is_sound) == ("created", True)
    assert {one.what for one in found.compared} >= {"start date of the hire", "person in the job"}
    again = bring(control, f"offer:{offer}")
    assert again.is_sound
    assert len(stage.org.persons) == 1
