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
        bool, typer.Option("--undo", help="Undo it: close and archive the opening.")
    ] = False,
) -> None:
    """Sync one record and verify what was stored.

    Works even if the organization is not enabled. Compares what was sent with what was stored, and
    reports how this account behaves where the vendors' documentation is silent. Running it twice
    still makes only one opening. --undo closes and archives the opening and forgets the record, as
    if it had never been synced; a hire is taken back only if it was withdrawn in Ashby. The exit
    status is 1 if a value was not stored as sent.
    """
    from control import pilot as control_pilot

    with opened(organization) as deployment:
        if undo:
            put_away, answers = control_pilot.take_back(
                deployment, organization, operator(), record
            )
            say(f"{put_away}: undone; the next sync creates it again.")
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
            (one.what, one.sent, one.stored, "ok" if one.agrees else "DIFFERS")
            for one in found.compared
        ]
        show(("what", "sent", "stored", ""), rows)
    _tell_answers(found.answers)


def _tell_answers(answers: tuple[tuple[str, str], ...]) -> None:
    if answers:
        say()
        show(("open point", "this account"), answers)
