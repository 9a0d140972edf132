"""Real workers, beats and Redis that are killed, stopped, restarted and cut off."""

import signal
import threading
from pathlib import Path

import pytest

from core.keys import job_key
from sandbox.ashby import Account
from sandbox.charthop import Org
from tasks.dispatch import send
from tests.processes import Process, Station, in_step, wait_until

LINK = "ChartHop Job ID"


def at_rest(station: Station) -> bool:
    """Whether no message waits or is with a worker."""
    return set(station.queued().values()) == {0}


def is_quiet(station: Station) -> None:
    """A sync writes nothing."""
    station.forget_calls()
    station.sync()
    assert station.writes() == []


def busy(station: Station, jobs: int = 6, answers_after: float = 1.5) -> tuple[Org, Account]:
    """An organization in the middle of its first sync: Ashby is slow to answer the creates."""
    org, account = station.add()
    station.sync()
    for number in range(jobs):
        org.add_job(f"Engineer {number}")
    station.ashby.latency = answers_after
    station.forget_calls()
    station.send("tasks.sync_organization", "acme")
    wait_until(lambda: account.openings)
    return org, account


def goes_on(station: Station, worker: Process, org: Org, account: Account) -> None:
    """The same worker, unharmed, does what is left to be done."""
    wait_until(lambda: at_rest(station) and station.memory().backlog.left() == 0, within=60)
    station.sync(within=60)
    assert in_step(org, account)
    is_quiet(station)
    assert worker.runs
    assert "AttributeError" not in worker.said()


def test_what_a_killed_worker_held_is_done_by_another(station: Station) -> None:
    first = station.start_worker("first")
    station.await_worker("first")
    org, account = busy(station)
    first.kill()
    station.ashby.latency = 0.0
    assert not in_step(org, account)

    station.start_worker("second")
    wait_until(lambda: in_step(org, account) and at_rest(station))
    is_quiet(station)


def test_a_worker_that_is_stopped_ends_what_it_has_begun(station: Station) -> None:
    first = station.start_worker("first", "-c", "2")
    station.await_worker("first")
    org, account = busy(station, answers_after=0.5)
    first.ask_to_end()
    assert first.ends(within=20) == 0
    halves = [id_ for id_ in account.openings if not account.opening_field(id_, LINK)]
    assert halves == []
    assert not in_step(org, account), "it left something for the next one"
    assert station.queued()["held"] == 0

    station.ashby.latency = 0.0
    station.start_worker("second")
    wait_until(lambda: in_step(org, account) and at_rest(station))
    is_quiet(station)


@pytest.mark.parametrize("kept", [True, False], ids=["with its data", "empty"])
def test_redis_is_restarted_while_tasks_are_at_work(station: Station, kept: bool) -> None:
    worker = station.start_worker()
    station.await_worker()
    org, account = busy(station)
    station.server.restart(keep_data=kept)
    station.ashby.latency = 0.0

    goes_on(station, worker, org, account)


def test_redis_is_away_for_half_a_minute(station: Station) -> None:
    worker = station.start_worker()
    station.await_worker()
    org, account = busy(station)
    station.server.stop()
    with pytest.raises(AssertionError):
        wait_until(lambda: not worker.runs, within=30)
    station.ashby.latency = 0.0
    station.server.start()

    goes_on(station, worker, org, account)


def test_a_records_message_is_sent_after_a_moment_without_redis(station: Station) -> None:
    """The backlog holds it for sent by then: unsent it would wait until it is missed."""
    station.server.stop()
    comes_back = threading.Timer(2.0, station.server.start)
    comes_back.start()
    try:
        send(station.app, "acme", job_key("670405b2c8e3d13247cfef5d"))
    finally:
        comes_back.join()

    assert station.queued()["jobs"] == 1


def test_two_workers_two_beats_and_whoever_asks_as_well(tmp_path: Path) -> None:
    with Station(tmp_path, interval=1, hurry=20.0) as station:
        org, account = station.add()
        org.add_job("Engineer")
        for number in range(60):
            org.add_job(f"Engineer {number}")
        for name in ("one", "two"):
            station.start_worker(name)
            station.start_beat(f"beat-{name}")
        for name in ("one", "two"):
            station.await_worker(name)
        for _ in range(10):
            station.send("tasks.sync_organization", "acme")
            station.send("tasks.sync_all")
        wait_until(lambda: in_step(org, account), within=60)
        for process in station.processes:
            if "beat" in process.log.name:
                process.popen.send_signal(signal.SIGTERM)
                process.ends(within=20)
        wait_until(lambda: at_rest(station), within=60)
        is_quiet(station)
        assert in_step(org, account)
