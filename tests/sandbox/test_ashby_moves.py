"""What recruiters and administrators do in the Ashby sandbox by hand."""

from typing import Any
from uuid import uuid4

import pytest

from tests.sandbox.sides import Make, Side


def hired(side: Side, email: str = "ada@example.net", **offer: Any) -> Any:
    """A hire into an opening of its own."""
    return side.home.hire("Ada Moss", email, side.home.add_opening(None, "Open"), **offer)


def info(side: Side, one: Any) -> Any:
    """The application of a hire."""
    return side.results("/application.info", applicationId=one.application)


def offer_of(side: Side, one: Any) -> Any:
    """The offer of a hire."""
    return side.results("/offer.info", offerId=one.offer, excludeFormDefinition=True)


def state_of(side: Side, one: Any) -> str:
    """The state of the opening of a hire."""
    return str(side.home.opening(offer_of(side, one)["latestVersion"]["openingId"])["openingState"])


def test_a_hire_in_one_move(ashby: Side) -> None:
    one = hired(ashby, salary=(45, "EUR"))
    assert info(ashby, one)["status"] == "Hired"
    assert info(ashby, one)["candidate"]["id"] == one.candidate
    assert offer_of(ashby, one)["acceptanceStatus"] == "Accepted"
    assert offer_of(ashby, one)["latestVersion"]["salary"] == {"value": 45, "currencyCode": "EUR"}
    assert state_of(ashby, one) == "Filled"
    again = hired(ashby)
    assert again.candidate != one.candidate
    assert info(ashby, again)["candidate"]["primaryEmailAddress"]["value"] == "ada@example.net"


@pytest.mark.parametrize(("reopens", "state"), [(False, "Filled"), (True, "Open")])
def test_an_unhired_candidate_may_leave_the_opening_filled(
    make_ashby: Make, reopens: bool, state: str
) -> None:
    side = make_ashby(unhire_reopens=reopens)
    one = hired(side)
    side.home.unhire(one.application)
    assert info(side, one)["status"] == "Active"
    assert state_of(side, one) == state
    assert [event["title"] for event in info(side, one)["applicationHistory"]] == [
        "Active",
        "Hired",
        "Active",
    ]


def test_an_archived_application_says_since_when(ashby: Side) -> None:
    one = hired(ashby)
    ashby.home.set_application_status(one.application, "Archived")
    assert (info(ashby, one)["status"], "archivedAt" in info(ashby, one)) == ("Archived", True)
    assert ashby.results("/application.list", status="Hired") == []
    assert offer_of(ashby, one)["acceptanceStatus"] == "Accepted"


def test_a_revised_offer_waits_for_approval_and_acceptance(ashby: Side) -> None:
    one = hired(ashby)
    ashby.home.revise_offer(one.offer, startDate="2026-12-05T00:00:00.000Z", salary=(99000, "USD"))
    shown = offer_of(ashby, one)
    assert (shown["acceptanceStatus"], shown["decidedAt"]) == ("Pending", None)
    assert shown["latestVersion"]["approvalStatus"] == "WaitingOnApprovals"
    assert len(shown["versions"]) == 2
    waiting = ashby.results("/offer.list", approvalStatus=["WaitingOnApprovals"])
    assert [row["id"] for row in waiting] == [one.offer]
    ashby.home.approve_offer(one.offer)
    assert offer_of(ashby, one)["acceptanceStatus"] == "WaitingOnResponse"
    assert offer_of(ashby, one)["latestVersion"]["approvalStatus"] == "Approved"
    ashby.home.accept_offer(one.offer)
    assert offer_of(ashby, one)["latestVersion"]["salary"]["value"] == 99000
    assert offer_of(ashby, one)["acceptanceStatus"] == "Accepted"


def test_an_offer_moves_to_another_opening_and_loses_its_start(ashby: Side) -> None:
    one = hired(ashby)
    other = ashby.home.add_opening("R-2", "Open")
    ashby.home.edit_offer(one.offer, openingId=other, startDate=None)
    latest = offer_of(ashby, one)["latestVersion"]
    assert (latest["openingId"], latest["startDate"]) == (other, None)


def test_offers_are_declined_and_deleted(ashby: Side) -> None:
    one, other = hired(ashby), hired(ashby)
    ashby.home.decline_offer(one.offer)
    assert offer_of(ashby, one)["offerStatus"] == "CandidateRejected"
    ashby.home.delete_offer(other.offer)
    assert ashby.refusal("/offer.info", offerId=other.offer) == "offer_not_found"
    assert [row["id"] for row in ashby.results("/offer.list")] == [one.offer]


def test_a_deleted_application_leaves_its_offer_behind(ashby: Side) -> None:
    one = hired(ashby)
    ashby.home.delete_application(one.application)
    found = ashby.refusal("/application.info", applicationId=one.application)
    assert found == "application_not_found"
    assert ashby.results("/application.list") == []
    assert offer_of(ashby, one)["applicationId"] == one.application
    ashby.home.accept_offer(one.offer)


def test_a_deleted_candidate_has_no_applications(ashby: Side) -> None:
    one = hired(ashby)
    ashby.home.delete_candidate(one.candidate)
    assert ashby.refusal("/candidate.info", id=one.candidate) == "candidate_not_found"
    assert ashby.results("/application.list") == []


def test_addresses_come_and_change_places(ashby: Side) -> None:
    def addresses() -> list[tuple[str, bool]]:
        shown = ashby.results("/candidate.info", id=ada)["emailAddresses"]
        return [(one["value"], one["isPrimary"]) for one in shown]

    home = ashby.home
    ada = home.add_candidate("Ada Moss", "a@example.net", more_emails=["b@example.net"])
    assert addresses() == [("a@example.net", True), ("b@example.net", False)]
    home.add_address(ada, "c@example.net")
    home.add_address(ada, "b@example.net", primary=True)
    assert [address for address, _ in addresses()] == [
        "b@example.net",
        "a@example.net",
        "c@example.net",
    ]
    home.set_addresses(ada, "d@example.net")
    home.set_phones(ada, "+15555550100")
    home.rename_candidate(ada, "Ada\u00a0Moss")
    shown = ashby.results("/candidate.info", id=ada)
    assert shown["primaryEmailAddress"]["value"] == "d@example.net"
    assert shown["primaryPhoneNumber"]["value"] == "+15555550100"
    assert shown["name"] == "Ada\u00a0Moss"
    home.set_addresses(ada)
    assert "primaryEmailAddress" not in ashby.results("/candidate.info", id=ada)


def test_a_recruiter_links_an_application_by_hand(ashby: Side) -> None:
    one = hired(ashby)
    ashby.home.add_custom_field("ChartHop Person ID", "String", "Application")
    ashby.home.set_application_field(one.application, "ChartHop Person ID", "p1")
    assert info(ashby, one)["customFields"][0]["value"] == "p1"


def test_an_opening_goes_all_its_ways(ashby: Side) -> None:
    home = ashby.home
    reason = home.add_close_reason("Hired")
    opening = home.add_opening("R-1")
    for state in ("Approved", "Open"):
        home.set_state(opening, state)
    assert home.opening(opening)["openedAt"] is not None
    home.close_opening(opening, "Hired")
    shown = home.opening(opening)
    assert (shown["openingState"], shown["closeReasonId"]) == ("Closed", reason)
    home.close_opening(opening)
    assert home.opening(opening)["closeReasonId"] is None
    home.archive_opening(opening)
    assert home.opening(opening)["isArchived"] is True
    home.restore_opening(opening)
    assert home.opening(opening)["isArchived"] is False


def test_the_hiring_team_of_an_opening(ashby: Side) -> None:
    home = ashby.home
    ada, bo = (home.add_user(name, "Moss", f"{name}@example.com") for name in ("Ada", "Bo"))
    opening = home.add_opening("R-1")
    roles = {
        row["title"]: row["id"] for row in ashby.results("/hiringTeamRole.list", namesOnly=False)
    }
    assert ashby.results("/hiringTeamRole.list") == list(roles)
    member = {"openingId": opening, "teamMemberId": ada, "roleId": roles["Hiring Manager"]}
    before = home.opening(opening)["latestVersion"]["id"]
    added = ashby.results("/hiringTeam.addMember", **member)
    assert (added["userId"], added["role"]) == (ada, "Hiring Manager")
    assert ashby.results("/hiringTeam.addMember", **member) == added
    assert home.opening(opening)["latestVersion"]["hiringTeam"] == [added]
    assert home.opening(opening)["latestVersion"]["id"] != before
    assert ashby.results("/hiringTeam.removeMember", **member) == added
    assert ashby.refusal("/hiringTeam.removeMember", **member)
    home.set_hiring_team(opening, (bo, "Recruiter"))
    shown = ashby.results("/opening.list")[0]["latestVersion"]["hiringTeam"]
    assert [(one["email"], one["role"]) for one in shown] == [("Bo@example.com", "Recruiter")]
    for name in member:
        assert ashby.refusal("/hiringTeam.addMember", **{**member, name: str(uuid4())})
    home.withdraw_permission("organizationWrite")
    assert ashby.client.post("/hiringTeam.addMember", json=member).status_code == 403


def test_an_admin_archives_and_renames_a_department(ashby: Side) -> None:
    sales = ashby.home.add_department("Sales")
    ashby.home.rename_department(sales, "Revenue")
    assert ashby.results("/department.list")[0]["name"] == "Revenue"
    ashby.home.archive_department(sales)
    assert ashby.results("/department.list") == []
