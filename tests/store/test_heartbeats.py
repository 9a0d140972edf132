"""How many workers are alive."""

from store.heartbeats import Heartbeats
from store.space import Redis


def test_the_workers_that_signed_in_are_counted_and_nobody_counts_as_one(redis: Redis) -> None:
    assert Heartbeats(redis).size() == 1
    for name in ("w1", "w2", "w3"):
        Heartbeats(redis).beat(name)

    assert Heartbeats(redis).size() == 3


def test_the_count_is_kept_for_a_while(redis: Redis) -> None:
    heartbeats = Heartbeats(redis)
    heartbeats.size()
    Heartbeats(redis).beat("w1")
    Heartbeats(redis).beat("w2")

    assert heartbeats.size() == 1
