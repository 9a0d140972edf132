"""The login that the console has on this address, by the environment."""

from control.deployment import Deployment
from control.web.console.login import Basic, Either, Login, Nobody, read_accounts
from control.web.console.oidc import Provider
from control.web.console.signing_in import Oidc
from workers.settings import Settings, is_loopback


def login_at(deployment: Deployment, host: str) -> Login | None:
    """The login; None if there is none and the address needs one. WrongSetup: too weak a one."""
    beyond_loopback = not is_loopback(host)
    basic = _basic(deployment, beyond_loopback=beyond_loopback)
    provider = _provider(deployment.settings)
    oidc = Oidc(deployment, provider) if provider is not None else None
    if basic is not None and oidc is not None:
        return Either(basic, oidc)
    return basic or oidc or (None if beyond_loopback else Nobody())


def _basic(deployment: Deployment, *, beyond_loopback: bool) -> Basic | None:
    written = deployment.settings.console_basic_auth
    if written is None:
        return None
    accounts = read_accounts(written.get_secret_value(), beyond_loopback=beyond_loopback)
    return Basic(accounts, lambda: deployment.redis)


def _provider(settings: Settings) -> Provider | None:
    issuer, client = settings.console_oidc_issuer, settings.console_oidc_client_id
    secret = settings.console_oidc_client_secret
    if issuer is None or client is None or secret is None:
        return None
    callback = f"{settings.web_url}/login/callback"
    return Provider(issuer, client, secret.get_secret_value(), callback)
