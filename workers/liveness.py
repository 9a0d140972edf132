"""The files by which a supervisor sees that the worker or the beat of its container lives.

The loop of each touches a file of its own; `charthop-ashby alive` looks how old they are. A health
check runs every few seconds in every container, so nothing is imported here that is not loaded
anyway, and Redis is not asked: a container that waits for Redis is no better for a restart.
"""

import os
import time

WORKER, BEAT = "worker", "beat"
ROLES = (WORKER, BEAT)

STALE_AFTER = 60.0
"""Seconds. The loops come round every two to ten seconds, and twelve where Redis is away."""


def path(role: str) -> str:
    """The file of that role: in the temporary folder, the one place that is always writable."""
    folder = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - as tempfile does, at its price
    return f"{folder}/charthop-ashby-{os.getuid()}-{role}.alive"


def touch(role: str) -> None:
    """The loop of that role has come round.

    Where the file cannot be written the process goes on: whoever looks says that it is missing.
    """
    try:
        file = os.open(path(role), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return
    try:
        os.utime(file)
    finally:
        os.close(file)


def end(role: str) -> None:
    """That role ends in good order."""
    try:
        os.unlink(path(role))  # noqa: PTH108 - pathlib costs more than all the rest
    except OSError:
        return


def why_dead() -> str | None:
    """Why the worker or beat of this container does not live; None: it does."""
    ages = {}
    for role in ROLES:
        try:
            # Either way: a clock that was set back must not keep the dead alive.
            ages[role] = abs(time.time() - os.stat(path(role)).st_mtime)  # noqa: PTH116
        except OSError:
            continue
    if not ages:
        return f"neither a worker nor a beat has written {path(WORKER)} or {path(BEAT)}"
    role, age = max(ages.items(), key=lambda item: item[1])
    return None if age <= STALE_AFTER else f"{role} has not come round for {age:.0f} seconds"
