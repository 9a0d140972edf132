"""How ChartHop's lists, jobs and fields are read, in whatever form they come."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import httpx
import pytest

from core import reasons
from core.errors import AnswerLost, KeyRefused, NeedsHuman, Rejected, TryLater
from core.records import Field, Job, Option, Value
from systems.charthop.client import Client, headers
from systems.charthop.hris import JOB_CODES, ChartHopHris
from tests.core.samples import field
from tests.systems.line import Line, json_reply

ID, OTHER = "670405b2c8e3d13247cfef5d", "670405b2c8e3d13247cfef5e"


@pytest.fixture
def hris(charthop: Line) -> ChartHopHris:
    return ChartHopHris(Client(charthop.wire, "acme"))


def page(*rows: dict[str, Any], next_: str | None = None) -> httpx.Response:
    return json_reply({"data": list(rows), **({"next": next_} if next_ else {})})


def row(id_: str = ID, **codes: Any) -> dict[str, Any]:
    return {"id": id_, "title": "Engineer", "state": "OPEN", "recruit": "ACTIVE", **codes}


@pytest.fixture
def read(charthop: Line, hris: ChartHopHris) -> Callable[..., Job]:
    """Read one listed job out of such a row."""

    def read_one(*fields: Field, **codes: Any) -> Job:
        charthop.say(page(row(**codes)))
        (job,) = hris.open_jobs(fields)
        return job

    return read_one


# Lists.


def test_open_jobs_are_asked_for_and_nothing_about_the_status(
    charthop: Line, hris: ChartHopHris
) -> None:
    charthop.say(page(row()))

    hris.open_jobs([field(code="note"), field("GROUP", "squad"), field("JOBS", "after")])

    (query,) = charthop.queries()
    assert query["q"] == "is:open"
    assert query["fields"].split(",") == [
        *JOB_CODES, "note", "squad", "squad.name", "after", "after.title",
    ]  # fmt: skip
    assert charthop.sent[0].url.path == "/v2/org/acme/job"


def test_pages_are_read_to_the_end_from_the_cursor_as_it_was_given(
    charthop: Line, hris: ChartHopHris
) -> None:
    charthop.say(page(row("a"), row("b"), next_="b"), page(row("c"), next_="c"), page(row("d")))

    assert [job.id for job in hris.open_jobs([])] == ["a", "b", "c", "d"]
    assert [query.get("from") for query in charthop.queries()] == [None, "b", "c"]


def test_a_cursor_that_includes_its_row_gives_the_job_once(
    charthop: Line, hris: ChartHopHris
) -> None:
    charthop.say(page(row("a"), row("b"), next_="b"), page(row("b", title="Later"), row("c")))

    jobs = hris.open_jobs([])

    assert [job.id for job in jobs] == ["a", "b", "c"]
    assert jobs[1].title == "Later"


def test_a_cursor_that_repeats_means_that_the_list_is_not_complete(
    charthop: Line, hris: ChartHopHris
) -> None:
    charthop.say(page(row("a"), next_="a"), page(row("a"), next_="a"))

    with pytest.raises(TryLater) as caught:
        hris.open_jobs([])

    assert caught.value.reason.code == "INCOMPLETE_LIST"


def test_an_empty_page_ends_the_list(charthop: Line, hris: ChartHopHris) -> None:
    charthop.say(page(row("a"), next_="a"), page(next_="b"))

    assert len(hris.open_jobs([])) == 1


@pytest.mark.parametrize("text", ["", "snapshot currently building"])
def test_202_is_never_an_empty_list(charthop: Line, hris: ChartHopHris, text: str) -> None:
    charthop.say(*[httpx.Response(202, text=text)] * 3)

    with pytest.raises(TryLater) as caught:
        hris.open_jobs([])

    assert caught.value.reason.code == "NOT_READY"
    assert len(charthop.sent) == 3


def test_a_snapshot_that_is_ready_the_second_time_is_read(
    charthop: Line, hris: ChartHopHris
) -> None:
    charthop.say(httpx.Response(202), page(row("a"), next_="a"), httpx.Response(202), page(row()))

    assert len(hris.open_jobs([])) == 2


STRANGE: list[object] = [None, [], "text", {}, {"data": None}, {"data": {"id": ID}}, {"data": [1]}]


@pytest.mark.parametrize("body", STRANGE)
def test_an_answer_without_rows_is_not_an_empty_list(
    charthop: Line, hris: ChartHopHris, body: object
) -> None:
    charthop.say(json_reply(body))

    with pytest.raises(TryLater) as caught:
        hris.open_jobs([])

    assert caught.value.reason.code == "STRANGE_ANSWER"


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_may_not_list_is_refused_and_the_list_is_not_empty(
    charthop: Line, hris: ChartHopHris, status: int
) -> None:
    charthop.say(json_reply({"code": status, "message": "not authorized"}, status))

    with pytest.raises(KeyRefused):
        hris.open_jobs([])


def test_a_requisition_code_that_two_listed_jobs_share_is_none_of_either(
    charthop: Line, hris: ChartHopHris
) -> None:
    charthop.say(page(row("a", req="ENG-1"), row("b", req=" ENG-1 "), row("c", req="ENG-2")))

    assert [job.identifier for job in hris.open_jobs([])] == ["a", "b", "ENG-2"]


@pytest.mark.parametrize("code", ["Büro  1", "BÜRO 1", "Bu\u0308ro\u00a01"])
def test_two_codes_that_mean_the_same_identifier_are_shared_ones(
    charthop: Line, hris: ChartHopHris, code: str
) -> None:
    charthop.say(page(row("a", req="büro 1"), row("b", req=code), row("c"), row("d")))

    assert [job.identifier for job in hris.open_jobs([])] == ["a", "b", "c", "d"]


# One job.


def test_a_job_is_read_by_its_id(charthop: Line, hris: ChartHopHris) -> None:
    charthop.say(json_reply(row(recruit="Passive")))

    job = hris.job(ID, [])

    assert job is not None
    assert (job.id, job.status, job.is_open) == (ID, "Passive", True)
    assert charthop.sent[0].url.path == f"/v2/org/acme/job/{ID}"


@pytest.mark.parametrize("codes", [{"id": None}, {}])
def test_a_job_whose_row_does_not_name_it_is_still_the_one_that_was_asked_for(
    charthop: Line, hris: ChartHopHris, codes: dict[str, Any]
) -> None:
    charthop.say(json_reply({"title": "Engineer", "state": "OPEN", **codes}))

    job = hris.job(ID, [])

    assert job is not None
    assert job.id == ID


def test_a_job_may_come_in_an_envelope(charthop: Line, hris: ChartHopHris) -> None:
    charthop.say(json_reply({"data": row(title="Wrapped")}))

    job = hris.job(ID, [])

    assert job is not None
    assert job.title == "Wrapped"


@pytest.mark.parametrize(
    "body",
    [
        {"code": 404, "message": "job not found"},
        {"success": False, "errorInfo": {"code": "generic_internal_error"}},
        {"success": False, "errors": ["job_not_found"]},
    ],
)
def test_404_means_that_there_is_no_such_job(
    charthop: Line, hris: ChartHopHris, body: dict[str, Any]
) -> None:
    charthop.say(json_reply(body, 404))

    assert hris.job(ID, []) is None


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ([httpx.Response(202)] * 3, TryLater),
        ([httpx.Response(500)] * 3, TryLater),
        ([httpx.Response(200)], TryLater),
        ([httpx.Response(200, json=["odd"])], TryLater),
        ([httpx.Response(401)], KeyRefused),
        ([httpx.Response(403)], KeyRefused),
        ([httpx.Response(400)], Rejected),
    ],
    ids=["202", "500", "no body", "no object", "401", "403", "400"],
)
def test_any_other_answer_does_not_mean_that(
    charthop: Line, hris: ChartHopHris, replies: list[httpx.Response], kind: type[Exception]
) -> None:
    charthop.say(*replies)

    with pytest.raises(kind):
        hris.job(ID, [])


NO_IDS = [".", "..", "../x?y", "a/b", "a\nb", "\x1b[2J", "", " ", "é", "a" * 129, "%2e%2e", "a#b"]


@pytest.mark.parametrize("id_", NO_IDS)
def test_what_is_no_id_becomes_no_part_of_an_address(charthop: Line, id_: str) -> None:
    client = Client(charthop.wire, "acme")

    assert client.get_job(id_, []) is None
    for write in (
        lambda: client.update_person(id_, {}),
        lambda: client.update_job(id_, {}, "2026-11-01"),
        lambda: client.update_change(id_, {}),
        lambda: client.delete_change(id_),
        lambda: Client(charthop.wire, id_),
    ):
        with pytest.raises(NeedsHuman):
            write()
    assert charthop.sent == []


@pytest.mark.parametrize("id_", [one for one in NO_IDS if one])
def test_a_list_of_ids_that_are_none_is_a_strange_answer(
    charthop: Line, hris: ChartHopHris, id_: str
) -> None:
    charthop.say(*[page(row(id=id_))] * 3)

    with pytest.raises(TryLater):
        hris.open_jobs([])


@pytest.mark.parametrize("id_", NO_IDS)
def test_a_new_person_whose_id_is_none_is_looked_for(
    charthop: Line, hris: ChartHopHris, id_: str
) -> None:
    charthop.say(json_reply({"id": id_}))

    with pytest.raises(AnswerLost):
        hris.create_person({"name.last": "Public"})


NAMELESS: list[Any] = [None, 5, "a job", [], {}, {"id": None}, {"id": 7}, {"id": ".."}]


@pytest.mark.parametrize("bad", NAMELESS)
def test_a_row_without_an_id_keeps_no_other_job_away(
    charthop: Line, hris: ChartHopHris, bad: Any, caplog: pytest.LogCaptureFixture
) -> None:
    charthop.say(json_reply({"data": [bad, row(id="j1")]}))

    assert [job.id for job in hris.open_jobs([])] == ["j1"]
    assert "ChartHop lists 1 rows in a form that cannot be read (open jobs)" in caplog.text


@pytest.mark.parametrize(
    "codes",
    [
        {"contact.homeEmail": "Jane@example.net"},
        {"contact.homeEmail": None, "contact.workEmail": "jane@example.net"},
        {"contact": {"homeEmail": "jane@example.net", "workEmail": None}},
        {"contact.workEmail": None, "contact": {"workEmail": "jane@example.net"}},
    ],
)
def test_a_persons_addresses_in_every_form(
    charthop: Line, hris: ChartHopHris, codes: dict[str, Any]
) -> None:
    charthop.say(page({"id": ID, **codes}))
    assert [one.id for one in hris.persons_by_email(["jane@example.net"])] == [ID]


def test_a_reference_may_be_an_object_with_a_name(charthop: Line, hris: ChartHopHris) -> None:
    job, person = {"id": OTHER, "title": "Engineer"}, {"id": ID, "name": {"last": "Public"}}
    mail = {"contact.homeEmail": "jane@example.net"}
    change = {"id": "c1", "type": "HIRE", "jobId": job, "personId": person, "date": "2026-12-01"}
    charthop.say(
        page({"id": ID, "jobId": job, **mail}), page(change), json_reply(row(personId=person))
    )
    assert [one.job_id for one in hris.persons_by_email(["jane@example.net"])] == [OTHER]
    (hire,) = hris.hire_changes_of_job(OTHER)
    assert (hire.job_id, hire.person_id) == (OTHER, ID)
    read = hris.job(ID, [])
    assert read is not None and read.person_id == ID


@pytest.mark.parametrize(
    "codes",
    [
        {"hireMgr.contact.workEmail": "mia@example.com"},
        {"hireMgr": {"id": OTHER, "contact": {"workEmail": "mia@example.com"}}},
        {
            "hireMgr.contact.workEmail": None,
            "hireMgr": {"id": OTHER, "contact": {"workEmail": "mia@example.com"}},
        },
    ],
)
def test_a_hiring_manager_in_every_form(read: Callable[..., Job], codes: dict[str, Any]) -> None:
    assert read(**codes).hiring_manager == "mia@example.com"
    assert read(hireMgr=OTHER).hiring_manager is None


@pytest.mark.parametrize("bad", NAMELESS)
def test_a_row_without_an_id_may_be_the_person_that_is_looked_for(
    charthop: Line, hris: ChartHopHris, bad: Any
) -> None:
    person = {"id": "p1", "contact.personalEmail": "jane@example.net"}
    charthop.say(*[json_reply({"data": [person, bad]})] * 3)

    with pytest.raises(TryLater):
        hris.persons_by_email(["jane@example.net"])


@pytest.mark.parametrize("bad", [None, 5, "a change", []])
def test_a_row_that_is_none_may_be_the_hire_itself(
    charthop: Line, hris: ChartHopHris, bad: Any
) -> None:
    charthop.say(*[json_reply({"data": [bad]})] * 3)

    with pytest.raises(TryLater):
        hris.hire_changes_of_job("j1")


HIRE = {"id": "c1", "jobId": "j1", "personId": "p1", "type": "HIRE", "status": "ACTIVE"}


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (HIRE, None),
        ({}, None),
        ({**HIRE, "status": "active"}, None),
        ({**HIRE, "jobId": "j2"}, "the hire into another job"),
        ({**HIRE, "personId": "p2"}, "the hire of somebody else"),
        ({**HIRE, "status": "PROPOSED"}, "a hire that is PROPOSED"),
        ({**HIRE, "status": "CONFLICT"}, "a hire that is CONFLICT"),
        ({**HIRE, "status": "Jane Public"}, "a hire that is not in force"),
    ],
)
def test_a_hire_is_made_with_one_call_whose_answer_says_so(
    charthop: Line, hris: ChartHopHris, answer: dict[str, Any], what: str | None
) -> None:
    charthop.say(json_reply(answer))

    def hire() -> None:
        hris.hire("j1", "p1", "2026-12-01", "2026-11-26", "o1", "a1")

    if what is None:
        hire()
    else:
        with pytest.raises(NeedsHuman) as caught:
            hire()
        assert caught.value.reason == reasons.HIRE_NOT_MADE(what=what)
    assert [request.url.path for request in charthop.sent] == ["/v1/org/acme/change/sync/HIRE"]


@pytest.mark.parametrize("bad", [None, 5, "a field", []])
def test_a_row_that_is_none_keeps_no_other_field_away(
    charthop: Line, hris: ChartHopHris, bad: Any
) -> None:
    charthop.say(json_reply({"data": [bad, {"name": "seat", "type": "INTEGER"}]}))

    assert [field.code for field in hris.custom_fields()] == ["seat"]


def test_the_key_is_a_bearer_token() -> None:
    assert headers("secret-key")["Authorization"] == "Bearer secret-key"


# Values in whatever form they come.

Read = Callable[..., Job]


EVERYTHING: dict[str, Any] = {
    "title": "Engineer", "recruit": "Active", "open": "OPEN", "state": None, "req": "R-1",
    "department.name": "Sales", "location.name": "Rome", "employment": "PART",
    "startDate": "2026-12-01", "hireMgr.contact.workEmail": "ines@example.com",
    "recruiter.contact.workEmail": "tom@example.com", "backfill": True, "sensitive": "HIGH",
    "scenarioId": "s", "personId": OTHER, "createDate": "2026-01-01", "note": "x",
}  # fmt: skip


def test_nothing_that_a_job_says_is_forgotten(read: Read) -> None:
    job = read(Field("note", "Note", "STRING"), **EVERYTHING)

    assert [
        one.name for one in fields(Job) if getattr(job, one.name) in (None, False, "", {})
    ] == []


@pytest.mark.parametrize("status", ["ACTIVE", "Active", "active"])
def test_a_status_stays_as_it_is_spelled(read: Read, status: str) -> None:
    assert read(recruit=status).status == status


def test_a_status_may_be_an_object(read: Read) -> None:
    assert read(recruit={"name": "ACTIVE", "label": "Active"}).status == "ACTIVE"


@pytest.mark.parametrize("nothing", [{"recruit": None}, {"recruit": ""}, {"recruit": []}])
def test_a_status_may_be_missing(read: Read, nothing: dict[str, Any]) -> None:
    assert read(**nothing).status is None


@pytest.mark.parametrize(
    ("codes", "is_open"),
    [
        ({"state": "OPEN"}, True),
        ({"state": "open"}, True),
        ({"state": "FILLED"}, False),
        ({"state": "START"}, False),
        ({"state": "DEPART"}, False),
        ({"state": None, "open": "OPEN"}, True),
        ({"state": None, "open": "FILLED"}, False),
        ({"state": None, "open": False}, False),
        ({"state": None, "open": "false"}, False),
        ({"state": None, "open": True}, True),
        ({"state": None}, True),
        ({"state": "OPEN", "open": "FILLED"}, True),
    ],
)
def test_whether_a_listed_job_is_open(read: Read, codes: dict[str, Any], is_open: bool) -> None:
    assert read(**codes).is_open is is_open


@pytest.mark.parametrize(("person", "is_open"), [(None, True), (OTHER, False)])
def test_a_job_read_by_id_that_does_not_say_its_state_is_open_while_nobody_is_in_it(
    charthop: Line, hris: ChartHopHris, person: str | None, is_open: bool
) -> None:
    charthop.say(json_reply({"title": "Engineer", "personId": person}))

    job = hris.job(ID, [])

    assert job is not None
    assert job.is_open is is_open


@pytest.mark.parametrize(
    "codes",
    [
        {"department.name": "Engineering"},
        {"department.name": " Engineering "},
        {"department": {"id": OTHER, "name": "Engineering"}},
        {"department": "Engineering"},
        {"department.name": ["Engineering", "Design"]},
        {"department.name": {"name": "Engineering"}},
    ],
)
def test_a_department_in_every_form(read: Read, codes: dict[str, Any]) -> None:
    assert read(**codes).department == "Engineering"


def test_a_location_likewise_and_of_several_the_first(read: Read) -> None:
    assert read(**{"location.name": ["Berlin", "Rome"]}).location == "Berlin"
    assert read(location={"id": OTHER, "name": "Rome"}).location == "Rome"


@pytest.mark.parametrize(
    ("codes", "start"),
    [
        ({"startDatePlanned": "2026-12-01", "startDate": "2027-01-01"}, "2026-12-01"),
        ({"startDatePlanned": None, "startDate": "2027-01-01"}, "2027-01-01"),
        ({"startDate": "2027-01-01"}, "2027-01-01"),
        ({}, None),
    ],
)
def test_the_planned_start_goes_before_the_start(
    read: Read, codes: dict[str, Any], start: str | None
) -> None:
    assert read(**codes).start == start


@pytest.mark.parametrize(
    ("codes", "backfill"),
    [
        ({}, False),
        ({"backfill": None}, False),
        ({"backfill": True}, True),
        ({"backfill": False}, False),
        ({"backfill": "true"}, True),
        ({"backfill": "Yes"}, True),
        ({"backfill": "No"}, False),
        ({"backfill": ""}, False),
        ({"backfillJob": OTHER}, True),
        ({"backfillJob": {"id": OTHER, "name": "Old job"}}, True),
        ({"backfill": False, "backfillJob": None}, False),
    ],
)
def test_a_backfill(read: Read, codes: dict[str, Any], backfill: bool) -> None:
    assert read(**codes).is_backfill is backfill


@pytest.mark.parametrize(
    ("level", "confidential"),
    [
        ("HIGH", True),
        ("PRIVATE", True),
        ("high", True),
        ({"name": "PRIVATE"}, True),
        ("MANAGER", False),
        ("SENSITIVE", False),
        ("ORG", False),
        (None, False),
    ],
)
def test_a_confidential_job(read: Read, level: object, confidential: bool) -> None:
    assert read(sensitive=level).is_confidential is confidential


@pytest.mark.parametrize(("scenario", "planned"), [(None, False), ("", False), (OTHER, True)])
def test_a_job_of_a_scenario(read: Read, scenario: str | None, planned: bool) -> None:
    assert read(scenarioId=scenario).in_scenario is planned


@pytest.mark.parametrize("title", ["🚀 Engineer", "مهندس", "<b>x</b>", "x" * 300])
def test_a_title_is_read_as_it_is(read: Read, title: str) -> None:
    assert read(title=title).title == title


@pytest.mark.parametrize("title", [None, "", "   ", [], {}])
def test_a_title_that_is_none(read: Read, title: object) -> None:
    assert read(title=title).title == ""


def test_fields_that_nobody_asked_for_are_ignored(read: Read) -> None:
    job = read(newField={"deep": [1, 2]}, salaryBand="secret")

    assert "secret" not in str(job)


def test_a_job_that_cannot_be_told_apart_is_left_out(charthop: Line, hris: ChartHopHris) -> None:
    charthop.say(page({"title": "Nobody"}, {"jobId": OTHER, "title": "By its other name"}))

    assert [job.id for job in hris.open_jobs([])] == [OTHER]


VALUES: list[tuple[Field, dict[str, Any], Value]] = [
    (field("STRING"), {"note": "text"}, "text"),
    (field("STRING"), {}, None),
    (field("STRING"), {"note": None}, None),
    (field("INTEGER"), {"note": 0}, 0),
    (field("BOOLEAN"), {"note": False}, False),
    (field("ENUM"), {"note": "GROWTH"}, "GROWTH"),
    (field("ENUM"), {"note": "Growth"}, "Growth"),
    (field("ENUM"), {"note": {"name": "GROWTH", "label": "Growth"}}, "GROWTH"),
    (field("ENUM"), {"note": ["GROWTH"]}, ["GROWTH"]),
    (field("ENUM", plural="SET"), {"note": ["A", {"name": "B"}, None]}, ["A", "B"]),
    (field("ENUM_MULTI"), {"note": []}, []),
    (field("ENUM_SCALE"), {"note": 3}, "3"),
    (
        field("MONEY"),
        {"note": {"amount": 5, "currency": "USD", "places": 0}},
        {"amount": 5, "currency": "USD"},
    ),
    (field("MONEY"), {"note": None}, None),
    (field("MONEY"), {"note": {"worth": 5}}, {"worth": 5}),
    (field("PERSON"), {"note": ID, "note.name": "Ada Lovelace"}, "Ada Lovelace"),
    (field("PERSON"), {"note": ID, "note.name": {"first": "Ada", "last": "L."}}, "Ada L."),
    (field("PERSON"), {"note": {"id": ID, "name": "Ada"}}, "Ada"),
    (field("PERSON"), {"note": ID}, None),
    (field("PERSON"), {"note": ID, "note.name": None}, None),
    (field("PERSON"), {"note": {"id": ID, "name": "Ada"}, "note.name": None}, "Ada"),
    (field("PERSONS"), {"note": [ID, OTHER], "note.name": ["Ada", "Grace"]}, "Ada, Grace"),
    (field("PERSONS"), {"note": [{"id": ID, "name": "Ada"}, {"id": OTHER}]}, "Ada"),
    (field("GROUP"), {"note": ID, "note.name": "Squad"}, "Squad"),
    (field("JOB"), {"note": ID, "note.title": "Lead"}, "Lead"),
    (field("JOBS"), {"note": [ID], "note.title": ["Lead", None]}, "Lead"),
]


@pytest.mark.parametrize(("one", "codes", "value"), VALUES)
def test_the_value_of_a_ticked_field(
    read: Read, one: Field, codes: dict[str, Any], value: Value
) -> None:
    found = read(one, **codes).fields["note"]

    assert found == value
    assert type(found) is type(value)


# Field definitions.


def definition(**more: Any) -> dict[str, Any]:
    return {"name": "note", "label": "Note", "type": "STRING", **more}


def test_a_field_definition(charthop: Line, hris: ChartHopHris) -> None:
    values = [{"name": "GROWTH", "label": "Growth"}, {"name": "X"}, {"label": "no code"}]
    charthop.say(
        page(definition(type="enum", plural="set", sensitive="high", values=values, entityType="X"))
    )

    assert hris.custom_fields() == [
        Field(
            code="note",
            label="Note",
            type="ENUM",
            plural="SET",
            entity="X",
            sensitive="HIGH",
            options=(Option("GROWTH", "Growth"), Option("X", "X")),
        )
    ]
    assert charthop.queries()[0]["builtin"] == "custom"


@pytest.mark.parametrize(
    "row_",
    [
        definition(builtIn=True),
        definition(status="HIDDEN"),
        definition(name=None),
        definition(type=None),
        definition(values="odd"),
    ],
)
def test_a_definition_that_is_of_no_use(
    charthop: Line, hris: ChartHopHris, row_: dict[str, Any]
) -> None:
    charthop.say(page(row_, definition(name="other")))

    assert [one.code for one in hris.custom_fields()] == ["other"]


@pytest.mark.parametrize(
    ("more", "smart"),
    [
        ({}, False),
        ({"expr": "headcount + 1"}, True),
        ({"type": "EXPR"}, True),
        ({"type": "ENUM_EXPR"}, True),
    ],
)
def test_a_smart_field_is_told_apart(
    charthop: Line, hris: ChartHopHris, more: dict[str, Any], smart: bool
) -> None:
    charthop.say(page(definition(**more)))

    assert hris.custom_fields()[0].is_smart is smart


@pytest.mark.parametrize(
    ("more", "read_only"),
    [
        ({"readonly": True}, True),
        ({"options": {"readOnly": True}}, True),
        ({"readonly": False, "options": {"readOnly": True, "max": 5}}, True),
        ({"readonly": None, "options": {"readOnly": None}}, False),
        ({"options": None}, False),
        ({"options": {}}, False),
        ({"options": []}, False),
        ({"options": ["a"]}, False),
        ({"options": "x"}, False),
        ({"options": {"readOnly": []}}, False),
        ({"options": {"readOnly": "Yes"}}, True),
        ({"readonly": []}, False),
        ({"readonly": "true", "builtIn": ""}, True),
    ],
)
def test_either_mark_makes_a_field_read_only(
    charthop: Line, hris: ChartHopHris, more: dict[str, Any], read_only: bool
) -> None:
    charthop.say(page(definition(**more)))

    assert hris.custom_fields()[0].is_read_only is read_only


def test_choices_are_read_by_their_code_and_pay_without_what_is_derived(
    charthop: Line, hris: ChartHopHris
) -> None:
    growth = {"id": "x", "name": "GROWTH", "label": "Growth"}
    money = {"amount": 5, "currency": "USD"}
    pay = {"interval": "YEARLY", "pay": money, "hoursPerWeek": 20}
    more = {**pay, "pay": {**money, "formatted": "$5"}, "annualized": 5, "label": "5 a year"}
    charthop.say(httpx.Response(200, json={"one": growth, "many": [growth, "B"], "baseComp": more}))

    codes = ["one", "many", "baseComp", "none"]
    assert hris.job_values(ID, codes, "2026-12-01") == {
        "one": "GROWTH",
        "many": ["GROWTH", "B"],
        "baseComp": pay,
        "none": None,
    }


def test_a_field_without_a_label_is_called_by_its_code(charthop: Line, hris: ChartHopHris) -> None:
    charthop.say(page(definition(label=None)))

    assert hris.custom_fields()[0].label == "note"


def test_the_built_in_fields_have_no_such_mark(charthop: Line, hris: ChartHopHris) -> None:
    charthop.say(page(definition(name="title"), definition(name="recruit", type="ENUM")))

    assert [one.code for one in hris.built_in_fields()] == ["title", "recruit"]
