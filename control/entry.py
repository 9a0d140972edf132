"""The console script: runs the health check cheaply, or else the full command line."""

import sys

YOUNG = 50_000
"""New objects per garbage collection. Python's default of 700 costs a tenth of each start, because
imported modules are scanned again and again but stay."""


def main() -> None:
    """Run the command. A health check does not wait for the command line to be assembled."""
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
