"""The weekly drift report: on its day, once, and only where there is something."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from tests.channel import Channel, channel
from tests.control.cli.test_drift import opening_of
from tests.deployment import Deployment

# Apprise looks at images with a module that Python 3.13 has dropped.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)


@dataclass
class Stage:
    """One organization with a channel, and the clock that the organization's day comes from."""

    deployment: Deployment
    org: Org
    account: Account
    channel: Channel
    patch: pytest.MonkeyPatch

    def at(self, moment: datetime) -> None:
        self.patch.setattr("tasks.calendar.now", lambda: moment)

    def configure(self, more: str = "") -> None:
        wanted = f'notify = ["{self.channel.address}"]\ndrift_report = "monday"\n{more}'
        self.deployment.configure("acme", wanted)

    def drifts(self, title: str = "Engineer", code: str = "R-1") -> str:
        """A job whose opening a recruiter closed."""
        job = self.org.add_job(title, req=code)
        self.deployment.sync()
        self.account.close_opening(opening_of(self.account, job))
        return job

    def until_the_report(self) -> Iterator[str]:
        """Run what was sent until the report is next; the rest."""
        steps = self.deployment.steps()
        while self.deployment.app.messages[0].task != "tasks.report_drift":
            next(steps)
        return steps

    def sync(self) -> list[str]:
        """What is posted about drift during a sync."""
        before = len(self.channel.posts)
        sync = self.deployment.sync()
        assert sync.finished_at is not None and not sync.problems
        return [one["message"] for one in self.channel.posts[before:] if "differ" in one["title"]]


@pytest.fixture
def stage(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with channel() as made:
        org, account = deployment.add()
        stage = Stage(deployment, org, account, made, monkeypatch)
        stage.at(MONDAY - timedelta(days=1))
        stage.configure()
        yield stage


def test_it_comes_on_its_day_and_once_a_week(stage: Stage) -> None:
    job = stage.drifts()
    assert stage.sync() == []
    stage.at(MONDAY)
    assert stage.sync() == [
        (
            "CLOSED_IN_ASHBY: 1\n"
            f"- job:{job} (R-1 Engineer), in Ashby: the job is Active in ChartHop, but its "
            "opening is closed in Ashby: reopen the opening in Ashby, or change the job's "
            "recruiting status in ChartHop\n\nSee all: charthop-ashby drift acme"
        )
    ]
    assert stage.channel.titles[-1] == "acme: 1 difference needs attention"
    assert stage.sync() == []
    stage.at(MONDAY + timedelta(hours=11))
    assert stage.sync() == []
    stage.at(MONDAY + timedelta(days=1))
    assert stage.sync() == []
    stage.at(MONDAY + timedelta(days=7))
    assert len(stage.sync()) == 1
    assert stage.sync() == []


def test_where_nothing_differs_nothing_is_said_and_nothing_read_again(stage: Stage) -> None:
    stage.org.add_job()
    stage.deployment.sync()
    stage.at(MONDAY)
    assert stage.sync() == []
    stage.deployment.send("tasks.sync_organization", "acme")
    assert stage.deployment.drain() == ["fanned out"]


def test_without_the_setting_nothing_comes(stage: Stage) -> None:
    stage.drifts()
    stage.deployment.configure("acme", f'notify = ["{stage.channel.address}"]')
    stage.at(MONDAY)
    assert stage.sync() == []


def test_the_day_is_the_organization_s(stage: Stage) -> None:
    stage.org.timezone = "Pacific/Auckland"
    stage.at(MONDAY - timedelta(days=2))
    stage.drifts()
    assert stage.sync() == []
    stage.at(MONDAY.replace(hour=11) - timedelta(days=1))
    assert len(stage.sync()) == 1  # It is Monday there already.


def test_titles_are_told_as_the_organization_wants(stage: Stage) -> None:
    stage.configure("titles_in_messages = false\nsync_confidential_jobs = true")
    stage.drifts("Engineer", "R-1")
    secret = stage.org.add_job("Chief Secret Officer", req="R-2", sensitive="HIGH")
    stage.deployment.sync()
    stage.account.close_opening(opening_of(stage.account, secret))
    stage.at(MONDAY)
    (message,) = stage.sync()
    assert "(R-1)" in message and "(R-2)" in message
    assert "Engineer" not in message and "Secret" not in message
    stage.configure("sync_confidential_jobs = true")
    stage.at(MONDAY + timedelta(days=7))
    (message,) = stage.sync()
    assert "(R-1 Engineer)" in message and "(R-2)" in message
    assert "Secret" not in message


def test_a_hostile_title_and_an_address_are_dead_in_it(stage: Stage) -> None:
    stage.configure("sync_hiring_team = true")
    manager = stage.org.add_person("Noor", "Haddad", workEmail="noor@example.com")
    stage.org.add_job("<@everyone> [x](https://evil.example)", hireMgr=manager)
    stage.deployment.sync()
    stage.at(MONDAY)
    (message,) = stage.sync()
    assert "NO_USER: 1" in message
    assert "noor" not in message
    assert "<@" not in message and "](" not in message and "https://" not in message


def test_many_are_counted_and_five_of_each_kind_named(stage: Stage) -> None:
    jobs = [stage.org.add_job(f"Job {number}") for number in range(7)]
    stage.deployment.sync()
    for job in jobs:
        stage.account.close_opening(opening_of(stage.account, job))
    stage.at(MONDAY)
    (message,) = stage.sync()
    assert message.startswith("CLOSED_IN_ASHBY: 7\n")
    assert message.count("- job:") == 5
    assert "- and 2 more" in message
    assert stage.channel.titles[-1] == "acme: 7 differences need attention"


def test_what_cannot_be_read_is_tried_again_by_the_next_sync(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.drifts()
    stage.at(MONDAY)
    id_ = stage.deployment.send("tasks.sync_organization", "acme")
    steps = stage.until_the_report()
    stage.deployment.charthop.faults.append(Fault(status=500, times=99))
    assert list(steps) == ["failed"]
    sync = stage.deployment.memory().syncs.get(id_)
    assert sync is not None and sync.finished_at is not None and not sync.problems
    assert "the drift report could not be made (" in caplog.text
    assert stage.channel.posts == []
    stage.deployment.charthop.faults.clear()
    assert len(stage.sync()) == 1


def test_an_address_that_does_not_take_it_is_tried_again_and_no_other(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.drifts()
    stage.at(MONDAY)
    with channel() as other:
        both = f'notify = ["{stage.channel.address}", "{other.address}"]\ndrift_report = "monday"'
        stage.deployment.configure("acme", both)
        other.refuses = True
        assert len(stage.sync()) == 1
        assert "the drift report could not be delivered to address 2" in caplog.text
        other.refuses = False
        assert stage.sync() == []
        assert len(other.posts) == 1
        assert stage.sync() == []
        assert len(other.posts) == 1


def test_while_the_organization_is_paused_nothing_comes(stage: Stage) -> None:
    stage.drifts()
    stage.at(MONDAY)
    stage.deployment.send("tasks.sync_organization", "acme")
    steps = stage.until_the_report()
    stage.deployment.memory().switches.pause("an audit")
    assert list(steps) == ["dropped"]
    assert stage.channel.posts == []
