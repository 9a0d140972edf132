"""The audit log, and how much one person may order."""

import json
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from control.deployment import Deployment as Control
from control.web.console.audit import BY_ANYBODY, LONGEST, MOST, WINDOW
from store.attempts import BY_ADDRESS, ORDERS
from tests.control.web.console.conftest import PASSWORD, SAME, USER, Browser, Worker, basic, words
from tests.control.web.console.test_access import signed_in
from tests.control.web.console.test_oidc import Person, person  # noqa: F401
from tests.deployment import Deployment

Out = pytest.CaptureFixture[str]


def lines(out: Out) -> list[dict[str, Any]]:
    """The lines written since the last look."""
    return [json.loads(line) for line in out.readouterr().out.splitlines()]


def brief(out: Out) -> list[tuple[str, str, str | None, int]]:
    return [(one["kind"], one["what"], one["who"], one["status"]) for one in lines(out)]


def test_an_order_is_one_line_with_who_from_where_when_and_how_it_ended(
    deployment: Deployment, browser: Browser, capsys: Out
) -> None:
    deployment.add("acme")
    browser.press("/o/acme", "Pause", reason="an\naudit")
    login, order = lines(capsys)
    assert login["kind"] == "login"
    at = order.pop("at")
    assert at.endswith("Z")
    assert order == {
        "kind": "order",
        "what": "POST /o/{organization}/pause",
        "who": USER,
        "address": "127.0.0.1",
        "status": 303,
        "organization": "acme",
        "record": None,
        "form": {"reason": ["an\\naudit"]},
    }


def test_looking_leaves_no_line_beyond_the_login(
    deployment: Deployment, browser: Browser, capsys: Out
) -> None:
    deployment.add("acme")
    for page in ("/", "/o/acme", "/o/acme/records", "/o/acme/syncs"):
        browser.get(page)
    assert brief(capsys) == [("login", "basic", USER, 200)]


def test_a_change_of_ticks_is_told_with_the_codes(
    deployment: Deployment, browser: Browser, worker: Worker, capsys: Out
) -> None:
    org, _ = deployment.add("acme")
    org.add_field("seat", "Seat", "INTEGER")
    browser.get("/o/acme/fields")
    worker.answer()
    browser.press("/o/acme/fields", "Save", tick="seat")
    assert lines(capsys)[-1]["form"] == {"tick": ["seat"]}


def test_each_refusal_is_told(
    deployment: Deployment, browser: Browser, keyless: Control, capsys: Out
) -> None:
    deployment.add("acme", 'viewers = ["bea@acme.example"]')
    bea = signed_in(browser, keyless, "bea@acme.example")
    bea.request("POST", "/o/acme/sync", headers=SAME)
    signed_in(browser, keyless, "eve@else.example").request("GET", "/o/acme/plan")
    browser.request("POST", "/o/acme/pause", headers={"Origin": "https://evil.example"})
    browser.request("POST", "/o/acme/approve", headers=SAME)
    assert brief(capsys) == [
        ("refusal", "POST /o/{organization}/sync", "bea@acme.example", 403),
        ("refusal", "GET /o/{organization}/plan", "eve@else.example", 404),
        ("login", "basic", USER, 200),
        ("refusal", "POST /o/{organization}/pause", USER, 403),
        ("refusal", "POST /o/{organization}/approve", USER, 409),
    ]


def test_a_failed_login_names_accounts_only_and_no_password(
    deployment: Deployment, browser: Browser, capsys: Out
) -> None:
    replace(browser, headers=basic(USER, "wrong-one")).request("GET", "/")
    replace(browser, headers=basic(PASSWORD, "x")).request("GET", "/")
    out = capsys.readouterr().out
    assert [json.loads(line)["who"] for line in out.splitlines()] == [USER, None]
    assert {json.loads(line)["status"] for line in out.splitlines()} == {401}
    assert "wrong-one" not in out
    assert PASSWORD not in out
    for _ in range(BY_ADDRESS):
        replace(browser, headers=basic(USER, "wrong")).request("GET", "/")
    assert lines(capsys)[-1]["status"] == 429


def test_a_page_that_nobody_signed_in_for_and_another_host_are_told(
    deployment: Deployment, browser: Browser, capsys: Out
) -> None:
    deployment.add("acme")
    nobody = replace(browser, headers={})
    nobody.request("GET", "/o/acme")
    nobody.request("POST", "/o/acme/sync", headers=SAME)
    nobody.request("GET", "/", headers={"Authorization": "Bearer x"})
    browser.request("GET", "/o/acme?q=x", headers={"Host": "evil.example"})
    told = lines(capsys)
    assert [(one["what"], one["who"], one["status"], one["organization"]) for one in told] == [
        ("GET /o/{organization}", None, 401, "acme"),
        ("POST /o/{organization}/sync", None, 401, "acme"),
        ("GET /", None, 401, None),
        ("GET /o/acme", None, 421, None),
    ]
    assert {(one["kind"], one["address"]) for one in told} == {("refusal", "127.0.0.1")}


@pytest.mark.parametrize("how", ["nobody", "another host", "wrong password"])
def test_whoever_has_no_login_cannot_fill_the_log_and_drowns_nobody_elses_lines(
    deployment: Deployment,
    browser: Browser,
    capsys: Out,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    deployment.add("acme")
    stranger = replace(browser, headers=basic(USER, "wrong") if how == "wrong password" else {})
    headers = {"Host": "evil.example"} if how == "another host" else {}
    for _ in range(2 * BY_ANYBODY + 25):
        stranger.request("GET", "/", headers=headers)
    written = lines(capsys)
    kinds = Counter(one["status"] for one in written)
    assert max(kinds.values()) == BY_ANYBODY
    assert len(kinds) == (2 if how == "wrong password" else 1)  # 401, then 429
    if how != "wrong password":  # else whoever comes from there has to wait
        browser.request("POST", "/o/acme/resume", headers={"Origin": "https://evil.example"})
        assert lines(capsys)[-1]["who"] == USER

    passed = time.monotonic() + WINDOW
    monkeypatch.setattr(time, "monotonic", lambda: passed)
    stranger.request("GET", "/", headers=headers)
    (again,) = lines(capsys)
    assert again["left_out"] > 0
    assert len(written) + again["left_out"] == 2 * BY_ANYBODY + 25
    stranger.request("GET", "/", headers=headers)
    assert "left_out" not in lines(capsys)[0]


def test_a_login_through_the_provider_is_told_with_its_end(
    person: Person,  # noqa: F811
    capsys: Out,
) -> None:
    person.company.claims = {"email_verified": False}
    person.sign_in()
    person.request("GET", "/login/callback?code=code&state=x")
    person.company.claims = {}
    person.sign_in()
    person.press("/o/acme", "Sign out")
    assert brief(capsys) == [
        ("login", "oidc", None, 403),
        ("login", "oidc", None, 403),
        ("login", "oidc", "ana@acme.example", 200),
        ("order", "POST /logout", "ana@acme.example", 200),
    ]


def test_a_form_cannot_fill_the_log(deployment: Deployment, browser: Browser, capsys: Out) -> None:
    deployment.add("acme")
    body = "&".join(f"tick={'x' * 1000}" for _ in range(1000))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    browser.request("POST", "/o/acme/fields", content=body, headers={**SAME, **kind})
    assert len(capsys.readouterr().out) < MOST * (LONGEST + 10) + 1000


def test_an_order_that_breaks_is_told_all_the_same(
    deployment: Deployment, browser: Browser, capsys: Out
) -> None:
    deployment.add("acme")
    # What we never write: reading it is a bug of ours.
    deployment.redis.lpush(deployment.redis.key("acme", "journal"), "no json")
    with pytest.raises(json.JSONDecodeError):
        browser.request("POST", "/o/acme/approve", headers=SAME)
    assert brief(capsys)[-1] == ("refusal", "POST /o/{organization}/approve", USER, 500)


def test_orders_of_one_person_are_limited_and_no_one_elses(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    deployment.add("acme", 'operators = ["ana@acme.example"]')
    for _ in range(ORDERS):
        assert browser.request("POST", "/o/acme/resume", headers=SAME).status_code == 303
    answer = browser.request("POST", "/o/acme/sync", headers=SAME)
    assert answer.status_code == 429
    assert "Too many actions" in words(answer.text)
    assert "sync" not in [one.what for one in keyless.public_memory("acme").journal.all()]
    ana = signed_in(browser, keyless, "ana@acme.example")
    assert ana.request("POST", "/o/acme/resume", headers=SAME).status_code == 303
    assert browser.get("/o/acme")
