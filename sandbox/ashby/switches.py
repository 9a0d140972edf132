"""What can be made to go wrong for one record, one custom field, one list or one permission.

Whole calls are made to fail by `sandbox.wire.Fault`; the open questions of the documentation are
`sandbox.ashby.oddities`. These switches belong to one account and are turned at any time.
"""

from __future__ import annotations

from typing import Literal

from sandbox.alterations import Alteration
from sandbox.ashby.records import ALL
from sandbox.ashby.state import AccountState, Refusal
from sandbox.lag import LaggedCollection
from sandbox.wire import locked

FieldEndpoint = Literal[
    "customField.create", "customField.updateSelectableValues", "customField.setValues"
]


class Switches(AccountState):
    """The switches of one account."""

    @locked
    def lag_lists(self, seconds: float, *families: str) -> None:
        """From now on `*.list` and `*.search` show the state of so many seconds ago; 0: no more.

        `families` are names such as "opening" or "customField", all of them unless given. `*.info`
        and the answers of writes stay current. `Sandbox.advance` lets the time go by.
        """
        for family in families or self.collections:
            if seconds <= 0:
                self.lagging.pop(family, None)
            elif family in self.lagging:
                self.lagging[family].seconds = seconds
            else:
                records = self.collections[family]
                self.lagging[family] = LaggedCollection(seconds, records, self.changes)

    @locked
    def store_differently(self, target: str, how: Alteration, echoes: bool = False) -> None:
        """A value is answered with success and stored as `how` makes it.

        `target` is a custom field's title or type ("Number"), or an attribute of an opening
        ("description", or "openingState" for opening.setOpeningState); "selectableValues" are the
        options of a picklist that are changed, "hiringTeam" one change of a hiring team. `echoes`
        lets the answer of the write repeat what was sent.
        """
        self.alterations[target] = (how, echoes)

    @locked
    def store_as_sent(self, target: str) -> None:
        """The end of `store_differently`."""
        self.alterations.pop(target, None)

    @locked
    def refuse_field(
        self,
        endpoint: FieldEndpoint,
        title: str,
        code: str = "invalid_input",
        message: str = "The request could not be processed",
    ) -> None:
        """The endpoint refuses the custom field of that title, and no other one."""
        self.refusals[endpoint, title] = Refusal(code, message)

    @locked
    def accept_field(self, title: str) -> None:
        """The end of every `refuse_field` of that title."""
        for endpoint, refused in list(self.refusals):
            if refused == title:
                del self.refusals[endpoint, refused]

    @locked
    def set_permissions(self, *names: str) -> None:
        """The key has these permissions alone, named as Ashby's screen does: "jobsRead"."""
        self.scopes = {_scope(name) for name in names}

    @locked
    def withdraw_permission(self, name: str) -> None:
        """The key loses a permission, named likewise."""
        self.scopes.discard(_scope(name))

    @locked
    def break_info(self, record_id: str) -> None:
        """`*.info` answers 500 for this record; lists show it as before."""
        self.broken.add(record_id)

    @locked
    def repair_info(self, record_id: str) -> None:
        """The end of `break_info`."""
        self.broken.discard(record_id)

    @locked
    def hide(self, record_id: str) -> None:
        """The key sees this record no more: `*.info` does not find it, lists leave it out."""
        self.hidden.add(record_id)

    @locked
    def show(self, record_id: str) -> None:
        """The end of `hide`."""
        self.hidden.discard(record_id)

    @locked
    def alter_row(self, record_id: str, how: Alteration) -> None:
        """Lists and searches show this record as `how` makes it, such as `with_null(...)`."""
        self.row_alterations[record_id] = how

    @locked
    def show_row(self, record_id: str) -> None:
        """The end of `alter_row`."""
        self.row_alterations.pop(record_id, None)


def _scope(name: str) -> str:
    """`jobs:read` for `jobsRead`."""
    for word in ("Read", "Write"):
        if name.endswith(word):
            scope = f"{name.removesuffix(word)}:{word.lower()}"
            if scope in ALL:
                return scope
    raise ValueError(f"no endpoint of the sandbox asks for the permission {name}")
