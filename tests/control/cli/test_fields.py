"""fields: the list, the ticks, and the checkboxes."""

import errno

import pytest

from organizations import Organizations
from sandbox.ashby import Account
from sandbox.charthop import Org
from store.journal import Journal
from tests.control.cli.conftest import Operator, on_a_terminal


@pytest.fixture
def sides(operator: Operator) -> tuple[Org, Account]:
    """acme, not enabled, with custom fields of every fate."""
    org, account = operator.deployment.add("acme", 'synced_fields = ["reason"]')
    file = operator.deployment.file
    file.write_text(file.read_text().replace("enabled = true", "enabled = false"))
    org.add_field("reason", "Hiring Reason", "ENUM", values=[("GROWTH", "Growth")])
    org.add_field("budget", "Budget", "MONEY", sensitive="MANAGER")
    org.add_field("sum", "Sum", "EXPR", expr="1 + 1")
    org.add_field("seat", "Seat", "INTEGER")
    org.add_field("shirt", "Shirt Size", "STRING", entityType="PERSON")
    return org, account


def lines(operator: Operator, *words: str) -> dict[str, str]:
    """The listed fields by code."""
    shown = operator.types("fields", "acme", *words).stdout
    rows = [line for line in shown.splitlines() if line.startswith("[")]
    return {row.split("]", 1)[1].split()[0]: row for row in rows}


def ticked(organizations: Organizations) -> tuple[str, ...]:
    return organizations.get("acme").rules.synced_fields


@pytest.mark.usefixtures("sides")
def test_every_custom_field_of_jobs_is_listed_with_its_fate(operator: Operator) -> None:
    rows = lines(operator)
    assert list(rows) == ["reason", "budget", "seat", "sum"]
    assert rows["reason"].split() == ["[x]", "reason", "Hiring", "Reason", "ENUM", "ValueSelect"]
    assert rows["seat"].split() == ["[", "]", "seat", "Seat", "INTEGER", "Number"]
    assert "sensitive in ChartHop (MANAGER)" in rows["budget"]
    assert "Sum cannot be synced: its type EXPR (smart field) has no match" in rows["sum"]
    assert operator.types("fields", "acme").exit_code == 0
    assert not operator.deployment.writes()


@pytest.mark.usefixtures("sides")
def test_ticks_are_written_into_the_file(operator: Operator, organizations: Organizations) -> None:
    result = operator.types("fields", "acme", "--tick", "seat", "--tick", "budget")
    assert result.exit_code == 0
    assert "seat is ticked; the next sync copies it to Ashby." in result.stdout
    assert "budget: sensitive in ChartHop (MANAGER)" in result.stderr
    assert ticked(organizations) == ("reason", "seat", "budget")
    result = operator.types("fields", "acme", "--untick", "reason", "--untick", "budget")
    assert "reason is no longer ticked; Ashby keeps its values." in result.stdout
    assert ticked(organizations) == ("seat",)
    orders = Journal(operator.deployment.redis, "acme").all()
    assert [(one.what, one.via, one.about) for one in orders] == [
        ("fields", "shell", "seat"),
        ("fields", "shell", "reason, seat, budget"),
    ]


@pytest.mark.usefixtures("sides")
def test_ticks_need_no_redis(operator: Operator, organizations: Organizations) -> None:
    """A new user ticks before anything runs."""
    shell = Operator(operator.deployment, {**operator.environment, "REDIS_URL": ""})
    result = shell.types("fields", "acme", "--tick", "seat")
    assert result.exit_code == 0
    assert ticked(organizations) == ("reason", "seat")


@pytest.mark.usefixtures("sides")
def test_a_file_that_cannot_be_written_gets_its_line_shown(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    result = operator.types("fields", "acme", "--tick", "seat")
    assert result.exit_code == 2
    assert 'write synced_fields = ["reason", "seat"] into [organizations.acme]' in result.stderr


@pytest.mark.usefixtures("sides")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--tick", "seats"], "ChartHop has no custom field seats (nearest: seat)"),
        (["--tick", "title"], "title is a built-in field: only custom fields can be ticked"),
        (["--tick", "sum"], "Sum cannot be synced: its type EXPR (smart field) has no match"),
        (["--tick", "shirt"], "Shirt Size is a field of PERSON, not of jobs"),
        (["--untick", "seat"], "seat is not ticked; ticked are: reason"),
        (["--tick", "seat", "--untick", "seat"], "seat is given to both --tick and --untick"),
        (["--tick", "seat", "--tick", "sum"], "Sum cannot be synced"),
    ],
)
def test_what_cannot_be_ticked_is_refused_and_nothing_is_written(
    operator: Operator, organizations: Organizations, words: list[str], sentence: str
) -> None:
    result = operator.types("fields", "acme", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert ticked(organizations) == ("reason",)


def test_a_field_of_another_type_in_ashby_cannot_be_ticked(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    sides[1].add_custom_field("Seat", "String")
    result = operator.types("fields", "acme", "--tick", "seat")
    assert result.exit_code == 2
    assert "Ashby already has a field Seat of type String on openings" in result.stderr


def test_a_ticked_field_that_is_gone_is_listed_with_the_reason(
    operator: Operator, sides: tuple[Org, Account]
) -> None:
    sides[0].remove_field("reason")
    result = operator.types("fields", "acme")
    assert result.exit_code == 1
    assert "[x]   reason" in result.stdout
    assert "ChartHop has no custom field reason" in result.stdout


@pytest.mark.usefixtures("sides")
def test_a_refused_key_is_one_sentence(operator: Operator) -> None:
    file = operator.deployment.file
    file.write_text(file.read_text().replace('"charthop-acme"', '"wrong"'))
    result = operator.types("fields", "acme")
    assert result.exit_code == 1
    assert "ChartHop refused the key" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("sides")
def test_on_a_terminal_there_are_checkboxes(
    operator: Operator, organizations: Organizations
) -> None:
    with on_a_terminal(operator, "fields", "acme") as terminal:
        assert b"Which ChartHop fields should be synced?" in terminal.until(b"Hiring Reason")
        terminal.press(b" ")  # the first choice, which is ticked
        terminal.until(b"\x1b")
        terminal.press(b"\x1b[B \r")  # down, and the next one
        terminal.until(b"no longer ticked")
        terminal.rest()
        assert terminal.process.returncode == 0
    assert ticked(organizations) == ("budget",)
