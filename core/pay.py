"""An offer's salary in ChartHop's form: amount, interval, currency and hours together.

Ashby's offers have an amount and a currency, but no pay interval. An amount is never written with
an interval that nobody stated.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from core.records import Scalar, Value
from core.values import Unmappable, read_number

PAY = "baseComp"
PAY_INTERVAL = "baseComp.interval"
"""The code to which an offer field with the pay interval is mapped."""

YEARLY = "YEARLY"
"""The interval of an amount if neither the offer nor the job's plan states one."""

LEAST_YEARLY = 1000
"""An amount below this is not a yearly salary in any currency, unless stated otherwise."""

LIKENESS = 5
"""A salary this many times larger or smaller than the planned one is meant for a different
interval than the plan's: a month and a year are a factor of twelve apart."""

_WORDS = {
    "YEARLY": ("yearly", "year", "years", "annual", "annually", "annum", "pa", "1 year"),
    "MONTHLY": ("monthly", "month", "months", "1 month"),
    "WEEKLY": ("weekly", "week", "weeks", "1 week"),
    "DAILY": ("daily", "day", "days", "1 day"),
    "HOURLY": ("hourly", "hour", "hours", "1 hour"),
}
_INTERVALS = {word: interval for interval, words in _WORDS.items() for word in words}
_FILLERS = frozenset({"a", "an", "the", "per", "each", "every", "paid", "pay", "salary", "rate"})


BasePay = dict[str, Scalar | Mapping[str, Scalar]]
"""ChartHop's `baseComp`: {"interval", "pay": {"amount", "currency"}, "hoursPerWeek", ...}"""


class Salary(NamedTuple):
    """The pay of an offer, without its interval."""

    amount: int | float
    currency: str


def read_interval(text: str) -> str | None:
    """ChartHop's interval for a text from people or Ashby; None if ChartHop has no such interval.

    ChartHop has none for every other week, twice a month or a quarter, for example.
    """
    words = re.findall(r"[a-z0-9.]+", text.casefold().replace("p.a.", "pa"))
    return _INTERVALS.get(" ".join(word for word in words if word not in _FILLERS))


def read_salary(value: Value) -> Salary | None:
    """The salary of an offer, None if it has none that can be read."""
    if not isinstance(value, Mapping):
        return None
    amount, currency = read_number(value.get("amount")), value.get("currency")
    if isinstance(amount, Unmappable) or not currency:
        return None
    return Salary(amount, str(currency))


def money(amount: int | float, currency: str) -> dict[str, Scalar]:
    """An amount as ChartHop's money. `places` is the number of decimal places."""
    wanted: dict[str, Scalar] = {"amount": amount, "currency": currency.strip().upper()}
    if (places := _places(amount)) > 0:
        wanted["places"] = places
    return wanted


def base_pay(salary: Salary, interval: str | None, planned: Value) -> BasePay | None:
    """ChartHop's `baseComp` for a salary; None if its interval cannot be determined.

    `interval` is the one the offer states, None if it states none. `planned` is the job's pay on
    the start date; its other parts (hours, weeks) are kept.
    """
    plan: BasePay = dict(planned) if isinstance(planned, Mapping) else {}
    stated = interval or (_planned_interval(plan, salary) if plan.get("interval") else None)
    if stated is None and not plan.get("interval") and salary.amount >= LEAST_YEARLY:
        stated = YEARLY
    if stated is None:
        return None
    return {**plan, "interval": stated, "pay": money(salary.amount, salary.currency)}


def _planned_interval(plan: BasePay, salary: Salary) -> str | None:
    """The plan's interval, if the salary is plausible for it."""
    interval = str(plan["interval"]).upper()
    pay = read_salary(plan.get("pay"))
    if pay is None or not pay.amount:
        return interval
    if pay.currency.upper() != salary.currency.upper():
        is_like = interval == YEARLY and salary.amount >= LEAST_YEARLY
    else:
        is_like = 1 / LIKENESS <= salary.amount / pay.amount <= LIKENESS
    return interval if is_like else None


def _places(amount: int | float) -> int:
    try:
        exponent = Decimal(str(amount)).normalize().as_tuple().exponent
    except InvalidOperation:
        return 0
    return max(0, -exponent) if isinstance(exponent, int) else 0
