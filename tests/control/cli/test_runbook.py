"""docs/runbook.md: its commands, in its order, against the copies of both services."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.brakes import SMALLEST_CROWD
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from store.heartbeats import Heartbeats
from tests.control.cli.conftest import Operator, operator_of, worker_of
from tests.control.cli.test_plan import FOREVER, hire
from tests.deployment import Deployment
from tests.processes import Process, expire
from tests.test_packaging import ROOT
from workers.embedded import ephemeral

PAGE = (ROOT / "docs" / "runbook.md").read_text()
STORIES = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)


def commands(title: str) -> list[list[str]]:
    """What the story has a reader type, in order."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^charthop-ashby (.+)$", section, re.MULTILINE)
    return [line.split() for line in lines]


@dataclass
class Story:
    """One story in an organization of its own; `types` runs its next command."""

    operator: Operator
    name: str
    left: list[list[str]]
    org: Org
    account: Account

    def types(self, *begins: str, record: str = "") -> Any:
        """Run the next command; it has to be the one that begins so."""
        words = self.left.pop(0)
        assert words[: len(begins)] == list(begins), words
        said = {"acme": self.name, "ENG-101": record}
        return self.operator.types(*(said.get(word, word) for word in words))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose deployment has a worker, and a Redis that no other test empties."""
    folder = tmp_path_factory.mktemp("runbook")
    with ExitStack() as stack:
        server = stack.enter_context(ephemeral())
        operator = stack.enter_context(operator_of(Deployment(Path(folder), server.url)))
        stack.enter_context(worker_of(operator, folder))
        yield operator


@pytest.fixture
def story(served: Operator, request: pytest.FixtureRequest) -> Iterator[Story]:
    """The story that the test names; all of its commands are typed in the end."""
    title = request.param
    name = title.lower().replace(" ", "-")
    org, account = served.deployment.add(name, FOREVER)
    made = Story(served, name, commands(title), org, account)
    assert made.left, title
    yield made
    assert not made.left


def of(title: str) -> pytest.MarkDecorator:
    assert title in STORIES
    return pytest.mark.parametrize("story", [title], indirect=True, ids=[title])


@of("A key is refused")
def test_a_key_is_refused(story: Story) -> None:
    story.org.add_job()
    fault = Fault(path="opening.list", status=403, times=1000, key=f"ashby-{story.name}")
    story.operator.deployment.ashby.faults.append(fault)
    story.operator.types("sync", story.name, "--wait")
    seen = story.types("status")
    assert seen.exit_code == 1
    assert (
        "outbound (ChartHop to Ashby) is blocked until its key works: Ashby refused the key"
        in seen.stdout
    )
    assert story.types("check").exit_code == 1
    story.operator.deployment.ashby.faults.remove(fault)
    assert story.types("sync").exit_code == 0
    assert len(story.account.openings) == 1


@of("A key is changed")
def test_a_key_is_changed(story: Story) -> None:
    story.org.add_job()
    story.account.key, story.account.second_key = "the-new-key", f"ashby-{story.name}"
    file = story.operator.deployment.file
    old = f'ashby_api_key = "ashby-{story.name}"'
    both = f'ashby_api_key = ["the-new-key", "ashby-{story.name}"]'
    file.write_text(file.read_text().replace(old, both))
    assert "the new Ashby key is in use" in story.types("check").stdout
    assert story.types("sync").exit_code == 0
    assert "the old Ashby key can go" in story.types("check").stdout

    file.write_text(file.read_text().replace(both, 'ashby_api_key = ["the-new-key"]'))
    story.account.second_key = None
    story.org.add_job("Analyst")
    assert story.operator.types("sync", story.name, "--wait").exit_code == 0
    assert len(story.account.openings) == 2


@of("A department is gone")
def test_a_department_is_gone(story: Story) -> None:
    story.org.add_job("Analyst", **{"department.name": "Sales"})
    story.operator.types("sync", story.name, "--wait")
    seen = story.types("status")
    assert seen.exit_code == 0
    assert "1 record: Ashby has no department Sales" in seen.stdout
    story.account.add_department("Sales")
    assert "1 updated" in story.types("sync").stdout
    assert story.types("status").exit_code == 0


@of("An opening was made twice")
def test_an_opening_was_made_twice(story: Story) -> None:
    job = story.org.add_job("Analyst", req="TWICE-1")
    story.operator.types("sync", story.name, "--wait")
    copy = story.account.add_opening("TWICE-1 copy")
    story.account.set_opening_field(copy, "ChartHop Job ID", job)
    story.operator.types("sync", story.name, "--wait")
    assert "2 openings in Ashby carry this job's id" in story.types("status").stdout
    assert story.types("explain", record="twice-1").exit_code == 1
    story.account.set_opening_field(copy, "ChartHop Job ID", None)
    assert story.types("sync", record="twice-1").exit_code == 0


@of("A hire is withdrawn")
def test_a_hire_is_withdrawn(story: Story) -> None:
    job = story.org.add_job("Analyst", req="HIRE-1")
    story.operator.types("sync", story.name, "--wait")
    offer = hire(story.org, story.account, job)
    story.operator.types("sync", story.name, "--wait")
    story.account.cancel_offer(offer)
    story.operator.types("sync", story.name, "--wait")
    assert "withdrawn in Ashby" in story.types("status").stdout
    (opening,) = story.account.openings
    story.account.set_state(opening, "Filled")
    undone = story.types("push", record="hire-1")
    assert undone.exit_code == 1
    assert "open it in Ashby and set its state to Open" in undone.stdout
    assert "the hire was taken back in ChartHop" in undone.stdout
    assert story.org.job(job)["recruit"].upper() == "ACTIVE"
    story.account.set_state(opening, "Open")
    assert story.types("sync").exit_code == 0


@of("The brake holds")
def test_the_brake_holds(story: Story) -> None:
    jobs = [story.org.add_job() for _ in range(SMALLEST_CROWD)]
    story.operator.types("sync", story.name, "--wait")
    for job in jobs[:4]:
        story.org.edit_job(job, recruit="Passive")
    story.operator.types("sync", story.name, "--wait")
    assert "4 of 10 linked openings would be closed at once" in story.types("status").stdout
    assert "state Approved -> Closed" in story.types("plan").stdout
    assert "4 approved" in story.types("approve").stdout
    assert "4 closed" in story.types("sync").stdout


@of("A permission is missing")
def test_a_permission_is_missing(story: Story) -> None:
    story.org.add_job()
    had = story.account.scopes
    story.account.scopes = had - {"jobs:write"}
    story.operator.types("sync", story.name, "--wait")
    assert story.types("status").exit_code == 1
    seen = story.types("check")
    assert seen.exit_code == 1
    assert "turn it on" in seen.stdout
    story.account.scopes = had
    assert story.types("sync").exit_code == 0
    assert len(story.account.openings) == 1


@of("Redis is away")
def test_redis_is_away(story: Story) -> None:
    story.org.add_job()
    there = story.operator
    story.operator = Operator(
        there.deployment, {**there.environment, "REDIS_URL": "redis://127.0.0.1:1/0"}
    )
    seen = story.types("status")
    assert seen.exit_code == 1
    assert "The Redis at REDIS_URL does not answer" in seen.stderr
    story.operator = there
    assert story.types("sync").exit_code == 0


@of("A wrong key was pasted")
def test_a_wrong_key_was_pasted(story: Story) -> None:
    for code in ("KEY-1", "KEY-2"):
        story.org.add_job("Analyst", req=code)
    story.operator.types("sync", story.name, "--wait")
    elsewhere = story.operator.deployment.ashby.add_account(f"elsewhere-{story.name}")
    file = story.operator.deployment.file
    right = file.read_text()
    file.write_text(right.replace(f"ashby-{story.name}", f"elsewhere-{story.name}"))
    story.operator.types("sync", story.name, "--full", "--wait")
    seen = story.types("status").stdout
    assert "KEY-1" in seen
    assert "Ashby has no linked opening at all: put the right key back" in seen
    assert not elsewhere.openings
    file.write_text(right)
    assert story.types("sync").exit_code == 0
    assert len(story.account.openings) == 2


def test_a_worker_was_killed(tmp_path: Path) -> None:
    title = "A worker was killed"
    with ExitStack() as stack:
        server = stack.enter_context(ephemeral())
        operator = stack.enter_context(operator_of(Deployment(tmp_path, server.url)))
        org, account = operator.deployment.add("killed")
        story = Story(operator, "killed", commands(title), org, account)
        with killed_worker_of(operator, tmp_path):
            org.add_job()
            operator.types("sync", "killed")
        assert "no worker is running" in story.types("status").stdout
        stack.enter_context(worker_of(operator, tmp_path))
        assert story.types("sync").exit_code == 0
        assert len(account.openings) == 1
        assert not story.left


@contextmanager
def killed_worker_of(operator: Operator, folder: Path) -> Iterator[None]:
    """A real worker that is killed with SIGKILL at the end, and whose heartbeat has expired."""
    words = ("celery", "-A", "workers", "worker")
    process = Process(folder / "killed.log", operator.environment, words, folder)
    heartbeats = Heartbeats(operator.deployment.redis)
    try:
        while not heartbeats.alive():
            assert process.runs, process.said()
            time.sleep(0.05)
        yield
    finally:
        process.kill()
    expire(operator.deployment.redis)
    assert not heartbeats.alive()


def test_every_story_is_told() -> None:
    named = set(re.findall(r'^@of\("(.+)"\)$', Path(__file__).read_text(), re.MULTILINE))
    assert named | {"A worker was killed"} == set(STORIES)
    assert len(STORIES) == 10
