"""What people do in the ChartHop sandbox by hand, and what can be made to go wrong there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.alterations import replaced
from tests.sandbox.sides import Make, Side

JOBS = "/v2/org/acme/job"
PERSONS = "/v2/org/acme/person"
CHANGES = "/v1/org/acme/change"


def listed(side: Side, path: str = JOBS, **query: Any) -> list[dict[str, Any]]:
    """The rows of a list."""
    answer = side.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def patch(side: Side, job: str, codes: dict[str, Any], day: str | None = None) -> Any:
    """The answer to a write to a job."""
    return side.client.patch(f"{JOBS}/{job}", params={"date": day} if day else {}, json=codes)


def hired(side: Side, day: str = "2026-12-15") -> tuple[str, str]:
    """A job, and a person hired into it through the API."""
    org = side.home
    job, person = org.add_job(), org.add_person("Jane", "Public", homeEmail="jane@example.net")
    body = {"jobId": job, "personId": person, "date": day, "announceDate": org.today()}
    assert side.client.post(f"{CHANGES}/sync/HIRE", json=body).status_code == 200
    return job, person


# Days.


@pytest.mark.parametrize(
    ("zone", "today"),
    [("America/Los_Angeles", "2026-11-22"), ("UTC", "2026-11-23"), ("Asia/Tokyo", "2026-11-23")],
)
def test_today_is_the_day_of_the_organization(charthop: Side, zone: str, today: str) -> None:
    charthop.clock.now = datetime(2026, 11, 23, 4, tzinfo=UTC).timestamp()
    org = charthop.home
    org.timezone = zone
    assert charthop.client.get("/v1/org/acme").json()["timezone"] == zone
    assert org.today() == today
    org.fill_job(org.add_job(), org.add_person("Ada", "Moss"))
    assert next(iter(org.changes.values())).date == today
    tomorrow = org.add_job("Clerk")
    patch(charthop, tomorrow, {"title": "Cook"}, "2026-11-23")
    assert org.job(tomorrow)["title"] == ("Clerk" if today == "2026-11-22" else "Cook")


def test_a_hire_announced_tomorrow_there_is_not_seen_today(charthop: Side) -> None:
    charthop.clock.now = datetime(2026, 11, 23, 4, tzinfo=UTC).timestamp()
    org = charthop.home
    org.timezone = "America/Los_Angeles"
    job, person = org.add_job(), org.add_person("Ada", "Moss")
    body = {"jobId": job, "personId": person, "date": "2026-12-01", "announceDate": "2026-11-23"}
    assert charthop.client.post(f"{CHANGES}/sync/HIRE", json=body).status_code == 200
    assert org.job(job)["personId"] is None
    charthop.sandbox.advance(5 * 3600)
    assert org.job(job)["personId"] == person


def test_pay_comes_back_on_a_later_day(charthop: Side) -> None:
    def pay(amount: int) -> dict[str, Any]:
        return {"baseComp": {"interval": "YEARLY", "pay": {"amount": amount, "currency": "USD"}}}

    def paid(day: str) -> Any:
        return charthop.home.job(job, day)["baseComp"]["pay"]["amount"]

    job = charthop.home.add_job()
    patch(charthop, job, pay(120000), "2026-12-15")
    patch(charthop, job, pay(99000), "2026-12-05")
    assert [paid(day) for day in ("2026-12-05", "2026-12-14", "2026-12-15")] == [
        99000,
        99000,
        120000,
    ]
    charthop.home.edit_job(job, pay(80000), date="2026-12-20")
    assert paid("2026-12-20") == 80000


def test_planned_pay_keeps_all_that_was_planned(charthop: Side) -> None:
    pay = {"interval": "HOURLY", "pay": {"amount": 45, "currency": "USD"}, "hoursPerWeek": 20}
    job = charthop.home.add_job(baseComp=pay)
    row = charthop.client.get(f"{JOBS}/{job}", params={"fields": "baseComp"}).json()
    assert row["baseComp"] == {**pay, "pay": {"amount": 45, "currency": "USD", "places": 0}}


# People.


def test_a_hire_is_moved_or_cancelled_by_hand(charthop: Side) -> None:
    job, _ = hired(charthop)
    charthop.home.move_hire(job, "2026-12-20")
    assert charthop.home.hire_of(job).date == "2026-12-20"
    assert listed(charthop, CHANGES, jobId=job)[0]["date"] == "2026-12-20"
    charthop.home.cancel_hire(job)
    assert charthop.home.hire_of(job) is None
    assert listed(charthop, CHANGES, jobId=job) == []
    assert charthop.home.job(job)["state"] == "OPEN"
    with pytest.raises(KeyError):
        charthop.home.move_hire(job, "2026-12-20")


def test_who_left_is_a_former_employee_with_addresses(charthop: Side) -> None:
    job, person = hired(charthop, "2026-11-20")
    charthop.home.edit_person(person, {"contact.workEmail": "jane@example.com"})
    charthop.home.depart_person(person)
    assert charthop.home.person(person)["endDateOrg"] == "2026-11-23"
    assert charthop.home.job(job)["state"] == "OPEN"
    assert listed(charthop, PERSONS) == []
    query = 'contact.workEmail="jane@example.com"'
    assert len(listed(charthop, PERSONS, q=query, includeAll="true")) == 1


@pytest.mark.parametrize("level", ["HIGH", "PRIVATE"])
def test_a_job_becomes_confidential(make_charthop: Make, level: str) -> None:
    side = make_charthop(access="RECRUIT_PRIMARY")
    job = side.home.add_job()
    assert len(listed(side)) == 1
    side.home.edit_job(job, sensitive=level)
    assert listed(side) == []
    assert side.home.job(job)["sensitive"] == level


@pytest.mark.parametrize("form", ["id", "object"])
def test_a_job_names_hiring_manager_and_recruiter(make_charthop: Make, form: str) -> None:
    side = make_charthop(person_values=form)
    org = side.home
    boss = org.add_person("Ada", "Moss", workEmail="ada@example.com", job_id=org.add_job("Boss"))
    scout = org.add_person("Bo", "Fern", workEmail="bo@example.com")
    job = org.add_job("Clerk", hireMgr=boss, recruiter=scout)
    codes = ["hireMgr.contact.workEmail", "recruiter.contact.workEmail", "recruiter.name"]
    row = side.client.get(f"{JOBS}/{job}", params={"fields": ",".join(codes)}).json()
    assert row == dict(zip(codes, ["ada@example.com", "bo@example.com", "Bo Fern"], strict=True))


# Values that are refused.


def test_one_value_is_refused(charthop: Side) -> None:
    org = charthop.home
    org.add_field("seat", "Seat", "INTEGER")
    job = org.add_job()
    org.refuse_value("seat", 13)
    org.refuse_value("contact.mobilePhone", names_field=False)
    refused = patch(charthop, job, {"title": "x", "seat": 13})
    assert (refused.status_code, "seat" in refused.json()["message"]) == (400, True)
    assert org.job(job)["title"] == "Engineer"
    assert patch(charthop, job, {"seat": 12}).status_code == 204
    body = {"name": "Jane Public", "contact.mobilePhone": "+15555550100"}
    refused = charthop.client.post(PERSONS, json=body)
    assert (refused.status_code, "obile" in refused.json()["message"]) == (400, False)
    org.accept_value("contact.mobilePhone")
    assert charthop.client.post(PERSONS, json=body).status_code == 201
    org.refuse_value("seat", message="no such seat")
    assert patch(charthop, job, {"seat": 1}).json()["message"] == "no such seat"
    assert patch(charthop, job, {"seat": None}).status_code == 204


@pytest.mark.parametrize("named", [True, False])
def test_a_refused_value_names_its_field_or_not(make_charthop: Make, named: bool) -> None:
    side = make_charthop(refusals_name_fields=named)
    org = side.home
    org.add_field("badge", "Badge", "STRING", isUnique=True)
    org.add_field("code", "Code", "STRING", max_length=3)
    org.add_field("reason", "Reason", "ENUM", values=[("A", "a")])
    job = org.add_job(badge="B-1")
    other = org.add_job()
    for codes in ({"badge": "B-1"}, {"code": "long"}, {"reason": "Z"}):
        refused = patch(side, other, codes)
        assert refused.status_code == 400
        assert any(code in refused.json()["message"] for code in codes) is named
    assert patch(side, job, {"badge": "B-1", "code": "abc", "reason": "A"}).status_code == 204
    fields = listed(side, "/v1/org/acme/field")
    assert [field["isUnique"] for field in fields] == [True, False, False]


def test_a_row_of_a_list_is_strange(charthop: Side) -> None:
    org = charthop.home
    job, person = hired(charthop)
    change = org.hire_of(job).id
    field = org.add_field("seat", "Seat", "INTEGER")
    for record, path in (
        (job, JOBS),
        (person, PERSONS + "?includeAll=true"),
        (change, CHANGES),
        (field, "/v1/org/acme/field"),
    ):
        for how, shown in (
            (replaced("nothing that can be read"), ["nothing that can be read"]),
            (replaced({}), [{}]),
        ):
            org.alter_row(record, how)
            assert charthop.client.get(path).json()["data"] == shown
        org.show_row(record)
        assert record in str(charthop.client.get(path).json()["data"])
    assert charthop.client.get(f"{JOBS}/{job}").json()["id"] == job


# Late lists.


def test_lists_of_jobs_and_persons_are_late_and_single_reads_are_not(charthop: Side) -> None:
    org = charthop.home
    old = org.add_job("Clerk", **{"department.name": "Sales"})
    org.lag_lists(20)
    org.rename_group("department", "Sales", "Revenue")
    org.edit_job(old, title="Cook")
    org.add_job("Waiter")
    person = charthop.client.post(PERSONS, json={"name": "Jane Public"}).json()["id"]
    asked = {"fields": "title,department.name"}
    shown = [{"title": "Clerk", "department.name": "Sales"}]
    assert listed(charthop, **asked) == shown
    assert charthop.client.get(f"{JOBS}/{old}", params=asked).json()["title"] == "Cook"
    assert listed(charthop, PERSONS, includeAll="true") == []
    assert charthop.client.get(f"{PERSONS}/{person}").status_code == 200
    charthop.sandbox.advance(20)
    assert [row["title"] for row in listed(charthop, **asked)] == ["Cook", "Waiter"]
    assert len(listed(charthop, PERSONS, includeAll="true")) == 1


def test_a_hire_is_late_in_the_list_of_jobs(make_charthop: Make) -> None:
    side = make_charthop(hire_sets_pending=True)
    side.home.lag_lists(20)
    side.sandbox.advance(20)
    job, _ = hired(side)
    side.sandbox.advance(19)
    assert listed(side) == []
    assert len(listed(side, CHANGES, jobId=job)) == 1
    side.sandbox.advance(1)
    row = listed(side, fields="state,recruit")[0]
    assert row == {"state": "START", "recruit": "PENDING"}
    side.home.lag_lists(20, "change")
    side.home.cancel_hire(job)
    assert len(listed(side, CHANGES, jobId=job)) == 1
    assert listed(side, fields="state")[0]["state"] == "OPEN"
    side.home.lag_lists(0)
    assert listed(side, CHANGES, jobId=job) == []
