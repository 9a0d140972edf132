"""Jobs, queries, pages and rows of the ChartHop sandbox."""

from typing import Any

import pytest

from sandbox.charthop import ChartHopOddities
from sandbox.charthop.carrot import BadExpression, compiled
from tests.sandbox.sides import Make, Side

JOBS = "/v2/org/acme/job"
PERSONS = "/v2/org/acme/person"


def rows(side: Side, q: str | None = None, **query: Any) -> list[dict[str, Any]]:
    parameters = {**({"q": q} if q else {}), **query}
    answer = side.client.get(JOBS, params=parameters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def titles(side: Side, q: str | None = None, **query: Any) -> list[str]:
    return [row["title"] for row in rows(side, q, fields="title", **query)]


def test_a_key_opens_its_own_organization_only(charthop: Side) -> None:
    other = charthop.sandbox.add_org("globex", "other")
    get = charthop.client.get
    assert get("/v1/org/acme").json()["id"] == charthop.home.id
    assert get(f"/v2/org/{charthop.home.id}/job").status_code == 200
    assert get(f"/v2/org/{other.id}/job").status_code == 401
    assert get("/v2/org/nowhere/job").status_code == 404
    assert get("/v1/user/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert get("/v2/org/acme/nothing").status_code == 404
    assert get("/v1/user/me").json()["orgs"][0]["access"] == "PRIMARY"


def test_rows_have_flat_dotted_keys_and_only_what_was_asked_for(charthop: Side) -> None:
    codes = {"department.name": "Sales", "location.name": "Berlin"}
    job = charthop.home.add_job("Clerk", **codes, req="R-1", hiringReason="x")
    found = rows(charthop, fields="id,title,department.name,location.name,req,recruit,state,huh")
    assert found == [
        {
            "id": job,
            "title": "Clerk",
            "department.name": "Sales",
            "location.name": "Berlin",
            "req": "R-1",
            "recruit": "ACTIVE",
            "state": "OPEN",
        }
    ]


def test_a_contains_match_takes_inactive_for_active(charthop: Side) -> None:
    for status in ("Active", "Inactive", "Passive"):
        charthop.home.add_job(status, status)
    assert titles(charthop, "recruit:active") == ["Active", "Inactive"]
    assert titles(charthop, "recruit='active'") == ["Active"]
    assert titles(charthop, "recruit!='active' and !(recruit:pass)") == ["Inactive"]
    assert titles(charthop, 'title="Passive" || recruit="Active"') == ["Active", "Passive"]


def test_open_filled_and_starting_jobs_are_told_apart(charthop: Side) -> None:
    org = charthop.home
    for title in ("open", "filled", "starting"):
        org.add_job(title)
    _, filled, starting = list(org.jobs)
    org.fill_job(filled, org.add_person("Ada", "Moss"))
    org.fill_job(starting, org.add_person("Bo", "Fern"), date="2026-12-01")
    assert titles(charthop, "is:open") == ["open"]
    assert titles(charthop, "is:start") == ["starting"]
    assert titles(charthop, "open:filled") == ["filled", "starting"]
    assert titles(charthop, f"jobId:{filled}") == ["filled"]
    assert titles(charthop, "is:hire", ids=f"{filled},{starting}") == []
    assert [org.job(job)["state"] for job in org.jobs] == ["OPEN", "FILLED", "START"]


@pytest.mark.parametrize("query", ["is:", "(is:open", "is:open)", "= x", "title", "nosuch:x"])
def test_a_query_that_is_none_is_refused(charthop: Side, query: str) -> None:
    assert charthop.client.get(JOBS, params={"q": query}).status_code == 400


def test_an_expression_names_its_codes() -> None:
    assert compiled("Title:a and (x.Y='b' or !z>1)").codes == {"title", "x.y", "z"}
    with pytest.raises(BadExpression):
        compiled("title:'a")


def test_scenario_jobs_are_hidden_without_their_scenario(charthop: Side) -> None:
    job = charthop.home.add_job("dream", scenarioId="5f00000000000000000000aa")
    assert titles(charthop) == []
    assert charthop.client.get(f"{JOBS}/{job}").status_code == 404
    assert titles(charthop, scenarioId="5f00000000000000000000aa") == ["dream"]


def test_a_weak_key_sees_neither_confidential_jobs_nor_future_hires(make_charthop: Make) -> None:
    weak = make_charthop(access="RECRUIT_PRIMARY")
    org = weak.home
    org.add_job("secret", sensitive="HIGH")
    job = org.add_job("plain", baseComp={"interval": "YEARLY", "pay": {"amount": 1}})
    org.fill_job(job, org.add_person("Ada", "Moss"), date="2026-12-01")
    assert titles(weak) == ["plain"]
    row = weak.client.get(f"{JOBS}/{job}").json()
    assert (row["state"], row["personId"], row["baseComp"]) == ("OPEN", None, None)
    assert weak.client.get("/v1/org/acme/change", params={"jobId": job}).json()["data"] == []


def page_through(side: Side, limit: int) -> tuple[list[str], int]:
    seen, cursor, pages = [], None, 0
    while True:
        query: dict[str, str] = {"limit": str(limit), "fields": "title"}
        if cursor is not None:
            query["from"] = cursor
        answer = side.client.get(JOBS, params=query).json()
        pages += 1
        seen += [row["title"] for row in answer["data"]]
        cursor = answer.get("next")
        if cursor is None:
            return seen, pages


def test_pages_follow_each_other(make_charthop: Make) -> None:
    side = make_charthop(max_limit=3)
    for number in range(7):
        side.home.add_job(f"{number}")
    assert page_through(side, 500) == (["0", "1", "2", "3", "4", "5", "6"], 3)


def test_an_inclusive_cursor_repeats_its_row(make_charthop: Make) -> None:
    side = make_charthop(from_inclusive=True)
    for number in range(4):
        side.home.add_job(f"{number}")
    assert page_through(side, 2) == (["0", "1", "1", "2", "2", "3"], 3)


def test_a_page_goes_on_where_the_cursor_row_was_deleted(charthop: Side) -> None:
    jobs = [charthop.home.add_job(f"{number}") for number in range(4)]
    charthop.home.delete_job(jobs[1])
    assert titles(charthop, **{"from": jobs[1]}) == ["2", "3"]


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "many"}, {"date": "tomorrow"}, {"huh": "1"}, {"sort": "-title"}],
)
def test_parameters_that_the_api_does_not_have_are_refused(
    charthop: Side, query: dict[str, str]
) -> None:
    answer = charthop.client.get(JOBS, params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, 400)


def test_a_patch_takes_effect_on_its_day(charthop: Side) -> None:
    job = charthop.home.add_job("Clerk")
    pay = {"interval": "YEARLY", "pay": {"amount": 90000, "currency": "USD"}}
    patch = charthop.client.patch
    assert patch(f"{JOBS}/{job}", json={"recruit": "PENDING"}).status_code == 204
    later = patch(f"{JOBS}/{job}", params={"date": "2026-12-01"}, json={"baseComp": pay})
    assert later.status_code == 204
    assert charthop.home.job(job)["recruit"] == "PENDING"
    assert charthop.home.job(job)["baseComp"] is None
    assert charthop.home.job(job, "2026-12-01")["baseComp"]["pay"]["amount"] == 90000
    assert rows(charthop, date="2026-12-24", fields="baseComp")[0]["baseComp"]["pay"]["places"] == 0
    charthop.clock.now += 10 * 86_400
    assert rows(charthop, fields="baseComp")[0]["baseComp"]["interval"] == "YEARLY"


@pytest.mark.parametrize(
    "codes",
    [
        {"title": ""},
        {"title": "x" * 161},
        {"recruit": "active"},
        {"startDatePlanned": "soon"},
        {"baseComp": {"interval": "YEARLY"}},
        {"seat": "12"},
        {"seat": True},
        {"reason": "Growth"},
        {"tags": "A"},
        {"tags": ["C"]},
        {"smart": 1},
        {"cost": {"amount": "1", "currency": "USD"}},
        {"site": "ftp://example.com"},
        {"when": "2026-12-01"},
    ],
)
def test_values_that_do_not_fit_are_refused(charthop: Side, codes: dict[str, Any]) -> None:
    org = charthop.home
    org.add_field("seat", "Seat", "INTEGER")
    org.add_field("reason", "Reason", "ENUM", values=[("GROWTH", "Growth")])
    org.add_field("tags", "Tags", "ENUM_MULTI", values=[("A", "a"), ("B", "b")])
    org.add_field("smart", "Smart", "INTEGER", expr="1 + 1")
    org.add_field("cost", "Cost", "MONEY")
    org.add_field("site", "Site", "URL")
    org.add_field("when", "When", "TIMESTAMP")
    job = org.add_job()
    before = charthop.sandbox.state()
    assert charthop.client.patch(f"{JOBS}/{job}", json=codes).status_code == 400
    assert charthop.sandbox.state() == before


def test_custom_values_come_back_as_they_were_written(charthop: Side) -> None:
    org = charthop.home
    org.add_field("cost", "Cost", "MONEY")
    org.add_field("tags", "Tags", "ENUM_MULTI", values=[("A", "a"), ("B", "b")])
    job = org.add_job()
    values = {"cost": {"amount": 1.5, "currency": "EUR"}, "tags": ["B"]}
    assert charthop.client.patch(f"{JOBS}/{job}", json=values).status_code == 204
    row = rows(charthop, fields="cost,tags")[0]
    assert row == {"cost": {"amount": 1.5, "currency": "EUR", "places": 0}, "tags": ["B"]}
    assert charthop.client.patch(f"{JOBS}/{job}", json={"tags": None}).status_code == 204
    assert rows(charthop, fields="tags") == [{"tags": None}]
    org.remove_field("tags")
    assert rows(charthop, fields="tags") == [{}]


def test_a_weak_key_may_not_write(make_charthop: Make) -> None:
    side = make_charthop(access="VIEW")
    job = side.home.add_job()
    assert side.client.patch(f"{JOBS}/{job}", json={"title": "x"}).status_code == 401
    access = side.client.get("/v1/org/acme/access/entity/job", params={"action": "read,update"})
    assert access.json()["access"] == [{"allowed": [{"action": "read"}]}]


def test_references_read_as_ids_or_objects_and_their_names_flat(make_charthop: Make) -> None:
    for form in ("id", "object"):
        side = make_charthop(person_values=form)
        org = side.home
        person = org.add_person("Ada", "Moss", workEmail="ada@example.com")
        org.add_field("buddy", "Buddy", "PERSON")
        org.add_field("helpers", "Helpers", "PERSON", plural="LIST")
        boss = org.add_job("Boss", job_id=None)
        org.fill_job(boss, person)
        org.add_job("x", buddy=person, helpers=[person], manager=boss)
        asked = "buddy,buddy.name,helpers.name,manager.name,manager.contact.workEmail"
        row = rows(side, "title=x", fields=asked)[0]
        assert row.pop("buddy") == (person if form == "id" else {"id": person, "name": "Ada Moss"})
        assert row == {
            "buddy.name": "Ada Moss",
            "helpers.name": ["Ada Moss"],
            "manager.name": "Boss",
            "manager.contact.workEmail": "ada@example.com",
        }


def test_groups_are_renamed(charthop: Side) -> None:
    charthop.home.add_job("x", **{"department.name": "Sales", "location.name": "Oslo"})
    charthop.home.rename_group("department", "Sales", "Revenue")
    assert rows(charthop, fields="department.name") == [{"department.name": "Revenue"}]


# The switches.


@pytest.mark.parametrize("case", ["Active", "ACTIVE", "active"])
def test_the_recruiting_status_has_one_spelling(make_charthop: Make, case: str) -> None:
    side = make_charthop(recruit_case=case)
    job = side.home.add_job()
    assert rows(side, fields="recruit") == [{"recruit": case}]
    fields = side.client.get("/v1/org/acme/field/built-in").json()["data"]
    names = next(f["values"] for f in fields if f["name"] == "recruit")
    assert names[0] == {"name": case, "label": "Active", "sort": 0}
    wrong = "active" if case != "active" else "ACTIVE"
    assert side.client.patch(f"{JOBS}/{job}", json={"recruit": wrong}).status_code == 400
    assert side.client.patch(f"{JOBS}/{job}", json={"recruit": case}).status_code == 204


def test_lists_are_not_ready_after_a_write(make_charthop: Make) -> None:
    side = make_charthop(stale_reads=2)
    job = side.home.add_job("x")
    statuses = [side.client.get(JOBS).status_code for _ in range(3)]
    assert statuses == [202, 202, 200]
    assert side.client.get(f"{JOBS}/{job}").status_code == 200
    side.client.patch(f"{JOBS}/{job}", json={"title": "y"})
    assert side.client.get(PERSONS).status_code == 202


def test_unknown_codes_are_ignored_or_refused(make_charthop: Make) -> None:
    for way, status in (("ignored", 200), ("refused", 400)):
        side = make_charthop(unknown_codes=way)
        job = side.home.add_job()
        assert side.client.get(JOBS, params={"fields": "id,huh"}).status_code == status
        written = side.client.patch(f"{JOBS}/{job}", json={"huh": 1}).status_code
        assert written == (204 if way == "ignored" else 400)


def test_the_other_setting_answers_in_another_form(make_charthop: Make) -> None:
    side = make_charthop(ChartHopOddities.other())
    org = side.home
    org.add_field("reason", "Reason", "ENUM", values=[("GROWTH", "Growth")])
    job = org.add_job("x", reason="GROWTH")
    row = side.client.get(f"{JOBS}/{job}", params={"fields": "title,reason,req"}).json()
    assert row == {"data": {"title": "x", "reason": "Growth"}}
    assert side.client.patch(f"{JOBS}/{job}", json={"reason": "GROWTH"}).status_code == 202


def test_every_documented_code_is_known_when_unknown_ones_are_refused(make_charthop: Make) -> None:
    side = make_charthop(unknown_codes="refused")
    side.home.add_job()
    codes = (
        "id,jobId,title,open,state,recruit,req,employment,department,department.name,location,"
        "location.name,team,manager,hireMgr,recruiter,createDate,startDate,startDatePlanned,"
        "baseComp,baseComp.interval,currency,grantShares,sensitive,personId,name.first,"
        "contact.workEmail,jobCodeId,scenarioId,backfill,backfillJob,recruitPriority"
    )
    assert len(rows(side, fields=codes)[0]) == len(codes.split(","))


def test_custom_fields_are_paged_and_built_in_ones_kept_apart(charthop: Side) -> None:
    for name in ("one", "two", "three"):
        charthop.home.add_field(name, name.title(), "STRING", sensitive="HIGH")
    get = charthop.client.get
    first = get("/v1/org/acme/field", params={"limit": 2}).json()
    second = get("/v1/org/acme/field", params={"limit": 2, "from": first["next"]}).json()
    assert [f["name"] for f in first["data"] + second["data"]] == ["one", "two", "three"]
    assert first["data"][0]["sensitive"] == "HIGH"
    everything = get("/v1/org/acme/field", params={"builtin": "all", "limit": 500}).json()["data"]
    assert {f["builtIn"] for f in everything} == {True, False}
    assert get("/v1/org/acme/field", params={"builtin": "some"}).status_code == 400
