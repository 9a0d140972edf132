"""Openings of the Ashby sandbox: creating, editing, states, search."""

import base64
from typing import Any
from uuid import uuid4

import pytest

from sandbox.ashby import AshbyOddities
from tests.sandbox.sides import Make, Side


def create(side: Side, **body: Any) -> Any:
    return side.results("/opening.create", **{"identifier": "R-1", **body})


def test_keys_are_checked(ashby: Side) -> None:
    post = ashby.client.post
    assert post("/apiKey.info", json={}).status_code == 200
    assert post("/apiKey.info", json={}, auth=("wrong", "")).status_code == 403
    ashby.client.auth = None  # type: ignore[assignment]
    assert post("/apiKey.info", json={}).status_code == 401
    nonsense = {"Authorization": "Basic %%%"}
    assert post("/apiKey.info", json={}, headers=nonsense).status_code == 401
    password = base64.b64encode(b"ashby-key:secret").decode()
    wrong = {"Authorization": f"Basic {password}"}
    assert post("/apiKey.info", json={}, headers=wrong).status_code == 403


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ("info", ["missing_endpoint_permission"]),
        ("strings", ["missing_endpoint_permission"]),
        ("messages", [{"message": "missing_endpoint_permission"}]),
        (
            "coded",
            [{"code": "missing_endpoint_permission", "message": "The API key lacks a permission"}],
        ),
    ],
)
def test_a_missing_permission_is_refused_in_one_of_four_forms(
    make_ashby: Make, form: str, errors: list[Any]
) -> None:
    side = make_ashby(denial_form=form)
    side.home.withdraw_permission("jobsWrite")
    denied = side.client.post("/opening.create", json={})
    assert denied.status_code == 403
    assert denied.json()["errors"] == errors
    assert ("errorInfo" in denied.json()) == (form == "info")
    assert "jobs" not in denied.text
    assert side.client.post("/opening.list", json={}).status_code == 200


def test_a_key_has_the_permissions_that_the_screen_names(ashby: Side) -> None:
    ashby.home.set_permissions("jobsRead", "apiKeysRead")
    assert ashby.results("/apiKey.info")["scopes"] == ["apiKeys:read", "jobs:read"]
    assert ashby.results("/opening.list") == []
    for path in ("/opening.create", "/offer.list", "/customField.list", "/user.list"):
        assert ashby.client.post(path, json={}).status_code == 403
    with pytest.raises(ValueError, match="permission jobsOwn"):
        ashby.home.set_permissions("jobsOwn")
    with pytest.raises(ValueError, match="no permission"):
        ashby.sandbox.add_account("k", scopes=["jobs:own"])


def test_every_answer_carries_the_headers(ashby: Side) -> None:
    first, second = (ashby.client.post("/opening.list", json={}) for _ in range(2))
    assert first.headers["ashby-version-status"] == "active"
    assert len(first.headers["x-ashby-request-id"]) == 26
    assert first.headers["x-ashby-request-id"] != second.headers["x-ashby-request-id"]
    assert first.headers["x-ratelimit-limit"] == "1000"


def test_a_new_opening_is_a_draft_and_named_unless_told_otherwise(ashby: Side) -> None:
    made = ashby.results("/opening.create")
    assert made["openingState"] == "Draft"
    assert made["latestVersion"]["identifier"]
    assert made["latestVersion"]["employmentType"] == "FullTime"
    assert made["latestVersion"]["isBackfill"] is False
    assert made["latestVersion"]["targetStartDate"] is None


def test_an_opening_keeps_what_it_was_given(ashby: Side) -> None:
    department, location = ashby.home.add_department("Sales"), ashby.home.add_location("Oslo")
    body = {
        "identifier": "R-1",
        "description": "Clerk 🚀",
        "teamId": department,
        "locationIds": [location],
        "targetStartDate": "2026-12-01",
        "employmentType": "Contract",
        "isBackfill": True,
        "openingState": "Approved",
    }
    made = create(ashby, **body)
    assert made["openingState"] == body.pop("openingState")
    assert {name: made["latestVersion"][name] for name in body} == body
    assert ashby.results("/opening.info", openingId=made["id"]) == made
    assert ashby.home.opening(made["id"]) == made


@pytest.mark.parametrize(
    "body",
    [
        {"openingState": "Filled"},
        {"teamId": "not-a-uuid"},
        {"teamId": "00000000-0000-0000-0000-000000000001"},
        {"locationIds": "x"},
        {"targetStartDate": "2026-02-30"},
        {"targetStartDate": "2026-12-01T00:00:00Z"},
        {"isBackfill": "yes"},
        {"employmentType": "FULL"},
        {"description": 7},
    ],
)
def test_requests_that_do_not_fit_are_refused_with_status_200(
    ashby: Side, body: dict[str, Any]
) -> None:
    answer = ashby.client.post("/opening.create", json=body)
    assert answer.status_code == 200
    assert answer.json()["errorInfo"]["code"] == "invalid_input"
    assert not ashby.home.openings


def test_unknown_ids_and_endpoints_are_refused(ashby: Side) -> None:
    opening = create(ashby)["id"]
    stranger = str(uuid4())
    assert ashby.refusal("/opening.info", openingId=stranger) == "opening_not_found"
    assert ashby.refusal("/opening.create", teamId=stranger) == "department_not_found"
    added = {"openingId": opening, "locationId": stranger}
    assert ashby.refusal("/opening.addLocation", **added) == "location_not_found"
    assert ashby.client.post("/opening.delete", json={}).status_code == 404
    assert ashby.client.get("/opening.list").status_code == 404
    malformed = ashby.client.post(
        "/opening.list", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert malformed.json()["errorInfo"]["message"] == "Request payload is malformed"
    plain = ashby.client.post("/opening.list", content=b"{}")
    assert plain.json()["success"] is False
    old = ashby.client.post("/opening.list", json={}, headers={"Ashby-Version": "2020-01-01"})
    assert old.json()["success"] is False


def test_every_edit_makes_another_version(ashby: Side) -> None:
    made = create(ashby)
    location = ashby.home.add_location("Oslo")
    opening = {"openingId": made["id"]}
    seen = {made["latestVersion"]["id"]}
    for path, body in (
        ("/opening.update", {"description": "x", "isBackfill": True, "employmentType": "Intern"}),
        ("/opening.addLocation", {"locationId": location}),
        ("/opening.removeLocation", {"locationId": location}),
    ):
        seen.add(ashby.results(path, **opening, **body)["latestVersion"]["id"])
    assert len(seen) == 4
    again = ashby.results("/opening.removeLocation", **opening, locationId=location)
    assert again["latestVersion"]["id"] in seen


def test_an_update_keeps_what_it_leaves_out_and_empties_with_null(ashby: Side) -> None:
    made = create(ashby, isBackfill=True, employmentType="Intern", targetStartDate="2026-12-01")
    update = {"openingId": made["id"], "targetStartDate": None}
    version = ashby.results("/opening.update", **update)["latestVersion"]
    assert (version["isBackfill"], version["employmentType"]) == (True, "Intern")
    assert version["targetStartDate"] is None


def test_an_update_may_reset_what_it_leaves_out(make_ashby: Make) -> None:
    side = make_ashby(update_defaults=True)
    made = create(side, isBackfill=True, employmentType="Intern")
    version = side.results("/opening.update", openingId=made["id"])["latestVersion"]
    assert (version["isBackfill"], version["employmentType"]) == (False, "FullTime")


def test_states_follow_the_recruiter_except_filled(ashby: Side) -> None:
    opening, reason = create(ashby)["id"], ashby.home.add_close_reason("Done")
    state = {"openingId": opening, "openingState": "Closed", "closeReasonId": reason}
    closed = ashby.results("/opening.setOpeningState", **state)
    assert closed["closeReasonId"] == reason
    assert closed["closedAt"] is not None
    reopened = ashby.results("/opening.setOpeningState", openingId=opening, openingState="Approved")
    assert (reopened["closedAt"], reopened["closeReasonId"]) == (None, None)
    assert ashby.refusal("/opening.setOpeningState", **{**state, "openingState": "Filled"})
    unknown = {**state, "closeReasonId": str(uuid4())}
    assert ashby.refusal("/opening.setOpeningState", **unknown) == "close_reason_not_found"
    ashby.home.set_state(opening, "Filled")
    assert ashby.refusal("/opening.setOpeningState", **state) == "opening_state_invalid"


def test_closing_may_need_a_reason(make_ashby: Make) -> None:
    side = make_ashby(close_needs_reason=True)
    body = {"openingId": create(side)["id"], "openingState": "Closed"}
    assert side.refusal("/opening.setOpeningState", **body) == "invalid_input"
    body["closeReasonId"] = side.home.add_close_reason("Done")
    assert side.results("/opening.setOpeningState", **body)["openingState"] == "Closed"


def test_archiving_is_reversible(ashby: Side) -> None:
    opening = create(ashby)["id"]
    archived = ashby.results("/opening.setArchived", openingId=opening, archive=True)
    assert (archived["isArchived"], archived["archivedAt"] is None) == (True, False)
    back = ashby.results("/opening.setArchived", openingId=opening, archive=False)
    assert (back["isArchived"], back["archivedAt"]) == (False, None)


def search(side: Side, identifier: str) -> int:
    return len(side.results("/opening.search", identifier=identifier))


def test_search_is_exact_or_not(make_ashby: Make) -> None:
    for way, hits in (("exact", [1, 0, 0]), ("contains", [2, 2, 2])):
        side = make_ashby(search=way)
        create(side, identifier="R-1")
        create(side, identifier="R-10")
        assert [search(side, wanted) for wanted in ("R-1", "r-1", "-1")] == hits


def test_search_may_find_archived_openings(make_ashby: Make) -> None:
    for found in (False, True):
        side = make_ashby(search_archived=found)
        side.home.archive_opening(side.home.add_opening("R-1"))
        assert search(side, "R-1") == found


def test_an_identifier_may_be_taken(make_ashby: Make) -> None:
    free, taken = make_ashby(), make_ashby(unique_identifiers=True)
    for side in (free, taken):
        create(side)
    assert create(free)["latestVersion"]["identifier"] == "R-1"
    assert taken.refusal("/opening.create", identifier="R-1") == "invalid_input"
    other = create(taken, identifier="R-2")["id"]
    update = {"openingId": other, "identifier": "R-1"}
    assert taken.refusal("/opening.update", **update) == "invalid_input"
    assert taken.results("/opening.update", **{**update, "identifier": "R-2"})


def test_long_titles_may_be_refused_and_spaces_dropped(make_ashby: Make) -> None:
    side = make_ashby(title_limit=5, trims_text=True)
    assert create(side, description=" 12345 ")["latestVersion"]["description"] == "12345"
    assert side.refusal("/opening.create", description="123456") == "invalid_input"


def test_the_other_setting_leaves_out_what_is_unset_and_dates_are_times(make_ashby: Make) -> None:
    side = make_ashby(AshbyOddities.other())
    made = create(side, targetStartDate="2026-12-01")
    assert made["latestVersion"]["targetStartDate"] == "2026-12-01T00:00:00.000Z"
    assert "closedAt" not in made
    assert "teamId" not in made["latestVersion"]
    assert "errors" not in side.post("/opening.info", openingId=str(uuid4()))


def test_a_recruiter_works_by_hand(ashby: Side) -> None:
    home = ashby.home
    opening = home.add_opening("R-1", "Open", description="Clerk")
    before = home.opening(opening)
    home.edit_opening(opening, description="Senior Clerk")
    after = home.opening(opening)
    assert after["latestVersion"]["description"] == "Senior Clerk"
    assert after["latestVersion"]["id"] != before["latestVersion"]["id"]
    assert before["openedAt"] is not None
    with pytest.raises(TypeError, match="no title"):
        home.edit_opening(opening, title="x")
    home.delete_opening(opening)
    assert ashby.refusal("/opening.info", openingId=opening) == "opening_not_found"


def test_unknown_properties_are_dropped_or_refused(make_ashby: Make) -> None:
    for way, granted in (("dropped", True), ("refused", False)):
        side = make_ashby(unknown_properties=way)
        opening = side.home.add_opening("R-1")
        one = {"openingId": opening}
        calls: list[tuple[str, dict[str, Any]]] = [
            ("/opening.create", {"customFieldSubmissions": []}),
            ("/opening.update", {**one, "openedAt": "2026-01-01T00:00:00.000Z"}),
            ("/opening.setOpeningState", {**one, "openingState": "Approved", "reason": "x"}),
        ]
        for path, body in calls:
            assert side.post(path, **body)["success"] is granted
        assert side.home.opening(opening)["openedAt"] is None
        archive = {**one, "archive": True, "isArchived": True}
        assert side.refusal("/opening.setArchived", **archive) == "invalid_input"
