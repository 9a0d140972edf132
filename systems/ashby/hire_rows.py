"""Translates Ashby's applications, candidates and offers into our terms."""

import re
from typing import Any

from core.records import (
    NO_ID,
    Acceptance,
    ApplicationTrace,
    Candidate,
    Offer,
    OfferTrace,
    digest,
    plain_value,
)
from core.values import calendar_day, instant, without_spaces
from systems.ashby.models import ApplicationRow, CandidateRow, ContactInfo, OfferRow
from systems.ashby.reading import values_of
from systems.parsing import is_charthop_id

NOBODY = "-"
"""The value of ChartHop Person ID after an undo if Ashby refuses to clear the field."""

ACCEPTANCE = {
    "Accepted": Acceptance.ACCEPTED,
    "Declined": Acceptance.OVER,
    "Cancelled": Acceptance.OVER,
}
"""Ashby's acceptance statuses; any other one means undecided."""


def read_application(person_field: str, row: Any) -> tuple[ApplicationTrace, Candidate]:
    """An application from its wire form, and its candidate with only the primary contacts."""
    read = ApplicationRow.model_validate(row)
    person_id = values_of(read.custom_fields).get(person_field)
    text = str(person_id).strip() if person_id is not None else ""
    trace = ApplicationTrace(
        id=read.id,
        is_hired=read.status == "Hired",
        candidate_id=read.candidate.id,
        person_id=_linked(text) if text not in ("", NOBODY) else None,
        updated=calendar_day(read.updated),
        hired_at=_hired_at(read) if read.status == "Hired" else None,
        is_archived=read.status == "Archived",
    )
    return trace, _candidate(read.candidate)


def _linked(text: str) -> str:
    """The id in the field, which anybody may edit: anything else may be about a person."""
    return text if is_charthop_id(text) else NO_ID


def _hired_at(read: ApplicationRow) -> str | None:
    """The time at which a Hired application entered its stage, as there is no `hiredAt`."""
    if not read.history:
        return None
    stage = read.stage.id if read.stage is not None else None
    entered = [one.entered for one in read.history if stage in (None, one.stage_id)]
    known = {moment: one for one in entered if one and (moment := instant(one)) is not None}
    return known[max(known)] if known else None


def read_candidate(row: Any) -> Candidate:
    """A candidate with all addresses and numbers, the primary ones first."""
    return _candidate(CandidateRow.model_validate(row))


def read_candidate_page(row: Any) -> str | None:
    """The address of a candidate's page, if it is on Ashby's site and ends with only the id."""
    read = CandidateRow.model_validate(row)
    page = rf"https://app\.ashbyhq\.com/[a-z/-]*candidates/{re.escape(read.id)}"
    return read.page if re.fullmatch(page, read.page or "") else None


def _candidate(read: CandidateRow) -> Candidate:
    def values(primary: ContactInfo | None, others: list[ContactInfo] | None) -> tuple[str, ...]:
        rest = sorted(others or (), key=lambda one: not one.is_primary)
        found = [one.value.strip() for one in (primary, *rest) if one and one.value]
        return tuple(dict.fromkeys(filter(None, found)))

    addresses = (without_spaces(one) for one in values(read.email, read.emails))
    return Candidate(
        name=(read.name or "").strip(),
        emails=tuple(dict.fromkeys(filter(None, addresses))),
        phones=values(read.phone, read.phones),
    )


def read_offer(row: Any) -> tuple[OfferTrace, Offer]:
    """An offer's trace and its terms.

    The digest ignores data that does not affect the terms (version ids, authors).
    """
    read = OfferRow.model_validate(row)
    version = read.version
    salary = version.salary
    offer = Offer(
        id=read.id,
        application_id=read.application_id,
        start=calendar_day(version.start),
        salary={"amount": salary.value, "currency": salary.currency}
        if salary is not None and salary.value is not None and salary.currency
        else None,
        values={
            one.title: plain_value(one.value)
            for one in version.custom_fields or ()
            if one.title and one.value is not None
        },
        labels={
            one.title: plain_value(one.label)
            for one in version.custom_fields or ()
            if one.title and one.label is not None
        },
    )
    trace = OfferTrace(
        id=read.id,
        application_id=read.application_id,
        acceptance=ACCEPTANCE.get(read.status or "", Acceptance.WAITING),
        decided=read.decided or version.created,
        opening_id=version.opening_id,
        start=offer.start,
        terms=digest(offer),
    )
    return trace, offer
