"""Which records are in the queue at once, and in which order the others follow."""

import time

import pytest

from store.backlog import HIRES_FIRST, JOBS_AFTER, LOST_AFTER, Backlog
from store.space import Redis


@pytest.fixture
def backlog(redis: Redis) -> Backlog:
    return Backlog(redis, "acme")


def jobs(count: int) -> dict[str, int]:
    return {f"job:{number:05d}": JOBS_AFTER for number in range(count)}


def test_only_a_window_of_records_is_in_the_queue_and_each_that_settles_sends_the_next(
    backlog: Backlog,
) -> None:
    backlog.add(jobs(6))

    left, sent = backlog.next(4)
    assert (left, len(sent)) == (6, 4)
    assert backlog.next(4) == (6, [])

    left, more = backlog.next(4, settled=sent[0])
    assert (left, len(more)) == (5, 1)


def test_every_record_is_sent_once_until_none_is_left(backlog: Backlog) -> None:
    backlog.add(jobs(50))
    left, waiting = backlog.next(4)
    done = []
    while waiting:
        done.append(waiting.pop())
        left, sent = backlog.next(4, settled=done[-1])
        waiting += sent

    assert sorted(done) == sorted(jobs(50))
    assert left == 0 == backlog.left()


def test_a_record_that_waits_is_not_added_twice(backlog: Backlog) -> None:
    assert backlog.add(jobs(3)) == 3
    assert backlog.add(jobs(4)) == 1
    assert backlog.left() == 4


def test_a_record_that_is_under_way_gets_no_second_message(backlog: Backlog) -> None:
    backlog.add(jobs(2))
    _, sent = backlog.next(1)

    assert backlog.add(jobs(2)) == 0
    assert sent[0] not in backlog.next(9)[1]


def test_a_record_that_settled_may_come_again(backlog: Backlog) -> None:
    backlog.add(jobs(1))
    _, sent = backlog.next(1)
    backlog.next(1, settled=sent[0])

    assert backlog.add(jobs(1)) == 1


def test_settling_what_was_never_sent_does_no_harm(backlog: Backlog) -> None:
    backlog.add(jobs(1))

    assert backlog.next(1, settled="job:99999") == (1, ["job:00000"])


def test_hires_go_before_jobs_also_when_they_come_later(backlog: Backlog) -> None:
    backlog.add(jobs(3))
    backlog.add({"offer:b": HIRES_FIRST, "offer:a": HIRES_FIRST})

    assert backlog.next(3)[1] == ["offer:a", "offer:b", "job:00000"]


def test_a_record_that_was_lost_on_the_way_may_be_sent_again_after_a_while(
    backlog: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = time.time()
    backlog.add(jobs(2))
    backlog.next(2)

    monkeypatch.setattr(time, "time", lambda: start + LOST_AFTER - 10)
    assert backlog.add(jobs(1)) == 0

    monkeypatch.setattr(time, "time", lambda: start + LOST_AFTER + 10)
    assert backlog.add(jobs(1)) == 1
    assert backlog.next(2) == (2, ["job:00000"])


def test_ten_thousand_records_are_no_trouble(backlog: Backlog) -> None:
    assert backlog.add(jobs(10_000)) == 10_000
    assert len(backlog.next(24)[1]) == 24


def test_what_waits_can_be_dropped_and_what_was_sent_settles_by_itself(backlog: Backlog) -> None:
    backlog.add(jobs(3))
    _, sent = backlog.next(1)
    backlog.clear()

    assert backlog.next(9) == (1, [])
    assert backlog.next(9, settled=sent[0]) == (0, [])


def test_organizations_wait_each_for_themselves(redis: Redis) -> None:
    acme, globex = Backlog(redis, "acme"), Backlog(redis, "globex")
    acme.add(jobs(1000))
    globex.add(jobs(1))
    acme.next(24)

    assert globex.next(24) == (1, ["job:00000"])
