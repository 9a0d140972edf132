"""The sandboxes on a port."""

import threading

import httpx
import pytest

from sandbox.ashby import Ashby
from sandbox.charthop import ChartHop
from sandbox.server import serve
from sandbox.wire import Fault, Kind


def test_both_are_served_and_keep_their_connections() -> None:
    charthop, ashby = ChartHop(), Ashby()
    job = charthop.add_org("acme", "c").add_job("Clerk, 書記")
    ashby.add_account("a")
    with (
        serve(charthop) as one,
        serve(ashby) as other,
        httpx.Client(base_url=one.url, headers={"Authorization": "Bearer c"}) as hris,
        httpx.Client(base_url=other.url, auth=("a", "")) as ats,
    ):
        assert one.port != other.port
        for _ in range(3):
            rows = hris.get("/v2/org/acme/job", params={"q": 'title:"書記"', "fields": "id,title"})
            assert rows.json()["data"] == [{"id": job, "title": "Clerk, 書記"}]
            assert ats.post("/apiKey.info", json={}).json()["success"] is True
        empty = hris.patch(f"/v2/org/acme/job/{job}", json={"title": "x"})
        assert (empty.status_code, empty.content) == (204, b"")
    with pytest.raises(httpx.ConnectError):
        httpx.get(one.url)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("lost", httpx.ReadError),
        ("refused", httpx.ReadError),
        ("timeout", httpx.ReadTimeout),
        ("late", httpx.ReadTimeout),
        ("reset", httpx.RemoteProtocolError),
    ],
)
def test_connections_break_on_the_port_too(kind: Kind, error: type[Exception]) -> None:
    ashby = Ashby()
    account = ashby.add_account("a")
    ashby.faults.append(Fault(kind=kind))
    with serve(ashby) as served, httpx.Client(base_url=served.url, auth=("a", "")) as client:
        with pytest.raises(error):
            client.post("/opening.create", json={}, timeout=0.2)
        assert client.post("/opening.create", json={}).status_code == 200
    assert len(account.openings) == (2 if kind in ("lost", "late", "reset") else 1)


def test_a_call_that_is_never_answered_ends_with_the_bound_on_it() -> None:
    ashby = Ashby()
    ashby.add_account("a")
    ashby.timeout = 0.05
    ashby.faults.append(Fault(kind="timeout"))
    with serve(ashby) as served, pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{served.url}/opening.list", json={}, auth=("a", ""), timeout=10)


def test_slow_calls_are_under_way_together() -> None:
    ashby = Ashby()
    ashby.add_account("a")
    ashby.latency = 0.2
    answers = []

    def call(url: str) -> None:
        answers.append(httpx.post(f"{url}/opening.list", json={}, auth=("a", "")).elapsed)

    with serve(ashby) as served:
        threads = [threading.Thread(target=call, args=(served.url,)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == 20
    assert 0.2 <= max(answer.total_seconds() for answer in answers) < 2


def test_a_port_in_use_is_an_error_at_once() -> None:
    with (
        serve(Ashby()) as served,
        pytest.raises(OSError, match="in use"),
        serve(Ashby(), port=served.port),
    ):
        pytest.fail("served twice")
