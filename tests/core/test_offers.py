"""What of an offer goes where in ChartHop: names, phones, mapped fields."""

from typing import Any

import pytest

from core import reasons
from core.offers import Terms, target_of, terms_of
from core.pay import Salary
from core.records import Candidate, Field, Offer
from systems.charthop.phones import read_phone

JANE = Candidate("Jane van Public", ("jane@example.net", "j@example.com"), ("+1 555-555-0100",))
SALARY = {"amount": 55, "currency": "USD"}


def terms(
    candidate: Candidate = JANE,
    values: dict[str, Any] | None = None,
    mapping: dict[str, str] | None = None,
    fields: dict[str, Field] | None = None,
    labels: dict[str, Any] | None = None,
    salary: Any = SALARY,
) -> Terms:
    offer = Offer("o", "a", None, salary, values or {}, labels or {})
    return terms_of(offer, candidate, mapping or {}, fields or {}, read_phone)


def test_the_candidate_becomes_a_person() -> None:
    found = terms(salary=None)
    assert found.person == {
        "name.first": "Jane",
        "name.last": "van Public",
        "contact.homeEmail": "jane@example.net",
        "contact.mobilePhone": "+15555550100",
    }
    assert found.notes == []
    assert found.salary is None


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Jane Public", "Jane", "Public"),
        ("Jane\u00a0Public", "Jane", "Public"),
        ("Jane\tPublic", "Jane", "Public"),
        ("Jane\u2003van\u3000Public\n", "Jane", "van Public"),
        ("  Jane   van   Public ", "Jane", "van Public"),
        ("Cher", None, "Cher"),
        ("", None, None),
        ("\u00a0", None, None),
    ],
)
def test_a_name_is_split_at_any_white_space(name: str, first: str | None, last: str | None) -> None:
    person = terms(Candidate(name)).person
    assert (person.get("name.first"), person.get("name.last")) == (first, last)


def test_a_name_is_cut_where_charthop_takes_no_more_and_that_is_said() -> None:
    found = terms(Candidate("Jane " + "x" * 100))
    assert found.person["name.last"] == "x" * 80
    assert found.notes == [reasons.NAME_CUT(letters=80)]


@pytest.mark.parametrize(
    ("phones", "number"),
    [
        (("+44 (0)20 7946 0958",), "+442079460958"),
        (("+1 555-555-0100 x123",), "+15555550100"),
        (("+1 (555) 555-0100 ext. 9",), "+15555550100"),
        (("+49 (0) 30 901820",), "+4930901820"),
        (("5555550100", "+1 555 555 0100"), "+15555550100"),
    ],
)
def test_a_phone_number_is_read_as_people_write_it(phones: tuple[str, ...], number: str) -> None:
    found = terms(Candidate("Cher", (), phones))
    assert found.person["contact.mobilePhone"] == number
    assert found.notes == []


@pytest.mark.parametrize(
    "phone",
    ["5555550100", "0015555550100", "+1", "call me", "+999 12345678", "+44 123", "+", "x12"],
)
def test_a_phone_without_country_code_is_left_out_and_said(phone: str) -> None:
    found = terms(Candidate("Cher", (), (phone,)))
    assert found.person == {"name.last": "Cher"}
    assert "no country code" in str(found.notes[0])


def test_a_pay_interval_that_charthop_does_not_have_takes_the_pay_along() -> None:
    mapping = {"Paid": "baseComp.interval"}
    assert terms(mapping=mapping).interval is None
    assert terms(values={"Paid": "1 HOUR"}, mapping=mapping).interval == "HOURLY"
    labelled = terms(values={"Paid": "c9"}, labels={"Paid": "Monthly"}, mapping=mapping)
    assert (labelled.interval, labelled.salary) == ("MONTHLY", Salary(55, "USD"))
    odd = terms(values={"Paid": "per smile"}, mapping=mapping)
    assert (odd.interval, odd.salary) == (None, None)
    assert "Paid" in str(odd.notes[0])


@pytest.mark.parametrize("empty", [None, " ", [], {}, {"value": None, "currencyCode": "USD"}])
def test_an_offer_field_without_a_value_is_passed_over(empty: Any) -> None:
    fields = {"bonus": Field("bonus", "Bonus", "MONEY")}
    found = terms(values={"Bonus": empty}, mapping={"Bonus": "bonus"}, fields=fields)
    assert (found.job, found.notes) == ({}, [])


def test_an_object_of_another_kind_is_no_empty_value() -> None:
    fields = {"bonus": Field("bonus", "Bonus", "MONEY")}
    spread = {"type": "number-range", "minValue": 1, "maxValue": 2}
    found = terms(values={"Bonus": spread}, mapping={"Bonus": "bonus"}, fields=fields)
    assert [note.code for note in found.notes] == ["OFFER_FIELD_UNMAPPABLE"]


def test_fields_go_to_the_job_or_to_the_person_and_an_unknown_code_is_said() -> None:
    fields = {
        "level": Field("level", "Level", "STRING"),
        "shirt": Field("shirt", "Shirt", "STRING", entity="PERSON"),
    }
    mapping = {
        "Level": "level",
        "Shirt size": "shirt",
        "First name": "name.first",
        "Work phone": "contact.workPhone",
        "Odd": "nowhere",
        "Unset": "level",
    }
    values = {
        "level": "L5",
        "Shirt size": "M",
        "First name": "Janet",
        "Work phone": "+44 (0)20 7946 0958",
        "Odd": 1,
        "Unset": "",
    }
    found = terms(values=values, mapping=mapping, fields=fields)
    assert found.job == {"level": "L5"}
    assert found.person["shirt"] == "M"
    assert found.person["name.first"] == "Janet"
    assert found.person["contact.workPhone"] == "+442079460958"
    assert found.titles["level"] == "Level"
    assert "ChartHop has no field nowhere" in str(found.notes[0])


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        ("jobLevel", "STRING"),
        ("name.first", "STRING"),
        ("contact.homeEmail", "STRING"),
        ("contact.workPhone", "PHONE"),
        ("baseComp.interval", "PAY_INTERVAL"),
        ("baseComp", None),
        ("jobLevl", None),
    ],
)
def test_a_code_names_a_field_or_a_part_of_a_native_one(code: str, type_: str | None) -> None:
    found = target_of(code, {"jobLevel": Field("jobLevel", "Job Level", "STRING")})

    assert (found.type if found is not None else None) == type_


@pytest.mark.parametrize(
    ("text", "emails", "written"),
    [
        ("work@example.com", ["work@example.com"], "work@example.com"),
        (" work @example.com\u200b", ["work@example.com"], "work@example.com"),
        ("one@example.com, two@example.com", ["one@example.com", "two@example.com"], None),
        ("one@example.com;\u200btwo@example.com", ["one@example.com", "two@example.com"], None),
        ("one@example.com\ntwo@example.com", ["one@example.com", "two@example.com"], None),
        ("none yet", [], "none yet"),
    ],
)
def test_a_mapped_address_is_searched_and_written_as_the_candidates_own(
    text: str, emails: list[str], written: str | None
) -> None:
    found = terms(values={"Work": text}, mapping={"Work": "contact.workEmail"})
    assert found.emails(JANE) == (*JANE.emails, *emails)
    assert found.person.get("contact.workEmail") == written
    whys = [note.parameters for note in found.notes]
    why = (("title", "Work"), ("why", "it is more than one e-mail address"))
    assert whys == ([] if written else [why])
