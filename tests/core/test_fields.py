"""Which Ashby field a ticked ChartHop field gets, with which options, and why some get none."""

from collections.abc import Sequence

import pytest

from core.actions import CreateField, SetOptions, marker
from core.fields import (
    ashby_type,
    choose_fields,
    find_definition,
    plan_fields,
)
from core.records import Definition, Option
from tests.core.samples import codes, definition, field

# ChartHop type, plural -> Ashby type. The table of the operator's page, line by line.
TYPES = [
    ("STRING", "SINGLE", "String"),
    ("EMAIL", "SINGLE", "String"),
    ("PHONE", "SINGLE", "String"),
    ("TEXT", "SINGLE", "LongText"),
    ("URL", "SINGLE", "Url"),
    ("INTEGER", "SINGLE", "Number"),
    ("DECIMAL", "SINGLE", "Number"),
    ("PERCENT", "SINGLE", "Number"),
    ("BOOLEAN", "SINGLE", "Boolean"),
    ("DATE", "SINGLE", "Date"),
    ("TIMESTAMP", "SINGLE", "Date"),
    ("MONEY", "SINGLE", "Currency"),
    ("ENUM", "SINGLE", "ValueSelect"),
    ("ENUM_SCALE", "SINGLE", "ValueSelect"),
    ("ENUM_MULTI", "SINGLE", "MultiValueSelect"),
    ("ENUM_MULTI", "SET", "MultiValueSelect"),
    ("ENUM", "SET", "MultiValueSelect"),
    ("ENUM", "LIST", "MultiValueSelect"),
    ("PERSON", "SINGLE", "String"),
    ("PERSON", "LIST", "String"),
    ("PERSONS", "SINGLE", "String"),
    ("GROUP", "SINGLE", "String"),
    ("GROUPS", "SET", "String"),
    ("JOB", "SINGLE", "String"),
    ("JOBS", "LIST", "String"),
]

NO_MATCH = [
    ("STRING", "LIST"),
    ("INTEGER", "SET"),
    ("MONEY", "LIST"),
    ("ENUM_SCALE", "SET"),
    ("ADDRESS", "SINGLE"),
    ("AUDIO", "SINGLE"),
    ("COMP", "SINGLE"),
    ("COMPOUND", "SINGLE"),
    ("COMP_BAND", "SINGLE"),
    ("CONTACTS", "SINGLE"),
    ("CURRENCY", "SINGLE"),
    ("ELAPSED_DAYS", "SINGLE"),
    ("ELAPSED_MONTHS", "SINGLE"),
    ("ELAPSED_YEARS", "SINGLE"),
    ("ENUM_EXPR", "SINGLE"),
    ("EXPR", "SINGLE"),
    ("FILE", "SINGLE"),
    ("GROUP_ASSIGNMENTS", "SINGLE"),
    ("GROUP_TYPE", "SINGLE"),
    ("GROUP_POSITION_ASSIGNMENTS", "SINGLE"),
    ("IMAGE", "SINGLE"),
    ("JOB_CODE", "SINGLE"),
    ("JOB_TIER", "SINGLE"),
    ("LIST", "SINGLE"),
    ("MAP", "SINGLE"),
    ("NAME", "SINGLE"),
    ("OBJECT", "SINGLE"),
    ("PAY_INTERVAL", "SINGLE"),
    ("STOCKGRANT", "SINGLE"),
    ("TABLE_REF", "SINGLE"),
    ("TIMEOFF", "SINGLE"),
    ("TRACKED_GROUP", "SINGLE"),
    ("USER", "SINGLE"),
    ("VARIABLE_COMP", "SINGLE"),
    ("VARIABLE_COMPS", "SINGLE"),
    ("NEW_TYPE", "SINGLE"),
]


@pytest.mark.parametrize(("type_", "plural", "wanted"), TYPES)
def test_a_type_that_has_a_match(type_: str, plural: str, wanted: str) -> None:
    assert ashby_type(field(type_, plural=plural)) == wanted


@pytest.mark.parametrize(("type_", "plural"), NO_MATCH)
def test_a_type_that_has_none_is_refused_by_name_and_type(type_: str, plural: str) -> None:
    plan = plan_fields([field(type_, plural=plural, label="Odd one")], [])

    assert plan.actions == ()
    assert plan.refused["note"].code == "FIELD_TYPE"
    shown = type_ if plural == "SINGLE" else f"{type_} {plural}"
    assert str(plan.refused["note"]).startswith(
        f"Odd one cannot be synced: its type {shown} has no"
    )


def test_a_smart_field_is_refused_whatever_its_type() -> None:
    plan = plan_fields([field("STRING", is_smart=True)], [])

    assert plan.refused["note"].code == "FIELD_TYPE"
    assert "STRING (smart field)" in str(plan.refused["note"])


def test_a_refused_field_does_not_stop_the_others() -> None:
    plan = plan_fields([field("FILE", "a", label="A"), field("TEXT", "b", label="B")], [])

    assert (list(plan.refused), len(plan.actions)) == (["a"], 1)


# Choosing the fields behind the ticked codes.

CUSTOM = [field(code="hiringReason"), field(code="hiringNotes"), field(code="seat")]


def test_ticked_codes_give_their_fields_in_order_and_once() -> None:
    chosen, refused = choose_fields(["seat", "hiringNotes", "seat"], CUSTOM)

    assert [one.code for one in chosen] == ["seat", "hiringNotes"]
    assert refused == {}


def test_a_built_in_code_is_refused_with_that_sentence() -> None:
    _, refused = choose_fields(["title"], CUSTOM, {"title", "department"})

    assert str(refused["title"]).startswith(
        "title is a built-in field: only custom fields can be ticked"
    )


def test_an_unknown_code_names_the_nearest_ones() -> None:
    _, refused = choose_fields(["hiringReson"], CUSTOM, {"title"})

    assert refused["hiringReson"].code == "FIELD_UNKNOWN"
    assert "(nearest: hiringReason, hiringNotes)" in str(refused["hiringReson"])


def test_an_unknown_code_that_is_near_to_none_names_none() -> None:
    _, refused = choose_fields(["xyz"], CUSTOM)

    assert str(refused["xyz"]).startswith("ChartHop has no custom field xyz:")


def test_a_custom_field_wins_over_a_built_in_one_of_the_same_code() -> None:
    chosen, refused = choose_fields(["seat"], CUSTOM, {"seat"})

    assert (len(chosen), refused) == (1, {})


# Which definition belongs to a field.


def test_a_field_that_ashby_does_not_have_is_made_with_the_same_label_and_a_mark() -> None:
    plan = plan_fields([field("DATE", label=" Go live ")], [])

    assert plan.actions == (CreateField("Go live", "Date", "Opening", "note", is_date_only=True),)
    assert plan.usable == {}


def test_what_a_field_by_hand_says_of_its_days_is_not_asked() -> None:
    by_hand = definition("Date", is_date_only=True)

    assert plan_fields([field("TIMESTAMP")], [by_hand]).usable["note"].is_date_only is False
    assert plan_fields([field("DATE")], [definition("Date")]).usable["note"].is_date_only is True


def test_a_timestamp_is_made_with_its_time_of_day() -> None:
    (made,) = plan_fields([field("TIMESTAMP")], []).actions

    assert isinstance(made, CreateField)
    assert made.is_date_only is False


@pytest.mark.parametrize("title", ["Note", "note", " NOTE "])
def test_a_field_made_by_hand_under_that_title_and_of_the_right_type_is_used(title: str) -> None:
    plan = plan_fields([field()], [definition(title=title)])

    assert (plan.actions, plan.refused) == ((), {})
    assert plan.usable["note"].id == "f1"


def test_a_field_made_by_hand_with_another_type_is_refused_and_explained() -> None:
    plan = plan_fields([field("INTEGER")], [definition("String")])

    assert (plan.actions, plan.usable) == ((), {})
    assert plan.refused["note"].code == "FIELD_OTHER_TYPE"
    assert "a field Note of type String on openings, and Number is needed" in str(
        plan.refused["note"]
    )


def test_fields_of_other_objects_do_not_count() -> None:
    plan = plan_fields([field()], [definition(holder="Offer"), definition(holder="Candidate")])

    assert [type(action) for action in plan.actions] == [CreateField]


def test_the_mark_finds_the_field_after_its_label_was_changed() -> None:
    own = definition(title="Old label", description=f"Kept in step. {marker('note')}\n ")

    plan = plan_fields([field(label="New label")], [own])

    assert (plan.actions, plan.usable["note"].id) == ((), "f1")


def test_the_mark_wins_over_the_title() -> None:
    own = definition(id="f2", title="Old label", description=marker("note"))

    assert find_definition([definition(), own], "Note", marker("note")) == own


def test_a_mark_of_another_field_is_no_mark() -> None:
    other = definition(title="Other", description=marker("note2"))

    assert find_definition([other], "Note", marker("note")) is None


def test_of_two_fields_of_a_title_the_one_in_use_counts() -> None:
    archived = definition(is_archived=True)

    assert find_definition([archived, definition(id="f2")], "Note", "[x]") == definition(id="f2")


def test_an_archived_field_is_not_made_again() -> None:
    plan = plan_fields([field()], [definition(is_archived=True)])

    assert (plan.actions, codes([*plan.refused.values()])) == ((), ["FIELD_ARCHIVED"])


def test_two_ticked_fields_of_one_label_cannot_both_be_synced() -> None:
    plan = plan_fields([field(code="a"), field(code="b", label=" note")], [])

    assert (len(plan.actions), list(plan.refused)) == (1, ["b"])
    assert plan.refused["b"].code == "FIELD_SAME_LABEL"


@pytest.mark.parametrize("label", ["ChartHop Job ID", "charthop recruiting status"])
def test_no_ticked_field_may_take_the_sync_s_own_titles(label: str) -> None:
    plan = plan_fields([field(label=label)], [])

    assert (plan.actions, codes([*plan.refused.values()])) == ((), ["FIELD_SAME_LABEL"])


# Picklists: Ashby archives every option that is left out, so the full list is always sent.

PICKLIST = field("ENUM", options=[("GROWTH", "Growth"), ("REPL", "Replacement")])


def _options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(name, label) for name, label in pairs)


def _select(*options: Option) -> Definition:
    return Definition("f1", "Note", "ValueSelect", "Opening", options=options)


def test_a_picklist_is_made_with_its_options() -> None:
    (made,) = plan_fields([PICKLIST], []).actions

    assert isinstance(made, CreateField)
    assert made.options == _options(("GROWTH", "Growth"), ("REPL", "Replacement"))


def test_a_picklist_without_options_is_refused() -> None:
    plan = plan_fields([field("ENUM")], [])

    assert (plan.actions, codes([*plan.refused.values()])) == ((), ["FIELD_NO_OPTIONS"])


def test_a_picklist_whose_options_were_all_removed_is_not_emptied() -> None:
    plan = plan_fields([field("ENUM")], [_select(Option("GROWTH", "Growth"))])

    assert (plan.actions, codes([*plan.refused.values()])) == ((), ["FIELD_NO_OPTIONS"])


OPTION_CASES: list[tuple[str, Sequence[Option], Sequence[Option] | None]] = [
    (
        "in step",
        _options(("REPL", "Replacement"), ("GROWTH", "Growth")),
        None,
    ),
    (
        "one was added in ChartHop",
        _options(("GROWTH", "Growth")),
        _options(("GROWTH", "Growth"), ("REPL", "Replacement")),
    ),
    (
        "one was renamed in ChartHop",
        _options(("GROWTH", "Growing"), ("REPL", "Replacement")),
        _options(("GROWTH", "Growth"), ("REPL", "Replacement")),
    ),
    (
        "one was removed in ChartHop",
        _options(("GROWTH", "Growth"), ("REPL", "Replacement"), ("OLD", "Old")),
        _options(("GROWTH", "Growth"), ("REPL", "Replacement")),
    ),
    (
        "one that is archived already is no reason to write",
        (
            *_options(("GROWTH", "Growth"), ("REPL", "Replacement")),
            Option("OLD", "Old", is_archived=True),
        ),
        None,
    ),
    (
        "one was archived by hand in Ashby",
        (Option("GROWTH", "Growth", is_archived=True), Option("REPL", "Replacement")),
        _options(("GROWTH", "Growth"), ("REPL", "Replacement")),
    ),
    (
        "made by hand under the same labels: their values stay",
        _options(("Growth", "Growth"), ("2", " replacement ")),
        _options(("Growth", "Growth"), ("2", "Replacement")),
    ),
    (
        "the same in another order, with other spaces around",
        _options(("REPL", "Replacement "), ("GROWTH", " Growth")),
        None,
    ),
    (
        "made by hand under other labels",
        _options(("Growth", "Expansion")),
        _options(("GROWTH", "Growth"), ("REPL", "Replacement")),
    ),
]


@pytest.mark.parametrize(
    ("found", "written"), [case[1:] for case in OPTION_CASES], ids=[c[0] for c in OPTION_CASES]
)
def test_the_options_of_a_picklist(
    found: Sequence[Option], written: Sequence[Option] | None
) -> None:
    plan = plan_fields([PICKLIST], [_select(*found)])

    if written is None:
        assert plan.actions == ()
    else:
        assert plan.actions == (SetOptions("f1", "Note", tuple(written), "note", "Opening"),)


def test_a_label_in_another_unicode_form_is_no_reason_to_write() -> None:
    composed, decomposed = "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"
    picklist = field("ENUM", options=[("SIZE", decomposed)])

    assert plan_fields([picklist], [_select(Option("SIZE", composed))]).actions == ()


def test_a_hand_made_option_serves_only_one_of_two_options_of_the_same_label() -> None:
    twins = field("ENUM", options=[("A", "Same"), ("B", "Same")])

    (sent,) = plan_fields([twins], [_select(Option("hand", "Same"))]).actions

    assert isinstance(sent, SetOptions)
    assert [option.name for option in sent.options] == ["hand", "B"]


def test_a_multiple_choice_has_its_options_kept_likewise() -> None:
    several = field("ENUM_MULTI", options=[("A", "Aa"), ("B", "Bb")])
    found = definition("MultiValueSelect", options=[("A", "Aa")])

    assert plan_fields([several], [found]).actions == (
        SetOptions("f1", "Note", _options(("A", "Aa"), ("B", "Bb")), "note", "Opening"),
    )


def test_the_options_as_they_will_be_are_what_values_are_chosen_from() -> None:
    usable = plan_fields([PICKLIST], [_select(Option("GROWTH", "Growth"))]).usable

    assert [option.name for option in usable["note"].options] == ["GROWTH", "REPL"]
