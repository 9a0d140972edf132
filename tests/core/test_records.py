"""Our own words: how a status is read, how names and plain data are compared."""

import pytest
from pydantic import TypeAdapter

from core.catalogue import Catalogue
from core.records import Recruiting, Value, digest, folded, plain_value, same_name
from tests.core.samples import CATALOGUE, job, opening


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Active", Recruiting.ACTIVE),
        ("ACTIVE", Recruiting.ACTIVE),
        (" active ", Recruiting.ACTIVE),
        ("Inactive", Recruiting.INACTIVE),
        ("closed", Recruiting.CLOSED),
        ("Activ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_recruiting_status_is_read_whatever_its_case(
    text: str | None, status: Recruiting | None
) -> None:
    assert Recruiting.read(text) is status


def test_equal_data_has_equal_digests_and_other_data_others() -> None:
    assert digest(job(), [opening()]) == digest(job(), [opening()])
    assert digest(job(), [opening()]) != digest(job(title="Other"), [opening()])
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(None) != digest([])


@pytest.mark.parametrize("text", ["🚀", "مرحبا", "\ud83d", "\x00"])
def test_any_text_has_a_digest(text: str) -> None:
    assert len(digest(text)) == 20


def test_names_are_compared_without_case_and_outer_spaces() -> None:
    assert folded(" Straße\t") == folded("STRASSE")


@pytest.mark.parametrize(
    "other",
    ["new york", "New  York", "New\u00a0York", " New York\t", "New\u2003York", "NEW\nYORK"],
)
def test_kind_and_number_of_spaces_do_not_count(other: str) -> None:
    assert same_name("New York", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M\u00fcnchen", "Mu\u0308nchen"),
        ("M\u00fcnchen", "MU\u0308NCHEN"),
        ("Caf\u00e9", "CAFE\u0301"),
        ("\u0390", "\u03b9\u0308\u0301"),
    ],
)
def test_the_unicode_form_of_a_name_does_not_count(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("Munich", "M\u00fcnich"), ("ab", "a b"), ("1", "I")])
def test_other_names_are_other_names(one: str, other: str) -> None:
    assert not same_name(one, other)


DEEP = {"a": {"b": [1], "c": None}, "d": [{"e": 1}, "f"], "g": 2.5}


def test_what_a_service_says_is_a_value_whatever_lies_deeper() -> None:
    assert plain_value(DEEP) == {"a": {"b": "[1]", "c": None}, "d": '[{"e": 1}, "f"]', "g": 2.5}
    assert plain_value([1, "a", {"b": 1}]) == [1, "a", '{"b": 1}']
    assert TypeAdapter(Value).validate_python(plain_value(DEEP)) == plain_value(DEEP)


@pytest.mark.parametrize(
    ("stored", "job_id"), [("abc", "abc"), (" abc ", "abc"), ("", None), ("  ", None), (7, "7")]
)
def test_the_link_is_what_stands_in_the_field(stored: object, job_id: str | None) -> None:
    assert CATALOGUE.linked_job(opening(values={"link": stored})) == job_id
    assert CATALOGUE.linked_job(opening(values={})) is None


def test_the_status_agreed_on_may_have_been_typed_by_hand() -> None:
    def agreed(text: object) -> Recruiting | None:
        found: Catalogue = CATALOGUE
        return found.agreed_status(opening(values={"status": text}))

    assert agreed("passive ") is Recruiting.PASSIVE
    assert agreed("whatever") is None
    assert CATALOGUE.agreed_status(opening(values={})) is None
