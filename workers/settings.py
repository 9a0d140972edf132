"""The environment variables of a process.

The variables and their defaults are the table "Environment" of the README. An empty variable
counts as unset, so that a compose file can pass every name on.
"""

import ipaddress
import re
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import WrongSetup
from core.text import for_terminal

PARAMETERS = {
    "redis": (),
    "rediss": (
        *("ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"),
    ),
    "unix": ("db",),
    "sentinel": (),
}
"""The allowed query parameters of REDIS_URL."""

MOST_CALLS = 10_000
"""Far beyond any Ashby account's limit: a higher number is a typing mistake."""


class Settings(BaseSettings):
    """The environment of one process, checked once when it starts.

    `redis_url`: `redis://`, `rediss://`, `unix://` or `sentinel://`; None: the embedded server of
    the working directory (`workers.embedded.redis_url`). The API addresses have no slash at their
    end. `web_url`: the public address of `web`, also without a slash at its end.
    `sync_interval`: seconds between two scheduled syncs, at least 1.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    redis_url: str | None = Field(default=None, repr=False)  # it may hold a password
    redis_sentinel_master: str = "mymaster"
    redis_ca_file: Path | None = None
    redis_prefix: str = "charthop-ashby"
    organizations_file: Path = Path("organizations.toml")
    charthop_api_url: str = "https://api.charthop.com"
    ashby_api_url: str = "https://api.ashbyhq.com"
    sync_interval: int = 300
    web_url: str = "http://127.0.0.1:8080"
    ashby_calls_per_minute: int = 970
    sentry_dsn: SecretStr | None = None
    flower_basic_auth: SecretStr | None = None
    console_basic_auth: SecretStr | None = None
    console_oidc_issuer: str | None = None
    console_oidc_client_id: str | None = None
    console_oidc_client_secret: SecretStr | None = None

    @classmethod
    def load(cls) -> Self:
        """Read the environment.

        Raises WrongSetup with one sentence, about the first variable that is wrong: it names the
        variable and the fix, and shows no secret.
        """
        try:
            return cls()
        except ValidationError as error:
            raise WrongSetup(_sentence(error)) from None

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, url: str | None) -> str | None:
        return url if url is None else _redis_address(url)

    @field_validator("redis_prefix")
    @classmethod
    def _is_a_word(cls, prefix: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", prefix):
            raise ValueError(
                f"REDIS_PREFIX is {prefix!r}, but may hold 1 to 64 letters, digits, dots, colons, "
                "dashes and underscores"
            )
        return prefix

    @field_validator("redis_ca_file")
    @classmethod
    def _is_there(cls, path: Path | None) -> Path | None:
        if path is not None and not path.expanduser().is_file():
            raise ValueError(f"REDIS_CA_FILE is {str(path)!r}, and there is no such file")
        return path.expanduser() if path is not None else None

    @field_validator("ashby_calls_per_minute", mode="before")
    @classmethod
    def _counts_calls(cls, value: object) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_CALLS):
            raise ValueError(
                f"ASHBY_CALLS_PER_MINUTE is {text!r}, but must be a whole number from 1 to "
                f"{MOST_CALLS}; Ashby allows 1000 a minute and key where it did not allow more"
            )
        return int(text)

    @field_validator("organizations_file")
    @classmethod
    def _at_home(cls, path: Path) -> Path:
        return path.expanduser()

    @field_validator("charthop_api_url")
    @classmethod
    def _charthop_is_private(cls, url: str) -> str:
        return _private_api_url("CHARTHOP_API_URL", url)

    @field_validator("ashby_api_url")
    @classmethod
    def _ashby_is_private(cls, url: str) -> str:
        return _private_api_url("ASHBY_API_URL", url)

    @field_validator("web_url")
    @classmethod
    def _web_is_private(cls, url: str) -> str:
        return _private_url("WEB_URL", url, "https://sync.example.com")

    @field_validator("console_oidc_issuer")
    @classmethod
    def _issuer_is_private(cls, url: str | None) -> str | None:
        if url is not None:
            _private_url("CONSOLE_OIDC_ISSUER", url, "https://login.example.com")
        return url  # compared exactly, including a slash at its end

    @model_validator(mode="after")
    def _has_all_of_oidc(self) -> Self:
        parts = {
            "CONSOLE_OIDC_ISSUER": self.console_oidc_issuer,
            "CONSOLE_OIDC_CLIENT_ID": self.console_oidc_client_id,
            "CONSOLE_OIDC_CLIENT_SECRET": self.console_oidc_client_secret,
        }
        missing = [name for name, value in parts.items() if value is None]
        if 0 < len(missing) < len(parts):
            raise ValueError(
                f"{missing[0]} is not set; the login through an identity provider needs all of "
                f"{', '.join(parts)}"
            )
        return self

    @field_validator("sync_interval", mode="before")
    @classmethod
    def _counts_seconds(cls, value: object) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and int(text) >= 1):
            raise ValueError(
                f"SYNC_INTERVAL is {text!r}, but must be a whole number of seconds, 1 or more; "
                "set it to something like 300"
            )
        return int(text)

    @field_validator("flower_basic_auth", "console_basic_auth")
    @classmethod
    def _has_two_halves(cls, auth: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if auth is not None:
            # There may be several, separated by commas.
            for one in auth.get_secret_value().split(","):
                user, _, password = one.strip().partition(":")
                if not (user and password):
                    raise ValueError(
                        f"{str(info.field_name).upper()} must be a user and a password without a "
                        "comma: user:password"
                    )
        return auth


def is_loopback(host: str | None) -> bool:
    """True if `host` (a name or an address, without brackets) is this machine and no other."""
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_loopback_url(url: str) -> bool:
    """True if the host of that address is this machine and no other."""
    return is_loopback(urlsplit(url).hostname)


def _redis_address(url: str) -> str:
    """Return the address of Redis; several ones must be sentinels, and each is checked."""
    schemes = set()
    for one in url.split(";"):
        parts = _split(one, "REDIS_URL")
        schemes.add(parts.scheme)
        if parts.scheme not in PARAMETERS:
            raise ValueError(
                "REDIS_URL must start with redis://, rediss://, unix:// or sentinel://; "
                "set it to something like redis://localhost:6379/0"
            )
        for name in parse_qs(parts.query, keep_blank_values=True):
            if name not in PARAMETERS[parts.scheme]:
                # If a password contains a question mark, this is part of the password.
                shown = repr(name) if name.isidentifier() else "a parameter"
                known = ", ".join(PARAMETERS[parts.scheme]) or "none"
                raise ValueError(
                    f"REDIS_URL has {shown} behind its question mark, which {parts.scheme}:// does "
                    f"not take; leave it out (known: {known})"
                )
        database = parts.path.strip("/")
        if parts.scheme != "unix" and database and not database.isdigit():
            raise ValueError(
                "REDIS_URL names a database that is no number; "
                "set it to something like redis://localhost:6379/0"
            )
    if ";" in url and schemes != {"sentinel"}:
        raise ValueError(
            "REDIS_URL has several addresses; only sentinels may be several, as in "
            "sentinel://one:26379;sentinel://two:26379/0"
        )
    return url


def _private_api_url(variable: str, url: str) -> str:
    """The same for an address to which keys are sent; by default the vendor's."""
    return _private_url(variable, url, "https://api.example.com, or unset it for the vendor's own")


def _private_url(variable: str, url: str, example: str) -> str:
    """Return `url` without a slash at its end; secrets travel encrypted or on this machine."""
    parts = _split(url, variable)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            f"{variable} is {_shown(url)}, which is no web address; set it to something like "
            f"{example}"
        )
    if parts.username or parts.query or parts.fragment:
        raise ValueError(
            f"{variable} may hold scheme, host, port and path only; take out everything else, "
            "the keys belong in the organizations file"
        )
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ValueError(
            f"{variable} is {_shown(url)}, which would send keys and personal data unencrypted; "
            "write https:// (http:// is for localhost only)"
        )
    return url.rstrip("/")


def _shown(url: str) -> str:
    """The address without anything that may be a password."""
    return for_terminal(repr(f"...@{url.rpartition('@')[2]}" if "@" in url else url))


def _split(url: str, variable: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # an invalid port is only noticed here
    except ValueError:
        raise ValueError(f"{variable} is no valid address; fix its host or port") from None
    return parts


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    own = first.get("ctx", {}).get("error")
    if own is not None:
        return f"{own}."
    variable = ".".join(str(part) for part in first["loc"]).upper()
    return f"{variable} is wrong ({first['msg']}); fix or unset it."
