"""What do the commands call the things that several of them take?"""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from control.orders import Operator

Organization = Annotated[
    str, typer.Argument(metavar="ORG", help="The organization, as the organizations file names it.")
]
AnyOrganization = Annotated[
    str | None,
    typer.Argument(metavar="ORG", show_default=False, help="The organization; else all of them."),
]
AsJson = Annotated[bool, typer.Option("--json", help="All of it as JSON, for programs.")]


def operator() -> "Operator":
    """Who types here."""
    from control.orders import Operator

    try:
        return Operator(getpass.getuser())
    except (KeyError, OSError):  # a container's user may have no name
        return Operator("an operator")
