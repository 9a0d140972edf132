"""Pages, cursors and sync tokens of the Ashby sandbox."""

from typing import Any

import pytest

from tests.sandbox.sides import Make, Side


def read(side: Side, path: str = "/opening.list", **body: Any) -> tuple[list[Any], list[Any]]:
    """A whole pass: the results of every page, and the answers that brought them."""
    results: list[Any] = []
    answers = []
    more: dict[str, Any] = {}
    while True:
        answer = side.post(path, **body, **more)
        assert answer["success"] is True, answer
        answers.append(answer)
        results += answer["results"]
        if not answer["moreDataAvailable"]:
            return results, answers
        more = {"cursor": answer["nextCursor"]}


def identifiers(openings: list[Any]) -> list[str]:
    return [opening["latestVersion"]["identifier"] for opening in openings]


def test_a_page_has_at_most_a_hundred_and_the_token_comes_last(ashby: Side) -> None:
    for number in range(205):
        ashby.home.add_opening(f"{number}")
    openings, answers = read(ashby)
    assert identifiers(openings) == [f"{number}" for number in range(205)]
    assert [len(answer["results"]) for answer in answers] == [100, 100, 5]
    assert ["syncToken" in answer for answer in answers] == [False, False, True]
    assert ["nextCursor" in answer for answer in answers] == [True, True, False]
    assert ashby.refusal("/opening.list", limit=101) == "invalid_input"


def test_the_last_page_may_be_empty(make_ashby: Make) -> None:
    side = make_ashby(empty_last_page=True)
    side.home.add_opening("1")
    openings, answers = read(side)
    assert identifiers(openings) == ["1"]
    assert [len(answer["results"]) for answer in answers] == [1, 0]


def test_a_later_pass_brings_what_has_changed(ashby: Side) -> None:
    home = ashby.home
    first, second, third = (home.add_opening(f"{number}") for number in range(3))
    token = read(ashby)[1][-1]["syncToken"]
    assert read(ashby, syncToken=token)[0] == []
    home.edit_opening(second, description="x")
    home.set_state(third, "Open")
    home.add_opening("3")
    home.delete_opening(first)
    changed, answers = read(ashby, syncToken=token, limit=2)
    assert identifiers(changed) == ["1", "2", "3"]
    assert len(answers) == 2
    assert read(ashby, syncToken=answers[-1]["syncToken"])[0] == []
    field = home.add_custom_field("Reason", "String")
    home.set_opening_field(second, "Reason", "A")
    assert identifiers(read(ashby, syncToken=answers[-1]["syncToken"])[0]) == ["1"]
    assert [one["id"] for one in read(ashby, "/customField.list")[0]] == [field]


def test_what_changes_during_a_pass_comes_in_the_next_one(ashby: Side) -> None:
    home = ashby.home
    first = home.add_opening("0")
    home.add_opening("1")
    page = ashby.post("/opening.list", limit=1)
    home.edit_opening(first, description="x")
    last = ashby.post("/opening.list", limit=1, cursor=page["nextCursor"])
    assert identifiers(last["results"]) == ["1"]
    assert identifiers(read(ashby, syncToken=last["syncToken"])[0]) == ["0"]


def test_tokens_and_cursors_expire(ashby: Side) -> None:
    for number in range(2):
        ashby.home.add_opening(f"{number}")
    page = ashby.post("/opening.list", limit=1)
    token = read(ashby)[1][-1]["syncToken"]
    ashby.clock.now += 15 * 86_400
    assert ashby.refusal("/opening.list", syncToken=token) == "sync_token_expired"
    cursor = page["nextCursor"]
    assert ashby.refusal("/opening.list", cursor=cursor) == "next_cursor_expired"
    fresh = read(ashby)[1][-1]["syncToken"]
    ashby.sandbox.expire_tokens()
    assert ashby.refusal("/opening.list", syncToken=fresh) == "sync_token_expired"


@pytest.mark.parametrize("nonsense", ["", "x", "WzEsMiwzXQ", "ü", "bnVsbA"])
def test_tokens_and_cursors_that_are_none_are_refused(ashby: Side, nonsense: str) -> None:
    assert ashby.refusal("/opening.list", syncToken=nonsense) == "sync_token_invalid"
    assert ashby.refusal("/opening.list", cursor=nonsense) == "invalid_next_cursor"


def test_tokens_are_for_one_list_of_one_account(ashby: Side) -> None:
    token = read(ashby)[1][-1]["syncToken"]
    assert ashby.refusal("/offer.list", syncToken=token) == "sync_token_invalid"
    assert ashby.refusal("/opening.list", cursor=token) == "invalid_next_cursor"
    ashby.sandbox.add_account("other")
    ashby.client.auth = ("other", "")
    assert ashby.refusal("/opening.list", syncToken=token) == "sync_token_invalid"


def test_an_incremental_pass_can_be_too_large(ashby: Side) -> None:
    token = read(ashby)[1][-1]["syncToken"]
    for number in range(4):
        ashby.home.add_opening(f"{number}")
    ashby.sandbox.incremental_limit = 3
    assert ashby.refusal("/opening.list", syncToken=token) == "incremental_sync_too_large"
    assert len(read(ashby)[0]) == 4


def test_a_filter_holds_or_not_in_an_incremental_pass(make_ashby: Make) -> None:
    for way, brought in (("applied", 1), ("ignored", 2)):
        side = make_ashby(incremental_filters=way)
        home = side.home
        active, hired = (home.add_application(home.add_candidate(n)) for n in ("A", "B"))
        token = read(side, "/application.list", status="Hired")[1][-1]["syncToken"]
        home.set_application_status(active, "Archived")
        home.set_application_status(hired, "Hired")
        found = read(side, "/application.list", status="Hired", syncToken=token)[0]
        assert len(found) == brought
        assert hired in [one["id"] for one in found]


def test_lists_can_begin_at_a_creation_time(ashby: Side) -> None:
    ashby.home.add_opening("old")
    ashby.clock.now += 3600
    ashby.home.add_opening("new")
    since = int((ashby.clock.now - 60) * 1000)
    assert identifiers(read(ashby, createdAfter=since)[0]) == ["new"]


def test_reference_data_hides_what_is_archived(ashby: Side) -> None:
    home = ashby.home
    for add, path in (
        (home.add_department, "/department.list"),
        (home.add_location, "/location.list"),
        (home.add_close_reason, "/closeReason.list"),
    ):
        add("here")
        add("gone", archived=True)
        assert len(ashby.results(path)) == 1
        assert len(ashby.results(path, includeArchived=True)) == 2
    assert ashby.results("/closeReason.list")[0]["reasonText"] == "here"
    assert ashby.refusal("/closeReason.list", limit=5) == "invalid_input"
    home.add_user("Ada", "Moss", "ada@example.com")
    assert ashby.results("/user.search", email="ADA@example.com")[0]["firstName"] == "Ada"
    assert ashby.results("/user.search", email="bo@example.com") == []


def test_users_who_left_are_listed_on_request(ashby: Side) -> None:
    ada = ashby.home.add_user("Ada", "Moss", "ada@example.com")
    left = ashby.home.add_user("Bo", "Fern", "bo@example.com")
    ashby.home.deactivate_user(left)
    assert [user["id"] for user in ashby.results("/user.list")] == [ada]
    listed = ashby.results("/user.list", includeDeactivated=True)
    assert [user["isEnabled"] for user in listed] == [True, False]
    assert ashby.results("/user.info", userId=left)["email"] == "bo@example.com"
    assert ashby.refusal("/user.info", userId=ashby.home.id) == "user_not_found"
