"""pilot: does one record go over as it should on this account?"""

from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import note, outcome, say, show
from control.cli.words import Organization, Record, opened, operator

if TYPE_CHECKING:
    from control.pilot import Pilot


def pilot(
    organization: Organization,
    record: Record,
    undo: Annotated[
        bool, typer.Option("--undo", help="Close and archive the opening again.")
    ] = False,
) -> None:
    """Bring one job or hire over, also while the organization is not enabled, and read it back.

    Says what was stored as it was sent, and how this account answers what the documentation of the
    services leaves open. Run twice it stays one opening. With --undo the opening is closed and
    archived, and the record is as if it had never been synced; a hire is taken back where it was
    withdrawn in Ashby. Exit status 1 where something was not stored as it was sent.
    """
    from control import pilot as control_pilot

    with opened(organization) as deployment:
        if undo:
            put_away, answers = control_pilot.take_back(
                deployment, organization, operator(), record
            )
            say(f"{put_away}: taken back; the next sync makes it anew.")
            _tell_answers(answers)
            return
        found = control_pilot.bring_over(deployment, organization, operator(), record)
    _tell(found)
    if not found.is_sound:
        raise typer.Exit(1)


def _tell(found: "Pilot") -> None:
    result = found.result
    note(str(found.record), outcome(result.outcome))
    for label, value in (("why", result.reason), ("opening", result.opening_id)):
        if value:
            note(label, value)
    if found.compared:
        say()
        rows = [
            (one.what, one.sent, one.stored, "ok" if one.agrees else "OTHERWISE")
            for one in found.compared
        ]
        show(("what", "sent", "stored", ""), rows)
    _tell_answers(found.answers)


def _tell_answers(answers: tuple[tuple[str, str], ...]) -> None:
    if answers:
        say()
        show(("open point", "this account"), answers)
