"""The processes run their own packages, whatever lies in the working directory."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from workers.packages import HOME, OURS

CELERY = str(Path(sys.executable).parent / "celery")
LISTED = {path.parent.name for path in Path(HOME).glob("*/py.typed")} - {"sandbox"}


@pytest.fixture
def shadows(tmp_path: Path) -> Path:
    """A folder with a module of the name of each package of ours, and of some that we import."""
    (tmp_path / "organizations.toml").touch()
    code = f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__ + chr(10))\nraise SystemExit(9)\n"
    for number, name in enumerate((*OURS, "httpx", "redis")):
        if number % 2 and name != "workers":
            (tmp_path / f"{name}.py").write_text(code)
        else:
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text(code)
    return tmp_path


def said_until(wanted: str, words: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    """All that a process says until it says `wanted`; it is asked to end then."""
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env={**os.environ, "FLOWER_PORT": "0", **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 60
        while wanted not in log.read_text() and process.poll() is None:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
    finally:
        process.terminate()
        process.wait(60)
    return log.read_text()


@pytest.mark.parametrize(
    ("process", "wanted"), [("worker", " ready."), ("beat", "Starting..."), ("flower", "Visit me")]
)
def test_celery_takes_nothing_of_ours_from_the_working_directory(
    shadows: Path, redis_url: str, process: str, wanted: str
) -> None:
    words = [CELERY, "-A", "workers", process]
    said = said_until(wanted, words, shadows, {"REDIS_URL": redis_url})
    assert wanted in said
    assert not (shadows / "ran").exists(), (shadows / "ran").read_text()


def test_pythons_own_path_hides_none_of_ours_either(shadows: Path, redis_url: str) -> None:
    """`python -m` puts the working directory first; only `workers` itself is beyond reach then."""
    shutil.rmtree(shadows / "workers")
    for name in ("httpx", "redis"):
        for path in shadows.glob(f"{name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    words = [sys.executable, "-m", "celery", "-A", "workers", "worker"]
    said = said_until(" ready.", words, shadows, {"REDIS_URL": redis_url})
    assert " ready." in said
    assert not (shadows / "ran").exists(), (shadows / "ran").read_text()


def test_run_takes_nothing_from_the_working_directory(shadows: Path, redis_url: str) -> None:
    words = [str(Path(sys.executable).parent / "charthop-ashby"), "run"]
    environment = {"REDIS_URL": redis_url, "FLOWER_PORT": "5555"}
    said = said_until(" ready.", words, shadows, environment)
    assert " ready." in said
    assert not (shadows / "ran").exists(), (shadows / "ran").read_text()


def test_all_that_is_ours_is_found_so() -> None:
    assert set(OURS) == LISTED
