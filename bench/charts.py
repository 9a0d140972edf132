"""Draws the growth figures: two small pictures for docs/scaling.md."""

from pathlib import Path
from typing import Any

from bench.scene import ROOT

IMAGES = ROOT / "docs" / "images"
PANELS = {
    "jobs": (
        ("seconds", (("cold_s", "first sync"), ("steady_s", "steady sync"))),
        ("calls", (("cold_calls", "first sync"), ("steady_calls", "steady sync"))),
        ("megabytes", (("worker_bytes", "worker"), ("redis_bytes", "Redis"))),
    ),
    "organizations": (
        ("seconds", (("elapsed_s", "until all are done"), ("cpu_s", "CPU of the worker"))),
        ("calls", (("calls", "all of them together"),)),
        ("megabytes", (("worker_bytes", "worker"), ("redis_bytes", "Redis"))),
    ),
}


def draw(grown: dict[str, Any]) -> list[Path]:
    """One picture for each kind of growth; where they are."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    drawn = []
    IMAGES.mkdir(parents=True, exist_ok=True)
    for by, rows in grown.items():
        figure, axes = pyplot.subplots(1, 3, figsize=(9, 2.8), dpi=90, layout="constrained")
        sizes = [row[by] for row in rows]
        for axis, (unit, lines) in zip(axes, PANELS[by], strict=True):
            for name, label in lines:
                values = [row[name] / (1e6 if unit == "megabytes" else 1) for row in rows]
                axis.plot(sizes, values, marker="o", label=label)
            first = rows[0][lines[0][0]] / (1e6 if unit == "megabytes" else 1)
            work = [first * size / sizes[0] for size in sizes]
            axis.plot(sizes, work, ":", color="grey", label="as the work")
            axis.set(xscale="log", yscale="log", xlabel=by, title=unit)
            axis.legend(fontsize=7, frameon=False)
            axis.spines[["top", "right"]].set_visible(False)
        path = IMAGES / f"growth-{by}.png"
        figure.savefig(path)
        pyplot.close(figure)
        drawn.append(path.relative_to(ROOT))
    return drawn
