"""The console script: the one command that has to be cheap, or all the others."""

import sys

YOUNG = 50_000
"""New objects after which cycles are looked for. Python's 700 costs each start a tenth: what is
imported is looked through again and again, and stays."""


def main() -> None:
    """Run what was typed. A health check does not wait for the command line to be put together."""
    if sys.argv[1:] == ["alive"]:
        from workers.liveness import why_dead

        reason = why_dead()
        if reason is not None:
            sys.stderr.write(f"charthop-ashby: {reason}.\n")
        raise SystemExit(reason is not None)
    import gc

    gc.set_threshold(YOUNG)
    from control.cli import main as command_line

    command_line()
