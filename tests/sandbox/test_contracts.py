"""Every kind of answer, and every request that is accepted, fits the published descriptions."""

from typing import Any
from uuid import uuid4

import pytest

from sandbox.ashby import AshbyOddities
from sandbox.charthop import ChartHopOddities
from sandbox.wire import Call
from tests import contracts
from tests.sandbox.sides import Make, Side

pytestmark = contracts.needed

FIELD_TYPES = {
    "Boolean": True,
    "Currency": {"value": 100000, "currencyCode": "USD"},
    "Date": "2026-12-01T00:00:00.000Z",
    "LongText": "a\nb",
    "MultiValueSelect": ["Y"],
    "Number": 5,
    "String": "words",
    "ValueSelect": "Y",
    "Url": "https://example.com",
    "UUID": "2f1d1c8e-3b1f-4d51-9c0c-4f3a52a3a001",
    "NumberRange": {"type": "number-range", "minValue": 1, "maxValue": 2},
}


ENDPOINTS = {
    "apiKey.info",
    "application.info",
    "application.list",
    "candidate.info",
    "closeReason.list",
    "customField.create",
    "customField.list",
    "customField.setValues",
    "customField.updateSelectableValues",
    "department.list",
    "hiringTeam.addMember",
    "hiringTeam.removeMember",
    "hiringTeamRole.list",
    "location.list",
    "offer.info",
    "offer.list",
    "opening.addLocation",
    "opening.create",
    "opening.info",
    "opening.list",
    "opening.removeLocation",
    "opening.search",
    "opening.setArchived",
    "opening.setOpeningState",
    "opening.update",
    "user.info",
    "user.list",
    "user.search",
    "webhook.create",
    "webhook.delete",
    "webhook.info",
    "webhook.update",
}
"""Everything that the Ashby sandbox can do."""


@pytest.mark.parametrize("setting", [AshbyOddities.one(), AshbyOddities.other()])
def test_ashby(make_ashby: Make, setting: AshbyOddities) -> None:
    side = make_ashby(setting)
    side.sandbox.record_answers = True
    everything_in_ashby(side)
    calls = side.sandbox.calls
    assert {call.path.removeprefix("/") for call in calls if accepted(call)} == ENDPOINTS
    for call in calls:
        contracts.check_call(call, request=accepted(call))


def accepted(call: Call) -> bool:
    return call.status < 400 and call.answer["success"] is True


def everything_in_ashby(side: Side) -> None:
    home, post = side.home, side.post
    department, location = home.add_department("Sales"), home.add_location("Oslo")
    reason = home.add_close_reason("Done")
    user = home.add_user("Ada", "Moss", "ada@example.com")
    post("/apiKey.info")
    bare = post("/opening.create")["results"]["id"]
    opening = post(
        "/opening.create",
        identifier="R-1",
        description="Clerk",
        teamId=department,
        locationIds=[location],
        jobIds=[],
        targetStartDate="2026-12-01",
        targetHireDate=None,
        isBackfill=False,
        employmentType="",
        openingState="Approved",
    )["results"]["id"]
    post("/opening.update", openingId=opening, description="x", teamId=None)
    post("/opening.addLocation", openingId=bare, locationId=location)
    post("/opening.removeLocation", openingId=bare, locationId=location)
    post("/hiringTeamRole.list")
    role = post("/hiringTeamRole.list", namesOnly=False)["results"][0]["id"]
    member = {"openingId": bare, "teamMemberId": user, "roleId": role}
    post("/hiringTeam.addMember", **member)
    post("/opening.info", openingId=bare)
    for _ in range(2):
        post("/hiringTeam.removeMember", **member)
    post("/opening.info", openingId=bare)
    post("/opening.info", openingId=str(uuid4()))
    post("/opening.info", openingId="x")
    post("/opening.search", identifier="R-1")
    post("/opening.setArchived", openingId=bare, archive=True)
    fields_in_ashby(side, opening)
    closed = {"openingId": opening, "openingState": "Closed", "closeReasonId": reason}
    post("/opening.setOpeningState", **closed)
    hires_in_ashby(side, opening)
    for name in ("opening", "customField", "application", "offer", "department", "location"):
        page = post(f"/{name}.list", limit=1)
        while page["moreDataAvailable"]:
            page = post(f"/{name}.list", limit=1, cursor=page["nextCursor"])
        post(f"/{name}.list", syncToken=page["syncToken"])
        post(f"/{name}.list", syncToken="expired")
    for name in ("closeReason", "department", "location", "customField"):
        post(f"/{name}.list", includeArchived=True)
    post("/user.search", email="ada@example.com")
    webhooks_in_ashby(side)
    post("/user.info", userId=user)
    post("/user.list", includeDeactivated=True)
    post("/opening.setOpeningState", **closed)
    side.home.scopes.clear()
    post("/opening.list")
    side.sandbox.allowance = 0
    post("/opening.list")


def webhooks_in_ashby(side: Side) -> None:
    side.sandbox.outbox.send = lambda url, headers, body: 200
    url = "https://sync.example.com/webhooks/ashby/acme"
    create = {"webhookType": "candidateHire", "requestUrl": url, "secretToken": "a" * 32}
    made = {"webhookId": side.results("/webhook.create", **create)["id"]}
    side.post("/webhook.create", **create)
    side.post("/webhook.info", **made)
    side.post("/webhook.update", **made, enabled=False)
    for _ in range(2):
        side.post("/webhook.delete", **made)


def fields_in_ashby(side: Side, opening: str) -> None:
    options = [{"label": "Yes", "value": "Y"}, {"label": "No", "value": "N"}]
    values = []
    for kind, value in FIELD_TYPES.items():
        body: dict[str, Any] = {"selectableValues": options} if "Select" in kind else {}
        made = side.results(
            "/customField.create",
            objectType="Opening_Version",
            fieldType=kind,
            title=f"A {kind}",
            description="What it says",
            **body,
        )
        values.append({"fieldId": made["id"], "fieldValue": value})
        if kind == "ValueSelect":
            update = {"customFieldId": made["id"], "selectableValues": options[:1]}
            side.post("/customField.updateSelectableValues", **update)
    day = side.results(
        "/customField.create",
        objectType="Opening_Version",
        fieldType="Date",
        title="A day",
        isDateOnlyField=True,
    )
    target = {"objectType": "Opening", "objectId": opening}
    side.post("/customField.setValues", **target, values=values)
    for value in ("2026-12-01", None, "never"):
        one = {"fieldId": day["id"], "fieldValue": value}
        side.post("/customField.setValues", **target, values=[one])


def hires_in_ashby(side: Side, opening: str) -> None:
    home, post = side.home, side.post
    home.add_custom_field("Level", "String", objectType="Offer")
    home.add_custom_field("Person", "String", objectType="Application")
    ada = home.add_candidate("Ada Moss", "ada@example.net", "+15555550100")
    without = home.add_candidate("Cher")
    application, archived = home.add_application(ada), home.add_application(without, "Archived")
    offer = home.add_offer(application, opening, customFields={"Level": "L4"})
    home.add_offer(application, startDate=None, salary=None)
    home.edit_offer(offer, startDate="2027-01-01T00:00:00.000Z")
    home.revise_offer(offer, salary=(1000, "USD"))
    post("/offer.info", offerId=offer)
    post("/offer.list", approvalStatus=["WaitingOnApprovals"])
    home.approve_offer(offer)
    home.accept_offer(offer)
    home.set_application_status(application, "Hired")
    post("/application.list", status="Hired", expand=["openings"], limit=100)
    for one in (application, archived, str(uuid4())):
        post("/application.info", applicationId=one, expand=["openings"])
    post("/offer.list", acceptanceStatus=["Accepted"], applicationId=application)
    post("/offer.info", offerId=offer, excludeFormDefinition=True)
    post("/offer.info", offerId=offer)
    for one in (ada, without, str(uuid4())):
        post("/candidate.info", id=one)


@pytest.mark.parametrize("setting", [ChartHopOddities.one(), ChartHopOddities.other()])
def test_charthop(make_charthop: Make, setting: ChartHopOddities) -> None:
    side = make_charthop(setting)
    side.sandbox.record_answers = True
    everything_in_charthop(side, setting)
    for call in side.sandbox.calls:
        contracts.check_call(call, request=call.status < 300)
    granted = {
        (call.method, call.path.split("/")[4])
        for call in side.sandbox.calls
        if call.status < 300 and call.path.count("/") >= 4
    }
    assert granted == {
        ("GET", "access"),
        ("GET", "field"),
        ("GET", "job"),
        ("PATCH", "job"),
        ("GET", "person"),
        ("POST", "person"),
        ("PATCH", "person"),
        ("GET", "change"),
        ("POST", "change"),
        ("PATCH", "change"),
        ("DELETE", "change"),
    }


def everything_in_charthop(side: Side, setting: ChartHopOddities) -> None:
    org, client = side.home, side.client
    org.add_field("reason", "Reason", "ENUM", values=[("A", "An A")])
    org.add_field("smart", "Smart", "EXPR", expr="1 + 1")
    job = org.add_job("Clerk", reason="A", **{"department.name": "Sales"})
    org.add_job("Boss", job_level="x")
    base, v1 = "/v2/org/acme", "/v1/org/acme"
    for path in ("/v1/user/me", "/v1/org", v1, f"{v1}/access/entity/job", f"{v1}/field/built-in"):
        client.get(path)
    client.get(f"{v1}/access/entity/JOB", params={"id": job, "action": "create,update"})
    client.get(f"{v1}/field", params={"builtin": "all", "limit": 20})
    client.get(f"{v1}/field", params={"builtin": "huh"})
    query = {"q": "is:open", "limit": "1", "fields": "id,title,reason", "date": "2026-11-23"}
    for path in (f"{base}/job", f"{base}/job", f"{base}/job/{job}"):
        client.get(path, params=query if path.endswith("/job") else {})
    client.get(f"{base}/job", params={"q": "huh"})
    client.get(f"{base}/job/nothing")
    status = {"ACTIVE": "PENDING"}.get(setting.recruit_case, "Pending")
    codes = {"recruit": status, "reason": "A", "startDatePlanned": "2026-12-01"}
    client.patch(f"{base}/job/{job}", params={"date": "2026-11-23"}, json=codes)
    body = {"name": {"first": "Jane", "last": "Public"}, "contact.homeEmail": "j@example.net"}
    person = next(iter(client.post(f"{base}/person", json=body).json().values()))
    client.post(f"{base}/person", json={})
    client.patch(f"{base}/person/{person}", json={"contact.mobilePhone": "+15555550100"})
    for path in (f"{base}/person/{person}", f"{base}/person", f"{base}/person"):
        client.get(path)
    client.get(f"{base}/person", params={"includeAll": "true", "q": "contact.homeEmail:j"})
    hire = {"jobId": job, "personId": person, "type": "HIRE", "date": "2026-12-01"}
    hire |= {"announceDate": "2026-11-23", "note": "x"}
    for path in ("{}/validate", "sync/{}", "sync/{}"):
        client.post(f"{v1}/change/{path.format(setting.type_case)}", json=hire)
    client.post(f"{v1}/change/sync/{setting.type_case}", json={**hire, "date": "2020-01-01"})
    client.post(f"{v1}/change/sync/MOVE", json=hire)
    client.get(f"{v1}/change", params={"jobId": job, "type": "HIRE", "status": "ACTIVE"})
    for change in list(org.changes):
        client.get(f"{v1}/change/{change}")
        client.patch(f"{v1}/change/{change}", json={"date": "2026-12-02", "note": "y"})
        client.delete(f"{v1}/change/{change}")
        client.delete(f"{v1}/change/{change}")
    client.get("/v1/user/me", headers={"Authorization": "Bearer wrong"})


def test_a_call_that_leaves_the_description_is_noticed() -> None:
    def refused(**call: Any) -> str:
        with pytest.raises(AssertionError) as error:
            contracts.check("ashby", "POST", **call)
        return str(error.value)

    assert "in no description" in refused(path="/opening.explode", status=200)
    ok = {"success": True, "results": []}
    assert "identifier" in refused(path="/opening.search", status=200, body={}, answer=ok)
    search = {"path": "/opening.search", "body": {"identifier": "x"}}
    assert refused(**search, status=200, answer={"success": True, "results": [{"id": 1}]})
    assert "does not answer 204" in refused(**search, status=204)
    contracts.check("ashby", "POST", **search, status=200, answer=ok)  # type: ignore[arg-type]
    contracts.check("ashby", "POST", **search, status=0)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="no query parameter"):
        contracts.check("charthop", "GET", "/v2/org/acme/job", 202, query={"page": ["1"]})
    with pytest.raises(AssertionError, match="limit"):
        contracts.check("charthop", "GET", "/v2/org/acme/job", 202, query={"limit": ["x"]})
