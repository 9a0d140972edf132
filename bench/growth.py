"""Growth measures: whether time, calls or memory grow faster than the work."""

import time
from typing import Any

from bench.result import Result
from bench.scene import Scene
from bench.sync import due_at_once

JOBS = (100, 1000, 10_000)
ORGANIZATIONS = (1, 100, 1000)


def jobs() -> tuple[list[Result], list[dict[str, Any]]]:
    """One organization's first sync and a steady one after it, by the number of its jobs."""
    rows: list[dict[str, Any]] = []
    memory: list[float] = []
    for count in JOBS:
        with Scene() as scene:
            scene.add("warm", 3)
            scene.add("acme", count)
            scene.write()
            scene.start_workers(1)
            scene.sync("warm")
            scene.calls()
            before, used = scene.redis_bytes(), scene.cpu()
            sync = scene.send_sync("acme")
            resident = [scene.workers[0].memory()]
            syncs, began = scene.memory("acme").syncs, time.time()
            while (known := syncs.get(sync)) is None or known.finished_at is None:
                time.sleep(0.25)
                resident.append(scene.workers[0].memory())
            cold = known.finished_at - began
            cold_cpu, cold_calls = scene.cpu() - used, scene.calls()[0]
            used = scene.cpu()
            _, steady = scene.sync("acme")
            rows.append(
                {
                    "jobs": count,
                    "cold_s": cold,
                    "cold_cpu_s": cold_cpu,
                    "cold_calls": cold_calls,
                    "steady_s": steady,
                    "steady_cpu_s": scene.cpu() - used,
                    "steady_calls": scene.calls()[0],
                    "redis_bytes": scene.redis_bytes() - before,
                    "worker_bytes": max(resident),
                    "worker_bytes_after": scene.workers[0].memory(),
                }
            )
            memory = [max(resident) / 1e6]
            # Flat: what the last tenth of the run needs beyond what its middle did.
            middle = max(resident[len(resident) // 2 : -len(resident) // 10 or None])
            grown = (max(resident[-len(resident) // 10 :]) - middle) / 1e6
    results = [
        Result(
            "resident memory of a worker after 10,000 records",
            memory,
            "MB",
            130,
            note=f"the most at any time; the last tenth added {max(0.0, grown):.1f} MB",
        ),
        *_grows("elapsed of a first sync", rows, "cold_s", "jobs"),
        *_grows("calls of a first sync", rows, "cold_calls", "jobs"),
        *_grows("elapsed of a steady sync", rows, "steady_s", "jobs"),
        *_grows("Redis", rows, "redis_bytes", "jobs"),
    ]
    return results, rows


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
        *_grows("CPU of the same", rows, "cpu_s", "organizations"),
        *_grows("Redis of the same", rows, "redis_bytes", "organizations"),
    ]
    return results, rows


def _grows(what: str, rows: list[dict[str, Any]], name: str, by: str) -> list[Result]:
    """The growth of a figure from the second size to the third, against that of the work."""
    small, large = rows[-2], rows[-1]
    ratio = (large[name] / small[name]) / (large[by] / small[by])
    title = f"{what}: growth from {small[by]} to {large[by]} {by}, against the work's"
    return [Result(title, [ratio], "times", 1.1)]
