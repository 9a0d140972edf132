"""Jobs that are nobody's business, and what stands in Redis in plain text."""

import logging

import pytest

from core.keys import job_key
from core.outcomes import Change, Outcome
from tests.tasks.stage import Stage


def test_jobs_of_a_scenario_are_not_synced(stage: Stage) -> None:
    stage.job(scenarioId="5f10000000000000000000a9")
    stage.sync()

    assert stage.openings() == []


@pytest.mark.parametrize("level", ["HIGH", "PRIVATE"])
def test_a_confidential_job_is_skipped_and_its_title_stands_nowhere(
    stage: Stage, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    job = stage.opened("Secret merger lead", sensitive=level)
    stage.sync(full="yes")
    stage.sync()

    assert stage.openings() == []
    assert stage.told(job) == "skipped: CONFIDENTIAL"
    assert b"merger" not in stage.remembered()
    assert "merger" not in caplog.text
    assert not [call for call in stage.deployment.ashby.calls if "merger" in str(call.body)]


def test_a_confidential_job_is_synced_where_the_organization_asks_for_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.configure("sync_confidential_jobs = true")
    job = stage.opened("Secret merger lead", sensitive="HIGH")
    stage.edit(job, title="Secret merger chief")
    stage.sync()

    assert stage.says(job)["description"] == "Secret merger chief"
    assert b"merger" not in stage.remembered()
    assert "merger" not in caplog.text


def test_what_becomes_confidential_is_left_as_it_is(stage: Stage) -> None:
    job = stage.opened()
    stage.edit(job, sensitive="HIGH", title="Edited")
    before = stage.shown()
    stage.sync()

    assert stage.shown() == before
    assert stage.told(job) == "skipped: CONFIDENTIAL"


@pytest.mark.parametrize("settings", ["", "sync_confidential_jobs = true"])
def test_a_title_from_before_the_job_was_confidential_leaves_its_history(
    stage: Stage, settings: str
) -> None:
    stage.configure(settings)
    job = stage.opened()
    stage.edit(job, title="Merger lead")
    stage.sync()
    assert b"Merger lead" in stage.remembered()
    stage.edit(job, sensitive="HIGH")
    stage.sync()
    stage.edit(job, title="Merger chief")
    stage.sync()

    assert b"Merger" not in stage.remembered()
    results = stage.deployment.memory().results
    entries = [kept.result for kept in results.history(job_key(job))]
    assert [entry.outcome for entry in entries][-2:] == [Outcome.UPDATED, Outcome.CREATED]
    assert entries[-2].changes == (Change("title"),)


def test_no_value_of_the_services_stands_in_redis_in_plain_text(stage: Stage) -> None:
    stage.org.add_field("budget", "Budget", "MONEY")
    stage.org.add_field("notes", "Notes", "TEXT")
    stage.configure('synced_fields = ["budget", "notes"]')
    job = stage.opened(
        notes="Replaces Zoltan Oxblood", budget={"amount": 987654, "currency": "USD"}
    )
    stage.edit(job, notes="Replaces Yvette Oxblood", budget={"amount": 876543, "currency": "USD"})
    stage.sync()

    everything = stage.remembered()
    for word in (b"Oxblood", b"Zoltan", b"987654", b"876543", b"charthop-acme", b"ashby-acme"):
        assert word not in everything
    assert job.encode() in everything
