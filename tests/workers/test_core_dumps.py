"""The memory of a worker and of the scheduler, with the keys in it, is written to no disk."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Process, Station, wait_until


@pytest.fixture
def allowed() -> Iterator[None]:
    """Core dumps are allowed as far as they may be, for this process and its children."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    if before[1] == 0:
        pytest.skip("core dumps are off for everybody here")
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


def core_limit(process: Process) -> list[str]:
    limits = Path(f"/proc/{process.popen.pid}/limits").read_text(encoding="utf-8").splitlines()
    [line] = [one for one in limits if one.startswith("Max core file size")]
    return line.split()[4:6]


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="no list of limits here")
@pytest.mark.usefixtures("allowed")
def test_a_worker_and_a_scheduler_write_no_core_dumps(tmp_path: Path) -> None:
    with Station(tmp_path, forked=False) as station:
        processes = [
            station.start_worker(app="workers"),
            station.start("celery", "-A", "workers", "beat", name="beat"),
        ]
        for process in processes:
            wait_until(lambda one=process: core_limit(one) == ["0", "0"])  # type: ignore[misc]
