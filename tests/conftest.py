"""What every test may ask for."""

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """A test at a time for whichever process of the run is free, of SHARED a whole file."""
    return Scheduling(config, log)


SHARED = (
    "tests/control/cli/test_runbook.py",
    "tests/control/cli/test_sync.py",
    "tests/control/web/console/test_in_browser.py",
    "tests/test_packaging.py",
    "tests/workers/test_flower.py",
    "tests/workers/test_upgrades.py",
)
"""Files whose tests share a deployment or a browser, which each process would start anew."""


class Scheduling(LoadScopeScheduling):
    """xdist's own mark for this, xdist_group, does nothing with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in SHARED else nodeid


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis-compatible server of this test process, without persistence."""
    with ephemeral() as server:
        yield server.url


@pytest.fixture
def deployment(tmp_path: Path, redis_url: str) -> Deployment:
    """A deployment without organizations."""
    return Deployment(tmp_path, redis_url)
