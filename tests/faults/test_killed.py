"""A worker that dies between any two steps: nothing lost, nothing doubled.

Death is an error that no code of ours catches, raised before or after a call or a Redis command.
What the dead worker held (its message, its locks) is given to the next one, as the broker and the
expiry of locks do; tests/faults/test_processes.py does it with real processes and signals.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis.connection

from core.outcomes import Outcome
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Request, Response, Sandbox
from store import backlog
from tests.deployment import Deployment

MORE = 'hires_since = 2026-01-01\nsynced_fields = ["hiringReason"]'


class Killed(BaseException):
    """The worker is gone."""


@dataclass
class Death:
    """Comes at the given step; steps are counted from 1."""

    at: int = 0
    after: bool = False
    steps: int = 0
    came: bool = field(default=False)

    def passes(self, *, after: bool) -> None:
        """A step begins, or has ended."""
        if self.came:
            return
        self.steps += not after
        if self.steps == self.at and after == self.after:
            self.came = True
            raise Killed


@contextmanager
def at_calls(deployment: Deployment, death: Death) -> Iterator[None]:
    """Let it come at a call to one of the services."""
    sides: list[Sandbox] = [deployment.charthop, deployment.ashby]
    plain = [side.answer for side in sides]

    def deadly(answer: Any) -> Any:
        def answered(request: Request) -> Response:
            death.passes(after=False)
            response: Response = answer(request)
            death.passes(after=True)
            return response

        return answered

    for side in sides:
        side.answer = deadly(side.answer)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for side, answer in zip(sides, plain, strict=True):
            side.answer = answer  # type: ignore[method-assign]


@contextmanager
def at_commands(death: Death) -> Iterator[None]:
    """Let it come at a command to Redis."""
    kind: Any = redis.connection.AbstractConnection
    send, read = kind.send_packed_command, kind.read_response

    def sends(self: Any, *args: Any, **kwargs: Any) -> Any:
        death.passes(after=False)
        return send(self, *args, **kwargs)

    def reads(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = read(self, *args, **kwargs)
        death.passes(after=True)
        return answer

    kind.send_packed_command, kind.read_response = sends, reads
    try:
        yield
    finally:
        kind.send_packed_command, kind.read_response = send, read


def scene(folder: Path, redis_url: str) -> tuple[Deployment, Org, Account]:
    """Something to do for every kind of task: make, change, close, and bring somebody in."""
    deployment = Deployment(folder, redis_url)
    org, account = deployment.add(more=MORE)
    org.add_field("hiringReason", "Reason", "STRING")
    jobs = [org.add_job(f"Job {number}", createDate="2026-01-05") for number in range(3)]
    deployment.sync()
    opening = deployment.opening_of(jobs[0])
    candidate = account.add_candidate("Jane Public", "jane@example.com", "+1 555 555 0100")
    application = account.add_application(candidate)
    account.accept_offer(account.add_offer(application, opening))
    account.set_application_status(application, "Hired")
    org.edit_job(jobs[1], title="Renamed", hiringReason="Growth")
    org.edit_job(jobs[2], recruit="Inactive")
    org.add_job("Added", hiringReason="Backfill", createDate="2026-01-05")
    return deployment, org, account


def run_until_death(deployment: Deployment) -> None:
    """Run what there is; the message of a task that dies comes again, as from the broker."""
    messages = deployment.app.messages
    while messages:
        message = messages.pop(0)
        try:
            deployment.run(message)
        except Killed:
            messages.append(message)
            for key in deployment.redis.scan_iter("*:lock:*"):
                deployment.redis.delete(key)
            deployment.let_settle()


def agrees(deployment: Deployment, org: Org, account: Account) -> None:
    """One more sync finds nothing doubled, nothing missing and nothing to write."""
    deployment.let_settle()
    deployment.sync()
    deployment.forget_calls()
    deployment.sync()
    assert deployment.writes() == []
    (person,) = org.persons.values()
    (change,) = org.changes.values()
    assert change.person_id == person.id
    titles = sorted(one.title for one in account.custom_fields.values())
    assert titles == [
        "ChartHop Job ID",
        "ChartHop Person ID",
        "ChartHop Recruiting Status",
        "Reason",
    ]
    linked = [account.opening_field(id_, "ChartHop Job ID") for id_ in account.openings]
    assert sorted(linked) == sorted(org.jobs), "one opening for each job"
    outcomes = {one: kept.result.outcome for one, kept in deployment.memory().results.all().items()}
    assert Outcome.FAILED not in outcomes.values(), outcomes


def steps_of(folder: Path, redis_url: str, where: str) -> int:
    """How many steps the scene takes when nobody dies."""
    deployment, _, _ = scene(folder, redis_url)
    death = Death()
    deployment.send("tasks.sync_all")
    with at_calls(deployment, death) if where == "calls" else at_commands(death):
        deployment.drain()
    return death.steps


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("where", "every"), [("calls", 3), ("commands", 31)])
def test_a_worker_that_dies_at_any_step(
    tmp_path: Path,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    every: int,
    after: bool,
) -> None:
    monkeypatch.setattr(backlog, "LOST_AFTER", -1.0)
    steps = steps_of(tmp_path, redis_url, where)
    assert steps > 20
    # Every step was tried when this was written (three minutes); these are a part of them.
    for at in range(1 + after, steps + 1, every):
        deployment, org, account = scene(tmp_path, redis_url)
        death = Death(at, after)
        deployment.send("tasks.sync_all")
        with at_calls(deployment, death) if where == "calls" else at_commands(death):
            run_until_death(deployment)
        assert death.came, f"step {at} of {steps} was not reached"
        agrees(deployment, org, account)


@pytest.mark.parametrize("at", range(2, 40, 12))
def test_a_worker_that_dies_and_takes_redis_with_it(
    tmp_path: Path, redis_url: str, at: int
) -> None:
    deployment, org, account = scene(tmp_path, redis_url)
    deployment.send("tasks.sync_all")
    with at_calls(deployment, Death(at, after=True)):
        try:
            deployment.drain()
        except Killed:
            deployment.redis.flushdb()
            deployment.app.messages.clear()
    agrees(deployment, org, account)
