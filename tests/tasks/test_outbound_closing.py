"""When an opening is closed, reopened or left alone."""

from typing import Any

import pytest

from tests.tasks.stage import STATUS, Stage


@pytest.mark.parametrize("status", ["Passive", "Inactive", "Closed"])
def test_a_status_that_ends_recruiting_closes_the_opening(stage: Stage, status: str) -> None:
    job = stage.opened()
    stage.edit(job, recruit=status)
    stage.sync()

    opening = stage.opening(job)
    assert opening["openingState"] == "Closed"
    assert opening["closeReasonId"] == stage.reason
    assert stage.field(opening, STATUS) == status
    assert stage.told(job) == "closed: NOT_ACTIVE"
    stage.sync_quietly()
    assert stage.told(job) == "skipped: NOT_ACTIVE"


@pytest.mark.parametrize("why", ["none has that name", "it is archived"])
def test_without_the_named_reason_the_first_one_is_taken(stage: Stage, why: str) -> None:
    if why == "none has that name":
        stage.configure('close_reason = "No such reason"')
    else:
        stage.account.close_reasons[stage.reason].archived = True
    job = stage.opened()
    stage.edit(job, recruit="Passive")
    stage.sync()

    chosen = stage.opening(job)["closeReasonId"]
    assert stage.account.close_reasons[chosen].name == "Cancelled"


def test_where_there_is_no_reason_none_is_given(stage: Stage) -> None:
    stage.account.close_reasons.clear()
    job = stage.opened()
    stage.edit(job, recruit="Passive")
    stage.sync()

    if stage.deployment.ashby.oddities.close_needs_reason:
        assert stage.told(job) == "failed: REJECTED"
        assert "closeReasonId: is required" in stage.detail(job)
    else:
        assert stage.state(job) == "Closed"
        assert stage.opening(job).get("closeReasonId") is None


def test_close_reasons_that_cannot_be_read_keep_only_the_closing_waiting(stage: Stage) -> None:
    job = stage.opened()
    stage.edit(job, recruit="Passive")
    new = stage.job("New")
    fault = stage.fault("/closeReason.list", status=500, times=99)
    sync = stage.sync()

    assert [note.code for note in sync.problems] == ["UNREACHABLE"]
    assert stage.told(new) == "created"
    assert stage.state(job) == "Approved"
    assert stage.told(job) == "created"

    fault.times = 0
    stage.later()
    stage.sync()
    assert stage.told(job) == "closed: NOT_ACTIVE"


@pytest.mark.parametrize("is_remembered", [True, False])
@pytest.mark.parametrize("kind", ["status", "error"])
def test_close_reasons_that_cannot_be_read_change_nothing_where_some_of_them_mean_filled(
    stage: Stage, kind: str, is_remembered: bool
) -> None:
    stage.configure('filled_close_reasons = ["Hired"]')
    stage.account.add_close_reason("Hired")
    job = stage.opened()
    stage.account.close_opening(stage.opening(job)["id"], "Hired")
    stage.sync()
    if not is_remembered:
        stage.flush()
    filled = stage.opening(job)
    new, closing = stage.job("New"), stage.job("Closing", "Passive")
    fault = stage.fault("/closeReason.list", kind, status=500, code="odd", times=99)
    sync = stage.sync()

    assert [note.code for note in sync.problems] == [
        "UNREACHABLE" if kind == "status" else "REJECTED"
    ]
    assert stage.told(new) == "created"
    assert stage.told(closing) == "skipped: NOT_ACTIVE"
    known = "CLOSED_AS_FILLED" if is_remembered else "CLOSED_BY_RECRUITER"
    assert stage.told(job) == f"skipped: {known}"
    for status in ("Passive", "Active"):
        stage.edit(job, recruit=status)
        stage.later()
        stage.sync()
        assert stage.opening(job) == filled

    fault.times = 0
    stage.later()
    assert not stage.sync().problems
    assert stage.told(job) == "skipped: CLOSED_AS_FILLED"


def test_a_deleted_job_is_read_once_more_by_its_id_before_its_opening_is_closed(
    stage: Stage,
) -> None:
    job = stage.opened()
    stage.org.delete_job(job)
    stage.deployment.forget_calls()
    stage.sync()

    assert stage.state(job) == "Closed"
    assert stage.told(job) == "closed: NOT_OPEN"
    asked = [call for call in stage.deployment.calls() if call.path.endswith(f"/job/{job}")]
    assert [call.status for call in asked] == [404]
    stage.sync_quietly()


def test_a_job_that_is_filled_otherwise_closes_its_opening(stage: Stage) -> None:
    job, other = stage.job(), stage.job()
    stage.sync()
    stage.org.fill_job(job, stage.org.add_person("Ada", "Lovelace", workEmail="ada@example.com"))
    stage.sync()

    assert stage.state(job) == "Closed"
    assert stage.told(job) == "closed: NOT_OPEN"
    assert stage.state(other) == "Approved"
    stage.sync_quietly()


def test_a_job_that_is_missing_from_the_list_and_there_by_its_id_keeps_its_opening(
    stage: Stage,
) -> None:
    jobs = [stage.job(), stage.job()]
    stage.sync()
    before = stage.shown()

    def forget_first(answer: Any) -> Any:
        return {**answer, "data": [row for row in answer["data"] if row["id"] != jobs[0]]}

    stage.charthop_fault("/job$", "altered", times=9, alter=forget_first)
    stage.deployment.forget_calls()
    stage.sync()

    assert stage.deployment.writes() == []
    assert stage.shown() == before
    assert stage.told(jobs[0]) == "unchanged"


BAD_WEATHER: list[tuple[str, dict[str, Any]]] = [
    ("500", {"status": 500}),
    ("403", {"status": 403}),
    ("401", {"status": 401}),
    ("202", {"kind": "accepted"}),
    ("HTML", {"kind": "html200"}),
    ("no body", {"kind": "empty"}),
    ("a timeout", {"kind": "timeout"}),
]


@pytest.mark.parametrize(
    "trouble", [case[1] for case in BAD_WEATHER], ids=[c[0] for c in BAD_WEATHER]
)
@pytest.mark.parametrize("path", ["/job$", "/job/"], ids=["the list", "the one job"])
def test_a_job_that_cannot_be_read_closes_nothing(
    stage: Stage, path: str, trouble: dict[str, Any]
) -> None:
    job, _ = stage.job(), stage.job()
    stage.sync()
    stage.org.delete_job(job)
    fault = stage.charthop_fault(path, times=99, **trouble)
    stage.sync()

    assert fault.hits > 0
    assert stage.state(job) == "Approved"

    stage.deployment.charthop.faults.clear()
    stage.later()
    stage.sync()
    assert stage.state(job) == "Closed"


@pytest.mark.parametrize("status", ["Offer", "Pending"])
def test_while_an_offer_is_out_the_opening_is_left_alone(stage: Stage, status: str) -> None:
    job = stage.opened()
    stage.edit(job, recruit=status, title="Edited")
    before = stage.shown()
    stage.deployment.forget_calls()
    stage.sync()

    assert stage.deployment.writes() == []
    assert stage.shown() == before
    assert stage.told(job) == "skipped: LEFT_ALONE"

    stage.edit(job, recruit="Active")
    stage.sync()
    assert stage.says(job)["description"] == "Edited"
    assert stage.told(job) == "updated"


@pytest.mark.parametrize(
    "change", [{"title": "Edited"}, {"recruit": "Passive"}, {"req": "ENG-9"}, {"deleted": True}]
)
def test_a_filled_opening_gets_no_write_of_any_kind(stage: Stage, change: dict[str, Any]) -> None:
    job = stage.job()
    stage.job("Another")
    stage.sync()
    stage.account.set_state(stage.opening(job)["id"], "Filled")
    if change.pop("deleted", False):
        stage.org.delete_job(job)
    stage.edit(job, **change) if change else None
    before = stage.shown()
    stage.deployment.forget_calls()
    stage.sync()
    stage.sync(full="yes")

    assert stage.deployment.writes() == []
    assert stage.shown() == before


def test_a_job_that_is_active_again_gets_its_opening_back(stage: Stage) -> None:
    job = stage.opened()
    opening_id = stage.opening(job)["id"]
    stage.edit(job, recruit="Inactive")
    stage.sync()
    stage.edit(job, recruit="Active", title="Again")
    stage.sync()

    opening = stage.opening(job)
    assert (opening["id"], opening["openingState"]) == (opening_id, "Approved")
    assert opening["latestVersion"]["description"] == "Again"
    assert stage.field(opening, STATUS) == "Active"
    assert stage.told(job) == "reopened"
    stage.sync_quietly()


def test_a_job_that_was_deleted_and_comes_back_gets_its_opening_back(stage: Stage) -> None:
    job = stage.job()
    kept = stage.org.jobs[job]
    stage.sync()
    stage.org.delete_job(job)
    stage.sync()
    stage.org.jobs[job] = kept
    stage.sync()

    assert stage.state(job) == "Approved"
    assert stage.told(job) == "reopened"


def test_an_opening_that_a_recruiter_closed_is_left_and_reported(stage: Stage) -> None:
    job = stage.opened()
    stage.account.set_state(stage.opening(job)["id"], "Closed")
    stage.sync_quietly()

    assert stage.state(job) == "Closed"
    assert stage.told(job) == "skipped: CLOSED_BY_RECRUITER"

    stage.edit(job, title="Edited")
    stage.sync_quietly()
    stage.account.set_state(stage.opening(job)["id"], "Open")
    stage.sync()
    assert (stage.state(job), stage.says(job)["description"]) == ("Open", "Edited")


def test_an_opening_that_a_recruiter_closed_after_the_sync_had_reopened_it_is_left(
    stage: Stage,
) -> None:
    job = stage.job()
    for status in (None, "Passive", "Active"):
        if status is not None:
            stage.edit(job, recruit=status)
        stage.sync()
    stage.account.set_state(stage.opening(job)["id"], "Closed")
    stage.sync_quietly()

    assert stage.told(job) == "skipped: CLOSED_BY_RECRUITER"


def test_an_opening_that_a_recruiter_reopened_against_chart_hop_is_closed_again(
    stage: Stage,
) -> None:
    job = stage.opened()
    stage.edit(job, recruit="Passive")
    stage.sync()
    stage.account.set_state(stage.opening(job)["id"], "Open")
    stage.sync()

    assert stage.state(job) == "Closed"
    assert stage.value(job, STATUS) == "Passive"
