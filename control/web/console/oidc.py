"""OpenID Connect: the code flow with PKCE, and the checks of the provider's answers.

https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
"""

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwk, jwt
from joserfc.errors import JoseError

ALGORITHMS = ("RS256", "ES256", "PS256")
"""Allowed signatures of an ID token; never a shared secret or none."""

TIMEOUT = 10.0
"""Seconds for one answer of the provider."""

LEEWAY = 30
"""Seconds by which the provider's clock may differ."""

KEYS_FLOOR = 60.0
"""Minimum seconds between two readings of its keys, however many unknown ones appear."""

KEYS_FOR = 3600.0
"""Seconds for which its description and keys are cached."""


class NotSignedIn(Exception):
    """The login failed; `str()` is one sentence for the person who tried."""


@dataclass
class Provider:
    """The company's identity provider. `callback` is the URL to which it returns people."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    callback: str
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=TIMEOUT, trust_env=False), repr=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _described: tuple[float, dict[str, Any]] | None = field(default=None, init=False)
    _keys: tuple[float, jwk.KeySet] | None = field(default=None, init=False, repr=False)

    def address_to_go_to(self, state: str, nonce: str, verifier: str) -> str:
        """The URL of the login. Raises NotSignedIn if the provider cannot be asked."""
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self._description()['authorization_endpoint']}?{urlencode(query)}"

    def address_of(self, code: str, nonce: str, verifier: str) -> str:
        """The e-mail address for a returned code. Raises NotSignedIn."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": verifier,
        }
        try:
            answer = self.http.post(
                self._description()["token_endpoint"],
                data=form,
                auth=(self.client_id, self.client_secret),
            )
            token = answer.raise_for_status().json()["id_token"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise NotSignedIn("The identity provider did not accept the login.") from None
        claims = self._claims(str(token), nonce)
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise NotSignedIn("The identity provider supplied no e-mail address.")
        if claims.get("email_verified", True) not in (True, "true"):
            raise NotSignedIn("The identity provider marks your e-mail address as unverified.")
        return email.strip().casefold()

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token, after checking its issuer, audience and login."""
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = self._decode(token).claims
            registry.validate(claims)
        except (JoseError, ValueError):
            raise NotSignedIn(
                "The identity provider's token is not valid. Sign in again."
            ) from None
        party = claims.get("azp")
        others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if party not in (None, self.client_id) or (others and party is None):
            raise NotSignedIn("The identity provider's token is for somebody else.")
        return dict(claims)

    def _decode(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys.
            return jwt.decode(token, self._key_set(anew=True), algorithms=ALGORITHMS)

    def _key_set(self, *, anew: bool = False) -> jwk.KeySet:
        with self._lock:
            age = time.monotonic() - self._keys[0] if self._keys is not None else KEYS_FOR
            if self._keys is None or age >= (KEYS_FLOOR if anew else KEYS_FOR):
                read = self._get(self._description()["jwks_uri"])
                self._keys = (time.monotonic(), jwk.KeySet.import_key_set(read))  # type: ignore[arg-type]
            return self._keys[1]

    def _description(self) -> dict[str, Any]:
        """https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig ."""
        if self._described is None or time.monotonic() - self._described[0] > KEYS_FOR:
            read = self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if read.get("issuer") != self.issuer:
                raise NotSignedIn("The identity provider is not the one in CONSOLE_OIDC_ISSUER.")
            self._described = (time.monotonic(), read)
        return self._described[1]

    def _get(self, url: str) -> dict[str, Any]:
        try:
            read = self.http.get(url).raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            raise NotSignedIn("The identity provider does not answer. Try again later.") from None
        if not isinstance(read, dict):
            raise NotSignedIn("The identity provider sent an invalid answer.")
        return read


def random_text() -> str:
    """A state, nonce or verifier: 43 random characters."""
    return secrets.token_urlsafe(32)
