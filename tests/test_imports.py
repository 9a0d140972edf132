"""What no process of the product loads without need: it would cost each start and its memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SHOWN = {"rich", "pygments", "typer", "questionary", "tomlkit"}
"""For whoever reads or types."""

SERVED = {"flower", "tornado", "starlette", "uvicorn", "jinja2", "joserfc", "prometheus_client"}
"""For whoever answers requests."""

NOT_ASKED_FOR = {
    # Off unless the environment asks for them.
    *("sentry_sdk", "opentelemetry", "mcp"),
    # A list of all countries' numbering plans, for a hire's phone number.
    "phonenumbers",
    # Only a message to an operator needs it.
    "apprise",
    # What Celery, Sentry, httpx and structlog can work with, and nothing here does.
    *("django", "gevent", "eventlet", "sqlalchemy", "attr", "urllib3", "httpx._main"),
}

SPEAKS_TO_SERVICES = {"httpx", "httpcore", "h11", "tenacity"}
WORKS = {"celery", "kombu", "redis", "asyncio", "pydantic", "cryptography"}

COMMAND = "from control.entry import main; main()"
OF_CELERY = "from workers import app; app.loader.import_default_modules(); app.{}; app.redis_now"


AT_ITS_END = """
import atexit, sys
atexit.register(lambda: print("loaded", *sys.modules, file=sys.stderr))
"""


def loaded(code: str, *words: str, cwd: Path = ROOT, **environment: str) -> set[str]:
    """The modules that a Python process has loaded when it ends."""
    plain = {name: value for name, value in os.environ.items() if "OTEL" not in name}
    done = subprocess.run(
        [sys.executable, "-c", AT_ITS_END + code, *words],
        cwd=cwd,
        env={**plain, "SENTRY_DSN": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
    return set(done.stderr.rpartition("loaded ")[2].split())


@pytest.mark.parametrize("process", ["Worker; app.wiring", "Beat"])
def test_worker_and_beat_load_nothing_that_only_others_need(process: str) -> None:
    modules = loaded(OF_CELERY.format(process), REDIS_URL="redis://127.0.0.1:1/0")

    assert {"workers.quiet", "tasks.jobs"} <= modules
    assert sorted(modules & (SHOWN | SERVED | NOT_ASKED_FOR)) == []


def test_the_help_waits_for_nothing_that_only_works() -> None:
    modules = loaded(COMMAND, "--help")

    assert "control.cli.sync" in modules
    needless = NOT_ASKED_FOR | SERVED | SPEAKS_TO_SERVICES | WORKS | (SHOWN - {"typer"})
    assert sorted(modules & needless) == []


TABLE = """[organizations.acme]
charthop_api_key = "file:key"
ashby_api_key = "file:key"
hires_since = 2026-01-01
enabled = true
"""


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (("status",), set()),
        (("status", "acme", "--json"), set()),
        (("pause", "acme", "--reason", "test"), set()),
        (("sync", "acme"), {"celery", "kombu"}),
    ],
)
def test_short_commands_load_no_client_of_the_services(
    tmp_path: Path, redis_url: str, words: tuple[str, ...], needed: set[str]
) -> None:
    (tmp_path / "organizations.toml").write_text(TABLE)
    (tmp_path / "key").write_text("key\n")
    modules = loaded(
        COMMAND,
        *words,
        cwd=tmp_path,
        REDIS_URL=redis_url,
        REDIS_PREFIX=f"imports-{'-'.join(words)}",
    )

    assert "store.space" in modules
    needless = NOT_ASKED_FOR | SERVED | SPEAKS_TO_SERVICES | {"celery", "kombu"}
    if words[0] != "status":  # which names the records
        needless |= {"store.memory", "store.sealing"}
    assert sorted(modules & (needless | SHOWN - {"typer"}) - needed) == []
