"""sync --wait when its worker is killed, or its messages are purged: it ends, with the truth."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from store.heartbeats import Heartbeats
from tests.control.cli.conftest import Operator, operator_of
from tests.deployment import Deployment
from tests.processes import Process, expire
from workers.embedded import ephemeral

JOBS = 16


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """An operator whose Redis no other test empties."""
    with ExitStack() as stack:
        server = stack.enter_context(ephemeral())
        yield stack.enter_context(operator_of(Deployment(tmp_path, server.url)))


@contextmanager
def worker(operator: Operator, name: str) -> Iterator[Process]:
    """A worker with one thread and short timers; killed at the end."""
    folder = operator.deployment.folder
    words = ("celery", "-A", "tests.hurried", "worker", "-c", "1", "-n", name)
    process = Process(folder / f"{name}.log", operator.environment, words, folder)
    heartbeats = Heartbeats(operator.deployment.redis)
    before = len(heartbeats.alive())
    try:
        while len(heartbeats.alive()) == before:
            assert process.runs, process.said()
            time.sleep(0.05)
        yield process
    finally:
        process.kill()


def begun(operator: Operator) -> int:
    """The openings that there are, once there is one."""
    account = operator.deployment.accounts["acme"]
    deadline = time.monotonic() + 60
    while not account.openings:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return len(account.openings)


def test_another_worker_finishes_what_a_killed_one_began(operator: Operator) -> None:
    org, account = operator.deployment.add("acme")
    for number in range(JOBS):
        org.add_job(f"Engineer {number}")
    operator.deployment.ashby.latency = 0.1
    folder = operator.deployment.folder
    with (
        worker(operator, "one") as process,
        worker(operator, "two"),
        operator.process("sync", "acme", "--wait", cwd=folder) as waiting,
    ):
        assert begun(operator) < JOBS
        process.kill()
        expire(operator.deployment.redis, "one@")
        said, _ = waiting.communicate(timeout=150)
        assert waiting.returncode == 0, said
        # The one that the killed worker was at may be found already made.
        assert sum(map(int, re.findall(r"(\d+) (?:created|adopted)", said))) == JOBS, said
        assert len(account.openings) == JOBS


def test_its_messages_are_purged(operator: Operator) -> None:
    org, account = operator.deployment.add("acme")
    for number in range(JOBS):
        org.add_job(f"Engineer {number}")
    operator.deployment.ashby.latency = 0.1
    redis = operator.deployment.redis
    folder = operator.deployment.folder
    with worker(operator, "one"), operator.process("sync", "acme", "--wait", cwd=folder) as waiting:
        begun(operator)
        purged = 0
        while purged < 5:
            purged += int(redis.llen(redis.queue("jobs")))
            redis.delete(redis.queue("jobs"))
            time.sleep(0.01)
        said, _ = waiting.communicate(timeout=280)
        assert waiting.returncode == 0, said
        assert f"acme: {JOBS} created" in said
        assert len(account.openings) == JOBS
