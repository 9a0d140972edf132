"""Where an error came from, in one line and without its message, which may repeat a name."""

import traceback
from pathlib import Path
from types import TracebackType

HOUSE = ("core", "store", "systems", "tasks", "workers")
"""The packages that are ours."""

_ROOT = Path(__file__).parent.parent


def trace(error: BaseException, came: TracebackType | None = None) -> str:
    """`KeyError at fields.py:12 value <- jobs.py:40 plan`: where it was raised, then our places.

    `came` stands in for the error's own trace.
    """
    frames = traceback.extract_tb(came or error.__traceback__)[::-1]
    told = [one for at, one in enumerate(frames) if at == 0 or _is_ours(one.filename)]
    places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in told]
    return " at ".join(filter(None, (type(error).__name__, " <- ".join(places))))


def _is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in HOUSE
