"""What Ashby's objects mean in our words, and what is sent for ours."""

from typing import Any

import httpx
import pytest

from core.actions import CreateField, SetOptions, UpdateOpening
from core.errors import AnswerLost, Rejected, TryLater
from core.openings import ATTRIBUTES, TEAM, Opening, OpeningDetails
from core.records import CloseReason, Definition, Entry, Lookup, Option, State
from systems.ashby.ats import AshbyAts
from systems.ashby.client import Client
from systems.ashby.hire_rows import read_candidate_page
from systems.ashby.models import OpeningVersion, wire_name
from systems.ashby.reading import read_definition, read_opening
from tests.systems.line import Line, json_reply

OPENING = "3b1f0c1e-5a4e-4a6b-9d3c-0e6a4f6b7c8d"


@pytest.fixture
def ats(ashby: Line) -> AshbyAts:
    return AshbyAts(Client(ashby.wire))


def results(found: Any, **more: Any) -> httpx.Response:
    return json_reply({"success": True, "results": found, **more})


def opening(**version: Any) -> dict[str, Any]:
    return {
        "id": OPENING,
        "isArchived": False,
        "openingState": "Approved",
        "latestVersion": {"id": "v", "identifier": "ENG-1", **version},
    }


# Reading.


def test_ashby_has_a_name_for_every_attribute_of_an_opening_and_no_other() -> None:
    assert set(OpeningVersion.model_fields) - {"custom_fields"} == set(ATTRIBUTES)
    names = [wire_name(attribute) for attribute in ATTRIBUTES if attribute not in TEAM]
    assert len(set(names)) == len(names)


def test_an_opening_with_everything() -> None:
    read = read_opening(
        opening(
            description="Engineer",
            teamId="d1",
            locationIds=["l1", "l2"],
            employmentType="PartTime",
            targetStartDate="2026-12-01",
            isBackfill=True,
            customFields=[{"id": "f1", "title": "Note", "value": "text", "isPrivate": False}],
        )
    )

    assert read == Opening(
        id=OPENING,
        state="Approved",
        identifier="ENG-1",
        title="Engineer",
        department_id="d1",
        location_ids=("l1", "l2"),
        employment_type="PartTime",
        target_start="2026-12-01",
        is_backfill=True,
        values={"f1": "text"},
    )


def test_what_is_unset_may_be_null_or_not_there() -> None:
    names = (
        "description", "teamId", "locationIds", "employmentType", "targetStartDate", "isBackfill",
        "customFields",
    )  # fmt: skip

    nulls = read_opening(opening(**dict.fromkeys(names)))

    assert nulls == read_opening(opening())
    assert nulls == Opening(id=OPENING, state="Approved", identifier="ENG-1")


def test_an_opening_that_says_almost_nothing() -> None:
    assert read_opening({"id": OPENING}) == Opening(id=OPENING, state="")


def test_new_fields_and_unknown_values_of_enumerations_do_no_harm() -> None:
    read = read_opening({
        **opening(employmentType="Seasonal", hiringTeam=[{"odd": 1}], newField={"deep": []}),
        "openingState": "OnHold",
        "somethingNew": 1,
    })  # fmt: skip

    assert (read.state, read.employment_type) == ("OnHold", "Seasonal")


@pytest.mark.parametrize("day", ["2026-12-01", "2026-12-01T00:00:00.000Z", "2026-12-01T23:00:00Z"])
def test_a_target_date_is_its_calendar_day(day: str) -> None:
    assert read_opening(opening(targetStartDate=day)).target_start == "2026-12-01"


def test_fields_without_a_value_are_left_out_and_zero_and_false_are_values() -> None:
    entries = [{"id": "a", "value": None}, {"id": "b"}, {"id": "c", "value": 0}]
    entries.append({"id": "d", "value": False})

    assert read_opening(opening(customFields=entries)).values == {"c": 0, "d": False}


@pytest.mark.parametrize("object_type", ["Opening", "Opening_Version"])
def test_a_definition_is_held_by_the_same_object_under_both_names(object_type: str) -> None:
    read = read_definition(
        {"id": "f1", "title": "Note", "fieldType": "String", "objectType": object_type}
    )

    assert read == Definition("f1", "Note", "String", "Opening")


def test_the_options_of_a_definition() -> None:
    read = read_definition(
        {
            "id": "f1",
            "fieldType": "ValueSelect",
            "selectableValues": [
                {"label": "Growth", "value": "GROWTH", "isArchived": True},
                {"label": None, "value": "REPL"},
                {"label": "no value"},
            ],
        }
    )

    assert read.options == (Option("GROWTH", "Growth", True), Option("REPL", "REPL"))


def test_an_item_that_cannot_be_read_keeps_no_other_away(ashby: Line, ats: AshbyAts) -> None:
    unreadable = {"id": OPENING, "latestVersion": {"customFields": [{"value": 1}]}}
    ashby.say(results([unreadable, {"id": "o2", "latestVersion": {}}]))

    listing = ats.openings(None)
    assert [one.id for one in listing.items] == ["o2"]
    assert (listing.unreadable, listing.nameless) == (frozenset({OPENING}), 0)
    assert listing.lacks_some([])
    assert not listing.lacks_some([OPENING])


NAMELESS: list[Any] = [None, 5, "row", [], {}, {"id": None}, {"id": 7}, {"id": "../x"}]


@pytest.mark.parametrize("bad", NAMELESS)
def test_a_row_without_an_id_keeps_no_other_away(
    ashby: Line, ats: AshbyAts, bad: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ashby.say(results([bad, {"id": "o2", "latestVersion": {}}, bad]))

    listing = ats.openings(None)
    assert [one.id for one in listing.items] == ["o2"]
    assert listing.nameless == 2
    assert listing.lacks_some(["o2"])
    assert "Ashby lists 2 rows in a form that cannot be read (opening.list)" in caplog.text


@pytest.mark.parametrize("bad", NAMELESS)
def test_a_list_of_nothing_but_such_rows_is_a_strange_answer(
    ashby: Line, ats: AshbyAts, bad: Any
) -> None:
    ashby.say(*[results([bad])] * 3)

    with pytest.raises(TryLater):
        ats.openings(None)


def test_departments_and_locations_come_with_the_archived_ones(ashby: Line, ats: AshbyAts) -> None:
    rows = [{"id": "a", "name": "Sales"}, {"id": "b", "name": None, "isArchived": True}]
    ashby.say(results(rows, syncToken="t1"), results(rows))

    assert list(ats.entries(Lookup.DEPARTMENTS, None).items) == [
        Entry("a", "Sales"),
        Entry("b", "", True),
    ]
    assert list(ats.entries(Lookup.LOCATIONS, "t0").items) == [
        Entry("a", "Sales"),
        Entry("b", "", True),
    ]
    assert [body["includeArchived"] for body in ashby.bodies()] == [True, True]


def test_close_reasons_come_with_the_archived_ones(ashby: Line, ats: AshbyAts) -> None:
    rows = [{"id": "a", "reasonText": "Old", "isArchived": True}, {"id": "b", "reasonText": "New"}]
    ashby.say(results(rows))

    assert ats.close_reasons() == [CloseReason("a", "Old", True), CloseReason("b", "New")]


def test_of_what_the_search_finds_only_the_same_identifier_counts(
    ashby: Line, ats: AshbyAts
) -> None:
    hits = [opening(), {**opening(identifier="ENG-11"), "id": "x"}]
    ashby.say(results([*hits, {**opening(identifier="eng-1"), "id": "y"}]), results(None))

    assert [one.id for one in ats.find_openings("ENG-1 ")] == [OPENING, "y"]
    assert ats.find_openings("ENG-2") == []


# Writing.

DETAILS = OpeningDetails(
    identifier="ENG-1",
    title="Engineer",
    department_id="d1",
    location_ids=("l1",),
    employment_type="FullTime",
    target_start="2026-12-01",
    is_backfill=True,
)


def test_an_opening_is_created_approved_and_with_all_it_can_carry(
    ashby: Line, ats: AshbyAts
) -> None:
    ashby.say(results(opening()))

    ats.create_opening(DETAILS, State.APPROVED)

    assert ashby.bodies() == [
        {
            "identifier": "ENG-1",
            "description": "Engineer",
            "teamId": "d1",
            "locationIds": ["l1"],
            "targetStartDate": "2026-12-01",
            "isBackfill": True,
            "employmentType": "FullTime",
            "openingState": "Approved",
        }
    ]


def test_what_the_job_does_not_have_is_not_sent_but_false_is(ashby: Line, ats: AshbyAts) -> None:
    ashby.say(results(opening()))

    little = OpeningDetails(identifier="ENG-1", title="Engineer", employment_type="FullTime")
    ats.create_opening(little, State.APPROVED)

    (body,) = ashby.bodies()
    assert sorted(body) == [
        "description", "employmentType", "identifier", "isBackfill", "openingState",
    ]  # fmt: skip


@pytest.mark.parametrize("answer", [None, {}, [], {"id": None}])
def test_a_create_that_was_answered_without_an_opening_may_have_made_one(
    ashby: Line, ats: AshbyAts, answer: object
) -> None:
    ashby.say(results(answer), results(answer))

    with pytest.raises(AnswerLost):
        ats.create_opening(DETAILS, State.DRAFT)
    with pytest.raises(AnswerLost):
        ats.create_field(CreateField("Note", "String", "Opening", "note"))


def test_an_update_always_sends_what_ashby_would_reset(ashby: Line, ats: AshbyAts) -> None:
    ashby.say(results(opening()))

    wanted = OpeningDetails(title="not changed", employment_type="Contract")
    ats.update_opening(UpdateOpening(OPENING, wanted, frozenset({"department_id"})))

    assert ashby.bodies() == [
        {
            "openingId": OPENING,
            "teamId": None,
            "employmentType": "Contract",
            "isBackfill": False,
        }
    ]


@pytest.mark.parametrize(
    ("reason", "sent"), [("r1", {"closeReasonId": "r1"}), (None, {})], ids=["reason", "none"]
)
def test_a_close_reason_is_sent_where_there_is_one(
    ashby: Line, ats: AshbyAts, reason: str | None, sent: dict[str, str]
) -> None:
    ashby.say(results(opening()))

    ats.set_state(OPENING, "Closed", reason)

    assert ashby.bodies() == [{"openingId": OPENING, "openingState": "Closed", **sent}]


def test_all_values_of_an_opening_go_in_one_call(ashby: Line, ats: AshbyAts) -> None:
    ashby.say(results([]))

    ats.set_opening_values(OPENING, {"f1": "text", "f2": 0, "f3": None})

    assert ashby.bodies() == [
        {
            "objectType": "Opening",
            "objectId": OPENING,
            "values": [
                {"fieldId": "f1", "fieldValue": "text"},
                {"fieldId": "f2", "fieldValue": 0},
                {"fieldId": "f3", "fieldValue": None},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("holder", "sent"),
    [
        ("Opening", "Opening_Version"),
        ("Offer", "Offer_Version"),
        ("Application", "Application"),
    ],
)
def test_a_field_is_made_under_the_name_that_create_asks_for(
    ashby: Line, ats: AshbyAts, holder: str, sent: str
) -> None:
    ashby.say(results({"id": "f1"}))

    ats.create_field(CreateField("Note", "String", holder, "note"))

    (body,) = ashby.bodies()
    assert body["objectType"] == sent
    assert body["description"].endswith("[charthop:note]")
    assert sorted(body) == ["description", "fieldType", "objectType", "title"]


def test_a_picklist_is_made_with_its_options_and_a_date_says_whether_it_is_a_day(
    ashby: Line, ats: AshbyAts
) -> None:
    ashby.say(results({"id": "f1"}), results({"id": "f2"}))

    options = (Option("GROWTH", "Growth"),)
    ats.create_field(CreateField("Note", "ValueSelect", "Opening", "x", options))
    ats.create_field(CreateField("Note", "Date", "Opening", "x", is_date_only=True))

    picklist, day = ashby.bodies()
    assert picklist["selectableValues"] == [{"label": "Growth", "value": "GROWTH"}]
    assert day["isDateOnlyField"] is True


def test_the_full_list_of_options_is_sent(ashby: Line, ats: AshbyAts) -> None:
    ashby.say(results({"id": "f1"}))

    options = (Option("A", "Aa"), Option("B", "Bb"))
    ats.set_options(SetOptions("f1", "Note", options, "note", "Opening"))

    assert ashby.bodies() == [
        {
            "customFieldId": "f1",
            "selectableValues": [
                {"label": "Aa", "value": "A", "isArchived": False},
                {"label": "Bb", "value": "B", "isArchived": False},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("page", "is_shown"),
    [
        ("https://app.ashbyhq.com/candidates/ID", True),
        ("https://app.ashbyhq.com/candidate-searches/new/right-side/candidates/ID", True),
        ("http://app.ashbyhq.com/candidates/ID", False),
        ("https://app.ashbyhq.com.example.com/candidates/ID", False),
        ("https://ana@app.ashbyhq.com/candidates/ID", False),
        ("https://app.ashbyhq.com@example.com/candidates/ID", False),
        ("https://app.ashbyhq.com/candidates/ID/mara-lindqvist", False),
        ("https://app.ashbyhq.com/candidates/ID?name=Mara", False),
        ("https://app.ashbyhq.com/candidates/ID\n", False),
        ("javascript:alert(1)//candidates/ID", False),
        ("", False),
        (None, False),
    ],
)
def test_a_candidates_page_is_shown_where_it_is_ashbys_and_names_nobody(
    page: str | None, is_shown: bool
) -> None:
    id_ = "3b1f0c52-7a11-4c5e-9d53-0a4c81e2f6b7"
    address = page.replace("ID", id_) if page is not None else None
    shown = read_candidate_page({"id": id_, "name": "Mara", "profileUrl": address})
    assert shown == (address if is_shown else None)


@pytest.mark.parametrize("status", [200, 400, 404])
def test_an_unknown_id_is_nothing_whatever_the_status(
    ashby: Line, ats: AshbyAts, status: int
) -> None:
    body = {"success": False, "errorInfo": {"code": "application_not_found"}}
    ashby.say(json_reply(body, status))
    assert ats.application("a1", "f1") is None


def test_an_endpoint_that_is_not_there_is_no_unknown_id(ashby: Line, ats: AshbyAts) -> None:
    ashby.say(httpx.Response(404, text="Not Found"))
    with pytest.raises(Rejected):
        ats.application("a1", "f1")
