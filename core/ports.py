"""The ports: what the sync needs of an HRIS and of an ATS.

The tasks know these verbs only. `systems/charthop/hris.py` and `systems/ashby/ats.py` provide
them; another system would be added by providing the same verbs.

Every verb may raise `TryLater`, `KeyRefused` or `Rejected` (core/errors.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from core.actions import CreateField, SetOptions, UpdateOpening
from core.openings import Opening, OpeningDetails
from core.records import (
    ApplicationTrace,
    Candidate,
    CloseReason,
    Definition,
    Entry,
    Field,
    HireChange,
    Job,
    Lookup,
    Offer,
    OfferTrace,
    Person,
    State,
    Value,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One reading of a list.

    `is_full` tells whether `items` is the whole list or what changed since the last reading.
    `token` continues from here next time. `unreadable` are the ids of rows that say too little to
    be an item: what is known of them stays as it is. `nameless` is how many rows do not even say
    which item they are about: nothing is concluded from what such a list lacks.
    """

    items: Sequence[T]
    token: str | None
    is_full: bool
    unreadable: frozenset[str] = frozenset()
    nameless: int = 0

    def lacks_some(self, known: Collection[str]) -> bool:
        """Whether there are items that nothing is known of. `known` are the ids of the others."""
        return self.nameless > 0 or not self.unreadable <= set(known)


class Hris(Protocol):
    """ChartHop, as the sync speaks to it."""

    def try_read(self, path: str) -> None:
        """One small call to a path that was refused; KeyRefused where it still is."""
        ...

    def own_user(self) -> str | None:
        """The user that the sync's own calls are made by, None where it is not told."""
        ...

    def open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """Every open job with the given custom fields; complete, or an error is raised."""
        ...

    def some_open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """A few open jobs with the given custom fields, for examples of values."""
        ...

    def job(self, job_id: str, fields: Sequence[Field]) -> Job | None:
        """One job, whatever its state; None where there is none that the key may see."""
        ...

    def custom_fields(self) -> list[Field]:
        """Every custom field of the organization."""
        ...

    def built_in_fields(self) -> list[Field]:
        """Every built-in field of the organization, with its choices."""
        ...

    def time_zone(self) -> str | None:
        """The name of the organization's time zone, None where nobody says."""
        ...

    def read_phone(self, text: str) -> str | None:
        """A phone number in the form that the HRIS recognises, None where the text is none."""
        ...

    def persons_by_email(self, emails: Sequence[str]) -> list[Person]:
        """Everybody with one of these addresses, work or home, those who left included."""
        ...

    def create_person(self, values: Mapping[str, Value]) -> str:
        """Make a person out of flat field codes; the id. AnswerLost where nobody knows."""
        ...

    def update_person(self, person_id: str, values: Mapping[str, Value]) -> None: ...

    def hire_changes_of_job(self, job_id: str) -> list[HireChange]:
        """The changes that put somebody into the job, also those that are not in force yet."""
        ...

    def hire_changes_of_person(self, person_id: str) -> list[HireChange]:
        """The changes that put the person into a job, also those that are not in force yet."""
        ...

    def hire(
        self,
        job_id: str,
        person_id: str,
        start: str,
        announced: str,
        offer_id: str,
        application_id: str,
    ) -> None:
        """Put a person into a job from a day on; checked first, and safe to do twice.

        The change keeps what it was made for: the offer and its application.
        """
        ...

    def move_hire(
        self,
        change_id: str,
        start: str,
        announced: str,
        earlier: Sequence[str],
        offer_id: str,
        application_id: str,
    ) -> None:
        """Let a hire begin on another day; the change keeps the days that were meant before."""
        ...

    def cancel_hire(self, change_id: str) -> None: ...

    def job_values(self, job_id: str, codes: Sequence[str], day: str) -> dict[str, Value]:
        """The job's values by code as they are on that day."""
        ...

    def update_job(self, job_id: str, values: Mapping[str, Value], day: str) -> None:
        """Change values of the job from that day on."""
        ...


class Ats(Protocol):
    """Ashby, as the sync speaks to it.

    The lists take the token of the last reading and then give only what changed since.
    """

    def try_read(self, path: str) -> None:
        """One small call to a path that was refused; KeyRefused where it still is."""
        ...

    def openings(self, token: str | None) -> Listing[Opening]: ...

    def definitions(self, token: str | None) -> Listing[Definition]: ...

    def definition(self, definition_id: str) -> Definition | None:
        """One definition as it is now, None where there is none of that id."""
        ...

    def entries(self, lookup: Lookup, token: str | None) -> Listing[Entry]: ...

    def close_reasons(self) -> list[CloseReason]:
        """All of them, archived ones too."""
        ...

    def find_openings(self, identifier: str) -> list[Opening]:
        """The openings with that identifier, as Ashby's search knows them now."""
        ...

    def opening(self, opening_id: str) -> Opening | None:
        """One opening as it is now, None where there is none of that id."""
        ...

    def create_opening(self, details: OpeningDetails, state: State) -> Opening: ...

    def update_opening(self, update: UpdateOpening) -> Opening: ...

    def add_to(self, opening: Opening, attribute: str, added: str) -> Opening:
        """Add one id to an attribute that holds several."""
        ...

    def remove_from(self, opening: Opening, attribute: str, removed: str) -> Opening: ...

    def set_state(self, opening_id: str, state: str, close_reason: str | None) -> Opening: ...

    def set_archived(self, opening_id: str, *, archived: bool) -> Opening: ...

    def set_opening_values(self, opening_id: str, values: Mapping[str, Value]) -> dict[str, Value]:
        """Write custom fields; the values in the form in which they are kept there."""
        ...

    def applications(
        self, token: str | None, person_field: str
    ) -> "Listing[tuple[ApplicationTrace, Candidate]]":
        """The hired applications, and of an incremental pass whatever Ashby gives besides.

        `person_field` is the definition id of the field that names ChartHop's person.
        """
        ...

    def application(
        self, application_id: str, person_field: str
    ) -> tuple[ApplicationTrace, Candidate] | None:
        """One application as it is now, None where the key sees none of that id."""
        ...

    def candidate(self, candidate_id: str) -> Candidate | None:
        """The candidate with all addresses and numbers, the primary ones first."""
        ...

    def candidate_page(self, candidate_id: str) -> str | None:
        """The address of the candidate's page; None where none is known."""
        ...

    def offers(self, token: str | None) -> "Listing[tuple[OfferTrace, Offer]]": ...

    def offer(self, offer_id: str) -> tuple[OfferTrace, Offer] | None:
        """One offer as it is now, None where the key sees none of that id."""
        ...

    def offers_of(self, application_id: str) -> "list[tuple[OfferTrace, Offer]]":
        """The offers of one application."""
        ...

    def link_person(self, application_id: str, field_id: str, person_id: str | None) -> None:
        """Write the person's id on an application; None takes it off."""
        ...

    def create_field(self, field: CreateField) -> Definition: ...

    def set_options(self, options: SetOptions) -> Definition: ...
