"""A row of a list that cannot be read costs that row only, and nothing is concluded from it."""

from typing import Any

import pytest

from core.outcomes import Outcome
from sandbox.alterations import replaced, with_null, without
from tests.tasks import hire_stage
from tests.tasks.stage import Stage

BAD: list[Any] = [
    pytest.param(replaced(None), id="null"),
    pytest.param(replaced("a word"), id="a word"),
    pytest.param(with_null("id"), id="null id"),
    pytest.param(without("id"), id="no id"),
]
UNREADABLE = pytest.param(with_null("latestVersion"), id="unreadable")


def states(stage: Stage) -> list[str]:
    return sorted(one.state for one in stage.account.openings.values())


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("bad", [*BAD, UNREADABLE])
def test_an_opening_that_the_list_hides_stays_linked(stage: Stage, bad: Any, full: bool) -> None:
    hidden, other = stage.job("Engineer"), stage.job("Analyst")
    stage.sync()
    opening = stage.result(hidden).opening_id
    assert opening is not None
    stage.later()
    stage.account.alter_row(opening, bad)
    stage.edit(other, title="Data analyst")
    stage.sync(full=full)

    assert states(stage) == ["Approved", "Approved"]
    assert stage.result(hidden).outcome == Outcome.UNCHANGED
    assert stage.result(other).outcome == Outcome.UPDATED

    stage.edit(hidden, title="Senior engineer")
    stage.sync()
    assert states(stage) == ["Approved", "Approved"]
    assert stage.result(hidden).outcome == Outcome.UPDATED


def forgotten(stage: Stage) -> tuple[str, str]:
    """One of two jobs that have their openings, of which Redis knows no more, and its opening."""
    job = stage.job("Engineer")
    stage.opened("Analyst")
    opening = stage.deployment.opening_of(job)
    stage.flush()
    return job, opening


@pytest.mark.parametrize("bad", [*BAD, UNREADABLE])
def test_no_second_opening_is_made_for_one_that_the_list_hides(stage: Stage, bad: Any) -> None:
    hidden, opening = forgotten(stage)
    stage.account.alter_row(opening, bad)
    new = stage.job("Designer")
    stage.sync()
    stage.sync()

    # The search hides it likewise: that job waits, and all others go on.
    assert len(stage.openings(hidden)) == 1
    assert stage.told(hidden) == "failed: STRANGE_ANSWER"
    assert states(stage) == ["Approved"] * 3
    assert stage.result(new).opening_id is not None


def test_an_opening_that_only_the_list_hides_is_found_by_its_identifier(stage: Stage) -> None:
    hidden, opening = forgotten(stage)

    def hide(answer: Any) -> Any:
        rows = [None if row["id"] == opening else row for row in answer["results"]]
        return {**answer, "results": rows}

    stage.fault("opening.list", "altered", alter=hide, times=100)
    stage.edit(hidden, title="Senior engineer")
    stage.sync()

    assert len(stage.account.openings) == 2
    assert stage.told(hidden) == "updated"
    assert stage.says(hidden)["description"] == "Senior engineer"


@pytest.mark.parametrize("bad", [*BAD, UNREADABLE])
def test_what_the_list_hid_is_seen_again_once_it_does_not(stage: Stage, bad: Any) -> None:
    hidden, opening = forgotten(stage)
    stage.account.alter_row(opening, bad)
    stage.sync()
    stage.account.show_row(opening)
    stage.edit(hidden, title="Senior engineer")
    stage.later()
    stage.sync()

    assert stage.told(hidden) == "updated"
    assert stage.says(hidden)["description"] == "Senior engineer"
    stage.sync_quietly()


@pytest.mark.parametrize("bad", BAD)
def test_a_job_that_charthop_s_list_hides_keeps_its_opening(stage: Stage, bad: Any) -> None:
    hidden, other = stage.job("Engineer"), stage.job("Analyst")
    stage.sync()
    stage.org.alter_row(hidden, bad)
    stage.edit(other, title="Data analyst")
    stage.sync()
    stage.sync(full=True)

    assert states(stage) == ["Approved", "Approved"]
    assert [one.archived_at for one in stage.account.openings.values()] == [None, None]


@pytest.mark.parametrize("bad", BAD)
def test_no_field_is_made_twice_that_the_list_hides(stage: Stage, bad: Any) -> None:
    stage.job("Engineer")
    stage.sync()
    before = len(stage.account.custom_fields)
    stage.deployment.redis.flushdb()
    stage.account.alter_row(next(iter(stage.account.custom_fields)), bad)
    stage.sync()

    assert len(stage.account.custom_fields) == before
    assert len(stage.account.openings) == 1


@pytest.mark.parametrize("bad", BAD)
def test_a_department_that_the_list_hides_stops_nothing(stage: Stage, bad: Any) -> None:
    stage.account.add_department("Sales")
    stage.account.alter_row(stage.department, bad)
    job = stage.opened("Engineer")

    assert stage.result(job).outcome == Outcome.CREATED


@pytest.mark.parametrize("bad", BAD)
def test_a_close_reason_that_cannot_be_read_delays_no_closing(stage: Stage, bad: Any) -> None:
    stage.configure('filled_close_reasons = ["Hired"]')
    job, other = stage.job("Engineer"), stage.job("Analyst")
    stage.sync()
    beside_a_bad_row(stage, "closeReason.list", bad)
    stage.edit(job, recruit="Inactive")
    stage.edit(other, title="Data analyst")

    assert not stage.sync().problems
    assert stage.result(job).outcome == Outcome.CLOSED
    assert stage.result(other).outcome == Outcome.UPDATED


@pytest.mark.parametrize("bad", BAD)
def test_a_role_of_the_hiring_team_that_cannot_be_read_is_not_needed(
    stage: Stage, bad: Any
) -> None:
    stage.configure("sync_hiring_team = true")
    stage.account.add_user("Ines", "Okafor", "ines@example.com")
    beside_a_bad_row(stage, "hiringTeamRole.list", bad)
    manager = stage.org.add_person("Ines", "Okafor", workEmail="ines@example.com")
    job = stage.opened("Engineer", hireMgr=manager)

    assert [one["email"] for one in stage.says(job)["hiringTeam"]] == ["ines@example.com"]


def beside_a_bad_row(stage: Stage, path: str, bad: Any) -> None:
    """From now on that list begins with a row that cannot be read."""

    def alter(answer: Any) -> Any:
        return {**answer, "results": [bad(answer["results"][0]), *answer["results"]]}

    stage.fault(path, "altered", alter=alter, times=100)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("what", ["application", "offer"])
def test_a_hire_that_a_list_hides_is_not_undone_and_keeps_no_other_away(
    hires: hire_stage.Stage, what: str, bad: Any
) -> None:
    first = hires.hire()
    hires.sync()
    assert hires.result(first).outcome == Outcome.CREATED
    hires.account.alter_row(first if what == "offer" else hires.application(first), bad)
    job = hires.org.add_job("Analyst")
    hires.sync()
    second = hires.hire("Jo Public", "jo@example.net", opening=hires.deployment.opening_of(job))
    hires.sync(full=True)

    assert hires.result(second).outcome == Outcome.CREATED
    assert hires.result(first).outcome in (Outcome.CREATED, Outcome.UNCHANGED)
    assert len(hires.org.persons) == 2
