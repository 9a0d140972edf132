"""Nothing changed, nothing written: also when Redis was emptied in between."""

import logging
from collections import Counter
from typing import Any

import pytest

from core.outcomes import Outcome
from store.batch import Batch
from tests.tasks.stage import Stage


def test_the_second_sync_writes_nothing_and_enqueues_no_record(stage: Stage) -> None:
    for number in range(5):
        stage.job(f"Job {number}", req=f"ENG-{number}", startDatePlanned="2026-12-01")
    stage.job(recruit="Passive")
    stage.job(department__name="Robotics")
    stage.job(sensitive="HIGH")
    first = stage.sync()
    assert first.outcomes == {"created": 6, "skipped": 2}

    stage.sync_quietly()
    second = stage.sync()
    assert second.outcomes == {"unchanged": 6, "skipped": 2}


def test_a_full_sync_looks_at_every_record_and_writes_nothing(stage: Stage) -> None:
    jobs = [stage.job(req=f"ENG-{number}") for number in range(3)]
    stage.sync()
    before = stage.shown()
    stage.deployment.forget_calls()
    sync = stage.sync(full="yes")

    assert sync.planned == 3
    assert stage.deployment.writes() == []
    assert stage.shown() == before
    assert [stage.told(job) for job in jobs] == ["unchanged"] * 3


def test_redis_emptied_in_between_costs_a_slower_sync_and_no_duplicate(stage: Stage) -> None:
    jobs = [stage.job(f"Job {number}", req=f"ENG-{number}") for number in range(4)]
    stage.edit(stage.job("Later"), recruit="Passive")
    stage.sync()
    before = stage.shown()
    stage.flush()
    stage.deployment.forget_calls()
    stage.sync()

    assert stage.deployment.writes() == []
    assert stage.shown() == before
    assert [stage.told(job) for job in jobs] == ["unchanged"] * 4
    stage.sync_quietly()


@pytest.mark.parametrize("calls", range(12))
def test_redis_emptied_in_the_middle_of_a_sync_makes_no_duplicate(stage: Stage, calls: int) -> None:
    jobs = [stage.job(f"Job {number}", req=f"ENG-{number}") for number in range(3)]
    stage.sync()
    stage.edit(jobs[0], title="Edited")
    new = stage.job("New")

    def empty(answer: Any) -> Any:
        stage.flush()
        return answer

    stage.fault("", "altered", skip=calls, alter=empty)
    for _ in range(3):
        stage.sync_anyhow()

    assert len(stage.openings()) == 4
    assert [len(stage.openings(job)) for job in (*jobs, new)] == [1] * 4
    assert stage.says(jobs[0])["description"] == "Edited"
    stage.sync_quietly()


def test_the_end_of_a_sync_tells_what_woken_records_did_while_it_read(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.opened()

    def meanwhile(answer: Any) -> Any:
        memory = stage.deployment.memory()
        with Batch(memory.redis) as batch:
            memory.syncs.count_latest(batch, Outcome.CREATED, Counter())
        return answer

    stage.fault("/opening.list", "altered", times=1, alter=meanwhile)
    with caplog.at_level(logging.INFO):
        sync = stage.sync()

    assert sync.outcomes == {"created": 1, "unchanged": 1}
    assert "sync finished: 1 created, 1 unchanged" in caplog.messages


@pytest.mark.parametrize("place", ["answers", "data-key", "mirror:openings", "mirror:definitions"])
def test_bytes_in_redis_that_mean_nothing_end_the_sync_with_a_reason(
    stage: Stage, place: str
) -> None:
    stage.opened()
    stage.deployment.redis.hset(f"charthop-ashby:acme:{place}", b"\xff", b"\xff")
    stage.sync_anyhow()

    sync = stage.deployment.memory().syncs.last()
    assert sync is not None
    assert sync.finished_at is not None
    assert [note.code for note in sync.problems] == ["BUG"]
