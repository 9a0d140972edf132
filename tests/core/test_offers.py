"""What of an offer goes where in ChartHop: the type table backwards, names, phones and pay."""

from typing import Any

import pytest

from core.fields import Unmappable
from core.offers import charthop_value, same_in_charthop, spelled, target_of, terms_of
from core.records import Candidate, Field, Offer, Option, Scalar, Value

REASON = (Option("GROWTH", "Growth"), Option("BACKFILL", "Backfill"))
JANE = Candidate("Jane van Public", ("jane@example.net", "j@example.com"), ("+1 555-555-0100",))


def field(type_: str, **more: Any) -> Field:
    return Field(code="code", label="Label", type=type_, **more)


@pytest.mark.parametrize(
    ("field_", "value", "written"),
    [
        (field("STRING"), " L5 ", "L5"),
        (field("TEXT"), "long\ntext", "long\ntext"),
        (field("URL"), "https://example.com", "https://example.com"),
        (field("INTEGER"), 7.0, 7),
        (field("DECIMAL"), 7.5, 7.5),
        (field("PERCENT"), "0.25", 0.25),
        (field("BOOLEAN"), False, False),
        (field("DATE"), "2026-12-01T00:00:00.000Z", "2026-12-01"),
        (field("TIMESTAMP"), "2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z"),
        (field("MONEY"), {"value": 5, "currencyCode": "EUR"}, {"amount": 5, "currency": "EUR"}),
        (field("ENUM", options=REASON), "Growth", "GROWTH"),
        (field("ENUM", options=REASON), "BACKFILL", "BACKFILL"),
        (field("ENUM_MULTI", options=REASON), ["growth", "Backfill"], ["GROWTH", "BACKFILL"]),
        (field("ENUM", plural="SET", options=REASON), "Growth", ["GROWTH"]),
    ],
)
def test_a_value_in_the_form_that_charthop_asks_for(
    field_: Field, value: Any, written: Any
) -> None:
    assert charthop_value(field_, value) == written


@pytest.mark.parametrize(
    ("field_", "value"),
    [
        (field("STRING"), {"value": 1}),
        (field("INTEGER"), 7.5),
        (field("INTEGER"), "seven"),
        (field("BOOLEAN"), "maybe"),
        (field("DATE"), "2026-13-01"),
        (field("TIMESTAMP"), "soon"),
        (field("MONEY"), 5),
        (field("MONEY"), {"value": 5}),
        (field("ENUM", options=REASON), "Whim"),
        (field("PERSON"), "Jane"),
        (field("STRING", plural="LIST"), "x"),
        (field("STRING", is_smart=True), "x"),
        (field("STRING", is_read_only=True), "x"),
    ],
)
def test_a_value_that_does_not_fit(field_: Field, value: Any) -> None:
    assert isinstance(charthop_value(field_, value), Unmappable)


def test_the_candidate_becomes_a_person() -> None:
    terms = terms_of(Offer("o", "a", None, None), JANE, {}, {})
    assert terms.person == {
        "name.first": "Jane",
        "name.last": "van Public",
        "contact.homeEmail": "jane@example.net",
        "contact.mobilePhone": "+15555550100",
    }
    assert terms.notes == []
    assert terms.pay is None


@pytest.mark.parametrize("phone", ["5555550100", "0015555550100", "+1", "call me"])
def test_a_phone_without_country_code_is_left_out_and_said(phone: str) -> None:
    terms = terms_of(Offer("o", "a", None, None), Candidate("Cher", (), (phone,)), {}, {})
    assert terms.person == {"name.last": "Cher"}
    assert "no country code" in str(terms.notes[0])


def test_the_salary_is_yearly_unless_an_offer_field_says_otherwise() -> None:
    salary: dict[str, Scalar] = {"amount": 55, "currency": "USD"}
    mapping = {"Paid": "baseComp.interval"}
    for said, interval in ((None, "YEARLY"), ("1 HOUR", "HOURLY"), ("Monthly", "MONTHLY")):
        offer = Offer("o", "a", None, salary, {"Paid": said} if said else {})
        assert terms_of(offer, JANE, mapping, {}).pay == {"interval": interval, "pay": salary}
    odd = terms_of(Offer("o", "a", None, salary, {"Paid": "per smile"}), JANE, mapping, {})
    assert odd.pay == {"interval": "YEARLY", "pay": salary}
    assert "no pay interval" in str(odd.notes[0])


def test_fields_go_to_the_job_or_to_the_person_and_an_unknown_code_is_said() -> None:
    fields = {
        "level": Field("level", "Level", "STRING"),
        "shirt": Field("shirt", "Shirt", "STRING", entity="PERSON"),
    }
    mapping = {
        "Level": "level",
        "Shirt size": "shirt",
        "First name": "name.first",
        "Odd": "nowhere",
        "Unset": "level",
    }
    values: dict[str, Value] = {
        "level": "L5",
        "Shirt size": "M",
        "First name": "Janet",
        "Odd": 1,
        "Unset": "",
    }
    terms = terms_of(Offer("o", "a", None, None, values), JANE, mapping, fields)
    assert terms.job == {"level": "L5"}
    assert terms.person["shirt"] == "M"
    assert terms.person["name.first"] == "Janet"
    assert "ChartHop has no field nowhere" in str(terms.notes[0])


@pytest.mark.parametrize(
    ("wanted", "stored", "same"),
    [
        ("L5", "L5 ", True),
        ("GROWTH", "Growth", True),
        ("L5", None, False),
        (5, 5.0, True),
        (5, "5", True),
        (True, True, True),
        (True, 1, True),
        (["A", "B"], ["B", "A"], True),
        (["A"], "A", False),
        ({"amount": 5, "currency": "USD"}, {"amount": 5.0, "currency": "USD", "places": 0}, True),
        ({"amount": 5, "currency": "USD"}, {"amount": 6, "currency": "USD"}, False),
        ({"amount": 5}, None, False),
    ],
)
def test_whether_charthop_already_has_a_value(wanted: Any, stored: Any, same: bool) -> None:
    assert same_in_charthop(wanted, stored) is same


def test_a_choice_is_spelled_as_the_organization_spells_it() -> None:
    fields = {
        "recruit": Field("recruit", "Recruiting", "ENUM", options=(Option("PEND", "Pending"),))
    }
    assert spelled(fields, "recruit", "Pending") == "PEND"
    assert spelled({}, "recruit", "Pending") == "Pending"


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        ("jobLevel", "STRING"),
        ("name.first", "STRING"),
        ("contact.homeEmail", "STRING"),
        ("baseComp.interval", "PAY_INTERVAL"),
        ("baseComp", None),
        ("jobLevl", None),
    ],
)
def test_a_code_names_a_field_or_a_part_of_a_native_one(code: str, type_: str | None) -> None:
    found = target_of(code, {"jobLevel": Field("jobLevel", "Job Level", "STRING")})

    assert (found.type if found is not None else None) == type_
