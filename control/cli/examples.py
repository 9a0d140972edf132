"""The examples at the end of each command's --help."""

from collections.abc import Mapping

Examples = tuple[tuple[str, str], ...]

EXAMPLES: Mapping[str, Examples] = {
    "run": (
        ("run", "on this machine, with an embedded Redis"),
        ("SYNC_INTERVAL=60 ... run", "sync every minute instead of every five"),
    ),
    "demo": (("demo", "watch until Ctrl-C"), ("demo --once", "exit when done")),
    "example": (("example > organizations.toml", "then fill it in"),),
    "check": (
        ("check", "every organization"),
        ("check acme", "one organization, even before it is enabled"),
    ),
    "fields": (
        ("fields acme", "checkboxes on a terminal, a list elsewhere"),
        ("fields acme --tick hiringReason --untick seat", "change both at once"),
        ("fields acme --offer", "Ashby's offer fields and what they are mapped to"),
    ),
    "plan": (
        ("plan acme", "before the first sync, or after changing settings"),
        ("plan acme --json", "for programs"),
    ),
    "drift": (
        ("drift acme", "what someone has to resolve by hand"),
        ("drift acme --json", "for programs"),
    ),
    "sync": (
        ("sync acme --wait", "sync now and watch"),
        ("sync acme --record ENG-101 --wait", "one job or hire"),
        ("sync --full --wait", "every organization, comparing everything"),
    ),
    "status": (
        ("status", "every organization, and what needs attention"),
        ("status acme --outcome failed --outcome held", "everything that needs attention"),
        ("status acme --code NO_DEPARTMENT", "records without their department"),
        ("status acme --history", "recent syncs and operator actions, with ids"),
        ("status acme --sync 4f0c1d2e", "what one sync did"),
        ("status --strict > /dev/null", "for a cron job: exit status 1 means trouble"),
    ),
    "explain": (
        ("explain acme ENG-101", "by requisition code"),
        ('explain acme "Senior Engineer"', "by title or part of it"),
        ("explain acme https://app.ashbyhq.com/...", "by the URL of its page"),
    ),
    "pause": (
        ("pause acme", "stop it now"),
        ('pause acme --reason "audit until Friday"', "stop it and say why"),
    ),
    "resume": (("resume acme", "continue with the next sync"),),
    "approve": (
        ("approve acme", "review, then confirm"),
        ("approve acme --yes", "without the prompt, for scripts"),
    ),
    "push": (
        ("push acme offer:7c0e...", "release a hire that waits to be pushed"),
        ("push acme ENG-101", "the hire for that job"),
        ("push acme ENG-101 --undo", "take back a hire that was withdrawn in Ashby"),
    ),
    "pilot": (
        ("pilot acme ENG-101", "try one record on a real account"),
        ("pilot acme ENG-101 --undo", "undo it, as if it had never been synced"),
    ),
    "alive": (("alive && echo alive", "in a container's health check"),),
    "schema": (
        ("schema > organizations.schema.json", "then refer to it in the file's first line"),
    ),
    "metrics": (
        ("metrics", "on this machine only"),
        ("metrics --host 0.0.0.0 --port 9540", "for Prometheus on another machine"),
    ),
    "web": (
        ("web", "on this machine only"),
        ("web --host 0.0.0.0", "behind a TLS proxy"),
    ),
    "webhooks": (
        ("webhooks acme", "list the webhooks"),
        ("webhooks acme --register", "register Ashby's webhooks for WEB_URL"),
    ),
    "mcp": (
        ("mcp", "for an assistant that only reads"),
        ("mcp --allow-writes", "for an assistant that may also act"),
    ),
}
"""By command: what is typed after `charthop-ashby`, and what for."""


def epilog(command: str) -> str | None:
    """The examples of a command as --help prints them, in lines of their own."""
    found = EXAMPLES.get(command, ())
    lines = [f"  {_typed(typed)}\n      {what}" for typed, what in found]
    return "\n".join(("\b", "Examples:", *lines)) if lines else None


def _typed(words: str) -> str:
    """With the name of the program in its place."""
    before, dots, rest = words.rpartition("... ")
    return f"{before}charthop-ashby {rest}" if dots and rest else f"charthop-ashby {words}"
