"""status: the last sync of each organization, and what waits for a person."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, complain, console, is_terminal
from control.cli.words import RECORD_HELP, AnyOrganization, AsJson, Utc, apart, opened
from core.errors import WrongSetup
from core.outcomes import Outcome

if TYPE_CHECKING:
    from control.deployment import Deployment
    from control.status import Status, SyncReport
    from core.keys import RecordKey

APART = (
    ("--json", "--csv"),
    ("--json", "--wide"),
    ("--json", "--watch"),
    ("--csv", "--wide"),
    ("--csv", "--watch"),
    ("--csv", "--history"),
    ("--sync", "--history"),
    ("--sync", "--watch"),
    ("--sync", "--strict"),
)
"""Options of which one would be ignored beside the other."""

LOOKS_EVERY = 2.0
"""Seconds between two looks of --watch."""


def status(
    organization: AnyOrganization = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The records as CSV.")] = False,
    outcomes: Annotated[
        list[Outcome] | None,
        typer.Option(
            "--outcome",
            metavar="OUTCOME",
            help="Only records with this outcome, such as failed; repeatable.",
        ),
    ] = None,
    codes: Annotated[
        list[str] | None,
        typer.Option(
            "--code",
            metavar="CODE",
            help="Only records with this reason, such as NO_DEPARTMENT; repeatable.",
        ),
    ] = None,
    record: Annotated[
        str | None, typer.Option(metavar="RECORD", help=f"Only this record: {RECORD_HELP}")
    ] = None,
    history: Annotated[
        bool,
        typer.Option(
            "--history",
            help="Syncs of the last 7 days (at most 200) and operator actions of the last 90.",
        ),
    ] = False,
    sync: Annotated[
        str | None, typer.Option(metavar="ID", help="What this sync did, with old and new values.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Refresh until Ctrl-C.")] = False,
    wide: Annotated[bool, typer.Option("--wide", help="One line per record.")] = False,
    utc: Utc = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Also exit with 1 if a record is in step but incomplete.",
        ),
    ] = False,
) -> None:
    """Show the last sync and the outcome of every record.

    Held and failed records come first, with the reason and the fix. Without ORG, only those are
    shown; with ORG, every record of the organization.
    """
    from control.cli import status_lines

    _refuse_ignored(
        {
            "--json": as_json,
            "--csv": as_csv,
            "--outcome": outcomes,
            "--code": codes,
            "--record": record is not None,
            "--history": history,
            "--sync": sync is not None,
            "--watch": watch,
            "--wide": wide,
            "--strict": strict,
        }
    )
    if sync is not None and organization is None:
        raise WrongSetup("--sync needs the organization: charthop-ashby status ORG --sync ID")
    wanted = _Wanted(tuple(outcomes or ()), tuple(_known(codes or [])), record)
    with opened(organization) as deployment:
        if sync is not None and organization is not None:
            report = wanted.of_sync(deployment, organization, sync)
            _print_sync(deployment, report, as_json=as_json, as_csv=as_csv, utc=utc, wide=wide)
            return

        def look() -> "list[Status]":
            states, shown = wanted.of_organizations(deployment, organization)
            if as_json or as_csv:
                _print_data(deployment, shown, as_csv=as_csv, history=history)
            else:
                titled = organization is None
                whole = not titled or wanted.some
                _print(
                    deployment,
                    shown,
                    titled=titled,
                    whole=whole,
                    history=history,
                    utc=utc,
                    wide=wide,
                )
            return states

        states = _watch(look) if watch else look()
        if not (as_json or as_csv or history):
            status_lines.print_pace(deployment.settings.ashby_calls_per_minute)
        problems = deployment.mistakes() if organization is None else []
        for problem in problems:
            complain(problem.sentence)
        if any(one.wants_attention or (strict and one.missing) for one in states):
            raise typer.Exit(1)
        if problems:
            raise typer.Exit(2)


def _refuse_ignored(given: Mapping[str, object]) -> None:
    apart(given, APART)
    if not given["--json"]:  # which has the records beside the history
        apart(given, ((option, "--history") for option in ("--outcome", "--code", "--record")))


@dataclass(frozen=True)
class _Wanted:
    """Which records are asked for; all of them where nothing is said."""

    outcomes: tuple[Outcome, ...]
    codes: tuple[str, ...]
    record: str | None

    @property
    def some(self) -> bool:
        """Whether only some of them are."""
        return bool(self.outcomes or self.codes or self.record is not None)

    def of_sync(self, deployment: "Deployment", organization: str, sync: str) -> "SyncReport":
        """What that sync did with them."""
        from control import status as control_status

        names = deployment.named(organization)
        report = control_status.of_sync(deployment, organization, sync)
        meant = self._meant(deployment, names)
        return report.only(self.outcomes, self.codes, meant.get(organization))

    def of_organizations(
        self, deployment: "Deployment", organization: str | None
    ) -> "tuple[list[Status], list[Status]]":
        """The organization, or all that have the record: as a whole, and with these records."""
        from control import status as control_status

        names = deployment.named(organization)
        meant = self._meant(deployment, names)
        states = [
            control_status.status(deployment, name)
            for name in names
            if self.record is None or name in meant
        ]
        shown = [one.only(self.outcomes, self.codes, meant.get(one.organization)) for one in states]
        return states, shown

    def _meant(
        self, deployment: "Deployment", organizations: Sequence[str]
    ) -> "dict[str, RecordKey]":
        from control import status as control_status

        if self.record is None:
            return {}
        return control_status.named(deployment, organizations, self.record)


def _print(
    deployment: "Deployment",
    states: "list[Status]",
    *,
    titled: bool,
    whole: bool,
    history: bool,
    utc: bool,
    wide: bool,
) -> None:
    from control.cli import status_lines
    from control.records import remembered

    for one in states:
        if history:
            kept = deployment.public_memory(one.organization)
            status_lines.print_history(kept, titled=titled, utc=utc, wide=wide)
            continue
        called = remembered(deployment.memory(one.organization))
        status_lines.print_state(one, called, whole=whole, wide=wide)


def _print_sync(
    deployment: "Deployment",
    report: "SyncReport",
    *,
    as_json: bool,
    as_csv: bool,
    utc: bool,
    wide: bool,
) -> None:
    from control.cli import status_as_data, status_lines
    from control.records import remembered

    called = remembered(deployment.memory(report.organization))
    if as_json:
        status_as_data.print_sync_json(report)
    elif as_csv:
        status_as_data.print_csv([(report, called)])
    else:
        status_lines.print_sync(report, called, utc=utc, wide=wide)


def _known(codes: list[str]) -> list[str]:
    """The codes as they are spelled. WrongSetup for one that no reason has."""
    from core import reasons  # noqa: F401  (defines them)
    from core.notes import ALL

    spelled = [code.strip().upper() for code in codes]
    for code in spelled:
        if code not in ALL:
            raise WrongSetup(f"{code} is not a reason code; docs/operations.md lists them.")
    return spelled


def _print_data(
    deployment: "Deployment", states: "list[Status]", *, as_csv: bool, history: bool
) -> None:
    from control.cli import status_as_data
    from control.records import remembered

    if as_csv:
        status_as_data.print_csv(
            (one, remembered(deployment.memory(one.organization))) for one in states
        )
        return
    status_as_data.print_json(
        (
            one,
            deployment.public_memory(one.organization) if history else None,
        )
        for one in states
    )


def _watch(look: "Callable[[], list[Status]]") -> "list[Status]":
    """Show it anew until Ctrl-C; how it was last."""
    if not is_terminal():
        raise Stop("--watch needs a terminal; in a script, call status repeatedly.", 2)
    states: list[Status] = []
    try:
        while True:
            console().clear()
            states = look()
            time.sleep(LOOKS_EVERY)
    except KeyboardInterrupt:
        return states
