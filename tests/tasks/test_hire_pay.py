"""Pay: amount, interval, currency and hours belong together, as of every date."""

from typing import Any

import pytest

from core.outcomes import Outcome
from tests.tasks.hire_stage import Stage

HOURLY: dict[str, Any] = {
    "interval": "HOURLY",
    "pay": {"amount": 45, "currency": "USD"},
    "hoursPerWeek": 20,
}


@pytest.mark.parametrize(
    "said",
    [
        "Bi-weekly",
        "2 WEEK",
        "2 weeks",
        "biweekly",
        "semi-monthly",
        "0.5 MONTH",
        "Quarterly",
        "NONE",
    ],
)
def test_an_interval_that_charthop_does_not_have_brings_no_pay_at_all(
    hires: Stage, said: str
) -> None:
    offer = hires.hire(salary=(45, "USD"), customFields={"Paid": said, "Job Level": "L5"})
    hires.sync()
    assert hires.told(offer) == "created: PAY_INTERVAL_UNKNOWN"
    assert hires.pay("2026-12-01") is None
    assert hires.org.job(hires.job)["jobLevel"] == "L5"


@pytest.mark.parametrize(
    ("said", "interval"),
    [("1 HOUR", "HOURLY"), ("per day", "DAILY"), ("1 WEEK", "WEEKLY"), ("Month", "MONTHLY")],
)
def test_an_interval_that_charthop_has_is_written(hires: Stage, said: str, interval: str) -> None:
    hires.hire(salary=(45, "USD"), customFields={"Paid": said})
    hires.sync()
    assert hires.pay("2026-12-01") == (interval, 45)


def test_an_unknown_interval_leaves_what_the_plan_has(hires: Stage) -> None:
    hires.org.edit_job(hires.job, baseComp=HOURLY)
    hires.hire(salary=(1800, "USD"), customFields={"Paid": "2 WEEK"})
    hires.sync()
    assert hires.pay("2026-12-01") == ("HOURLY", 45)


@pytest.mark.parametrize("amount", [45, 52.5])
def test_an_hourly_plan_stays_hourly_and_keeps_its_hours(hires: Stage, amount: float) -> None:
    hires.org.edit_job(hires.job, baseComp=HOURLY)
    offer = hires.hire(salary=(amount, "USD"))
    hires.sync()
    assert hires.told(offer) == "created"
    assert hires.pay("2026-12-01") == ("HOURLY", amount)
    assert hires.org.job(hires.job, "2026-12-01")["baseComp"]["hoursPerWeek"] == 20
    hires.deployment.redis.flushdb()
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []


def test_a_plan_keeps_its_hours_under_another_interval_that_the_offer_states(hires: Stage) -> None:
    hires.org.edit_job(hires.job, baseComp=HOURLY)
    hires.hire(salary=(50000, "USD"), customFields={"Paid": "Yearly"})
    hires.sync()
    assert hires.pay("2026-12-01") == ("YEARLY", 50000)
    assert hires.org.job(hires.job, "2026-12-01")["baseComp"]["hoursPerWeek"] == 20


@pytest.mark.parametrize(
    ("planned", "amount"),
    [
        (HOURLY, 94000),
        ({"interval": "YEARLY", "pay": {"amount": 110000, "currency": "USD"}}, 45),
        ({"interval": "YEARLY", "pay": {"amount": 110000, "currency": "USD"}}, 9000),
        (None, 45),
    ],
)
def test_an_amount_that_the_plan_cannot_mean_is_left_out_and_said(
    hires: Stage, planned: Any, amount: int
) -> None:
    hires.org.edit_job(hires.job, baseComp=planned)
    offer = hires.hire(salary=(amount, "USD"))
    hires.sync()
    assert hires.told(offer) == "created: PAY_WITHOUT_INTERVAL"
    kept = (planned["interval"], planned["pay"]["amount"]) if planned else None
    assert hires.pay("2026-12-01") == kept


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(98765.43, "USD"), (5_200_000, "JPY"), (12345.678, "BHD"), (0.5, "USD")],
)
def test_money_keeps_its_minor_units(hires: Stage, amount: float, currency: str) -> None:
    hires.hire(salary=(amount, currency), customFields={"Paid": "Yearly"})
    hires.sync()
    pay = hires.org.job(hires.job, "2026-12-01")["baseComp"]["pay"]
    assert (pay["amount"], pay["currency"]) == (amount, currency)
    assert pay["places"] == len(str(amount).partition(".")[2])


# A start that moves


def test_a_start_that_moves_to_an_earlier_day_leaves_no_pay_that_comes_back(hires: Stage) -> None:
    offer = hires.hire(startDate=hires.start(19), salary=(120000, "USD"))
    hires.sync()
    hires.account.edit_offer(offer, startDate=hires.start(9), salary=(99000, "USD"))
    hires.sync()
    assert hires.result(offer).outcome is Outcome.UPDATED
    for ahead in (9, 18, 19, 20, 400):
        assert hires.pay(hires.day(ahead)) == ("YEARLY", 99000), ahead


def test_whatever_way_a_start_moves_the_pay_of_every_day_is_the_last_one(hires: Stage) -> None:
    offer = hires.hire(startDate=hires.start(20), salary=(120000, "USD"))
    hires.sync()
    moves = [(10, 100000), (30, 110000), (15, 105000), (15, 90000), (40, 90000), (5, 95000)]
    for ahead, amount in moves:
        hires.account.edit_offer(offer, startDate=hires.start(ahead), salary=(amount, "USD"))
        hires.sync()
        for later in range(ahead, 60):
            assert hires.pay(hires.day(later)) == ("YEARLY", amount), (ahead, later)
    hires.deployment.redis.flushdb()
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []


@pytest.mark.parametrize("ahead", [9, 19, 29])
def test_a_salary_that_is_taken_out_of_the_offer_leaves_its_pay_and_says_from_when(
    hires: Stage, ahead: int
) -> None:
    offer = hires.hire(startDate=hires.start(19), salary=(120000, "USD"))
    hires.sync()
    hires.account.edit_offer(offer, startDate=hires.start(ahead), salary=None)
    for _ in range(2):
        hires.sync()
        assert "PAY_STAYS" in hires.told(offer)
        assert hires.day(19) in (hires.result(offer).reason or "")
    assert hires.hire_day() == hires.day(ahead)
    assert hires.pay(hires.day(19)) == ("YEARLY", 120000)

    hires.account.edit_offer(offer, salary=(99000, "USD"))
    hires.sync()
    assert hires.told(offer) == "updated"
    for later in range(ahead, 40):
        assert hires.pay(hires.day(later)) == ("YEARLY", 99000), later


def test_an_offer_that_never_had_a_salary_has_no_pay_to_speak_of(hires: Stage) -> None:
    first = hires.hire(startDate=hires.start(20), salary=(120000, "USD"))
    hires.sync()
    hires.account.cancel_offer(first)
    hires.sync()
    hires.undo(first)
    hires.account.set_state(hires.opening, "Open")
    second = hires.hire("John Doe", "john@example.net", startDate=hires.start(15), salary=None)
    hires.sync()
    hires.account.edit_offer(second, startDate=hires.start(10))
    hires.sync()
    assert hires.told(second) == "updated"


def test_a_crash_in_the_midst_of_a_move_leaves_no_old_pay(hires: Stage) -> None:
    offer = hires.hire(startDate=hires.start(20), salary=(120000, "USD"))
    hires.sync()
    hires.account.edit_offer(offer, startDate=hires.start(10), salary=(99000, "USD"))
    hires.org.refuse_value("baseComp")
    hires.sync()
    hires.org.accept_value("baseComp")
    hires.deployment.redis.flushdb()
    hires.sync()
    assert hires.pay(hires.day(25)) == ("YEARLY", 99000)


def test_an_undo_gives_the_job_its_former_pay_back(hires: Stage) -> None:
    hires.org.edit_job(hires.job, baseComp=HOURLY)
    offer = hires.hire(startDate=hires.start(20), salary=(52, "USD"))
    hires.sync()
    hires.account.edit_offer(offer, startDate=hires.start(10))
    hires.sync()
    hires.account.cancel_offer(offer)
    hires.sync()
    hires.undo(offer)
    for ahead in (0, 10, 20, 60):
        assert hires.pay(hires.day(ahead)) == ("HOURLY", 45)


def test_the_next_hire_into_a_job_is_not_paid_what_the_last_one_was_offered(hires: Stage) -> None:
    first = hires.hire(startDate=hires.start(20), salary=(120000, "USD"))
    hires.sync()
    hires.account.set_application_status(hires.application(first), "Archived")
    hires.sync()
    hires.undo(first)
    hires.account.set_state(hires.opening, "Open")
    hires.hire("John Doe", "john@example.net", startDate=hires.start(10), salary=(90000, "USD"))
    hires.sync()
    for ahead in (10, 20, 60):
        assert hires.pay(hires.day(ahead)) == ("YEARLY", 90000)
