"""A list that cannot be read stops only what needs it; what was read last is used meanwhile."""

from typing import Any

import pytest

from core.keys import field_key
from core.outcomes import Outcome
from sandbox.wire import Fault
from tests.tasks.hire_stage import SETTINGS, Stage

MORE = 'synced_fields = ["level", "nobody"]\nsync_hiring_team = true\n'
LISTS = [
    ("ashby", r"/department\.list$"),
    ("ashby", r"/location\.list$"),
    ("ashby", r"/user\.list$"),
    ("charthop", r"/field$"),
    ("charthop", r"/field/built-in$"),
]
ANSWERS: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "not JSON": {"kind": "html200"},
    "refused": {"kind": "error", "code": "invalid_input"},
}


@pytest.fixture
def lists(hires: Stage) -> Stage:
    """A sync has read every list, and the openings carry a ticked field."""
    hires.account.add_department("Engineering")
    hires.account.add_location("Berlin")
    hires.account.add_user("Ines", "Okafor", "ines@example.com")
    hires.org.add_field("level", "Level", "STRING")
    hires.deployment.configure("acme", MORE + SETTINGS)
    hires.sync(full=True)
    hires.deployment.redis.delete("charthop-ashby:acme:hire-fields")
    return hires


def break_list(lists: Stage, side: str, path: str, **answer: Any) -> Fault:
    fault = Fault(path, times=1000, **answer)
    (lists.deployment.ashby if side == "ashby" else lists.deployment.charthop).faults = [fault]
    return fault


def new_job(lists: Stage, title: str, **codes: Any) -> str:
    given = {"department.name": "Engineering", "location.name": "Berlin", "level": "L5"}
    return lists.org.add_job(title, createDate="2026-01-05", **{**given, **codes})


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize(("side", "path"), LISTS)
def test_openings_are_made_and_changed_with_what_was_read_last(
    lists: Stage, side: str, path: str, answer: dict[str, Any]
) -> None:
    fault = break_list(lists, side, path, **answer)
    new = new_job(lists, "Analyst")
    lists.org.edit_job(lists.job, title="Senior engineer", level="L6")
    lists.sync(full=True)

    assert fault.hits
    for job, outcome in ((new, Outcome.CREATED), (lists.job, Outcome.UPDATED)):
        result = lists.deployment.result(f"job:{job}")
        assert (result.outcome, result.codes) == (outcome, [])
    opening = lists.deployment.opening_of(new)
    assert lists.account.opening(opening)["latestVersion"]["teamId"] is not None
    assert lists.account.opening_field(opening, "Level") == "L5"
    sync = lists.deployment.memory().syncs.last()
    assert sync is not None and len(sync.problems) == 1, "the sync says what it could not read"
    assert lists.told_of(str(field_key("nobody"))) == "held: FIELD_UNKNOWN", "as before"

    fault.times = 0
    lists.deployment.redis.delete(*lists.deployment.redis.scan_iter("charthop-ashby:-:*"))
    lists.sync(full=True)
    sync = lists.deployment.memory().syncs.last()
    assert sync is not None and not sync.problems


@pytest.mark.parametrize(("side", "path"), LISTS[:3])
def test_hires_come_in_meanwhile(lists: Stage, side: str, path: str) -> None:
    break_list(lists, side, path, status=500)
    offer = lists.hire()
    lists.sync(full=True)

    assert lists.result(offer).outcome is Outcome.CREATED


@pytest.mark.parametrize(("side", "path"), LISTS[:3])
def test_a_permission_that_is_missing_for_it_blocks_nothing_else(
    lists: Stage, side: str, path: str
) -> None:
    break_list(lists, side, path, status=403, code="missing_endpoint_permission")
    new, offer = new_job(lists, "Analyst"), lists.hire()
    lists.sync(full=True)

    assert lists.deployment.result(f"job:{new}").outcome is Outcome.CREATED
    assert lists.result(offer).outcome is Outcome.CREATED
    assert lists.deployment.memory().switches.refused() == {}
    sync = lists.deployment.memory().syncs.last()
    assert sync is not None
    assert [note.code for note in sync.problems] == ["NO_PERMISSION"]
