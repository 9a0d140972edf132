"""The ports: what the sync needs of an HRIS and of an ATS.

The tasks use only these methods. `systems/charthop/hris.py` and `systems/ashby/ats.py` implement
them; another system would be added by implementing the same methods.

Every method may raise `TryLater`, `KeyRefused` or `Rejected` (core/errors.py).
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


class Identified(Protocol):
    """An item of a list, which is known by its id."""

    @property
    def id(self) -> str:
        """The id that its service gave it."""
        ...


@dataclass(frozen=True)
class Listing(Generic[T]):
    """The result of reading a list once.

    `is_full`: `items` is the whole list, not only what changed since the last reading. The next
    reading continues from `token`. `unreadable` are the ids of rows with too little data to be an
    item: what is known of them is kept. `nameless` counts the rows without a usable id: if there
    are any, no conclusion is drawn from what the list lacks.
    """

    items: Sequence[T]
    token: str | None
    is_full: bool
    unreadable: frozenset[str] = frozenset()
    nameless: int = 0

    def lacks_some(self, known: Collection[str]) -> bool:
        """True if there are items of which nothing is known. `known` are the ids of known items."""
        return self.nameless > 0 or not self.unreadable <= set(known)


class Hris(Protocol):
    """The sync's interface to ChartHop."""

    def try_read(self, path: str) -> None:
        """Repeat a read that was refused, as a test; KeyRefused if it still is."""
        ...

    def own_user(self) -> str | None:
        """The user that the sync's calls are made as, None if ChartHop does not say."""
        ...

    def open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """Every open job with the given custom fields. Complete, or an error is raised."""
        ...

    def some_open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """A few open jobs with the given custom fields, as examples of their values."""
        ...

    def job(self, job_id: str, fields: Sequence[Field]) -> Job | None:
        """One job in any state; None if there is none that the key can see."""
        ...

    def custom_fields(self) -> list[Field]:
        """Every custom field of the organization."""
        ...

    def built_in_fields(self) -> list[Field]:
        """Every built-in field of the organization, with its choices."""
        ...

    def time_zone(self) -> str | None:
        """The name of the organization's time zone, None if it is not known."""
        ...

    def read_phone(self, text: str) -> str | None:
        """A phone number in the form that the HRIS recognises, None if the text is not one."""
        ...

    def persons_by_email(self, emails: Sequence[str]) -> list[Person]:
        """Everybody with one of these addresses, work or home, including former employees."""
        ...

    def create_person(self, values: Mapping[str, Value]) -> str:
        """Create a person from flat field codes; returns the id. AnswerLost if unanswered."""
        ...

    def update_person(self, person_id: str, values: Mapping[str, Value]) -> None: ...

    def hire_changes_of_job(self, job_id: str) -> list[HireChange]:
        """The changes that put somebody into the job, including those not in force yet."""
        ...

    def hire_changes_of_person(self, person_id: str) -> list[HireChange]:
        """The changes that put the person into a job, including those not in force yet."""
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
        """Put a person into a job from a day on; checked first, and safe to repeat.

        The change records the offer and the application that it was made for.
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
        """Move a hire to another start day; the change records the earlier start days."""
        ...

    def cancel_hire(self, change_id: str) -> None: ...

    def job_values(self, job_id: str, codes: Sequence[str], day: str) -> dict[str, Value]:
        """The job's values by code as of that day."""
        ...

    def update_job(self, job_id: str, values: Mapping[str, Value], day: str) -> None:
        """Change values of the job from that day on."""
        ...


class Ats(Protocol):
    """The sync's interface to Ashby.

    The lists take the token of the last reading and then return only what has changed since.
    """

    def try_read(self, path: str) -> None:
        """Repeat a read that was refused, as a test; KeyRefused if it still is."""
        ...

    def openings(self, token: str | None) -> Listing[Opening]: ...

    def definitions(self, token: str | None) -> Listing[Definition]: ...

    def definition(self, definition_id: str) -> Definition | None:
        """One definition as it is now, None if there is none with that id."""
        ...

    def entries(self, lookup: Lookup, token: str | None) -> Listing[Entry]: ...

    def close_reasons(self) -> list[CloseReason]:
        """All close reasons, including archived ones."""
        ...

    def find_openings(self, identifier: str) -> list[Opening]:
        """The openings with that identifier, as Ashby's search finds them now."""
        ...

    def opening(self, opening_id: str) -> Opening | None:
        """One opening as it is now, None if there is none with that id."""
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
        """Write custom fields; returns the values in the form in which Ashby stores them."""
        ...

    def applications(
        self, token: str | None, person_field: str
    ) -> "Listing[tuple[ApplicationTrace, Candidate]]":
        """The hired applications; an incremental reading may also return others.

        `person_field` is the definition id of the field that holds the ChartHop person's id.
        """
        ...

    def application(
        self, application_id: str, person_field: str
    ) -> tuple[ApplicationTrace, Candidate] | None:
        """One application as it is now, None if the key sees none with that id."""
        ...

    def candidate(self, candidate_id: str) -> Candidate | None:
        """The candidate with all addresses and numbers, the primary ones first."""
        ...

    def candidate_page(self, candidate_id: str) -> str | None:
        """The address of the candidate's page, None if unknown."""
        ...

    def offers(self, token: str | None) -> "Listing[tuple[OfferTrace, Offer]]": ...

    def offer(self, offer_id: str) -> tuple[OfferTrace, Offer] | None:
        """One offer as it is now, None if the key sees none with that id."""
        ...

    def offers_of(self, application_id: str) -> "list[tuple[OfferTrace, Offer]]":
        """All offers of one application."""
        ...

    def link_person(self, application_id: str, field_id: str, person_id: str | None) -> None:
        """Write the person's id on an application; None removes it."""
        ...

    def create_field(self, field: CreateField) -> Definition: ...

    def set_options(self, options: SetOptions) -> Definition: ...
