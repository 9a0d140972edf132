"""Lost answers, crashes and tasks that come twice: nothing is doubled, and all comes right."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import WrongSetup
from core.keys import job_key
from sandbox.wire import Fault
from tests.tasks.stage import LINK, ONE, OTHER, STATUS, Stage, make_stage

SETTINGS = 'close_reason = "Closed in ChartHop"\nsynced_fields = ["note", "reason"]'
LOST = ["lost", "late", "reset", "html200", "empty", "html", "timeout", "refused"]
"""An answer that never came, whether or not the call was carried out."""


def prepare(stage: Stage) -> None:
    """Two ticked fields, a picklist among them."""
    stage.configure(SETTINGS)
    stage.org.add_field("note", "Note", "STRING")
    stage.org.add_field("reason", "Reason", "ENUM", values=[("A", "Aa"), ("B", "Bb")])


def settle(stage: Stage) -> None:
    """Two syncs after the trouble; then there must be nothing to do."""
    stage.deployment.ashby.faults.clear()
    stage.deployment.charthop.faults.clear()
    for _ in range(2):
        stage.later()
        stage.sync_anyhow()
    stage.sync_quietly()


def assert_one_opening(stage: Stage, job: str) -> None:
    """The job has one opening, and there is no other."""
    assert len(stage.openings()) == 1
    assert stage.says(job)["description"] == stage.org.job(job)["title"]
    assert stage.value(job, "Note") == stage.org.job(job)["note"]


# Lost answers.


@pytest.mark.parametrize(("kind", "times"), [*((kind, 1) for kind in LOST), ("lost", 3)])
@pytest.mark.parametrize(
    "endpoint", ["opening.create", "customField.create", "customField.setValues"]
)
def test_a_lost_answer_never_doubles(stage: Stage, endpoint: str, kind: str, times: int) -> None:
    prepare(stage)
    job = stage.job(note="hello", reason="A")
    fault = stage.fault(f"/{endpoint}$", kind, times=times)
    stage.sync()
    assert fault.hits > 0
    settle(stage)

    assert_one_opening(stage, job)
    titles = [field.title for field in stage.account.custom_fields.values()]
    assert sorted(titles) == sorted(set(titles))
    assert {LINK, STATUS, "Note", "Reason"} <= set(titles)


@pytest.mark.parametrize("kind", ["lost", "late", "reset"])
def test_an_opening_whose_answer_was_lost_is_found_and_not_made_again(
    stage: Stage, kind: str
) -> None:
    stage.sync()
    job = stage.job(req="ENG-1")
    stage.fault("/opening.create", kind)
    stage.deployment.forget_calls()
    stage.sync()

    assert len(stage.calls("opening.create")) == 1
    assert len(stage.calls("opening.search")) == 1
    assert stage.told(job) == "adopted"


@pytest.mark.parametrize("kind", ["lost", "late", "html200", "empty"])
def test_an_opening_is_not_lost_with_redis_and_the_answer(stage: Stage, kind: str) -> None:
    job = stage.job(req="ENG-1")
    stage.fault("/opening.create", kind)
    messages = stage.deployment.steps()
    stage.deployment.send("tasks.sync_organization", "acme")
    next(messages)
    next(messages)
    stage.flush()
    stage.deployment.drain()
    settle(stage)

    assert [one["latestVersion"]["identifier"] for one in stage.openings(job)] == ["ENG-1"]
    assert len(stage.openings()) == 1


def test_a_create_that_was_refused_is_not_looked_for(stage: Stage) -> None:
    stage.sync()
    job = stage.job()
    stage.fault("/opening.create", "error", code="invalid_input", times=2)  # as Approved, as Draft
    stage.sync()
    stage.deployment.forget_calls()
    stage.sync()

    assert stage.calls("opening.search") == []
    assert stage.told(job) == "created"


@pytest.mark.parametrize("kind", ["lost", "empty", "html"])
@pytest.mark.parametrize(
    "endpoint", ["opening.update", "opening.addLocation", "opening.removeLocation"]
)
def test_a_lost_answer_to_an_edit_is_made_good(stage: Stage, endpoint: str, kind: str) -> None:
    rome = stage.account.add_location("Rome")
    job = stage.opened()
    stage.edit(job, title="Lead", location__name="Rome")
    stage.fault(f"/{endpoint}$", kind)
    stage.sync()
    settle(stage)

    assert stage.says(job)["description"] == "Lead"
    assert stage.says(job)["locationIds"] == [rome]


@pytest.mark.parametrize("kind", ["late", "html200", "html"])
@pytest.mark.parametrize("endpoint", ["customField.setValues", "opening.setOpeningState"])
@pytest.mark.parametrize("status", ["Passive", "Active"], ids=["closing", "reopening"])
def test_a_lost_answer_to_a_closing_does_not_look_like_a_recruiter_s(
    stage: Stage, endpoint: str, kind: str, status: str
) -> None:
    job = stage.opened()
    if status == "Active":
        stage.edit(job, recruit="Passive")
        stage.sync()
    stage.edit(job, recruit=status)
    stage.fault(f"/{endpoint}$", kind)
    stage.sync()
    settle(stage)

    assert stage.value(job, STATUS) == status
    assert stage.state(job) == {"Passive": "Closed", "Active": "Approved"}[status]

    stage.edit(job, recruit={"Passive": "Active", "Active": "Passive"}[status])
    stage.sync()
    assert stage.state(job) == {"Passive": "Approved", "Active": "Closed"}[status]


# A worker that dies between two calls.


class Killed(BaseException):
    """The worker is gone, in the middle of a task."""


@pytest.fixture(params=[ONE, OTHER], ids=lambda reading: reading[0])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Callable[[], Stage]:
    """Make one stage after the other."""
    _, charthop, ashby = request.param
    count = iter(range(1000))

    def make() -> Stage:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        return make_stage(folder, redis_url, charthop, ashby)

    return make


WRITES = r"\.(create|update|updateSelectableValues|add|remove|set)\w*$"


def kill_at(stage: Stage, call: int) -> bool:
    """Run the next sync, and kill the worker right after the n-th write to Ashby.

    The message that it worked on is delivered again. Whether there was such a call.
    """

    def kill(answer: Any) -> Any:
        raise Killed

    fault = Fault(WRITES, "altered", skip=call, alter=kill)
    stage.deployment.ashby.faults.append(fault)
    stage.deployment.send("tasks.sync_organization", "acme")
    messages = stage.deployment.app.messages
    while messages:
        message = messages.pop(0)
        try:
            stage.deployment.run(message)
        except Killed:
            messages.insert(0, message)
    return fault.spent


Story = Callable[[Stage], str]


def a_new_job(stage: Stage) -> str:
    return stage.job("Engineer", req="ENG-1", note="hello", reason="A")


def an_edit_of_everything(stage: Stage) -> str:
    job = a_new_job(stage)
    stage.sync()
    stage.account.add_location("Rome")
    stage.org.edit_field("reason", values=[("A", "Aa"), ("C", "Cc")])
    stage.edit(job, title="Lead", req="ENG-2", location__name="Rome", note="bye", reason="C")
    return job


def an_adoption(stage: Stage) -> str:
    stage.account.add_opening("ENG-1", "Open", description="By hand")
    return a_new_job(stage)


def a_closing(stage: Stage) -> str:
    job = a_new_job(stage)
    stage.sync()
    stage.edit(job, recruit="Passive")
    return job


def a_deleted_job(stage: Stage) -> str:
    job = a_new_job(stage)
    stage.sync()
    stage.org.delete_job(job)
    return job


def a_reopening(stage: Stage) -> str:
    job = a_closing(stage)
    stage.sync()
    stage.edit(job, recruit="Active", title="Again")
    return job


STORIES: list[tuple[Story, str, str]] = [
    (a_new_job, "Approved", "Active"),
    (an_edit_of_everything, "Approved", "Active"),
    (an_adoption, "Open", "Active"),
    (a_closing, "Closed", "Passive"),
    (a_deleted_job, "Closed", "Closed"),
    (a_reopening, "Approved", "Active"),
]


@pytest.mark.parametrize(
    ("story", "state", "status"), STORIES, ids=[s[0].__name__ for s in STORIES]
)
def test_a_worker_killed_after_any_write_leaves_nothing_doubled_and_nothing_undone(
    fresh: Callable[[], Stage], story: Story, state: str, status: str
) -> None:
    for call in range(20):
        stage = fresh()
        prepare(stage)
        job = story(stage)
        was_killed = kill_at(stage, call)
        settle(stage)

        assert len(stage.openings()) == 1, f"killed after write {call}"
        assert stage.state(job) == state, f"killed after write {call}"
        assert stage.value(job, STATUS) == status, f"killed after write {call}"
        if state != "Closed":
            assert_one_opening(stage, job)
        if not was_killed:
            break
    assert call > 0


# Tasks that come twice, late, or at the same time.


def test_a_task_that_is_delivered_twice_writes_once(stage: Stage) -> None:
    job = stage.job()
    stage.deployment.send("tasks.sync_organization", "acme")
    stage.deployment.run(stage.deployment.app.messages.pop())
    (message,) = stage.deployment.app.messages
    stage.deployment.drain()
    stage.deployment.forget_calls()
    again = [stage.deployment.run(message) for _ in range(2)]

    assert again == ["settled already", "settled already"]
    assert stage.deployment.calls() == []
    assert stage.told(job) == "created"


def test_a_task_of_its_own_that_is_delivered_again_reads_nothing(stage: Stage) -> None:
    job = stage.opened()
    stage.deployment.send("tasks.sync_job", "acme", job)
    (message,) = stage.deployment.app.messages
    message.headers["redelivered"] = True  # the first worker died before it did anything
    assert stage.deployment.drain() == ["unchanged"]
    stage.deployment.forget_calls()

    assert stage.deployment.run(message) == "settled already"
    assert stage.deployment.calls() == []


def test_a_task_that_is_asked_for_twice_writes_once(stage: Stage) -> None:
    job = stage.opened()
    stage.deployment.forget_calls()
    for _ in range(2):
        stage.deployment.send("tasks.sync_job", "acme", job)

    assert stage.deployment.drain() == ["unchanged", "unchanged"]
    assert stage.deployment.writes() == []
    assert len(stage.openings()) == 1
    assert stage.told(job) == "unchanged"


@pytest.mark.parametrize(
    "change", [{"recruit": "Passive"}, {"title": "Later"}, {"req": "ENG-9"}], ids=str
)
def test_a_task_with_a_stale_brief_does_no_lasting_harm(
    stage: Stage, change: dict[str, Any]
) -> None:
    """The brief speaks of a job that has no opening yet; by now it has one and was edited."""
    job = stage.job(req="ENG-1")
    stage.deployment.send("tasks.sync_organization", "acme")
    stage.deployment.run(stage.deployment.app.messages.pop())
    brief = stage.deployment.memory().briefs.get(job_key(job)).job()
    (message,) = stage.deployment.app.messages
    stage.deployment.drain()
    stage.edit(job, **change)
    stage.sync()

    assert brief is not None
    catalogue = stage.deployment.memory().briefs.catalogue(brief.catalogue)
    assert catalogue is not None
    stage.deployment.memory().briefs.leave({job_key(job): brief}, brief.catalogue, catalogue)
    del message.headers["queued"]  # as if somebody had asked for it
    stage.deployment.run(message)
    assert len(stage.openings()) == 1

    settle(stage)
    assert len(stage.openings(job)) == 1
    assert stage.state(job) == ("Closed" if "recruit" in change else "Approved")


def test_a_task_of_a_job_that_never_was_does_nothing(stage: Stage) -> None:
    stage.sync()
    stage.deployment.forget_calls()
    stage.deployment.send("tasks.sync_job", "acme", "670405b2c8e3d13247cfef5d")
    with pytest.raises(WrongSetup, match="has no job"):
        stage.deployment.drain()

    assert stage.deployment.writes() == []
    assert job_key("670405b2c8e3d13247cfef5d") not in stage.deployment.memory().results.all()


def test_a_task_without_a_brief_makes_the_opening_all_the_same(stage: Stage) -> None:
    job = stage.job()
    stage.deployment.send("tasks.sync_job", "acme", job)
    assert stage.deployment.drain() == ["created"]

    settle(stage)
    assert len(stage.openings(job)) == 1


@pytest.mark.parametrize("call", range(14))
def test_two_syncs_at_once_make_one_opening(stage: Stage, call: int) -> None:
    prepare(stage)
    job = stage.job(note="hello", reason="A")
    second: list[str] = []

    def start_another(answer: Any) -> Any:
        stage.deployment.send("tasks.sync_organization", "acme", trigger="schedule")
        second.append(stage.deployment.run(stage.deployment.app.messages.pop()))
        return answer

    stage.fault("", "altered", skip=call, alter=start_another)
    stage.sync_anyhow()

    assert second in (["a sync is running"], ["fanned out"])
    settle(stage)
    assert_one_opening(stage, job)


def test_a_sync_from_the_shell_waits_for_the_one_that_runs(stage: Stage) -> None:
    def start_another(answer: Any) -> Any:
        stage.deployment.send("tasks.sync_organization", "acme", trigger="shell")
        assert stage.deployment.run(stage.deployment.app.messages.pop()) == "retry"
        return answer

    stage.fault("", "altered", alter=start_another)
    stage.sync()

    assert len(stage.deployment.memory().syncs.history()) == 2


def test_a_record_that_fails_is_tried_three_times_and_then_once_a_sync(stage: Stage) -> None:
    good, bad = stage.job("Good"), stage.job("Bad")
    poison = Fault("/opening.create", "status", status=500, times=99)
    strikes = poison.strikes

    def only_bad(request: Any, key: str | None) -> bool:
        return b'"Bad"' in request.body and strikes(request, key)

    poison.strikes = only_bad  # type: ignore[method-assign]
    stage.deployment.ashby.faults.append(poison)
    stage.sync()
    # It is made once, and looked for twice before it may be made again.
    first = poison.hits, len(stage.calls("opening.search"))
    stage.later()
    stage.sync()

    assert first == (1, 2)
    assert (poison.hits, len(stage.calls("opening.search"))) == (2, 3)
    assert stage.told(good) == "unchanged"
    assert stage.told(bad) == "failed: ANSWER_LOST"
    settle(stage)
    assert len(stage.openings(bad)) == 1


def test_pausing_stops_before_the_next_write(stage: Stage) -> None:
    jobs = [stage.job() for _ in range(3)]

    def pause(answer: Any) -> Any:
        stage.deployment.memory().switches.pause("by hand")
        return answer

    stage.fault("/opening.create", "altered", alter=pause)
    stage.sync()

    assert stage.written()[-1] == "opening.create"
    assert len(stage.openings()) == 1

    stage.deployment.memory().switches.resume()
    settle(stage)
    assert [len(stage.openings(job)) for job in jobs] == [1, 1, 1]


def test_a_worker_whose_lock_was_lost_stops_before_it_writes(stage: Stage) -> None:
    job = stage.job()

    def lose_the_lock(answer: Any) -> Any:
        stage.deployment.redis.delete(f"charthop-ashby:acme:lock:record:job:{job}")
        return answer

    stage.fault("/opening.create", "altered", alter=lose_the_lock)
    stage.deployment.send("tasks.sync_organization", "acme")
    steps = stage.deployment.steps()
    next(steps)
    assert next(steps) == "retry"

    assert stage.written()[-1] == "opening.create"
    settle(stage)
    assert len(stage.openings(job)) == 1


@pytest.mark.parametrize("spent", ["expired", "too large"])
def test_a_spent_sync_token_costs_one_whole_reading(stage: Stage, spent: str) -> None:
    jobs = [stage.job() for _ in range(3)]
    stage.sync()
    if spent == "expired":
        stage.account.expire_tokens()
    else:
        stage.deployment.ashby.incremental_limit = 1
    for number, job in enumerate(jobs):
        stage.edit(job, title=f"Edited {number}")
        stage.account.edit_opening(stage.opening(job)["id"], description="Recruiter's")
    stage.sync()

    assert [stage.says(job)["description"] for job in jobs] == [f"Edited {n}" for n in range(3)]
    stage.deployment.ashby.incremental_limit = None
    settle(stage)


def test_a_429_is_waited_for_and_nothing_is_lost(stage: Stage) -> None:
    jobs = [stage.job() for _ in range(3)]
    stage.fault("", "status", status=429, skip=9, times=2, headers={"retry-after": "1"})
    stage.sync()
    settle(stage)

    assert [len(stage.openings(job)) for job in jobs] == [1, 1, 1]


def test_unknown_values_and_new_fields_of_ashby_do_no_harm(stage: Stage) -> None:
    job = stage.opened()

    def from_next_year(answer: Any) -> Any:
        for one in answer["results"]:
            one |= {"openingState": "OnHold", "somethingNew": {"deep": [1]}}
            one["latestVersion"]["employmentType"] = "Seasonal"
        return answer

    stage.account.edit_opening(stage.opening(job)["id"], description="Touched")
    stage.fault("/opening.list", "altered", alter=from_next_year)
    stage.sync()

    assert stage.says(job)["description"] == "Engineer"
    assert stage.told(job) == "updated"


def test_messages_that_were_lost_are_sent_again_by_a_later_sync(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.backlog.LOST_AFTER", -1.0)
    job = stage.job()
    stage.deployment.send("tasks.sync_organization", "acme")
    stage.deployment.run(stage.deployment.app.messages.pop())
    stage.deployment.app.messages.clear()
    assert stage.openings() == []

    stage.sync_anyhow()
    assert len(stage.openings(job)) == 1
