"""Checks of an organization's webhooks: whether they send, and whether they can be verified.

While a secret is being changed there are two. Then the checks also say when the old one can be
removed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pydantic import SecretStr
from redis import RedisError

from control.deployment import Deployment
from control.errors import RedisAway
from control.findings import Finding, failed, passed, warning
from control.key_checks import KEY_PAGE
from control.webhooks import SCREEN, State, ask_states, secret_key
from organizations import Organization
from store.key_choice import key_id
from store.registrations import Registration, mark_of
from systems.ashby.scopes import LISTS_SCOPES


def webhook_findings(deployment: Deployment, organization: Organization) -> Iterator[Finding]:
    """The findings on the secrets and webhooks of both systems."""
    for system in sorted(organization.rules.hears):
        key = secret_key(system)
        secrets = deployment.organizations.webhook_secrets(organization.name, key)
        if not secrets:
            yield failed(
                f"{key} has no usable secret, so webhooks from {system} are refused",
                "point it to a secret of at least 32 characters: openssl rand -hex 32",
            )
        elif len(secrets) > 1:
            yield from _of_two(deployment, organization.name, system, secrets)
    try:
        registered = deployment.public_memory(organization.name).registrations.all()
    except (RedisAway, RedisError):
        return  # Nothing runs yet, or another check reports it.
    if registered:
        yield from _of_registered(deployment, organization, registered)


def _of_registered(
    deployment: Deployment, organization: Organization, registered: Mapping[str, Registration]
) -> Iterator[Finding]:
    """Whether Ashby sends what was set up there."""
    if "ashby" not in organization.rules.hears:
        yield failed(
            "webhooks are set up in Ashby, but ashby_webhook_secret is missing",
            f"add it, or run charthop-ashby webhooks {organization.name} --remove",
        )
    states = ask_states(deployment, organization, registered)
    for kind, state in states.items():
        if state in (State.OFF, State.GONE):
            what = "is switched off in Ashby" if state is State.OFF else "was deleted in Ashby"
            yield failed(
                f"the webhook {kind} {what}, so it sends nothing",
                f"run charthop-ashby webhooks {organization.name} --register while "
                "`charthop-ashby web` answers at WEB_URL",
            )
    if State.UNKNOWN in states.values():
        yield warning(
            "Ashby does not say whether the webhooks are switched on",
            f"{KEY_PAGE}: turn on {LISTS_SCOPES.screen}",
        )
    elif set(states.values()) == {State.ON}:
        yield passed(f"all {len(states)} webhooks that were set up are switched on in Ashby")


def _of_two(
    deployment: Deployment, organization: str, system: str, secrets: Sequence[SecretStr]
) -> Iterator[Finding]:
    """Whether the old secret can go: every kind of event has to come with the new one."""
    try:
        kept = deployment.public_memory(organization)
        registered = kept.registrations.all() if system == "ashby" else {}
        came_with = kept.events.came_with(system)
        kinds = {*kept.events.last().get(system, {}), *registered}
    except (RedisAway, RedisError):
        return  # Nothing runs yet, or another check reports it.
    new = secrets[0].get_secret_value()
    known = {
        **came_with,
        **{
            kind: key_id(new if mark_of(new, one.id) == one.secret_mark else "")
            for kind, one in registered.items()
        },
    }
    key, name = secret_key(system), "Ashby" if system == "ashby" else "ChartHop"
    unseen = kinds - known.keys()
    old = {kind for kind, id_ in known.items() if id_ != key_id(new)}
    if old:
        yield warning(
            f"the old {name} webhook secret has to stay: {name} sends {_called(old)} with it",
            _how_to_change(organization, system, old & registered.keys()),
        )
    elif unseen or not kinds:
        what = f"{_called(unseen)} has not" if unseen else "no event has"
        yield warning(
            f"the old {name} webhook secret has to stay: {what} come with the new one yet",
            "run this check again after the next event",
        )
    else:
        yield passed(f"the old {name} webhook secret can go: remove it from {key}")


def _called(kinds: Collection[str]) -> str:
    return ", ".join(sorted(kinds))


def _how_to_change(organization: str, system: str, registered: Collection[str]) -> str:
    if registered:
        return f"run charthop-ashby webhooks {organization} --register"
    if system == "ashby":
        return f"in Ashby: {SCREEN}: enter the new secret"
    return "in ChartHop: enter the new secret in the action that sends the events"
