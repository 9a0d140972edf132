"""Growth measures: whether time, calls or memory grow faster than the work."""

import time
from functools import partial
from typing import Any

import httpx

from bench.result import Result
from bench.scene import Scene, wait_until, web
from bench.sync import due_at_once

JOBS = (100, 1000, 10_000)
ORGANIZATIONS = (1, 100, 1000)

LOOKS = 5
"""Looks at each page and command."""

PAGES = ("/", "/o/acme", "/o/acme/records", "/o/acme/records?q=Engineer+77", "/o/acme/syncs")


def jobs() -> tuple[list[Result], list[dict[str, Any]]]:
    """One organization's first sync and steady ones after it, by the number of its jobs."""
    rows: list[dict[str, Any]] = []
    seen: list[Result] = []
    for count in JOBS:
        with Scene(unpaced=True) as scene:
            scene.add("warm", 3)
            scene.add("acme", count)
            scene.write()
            scene.start_workers(1)
            scene.sync("warm")
            rows.append(_of_jobs(scene, count))
            if count == max(JOBS):
                seen = pages(scene)
    largest = rows[-1]
    results = [
        Result(
            "resident memory of a worker after 10,000 records",
            [largest["worker_bytes"] / 1e6],
            "MB",
            115,
            note="the most at any time of the first sync",
        ),
        Result(
            "the same after four more syncs, the first of which reads all openings",
            [largest["worker_bytes_after"] / 1e6],
            "MB",
            note=", ".join(f"{one / 1e6:.0f}" for one in largest["worker_bytes_each"]),
        ),
        *seen,
        *_grows("elapsed of a first sync", rows, "cold_s", "jobs"),
        *_grows("calls of a first sync", rows, "cold_calls", "jobs"),
        *_grows("elapsed of a steady sync", rows, "steady_s", "jobs"),
        *_grows("Redis", rows, "redis_bytes", "jobs"),
    ]
    return results, rows


def _of_jobs(scene: Scene, count: int) -> dict[str, Any]:
    """The first sync of acme and four steady ones."""
    worker = scene.workers[0]
    scene.calls()
    before, used = scene.redis_bytes(), scene.cpu()
    began, sync = time.time(), scene.send_sync("acme")
    resident = [worker.memory()]
    syncs = scene.memory("acme").syncs

    def over() -> float | None:
        resident.append(worker.memory())
        known = syncs.get(sync)
        return known.finished_at if known is not None else None

    cold = wait_until(over, "the first sync", pause=0.25) - began
    cold_cpu, cold_calls = scene.cpu() - used, scene.calls()[0]
    used = scene.cpu()
    _, steady = scene.sync("acme")
    row = {
        "jobs": count,
        "cold_s": cold,
        "cold_cpu_s": cold_cpu,
        "cold_calls": cold_calls,
        "steady_s": steady,
        "steady_cpu_s": scene.cpu() - used,
        "steady_calls": scene.calls()[0],
        "redis_bytes": scene.redis_bytes() - before,
        "worker_bytes": max(resident),
    }
    each = [worker.memory()]
    for _ in range(3):
        scene.sync("acme")
        each.append(worker.memory())
    return {**row, "worker_bytes_after": each[-1], "worker_bytes_each": each}


def pages(scene: Scene) -> list[Result]:
    """What somebody waits for who looks at acme and its ten thousand records."""
    looks = {
        words: [scene.command(*words) for _ in range(LOOKS)]
        for words in (("--help",), ("status",), ("status", "acme"), ("status", "acme", "--json"))
    }
    bare = min(looks.pop(("--help",)))
    commands = [
        Result(
            f"`{' '.join(words)}`, 10,000 records", took, "s", 0.3, note=f"`--help`: {bare:.2f} s"
        )
        for words, took in looks.items()
    ]
    with web(scene) as url, httpx.Client(base_url=url, timeout=60.0) as client:
        for path in PAGES:  # Until a worker has said what the records are called.
            wait_until(partial(_is_whole, client, path), path)
        served = [
            Result(f"`{path}` of the console, 10,000 records", _served(client, path), "ms", 100)
            for path in PAGES
        ]
    return [*commands, *served]


def _is_whole(client: httpx.Client, path: str) -> bool:
    return "http-equiv" not in client.get(path).text


def _served(client: httpx.Client, path: str) -> list[float]:
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    return took


def organizations() -> tuple[list[Result], list[dict[str, Any]]]:
    """Idle organizations due at once, by their number."""
    rows: list[dict[str, Any]] = []
    with Scene() as scene:
        names = [f"org{number}" for number in range(max(ORGANIZATIONS))]
        for name in names:
            scene.add(name, 10, ticked=()).link_openings()
        scene.write()
        scene.start_workers(1)
        empty, known = scene.redis_bytes(), 0
        for count in ORGANIZATIONS:
            due_at_once(scene, names[known:count])
            known = count
            due_at_once(scene, names[:count])
            scene.calls()
            used = scene.cpu()
            took = due_at_once(scene, names[:count])
            rows.append(
                {
                    "organizations": count,
                    "elapsed_s": took,
                    "cpu_s": scene.cpu() - used,
                    "calls": scene.calls()[0],
                    "redis_bytes": scene.redis_bytes() - empty,
                    "worker_bytes": scene.workers[0].memory(),
                }
            )
    results = [
        *_grows("elapsed, idle organizations due at once", rows, "elapsed_s", "organizations"),
        *_grows("CPU of the same", rows, "cpu_s", "organizations", most=1.05),
        *_grows("Redis of the same", rows, "redis_bytes", "organizations"),
    ]
    return results, rows


def _grows(
    what: str, rows: list[dict[str, Any]], name: str, by: str, most: float = 1.1
) -> list[Result]:
    """The growth of a figure from the second size to the third, against that of the work."""
    small, large = rows[-2], rows[-1]
    ratio = (large[name] / small[name]) / (large[by] / small[by])
    title = f"{what}: growth from {small[by]} to {large[by]} {by}, against the work's"
    return [Result(title, [ratio], "times", most)]
