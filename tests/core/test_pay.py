"""What an offer's salary is in ChartHop: amount, interval, currency and hours together."""

from typing import Any

import pytest

from core.pay import Salary, base_pay, money, read_interval

USD = Salary(120000, "USD")
HOURLY: dict[str, Any] = {
    "interval": "HOURLY",
    "pay": {"amount": 45, "currency": "USD", "places": 0},
    "hoursPerWeek": 20,
}
YEARLY: dict[str, Any] = {"interval": "YEARLY", "pay": {"amount": 110000, "currency": "USD"}}


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("1 YEAR", "YEARLY"),
        ("Annual", "YEARLY"),
        ("per annum", "YEARLY"),
        ("p.a.", "YEARLY"),
        ("Annual salary", "YEARLY"),
        ("1 MONTH", "MONTHLY"),
        ("per month", "MONTHLY"),
        ("Weekly", "WEEKLY"),
        ("every day", "DAILY"),
        ("1 HOUR", "HOURLY"),
        ("Hourly rate", "HOURLY"),
        ("/hour", "HOURLY"),
        ("Bi-weekly", None),
        ("biweekly", None),
        ("bi weekly", None),
        ("2 WEEK", None),
        ("2 weeks", None),
        ("every two weeks", None),
        ("every other week", None),
        ("fortnightly", None),
        ("semi-monthly", None),
        ("Semimonthly", None),
        ("twice a month", None),
        ("0.5 MONTH", None),
        ("2 MONTH", None),
        ("quarterly", None),
        ("6 MONTH", None),
        ("1 TIME", None),
        ("NONE", None),
        ("", None),
        ("yearly, paid monthly", None),
    ],
)
def test_an_interval_as_people_and_ashby_write_it(text: str, interval: str | None) -> None:
    assert read_interval(text) == interval


@pytest.mark.parametrize(
    ("salary", "interval", "planned", "pay"),
    [
        # Nobody says anything: a salary is a year's.
        (USD, None, None, ("YEARLY", 120000)),
        (Salary(45, "USD"), None, None, None),
        # The offer says it.
        (Salary(45, "USD"), "HOURLY", None, ("HOURLY", 45)),
        (Salary(45, "USD"), "YEARLY", None, ("YEARLY", 45)),
        (USD, "YEARLY", HOURLY, ("YEARLY", 120000)),
        # The plan says it.
        (Salary(45, "USD"), None, HOURLY, ("HOURLY", 45)),
        (Salary(52, "USD"), None, HOURLY, ("HOURLY", 52)),
        (USD, None, YEARLY, ("YEARLY", 120000)),
        (Salary(95000, "EUR"), None, YEARLY, ("YEARLY", 95000)),
        # The plan cannot have meant that.
        (USD, None, HOURLY, None),
        (Salary(45, "USD"), None, YEARLY, None),
        (Salary(9200, "USD"), None, YEARLY, None),
        (Salary(45, "EUR"), None, HOURLY, None),
        # The limits that docs/fields.md names.
        (Salary(225, "USD"), None, HOURLY, ("HOURLY", 225)),
        (Salary(226, "USD"), None, HOURLY, None),
        (Salary(9, "USD"), None, HOURLY, ("HOURLY", 9)),
        (Salary(8.9, "USD"), None, HOURLY, None),
        (Salary(1000, "EUR"), None, YEARLY, ("YEARLY", 1000)),
        (Salary(999, "EUR"), None, YEARLY, None),
        (Salary(1000, "USD"), None, None, ("YEARLY", 1000)),
        (Salary(999, "USD"), None, None, None),
    ],
)
def test_no_amount_stands_under_an_interval_that_nobody_stated(
    salary: Salary, interval: str | None, planned: Any, pay: tuple[str, int] | None
) -> None:
    found: Any = base_pay(salary, interval, planned)
    assert (None if found is None else (found["interval"], found["pay"]["amount"])) == pay


def test_what_the_plan_says_beside_amount_and_interval_is_kept() -> None:
    found = base_pay(Salary(50, "USD"), None, HOURLY)
    assert found == {**HOURLY, "pay": {"amount": 50, "currency": "USD"}}


def test_a_currency_is_written_as_a_code() -> None:
    found = base_pay(Salary(120000, "usd "), None, None)
    assert found == {"interval": "YEARLY", "pay": {"amount": 120000, "currency": "USD"}}


@pytest.mark.parametrize(
    ("amount", "currency", "places"),
    [
        (45, "USD", None),
        (45.5, "USD", 1),
        (45.25, "USD", 2),
        (1.125, "BHD", 3),
        (5000.0, "JPY", None),
    ],
)
def test_money_keeps_its_minor_units(amount: float, currency: str, places: int | None) -> None:
    assert money(amount, currency).get("places") == places
