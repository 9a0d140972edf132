"""Who may ask for what, and from where?"""

import asyncio
import json
import re
from dataclasses import dataclass, replace

import httpx
import pytest
from starlette.requests import HTTPConnection
from starlette.routing import Route

from control.deployment import Deployment as Control
from control.questions import Asker
from control.web.bodies import LARGEST
from control.web.console.access import ACCESS, Role, Visitor
from control.web.console.app import console_at, make_console
from control.web.console.guard import HEADERS, POLICY
from control.web.console.login import FORWARDED, SHORTEST, Nobody, read_accounts
from control.web.console.visit import Console
from control.web.server import make_server
from core.errors import WrongSetup
from store.attempts import BY_ACCOUNT, BY_ADDRESS, Attempts
from store.heartbeats import Heartbeats
from tests.control.web.console.conftest import PASSWORD, SAME, URL, USER, Browser, basic, words
from tests.deployment import Deployment
from workers.embedded import ephemeral

TABLE = 'viewers = ["@acme.example"]\noperators = ["Ana@acme.example"]'

PATHS = [
    (method, path.format(organization="acme", record="job:1", sync="1"), role)
    for (method, path), role in ACCESS.items()
    if role is not Role.ANYBODY
]

SCRIPT = '<script src="/static/console.js" defer></script>'

each_path = pytest.mark.parametrize(("method", "path", "role"), PATHS, ids=str)


@dataclass(frozen=True)
class As:
    """A login that knows who it is."""

    name: str

    def visitor(self, connection: HTTPConnection) -> Visitor | None:
        return Visitor(self.name)


@pytest.fixture
def acme(deployment: Deployment) -> Deployment:
    deployment.add("acme", TABLE)
    deployment.add("globex", 'viewers = ["eve@globex.example"]')
    return deployment


def signed_in(browser: Browser, keyless: Control, name: str) -> Browser:
    return replace(
        browser, app=make_console(Console(keyless, As(name), Asker(keyless))), headers={}
    )


def test_every_route_has_a_row_and_every_row_a_route(browser: Browser) -> None:
    routes = {
        (method, route.path)
        for route in browser.app.routes
        if isinstance(route, Route)
        for method in set(route.methods or ()) - {"HEAD"}
    }
    assert routes == set(ACCESS)
    assert len(routes) == len(browser.app.routes)


@each_path
def test_nobody_is_challenged(
    acme: Deployment, browser: Browser, method: str, path: str, role: Role
) -> None:
    for headers in ({}, basic("ana", "wrong"), {"Authorization": "Basic ?"}):
        answer = replace(browser, headers=headers).request(method, path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
        assert "acme" not in answer.text


@each_path
def test_who_may_see_another_organization_learns_nothing_of_this_one(
    acme: Deployment, browser: Browser, keyless: Control, method: str, path: str, role: Role
) -> None:
    eve = signed_in(browser, keyless, "eve@globex.example")
    answer = eve.request(method, path, headers=SAME)
    if path == "/logout":
        assert answer.status_code == 200
    elif role is Role.SIGNED_IN:
        assert answer.status_code == 200
        assert "acme" not in answer.text
        assert "globex" in answer.text
    else:
        assert answer.status_code == 404
        nowhere = eve.request(method, path.replace("acme", "nowhere"), headers=SAME)
        assert answer.text == nowhere.text


@each_path
def test_a_viewer_looks_and_orders_nothing(
    acme: Deployment, browser: Browser, keyless: Control, method: str, path: str, role: Role
) -> None:
    viewer = signed_in(browser, keyless, "bea@ACME.example")
    answer = viewer.request(method, path, headers=SAME)
    if role is Role.OPERATOR:
        assert answer.status_code == 403
    else:
        assert answer.status_code in (200, 404)  # there is no job:1
        assert '<button type="submit">Sync' not in answer.text
    assert acme.app.messages == []
    assert keyless.public_memory("acme").journal.all() == []


@each_path
def test_an_operator_is_let_in(
    acme: Deployment, browser: Browser, keyless: Control, method: str, path: str, role: Role
) -> None:
    ana = signed_in(browser, keyless, "ana@acme.example")
    answer = ana.request(method, path, headers=SAME)
    assert answer.status_code in (200, 303, 404, 409)
    assert "Only an operator" not in answer.text


def test_rights_are_looked_up_on_each_request(
    acme: Deployment, browser: Browser, keyless: Control
) -> None:
    bea = signed_in(browser, keyless, "bea@acme.example")
    assert bea.request("GET", "/o/acme").status_code == 200
    acme.configure("acme", "")
    assert bea.request("GET", "/o/acme").status_code == 404
    assert bea.request("GET", "/").status_code == 403


def test_a_domain_is_the_whole_domain(acme: Deployment, browser: Browser, keyless: Control) -> None:
    for name in (
        "bea@notacme.example",
        "bea@x.acme.example",
        "acme.example",
        "@acme.example@x",
        "",
    ):
        assert signed_in(browser, keyless, name).request("GET", "/o/acme").status_code == 404, name


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://sync.example.com.evil.example"},
        {"Origin": "http://sync.example.com"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://sync.example.com"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_orders_come_from_the_console_itself(
    acme: Deployment, browser: Browser, keyless: Control, headers: dict[str, str]
) -> None:
    for method, path, role in PATHS:
        if role is Role.OPERATOR:
            assert browser.request(method, path, headers=headers).status_code == 403
    local = replace(browser, url="http://127.0.0.1:8080")
    for host in ("", "http://127.0.0.1", "http://127.0.0.1:8081", "https://127.0.0.1:8080"):
        theirs = {**headers, **({"Origin": host} if host else {})}
        assert local.request("POST", "/o/acme/pause", headers=theirs).status_code == 403
    assert keyless.public_memory("acme").journal.all() == []


def test_an_origin_of_ours_will_do(acme: Deployment, browser: Browser) -> None:
    ours = {"Origin": "https://sync.example.com"}
    assert browser.request("POST", "/o/acme/pause", headers=ours).status_code == 303
    local = replace(browser, url="http://127.0.0.1:8080")
    ours = {"Origin": "http://127.0.0.1:8080"}
    assert local.request("POST", "/o/acme/resume", headers=ours).status_code == 303


def test_a_foreign_host_is_misdirected(acme: Deployment, browser: Browser) -> None:
    for url in ("https://evil.example", "https://sync.example.com:8443", "http://10.0.0.1:8080"):
        answer = replace(browser, url=url).request("GET", "/")
        assert answer.status_code == 421
        assert answer.headers["content-security-policy"] == POLICY
    for url in ("http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080"):
        assert replace(browser, url=url).request("GET", "/").status_code == 200
    answer = browser.request("GET", "/", headers={"Host": "SYNC.example.com:443"})
    assert answer.status_code == 200


def test_the_headers_of_every_answer(acme: Deployment, browser: Browser) -> None:
    answers = [
        browser.request("GET", "/"),
        browser.request("GET", "/nowhere"),
        browser.request("DELETE", "/"),
        browser.request("POST", "/o/acme/pause"),
        replace(browser, headers={}).request("GET", "/o/acme"),
    ]
    assert [one.status_code for one in answers] == [200, 404, 405, 403, 401]
    for answer in answers:
        shown = {
            name: answer.headers[name]
            for name in (
                "content-security-policy",
                "x-content-type-options",
                "referrer-policy",
                "cache-control",
                "strict-transport-security",
            )
        }
        assert shown == {
            "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
            "img-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "cache-control": "no-store",
            "strict-transport-security": "max-age=31536000",
        }
        assert "set-cookie" not in answer.headers
        assert answer.text.count("<script") == answer.text.count(SCRIPT)
        assert " style=" not in answer.text


def test_a_page_that_breaks_has_the_headers_and_tells_nothing(
    acme: Deployment, browser: Browser
) -> None:
    acme.redis.lpush(acme.redis.key("acme", "journal"), "no json of ours")

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(browser.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            return await client.get("/o/acme", headers=browser.headers)

    answer = asyncio.run(send())
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "no json" not in answer.text
    assert "The console had an internal error" in words(answer.text)


def test_what_is_too_large_is_refused_and_the_connection_ended(
    acme: Deployment, browser: Browser, keyless: Control
) -> None:
    answer = browser.request(
        "POST", "/o/acme/pause", content=b"reason=" + b"x" * LARGEST, headers=SAME
    )
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert (
        browser.request("POST", "/o/acme/pause", content=b"\xff", headers=SAME).status_code == 400
    )
    assert keyless.public_memory("acme").journal.all() == []


@pytest.mark.parametrize(
    "host",
    ["evil@127.0.0.1", "127.0.0.1/evil", "127.0.0.1#", "localhost.evil.example", "[::2]", ""],
)
def test_what_only_begins_like_this_machine_is_misdirected(
    acme: Deployment, browser: Browser, host: str
) -> None:
    assert browser.request("GET", "/", headers={"Host": host}).status_code == 421


def test_where_redis_is_away_every_page_and_order_says_so(
    acme: Deployment, browser: Browser, keyless: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.get("/o/acme")
    with ephemeral() as gone:
        monkeypatch.setenv("REDIS_URL", gone.url)
        with Control(has_keys=False) as control:
            app = make_console(Console(control, Nobody(), Asker(control)))
            local = replace(browser, app=app, headers={}, url="http://127.0.0.1:8080")
            Heartbeats(control.redis).beat("worker")
            assert local.get("/o/acme")
            gone.__exit__(None, None, None)
            for path in ("/", "/o/acme", "/o/acme/drift"):
                answer = local.request("GET", path)
                assert answer.status_code == 503, path
                assert "Redis does not answer" in words(answer.text)
            for name in ("Sync now", "Pause"):
                assert local.send(page, name).status_code == 503


@pytest.mark.parametrize("trusted", [None, "10.0.0.9"])
def test_who_asks_is_told_by_a_trusted_proxy_alone(
    acme: Deployment,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trusted: str | None,
) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    if trusted is not None:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    config = make_server(browser.app, "127.0.0.1", 0).config
    config.load()
    for proxy, told in (("10.0.0.9", "203.0.113.7" if trusted else "10.0.0.9"), ("10.0.0.8",) * 2):

        async def send(proxy: str = proxy) -> None:
            transport = httpx.ASGITransport(config.loaded_app, client=(proxy, 1))
            headers = {**browser.headers, "X-Forwarded-For": "203.0.113.7"}
            async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
                await client.get("/", headers=headers)

        asyncio.run(send())
        assert json.loads(capsys.readouterr().out)["address"] == told


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nginx", "nginx is neither an address nor a network"),
        ("10.0.0.0/8,proxy.example.com", "proxy.example.com is neither an address nor a network"),
        ("10.0.0.0/33", "10.0.0.0/33 is neither an address nor a network"),
        ("10.0.0.1/8", "10.0.0.1/8 is an address within a network; did you mean 10.0.0.0/8?"),
        ("2001:db8::1/32", "2001:db8::1/32 is an address within a network; did you mean 2001:db8:"),
        ("*", "* would let anybody who connects name any address"),
        ("10.0.0.9, *", "* would let anybody who connects name any address"),
    ],
)
def test_what_names_no_proxy_is_refused_and_the_sentence_says_why(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, written: str, why: str
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", written)
    with pytest.raises(WrongSetup, match=re.escape(f"FORWARDED_ALLOW_IPS: {why}")):
        make_server(browser.app, "127.0.0.1", 0)


def test_whoever_guesses_has_to_wait(acme: Deployment, browser: Browser) -> None:
    guess = replace(browser, headers=basic(USER, "wrong"))
    for _ in range(BY_ADDRESS):
        assert guess.request("GET", "/").status_code == 401
    assert browser.request("GET", "/").status_code == 429
    keys = str(acme.redis.keys("*"))
    assert "login" in keys
    assert USER not in keys
    assert PASSWORD not in keys


def test_whoever_guesses_one_account_from_many_addresses_has_to_wait(
    acme: Deployment, browser: Browser
) -> None:
    for number in range(BY_ACCOUNT):
        assert browser.request("GET", "/").status_code == 200
        Attempts(acme.redis).failed(f"192.0.2.{number}", USER)
    assert browser.request("GET", "/").status_code == 429


def test_a_short_password_is_for_this_machine_only() -> None:
    short = "x" * (SHORTEST - 1)
    assert set(read_accounts(f"ana:{short}", beyond_loopback=False)) == {"ana"}
    with pytest.raises(WrongSetup, match="at least 16 characters"):
        read_accounts(f"ben:{'x' * 16},ana:{short}", beyond_loopback=True)
    assert set(read_accounts(f"ben:{'x' * 16}, ana:{'y' * 16}", beyond_loopback=True)) == {
        "ana",
        "ben",
    }


def test_without_a_login_this_machine_is_the_operator(
    acme: Deployment, browser: Browser, keyless: Control
) -> None:
    app = make_console(Console(keyless, Nobody(), Asker(keyless)))
    local = replace(browser, app=app, headers={}, url="http://127.0.0.1:8080")
    assert "acme" in words(local.get("/"))
    for name in FORWARDED:
        assert local.request("GET", "/", headers={name: "203.0.113.7"}).status_code == 403
    assert replace(local, url=URL).request("GET", "/").status_code == 403


def test_the_console_is_served_beyond_this_machine_with_a_login_only(
    browser: Browser, keyless: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        assert console_at(keyless, host) is not None
    for host in ("0.0.0.0", "::", "10.0.0.1"):
        assert console_at(keyless, host) is None
    monkeypatch.setenv("CONSOLE_BASIC_AUTH", f"{USER}:{PASSWORD}")
    with Control(has_keys=False) as deployment:
        assert console_at(deployment, "0.0.0.0") is not None
    monkeypatch.setenv("CONSOLE_BASIC_AUTH", f"{USER}:short")
    with Control(has_keys=False) as deployment:
        assert console_at(deployment, "127.0.0.1") is not None
        with pytest.raises(WrongSetup, match="at least 16 characters"):
            console_at(deployment, "0.0.0.0")
