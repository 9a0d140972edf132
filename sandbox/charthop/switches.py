"""What can be made to go wrong for one value or one list of an organization.

Whole calls are made to fail by `sandbox.wire.Fault`; the open questions of the documentation are
`sandbox.charthop.oddities`. These switches belong to one organization and are turned at any time.
"""

from __future__ import annotations

from typing import Any, Literal

from sandbox.alterations import Alteration
from sandbox.charthop.state import OrgState, ValueRefusal
from sandbox.lag import Timeline
from sandbox.wire import locked

Family = Literal["job", "person", "change"]


class OrgSwitches(OrgState):
    """The switches of one organization."""

    @locked
    def lag_lists(self, seconds: float, *families: Family) -> None:
        """From now on lists show the state of so many seconds ago; 0: no more.

        Those of jobs and persons, which are read from a snapshot, unless `families` says
        otherwise. A single job, person or change stays current. `Sandbox.advance` lets the time
        go by.
        """
        if seconds <= 0:
            self.past, self.late = None, frozenset()
            return
        self.lag, self.late = seconds, frozenset(families or ("job", "person"))
        self.past = self.past or Timeline(self.snapshot())

    @locked
    def refuse_value(
        self, code: str, value: Any = None, message: str | None = None, names_field: bool = True
    ) -> None:
        """Writes to jobs and persons that hold a value for the code are answered with 400.

        Every value is refused unless `value` is given. `message` is what is answered; without one
        the answer names the field or, with `names_field` false, does not.
        """
        about = f"field {code!r} has an invalid value" if names_field else "invalid data"
        self.refusals.append(ValueRefusal(code, value, message or about))

    @locked
    def accept_value(self, code: str) -> None:
        """The end of every `refuse_value` of the code."""
        self.refusals = [one for one in self.refusals if one.code != code]

    @locked
    def alter_row(self, record_id: str, how: Alteration) -> None:
        """Lists show this job, person, change or field as `how` makes it."""
        self.row_alterations[record_id] = how

    @locked
    def show_row(self, record_id: str) -> None:
        """The end of `alter_row`."""
        self.row_alterations.pop(record_id, None)
