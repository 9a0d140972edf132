"""Who hears of trouble and recovery: real syncs, real Apprise, a channel on this machine."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from tasks import dispatch
from tests.channel import TOKEN, Channel, channel
from tests.deployment import Deployment

# Apprise looks at images with a module that Python 3.13 has dropped.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@dataclass
class Stage:
    """One organization whose trouble is told to one channel."""

    deployment: Deployment
    org: Org
    account: Account
    channel: Channel

    def twin(self, code: str) -> list[str]:
        """A job that is held: two openings have its identifier."""
        self.org.add_job("Engineer", req=code)
        return [self.account.add_opening(identifier=code) for _ in range(2)]

    def fix(self, openings: list[str], code: str) -> None:
        """One of the two gets another identifier."""
        self.account.edit_opening(openings[0], identifier=f"{code}-old")

    def sync(self) -> list[str]:
        """The titles of what is posted during a sync."""
        before = len(self.channel.posts)
        self.deployment.sync()
        return self.channel.titles[before:]


@pytest.fixture
def stage(deployment: Deployment) -> Iterator[Stage]:
    with channel() as made:
        org, account = deployment.add(more=f'notify = ["{made.address}"]')
        yield Stage(deployment, org, account, made)


def test_one_message_when_it_starts_one_when_it_is_well_none_in_between(stage: Stage) -> None:
    stage.org.add_job("Analyst")
    assert stage.sync() == []

    openings = stage.twin("R-1")
    assert stage.sync() == ["acme: 1 held"]
    post = stage.channel.posts[-1]
    assert post["type"] == "warning"
    assert "2 openings in Ashby have the identifier R-1" in post["message"]
    assert post["message"].endswith("See all: charthop-ashby status acme")
    assert stage.sync() == []

    stage.fix(openings, "R-1")
    assert stage.sync() == ["acme: all is well again"]
    assert stage.channel.posts[-1]["type"] == "success"
    assert stage.sync() == []


def test_the_message_is_sent_when_the_last_record_has_settled(stage: Stage) -> None:
    for number in range(3):
        stage.org.add_job(f"Engineer {number}")
    stage.deployment.ashby.faults.append(
        Fault(path="opening.create", kind="error", code="invalid_input", times=99)
    )
    stage.deployment.send("tasks.sync_organization", "acme")
    heard = [(one, len(stage.channel.posts)) for one in stage.deployment.steps()]

    assert heard == [("fanned out", 0), ("failed", 0), ("failed", 0), ("failed", 1)]
    assert stage.channel.titles == ["acme: 3 failed"]


def test_a_sync_that_two_workers_finish_is_finished_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.deployment.memory().syncs.start("one", "schedule")
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            dispatch.finish(stage.deployment.app.wiring.context("acme"), "one", ())

    assert caplog.messages == ["sync finished: no records"]


def test_a_sync_that_stops_is_told_and_so_is_its_recovery(stage: Stage) -> None:
    stage.deployment.charthop.faults.append(Fault(kind="status", status=503, times=99))
    assert stage.sync() == ["acme: the sync stopped"]
    assert stage.sync() == []
    stage.deployment.charthop.faults.clear()
    stage.deployment.redis.delete(*stage.deployment.redis.keys("*outage*"))

    assert stage.sync() == ["acme: all is well again"]


def test_a_message_that_does_not_arrive_is_tried_again_and_fails_nothing(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.twin("R-1")
    stage.channel.refuses = True
    with caplog.at_level(logging.DEBUG):
        assert stage.sync() == []
    assert stage.channel.refused == 1
    assert stage.deployment.memory().syncs.last_good() is not None
    assert "could not be delivered to address 1 of notify" in caplog.text
    assert TOKEN not in caplog.text

    stage.channel.refuses = False
    assert stage.sync() == ["acme: 1 held"]
    assert stage.sync() == []


def test_trouble_that_nobody_could_be_told_of_is_not_told_once_it_is_over(stage: Stage) -> None:
    openings = stage.twin("R-1")
    stage.channel.refuses = True
    stage.sync()
    stage.fix(openings, "R-1")
    stage.channel.refuses = False

    assert stage.sync() == []


def test_each_address_is_told_once_whatever_the_others_take(stage: Stage) -> None:
    with channel() as deaf:
        deaf.refuses = True
        stage.deployment.configure(
            "acme", f'notify = ["{deaf.address}", "nonsense://x", "{stage.channel.address}"]'
        )
        stage.twin("R-1")
        assert stage.sync() == ["acme: 1 held"]
        assert stage.sync() == []
        deaf.refuses = False
        assert stage.sync() == []
        assert deaf.titles == ["acme: 1 held"]


def test_a_pause_is_no_trouble_and_what_happened_meanwhile_is_told_after_it(stage: Stage) -> None:
    stage.deployment.memory().switches.pause("a migration")
    stage.twin("R-1")
    assert stage.sync() == []

    stage.deployment.memory().switches.resume()
    assert stage.sync() == ["acme: 1 held"]


def test_nothing_of_an_address_is_kept(stage: Stage) -> None:
    stage.twin("R-1")
    stage.sync()

    redis = stage.deployment.redis
    told = redis.hgetall("charthop-ashby:acme:told")
    assert told
    assert not [one for pair in told.items() for one in pair if TOKEN.encode() in one]


def test_a_message_names_the_job_unless_titles_are_not_wanted_there(
    stage: Stage, deployment: Deployment
) -> None:
    openings = stage.twin("R-1")
    stage.sync()
    assert "(R-1 Engineer)" in stage.channel.posts[-1]["message"]
    stage.fix(openings, "R-1")
    stage.sync()
    deployment.configure(
        "acme", f'notify = ["{stage.channel.address}"]\ntitles_in_messages = false'
    )
    stage.twin("R-2")
    stage.sync()
    assert "(R-2)" in stage.channel.posts[-1]["message"]
    assert "Engineer" not in stage.channel.posts[-1]["message"]


def test_the_title_of_a_confidential_job_is_in_no_message(
    stage: Stage, deployment: Deployment
) -> None:
    more = f'notify = ["{stage.channel.address}"]\nsync_confidential_jobs = true'
    deployment.configure("acme", more)
    stage.org.add_job("Chief Secret Officer", req="EXE-1", sensitive="HIGH")
    for _ in range(2):
        stage.account.add_opening(identifier="EXE-1")
    stage.sync()
    assert "(EXE-1)" in stage.channel.posts[-1]["message"]
    assert "Secret" not in stage.channel.posts[-1]["message"]


def test_what_is_missing_is_not_called_well(stage: Stage) -> None:
    stage.org.add_job("Analyst", **{"department.name": "Sales"})
    openings = stage.twin("R-1")
    stage.sync()
    stage.fix(openings, "R-1")
    (title,) = stage.sync()
    assert title == "acme: nothing is held or failing any more, but something is missing"
    assert "1 in step, but: Ashby has no department Sales" in stage.channel.posts[-1]["message"]
