"""status: what an operator reads, and what a program reads."""

import getpass
import json
import re
from typing import Any

import pytest

from core.keys import Direction, job_key, offer_key
from core.outcomes import Change, Outcome, Result
from store.heartbeats import Heartbeats
from store.results import iso
from store.schedule import announce
from tests.control.cli.conftest import Operator, on_a_terminal
from tests.notes import said

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def as_json(operator: Operator, *words: str) -> Any:
    result = operator.types("status", *words, "--json")
    return json.loads(result.stdout)["organizations"]


def disable(operator: Operator) -> None:
    file = operator.deployment.file
    file.write_text(file.read_text().replace("enabled = true", "enabled = false"))


def test_json_has_the_agreed_shape(operator: Operator) -> None:
    org, account = operator.deployment.add("acme")
    job = org.add_job()
    operator.deployment.sync(trigger="schedule")
    result = operator.types("status", "--json")
    assert result.exit_code == 0
    (opening,) = account.openings
    plain = json.loads(result.stdout)
    assert list(plain) == ["organizations"]
    acme = plain["organizations"]["acme"]
    last, (record,) = acme["last_sync"], acme["records"]
    assert acme == {
        "enabled": True,
        "paused": None,
        "refused": {},
        "brake": None,
        "next_sync_at": None,
        "last_sync": last,
        "webhooks": {"ashby": None, "charthop": None},
        "records": [record],
    }
    assert last == {
        "id": operator.deployment.memory().syncs.last_id(),
        "started_at": last["started_at"],
        "finished_at": last["finished_at"],
        "trigger": "schedule",
        "outcomes": {"created": 1},
        "api_calls": {
            "charthop": last["api_calls"]["charthop"],
            "ashby": last["api_calls"]["ashby"],
        },
    }
    assert last["api_calls"]["ashby"] > 0
    assert record == {
        "record": f"job:{job}",
        "outcome": "created",
        "reason": None,
        "codes": [],
        "opening_id": opening,
        "person_id": None,
        "at": record["at"],
    }
    assert all(
        MOMENT.fullmatch(at) for at in (last["started_at"], last["finished_at"], record["at"])
    )


def test_json_of_an_organization_that_was_never_synced(operator: Operator) -> None:
    operator.deployment.add("acme")
    assert as_json(operator) == {
        "acme": {
            "enabled": True,
            "paused": None,
            "refused": {},
            "brake": None,
            "next_sync_at": None,
            "last_sync": None,
            "webhooks": {"ashby": None, "charthop": None},
            "records": [],
        }
    }


def test_a_sync_that_runs_has_no_end_yet(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.deployment.memory().syncs.start("now", "shell")
    last = as_json(operator)["acme"]["last_sync"]
    assert (last["finished_at"], last["trigger"]) == (None, "shell")
    assert "a sync has been running for" in operator.types("status").stdout


def test_held_and_failed_records_come_first_and_cost_the_good_status(operator: Operator) -> None:
    operator.deployment.add("acme")
    results = {
        job_key("1"): Result(Outcome.UNCHANGED),
        job_key("2"): Result(Outcome.HELD, (said("decide something"),)),
        job_key("3"): Result(Outcome.SKIPPED, (said("not active"),)),
        offer_key("4"): Result(Outcome.FAILED, (said("the world is at fault"),)),
    }
    operator.deployment.memory().results.keep(results, {})
    result = operator.types("status", "acme")
    assert result.exit_code == 1
    lines = [line.split()[:2] for line in result.stdout.splitlines() if ":" in line]
    assert lines == [
        ["failed", "offer:4"],
        ["held", "job:2"],
        ["unchanged", "job:1"],
        ["skipped", "job:3"],
    ]
    assert "decide something" in result.stdout
    assert [one["record"] for one in as_json(operator)["acme"]["records"]] == [
        "offer:4",
        "job:2",
        "job:1",
        "job:3",
    ]


def test_for_all_organizations_only_what_waits_for_somebody_is_listed(operator: Operator) -> None:
    operator.deployment.add("acme")
    held = {job_key(f"{number:02}"): Result(Outcome.HELD, (said("wait"),)) for number in range(14)}
    operator.deployment.memory().results.keep({**held, job_key("99"): Result(Outcome.CREATED)}, {})
    shown = operator.types("status").stdout
    assert "job:99" not in shown
    assert shown.count("held") == 10
    assert "and 4 more: charthop-ashby status acme" in shown


def test_records_are_chosen_by_outcome_and_by_name(operator: Operator) -> None:
    operator.deployment.add("acme")
    outcomes = (Outcome.CREATED, Outcome.SKIPPED, Outcome.HELD)
    results = {job_key(outcome): Result(outcome) for outcome in outcomes}
    operator.deployment.memory().results.keep(results, {})

    def chosen(*words: str) -> list[str]:
        return [one["record"] for one in as_json(operator, *words)["acme"]["records"]]

    assert chosen("--outcome", "skipped") == ["job:skipped"]
    assert chosen("--outcome", "created", "--outcome", "held") == ["job:held", "job:created"]
    assert chosen("--record", "job:created") == ["job:created"]
    assert operator.types("status", "--outcome", "vanished").exit_code == 2
    shown = operator.types("status", "--outcome", "skipped").stdout
    assert "job:skipped" in shown
    assert "job:held" not in shown


def test_disabled_organizations_are_shown_as_such_and_want_nothing(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.deployment.memory().results.keep(
        {job_key("1"): Result(Outcome.HELD, (said("wait"),))}, {}
    )
    disable(operator)
    result = operator.types("status")
    assert result.exit_code == 0
    assert "acme  disabled: nothing is read or written" in result.stdout
    assert as_json(operator)["acme"]["enabled"] is False


def test_a_pause_and_a_refused_key_are_two_things(operator: Operator) -> None:
    operator.deployment.add("acme")
    switches = operator.deployment.memory().switches
    switches.refuse(Direction.OUTBOUND, said("Ashby refused the key"))
    assert operator.types("status").exit_code == 1
    acme = as_json(operator)["acme"]
    assert acme["paused"] is None
    assert acme["refused"] == {"outbound": "Ashby refused the key"}
    shown = operator.types("status").stdout
    assert (
        "outbound (ChartHop to Ashby) is blocked until its key works: Ashby refused the key"
        in shown
    )
    assert "paused" not in shown
    switches.pause("an audit")
    result = operator.types("status")
    assert result.exit_code == 1
    assert "paused: an audit" in result.stdout
    acme = as_json(operator)["acme"]
    assert (acme["paused"], acme["refused"]) == ("an audit", {"outbound": "Ashby refused the key"})


def test_it_says_when_the_next_sync_is_and_that_no_worker_is_running(operator: Operator) -> None:
    operator.deployment.add("acme")
    assert "no worker is running" in operator.types("status").stdout
    Heartbeats(operator.deployment.redis).beat("celery@elsewhere")
    assert "no worker is running" not in operator.types("status").stdout
    announce(operator.deployment.redis, 240)
    assert "next sync in 4 min" in operator.types("status").stdout
    assert MOMENT.fullmatch(as_json(operator)["acme"]["next_sync_at"])
    operator.deployment.memory().switches.pause("an audit")
    assert as_json(operator)["acme"]["next_sync_at"] is None
    assert "next sync" not in operator.types("status").stdout


def test_a_mistake_elsewhere_in_the_file_is_one_line(operator: Operator) -> None:
    operator.deployment.add("acme")
    file = operator.deployment.file
    file.write_text(file.read_text() + "\n[organizations.bad]\nenabled = 3\n")
    for words in (("status", "acme"), ("sync", "acme"), ("plan", "acme"), ("pause", "acme")):
        result = operator.types(*words)
        (line,) = [one for one in result.stderr.splitlines() if "bad" in one]
        assert line.startswith("charthop-ashby: elsewhere in the file: ")
        assert result.exit_code == 0


def test_a_key_file_that_workers_miss_is_named(operator: Operator) -> None:
    operator.deployment.add("acme")
    file = operator.deployment.file
    file.write_text(file.read_text().replace('"ashby-acme"', '"file:nowhere"'))
    assert "nowhere" not in operator.types("status", "acme").stdout
    operator.deployment.send("tasks.sync_all", trigger="schedule")
    operator.deployment.drain()
    words = " ".join(operator.types("status", "acme").stdout.split())
    assert "not synced on schedule: " in words
    assert "nowhere, which cannot be read" in words


def test_the_brake_gives_its_figures(operator: Operator) -> None:
    operator.deployment.add("acme")
    held = {
        "close": (said("too many closings"), [job_key("1")]),
        "hire": (said("too many hires"), [offer_key("2")]),
    }
    operator.deployment.memory().switches.hold(held)
    result = operator.types("status")
    assert result.exit_code == 1
    assert "too many closings; too many hires" in result.stdout
    assert as_json(operator)["acme"]["brake"] == "too many closings; too many hires"


def test_a_sync_that_stopped_says_why(operator: Operator) -> None:
    operator.deployment.add("acme")
    syncs = operator.deployment.memory().syncs
    syncs.start("one", "schedule")
    syncs.finish("one", (said("ChartHop did not answer"),))
    result = operator.types("status")
    assert result.exit_code == 1
    assert "the sync stopped: ChartHop did not answer" in result.stdout


def test_one_bad_table_does_not_hide_the_others(operator: Operator) -> None:
    operator.deployment.add("acme")
    file = operator.deployment.file
    file.write_text(file.read_text() + "\n[organizations.bad]\nenabled = 3\n")
    result = operator.types("status")
    assert result.exit_code == 2
    assert result.stdout.startswith("acme  not synced yet")
    assert "[organizations.bad] enabled must be true or false" in result.stderr
    assert list(as_json(operator)) == ["acme"]
    assert operator.types("status", "acme").exit_code == 0
    assert operator.types("status", "bad").exit_code == 2


def test_what_failed_counts_more_than_a_bad_table(operator: Operator) -> None:
    operator.deployment.add("acme")
    file = operator.deployment.file
    file.write_text(file.read_text() + "\n[organizations.bad]\nenabled = 3\n")
    operator.deployment.memory().results.keep(
        {job_key("1"): Result(Outcome.FAILED, (said("no"),))}, {}
    )
    assert operator.types("status").exit_code == 1


def test_a_secret_that_only_the_workers_have_is_not_missed(operator: Operator) -> None:
    operator.deployment.add("acme")
    file = operator.deployment.file
    file.write_text(file.read_text().replace('"ashby-acme"', '"${ONLY_THE_WORKERS_HAVE_IT}"'))
    result = operator.types("status")
    assert result.exit_code == 0
    assert result.stderr == ""


def test_history_lists_the_syncs_the_latest_first(operator: Operator) -> None:
    operator.deployment.add("acme")
    assert operator.types("status", "acme", "--history").stdout == "no sync yet\n"
    syncs = operator.deployment.memory().syncs
    syncs.start("one", "schedule")
    syncs.finish("one", (said("ChartHop did not answer"),))
    syncs.start("two", "shell")
    syncs.count("two", {Outcome.CREATED: 2})
    syncs.finish("two")
    lines = operator.types("status", "acme", "--history").stdout.splitlines()
    assert [line.split()[1] for line in lines[1:]] == ["shell", "schedule"]
    assert lines[1].endswith("2 created")
    assert lines[2].endswith("stopped: ChartHop did not answer")
    history = as_json(operator, "--history")["acme"]["history"]
    assert [one["trigger"] for one in history] == ["shell", "schedule"]


def test_history_lists_who_ordered_what(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.types("pause", "acme", "--reason", "an audit")
    operator.types("resume", "acme")
    words = operator.types("status", "acme", "--history").stdout.splitlines()[-2:]
    name = getpass.getuser()
    assert words[0].split()[1:] == ["resume", name, "shell"]
    assert words[1].split()[1:] == ["pause", name, "shell", "an", "audit"]
    orders = as_json(operator, "--history")["acme"]["orders"]
    assert [(one["what"], one["by"], one["via"], one["about"]) for one in orders] == [
        ("resume", name, "shell", None),
        ("pause", name, "shell", "an audit"),
    ]


def test_what_goes_into_a_pipe_is_plain(operator: Operator) -> None:
    operator.deployment.add("acme")
    reason = "a reason that is far longer than any terminal is wide, " * 8
    operator.deployment.memory().results.keep(
        {job_key("1"): Result(Outcome.HELD, (said(reason),))}, {}
    )
    with operator.process("status", cwd=operator.deployment.folder) as process:
        shown = process.communicate(timeout=30)[0]
    assert shown.isascii()
    assert "\x1b" not in shown
    assert any(reason.strip() in line for line in shown.splitlines())
    assert all(line == line.rstrip() for line in shown.splitlines())


@pytest.mark.parametrize(
    ("variable", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_may_ask_for_plain_text(
    operator: Operator, variable: dict[str, str], coloured: bool
) -> None:
    operator.deployment.add("acme")
    operator.deployment.memory().results.keep(
        {job_key("1"): Result(Outcome.HELD, (said("wait"),))}, {}
    )
    with on_a_terminal(operator, "status", **variable) as terminal:
        shown = terminal.rest().decode()
    assert "job:1" in shown
    assert ("\x1b[" in shown) is coloured
    assert shown.isascii() is not coloured


def test_a_title_that_looks_like_markup_stays_as_it_is(operator: Operator) -> None:
    operator.deployment.add("acme")
    result = Result(Outcome.HELD, (said("[red]not red[/red] :smile:"),), changes=(Change("x"),))
    operator.deployment.memory().results.keep({job_key("[bold]"): result}, {})
    shown = operator.types("status", "acme").stdout
    assert "job:[bold]" in shown
    assert "[red]not red[/red] :smile:" in shown


def test_moments_are_utc() -> None:
    assert iso(0) == "1970-01-01T00:00:00Z"
