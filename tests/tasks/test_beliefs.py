"""Lists that hardly ever change: believed for an hour, and read at once where a record waits."""

from collections import Counter
from typing import Any

import pytest
import redis

from sandbox.wire import Call
from store.space import Redis
from tests.tasks.stage import LINK, Stage

IDLE = Counter({"job": 1, "opening.list": 1, "application.list": 1, "offer.list": 1})
"""The calls of a sync that finds nothing to do; ChartHop's one is its list of jobs."""

SLOW = ("customField.list", "department.list", "location.list")


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    """Three jobs, all in step."""
    for number in range(3):
        stage.job(f"Job {number}", req=f"R-{number}")
    for _ in range(3):
        stage.sync()
    return stage


def calls(stage: Stage) -> Counter[str]:
    """What one sync calls."""
    stage.deployment.forget_calls()
    stage.sync()
    return Counter(map(_name, stage.deployment.calls()))


def read(made: Counter[str]) -> set[str]:
    """Those of the slow lists that were read, in however many pages."""
    return {name for name in SLOW if made[name]}


def _name(call: Call) -> str:
    return call.path.rsplit("/", 1)[-1]


# Nothing waits.


def test_an_idle_sync_reads_four_lists_and_no_others(quiet: Stage) -> None:
    assert calls(quiet) == IDLE
    assert calls(quiet) == IDLE


def test_an_edit_costs_its_write_and_no_list(quiet: Stage) -> None:
    quiet.edit(next(iter(quiet.org.jobs)), title="Edited")
    made = calls(quiet)

    assert read(made) == set()
    assert made["opening.update"] == 1


def test_no_list_is_believed_for_longer_than_an_hour(quiet: Stage) -> None:
    quiet.deployment.let_lists_grow_old(3500)
    assert calls(quiet) == IDLE
    quiet.deployment.let_lists_grow_old(100)
    assert read(calls(quiet)) == set(SLOW)
    assert calls(quiet) == IDLE


def test_a_full_sync_reads_every_list(quiet: Stage) -> None:
    quiet.deployment.forget_calls()
    quiet.sync(full="yes")

    assert all(quiet.calls(name) for name in SLOW)


def test_an_emptied_redis_reads_every_list(quiet: Stage) -> None:
    quiet.flush()

    assert read(calls(quiet)) == set(SLOW)
    quiet.sync_quietly()


def test_a_list_of_which_an_item_was_lost_is_read(quiet: Stage) -> None:
    redis = quiet.deployment.redis
    redis.hdel("charthop-ashby:acme:mirror:departments", quiet.department)

    assert read(calls(quiet)) == {"department.list"}
    quiet.sync_quietly()


def test_definitions_are_read_with_a_whole_list_of_openings(quiet: Stage) -> None:
    """What is linked is told by a field: openings without it would all be made a second time."""
    quiet.deployment.memory().openings.forget_cursor()
    field = next(one for one in quiet.account.custom_fields.values() if one.title == LINK)
    quiet.account.archive_custom_field(field.id)
    sync = quiet.sync()

    assert [one.code for one in sync.problems] == ["OWN_FIELD_ARCHIVED"]
    assert len(quiet.openings()) == 3


# Something waits.


@pytest.mark.parametrize(
    ("code", "endpoint"),
    [("department__name", "department.list"), ("location__name", "location.list")],
)
def test_a_name_that_ashby_does_not_know_has_its_list_read(
    quiet: Stage, code: str, endpoint: str
) -> None:
    quiet.job("Waits", **{code: "Robotics"})
    quiet.sync()
    quiet.sync()

    assert read(calls(quiet)) == {endpoint}


def test_a_department_that_appears_is_found_by_the_next_sync(quiet: Stage) -> None:
    job = quiet.job("Waits", department__name="Robotics")
    quiet.sync()
    assert quiet.told(job) == "created: NO_DEPARTMENT"
    department = quiet.account.add_department("Robotics")
    quiet.sync()

    assert quiet.says(job)["teamId"] == department
    assert quiet.told(job) == "updated"
    quiet.sync()
    assert calls(quiet) == IDLE


def test_a_job_that_moves_into_a_new_department_does_not_wait_at_all(quiet: Stage) -> None:
    job = next(iter(quiet.org.jobs))
    department = quiet.account.add_department("Robotics")
    quiet.edit(job, department__name="Robotics")
    quiet.sync()

    assert quiet.says(job)["teamId"] == department


def test_two_departments_of_one_name_are_told_apart_once_one_is_archived(quiet: Stage) -> None:
    second = quiet.account.add_department("Engineering")
    quiet.sync(full="yes")
    job = quiet.job("Which?")
    quiet.sync()
    assert "TWO_DEPARTMENTS" in quiet.result(job).codes
    quiet.account.archive_department(second)
    quiet.sync()

    assert quiet.says(job)["teamId"] == quiet.department


def test_a_field_that_is_archived_in_ashby_is_seen_before_anything_is_linked(quiet: Stage) -> None:
    field = next(one for one in quiet.account.custom_fields.values() if one.title == LINK)
    quiet.account.archive_custom_field(field.id)
    quiet.job("New")
    sync = quiet.sync()

    assert [one.code for one in sync.problems] == ["OWN_FIELD_ARCHIVED"]
    assert len(quiet.openings()) == 3


def test_a_record_that_failed_has_the_lists_read(quiet: Stage) -> None:
    job = next(iter(quiet.org.jobs))
    quiet.edit(job, title="Edited")
    quiet.fault("opening.update", times=1, status=400)
    quiet.sync()
    assert quiet.result(job).outcome == "failed"

    assert read(calls(quiet)) == set(SLOW)
    assert quiet.says(job)["description"] == "Edited"


def test_a_value_is_not_written_into_a_field_that_was_archived_a_moment_ago(stage: Stage) -> None:
    stage.configure('synced_fields = ["note"]')
    stage.org.add_field("note", "Note", "STRING")
    job = stage.job(note="hello")
    for _ in range(2):
        stage.sync()
    stage.account.archive_custom_field(stage.account.field_titled("Note", "Opening").id)
    stage.edit(job, note="changed", title="Edited")
    stage.sync()

    assert stage.says(job)["description"] == "Edited"
    assert stage.told(job) == "updated"
    assert stage.deployment.result("field:note").codes == ["FIELD_ARCHIVED"]


# Redis.

MOST_COMMANDS = 59
"""Commands of a sync that finds nothing to do, those within scripts counted."""


def test_an_idle_sync_asks_redis_no_more_often_than_it_must(quiet: Stage) -> None:
    redis = quiet.deployment.redis
    quiet.sync()
    before = commands(redis)
    quiet.deployment.send("tasks.sync_organization", "acme")
    quiet.deployment.drain()
    after = commands(redis)
    sent = after - before
    del sent["cmdstat_info"]

    assert sent.total() <= MOST_COMMANDS, sent


MOST_TRIPS = 9
"""Round trips to Redis of the same."""


def test_an_idle_sync_asks_redis_in_few_round_trips(
    quiet: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet.sync()
    pool = quiet.deployment.redis.connection_pool
    trips = count(monkeypatch, pool)
    quiet.deployment.send("tasks.sync_organization", "acme")
    quiet.deployment.drain()

    assert len(trips) <= MOST_TRIPS


def count(monkeypatch: pytest.MonkeyPatch, pool: redis.ConnectionPool) -> list[None]:
    """Grows with each connection that is taken from the pool: there is one for each round trip."""
    trips: list[None] = []
    get = pool.get_connection

    def counted(*arguments: Any, **options: Any) -> Any:
        trips.append(None)
        return get(*arguments, **options)

    monkeypatch.setattr(pool, "get_connection", counted)
    return trips


def commands(redis: Redis) -> Counter[str]:
    """How often each command was carried out so far."""
    stats: dict[str, dict[str, int]] = redis.info("commandstats")
    return Counter({name: figures["calls"] for name, figures in stats.items()})
