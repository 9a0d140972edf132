"""Faults, the allowance, the log, and the way to a sandbox in process."""

import httpx
import pytest

from sandbox.ashby import Ashby
from sandbox.charthop import ChartHop
from sandbox.in_process import transport
from sandbox.wire import Fault
from tests.sandbox.sides import Make, Side


def create(side: Side) -> httpx.Response:
    return side.client.post("/opening.create", json={"identifier": "A-1"})


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("lost", httpx.ReadError),
        ("refused", httpx.ConnectError),
        ("timeout", httpx.ReadTimeout),
        ("late", httpx.ReadTimeout),
        ("reset", httpx.RemoteProtocolError),
    ],
)
def test_a_connection_breaks_as_the_fault_says(ashby: Side, kind: str, error: type) -> None:
    ashby.sandbox.faults.append(Fault("opening", kind))  # type: ignore[arg-type]
    with pytest.raises(error):
        create(ashby)
    assert len(ashby.home.openings) == (kind in ("lost", "late", "reset"))
    assert (ashby.sandbox.calls[0].status, ashby.sandbox.calls[0].fault) == (0, kind)


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (Fault(kind="status", status=500), 500, b"generic_internal_error"),
        (Fault(kind="status", status=429, body={"try": "later"}), 429, b'{"try": "later"}'),
        (Fault(kind="html"), 502, b"<html>"),
        (Fault(kind="html200"), 200, b"<html>"),
        (Fault(kind="empty"), 200, b""),
        (Fault(kind="error", code="sync_token_expired"), 200, b"sync_token_expired"),
        (Fault(kind="accepted"), 202, b""),
    ],
)
def test_an_answer_is_replaced_and_nothing_is_done(
    ashby: Side, fault: Fault, status: int, body: bytes
) -> None:
    ashby.sandbox.faults.append(fault)
    answer = create(ashby)
    assert answer.status_code == status
    assert body in answer.content
    assert not ashby.home.openings


def test_a_fault_can_carry_the_call_out_before_it_answers_otherwise(ashby: Side) -> None:
    ashby.sandbox.faults.append(Fault(kind="status", status=502, done=True))
    assert create(ashby).status_code == 502
    assert len(ashby.home.openings) == 1


def test_a_fault_lets_calls_pass_first_and_is_spent_after_its_hits(ashby: Side) -> None:
    ashby.sandbox.faults.append(Fault(r"^/opening\.create$", status=503, skip=2, times=2))
    ashby.post("/opening.list")
    statuses = [create(ashby).status_code for _ in range(5)]
    assert statuses == [200, 200, 503, 503, 200]
    assert ashby.sandbox.faults[0].spent


def test_a_fault_can_be_for_one_method_and_one_key(charthop: Side) -> None:
    charthop.sandbox.add_org("globex", "other-key")
    charthop.sandbox.faults.append(Fault("/job", method="GET", key="other-key", times=9))
    other = {"Authorization": "Bearer other-key"}
    assert charthop.client.get("/v2/org/acme/job").status_code == 200
    assert charthop.client.get("/v2/org/globex/job", headers=other).status_code == 500
    assert charthop.client.patch("/v2/org/globex/job/x", headers=other, json={}).status_code == 404


def test_an_answer_can_be_altered(ashby: Side) -> None:
    def add(answer: dict[str, object]) -> dict[str, object]:
        return {**answer, "results": [{"surprise": True}]}

    ashby.sandbox.faults.append(Fault("opening.list", "altered", alter=add))
    assert ashby.post("/opening.list")["results"] == [{"surprise": True}]


def test_calls_beyond_the_allowance_wait_for_the_next_window(make_ashby: Make) -> None:
    side = make_ashby(rate_scope="integration-partner")
    side.sandbox.allowance = 2
    side.clock.now += 10
    first, second, third = (side.client.post("/opening.list", json={}) for _ in range(3))
    assert [first.status_code, second.status_code, third.status_code] == [200, 200, 429]
    assert first.headers["x-ratelimit-remaining"] == "1"
    assert third.headers["retry-after"] == "60"
    assert third.headers["x-ratelimit-scope"] == "integration-partner"
    assert int(third.headers["x-ratelimit-reset"]) == side.clock.now + 60
    side.clock.now += 60
    assert side.client.post("/opening.list", json={}).status_code == 200


def test_a_429_may_come_without_a_hint(make_ashby: Make) -> None:
    side = make_ashby(retry_after=False, rate_reset="seconds")
    side.sandbox.allowance = 0
    refused = side.client.post("/opening.list", json={})
    assert refused.status_code == 429
    assert "retry-after" not in refused.headers
    assert "x-ratelimit-scope" not in refused.headers
    assert refused.headers["x-ratelimit-reset"] == "60"


def test_the_allowance_of_one_key_is_not_that_of_another(make_ashby: Make) -> None:
    side = make_ashby()
    side.sandbox.allowance = 1
    side.sandbox.add_account("other")
    assert side.client.post("/opening.list", json={}).status_code == 200
    assert side.client.post("/opening.list", json={}, auth=("other", "")).status_code == 200
    assert side.client.post("/opening.list", json={}).status_code == 429


def test_charthop_can_have_an_allowance_too(charthop: Side) -> None:
    charthop.sandbox.allowance = 0
    answer = charthop.client.get("/v1/org")
    assert (answer.status_code, answer.json()["code"]) == (429, 429)


def test_the_log_tells_writes_from_reads(ashby: Side, charthop: Side) -> None:
    ashby.post("/opening.list")
    ashby.post("/opening.search", identifier="x")
    create(ashby)
    charthop.client.get("/v2/org/acme/job?q=is:open")
    charthop.client.post("/v1/org/acme/change/HIRE/validate", json={})
    charthop.client.post("/v1/org/acme/change/sync/HIRE", json={})
    assert [call.path for call in ashby.sandbox.writes()] == ["/opening.create"]
    assert [call.path for call in charthop.sandbox.writes()] == ["/v1/org/acme/change/sync/HIRE"]
    assert charthop.sandbox.calls[0].query == {"q": ["is:open"]}
    assert ashby.sandbox.calls[2].body == {"identifier": "A-1"}
    assert ashby.sandbox.calls[2].key == "ashby-key"


def test_the_log_keeps_answers_when_asked_to(ashby: Side) -> None:
    ashby.post("/opening.list")
    ashby.sandbox.record_answers = True
    ashby.post("/opening.list")
    assert ashby.sandbox.calls[0].answer is None
    assert ashby.sandbox.calls[1].answer["success"] is True
    ashby.sandbox.record_calls = False
    ashby.post("/opening.list")
    assert len(ashby.sandbox.calls) == 2


def test_hosts_lead_to_their_sandbox_and_unknown_ones_nowhere() -> None:
    charthop, ashby = ChartHop(), Ashby()
    with httpx.Client(transport=transport(charthop, ashby)) as client:
        assert client.get("https://api.charthop.com/v1/org").json()["code"] == 401
        assert client.get("http://charthop.localhost/v1/org").json()["code"] == 401
        assert client.post("https://api.ashbyhq.com/opening.list").status_code == 401
        with pytest.raises(httpx.ConnectError, match="knows no host"):
            client.get("https://example.com/")


def test_the_same_seed_gives_the_same_ids(make_ashby: Make, make_charthop: Make) -> None:
    assert make_ashby().home.add_department("Sales") == make_ashby().home.add_department("Sales")
    assert make_charthop().home.add_job() == make_charthop().home.add_job()
