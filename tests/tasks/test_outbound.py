"""A job becomes an opening and stays in step with it: every sentence, under both readings."""

from typing import Any

import pytest

from tests.tasks.stage import LINK, STATUS, Stage

# A job becomes an opening.


def test_an_open_job_that_is_active_becomes_one_opening_with_all_it_says(stage: Stage) -> None:
    job = stage.job(
        "Senior Engineer",
        req="ENG-7",
        employment="PART",
        backfill=True,
        startDatePlanned="2026-12-01",
        startDate="2027-01-01",
    )
    stage.sync()

    (opening,) = stage.openings()
    version = opening["latestVersion"]
    assert opening["openingState"] == "Approved"
    assert opening["isArchived"] is False
    assert version["identifier"] == "ENG-7"
    assert version["description"] == "Senior Engineer"
    assert version["teamId"] == stage.department
    assert version["locationIds"] == [stage.location]
    assert version["employmentType"] == "PartTime"
    assert version["targetStartDate"][:10] == "2026-12-01"
    assert version["isBackfill"] is True
    assert stage.field(opening, LINK) == job
    assert stage.field(opening, STATUS) == "Active"
    assert stage.told(job) == "created"


def test_a_job_that_says_little_becomes_an_opening_that_says_little(stage: Stage) -> None:
    job = stage.opened(department__name=None, location__name=None, employment=None)

    version = stage.says(job)
    assert version["identifier"] == job
    assert version.get("teamId") is None
    assert version["locationIds"] == []
    assert version["employmentType"] == "FullTime"
    assert version.get("targetStartDate") is None
    assert version["isBackfill"] is False


def test_a_new_opening_costs_two_writes_and_the_second_carries_the_link(stage: Stage) -> None:
    stage.sync()
    stage.deployment.forget_calls()
    job = stage.opened()

    assert stage.written() == ["opening.create", "customField.setValues"]
    values = stage.calls("customField.setValues")[0].body["values"]
    assert values[0]["fieldValue"] == job


@pytest.mark.parametrize("status", ["Passive", "Inactive", "Closed", "Offer", "Pending", None])
def test_a_job_that_is_not_active_gets_no_opening(stage: Stage, status: str | None) -> None:
    job = stage.opened(recruit=status)

    assert stage.openings() == []
    assert stage.result(job).outcome == "skipped"


def test_a_job_that_was_planned_for_later_starts_on_its_start_date(stage: Stage) -> None:
    job = stage.opened(startDate="2027-01-01")

    assert stage.says(job)["targetStartDate"][:10] == "2027-01-01"


EMPLOYMENT = {
    "FULL": "FullTime", "PART": "PartTime", "TEMP": "Temporary", "CONTRACT": "Contract",
    "INTERN": "Intern", "EXPAT": "FullTime",
}  # fmt: skip


def test_every_employment_arrives(stage: Stage) -> None:
    jobs = {stage.job(employment=code): there for code, there in EMPLOYMENT.items()}
    stage.sync()

    for job, there in jobs.items():
        assert stage.says(job)["employmentType"] == there


TITLES = [
    "Rocket engineer 🚀👩🏽‍🚀", "مهندس برمجيات أول", "<b>Engineer</b> & <i>friends</i>",
    "\"Head\" of 'Things' \\ {x} %s", "Geschäftsführerin für Qualität", "x" * 160, "a\tb",
]  # fmt: skip


def test_titles_arrive_unharmed(stage: Stage) -> None:
    jobs = {stage.job(title): title for title in TITLES}
    stage.sync()

    for job, title in jobs.items():
        assert stage.says(job)["description"] == title
    stage.sync_quietly()


def test_a_title_of_300_characters_arrives_unharmed_or_is_refused_with_a_reason(
    stage: Stage,
) -> None:
    job, other = stage.job("x" * 300), stage.job()
    stage.sync()

    assert len(stage.openings(other)) == 1
    if stage.deployment.ashby.oddities.title_limit is None:
        assert stage.says(job)["description"] == "x" * 300
    else:
        assert stage.openings(job) == []
        assert stage.told(job) == "failed: REJECTED"
        assert "description: at most 255 characters" in stage.detail(job)


@pytest.mark.parametrize("title", ["", "   "])
def test_a_job_without_a_title_is_held(stage: Stage, title: str) -> None:
    job = stage.opened(title)

    assert stage.openings() == []
    assert stage.told(job) == "held: NO_TITLE"

    stage.edit(job, title="Engineer")
    stage.sync()
    assert stage.told(job) == "created"


def test_a_title_that_was_cut_in_the_middle_of_an_emoji_does_not_stop_the_others(
    stage: Stage,
) -> None:
    job, other = stage.job("Rocket \ud83d"), stage.job()
    stage.sync()

    assert stage.says(job)["description"] == "Rocket \ufffd"
    assert stage.told(other) == "created"
    stage.sync_quietly()


@pytest.mark.parametrize("date", ["soon", "2026-02-30"])
def test_a_date_that_is_none_is_left_out_and_told(stage: Stage, date: str) -> None:
    job = stage.opened(startDate=date)

    assert stage.says(job).get("targetStartDate") is None
    assert stage.told(job) == "created: NO_DATE"
    stage.sync_quietly()
    assert stage.told(job) == "unchanged: NO_DATE"


# Identifiers.


def test_two_jobs_that_share_a_requisition_code_are_called_by_their_ids(stage: Stage) -> None:
    one, two, alone = stage.job(req="ENG-1"), stage.job(req="ENG-1"), stage.job(req="ENG-2")
    stage.sync()

    assert stage.says(one)["identifier"] == one
    assert stage.says(two)["identifier"] == two
    assert stage.says(alone)["identifier"] == "ENG-2"
    stage.sync_quietly()


def test_a_code_that_is_shared_later_is_given_up_by_both(stage: Stage) -> None:
    one = stage.job(req="ENG-1")
    stage.sync()
    two = stage.job(req="ENG-1")
    stage.sync()

    assert [stage.says(job)["identifier"] for job in (one, two)] == [one, two]

    stage.org.delete_job(two)
    stage.sync()
    assert stage.says(one)["identifier"] == "ENG-1"
    stage.sync_quietly()


# What Ashby does not have, or has twice.


def test_an_unknown_department_does_not_stop_the_job_and_is_filled_in_by_itself(
    stage: Stage,
) -> None:
    job = stage.opened(department__name="Robotics", location__name="Mars")

    assert stage.says(job).get("teamId") is None
    assert stage.says(job)["locationIds"] == []
    assert stage.told(job) == "created: NO_DEPARTMENT, NO_LOCATION"
    assert "Robotics" in (stage.result(job).reason or "")
    stage.sync_quietly()

    robotics = stage.account.add_department("robotics ")
    mars = stage.account.add_location("MARS")
    stage.sync()
    assert stage.says(job)["teamId"] == robotics
    assert stage.says(job)["locationIds"] == [mars]
    assert stage.told(job) == "updated"
    stage.sync_quietly()


def test_of_two_departments_of_a_name_none_is_taken(stage: Stage) -> None:
    stage.account.add_department(" ENGINEERING")
    stage.account.add_location("berlin")
    job = stage.opened()

    assert stage.says(job).get("teamId") is None
    assert stage.says(job)["locationIds"] == []
    assert stage.told(job) == "created: TWO_DEPARTMENTS, TWO_LOCATIONS"


def test_archived_departments_and_locations_do_not_count(stage: Stage) -> None:
    stage.account.add_department("Engineering", archived=True)
    stage.account.add_location("Berlin", archived=True)
    job = stage.opened()

    assert stage.says(job)["teamId"] == stage.department
    assert stage.says(job)["locationIds"] == [stage.location]


# Edits.


def test_an_edit_in_chart_hop_updates_the_opening(stage: Stage) -> None:
    job = stage.job(req="ENG-1", startDatePlanned="2026-12-01")
    design = stage.account.add_department("Design")
    stage.sync()
    stage.edit(
        job, title="Lead", req="ENG-9", department__name="Design", employment="CONTRACT",
        startDatePlanned="2027-03-01", backfill=True,
    )  # fmt: skip
    stage.deployment.forget_calls()
    stage.sync()

    version = stage.says(job)
    assert (version["description"], version["identifier"]) == ("Lead", "ENG-9")
    assert (version["teamId"], version["employmentType"]) == (design, "Contract")
    assert (version["targetStartDate"][:10], version["isBackfill"]) == ("2027-03-01", True)
    assert stage.written() == ["opening.update"]
    assert stage.told(job) == "updated"
    stage.sync_quietly()


def test_what_was_emptied_in_chart_hop_is_emptied_in_ashby(stage: Stage) -> None:
    job = stage.opened(startDatePlanned="2026-12-01", req="ENG-1")
    stage.edit(
        job, department__name=None, location__name=None, startDatePlanned=None, employment=None,
        req=None,
    )  # fmt: skip
    stage.sync()

    version = stage.says(job)
    assert version.get("teamId") is None
    assert version.get("targetStartDate") is None
    assert version["locationIds"] == []
    assert version["identifier"] == job
    stage.sync_quietly()


def test_a_moved_job_changes_its_location(stage: Stage) -> None:
    rome = stage.account.add_location("Rome")
    job = stage.opened()
    stage.edit(job, location__name="Rome")
    stage.deployment.forget_calls()
    stage.sync()

    assert stage.says(job)["locationIds"] == [rome]
    assert stage.written() == ["opening.addLocation", "opening.removeLocation"]
    stage.sync_quietly()


RECRUITERS_EDITS: list[tuple[str, dict[str, Any]]] = [
    ("identifier", {"identifier": "MINE-1"}),
    ("title", {"description": "My title"}),
    ("no title", {"description": None}),
    ("department", {"teamId": None}),
    ("locations", {"locationIds": []}),
    ("employment", {"employmentType": "Intern"}),
    ("start", {"targetStartDate": "2030-01-01"}),
    ("no start", {"targetStartDate": None}),
    ("backfill", {"isBackfill": True}),
]


@pytest.mark.parametrize(
    "edit", [case[1] for case in RECRUITERS_EDITS], ids=[case[0] for case in RECRUITERS_EDITS]
)
def test_an_edit_of_what_chart_hop_owns_is_put_right(stage: Stage, edit: dict[str, Any]) -> None:
    job = stage.opened(req="ENG-1", startDatePlanned="2026-12-01")
    before = stage.says(job)
    stage.account.edit_opening(stage.opening(job)["id"], **edit)
    stage.sync()

    after = stage.says(job)
    for name in (*edit, "identifier", "description"):
        assert after[name] == before[name]
    assert stage.told(job) == "updated"
    stage.sync_quietly()


def test_a_status_that_a_recruiter_typed_is_put_right(stage: Stage) -> None:
    job = stage.opened()
    stage.account.set_opening_field(stage.opening(job)["id"], STATUS, "Passive")
    stage.sync()

    assert stage.value(job, STATUS) == "Active"
    assert stage.state(job) == "Approved"
    stage.sync_quietly()


def test_a_link_that_a_recruiter_cleared_is_found_again_by_the_identifier(stage: Stage) -> None:
    job = stage.opened(req="ENG-1")
    (opening,) = stage.openings()
    stage.account.set_opening_field(opening["id"], LINK, None)
    stage.sync()

    assert stage.opening(job)["id"] == opening["id"]
    assert stage.told(job) == "adopted"
    assert len(stage.openings()) == 1


def test_what_the_recruiter_owns_is_left_alone(stage: Stage) -> None:
    job = stage.opened()
    opening_id = stage.opening(job)["id"]
    ashby_job = stage.account.add_job("Backend Engineer")
    stage.account.edit_opening(opening_id, jobIds=[ashby_job], targetHireDate="2026-11-30")
    stage.account.set_state(opening_id, "Open")
    stage.sync_quietly()
    stage.edit(job, title="Lead")
    stage.sync()

    assert stage.state(job) == "Open"
    assert stage.says(job)["jobIds"] == [ashby_job]
    assert stage.says(job)["targetHireDate"][:10] == "2026-11-30"


def test_no_job_is_ever_made_or_linked_in_ashby(stage: Stage) -> None:
    stage.job()
    stage.sync()

    assert stage.account.jobs == {}
    assert not [call for call in stage.deployment.ashby.calls if "job" in call.path.lower()]
