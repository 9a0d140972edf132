"""Where did an error come from? In one line, and without what it says: that may repeat a name."""

import traceback
from pathlib import Path
from types import TracebackType

LONGEST = 12
"""Places that a line names, the innermost first."""


def trace(error: BaseException, came: TracebackType | None = None) -> str:
    """`KeyError at fields.py:12 value <- jobs.py:40 plan`; `came` stands in for its own trace."""
    frames = traceback.extract_tb(came or error.__traceback__)
    places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in reversed(frames)]
    kind = type(error).__name__
    return f"{kind} at {' <- '.join(places[:LONGEST])}" if places else kind
