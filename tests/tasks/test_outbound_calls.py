"""Counts the calls that are promised of a thousand jobs."""

from collections import Counter
from pathlib import Path

import pytest

from tests.tasks.stage import ONE, Stage, make_stage

JOBS = 1000
TICKED = 'synced_fields = ["note", "seat", "reason"]'


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Stage:
    """A thousand active jobs with three ticked fields, and an Ashby that knows the fields."""
    folder: Path = tmp_path_factory.mktemp("thousand")
    stage = make_stage(folder, redis_url, ONE[1], ONE[2], TICKED)
    stage.org.add_field("note", "Note", "STRING")
    stage.org.add_field("seat", "Seat", "INTEGER")
    stage.org.add_field("reason", "Reason", "ENUM", values=[("A", "Aa"), ("B", "Bb")])
    stage.sync()
    for number in range(JOBS):
        stage.job(f"Job {number}", req=f"R-{number}", note="text", seat=number, reason="A")
    return stage


def endpoints(stage: Stage) -> Counter[str]:
    """How often each endpoint was called."""
    return Counter(call.path.rsplit("/", 1)[-1] for call in stage.deployment.calls())


def test_a_thousand_new_jobs_cost_two_writes_each_and_list_pages_otherwise(
    thousand: Stage,
) -> None:
    thousand.deployment.forget_calls()
    sync = thousand.sync()
    writes = Counter(call.path for call in thousand.deployment.writes())
    made = len(thousand.openings())

    thousand.deployment.forget_calls()
    steady = thousand.sync()
    calls = thousand.deployment.calls()

    assert sync.outcomes == {"created": JOBS}
    assert made == JOBS
    assert writes == {"/opening.create": JOBS, "/customField.setValues": JOBS}
    assert sum(sync.calls.values()) - 2 * JOBS <= 12
    assert steady.outcomes == {"unchanged": JOBS}
    assert steady.planned == 0
    # The openings that were made since come once more, a hundred a page.
    assert len(calls) <= 12 + JOBS // 100
    assert not [call for call in calls if call.writes]

    thousand.deployment.forget_calls()
    quiet = thousand.sync()
    calls = thousand.deployment.calls()
    assert len(calls) <= 12
    assert not [call for call in calls if call.writes]
    assert (quiet.outcomes, quiet.planned) == ({"unchanged": JOBS}, 0)
    assert sum(quiet.calls.values()) == len(calls)


def test_an_edit_of_one_costs_one_write_and_the_lists(stage: Stage) -> None:
    jobs = [stage.job(f"Job {number}") for number in range(5)]
    stage.sync()
    stage.sync()
    stage.edit(jobs[2], title="Edited")
    stage.deployment.forget_calls()
    stage.sync()
    edited = len(stage.deployment.calls())
    assert stage.written() == ["opening.update"]

    stage.sync()
    stage.deployment.forget_calls()
    stage.sync()
    assert edited == len(stage.deployment.calls()) + 1 + stage.org.oddities.stale_reads
