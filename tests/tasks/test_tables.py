"""A wrong table stops its organization, and not without a word."""

import logging
from collections.abc import Iterator

import pytest

from organizations import Organizations
from tasks.dispatch import send_lost
from tests.channel import Channel, channel
from tests.deployment import Deployment
from workers.figures import registry

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def posts(deployment: Deployment) -> Iterator[Channel]:
    """Where acme's messages arrive; globex is sound."""
    with channel() as made:
        deployment.add("acme", f'notify = ["{made.address}"]')
        deployment.add("globex")
        yield made


def spoil(deployment: Deployment, old: str, new: str) -> None:
    text = deployment.file.read_text()
    assert old in text
    deployment.file.write_text(text.replace(old, new, 1))


def sync_all(deployment: Deployment) -> None:
    deployment.send("tasks.sync_all", trigger="schedule")
    deployment.drain()


def error(deployment: Deployment, organization: str) -> float | None:
    found = registry(deployment.redis, Organizations(deployment.file))
    labels = {"organization": organization}
    return found.get_sample_value("charthop_ashby_organization_error", labels)


MISTAKES = [
    ("enabled = true", "enabled = treu"),
    ("enabled = true", 'enabled = "yes"'),
    ("enabled = true", "enabled = true\nsynced_field = []"),
    ('"ashby-acme"', '"${NOBODY_HAS_IT}"'),
]


@pytest.mark.parametrize(("old", "new"), MISTAKES)
def test_a_mistake_is_logged_once_told_once_and_measured(
    deployment: Deployment,
    posts: Channel,
    caplog: pytest.LogCaptureFixture,
    old: str,
    new: str,
) -> None:
    sync_all(deployment)
    assert error(deployment, "acme") == 0
    spoil(deployment, old, new)
    caplog.set_level(logging.WARNING, "charthop_ashby")
    for _ in range(3):
        sync_all(deployment)
    lines = [line for line in caplog.messages if line.startswith("not synced: ")]
    assert len(lines) == 1, lines
    assert f"{deployment.file}:" in lines[0]
    if new != "enabled = treu":  # what is no TOML tells no addresses
        assert posts.titles == ["acme: the sync stopped"]
    assert error(deployment, "acme") == 1
    assert error(deployment, "globex") == 0
    found = registry(deployment.redis, Organizations(deployment.file))
    age = "charthop_ashby_last_good_sync_age_seconds"
    assert found.get_sample_value(age, {"organization": "acme"}) is not None
    assert deployment.memory("globex").syncs.last() is not None

    spoil(deployment, new, old)
    sync_all(deployment)
    assert error(deployment, "acme") == 0
    if new != "enabled = treu":
        assert posts.titles[1:] == ["acme: all is well again"]


def test_another_mistake_is_another_line(
    deployment: Deployment, posts: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "charthop_ashby")
    spoil(deployment, "enabled = true", "enabled = 3")
    sync_all(deployment)
    spoil(deployment, "enabled = 3", "enabled = true\nsynced_field = []")
    sync_all(deployment)
    lines = [line for line in caplog.messages if line.startswith("not synced: ")]
    assert len(lines) == 2


def test_a_bug_while_a_mistake_is_told_keeps_no_other_organization_from_its_sync(
    deployment: Deployment, posts: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(deployment, "enabled = true", "enabled = 3")
    deployment.redis.set("charthop-ashby:acme:results", "somebody else's")
    sync_all(deployment)

    assert any(line.startswith("bug: ") for line in caplog.messages)
    last = deployment.memory("globex").syncs.last()
    assert last is not None and last.finished_at is not None


def test_a_table_that_is_disabled_may_be_wrong(deployment: Deployment, posts: Channel) -> None:
    spoil(deployment, "enabled = true", "enabled = false\nsynced_field = []")
    sync_all(deployment)
    assert error(deployment, "acme") is None
    assert posts.titles == []


@pytest.mark.parametrize("how", ["gone", "a folder", "no text"])
def test_a_worker_that_starts_while_the_file_cannot_be_read_drops_nothing(
    deployment: Deployment, how: str
) -> None:
    org, account = deployment.add("acme")
    jobs = [org.add_job("Engineer"), org.add_job("Analyst")]
    deployment.send("tasks.sync_organization", "acme")
    deployment.run(deployment.app.messages.pop(0))
    text = deployment.file.read_text()
    deployment.file.unlink()
    if how == "a folder":
        deployment.file.mkdir()
    elif how == "no text":
        deployment.file.write_bytes(b"\xff\xfe\xff")
    deployment.app.wiring.organizations = Organizations(deployment.file)
    deployment.send("tasks.sync_organization", "acme")
    waiting = len(deployment.app.messages)

    assert {deployment.run(deployment.app.messages.pop(0)) for _ in range(waiting)} == {"retry"}
    assert deployment.memory().backlog.left() == len(jobs)
    assert len(deployment.app.messages) == waiting

    if how == "a folder":
        deployment.file.rmdir()
    deployment.file.write_text(text)
    deployment.drain()
    assert len(account.openings) == len(jobs)


def test_what_is_retried_or_lost_while_the_file_cannot_be_read_is_neither_dropped_nor_sent_twice(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.backlog.LOST_AFTER", -1.0)
    org, account = deployment.add("acme")
    jobs = [org.add_job("Engineer"), org.add_job("Analyst")]
    deployment.send("tasks.sync_organization", "acme")
    deployment.run(deployment.app.messages.pop(0))
    memory = deployment.memory()
    text = deployment.file.read_text()
    deployment.file.unlink()
    deployment.app.wiring.organizations = Organizations(deployment.file)

    assert memory.backlog.is_overdue()
    send_lost(deployment.app, "acme")
    assert memory.backlog.left() == len(jobs) == len(deployment.app.messages)
    last = memory.syncs.last()
    assert last is not None and last.finished_at is None

    for _ in jobs:
        assert deployment.run(deployment.app.messages.pop(0)) == "retry"
    assert not memory.backlog.is_overdue(), "they are on their way again"

    deployment.file.write_text(text)
    deployment.drain()
    assert len(account.openings) == len(jobs)
    last = memory.syncs.last()
    assert last is not None and last.finished_at is not None and not last.problems
