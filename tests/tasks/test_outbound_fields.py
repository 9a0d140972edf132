"""Ticked fields: made once, kept in step, and refused with a reason; under both readings."""

from typing import Any

import pytest

from core.keys import field_key
from core.notes import codes
from tests.tasks.stage import LINK, STATUS, Stage

OPTIONS = [("GROWTH", "Growth"), ("REPL", "Replacement")]


@pytest.fixture
def ada(stage: Stage) -> str:
    """Somebody whose name is no id."""
    return stage.org.add_person("Ada", "Lovelace", workEmail="ada@example.com")


def tick(stage: Stage, *codes: str) -> None:
    stage.configure(f"synced_fields = {list(codes)}")


def add(stage: Stage, type_: str, code: str = "note", **more: Any) -> None:
    """A custom field of ChartHop that is ticked."""
    stage.org.add_field(code, more.pop("label", "Note"), type_, **more)
    tick(stage, code)


def definitions(stage: Stage) -> dict[str, tuple[str, str]]:
    """Title -> type and object of Ashby's custom fields, but for the sync's own."""
    return {
        field.title: (field.field_type, field.object_type)
        for field in stage.account.custom_fields.values()
        if not field.title.startswith("ChartHop ") and not field.archived
    }


def options(stage: Stage, title: str = "Note") -> dict[str, str]:
    """Value -> label of the options in use."""
    field = stage.account.field_titled(title, "Opening")
    return {one.value: one.label for one in field.options if not one.archived}


def refusal(stage: Stage, code: str) -> str:
    """Why a ticked field is not synced."""
    result = stage.deployment.result(f"field:{code}")
    assert result.outcome == "held"
    return result.reason or ""


# Definitions.


def test_the_sync_makes_its_own_two_fields_once(stage: Stage) -> None:
    stage.job()
    for _ in range(3):
        stage.sync()

    own = [
        (field.title, field.field_type)
        for field in stage.account.custom_fields.values()
        if field.object_type == "Opening"
    ]
    assert sorted(own) == [(LINK, "String"), (STATUS, "String")]


TYPES = [
    ("STRING", "short", "String", "short"),
    ("EMAIL", "a@example.com", "String", "a@example.com"),
    ("PHONE", "+15555550100", "String", "+15555550100"),
    ("TEXT", "two\nlines", "LongText", "two\nlines"),
    ("URL", "https://example.com/x", "Url", "https://example.com/x"),
    ("INTEGER", 7, "Number", 7),
    ("INTEGER", 0, "Number", 0),
    ("DECIMAL", 7.25, "Number", 7.25),
    ("PERCENT", 0.5, "Number", 0.5),
    ("BOOLEAN", False, "Boolean", False),
    ("TIMESTAMP", "2026-12-01T10:30:00Z", "Date", "2026-12-01T10:30:00.000Z"),
    (
        "MONEY",
        {"amount": 99.5, "currency": "USD"},
        "Currency",
        {"value": 99.5, "currencyCode": "USD"},
    ),
]


@pytest.mark.parametrize(("type_", "value", "there", "kept"), TYPES)
def test_a_field_is_made_with_its_type_and_holds_its_value(
    stage: Stage, type_: str, value: Any, there: str, kept: Any
) -> None:
    add(stage, type_)
    job = stage.opened(note=value)

    assert definitions(stage) == {"Note": (there, "Opening")}
    assert stage.value(job, "Note") == kept
    assert stage.told(job) == "created"
    stage.sync_quietly()


def test_a_date_is_a_day(stage: Stage) -> None:
    add(stage, "DATE")
    job = stage.opened(note="2026-12-01")

    assert definitions(stage) == {"Note": ("Date", "Opening")}
    assert stage.account.field_titled("Note", "Opening").date_only
    assert stage.value(job, "Note")[:10] == "2026-12-01"
    stage.sync_quietly()


@pytest.mark.parametrize(
    ("type_", "plural", "value", "there", "kept"),
    [
        ("ENUM", "SINGLE", "GROWTH", "ValueSelect", "GROWTH"),
        ("ENUM_SCALE", "SINGLE", "REPL", "ValueSelect", "REPL"),
        ("ENUM_MULTI", "SINGLE", ["REPL", "GROWTH"], "MultiValueSelect", ["REPL", "GROWTH"]),
        ("ENUM", "SET", ["GROWTH"], "MultiValueSelect", ["GROWTH"]),
    ],
)
def test_a_picklist_is_made_with_its_options_and_holds_its_choice(
    stage: Stage, type_: str, plural: str, value: Any, there: str, kept: Any
) -> None:
    add(stage, type_, plural=plural, values=OPTIONS)
    job = stage.opened(note=value)

    assert definitions(stage) == {"Note": (there, "Opening")}
    assert options(stage) == dict(OPTIONS)
    assert stage.value(job, "Note") == kept
    stage.sync_quietly()


def test_persons_groups_and_jobs_are_told_by_name(stage: Stage, ada: str) -> None:
    squad = stage.org.add_group("team", "Squad One")
    lead = stage.job("Team lead", recruit="Passive")
    for code, type_ in (("boss", "PERSON"), ("squad", "GROUP"), ("after", "JOB")):
        stage.org.add_field(code, code.title(), type_)
    stage.org.add_field("panel", "Panel", "PERSON", plural="LIST")
    tick(stage, "boss", "squad", "after", "panel")
    job = stage.opened(boss=ada, squad=squad, after=lead, panel=[ada, ada])

    told = {title: stage.value(job, title) for title in ("Boss", "Squad", "After", "Panel")}
    assert told == {
        "Boss": "Ada Lovelace",
        "Squad": "Squad One",
        "After": "Team lead",
        "Panel": "Ada Lovelace, Ada Lovelace",
    }
    stage.sync_quietly()


def test_every_field_of_a_new_opening_goes_in_the_one_call_that_carries_the_link(
    stage: Stage,
) -> None:
    for code in ("one", "two", "three"):
        stage.org.add_field(code, code.title(), "STRING")
    tick(stage, "one", "two", "three")
    stage.sync()
    stage.deployment.forget_calls()
    stage.job(one="1", two="2", three="3")
    stage.sync()

    assert stage.written() == ["opening.create", "customField.setValues"]
    (call,) = stage.calls("customField.setValues")
    assert len(call.body["values"]) == 5


def test_a_field_that_is_ticked_later_reaches_the_openings_that_are_there(stage: Stage) -> None:
    stage.org.add_field("note", "Note", "STRING")
    job, closed = stage.job(note="hello"), stage.job(note="too late", recruit="Passive")
    stage.sync()
    tick(stage, "note")
    stage.sync()

    assert stage.value(job, "Note") == "hello"
    assert stage.openings(closed) == []
    stage.sync_quietly()


def test_a_field_that_is_unticked_is_written_no_more_and_what_is_there_stays(
    stage: Stage,
) -> None:
    add(stage, "STRING")
    job = stage.opened(note="hello")
    tick(stage)
    stage.edit(job, note="changed")
    stage.sync_quietly()

    assert stage.value(job, "Note") == "hello"

    tick(stage, "note")
    stage.sync()
    assert stage.value(job, "Note") == "changed"
    assert len(definitions(stage)) == 1


def test_a_value_is_edited_and_put_right(stage: Stage) -> None:
    add(stage, "STRING")
    job = stage.opened(note="hello")
    stage.edit(job, note="changed")
    stage.sync()
    assert stage.value(job, "Note") == "changed"

    stage.account.set_opening_field(stage.opening(job)["id"], "Note", "a recruiter's")
    stage.sync()
    assert stage.value(job, "Note") == "changed"
    assert stage.told(job) == "updated"
    stage.sync_quietly()


def test_a_field_made_by_hand_of_the_right_type_is_used(stage: Stage) -> None:
    made = stage.account.add_custom_field("note", "String")
    stage.account.add_custom_field("Note", "Number", objectType="Offer")
    add(stage, "STRING")
    job = stage.opened(note="hello")

    assert stage.value(job, "note") == "hello"
    assert [id_ for id_, one in stage.account.custom_fields.items() if one.title == "note"] == [
        made
    ]
    assert len(definitions(stage)) == 2
    stage.sync_quietly()


def test_a_field_made_by_hand_of_another_type_is_refused_and_explained(stage: Stage) -> None:
    stage.account.add_custom_field("Note", "Number")
    add(stage, "STRING")
    job = stage.opened(note="hello")

    assert "already has a field Note of type Number" in refusal(stage, "note")
    assert stage.told(job) == "created"
    stage.sync_quietly()


def test_a_field_that_somebody_archived_is_not_made_again(stage: Stage) -> None:
    add(stage, "STRING")
    job = stage.opened(note="hello")
    (note,) = [id_ for id_, one in stage.account.custom_fields.items() if one.title == "Note"]
    stage.account.archive_custom_field(note)
    stage.edit(job, note="changed", title="Edited")
    stage.sync()

    assert "is archived in Ashby" in refusal(stage, "note")
    assert definitions(stage) == {}
    assert stage.says(job)["description"] == "Edited"
    stage.sync_quietly()


@pytest.mark.parametrize("title", [LINK, STATUS])
def test_an_archived_field_of_the_sync_s_own_stops_it_until_it_is_back(
    stage: Stage, title: str
) -> None:
    jobs = [stage.job(), stage.job(req="ENG-1")]
    stage.sync()
    before = len(stage.account.custom_fields)
    field = stage.account.field_id(title)
    stage.account.archive_custom_field(field)
    stage.edit(jobs[0], title="Lead")
    new = stage.job(req="ENG-2")
    for _ in range(2):
        stage.deployment.forget_calls()
        sync = stage.sync(full=True)
        assert codes(sync.problems) == ["OWN_FIELD_ARCHIVED"]
        assert title in str(sync.problems[0])
        assert stage.deployment.writes() == []
    assert len(stage.account.custom_fields) == before

    stage.account.restore_custom_field(field)
    stage.sync()
    assert [len(stage.openings(job)) for job in (*jobs, new)] == [1, 1, 1]
    assert stage.says(jobs[0])["description"] == "Lead"
    stage.sync_quietly()


def test_an_archived_field_of_hires_stops_hires_alone(stage: Stage) -> None:
    stage.sync()
    field = stage.account.field_id("ChartHop Person ID", "Application")
    stage.account.archive_custom_field(field)
    job = stage.job()
    sync = stage.sync()

    assert codes(sync.problems) == ["OWN_FIELD_ARCHIVED"]
    assert stage.told(job) == "created"
    assert len([one for one in stage.account.custom_fields.values() if "Person" in one.title]) == 1


def test_a_label_that_is_changed_keeps_its_field(stage: Stage) -> None:
    add(stage, "STRING")
    job = stage.opened(note="hello")
    stage.org.edit_field("note", label="Remark")
    stage.edit(job, note="changed")
    stage.sync()
    stage.flush()
    stage.sync()

    assert definitions(stage) == {"Note": ("String", "Opening")}
    assert stage.value(job, "Note") == "changed"
    stage.sync_quietly()


def test_labels_that_are_swapped_keep_their_fields(stage: Stage) -> None:
    for code in ("one", "two"):
        stage.org.add_field(code, code.title(), "STRING")
    tick(stage, "one", "two")
    job = stage.opened(one="1", two="2")
    stage.org.edit_field("one", label="Two")
    stage.org.edit_field("two", label="One")
    stage.sync()

    assert [stage.value(job, title) for title in ("One", "Two")] == ["1", "2"]
    assert len(definitions(stage)) == 2
    stage.sync_quietly()


# Options.


def test_options_are_added_renamed_and_removed_and_the_full_list_is_sent(stage: Stage) -> None:
    add(stage, "ENUM", values=OPTIONS)
    job, other = stage.job(note="GROWTH"), stage.job(note="REPL")
    stage.sync()
    changed = [("GROWTH", "Growing"), ("NEW", "New one")]
    stage.org.edit_field("note", values=changed)
    stage.edit(other, note="NEW")
    stage.deployment.forget_calls()
    stage.sync()

    assert options(stage) == dict(changed)
    (call,) = stage.calls("customField.updateSelectableValues")
    assert len(call.body["selectableValues"]) == 2
    assert stage.value(job, "Note") == "GROWTH"
    assert stage.value(other, "Note") == "NEW"
    stage.sync_quietly()


def test_an_option_that_was_removed_and_comes_back_is_in_use_again(stage: Stage) -> None:
    add(stage, "ENUM", values=OPTIONS)
    job = stage.opened(note="REPL")
    for values in (OPTIONS[:1], OPTIONS):
        stage.org.edit_field("note", values=values)
        stage.sync()

    assert options(stage) == dict(OPTIONS)
    assert stage.value(job, "Note") == "REPL"
    stage.sync_quietly()


def test_a_choice_whose_option_was_removed_is_left_out_and_told(stage: Stage) -> None:
    add(stage, "ENUM", values=OPTIONS)
    job = stage.opened(note="REPL")
    stage.org.edit_field("note", values=OPTIONS[:1])
    stage.edit(job, title="Edited")
    stage.sync()

    assert stage.says(job)["description"] == "Edited"
    assert stage.told(job) == "updated: UNMAPPABLE"
    stage.sync_quietly()


def test_options_made_by_hand_under_the_same_labels_keep_their_values(stage: Stage) -> None:
    by_hand = [{"label": "growth", "value": "1"}, {"label": "Replacement ", "value": "2"}]
    stage.account.add_custom_field("Note", "ValueSelect", selectableValues=by_hand)
    add(stage, "ENUM", values=OPTIONS)
    job = stage.opened(note="REPL")

    assert options(stage) == {"1": "Growth", "2": "Replacement"}
    assert stage.value(job, "Note") == "2"
    stage.sync_quietly()


def test_an_option_that_a_recruiter_changed_is_put_right(stage: Stage) -> None:
    add(stage, "ENUM", values=OPTIONS)
    stage.job(note="REPL")
    stage.sync()
    field = stage.account.field_titled("Note", "Opening")
    field.options[0].label = "My label"
    field.options[1].archived = True
    stage.account.touch(field)
    stage.later()
    stage.sync()

    assert options(stage) == dict(OPTIONS)
    stage.sync_quietly()


# Refusals.


@pytest.mark.parametrize(
    ("type_", "more"),
    [
        ("FILE", {}),
        ("PAY_INTERVAL", {}),
        ("STRING", {"plural": "LIST"}),
        ("STRING", {"expr": "headcount + 1"}),
        ("EXPR", {"expr": "headcount + 1"}),
        ("SOME_NEW_TYPE", {}),
    ],
)
def test_a_field_without_a_match_is_refused_by_name_and_type_and_the_others_go_on(
    stage: Stage, type_: str, more: dict[str, Any]
) -> None:
    stage.org.add_field("odd", "Odd one", type_, **more)
    stage.org.add_field("note", "Note", "STRING")
    tick(stage, "odd", "note")
    job = stage.opened(note="hello")

    assert refusal(stage, "odd").startswith(f"Odd one cannot be synced: its type {type_}")
    assert stage.value(job, "Note") == "hello"
    stage.sync_quietly()


def test_a_built_in_field_is_refused_with_that_sentence(stage: Stage) -> None:
    tick(stage, "department")
    stage.sync()

    assert "is a built-in field: only custom fields can be ticked" in refusal(stage, "department")


def test_an_unknown_code_names_the_nearest_ones_and_the_others_go_on(stage: Stage) -> None:
    stage.org.add_field("hiringReason", "Hiring reason", "STRING")
    tick(stage, "hiringReson", "hiringReason")
    job = stage.opened(hiringReason="growth")

    assert "(nearest: hiringReason)" in refusal(stage, "hiringReson")
    assert stage.value(job, "Hiring reason") == "growth"


def test_a_refusal_is_forgotten_once_it_is_mended(stage: Stage) -> None:
    tick(stage, "note")
    stage.sync()
    assert "has no custom field note" in refusal(stage, "note")

    add(stage, "STRING")
    stage.sync()
    assert stage.deployment.memory().results.get(field_key("note")) is None


def test_a_field_that_is_deleted_in_chart_hop_is_refused_and_the_jobs_go_on(
    stage: Stage,
) -> None:
    add(stage, "STRING")
    job = stage.opened(note="hello")
    stage.org.remove_field("note")
    stage.edit(job, title="Edited")
    stage.sync()

    assert "has no custom field note" in refusal(stage, "note")
    assert stage.says(job)["description"] == "Edited"
    assert stage.value(job, "Note") == "hello"


# Values.

UNFIT = [
    ("URL", "https://good.example.com", "not a url"),
    ("INTEGER", 3, "three"),
    ("DATE", "2026-12-01", "someday"),
    ("MONEY", {"amount": 1, "currency": "USD"}, {"amount": 1, "currency": "Taler"}),
]


@pytest.mark.parametrize(("type_", "good", "bad"), UNFIT)
def test_a_value_that_the_field_cannot_hold_is_left_out_and_the_rest_goes(
    stage: Stage, type_: str, good: Any, bad: Any
) -> None:
    add(stage, type_)
    new, old = stage.job(note=bad), stage.job(note=good)
    stage.sync()
    kept = stage.value(old, "Note")
    stage.edit(old, note=bad, title="Edited")
    stage.sync()

    assert stage.told(new) == "unchanged: UNMAPPABLE"
    assert stage.value(new, "Note") is None
    assert stage.told(old) == "updated: UNMAPPABLE"
    assert stage.says(old)["description"] == "Edited"
    assert stage.value(old, "Note") == kept
    assert str(bad) not in (stage.result(old).reason or "")
    stage.sync_quietly()


EMPTIED: list[tuple[str, Any, Any]] = [
    ("STRING", "text", None),
    ("STRING", "text", ""),
    ("INTEGER", 7, None),
    ("BOOLEAN", True, None),
    ("DATE", "2026-12-01", None),
    ("MONEY", {"amount": 1, "currency": "USD"}, None),
    ("MONEY", {"amount": 1, "currency": "USD"}, ""),
    ("MONEY", {"amount": 1, "currency": "USD"}, []),
    ("ENUM", "GROWTH", None),
    ("ENUM_MULTI", ["GROWTH"], []),
    ("ENUM_MULTI", ["GROWTH"], None),
]


@pytest.mark.parametrize(("type_", "value", "empty"), EMPTIED)
def test_an_emptied_value_clears_the_field_if_ashby_takes_null_and_never_becomes_something(
    stage: Stage, type_: str, value: Any, empty: Any
) -> None:
    add(stage, type_, values=OPTIONS if type_.startswith("ENUM") else ())
    job = stage.opened(note=value)
    kept = stage.value(job, "Note")
    stage.edit(job, note=empty, title="Edited")
    stage.sync()

    assert stage.says(job)["description"] == "Edited"
    if stage.deployment.ashby.oddities.null_clears:
        assert stage.value(job, "Note") is None
        assert stage.told(job) == "updated"
    else:
        assert stage.value(job, "Note") == kept
        assert stage.told(job) == "updated: CANNOT_CLEAR"
    stage.sync_quietly()

    stage.edit(job, note=value)
    stage.sync()
    assert stage.value(job, "Note") == kept
    stage.sync_quietly()


def test_an_empty_field_beside_a_full_one_stops_nothing(stage: Stage) -> None:
    for code in ("one", "two"):
        stage.org.add_field(code, code.title(), "STRING")
    tick(stage, "one", "two")
    job = stage.opened(one="1", two="2")
    stage.edit(job, one=None, two="3")
    stage.sync()

    assert stage.value(job, "Two") == "3"
    stage.sync_quietly()


@pytest.mark.parametrize("when", ["new", "there"])
def test_a_value_that_ashby_refuses_against_all_expectation_keeps_nothing_else_away(
    stage: Stage, when: str
) -> None:
    for code in ("one", "two"):
        stage.org.add_field(code, code.title(), "STRING")
    tick(stage, "one", "two")
    job = stage.opened(recruit="Passive" if when == "new" else "Active")
    stage.sync()
    # No list tells that the field takes numbers only by now.
    stage.account.field_titled("One", "Opening").field_type = "Number"
    stage.edit(job, recruit="Active", title="Edited", one="1", two="2")
    stage.sync()

    assert stage.value(job, "Two") == "2"
    assert stage.value(job, "One") is None
    assert stage.value(job, STATUS) == "Active"
    assert stage.says(job)["description"] == "Edited"
    outcome = {"new": "created", "there": "updated"}[when]
    assert stage.told(job) == f"{outcome}: UNMAPPABLE"
    assert "field One is left out: Ashby refused it (invalid_input)" in (
        stage.result(job).reason or ""
    )
    for _ in range(2):
        stage.sync_quietly()
        assert stage.told(job) == "unchanged: UNMAPPABLE"


def test_what_reads_back_in_another_form_is_not_written_again_and_again(stage: Stage) -> None:
    add(stage, "STRING")
    job = stage.opened(note="hello")
    stage.edit(job, note="Hello again")

    def in_capitals(answer: Any) -> Any:
        stage.account.set_opening_field(stage.opening(job)["id"], "Note", "HELLO AGAIN")
        return {**answer, "results": [{**answer["results"][0], "value": "HELLO AGAIN"}]}

    stage.fault("/customField.setValues", "altered", times=9, alter=in_capitals)
    stage.sync()
    stage.deployment.forget_calls()
    stage.sync()
    assert stage.deployment.writes() == []
    stage.sync_quietly()

    assert stage.told(job) == "unchanged: STORED_OTHERWISE"
    assert "Note" in (stage.result(job).reason or "")
