"""demo: a whole story, told to its end, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from control.cli.demo import _serve_web
from control.cli.run import free_port
from control.cli.scenery import Scenery
from sandbox.ashby import Ashby
from sandbox.charthop import ChartHop
from sandbox.examples import populate
from tests.reaper import marked

MARK = "CHARTHOP_ASHBY_TEST"


@contextmanager
def demo(folder: Path, *words: str) -> Iterator[tuple["subprocess.Popen[bytes]", Path, str]]:
    """The demo as a process, its output, and the mark that all its processes carry."""
    mark = uuid.uuid4().hex
    output = folder / "output"
    temporary = folder / "tmp"
    temporary.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "control.cli", "demo", *words],
            cwd=folder,
            env={**environment, "TMPDIR": str(temporary), MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with process:
        try:
            yield process, output, mark
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)
            for pid in marked(mark, MARK):
                os.kill(pid, signal.SIGKILL)


def test_the_whole_story_ends_with_both_sides_in_agreement(tmp_path: Path) -> None:
    began = time.monotonic()
    with demo(tmp_path, "--once") as (process, output, mark):
        status = process.wait(110)
        said = output.read_text()
        assert status == 0, said
        assert not marked(mark, MARK)
    assert time.monotonic() - began < 100
    assert list((tmp_path / "tmp").iterdir()) == []

    before, after = said.split("after the first sync", 1)
    assert "acme before the first sync" in before
    assert "globex before the first sync" in before
    assert "Approved" not in before
    assert "4 created, 4 skipped" in after
    assert "Senior Backend Engineer  Active    Senior Backend Engineer  Approved" in after
    assert "title Account Executive -> Senior Account Executive" in after
    assert "opening OPS-7: state Approved -> Closed" in after
    assert "department (none) -> Robotics" in after
    assert "status Active -> filled by Mara Lindqvist" in after
    # All but the two things of which Ashby sends no event.
    assert after.count("by a webhook, after") >= 6
    assert after.count("no webhook reports this") <= 2
    assert after.rstrip().endswith("calls and wrote nothing.")
    assert "http://127.0.0.1:" in after
    # Confidential jobs have no title here.
    assert "Chief Financial Officer" not in said
    assert "General Counsel" not in said


def test_ctrl_c_ends_every_process_it_started(tmp_path: Path) -> None:
    with demo(tmp_path) as (process, output, mark):
        deadline = time.monotonic() + 60
        while "the sync follows" not in (said := output.read_text()):
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.05)
        if Path("/proc/self/environ").exists():
            assert len(marked(mark, MARK)) >= 7  # this, run, worker, beat, Flower, web, Redis
        environment = said.partition("source ")[2].split()[0]
        assert "export ORGANIZATIONS_FILE=" in Path(environment).read_text()
        found = ["sh", "-c", f". {environment} && command -v charthop-ashby"]
        where = subprocess.run(found, capture_output=True, text=True, check=True).stdout.strip()
        assert Path(where).parent == Path(sys.executable).parent
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not marked(mark, MARK)
    assert "The demo is over" in output.read_text()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_was_before_is_seen_before_anybody_is_answered() -> None:
    """A worker that is told of a change at once changes the other side no sooner."""
    example = populate(ChartHop(), Ashby())
    scenery = Scenery(example)
    worker = threading.Thread(target=lambda: example.acme.add_job("Of a quick worker"))
    with scenery.at_a_standstill():
        worker.start()
        worker.join(0.2)
        assert worker.is_alive()
        before = scenery.facts()
    worker.join(30)
    assert scenery.facts() != before


def test_web_is_started_on_another_port_where_somebody_was_faster(
    tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The port was free when it was looked for, and was not when `web` wanted it."""
    (tmp_path / "organizations.toml").write_text("")
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("WEB_URL", "")  # so that it is put back
    with socket.create_server(("127.0.0.1", 0)) as faster, ExitStack() as stack:
        taken = faster.getsockname()[1]
        monkeypatch.setattr("control.cli.demo.PORT", taken)
        answers = iter([taken])
        monkeypatch.setattr(
            "control.cli.demo.free_port",
            lambda address, wanted: next(answers, None) or free_port(address, wanted),
        )
        web = _serve_web(stack, tmp_path)
        url = os.environ["WEB_URL"]
        assert web.poll() is None, (tmp_path / "web.log").read_text()
        assert url != f"http://127.0.0.1:{taken}"
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_a_redis_that_others_work_with_is_refused(tmp_path: Path, redis_url: str) -> None:
    from store.connection import connect
    from store.heartbeats import Heartbeats

    with connect(redis_url) as redis:
        redis.flushdb()
        Heartbeats(redis).beat("celery@production")
        done = subprocess.run(
            [sys.executable, "-m", "control.cli", "demo", "--once"],
            cwd=tmp_path,
            env={**os.environ, "REDIS_URL": redis_url},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        assert "other workers use the Redis in REDIS_URL" in done.stderr
        redis.flushdb()


pytestmark = pytest.mark.timeout(150)
