"""Every sentence that is promised about hires, end to end, under both readings of the two APIs."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import NeedsHuman
from core.keys import offer_key
from core.outcomes import Outcome
from sandbox.ashby import AshbyOddities
from sandbox.charthop import ChartHopOddities
from sandbox.wire import Fault
from tasks.hires import undo
from tests.deployment import Deployment
from tests.tasks.hire_stage import SETTINGS, Stage, staged


@pytest.fixture(params=["one", "other"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Stage:
    """A stage under one reading of the two APIs and under the other."""
    deployment = Deployment(
        tmp_path,
        redis_url,
        charthop_oddities=getattr(ChartHopOddities, request.param)(),
        ashby_oddities=getattr(AshbyOddities, request.param)(),
    )
    return staged(deployment)


# What arrives in ChartHop


def test_a_hired_candidate_becomes_a_person_in_the_job(stage: Stage) -> None:
    offer = stage.hire(customFields={"Job Level": "L5", "Shirt": "M", "Reason": "Growth"})
    stage.sync()
    assert stage.result(offer).outcome is Outcome.CREATED
    (person,) = stage.org.persons.values()
    assert person.values["name.first"] == "Jane"
    assert person.values["name.last"] == "Public"
    assert person.values["contact.homeEmail"] == "jane@example.net"
    assert person.values["contact.mobilePhone"] == "+15555550100"
    assert person.values["shirtSize"] == "M"
    (change,) = stage.org.changes.values()
    assert (change.type, change.job_id, change.person_id) == ("HIRE", stage.job, person.id)
    assert change.date == "2026-12-01"
    job = stage.org.job(stage.job)
    assert job["recruit"].upper() == "PENDING"
    assert job["jobLevel"] == "L5"
    assert not job.get("baseComp"), "the pay takes effect on the start date"
    later = stage.org.job(stage.job, "2026-12-01")
    assert later["baseComp"]["pay"]["amount"] == 120000
    assert later["baseComp"]["interval"] == "YEARLY"
    assert stage.person_of(offer) == person.id


def test_the_second_sync_writes_nothing_even_with_an_emptied_redis(stage: Stage) -> None:
    stage.hire()
    stage.sync()
    for empty in (False, True):
        if empty:
            stage.deployment.redis.flushdb()
        stage.deployment.forget_calls()
        stage.sync()
        assert stage.deployment.writes() == []
    assert len(stage.org.persons) == 1


def test_a_single_name_is_the_last_name_and_a_mapped_name_wins(stage: Stage) -> None:
    stage.hire(name="Cher", customFields={"First name": "Cherilyn"})
    stage.sync()
    (person,) = stage.org.persons.values()
    assert person.values["name.last"] == "Cher"
    assert person.values["name.first"] == "Cherilyn"


def test_a_phone_without_country_code_is_left_out_and_said(stage: Stage) -> None:
    offer = stage.hire(phone="555 0100")
    stage.sync()
    assert "no country code" in stage.reason(offer, Outcome.CREATED)
    (person,) = stage.org.persons.values()
    assert "contact.mobilePhone" not in person.values


def test_the_pay_interval_can_come_from_an_offer_field(stage: Stage) -> None:
    stage.hire(salary=(55, "USD"), customFields={"Paid": "Hourly"})
    stage.sync()
    assert stage.org.job(stage.job, "2026-12-01")["baseComp"]["interval"] == "HOURLY"


def test_a_value_that_does_not_fit_is_left_out_and_said(stage: Stage) -> None:
    offer = stage.hire(customFields={"Reason": "Whim", "Job Level": "L5"})
    stage.sync()
    assert "Reason is left out" in stage.reason(offer, Outcome.CREATED)
    assert stage.org.job(stage.job)["jobLevel"] == "L5"


def test_an_offer_without_salary_writes_no_pay(stage: Stage) -> None:
    stage.hire(salary=None)
    stage.sync()
    assert not stage.org.job(stage.job, "2026-12-01").get("baseComp")


def test_a_straightforward_hire_costs_at_most_ten_calls_of_its_own(
    deployment: Deployment,
) -> None:
    stage = staged(deployment)
    stage.sync()
    stage.deployment.forget_calls()
    stage.sync()
    idle = len(stage.deployment.calls())
    offer = stage.hire()
    stage.deployment.forget_calls()
    stage.sync()
    assert stage.result(offer).outcome is Outcome.CREATED
    once = 3  # ChartHop's two lists of fields and its time zone: however many hires there are
    # Read: the candidate, persons, the job on that day; once more, right before the first write,
    # the application and the offer. Written: person, hire, job, pay, link.
    assert len(stage.deployment.calls()) - idle - once <= 10


# Who is not (yet) ours


def test_accepted_but_not_hired_is_not_yet_ours(stage: Stage) -> None:
    offer = stage.hire()
    stage.account.set_application_status(stage.application(offer), "Active")
    stage.sync()
    assert "not marked Hired yet" in stage.reason(offer, Outcome.SKIPPED)
    assert stage.persons() == []


def test_decided_before_hires_since_is_skipped(stage: Stage) -> None:
    offer = stage.hire()
    stage.account.accept_offer(offer, decidedAt="2025-12-31T23:00:00.000Z")
    stage.sync()
    assert "before 2026-01-01" in stage.reason(offer, Outcome.SKIPPED)
    assert stage.persons() == []


def test_without_hires_since_every_hire_is_held(stage: Stage) -> None:
    stage.deployment.configure("acme", "")
    offer = stage.hire()
    stage.sync()
    assert "hires_since" in stage.reason(offer, Outcome.HELD)
    assert stage.persons() == []


def test_of_several_accepted_offers_the_one_decided_last_counts(stage: Stage) -> None:
    first = stage.hire(startDate="2026-12-01T00:00:00.000Z")
    stage.account.accept_offer(first, decidedAt="2026-11-01T00:00:00.000Z")
    second = stage.account.add_offer(
        stage.application(first), stage.opening, startDate="2027-01-04T00:00:00.000Z"
    )
    stage.account.accept_offer(second, decidedAt="2026-11-05T00:00:00.000Z")
    stage.sync()
    (change,) = stage.org.changes.values()
    assert change.date == "2027-01-04"
    assert stage.result(second).outcome is Outcome.CREATED
    assert stage.deployment.memory().results.get(offer_key(first)) is None


def test_the_start_date_is_a_calendar_day_in_no_time_zone(stage: Stage) -> None:
    stage.hire(startDate="2026-12-01T23:30:00.000-08:00")
    stage.sync()
    (change,) = stage.org.changes.values()
    assert change.date == "2026-12-01"


def test_no_start_date_is_held(stage: Stage) -> None:
    offer = stage.hire(startDate=None)
    stage.sync()
    assert "no start date" in stage.reason(offer, Outcome.HELD)
    stage.account.edit_offer(offer, startDate="2026-12-01T00:00:00.000Z")
    stage.sync()
    assert stage.result(offer).outcome is Outcome.CREATED


def test_a_start_before_the_job_was_created_is_held(stage: Stage) -> None:
    offer = stage.hire(startDate="2026-01-04T00:00:00.000Z")
    stage.sync()
    assert "before the job was created" in stage.reason(offer, Outcome.HELD)
    assert stage.persons() == []


# Never


@pytest.mark.parametrize("kind", ["lost", "late", "reset", "empty"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", r"/person$"),
        ("POST", r"/change/sync/"),
        ("PATCH", r"/job/"),
        ("POST", r"customField.setValues"),
        ("POST", r"customField.create"),
    ],
)
def test_never_two_persons_whatever_answer_is_lost(
    stage: Stage, kind: Any, method: str, path: str
) -> None:
    stage.deployment.unhurried = True
    offer = stage.hire()
    side = stage.deployment.ashby if "customField" in path else stage.deployment.charthop
    side.faults.append(Fault(path=path, method=method, kind=kind))
    for _ in range(3):
        stage.sync()
    assert stage.result(offer).outcome in (Outcome.CREATED, Outcome.UNCHANGED)
    assert len(stage.org.persons) == 1
    assert len(stage.org.changes) == 1
    assert stage.person_of(offer) == next(iter(stage.org.persons))


def test_never_two_persons_while_a_lost_one_may_still_come_to_light(stage: Stage) -> None:
    offer = stage.hire()
    stage.deployment.charthop.faults.append(Fault(path=r"/person$", method="POST", kind="timeout"))
    stage.sync()
    assert "did not say whether" in stage.reason(offer, Outcome.FAILED)
    assert stage.persons() == []


@pytest.mark.parametrize("at", range(5))
def test_a_crash_between_two_actions_is_a_shorter_plan_next_time(stage: Stage, at: int) -> None:
    offer = stage.hire(customFields={"Job Level": "L5"})
    stage.deployment.charthop.faults.append(
        Fault(path=r"/(person$|change/|job/)", kind="status", status=500, skip=at + 1, times=3)
    )
    stage.sync()
    stage.deployment.charthop.faults.clear()
    stage.deployment.redis.flushdb()
    stage.sync()
    assert stage.result(offer).outcome in (Outcome.CREATED, Outcome.UNCHANGED)
    assert len(stage.org.persons) == len(stage.org.changes) == 1
    assert stage.org.job(stage.job)["jobLevel"] == "L5"
    assert stage.org.job(stage.job)["recruit"].upper() == "PENDING"
    assert stage.org.job(stage.job, "2026-12-01")["baseComp"]["pay"]["amount"] == 120000


def test_never_is_a_job_that_somebody_else_fills_overwritten(stage: Stage) -> None:
    other = stage.org.add_person("Somebody", "Else", homeEmail="else@example.net")
    offer = stage.hire()
    stage.org.fill_job(stage.job, other)
    stage.sync()
    reason = stage.reason(offer, Outcome.HELD)
    assert "already filled by someone else" in reason
    assert "Else" not in reason
    assert len(stage.org.changes) == 1


def test_never_is_a_person_matched_by_name_alone(stage: Stage) -> None:
    namesake = stage.org.add_person("Jane", "Public", homeEmail="another.jane@example.net")
    stage.hire()
    stage.sync()
    assert len(stage.org.persons) == 2
    (change,) = stage.org.changes.values()
    assert change.person_id != namesake


def test_two_persons_with_that_email_are_held(stage: Stage) -> None:
    stage.org.add_person("Jane", "One", homeEmail="jane@example.net")
    stage.org.add_person("Jane", "Two", workEmail="Jane@Example.net")
    offer = stage.hire()
    stage.sync()
    assert "several people" in stage.reason(offer, Outcome.HELD)
    assert not stage.org.changes


def test_a_candidate_without_any_email_is_held(stage: Stage) -> None:
    offer = stage.hire(email=None)
    stage.sync()
    assert "no e-mail address" in stage.reason(offer, Outcome.HELD)
    assert stage.persons() == []


def test_an_active_employee_is_held_and_never_a_second_person(stage: Stage) -> None:
    elsewhere = stage.org.add_job(title="Support", recruit="Passive")
    stage.org.add_person("Jane", "Public", workEmail="jane@example.net", job_id=elsewhere)
    offer = stage.hire()
    stage.sync()
    assert "already has a job" in stage.reason(offer, Outcome.HELD)
    assert len(stage.org.persons) == 1


def test_one_who_left_is_rehired_as_the_same_person(stage: Stage) -> None:
    former = stage.org.add_person("Jane", "Public", homeEmail="JANE@example.net", departed=True)
    offer = stage.hire()
    stage.sync()
    assert stage.result(offer).person_id == former
    assert list(stage.org.persons) == [former]
    assert stage.org.job(stage.job)["personId"] == former


def test_the_second_of_two_hires_against_one_opening_is_held(stage: Stage) -> None:
    first = stage.hire()
    stage.account.accept_offer(first, decidedAt="2026-11-01T00:00:00.000Z")
    second = stage.hire("John Doe", "john@example.net")
    stage.account.accept_offer(second, decidedAt="2026-11-02T00:00:00.000Z")
    stage.sync()
    assert stage.result(first).outcome is Outcome.CREATED
    assert "another hire has the same opening" in stage.reason(second, Outcome.HELD)
    assert len(stage.org.persons) == 1


def test_a_merge_of_the_candidate_changes_nothing(stage: Stage) -> None:
    offer = stage.hire()
    stage.sync()
    kept = stage.account.add_candidate("J. Public", "jane.public@example.net")
    application = stage.account.applications[stage.application(offer)]
    stage.account.merge_candidates(kept, application.candidate_id)
    stage.deployment.forget_calls()
    stage.sync()
    assert stage.deployment.writes() == []
    assert len(stage.org.persons) == 1


def test_an_offer_without_opening_is_held(stage: Stage) -> None:
    offer = stage.hire()
    stage.account.edit_offer(offer, openingId=None)
    stage.sync()
    assert "names no opening" in stage.reason(offer, Outcome.HELD)


def test_an_offer_whose_opening_is_not_linked_is_held_and_says_which(stage: Stage) -> None:
    unlinked = stage.account.add_opening("BY-HAND", "Open")
    offer = stage.hire(opening=unlinked)
    stage.sync()
    assert "opening BY-HAND is not linked" in stage.reason(offer, Outcome.HELD)


def test_a_deleted_job_holds_the_hire(stage: Stage) -> None:
    offer = stage.hire()
    stage.org.delete_job(stage.job)
    stage.sync()
    assert "gone or no longer open" in stage.reason(offer, Outcome.HELD)
    assert stage.persons() == []


# After the hire


def test_a_moved_offer_amends_the_hire_and_the_job(stage: Stage) -> None:
    offer = stage.hire(customFields={"Job Level": "L5"})
    stage.sync()
    stage.account.edit_offer(
        offer,
        startDate="2027-01-11T00:00:00.000Z",
        salary=(125000, "USD"),
        customFields={"Job Level": "L6"},
    )
    stage.sync()
    assert stage.result(offer).outcome is Outcome.UPDATED
    (change,) = stage.org.changes.values()
    assert change.date == "2027-01-11"
    assert stage.org.job(stage.job)["jobLevel"] == "L6"
    assert stage.org.job(stage.job, "2027-01-11")["baseComp"]["pay"]["amount"] == 125000
    latest = stage.deployment.memory().results.history(offer_key(offer))[0]
    moved = next(one for one in latest.result.changes if one.what == "start date")
    assert (moved.before, moved.after) == ("2026-12-01", "2027-01-11")
    assert "125000" not in str(latest), "pay is nobody's business"
    stage.deployment.forget_calls()
    stage.sync()
    assert stage.deployment.writes() == []


def test_nothing_moves_once_the_person_has_started(stage: Stage) -> None:
    offer = stage.hire(startDate="2026-11-02T00:00:00.000Z")
    stage.sync()
    assert stage.result(offer).outcome is Outcome.CREATED
    stage.account.edit_offer(offer, salary=(1, "USD"))
    stage.deployment.forget_calls()
    stage.sync()
    assert stage.result(offer).outcome is Outcome.UNCHANGED
    assert stage.deployment.writes() == []


@pytest.mark.parametrize("how", ["no longer hired", "offer cancelled"])
def test_a_withdrawn_hire_is_held_and_taken_back_by_nobody_but_undo(stage: Stage, how: str) -> None:
    offer = stage.hire()
    stage.sync()
    if how == "no longer hired":
        stage.account.set_application_status(stage.application(offer), "Archived")
    else:
        stage.account.cancel_offer(offer)
    stage.deployment.forget_calls()
    stage.sync()
    stage.sync()
    assert "withdrawn in Ashby: cancel the hire in ChartHop or run" in stage.reason(
        offer, Outcome.HELD
    )
    assert f"push acme {offer} --undo" in stage.reason(offer, Outcome.HELD)
    assert stage.deployment.writes() == []

    result = undo(stage.deployment.app.wiring.context("acme"), offer)
    assert result.codes == ["UNDONE_FILLED"]
    assert not stage.org.changes
    assert stage.org.job(stage.job)["recruit"].upper() == "ACTIVE"
    assert not stage.org.job(stage.job).get("personId")
    stage.account.set_state(stage.opening, "Open")
    stage.sync()
    assert "no longer hired in ChartHop" in stage.reason(offer, Outcome.SKIPPED)


def test_a_hire_that_has_started_is_never_taken_back(stage: Stage) -> None:
    offer = stage.hire(startDate="2026-11-02T00:00:00.000Z")
    stage.sync()
    stage.account.cancel_offer(offer)
    stage.sync()
    assert "start date has passed" in stage.reason(offer, Outcome.HELD)
    with pytest.raises(NeedsHuman, match="nothing to undo"):
        undo(stage.deployment.app.wiring.context("acme"), offer)
    assert len(stage.org.changes) == 1


def test_a_hire_that_stands_cannot_be_undone(stage: Stage) -> None:
    offer = stage.hire()
    stage.sync()
    with pytest.raises(NeedsHuman, match="not withdrawn"):
        undo(stage.deployment.app.wiring.context("acme"), offer)
    assert len(stage.org.changes) == 1


def test_a_hire_cancelled_in_charthop_is_not_put_back(stage: Stage) -> None:
    offer = stage.hire()
    stage.sync()
    (change,) = stage.org.changes.values()
    stage.org.unhire(change)
    stage.org.changes.clear()
    stage.account.edit_offer(offer, salary=(130000, "USD"))
    stage.sync()
    assert "cancelled in ChartHop" in stage.reason(offer, Outcome.HELD)
    assert not stage.org.changes


# Settings


def test_a_manual_push_waits_for_its_command(stage: Stage) -> None:
    stage.deployment.configure("acme", 'push_hires = "manual"' + SETTINGS)
    offer = stage.hire()
    stage.sync()
    assert f"charthop-ashby push acme {offer}" in stage.reason(offer, Outcome.HELD)
    assert stage.persons() == []
    stage.deployment.memory().switches.push(offer)
    stage.sync()
    assert stage.result(offer).outcome is Outcome.CREATED


def test_the_brake_holds_too_many_hires_at_once(stage: Stage) -> None:
    stage.deployment.configure("acme", "brake = { create_persons = 1 }" + SETTINGS)
    job = stage.org.add_job(title="Second", createDate="2026-01-05")
    stage.sync()
    opening = stage.deployment.result(f"job:{job}").opening_id
    offers = [stage.hire(), stage.hire("John Doe", "john@example.net", opening=opening)]
    stage.sync()
    for offer in offers:
        assert "the brake holds: 2 people" in stage.reason(offer, Outcome.HELD)
    assert stage.deployment.memory().switches.approve() == 2
    stage.sync()
    assert len(stage.org.persons) == 2


def test_create_offer_fields_makes_the_ticked_fields_on_offers_and_maps_them(stage: Stage) -> None:
    stage.org.add_field("teamSize", "Team size", "INTEGER")
    stage.deployment.configure(
        "acme",
        'synced_fields = ["teamSize"]\ncreate_offer_fields = true\nhires_since = 2026-01-01',
    )
    stage.sync()
    stage.sync()
    made = [one for one in stage.account.custom_fields.values() if one.title == "Team size"]
    assert sorted(one.object_type for one in made) == ["Offer", "Opening"]
    stage.hire(customFields={"Team size": 7})
    stage.sync()
    assert stage.org.job(stage.job)["teamSize"] == 7


def test_an_offer_field_of_another_type_is_refused_and_explained(stage: Stage) -> None:
    stage.deployment.configure(
        "acme", 'synced_fields = ["hiringReason"]\ncreate_offer_fields = true'
    )
    stage.sync()
    result = stage.deployment.result("field:hiringReason on offers")
    assert "type String on offers, and ValueSelect is needed" in (result.reason or "")


def test_no_personal_data_stays_readable_in_redis(stage: Stage) -> None:
    stage.hire("Markerfirst Markerlast", "marker@example.net", salary=(98765, "USD"))
    stage.deployment.charthop.faults.append(
        Fault(path=r"/change/sync", kind="status", status=500, times=9)
    )
    stage.sync()
    dump = b"".join(_everything(stage.deployment))
    for marker in (b"Marker", b"marker@", b"98765", b"555-555", b"5555550100"):
        assert marker not in dump


def _everything(deployment: Deployment) -> list[bytes]:
    found: list[bytes] = []
    for key in deployment.redis.scan_iter():
        found += [key, deployment.redis.dump(key) or b""]
    return found
