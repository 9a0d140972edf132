"""Days: what has begun, what is old, what was moved, and which day it is there."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.outcomes import Outcome
from sandbox.wire import Fault
from tasks.calendar import zone_named
from tests.tasks.hire_stage import SETTINGS, Stage

# What has begun is decided by ChartHop's HIRE date


@pytest.mark.parametrize("ahead", [0, -1, -24, -200])
def test_a_start_that_becomes_today_or_a_past_day_moves_the_hire(hires: Stage, ahead: int) -> None:
    offer = hires.hire(startDate=hires.start(19))
    hires.sync()
    hires.account.edit_offer(offer, startDate=hires.start(ahead))
    hires.sync()
    assert hires.result(offer).outcome is Outcome.UPDATED
    (change,) = hires.org.changes.values()
    assert change.date == hires.day(ahead)
    assert hires.pay(hires.day(0)) == ("YEARLY", 120000)


@pytest.mark.parametrize("decided", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_moment_at_the_end_of_the_calendar_keeps_no_other_hire_away(
    hires: Stage, decided: str
) -> None:
    hires.org.timezone = "America/Los_Angeles" if decided < "2" else "Asia/Tokyo"
    sound = hires.hire(opening=hires.another_job()[1])
    odd = hires.hire("Odd Moment", "odd@example.net")
    hires.account.offers[odd].decided_at = decided
    hires.sync()
    assert hires.result(sound).outcome is Outcome.CREATED


def test_a_day_in_a_note_that_is_none_keeps_no_hire_from_moving_and_no_undo_away(
    hires: Stage,
) -> None:
    offer = hires.hire(startDate=hires.start(19))
    hires.sync()
    (change,) = hires.org.changes.values()
    change.note = f"{change.note}; start date before: 2027-99-99"
    hires.account.edit_offer(offer, startDate=hires.start(25))
    hires.sync()
    assert hires.told(offer) == "updated"
    change.note = f"{change.note}; start date before: 2027-02-30"
    hires.account.cancel_offer(offer)
    hires.sync()
    hires.undo(offer)
    assert not hires.org.changes


def test_a_start_that_becomes_a_day_before_the_job_is_held_with_both_days(hires: Stage) -> None:
    offer = hires.hire(startDate=hires.start(19))
    hires.sync()
    hires.account.edit_offer(offer, startDate="2026-01-02T00:00:00.000Z")
    hires.sync()
    assert hires.told(offer) == "held: START_TOO_EARLY"
    reason = hires.result(offer).reason or ""
    assert "2026-01-02" in reason and "2026-01-05" in reason


@pytest.mark.parametrize("to", ["past", "future"])
def test_a_hire_that_has_begun_is_not_moved_and_both_days_are_named(hires: Stage, to: str) -> None:
    offer = hires.hire(startDate=hires.start(19))
    hires.sync()
    hires.org.move_hire(hires.job, hires.day(-1))
    ahead = 30 if to == "future" else -10
    hires.account.edit_offer(offer, startDate=hires.start(ahead))
    hires.sync()
    assert hires.told(offer) == "unchanged: BEGUN"
    reason = hires.result(offer).reason or ""
    assert hires.day(-1) in reason and hires.day(ahead) in reason
    assert hires.hire_day() == hires.day(-1)


def test_a_hire_that_was_moved_in_charthop_is_moved_back_while_it_has_not_begun(
    hires: Stage,
) -> None:
    offer = hires.hire(startDate=hires.start(19))
    hires.sync()
    hires.org.move_hire(hires.job, hires.day(25))
    hires.account.edit_offer(offer, salary=(121000, "USD"))
    hires.sync()
    assert hires.hire_day() == hires.day(19)
    assert hires.pay(hires.day(30)) == ("YEARLY", 121000)


# Revised, moved to another opening, undone and hired again


def test_an_accepted_offer_that_is_revised_is_no_withdrawal(hires: Stage) -> None:
    offer = hires.hire()
    hires.sync()
    hires.account.revise_offer(offer, salary=(130000, "USD"))
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.told(offer) == "held: OFFER_NOT_ACCEPTED"
    assert "undo" not in (hires.result(offer).reason or "")
    hires.account.approve_offer(offer)
    hires.sync()
    assert hires.told(offer) == "held: OFFER_NOT_ACCEPTED"
    assert hires.written() == []
    hires.account.accept_offer(offer)
    hires.sync()
    assert hires.result(offer).outcome is Outcome.UPDATED
    assert hires.pay("2026-12-01") == ("YEARLY", 130000)


@pytest.mark.parametrize("flushed", [False, True])
def test_an_offer_that_was_moved_to_another_opening_says_so(hires: Stage, flushed: bool) -> None:
    offer = hires.hire()
    hires.sync()
    _, opening = hires.another_job()
    hires.account.edit_offer(offer, openingId=opening)
    if flushed:
        hires.deployment.redis.flushdb()
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.told(offer) == "held: OPENING_CHANGED"
    assert hires.job in (hires.result(offer).reason or "")
    assert hires.written() == []
    hires.account.edit_offer(offer, openingId=hires.opening)
    hires.sync()
    assert hires.told(offer) == "unchanged"


@pytest.mark.parametrize("how", ["un-hired", "cancelled", "archived"])
@pytest.mark.parametrize("flushed", [False, True])
def test_after_an_undo_a_new_acceptance_is_a_new_hire(
    hires: Stage, how: str, flushed: bool
) -> None:
    offer = hires.hire()
    hires.sync()
    (person,) = hires.org.persons
    application = hires.application(offer)
    if how == "cancelled":
        hires.account.cancel_offer(offer)
    else:
        hires.account.set_application_status(
            application, "Archived" if how == "archived" else "Active"
        )
    hires.sync()
    hires.undo(offer)
    hires.sync()
    assert hires.told(offer) == "held: UNDONE_FILLED"
    if flushed:
        hires.deployment.redis.flushdb()
    hires.account.edit_offer(offer, startDate=hires.start(30))
    hires.account.accept_offer(offer)
    hires.account.set_application_status(application, "Hired")
    hires.sync()
    assert hires.told(offer) == "created"
    assert list(hires.org.persons) == [person]
    assert hires.hire_day() == hires.day(30)
    assert hires.person_of(offer) == person


def test_a_second_accepted_offer_of_one_application_takes_the_hire_over(hires: Stage) -> None:
    first = hires.hire(startDate=hires.start(20))
    hires.sync()
    second = hires.account.add_offer(
        hires.application(first), hires.opening, startDate=hires.start(10), salary=(99000, "USD")
    )
    hires.account.cancel_offer(first)
    hires.account.accept_offer(second)
    hires.sync()
    assert hires.result(second).outcome is Outcome.UPDATED
    assert hires.hire_day() == hires.day(10)
    assert hires.pay(hires.day(30)) == ("YEARLY", 99000)


# Old hires, and starts that are gone


def test_offers_that_were_decided_on_a_clean_up_day_are_old_by_their_start(hires: Stage) -> None:
    hires.deployment.configure("acme", SETTINGS.replace("2026-01-01", hires.day(-30)))
    old = hires.hire(startDate=hires.start(-31))
    hires.sync()
    assert hires.told(old) == "skipped: BEFORE_HIRES_SINCE"
    assert not hires.org.persons
    hires.push(old)
    assert hires.told(old) == "created"
    assert hires.hire_day() == hires.day(-31)


def test_a_start_on_the_very_day_of_hires_since_is_not_old(hires: Stage) -> None:
    hires.deployment.configure("acme", SETTINGS.replace("2026-01-01", hires.day(-30)))
    offer = hires.hire(startDate=hires.start(-30))
    hires.sync()
    assert hires.told(offer) == "created"


def test_the_day_of_the_decision_is_the_organizations(hires: Stage) -> None:
    hires.org.timezone = "Pacific/Kiritimati"  # 14 hours ahead of UTC
    hires.deployment.redis.flushdb()
    since = hires.day(-30)
    hires.deployment.configure("acme", SETTINGS.replace("2026-01-01", since))
    _, other = hires.another_job()
    new, old = hires.hire(), hires.hire(email="jo@example.net", opening=other)
    midnight = datetime.fromisoformat(since) - timedelta(hours=14)
    for offer, minutes in ((new, 1), (old, -1)):
        moment = midnight + timedelta(minutes=minutes)
        hires.account.accept_offer(offer, decidedAt=f"{moment.isoformat()}.000Z")
    hires.sync()
    assert hires.told(new) == "created"
    assert hires.told(old) == "skipped: BEFORE_HIRES_SINCE"


def test_a_start_that_is_taken_out_between_fan_out_and_task_is_held(hires: Stage) -> None:
    offer = hires.hire()
    hires.deployment.send("tasks.sync_organization", "acme")
    hires.deployment.run(hires.deployment.app.messages.pop(0))
    hires.account.edit_offer(offer, startDate=None)
    hires.deployment.drain()
    assert hires.told(offer) == "held: NO_START"
    assert not hires.org.persons


def test_a_start_that_is_taken_out_after_the_hire_is_held(hires: Stage) -> None:
    offer = hires.hire()
    hires.sync()
    hires.account.edit_offer(offer, startDate=None)
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.told(offer) == "held: NO_START"
    assert hires.written() == []


# Today is the organization's day


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("America/Los_Angeles", 3),
        ("Pacific/Honolulu", 8),
        ("Asia/Tokyo", 20),
        ("Pacific/Kiritimati", 11),
    ],
)
def test_a_hire_is_announced_on_the_organizations_day(
    hires: Stage, zone: str, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = (datetime.now(UTC) + timedelta(days=1)).replace(hour=hour, minute=30)
    hires.org.timezone = zone
    clock = hires.deployment.charthop
    clock.advance(moment.timestamp() - clock.time())
    monkeypatch.setattr("tasks.calendar.now", lambda: moment)
    there = moment.astimezone(ZoneInfo(zone)).date()
    assert there != moment.date()
    offer = hires.hire(startDate=hires.start(10))
    hires.sync()
    (change,) = hires.org.changes.values()
    assert change.announce_date == there.isoformat()
    assert hires.told(offer) == "created"
    assert hires.org.job(hires.job)["personId"] == hires.result(offer).person_id
    hires.account.edit_offer(offer, salary=(130000, "USD"))
    hires.sync()
    assert hires.result(offer).outcome is Outcome.UPDATED


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/localtime", "\0"])
def test_a_time_zone_that_nobody_knows_counts_as_utc(name: str) -> None:
    assert zone_named(name).key == "UTC"


def test_a_key_that_may_not_read_the_organization_counts_its_days_in_utc(hires: Stage) -> None:
    hires.deployment.charthop.faults.append(
        Fault(path=r"/v1/org/acme$", kind="status", status=403, times=99)
    )
    offer = hires.hire()
    hires.sync()
    assert hires.told(offer) == "created"
