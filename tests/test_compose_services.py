"""The services of the compose file, started as processes: their health checks know them."""

import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from workers.embedded import ephemeral

ROOT = Path(__file__).parent.parent
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(
    (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
)["services"]

PORTS = {"FLOWER_PORT": "5555", "METRICS_PORT": "9540", "WEB_PORT": "8080"}


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@contextmanager
def running(name: str, environment: dict[str, str], folder: Path) -> Iterator[None]:
    """The process of a service, which ends well when it is asked to."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            shlex.split(f"{SERVICES[name]['command']} {environment.get(f'MORE_{name}', '')}"),
            env=environment | own_temporary_folder(name, environment),
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
        assert process.poll() is None, (folder / f"{name}.log").read_text()
        process.terminate()
        assert process.wait(30) == 0, (folder / f"{name}.log").read_text()
    finally:
        process.kill()
        process.wait()


def own_temporary_folder(name: str, environment: dict[str, str]) -> dict[str, str]:
    """Each container has a /tmp of its own."""
    folder = Path(environment["ORGANIZATIONS_FILE"]).parent / f"tmp-{name}"
    folder.mkdir(exist_ok=True)
    return {"TMPDIR": str(folder)}


def check(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the health check of a service the way the engine does, only less patient."""
    kind, *words = [word.replace("$$", "$") for word in SERVICES[name]["healthcheck"]["test"]]
    for variable, port in PORTS.items():
        words = [word.replace(port, environment[variable]) for word in words]
    return subprocess.run(
        ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words,
        env=environment | own_temporary_folder(name, environment),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "organizations.toml").touch()
    metrics_port, web_port = free_port(), free_port()
    with ephemeral(tcp=True) as server:
        yield {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "REDIS_URL": server.url,
            "PYTHONWARNINGS": "ignore",  # Celery's to root
            "ORGANIZATIONS_FILE": str(tmp_path / "organizations.toml"),
            # Their own may be taken on this machine.
            "FLOWER_PORT": free_port(),
            "METRICS_PORT": metrics_port,
            "WEB_PORT": web_port,
            "MORE_web": f"--port {web_port}",
            "MORE_metrics": f"--port {metrics_port}",
            # Celery's command line would read them, for another application of the same platform.
            "CELERY_WORKER_POOL": "gevent",
            "CELERY_WORKER_LOGLEVEL": "verbose",
            "CELERY_WORKER_QUEUES": "elsewhere",
            "CELERY_BEAT_MAX_INTERVAL": "often",
            "CELERY_FLOWER_TORNADO_ARGV": "--port=1 --address=0.0.0.0",
            "CELERY_WORKDIR": "/elsewhere",
            "BROKER_URL": "amqp://elsewhere.example.com//",
        }


def test_services_say_their_version_first_and_health_checks_know_them(
    environment: dict[str, str], tmp_path: Path
) -> None:
    names = ("worker", "beat", "flower", "web", "metrics")
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        for done in pool.map(lambda name: check(name, environment), names):
            assert done.returncode != 0
        for name in names:
            stack.enter_context(running(name, environment, tmp_path))
        deadline = time.monotonic() + 60
        for name in names:
            while (done := check(name, environment)).returncode:
                assert time.monotonic() < deadline, f"{name}: {done.stdout}{done.stderr}"
            first_line = (tmp_path / f"{name}.log").read_text().splitlines()[0]
            assert f"charthop-ashby {version('charthop-ashby')}" in first_line
