"""fields --offer: the fields of Ashby's offers, and what they are mapped to."""

import struct
from fcntl import ioctl
from termios import TIOCSWINSZ

import pytest

from tests.control.cli.conftest import Operator, on_a_terminal

MAPPED = """
create_offer_fields = true
synced_fields = ["reason"]
[organizations.acme.offer_fields]
"Job level" = "jobLevel"
"First name" = "name.first"
"Pay interval" = "baseComp.interval"
"""


def listed(operator: Operator, more: str) -> tuple[list[list[str]], int]:
    """Each row as words, and the exit status."""
    org, account = operator.deployment.add("acme", more)
    for title in ("Job Level", "First Name", "Pay Interval", "Sign-on Bonus"):
        account.add_custom_field(title, "String", objectType="Offer")
    org.add_field("jobLevel", "Job Level", "STRING")
    org.add_field("reason", "Hiring Reason", "STRING")
    org.add_field("team", "Team Size", "INTEGER")
    org.add_field("sum", "Sum", "EXPR", expr="1 + 1")
    account.add_custom_field("Hiring Reason", "String", objectType="Offer")
    result = operator.types("fields", "acme", "--offer")
    lines = result.stdout.splitlines()[1:]
    return [" ".join(line.split()).split(" ") for line in lines], result.exit_code


def test_both_sides_are_listed_with_what_is_mapped(operator: Operator) -> None:
    rows, status = listed(operator, MAPPED)

    said = [" ".join(row) for row in rows]
    assert said == [
        "Hiring Reason String reason STRING mapped",
        "Job level String jobLevel STRING mapped",
        "First name String name.first STRING mapped",
        "Pay interval String baseComp.interval PAY_INTERVAL mapped",
        "Sign-on Bonus String - - not mapped",
        "- - team INTEGER not mapped",
    ]
    assert status == 0
    assert not operator.deployment.writes()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('"Level" = "jobLevel"', "Ashby has no offer field of that title: correct offer_fields"),
        ('"Job Level" = "jobLevl"', "ChartHop has no field jobLevl: correct offer_fields"),
    ],
)
def test_what_brings_nothing_is_said(operator: Operator, more: str, why: str) -> None:
    rows, status = listed(operator, f"[organizations.acme.offer_fields]\n{more}")

    assert why in " ".join(rows[0])
    assert status == 1


def test_it_only_lists(operator: Operator) -> None:
    operator.deployment.add("acme")

    result = operator.types("fields", "acme", "--offer", "--tick", "reason")

    assert result.exit_code == 2
    assert "--offer only lists" in result.stderr


def test_a_code_is_never_broken_on_a_narrow_terminal(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme")
    org.add_field("levelOfThePositionInTheGroup", "Level", "STRING")
    with on_a_terminal(operator, "fields", "acme", "--offer", COLUMNS="80") as terminal:
        ioctl(terminal._descriptor, TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        shown = terminal.rest().decode()
    assert "levelOfThePositionInTheGroup" in shown
