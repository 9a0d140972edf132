"""explain: one record's story, found by whatever it is called."""

import pytest

from core.keys import Direction
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from store import schedule
from store.heartbeats import Heartbeats
from tests.control.cli.conftest import Operator
from tests.control.cli.test_plan import FOREVER, hire
from tests.faults.test_leaks import everything
from tests.notes import said


@pytest.fixture
def sides(operator: Operator) -> tuple[Org, Account]:
    return operator.deployment.add("acme", FOREVER)


def test_a_record_is_found_by_every_name_it_has(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    job = org.add_job("Engineer", req="ENG-1")
    operator.deployment.sync()
    (opening,) = account.openings
    for called in (job, f"job:{job}", "ENG-1", opening):
        result = operator.types("explain", "acme", called)
        assert result.exit_code == 0, called
        assert result.stdout.startswith(f"job:{job}  ENG-1 Engineer\n"), called
        assert opening in result.stdout
    account.edit_opening(opening, identifier="RENAMED")
    assert operator.types("explain", "acme", "RENAMED").stdout.startswith(f"job:{job}")
    offer = hire(org, account, job)
    assert operator.types("explain", "acme", offer).stdout.startswith(f"offer:{offer}")
    assert operator.types("explain", "acme", f"offer:{offer}").exit_code == 0


def test_the_story_tells_what_changed_from_what_to_what(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job("Engineer")
    operator.deployment.sync()
    sides[0].edit_job(job, title="Senior Engineer")
    operator.deployment.sync()
    sides[0].edit_job(job, recruit="Passive")
    operator.deployment.sync()
    lines = operator.types("explain", "acme", job).stdout.splitlines()
    story = [line.split(maxsplit=3)[1:] for line in lines[lines.index("  history") + 2 :] if line]
    assert [step[0] for step in story] == ["created", "updated", "closed"]
    assert all(int(step[1]) > 0 for step in story)
    assert story[1][2] == "title Engineer -> Senior Engineer"
    assert "state Approved -> Closed" in story[2][2]


def test_the_first_rule_that_keeps_a_job_out_is_given(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job(recruit="Passive")
    result = operator.types("explain", "acme", job)
    assert result.exit_code == 0
    assert "now     skipped" in result.stdout
    assert "recruiting status is Passive: set it to Active in ChartHop" in result.stdout
    assert "no sync has considered it yet" in result.stdout


def test_what_a_sync_would_do_is_told(operator: Operator, sides: tuple[Org, Account]) -> None:
    job = sides[0].add_job("Engineer")
    operator.deployment.sync()
    sides[0].edit_job(job, title="Senior Engineer")
    shown = operator.types("explain", "acme", job).stdout
    assert "now     a sync would result in updated" in shown
    assert "title Engineer -> Senior Engineer" in shown
    assert "last    created" in shown


def test_what_is_held_costs_the_good_status(operator: Operator, sides: tuple[Org, Account]) -> None:
    job = sides[0].add_job(req="ENG-1")
    for _ in range(2):
        sides[1].add_opening("ENG-1")
    operator.deployment.sync()
    result = operator.types("explain", "acme", "ENG-1")
    assert result.exit_code == 1
    assert f"write the job's id {job} into the field ChartHop Job ID of the" in result.stdout


def test_a_pause_and_a_switched_off_organization_are_told(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job()
    operator.types("pause", "acme", "--reason", "an audit")
    assert "paused  an audit" in operator.types("explain", "acme", job).stdout
    operator.types("resume", "acme")
    file = operator.deployment.file
    file.write_text(file.read_text().replace("enabled = true", "enabled = false"))
    assert "the organization is not enabled" in operator.types("explain", "acme", job).stdout


def test_when_the_next_sync_is_and_what_keeps_it_from_being_done(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job()
    assert "next    no worker is running" in operator.types("explain", "acme", job).stdout
    Heartbeats(operator.deployment.redis).beat("celery@elsewhere")
    schedule.announce(operator.deployment.redis, 180)
    assert "next    next sync in " in operator.types("explain", "acme", job).stdout
    switches = operator.deployment.memory().switches
    switches.refuse(Direction.INBOUND, said("ChartHop refused the key"))
    assert "rests" not in operator.types("explain", "acme", job).stdout
    switches.refuse(Direction.OUTBOUND, said("Ashby refused the key"))
    shown = operator.types("explain", "acme", job).stdout
    assert "blocked outbound (ChartHop to Ashby) is blocked until its key works: Ashby ref" in shown


@pytest.mark.usefixtures("sides")
def test_an_unknown_record_is_wrong_usage(operator: Operator) -> None:
    result = operator.types("explain", "acme", "nothing")
    assert result.exit_code == 2
    assert "no job, linked opening or hire of acme matches nothing" in result.stderr


def test_history_is_told_even_when_a_service_is_down(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job()
    operator.deployment.sync()
    operator.environment["CHARTHOP_API_URL"] = "http://127.0.0.1:1"
    result = Operator(operator.deployment, operator.environment).types("explain", "acme", job)
    assert "the current state is unknown: ChartHop cannot be reached: 127.0.0.1:1 " in result.stderr
    assert "created" in result.stdout


def test_without_redis_it_is_told_how_a_record_stands_now(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job("Engineer", req="ENG-1")
    operator.deployment.sync()
    sides[0].edit_job(job, title="Senior Engineer")
    operator.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    alone = Operator(operator.deployment, operator.environment)
    result = alone.types("explain", "acme", "eng-1")
    assert result.exit_code == 0
    assert "what the syncs did with it is unknown: The Redis at REDIS_URL does not" in (
        result.stderr
    )
    assert "a sync would result in updated" in result.stdout
    assert "title Engineer -> Senior Engineer" in result.stdout
    for unknown in ("no sync has considered it", "no worker is running", "no history"):
        assert unknown not in result.stdout


def test_without_redis_what_is_held_costs_the_good_status(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    sides[0].add_job(req="ENG-1")
    for _ in range(2):
        sides[1].add_opening("ENG-1")
    operator.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    alone = Operator(operator.deployment, operator.environment)
    assert alone.types("explain", "acme", "ENG-1").exit_code == 1


@pytest.mark.usefixtures("sides")
def test_with_neither_redis_nor_a_service_both_are_named(operator: Operator) -> None:
    operator.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    operator.environment["ASHBY_API_URL"] = "http://127.0.0.1:1"
    alone = Operator(operator.deployment, operator.environment)
    result = alone.types("explain", "acme", "ENG-1")
    assert result.exit_code == 1
    assert "The Redis at REDIS_URL does not answer" in result.stderr
    assert "Ashby cannot be reached" in result.stderr


def test_only_explain_repeats_what_a_service_said_about_a_refused_record(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    words = "Jane Roe, born 1 May 1990, is already in it"
    fault = Fault(
        path="opening.create",
        kind="status",
        status=400,
        body={"success": False, "errorInfo": {"code": "taken", "message": words}},
        times=10,
    )
    operator.deployment.ashby.faults.append(fault)
    job = sides[0].add_job("Engineer")
    operator.deployment.sync()

    assert "Jane" not in everything(operator.deployment.redis)
    for command in (("status", "acme"), ("status", "acme", "--json"), ("plan", "acme")):
        assert "Jane" not in operator.types(*command).output
    told = operator.types("explain", "acme", job)
    assert words in told.stdout
    assert "Ashby refused opening.create: taken" in told.stdout

    operator.deployment.ashby.faults.clear()
    operator.deployment.sync()
    assert "Jane" not in operator.types("explain", "acme", job).stdout


def test_a_hire_is_told_with_the_page_of_its_candidate(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    job = org.add_job("Engineer", req="ENG-1")
    operator.deployment.sync()
    offer = hire(org, account, job)
    (candidate,) = account.candidates
    address = f"  page    https://app.ashbyhq.com/candidates/{candidate}\n"
    assert address in operator.types("explain", "acme", offer).stdout
    assert "page" not in operator.types("explain", "acme", "ENG-1").stdout
    fault = Fault(path="candidate.info", kind="status", status=403, times=100)
    operator.deployment.ashby.faults.append(fault)
    assert operator.types("explain", "acme", offer).stdout.startswith(f"offer:{offer}  hire for")


def test_only_explain_names_the_user_that_ashby_does_not_have(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme", "sync_hiring_team = true")
    ines = org.add_person("Ines", "Okafor", workEmail="ines@example.com")
    job = org.add_job("Engineer", hireMgr=ines)
    assert "no user ines@example.com" in operator.types("explain", "acme", job).stdout
    operator.deployment.sync()
    assert "no user ines@example.com" in operator.types("explain", "acme", job).stdout
    for command in (("status", "acme"), ("status", "acme", "--json"), ("plan", "acme")):
        shown = operator.types(*command).output
        assert "NO_USER" in shown or "no active user" in shown
        assert "ines" not in shown
    assert "ines" not in everything(operator.deployment.redis)
