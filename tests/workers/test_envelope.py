"""Which messages are handed to Celery."""

import json

import pytest

from tests.workers.hostile import WRONG, task
from workers.envelope import unreadable


def test_what_celery_sends_is_handed_on() -> None:
    assert unreadable(json.loads(task())) is None


@pytest.mark.parametrize("message", WRONG, ids=range(len(WRONG)))
def test_what_celery_cannot_take_is_not(message: bytes) -> None:
    assert unreadable(json.loads(message))


@pytest.mark.parametrize("message", [None, [], {}, "x", 5, {"properties": {}}])
def test_what_is_no_message_is_not(message: object) -> None:
    assert unreadable(message)
