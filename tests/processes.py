"""A deployment of real processes: workers, beats and Flower over a Redis of its own.

Both services are served by this process, on loopback ports, so that a test looks into them and
breaks them while the processes run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

from sandbox.ashby import Account, Ashby
from sandbox.charthop import ChartHop, Org
from sandbox.server import serve
from store.connection import connect
from store.deliveries import Held
from store.heartbeats import EXPIRES_AFTER, Heartbeats
from store.space import LIVING, Redis, text
from store.syncs import Sync
from tests.both_sides import BothSides
from tests.forked import Forked
from workers import application
from workers.embedded import ephemeral
from workers.settings import Settings

T = TypeVar("T")

ROOT = Path(__file__).parents[1]


class Process:
    """One process of the deployment; all that it says is in `log`.

    `forked`: from one that has imported everything, see `tests.forked`. Else it is a new one, as
    a shell would start it.
    """

    def __init__(
        self,
        log: Path,
        environment: Mapping[str, str],
        words: tuple[str, ...],
        cwd: Path = ROOT,
        *,
        forked: bool = True,
    ) -> None:
        self.log = log
        start = Forked if forked else _start_anew
        self.popen = start(words, cwd=cwd, environment={**os.environ, **environment}, log=log)

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.popen.poll() is None

    def kill(self) -> None:
        """End it at once, as a crash or the kernel would."""
        self.popen.kill()
        self.popen.wait()

    def ask_to_end(self) -> None:
        """SIGTERM, as a container is stopped."""
        self.popen.send_signal(signal.SIGTERM)

    def ends(self, within: float) -> int:
        """Its exit status."""
        return self.popen.wait(within)

    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text(errors="replace")


def _start_anew(
    words: Sequence[str], *, cwd: Path, environment: Mapping[str, str], log: Path
) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


class Station(BothSides):
    """The whole: `with Station(folder) as station`. All that it started ends with it."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 0,
        hurry: float = 3.0,
        interval: int = 3600,
        persist: bool = False,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        forked: bool = True,
    ) -> None:
        self.folder = folder
        self._forked = forked
        self.charthop = ChartHop(rng=random.Random(seed))
        self.ashby = Ashby(rng=random.Random(seed + 1))
        self.server = ephemeral(persist=persist, options=options)
        self.file = folder / "organizations.toml"
        self.processes: list[Process] = []
        self._stack = ExitStack()
        self._more = {
            "HURRY": str(hurry),
            "SYNC_INTERVAL": str(interval),
            "SENTRY_DSN": "",
            "PYTHONWARNINGS": "default",
            **(environment or {}),
        }

    def __enter__(self) -> Self:
        try:
            self._set_up()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _set_up(self) -> None:
        self.file.write_text("")
        self._stack.enter_context(self.server)
        self.environment = {
            "REDIS_URL": self.server.url,
            "ORGANIZATIONS_FILE": str(self.file),
            "CHARTHOP_API_URL": self._stack.enter_context(serve(self.charthop)).url,
            "ASHBY_API_URL": self._stack.enter_context(serve(self.ashby)).url,
            **self._more,
        }
        self.redis: Redis = self._stack.enter_context(connect(self.server.url))
        settings = Settings(redis_url=self.server.url, organizations_file=self.file)
        self.app = application.make(settings)

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            if process.runs:
                process.kill()
        self.app.close()
        self._stack.close()

    # The processes.

    def start(
        self, *words: str, name: str, cwd: Path = ROOT, forked: bool | None = None
    ) -> Process:
        """Start `python -m WORDS`; `forked`: as in Process, of the station's kind if not given."""
        log = self.folder / f"{name}.log"
        forked = self._forked if forked is None else forked
        process = Process(log, self.environment, words, cwd, forked=forked)
        self.processes.append(process)
        return process

    def start_worker(
        self, name: str = "worker", *options: str, app: str = "tests.hurried"
    ) -> Process:
        """Start a worker."""
        words = ("celery", "-A", app, "worker", "-n", f"{name}@station", *options)
        return self.start(*words, name=name)

    def start_beat(self, name: str = "beat") -> Process:
        """Start a scheduler."""
        return self.start("celery", "-A", "tests.hurried", "beat", name=name)

    def await_worker(self, name: str = "worker", within: float = 30.0) -> None:
        """Return when that worker has signed in."""
        heartbeats = Heartbeats(self.redis)
        wait_until(lambda: any(one.startswith(f"{name}@") for one in heartbeats.alive()), within)

    # What is done with it.

    def send(self, task: str, *args: str, **headers: Any) -> str:
        """Enqueue a task; its id."""
        return str(self.app.send_task(task, args, headers=headers).id)

    def sync(self, name: str = "acme", within: float = 30.0, **headers: Any) -> Sync:
        """A sync to its end."""
        id_ = self.send("tasks.sync_organization", name, **headers)
        return self.finished(id_, name, within)

    def finished(self, id_: str, name: str = "acme", within: float = 30.0) -> Sync:
        """That sync, when it is over."""
        syncs = self.memory(name).syncs

        def over() -> Sync | None:
            sync = syncs.get(id_)
            return sync if sync is not None and sync.finished_at is not None else None

        return wait_until(over, within)

    def queued(self) -> dict[str, int]:
        """How many messages wait in each queue, and how many are with workers."""
        sizes = {
            queue.name: int(self.redis.llen(self.redis.queue(queue.name)))
            for queue in self.app.conf.task_queues
        }
        held = self.redis.scan_iter(self.redis.queue(Held.by("*").messages), count=1000)
        return {**sizes, "held": sum(int(self.redis.hlen(name)) for name in held)}


def expire(redis: Redis, begins: str = "") -> None:
    """Let the time go by after which killed workers of such names count as dead."""
    living = redis.queue(LIVING)
    for worker in map(text, redis.zrange(living, 0, -1)):
        if worker.startswith(begins):
            redis.zincrby(living, -EXPIRES_AFTER, worker)


def in_step(org: Org, account: Account) -> bool:
    """Whether each job has just one opening, which carries its id."""
    linked = [account.opening_field(id_, "ChartHop Job ID") for id_ in account.openings]
    return sorted(map(str, linked)) == sorted(org.jobs)


def wait_until(look: Callable[[], T | None], within: float = 30.0, every: float = 0.02) -> T:
    """What `look` gives as soon as it gives something; AssertionError after so many seconds."""
    ends = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < ends, f"nothing within {within} s"
        time.sleep(every)
