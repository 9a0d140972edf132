"""A line to either service."""

from collections.abc import Callable

import pytest

from store.connection import connect
from tests.systems.line import Line


@pytest.fixture
def make_line(redis_url: str) -> Callable[[str], Line]:
    """Make a line to the system of that name, over an empty Redis."""
    redis = connect(redis_url)
    redis.flushdb()
    return lambda system: Line(redis, system)


@pytest.fixture
def ashby(make_line: Callable[[str], Line]) -> Line:
    """A line to Ashby."""
    return make_line("Ashby")


@pytest.fixture
def charthop(make_line: Callable[[str], Line]) -> Line:
    """A line to ChartHop."""
    return make_line("ChartHop")
