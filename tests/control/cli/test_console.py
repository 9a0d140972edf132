"""Whatever others wrote, the terminal shows it and obeys nothing of it."""

import json

import pytest
from rich.text import Text

from control.cli import console
from tests.control.cli.conftest import Operator

HOSTILE = "A\x1b[2J\x1b]8;;https://evil.example\x07B\u202eC\x9b1mD\nforged  job:1  created"


def test_every_way_to_the_terminal_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    console.say(f"\n{HOSTILE}\n")
    console.say(Text.assemble((HOSTILE, "bold"), "  x"))
    console.complain(HOSTILE)
    console.note("why", HOSTILE)
    console.show(("record", "reason"), [("job:1", HOSTILE), ("job:2", Text(HOSTILE))])

    out, err = capsys.readouterr()

    for letter in out + err:
        assert letter.isprintable() or letter == "\n"
    assert not any(line.startswith("forged") for line in (out + err).splitlines())
    assert out.startswith("\nA\\x1b[2J")


def test_a_hostile_department_is_shown_harmless_and_read_exactly(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme", "hires_since = 2026-01-01")
    org.add_job("Engineer", **{"department.name": HOSTILE})
    operator.deployment.sync()

    for command in (("status", "acme"), ("plan", "acme")):
        said = operator.types(*command).output
        assert "\x1b" not in said
        assert "\nforged" not in said
    [record] = json.loads(operator.types("status", "acme", "--json").stdout)["organizations"][
        "acme"
    ]["records"]
    assert HOSTILE.replace("\n", " ") in record["reason"].replace("\n", " ")
