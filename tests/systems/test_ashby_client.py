"""How Ashby's refusals and pages are read."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from core.errors import AnswerLost, Busy, KeyRefused, Rejected, TryLater
from systems.answers import SlowDown
from systems.ashby.client import Client, headers
from systems.http import Kind
from tests.systems.line import Line, json_reply


@pytest.fixture
def client(ashby: Line) -> Client:
    return Client(ashby.wire)


def refused(code: str, message: str = "") -> dict[str, Any]:
    return {"success": False, "errorInfo": {"code": code, "message": message}}


# The codes of the published pages, and what each is to us.

CODES: list[tuple[str, type[Exception]]] = [
    ("invalid_input", Rejected),
    ("application_not_found", Rejected),
    ("candidate_not_found", Rejected),
    ("job_not_found", Rejected),
    ("offer_not_found", Rejected),
    ("opening_not_found", Rejected),
    ("opening_in_use", Rejected),
    ("opening_state_invalid", Rejected),
    ("sync_token_expired", Rejected),
    ("sync_token_invalid", Rejected),
    ("next_cursor_expired", Rejected),
    ("invalid_next_cursor", Rejected),
    ("cursor_invalid", Rejected),
    ("incremental_sync_too_large", Rejected),
    ("candidate_hris_push_blocked_by_offer_status", Rejected),
    ("candidate_hris_push_failed", Rejected),
    ("a_code_of_next_year", Rejected),
    ("missing_endpoint_permission", KeyRefused),
    ("invalid_api_key", KeyRefused),
    ("rate_limit_exceeded", SlowDown),
    ("concurrent_limit_exceeded", SlowDown),
    ("generic_internal_error", TryLater),
    ("internal_server_error", TryLater),
]


@pytest.mark.parametrize("status", [200, 400, 404, 422])
@pytest.mark.parametrize(("code", "kind"), CODES)
def test_a_refusal_with_any_code(
    ashby: Line, client: Client, code: str, kind: type[Exception], status: int
) -> None:
    ashby.say(json_reply(refused(code), status))

    with pytest.raises(kind) as caught:
        client.write("opening.update", {})

    assert type(caught.value) is kind
    if isinstance(caught.value, Rejected):
        assert caught.value.code == code
        assert caught.value.reason.code == "REJECTED"


@pytest.mark.parametrize("status", [200, 400, 404])
@pytest.mark.parametrize("code", ["generic_internal_error", "internal_server_error"])
def test_an_error_on_their_side_may_have_carried_out_a_create(
    ashby: Line, client: Client, code: str, status: int
) -> None:
    ashby.say(json_reply(refused(code), status))

    with pytest.raises(AnswerLost):
        client.create("opening.create", {})


FORMS: list[tuple[str, Mapping[str, Any], str]] = [
    (
        "as documented",
        {"errorInfo": {"code": "invalid_input"}, "errors": ["other"]},
        "invalid_input",
    ),
    ("only the old list", {"errors": ["invalid_input"]}, "invalid_input"),
    ("the old list with objects", {"errors": [{"message": "no_such_thing"}]}, "no_such_thing"),
    ("a code and a message", {"errors": [{"code": "odd", "message": "A b"}]}, "odd"),
    ("a sentence", {"errors": [{"message": "no such thing"}]}, "unknown_error"),
    ("an empty list", {"errors": []}, "unknown_error"),
    ("nothing", {}, "unknown_error"),
    ("odd forms", {"errorInfo": "x", "errors": "y"}, "unknown_error"),
    ("nulls", {"errorInfo": {"code": None, "message": None}, "errors": None}, "unknown_error"),
]


@pytest.mark.parametrize(
    ("more", "code"), [case[1:] for case in FORMS], ids=[case[0] for case in FORMS]
)
def test_where_the_code_stands(
    ashby: Line, client: Client, more: Mapping[str, Any], code: str
) -> None:
    ashby.say(json_reply({"success": False, **more}))

    with pytest.raises(Rejected) as caught:
        client.write("opening.update", {})

    assert caught.value.code == code


def test_the_sentence_of_a_refusal_is_kept_apart_without_what_was_sent(
    ashby: Line, client: Client
) -> None:
    ashby.say(json_reply(refused("invalid_input", "description: 'Secret agent' is too short")))

    with pytest.raises(Rejected) as caught:
        client.write("opening.update", {"description": "Secret agent"})

    assert str(caught.value).startswith("Ashby refused opening.update: invalid_input: ")
    assert "short" not in str(caught.value)
    assert caught.value.detail == "description: '...' is too short"


def test_a_code_stays_whole_when_it_reads_like_something_that_was_sent(
    ashby: Line, client: Client
) -> None:
    ashby.say(json_reply(refused("opening_not_found", "There is no such opening")))

    with pytest.raises(Rejected) as caught:
        client.write("customField.setValues", {"objectType": "Opening"})

    assert caught.value.code == "opening_not_found"


def test_a_sentence_in_place_of_a_code_is_cleaned_too(ashby: Line, client: Client) -> None:
    ashby.say(json_reply({"success": False, "errors": ["Secret agent is no title"]}))

    with pytest.raises(Rejected) as caught:
        client.write("opening.update", {"description": "Secret agent"})

    assert "Secret" not in f"{caught.value} {caught.value.code} {caught.value.detail}"
    assert caught.value.detail == "... is no title"


STRANGE = [b"", b"null", b"[]", b'"text"', b"{}", b'{"results": []}', b'{"success": 1}']


@pytest.mark.parametrize("content", STRANGE)
@pytest.mark.parametrize(("kind", "error"), [(Kind.READ, TryLater), (Kind.CREATE, AnswerLost)])
def test_an_answer_without_an_envelope_says_nothing(
    ashby: Line, client: Client, content: bytes, kind: Kind, error: type[Exception]
) -> None:
    for _ in range(3 if kind is Kind.READ else 1):
        ashby.say(httpx.Response(200, content=content))
    if content == b'{"success": 1}':
        error = Rejected  # An envelope, and no success.

    with pytest.raises(error):
        (client.read if kind is Kind.READ else client.create)("opening.info", {})


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("code", ["rate_limit_exceeded", "concurrent_limit_exceeded"])
def test_a_refusal_to_slow_down_holds_every_other_worker(
    ashby: Line, client: Client, code: str, status: int
) -> None:
    ashby.say(json_reply(refused(code), status))
    with pytest.raises(SlowDown):
        client.write("opening.update", {})

    ashby.say(json_reply({"success": True, "results": []}))
    client.write("opening.update", {})

    assert 4.0 < sum(ashby.waits) <= 5.1


def test_a_failure_that_ashby_confesses_counts_towards_an_outage(
    ashby: Line, client: Client
) -> None:
    for _ in range(5):
        ashby.say(json_reply(refused("generic_internal_error")))
        with pytest.raises(TryLater):
            client.write("opening.update", {})

    with pytest.raises(Busy) as caught:
        client.write("opening.update", {})

    assert caught.value.reason.code == "OUTAGE"


def test_the_key_is_the_user_name_and_there_is_no_password() -> None:
    sent = headers("secret-key")

    assert sent["Authorization"] == "Basic " + "c2VjcmV0LWtleTo="
    assert sent["Content-Type"] == "application/json"
    assert sent["Ashby-Version"] == "2026-01-01"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Forbidden",
        b"<html>",
        b'{"success": false, "errors": ["You may not do that"]}',
        b'{"success": false, "errors": [{"message": "You may not do that", "parameter": null}]}',
        b'{"errorInfo": {"code": "forbidden"}}',
        b'{"message": "You may not do that"}',
    ],
)
def test_a_denial_in_a_form_of_its_own_names_the_permission_that_may_be_missing(
    ashby: Line, client: Client, content: bytes
) -> None:
    ashby.say(httpx.Response(403, content=content))

    with pytest.raises(KeyRefused) as caught:
        client.write("opening.update", {})
    assert caught.value.reason.code == "KEY_REFUSED"
    assert "status 403" in str(caught.value.reason)
    assert "Jobs, Write (jobsWrite)" in str(caught.value.reason)


@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_a_missing_permission_is_named_whatever_the_status(
    ashby: Line, client: Client, status: int
) -> None:
    ashby.say(json_reply(refused("missing_endpoint_permission"), status))

    with pytest.raises(KeyRefused) as caught:
        client.write("opening.update", {})
    assert caught.value.reason.code == "NO_PERMISSION"


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("code", ["generic_internal_error", "rate_limit_exceeded", "odd"])
def test_401_and_403_refuse_the_key_whatever_the_code(
    ashby: Line, client: Client, code: str, status: int
) -> None:
    ashby.say(json_reply(refused(code), status))
    with pytest.raises(KeyRefused):
        client.create("opening.create", {})


@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_a_key_that_is_none_lacks_no_permission(ashby: Line, client: Client, status: int) -> None:
    ashby.say(json_reply(refused("invalid_api_key"), status))

    with pytest.raises(KeyRefused) as caught:
        client.write("opening.update", {})
    assert caught.value.reason.code == "KEY_WRONG"
    assert "Jobs, Write" not in str(caught.value.reason)


# Pages.


def page(
    *ids: str, cursor: str | None = None, token: str | None = None, more: bool | None = None
) -> httpx.Response:
    body: dict[str, Any] = {
        "success": True,
        "results": [{"id": id_} for id_ in ids],
        "moreDataAvailable": cursor is not None if more is None else more,
    }
    if cursor is not None:
        body["nextCursor"] = cursor
    if token is not None:
        body["syncToken"] = token
    return json_reply(body)


def read(client: Client, token: str | None = None) -> tuple[list[str], str | None, bool]:
    rows = client.read_list("opening.list", {"includeArchived": True}, token)
    items, next_token, is_full = rows.items, rows.token, rows.is_full
    return [item["id"] for item in items], next_token, is_full


def test_every_page_is_read_and_the_last_one_brings_the_token(ashby: Line, client: Client) -> None:
    ashby.say(page("a", "b", cursor="c1"), page("c", cursor="c2"), page("d", token="t1"))

    assert read(client) == (["a", "b", "c", "d"], "t1", True)
    assert ashby.bodies() == [
        {"includeArchived": True, "limit": 100},
        {"includeArchived": True, "limit": 100, "cursor": "c1"},
        {"includeArchived": True, "limit": 100, "cursor": "c2"},
    ]


def test_an_incremental_pass_sends_the_token_with_every_page(ashby: Line, client: Client) -> None:
    ashby.say(page("a", cursor="c1"), page("b", token="t2"))

    assert read(client, "t1") == (["a", "b"], "t2", False)
    assert [body["syncToken"] for body in ashby.bodies()] == ["t1", "t1"]


def test_a_page_may_be_empty_and_not_the_last(ashby: Line, client: Client) -> None:
    ashby.say(page(cursor="c1"), page("a", cursor="c2"), page(token="t1"))

    assert read(client) == (["a"], "t1", True)


def test_an_item_that_comes_twice_counts_once_and_as_it_came_last(
    ashby: Line, client: Client
) -> None:
    ashby.say(page("a", "b", cursor="c1"), page("b", "c"))

    assert read(client)[0] == ["a", "b", "c"]


def test_a_list_without_a_token_is_read_whole_the_next_time(ashby: Line, client: Client) -> None:
    ashby.say(page("a"))

    assert read(client) == (["a"], None, True)


def test_a_page_that_says_null_or_nothing_of_more_is_the_last_unless_it_has_a_cursor(
    ashby: Line, client: Client
) -> None:
    first = {"success": True, "results": [{"id": "a"}], "nextCursor": "c1"}
    second = {"moreDataAvailable": None, "nextCursor": None, "syncToken": None}
    ashby.say(json_reply(first), json_reply({**first, "results": [{"id": "b"}], **second}))

    assert read(client) == (["a", "b"], None, True)


UNENDING: list[tuple[str, list[httpx.Response]]] = [
    ("a cursor that repeats", [page("a", cursor="c1"), page("b", cursor="c1")]),
    (
        "cursors that go in a circle",
        [page("a", cursor="c1"), page("b", cursor="c2"), page("a", cursor="c1")],
    ),
    ("more to come, and no cursor", [page("a", more=True)]),
]


@pytest.mark.parametrize(
    "replies", [case[1] for case in UNENDING], ids=[case[0] for case in UNENDING]
)
def test_a_list_that_does_not_come_to_its_end_is_not_believed(
    ashby: Line, client: Client, replies: list[httpx.Response]
) -> None:
    ashby.say(*replies)

    with pytest.raises(TryLater) as caught:
        read(client)

    assert caught.value.reason.code == "INCOMPLETE_LIST"


@pytest.mark.parametrize(
    "trouble", [httpx.Response(502), httpx.ReadError("reset"), json_reply({"success": True})]
)
def test_a_page_that_fails_ends_the_reading(
    ashby: Line, client: Client, trouble: httpx.Response | Exception
) -> None:
    ashby.say(page("a", cursor="c1"), trouble, trouble, trouble)

    with pytest.raises(TryLater):
        read(client)


@pytest.mark.parametrize(
    "code",
    [
        "sync_token_expired",
        "sync_token_invalid",
        "incremental_sync_too_large",
        "next_cursor_expired",
        "invalid_next_cursor",
        "cursor_invalid",
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_spent_token_or_cursor_costs_one_whole_reading(
    ashby: Line, client: Client, code: str, status: int
) -> None:
    spent = json_reply(refused(code), status)
    ashby.say(page("a", cursor="c1"), spent, page("a", cursor="c9"), page("b"))

    assert read(client, "old") == (["a", "b"], None, True)
    assert "syncToken" not in ashby.bodies()[2]
    assert "cursor" not in ashby.bodies()[2]


def test_a_cursor_that_is_spent_again_and_again_is_an_error(ashby: Line, client: Client) -> None:
    spent = json_reply(refused("next_cursor_expired"))
    ashby.say(page("a", cursor="c1"), spent, page("a", cursor="c2"), spent)

    with pytest.raises(Rejected):
        read(client)


def test_any_other_refusal_of_a_page_is_an_error(ashby: Line, client: Client) -> None:
    ashby.say(page("a", cursor="c1"), json_reply(refused("invalid_input")))

    with pytest.raises(Rejected):
        read(client, "t1")

    assert len(ashby.sent) == 2
