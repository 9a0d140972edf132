"""What an answer means, how often a call is sent, and what no error text may repeat."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from core.errors import AnswerLost, KeyRefused, NeedsHuman, Paused, Rejected, TryLater
from systems.answers import LONGEST_HOLD, Answer, SlowDown, decipher
from systems.ashby.client import Client
from systems.http import Kind
from systems.redaction import without_what_was_sent
from tests.notes import said
from tests.systems.line import Line, json_reply

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


def deciphered(status: int, content: bytes = b"{}", **headers: str) -> Answer:
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return decipher("Ashby", status, named, content, "/opening.list")


# What an answer means, by its status.


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_success_gives_its_json(status: int) -> None:
    assert deciphered(status, b'{"a": 1}') == Answer(status, {"a": 1})


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_a_success_may_have_no_body(body: bytes) -> None:
    assert deciphered(200, body) == Answer(200, None)


def test_a_write_that_was_accepted_may_be_answered_with_any_text() -> None:
    assert deciphered(202, b"snapshot currently building") == Answer(202, None)


ERRORS: list[tuple[int, bytes, type[Exception], str]] = [
    (400, b'{"code": 400, "message": "bad"}', Rejected, "REJECTED"),
    (404, b"", Rejected, "REJECTED"),
    (405, b"{}", Rejected, "REJECTED"),
    (409, HTML, Rejected, "REJECTED"),
    (422, b'["odd"]', Rejected, "REJECTED"),
    (401, b"", KeyRefused, "KEY_REFUSED"),
    (403, HTML, KeyRefused, "KEY_REFUSED"),
    (429, b"", SlowDown, "BUSY"),
    (500, b"", TryLater, "UNREACHABLE"),
    (502, HTML, TryLater, "UNREACHABLE"),
    (503, b"{}", TryLater, "UNREACHABLE"),
    (504, b"", TryLater, "UNREACHABLE"),
    (599, b"", TryLater, "UNREACHABLE"),
    (200, HTML, TryLater, "STRANGE_ANSWER"),
    (200, b'{"data": [', TryLater, "STRANGE_ANSWER"),
    (301, b"", TryLater, "STRANGE_ANSWER"),
    (304, b"", TryLater, "STRANGE_ANSWER"),
    (101, b"", TryLater, "STRANGE_ANSWER"),
]


@pytest.mark.parametrize(("status", "content", "kind", "code"), ERRORS)
def test_any_other_answer_is_an_error_with_a_reason(
    status: int, content: bytes, kind: type[Exception], code: str
) -> None:
    with pytest.raises(kind) as caught:
        deciphered(status, content)

    assert type(caught.value) is kind
    assert isinstance(caught.value, NeedsHuman | TryLater)
    assert caught.value.reason.code == code


def test_a_refusal_has_the_status_as_its_code() -> None:
    with pytest.raises(Rejected) as caught:
        deciphered(409)

    assert caught.value.code == "409"


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (400, b'{"success": false, "errors": ["sync_token_expired"]}', "sync_token_expired"),
        (404, b'{"success": false, "errorInfo": {"code": "x_not_found"}}', "x_not_found"),
        (404, b'{"success": false, "errors": ["No such endpoint"]}', "404"),
        (404, b'{"success": false}', "404"),
        (404, b'{"code": "x_not_found"}', "404"),
        (400, b'{"code": 400, "message": "bad request"}', "400"),
        (400, b"<html>", "400"),
    ],
)
def test_ashbys_own_code_counts_whatever_the_status(
    ashby: Line, status: int, content: bytes, code: str
) -> None:
    ashby.say(httpx.Response(status, content=content))
    with pytest.raises(Rejected) as caught:
        Client(ashby.wire).write("opening.update", {})

    assert caught.value.code == code


def test_a_refused_key_says_whose_and_where() -> None:
    with pytest.raises(KeyRefused) as caught:
        deciphered(403, b'{"errorInfo": {"code": "missing_endpoint_permission"}}')

    assert caught.value.system == "Ashby"
    assert "(status 403, opening.list missing_endpoint_permission)" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b'{"t": "cut short \\ud83d"}', "cut short �"),
        (b'{"t": "\\udc00 tail"}', "� tail"),
        (b'{"t": ["\\ud83d\\ude80", {"u": "\\ud83d"}]}', ["🚀", {"u": "�"}]),
    ],
)
def test_half_an_emoji_spoils_neither_the_rest_of_its_text_nor_the_list(
    body: bytes, title: object
) -> None:
    assert deciphered(200, body).body == {"t": title}


# How long a 429 asks to wait.


def _in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


WAITS: list[tuple[str, dict[str, str], float]] = [
    ("seconds", {"retry_after": "7"}, 7),
    ("a part of a second", {"retry_after": "0.7"}, 0.7),
    ("almost none", {"retry_after": "0.001"}, 0.5),
    ("spaces", {"retry_after": " 7 "}, 7),
    ("nothing said", {}, 5),
    ("an empty word", {"retry_after": ""}, 5),
    ("zero", {"retry_after": "0"}, 5),
    ("less than nothing", {"retry_after": "-3"}, 5),
    ("no number", {"retry_after": "soon"}, 5),
    ("not a number", {"retry_after": "nan"}, 5),
    ("longer than we wait", {"retry_after": "86400"}, LONGEST_HOLD),
    ("for ever", {"retry_after": "inf"}, LONGEST_HOLD),
    ("a date gone by", {"retry_after": _in(-60)}, 5),
    ("seconds until the window ends", {"x_ratelimit_reset": "12"}, 12),
    ("a window that has ended", {"x_ratelimit_reset": "1000000001"}, 5),
    ("no window", {"x_ratelimit_reset": "never"}, 5),
    ("both: Retry-After counts", {"retry_after": "7", "x_ratelimit_reset": "12"}, 7),
    ("an unreadable Retry-After", {"retry_after": "soon", "x_ratelimit_reset": "12"}, 12),
]


@pytest.mark.parametrize(
    ("headers", "seconds"), [case[1:] for case in WAITS], ids=[case[0] for case in WAITS]
)
def test_how_long_a_429_asks_to_wait(headers: dict[str, str], seconds: float) -> None:
    with pytest.raises(SlowDown) as caught:
        deciphered(429, b"", **headers)

    assert caught.value.seconds == seconds
    assert caught.value.after == seconds


POINTS: list[tuple[str, Callable[[], dict[str, str]]]] = [
    ("Retry-After as a date", lambda: {"retry_after": _in(40)}),
    ("the reset in epoch seconds", lambda: {"x_ratelimit_reset": str(int(time.time()) + 40)}),
    ("the reset in milliseconds", lambda: {"x_ratelimit_reset": str(int(time.time() + 40) * 1000)}),
]


@pytest.mark.parametrize("headers", [case[1] for case in POINTS], ids=[case[0] for case in POINTS])
def test_a_429_may_name_a_point_in_time(headers: Callable[[], dict[str, str]]) -> None:
    with pytest.raises(SlowDown) as caught:
        deciphered(429, b"", **headers())

    assert 30 < caught.value.seconds <= 40


@pytest.mark.parametrize(
    ("headers", "everyone"),
    [
        ({}, False),
        ({"x_ratelimit_scope": "integration-partner"}, True),
        ({"x_ratelimit_scope": "Integration-Partner"}, True),
        ({"x_ratelimit_scope": "api-key"}, False),
    ],
)
def test_a_429_may_mean_every_organization(headers: dict[str, str], everyone: bool) -> None:
    with pytest.raises(SlowDown) as caught:
        deciphered(429, b"", **headers)

    assert caught.value.everyone is everyone


# What was sent stands in no error text.

SENT = {
    "name": {"first": "Ana", "last": "Öztürk-O'Neill"},
    "contact.homeEmail": "ana.oe@example.com",
    "pay": {"amount": 123456.5, "currency": "USD"},
    "tags": ["Li", 987654],
    "title": 'Head of "Secret" things\nline two',
}

LEAKS = [
    "name.first 'Ana' is taken",
    "no person named ANA",
    "Ana Öztürk-O'Neill exists",
    "öztürk-o'neill exists",
    "ana.oe@example.com is invalid",
    "Address <Ana.OE@Example.com> is invalid",
    "somebody.else@example.org has it",
    "amount 123456.5 too high",
    "tag Li unknown",
    "tag 987654 unknown",
    'title: Head of "Secret" things\nline two is too long',
    "?q=%C3%96zt%C3%BCrk-O%27Neill is none",
    "?name=Head+of+%22Secret%22+things%0Aline+two is none",
    "?address=ana.oe%40example.com is none",
    "?address=somebody.else%40example.org is none",
    "no \\u00d6zt\\u00fcrk-O'Neill",
    'title: "Head of \\"Secret\\" things\\nline two" is too long',
]


@pytest.mark.parametrize("message", LEAKS)
def test_an_error_text_repeats_nothing_that_was_sent(message: str) -> None:
    told = without_what_was_sent(message, SENT)

    for secret in ("Ana", "Öztürk", "Neill", "example", "123456", "Li ", "987654", "Secret", "zt"):
        assert secret.casefold() not in told.casefold()
    assert "..." in told


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("animal names are banal", "animal names are banal"),
        ("at most 160 characters", "at most 160 characters"),
        ("listed in the limits", "listed in the limits"),
    ],
)
def test_words_that_only_contain_a_short_value_stay(message: str, told: str) -> None:
    assert without_what_was_sent(message, SENT) == told


def test_an_error_text_is_cut() -> None:
    assert len(without_what_was_sent("x y " * 500, SENT)) == 300


def test_the_refusal_of_a_body_does_not_repeat_the_body(charthop: Line) -> None:
    charthop.say(json_reply({"code": 400, "message": "person 'Ana' has no Li"}, 400))

    with pytest.raises(Rejected) as caught:
        charthop.wire.send("POST", "/v2/org/acme/person", Kind.CREATE, body=SENT)

    assert str(caught.value).startswith("ChartHop refused v2/org/acme/person: 400: ")
    assert "person '" not in str(caught.value)
    assert caught.value.detail == "person '...' has no ..."


def test_an_id_in_the_path_is_not_told(charthop: Line) -> None:
    charthop.say(json_reply({}, 400))

    with pytest.raises(Rejected) as caught:
        charthop.wire.send("GET", "/v2/org/acme/job/670405b2c8e3d13247cfef5d", Kind.READ)

    assert str(caught.value).startswith("ChartHop refused v2/org/acme/job: 400")


# How often a call is sent.

BROKEN: list[Exception] = [
    httpx.ReadTimeout("late"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.WriteTimeout("late"),
    httpx.RemoteProtocolError("cut in the middle of the body"),
    httpx.DecodingError("the compressed body is damaged"),
]
NEVER_SENT: list[Exception] = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("late"),
    httpx.PoolTimeout("none free"),
]


@pytest.mark.parametrize(
    "trouble",
    [*BROKEN, *NEVER_SENT, httpx.Response(502, content=HTML), httpx.Response(200, content=HTML)],
    ids=lambda trouble: type(trouble).__name__,
)
def test_a_read_is_tried_again_in_place(ashby: Line, trouble: httpx.Response | Exception) -> None:
    ashby.say(trouble, trouble, json_reply({"fine": True}))

    answer = ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    assert answer.body == {"fine": True}
    assert len(ashby.sent) == 3
    assert len(ashby.waits) == 2
    assert max(ashby.waits) <= 2.2


def test_a_read_is_given_up_after_three_tries(ashby: Line) -> None:
    ashby.say(*[httpx.Response(500)] * 3)

    with pytest.raises(TryLater) as caught:
        ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    assert caught.value.reason.code == "UNREACHABLE"
    assert len(ashby.sent) == 3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.Response(429, headers={"retry-after": "7"}), SlowDown),
        (httpx.Response(403), KeyRefused),
        (httpx.Response(400), Rejected),
    ],
    ids=["429", "403", "400"],
)
def test_a_read_that_is_refused_is_not_tried_again(
    ashby: Line, reply: httpx.Response, kind: type[Exception]
) -> None:
    ashby.say(reply)

    with pytest.raises(TryLater if kind is SlowDown else kind):
        ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    assert len(ashby.sent) == 1


@pytest.mark.parametrize("kind", [Kind.SAFE_WRITE, Kind.CREATE])
@pytest.mark.parametrize("trouble", [*BROKEN, *NEVER_SENT], ids=lambda one: type(one).__name__)
def test_a_write_is_never_sent_twice_from_here(ashby: Line, kind: Kind, trouble: Exception) -> None:
    ashby.say(trouble)

    with pytest.raises(TryLater):
        ashby.wire.send("POST", "/opening.create", kind, body={})

    assert len(ashby.sent) == 1


@pytest.mark.parametrize(
    "trouble",
    [*BROKEN, httpx.Response(500), httpx.Response(502), httpx.Response(200, content=HTML)],
    ids=lambda trouble: type(trouble).__name__,
)
def test_a_create_whose_answer_is_lost_may_have_been_carried_out(
    ashby: Line, trouble: httpx.Response | Exception
) -> None:
    ashby.say(trouble)

    with pytest.raises(AnswerLost) as caught:
        ashby.wire.send("POST", "/opening.create", Kind.CREATE, body={})

    assert caught.value.reason.code == "ANSWER_LOST"


@pytest.mark.parametrize(
    "trouble",
    [*NEVER_SENT, httpx.Response(429)],
    ids=lambda trouble: type(trouble).__name__,
)
def test_a_create_that_was_never_sent_or_not_let_in_was_not_carried_out(
    ashby: Line, trouble: httpx.Response | Exception
) -> None:
    ashby.say(trouble)

    with pytest.raises(TryLater) as caught:
        ashby.wire.send("POST", "/opening.create", Kind.CREATE, body={})

    assert not isinstance(caught.value, AnswerLost)


def test_whoever_may_not_go_on_sends_nothing(ashby: Line) -> None:
    ashby.forbids = Paused(said("paused by hand"))

    with pytest.raises(Paused):
        ashby.wire.send("POST", "/opening.update", Kind.SAFE_WRITE, body={})

    assert (ashby.sent, ashby.asked) == ([], [Kind.SAFE_WRITE])


# What is counted.


def test_every_call_is_counted_by_its_status(ashby: Line) -> None:
    ashby.say(httpx.Response(500), httpx.ReadError("reset"), json_reply({}), httpx.Response(400))

    ashby.wire.send("POST", "/opening.list", Kind.READ, body={})
    with pytest.raises(Rejected):
        ashby.wire.send("POST", "/opening.update", Kind.SAFE_WRITE, body={})

    assert ashby.wire.tally == {
        ("Ashby", 500): 1,
        ("Ashby", 0): 1,
        ("Ashby", 200): 1,
        ("Ashby", 400): 1,
    }


def test_a_429_holds_whoever_calls_next(ashby: Line) -> None:
    ashby.say(httpx.Response(429, headers={"retry-after": "8"}), json_reply({}))
    with pytest.raises(TryLater):
        ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    assert 6 < ashby.waits[-1] <= 8.1


def test_after_five_failures_in_a_row_calls_wait_and_a_success_ends_it(ashby: Line) -> None:
    ashby.say(*[httpx.Response(503)] * 5)
    for _ in range(2):
        with pytest.raises(TryLater):
            ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    with pytest.raises(TryLater) as caught:
        ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    assert caught.value.reason.code == "OUTAGE"
    assert caught.value.after is not None
    assert 10 < caught.value.after <= 15
    assert len(ashby.sent) == 5


def test_refusals_are_no_failures_of_the_service(ashby: Line) -> None:
    ashby.say(*[httpx.Response(400)] * 6, json_reply({}))
    for _ in range(6):
        with pytest.raises(Rejected):
            ashby.wire.send("POST", "/opening.update", Kind.SAFE_WRITE, body={})

    ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    assert ashby.waits == []
