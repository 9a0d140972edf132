"""The type table backwards: an offer field's value in ChartHop's form, and whether it is there."""

from typing import Any

import pytest

from core.hire_values import charthop_value, same_in_charthop, spelled
from core.records import Field, Option
from core.values import Unmappable
from systems.charthop.phones import read_phone

REASON = (Option("GROWTH", "Growth"), Option("BACKFILL", "Backfill"))


def field(type_: str, **more: Any) -> Field:
    return Field(code="code", label="Label", type=type_, **more)


@pytest.mark.parametrize(
    ("field_", "value", "written"),
    [
        (field("STRING"), " L5 ", "L5"),
        (field("TEXT"), "long\ntext", "long\ntext"),
        (field("STRING"), True, "yes"),
        (field("TEXT"), False, "no"),
        (field("STRING"), 5.0, "5"),
        (field("STRING"), 0.25, "0.25"),
        (field("STRING"), 1e15, "1000000000000000"),
        (field("STRING"), "2026-12-01T00:00:00.000Z", "2026-12-01"),
        (field("STRING"), "2026-12-01T00:00:00+00:00", "2026-12-01"),
        (field("STRING"), "2026-12-01T09:30:00.000Z", "2026-12-01T09:30:00.000Z"),
        (field("PHONE"), "+44 (0)20 7946 0958", "+442079460958"),
        (
            field("MONEY"),
            {"value": 5.25, "currencyCode": "BHD"},
            {"amount": 5.25, "currency": "BHD", "places": 2},
        ),
        (field("URL"), "https://example.com", "https://example.com"),
        (field("INTEGER"), 7.0, 7),
        (field("DECIMAL"), 7.5, 7.5),
        (field("PERCENT"), "0.25", 0.25),
        (field("BOOLEAN"), "Yes", True),
        (field("TIMESTAMP"), "2026-12-01", "2026-12-01T00:00:00.000Z"),
        (field("TIMESTAMP"), "20261201", "2026-12-01T00:00:00.000Z"),
        (field("TIMESTAMP"), "2026-12-01 10:00", "2026-12-01T10:00:00.000Z"),
        (field("TIMESTAMP"), "2026-12-01T01:00:00+02:00", "2026-11-30T23:00:00.000Z"),
        (field("STRING"), ["Car", " Flat "], "Car, Flat"),
        (field("STRING"), [True, 5.0, ""], "yes, 5"),
        (field("ENUM", options=(Option("YES", "Yes"),)), True, "YES"),
        (field("ENUM", options=(Option("true", "Remote"),)), True, "true"),
        (field("ENUM_SCALE", options=(Option("5", "Five"),)), 5.0, "5"),
        (field("ENUM", options=(Option("false", "On site"),)), False, "false"),
        (field("ENUM_SCALE", options=(Option("0.0", "None"),)), 0.0, "0.0"),
        (field("ENUM_SCALE", options=(Option("0", "None"),)), 0, "0"),
        (field("ENUM", options=(Option("DEC", "2026-12-01"),)), "2026-12-01", "DEC"),
        (field("ENUM", options=REASON), ["Growth"], "GROWTH"),
        (field("BOOLEAN"), False, False),
        (field("DATE"), "2026-12-01T00:00:00.000Z", "2026-12-01"),
        (field("TIMESTAMP"), "2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z"),
        (field("MONEY"), {"value": 5, "currencyCode": "EUR"}, {"amount": 5, "currency": "EUR"}),
        (field("MONEY"), {"value": 5, "currencyCode": " eur"}, {"amount": 5, "currency": "EUR"}),
        (field("ENUM", options=REASON), "Growth", "GROWTH"),
        (field("ENUM", options=REASON), "BACKFILL", "BACKFILL"),
        (field("ENUM_MULTI", options=REASON), ["growth", "Backfill"], ["GROWTH", "BACKFILL"]),
        (field("ENUM", plural="SET", options=REASON), "Growth", ["GROWTH"]),
    ],
)
def test_a_value_in_the_form_that_charthop_asks_for(
    field_: Field, value: Any, written: Any
) -> None:
    assert charthop_value(field_, value, read_phone=read_phone) == written


@pytest.mark.parametrize(
    ("field_", "value"),
    [
        (field("STRING"), {"value": 1}),
        (field("PHONE"), "555 0100"),
        (field("PHONE"), ["+1 555 555 0100"]),
        (field("INTEGER"), 7.5),
        (field("INTEGER"), "seven"),
        (field("BOOLEAN"), "maybe"),
        (field("DATE"), "2026-13-01"),
        (field("TIMESTAMP"), "soon"),
        (field("TIMESTAMP"), "2026-12-01 and later"),
        (field("TIMESTAMP"), "2026-12-01T25:00:00Z"),
        (field("MONEY"), 5),
        (field("MONEY"), {"value": 5}),
        (field("ENUM", options=REASON), "Whim"),
        (field("ENUM", options=REASON), ["GROWTH", "BACKFILL"]),
        (field("ENUM", options=REASON), {"value": "GROWTH"}),
        (field("ENUM_MULTI", options=REASON), {"value": "GROWTH"}),
        (field("PERSON"), "Jane"),
        (field("STRING", plural="LIST"), "x"),
        (field("STRING", is_smart=True), "x"),
        (field("STRING", is_read_only=True), "x"),
    ],
)
def test_a_value_that_does_not_fit(field_: Field, value: Any) -> None:
    assert isinstance(charthop_value(field_, value, read_phone=read_phone), Unmappable)


@pytest.mark.parametrize(
    ("type_", "value", "why"),
    [
        ("ENUM", ["GROWTH", "BACKFILL"], "it is more than one choice"),
        ("ENUM", {"value": "GROWTH"}, "it is not one of the field's options"),
        ("ENUM", [], "it is not one of the field's options"),
        ("ENUM", "Whim", "it is not one of the field's options"),
        ("ENUM_MULTI", {"value": "GROWTH"}, "it is not one of the field's options"),
    ],
)
def test_why_a_choice_does_not_fit(type_: str, value: Any, why: str) -> None:
    found = charthop_value(field(type_, options=REASON), value, read_phone=read_phone)
    assert found == Unmappable(why)


@pytest.mark.parametrize(
    ("field_", "value", "label", "written"),
    [
        (field("STRING"), "c9d1", "Senior (L5)", "Senior (L5)"),
        (field("STRING"), ["c9", "d1"], ["Car", "Flat"], "Car, Flat"),
        (field("STRING"), ["c9", "d1"], ["Car"], "c9, d1"),
        (field("STRING"), "c9d1", "", "c9d1"),
        (field("BOOLEAN"), "c9d1", "Yes", True),
        (field("ENUM", options=REASON), "c9d1", "Growth", "GROWTH"),
        (field("ENUM", options=REASON), "GROWTH", "Backfill", "GROWTH"),
        (
            field("ENUM_MULTI", options=REASON),
            ["c9", "d1"],
            ["Growth", "backfill"],
            ["GROWTH", "BACKFILL"],
        ),
        (field("ENUM", plural="LIST", options=REASON), ["c9"], ["Growth"], ["GROWTH"]),
        (field("ENUM_MULTI", options=REASON), ["GROWTH", "Growth"], None, ["GROWTH"]),
        (field("ENUM", options=REASON), ["growth", "Growth"], None, "GROWTH"),
    ],
)
def test_a_choice_goes_by_its_code_else_by_what_people_read(
    field_: Field, value: Any, label: Any, written: Any
) -> None:
    assert charthop_value(field_, value, label, read_phone=read_phone) == written


@pytest.mark.parametrize(
    ("wanted", "stored", "same"),
    [
        ("L5", "L5 ", True),
        ("Senior IC", "senior IC", False),
        ("Senior IC", "Senior  IC", False),
        ("L5", None, False),
        ("J\u00f6rg", "Jo\u0308rg", True),
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


@pytest.mark.parametrize("stored", ["GROWTH", "growth", "Growth", "More people"])
def test_a_choice_reads_back_as_its_code_or_its_label_in_any_case(stored: str) -> None:
    options = (Option("GROWTH", "More people"), Option("BACKFILL", "Backfill"))
    picklist = field("ENUM", options=options)
    assert same_in_charthop("GROWTH", stored, picklist)
    assert not same_in_charthop("BACKFILL", stored, picklist)
    assert same_in_charthop(["GROWTH"], [stored], picklist)
    assert same_in_charthop("GROWTH", [stored], picklist)
    assert same_in_charthop(["GROWTH"], stored, picklist)
    assert not same_in_charthop("GROWTH", [stored, "Backfill"], picklist)
    assert not same_in_charthop(["GROWTH"], [], picklist)
    assert not same_in_charthop("GROWTH", None, picklist)


def test_a_moment_is_the_same_in_every_zone_and_form() -> None:
    moment = field("TIMESTAMP")
    assert same_in_charthop("2026-12-01T00:00:00.000Z", "2026-12-01T00:00:00Z", moment)
    assert same_in_charthop("2026-12-01T00:00:00.000Z", "2026-12-01T01:00:00+01:00", moment)
    assert not same_in_charthop("2026-12-01T00:00:00.000Z", "2026-12-02T00:00:00Z", moment)


def test_a_choice_is_spelled_as_the_organization_spells_it() -> None:
    fields = {
        "recruit": Field("recruit", "Recruiting", "ENUM", options=(Option("PEND", "Pending"),))
    }
    assert spelled(fields, "recruit", "Pending") == "PEND"
    assert spelled({}, "recruit", "Pending") == "Pending"
