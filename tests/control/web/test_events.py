"""From an event to the record that it wakes: which, how often, and at what price."""

import json
from collections import Counter
from collections.abc import Callable

import pytest
from redis.connection import AbstractConnection

from control.cli.web import inbox
from control.web.app import make_app
from core.keys import job_key
from tests.control.cli.conftest import operator_of
from tests.control.web.conftest import CHARTHOP_SECRET, URL, Hooked
from workers.figures import registry


def job(hooked: Hooked, title: str = "Engineer", **codes: object) -> str:
    return hooked.org.add_job(title, "Active", **codes)


def quiet(hooked: Hooked) -> None:
    """Everything in step, and nothing on its way."""
    hooked.deployment.sync()
    hooked.deliver()
    hooked.deployment.drain()
    hooked.deployment.sync()
    hooked.deployment.forget_calls()


def test_an_edit_in_charthop_is_in_ashby_without_a_sync_for_two_calls(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    before = hooked.deployment.memory().syncs.last()

    hooked.org.edit_job(id_, {"title": "Staff engineer"})
    assert [one.status for one in hooked.deliver()] == [200]
    assert hooked.tasks() == [("tasks.sync_job", "acme", id_)]
    assert hooked.deployment.drain() == ["updated"]

    result = hooked.deployment.result(f"job:{id_}")
    opening = hooked.account.opening(result.opening_id or "")
    assert opening["latestVersion"]["description"] == "Staff engineer"
    assert len(hooked.deployment.calls()) == 2
    assert hooked.deployment.memory().syncs.last() == before


def test_a_hire_comes_in_without_a_sync(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    opening = hooked.deployment.result(f"job:{id_}").opening_id or ""
    hire = hooked.account.hire("Ada Moss", "ada@example.net", opening)
    assert {one.status for one in hooked.deliver()} == {200}
    assert hooked.tasks() == [("tasks.sync_hire", "acme", hire.offer)]
    hooked.deployment.drain()
    assert hooked.deployment.result(f"offer:{hire.offer}").outcome.value == "created"
    calls = hooked.deployment.calls()
    assert len(calls) <= 11, "\n".join(f"{one.method} {one.path}" for one in calls)
    hooked.deployment.forget_calls()
    hooked.deliver()
    assert hooked.deployment.drain() == []
    assert hooked.deployment.calls() == []


def test_twenty_events_about_one_job_are_one_task(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    for number in range(20):
        hooked.org.edit_job(id_, {"title": f"Engineer {number}"})
    hooked.deliver()
    assert hooked.tasks() == [("tasks.sync_job", "acme", id_)]
    hooked.deployment.drain()
    assert len(hooked.deployment.calls()) == 2


def test_an_event_about_a_job_that_waits_already_costs_two_round_trips_to_redis(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hooked.org.edit_job(id_, {"title": "First"})
    hooked.deliver()
    hooked.org.edit_job(id_, {"title": "Second"})
    trips: list[object] = []
    send: Callable[..., None] = AbstractConnection.send_packed_command

    def sends(connection: AbstractConnection, command: object, **more: object) -> None:
        trips.append(command)
        send(connection, command, **more)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", sends)
    assert [one.status for one in hooked.deliver()] == [200]
    assert len(trips) == 2
    counts = hooked.deployment.memory().events.counts()
    assert counts["charthop", "change.create.update", "woken"] == 2


def test_events_that_come_twice_and_in_any_order_bring_one_hire_in(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    for sandbox in (hooked.deployment.ashby, hooked.deployment.charthop):
        sandbox.outbox.copies, sandbox.outbox.shuffled = 2, True
    opening = hooked.deployment.result(f"job:{id_}").opening_id or ""
    hire = hooked.account.hire("Ada Moss", "ada@example.net", opening)
    for _ in range(3):
        hooked.deliver()
        hooked.deployment.drain(shuffled=True)
    assert hooked.deployment.result(f"offer:{hire.offer}").person_id is not None
    assert len(hooked.org.persons) == 1
    counts = hooked.deployment.memory().events.counts()
    assert sum(number for (_, _, result), number in counts.items() if result == "repeated") > 0


def test_a_job_that_is_edited_while_its_task_runs_is_looked_at_once_more(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hooked.org.edit_job(id_, {"title": "First"})
    hooked.deliver()
    memory = hooked.deployment.memory()
    lease = memory.leases.acquire(job_key(id_))
    hooked.org.edit_job(id_, {"title": "Second"})
    hooked.deliver()
    assert len(hooked.tasks()) == 1
    left = memory.leases.settle(lease, None, Counter(), window=1)
    assert left.taken is not None
    assert left.taken.records == [job_key(id_)]


def test_a_confidential_job_costs_nothing(hooked: Hooked) -> None:
    id_ = job(hooked, sensitive="HIGH")
    quiet(hooked)
    hooked.org.edit_job(id_, {"title": "Another"})
    assert [one.status for one in hooked.deliver()] == [200]
    assert hooked.tasks() == []


def test_a_candidate_who_is_none_of_ours_costs_nothing(hooked: Hooked) -> None:
    quiet(hooked)
    id_ = hooked.account.add_opening("R-1", "Open")
    hire = hooked.account.hire("Ada Moss", "ada@example.net", id_)
    hooked.deployment.ashby.outbox.pending.clear()
    hooked.account.set_application_status(hire.application, "Archived")
    hooked.deliver()
    assert hooked.tasks() == []


def test_closing_is_left_to_a_sync_that_the_event_asks_for(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hooked.org.edit_job(id_, {"recruit": "INACTIVE"})
    hooked.deliver()
    hooked.deployment.run(hooked.deployment.app.messages.pop(0))
    assert hooked.deployment.writes() == []
    assert hooked.tasks() == [("tasks.sync_organization", "acme")]
    hooked.deployment.drain()
    assert hooked.deployment.result(f"job:{id_}").outcome.value == "closed"


def test_events_that_name_no_job_ask_for_a_sync_now_and_one_half_a_minute_later(
    hooked: Hooked,
) -> None:
    quiet(hooked)
    hooked.org.stop_events()
    url = f"{URL}/webhooks/charthop/acme"
    hooked.org.send_events(url, CHARTHOP_SECRET, content={"text": "changed"})
    for _ in range(5):
        job(hooked)
    hooked.deliver()
    messages = hooked.deployment.app.messages
    assert [one.task for one in messages] == ["tasks.sync_organization"] * 2
    assert messages[0].countdown == 0
    assert 25 < messages[1].countdown <= 30


def test_nothing_is_woken_while_the_organization_is_paused(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hooked.deployment.memory().switches.pause("by hand")
    hooked.org.edit_job(id_, {"title": "Another"})
    assert [one.status for one in hooked.deliver()] == [200]
    assert hooked.tasks() == []


def test_status_tells_when_each_kind_came_last(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hooked.org.edit_job(id_, {"title": "Another"})
    hooked.deliver()
    with operator_of(hooked.deployment) as operator:
        told = json.loads(operator.types("status", "acme", "--json").stdout)
    webhooks = told["organizations"]["acme"]["webhooks"]
    assert webhooks["ashby"].keys() == {"openingCreate"}
    assert webhooks["charthop"].keys() >= {"change.create.update"}
    assert all(at.endswith("Z") for one in webhooks.values() for at in one.values())


def test_what_becomes_of_events_and_how_soon_is_in_the_figures(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    before = figure(hooked, "event_to_outcome_seconds_count", organization="acme") or 0
    hooked.org.edit_job(id_, {"title": "Another"})
    hooked.deliver()
    assert figure(hooked, "event_to_outcome_seconds_count", organization="acme") == before
    hooked.deployment.drain()
    assert figure(hooked, "event_to_outcome_seconds_count", organization="acme") == before + 1
    everything = figure(hooked, "event_to_outcome_seconds_bucket", organization="acme", le="+Inf")
    assert everything == before + 1
    seconds = figure(hooked, "event_to_outcome_seconds_sum", organization="acme")
    assert seconds is not None
    assert 0 < seconds < 60
    kinds = {"organization": "acme", "system": "charthop", "kind": "change.create.update"}
    assert figure(hooked, "events_total", **kinds, result="woken") == 1

    assert figure(hooked, "events_refused_total", system="ashby") is None
    hooked.post(f"{URL}/webhooks/ashby/acme", {}, b"{}")
    assert figure(hooked, "events_refused_total", system="ashby") == 1


def figure(hooked: Hooked, name: str, **labels: str) -> float | None:
    """A figure of those that Prometheus gets."""
    found = registry(hooked.deployment.redis, hooked.deployment.app.wiring.organizations)
    return found.get_sample_value(f"charthop_ashby_{name}", labels)


def test_the_web_process_keeps_everything_under_the_prefix(hooked: Hooked) -> None:
    """As `web` puts it together from its settings, with messages that go to the broker."""
    settings = hooked.deployment.app.settings.model_copy(update={"redis_prefix": "elsewhere"})
    hooked.deployment.redis.flushdb()
    hooked.app = make_app(inbox(settings))
    id_ = job(hooked)
    hooked.org.edit_job(id_, {"title": "Staff engineer"})
    assert {one.status for one in hooked.deliver()} == {200}

    keys = {key.decode() for key in hooked.deployment.redis.scan_iter()}
    assert "elsewhere:jobs" in keys, "the record's message"
    assert "elsewhere:acme:in-flight" in keys
    assert [key for key in keys if not key.startswith("elsewhere:")] == []
