"""What recruiters do with openings by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.ashby.records import VERSION_FIELDS, Opening
from sandbox.ashby.shapes import shown_opening, shown_value
from sandbox.ashby.state import AccountState
from sandbox.wire import locked


class OpeningMoves(AccountState):
    """The openings of an account, as recruiters make and change them."""

    @locked
    def add_opening(self, identifier: str | None, state: str = "Draft", **version: Any) -> str:
        """A recruiter makes an opening; `version` has Ashby's names, such as description."""
        opening = self.record(Opening)
        opening.version = {
            "identifier": identifier or f"OPN-{opening.index}",
            "description": None,
            "teamId": None,
            "jobIds": [],
            "targetHireDate": None,
            "targetStartDate": None,
            "isBackfill": False,
            "employmentType": "FullTime",
            "locationIds": [],
            **_known(version),
        }
        self.put(self.openings, opening)
        self.new_version(opening)
        self.enter(opening, state)
        self.events.opening(opening)
        return opening.id

    @locked
    def edit_opening(self, opening_id: str, **version: Any) -> None:
        """A recruiter edits the opening's latest version, under Ashby's names."""
        opening = self.openings[opening_id]
        opening.version.update(_known(version))
        self.new_version(opening)

    @locked
    def set_opening_field(self, opening_id: str, title: str, value: Any) -> None:
        """A recruiter types a value into a custom field; None empties it."""
        opening = self.openings[opening_id]
        self.set_value(opening, self.field_titled(title, "Opening"), value)

    @locked
    def set_state(self, opening_id: str, state: str) -> None:
        """A recruiter sets the state. Filled, which only a hire brings about, can be set here."""
        self.enter(self.openings[opening_id], state)

    @locked
    def close_opening(self, opening_id: str, reason: str | None = None) -> None:
        """A recruiter closes the opening, with a close reason given by its text."""
        reasons = {one.name: one.id for one in self.close_reasons.values()}
        self.enter(self.openings[opening_id], "Closed", reasons[reason] if reason else None)

    @locked
    def restore_opening(self, opening_id: str) -> None:
        """A recruiter takes the opening out of the archive."""
        opening = self.openings[opening_id]
        opening.archived_at = None
        self.touch(opening)

    @locked
    def set_hiring_team(self, opening_id: str, *members: tuple[str, str]) -> None:
        """A recruiter puts these users on the opening's team: pairs of user id and role title."""
        roles = {title: role for role, title in self.hiring_roles.items()}
        opening = self.openings[opening_id]
        opening.hiring_team = [(user_id, roles[title]) for user_id, title in members]
        self.new_version(opening)

    @locked
    def archive_opening(self, opening_id: str) -> None:
        """A recruiter archives the opening."""
        opening = self.openings[opening_id]
        opening.archived_at = self.stamp()
        self.touch(opening)

    @locked
    def delete_opening(self, opening_id: str) -> None:
        """The opening is gone; no list says so."""
        self.remove(self.openings, opening_id)

    @locked
    def opening(self, opening_id: str) -> dict[str, Any]:
        """The opening as the API shows it."""
        return shown_opening(self, self.openings[opening_id])

    @locked
    def opening_field(self, opening_id: str, title: str) -> Any:
        """The value of an opening's custom field as the API shows it, None where it has none."""
        opening = self.openings[opening_id]
        for field in self.custom_fields.values():
            titled = field.title == title and field.object_type == "Opening"
            if titled and field.id in opening.values:
                return shown_value(self, field, opening.values[field.id])["value"]
        return None


def _known(version: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in version:
        if name not in VERSION_FIELDS:
            raise TypeError(f"an opening has no {name}")
    return version
