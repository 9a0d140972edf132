"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import Deployment
from workers.embedded import ephemeral


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis-compatible server of this test process, without persistence."""
    with ephemeral() as server:
        yield server.url


@pytest.fixture
def deployment(tmp_path: Path, redis_url: str) -> Deployment:
    """A deployment without organizations."""
    return Deployment(tmp_path, redis_url)
