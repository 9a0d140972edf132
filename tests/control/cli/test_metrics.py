"""metrics: served, healthy, and gone when it is told to."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.control.cli.conftest import Operator


@contextmanager
def serving(operator: Operator) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`metrics` on a free port: its base address and its process."""
    with operator.process("metrics", "--port", "0", cwd=operator.deployment.folder) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("http://127.0.0.1:"), line
        yield line.partition("/metrics")[0], process


def test_figures_and_health_are_served_until_it_is_ended(operator: Operator) -> None:
    org, _ = operator.deployment.add("acme")
    org.add_job()
    operator.deployment.sync()
    with serving(operator) as (base, process):
        figures = httpx.get(f"{base}/metrics")
        assert figures.status_code == 200
        wanted = 'charthop_ashby_records{organization="acme",outcome="created"} 1.0'
        assert wanted in figures.text.splitlines()
        health = httpx.get(f"{base}/healthz")
        assert (health.status_code, health.text) == (200, "ok\n")
        assert httpx.get(f"{base}/").status_code == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout is not None
        assert process.stdout.read() == ""


def test_it_is_ill_where_redis_or_the_file_is_out_of_reach(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    with serving(operator) as (base, _):
        health = httpx.get(f"{base}/healthz")
        assert health.status_code == 503
        assert health.text == "Redis does not answer (ConnectionError)\n"
        assert "charthop_ashby_up 0.0" in httpx.get(f"{base}/metrics").text
    operator.environment["REDIS_URL"] = operator.deployment.redis_url
    operator.deployment.file.unlink()
    with serving(operator) as (base, _):
        health = httpx.get(f"{base}/healthz")
        assert health.status_code == 503
        assert "organizations.toml does not exist" in health.text


@pytest.mark.parametrize("host", ["127.0.0.1"])
def test_a_taken_port_is_one_sentence(operator: Operator, host: str) -> None:
    with socket.create_server((host, 0)) as taken:
        port = taken.getsockname()[1]
        result = operator.types("metrics", "--port", str(port))
    assert result.exit_code == 2
    assert f"cannot listen on {host}:{port} (Address already in use)" in result.stderr
