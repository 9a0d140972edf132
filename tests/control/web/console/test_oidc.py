"""Signing in through an identity provider."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwk, jwt

from control.deployment import Deployment as Control
from control.questions import Asker
from control.web.console.app import make_console
from control.web.console.login import Basic, Either, read_accounts
from control.web.console.oidc import Provider
from control.web.console.signing_in import Oidc, own_path
from control.web.console.visit import Console
from core.errors import WrongSetup
from store.sessions import LONGEST, Sessions
from tests.control.web.console.company import CLIENT, ISSUER, SECRET, Company
from tests.control.web.console.conftest import PASSWORD, SAME, URL, USER, Browser, basic, words
from tests.deployment import Deployment
from workers.settings import Settings


@dataclass
class Person(Browser):
    """Somebody whose browser keeps cookies."""

    company: Company = field(default_factory=Company)
    jar: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request with the cookies, which the answer may change."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        headers = {**more.pop("headers", {}), **({"Cookie": cookies} if cookies else {})}
        answer = super().request(method, path, headers=headers, **more)
        for header in answer.headers.get_list("set-cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            self.jar[name] = value.strip('"')
            if not self.jar[name]:
                del self.jar[name]
        return answer

    def go_to_provider(self, page: str = "/o/acme") -> str:
        """Ask for a page, be sent to the provider and sign in; where it sends one back to."""
        first = self.request("GET", page)
        assert first.status_code == 303
        return self.begin(first.headers["location"])

    def begin(self, login: str = "/login") -> str:
        """Be sent to the provider and sign in there; where it sends one back to."""
        second = self.request("GET", login)
        assert second.headers["location"].startswith(f"{ISSUER}authorize?")
        query = parse_qs(urlsplit(second.headers["location"]).query)
        self.company.asked = {name: values[0] for name, values in query.items()}
        return f"/login/callback?code=code&state={self.company.asked['state']}"

    def sign_in(self, page: str = "/o/acme") -> httpx.Response:
        """The whole way; the answer to coming back."""
        return self.request("GET", self.go_to_provider(page))


@pytest.fixture
def person(deployment: Deployment, keyless: Control) -> Person:
    """Ana, who is an operator of acme and not signed in yet."""
    deployment.add("acme", 'viewers = ["@acme.example"]\noperators = ["ana@acme.example"]')
    deployment.add("globex")
    company = Company()
    http = httpx.Client(transport=httpx.MockTransport(company))
    provider = Provider(ISSUER, CLIENT, SECRET, f"{URL}/login/callback", http)
    app = make_console(Console(keyless, Oidc(keyless, provider), Asker(keyless)))
    return Person(app, deployment, {}, company=company)


def test_who_signs_in_comes_back_to_the_page(person: Person) -> None:
    answer = person.sign_in("/o/acme?x=1&y=2")
    assert answer.headers["location"] == "/o/acme?x=1&y=2"
    shown = person.get("/o/acme")
    assert "ana@acme.example" in shown
    assert person.request("GET", "/o/globex").status_code == 404
    assert person.company.asked["code_challenge_method"] == "S256"
    assert person.company.asked["redirect_uri"] == f"{URL}/login/callback"


def test_the_cookie_is_out_of_reach_and_says_nothing(person: Person) -> None:
    answer = person.sign_in()
    (cookie,) = (one for one in answer.headers.get_list("set-cookie") if "session" in one)
    parts = {one.strip().lower() for one in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-session=")
    assert {"httponly", "secure", "path=/", "samesite=lax"} <= parts
    assert not any(one.startswith("domain") for one in parts)
    assert "ana" not in cookie
    keys = str(person.deployment.redis.keys("*"))
    assert person.jar["__Host-session"] not in keys


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email_verified": False}, "unverified"),
        ({"email_verified": "false"}, "unverified"),
        ({"email": None}, "supplied no e-mail address"),
        ({"iss": "https://evil.example"}, "not valid"),
        ({"aud": "another"}, "not valid"),
        ({"aud": [CLIENT, "another"]}, "somebody else"),
        ({"azp": "another"}, "somebody else"),
        ({"nonce": "another"}, "not valid"),
        ({"nonce": None}, "not valid"),
        ({"exp": 1}, "not valid"),
        ({"exp": None}, "not valid"),
    ],
)
def test_who_is_not_vouched_for_is_not_let_in(
    person: Person, claims: dict[str, Any], sentence: str
) -> None:
    person.company.claims = claims
    answer = person.sign_in()
    assert answer.status_code == 403
    assert sentence in words(answer.text)
    assert "__Host-session" not in person.jar


def test_a_provider_that_calls_itself_otherwise_is_asked_nothing(person: Person) -> None:
    person.company.issuer = "https://evil.example/"
    answer = person.request("GET", "/login")
    assert answer.status_code == 503
    assert "CONSOLE_OIDC_ISSUER" in words(answer.text)
    assert person.company.calls == ["/.well-known/openid-configuration"]


def unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def by_another(claims: dict[str, Any]) -> str:
    return Company().signed(claims)


def by_the_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, jwk.OctKey.import_key(SECRET * 3))


@pytest.mark.parametrize("sign", [unsigned, by_another, by_the_secret, lambda claims: "x.y.z"])
def test_a_word_that_the_provider_did_not_sign_counts_for_nothing(
    person: Person, sign: Callable[[dict[str, Any]], str]
) -> None:
    person.company.sign = sign
    assert person.sign_in().status_code == 403
    assert "__Host-session" not in person.jar


def test_whoever_forges_does_not_make_the_keys_be_read_each_time(person: Person) -> None:
    assert person.sign_in().status_code == 303
    before = person.company.calls.count("/keys")
    person.jar.clear()
    person.company.sign = by_another
    for _ in range(3):
        assert person.sign_in().status_code == 403
    assert person.company.calls.count("/keys") == before


def test_a_login_that_was_not_begun_here_ends_nowhere(person: Person) -> None:
    back = person.go_to_provider()
    stolen = dict(person.jar)
    person.jar.clear()
    assert person.request("GET", back).status_code == 403
    person.jar.update(stolen)
    assert person.request("GET", "/login/callback?code=code&state=x").status_code == 403
    assert person.request("GET", back.replace("code=code", "error=denied")).status_code == 403
    assert person.request("GET", back).status_code == 303
    person.jar.update(stolen)
    assert person.request("GET", back).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "x", "", "/\t/evil"],
)
def test_a_login_leads_nowhere_else(person: Person, path: str) -> None:
    assert own_path(path) == "/"
    assert own_path("/o/acme?q=x") == "/o/acme?q=x"


def test_signing_out_ends_the_session_where_it_is_kept(person: Person) -> None:
    person.sign_in()
    kept = dict(person.jar)
    assert person.request("POST", "/logout", headers={"Origin": "https://x"}).status_code == 403
    assert person.press("/o/acme", "Sign out").status_code == 200
    assert "__Host-session" not in person.jar
    person.jar.update(kept)
    assert person.request("GET", "/o/acme").status_code == 303
    assert person.request("POST", "/o/acme/pause", headers=SAME).status_code == 401


def test_each_login_is_a_session_of_its_own_and_ends_the_one_before(person: Person) -> None:
    person.jar["__Host-session"] = "fixed-by-somebody-else"
    person.sign_in()
    first = dict(person.jar)
    assert first["__Host-session"] != "fixed-by-somebody-else"
    assert person.request("GET", person.begin()).status_code == 303
    assert person.jar["__Host-session"] != first["__Host-session"]
    assert person.request("GET", "/o/acme").status_code == 200
    person.jar.update(first)
    assert person.request("GET", "/o/acme").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_happens(person: Person) -> None:
    sessions = Sessions(person.deployment.redis)
    id_ = sessions.start("ana@acme.example")
    (key,) = person.deployment.redis.keys("*:session:*")
    assert 0 < int(person.deployment.redis.ttl(key)) <= 30 * 60
    person.deployment.redis.expire(key, 5)
    assert sessions.address(id_) == "ana@acme.example"
    assert 5 < int(person.deployment.redis.ttl(key)) <= 30 * 60
    ends = int(person.deployment.redis.hget(key, "ends") or 0)
    person.deployment.redis.hset(key, "ends", str(ends - LONGEST + 5))
    assert sessions.address(id_) == "ana@acme.example"
    assert int(person.deployment.redis.ttl(key)) <= 5
    person.deployment.redis.hset(key, "ends", str(ends - LONGEST - 1))
    assert sessions.address(id_) is None
    assert person.deployment.redis.keys("*:session:*") == []


def test_who_may_see_nothing_is_told_so(person: Person) -> None:
    person.company.claims = {"email": "eve@else.example"}
    person.sign_in("/")
    answer = person.request("GET", "/")
    assert answer.status_code == 403
    assert "You have no access to any organization" in words(answer.text)


def test_both_logins_stand_side_by_side(person: Person, keyless: Control) -> None:
    console: Console = person.app.state.console
    assert isinstance(console.login, Oidc)
    accounts = read_accounts(f"{USER}:{PASSWORD}", beyond_loopback=True)
    login = Either(Basic(accounts, lambda: person.deployment.redis), console.login)
    person.app = make_console(Console(keyless, login, Asker(keyless)))
    assert person.request("GET", "/o/globex", headers=basic()).status_code == 200
    assert person.request("GET", "/o/globex", headers=basic("ana", "wrong")).status_code == 303
    person.sign_in()
    assert person.request("GET", "/o/globex").status_code == 404


def test_all_or_nothing_of_the_provider_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_OIDC_ISSUER", ISSUER)
    with pytest.raises(WrongSetup, match="CONSOLE_OIDC_CLIENT_ID is not set"):
        Settings.load()
    monkeypatch.setenv("CONSOLE_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("CONSOLE_OIDC_CLIENT_SECRET", SECRET)
    assert Settings.load().console_oidc_issuer == ISSUER
    monkeypatch.setenv("CONSOLE_OIDC_ISSUER", "http://login.example.com")
    with pytest.raises(WrongSetup, match="unencrypted"):
        Settings.load()
