"""Custom fields of the Ashby sandbox: definitions, options, values."""

from typing import Any

import pytest

from tests.sandbox.sides import Make, Side

YES_NO = [{"label": "Yes", "value": "Y"}, {"label": "No", "value": "N"}]


def define(side: Side, kind: str = "String", title: str = "Field", **body: Any) -> Any:
    given = {"objectType": "Opening_Version", "fieldType": kind, "title": title, **body}
    return side.results("/customField.create", **given)


def put(side: Side, holder: str, field: str, value: Any, object_type: str = "Opening") -> Any:
    """Set one value; the answer is that to setValues, with the one value as its results."""
    values = [{"fieldId": field, "fieldValue": value}]
    body = {"objectType": object_type, "objectId": holder, "values": values}
    answer = side.post("/customField.setValues", **body)
    return {**answer, "results": answer["results"][0]} if answer["success"] else answer


def test_a_definition_spells_its_object_otherwise_than_the_call(ashby: Side) -> None:
    made = define(ashby, "ValueSelect", selectableValues=YES_NO, description="Really?")
    assert made["objectType"] == "Opening"
    assert made["selectableValues"][0] == {"label": "Yes", "value": "Y", "isArchived": False}
    assert ashby.results("/customField.list") == [made]
    assert ashby.refusal("/customField.create", objectType="Opening", fieldType="String", title="x")


@pytest.mark.parametrize(
    "body",
    [
        {"fieldType": "ValueSelect"},
        {"fieldType": "String", "selectableValues": YES_NO},
        {"fieldType": "MultiValueSelect", "selectableValues": [*YES_NO, YES_NO[0]]},
        {"fieldType": "Text"},
        {"title": ""},
        {"isRequired": True},
    ],
)
def test_definitions_that_do_not_fit_are_refused(ashby: Side, body: dict[str, Any]) -> None:
    full = {"objectType": "Opening_Version", "fieldType": "String", "title": "x", **body}
    assert ashby.refusal("/customField.create", **full) == "invalid_input"


def test_titles_may_be_taken(make_ashby: Make) -> None:
    define(free := make_ashby())
    assert define(free)["title"] == "Field"
    define(taken := make_ashby(unique_titles=True))
    define(taken, objectType="Offer_Version")
    again = {"objectType": "Opening_Version", "fieldType": "String", "title": "Field"}
    assert taken.refusal("/customField.create", **again) == "invalid_input"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("String", "words", 7),
        ("LongText", "a\nb", None),
        ("Number", 5, "5"),
        ("Number", 5.5, True),
        ("Boolean", False, "false"),
        ("Date", "2026-12-01T00:00:00.000Z", "tomorrow"),
        ("Date", "2026-12-01T00:00:00.000Z", "2026-02-30"),
        ("ValueSelect", "Y", "Yes"),
        ("MultiValueSelect", ["Y", "N"], ["Y", "Z"]),
        ("MultiValueSelect", [], "Y"),
        ("Url", "https://example.com/x", "example.com"),
        ("Currency", {"value": 1.5, "currencyCode": "USD"}, {"value": 1}),
        ("Currency", {"value": 1, "currencyCode": "EUR"}, {"value": 1, "currencyCode": "euro"}),
        ("UUID", "2f1d1c8e-3b1f-4d51-9c0c-4f3a52a3a001", "x"),
        (
            "NumberRange",
            {"type": "number-range", "minValue": 1, "maxValue": 2},
            {"type": "number-range", "minValue": 3, "maxValue": 2},
        ),
        (
            "CompensationRange",
            {
                "type": "compensation-range",
                "minValue": 1,
                "maxValue": 2,
                "currencyCode": "USD",
                "interval": "1 YEAR",
            },
            {"type": "compensation-range", "minValue": 1, "maxValue": 2},
        ),
    ],
)
def test_a_field_takes_what_its_type_allows(
    make_ashby: Make, kind: str, good: Any, bad: Any
) -> None:
    side = make_ashby(null_clears=False)
    options: dict[str, Any] = {"selectableValues": YES_NO} if "Select" in kind else {}
    field, opening = define(side, kind, **options)["id"], side.home.add_opening("R-1")
    assert put(side, opening, field, good)["results"]["value"] == good
    assert side.home.opening_field(opening, "Field") == good
    assert put(side, opening, field, bad)["errorInfo"]["code"] == "invalid_input"
    assert side.home.opening_field(opening, "Field") == good


def test_a_choice_comes_with_its_label(ashby: Side) -> None:
    one = define(ashby, "ValueSelect", "One", selectableValues=YES_NO)["id"]
    many = define(ashby, "MultiValueSelect", "Many", selectableValues=YES_NO)["id"]
    opening = ashby.home.add_opening("R-1")
    values = [{"fieldId": one, "fieldValue": "Y"}, {"fieldId": many, "fieldValue": ["N", "Y"]}]
    body = {"objectType": "Opening", "objectId": opening, "values": values}
    set_to = ashby.results("/customField.setValues", **body)
    assert [value["valueLabel"] for value in set_to] == ["Yes", ["No", "Yes"]]
    assert ashby.home.opening(opening)["latestVersion"]["customFields"] == set_to


def test_options_left_out_are_archived_and_known_ones_relabelled(ashby: Side) -> None:
    field, opening = (
        define(ashby, "ValueSelect", selectableValues=YES_NO)["id"],
        ashby.home.add_opening("R-1"),
    )
    put(ashby, opening, field, "Y")
    options = [{"label": "Nope", "value": "N"}, {"label": "Maybe", "value": "M"}]
    update = {"customFieldId": field, "selectableValues": options}
    updated = ashby.results("/customField.updateSelectableValues", **update)
    assert [(o["value"], o["label"], o["isArchived"]) for o in updated["selectableValues"]] == [
        ("Y", "Yes", True),
        ("N", "Nope", False),
        ("M", "Maybe", False),
    ]
    assert put(ashby, opening, field, "Y")["success"] is False
    assert put(ashby, opening, field, "M")["success"] is True
    text = define(ashby, title="Text")["id"]
    update = {"customFieldId": text, "selectableValues": options}
    assert ashby.refusal("/customField.updateSelectableValues", **update) == "invalid_input"


def test_null_empties_a_value_or_is_refused(make_ashby: Make) -> None:
    for clears in (True, False):
        side = make_ashby(null_clears=clears)
        field, opening = define(side)["id"], side.home.add_opening("R-1")
        put(side, opening, field, "x")
        assert put(side, opening, field, None)["success"] is clears
        assert side.home.opening_field(opening, "Field") == (None if clears else "x")


def test_unset_fields_are_listed_or_not(make_ashby: Make) -> None:
    for listed in (True, False):
        side = make_ashby(unset_fields_listed=listed)
        define(side)
        define(side, title="Elsewhere", objectType="Application")
        fields = side.home.opening(side.home.add_opening("R-1"))["latestVersion"]["customFields"]
        assert [field["value"] for field in fields] == ([None] if listed else [])


def test_a_bad_value_may_let_the_ones_before_it_through(make_ashby: Make) -> None:
    for atomic in (True, False):
        side = make_ashby(values_atomic=atomic)
        first, second = define(side, title="A")["id"], define(side, "Number", "B")["id"]
        opening = side.home.add_opening("R-1")
        values = [
            {"fieldId": first, "fieldValue": "x"},
            {"fieldId": second, "fieldValue": "not a number"},
        ]
        body = {"objectType": "Opening", "objectId": opening, "values": values}
        assert side.refusal("/customField.setValues", **body) == "invalid_input"
        assert side.home.opening_field(opening, "A") == (None if atomic else "x")


def test_values_may_make_versions(make_ashby: Make) -> None:
    for makes in (True, False):
        side = make_ashby(values_make_versions=makes)
        field, opening = define(side)["id"], side.home.add_opening("R-1")
        before = side.home.opening(opening)["latestVersion"]["id"]
        put(side, opening, field, "x")
        assert (side.home.opening(opening)["latestVersion"]["id"] != before) is makes


def test_values_may_need_another_permission(make_ashby: Make) -> None:
    side = make_ashby(values_need_jobs=True)
    field, opening = define(side)["id"], side.home.add_opening("R-1")
    side.home.scopes.discard("jobs:write")
    assert put(side, opening, field, "x")["errorInfo"]["code"] == "missing_endpoint_permission"


def test_text_may_be_trimmed_but_no_choice(make_ashby: Make) -> None:
    side = make_ashby(trims_text=True)
    opening = side.home.add_opening("R-1")
    text = define(side, title="Text")["id"]
    spaced = [{"label": "Spaced", "value": " s "}]
    choice = define(side, "ValueSelect", "Choice", selectableValues=spaced)["id"]
    assert put(side, opening, text, " x ")["results"]["value"] == "x"
    assert put(side, opening, choice, " s ")["results"]["value"] == " s "


def test_a_date_only_field_comes_as_a_day_or_a_time(make_ashby: Make) -> None:
    for form, expected in (("date", "2026-12-01"), ("datetime", "2026-12-01T00:00:00.000Z")):
        side = make_ashby(dates_as=form)
        opening = side.home.add_opening("R-1")
        day = define(side, "Date", "Day", isDateOnlyField=True)["id"]
        time = define(side, "Date", "Time")["id"]
        assert put(side, opening, day, "2026-12-01")["results"]["value"] == expected
        moment = put(side, opening, time, "2026-12-01T01:00:00+01:00")["results"]["value"]
        assert moment == "2026-12-01T00:00:00.000Z"


def test_values_go_to_their_own_kind_of_object_only(ashby: Side) -> None:
    application = ashby.home.add_application(ashby.home.add_candidate("Ada Moss"))
    opening, field = ashby.home.add_opening("R-1"), define(ashby, objectType="Application")["id"]
    assert put(ashby, opening, field, "x")["errorInfo"]["code"] == "invalid_input"
    assert put(ashby, application, field, "x", "Application")["results"]["value"] == "x"
    shown = ashby.results("/application.info", applicationId=application)
    assert shown["customFields"][0]["value"] == "x"
    refused = put(ashby, opening, field, "x", "Application")
    assert refused["errorInfo"]["code"] == "application_not_found"
    ashby.home.archive_custom_field(field)
    refused = put(ashby, application, field, "x", "Application")
    assert refused["errorInfo"]["code"] == "invalid_input"
    assert ashby.results("/customField.list") == []
    assert len(ashby.results("/customField.list", includeArchived=True)) == 1
    ashby.home.restore_custom_field(field)
    assert len(ashby.results("/customField.list")) == 1


def test_a_recruiter_types_into_a_field(ashby: Side) -> None:
    ashby.home.add_custom_field("Reason", "ValueSelect", selectableValues=["A", "B"])
    opening = ashby.home.add_opening("R-1")
    ashby.home.set_opening_field(opening, "Reason", "A")
    assert ashby.home.opening_field(opening, "Reason") == "A"
    ashby.home.set_opening_field(opening, "Reason", None)
    assert ashby.home.opening_field(opening, "Reason") is None
    with pytest.raises(KeyError):
        ashby.home.set_opening_field(opening, "Season", "A")
