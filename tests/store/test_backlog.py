"""Which records are in the queue at once, and in which order the others follow."""

import time

import pytest

from core.keys import RecordKey, job_key, offer_key
from store.backlog import LOST_AFTER, Backlog
from store.space import Redis


@pytest.fixture
def backlog(redis: Redis) -> Backlog:
    return Backlog(redis, "acme")


def jobs(count: int) -> list[RecordKey]:
    return [job_key(f"{number:05d}") for number in range(count)]


def take(
    backlog: Backlog, window: int, settled: RecordKey | None = None
) -> tuple[int, list[RecordKey]]:
    """How many are left, and what is to be sent."""
    taken = backlog.settle_and_take(window, settled).value
    return taken.left, taken.records


def test_only_a_window_of_records_is_in_the_queue_and_each_that_settles_sends_the_next(
    backlog: Backlog,
) -> None:
    backlog.add(jobs(6))

    left, sent = take(backlog, 4)
    assert (left, len(sent)) == (6, 4)
    assert take(backlog, 4) == (6, [])

    left, more = take(backlog, 4, settled=sent[0])
    assert (left, len(more)) == (5, 1)


def test_every_record_is_sent_once_until_none_is_left(backlog: Backlog) -> None:
    backlog.add(jobs(50))
    left, waiting = take(backlog, 4)
    done = []
    while waiting:
        done.append(waiting.pop())
        left, sent = take(backlog, 4, settled=done[-1])
        waiting += sent

    assert sorted(done) == sorted(jobs(50))
    assert left == 0 == backlog.left()


def test_a_record_that_waits_is_not_added_twice(backlog: Backlog) -> None:
    assert backlog.add(jobs(3)) == 3
    assert backlog.add(jobs(4)) == 1
    assert backlog.left() == 4


def test_a_record_that_is_under_way_gets_no_second_message(backlog: Backlog) -> None:
    backlog.add(jobs(2))
    _, sent = take(backlog, 1)

    assert backlog.add(jobs(2)) == 0
    assert sent[0] not in backlog.settle_and_take(9).value.records


def test_a_record_that_settled_may_come_again(backlog: Backlog) -> None:
    backlog.add(jobs(1))
    _, sent = take(backlog, 1)
    take(backlog, 1, settled=sent[0])

    assert backlog.add(jobs(1)) == 1


def test_settling_what_was_never_sent_does_no_harm(backlog: Backlog) -> None:
    backlog.add(jobs(1))

    assert take(backlog, 1, settled=job_key("99999")) == (1, [job_key("00000")])


def test_hires_go_before_jobs_also_when_they_come_later(backlog: Backlog) -> None:
    backlog.add(jobs(3))
    backlog.add([offer_key("b"), offer_key("a")])

    assert backlog.settle_and_take(3).value.records == [
        offer_key("a"),
        offer_key("b"),
        job_key("00000"),
    ]


def test_a_record_that_was_lost_on_the_way_may_be_sent_again_after_a_while(
    backlog: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = time.time()
    backlog.add(jobs(2))
    take(backlog, 2)

    monkeypatch.setattr(time, "time", lambda: start + LOST_AFTER - 10)
    assert backlog.add(jobs(1)) == 0

    monkeypatch.setattr(time, "time", lambda: start + LOST_AFTER + 10)
    assert backlog.add(jobs(1)) == 1
    assert take(backlog, 2) == (2, [job_key("00000")])


def test_ten_thousand_records_are_no_trouble(backlog: Backlog) -> None:
    assert backlog.add(jobs(10_000)) == 10_000
    assert len(backlog.settle_and_take(24).value.records) == 24


def test_what_waits_can_be_dropped_and_what_was_sent_settles_by_itself(backlog: Backlog) -> None:
    backlog.add(jobs(3))
    _, sent = take(backlog, 1)
    backlog.clear()

    assert take(backlog, 9) == (1, [])
    assert take(backlog, 9, settled=sent[0]) == (0, [])


def test_organizations_wait_each_for_themselves(redis: Redis) -> None:
    acme, globex = Backlog(redis, "acme"), Backlog(redis, "globex")
    acme.add(jobs(1000))
    globex.add(jobs(1))
    take(acme, 24)

    assert take(globex, 24) == (1, [job_key("00000")])
