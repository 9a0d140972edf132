"""The origin of an error in one line, without its message, which may contain a name."""

import traceback
from pathlib import Path
from types import TracebackType

HOUSE = ("core", "store", "systems", "tasks", "workers")
"""Our own packages."""

_ROOT = Path(__file__).parent.parent


def trace(error: BaseException, came: TracebackType | None = None) -> str:
    """The origin and our own frames, like `KeyError at fields.py:12 value <- jobs.py:40 plan`.

    `came` replaces the error's own traceback.
    """
    frames = traceback.extract_tb(came or error.__traceback__)[::-1]
    told = [one for at, one in enumerate(frames) if at == 0 or _is_ours(one.filename)]
    places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in told]
    return " at ".join(filter(None, (type(error).__name__, " <- ".join(places))))


def _is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in HOUSE
