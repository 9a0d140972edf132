"""Files that show a supervisor whether the worker or beat of its container is alive.

The loop of each touches its own file; `charthop-ashby alive` checks their age. A health check runs
every few seconds in every container, so nothing extra is imported here, and Redis is not checked:
restarting a container that waits for Redis would not help.
"""

import os
import time

WORKER, BEAT = "worker", "beat"
ROLES = (WORKER, BEAT)

STALE_AFTER = 60.0
"""Seconds. The loops run every two to ten seconds, or twelve while Redis is unavailable."""


def path(role: str) -> str:
    """The role's file, in the temporary folder, which is always writable."""
    folder = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - as tempfile does, at its price
    return f"{folder}/charthop-ashby-{os.getuid()}-{role}.alive"


def touch(role: str) -> None:
    """Record a round of the role's loop.

    If the file cannot be written, the process continues; the health check reports it missing.
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
    """Delete the role's file at a clean end."""
    try:
        os.unlink(path(role))  # noqa: PTH108 - pathlib costs more than all the rest
    except OSError:
        return


def why_dead() -> str | None:
    """Why the worker or beat of this container is dead, None if it is alive."""
    ages = {}
    for role in ROLES:
        try:
            # In both directions: a clock set back must not make a dead process look alive.
            ages[role] = abs(time.time() - os.stat(path(role)).st_mtime)  # noqa: PTH116
        except OSError:
            continue
    if not ages:
        return f"neither a worker nor a beat has written {path(WORKER)} or {path(BEAT)}"
    role, age = max(ages.items(), key=lambda item: item[1])
    return None if age <= STALE_AFTER else f"{role} has not come round for {age:.0f} seconds"
