"""Candidates, applications and offers of the Ashby sandbox."""

from typing import Any
from uuid import uuid4

import pytest

from tests.sandbox.sides import Make, Side


def offered(side: Side, **terms: Any) -> tuple[str, str, str]:
    """An opening, an application, and an offer for them."""
    home = side.home
    opening = home.add_opening("R-1", "Open")
    candidate = home.add_candidate("Ada Moss", "ada@example.net", "+15555550100")
    application = home.add_application(candidate)
    return opening, application, home.add_offer(application, opening, **terms)


def test_a_hire_is_an_accepted_offer_and_a_hired_application(ashby: Side) -> None:
    home = ashby.home
    opening, application, offer = offered(ashby)
    assert ashby.results("/offer.list", acceptanceStatus=["Accepted"]) == []
    home.accept_offer(offer, decidedAt="2026-11-20T09:00:00.000Z")
    assert home.opening(opening)["openingState"] == "Open"
    home.set_application_status(application, "Hired")
    assert home.opening(opening)["openingState"] == "Filled"
    hired = ashby.results("/application.list", status="Hired", expand=["openings"])
    assert [one["id"] for one in hired] == [application]
    assert [one["id"] for one in hired[0]["openings"]] == [opening]
    accepted = ashby.results("/offer.list", acceptanceStatus=["Accepted"])
    assert accepted[0]["applicationId"] == application
    assert accepted[0]["decidedAt"] == "2026-11-20T09:00:00.000Z"
    latest = accepted[0]["latestVersion"]
    assert (latest["openingId"], latest["startDate"]) == (opening, "2026-12-01T00:00:00.000Z")
    assert latest["salary"] == {"value": 120000, "currencyCode": "USD"}
    history = ashby.results("/application.info", applicationId=application)["applicationHistory"]
    assert [event["title"] for event in history] == ["Active", "Hired"]


@pytest.mark.parametrize(
    ("fills_at", "states"),
    [
        ("hired", ["Open", "Filled"]),
        ("accepted", ["Filled", "Filled"]),
        ("never", ["Open", "Open"]),
    ],
)
def test_an_opening_is_filled_at_one_of_three_times(
    make_ashby: Make, fills_at: str, states: list[str]
) -> None:
    side = make_ashby(fills_at=fills_at)
    opening, application, offer = offered(side)
    side.home.accept_offer(offer)
    seen = [side.home.opening(opening)["openingState"]]
    side.home.set_application_status(application, "Hired")
    seen.append(side.home.opening(opening)["openingState"])
    assert seen == states


def test_an_offer_accepted_after_the_hire_fills_the_opening_too(ashby: Side) -> None:
    opening, application, offer = offered(ashby)
    ashby.home.set_application_status(application, "Hired")
    assert ashby.home.opening(opening)["openingState"] == "Open"
    ashby.home.accept_offer(offer)
    assert ashby.home.opening(opening)["openingState"] == "Filled"


def test_every_edit_of_an_offer_is_another_version(ashby: Side) -> None:
    ashby.home.add_custom_field("Job Level", "String", objectType="Offer_Version")
    _, _, offer = offered(ashby, customFields={"Job Level": "L4"})
    ashby.home.edit_offer(
        offer, startDate="2027-01-01", salary=None, customFields={"Job Level": "L5"}
    )
    shown = ashby.results("/offer.info", offerId=offer, excludeFormDefinition=True)
    assert [v["customFields"][0]["value"] for v in shown["versions"]] == ["L4", "L5"]
    assert (shown["latestVersion"]["startDate"], shown["latestVersion"]["salary"]) == (
        "2027-01-01",
        None,
    )
    assert "formDefinition" not in shown
    assert "formDefinition" in ashby.results("/offer.info", offerId=offer)
    with pytest.raises(KeyError):
        ashby.home.edit_offer(offer, customFields={"Level": "L5"})
    with pytest.raises(TypeError):
        ashby.home.edit_offer(offer, start="2027-01-01")


def test_offers_are_filtered(ashby: Side) -> None:
    _, application, offer = offered(ashby)
    ashby.home.cancel_offer(offer)
    second = ashby.home.add_offer(application, acceptanceStatus="Accepted")
    found = ashby.results("/offer.list", applicationId=application)
    assert [one["offerStatus"] for one in found] == ["OfferCancelled", "CandidateAccepted"]
    assert found[1]["decidedAt"] is not None
    accepted = ashby.results("/offer.list", offerStatus=["CandidateAccepted"])
    assert [one["id"] for one in accepted] == [second]
    assert ashby.results("/offer.list", approvalStatus=["Approved"]) == []
    assert ashby.refusal("/offer.list", acceptanceStatus=[]) == "invalid_input"
    assert ashby.refusal("/offer.list", acceptanceStatus="Accepted") == "invalid_input"


def test_a_candidate_without_email_has_no_primary_one(ashby: Side) -> None:
    candidate = ashby.home.add_candidate("Cher")
    shown = ashby.results("/candidate.info", id=candidate)
    assert "primaryEmailAddress" not in shown
    assert shown["emailAddresses"] == []
    application = ashby.home.add_application(candidate)
    assert ashby.results("/candidate.info", id=candidate)["applicationIds"] == [application]


def test_merged_candidates_keep_their_applications(ashby: Side) -> None:
    _, application, _ = offered(ashby)
    home = ashby.home
    drop = home.applications[application].candidate_id
    keep = home.add_candidate("Ada M. Moss", "moss@example.net")
    home.merge_candidates(keep, drop)
    assert ashby.refusal("/candidate.info", id=drop) == "candidate_not_found"
    merged = ashby.results("/candidate.info", id=keep)
    assert [one["value"] for one in merged["emailAddresses"]] == [
        "moss@example.net",
        "ada@example.net",
    ]
    shown = ashby.results("/application.info", applicationId=application)
    assert shown["candidate"]["id"] == keep


def test_unknown_ids_are_refused(ashby: Side) -> None:
    stranger = str(uuid4())
    assert ashby.refusal("/offer.info", offerId=stranger) == "offer_not_found"
    assert ashby.refusal("/application.info", applicationId=stranger) == "application_not_found"
    assert ashby.refusal("/candidate.info", externalMappingId="x") == "candidate_not_found"
    assert ashby.refusal("/candidate.info") == "invalid_input"
