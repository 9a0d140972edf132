"""Which records are in the queue at once, and in which order the others follow."""

import time

import pytest

from core.keys import Direction, RecordKey, RecordKind, job_key, offer_key
from store.backlog import Backlog, unsettled, woken_at
from store.batch import Batch
from store.space import HIRES, Redis


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


@pytest.fixture
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent should have come to its task long ago."""
    monkeypatch.setattr("store.backlog.LOST_AFTER", -1.0)


def test_what_was_sent_has_time_to_come_to_its_task(backlog: Backlog) -> None:
    backlog.add(jobs(2))
    take(backlog, 2)

    assert not backlog.is_overdue()
    assert take(backlog, 2) == (2, [])


@pytest.mark.usefixtures("in_no_time")
def test_a_record_whose_message_was_lost_is_sent_again_by_whoever_asks_next(
    backlog: Backlog,
) -> None:
    backlog.add(jobs(3))
    take(backlog, 2)

    assert backlog.is_overdue()
    assert backlog.add(jobs(3)) == 0
    assert take(backlog, 2) == (3, [job_key("00000"), job_key("00001")])


def test_what_a_dead_worker_was_at_is_missed_soon_and_nothing_else(
    redis: Redis, backlog: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.backlog.RETURNS_WITHIN", -1.0)
    backlog.add(jobs(3))
    take(backlog, 3)
    with Batch(redis) as batch:
        for number, worker in enumerate(["dead@host/1", "other@host/2", "dead@host/1"]):
            backlog.begin(job_key(f"{number:05}"), batch, worker)
    with Batch(redis) as batch:
        backlog.begin(job_key("00002"), batch, "other@host/2")  # it has come again
    assert not backlog.is_overdue()

    backlog.leave_to_others("dead@host/1")

    assert backlog.is_overdue()
    assert take(backlog, 3) == (3, [job_key("00000")])


@pytest.mark.usefixtures("in_no_time")
def test_lost_messages_leave_room_for_others_while_records_settle(backlog: Backlog) -> None:
    backlog.add(jobs(4))
    take(backlog, 3)

    assert take(backlog, 3, job_key("00000"))[1] == [job_key("00003")], (
        "there was room: nobody looked"
    )
    assert take(backlog, 2, job_key("00001")) == (2, [job_key("00002"), job_key("00003")])


@pytest.mark.usefixtures("in_no_time")
def test_a_message_may_wait_for_long_while_the_queues_are_not_empty(
    backlog: Backlog, redis: Redis
) -> None:
    backlog.add(jobs(1))
    take(backlog, 1)
    redis.lpush(redis.queue(HIRES), "somebody else's")
    assert not backlog.is_overdue()
    assert take(backlog, 1) == (1, [])

    redis.delete(redis.queue(HIRES))
    assert backlog.is_overdue()


@pytest.mark.usefixtures("in_no_time")
def test_a_record_that_a_task_is_at_is_not_lost(backlog: Backlog, redis: Redis) -> None:
    backlog.add(jobs(2))
    take(backlog, 2)
    with Batch(redis) as batch:
        known = backlog.begin(job_key("00000"), batch)
        unknown = backlog.begin(job_key("99999"), batch)

    assert (known.value, unknown.value) == (True, False)
    assert take(backlog, 2) == (2, [job_key("00001")])


@pytest.mark.usefixtures("in_no_time")
def test_a_record_that_comes_again_is_missed_after_its_pause(
    backlog: Backlog, redis: Redis
) -> None:
    backlog.add([offer_key("a")])
    take(backlog, 1)
    for pause, overdue in ((30.0, False), (0.0, True)):
        with Batch(redis) as batch:
            backlog.postpone(offer_key("a"), pause, batch)
        assert backlog.is_overdue() is overdue

    backlog.add(jobs(1))
    assert take(backlog, 1) == (2, [offer_key("a")]), "in its rank"


@pytest.mark.usefixtures("in_no_time")
def test_what_was_lost_while_nothing_may_be_sent_is_forgotten(backlog: Backlog) -> None:
    backlog.add(jobs(1))
    take(backlog, 1)

    assert take(backlog, 0) == (0, [])


def test_organizations_with_records_left_are_known(redis: Redis) -> None:
    acme, globex = Backlog(redis, "acme"), Backlog(redis, "globex")
    acme.add(jobs(1))
    globex.add(jobs(1))
    take(acme, 1)
    assert unsettled(redis) == ["acme", "globex"]

    take(acme, 1, job_key("00000"))
    assert unsettled(redis) == ["globex"]

    globex.clear()
    assert not globex.is_overdue()
    assert unsettled(redis) == []


def test_ten_thousand_records_are_no_trouble(backlog: Backlog) -> None:
    assert backlog.add(jobs(10_000)) == 10_000
    assert len(backlog.settle_and_take(24).value.records) == 24


def test_what_waits_can_be_dropped_and_what_was_sent_settles_by_itself(backlog: Backlog) -> None:
    backlog.add(jobs(3))
    _, sent = take(backlog, 1)
    backlog.clear()

    assert take(backlog, 9) == (1, [])
    assert take(backlog, 9, settled=sent[0]) == (0, [])


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("is_woken", [False, True])
def test_a_direction_is_dropped_with_all_its_kinds_and_no_other(
    backlog: Backlog, redis: Redis, direction: Direction, is_woken: bool
) -> None:
    records = [RecordKey(kind, "a") for kind in RecordKind]
    if is_woken:
        with Batch(redis) as batch:
            backlog.wake(records, batch)
    else:
        backlog.add(records)

    dropped = backlog.drop(direction)

    assert set(dropped) == {one for one in records if one.kind.direction is direction}
    _, left = take(backlog, 9)
    assert {*left, *dropped} == set(records)


def test_organizations_wait_each_for_themselves(redis: Redis) -> None:
    acme, globex = Backlog(redis, "acme"), Backlog(redis, "globex")
    acme.add(jobs(1000))
    globex.add(jobs(1))
    take(acme, 24)

    assert take(globex, 24) == (1, [job_key("00000")])


# Woken by an event.


def wake(backlog: Backlog, redis: Redis, *records: RecordKey) -> None:
    with Batch(redis) as batch:
        backlog.wake(records, batch)


def heard(backlog: Backlog, redis: Redis, record: RecordKey) -> str | None:
    """The wake-up that a task of the record heeds when it begins now."""
    with Batch(redis) as batch:
        woken = backlog.woken(record, batch)
    return woken.value


def test_a_woken_record_goes_before_all_that_wait(backlog: Backlog, redis: Redis) -> None:
    backlog.add([*jobs(5), offer_key("o")])
    wake(backlog, redis, jobs(5)[4])
    assert take(backlog, 2)[1] == [jobs(5)[4], offer_key("o")]


def test_a_record_that_is_woken_twenty_times_is_sent_once(backlog: Backlog, redis: Redis) -> None:
    for _ in range(20):
        wake(backlog, redis, job_key("1"))
    assert take(backlog, 9) == (1, [job_key("1")])
    assert take(backlog, 9) == (1, [])


@pytest.mark.parametrize("again", [False, True])
def test_one_that_is_woken_while_its_task_runs_is_looked_at_once_more(
    backlog: Backlog, redis: Redis, again: bool
) -> None:
    record = job_key("1")
    wake(backlog, redis, record)
    assert take(backlog, 9)[1] == [record]
    heeded = heard(backlog, redis, record)
    if again:
        wake(backlog, redis, record)
    left = backlog.settle_and_take(9, record, heeded=heeded).value
    assert left.records == ([record] if again else [])
    assert (heard(backlog, redis, record) is not None) is again


def test_a_wake_up_tells_when_it_was(backlog: Backlog, redis: Redis) -> None:
    before = time.time()
    wake(backlog, redis, job_key("1"))
    wake_up = heard(backlog, redis, job_key("1"))
    assert wake_up is not None
    assert before - 0.001 <= woken_at(wake_up) <= time.time()


def test_what_is_cleared_is_not_looked_at_once_more(backlog: Backlog, redis: Redis) -> None:
    record = job_key("1")
    wake(backlog, redis, record)
    take(backlog, 9)
    wake(backlog, redis, record)
    backlog.clear()
    assert take(backlog, 9, settled=record) == (0, [])


def test_a_direction_that_rests_drops_what_was_woken_too(backlog: Backlog, redis: Redis) -> None:
    wake(backlog, redis, job_key("1"), offer_key("o"))
    assert backlog.drop(Direction.OUTBOUND) == [job_key("1")]
    assert take(backlog, 9)[1] == [offer_key("o")]
