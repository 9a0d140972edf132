"""How Ashby's candidates are read, in whatever form their addresses and numbers come."""

from typing import Any

import pytest

from systems.ashby.hire_rows import read_candidate

ID = "f9e52a51-a075-4116-a7b8-484deba69004"
JANE = {"value": "jane@example.net", "type": "Personal", "isPrimary": True}


def emails(primary: Any, *others: Any) -> tuple[str, ...]:
    row = {"id": ID, "name": "Jane", "primaryEmailAddress": primary, "emailAddresses": [*others]}
    return read_candidate(row).emails


def test_the_primary_address_comes_first_and_each_once() -> None:
    other = {"value": "j@example.com", "type": "Work", "isPrimary": False}
    assert emails(None, other, JANE) == ("jane@example.net", "j@example.com")
    assert emails(JANE, other, JANE) == ("jane@example.net", "j@example.com")


@pytest.mark.parametrize(
    "value",
    [
        " jane@example.net\n",
        "jane@example.net\u00a0",
        "\u200bjane@example.net\u200b",
        "jane@\u2060example.net",
        "\ufeffjane @example.net",
        "\u202ajane@example.net\u202c",
    ],
)
def test_an_address_loses_what_was_pasted_along(value: str) -> None:
    assert emails({"value": value}, JANE) == ("jane@example.net",)


@pytest.mark.parametrize("value", [None, "", "  ", "\u200b"])
def test_an_address_of_nothing_is_none(value: Any) -> None:
    assert emails({"value": value, "isPrimary": None}) == ()


@pytest.mark.parametrize("missing", [None, []])
def test_a_candidate_may_have_no_lists_at_all(missing: Any) -> None:
    assert emails(JANE) == ("jane@example.net",)
    row = {"id": ID, "name": None, "emailAddresses": missing, "phoneNumbers": missing}
    read = read_candidate(row)
    assert (read.name, read.emails, read.phones) == ("", (), ())
    assert read_candidate({"id": ID}).emails == ()
