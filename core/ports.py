"""What does the sync need of an HRIS and of an ATS?

The tasks know these verbs only. `systems/charthop/hris.py` and `systems/ashby/ats.py` provide
them; another system would be added by providing the same verbs.

Every verb may raise `TryLater`, `KeyRefused` or `Rejected` (core/errors.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from core.actions import CreateField, OpeningDraft, SetOptions, UpdateOpening
from core.records import CloseReason, Definition, Field, Job, Opening, Place, Value

T = TypeVar("T")


@dataclass(frozen=True)
class Pass(Generic[T]):
    """One reading of a list.

    `is_full` tells whether `items` is the whole list or what changed since the last reading.
    `token` continues from here next time.
    """

    items: Sequence[T]
    token: str | None
    is_full: bool


class Hris(Protocol):
    """ChartHop, as the sync speaks to it."""

    def open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """Every open job with the given custom fields; complete, or an error is raised."""
        ...

    def job(self, job_id: str, fields: Sequence[Field]) -> Job | None:
        """One job, whatever its state; None where there is none that the key may see."""
        ...

    def custom_fields(self) -> list[Field]:
        """Every custom field of the organization."""
        ...

    def built_in_codes(self) -> Collection[str]:
        """The codes of the built-in fields."""
        ...


class Ats(Protocol):
    """Ashby, as the sync speaks to it.

    The lists take the token of the last reading and then give only what changed since.
    """

    def openings(self, token: str | None) -> Pass[Opening]: ...

    def definitions(self, token: str | None) -> Pass[Definition]: ...

    def departments(self, token: str | None) -> Pass[Place]: ...

    def locations(self, token: str | None) -> Pass[Place]: ...

    def close_reasons(self) -> list[CloseReason]: ...

    def find_openings(self, identifier: str) -> list[Opening]:
        """The openings with exactly that identifier, as Ashby's search knows them now."""
        ...

    def create_opening(self, draft: OpeningDraft) -> Opening: ...

    def update_opening(self, update: UpdateOpening) -> Opening: ...

    def add_location(self, opening_id: str, location_id: str) -> Opening: ...

    def remove_location(self, opening_id: str, location_id: str) -> Opening: ...

    def set_state(self, opening_id: str, state: str, close_reason: str | None) -> Opening: ...

    def set_opening_values(self, opening_id: str, values: Mapping[str, Value]) -> None: ...

    def create_field(self, field: CreateField) -> Definition: ...

    def set_options(self, options: SetOptions) -> Definition: ...
