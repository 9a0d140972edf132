"""What the pages say of bench/results.json: tables that `make pages` writes."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tools.markdown import table
from workers.configuration import THREADS

RESULTS = Path(__file__).parent.parent / "bench" / "results.json"

INTERVAL = 300
"""Seconds between two syncs."""

THREAD_SECONDS = 2
"""For which a sync without a change takes one of them where answers take 300 ms."""

JOBS_EACH = 20
"""Linked jobs of an organization in the table of what is needed."""

FREE = 2
"""Half of everything is kept free."""


@cache
def run() -> dict[str, Any]:
    """The run: about, results, growth."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def value(begins: str) -> float | None:
    """The figure of the measure whose name begins so; None where it was not taken."""
    for one in run()["results"]:
        if one["measure"].startswith(begins):
            return float(one["value"])
    return None


def number(figure: float) -> str:
    """As many digits as one reads."""
    if figure == int(figure) and abs(figure) < 1e6:
        return f"{int(figure):,}"
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def conditions() -> str:
    """When, where and how loaded."""
    about = run()["about"]
    words = (
        f"Taken on {about['at'][:10]} at commit {about['commit']}, {about['cores']} cores "
        f"({about['processor']}), Python {about['python']}, in one run of "
        f"{about['seconds'] // 60} minutes; the load of the machine was {about['load']:.1f} before "
        "it. The sandboxes and Redis share the machine with the workers."
    )
    failed = about.get("failed")
    return f"{words} Given up: {', '.join(failed)}." if failed else words


def results() -> str:
    """Every measure with its goal."""
    return f"{conditions()}\n\n{_goals(run()['results'])}"


def events() -> str:
    """What webhooks cost, and how soon they have an outcome."""
    taken = [one for one in run()["results"] if one.get("by") in ("events", "flood")]
    if not taken:
        return "Not measured in the last long run; see [its page](../bench/README.md)."
    return f"{conditions()}\n\n{_goals(taken)}"


def _goals(measures: Sequence[Mapping[str, Any]]) -> str:
    """Measures with their goals."""
    rows = []
    for one in measures:
        met = {None: "", True: "met", False: "**missed**"}[one["met"]]
        note = f" ({one['note']})" if one["note"] else ""
        shown = f"{number(one['value'])} {one['unit']}{note}"
        rows.append((one["measure"], one["goal"] or "-", shown, met))
    return table(("measure", "goal", "result", ""), rows)


def costs() -> str:
    """What one of each costs."""
    rows = (
        (
            "CPU for an organization in which nothing changed, each sync",
            _shown("CPU per idle organization", "ms"),
        ),
        ("CPU for a new job", _shown("CPU of the worker per new job", "ms", ", and 2 calls")),
        ("calls for an event about a job", _shown("calls for it, a job edited")),
        ("calls for an event about a hire", _shown("calls for it, a hire")),
        (
            "from an event to its outcome, a job edited in ChartHop",
            _shown("from event to outcome, a job edited", "s"),
        ),
        ("Redis for a linked job", _shown("Redis per synced job", "bytes")),
        (
            "memory of a worker, one organization of 10,000 jobs synced anew",
            _shown("resident memory of a worker", "MB"),
        ),
        ("start of a worker to its first task", _shown("start of a worker", "s")),
    )
    return f"{conditions()}\n\n{table(('', ''), rows)}"


def needs() -> str:
    """What deployments need, worked out of the costs."""
    cpu = value("CPU per idle organization")
    job = value("Redis per synced job")
    if cpu is None or job is None:
        return "Not measured."
    rows = []
    for count in (10, 1000, 100_000):
        cores = count * cpu / 1000 / INTERVAL * FREE
        threads = count * THREAD_SECONDS / INTERVAL * FREE
        workers = max(1, math.ceil(cores), math.ceil(threads / THREADS))
        redis = count * (4000 + JOBS_EACH * job) * FREE / 1e6
        rows.append(
            (
                number(count),
                f"{workers}, better 2" if workers == 1 else number(workers),
                number(max(1, math.ceil(cores))),
                f"{2 ** math.ceil(math.log2(max(64, redis))):,} MB",
            )
        )
    return table(("organizations", "workers", "cores for them", "Redis"), rows)


def _shown(begins: str, unit: str = "", more: str = "") -> str:
    found = value(begins)
    return "not measured" if found is None else f"{number(found)} {unit}".rstrip() + more


MADE: dict[tuple[str, str], Callable[[], str]] = {
    ("bench/README.md", "results"): results,
    ("docs/scaling.md", "costs"): costs,
    ("docs/scaling.md", "needs"): needs,
    ("docs/webhooks.md", "events"): events,
}
"""By page and name of the part."""
