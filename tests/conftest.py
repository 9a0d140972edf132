"""What every test may ask for."""

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests import reaper
from tests.deployment import Deployment
from workers.embedded import ephemeral


def pytest_configure(config: pytest.Config) -> None:
    """Whatever ends this run, what it started ends, too; and what is compiled is kept.

    Where bytecode is not written, each process of the run would rewrite the asserts of all test
    files, and each process that a test starts would compile the product.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    running = reaper.set_up()

    def end() -> None:
        assert running.stdin is not None
        running.stdin.close()
        running.wait()

    config.add_cleanup(end)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The collector of garbage leaves out what stays to the end: modules and thousands of tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis-compatible server of this test process, without persistence."""
    with ephemeral() as server:
        yield server.url


@pytest.fixture
def deployment(tmp_path: Path, redis_url: str) -> Deployment:
    """A deployment without organizations."""
    return Deployment(tmp_path, redis_url)
