"""How a ChartHop value is written into an Ashby field, and when the two mean the same."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.opening_values import ashby_value, same_value
from core.records import Option, Value
from core.values import Unmappable, calendar_day, day_in, is_empty
from tests.core.samples import definition, field

# type, ChartHop's value, what is sent
FITTING: list[tuple[str, Value, Value]] = [
    ("STRING", "plain", "plain"),
    ("STRING", "  outer spaces ", "outer spaces"),
    ("STRING", "emoji 🎉 مرحبا <b>&amp;</b>", "emoji 🎉 مرحبا <b>&amp;</b>"),
    ("STRING", 5, "5"),
    ("STRING", 5.0, "5"),
    ("STRING", 0.25, "0.25"),
    ("STRING", True, "yes"),
    ("TEXT", [False, 1e15], "no, 1000000000000000"),
    ("TEXT", "two\nlines", "two\nlines"),
    ("PERSON", ["Ada", " ", " Grace"], "Ada, Grace"),
    ("URL", "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
    ("URL", " http://example.com ", "http://example.com"),
    ("INTEGER", 0, 0),
    ("INTEGER", -3, -3),
    ("INTEGER", "12", 12),
    ("DECIMAL", 0.25, 0.25),
    ("DECIMAL", 2.0, 2),
    ("DECIMAL", "1.5", 1.5),
    ("PERCENT", 0, 0),
    ("BOOLEAN", True, True),
    ("BOOLEAN", False, False),
    ("BOOLEAN", "Yes", True),
    ("BOOLEAN", " TRUE ", True),
    ("BOOLEAN", "false", False),
    ("BOOLEAN", "No", False),
    ("DATE", "2026-12-01", "2026-12-01T00:00:00.000Z"),
    ("DATE", "2026-12-01T22:00:00-05:00", "2026-12-01T00:00:00.000Z"),
    ("TIMESTAMP", "2026-12-01T22:00:00Z", "2026-12-01T22:00:00Z"),
    ("TIMESTAMP", "2026-12-01", "2026-12-01T00:00:00.000Z"),
    ("TIMESTAMP", "2026-01-01 10:00", "2026-01-01T10:00:00.000Z"),
    ("TIMESTAMP", "20260101", "2026-01-01T00:00:00.000Z"),
    ("TIMESTAMP", "20260101T1030", "2026-01-01T10:30:00.000Z"),
    ("TIMESTAMP", "2026-01-01T10:00:00+02:00", "2026-01-01T08:00:00.000Z"),
    ("TIMESTAMP", " 2026-01-01T10:00:00Z ", "2026-01-01T10:00:00Z"),
    ("MONEY", {"amount": 10, "currency": "USD"}, {"value": 10, "currencyCode": "USD"}),
    ("MONEY", {"amount": 0, "currency": " eur "}, {"value": 0, "currencyCode": "EUR"}),
    ("MONEY", {"amount": 9.5, "currency": "GBP"}, {"value": 9.5, "currencyCode": "GBP"}),
]

UNFIT: list[tuple[str, Value, str]] = [
    ("STRING", {"odd": "object"}, "it is not text"),
    ("URL", "example.com", "it is not an http or https URL"),
    ("URL", "ftp://example.com", "it is not an http or https URL"),
    ("URL", "https://", "it is not an http or https URL"),
    ("URL", "https://exa mple.com", "it is not an http or https URL"),
    ("URL", "javascript:alert(1)", "it is not an http or https URL"),
    ("URL", "http://[::1", "it is not an http or https URL"),
    ("INTEGER", "four", "it is not a number"),
    ("INTEGER", True, "it is not a number"),
    ("INTEGER", [1], "it is not a number"),
    ("DECIMAL", "nan", "it is not a number"),
    ("DECIMAL", "inf", "it is not a number"),
    ("BOOLEAN", "perhaps", "it is neither yes nor no"),
    ("BOOLEAN", 1, "it is neither yes nor no"),
    ("DATE", "tomorrow", "it is not a calendar date"),
    ("DATE", "2026-02-30", "it is not a calendar date"),
    ("TIMESTAMP", "at noon", "it is not a date and time"),
    ("TIMESTAMP", "0001-01-01T00:00+14:00", "it is not a date and time"),
    ("DECIMAL", "1_000", "it is not a number"),
    ("DECIMAL", "\u0661\u0662", "it is not a number"),
    ("DECIMAL", "nan", "it is not a number"),
    ("INTEGER", 10**30, "it is not a number that Ashby can hold"),
    ("INTEGER", -(10**310), "it is not a number that Ashby can hold"),
    ("DECIMAL", "1e400", "it is not a number that Ashby can hold"),
    ("MONEY", {"amount": 10**30, "currency": "USD"}, "it is not an amount with a currency"),
    ("MONEY", 10, "it has no currency"),
    ("MONEY", {"amount": 10}, "it is not an amount with a currency"),
    ("MONEY", {"amount": "ten", "currency": "USD"}, "it is not an amount with a currency"),
    ("MONEY", {"amount": 10, "currency": "US"}, "it is not an amount with a currency"),
    ("MONEY", {"amount": 10, "currency": "US4"}, "it is not an amount with a currency"),
    ("MONEY", {"worth": 10, "currency": "USD"}, "it is not an amount with a currency"),
]

ASHBY = {
    "STRING": "String",
    "TEXT": "LongText",
    "PERSON": "String",
    "URL": "Url",
    "INTEGER": "Number",
    "DECIMAL": "Number",
    "PERCENT": "Number",
    "BOOLEAN": "Boolean",
    "DATE": "Date",
    "TIMESTAMP": "Date",
    "MONEY": "Currency",
}


def sent(type_: str, value: Value) -> Value | Unmappable:
    return ashby_value(field(type_), definition(ASHBY[type_]), value)


@pytest.mark.parametrize(("type_", "value", "wanted"), FITTING)
def test_a_value_that_fits(type_: str, value: Value, wanted: Value) -> None:
    found = sent(type_, value)

    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(("type_", "value", "why"), UNFIT)
def test_a_value_that_does_not_fit_says_why_without_repeating_it(
    type_: str, value: Value, why: str
) -> None:
    assert sent(type_, value) == Unmappable(why)
    assert str(value) not in why


@pytest.mark.parametrize("type_", ASHBY)
@pytest.mark.parametrize(
    "empty",
    [
        *(None, "", " \t", [], [None], ["", " "], {}, {"currency": None}),
        {"amount": None, "currency": "USD"},
        {"amount": "", "currency": "USD"},
        {"amount": " ", "currency": "USD"},
        {"pay": {"amount": "", "currency": "USD"}},
    ],
)
def test_an_empty_value_is_nothing_for_every_type(type_: str, empty: Any) -> None:
    assert sent(type_, empty) is None


@pytest.mark.parametrize("value", [0, False, [0], [None, "A"], {"amount": 0, "currency": None}])
def test_a_zero_and_a_no_are_values(value: Any) -> None:
    assert not is_empty(value)


def test_a_type_that_nobody_knows_holds_nothing() -> None:
    assert ashby_value(field(), definition("Hologram"), "x") == Unmappable(
        "its type Hologram is unknown"
    )


# Choices.

REASON = field("ENUM", options=[("GROWTH", "Growth"), ("REPL", "Replacement")])
SELECT = definition("ValueSelect", options=[("GROWTH", "Growth"), ("REPL", "Replacement")])
SKILLS = field("ENUM_MULTI", options=[("PY", "Python"), ("GO", "Go")])
MULTI = definition("MultiValueSelect", options=[("PY", "Python"), ("GO", "Go")])


@pytest.mark.parametrize("value", ["GROWTH", "Growth", "growth ", ["GROWTH"], ["Growth"]])
def test_a_choice_is_given_by_code_or_by_label(value: Value) -> None:
    assert ashby_value(REASON, SELECT, value) == "GROWTH"


@pytest.mark.parametrize("value", ["repl", " Repl ", "REPLACEMENT"])
def test_the_case_of_a_choice_does_not_count(value: str) -> None:
    assert ashby_value(REASON, SELECT, value) == "REPL"


@pytest.mark.parametrize(("value", "code"), [(3, "3"), (3.0, "3"), (True, "YES"), (False, "NO")])
def test_a_choice_may_be_a_number_or_a_truth_value(value: Value, code: str) -> None:
    options = [("3", "Three"), ("YES", "Yes"), ("NO", "No")]
    scale = field("ENUM_SCALE", options=options)
    assert ashby_value(scale, definition("ValueSelect", options=options), value) == code


@pytest.mark.parametrize(("value", "code"), [(True, "true"), (False, "false"), (0.0, "0.0")])
def test_a_choice_may_be_called_as_json_writes_it(value: Value, code: str) -> None:
    options = [("true", "Remote"), ("false", "On site"), ("0.0", "None")]
    choice = field("ENUM", options=options)
    assert ashby_value(choice, definition("ValueSelect", options=options), value) == code


def test_two_choices_do_not_fit_where_there_is_one() -> None:
    assert ashby_value(REASON, SELECT, ["GROWTH", "REPL"]) == Unmappable(
        "it is more than one choice"
    )
    assert ashby_value(REASON, SELECT, ["GROWTH", "Growth"]) == "GROWTH"


def test_a_choice_that_was_made_by_hand_in_ashby_is_written_with_its_value_there() -> None:
    by_hand = definition("ValueSelect", options=[("1", "Growth"), ("2", " replacement")])

    assert ashby_value(REASON, by_hand, "GROWTH") == "1"
    assert ashby_value(REASON, by_hand, "REPL") == "2"


@pytest.mark.parametrize("value", [["PY", "GO"], ["Python", "GO"]])
def test_several_choices(value: list[str]) -> None:
    assert ashby_value(SKILLS, MULTI, value) == ["PY", "GO"]


def test_several_choices_may_be_one() -> None:
    assert ashby_value(SKILLS, MULTI, "GO") == ["GO"]


def test_a_choice_that_chart_hop_does_not_offer_does_not_fit() -> None:
    why = Unmappable("it is not one of the field's options")
    assert ashby_value(REASON, SELECT, "GONE") == why
    assert ashby_value(SKILLS, MULTI, ["PY", "GONE"]) == why


def test_a_choice_that_ashby_does_not_offer_does_not_fit() -> None:
    narrow = definition("ValueSelect", options=[("REPL", "Replacement")])
    away = replace(SELECT, options=(Option("GROWTH", "Growth", True), Option("1", "Growth", True)))

    why = Unmappable("it is not one of the options in Ashby")
    assert ashby_value(REASON, narrow, "GROWTH") == why
    assert ashby_value(REASON, away, "GROWTH") == why


# Type in Ashby, wanted, stored, whether they mean the same.
PAIRS: list[tuple[str, Value, Value, bool]] = [
    ("String", "a", "a", True),
    ("String", "a", " a ", True),
    ("String", "a", "b", False),
    ("String", "5", 5, True),
    ("String", "", None, False),
    ("LongText", "a\nb", "a\nb ", True),
    ("String", " a ", "a", True),
    ("Url", "https://example.com", "https://example.com ", True),
    ("Number", 5, 5.0, True),
    ("Number", 5, "5", True),
    ("Number", 5, 6, False),
    ("Number", 0, None, False),
    ("Number", None, 0, False),
    ("Number", 1, True, False),
    ("Boolean", True, True, True),
    ("Boolean", False, None, False),
    ("Boolean", None, False, False),
    ("Date", "2026-12-01T00:00:00.000Z", "2026-12-01", True),
    ("Date", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00+01:00", True),
    ("Date", "2026-12-01T10:00:00Z", "2026-12-01T10:00:00.000Z", True),
    ("Date", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", False),
    (
        "Currency",
        {"value": 5, "currencyCode": "USD"},
        {"value": 5.0, "currencyCode": "usd"},
        True,
    ),
    (
        "Currency",
        {"value": 5, "currencyCode": "USD"},
        {"value": 5, "currencyCode": "EUR"},
        False,
    ),
    ("Currency", {"value": 5, "currencyCode": "USD"}, "5 USD", False),
    ("Currency", {"value": 5, "currencyCode": "USD"}, {"value": 6, "currencyCode": "USD"}, False),
    ("ValueSelect", "GROWTH", "GROWTH", True),
    ("ValueSelect", "GROWTH", "REPL", False),
    ("MultiValueSelect", ["a", "b"], ["b", "a"], True),
    ("MultiValueSelect", ["a"], ["a", "b"], False),
    ("MultiValueSelect", ["a"], "a", False),
    ("MultiValueSelect", None, [], True),
    ("String", None, None, True),
    ("String", None, "", True),
    ("String", None, "old", False),
]


@pytest.mark.parametrize(("type_", "wanted", "stored", "same"), PAIRS)
def test_what_is_stored_means_what_is_wanted(
    type_: str, wanted: Value, stored: Value, same: bool
) -> None:
    assert same_value(definition(type_), wanted, stored) is same


def test_of_a_day_only_the_day_counts() -> None:
    day = definition("Date", is_date_only=True)

    assert same_value(day, "2026-12-01T00:00:00.000Z", "2026-12-01T08:00:00.000Z")
    assert not same_value(day, "2026-12-01T00:00:00.000Z", "2026-12-02")


@pytest.mark.parametrize("text", [None, "", "2026", "2026-1-1", "not a day"])
def test_a_text_that_begins_with_no_day(text: str | None) -> None:
    assert calendar_day(text) is None


def test_an_option_that_is_named_by_code_and_by_label_is_chosen_once() -> None:
    several = field("ENUM_MULTI", options=[("A", "Aa"), ("B", "Bb")])
    there = definition("MultiValueSelect", options=[("A", "Aa"), ("B", "Bb")])

    assert ashby_value(several, there, ["A", "aa ", "B", "A"]) == ["A", "B"]
    assert same_value(there, ["A", "B"], ["B", "A", "A"])


@pytest.mark.parametrize(
    ("text", "name", "day"),
    [
        ("2026-10-31T20:00:00.000Z", "Asia/Kolkata", "2026-11-01"),
        ("2026-11-01T05:00:00Z", "America/Los_Angeles", "2026-10-31"),
        ("2026-11-01T05:00:00+05:30", "UTC", "2026-10-31"),
        ("2026-11-01T05:00:00", "Asia/Tokyo", "2026-11-01"),
        ("2026-11-01", "America/Los_Angeles", "2026-11-01"),
        ("2026-11-01 or so", "America/Los_Angeles", "2026-11-01"),
        ("soon", "UTC", None),
        (None, "UTC", None),
        ("0001-01-01T00:00:00Z", "America/Los_Angeles", "0001-01-01"),
        ("9999-12-31T23:59:59Z", "Asia/Tokyo", "9999-12-31"),
        ("0001-01-01T00:00:00+05:30", "UTC", "0001-01-01"),
        ("9999-12-31T23:59:59-05:00", "UTC", "9999-12-31"),
    ],
)
def test_a_moment_falls_on_a_day_of_the_zone(text: str | None, name: str, day: str | None) -> None:
    assert day_in(ZoneInfo(name), text) == day
