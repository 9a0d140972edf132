"""The timers of leases, tasks and the broker fit together, as docs/decisions.md says."""

from store.allowances import LONGEST_WAIT
from store.backlog import RETURNS_WITHIN, RUNS_FOR
from store.connection import PATIENCE
from store.heartbeats import EVERY, EXPIRES_AFTER
from store.locks import HELD_FOR
from systems.sessions import CALL_SECONDS
from tasks.fan_out import LONGEST_FAN_OUT
from tasks.records import LOCK_WAIT, LONGEST_PAUSE, LONGEST_WORK
from workers.configuration import VISIBILITY_TIMEOUT
from workers.processes import GRACE

RETRIED_AFTER = 2.2
"""Seconds between two attempts at a read at most (systems/http.py)."""

LAST_CALL = RETRIED_AFTER + LONGEST_WAIT + CALL_SECONDS
LONGEST_TASK = LOCK_WAIT + LONGEST_WORK + LAST_CALL


def test_a_dead_workers_record_goes_on_in_time_also_if_its_message_is_lost() -> None:
    assert EXPIRES_AFTER + EVERY + RETURNS_WITHIN + EVERY < 35


def test_a_lock_that_need_not_be_renewed_yet_outlasts_the_next_call() -> None:
    assert HELD_FOR / 3 + LAST_CALL < HELD_FOR


def test_a_records_task_ends_before_anybody_counts_on_it() -> None:
    assert LONGEST_TASK < 150 < GRACE
    assert LONGEST_TASK < RUNS_FOR, "it is not sent a second time while it runs"


def test_nothing_is_delivered_again_while_its_worker_is_at_it() -> None:
    """Neither a task nor a message that waits for its time, also if Redis is away meanwhile."""
    longest_pause = LONGEST_PAUSE * 1.5
    assert longest_pause + LONGEST_TASK + PATIENCE < VISIBILITY_TIMEOUT
    assert 30 + LONGEST_FAN_OUT + LAST_CALL + PATIENCE < VISIBILITY_TIMEOUT
