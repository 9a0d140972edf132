"""What is taken for an event of Ashby or ChartHop, and what is turned away."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from systems.ashby import webhooks as ashby
from systems.ashby.webhooks import AshbyEvent
from systems.charthop import webhooks as charthop
from systems.charthop.webhooks import ChartHopEvent
from systems.webhooks import NoSignature, NotTaken, Unreadable, WrongSignature

SECRETS = (b"the-new-secret-of-twenty-five", b"the-old-secret-of-twenty-five")
APPLICATION = "75395d87-4044-4dc4-bc29-0cec185e5f06"
OFFER = "00000000-4044-4dc4-bc29-0cec185e5f06"
CANDIDATES = ("11111111-4044-4dc4-bc29-0cec185e5f06", "22222222-4044-4dc4-bc29-0cec185e5f06")
JOB = "670405b2c8e3d13247cfef5d"
SOMEBODY = "5f10000000000000000000c3"


def signed(body: bytes, secret: bytes = SECRETS[0]) -> dict[str, str]:
    return {"ashby-signature": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"}


def of_ashby(action: str, action_id: str | None = "a-1", **data: Any) -> AshbyEvent:
    content: dict[str, Any] = {"action": action, "data": data}
    if action_id is not None:
        content["webhookActionId"] = action_id
    body = json.dumps(content).encode()
    return ashby.read_event(signed(body), body, SECRETS)


def of_charthop(content: Any) -> ChartHopEvent:
    headers = {"authorization": f"Bearer {SECRETS[0].decode()}"}
    return charthop.read_event(headers, json.dumps(content).encode(), SECRETS)


# Ashby: the signature.


@pytest.mark.parametrize("secret", SECRETS)
def test_either_of_two_secrets_signs(secret: bytes) -> None:
    body = b' {"action" :  "ping" ,"data" :  {}}\n'
    assert ashby.read_event(signed(body, secret), body, SECRETS).is_ping


BODY = b'{"action": "ping", "data": {}}'
RIGHT = signed(BODY)["ashby-signature"]


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({}, BODY, NoSignature),
        ({"ashby-signature": ""}, BODY, NoSignature),
        ({"ashby-signature": RIGHT.removeprefix("sha256=")}, BODY, NoSignature),
        ({"ashby-signature": RIGHT.replace("sha256", "sha1")}, BODY, NoSignature),
        ({"ashby-signature": "sha256="}, BODY, WrongSignature),
        ({"ashby-signature": RIGHT[:-1]}, BODY, WrongSignature),
        ({"ashby-signature": f"{RIGHT}0"}, BODY, WrongSignature),
        ({"ashby-signature": "sha256=é\x80"}, BODY, WrongSignature),
        ({"ashby-signature": RIGHT}, BODY + b" ", WrongSignature),
        ({"ashby-signature": RIGHT}, b"", WrongSignature),
        (signed(BODY, b"another"), BODY, WrongSignature),
        (signed(BODY, b""), BODY, WrongSignature),
    ],
)
def test_what_is_not_signed_is_turned_away_unread(
    headers: dict[str, str], body: bytes, error: type[NotTaken]
) -> None:
    with pytest.raises(error):
        ashby.read_event(headers, body, SECRETS)
    assert error.status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b"{}",
        b'{"action": 5}',
        b'{"action": ""}',
        b'{"action": "a b"}',
        b'{"action": "a:b"}',
        b'{"action": "' + b"a" * 65 + b'"}',
        b"[" * 5000 + b"]" * 5000,
        b'{"action": "ping", "data": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    ],
)
def test_what_is_signed_and_no_event_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        ashby.read_event(signed(body), body, SECRETS)
    assert Unreadable.status == 400


# Ashby: what an event names.


@pytest.mark.parametrize(
    ("action", "data", "expected"),
    [
        (
            "candidateHire",
            {
                "application": {"id": APPLICATION, "status": "Hired"},
                "offer": {"id": OFFER, "acceptanceStatus": "Accepted"},
            },
            {
                "application_id": APPLICATION,
                "is_hired": True,
                "offer_id": OFFER,
                "is_accepted": True,
            },
        ),
        (
            "candidateHire",
            {"application": {"id": APPLICATION, "status": "Hired"}, "offer": None},
            {"application_id": APPLICATION, "is_hired": True},
        ),
        (
            "candidateStageChange",
            {"application": {"id": APPLICATION, "status": "Active"}},
            {"application_id": APPLICATION, "is_hired": False},
        ),
        (
            "offerDelete",
            {"offer": {"id": OFFER, "applicationId": APPLICATION}},
            {"application_id": APPLICATION, "offer_id": OFFER},
        ),
        (
            "candidateMerge",
            {"deletedCandidate": {"id": CANDIDATES[0]}, "mergedCandidate": {"id": CANDIDATES[1]}},
            {"candidate_ids": CANDIDATES},
        ),
        (
            "openingCreate",
            {
                "opening": {
                    "id": OFFER,
                    "latestVersion": {
                        "identifier": "R-1",
                        "customFields": [{"title": "ChartHop Job ID", "value": JOB}],
                    },
                }
            },
            {"opening_id": OFFER, "job_id": JOB},
        ),
        (
            "openingCreate",
            {"opening": {"id": OFFER, "latestVersion": {"identifier": JOB}}},
            {"opening_id": OFFER, "job_id": JOB},
        ),
        (
            "openingCreate",
            {"opening": {"id": OFFER, "latestVersion": {"identifier": "R-1", "customFields": 5}}},
            {"opening_id": OFFER},
        ),
        # Nothing that is no id becomes one.
        ("offerUpdate", {"offer": {"id": "*", "applicationId": ["x"]}}, {}),
        ("offerUpdate", {"offer": {"id": f"{OFFER}\n"}}, {}),
        ("candidateHire", {"application": [], "offer": "x"}, {}),
        ("candidateHire", {"application": {"id": APPLICATION.replace("-", "_")}}, {}),
    ],
)
def test_an_event_names_ids_and_nothing_else(
    action: str, data: dict[str, Any], expected: dict[str, Any]
) -> None:
    event = of_ashby(action, **data)
    assert event == AshbyEvent(action, f"a-1 {action}", "a-1", **expected)


def test_what_one_action_brings_about_are_several_events_and_each_is_recognised() -> None:
    assert of_ashby("candidateHire").key != of_ashby("candidateStageChange").key
    assert of_ashby("candidateHire").key == of_ashby("candidateHire", offer=None).key


@pytest.mark.parametrize("action_id", [None, "", 5, "a" * 101])
def test_without_an_action_id_the_body_tells_a_repetition(action_id: Any) -> None:
    first, again = (of_ashby("offerUpdate", action_id, offer={"id": OFFER}) for _ in range(2))
    assert first.key == again.key
    assert first.key != of_ashby("offerUpdate", action_id, offer={"id": APPLICATION}).key


# ChartHop: the secret.


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_either_of_two_secrets_is_taken_as_a_bearer_token(secret: bytes, scheme: str) -> None:
    body = b"{}"
    headers = {"authorization": f"{scheme} {secret.decode()}"}
    assert charthop.read_event(headers, body, SECRETS).kind == charthop.BARE


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (None, NoSignature),
        ("", NoSignature),
        ("Bearer", NoSignature),
        ("Bearer ", NoSignature),
        (SECRETS[0].decode(), NoSignature),
        (f"Basic {SECRETS[0].decode()}", NoSignature),
        (f"Bearer {SECRETS[0].decode()} x", NoSignature),
        (f"Bearer {SECRETS[0].decode()}x", WrongSignature),
        (f"Bearer {SECRETS[0].decode()[:-1]}", WrongSignature),
        ("Bearer é\x80", WrongSignature),
    ],
)
def test_without_the_secret_it_is_turned_away(header: str | None, error: type[NotTaken]) -> None:
    headers = {"authorization": header} if header is not None else {}
    with pytest.raises(error):
        charthop.read_event(headers, b"{}", SECRETS)
    assert error.status == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 5000 + b"]" * 5000])
def test_a_body_that_is_no_object_is_no_event_of_charthop(body: bytes) -> None:
    with pytest.raises(Unreadable):
        charthop.read_event({"authorization": f"Bearer {SECRETS[1].decode()}"}, body, SECRETS)


# ChartHop: what an event names.


@pytest.mark.parametrize("spelled", [str, str.lower, str.upper, "snake"])
def test_the_spelling_of_the_envelope_does_not_count(spelled: Any) -> None:
    content = {
        "id": "e-1",
        "jobId": JOB,
        "userId": SOMEBODY,
        "entityType": "CHANGE",
        "type": "CREATE",
        "subtype": "UPDATE",
        "fields": ["title", 5],
    }
    snake = {"jobId": "job_id", "userId": "user_id", "entityType": "entity_type"}
    names = {
        name: snake.get(name, name) if spelled == "snake" else spelled(name) for name in content
    }
    assert of_charthop({names[name]: value for name, value in content.items()}) == ChartHopEvent(
        "change.create.update", "e-1", JOB, SOMEBODY, frozenset({"title"})
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, ChartHopEvent("event")),
        ({"text": "something changed"}, ChartHopEvent("event")),
        ({"code": "job.update", "id": 7}, ChartHopEvent("job.update", "7")),
        ({"code": "job update"}, ChartHopEvent("event")),
        ({"payload": {"jobId": JOB}}, ChartHopEvent("event", None, JOB)),
        ({"entityType": "JOB", "entityId": JOB}, ChartHopEvent("job", None, JOB)),
        ({"entityType": "PERSON", "entityId": JOB}, ChartHopEvent("person")),
        ({"jobId": JOB.upper(), "userId": "*", "id": []}, ChartHopEvent("event")),
        ({"jobId": f"{JOB}/../x"}, ChartHopEvent("event")),
    ],
)
def test_an_event_of_charthop_names_a_job_or_nothing(
    content: dict[str, Any], expected: ChartHopEvent
) -> None:
    assert of_charthop(content) == expected
