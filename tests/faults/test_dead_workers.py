"""What a dead worker held, and what was lost on the way, with the timers of production.

The promise: within 35 seconds after a SIGKILL every record has settled, nothing is doubled, and
whoever waits for a sync is told how it ended.
"""

import time
from collections.abc import Callable

import pytest

from sandbox.ashby import Account
from sandbox.charthop import Org
from store.deliveries import Deliveries, Held
from store.space import FAN_OUT, JOBS, LIVING, text
from tests.processes import Process, Station, in_step, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PROMISED = 35.0
RECORDS = 12


def amid_creates(station: Station) -> tuple[Org, Account, Process]:
    """An organization whose first openings are being made, and whoever waits for that sync."""
    org, account = station.add()
    station.sync()
    for number in range(RECORDS):
        org.add_job(f"Engineer {number}")
    station.ashby.latency = 1.5
    waits = station.start("control.cli", "sync", "acme", "--wait", name="asks")
    wait_until(lambda: account.openings)
    return org, account, waits


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


def is_told(waits: Process) -> None:
    """`sync --wait`, begun before the worker died, has ended, and says what became of it."""
    assert waits.ends(within=10.0) == 0, waits.said()
    last = waits.said().splitlines()[-1]
    assert last.startswith("acme: ") and "failed" not in last, waits.said()


def is_quiet(station: Station) -> None:
    """`sync --wait` ends, says that nothing is wrong, and nothing is written."""
    station.forget_calls()
    waits = station.start("control.cli", "sync", "acme", "--wait", name="waits")
    assert waits.ends(within=60.0) == 0, waits.said()
    jobs = len(station.orgs["acme"].jobs)
    assert f"acme: {jobs} unchanged" in waits.said(), waits.said()
    sync = station.memory().syncs.last()
    assert sync is not None and not sync.problems
    assert station.writes() == []


@pytest.mark.parametrize("broker_loses", [False, True], ids=["held", "held-and-lost"])
def test_the_only_worker_is_killed_amid_creates_and_restarted(
    station: Station, broker_loses: bool
) -> None:
    worker = station.start_worker(app="workers")
    station.await_worker()
    org, account, waits = amid_creates(station)
    worker.kill()
    if broker_loses:
        (held,) = station.redis.scan_iter(station.redis.queue(Held.by("*").messages))
        assert station.redis.hlen(held) > 0
        station.redis.delete(held)
    station.ashby.latency = 0.0
    assert not in_step(org, account)

    station.start_worker(app="workers")
    settles(station, org, account, lambda: station.send("tasks.sync_organization", "acme"))
    is_told(waits)
    is_quiet(station)


def holds(station: Station, name: str) -> int:
    """How many messages the worker of that name holds."""
    living = map(text, station.redis.zrange(station.redis.queue(LIVING), 0, -1))
    (worker,) = [one for one in living if one.startswith(f"{name}@")]
    return Deliveries(station.redis).held(worker)


def test_one_of_two_workers_is_killed_amid_creates(station: Station) -> None:
    workers = {name: station.start_worker(name, app="workers") for name in ("first", "second")}
    for name in workers:
        station.await_worker(name)
    org, account, waits = amid_creates(station)
    victim = max(workers, key=lambda name: holds(station, name))
    assert holds(station, victim) > 0
    workers[victim].kill()
    assert not in_step(org, account)
    station.ashby.latency = 0.0

    settles(station, org, account, lambda: None)
    is_told(waits)
    is_quiet(station)


def test_every_message_is_deleted_from_the_broker(station: Station) -> None:
    """100 jobs, and a worker that only reads lists: nobody takes what it sends."""
    org, account = station.add()
    for number in range(100):
        org.add_job(f"Engineer {number}")
    reader = station.start_worker("reader", "-Q", FAN_OUT, app="workers")
    id_ = station.send("tasks.sync_organization", "acme")
    queue = station.redis.queue(JOBS)
    wait_until(lambda: station.redis.hlen(station.redis.key("acme", "in-flight")))
    wait_until(lambda: station.queued()["held"] == 0)
    in_flight = station.redis.hlen(station.redis.key("acme", "in-flight"))
    assert station.redis.llen(queue) == in_flight > 1
    station.redis.delete(queue)
    reader.ask_to_end()
    reader.ends(within=30.0)

    station.start_worker(app="workers")
    began = time.monotonic()
    for _ in range(2):
        assert not station.sync(within=60.0).problems
    station.finished(id_)
    assert in_step(org, account)
    assert time.monotonic() - began < 2 * PROMISED
    is_quiet(station)
