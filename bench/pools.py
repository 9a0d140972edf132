"""Throughput of the queue itself, in each pool, and of another queue.

Tasks that do nothing, and tasks of two calls that are answered after 50 ms. Each run has its own
queue in one Redis; the rate is taken between the first fifth and the last tenth of the tasks, so
that neither the start nor the end of a worker is in it.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from bench.queues import CALLS, HTTP, NOOP, QUEUES, Queue
from bench.result import Result, Size
from bench.scene import LATENCY, ROOT
from store.connection import connect
from store.space import Redis
from workers.embedded import ephemeral

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
TASKS = {NOOP: 1500, HTTP: 400}


class _Slow(asyncio.Protocol):
    """Answers each request after 50 ms; the requests have no body."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(LATENCY, self.transport.write, ANSWER)


@contextmanager
def slow_server() -> Iterator[str]:
    """The URL of a server that answers everything after 50 ms."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(_Slow, "127.0.0.1", 0, backlog=1024))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


def pools(size: Size) -> list[Result]:
    """Every pool and both kinds of tasks, by turns."""
    rates: dict[tuple[str, str], list[float]] = {}
    memory: dict[str, float] = {}
    folders = tempfile.TemporaryDirectory(prefix="bench-")
    with folders as folder, ephemeral() as redis, slow_server() as url:
        for _ in range(max(1, size.rounds - 1)):
            for queue in QUEUES:
                environment = {**os.environ, "BENCH_REDIS": redis.url, "BENCH_URL": url}
                os.environ["BENCH_REDIS"] = redis.url
                with _worker(queue, environment, Path(folder) / "log") as process:
                    for kind in (NOOP, HTTP):
                        rate = _rate(queue, kind, connect(redis.url), process)
                        rates.setdefault((queue.name, kind), []).append(rate)
                    memory[queue.name] = _unshared(process)
    return [
        Result(
            f"queue, {'no-op' if kind == NOOP else f'{CALLS} calls of 50 ms'}: {name}",
            found,
            "tasks/s",
            note=f"{memory[name]:.0f} MB" if kind == HTTP else "",
        )
        for (name, kind), found in sorted(rates.items(), key=lambda one: one[0][1])
    ]


@contextmanager
def _worker(queue: Queue, environment: dict[str, str], log: Path) -> Iterator[psutil.Process]:
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *queue.command],
            env=environment,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    watched = psutil.Process(process.pid)
    try:
        yield watched
    finally:
        mine = [*watched.children(recursive=True), watched]
        process.terminate()
        psutil.wait_procs(mine, timeout=10)
        for one in mine:
            if one.is_running():
                one.kill()
        process.wait()


def _rate(queue: Queue, kind: str, redis: Redis, worker: psutil.Process) -> float:
    """Tasks a second. The worker sleeps while they are sent."""
    count = TASKS[kind]
    done = f"done:{queue.name}:{kind}"
    redis.delete(done)
    # A few first: the worker has to be there, and its threads and connections.
    queue.send(kind, 64, done)
    _wait(lambda: _number(redis, done) >= 64)
    redis.delete(done)
    every = [worker, *worker.children(recursive=True)]
    for one in every:
        one.suspend()
    queue.send(kind, count, done)
    for one in every:
        one.resume()
    marks = []
    for share in (0.2, 0.9):
        _wait(partial(_reached, redis, done, share * count))
        marks.append((time.perf_counter(), _number(redis, done)))
    _wait(lambda: _number(redis, done) >= count)
    (began, first), (ended, last) = marks
    return (last - first) / (ended - began)


def _reached(redis: Redis, name: str, number: float) -> bool:
    return _number(redis, name) >= number


def _number(redis: Redis, name: str) -> int:
    return int(redis.get(name) or 0)


def _wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError("bench: a queue does not move")
        time.sleep(0.01)


def _unshared(process: psutil.Process) -> float:
    """Megabytes that would be free if the worker and its children ended."""
    every = [process, *process.children(recursive=True)]
    return sum(float(one.memory_full_info().uss) for one in every) / 1e6
