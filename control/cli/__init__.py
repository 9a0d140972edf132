"""The commands of `charthop-ashby`.

Each command is a module of its own. Importing this package stays cheap: what a command needs is
imported when it runs, so that the next prompt, or the sync, is not waited for.
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from control.cli import (
    alive,
    check,
    demo,
    drift,
    example,
    explain,
    fields,
    mcp,
    metrics,
    pilot,
    plan,
    push,
    run,
    schema,
    status,
    switches,
    sync,
    web,
    webhooks,
)
from control.cli.console import Stop, complain
from control.cli.examples import epilog
from control.errors import NoSuchSync, NotOneRecord, Refusal
from core.errors import NeedsHuman, TryLater, WrongSetup
from core.version import version

WRONG, USAGE = 1, 2
"""Exit status where something failed or is held, and where usage or set-up is wrong."""


class Commands(TyperGroup):
    """The commands; whatever ends one early becomes a sentence and a status here."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except Stop as stop:
            sentence, exit_status = stop.sentence, stop.status
        except (WrongSetup, NoSuchSync) as error:
            sentence, exit_status = str(error), USAGE
        except NotOneRecord as error:
            complain(str(error), (f"{record}  {label}".rstrip() for record, label in error.near))
            raise typer.Exit(USAGE) from None
        except Refusal as error:
            sentence, exit_status = str(error), WRONG
        except (TryLater, NeedsHuman) as error:
            sentence, exit_status = str(error.reason), WRONG
        except _redis_errors() as error:
            sentence, exit_status = f"Redis does not answer ({error}).", WRONG
        complain(sentence)
        raise typer.Exit(exit_status)


def _redis_errors() -> tuple[type[Exception], ...]:
    """Asked only when something was raised."""
    import redis
    from kombu.exceptions import OperationalError

    return redis.RedisError, OperationalError


app = typer.Typer(
    cls=Commands,
    help="Two-way sync: ChartHop jobs become Ashby openings, Ashby hires become ChartHop people.",
    epilog="Exit status: 0 success, 1 something failed or is held, 2 wrong usage or configuration.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run.run)
app.command()(demo.demo)
app.command()(example.example)
app.command()(check.check)
app.command()(fields.fields)
app.command()(plan.plan)
app.command()(drift.drift)
app.command()(sync.sync)
app.command()(status.status)
app.command()(explain.explain)
app.command()(switches.pause)
app.command()(switches.resume)
app.command()(switches.approve)
app.command()(push.push)
app.command()(pilot.pilot)
app.command()(alive.alive)
app.command()(schema.schema)
app.command()(metrics.metrics)
app.command()(web.web)
app.command()(webhooks.webhooks)
app.command()(mcp.mcp)

for _registered in app.registered_commands:
    assert _registered.callback is not None
    _registered.epilog = epilog(_registered.callback.__name__)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"charthop-ashby {version()}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """What may stand before the command."""


def main() -> None:
    """The console script."""
    app(prog_name="charthop-ashby")
