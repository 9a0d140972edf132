"""Whom a hire may become, and when nothing may be written at all."""

from typing import Any

import pytest

from core.errors import NeedsHuman
from core.outcomes import Outcome
from sandbox.alterations import with_null, without
from sandbox.wire import Fault, Request
from tests.tasks.hire_stage import SETTINGS, Stage

MANUAL = 'push_hires = "manual"' + SETTINGS


def nothing_was_made(hires: Stage) -> bool:
    return not hires.org.persons and not hires.org.changes


# The candidate or the offer is no longer what the brief says


@pytest.mark.parametrize("how", ["archived", "taken back", "deleted", "hidden"])
def test_a_pushed_hire_whose_candidate_is_no_longer_hired_makes_nothing(
    hires: Stage, how: str
) -> None:
    hires.deployment.configure("acme", MANUAL)
    offer = hires.hire()
    hires.sync()
    assert hires.told(offer) == "held: MANUAL_PUSH"
    hires.happens_to(offer, how)
    hires.push(offer)
    assert nothing_was_made(hires)
    gone = how in ("deleted", "hidden")
    assert hires.told(offer) == f"skipped: {'APPLICATION_GONE' if gone else 'NO_LONGER_HIRED'}"


@pytest.mark.parametrize("how", ["cancelled", "declined", "revised"])
def test_a_pushed_hire_whose_offer_is_no_longer_accepted_makes_nothing(
    hires: Stage, how: str
) -> None:
    hires.deployment.configure("acme", MANUAL)
    offer = hires.hire()
    hires.sync()
    hires.happens_to(offer, how)
    hires.push(offer)
    assert nothing_was_made(hires)
    assert hires.told(offer) == (
        "held: OFFER_NOT_ACCEPTED" if how == "revised" else "skipped: OFFER_OVER"
    )


@pytest.mark.parametrize("how", ["archived", "cancelled", "start moved"])
def test_what_changes_between_the_look_and_the_first_write_counts(hires: Stage, how: str) -> None:
    offer = hires.hire()

    def meanwhile() -> None:
        if how == "start moved":
            hires.account.edit_offer(offer, startDate=hires.start(40))
        else:
            hires.happens_to(offer, how)

    _when_persons_are_searched(hires, meanwhile)
    hires.sync()
    if how == "start moved":
        (change,) = hires.org.changes.values()
        assert change.date == hires.day(40)
    else:
        assert nothing_was_made(hires)
        assert hires.result(offer).outcome is Outcome.SKIPPED


def _when_persons_are_searched(hires: Stage, do: Any) -> None:
    """Once, right after ChartHop was asked for persons."""
    charthop, answer = hires.deployment.charthop, hires.deployment.charthop.answer
    done: list[bool] = []

    def answer_and_do(request: Request) -> Any:
        response = answer(request)
        if request.path.endswith("/person") and request.method == "GET" and not done:
            done.append(True)
            do()
        return response

    charthop.answer = answer_and_do  # type: ignore[method-assign]


# One record's trouble is that record's


@pytest.mark.parametrize("how", ["deleted", "hidden", "broken"])
def test_one_application_that_cannot_be_read_stops_no_other_hire(hires: Stage, how: str) -> None:
    first = hires.hire(startDate=hires.start(30))
    _, opening = hires.another_job()
    assert hires.told(first) in ("created", "unchanged")
    application = hires.application(first)
    hires.happens_to(first, how)
    second = hires.hire("John Doe", "john@example.net", opening=opening)
    hires.sync()
    assert hires.told(second) == "created"
    reason = hires.result(first).reason or ""
    assert application in reason
    broken = how == "broken"
    assert hires.told(first) == (
        "failed: RECORD_UNREADABLE" if broken else "held: HIRED_APPLICATION_GONE"
    )
    if broken:
        hires.account.repair_info(application)
        hires.sync()
        assert hires.told(first) == "unchanged"


ROWS = {
    "without version": with_null("latestVersion"),
    "without application": without("applicationId"),
    "version is a word": lambda row: {**row, "latestVersion": "none"},
}


@pytest.mark.parametrize("row", ROWS)
def test_one_offer_that_says_too_little_stops_no_other_hire(hires: Stage, row: str) -> None:
    strange, sound = hires.hire("Jane Strange", "strange@example.net"), hires.hire()
    hires.account.alter_row(strange, ROWS[row])
    hires.sync()
    assert hires.told(sound) == "created"
    assert hires.told(strange) == "failed: LISTED_UNREADABLY"
    assert len(hires.org.persons) == 1
    hires.sync()
    assert hires.told(strange) == "failed: LISTED_UNREADABLY"


def test_one_application_row_that_says_too_little_stops_no_other_hire(hires: Stage) -> None:
    strange, sound = hires.hire("Jane Strange", "strange@example.net"), hires.hire()
    hires.account.alter_row(hires.application(strange), with_null("candidate"))
    hires.sync()
    assert hires.told(sound) == "created"
    assert hires.told_of(f"application:{hires.application(strange)}") == "failed: LISTED_UNREADABLY"


# One address is one person, one person has one job


@pytest.mark.parametrize("former", [False, True])
def test_two_hires_with_one_address_make_one_person_in_one_job(hires: Stage, former: bool) -> None:
    if former:
        hires.org.add_person("Jane", "Public", homeEmail="Jane@example.net", departed=True)
    _, opening = hires.another_job()
    offers = [hires.hire(), hires.hire("J. Public", "JANE@example.net ", opening=opening)]
    hires.sync()
    assert len(hires.org.persons) == len(hires.org.changes) == 1
    assert sorted(map(hires.told, offers)) == ["created", "held: ACTIVE_EMPLOYEE"]


def test_two_hires_with_one_address_on_two_workers_go_one_after_the_other(hires: Stage) -> None:
    _, opening = hires.another_job()
    offers = [hires.hire(), hires.hire("J. Public", "jane@example.net", opening=opening)]
    hires.deployment.send("tasks.sync_organization", "acme")
    hires.deployment.run(hires.deployment.app.messages.pop(0))
    second = hires.deployment.app.messages.pop(1)
    ended: list[str] = []
    _when_persons_are_searched(hires, lambda: ended.append(hires.deployment.run(second)))
    hires.deployment.drain()
    assert ended == ["retry"]
    assert len(hires.org.persons) == len(hires.org.changes) == 1
    assert sorted(map(hires.told, offers)) == ["created", "held: ACTIVE_EMPLOYEE"]


def test_a_person_who_was_just_made_counts_before_any_list_shows_them(hires: Stage) -> None:
    _, opening = hires.another_job()
    hires.org.lag_lists(60.0, "person")
    offers = [hires.hire(), hires.hire("J. Public", "jane@example.net", opening=opening)]
    hires.sync()
    assert len(hires.org.persons) == len(hires.org.changes) == 1
    assert sorted(map(hires.told, offers)) == ["created", "held: ACTIVE_EMPLOYEE"]


def test_another_hire_waits_for_the_person_whose_create_was_not_answered(hires: Stage) -> None:
    _, opening = hires.another_job()
    offers = [hires.hire(), hires.hire("J. Public", "jane@example.net", opening=opening)]
    hires.deployment.charthop.faults.append(Fault(path=r"/person$", method="POST", kind="timeout"))
    hires.sync()
    assert nothing_was_made(hires)
    assert {hires.result(offer).outcome for offer in offers} == {Outcome.FAILED}


@pytest.mark.parametrize("at", ["homeEmail", "workEmail"])
@pytest.mark.parametrize("which", [1, 2])
def test_every_address_of_the_candidate_is_looked_for(hires: Stage, at: str, which: int) -> None:
    addresses = ["new@example.net", "second@example.net", "third@example.net"]
    former = hires.org.add_person("Jane", "Public", departed=True, **{at: addresses[which]})
    offer = hires.hire(email=addresses[0])
    candidate = hires.account.applications[hires.application(offer)].candidate_id
    hires.account.set_addresses(candidate, *addresses)
    hires.sync()
    assert list(hires.org.persons) == [former]
    assert hires.result(offer).person_id == former


def test_a_work_address_that_the_offer_brings_is_looked_for_too(hires: Stage) -> None:
    hires.account.add_custom_field("Work mail", "String", "Offer")
    hires.deployment.configure("acme", SETTINGS + '"Work mail" = "contact.workEmail"\n')
    former = hires.org.add_person("Jane", "Public", workEmail="jp@corp.example", departed=True)
    offer = hires.hire(customFields={"Work mail": "JP@corp.example"})
    hires.sync()
    assert hires.told(offer) == "created"
    assert [*hires.org.persons] == [former]


def test_a_colleagues_work_address_in_an_offer_makes_no_second_person(hires: Stage) -> None:
    hires.account.add_custom_field("Work mail", "String", "Offer")
    hires.deployment.configure("acme", SETTINGS + '"Work mail" = "contact.workEmail"\n')
    other = hires.org.add_job(title="Other", recruit="Passive", createDate="2026-01-05")
    colleague = hires.org.add_person("Jo", "Public", workEmail="jp@corp.example")
    hires.org.fill_job(other, colleague, date="2026-01-06")
    offer = hires.hire(customFields={"Work mail": "jp@corp.example"})
    hires.sync()
    assert hires.told(offer) == "held: ACTIVE_EMPLOYEE"
    assert [*hires.org.persons] == [colleague]


def test_two_addresses_of_two_persons_are_held(hires: Stage) -> None:
    hires.org.add_person("Jane", "Old", homeEmail="old@example.net", departed=True)
    hires.org.add_person("Jane", "New", homeEmail="jane@example.net")
    offer = hires.hire()
    candidate = hires.account.applications[hires.application(offer)].candidate_id
    hires.account.add_address(candidate, "old@example.net")
    hires.sync()
    assert hires.told(offer) == "held: TWO_PERSONS"


def test_somebody_who_is_about_to_start_elsewhere_is_not_hired_a_second_time(hires: Stage) -> None:
    elsewhere = hires.org.add_job(title="Support", recruit="Passive")
    jane = hires.org.add_person("Jane", "Public", homeEmail="jane@example.net")
    change = hires.org.fill_job(elsewhere, jane, hires.day(40))
    change.announce_date = hires.day(30)
    offer = hires.hire()
    hires.sync()
    assert hires.told(offer) == "held: ACTIVE_EMPLOYEE"


# What stands in ChartHop keeps its record


def test_a_list_of_fields_that_fails_drops_no_record(hires: Stage) -> None:
    offer = hires.hire(email=None)
    hires.sync()
    assert hires.told(offer) == "held: NO_EMAIL"
    hires.deployment.charthop.faults.append(
        Fault(path=r"/field", kind="status", status=500, times=9)
    )
    hires.sync()
    assert hires.told(offer) == "held: NO_EMAIL"


@pytest.mark.parametrize("flushed", [False, True])
@pytest.mark.parametrize("how", ["cancelled", "archived", "deleted"])
def test_a_hire_whose_link_was_refused_stays_until_it_is_undone(
    hires: Stage, how: str, flushed: bool
) -> None:
    offer = hires.hire()
    hires.account.refuse_field("customField.setValues", "ChartHop Person ID")
    hires.sync()
    assert hires.result(offer).outcome is Outcome.FAILED
    (person,) = hires.org.persons
    assert hires.result(offer).person_id == person
    hires.happens_to(offer, how)
    hires.sync()
    hires.sync()
    gone = how == "deleted"
    assert hires.told(offer) == f"held: {'HIRED_APPLICATION_GONE' if gone else 'WITHDRAWN'}"
    if flushed:
        hires.deployment.redis.flushdb()
    hires.account.accept_field("ChartHop Person ID")
    hires.undo(offer)
    assert not hires.org.changes
    assert hires.org.job(hires.job)["recruit"].upper() == "ACTIVE"


@pytest.mark.parametrize("status", ["PROPOSED", "CONFLICT"])
def test_a_hire_that_is_not_in_force_is_not_sent_again_until_it_is_removed(
    hires: Stage, status: str
) -> None:
    path = f"/change/sync/{hires.org.oddities.type_case}$"
    hires.deployment.charthop.faults.append(
        Fault(path, "altered", alter=lambda body: {**body, "status": status})
    )
    offer = hires.hire()
    hires.sync()
    assert hires.told(offer) == "held: HIRE_NOT_MADE"
    (change,) = hires.org.changes.values()
    change.status = status
    hires.org.unhire(change)
    hires.deployment.forget_calls()
    for _ in range(2):
        hires.sync()
        assert hires.told(offer) == "held: HIRE_NOT_MADE"
        assert status in (hires.result(offer).reason or "")
    assert hires.written() == []
    hires.org.changes.clear()
    hires.sync()
    assert hires.told(offer) == "created"


def test_a_proposed_hire_of_something_else_keeps_nobody_away(hires: Stage) -> None:
    jane = hires.org.add_person("Jane", "Public", homeEmail="jane@example.net")
    hires.org.fill_job(hires.job, jane, hires.day(20))
    (change,) = hires.org.changes.values()
    change.status = "PROPOSED"
    hires.org.unhire(change)
    offer = hires.hire(startDate=hires.start(20))
    hires.sync()
    assert hires.told(offer) == "created"


def test_a_worker_that_dies_before_the_link_leaves_a_record_of_what_it_made(hires: Stage) -> None:
    offer = hires.hire()

    class Killed(BaseException):
        """Nobody settles it."""

    ashby, answer = hires.deployment.ashby, hires.deployment.ashby.answer

    def die(request: Request) -> Any:
        if request.path.endswith("customField.setValues"):
            raise Killed
        return answer(request)

    hires.deployment.send("tasks.sync_organization", "acme")
    ashby.answer = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        hires.deployment.drain()
    ashby.answer = answer  # type: ignore[method-assign]
    assert len(hires.org.changes) == 1
    assert not hires.is_shown(f"offer:{offer}")
    hires.account.cancel_offer(offer)
    hires.deployment.send("tasks.sync_hire", "acme", offer)  # The message is delivered again.
    hires.deployment.drain()
    assert hires.told(offer) == "held: WITHDRAWN"


def test_a_deleted_offer_of_a_hire_that_stands_is_a_withdrawal(hires: Stage) -> None:
    offer = hires.hire()
    hires.sync()
    hires.account.delete_offer(offer)
    hires.sync(full=True)
    assert hires.told(offer) == "held: WITHDRAWN"
    hires.undo(offer)
    assert not hires.org.changes


# Fields in Ashby are data, not authority


@pytest.mark.parametrize("sensitive", ["HIGH", "PRIVATE"])
def test_a_link_by_hand_opens_no_confidential_job(hires: Stage, sensitive: str) -> None:
    secret = hires.org.add_job(title="Secret", sensitive=sensitive, createDate="2026-01-05")
    own = hires.account.add_opening("OWN-1", "Open")
    hires.account.set_opening_field(own, "ChartHop Job ID", secret)
    offer = hires.hire(opening=own)
    hires.sync()
    assert hires.told(offer) == "held: CONFIDENTIAL_HIRE"
    assert nothing_was_made(hires)
    assert not hires.org.job(secret, "2026-12-01").get("baseComp")
    hires.deployment.configure("acme", "sync_confidential_jobs = true" + SETTINGS)
    hires.sync()
    assert hires.told(offer) == "created"


def test_a_link_by_hand_to_a_job_that_is_not_confidential_stays_a_feature(hires: Stage) -> None:
    job = hires.org.add_job(title="Passive one", recruit="Passive", createDate="2026-01-05")
    own = hires.account.add_opening("OWN-1", "Open")
    hires.account.set_opening_field(own, "ChartHop Job ID", job)
    offer = hires.hire(opening=own)
    hires.sync()
    assert hires.told(offer) == "created"
    assert hires.org.job(job)["personId"] == hires.result(offer).person_id


@pytest.mark.parametrize("flushed", [False, True])
@pytest.mark.parametrize("her_job_too", [False, True])
@pytest.mark.parametrize("ahead", [-30, 20])
def test_a_colleagues_id_on_an_application_changes_no_colleague(
    hires: Stage, flushed: bool, her_job_too: bool, ahead: int
) -> None:
    pay = {"interval": "YEARLY", "pay": {"amount": 80000, "currency": "USD"}}
    job = hires.org.add_job(title="Support", recruit="Passive", baseComp=pay)
    colleague = hires.org.add_person("Ann", "Other", workEmail="ann@example.com")
    hires.org.fill_job(job, colleague, hires.day(ahead))
    hires.sync()
    opening = hires.opening
    if her_job_too:
        opening = hires.account.add_opening("OWN-1", "Open")
        hires.account.set_opening_field(opening, "ChartHop Job ID", job)
    offer = hires.hire(opening=opening, salary=(1, "USD"))
    application = hires.application(offer)
    hires.account.set_application_field(application, "ChartHop Person ID", colleague)
    if flushed:
        hires.deployment.redis.flushdb()
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.told(offer) == "held: PERSON_NOT_OURS"
    assert hires.written() == []
    hires.account.set_application_field(application, "ChartHop Person ID", None)


WORDS = [
    *("see notes; DROP", "Jane Roe, 1990-01-02, 99000 USD", "Jane.Roe", "../..", "x1" * 30_000),
    *("1990-01-02", "99000", "5550100", "123-45-6789", "Jane.Roe.1990"),
    *("GB00EXMP00000012345678", "AD0000000000000000000000"),
]


@pytest.mark.parametrize("words", WORDS, ids=[one[:9] for one in WORDS])
def test_words_that_are_no_id_on_an_application_are_held(hires: Stage, words: str) -> None:
    offer = hires.hire()
    hires.account.set_application_field(hires.application(offer), "ChartHop Person ID", words)
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.told(offer) == "held: PERSON_NOT_OURS"
    assert nothing_was_made(hires)
    # They may be about a person: nothing shows them, and ChartHop is not asked for them.
    assert hires.result(offer).person_id is None
    assert all(words not in str(call.query) for call in hires.deployment.charthop.calls)


@pytest.mark.parametrize("words", ["Jane Roe, 99000 USD", "1990-01-02", "99000"])
def test_words_in_place_of_the_person_of_an_old_hire_are_shown_nowhere(
    hires: Stage, words: str
) -> None:
    offer = hires.hire(startDate=hires.start(-90))
    hires.account.set_application_field(hires.application(offer), "ChartHop Person ID", words)
    hires.sync()
    assert hires.result(offer).person_id is None
    assert nothing_was_made(hires)


@pytest.mark.parametrize("flushed", [False, True])
def test_words_in_place_of_the_person_hide_no_withdrawn_hire(hires: Stage, flushed: bool) -> None:
    offer = hires.hire(startDate=hires.start(20))
    hires.sync()
    (person,) = hires.org.persons
    hires.account.set_application_field(hires.application(offer), "ChartHop Person ID", "see notes")
    hires.account.unhire(hires.application(offer))
    if flushed:
        hires.deployment.redis.flushdb()
    hires.sync()
    assert hires.told(offer) == "held: WITHDRAWN"
    assert hires.result(offer).person_id == person


def test_a_colleagues_address_on_a_candidate_changes_no_colleague(hires: Stage) -> None:
    pay = {"interval": "YEARLY", "pay": {"amount": 80000, "currency": "USD"}}
    job = hires.org.add_job(title="Support", recruit="Passive", baseComp=pay)
    hires.org.add_person("Ann", "Other", workEmail="ann@example.com", job_id=job)
    own = hires.account.add_opening("OWN-1", "Open")
    hires.account.set_opening_field(own, "ChartHop Job ID", job)
    offer = hires.hire(email="ann@example.com", opening=own, salary=(1, "USD"))
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []
    assert hires.told(offer) == "adopted: HIRED_BY_HAND"
    hires.sync()
    assert hires.told(offer) == "unchanged: HIRED_BY_HAND"
    assert hires.pay(hires.day(60), job) == ("YEARLY", 80000)


@pytest.mark.parametrize("hired", [1, 2])
def test_two_openings_of_one_job_bring_no_hire_in(hires: Stage, hired: int) -> None:
    own = hires.account.add_opening("OWN-1", "Open")
    hires.account.set_opening_field(own, "ChartHop Job ID", hires.job)
    offers = [hires.hire()]
    if hired == 2:
        offers.append(hires.hire("John Doe", "john@example.net", opening=own))
    hires.sync()
    assert [hires.told(offer) for offer in offers] == ["held: LINKED_TWICE"] * hired
    assert nothing_was_made(hires)
    hires.account.archive_opening(own)
    hires.sync()
    told = [hires.told(offer) for offer in offers]
    assert told == ["created", "held: LINKED_TWICE"][:hired]
    assert len(hires.org.persons) == 1


def test_nothing_is_undone_of_a_hire_that_was_made_by_hand(hires: Stage) -> None:
    jane = hires.org.add_person("Jane", "Public", homeEmail="jane@example.net")
    hires.org.fill_job(hires.job, jane, hires.day(20))
    offer = hires.hire(startDate=hires.start(20))
    hires.sync()
    hires.account.cancel_offer(offer)
    hires.sync()
    with pytest.raises(NeedsHuman, match="made no hire"):
        hires.undo(offer)
    assert len(hires.org.changes) == 1


@pytest.mark.parametrize("how", ["Active", "Archived"])
def test_a_hire_that_was_held_and_taken_back_keeps_no_opening_from_the_next(
    hires: Stage, how: str
) -> None:
    first = hires.hire(startDate=None)
    hires.sync()
    assert hires.told(first) == "held: NO_START"
    hires.account.set_application_status(hires.application(first), how)
    second = hires.hire("Sam Roe", "sam@example.net")
    hires.sync()
    assert hires.told(second) == "created"
    if how == "Active":
        assert hires.told(first) == "skipped: NOT_HIRED, SECOND_HIRE, NO_START"
    else:
        assert not hires.is_shown(f"offer:{first}")


def test_a_hire_that_could_not_be_made_and_was_taken_back_costs_no_task_again_and_again(
    hires: Stage,
) -> None:
    first = hires.hire()
    hires.deployment.charthop.faults.append(
        Fault(path="/person", method="GET", kind="error", times=9)
    )
    hires.sync()
    assert hires.result(first).outcome is Outcome.FAILED
    hires.deployment.charthop.faults.clear()
    hires.account.set_application_status(hires.application(first), "Archived")
    hires.sync()
    assert not hires.is_shown(f"offer:{first}")
    hires.deployment.forget_calls()
    hires.sync()
    ids = {str(call.body.get("applicationId")) for call in hires.deployment.ashby.calls}
    assert hires.application(first) not in ids
