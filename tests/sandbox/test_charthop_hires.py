"""Persons and hires in the ChartHop sandbox."""

from typing import Any

import pytest

from tests.sandbox.sides import Make, Side

PERSONS = "/v2/org/acme/person"
CHANGES = "/v1/org/acme/change"


def jane(side: Side, **more: Any) -> Any:
    name = {"name": {"first": "Jane", "last": "Public"}}
    return side.client.post(PERSONS, json={**name, "contact.homeEmail": "jane@example.net", **more})


def hire(side: Side, job: str, person: str, date: str = "2026-12-01", **more: Any) -> Any:
    body = {"jobId": job, "personId": person, "type": "HIRE", "date": date, **more}
    body.setdefault("announceDate", "2026-11-23")
    return side.client.post(f"{CHANGES}/sync/HIRE", json=body)


def found(side: Side, q: str, everybody: bool = True) -> list[str]:
    query = {"q": q, "includeAll": str(everybody).lower(), "fields": "id"}
    answer = side.client.get(PERSONS, params=query)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["data"]]


@pytest.mark.parametrize(
    "name",
    [
        {"name": {"first": "Jane", "last": "Public"}},
        {"name": "Jane Public"},
        {"name.first": "Jane", "name.last": "Public"},
    ],
)
def test_a_person_is_made_from_every_form_of_name(charthop: Side, name: dict[str, Any]) -> None:
    made = charthop.client.post(PERSONS, json=name)
    assert made.status_code == 201
    assert charthop.home.person(made.json()["id"])["name"] == {"first": "Jane", "last": "Public"}


@pytest.mark.parametrize(
    "body",
    [
        {"name": {"first": "Jane"}},
        {"name": {"last": "P", "nick": "J"}},
        {"name": 7},
        {"name": "Jane Public", "contact.homeEmail": "nowhere"},
        {"name": {"last": "x" * 81}},
        [],
    ],
)
def test_a_person_that_is_none_is_refused(charthop: Side, body: Any) -> None:
    assert charthop.client.post(PERSONS, json=body).status_code == 400
    assert not charthop.home.persons


def test_a_phone_number_without_country_code_is_dropped_or_refused(
    charthop: Side, make_charthop: Make
) -> None:
    without = jane(charthop, **{"contact.mobilePhone": "555 0100"}).json()["id"]
    complete = jane(charthop, **{"contact.mobilePhone": "+1 555 555 0100"}).json()["id"]
    assert charthop.home.person(without)["contact.mobilePhone"] is None
    assert charthop.home.person(complete)["contact.mobilePhone"] == "+1 555 555 0100"
    strict = make_charthop(bad_phones="refused")
    assert jane(strict, **{"contact.mobilePhone": "555 0100"}).status_code == 400
    assert jane(strict, **{"contact.mobilePhone": "+1 555 555 0100"}).status_code == 201


def test_only_include_all_finds_those_who_left_or_never_had_a_job(charthop: Side) -> None:
    org = charthop.home
    never = org.add_person("Ada", "Moss", homeEmail="ada@example.net")
    left = org.add_person("Bo", "Fern", workEmail="Bo@example.com", departed=True)
    here = org.add_person("Cy", "Reed", workEmail="cy@example.com", job_id=org.add_job())
    query = 'contact.workEmail="bo@example.com" or contact.homeEmail="ADA@example.net"'
    assert found(charthop, query) == [never, left]
    assert found(charthop, query, everybody=False) == []
    assert found(charthop, 'contact.workEmail="cy@example.com"', everybody=False) == [here]
    assert found(charthop, f"id:{left}") == [left]
    assert org.person(left)["endDateOrg"] == "2025-06-30"
    assert found(charthop, f'jobId="{org.person(here)["jobId"]}"') == [here]


def test_comparison_may_have_regard_to_case(make_charthop: Make) -> None:
    side = make_charthop(equals="exact")
    person = side.home.add_person("Ada", "Moss", homeEmail="Ada@example.net")
    assert found(side, 'contact.homeEmail="ada@example.net"') == []
    assert found(side, 'contact.homeEmail:"ada@example.net"') == [person]


def test_a_taken_email_is_accepted_or_refused(make_charthop: Make) -> None:
    for way, status in (("accepted", 201), ("refused", 400)):
        side = make_charthop(duplicate_emails=way)
        side.home.add_person("Old", "Jane", workEmail="JANE@example.net", departed=True)
        assert jane(side).status_code == status


def test_a_hire_takes_the_job_off_the_open_list_at_once(charthop: Side) -> None:
    org = charthop.home
    job, person = org.add_job(startDatePlanned="2026-11-30"), jane(charthop).json()["id"]
    assert hire(charthop, job, person).status_code == 200
    row = org.job(job)
    assert (row["state"], row["personId"], row["startDate"]) == ("START", person, "2026-12-01")
    assert row["startDatePlanned"] == "2026-11-30"
    assert charthop.client.get("/v2/org/acme/job", params={"q": "is:open"}).json()["data"] == []
    assert found(charthop, f"id:{person}", everybody=False) == []
    charthop.clock.now += 20 * 86_400
    assert org.job(job)["state"] == "FILLED"
    assert found(charthop, f"id:{person}", everybody=False) == [person]


def test_an_unannounced_hire_shows_on_its_day(charthop: Side) -> None:
    job, person = charthop.home.add_job(), jane(charthop).json()["id"]
    hire(charthop, job, person, announceDate=None)
    assert charthop.home.job(job)["state"] == "OPEN"
    charthop.clock.now += 20 * 86_400
    assert charthop.home.job(job)["state"] == "FILLED"


def test_sync_gives_the_change_that_exists(charthop: Side) -> None:
    job, person = charthop.home.add_job(), jane(charthop).json()["id"]
    first = hire(charthop, job, person).json()
    again = hire(charthop, job, person, date="2027-01-01").json()
    assert again == first
    assert len(charthop.home.changes) == 1


def test_somebody_who_has_a_job_may_be_hired_into_another(make_charthop: Make) -> None:
    for way, status in (("refused", 400), ("accepted", 200)):
        side = make_charthop(second_job=way)
        person = side.home.add_person("Bo", "Fern", job_id=side.home.add_job())
        assert hire(side, side.home.add_job(), person).status_code == status


def test_sync_may_compare_the_date_too(make_charthop: Make) -> None:
    side = make_charthop(sync_key="job_person_date")
    job, person = side.home.add_job(), jane(side).json()["id"]
    first = hire(side, job, person).json()
    assert hire(side, job, person).json() == first
    assert hire(side, job, person, date="2027-01-01").json()["id"] != first["id"]


def test_hires_that_cannot_be_are_refused(charthop: Side) -> None:
    org = charthop.home
    job, person = org.add_job(createDate="2026-06-01"), jane(charthop).json()["id"]
    taken = org.add_job()
    org.fill_job(taken, org.add_person("Ada", "Moss"))
    employed = org.add_person("Bo", "Fern", job_id=org.add_job())
    before = charthop.sandbox.state()
    cases = [
        hire(charthop, job, person, date="2026-05-31"),
        hire(charthop, taken, person),
        hire(charthop, job, employed),
        hire(charthop, "0" * 24, person),
        hire(charthop, job, "0" * 24),
        hire(charthop, job, person, date="31/12/2026"),
        hire(charthop, job, person, type="MOVE"),
        hire(charthop, job, person, update={"title": "x"}),
        hire(charthop, job, person, huh=1),
        hire(charthop, org.add_job(scenarioId="5f00000000000000000000aa"), person),
    ]
    assert [case.status_code for case in cases] == [400] * len(cases)
    assert before["acme"]["changes"] == charthop.sandbox.state()["acme"]["changes"]


def test_a_dry_run_says_what_a_hire_would_say_and_does_nothing(make_charthop: Make) -> None:
    for answers in ("nothing", "change"):
        side = make_charthop(validate_answers=answers)
        job, person = side.home.add_job(), jane(side).json()["id"]
        before = side.sandbox.state()
        body = {"jobId": job, "personId": person, "date": "2026-12-01"}
        good = side.client.post(f"{CHANGES}/HIRE/validate", json=body)
        early = side.client.post(f"{CHANGES}/HIRE/validate", json={**body, "date": "2020-01-01"})
        assert (good.status_code, early.status_code) == (200, 400)
        assert (good.content == b"") == (answers == "nothing")
        assert side.sandbox.state() == before


def test_a_hire_is_listed_amended_and_cancelled(charthop: Side) -> None:
    org = charthop.home
    job, person = org.add_job(), jane(charthop).json()["id"]
    change = hire(charthop, job, person, note="by the sync").json()["id"]
    query = {"jobId": job, "personId": person, "type": "HIRE", "status": "ACTIVE"}
    listed = charthop.client.get(CHANGES, params=query).json()["data"]
    assert [one["id"] for one in listed] == [change]
    patch = charthop.client.patch
    assert patch(f"{CHANGES}/{change}", json={"date": "2026-12-15"}).status_code == 204
    assert patch(f"{CHANGES}/{change}", json={"date": "2020-12-15"}).status_code == 400
    assert charthop.client.get(f"{CHANGES}/{change}").json()["date"] == "2026-12-15"
    assert charthop.client.delete(f"{CHANGES}/{change}").status_code == 204
    assert org.job(job)["state"] == "OPEN"
    assert charthop.client.get(f"{CHANGES}/{change}").status_code == 404
    assert list(org.cancelled) == [change]


def test_a_struck_hire_leaves_the_job_open(charthop: Side) -> None:
    job, person = charthop.home.add_job(), jane(charthop).json()["id"]
    change = hire(charthop, job, person).json()["id"]
    charthop.client.patch(f"{CHANGES}/{change}", json={"status": "STRUCK"})
    assert charthop.home.job(job)["state"] == "OPEN"
    assert hire(charthop, job, person).json()["id"] != change


def test_somebody_who_left_is_hired_again_as_the_same_person(charthop: Side) -> None:
    org = charthop.home
    left = org.add_person("Bo", "Fern", departed=True)
    assert hire(charthop, org.add_job(), left).status_code == 200
    assert org.person(left)["jobId"] in org.jobs
    charthop.clock.now += 20 * 86_400
    assert org.person(left)["endDateOrg"] is None


def test_the_path_spells_the_type_in_one_way(make_charthop: Make) -> None:
    side = make_charthop(type_case="hire", hire_sets_pending=True, person_id_key="personId")
    job, person = side.home.add_job(), jane(side).json()["personId"]
    body = {"jobId": job, "personId": person, "type": "HIRE", "date": "2026-12-01"}
    assert side.client.post(f"{CHANGES}/sync/HIRE", json=body).status_code == 404
    assert side.client.post(f"{CHANGES}/sync/hire", json=body).status_code == 200
    assert side.home.job(job)["recruit"] == "PENDING"


def test_a_person_is_patched_and_read(make_charthop: Make) -> None:
    side = make_charthop(name_form="string", envelope=True)
    side.home.add_field("tshirt", "T-Shirt", "STRING", entityType="PERSON")
    person = jane(side).json()["id"]
    body = {"name.last": "Private", "tshirt": "M"}
    assert side.client.patch(f"{PERSONS}/{person}", json=body).status_code == 204
    row = side.client.get(f"{PERSONS}/{person}", params={"fields": "name,tshirt"}).json()
    assert row == {"data": {"name": "Jane Private", "tshirt": "M"}}
    assert side.client.get(f"{PERSONS}/nobody").status_code == 404
