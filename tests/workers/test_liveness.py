"""What a health check of a container sees, what it costs, and that Redis has no part in it."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.processes import Process
from workers import liveness

ROOT = Path(__file__).parents[2]
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def leave(role: str, age: float) -> None:
    liveness.touch(role)
    then = time.time() - age
    os.utime(liveness.path(role), (then, then))


@pytest.mark.parametrize(
    ("ages", "reason"),
    [
        ({}, "neither a worker nor a beat"),
        ({"worker": 0}, None),
        ({"beat": 30}, None),
        ({"worker": 3600}, "worker has not come round"),
        # Both run in one container under `run`: each has to live.
        ({"worker": 0, "beat": 0}, None),
        ({"worker": 0, "beat": 3600}, "beat has not come round"),
        # The clock was set back, and nothing came round since.
        ({"worker": -3600}, "worker has not come round"),
    ],
)
def test_each_that_has_begun_has_to_come_round(
    ages: Mapping[str, float], reason: str | None
) -> None:
    for role, age in ages.items():
        leave(role, age)
    found = liveness.why_dead()
    assert found == reason or (found is not None and reason is not None and reason in found)


def test_one_that_has_ended_is_not_missed() -> None:
    leave("worker", 0)
    leave("beat", 3600)
    liveness.end("beat")
    liveness.end("beat")
    assert liveness.why_dead() is None


def test_a_link_that_somebody_laid_is_not_followed(folder: Path) -> None:
    target = folder / "target"
    Path(liveness.path("worker")).symlink_to(target)
    liveness.touch("worker")
    assert not target.exists()


def test_a_place_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    liveness.touch("worker")
    assert liveness.why_dead() is not None


COUNT = """
import sys
before = set(sys.modules)
sys.argv = ["charthop-ashby", "alive"]
from control.entry import main
try:
    main()
except SystemExit as end:
    print(int(end.code), *sorted(set(sys.modules) - before))
"""


def test_the_check_imports_nothing_but_itself() -> None:
    leave("worker", 0)
    done = subprocess.run(
        [sys.executable, "-c", COUNT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    status, *imported = done.stdout.split()
    assert status == "0"
    assert imported == ["control", "control.entry", "workers", "workers.liveness"]


@pytest.mark.parametrize("words", [("control.entry",), ("control.cli",)])
def test_the_command_says_why(words: tuple[str, ...]) -> None:
    code = f"from {words[0]} import main; main()"
    for age, status in ((0, 0), (3600, 1)):
        leave("worker", age)
        done = subprocess.run(
            [sys.executable, "-c", code, "alive"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert ("worker has not come round" in done.stderr) is bool(status)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("role", liveness.ROLES)
def test_a_process_lives_without_redis_and_takes_its_file_with_it(role: str, folder: Path) -> None:
    environment = {"REDIS_URL": NOWHERE, "SYNC_INTERVAL": "1", "PYTHONWARNINGS": "ignore"}
    process = Process(folder / "log", environment, ("celery", "-A", "workers", role))
    file = Path(liveness.path(role))
    try:
        for _ in range(2):  # It is touched when it begins, and again and again.
            leave_old = file.exists()
            if leave_old:
                leave(role, 3600)
            deadline = time.monotonic() + 90
            while liveness.why_dead() is not None:
                assert process.runs, process.said()
                assert time.monotonic() < deadline, process.said()
                time.sleep(0.2)
        assert leave_old
        process.ask_to_end()
        process.ends(within=60)
        assert not file.exists()
    finally:
        process.kill()
