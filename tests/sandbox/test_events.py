"""What the sandboxes send: signed, shuffled, twice, and again after a failure."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from sandbox.ashby import AshbyOddities
from sandbox.outbox import ATTEMPTS, FINAL
from tests import contracts
from tests.sandbox.sides import Make, Side

URL = "https://sync.example.com/webhooks/ashby/acme"
SECRET = "a secret of the test"


@dataclass
class Receiver:
    """Takes what is sent, and answers with `status`; without one it does not answer."""

    status: int | None = 200
    taken: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.taken.append((url, headers, body))
        if self.status is None:
            raise httpx.ReadTimeout("no answer in time")
        return self.status

    def contents(self) -> list[Any]:
        """The parsed bodies."""
        return [json.loads(body) for _, _, body in self.taken]


def receiver(side: Side, *types: str) -> Receiver:
    """A receiver that the account's webhooks of these types go to; the pings are forgotten."""
    side.sandbox.outbox.send = made = Receiver()
    for one in types:
        side.home.add_webhook(one, URL, SECRET)
    made.taken.clear()
    return made


def hired(side: Side) -> Any:
    return side.home.hire("Ada Moss", "ada@example.net", side.home.add_opening("R-1", "Open"))


def sent_by(side: Side, got: Receiver) -> list[str]:
    """The kinds of what was sent since the last time."""
    side.sandbox.outbox.deliver()
    kinds = [content["action"] for content in got.contents()]
    got.taken.clear()
    return kinds


# Setting up.


def test_a_webhook_is_made_read_changed_and_removed(ashby: Side) -> None:
    got = receiver(ashby)
    create = {"webhookType": "candidateHire", "requestUrl": URL, "secretToken": SECRET}
    made = ashby.results("/webhook.create", **create)
    assert made == {"id": made["id"], "enabled": True, **create}
    one = {"webhookId": made["id"]}
    shown = ashby.results("/webhook.info", **one)
    assert shown == {name: value for name, value in made.items() if name != "secretToken"}
    assert ashby.refusal("/webhook.create", **create) == "invalid_input"
    assert ashby.refusal("/webhook.update", **one) == "invalid_input"
    assert ashby.results("/webhook.update", **one, enabled=False)["enabled"] is False
    assert len(got.taken) == 1
    assert ashby.results("/webhook.update", **one, secretToken="another")["enabled"] is True
    assert [content["action"] for content in got.contents()] == ["ping", "ping"]
    assert got.contents()[0]["data"] == {"webhookActionType": "ping"}
    assert ashby.results("/webhook.delete", **one) == one
    assert ashby.refusal("/webhook.delete", **one) == "webhook_not_found"
    ashby.home.withdraw_permission("apiKeysWrite")
    assert ashby.client.post("/webhook.create", json=create).status_code == 403


@pytest.mark.parametrize("status", [None, 401, 500])
def test_a_ping_without_a_good_answer_leaves_the_webhook_disabled(
    ashby: Side, status: int | None
) -> None:
    got = receiver(ashby)
    got.status = status
    create = {"webhookType": "offerUpdate", "requestUrl": URL, "secretToken": SECRET}
    made = ashby.results("/webhook.create", **create)
    assert made["enabled"] is False
    hired(ashby)
    assert ashby.sandbox.outbox.deliver() == []
    got.status = 200
    update = {"webhookId": made["id"], "enabled": True}
    assert ashby.results("/webhook.update", **update)["enabled"] is True
    hired(ashby)
    assert ashby.sandbox.outbox.deliver() != []


def test_types_beyond_the_published_ones_may_be_refused(make_ashby: Make) -> None:
    create = {"webhookType": "openingCreate", "requestUrl": URL, "secretToken": SECRET}
    for types, granted in (("published", False), ("all", True)):
        side = make_ashby(webhook_types=types)
        receiver(side)
        assert side.post("/webhook.create", **create)["success"] is granted
    assert side.refusal("/webhook.create", **{**create, "webhookType": "openingUpdate"})


# What is sent.


def test_an_event_is_signed_over_its_raw_body(ashby: Side) -> None:
    got = receiver(ashby, "candidateHire")
    one = hired(ashby)
    ashby.sandbox.outbox.deliver()
    ((url, headers, body),) = got.taken
    assert url == URL
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["Ashby-Signature"] == f"sha256={digest}"
    content = json.loads(body)
    assert (content["action"], content["data"]["application"]["id"]) == (
        "candidateHire",
        one.application,
    )
    assert content["data"]["offer"]["id"] == one.offer
    assert body != json.dumps(content).encode()
    unsigned = ashby.home.add_webhook("offerDelete", URL, None)
    ashby.home.delete_offer(one.offer)
    ashby.sandbox.outbox.deliver()
    assert "Ashby-Signature" not in got.taken[-1][1]
    ashby.home.delete_webhook(unsigned)


def test_related_events_have_one_action_id(ashby: Side) -> None:
    got = receiver(ashby, "candidateHire", "candidateStageChange", "applicationUpdate")
    one = hired(ashby)
    ashby.sandbox.outbox.deliver()
    got.taken.clear()
    ashby.home.unhire(one.application)
    ashby.home.set_application_status(one.application, "Hired")
    ashby.sandbox.outbox.deliver()
    contents = got.contents()
    assert [content["action"] for content in contents] == [
        "candidateStageChange",
        "applicationUpdate",
        "candidateHire",
        "candidateStageChange",
        "applicationUpdate",
    ]
    ids = [content["webhookActionId"] for content in contents]
    assert ids == [ids[0]] * 2 + [ids[2]] * 3
    assert ids[0] != ids[2]


def test_a_hire_may_come_without_offer_and_an_event_without_id(make_ashby: Make) -> None:
    for unset, ids in (("null", True), ("absent", False)):
        side = make_ashby(unset=unset, webhook_action_ids=ids)
        got = receiver(side, "candidateHire")
        side.home.add_application(side.home.add_candidate("Ada Moss"), "Hired")
        side.sandbox.outbox.deliver()
        (content,) = got.contents()
        assert ("offer" in content["data"], "webhookActionId" in content) == (ids, ids)


EVENTS: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("openingCreate", lambda home, one: home.add_opening("R-2")),
    ("offerCreate", lambda home, one: home.add_offer(one.application)),
    ("offerUpdate", lambda home, one: home.edit_offer(one.offer, startDate=None)),
    ("offerUpdate", lambda home, one: home.accept_offer(one.offer)),
    ("offerUpdate", lambda home, one: home.cancel_offer(one.offer)),
    ("offerDelete", lambda home, one: home.delete_offer(one.offer)),
    ("applicationUpdate", lambda home, one: home.set_application_field(one.application, "P", "x")),
    ("candidateStageChange", lambda home, one: home.unhire(one.application)),
    ("pushToHRIS", lambda home, one: home.push_to_hris(one.application)),
    ("candidateDelete", lambda home, one: home.delete_candidate(one.candidate)),
    (
        "candidateMerge",
        lambda home, one: home.merge_candidates(home.add_candidate("Ada"), one.candidate),
    ),
]


@pytest.mark.parametrize(("kind", "move"), EVENTS)
def test_a_move_is_sent_as_one_event(ashby: Side, kind: str, move: Callable[..., Any]) -> None:
    ashby.home.add_custom_field("P", "String", "Application")
    one = hired(ashby)
    got = receiver(ashby, kind)
    move(ashby.home, one)
    assert sent_by(ashby, got) == [kind]


@contracts.needed
@pytest.mark.parametrize("setting", [AshbyOddities.one(), AshbyOddities.other()])
def test_what_is_sent_fits_the_published_description(
    make_ashby: Make, setting: AshbyOddities
) -> None:
    side = make_ashby(setting)
    side.home.add_custom_field("P", "String", "Application")
    got = receiver(side, "candidateHire", *{kind for kind, _ in EVENTS})
    side.home.edit_webhook(next(iter(side.home.webhooks)))
    for _, move in EVENTS:
        move(side.home, hired(side))
    side.sandbox.outbox.deliver()
    assert {content["action"] for content in got.contents()} == {
        "ping",
        "candidateHire",
        *(kind for kind, _ in EVENTS),
    }
    for content in got.contents():
        contracts.check_event("ashby", content["action"], content)


def test_what_the_api_makes_is_sent_too(ashby: Side) -> None:
    got = receiver(ashby, "openingCreate", "applicationUpdate")
    ashby.results("/opening.create", identifier="R-1")
    field_id = ashby.home.add_custom_field("P", "String", "Application")
    application = ashby.home.add_application(ashby.home.add_candidate("Ada Moss"))
    assert sent_by(ashby, got) == ["openingCreate", "applicationUpdate"]
    values = [{"fieldId": field_id, "fieldValue": "x"}]
    target = {"objectType": "Application", "objectId": application}
    ashby.results("/customField.setValues", **target, values=values)
    assert sent_by(ashby, got) == ["applicationUpdate"]


# On the way.


def test_an_event_is_sent_again_on_the_vendors_schedule(ashby: Side) -> None:
    got = receiver(ashby, "openingCreate")
    got.status = 503
    ashby.home.add_opening("R-1")
    for wait in (10, 30, 70, 150):
        assert len(ashby.sandbox.outbox.deliver()) == 1
        ashby.sandbox.advance(wait - 1)
        assert ashby.sandbox.outbox.deliver() == []
        ashby.sandbox.advance(1)
    bodies = {body for _, _, body in got.taken}
    assert len(bodies) == 1
    got.status = 200
    assert len(ashby.sandbox.outbox.deliver()) == 1
    ashby.sandbox.advance(10_000)
    assert ashby.sandbox.outbox.deliver() == []


def test_the_waiting_times_shrink_by_a_factor_and_tries_come_to_an_end(ashby: Side) -> None:
    got = receiver(ashby, "openingCreate")
    got.status = None
    ashby.sandbox.outbox.retry_factor = 0.001
    ashby.home.add_opening("R-1")
    for _ in range(2 * ATTEMPTS):
        ashby.sandbox.outbox.deliver()
        ashby.sandbox.advance(11)
    assert len(got.taken) == ATTEMPTS
    assert [attempt.status for attempt in ashby.sandbox.outbox.log[-ATTEMPTS:]] == [None] * ATTEMPTS


@pytest.mark.parametrize("status", sorted(FINAL))
def test_some_refusals_end_an_event(ashby: Side, status: int) -> None:
    got = receiver(ashby, "openingCreate")
    got.status = status
    ashby.home.add_opening("R-1")
    ashby.sandbox.outbox.deliver()
    ashby.sandbox.advance(10_000)
    assert ashby.sandbox.outbox.deliver() == []


def test_events_come_twice_and_in_any_order(ashby: Side) -> None:
    got = receiver(ashby, "openingCreate")
    ashby.sandbox.outbox.copies = 2
    ashby.sandbox.outbox.shuffled = True
    made = [ashby.home.add_opening(f"R-{number}") for number in range(20)]
    ashby.sandbox.outbox.deliver()
    taken = [content["data"]["opening"]["id"] for content in got.contents()]
    assert sorted(taken) == sorted(made * 2)
    assert taken != [one for one in made for _ in range(2)]


def test_the_sandbox_answers_calls_while_an_event_is_taken(ashby: Side) -> None:
    receiver(ashby, "openingCreate")
    ashby.home.add_opening("R-1")
    answers: list[Any] = []

    def ask(url: str, headers: Mapping[str, str], body: bytes) -> int:
        thread = threading.Thread(target=lambda: answers.append(ashby.post("/opening.list")))
        thread.start()
        thread.join(timeout=10)
        return 200 if answers else 500

    ashby.sandbox.outbox.send = ask
    assert [attempt.status for attempt in ashby.sandbox.outbox.deliver()] == [200]


def test_events_are_sent_over_the_network_by_a_thread(ashby: Side) -> None:
    arrived = threading.Event()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            if json.loads(body)["action"] == "openingCreate":
                arrived.set()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/"
            ashby.home.add_webhook("openingCreate", url, SECRET)
            with ashby.sandbox.outbox.running(pause=0.01):
                ashby.home.add_opening("R-1")
                assert arrived.wait(30)
        finally:
            server.shutdown()
            thread.join()


# ChartHop.


def events_of(side: Side, **setting: Any) -> Receiver:
    """A receiver of what ChartHop sends."""
    side.sandbox.outbox.send = made = Receiver()
    side.home.send_events(URL, SECRET, **setting)
    return made


def test_charthop_sends_what_people_and_the_sync_do(charthop: Side) -> None:
    org = charthop.home
    got = events_of(charthop)
    job, gone = org.add_job(), org.add_job()
    org.edit_job(job, title="Clerk")
    org.delete_job(gone)
    path = f"/v2/org/acme/job/{job}"
    charthop.client.patch(path, json={"recruit": "PENDING"})
    person = charthop.client.post("/v2/org/acme/person", json={"name": "Jane Public"}).json()["id"]
    hire = {"jobId": job, "personId": person, "date": "2026-12-01"}
    change = charthop.client.post("/v1/org/acme/change/sync/HIRE", json=hire).json()["id"]
    org.move_hire(job, "2026-12-02")
    charthop.client.delete(f"/v1/org/acme/change/{change}")
    charthop.sandbox.outbox.deliver()
    sent = got.contents()
    assert [event["code"] for event in sent] == [
        "change.create.create",
        "change.create.create",
        "change.create.update",
        "change.create.delete",
        "change.create.update",
        "person.create",
        "change.create.hire",
        "change.update.hire",
        "change.delete.hire",
    ]
    me = charthop.client.get("/v1/user/me").json()["id"]
    own = [event["code"] for event in sent if event["userId"] == me]
    assert own == [
        "change.create.update",
        "person.create",
        "change.create.hire",
        "change.delete.hire",
    ]
    assert {event.get("jobId") for event in sent} == {job, gone, None}
    assert sent[4]["fields"] == ["recruit"]
    assert (sent[7]["entityType"], sent[7]["entityId"]) == ("CHANGE", change)
    assert {headers["Authorization"] for _, headers, _ in got.taken} == {f"Bearer {SECRET}"}
    assert len({event["id"] for event in sent}) == len(sent)


def test_charthops_envelope_comes_in_two_spellings_or_says_nothing(charthop: Side) -> None:
    for setting, names in (
        ({"casing": "camel"}, {"orgId", "entityType", "jobId"}),
        ({"casing": "lower"}, {"orgid", "entitytype", "jobid"}),
        ({"content": {"changed": True}}, {"changed"}),
    ):
        got = events_of(charthop, **setting)
        charthop.home.add_job()
        charthop.sandbox.outbox.deliver()
        (event,) = got.contents()
        assert names <= set(event)
        charthop.home.stop_events()


def test_what_charthop_could_not_send_is_lost(charthop: Side) -> None:
    got = events_of(charthop)
    got.status = 503
    charthop.home.add_job()
    charthop.sandbox.outbox.deliver()
    charthop.sandbox.advance(100_000)
    assert charthop.sandbox.outbox.deliver() == []
