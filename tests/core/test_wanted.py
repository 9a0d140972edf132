"""What the opening of a job should say, and what is to be written so that it says it."""

from dataclasses import replace
from typing import Any

import pytest

from core.actions import (
    AddTo,
    ClearValues,
    RemoveFrom,
    SetValues,
    UpdateOpening,
)
from core.catalogue import Catalogue, by_name, choose_close_reason
from core.edits import Edits, edits
from core.gathered import GatheredJob
from core.openings import ATTRIBUTES, LABELS, LOOKUPS, Opening, OpeningDetails
from core.outcomes import Change
from core.records import CloseReason, Entry, Job, Lookup
from core.wanted import Wanted, wanted_opening
from tests.core.samples import (
    CATALOGUE,
    JOB,
    LINK,
    STATUS,
    codes,
    definition,
    field,
    job,
    opening,
)


def wanted(**changes: Any) -> Wanted:
    return wanted_opening(job(**changes), CATALOGUE)


def said(**changes: Any) -> OpeningDetails:
    return wanted(**changes).details


def edited(opening_: Opening, job_: Job = JOB, catalogue: Catalogue = CATALOGUE) -> Edits:
    return edits(job_, opening_, wanted_opening(job_, catalogue), catalogue)


# The table of issue: one attribute of the opening after the other.


@pytest.mark.parametrize(
    ("charthop", "ashby"),
    [
        ("FULL", "FullTime"),
        ("PART", "PartTime"),
        ("TEMP", "Temporary"),
        ("CONTRACT", "Contract"),
        ("INTERN", "Intern"),
        ("EXPAT", "FullTime"),
        ("full", "FullTime"),
        (" part ", "PartTime"),
        ("Full-time", "FullTime"),
        ("Part-time", "PartTime"),
        ("Part Time", "PartTime"),
        ("Temporary", "Temporary"),
        ("Contractor", "Contract"),
        ("Internship", "Intern"),
        ("International", "FullTime"),
        ("", "FullTime"),
        (None, "FullTime"),
    ],
)
def test_employment(charthop: str | None, ashby: str) -> None:
    assert said(employment=charthop).employment_type == ashby


def test_the_identifier_is_the_requisition_code_else_the_id_of_the_job() -> None:
    assert said(requisition="ENG-7").identifier == "ENG-7"
    assert said(requisition=None).identifier == JOB.id


TITLES = {
    "accents": "Geschäftsführerin für Qualität",
    "emoji": "Rocket engineer 🚀👩🏽‍🚀",
    "right to left": "مهندس برمجيات",
    "right-to-left marks": "\u202bמנהל מוצר\u202c",
    "markup": "<b>Engineer</b> & <script>alert(1)</script>",
    "quotes": "\"Head\" of 'Things' \\ {x} %s",
    "300 characters": "x" * 300,
    "lines": "Engineer\nsecond line",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_title_is_taken_as_it_is(title: str) -> None:
    assert said(title=title).title == title


def test_outer_spaces_of_a_title_do_not_count() -> None:
    assert said(title="  Engineer ").title == "Engineer"
    assert edited(opening(title=" Engineer  ")).actions == ()


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2026-12-01", "2026-12-01"),
        ("2026-12-01T00:00:00.000Z", "2026-12-01"),
        ("2026-12-01T23:30:00-08:00", "2026-12-01"),
        ("2028-02-29", "2028-02-29"),
        (None, None),
        ("", None),
    ],
)
def test_a_start_date_is_the_calendar_day_it_begins_with(start: str | None, day: str) -> None:
    found = wanted(start=start)

    assert (found.details.target_start, found.notes) == (day, ())


@pytest.mark.parametrize(
    "start", ["soon", "2026-13-01", "2027-02-29", "01.12.2026", "20261201", "2026-12-1 ", "0"]
)
def test_a_date_that_is_none_is_left_out_and_told(start: str) -> None:
    found = wanted(start=start)

    assert (found.details.target_start, codes(found.notes)) == (None, ["NO_DATE"])


@pytest.mark.parametrize("name", ["Engineering", "engineering", "  ENGINEERING "])
def test_a_department_is_found_by_name_whatever_its_case_and_outer_spaces(name: str) -> None:
    assert said(department=name).department_id == "d1"


@pytest.mark.parametrize("name", ["Berlin", "berlin", " BERLIN\t"])
def test_a_location_is_found_likewise(name: str) -> None:
    assert said(location=name).location_ids == ("l1",)


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_job_without_department_and_location_asks_for_none(nothing: str | None) -> None:
    found = wanted(department=nothing, location=nothing)

    assert (found.details.department_id, found.details.location_ids, found.notes) == (None, (), ())


def test_names_that_ashby_does_not_have_are_told_by_name() -> None:
    found = wanted(department=" Robotics ", location="Mars")

    assert (found.details.department_id, found.details.location_ids) == (None, ())
    assert codes(found.notes) == ["NO_DEPARTMENT", "NO_LOCATION"]
    assert "Robotics:" in str(found.notes[0])
    assert "Mars:" in str(found.notes[1])


def test_of_two_places_of_a_name_none_is_guessed() -> None:
    twice = Catalogue(
        **{
            **vars(CATALOGUE),
            "lookups": {
                Lookup.DEPARTMENTS: by_name([Entry("d1", "Sales"), Entry("d2", " sales")]),
                Lookup.LOCATIONS: by_name([Entry("l1", "Rome"), Entry("l2", "ROME")]),
            },
        }
    )

    found = wanted_opening(job(department="Sales", location="Rome"), twice)

    assert (found.details.department_id, found.details.location_ids) == (None, ())
    assert codes(found.notes) == ["TWO_DEPARTMENTS", "TWO_LOCATIONS"]


def test_archived_places_do_not_count() -> None:
    assert by_name([Entry("a", "Rome", is_archived=True), Entry("b", "Rome ")]) == {
        "rome": [Entry("b", "Rome ")]
    }


# What is written.


def test_an_opening_that_says_what_it_should_needs_no_edit() -> None:
    assert edited(opening()) == Edits((), ())


def update(*changed: str, job_: Job = JOB) -> UpdateOpening:
    details = wanted_opening(job_, CATALOGUE).details
    return UpdateOpening("o1", details, frozenset(changed))


@pytest.mark.parametrize(
    "found",
    [
        {"identifier": "old"},
        {"title": "Old"},
        {"department_id": "d9"},
        {"target_start": "2026-11-01"},
        {"target_start": None},
        {"employment_type": "PartTime"},
        {"is_backfill": True},
    ],
    ids=str,
)
def test_what_differs_is_named_beside_all_that_is_wanted(found: dict[str, Any]) -> None:
    assert edited(opening(**found)).actions == (update(*found),)


DIFFERENT: dict[str, object] = {
    "identifier": "other",
    "title": "Other",
    "department_id": "d9",
    "location_ids": ("l9",),
    "employment_type": "Contract",
    "target_start": "2030-01-01",
    "is_backfill": True,
    "hiring_manager_ids": ("u9",),
    "recruiter_ids": ("u9",),
}


def test_no_attribute_of_an_opening_is_forgotten() -> None:
    assert set(DIFFERENT) == set(ATTRIBUTES)
    details = said(is_backfill=True)
    assert [name for name in ATTRIBUTES if not getattr(details, name)] == []


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_attribute_is_compared_told_by_its_name_and_counts_in_the_fingerprint(
    attribute: str,
) -> None:
    other = opening(**{attribute: DIFFERENT[attribute]})

    assert edited(other).actions
    assert [change.what for change in edited(other).changes] == [LABELS[attribute]]
    before, after = (GatheredJob(JOB, [one], [], CATALOGUE) for one in (opening(), other))
    assert before.fingerprint != after.fingerprint


@pytest.mark.parametrize(("attribute", "lookup"), LOOKUPS.items())
def test_another_entry_of_the_same_name_changes_the_fingerprint(
    attribute: str, lookup: Lookup
) -> None:
    moved = {
        name: [replace(one, id=f"new {one.id}") for one in entries]
        for name, entries in CATALOGUE.lookups[lookup].items()
    }
    other = replace(CATALOGUE, lookups={**CATALOGUE.lookups, lookup: moved})

    before, after = (GatheredJob(JOB, [], [], catalogue) for catalogue in (CATALOGUE, other))
    assert before.fingerprint != after.fingerprint
    assert attribute in ATTRIBUTES


def test_what_chart_hop_emptied_is_emptied_in_ashby() -> None:
    bare = job(department=None, location=None, start=None)
    done = edited(opening(), bare)

    assert done.actions == (
        update("department_id", "target_start", job_=bare),
        RemoveFrom("o1", "location_ids", "l1"),
    )


def test_what_ashby_cannot_say_is_left_as_it_is() -> None:
    unknown = job(department="Robotics", location="Mars", start="soon")

    assert edited(opening(), unknown).actions == ()


def test_a_first_location_is_an_edit_and_so_is_the_last() -> None:
    assert edited(opening(location_ids=())).actions == (AddTo("o1", "location_ids", "l1"),)
    assert edited(opening(), job(location=None)).actions == (
        RemoveFrom("o1", "location_ids", "l1"),
    )
    assert edited(opening(location_ids=())).changes == (Change("location", None, "Berlin"),)
    assert edited(opening(), job(location=None)).changes == (Change("location", "Berlin", None),)


def test_a_moved_job_gets_its_new_location_before_it_loses_the_old_one() -> None:
    done = edited(opening(location_ids=("l2", "l3")))

    assert done.actions == (
        AddTo("o1", "location_ids", "l1"),
        RemoveFrom("o1", "location_ids", "l2"),
        RemoveFrom("o1", "location_ids", "l3"),
    )
    assert done.changes == (Change("location", "l2, l3", "Berlin"),)


def test_link_and_status_are_put_right() -> None:
    done = edited(opening(values={"link": "someone else", "status": "Passive"}))

    assert done.actions == (SetValues("o1", {"link": JOB.id, "status": "Active"}),)
    assert done.changes == (
        Change(LINK.title, "someone else", JOB.id),
        Change(STATUS.title, "Passive", "Active"),
    )


def _with_field(value: Any, stored: Any, type_: str = "STRING") -> Edits:
    kinds = {"INTEGER": "Number", "BOOLEAN": "Boolean"}
    one, kept = field(type_), definition(kinds.get(type_, "String"))
    catalogue = Catalogue(**{**vars(CATALOGUE), "fields": [(one, kept)]})
    values = {"link": JOB.id, "status": "Active"} | ({} if stored is None else {"f1": stored})
    return edited(opening(values=values), job(fields={"note": value}), catalogue)


def test_a_ticked_field_is_written_with_all_others_in_one_action() -> None:
    one, two = (field(), definition()), (field("INTEGER", "seat"), definition("Number", id="f2"))
    catalogue = Catalogue(**{**vars(CATALOGUE), "fields": [one, two]})

    done = edited(opening(values={}), job(fields={"note": "hello", "seat": 3}), catalogue)

    assert done.actions == (
        SetValues("o1", {"link": JOB.id, "status": "Active", "f1": "hello", "f2": 3}),
    )


@pytest.mark.parametrize("empty", [None, "", "  ", []])
def test_an_emptied_value_is_cleared_last_and_never_written_as_something(empty: Any) -> None:
    done = _with_field(empty, "old")

    assert done.actions == (ClearValues("o1", {"f1": "Note"}),)


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_empty_value_that_is_empty_there_too_is_no_edit(empty: Any) -> None:
    assert _with_field(empty, None).actions == ()
    assert _with_field(empty, None, "INTEGER").actions == ()


def test_zero_is_a_value() -> None:
    assert _with_field(0, None, "INTEGER").actions == (SetValues("o1", {"f1": 0}),)
    assert _with_field(None, 0, "INTEGER").actions == (ClearValues("o1", {"f1": "Note"}),)


def test_a_value_that_does_not_fit_leaves_the_field_alone_and_is_told() -> None:
    one = (field("INTEGER"), definition("Number"))
    catalogue = Catalogue(**{**vars(CATALOGUE), "fields": [one]})
    values = {"link": JOB.id, "status": "Active", "f1": 4}
    poor = job(fields={"note": "four"})

    done = wanted_opening(poor, catalogue)

    assert codes(done.notes) == ["UNMAPPABLE"]
    assert edited(opening(values=values), poor, catalogue).actions == ()


# What is told of a change: nothing that may be about a person, no title that is confidential.


def test_texts_and_money_are_told_without_their_value() -> None:
    assert _with_field("secret plan", "old plan").changes == (Change("Note"),)


def test_a_number_is_told_without_its_value_because_it_may_be_pay() -> None:
    assert _with_field(4, 3, "INTEGER").changes == (Change("Note"),)


def test_a_yes_or_no_is_told_with_its_value() -> None:
    assert _with_field(True, False, "BOOLEAN").changes == (Change("Note", "no", "yes"),)


def test_a_title_is_told_unless_the_job_is_confidential() -> None:
    old = opening(title="Old")

    assert edited(old).changes == (Change("title", "Old", "Engineer"),)
    assert edited(old, job(is_confidential=True)).changes == (Change("title"),)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"identifier": "old"}, Change("identifier", "old", JOB.id)),
        ({"identifier": ""}, Change("identifier", None, JOB.id)),
        ({"department_id": None}, Change("department", None, "Engineering")),
        ({"target_start": "2026-11-01"}, Change("target start date", "2026-11-01", "2026-12-01")),
    ],
)
def test_the_rest_is_told_by_the_name_it_has_for_people(
    found: dict[str, Any], told: Change
) -> None:
    assert edited(opening(**found)).changes == (told,)
    confidential = edited(opening(**found), job(is_confidential=True))
    assert confidential.changes == (told,)


SHOWN: list[tuple[str, str, Any, str | None]] = [
    ("BOOLEAN", "Boolean", False, "no"),
    ("DATE", "Date", "2026-12-01", "2026-12-01T00:00:00.000Z"),
    ("ENUM", "ValueSelect", "A", "Aa"),
    ("ENUM_MULTI", "MultiValueSelect", ["A", "B"], "Aa, Bb"),
    ("INTEGER", "Number", 12, None),
    ("STRING", "String", "text", None),
    ("TEXT", "LongText", "text", None),
    ("URL", "Url", "https://example.com", None),
    ("MONEY", "Currency", {"amount": 1, "currency": "USD"}, None),
]


@pytest.mark.parametrize(("type_", "there", "value", "told"), SHOWN)
def test_which_values_of_fields_are_told(
    type_: str, there: str, value: Any, told: str | None
) -> None:
    options = [("A", "Aa"), ("B", "Bb")]
    pair = (field(type_, options=options), definition(there, options=options))
    catalogue = Catalogue(**{**vars(CATALOGUE), "fields": [pair]})

    done = edited(opening(), job(fields={"note": value}), catalogue)

    assert done.changes == (Change("Note", None, told),)


def test_employment_and_backfill_are_told_in_words() -> None:
    done = edited(opening(employment_type="PartTime", is_backfill=True))

    assert done.changes == (
        Change("employment type", "PartTime", "FullTime"),
        Change("backfill", "yes", "no"),
    )


# Close reasons.

REASONS = [CloseReason("r1", "Cancelled"), CloseReason("r2", "Closed in ChartHop")]


@pytest.mark.parametrize(
    ("known", "named", "chosen"),
    [
        (REASONS, "Closed in ChartHop", "r2"),
        (REASONS, " closed IN charthop", "r2"),
        (REASONS, "No such reason", "r1"),
        (REASONS, None, "r1"),
        ([], "Cancelled", None),
        ([], None, None),
    ],
)
def test_the_named_close_reason_else_the_first_else_none(
    known: list[CloseReason], named: str | None, chosen: str | None
) -> None:
    assert choose_close_reason(known, named) == chosen
