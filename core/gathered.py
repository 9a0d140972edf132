"""The inputs of plans: the data of Ashby and ChartHop, and the sync's stored state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo

from core import reasons
from core.catalogue import Catalogue
from core.notes import Notes
from core.offers import Terms
from core.openings import Opening, called
from core.pay import BasePay, base_pay
from core.records import (
    NO_ID,
    Acceptance,
    ApplicationTrace,
    Field,
    HireChange,
    Job,
    OfferTrace,
    Person,
    Value,
    digest,
)
from core.rules import Rules
from core.wanted import wanted_opening


@dataclass(frozen=True)
class GatheredJob:
    """A job and the openings that concern it, as they are now.

    `job` is None if ChartHop no longer has it. `linked` are the openings that carry its id,
    `namesakes` the others that carry its identifier, and `made` the ids of those that an unfinished
    create of the sync itself made.
    """

    job: Job | None
    linked: Sequence[Opening]
    namesakes: Sequence[Opening]
    catalogue: Catalogue
    made: frozenset[str] = frozenset()

    def opening(self, opening_id: str | None) -> Opening | None:
        """The opening with that id, None if it does not concern the job."""
        known = (*self.linked, *self.namesakes)
        return next((opening for opening in known if opening.id == opening_id), None)

    def with_linked(self, opening: Opening) -> "GatheredJob":
        """The same with the present state of an opening that is linked to the job by now."""
        linked = (opening, *(other for other in self.linked if other.id != opening.id))
        namesakes = tuple(other for other in self.namesakes if other.id != opening.id)
        return replace(self, linked=linked, namesakes=namesakes)

    @property
    def fingerprint(self) -> str:
        """Two digests of all input to the plan: the wanted state and the existing one.

        The wanted state is used as resolved against Ashby's lists, so that no list can be forgotten
        here.
        """
        catalogue = self.catalogue
        wanted = wanted_opening(self.job, catalogue) if self.job is not None else None
        asked = (wanted.details, wanted.values, sorted(wanted.unresolved)) if wanted else None
        definitions = [definition for _, definition in catalogue.fields]
        openings = [*_by_id(self.linked), *_by_id(self.namesakes)]
        return f"{digest(self.job, asked, definitions, catalogue.required)}.{digest(openings)}"


def wanted_half(fingerprint: str | None) -> str | None:
    """The part of a job's fingerprint that covers the wanted state."""
    return fingerprint.partition(".")[0] if fingerprint is not None else None


def _by_id(openings: Sequence[Opening]) -> list[Opening]:
    return sorted(openings, key=lambda opening: opening.id)


@dataclass(frozen=True)
class AshbyHire:
    """A hire as Ashby has it, and the sync's stored state about it.

    `job_id` is the ChartHop job linked to the offer's opening. `openings` maps the id of every
    active opening linked to that job to its identifier. `opening` is the identifier of the offer's
    opening, `claimed_by` the offer that claims it. `made` is the person of the last result.
    `is_unfinished`: a task began to write and did not finish. `is_known`: a sync has seen it
    before. `today` and `zone` are the organization's.
    """

    offer: OfferTrace
    application: ApplicationTrace
    job_id: str | None
    openings: Mapping[str, str]
    opening: str
    claimed_by: str | None
    today: date
    is_pushed: bool = False
    is_known: bool = False
    is_unfinished: bool = False
    made: str | None = None
    zone: tzinfo = UTC

    @property
    def opening_called(self) -> str:
        """The display name of the offer's opening."""
        return called({self.offer.opening_id or "": self.opening})

    @property
    def person_id(self) -> str | None:
        """The person that the application or the stored result names for this hire."""
        linked = self.application.person_id
        return linked if linked not in (None, NO_ID) else self.made

    @property
    def is_touched(self) -> bool:
        """True if ChartHop may already have some part of the hire."""
        linked = self.application.person_id
        return self.is_unfinished or linked is not None or self.made is not None

    @property
    def is_off(self) -> bool:
        """True if it hires nobody: not Hired (yet or any more), or the offer is over."""
        return not self.application.is_hired or self.offer.acceptance is Acceptance.OVER

    @property
    def is_expected(self) -> bool:
        """True if it may still become a hire: the offer is out or accepted, and nobody is Hired."""
        return self.is_off and not (
            self.is_touched
            or self.offer.acceptance is Acceptance.OVER
            or self.application.is_gone
            or self.application.is_archived
        )

    def fingerprint(self, rules: Rules) -> str:
        """A digest of the hire in Ashby and the settings, except the person's identity.

        The settings are included until the person has started; after that nothing is written.
        """
        offer, application = self.offer, self.application
        is_ahead = offer.start is None or offer.start > self.today.isoformat()
        mapping = (rules.offer_fields, rules.create_offer_fields and rules.synced_fields)
        return digest(offer, application.is_hired, self.job_id, mapping if is_ahead else None)


@dataclass(frozen=True)
class GatheredHire:
    """A hire and everything in ChartHop that concerns it, both as they are now.

    `persons` are those with one of the candidate's addresses. `changes` are the HIRE changes of the
    job and of these persons, including those not in force yet. `stored` holds the job's values by
    code as of the start date, `pays` its pay on that day and on each later day from which the sync
    ever dated a pay. `pay_before` is the pay before the hire, read for an undo. `former_job` is the
    display name of the job of our HIRE change if that is not the offer's job.
    """

    hire: AshbyHire
    emails: tuple[str, ...]
    terms: Terms
    job: Job | None
    persons: tuple[Person, ...]
    changes: tuple[HireChange, ...]
    stored: Mapping[str, Value] = field(default_factory=dict)
    pays: Mapping[str, Value] = field(default_factory=dict)
    pay_before: Value = None
    left_pay: str | None = None
    former_job: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def ours(self) -> HireChange | None:
        """The HIRE change made for this offer, or for another offer of the application."""
        mine = [change for change in self._mine if change.is_in_force]
        return max(mine, key=lambda c: (c.job_id == self.hire.job_id, c.day), default=None)

    @property
    def unmade(self) -> HireChange | None:
        """The HIRE change that was sent for it and is not in force, where there is none that is."""
        waiting = (change for change in self._mine if not change.is_in_force)
        return next(waiting, None) if self.ours is None else None

    @property
    def _mine(self) -> list[HireChange]:
        offer, application = self.hire.offer.id, self.hire.application.id
        return [c for c in self.changes if c.offer_id == offer or c.application_id == application]

    @property
    def person(self) -> Person | None:
        """The person hired: the one our HIRE change names, else the one found by address."""
        ours = self.ours
        if ours is None:
            return self.persons[0] if len(self.persons) == 1 else None
        named = [one for one in self.persons if one.id == ours.person_id]
        return named[0] if named else Person(ours.person_id, job_id=ours.job_id)

    @property
    def is_filled_by_hand(self) -> bool:
        """True if somebody, not the sync, put the only person found by address into the job."""
        ids = [one.id for one in self.persons]
        job = self.job
        return self.ours is None and job is not None and len(ids) == 1 and job.person_id == ids[0]

    @property
    def pay(self) -> BasePay | None:
        """ChartHop's pay for the offer's salary; None if there is none to write."""
        terms, start = self.terms, self.hire.offer.start
        if terms.salary is None:
            return None
        return base_pay(terms.salary, terms.interval, self.pays.get(start or ""))

    @property
    def notes(self) -> Notes:
        """Notes about the parts of the offer that are left out, and why."""
        if self.terms.salary is None and self.left_pay is not None:
            return (*self.terms.notes, reasons.PAY_STAYS(day=self.left_pay))
        if self.terms.salary is None or self.pay is not None:
            return tuple(self.terms.notes)
        return (*self.terms.notes, reasons.PAY_WITHOUT_INTERVAL())
