"""The environment: defaults, and one sentence with the fix for every wrong variable."""

import os
from pathlib import Path

import pytest
from celery.bin.celery import celery
from starlette.applications import Starlette

from control.cli.run import place_flower
from control.web.server import make_server
from core.errors import WrongSetup
from store.allowances import ASHBY
from store.space import PREFIX
from workers import application, dashboard
from workers.packages import forget_other_applications
from workers.settings import Settings, is_loopback

VARIABLES = (
    "REDIS_URL",
    "REDIS_SENTINEL_MASTER",
    "REDIS_CA_FILE",
    "REDIS_PREFIX",
    "ASHBY_CALLS_PER_MINUTE",
    "ORGANIZATIONS_FILE",
    "CHARTHOP_API_URL",
    "ASHBY_API_URL",
    "SYNC_INTERVAL",
    "SENTRY_DSN",
    "FLOWER_BASIC_AUTH",
)


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_defaults_are_those_of_the_interface() -> None:
    settings = Settings.load()
    assert settings.redis_url is None
    assert settings.organizations_file == Path("organizations.toml")
    assert settings.charthop_api_url == "https://api.charthop.com"
    assert settings.ashby_api_url == "https://api.ashbyhq.com"
    assert settings.redis_sentinel_master == "mymaster"
    assert settings.redis_ca_file is None
    assert settings.redis_prefix == PREFIX == "charthop-ashby"
    assert settings.ashby_calls_per_minute == ASHBY.per_minute == 970
    assert settings.sync_interval == 300
    assert settings.sentry_dsn is None
    assert settings.flower_basic_auth is None


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "rediss://:secret@redis.example.com:6380/1")
    monkeypatch.setenv("ORGANIZATIONS_FILE", "/etc/sync/organizations.toml")
    monkeypatch.setenv("CHARTHOP_API_URL", "http://127.0.0.1:8001/")
    monkeypatch.setenv("ASHBY_API_URL", "https://ashby.example.com/base/")
    monkeypatch.setenv("SYNC_INTERVAL", "30")
    monkeypatch.setenv("SENTRY_DSN", "https://key@sentry.example.com/1")
    monkeypatch.setenv("FLOWER_BASIC_AUTH", "ops:pass:word")
    settings = Settings.load()
    assert settings.redis_url == "rediss://:secret@redis.example.com:6380/1"
    assert settings.organizations_file == Path("/etc/sync/organizations.toml")
    assert settings.charthop_api_url == "http://127.0.0.1:8001"
    assert settings.ashby_api_url == "https://ashby.example.com/base"
    assert settings.sync_interval == 30
    assert settings.sentry_dsn is not None
    assert settings.sentry_dsn.get_secret_value() == "https://key@sentry.example.com/1"
    assert settings.flower_basic_auth is not None
    assert settings.flower_basic_auth.get_secret_value() == "ops:pass:word"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    assert Settings.load() == Settings()


def test_secrets_stay_out_of_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:MARKER@localhost")
    monkeypatch.setenv("SENTRY_DSN", "https://MARKER@sentry.example.com/1")
    monkeypatch.setenv("FLOWER_BASIC_AUTH", "ops:MARKER")
    assert "MARKER" not in repr(Settings.load())


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SYNC_INTERVAL", "0", "1 or more"),
        ("SYNC_INTERVAL", "-5", "1 or more"),
        ("SYNC_INTERVAL", "5m", "whole number of seconds"),
        ("SYNC_INTERVAL", "2.5", "whole number of seconds"),
        ("SYNC_INTERVAL", "\u0663", "whole number of seconds"),
        ("CHARTHOP_API_URL", "http://api.charthop.com", "write https://"),
        ("ASHBY_API_URL", "http://10.0.0.5:8080", "write https://"),
        ("ASHBY_API_URL", "http://localhost.example.com", "write https://"),
        ("ASHBY_API_URL", "http://127.0.0.1@evil.example.com", "scheme, host, port and path"),
        ("ASHBY_API_URL", "http://127.0.0.1.evil.example.com", "write https://"),
        ("ASHBY_API_URL", "ftp://localhost", "no web address"),
        ("ASHBY_API_URL", "api.ashbyhq.com", "no web address"),
        ("ASHBY_API_URL", "https://", "no web address"),
        ("ASHBY_API_URL", "https://host:port", "no valid address"),
        ("ASHBY_API_URL", "https://[::1", "no valid address"),
        ("CHARTHOP_API_URL", "https://key@api.charthop.com", "organizations file"),
        ("REDIS_URL", "localhost:6379", "redis://, rediss://, unix:// or sentinel://"),
        ("REDIS_URL", "amqp://localhost", "redis://, rediss://, unix:// or sentinel://"),
        ("REDIS_URL", "redis://localhost?retry=5", "has 'retry' behind"),
        ("REDIS_URL", "redis://localhost/0?socket_timeout=5&db=1", "has 'socket_timeout' behind"),
        ("REDIS_URL", "rediss://localhost?ssl_cert_req=none", "has 'ssl_cert_req' behind"),
        ("REDIS_URL", "sentinel://one:1;sentinel://two:1?master=x", "has 'master' behind"),
        ("REDIS_URL", "redis://localhost/first", "is no number"),
        ("REDIS_URL", "redis://one;redis://two", "only sentinels may be several"),
        ("REDIS_PREFIX", "a b", "letters, digits"),
        ("REDIS_PREFIX", "{x}", "letters, digits"),
        ("REDIS_CA_FILE", "/nowhere/ca.pem", "no such file"),
        ("ASHBY_CALLS_PER_MINUTE", "0", "from 1 to 10000"),
        ("ASHBY_CALLS_PER_MINUTE", "10001", "from 1 to 10000"),
        ("ASHBY_CALLS_PER_MINUTE", "many", "from 1 to 10000"),
        ("FLOWER_BASIC_AUTH", "password", "user:password"),
        ("FLOWER_BASIC_AUTH", "user:", "user:password"),
        ("FLOWER_BASIC_AUTH", ":password", "user:password"),
        ("FLOWER_BASIC_AUTH", "user:pass,word", "without a comma"),
    ],
)
def test_a_wrong_variable_is_one_sentence_with_the_mend(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSetup) as raised:
        Settings.load()
    sentence = str(raised.value)
    assert sentence.startswith(variable)
    assert says in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REDIS_URL", "http://:MARKER@localhost"),
        ("REDIS_URL", "redis://:12?MARKER@localhost"),
        ("REDIS_URL", "redis://:12/MARKER@localhost"),
        ("REDIS_URL", "redis://:12;MARKER@localhost"),
        ("FLOWER_BASIC_AUTH", "MARKER"),
        ("ASHBY_API_URL", "https://MARKER:@api.ashbyhq.com"),
    ],
)
def test_a_wrong_variable_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSetup) as raised:
        Settings.load()
    assert "MARKER" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8001", "http://127.8.9.10", "http://[::1]:8001", "http://LOCALHOST:8001"],
)
def test_loopback_needs_no_encryption(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CHARTHOP_API_URL", url)
    assert Settings.load().charthop_api_url == url


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("128.0.0.1", False),
        ("::2", False),
        ("localhost.example.com", False),
        (None, False),
    ],
)
def test_is_loopback(host: str | None, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    "url",
    [
        "ftp://user:PASSWORD@example.com",
        "http://user:PASSWORD@example.com",
        "ftp://user:PASSWORD@localhost:x",
        "user:PASSWORD@example.com",
        "https://PASSWORD@",
        "ftp://user:PASS@PASSWORD@example.com",
    ],
)
@pytest.mark.parametrize("variable", ["CHARTHOP_API_URL", "ASHBY_API_URL"])
def test_a_password_in_an_address_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, url: str
) -> None:
    monkeypatch.setenv(variable, url)
    with pytest.raises(WrongSetup) as caught:
        Settings.load()
    assert variable in str(caught.value)
    assert "PASS" not in str(caught.value)


INJECTED = {
    f"{name}_{part}": value
    for name in ("REDIS", "FLOWER", "WEB", "METRICS", "WORKER", "BEAT", "ASHBY", "CHARTHOP")
    for part, value in {
        "PORT": "tcp://10.0.0.1:5555",
        "SERVICE_HOST": "10.0.0.1",
        "SERVICE_PORT": "5555",
        "PORT_5555_TCP": "tcp://10.0.0.1:5555",
    }.items()
}
"""What Kubernetes puts into the environment for Services of these names."""


MEANT_FOR_OTHERS = {
    "CELERY_BROKER_URL": "amqp://elsewhere.example.com//",
    "CELERY_BROKER_READ_URL": "amqp://elsewhere.example.com//",
    "CELERY_BROKER_WRITE_URL": "amqp://elsewhere.example.com//",
    "CELERY_RESULT_BACKEND": "django-db",
    "CELERY_LOADER": "elsewhere:Loader",
    "CELERY_CONFIG_MODULE": "elsewhere.celeryconfig",
    "CELERY_WORKER_QUEUES": "elsewhere",
    "CELERY_BEAT_SCHEDULER": "elsewhere:Scheduler",
    "CELERY_FLOWER_TORNADO_ARGV": "--address=0.0.0.0",
    "CELERY_WORKDIR": "/elsewhere",
    "BROKER_URL": "amqp://elsewhere.example.com//",
    "CONFIG_MODULE": "elsewhere.celeryconfig",
    "DJANGO_SETTINGS_MODULE": "elsewhere.settings",
    "WEB_CONCURRENCY": "auto",
}
"""What other applications of the same platform read, and the libraries used here as well."""


def celerys_options() -> set[str]:
    """The variables from which Celery's command line takes the options of our processes."""
    found: set[str] = set()
    for command in (celery, *(celery.commands[name] for name in ("worker", "beat", "flower"))):
        prefix = "CELERY" if command is celery else f"CELERY_{command.name}".upper()
        for option in command.params:
            found.add(f"{prefix}_{option.name}".upper())
            named = option.envvar or ()
            found.update([named] if isinstance(named, str) else named)
    return found - {"APP", "NO_COLOR", "SKIP_CHECKS"}  # -A is given; the others harm nothing


@pytest.mark.parametrize("name", MEANT_FOR_OTHERS)
def test_what_is_set_for_another_application_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, name: MEANT_FOR_OTHERS[name]})
    app = application.make(Settings(redis_url="redis://127.0.0.1:1/7"))

    with app.connection_for_write() as writes, app.connection_for_read() as reads:
        places = {(one.hostname, one.port, one.virtual_host) for one in (writes, reads)}
    assert places == {("127.0.0.1", 1, "7")}
    assert type(app.backend).__name__ == "DisabledBackend"
    assert type(app.loader).__module__ == "workers.packages"
    assert make_server(Starlette(), "127.0.0.1", 0).config.workers == 1
    app.close()


def test_celerys_command_line_takes_no_option_from_a_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = celerys_options()
    assert {"CELERY_WORKER_POOL", "CELERY_FLOWER_TORNADO_ARGV", "BROKER_URL"} <= names
    monkeypatch.setattr(os, "environ", {**os.environ, **dict.fromkeys(names, "elsewhere")})

    forget_other_applications()

    assert not names & os.environ.keys()


def test_what_a_platform_injects_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, **INJECTED})

    assert Settings.load() == Settings()
    dashboard.set_up(Settings.load(), ["celery", "flower"])
    assert "FLOWER_PORT" not in os.environ
    environment = dict(INJECTED)
    assert place_flower(Settings.load(), environment)
    assert environment["FLOWER_PORT"].isdigit()
