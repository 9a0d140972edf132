"""An empty Redis."""

import pytest

from store.space import Redis, connect


@pytest.fixture
def redis(redis_url: str) -> Redis:
    """A client of a Redis without a key in it."""
    client = connect(redis_url)
    client.flushdb()
    return client
