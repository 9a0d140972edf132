"""An empty Redis."""

import pytest

from store.connection import connect
from store.space import Redis


@pytest.fixture
def redis(redis_url: str) -> Redis:
    """A client of a Redis without a key in it."""
    client = connect(redis_url)
    client.flushdb()
    return client
