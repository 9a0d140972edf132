"""How calls are spaced, how a 429 holds everybody, and how an outage is noticed and ends.

Nothing here waits: the script in Redis answers how long a caller would have to, and that is what
is looked at. Time goes by where a test takes away what it would have ended.
"""

import pytest

from core.errors import TryLater
from store.allowances import (
    AHEAD,
    AHEAD_FOR,
    ASHBY,
    FEW_FAILURES,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    LONGEST_WAIT,
    Rate,
    RedisAllowance,
    Unlimited,
)
from store.space import Redis

SLOW = Rate(per_minute=60, burst=2)
"""One call a second, and two more at once after a quiet while."""


class Taker:
    """One worker's view of an allowance; `waits` are the seconds that it was told to wait."""

    def __init__(self, redis: Redis, of: str = "key", rate: Rate = SLOW) -> None:
        self.waits: list[float] = []
        self.allowance = RedisAllowance(redis, "Ashby", of, rate, self.waits.append)

    def take(self) -> float:
        """Take one call; the seconds to wait for it."""
        before = len(self.waits)
        self.allowance.take()
        return self.waits[-1] if len(self.waits) > before else 0.0


def refusal(taker: Taker) -> tuple[str, float]:
    """Why a call may not be made now, and after how many seconds it may."""
    with pytest.raises(TryLater) as caught:
        taker.take()
    return caught.value.reason.code, caught.value.after or 0.0


# Spacing.


def test_after_a_quiet_while_a_few_calls_go_at_once_and_then_evenly(redis: Redis) -> None:
    taker = Taker(redis)

    waits = [taker.take() for _ in range(7)]

    assert waits[:3] == [0, 0, 0]
    for wait, due in zip(waits[3:], [1, 2, 3, 4], strict=True):
        assert due - 0.5 < wait <= due


def test_all_workers_share_one_allowance(redis: Redis) -> None:
    workers = [Taker(redis), Taker(redis), Taker(redis)]

    waits = [workers[number % 3].take() for number in range(6)]

    assert waits[:3] == [0, 0, 0]
    assert [round(wait) for wait in waits[3:]] == [1, 2, 3]


def test_a_call_that_would_wait_too_long_gives_the_worker_back_and_takes_no_turn(
    redis: Redis,
) -> None:
    taker = Taker(redis)
    for _ in range(3 + int(LONGEST_WAIT)):
        taker.take()

    code, after = refusal(taker)
    again, later = refusal(taker)

    assert code == again == "BUSY"
    assert LONGEST_WAIT < later <= after <= LONGEST_WAIT + 1


def test_keys_and_systems_have_allowances_of_their_own(redis: Redis) -> None:
    taker = Taker(redis)
    for _ in range(5):
        taker.take()
    other_key = Taker(redis, "other key")
    other_system = RedisAllowance(redis, "ChartHop", "key", SLOW, other_key.waits.append)

    other_system.take()

    assert other_key.take() == 0
    assert other_key.waits == []


def test_organizations_that_share_a_key_share_its_allowance(redis: Redis) -> None:
    one, same = Taker(redis, "shared"), Taker(redis, "shared")
    for _ in range(3):
        one.take()

    assert same.take() > 0


def test_the_rate_for_ashby_never_passes_a_thousand_in_any_minute() -> None:
    counted_before = ASHBY.per_minute / 60 * AHEAD_FOR
    assert ASHBY.per_minute + ASHBY.burst + 1 + counted_before <= 1000


# Further calls that are granted with one.


def turn(redis: Redis) -> float:
    """How far the calls to Ashby are counted."""
    (name,) = redis.keys("*:turn:ashby:*")
    return float(redis.get(name) or 0)


def test_a_call_after_a_quiet_while_brings_two_more_without_a_question(redis: Redis) -> None:
    taker = Taker(redis, rate=ASHBY)
    taker.take()
    counted = turn(redis)
    for _ in range(AHEAD):
        taker.take()
    assert turn(redis) == counted

    taker.take()
    assert turn(redis) != counted


def test_every_call_is_counted_whether_it_was_asked_for_or_granted(redis: Redis) -> None:
    """As many as the burst go at once and no more, by one worker or by two in turn."""
    workers = [Taker(redis, rate=ASHBY), Taker(redis, rate=ASHBY)]
    waits = [workers[number % 2].take() for number in range(ASHBY.burst + 6)]

    assert sum(wait == 0 for wait in waits) <= ASHBY.burst + 2
    assert waits[-1] > 0


def test_nothing_is_granted_where_the_burst_is_in_use(redis: Redis) -> None:
    busy, taker = Taker(redis, rate=ASHBY), Taker(redis, rate=ASHBY)
    for _ in range(ASHBY.burst):
        busy.take()
    taker.take()
    counted = turn(redis)

    taker.take()
    assert turn(redis) != counted


def test_what_was_granted_a_while_ago_is_asked_for_again(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.allowances.AHEAD_FOR", 0.0)
    taker = Taker(redis, rate=ASHBY)
    taker.take()
    counted = turn(redis)

    taker.take()
    assert turn(redis) != counted


def test_a_429_and_a_failure_take_back_what_was_granted(redis: Redis) -> None:
    taker = Taker(redis, rate=ASHBY)
    taker.take()
    taker.allowance.slow_down(3, everyone=False)
    assert taker.take() > 2

    other = Taker(redis, "other", ASHBY)
    other.take()
    for _ in range(FEW_FAILURES):
        other.allowance.failed()
    assert refusal(other)[0] == "OUTAGE"


def test_the_key_itself_stands_nowhere_in_redis(redis: Redis) -> None:
    taker = Taker(redis, "very-secret-key")
    taker.take()
    taker.allowance.failed()
    taker.allowance.slow_down(5, everyone=True)

    for name in redis.keys("*"):
        assert b"secret" not in name
        assert b"secret" not in (redis.get(name) or b"")


def test_nothing_is_kept_for_ever(redis: Redis) -> None:
    taker = Taker(redis)
    taker.take()
    taker.allowance.failed()
    taker.allowance.slow_down(5, everyone=True)

    assert all(redis.pttl(name) > 0 for name in redis.keys("*"))


# A 429.


def test_a_429_of_one_worker_holds_all_workers_of_that_key(redis: Redis) -> None:
    one, two = Taker(redis), Taker(redis)
    one.allowance.slow_down(8, everyone=False)

    waits = [two.take(), one.take()]

    assert 7 < waits[0] <= 8
    assert 8 < waits[1] <= 9
    assert Taker(redis, "other key").take() == 0


def test_after_a_429_calls_go_evenly_and_not_in_a_burst(redis: Redis) -> None:
    taker = Taker(redis)
    taker.allowance.slow_down(4, everyone=False)

    waits = [taker.take() for _ in range(4)]

    assert [round(wait) for wait in waits] == [4, 5, 6, 7]


def test_a_429_of_the_integration_holds_every_key_of_the_system(redis: Redis) -> None:
    Taker(redis).allowance.slow_down(8, everyone=True)
    other_system = Taker(redis)
    other_system.allowance = RedisAllowance(
        redis, "ChartHop", "key", SLOW, other_system.waits.append
    )

    assert 7 < Taker(redis, "other key").take() <= 8
    assert other_system.take() == 0


def test_a_long_429_gives_the_workers_back(redis: Redis) -> None:
    taker = Taker(redis)
    taker.allowance.slow_down(60, everyone=False)

    code, after = refusal(taker)

    assert code == "BUSY"
    assert 59 < after <= 60


def test_a_shorter_429_does_not_end_a_longer_one(redis: Redis) -> None:
    taker = Taker(redis)
    taker.allowance.slow_down(8, everyone=False)
    taker.allowance.slow_down(2, everyone=False)

    assert taker.take() > 7


# Outages.


def _fail(taker: Taker, times: int) -> None:
    for _ in range(times):
        taker.allowance.failed()


def _time_goes_by(redis: Redis) -> None:
    """The pause is over; that the service failed is still remembered."""
    (name,) = redis.keys("charthop-ashby:-:outage:*")
    redis.delete(name)


def test_a_few_failures_are_none_yet(redis: Redis) -> None:
    taker = Taker(redis)
    _fail(taker, FEW_FAILURES - 1)

    assert taker.take() == 0


def test_an_outage_stops_every_worker_for_a_pause(redis: Redis) -> None:
    one, two = Taker(redis), Taker(redis)
    _fail(one, FEW_FAILURES)

    code, after = refusal(two)

    assert code == "OUTAGE"
    assert FIRST_PAUSE - 1 < after <= FIRST_PAUSE
    assert Taker(redis, "other key").take() == 0


def test_the_pause_doubles_each_time_the_service_is_still_down(redis: Redis) -> None:
    taker = Taker(redis)
    _fail(taker, FEW_FAILURES)
    pauses = [refusal(taker)[1]]
    for _ in range(6):
        _time_goes_by(redis)
        taker.take()  # One call finds out.
        _fail(taker, 1)
        pauses.append(refusal(taker)[1])

    assert [round(pause) for pause in pauses] == [15, 30, 60, 120, 240, 300, 300]
    assert max(pauses) <= LONGEST_PAUSE


def test_calls_that_fail_while_the_outage_is_known_do_not_make_it_longer(redis: Redis) -> None:
    taker = Taker(redis)
    _fail(taker, FEW_FAILURES + 30)

    assert FIRST_PAUSE - 1 < refusal(taker)[1] <= FIRST_PAUSE


def test_a_success_ends_the_outage(redis: Redis) -> None:
    taker = Taker(redis)
    _fail(taker, FEW_FAILURES)
    _time_goes_by(redis)
    taker.take()

    taker.allowance.succeeded()
    _fail(taker, FEW_FAILURES - 1)

    assert taker.take() == 0


def test_a_success_in_between_starts_the_count_anew(redis: Redis) -> None:
    taker = Taker(redis)
    for _ in range(3):
        _fail(taker, FEW_FAILURES - 1)
        taker.take()
        taker.allowance.succeeded()

    taker.take()


# What is left, for `status`.


def test_what_is_left_of_the_allowance(redis: Redis) -> None:
    taker = Taker(redis, rate=Rate(per_minute=60, burst=10))
    assert taker.allowance.left() == 1.0

    for _ in range(5):
        taker.take()
    half = taker.allowance.left()
    for _ in range(10):
        taker.take()

    assert 0.4 < half < 0.7
    assert taker.allowance.left() == 0.0


def test_without_an_allowance_nothing_is_remembered(redis: Redis) -> None:
    unlimited = Unlimited()
    unlimited.take()
    unlimited.slow_down(5, everyone=True)
    unlimited.failed()
    unlimited.succeeded()

    assert redis.dbsize() == 0
