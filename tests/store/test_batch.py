"""Several commands in one round trip, each with a handle for its answer."""

import pytest

from store.batch import Batch, within
from store.space import Redis


def test_each_handle_has_the_answer_to_its_own_command(redis: Redis) -> None:
    with Batch(redis) as batch:
        size = batch.ask("RPUSH", "list", "a", "b")
        missing = batch.ask("GET", "nothing")
        doubled = batch.run("return ARGV[1] * 2", [], [21])
        first = batch.ask("LINDEX", "list", 0).then(bytes.decode)

    assert (size.value, missing.value, doubled.value, first.value) == (2, None, 42, "a")


def test_a_batch_may_be_sent_in_parts_and_the_handles_stay_apart(redis: Redis) -> None:
    with Batch(redis) as batch:
        before = batch.ask("INCR", "number")
        batch.send()
        assert before.value == 1
        after = batch.ask("INCR", "number")

    assert (before.value, after.value) == (1, 2)


def test_an_answer_is_not_there_before_the_batch_was_sent(redis: Redis) -> None:
    with Batch(redis) as batch:
        answer = batch.ask("INCR", "number")
        with pytest.raises(LookupError):
            _ = answer.value


def test_nothing_is_sent_where_the_block_ends_by_an_error(redis: Redis) -> None:
    batch = Batch(redis)

    def fails() -> None:
        with batch:
            batch.ask("SET", "key", "value")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fails()
    batch.send()

    assert redis.get("key") is None


def test_within_a_batch_nothing_is_sent_alone(redis: Redis) -> None:
    with Batch(redis) as batch:
        with within(redis, batch) as part:
            part.ask("SET", "key", "value")
        assert redis.get("key") is None

    assert redis.get("key") == b"value"
    with within(redis, None) as own:
        own.ask("SET", "key", "other")
    assert redis.get("key") == b"other"
