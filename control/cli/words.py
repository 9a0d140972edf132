"""What do the commands call the things that several of them take?"""

from typing import Annotated

import typer

Organization = Annotated[
    str, typer.Argument(metavar="ORG", help="The organization, as the organizations file names it.")
]
AnyOrganization = Annotated[
    str | None,
    typer.Argument(metavar="ORG", show_default=False, help="The organization; else all of them."),
]
AsJson = Annotated[bool, typer.Option("--json", help="All of it as JSON, for programs.")]
