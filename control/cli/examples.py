"""What stands under each command's --help: the commands that people type, and when."""

from collections.abc import Mapping

Examples = tuple[tuple[str, str], ...]

EXAMPLES: Mapping[str, Examples] = {
    "run": (
        ("run", "here, with a Redis of its own"),
        ("SYNC_INTERVAL=60 ... run", "every minute instead of every five"),
    ),
    "demo": (("demo", "watch until Ctrl-C"), ("demo --once", "end by itself")),
    "example": (("example > organizations.toml", "then fill it in"),),
    "check": (
        ("check", "every organization"),
        ("check acme", "one, also before it is enabled"),
    ),
    "fields": (
        ("fields acme", "checkboxes on a terminal, a list elsewhere"),
        ("fields acme --tick hiringReason --untick seat", "change both at once"),
        ("fields acme --offer", "Ashby's offer fields and what they are mapped to"),
    ),
    "plan": (
        ("plan acme", "before the first sync, or after a change of settings"),
        ("plan acme --json", "for programs"),
    ),
    "drift": (
        ("drift acme", "what somebody has to settle by hand"),
        ("drift acme --json", "for programs"),
    ),
    "sync": (
        ("sync acme --wait", "now, and watch it"),
        ("sync acme --record ENG-101 --wait", "one job or hire"),
        ("sync --full --wait", "every organization, comparing everything"),
    ),
    "status": (
        ("status", "every organization, and what needs somebody"),
        ("status acme --outcome failed --outcome held", "what needs somebody, all of it"),
        ("status acme --code NO_DEPARTMENT", "what is missing its department"),
        ("status acme --history", "the last syncs and orders, with ids"),
        ("status acme --sync 4f0c1d2e", "what one of them did"),
        ("status --strict > /dev/null", "for a cron job: exit status 1 tells"),
    ),
    "explain": (
        ("explain acme ENG-101", "by requisition code"),
        ('explain acme "Senior Engineer"', "by title, or a part of it"),
        ("explain acme https://app.ashbyhq.com/...", "by the address of its page"),
    ),
    "pause": (
        ("pause acme", "stop it now"),
        ('pause acme --reason "audit until Friday"', "and say why"),
    ),
    "resume": (("resume acme", "go on with the next sync"),),
    "approve": (
        ("approve acme", "look, and decide"),
        ("approve acme --yes", "where nobody can be asked"),
    ),
    "push": (
        ("push acme offer:7c0e...", "let a hire go that waits for you"),
        ("push acme ENG-101", "the hire for that job"),
        ("push acme ENG-101 --undo", "take back a hire that was withdrawn in Ashby"),
    ),
    "pilot": (
        ("pilot acme ENG-101", "the first record on a real account"),
        ("pilot acme ENG-101 --undo", "as if it had never been"),
    ),
    "alive": (("alive && echo alive", "in a container's health check"),),
    "schema": (("schema > organizations.schema.json", "name it in the file's first line"),),
    "metrics": (
        ("metrics", "on this machine only"),
        ("metrics --host 0.0.0.0 --port 9540", "for a Prometheus elsewhere"),
    ),
    "web": (
        ("web", "on this machine only"),
        ("web --host 0.0.0.0", "behind a proxy with TLS"),
    ),
    "webhooks": (
        ("webhooks acme", "which are set up"),
        ("webhooks acme --register", "make Ashby's for WEB_URL"),
    ),
    "mcp": (
        ("mcp", "an assistant that only reads"),
        ("mcp --allow-writes", "one that may give orders"),
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
