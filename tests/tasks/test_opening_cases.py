"""Outbound on accounts as they are: required fields, lists that lag, answers that are not true."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from core.keys import job_key
from core.notes import codes
from sandbox.alterations import dropped, rounded, truncated, without_option
from sandbox.ashby.oddities import AshbyOddities
from sandbox.ashby.paging import Rejected
from sandbox.wire import Fault
from tests.tasks.stage import LINK, STATUS, Stage, make_stage

TICKED = 'synced_fields = ["note", "reason", "many", "seat"]'


def prepared(stage: Stage) -> Stage:
    """Four ticked fields, of four types."""
    stage.configure(TICKED)
    stage.org.add_field("note", "Note", "STRING")
    stage.org.add_field("seat", "Seat", "DECIMAL")
    choices = [("A", "Aa"), ("B", "Bb")]
    stage.org.add_field("reason", "Reason", "ENUM", values=choices)
    stage.org.add_field("many", "Many", "ENUM_MULTI", values=choices)
    return stage


def identifiers(stage: Stage) -> list[str]:
    return sorted(one["latestVersion"]["identifier"] for one in stage.openings())


# Required opening fields: Draft, values, Approved.


def test_where_fields_are_required_an_opening_is_made_as_a_draft_and_then_approved(
    stage: Stage,
) -> None:
    prepared(stage).sync()
    stage.account.require_custom_field(stage.account.field_id("Note"))
    job = stage.job(note="hello")
    stage.deployment.forget_calls()
    stage.sync()

    assert stage.told(job) == "created"
    assert (stage.state(job), stage.value(job, "Note")) == ("Approved", "hello")
    assert stage.value(job, STATUS) == "Active"
    assert stage.written() == [
        "opening.create",
        "customField.setValues",
        "opening.setOpeningState",
        "customField.setValues",
    ]
    stage.sync_quietly()


@pytest.mark.parametrize("rule", ["refused", "checked"])
def test_where_a_create_as_approved_is_refused_it_is_made_as_a_draft(
    tmp_path: Path, redis_url: str, rule: Any
) -> None:
    stage = make_stage(tmp_path, redis_url, ashby=AshbyOddities(create_beyond_draft=rule))
    stage.sync()
    job, other = stage.job(), stage.job()
    stage.sync()

    assert (stage.state(job), stage.state(other)) == ("Approved", "Approved")
    assert len(stage.openings()) == 2
    stage.deployment.forget_calls()
    third = stage.job()
    stage.sync()
    assert stage.state(third) == "Approved"
    if rule == "refused":  # Known by now, so that it is not tried in vain again.
        assert [call.body["openingState"] for call in stage.calls("opening.create")] == ["Draft"]
    stage.sync_quietly()


STEPS = ["opening.create", "customField.setValues", "opening.setOpeningState"]


@pytest.mark.parametrize("redis", ["kept", "lost"])
@pytest.mark.parametrize("kind", ["lost", "late", "timeout", "status"])
@pytest.mark.parametrize("endpoint", STEPS)
@pytest.mark.parametrize("skip", [0, 1])
def test_a_draft_is_brought_to_its_end_whatever_is_lost_on_the_way(
    tmp_path: Path, redis_url: str, endpoint: str, kind: Any, redis: str, skip: int
) -> None:
    stage = prepared(make_stage(tmp_path, redis_url))
    stage.sync()
    stage.account.require_custom_field(stage.account.field_id("Note"))
    job = stage.job(note="hello", req="ENG-1")
    stage.fault(f"/{endpoint}$", kind, times=9, skip=skip, status=500)
    stage.sync()
    stage.deployment.ashby.faults.clear()
    if redis == "lost":
        stage.flush()
    for _ in range(2):
        stage.later()
        stage.sync_anyhow()

    assert identifiers(stage) == ["ENG-1"]
    assert (stage.value(job, "Note"), stage.value(job, STATUS)) == ("hello", "Active")
    # A Draft without any value, of which Redis knows no more, may be anybody's.
    no_value = endpoint == "customField.setValues" and kind in ("timeout", "status") and skip == 0
    assert stage.state(job) == ("Draft" if redis == "lost" and no_value else "Approved")
    stage.sync_quietly()


@pytest.mark.parametrize("strict", [True, False])
def test_a_required_field_without_a_value_is_named_and_waits(
    tmp_path: Path, redis_url: str, strict: bool
) -> None:
    stage = make_stage(tmp_path, redis_url, ashby=AshbyOddities(state_needs_fields=strict))
    prepared(stage)
    by_hand = stage.account.add_custom_field("Cost centre", "String", isRequired=True)
    stage.sync()
    job = stage.opened(note="hello")

    assert "Cost centre" in (stage.result(job).reason or "")
    assert len(stage.openings()) == 1
    if not strict:
        assert stage.told(job) == "created: REQUIRED_FIELDS"
        assert stage.state(job) == "Approved"
        return
    assert stage.told(job) == "held: REQUIRED_FIELDS, NOT_APPROVED"
    assert (stage.state(job), stage.value(job, "Note")) == ("Draft", "hello")

    stage.account.set_opening_field(stage.opening(job)["id"], "Cost centre", "CC-1")
    assert by_hand in stage.account.custom_fields
    stage.sync()
    assert stage.state(job) == "Approved"
    assert stage.told(job) == "updated"
    stage.sync_quietly()


def test_a_recruiter_s_own_draft_stays_one(stage: Stage) -> None:
    prepared(stage).sync()
    stage.account.require_custom_field(stage.account.field_id("Note"))
    named = stage.account.add_opening("ENG-1", "Draft")
    linked = stage.account.add_opening("ENG-2", "Draft")
    first, second = stage.job(req="ENG-1", note="a"), stage.job(req="ENG-2", note="b")
    stage.account.set_opening_field(linked, LINK, second)
    stage.sync()

    assert [stage.account.opening(id_)["openingState"] for id_ in (named, linked)] == ["Draft"] * 2
    assert (len(stage.openings(first)), len(stage.openings(second))) == (1, 1)
    stage.sync_quietly()


def test_a_draft_that_a_recruiter_opened_meanwhile_is_left_open(stage: Stage) -> None:
    prepared(stage).sync()
    stage.account.require_custom_field(stage.account.field_id("Note"))
    job = stage.job(note="hello")
    stage.fault("/opening.setOpeningState", "status", status=500, times=9)
    stage.sync()
    stage.deployment.ashby.faults.clear()
    stage.account.set_state(stage.opening(job)["id"], "Open")
    stage.later()
    stage.sync()

    assert (stage.state(job), stage.value(job, STATUS)) == ("Open", "Active")
    stage.sync_quietly()


# Lists that lag.


@pytest.mark.parametrize("seconds", [20, 90])
def test_full_syncs_under_lag_make_one_opening_and_write_once(stage: Stage, seconds: int) -> None:
    prepared(stage)
    stage.account.lag_lists(seconds)
    job = stage.opened(note="hello", req="ENG-1", reason="A", many=["A", "B"], seat=0.5)
    fields = len(stage.account.custom_fields)
    for _ in range(3):
        stage.deployment.forget_calls()
        stage.sync(full=True)
        assert stage.deployment.writes() == []
        assert stage.told(job) == "unchanged"
    stage.deployment.ashby.advance(seconds)
    stage.sync(full=True)

    assert identifiers(stage) == ["ENG-1"]
    assert len(stage.account.custom_fields) == fields
    assert stage.told(job) == "unchanged"
    stage.sync_quietly()


def test_edits_under_lag_do_not_flap_and_are_no_other_form(stage: Stage) -> None:
    prepared(stage)
    job = stage.opened(note="one")
    stage.account.lag_lists(40)
    for number, note in enumerate(["two", "three", "two"]):
        stage.edit(job, note=note, title=f"Title {number}")
        stage.sync()
        assert stage.told(job) == "updated"
        for full in (False, True):
            stage.deployment.forget_calls()
            stage.sync(**({"full": True} if full else {}))
            assert stage.deployment.writes() == []
            assert stage.told(job) == "unchanged"
        stage.deployment.ashby.advance(15)
    stage.deployment.ashby.advance(60)
    stage.sync()
    assert (stage.value(job, "Note"), stage.told(job)) == ("two", "unchanged")


def test_closing_and_reopening_under_lag_does_not_look_like_a_recruiter_s(stage: Stage) -> None:
    job = stage.opened()
    stage.account.lag_lists(40)
    for status, state in [("Passive", "Closed"), ("Active", "Approved"), ("Passive", "Closed")]:
        stage.edit(job, recruit=status)
        stage.sync()
        assert stage.state(job) == state
        stage.sync(full=True)
        assert stage.state(job) == state
        stage.deployment.ashby.advance(10)


def test_what_a_recruiter_changes_right_after_a_write_is_seen_and_not_lost(stage: Stage) -> None:
    job = stage.opened("Engineer")
    stage.account.edit_opening(stage.opening(job)["id"], description="By hand")
    stage.sync()

    assert stage.says(job)["description"] == "Engineer"
    stage.sync_quietly()


@pytest.mark.parametrize("kind", ["lost", "late", "timeout"])
def test_a_create_whose_answer_was_lost_under_lag_is_looked_for_again_later(
    stage: Stage, kind: Any
) -> None:
    stage.sync()
    stage.account.lag_lists(20)
    job = stage.job(req="ENG-1")
    stage.fault("/opening.create", kind)
    stage.sync()
    assert stage.told(job) == "failed: LOOKED_FOR"
    assert len(stage.calls("opening.create")) == 1

    stage.deployment.ashby.advance(30)
    stage.later()
    stage.sync()
    assert identifiers(stage) == ["ENG-1"]
    assert stage.told(job) == ("created" if kind == "timeout" else "adopted")
    stage.deployment.ashby.advance(30)
    stage.sync_quietly()


@pytest.mark.parametrize("kind", ["lost", "timeout"])
def test_a_field_whose_answer_was_lost_under_lag_is_not_made_twice(stage: Stage, kind: Any) -> None:
    prepared(stage)
    stage.account.lag_lists(20)
    job = stage.job(note="hello")
    stage.fault("/customField.create", kind, skip=3)
    for _ in range(3):
        stage.sync()
    stage.deployment.ashby.advance(30)
    stage.later()
    stage.sync()

    titles = [one.title for one in stage.account.custom_fields.values()]
    assert sorted(titles) == sorted(set(titles))
    assert stage.value(job, "Note") == "hello"


# Refused fields, names, answers.


@pytest.mark.parametrize(
    ("endpoint", "title"),
    [
        ("customField.create", "Note"),
        ("customField.create", "Reason"),
        ("customField.updateSelectableValues", "Reason"),
    ],
)
def test_a_refused_field_is_that_field_s_trouble(stage: Stage, endpoint: Any, title: str) -> None:
    prepared(stage)
    if endpoint != "customField.create":
        stage.sync()
        stage.org.edit_field("reason", values=[("A", "Aa"), ("B", "Bb"), ("C", "Cc")])
    stage.account.refuse_field(endpoint, title, "invalid_input")
    closing = stage.job(recruit="Active", note="x")
    stage.sync()
    stage.edit(closing, recruit="Passive")
    job = stage.opened(note="hello", reason="B", seat=2)

    code = {"Note": "note", "Reason": "reason"}[title]
    refused = stage.deployment.result(f"field:{code}")
    assert (refused.outcome, codes(refused.notes)) == ("held", ["FIELD_REFUSED"])
    assert title in (refused.reason or "")
    assert stage.state(closing) == "Closed"
    assert stage.value(job, "Seat") == 2
    if title == "Reason":
        assert stage.value(job, "Note") == "hello"

    stage.account.accept_field(title)
    stage.sync()
    assert (stage.value(job, "Note"), stage.value(job, "Reason")) == ("hello", "B")
    assert stage.deployment.memory().results.all().keys() == {
        key for key in stage.deployment.memory().results.all() if key.kind.has_task
    }
    stage.sync_quietly()


def test_a_missing_permission_for_fields_keeps_no_job_away(stage: Stage) -> None:
    stage.sync()
    prepared(stage)
    stage.account.withdraw_permission("hiringProcessMetadataWrite")
    job = stage.opened(note="hello")

    assert stage.told(job) == "created"
    refused = stage.deployment.result("field:note")
    assert "Hiring Process Metadata, Write (hiringProcessMetadataWrite)" in (refused.reason or "")


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("eng-1", "ENG-1"),
        ("ENG-2 ", "ENG-2"),
        (" ENG  3", "ENG 3"),
        ("ENG\u00a04", "eng 4"),
        ("Bu\u0308ro-5", "B\u00fcro-5"),
    ],
)
def test_an_opening_of_the_same_identifier_is_adopted_however_it_is_written(
    stage: Stage, named: str, code: str
) -> None:
    opening = stage.account.add_opening(named, "Open")
    job = stage.opened(req=code)

    assert [one["id"] for one in stage.openings()] == [opening]
    assert stage.told(job) == "adopted"
    assert stage.says(job)["identifier"].strip() == code
    stage.sync_quietly()


def test_two_openings_whose_identifiers_mean_the_same_are_held(stage: Stage) -> None:
    stage.account.add_opening("eng-1", "Open")
    stage.account.add_opening("ENG-1 ", "Open")
    job = stage.opened(req="ENG-1")

    assert stage.told(job) == "held: NAMESAKES"


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("M\u00fcnchen", "Mu\u0308nchen"),
        ("Mu\u0308nchen", "M\u00dcNCHEN"),
        ("New York", "New\u00a0York"),
        ("New  York", "new york"),
        ("R & D", " R\u2009&\tD "),
    ],
)
def test_departments_and_locations_are_found_however_they_are_written(
    stage: Stage, there: str, here: str
) -> None:
    department, location = stage.account.add_department(there), stage.account.add_location(there)
    job = stage.opened(department__name=here, location__name=here)

    assert stage.told(job) == "created"
    assert (stage.says(job)["teamId"], stage.says(job)["locationIds"]) == (department, [location])


ALTERED: list[tuple[str, Any, dict[str, Any], str]] = [
    ("Many", without_option("B"), {"many": ["A", "B"]}, "a list of 2 was sent, a list of 1"),
    ("Many", dropped, {"many": ["A", "B"]}, "a list of 2 was sent, nothing"),
    ("Note", truncated(3), {"note": "hello"}, "a text of 5 characters was sent, a text of 3"),
    ("Seat", rounded(0), {"seat": 2.75}, "a number was sent, a number"),
    ("Reason", dropped, {"reason": "A"}, "a text of 1 characters was sent, nothing"),
]


@pytest.mark.parametrize("echoes", [False, True])
@pytest.mark.parametrize(("target", "how", "values", "said"), ALTERED)
def test_what_ashby_stores_otherwise_is_said_and_not_written_for_ever(
    stage: Stage, target: str, how: Any, values: dict[str, Any], said: str, echoes: bool
) -> None:
    prepared(stage).sync()
    stage.account.store_differently(target, how, echoes=echoes)
    job = stage.job(**values)
    for _ in range(3):
        stage.sync()
        stage.sync(full=True)
    reason = stage.result(job).reason or ""

    assert said in reason
    assert reason.count(f"stores {target} in another form") == 1
    assert "hello" not in reason
    assert "2.75" not in reason
    stage.deployment.forget_calls()
    stage.sync()
    assert stage.deployment.writes() == []

    stage.account.store_as_sent(target)
    code = next(iter(values))
    stage.edit(job, **{code: {"many": ["B"], "note": "bye", "seat": 4, "reason": "B"}[code]})
    stage.sync()
    assert stage.told(job) == "updated"
    stage.sync_quietly()


def test_a_title_that_ashby_stores_otherwise_is_said(stage: Stage) -> None:
    job = stage.opened("Engineer")
    stage.account.store_differently("description", truncated(4))
    stage.edit(job, title="Architect")
    stage.sync()

    assert stage.told(job) == "updated: STORED_OTHERWISE"
    assert "stores title in another form" in (stage.result(job).reason or "")


# Recruiters' closes.


@pytest.mark.parametrize("name", ["Hired", " hIRED  "])
def test_a_close_with_a_named_reason_counts_as_filled(stage: Stage, name: str) -> None:
    stage.configure(f'filled_close_reasons = ["Filled elsewhere", "{name}"]')
    stage.account.add_close_reason("Hired")
    stage.account.add_close_reason("On hold")
    job, other = stage.job(), stage.job()
    stage.sync()
    stage.account.close_opening(stage.opening(job)["id"], "Hired")
    stage.account.close_opening(stage.opening(other)["id"], "On hold")
    stage.sync()

    assert stage.told(job) == "skipped: CLOSED_AS_FILLED"
    assert stage.told(other) == "skipped: CLOSED_BY_RECRUITER"
    stage.edit(job, recruit="Passive")
    stage.sync()
    assert stage.told(job) == "skipped: CLOSED_AS_FILLED"


def test_the_sync_s_own_close_is_none_that_fills(stage: Stage) -> None:
    stage.configure('close_reason = "Hired"\nfilled_close_reasons = ["Hired"]')
    stage.account.add_close_reason("Hired")
    job = stage.opened()
    stage.edit(job, recruit="Passive")
    stage.sync()
    stage.edit(job, recruit="Active")
    stage.sync()

    assert (stage.state(job), stage.told(job)) == ("Approved", "reopened")


def test_the_advice_after_a_recruiter_s_close_works(stage: Stage) -> None:
    job = stage.opened()
    stage.account.close_opening(stage.opening(job)["id"])
    for status in ("Active", "Passive", "Active"):
        stage.edit(job, recruit=status)
        stage.sync()
    assert "reopen it in Ashby" in (stage.result(job).reason or "")
    assert "recruiting status" not in (stage.result(job).reason or "")

    stage.account.set_state(stage.opening(job)["id"], "Open")
    stage.sync()
    assert stage.told(job) == "unchanged"


# Permissions by name.

FORMS = ["info", "strings", "messages", "coded"]
NEEDED = {
    "jobsRead": "Jobs, Read",
    "jobsWrite": "Jobs, Write",
    "candidatesWrite": "Candidates, Write",
    "organizationRead": "Organization, Read",
    "hiringProcessMetadataRead": "Hiring Process Metadata, Read",
    "candidatesRead": "Candidates, Read",
    "offersRead": "Offers, Read",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_permission_is_named(
    tmp_path: Path, redis_url: str, name: str, form: Any
) -> None:
    stage = make_stage(tmp_path, redis_url, ashby=AshbyOddities(denial_form=form))
    stage.sync()
    stage.account.withdraw_permission(name)
    job = stage.job()
    sync = stage.sync()

    said = [*sync.problems]
    if name.endswith("Write"):
        said += stage.result(job).notes
    assert codes(said) == ["NO_PERMISSION"]
    assert f"{NEEDED[name]} ({name})" in str(said[0])


def test_the_answer_of_a_success_that_is_a_refusal_names_it_too(stage: Stage) -> None:
    stage.sync()
    job = stage.job()
    body = {"success": False, "errors": [{"message": "missing_endpoint_permission"}]}
    fault = Fault("/opening.create", "status", status=200, body=body)
    stage.deployment.ashby.faults.append(fault)
    stage.sync()

    assert "Jobs, Write (jobsWrite)" in (stage.result(job).reason or "")


# Values.


@pytest.mark.parametrize(
    ("value", "unfit"),
    [(10**30, True), (10**310, True), ("1_000", True), (2**53, True), (2**53 - 1, False)],
)
def test_a_number_that_ashby_cannot_hold_is_said(stage: Stage, value: Any, unfit: bool) -> None:
    prepared(stage)
    job = stage.opened(seat=value, note="hello")

    assert stage.value(job, "Note") == "hello"
    assert stage.told(job) == ("created: UNMAPPABLE" if unfit else "created")


def test_a_changed_department_is_told_by_name(stage: Stage) -> None:
    stage.account.add_department("Sales")
    job = stage.opened()
    stage.edit(job, department__name="Sales")
    stage.sync()

    latest = stage.deployment.memory().results.history(job_key(job))[0]
    (change,) = latest.result.changes
    assert (change.what, change.before, change.after) == ("department", "Engineering", "Sales")


# What an update does not take.


def test_an_update_that_takes_no_null_keeps_the_old_value_and_writes_all_else(
    tmp_path: Path, redis_url: str
) -> None:
    stage = make_stage(tmp_path, redis_url, ashby=AshbyOddities(null_updates=False))
    stage.account.add_location("Rome")
    job = stage.job(startDatePlanned="2027-01-10")
    stage.sync()
    stage.edit(
        job, title="Edited", department__name=None, startDatePlanned=None, location__name="Rome"
    )
    stage.sync()

    assert stage.told(job) == "updated: CANNOT_CLEAR"
    assert "department, target start date" in (stage.result(job).reason or "")
    assert stage.says(job)["description"] == "Edited"
    assert stage.says(job)["locationIds"] != [stage.location]
    assert stage.says(job)["teamId"] == stage.department
    stage.sync_quietly()

    stage.edit(job, department__name="Engineering", startDatePlanned="2027-02-10")
    stage.sync()
    assert stage.told(job) == "updated"
    assert stage.says(job)["targetStartDate"] == "2027-02-10"
    stage.edit(job, startDatePlanned=None)
    stage.sync()
    assert stage.told(job) == "updated: CANNOT_CLEAR"
    stage.sync_quietly()


def test_one_attribute_that_an_update_does_not_take_keeps_no_other_away(
    tmp_path: Path, redis_url: str
) -> None:
    stage = make_stage(tmp_path, redis_url, ashby=AshbyOddities(title_limit=20))
    job = stage.job()
    stage.sync()
    stage.edit(job, title="x" * 30, employment="PART", startDatePlanned="2027-01-10")
    stage.sync()

    assert stage.told(job) == "failed: REJECTED"
    assert stage.says(job)["employmentType"] == "PartTime"
    assert stage.says(job)["targetStartDate"] == "2027-01-10"
    assert stage.says(job)["description"] == "Engineer"
    stage.edit(job, title="Shorter")
    stage.sync()
    assert stage.told(job) == "updated"


def history(stage: Stage, job: str) -> set[str]:
    """What the last sync that did something for the job says that it changed."""
    latest = stage.deployment.memory().results.history(job_key(job))[0]
    return {change.what for change in latest.result.changes}


def test_a_refused_attribute_keeps_neither_places_nor_empty_values_nor_notes_away(
    tmp_path: Path, redis_url: str
) -> None:
    oddities = AshbyOddities(title_limit=20, null_updates=False, null_clears=True)
    stage = make_stage(tmp_path, redis_url, ashby=oddities)
    prepared(stage)
    rome = stage.account.add_location("Rome")
    job = stage.opened(note="hello", startDatePlanned="2027-01-10")
    stage.edit(job, title="x" * 30, location__name="Rome", note=None, startDatePlanned=None)
    stage.sync()

    assert stage.told(job) == "failed: REJECTED, CANNOT_CLEAR"
    assert "at most 20 characters" in stage.detail(job)
    assert stage.says(job)["locationIds"] == [rome]
    assert stage.value(job, "Note") is None
    assert history(stage, job) == {"location", "Note"}
    stage.edit(job, title="Shorter")
    stage.sync()
    assert stage.told(job) == "updated: CANNOT_CLEAR"
    assert history(stage, job) == {"title"}


def test_a_refused_location_leaves_the_old_one_and_keeps_nothing_else_away(
    tmp_path: Path, redis_url: str
) -> None:
    stage = make_stage(tmp_path, redis_url)
    prepared(stage)
    stage.account.add_location("Rome")
    job = stage.opened(note="hello")
    stage.fault("/opening.addLocation", "error", code="invalid_input", times=1)
    stage.edit(job, location__name="Rome", note=None)
    stage.sync()

    assert stage.told(job) == "failed: REJECTED"
    assert stage.says(job)["locationIds"] == [stage.location]
    assert stage.value(job, "Note") is None
    assert history(stage, job) == {"Note"}
    stage.sync()
    assert stage.told(job) == "updated"


def test_a_draft_whose_title_is_refused_is_approved(tmp_path: Path, redis_url: str) -> None:
    stage = make_stage(
        tmp_path,
        redis_url,
        ashby=AshbyOddities(create_beyond_draft="refused", title_limit=20),
    )
    job = stage.job()
    stage.fault("/opening.setOpeningState", "status", status=503, times=9)
    stage.sync()
    assert stage.state(job) == "Draft"
    stage.deployment.ashby.faults.clear()
    stage.later()
    stage.edit(job, title="x" * 30)
    stage.sync()

    assert stage.told(job) == "failed: REJECTED"
    assert (stage.state(job), stage.value(job, STATUS)) == ("Approved", "Active")


@pytest.mark.parametrize(
    ("code", "told"),
    [("invalid_input", "updated: CANNOT_CLEAR"), ("opening_locked", "failed: REJECTED")],
)
@pytest.mark.parametrize(
    ("path", "emptied"), [("opening.update", "startDatePlanned"), ("customField.setValues", "note")]
)
def test_only_the_refusal_of_an_input_says_that_null_is_not_taken(
    tmp_path: Path, redis_url: str, path: str, emptied: str, code: str, told: str
) -> None:
    stage = prepared(make_stage(tmp_path, redis_url))
    job = stage.opened(note="hello", startDatePlanned="2027-01-10")
    stage.edit(job, **{emptied: None})
    fault = stage.fault(f"/{path}", "error", code=code, times=9)
    stage.sync()

    assert stage.told(job) == told
    assert history(stage, job) == set()
    fault.times = 0
    stage.sync()
    assert stage.told(job) == ("updated" if "failed" in told else "unchanged: CANNOT_CLEAR")


def test_a_refused_employment_type_keeps_no_other_attribute_away(
    tmp_path: Path, redis_url: str
) -> None:
    def no_interns(value: str) -> str:
        if value == "Intern":
            raise Rejected("invalid_input", "employmentType: not in use")
        return value

    stage = make_stage(tmp_path, redis_url, ashby=AshbyOddities(update_defaults=True))
    job = stage.opened(employment="PART", backfill=True)
    stage.account.store_differently("employmentType", no_interns)
    stage.edit(job, title="Edited", employment="INTERN", startDatePlanned="2027-01-10")
    stage.sync()

    version = stage.says(job)
    assert (version["description"], version["targetStartDate"]) == ("Edited", "2027-01-10")
    assert (version["employmentType"], version["isBackfill"]) == ("PartTime", True)
    assert stage.told(job) == "failed: REJECTED"
    assert history(stage, job) == {"title", "target start date"}


# States that are answered with success and not set


def test_an_opening_that_stays_open_is_not_called_closed(stage: Stage) -> None:
    job = stage.opened()
    stage.account.store_differently("openingState", lambda _: "Approved")
    stage.edit(job, recruit="Passive")
    for _ in range(2):
        stage.sync()
        assert stage.told(job) == "held: NOT_ACTIVE, STATE_NOT_SET"
        assert history(stage, job) == {"recruiting status"}
        stage.later()

    stage.account.store_as_sent("openingState")
    stage.sync()
    assert (stage.told(job), stage.state(job)) == ("closed: NOT_ACTIVE", "Closed")
    stage.sync_quietly()


def test_an_opening_that_stays_closed_is_not_taken_for_a_recruiters(stage: Stage) -> None:
    job = stage.opened()
    stage.edit(job, recruit="Passive")
    stage.sync()
    stage.account.store_differently("openingState", lambda _: "Closed")
    stage.edit(job, recruit="Active", title="Architect")
    for _ in range(2):
        stage.sync()
        assert stage.told(job) == "held: STATE_NOT_SET"
        assert (stage.value(job, STATUS), stage.says(job)["description"]) == ("Passive", "Engineer")
        assert history(stage, job) == set()
        stage.later()

    stage.account.store_as_sent("openingState")
    stage.sync()
    assert (stage.told(job), stage.state(job)) == ("reopened", "Approved")
    assert (stage.value(job, STATUS), stage.says(job)["description"]) == ("Active", "Architect")
    assert history(stage, job) == {STATUS, "title", "state"}
    stage.sync_quietly()


def test_a_draft_that_stays_one_is_not_called_approved(stage: Stage) -> None:
    prepared(stage).sync()
    stage.account.require_custom_field(stage.account.field_id("Note"))
    stage.account.store_differently("openingState", lambda _: "Draft")
    job = stage.job(note="hello")
    for made in (set(), {"title"}):
        stage.sync()
        assert stage.told(job) == "held: NOT_APPROVED"
        assert (stage.state(job), stage.value(job, STATUS)) == ("Draft", "Draft")
        assert history(stage, job) == made
        stage.edit(job, title="Architect")
        stage.later()

    stage.account.store_as_sent("openingState")
    stage.sync()
    assert (stage.told(job), stage.state(job)) == ("updated", "Approved")
    assert stage.value(job, STATUS) == "Active"
    stage.sync_quietly()


# Another Unicode form


def test_a_text_that_ashby_composes_is_not_called_stored_otherwise(stage: Stage) -> None:
    def composed(text: str) -> str:
        return unicodedata.normalize("NFC", text)

    prepared(stage).sync()
    for target in ("Note", "description", "identifier"):
        stage.account.store_differently(target, composed)
    job = stage.opened(title="Inge\u0301nieur", note="he\u0301", req="E\u0301-1")
    assert stage.told(job) == "created"
    assert stage.value(job, "Note") == "h\u00e9"
    for _ in range(2):
        stage.later()
        stage.sync()
        assert stage.told(job) in ("updated", "unchanged")
    stage.sync_quietly()
