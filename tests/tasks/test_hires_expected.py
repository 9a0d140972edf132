"""Before the hire, and Hired without an accepted offer: said in time, and gone in time."""

import pytest

from core.outcomes import Outcome
from tests.tasks.hire_stage import SETTINGS, Stage


def offered(
    hires: Stage,
    accepted: bool = False,
    email: str | None = "jane@example.net",
    **offer: object,
) -> str:
    """An offer whose candidate is not Hired."""
    candidate = hires.account.add_candidate("Jane Public", email)
    application = hires.account.add_application(candidate)
    terms = {"opening_id": hires.opening, **offer}
    id_ = hires.account.add_offer(application, **terms)  # type: ignore[arg-type]
    if accepted:
        hires.account.accept_offer(id_)
    return id_


# Hired without an accepted offer


@pytest.mark.parametrize("how", ["no offer", "created", "revised", "declined"])
def test_hired_without_an_accepted_offer_is_held_until_one_is(hires: Stage, how: str) -> None:
    candidate = hires.account.add_candidate("Jane Public", "jane@example.net")
    application = hires.account.add_application(candidate)
    record = f"application:{application}"
    if how != "no offer":
        offer = hires.account.add_offer(application, hires.opening)
        if how == "declined":
            hires.account.decline_offer(offer)
        if how == "revised":
            hires.account.accept_offer(offer)
            hires.account.revise_offer(offer)
    hires.account.set_application_status(application, "Hired")
    hires.sync()
    out = how in ("created", "revised")
    assert hires.told_of(record) == f"held: {'OFFER_NOT_ACCEPTED' if out else 'NO_OFFER'}"
    assert not hires.org.persons
    hires.sync()
    assert hires.is_shown(record)
    if how == "no offer":
        offer = hires.account.add_offer(application, hires.opening)
    hires.account.accept_offer(offer)
    hires.sync()
    assert hires.told(offer) == "created"
    assert not hires.is_shown(record)


def test_hired_without_an_offer_and_taken_back_is_gone(hires: Stage) -> None:
    application = hires.account.add_application(
        hires.account.add_candidate("Jane", "j@example.net")
    )
    hires.account.set_application_status(application, "Hired")
    hires.sync()
    assert hires.is_shown(f"application:{application}")
    hires.account.set_application_status(application, "Archived")
    hires.sync(full=True)
    assert not hires.is_shown(f"application:{application}")


@pytest.mark.parametrize("touched", [False, True])
def test_those_hired_before_hires_since_are_passed_over_in_silence(
    hires: Stage, touched: bool
) -> None:
    application = hires.account.add_application(
        hires.account.add_candidate("Jane", "j@example.net")
    )
    hires.account.set_application_status(application, "Hired")
    stored = hires.account.applications[application]
    stored.history = [(id_, title, "2025-03-01T00:00:00.000Z") for id_, title, _ in stored.history]
    if not touched:
        stored.updated_at = "2025-03-01T00:00:00.000Z"
    hires.sync()
    hires.sync()
    assert not hires.is_shown(f"application:{application}")


@pytest.mark.parametrize(
    ("zone", "hired", "shown"),
    [
        ("America/New_York", "2026-01-01T02:00:00.000Z", False),
        ("America/New_York", "2026-01-01T06:00:00.000Z", True),
        ("Asia/Tokyo", "2025-12-31T16:00:00.000Z", True),
        ("Asia/Tokyo", "2025-12-31T14:00:00.000Z", False),
    ],
)
def test_the_day_of_a_hire_without_an_offer_is_the_organizations(
    hires: Stage, zone: str, hired: str, shown: bool
) -> None:
    hires.org.timezone = zone
    application = hires.account.add_application(
        hires.account.add_candidate("Jane", "j@example.net")
    )
    hires.account.set_application_status(application, "Hired")
    stored = hires.account.applications[application]
    stored.history = [(id_, title, hired) for id_, title, _ in stored.history]
    stored.updated_at = hired
    hires.sync(full=True)
    assert hires.is_shown(f"application:{application}") is shown


@pytest.mark.parametrize("since", ["0001-01-01", "0001-01-02"])
def test_hires_since_may_be_the_first_day_of_the_calendar(hires: Stage, since: str) -> None:
    hires.deployment.configure("acme", SETTINGS.replace("2026-01-01", since))
    application = hires.account.add_application(
        hires.account.add_candidate("Jane", "j@example.net")
    )
    hires.account.set_application_status(application, "Hired")
    hires.sync()
    assert hires.told_of(f"application:{application}") == "held: NO_OFFER"


# Not hired yet


@pytest.mark.parametrize("accepted", [False, True])
def test_a_sound_offer_is_shown_as_not_hired_yet(hires: Stage, accepted: bool) -> None:
    offer = offered(hires, accepted)
    hires.sync()
    assert hires.told(offer) == f"skipped: {'NOT_HIRED' if accepted else 'OFFER_OUT'}"
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("no opening", "NO_OPENING"),
        ("not linked", "OPENING_NOT_LINKED"),
        ("no start", "NO_START"),
        ("no address", "NO_EMAIL"),
        ("unfit", "OFFER_FIELD_UNMAPPABLE"),
        ("interval", "PAY_INTERVAL_UNKNOWN"),
        ("amount", "PAY_WITHOUT_INTERVAL"),
    ],
)
def test_what_would_hold_a_hire_is_said_before_it(
    hires: Stage, what: str, code: str, accepted: bool
) -> None:
    match what:
        case "no opening":
            offer = offered(hires, accepted, opening_id=None)
        case "not linked":
            own = hires.account.add_opening("OWN-1", "Open")
            offer = offered(hires, accepted, opening_id=own)
        case "no start":
            offer = offered(hires, accepted, startDate=None)
        case "no address":
            offer = offered(hires, accepted, email=None)
        case "unfit":
            offer = offered(hires, accepted, customFields={"Reason": "Whim"})
        case "interval":
            offer = offered(hires, accepted, customFields={"Paid": "2 WEEK"})
        case _:
            offer = offered(hires, accepted, salary=(45, "USD"))
    hires.sync()
    assert hires.told(offer) == f"skipped: {'NOT_HIRED' if accepted else 'OFFER_OUT'}, {code}"
    assert not hires.org.persons


def test_what_was_missing_of_the_candidate_is_seen_when_it_is_there(hires: Stage) -> None:
    offer = offered(hires, accepted=True, email=None)
    hires.sync()
    candidate = hires.account.applications[hires.application(offer)].candidate_id
    hires.account.add_address(candidate, "jane@example.net", primary=True)
    hires.sync()
    assert hires.told(offer) == "skipped: NOT_HIRED"


@pytest.mark.parametrize("how", ["declined", "cancelled", "archived", "hired"])
def test_an_expected_hire_ends_one_way_or_the_other(hires: Stage, how: str) -> None:
    offer = offered(hires, accepted=how == "hired")
    hires.sync()
    assert hires.result(offer).outcome is Outcome.SKIPPED
    hires.happens_to(offer, how)
    hires.sync()
    if how == "hired":
        assert hires.told(offer) == "created"
        return
    assert not hires.org.persons
    if how == "archived":
        assert hires.told(offer) == "skipped: OFFER_OUT"  # No list tells of it.
        hires.sync(full=True)
        assert hires.told(offer) == "skipped: NO_LONGER_HIRED"
    else:
        assert not hires.is_shown(f"offer:{offer}")


def test_old_offers_that_nobody_closed_are_not_listed(hires: Stage) -> None:
    hires.deployment.configure("acme", SETTINGS.replace("2026-01-01", hires.day(-30)))
    offer = offered(hires, startDate=hires.start(-60))
    hires.sync()
    assert not hires.is_shown(f"offer:{offer}")
