"""What can be made to go wrong for one field, one record or one list of the Ashby sandbox."""

from typing import Any

import pytest

from sandbox.alterations import (
    Alteration,
    dropped,
    replaced,
    rounded,
    trimmed,
    truncated,
    with_null,
    without,
    without_option,
)
from tests.sandbox.sides import Make, Side

OPTIONS = [{"label": "Yes", "value": "Y"}, {"label": "No", "value": "N"}]


def put(side: Side, opening: str, field: str, value: Any) -> Any:
    """The answer to one value set."""
    values = [{"fieldId": field, "fieldValue": value}]
    body = {"objectType": "Opening", "objectId": opening, "values": values}
    return side.results("/customField.setValues", **body)[0]["value"]


# Required opening fields.


def set_state(side: Side, opening: str, state: str) -> Any:
    return side.post("/opening.setOpeningState", openingId=opening, openingState=state)


def test_a_required_opening_field_forbids_every_create_beyond_draft(ashby: Side) -> None:
    field = ashby.home.add_custom_field("Level", "String", isRequired=True)
    assert ashby.results("/customField.list")[0]["isRequired"] is True
    for state in ("Approved", "Open", "Closed"):
        refused = ashby.post("/opening.create", openingState=state)
        assert refused["errorInfo"]["code"] == "invalid_input"
        assert "Level" in refused["errorInfo"]["message"]
    assert not ashby.home.openings
    opening = ashby.results("/opening.create", openingState="Draft")["id"]
    assert set_state(ashby, opening, "Approved")["errorInfo"]["code"] == "invalid_input"
    put(ashby, opening, field, "L4")
    assert set_state(ashby, opening, "Approved")["results"]["openingState"] == "Approved"


@pytest.mark.parametrize("excuse", ["optional", "archived", "of applications"])
def test_only_required_opening_fields_in_use_count(ashby: Side, excuse: str) -> None:
    kind = "Application" if excuse == "of applications" else "Opening"
    field = ashby.home.add_custom_field("Level", "String", kind, isRequired=True)
    if excuse == "optional":
        ashby.home.require_custom_field(field, required=False)
    if excuse == "archived":
        ashby.home.archive_custom_field(field)
    assert ashby.results("/opening.create", openingState="Approved")


def test_the_state_may_be_set_without_the_required_values(make_ashby: Make) -> None:
    side = make_ashby(state_needs_fields=False)
    side.home.require_custom_field(side.home.add_custom_field("Level", "String"))
    opening = side.results("/opening.create")["id"]
    assert set_state(side, opening, "Open")["success"] is True


@pytest.mark.parametrize(("rule", "granted"), [("refused", False), ("accepted", True)])
def test_a_create_beyond_draft_may_be_refused_or_granted_whatever_is_required(
    make_ashby: Make, rule: str, granted: bool
) -> None:
    side = make_ashby(create_beyond_draft=rule)
    assert side.post("/opening.create", openingState="Approved")["success"] is granted
    side.home.add_custom_field("Level", "String", isRequired=True)
    assert side.post("/opening.create", openingState="Approved")["success"] is granted
    assert side.post("/opening.create")["success"] is True


# Success that stores something else.


@pytest.mark.parametrize(
    ("kind", "how", "sent", "stored"),
    [
        ("String", trimmed, " a ", "a"),
        ("LongText", truncated(3), "abcdef", "abc"),
        ("Number", rounded(1), 2.25, 2.2),
        ("Currency", rounded(), {"value": 9.6, "currencyCode": "EUR"}, None),
        ("MultiValueSelect", without_option("Y"), ["Y", "N"], ["N"]),
        ("ValueSelect", without_option("Y"), "Y", None),
        ("Boolean", dropped, True, None),
    ],
)
@pytest.mark.parametrize("target", ["by title", "by type"])
def test_a_value_is_stored_otherwise_than_it_was_sent(
    ashby: Side, kind: str, how: Alteration, sent: Any, stored: Any, target: str
) -> None:
    if kind == "Currency":
        stored = {"value": 10, "currencyCode": "EUR"}
    options = OPTIONS if "Select" in kind else ()
    field = ashby.home.add_custom_field("Field", kind, selectableValues=options)
    opening = ashby.home.add_opening("R-1")
    switch = "Field" if target == "by title" else kind
    ashby.home.store_differently(switch, how)
    assert put(ashby, opening, field, sent) == stored
    assert ashby.home.opening_field(opening, "Field") == stored
    ashby.home.store_differently(switch, how, echoes=True)
    assert put(ashby, opening, field, sent) == sent
    assert ashby.home.opening_field(opening, "Field") == stored
    ashby.home.store_as_sent(switch)
    assert put(ashby, opening, field, sent) == sent
    assert ashby.home.opening_field(opening, "Field") == sent


def test_an_attribute_of_an_opening_is_stored_otherwise(ashby: Side) -> None:
    ashby.home.store_differently("description", truncated(4))
    made = ashby.results("/opening.create", identifier="R-1", description="Engineer")
    assert made["latestVersion"]["description"] == "Engi"
    update = {"openingId": made["id"], "description": "Manager"}
    assert ashby.results("/opening.update", **update)["latestVersion"]["description"] == "Mana"


# One custom field refused.


def test_one_custom_field_is_refused(ashby: Side) -> None:
    create: dict[str, Any] = {"objectType": "Opening_Version", "fieldType": "ValueSelect"}
    create["selectableValues"] = OPTIONS
    field = ashby.results("/customField.create", title="Reason", **create)["id"]
    for endpoint in ("create", "updateSelectableValues", "setValues"):
        ashby.home.refuse_field(f"customField.{endpoint}", "Reason", code="title_not_allowed")
    refused = ashby.refusal("/customField.create", title="Reason", **create)
    assert refused == "title_not_allowed"
    assert ashby.results("/customField.create", title="Season", **create)
    update = {"customFieldId": field, "selectableValues": OPTIONS}
    assert ashby.refusal("/customField.updateSelectableValues", **update) == "title_not_allowed"
    values = [{"fieldId": field, "fieldValue": "Y"}]
    target = {"objectType": "Opening", "objectId": ashby.home.add_opening("R-1")}
    set_values = {**target, "values": values}
    assert ashby.refusal("/customField.setValues", **set_values) == "title_not_allowed"
    ashby.home.accept_field("Reason")
    assert ashby.results("/customField.updateSelectableValues", **update)
    assert ashby.results("/customField.setValues", **set_values)


# One record.


def hired(side: Side) -> Any:
    return side.home.hire("Ada Moss", "ada@example.net", side.home.add_opening("R-1", "Open"))


def test_info_fails_for_one_record(ashby: Side) -> None:
    one, other = hired(ashby), hired(ashby)
    ashby.home.break_info(one.application)
    info = ashby.client.post("/application.info", json={"applicationId": one.application})
    assert (info.status_code, info.json()["success"]) == (500, False)
    assert ashby.results("/application.info", applicationId=other.application)
    assert len(ashby.results("/application.list")) == 2
    ashby.home.repair_info(one.application)
    assert ashby.results("/application.info", applicationId=one.application)


def test_a_hidden_record_is_nowhere_until_it_is_shown_again(ashby: Side) -> None:
    one = hired(ashby)
    info = {"applicationId": one.application}
    ashby.home.hide(one.application)
    assert ashby.refusal("/application.info", **info) == "application_not_found"
    assert ashby.results("/application.list") == []
    assert len(ashby.results("/offer.list")) == 1
    ashby.home.show(one.application)
    assert ashby.results("/application.info", **info)
    assert len(ashby.results("/application.list")) == 1


@pytest.mark.parametrize(
    ("how", "check"),
    [
        (with_null("latestVersion"), lambda row: row["latestVersion"] is None),
        (without("id"), lambda row: "id" not in row),
        (replaced("nothing that can be read"), lambda row: isinstance(row, str)),
    ],
)
def test_a_row_of_a_list_is_strange(ashby: Side, how: Alteration, check: Any) -> None:
    one, other = hired(ashby), hired(ashby)
    ashby.home.alter_row(one.offer, how)
    rows = ashby.results("/offer.list")
    assert check(rows[0])
    assert rows[1]["id"] == other.offer
    assert ashby.results("/offer.info", offerId=one.offer)["latestVersion"]
    ashby.home.show_row(one.offer)
    assert [row["id"] for row in ashby.results("/offer.list")] == [one.offer, other.offer]


def test_a_row_of_a_search_is_strange(ashby: Side) -> None:
    opening = ashby.home.add_opening("R-1")
    ashby.home.alter_row(opening, with_null("latestVersion"))
    assert ashby.results("/opening.search", identifier="R-1")[0]["latestVersion"] is None
