"""status: by reason, by sync, as a table for spreadsheets, and on narrow terminals."""

import csv
import io
import json
import re
import struct
from fcntl import ioctl
from itertools import combinations, pairwise, permutations
from termios import TIOCSWINSZ

import pytest
from rich.cells import cell_len

from core import reasons
from core.keys import job_key
from core.outcomes import Change, Outcome, Result
from store.names import JobName
from tests.control.cli.conftest import Operator, on_a_terminal

SALES, PARIS = reasons.NO_DEPARTMENT(name="Sales"), reasons.NO_LOCATION(name="Paris")

STORED = reasons.STORED_OTHERWISE(what="title", sent="a", stored="b")


@pytest.fixture
def records(operator: Operator) -> Operator:
    """Two jobs without department, one of them without location, one that is complete."""
    operator.deployment.add("acme")
    memory = operator.deployment.memory()
    memory.results.keep(
        {
            job_key("1"): Result(Outcome.CREATED, (SALES, PARIS), opening_id="o1"),
            job_key("2"): Result(Outcome.UNCHANGED, (SALES,)),
            job_key("3"): Result(Outcome.UNCHANGED),
            job_key("4"): Result(Outcome.SKIPPED, (reasons.NOT_ACTIVE(status="Passive"),)),
            job_key("5"): Result(Outcome.UNCHANGED, (STORED,)),
        },
        {},
    )
    memory.names.keep({"1": JobName("ENG-1", "=Engineer"), "2": JobName("ENG-2", None)})
    return operator


def test_what_is_missing_is_grouped_and_counted_by_reason(records: Operator) -> None:
    shown = records.types("status").stdout
    assert "2 records: Ashby has no department Sales" in shown
    assert "1 record: Ashby has no location Paris" in shown
    assert "(NO_DEPARTMENT)" in shown
    assert "NOT_ACTIVE" not in shown
    assert "STORED_OTHERWISE" not in shown


def test_something_missing_costs_the_status_only_where_that_is_asked_for(records: Operator) -> None:
    assert records.types("status").exit_code == 0
    assert records.types("status", "--strict").exit_code == 1
    whole = {job_key(id_): Result(Outcome.UNCHANGED) for id_ in "125"}
    memory = records.deployment.memory()
    memory.results.keep(whole, memory.results.all())
    assert records.types("status", "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["NO_DEPARTMENT"], ["job:1", "job:2"]),
        (["no_location"], ["job:1"]),
        (["NO_LOCATION", "NOT_ACTIVE"], ["job:1", "job:4"]),
    ],
)
def test_records_are_chosen_by_code(records: Operator, codes: list[str], found: list[str]) -> None:
    words = [word for code in codes for word in ("--code", code)]
    plain = json.loads(records.types("status", "acme", "--json", *words).stdout)
    assert [one["record"] for one in plain["organizations"]["acme"]["records"]] == found


def test_a_code_that_no_reason_has_is_wrong_usage(records: Operator) -> None:
    result = records.types("status", "--code", "NO_DEPARTMENTS")
    assert result.exit_code == 2
    assert "NO_DEPARTMENTS is not a reason code" in result.stderr


def test_csv_is_one_line_a_record_and_no_formula(records: Operator) -> None:
    rows = list(csv.DictReader(io.StringIO(records.types("status", "--csv").stdout)))
    assert len(rows) == 5
    first = next(row for row in rows if row["record"] == "job:1")
    assert first["organization"] == "acme"
    assert first["codes"] == "NO_DEPARTMENT NO_LOCATION"
    assert first["name"] == "ENG-1 =Engineer"
    memory = records.deployment.memory()
    memory.names.keep({"1": JobName(None, "=HYPERLINK()")})
    shown = records.types("status", "--csv").stdout
    assert "'=HYPERLINK()" in shown


def test_what_one_sync_did(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme")
    job, other = org.add_job("Engineer", req="ENG-1"), org.add_job("Analyst")
    first = operator.deployment.sync()
    org.edit_job(job, title="Senior Engineer")
    second = operator.deployment.sync()
    shown = operator.types("status", "acme", "--sync", second.id).stdout
    assert "title Engineer -> Senior Engineer" in shown
    assert f"job:{other}" not in shown
    plain = json.loads(operator.types("status", "acme", "--sync", first.id, "--json").stdout)
    acme = plain["organizations"]["acme"]
    assert acme["sync"]["id"] == first.id
    assert {one["record"] for one in acme["records"]} == {f"job:{job}", f"job:{other}"}
    assert {one["outcome"] for one in acme["records"]} == {"created"}
    assert first.id in operator.types("status", "acme", "--history").stdout
    as_csv = operator.types("status", "acme", "--sync", second.id, "--csv").stdout
    (row,) = csv.DictReader(io.StringIO(as_csv))
    assert (row["record"], row["changes"]) == (f"job:{job}", "title Engineer -> Senior Engineer")
    wrong = operator.types("status", "acme", "--sync", "none-such")
    assert wrong.exit_code == 2
    assert "--history" in wrong.stderr
    assert operator.types("status", "--sync", first.id).exit_code == 2


def test_at_80_columns_a_record_is_three_lines_at_most(operator: Operator) -> None:
    operator.deployment.add("acme")
    memory = operator.deployment.memory()
    twice = reasons.NAMESAKES(
        count=2, identifier="ENG-101", openings="3b1f0c52-7a11, 4c5e9d53-0a4c", job="6704" * 6
    )
    long = {job_key("6704" * 5 + f"{n:04}"): Result(Outcome.HELD, (twice,)) for n in range(3)}
    memory.results.keep(long, {})
    memory.names.keep({key.id: JobName("ENG-101", "Principal Engineer, " * 5) for key in long})
    with on_a_terminal(operator, "status", "acme", COLUMNS="80") as terminal:
        ioctl(terminal._descriptor, TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.rest().decode()).replace("\r", "")
    lines = [line for line in shown.splitlines() if line]
    assert all(len(line) <= 80 for line in lines)
    heads = [at for at, line in enumerate(lines) if line.startswith("held")]
    assert len(heads) == 3
    assert all("ENG-101 Principal" in lines[at] for at in heads)
    assert [after - at for at, after in pairwise(heads)] == [3, 3]


@pytest.mark.parametrize(
    "words",
    [("plan", "acme"), ("drift", "acme"), ("status", "acme", "--history")],
    ids=lambda words: words[0],
)
def test_every_list_of_records_is_readable_at_80_columns(
    operator: Operator, words: tuple[str, ...]
) -> None:
    org, _ = operator.deployment.add("acme")
    for number in range(3):
        department = {"department.name": f"Research and Development {number}"}
        org.add_job("Principal Engineer, " * 5, req=f"ENG-{number}", **department)
    operator.deployment.sync()
    with on_a_terminal(operator, *words, COLUMNS="80") as terminal:
        ioctl(terminal._descriptor, TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.rest().decode()).replace("\r", "")
    lines = [line for line in shown.splitlines() if line]
    assert all(len(line) <= 80 for line in lines), shown
    heads = [at for at, line in enumerate(lines) if re.search(r"job:\w{24}|task-", line)]
    assert heads, shown
    assert all(after - at <= 3 for at, after in pairwise(heads)), shown


NARROW = (
    "Principal Engineer for Payments and Reconciliation, " * 3,
    "首席工程师，支付平台与对账系统负责人" * 5,
    "🚀 Rocket 👩‍👩‍👧‍👦 Engineer 🇩🇪 " * 6,
    "مهندس برمجيات رئيسي لمنصة المدفوعات والتسويات " * 4,
)


def test_titles_of_any_script_and_long_heads_keep_their_columns(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme", "brake = { close_percent = 10 }")
    jobs = [org.add_job(title, req=f"ENG-{at}") for at, title in enumerate(NARROW)]
    jobs += [org.add_job(f"Job {at}") for at in range(10)]
    operator.deployment.sync()
    for job, title in zip(jobs, NARROW, strict=False):
        org.edit_job(job, title=f"New {title}")
    edited = operator.deployment.sync()
    for job in jobs[:9]:
        org.edit_job(job, recruit="Passive")
    operator.deployment.sync()

    def lines(*words: str) -> list[str]:
        with on_a_terminal(operator, *words, COLUMNS="80") as terminal:
            ioctl(terminal._descriptor, TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
            shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.rest().decode()).replace("\r", "")
        lines = [line for line in shown.splitlines() if line]
        assert all(cell_len(line) <= 80 for line in lines), shown
        return lines

    status = lines("status", "acme")
    begins = (" ", "acme", "held", "unchanged")
    assert [line for line in status if not line.startswith(begins)] == []
    of_sync = lines("status", "acme", "--sync", edited.id)
    for shown, word in ((status, "held"), (of_sync, "updated")):
        heads = [at for at, line in enumerate(shown) if line.startswith(word)]
        assert all(after - at <= 3 for at, after in pairwise(heads)), shown
        cut = [line for line in shown if line.startswith(f"{word}  ENG-")]
        assert len(cut) == 4
        assert all("… · job:" in line for line in cut), cut
    approve = lines("approve", "acme", "--yes")
    assert all(line.startswith((" ", "the brake", "close", "9 app", "To run")) for line in approve)
    explain = lines("explain", "acme", "ENG-1")
    history = explain[explain.index("  history") + 1 :]
    assert "state Approved -> Closed" in " ".join(history)
    assert all(line.startswith(("    ", "20")) for line in history), history


def test_watching_needs_a_terminal(operator: Operator) -> None:
    operator.deployment.add("acme")
    result = operator.types("status", "--watch")
    assert result.exit_code == 2
    assert "--watch needs a terminal" in result.stderr


def test_moments_are_in_the_terminals_zone_unless_utc_is_asked_for(operator: Operator) -> None:
    operator.deployment.add("acme")
    memory = operator.deployment.memory()
    memory.syncs.start("one", "schedule")
    memory.results.tell({job_key("1"): Result(Outcome.CREATED, changes=(Change("title"),))})
    words = ("status", "acme", "--history")
    with on_a_terminal(operator, *words, TZ="Asia/Kolkata", COLUMNS="200") as terminal:
        assert b" IST" in terminal.rest()
    with on_a_terminal(operator, *words, "--utc", TZ="Asia/Kolkata", COLUMNS="200") as terminal:
        shown = terminal.rest()
    assert b" IST" not in shown
    assert re.search(rb"T\d\d:\d\d:\d\dZ", shown)


OPTIONS = {
    "--json": (),
    "--csv": (),
    "--outcome": ("skipped",),
    "--code": ("NOT_ACTIVE",),
    "--record": ("job:4",),
    "--history": (),
    "--sync": ("one",),
    "--watch": (),
    "--wide": (),
    "--utc": (),
    "--strict": (),
}

APART = {
    ("--json", "--csv"): "one form",
    ("--json", "--watch"): "a program calls again",
    ("--json", "--wide"): "lines of a terminal",
    ("--csv", "--watch"): "a program calls again",
    ("--csv", "--wide"): "lines of a terminal",
    ("--csv", "--history"): "a sync is no record",
    ("--outcome", "--history"): "a sync is no record",
    ("--code", "--history"): "a sync is no record",
    ("--record", "--history"): "a sync is no record",
    ("--history", "--sync"): "all syncs, or one",
    ("--sync", "--watch"): "it is over",
    ("--sync", "--strict"): "of now",
}

ONLY_ON_A_TERMINAL = {"--watch", "--wide", "--utc"}


def test_no_option_is_ignored_beside_another(records: Operator) -> None:
    memory = records.deployment.memory()
    memory.syncs.start("one", "schedule")
    memory.results.tell({key: kept.result for key, kept in memory.results.all().items()})

    def shown(*options: str) -> tuple[int, str, str]:
        words = [word for option in options for word in (option, *OPTIONS[option])]
        result = records.types("status", "acme", *words)
        return result.exit_code, result.stdout, result.stderr

    alone = {option: shown(option)[:2] for option in OPTIONS}
    for pair in combinations(OPTIONS, 2):
        *both, complaint = shown(*pair)
        orders = (f"{one} and {other} do not go together" for one, other in permutations(pair))
        assert any(order in complaint for order in orders) == (pair in APART), pair
        if pair in APART:
            assert both == [2, ""], pair
        elif "--watch" not in pair:
            for one, beside in permutations(pair):
                assert beside in ONLY_ON_A_TERMINAL or tuple(both) != alone[one], (one, beside)


@pytest.mark.parametrize("option", ["--history", "--sync"])
def test_wide_is_a_line_for_each_on_a_terminal_too(operator: Operator, option: str) -> None:
    operator.deployment.add("acme")[0].add_job("Engineer", req="ENG-1")
    sync = operator.deployment.sync()
    words = ("status", "acme", option, *((sync.id,) if option == "--sync" else ()))
    with on_a_terminal(operator, *words, "--wide", COLUMNS="200") as terminal:
        ioctl(terminal._descriptor, TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
        assert b"started" in terminal.rest()


@pytest.mark.parametrize(
    "words",
    [
        ("status", "acme", "--record"),
        ("sync", "acme", "--record"),
        ("explain", "acme"),
        ("push", "acme"),
        ("pilot", "acme"),
    ],
    ids=lambda words: words[0],
)
def test_an_empty_record_is_wrong_usage_and_not_every_record(
    records: Operator, words: tuple[str, ...]
) -> None:
    for empty in ("", "  "):
        result = records.types(*words, empty)
        assert result.exit_code == 2
        assert "RECORD is empty" in result.stderr
    assert not records.deployment.redis.llen(records.deployment.redis.queue("fan-out"))


def test_a_full_sync_of_one_record_is_refused(records: Operator) -> None:
    result = records.types("sync", "acme", "--record", "job:1", "--full")
    assert result.exit_code == 2
    assert "--record and --full do not go together" in result.stderr
