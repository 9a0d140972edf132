"""How many workers are alive."""

from store.fleet import Fleet
from store.space import Redis


def test_the_workers_that_signed_in_are_counted_and_nobody_counts_as_one(redis: Redis) -> None:
    assert Fleet(redis).size() == 1
    for name in ("w1", "w2", "w3"):
        Fleet(redis).sign_in(name)

    assert Fleet(redis).size() == 3


def test_the_count_is_kept_for_a_while(redis: Redis) -> None:
    fleet = Fleet(redis)
    fleet.size()
    Fleet(redis).sign_in("w1")
    Fleet(redis).sign_in("w2")

    assert fleet.size() == 1
