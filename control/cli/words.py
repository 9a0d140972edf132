"""Arguments and options that several commands share."""

import getpass
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, complain

if TYPE_CHECKING:
    from control.deployment import Deployment
    from control.orders import Operator

Organization = Annotated[
    str, typer.Argument(metavar="ORG", help="The organization's name in the organizations file.")
]
AnyOrganization = Annotated[
    str | None,
    typer.Argument(metavar="ORG", show_default=False, help="The organization; default: all."),
]
RECORD_HELP = (
    "job:ID, offer:ID, a requisition code, a title or part of it, the id of an opening, "
    "application or candidate, or the URL of its page in either product."
)
Record = Annotated[str, typer.Argument(metavar="RECORD", help=RECORD_HELP)]
Utc = Annotated[bool, typer.Option("--utc", help="Show times in UTC instead of local time.")]
Host = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all interfaces.")]
Port = Annotated[int, typer.Option(help="The port; 0 for any free port.")]
AsJson = Annotated[bool, typer.Option("--json", help="Output JSON.")]


def apart(given: Mapping[str, object], pairs: Iterable[tuple[str, str]]) -> None:
    """Stop where two options are given of which one would be ignored; `given` has their values."""
    for one, other in pairs:
        if given[one] and given[other]:
            raise Stop(f"{one} and {other} do not go together; leave one of them out.", 2)


def operator() -> "Operator":
    """The person at this shell."""
    from control.orders import Operator

    try:
        return Operator(getpass.getuser())
    except (KeyError, OSError):  # a container's user may have no name
        return Operator("an operator")


@contextmanager
def opened(organization: str | None = None) -> "Iterator[Deployment]":
    """The deployment; with one organization named, warns of mistakes elsewhere in the file."""
    from control.deployment import Deployment

    with Deployment() as deployment:
        if organization in deployment.organizations.names():
            elsewhere = deployment.mistakes()
            if elsewhere:
                more = f" (and {len(elsewhere) - 1} more)" if len(elsewhere) > 1 else ""
                complain(f"elsewhere in the file: {elsewhere[0].sentence}{more}")
        yield deployment
