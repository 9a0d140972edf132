"""What an offer's salary is in ChartHop: amount, interval, currency and hours, all together.

Ashby's offers have an amount and a currency and say nothing of how often it is paid. An amount is
never written under an interval that nobody stated.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from core.records import Scalar, Value
from core.values import Unmappable, read_number

PAY = "baseComp"
PAY_INTERVAL = "baseComp.interval"
"""A code that an offer field may be mapped to: how often the salary is paid."""

YEARLY = "YEARLY"
"""What an amount means where neither the offer nor the job's plan says otherwise."""

LEAST_YEARLY = 1000
"""An amount below this is no yearly salary in any currency, unless somebody says that it is."""

LIKENESS = 5
"""A salary that is so many times the planned one, or so small a part of it, is meant for another
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
    """What an offer pays; how often is not said with it."""

    amount: int | float
    currency: str


def read_interval(text: str) -> str | None:
    """ChartHop's interval for what people and Ashby write; None where ChartHop has none such.

    Every other week, twice a month, a quarter: ChartHop has no interval of that length.
    """
    words = re.findall(r"[a-z0-9.]+", text.casefold().replace("p.a.", "pa"))
    return _INTERVALS.get(" ".join(word for word in words if word not in _FILLERS))


def read_salary(value: Value) -> Salary | None:
    """The salary of an offer, None where it says none that can be read."""
    if not isinstance(value, Mapping):
        return None
    amount, currency = read_number(value.get("amount")), value.get("currency")
    if isinstance(amount, Unmappable) or not currency:
        return None
    return Salary(amount, str(currency))


def money(amount: int | float, currency: str) -> dict[str, Scalar]:
    """ChartHop's money. `places` tells how many digits behind the point are meant."""
    wanted: dict[str, Scalar] = {"amount": amount, "currency": currency}
    if (places := _places(amount)) > 0:
        wanted["places"] = places
    return wanted


def base_pay(salary: Salary, interval: str | None, planned: Value) -> BasePay | None:
    """ChartHop's `baseComp` for a salary; None where its interval is anybody's guess.

    `interval` is what the offer states, None where it states none. `planned` is what the job has
    on the start date: what it says beside amount and interval (hours, weeks) is kept.
    """
    plan: BasePay = dict(planned) if isinstance(planned, Mapping) else {}
    stated = interval or (_planned_interval(plan, salary) if plan.get("interval") else None)
    if stated is None and not plan.get("interval") and salary.amount >= LEAST_YEARLY:
        stated = YEARLY
    if stated is None:
        return None
    return {**plan, "interval": stated, "pay": money(salary.amount, salary.currency)}


def _planned_interval(plan: BasePay, salary: Salary) -> str | None:
    """The plan's interval, where the salary can be one of that interval."""
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
