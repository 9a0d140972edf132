"""The job's hiring manager and recruiter on the opening's hiring team."""

from pathlib import Path

import pytest

from core.keys import job_key
from sandbox.alterations import dropped
from sandbox.ashby.oddities import AshbyOddities
from sandbox.wire import Fault
from tests.tasks.stage import Stage, make_stage

ON = "sync_hiring_team = true"


@pytest.fixture
def stage(tmp_path: Path, redis_url: str) -> Stage:
    return make_stage(tmp_path, redis_url, more=ON)


def person(stage: Stage, email: str) -> str:
    """Somebody in ChartHop, with that work address."""
    return stage.org.add_person("Ines", "Okafor", workEmail=email)


def user(stage: Stage, email: str) -> str:
    """Somebody in Ashby, with that address."""
    return stage.account.add_user("Ines", "Okafor", email)


def team(stage: Stage, job: str) -> set[tuple[str, str]]:
    """The opening's hiring team: addresses and roles."""
    return {(one["email"], one["role"]) for one in stage.says(job)["hiringTeam"]}


def test_manager_and_recruiter_are_put_on_the_team_of_a_new_opening(stage: Stage) -> None:
    user(stage, "ines@example.com")
    user(stage, "Tom@Example.com")
    job = stage.job(
        hireMgr=person(stage, "Ines@example.com"), recruiter=person(stage, "tom@example.com")
    )
    stage.sync()

    assert team(stage, job) == {
        ("ines@example.com", "Hiring Manager"),
        ("Tom@Example.com", "Recruiter"),
    }
    assert stage.told(job) == "created"
    stage.sync_quietly()


def test_the_team_follows_another_manager_and_leaves_everybody_else(stage: Stage) -> None:
    user(stage, "ines@example.com")
    user(stage, "mara@example.com")
    other = user(stage, "other@example.com")
    job = stage.opened(hireMgr=person(stage, "ines@example.com"))
    opening = stage.opening(job)["id"]
    ines = stage.says(job)["hiringTeam"][0]["userId"]
    stage.account.set_hiring_team(opening, (ines, "Hiring Manager"), (other, "Recruiter"))
    stage.edit(job, hireMgr=person(stage, "mara@example.com"))
    stage.sync()

    assert team(stage, job) == {
        ("mara@example.com", "Hiring Manager"),
        ("other@example.com", "Recruiter"),
    }
    stage.sync_quietly()


def test_where_the_job_names_nobody_the_team_is_left_alone(stage: Stage) -> None:
    job = stage.opened()
    by_hand = user(stage, "by.hand@example.com")
    stage.account.set_hiring_team(stage.opening(job)["id"], (by_hand, "Hiring Manager"))
    stage.sync()

    assert team(stage, job) == {("by.hand@example.com", "Hiring Manager")}
    stage.sync_quietly()


@pytest.mark.parametrize("known", ["nobody", "deactivated"])
def test_somebody_who_is_no_user_is_named_and_added_once_they_are(stage: Stage, known: str) -> None:
    if known == "deactivated":
        stage.account.deactivate_user(user(stage, "ines@example.com"))
    job = stage.opened(hireMgr=person(stage, "ines@example.com"))

    assert stage.told(job) == "created: NO_USER"
    assert "the e-mail address of the job's hiring manager" in (stage.result(job).reason or "")
    assert team(stage, job) == set()

    user(stage, "ines@example.com")
    stage.sync()
    assert team(stage, job) == {("ines@example.com", "Hiring Manager")}
    assert stage.told(job) == "updated"


def test_without_the_setting_no_user_is_read_and_no_team_is_touched(stage: Stage) -> None:
    stage.configure("")
    user(stage, "ines@example.com")
    job = stage.opened(hireMgr=person(stage, "ines@example.com"))

    assert team(stage, job) == set()
    assert stage.told(job) == "created"
    assert stage.calls("user.list") == []
    assert [path for path in stage.written() if path.startswith("hiringTeam")] == []


def test_a_key_that_may_not_change_teams_does_all_else_and_says_so(stage: Stage) -> None:
    stage.account.withdraw_permission("organizationWrite")
    user(stage, "ines@example.com")
    job = stage.job(hireMgr=person(stage, "ines@example.com"))
    other = stage.job()
    stage.sync()

    assert stage.told(job) == "created: TEAM_REFUSED"
    assert "hiring manager" in (stage.result(job).reason or "")
    assert stage.told(other) == "created"
    stage.sync_quietly()


def test_after_a_crash_before_the_team_it_is_made_good(stage: Stage) -> None:
    user(stage, "ines@example.com")
    job = stage.job(hireMgr=person(stage, "ines@example.com"))
    stage.deployment.ashby.faults.append(Fault("hiringTeam.addMember", "status", status=500))
    stage.sync()

    assert team(stage, job) == {("ines@example.com", "Hiring Manager")}
    assert len(stage.openings()) == 1
    stage.sync_quietly()


def test_the_team_of_a_draft_that_is_approved_later(tmp_path: Path, redis_url: str) -> None:
    oddities = AshbyOddities(create_beyond_draft="refused")
    stage = make_stage(tmp_path, redis_url, ashby=oddities, more=ON)
    user(stage, "ines@example.com")
    job = stage.opened(hireMgr=person(stage, "ines@example.com"))

    assert (stage.state(job), team(stage, job)) == (
        "Approved",
        {("ines@example.com", "Hiring Manager")},
    )
    stage.sync_quietly()


def test_nobody_s_address_is_told_or_kept_where_people_read(stage: Stage) -> None:
    user(stage, "ines@example.com")
    user(stage, "mara@example.com")
    job = stage.job(hireMgr=person(stage, "ines@example.com"))
    other = stage.job(hireMgr=person(stage, "nobody@example.com"))
    stage.sync()
    stage.edit(job, hireMgr=person(stage, "mara@example.com"))
    stage.sync()

    told = stage.deployment.memory().results.history(job_key(job))[0].result.changes
    assert [(one.what, one.before, one.after) for one in told] == [("hiring manager", None, None)]
    for record in (job, other):
        assert "@" not in repr(stage.deployment.memory().results.history(job_key(record)))


def test_a_change_of_the_team_that_has_no_effect_is_not_believed(stage: Stage) -> None:
    user(stage, "ines@example.com")
    user(stage, "mara@example.com")
    stage.account.store_differently("hiringTeam", dropped)
    job = stage.job(hireMgr=person(stage, "ines@example.com"))
    stage.sync()
    assert stage.told(job) == "created: STORED_OTHERWISE"
    assert "hiring manager" in (stage.result(job).reason or "")
    stage.sync_quietly()

    stage.account.store_as_sent("hiringTeam")
    stage.edit(job, title="Edited")
    stage.sync()
    assert team(stage, job) == {("ines@example.com", "Hiring Manager")}
    assert stage.told(job) == "updated"

    stage.account.store_differently("hiringTeam", dropped)
    stage.edit(job, hireMgr=person(stage, "mara@example.com"))
    stage.sync()
    assert stage.told(job) == "updated: STORED_OTHERWISE"
    assert team(stage, job) == {("ines@example.com", "Hiring Manager")}
    stage.sync_quietly()
