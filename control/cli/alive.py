"""alive: does the worker or beat of this container live?"""

from control.cli.console import Stop


def alive() -> None:
    """Exit with 0 if this container's worker or beat is alive.

    Otherwise prints the reason and exits with 1. For health checks: it reads the age of a file that
    the process keeps touching in the temporary folder, takes a few hundredths of a second, and
    contacts neither Redis nor the services.
    """
    from workers.liveness import why_dead

    reason = why_dead()
    if reason is not None:
        raise Stop(f"{reason}.", 1)
