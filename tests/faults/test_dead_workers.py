"""What a dead worker held, and what was lost on the way, with the timers of production.

The promise: within 35 seconds after a SIGKILL every record has settled, nothing is doubled, and
whoever waits for a sync is told how it ended.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.ashby import Account
from sandbox.charthop import Org
from store.space import JOBS
from tests.processes import Station, wait_until

pytestmark = pytest.mark.slow

LINK = "ChartHop Job ID"
PROMISED = 35.0
RECORDS = 12


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with Station(tmp_path, persist=True) as made:
        yield made


def in_step(org: Org, account: Account) -> bool:
    """Whether each job has just one opening, which carries its id."""
    linked = [account.opening_field(id_, LINK) for id_ in account.openings]
    return sorted(map(str, linked)) == sorted(org.jobs)


def amid_creates(station: Station) -> tuple[Org, Account]:
    """An organization whose first openings are being made: Ashby is slow to answer."""
    org, account = station.add()
    station.sync()
    for number in range(RECORDS):
        org.add_job(f"Engineer {number}")
    station.ashby.latency = 1.5
    station.send("tasks.sync_organization", "acme")
    wait_until(lambda: account.openings)
    return org, account


def settles(station: Station, org: Org, account: Account, ask: Callable[[], object]) -> float:
    """Seconds until all is settled; `ask` is called every second meanwhile."""
    began = time.monotonic()
    memory = station.memory()

    def settled() -> bool:
        return in_step(org, account) and memory.backlog.left() == 0

    while not settled():
        assert time.monotonic() - began < PROMISED, "not settled within the time promised"
        ask()
        time.sleep(1.0)
    return time.monotonic() - began


def is_quiet(station: Station) -> None:
    """A sync ends, says that nothing is wrong, and writes nothing."""
    station.forget_calls()
    sync = station.sync()
    assert not sync.problems
    assert station.writes() == []


def test_the_only_worker_is_killed_amid_creates_and_restarted(station: Station) -> None:
    worker = station.start_worker(app="workers")
    station.await_worker()
    org, account = amid_creates(station)
    worker.kill()
    station.ashby.latency = 0.0
    assert not in_step(org, account)

    station.start_worker(app="workers")
    settles(station, org, account, lambda: station.send("tasks.sync_organization", "acme"))
    is_quiet(station)


def test_one_of_two_workers_is_killed_amid_creates(station: Station) -> None:
    first = station.start_worker("first", app="workers")
    station.await_worker("first")
    org, account = amid_creates(station)
    station.start_worker("second", app="workers")
    station.await_worker("second")
    first.kill()
    station.ashby.latency = 0.0

    settles(station, org, account, lambda: None)
    is_quiet(station)


def test_every_message_is_deleted(station: Station) -> None:
    """100 of 100: the next two syncs end, and after them all is settled."""
    org, account = station.add()
    for number in range(100):
        org.add_job(f"Engineer {number}")
    worker = station.start_worker(app="workers")
    station.await_worker()
    station.ashby.latency = 0.3
    station.send("tasks.sync_organization", "acme")
    wait_until(lambda: station.memory().backlog.left() > 90)
    # Those that wait, and those that the worker holds: it never ends what it has begun.
    worker.kill()
    held = list(station.redis.scan_iter("*:held*"))
    assert held
    station.redis.delete(station.redis.queue(JOBS), *held)
    station.ashby.latency = 0.0

    station.start_worker(app="workers")
    station.await_worker()
    for _ in range(2):
        assert not station.sync(within=120.0).problems
    assert in_step(org, account)
    is_quiet(station)
