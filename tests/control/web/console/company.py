"""A small identity provider."""

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from joserfc import jwk, jwt

from tests.control.web.console.conftest import URL

ISSUER = "https://login.example.com/"
CLIENT, SECRET = "console", "client-secret"


@dataclass
class Company:
    """A small identity provider; `claims` and `sign` are what its word is, and by whom."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: jwk.RSAKey = field(default_factory=lambda: jwk.RSAKey.generate_key(2048, {"kid": "1"}))
    sign: Callable[[dict[str, Any]], str] | None = None
    issuer: str = ISSUER
    callback: str = f"{URL}/login/callback"
    asked: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of the console."""
        self.calls.append(request.url.path)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(
                200,
                json={
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}authorize",
                    "token_endpoint": f"{self.issuer}token",
                    "jwks_uri": f"{self.issuer}keys",
                },
            )
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        return self._token(request) if request.url.path == "/token" else httpx.Response(404)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = dict(parse_qsl(request.content.decode()))
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            challenge != self.asked["code_challenge"]
            or form["code"] != "code"
            or form["redirect_uri"] != self.callback
            or request.headers["authorization"] != f"Basic {login}"
        ):
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 60,
            "nonce": self.asked["nonce"],
            "email": "Ana@acme.example",
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = (self.sign or self.signed)(claims)
        return httpx.Response(200, json={"id_token": token, "access_token": "x"})

    def signed(self, claims: dict[str, Any]) -> str:
        """The claims under the company's own key."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
