"""The console script: the one command that has to be cheap, or all the others."""

import sys


def main() -> None:
    """Run what was typed. A health check does not wait for the command line to be put together."""
    if sys.argv[1:] == ["alive"]:
        from workers.liveness import why_dead

        reason = why_dead()
        if reason is not None:
            sys.stderr.write(f"charthop-ashby: {reason}.\n")
        raise SystemExit(reason is not None)
    from control.cli import main as command_line

    command_line()
