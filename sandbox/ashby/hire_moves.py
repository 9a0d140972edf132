"""What recruiters do with candidates, applications and offers by hand."""

# ruff: noqa: N803 - Ashby's own spelling of the names is kept.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.ashby.records import Application, Candidate, Offer, OfferVersion
from sandbox.ashby.settings_moves import SettingsMoves
from sandbox.wire import locked


class Hired(NamedTuple):
    """The ids of one hire."""

    candidate: str
    application: str
    offer: str


class HireMoves(SettingsMoves):
    """The hires of an account, as recruiters bring them about."""

    @locked
    def add_candidate(
        self,
        name: str,
        email: str | None = None,
        phone: str | None = None,
        more_emails: Sequence[str] = (),
    ) -> str:
        """Somebody who applies, with a primary address and more; gives the candidate's id."""
        candidate = self.record(
            Candidate,
            name=name,
            emails=[*([email] if email else []), *more_emails],
            phones=[phone] if phone else [],
            updated_at=self.stamp(),
        )
        return self.put(self.candidates, candidate).id

    @locked
    def add_application(
        self, candidate_id: str, status: str = "Active", job_id: str | None = None
    ) -> str:
        """The candidate applies for a job, any one unless given; gives the application's id."""
        job = job_id or next(iter(self.jobs), None) or self.add_job("Open application")
        application = self.record(
            Application, candidate_id=candidate_id, job_id=job, updated_at=self.stamp()
        )
        self.put(self.applications, application)
        self.set_application_status(application.id, status)
        return application.id

    @locked
    def set_application_status(self, application_id: str, status: str) -> None:
        """The application becomes Active, Hired, Archived or Lead."""
        application = self.applications[application_id]
        application.status = status
        application.updated_at = self.stamp()
        application.archived_at = self.stamp() if status == "Archived" else None
        application.history.append((self.new_id(), status, self.stamp()))
        self.touch(application)
        if status == "Hired" and self.oddities.fills_at == "hired":
            for offer in self.offers_of(application_id):
                if offer.status == "Accepted":
                    self._fill(offer)
        if status == "Hired":
            self.events.hire(application)
        else:
            self.events.application(application, "candidateStageChange", "applicationUpdate")

    @locked
    def add_offer(
        self,
        application_id: str,
        opening_id: str | None = None,
        startDate: str | None = "2026-12-01T00:00:00.000Z",
        salary: tuple[float, str] | None = (120000, "USD"),
        acceptanceStatus: str = "Created",
        customFields: Mapping[str, Any] | None = None,
    ) -> str:
        """An offer is made; `customFields` has values by the titles of offer fields."""
        offer = self.record(Offer, application_id=application_id)
        offer.versions.append(
            OfferVersion(self.new_id(), self.stamp(), startDate, salary, opening_id, {})
        )
        self._set_offer_fields(offer.latest, customFields or {})
        offer.status = acceptanceStatus
        self.put(self.offers, offer)
        self.events.offer("offerCreate", offer)
        if acceptanceStatus == "Accepted":
            self.accept_offer(offer.id)
        return offer.id

    @locked
    def edit_offer(
        self, offer_id: str, customFields: Mapping[str, Any] | None = None, **terms: Any
    ) -> None:
        """The offer gets a new version; `terms` are startDate, salary and openingId."""
        offer = self.offers[offer_id]
        last = offer.latest
        version = OfferVersion(
            self.new_id(),
            self.stamp(),
            terms.pop("startDate", last.start_date),
            terms.pop("salary", last.salary),
            terms.pop("openingId", last.opening_id),
            dict(last.values),
        )
        if terms:
            raise TypeError(f"an offer has no {', '.join(terms)}")
        self._set_offer_fields(version, customFields or {})
        offer.versions.append(version)
        self._changed(offer)

    @locked
    def accept_offer(self, offer_id: str, decidedAt: str | None = None) -> None:
        """The candidate accepts, now unless `decidedAt` says when."""
        offer = self.offers[offer_id]
        offer.decided_at = decidedAt or self.stamp()
        self._decide(offer, "Accepted")
        application = self.applications.get(offer.application_id)
        hired = application is not None and application.status == "Hired"
        if self.oddities.fills_at == "accepted" or (hired and self.oddities.fills_at == "hired"):
            self._fill(offer)

    @locked
    def revise_offer(
        self, offer_id: str, customFields: Mapping[str, Any] | None = None, **terms: Any
    ) -> None:
        """The offer gets a new version that waits for approval; it is not Accepted until then."""
        self.edit_offer(offer_id, customFields, **terms)
        offer = self.offers[offer_id]
        offer.latest.approval = "WaitingOnApprovals"
        offer.decided_at = None
        self._decide(offer, "Pending")

    @locked
    def approve_offer(self, offer_id: str) -> None:
        """The latest version is approved and waits for the candidate."""
        offer = self.offers[offer_id]
        offer.latest.approval = "Approved"
        self._decide(offer, "WaitingOnResponse")

    @locked
    def decline_offer(self, offer_id: str) -> None:
        """The candidate declines."""
        offer = self.offers[offer_id]
        offer.decided_at = self.stamp()
        self._decide(offer, "Declined")

    @locked
    def cancel_offer(self, offer_id: str) -> None:
        """The offer is withdrawn."""
        self._decide(self.offers[offer_id], "Cancelled")

    @locked
    def delete_offer(self, offer_id: str) -> None:
        """The offer is gone; no list says so."""
        offer = self.remove(self.offers, offer_id)
        about = {"id": offer_id, "applicationId": offer.application_id}
        self.events.gone("offerDelete", offer=about)

    @locked
    def hire(self, name: str, email: str | None, opening_id: str | None, **offer: Any) -> Hired:
        """Somebody applies, accepts an offer and is hired; `offer` as in `add_offer`."""
        candidate_id = self.add_candidate(name, email)
        application_id = self.add_application(candidate_id)
        offer_id = self.add_offer(
            application_id, opening_id, **{"acceptanceStatus": "Accepted", **offer}
        )
        self.set_application_status(application_id, "Hired")
        return Hired(candidate_id, application_id, offer_id)

    @locked
    def unhire(self, application_id: str) -> None:
        """The candidate is no longer hired; the oddities say what becomes of the opening."""
        self.set_application_status(application_id, "Active")
        if self.oddities.unhire_reopens:
            for offer in self.offers_of(application_id):
                opening = self.openings.get(offer.latest.opening_id or "")
                if opening is not None and opening.state == "Filled":
                    self.enter(opening, "Open")

    @locked
    def delete_application(self, application_id: str) -> None:
        """The application is gone, its offers stay in offer.list; no list says so."""
        self.remove(self.applications, application_id)

    @locked
    def set_application_field(self, application_id: str, title: str, value: Any) -> None:
        """A recruiter types a value into a custom field of an application; None empties it."""
        application = self.applications[application_id]
        application.updated_at = self.stamp()
        self.set_value(application, self.field_titled(title, "Application"), value)

    @locked
    def delete_candidate(self, candidate_id: str) -> None:
        """The candidate is gone, with all applications; no list says so."""
        for application in list(self.applications.values()):
            if application.candidate_id == candidate_id:
                self.delete_application(application.id)
        self._remove_candidate(candidate_id)
        self.events.gone("candidateDelete", candidate={"id": candidate_id})

    @locked
    def push_to_hris(self, application_id: str) -> None:
        """A recruiter presses the button that pushes the candidate to the HRIS."""
        self.events.application(self.applications[application_id], "pushToHRIS")

    @locked
    def add_address(self, candidate_id: str, email: str, primary: bool = False) -> None:
        """The candidate gets another e-mail address, the primary one or a secondary one."""
        others = [one for one in self.candidates[candidate_id].emails if one != email]
        self.set_addresses(candidate_id, *([email, *others] if primary else [*others, email]))

    @locked
    def set_addresses(self, candidate_id: str, *emails: str) -> None:
        """The candidate has these e-mail addresses, the primary one first."""
        candidate = self.candidates[candidate_id]
        candidate.emails = list(emails)
        candidate.updated_at = self.stamp()
        self.touch(candidate)

    @locked
    def set_phones(self, candidate_id: str, *phones: str) -> None:
        """The candidate has these phone numbers, the primary one first."""
        candidate = self.candidates[candidate_id]
        candidate.phones = list(phones)
        candidate.updated_at = self.stamp()
        self.touch(candidate)

    @locked
    def rename_candidate(self, candidate_id: str, name: str) -> None:
        """The candidate gets another name, stored exactly as given."""
        candidate = self.candidates[candidate_id]
        candidate.name = name
        candidate.updated_at = self.stamp()
        self.touch(candidate)

    @locked
    def merge_candidates(self, keep: str, drop: str) -> None:
        """Two candidates turn out to be one: `drop` is gone, its applications belong to `keep`."""
        kept, dropped = self.candidates[keep], self._remove_candidate(drop)
        kept.emails += [email for email in dropped.emails if email not in kept.emails]
        kept.phones += [phone for phone in dropped.phones if phone not in kept.phones]
        kept.updated_at = self.stamp()
        self.touch(kept)
        for application in self.applications.values():
            if application.candidate_id == drop:
                application.candidate_id = keep
                application.updated_at = self.stamp()
                self.touch(application)
        self.events.gone(
            "candidateMerge", deletedCandidate={"id": drop}, mergedCandidate={"id": keep}
        )

    def _decide(self, offer: Offer, status: str) -> None:
        offer.status = status
        self._changed(offer)

    def _changed(self, offer: Offer) -> None:
        self.touch(offer)
        self.events.offer("offerUpdate", offer)

    def _remove_candidate(self, candidate_id: str) -> Candidate:
        """Lists that lag may still show applications of the candidate."""
        removed = self.former_candidates[candidate_id] = self.remove(self.candidates, candidate_id)
        return removed

    def _fill(self, offer: Offer) -> None:
        opening = self.openings.get(offer.latest.opening_id or "")
        if opening is not None:
            self.enter(opening, "Filled")

    def _set_offer_fields(self, version: OfferVersion, values: Mapping[str, Any]) -> None:
        for title, value in values.items():
            self.set_value(version, self.field_titled(title, "Offer"), value)
