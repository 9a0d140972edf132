"""The stage of a measure: both sandboxes on ports, a Redis, and worker processes."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self, TypeVar

import psutil

from bench import organization
from bench.organization import TICKED, Organization
from core.notes import in_words
from sandbox.ashby import Ashby
from sandbox.charthop import ChartHop
from sandbox.server import serve
from store.allowances import ASHBY, ASHBY_LIMIT
from store.connection import connect
from store.heartbeats import Heartbeats
from store.memory import Memory
from store.space import Redis
from store.syncs import Sync
from workers.application import Application, make
from workers.embedded import ephemeral
from workers.settings import MOST_CALLS, Settings

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
LATENCY = 0.05
PATIENCE = 600.0
"""Seconds after which nothing is waited for any longer, and the measure is given up."""


class Worker:
    """One worker process, as a container would run it."""

    def __init__(self, name: str, app: str, environment: dict[str, str], log: Path) -> None:
        self.name = f"{name}@bench"
        self.began = time.time()
        command = [sys.executable, "-m", "celery", "-A", app, "worker"]
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "-n", self.name],
                env=environment,
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self._watched = psutil.Process(self._process.pid)

    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        times = self._watched.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """Resident bytes."""
        return int(self._watched.memory_info().rss)

    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """End it as a container is ended."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Scene:
    """A deployment of its own; everything it started ends with `with`.

    `latency`: seconds per answer. `allowance`: Ashby's calls a minute and key, of which the workers
    allow themselves as large a part as of the real one; 0: as fast as ASHBY_CALLS_PER_MINUTE goes.
    `unpaced`: the workers know no allowance at all (bench/application.py).
    """

    def __init__(
        self, latency: float = LATENCY, allowance: int = 0, *, unpaced: bool = False
    ) -> None:
        self.charthop, self.ashby = ChartHop(), Ashby()
        for sandbox in (self.charthop, self.ashby):
            sandbox.latency = latency
        self.ashby.allowance = allowance or None
        self._pace = allowance * int(ASHBY.per_minute) // ASHBY_LIMIT or MOST_CALLS
        self._app = "bench.application" if unpaced else "workers"
        self._stack = ExitStack()
        self.workers: list[Worker] = []
        self.organizations: dict[str, Organization] = {}
        self._started = 0

    def __enter__(self) -> Self:
        enter = self._stack.enter_context
        self.folder = Path(enter(tempfile.TemporaryDirectory(prefix="bench-")))
        self.url = enter(ephemeral()).url
        self.file = self.folder / "organizations.toml"
        self.environment = {
            **os.environ,
            "REDIS_URL": self.url,
            "ORGANIZATIONS_FILE": str(self.file),
            "CHARTHOP_API_URL": enter(serve(self.charthop)).url,
            "ASHBY_API_URL": enter(serve(self.ashby)).url,
            "SENTRY_DSN": "",
            "ASHBY_CALLS_PER_MINUTE": str(self._pace),
            "NO_COLOR": "1",
        }
        self.redis: Redis = connect(self.url)
        settings = Settings(redis_url=self.url, organizations_file=self.file)
        self.app: Application = make(settings)
        self.write()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_workers()
        self.app.close()
        self.redis.close()
        self._stack.close()

    def add(self, name: str, jobs: int, ticked: tuple[str, ...] = TICKED) -> Organization:
        """Another organization; `write` makes it known to the workers."""
        made = organization.make(self.charthop, self.ashby, name, jobs, ticked)
        self.organizations[name] = made
        return made

    def write(self) -> None:
        """Write the organizations file; in one step, for workers read it meanwhile."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text("".join(one.table for one in self.organizations.values()))
        fresh.replace(self.file)

    def start_workers(self, count: int = 1) -> None:
        """Let so many workers run, no more and no less."""
        while len(self.workers) > count:
            self.workers.pop().stop()
        while len(self.workers) < count:
            self._started += 1
            log = self.folder / "workers.log"
            self.workers.append(Worker(f"w{self._started}", self._app, self.environment, log))
        names, heartbeats = {one.name for one in self.workers}, Heartbeats(self.redis)

        def ready() -> bool:
            if any(one.has_ended() for one in self.workers):
                last = (self.folder / "workers.log").read_text().strip().splitlines()[-1:]
                raise RuntimeError(f"bench: a worker ended by itself: {' '.join(last)}")
            return names <= set(heartbeats.alive())

        wait_until(ready, "the workers")

    def stop_workers(self) -> None:
        """End all workers."""
        self.start_workers(0)

    def memory(self, name: str) -> Memory:
        """What is remembered of an organization."""
        return Memory(self.redis, name, f"{name}-charthop")

    def send_sync(self, name: str) -> str:
        """Enqueue a sync; its id."""
        sent = self.app.send_task("tasks.sync_organization", (name,), headers={"trigger": "shell"})
        return str(sent.id)

    def finished(self, name: str, sync: str) -> Sync:
        """Wait for the end of a sync."""
        syncs = self.memory(name).syncs

        def over() -> Sync | None:
            known = syncs.get(sync)
            return known if known is not None and known.finished_at is not None else None

        found = wait_until(over, f"a sync of {name}")
        if found.problems:
            raise RuntimeError(f"the sync of {name} stopped: {in_words(found.problems)}")
        return found

    def sync(self, name: str) -> tuple[Sync, float]:
        """One sync to its end: what it did, and the seconds from sending to the last record."""
        began = time.time()
        done = self.finished(name, self.send_sync(name))
        assert done.finished_at is not None
        return done, done.finished_at - began

    def command(self, *arguments: str) -> float:
        """Run a command of the command line; the seconds that its caller waits for it."""
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "control.cli", *arguments],
            env=self.environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )
        return time.perf_counter() - began

    def calls(self) -> tuple[int, int]:
        """Calls since the last time, and those of them that write."""
        both = [*self.charthop.calls, *self.ashby.calls]
        self.charthop.forget_calls()
        self.ashby.forget_calls()
        return len(both), sum(call.writes for call in both)

    def refused(self) -> int:
        """How many of the calls since `calls` was asked last were refused with 429."""
        return sum(call.status == 429 for call in self.ashby.calls)

    def cpu(self) -> float:
        """Seconds of CPU that the workers have used."""
        return sum(worker.cpu() for worker in self.workers)

    def redis_bytes(self) -> int:
        """Bytes that Redis uses for what is in it."""
        return int(self.redis.info("memory")["used_memory_dataset"])


@contextmanager
def web(scene: Scene) -> Iterator[str]:
    """The process that takes webhooks; its address."""
    log = scene.folder / "web.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "control.cli", "web", "--port", "0"],
            cwd=ROOT,
            env=scene.environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        found = wait_until(lambda: re.search(r"(http://\S+): webhooks", log.read_text()), "web")
        yield found[1]
    finally:
        process.terminate()
        process.wait()


def wait_until(ready: Callable[[], T | None], what: str, pause: float = 0.02) -> T:
    """What `ready` gives, once that is something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = ready()
        if found:
            return found
        time.sleep(pause)
    raise TimeoutError(f"bench: waited {PATIENCE:.0f} s for {what}")
