"""The webhooks of an organization: the ones set up, and those to set up by hand."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from control.deployment import Deployment
from control.status import webhooks_of
from core.errors import KeyRefused, Rejected, TryLater
from organizations import Organization
from store.registrations import Registration
from systems.ashby import subscriptions
from systems.ashby.client import Client
from systems.ashby.subscriptions import Subscription
from workers.settings import is_loopback_url

SCREEN = "Admin, Integrations, Webhooks"
"""The screen on which Ashby's webhooks are set up by hand."""

CHARTHOP_EVENT = "change.*"
"""The events that ChartHop's documentation recommends."""


class State(StrEnum):
    """The state of a webhook in Ashby."""

    ON = "on"
    OFF = "off"
    GONE = "gone"
    BY_HAND = "by hand"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Webhook:
    """One kind of event. `id`: the webhook that was made for it; `last_at` in epoch seconds."""

    kind: str
    state: State
    id: str | None
    last_at: float | None


@dataclass(frozen=True)
class Webhooks:
    """The webhooks that are set up.

    `urls`: by system where its events arrive. `charthop`: by kind when the last one came, and
    `action` is the action in ChartHop that sends them. `without_secret`: the systems whose events
    are refused.
    """

    organization: str
    urls: Mapping[str, str]
    ashby: tuple[Webhook, ...]
    charthop: Mapping[str, float | None]
    action: Mapping[str, Any]
    without_secret: tuple[str, ...]

    @property
    def wants_attention(self) -> bool:
        """True if a created webhook sends nothing."""
        return any(one.state in (State.OFF, State.GONE) for one in self.ashby)


def webhooks(deployment: Deployment, organization: str) -> Webhooks:
    """The webhooks that are set up; asks Ashby about those that `registering` created."""
    found = deployment.organizations.get(organization)
    kept = deployment.public_memory(organization)
    registered, last = kept.registrations.all(), webhooks_of(kept)
    states = ask_states(deployment, found, registered)
    return Webhooks(
        organization,
        {system: address(deployment, system, organization) for system in ("ashby", "charthop")},
        tuple(
            Webhook(
                kind,
                states.get(kind, State.BY_HAND),
                registered[kind].id if kind in registered else None,
                at,
            )
            for kind, at in sorted(last.get("ashby", {}).items())
        ),
        last.get("charthop", {}),
        charthop_action(deployment, found),
        tuple(
            system
            for system in ("ashby", "charthop")
            if not deployment.organizations.webhook_secrets(organization, secret_key(system))
        ),
    )


def secret_key(system: str) -> str:
    """The key of the organizations file that holds the system's secret."""
    return f"{system}_webhook_secret"


def address(deployment: Deployment, system: str, organization: str) -> str:
    """The URL that receives the system's events about the organization."""
    return f"{deployment.settings.web_url}/webhooks/{system}/{organization}"


def why_unreachable(deployment: Deployment) -> str | None:
    """A clause with the reason why the services cannot reach `web` and the fix, or None.

    A loopback address works only if the services run on this machine, as their sandbox copies do.
    """
    settings = deployment.settings
    if not is_loopback_url(settings.web_url):
        return None
    if "web_url" not in settings.model_fields_set:
        what = "WEB_URL is not set"
    elif is_loopback_url(settings.ashby_api_url):
        return None
    else:
        what = f"WEB_URL is {settings.web_url}, which the services cannot reach"
    return (
        f"{what}; set it to the public address of `charthop-ashby web`, such as "
        "https://sync.example.com"
    )


def charthop_action(deployment: Deployment, organization: Organization) -> dict[str, Any]:
    """The action in ChartHop that sends an event, without the secret.

    Whether the request can name the job is not documented, so it is fixed text that asks for a
    sync. An action includes sensitive records only if configured.
    """
    step = {
        "type": "HTTP",
        "httpUrl": address(deployment, "charthop", organization.name),
        "httpMethod": "POST",
        "httpHeaders": {"Authorization": "Bearer SECRET"},
        "httpContent": {"hint": "change"},
    }
    sensitive = organization.rules.sync_confidential_jobs
    return {"event": CHARTHOP_EVENT, "sensitive": sensitive, "steps": [step]}


def client_of(deployment: Deployment, organization: Organization) -> Client:
    """A client of Ashby for an order that changes no record, so brake and pause do not apply."""
    _, to_ashby = deployment.wiring.wires(
        organization, lambda _: None, Counter(), leave_no_trace=True
    )
    return Client(to_ashby)


def ask_states(
    deployment: Deployment, organization: Organization, registered: Mapping[str, Registration]
) -> dict[str, State]:
    """The state of each webhook in Ashby; UNKNOWN if Ashby cannot be asked."""
    client, states = client_of(deployment, organization), {}
    for kind, one in registered.items():
        try:
            states[kind] = state_of(subscriptions.info(client, one.id))
        except (KeyRefused, Rejected, TryLater):
            states[kind] = State.UNKNOWN
    return states


def state_of(found: Subscription | None) -> State:
    """The state of a webhook; None stands for a deleted one."""
    if found is None:
        return State.GONE
    if found.enabled is None:
        return State.UNKNOWN
    return State.ON if found.enabled else State.OFF
