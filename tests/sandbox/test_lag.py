"""Lists that show the state of some seconds ago, and single reads that do not."""

from typing import Any

import pytest

from tests.sandbox.sides import Side


def listed(side: Side, **body: Any) -> list[str]:
    """The descriptions of the openings that opening.list shows."""
    return [one["latestVersion"]["description"] for one in side.results("/opening.list", **body)]


def token(side: Side, **body: Any) -> str:
    """The sync token of a whole pass."""
    return str(side.post("/opening.list", **body)["syncToken"])


def test_lists_and_searches_are_late_and_single_reads_are_not(ashby: Side) -> None:
    old = ashby.home.add_opening("R-1", description="old")
    ashby.home.lag_lists(20)
    made = ashby.results("/opening.create", identifier="R-2", description="new")
    edited = ashby.results("/opening.update", openingId=old, description="edited")
    assert edited["latestVersion"]["description"] == "edited"
    assert ashby.results("/opening.info", openingId=made["id"])["id"] == made["id"]
    assert listed(ashby) == ["old"]
    assert ashby.results("/opening.search", identifier="R-2") == []
    ashby.sandbox.advance(19)
    assert listed(ashby) == ["old"]
    ashby.sandbox.advance(1)
    assert listed(ashby) == ["edited", "new"]
    assert len(ashby.results("/opening.search", identifier="R-2")) == 1


def test_what_a_late_list_did_not_show_comes_in_a_later_incremental_one(ashby: Side) -> None:
    ashby.home.add_opening("R-1", description="first")
    ashby.home.lag_lists(20, "opening")
    ashby.sandbox.advance(30)
    opening = ashby.home.add_opening("R-2", description="second")
    place = token(ashby)
    ashby.sandbox.advance(10)
    assert listed(ashby, syncToken=place) == []
    place = token(ashby, syncToken=place)
    ashby.home.edit_opening(opening, description="third")
    ashby.sandbox.advance(10)
    assert listed(ashby, syncToken=place) == ["second"]
    place = token(ashby, syncToken=place)
    ashby.sandbox.advance(10)
    assert listed(ashby, syncToken=place) == ["third"]
    assert listed(ashby, syncToken=token(ashby, syncToken=place)) == []


def test_a_late_whole_pass_leaves_what_it_did_not_show_to_the_next(ashby: Side) -> None:
    ashby.home.lag_lists(20, "opening")
    ashby.home.add_opening("R-1", description="new")
    place = token(ashby)
    ashby.sandbox.advance(20)
    assert listed(ashby, syncToken=place) == ["new"]


def test_the_lag_grows_shrinks_and_ends_at_any_time(ashby: Side) -> None:
    ashby.home.lag_lists(20, "opening")
    place = token(ashby)
    ashby.home.add_opening("R-1", description="first")
    ashby.home.lag_lists(5, "opening")
    ashby.sandbox.advance(6)
    assert listed(ashby) == ["first"]
    ashby.home.edit_opening(next(iter(ashby.home.openings)), description="second")
    ashby.home.lag_lists(60, "opening")
    ashby.sandbox.advance(6)
    assert listed(ashby) == ["first"]
    ashby.home.lag_lists(0)
    assert listed(ashby) == ["second"]
    assert listed(ashby, syncToken=place) == ["second"]


def test_one_family_is_late_and_the_others_are_not(ashby: Side) -> None:
    ashby.home.lag_lists(20, "customField", "department")
    ashby.home.add_custom_field("Level", "String")
    ashby.home.add_department("Sales")
    ashby.home.add_opening("R-1", description="x")
    assert ashby.results("/customField.list") == ashby.results("/department.list") == []
    assert listed(ashby) == ["x"]


def test_what_is_gone_is_still_in_a_late_list(ashby: Side) -> None:
    home = ashby.home
    one = home.hire("Ada Moss", "ada@example.net", home.add_opening("R-1", "Open"))
    other = home.hire("Ada M. Moss", "moss@example.net", home.add_opening("R-2", "Open"))
    home.lag_lists(20)
    home.delete_opening(home.offers[other.offer].latest.opening_id)
    home.delete_offer(other.offer)
    home.merge_candidates(one.candidate, other.candidate)
    shown = ashby.results("/application.list", expand=["openings"])
    assert [row["candidate"]["id"] for row in shown] == [one.candidate, other.candidate]
    assert len(ashby.results("/offer.list")) == len(ashby.results("/opening.list")) == 2
    ashby.sandbox.advance(20)
    shown = ashby.results("/application.list")
    assert {row["candidate"]["id"] for row in shown} == {one.candidate}
    assert len(ashby.results("/offer.list")) == len(ashby.results("/opening.list")) == 1


MOVES = {
    "status": lambda home, one: home.set_application_status(one.application, "Archived"),
    "unhire": lambda home, one: home.unhire(one.application),
    "field": lambda home, one: home.set_application_field(one.application, "Person", "p"),
    "revise": lambda home, one: home.revise_offer(one.offer, salary=(9, "USD")),
    "approve": lambda home, one: home.approve_offer(one.offer),
    "decline": lambda home, one: home.decline_offer(one.offer),
    "cancel": lambda home, one: home.cancel_offer(one.offer),
    "delete": lambda home, one: home.delete_application(one.application),
    "close": lambda home, one: home.close_opening(next(iter(home.openings))),
    "archive": lambda home, one: home.archive_opening(next(iter(home.openings))),
    "require": lambda home, one: home.require_custom_field(next(iter(home.custom_fields))),
}


@pytest.mark.parametrize("move", MOVES)
def test_every_move_is_seen_when_the_lists_have_caught_up(ashby: Side, move: str) -> None:
    home = ashby.home
    home.add_custom_field("Person", "String", "Application")
    one = home.hire("Ada Moss", "ada@example.net", home.add_opening("R-1", "Open"))
    home.lag_lists(20)
    paths = ("/opening.list", "/application.list", "/offer.list", "/customField.list")
    before = [ashby.results(path) for path in paths]
    ashby.sandbox.advance(60)
    MOVES[move](home, one)
    assert [ashby.results(path) for path in paths] == before
    ashby.sandbox.advance(20)
    late = [ashby.results(path) for path in paths]
    assert late != before
    home.lag_lists(0)
    assert [ashby.results(path) for path in paths] == late
