"""alive: does the worker or beat of this container live?"""

from control.cli.console import Stop


def alive() -> None:
    """Exit status 0 while the worker or beat of this container lives, else 1 with the reason.

    For health checks: it looks at a file in the temporary folder that their loops touch, takes a
    few hundredths of a second, and asks neither Redis nor a service.
    """
    from workers.liveness import why_dead

    reason = why_dead()
    if reason is not None:
        raise Stop(f"{reason}.", 1)
