"""Answers that a process without keys reads, and those that somebody else wrote in their place."""

import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from store.questions import LARGEST, Question, Questions, seal_for
from store.space import Redis

ASKER = X25519PrivateKey.generate()
PUBLIC = ASKER.public_key().public_bytes_raw()


@pytest.fixture
def questions(redis: Redis) -> Questions:
    return Questions(redis, "acme")


def forged(redis: Redis, packed: bytes) -> None:
    """An answer of somebody who may write to Redis: the asker's public key stands there."""
    place = redis.key("acme", "answer", "q")
    redis.set(place, seal_for(PUBLIC, packed, place))


def test_an_answer_is_for_its_asker_alone(questions: Questions) -> None:
    questions.answer("q", Question("plan", PUBLIC), b"{}" * 1000, 60, 0)

    assert questions.answered("q", ASKER) == b"{}" * 1000
    assert questions.answered("q", X25519PrivateKey.generate()) is None


def test_a_forged_answer_does_not_fill_the_memory(redis: Redis, questions: Questions) -> None:
    forged(redis, zlib.compress(bytes(LARGEST + 1)))

    assert questions.answered("q", ASKER) is None


@pytest.mark.parametrize("packed", [b"", b"no zlib", zlib.compress(b"{}")[:-3]])
def test_a_damaged_answer_is_none(redis: Redis, questions: Questions, packed: bytes) -> None:
    forged(redis, packed)

    assert questions.answered("q", ASKER) is None


def test_an_answer_that_was_moved_to_another_question_is_none(
    redis: Redis, questions: Questions
) -> None:
    questions.answer("q", Question("plan", PUBLIC), b"{}", 60, 0)
    redis.rename(redis.key("acme", "answer", "q"), redis.key("acme", "answer", "other"))

    assert questions.answered("other", ASKER) is None
