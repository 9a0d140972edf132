"""Checks of an organization's API keys: whether they work, and what they may do. Only reads.

While a key is being changed there are two. Then the checks also say which one is in use, and when
the old one can be removed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import SecretStr
from redis import RedisError

from control.deployment import Deployment
from control.errors import RedisAway
from control.findings import Finding, Grade, failed, passed, warning
from core.errors import KeyRefused, NeedsHuman, TryLater
from organizations import Organization
from store.data_key import DataKey
from store.key_choice import KeyChoice, key_id
from systems.ashby import client as ashby
from systems.ashby.permissions import permissions as ashby_permissions
from systems.ashby.scopes import LISTS_SCOPES
from systems.charthop.permissions import SEES_ALL
from systems.charthop.permissions import permissions as charthop_permissions
from systems.http import Kind, Wire

ACCESS = "in ChartHop: Settings, Apps & Integrations, Ashby: set its access level to Org Editor"
KEY_PAGE = "in Ashby: Admin, Integrations, API Keys, the key"


@dataclass(frozen=True)
class _Keys:
    """The keys of one system. `key` is their name in the organizations file."""

    system: str
    key: str
    new_one: str
    """How to create a working key."""
    secrets: Sequence[SecretStr]
    look: Callable[[SecretStr], Iterator[Finding]]


class _Refused(Exception):
    """The service refuses the key."""

    def __init__(self, error: KeyRefused) -> None:
        super().__init__()
        self.why = error.reason.what


def key_findings(deployment: Deployment, organization: Organization) -> Iterator[Finding]:
    """The findings on the keys of both systems."""

    def to_charthop(key: SecretStr) -> Wire:
        return wires(replace(organization, charthop_api_keys=(key,)))[0]

    def to_ashby(key: SecretStr) -> Wire:
        return wires(replace(organization, ashby_api_keys=(key,)))[1]

    def wires(of_one: Organization) -> tuple[Wire, Wire]:
        return deployment.wiring.wires(of_one, _only_reads, Counter(), leave_no_trace=True)

    for keys in (
        _Keys(
            "ChartHop",
            "charthop_api_key",
            "in ChartHop: Settings, Apps & Integrations, Ashby: generate a new key",
            organization.charthop_api_keys,
            lambda key: _charthop(to_charthop(key), organization.charthop_org),
        ),
        _Keys(
            "Ashby",
            "ashby_api_key",
            "in Ashby: Admin, Integrations, API Keys: create a key with the permissions in "
            "docs/setup.md",
            organization.ashby_api_keys,
            lambda key: _ashby(to_ashby(key), teams=organization.rules.sync_hiring_team),
        ),
    ):
        if len(keys.secrets) == 1:
            yield from _of_one(keys)
        else:
            yield from _of_two(keys, deployment, organization)


def _only_reads(kind: Kind) -> None:
    assert kind is Kind.READ


def _of_one(keys: _Keys) -> Iterator[Finding]:
    try:
        yield from keys.look(keys.secrets[0])
    except _Refused as error:
        yield Finding(
            Grade.FAILED,
            f"{keys.system} does not accept the key: {error.why}",
            f"{keys.new_one} and put it where {keys.key} points",
            refused=keys.system,
        )


def _of_two(keys: _Keys, deployment: Deployment, organization: Organization) -> Iterator[Finding]:
    """Findings on two keys: the sync works with one, so faults of the other are warnings."""
    new, old = (_looked_at(keys, secret) for secret in keys.secrets)
    works = [not isinstance(one, _Refused) and not _fails(one) for one in (new, old)]
    for name, found in (("new", new), ("old", old)):
        if isinstance(found, _Refused):
            grade = Grade.WARNING if any(works) else Grade.FAILED
            refused = (
                keys.system if isinstance(new, _Refused) and isinstance(old, _Refused) else None
            )
            yield Finding(grade, *_refused(keys, name, found), refused=refused)
            continue
        for one in found:
            milder = any(works) and one.grade is Grade.FAILED
            grade_now = Grade.WARNING if milder else one.grade
            yield Finding(grade_now, f"the {name} key: {one.what}", one.fix)
    if works[0]:
        yield from _when_the_old_one_can_go(keys, deployment, organization)
    elif works[1]:
        yield warning(
            f"the old {keys.system} key is in use and has to stay",
            "fix the problems of the new key above",
        )


def _looked_at(keys: _Keys, secret: SecretStr) -> "list[Finding] | _Refused":
    try:
        return list(keys.look(secret))
    except _Refused as error:
        return error


def _fails(findings: Sequence[Finding]) -> bool:
    return any(one.grade is Grade.FAILED for one in findings)


def _refused(keys: _Keys, name: str, error: _Refused) -> tuple[str, str]:
    fix = (
        f"{keys.new_one} and put it where the first entry of {keys.key} points"
        if name == "new"
        else f"remove it from {keys.key}"
    )
    return f"{keys.system} does not accept the {name} key: {error.why}", fix


def _when_the_old_one_can_go(
    keys: _Keys, deployment: Deployment, organization: Organization
) -> Iterator[Finding]:
    """The finding once the new key can do all that is needed."""
    old = keys.secrets[1].get_secret_value()
    try:
        in_use = KeyChoice(deployment.redis, organization.name, keys.system).get()
        survives = _memory_survives(deployment, organization)
    except (RedisAway, RedisError):
        yield warning(
            f"which {keys.system} key is in use is unknown, so the old one has to stay",
            "run this check again while Redis answers",
        )
        return
    name = "old" if in_use == key_id(old) else "new"
    yield passed(f"the {name} {keys.system} key is in use")
    if survives:
        yield passed(
            f"the old {keys.system} key can go: remove it from {keys.key}, then disable it in "
            f"{keys.system}"
        )
    else:
        yield warning(
            f"the old {keys.system} key has to stay until the next sync",
            "no new key can decrypt the state in Redis yet",
        )


def _memory_survives(deployment: Deployment, organization: Organization) -> bool:
    """True if sealed data in Redis, if any, can also be opened without any old key.

    Where both systems' keys are being changed, both old ones may be removed at once.
    """
    both = (organization.charthop_api_keys, organization.ashby_api_keys)
    new = [keys[0].get_secret_value() for keys in both]
    return (
        DataKey(deployment.redis, organization.name, new).find() is not None
        or DataKey(deployment.redis, organization.name, organization.secrets).find() is None
    )


def _charthop(wire: Wire, org: str) -> Iterator[Finding]:
    try:
        found = charthop_permissions(wire, org)
    except KeyRefused as error:
        raise _Refused(error) from None
    except (TryLater, NeedsHuman) as error:
        yield failed(str(error.reason))
        return
    yield passed("ChartHop accepts the key")
    if found.org is None:
        yield failed(
            f"the key's ChartHop organization is not {org}",
            f'write charthop_org = "{found.others[0] if found.others else "SLUG"}"',
        )
        return
    yield passed(f"ChartHop has the organization {found.org}")
    if found.level in SEES_ALL:
        yield passed(f"the key sees future hires, pay and sensitive jobs ({found.level})")
    elif found.level in (None, "CUSTOM"):
        yield warning(
            "the key has a custom role in ChartHop, so its access cannot be determined",
            "grant the role access to sensitive data and pay, or set the access level to Org "
            "Editor; without it the key sees neither future hires nor sensitive jobs",
        )
    else:
        yield failed(
            f"with the access level {found.level} the key cannot see future hires, pay and "
            "sensitive jobs",
            ACCESS,
        )
    if found.missing is None:
        yield warning("ChartHop does not say what the key may write", ACCESS)
    elif found.missing:
        yield failed(f"the key may not {', '.join(found.missing)}", ACCESS)
    else:
        yield passed("the key may write jobs, persons and changes, as hires need")


def _ashby(wire: Wire, *, teams: bool) -> Iterator[Finding]:
    client = ashby.Client(wire)
    try:
        found = ashby_permissions(client, teams=teams)
    except KeyRefused as error:
        raise _Refused(error) from None
    except (TryLater, NeedsHuman) as error:
        yield failed(str(error.reason))
        return
    yield passed("Ashby accepts the key")
    if not found.listed:
        names = ", ".join(one.screen for one in found.unknown)
        yield warning(
            f"Ashby does not list the key's permissions; unknown: {names}",
            f"{KEY_PAGE}: switch on {LISTS_SCOPES.screen}",
        )
    for one in found.missing:
        yield failed(f"the key lacks {one.screen}, with which {one.why}", f"{KEY_PAGE}: turn it on")
    if found.listed and not found.missing:
        yield passed("the key has every permission in Ashby that the sync needs")
    if all(one.scope != "jobs:read" for one in found.missing):
        yield from _openings(client)


def _openings(client: ashby.Client) -> Iterator[Finding]:
    try:
        client.read("opening.list", {"limit": 1})
    except NeedsHuman as error:
        yield failed(
            f"openings cannot be listed: {error.reason}",
            "openings belong to Ashby's plans Plus and Enterprise; ask Ashby to enable them",
        )
    except TryLater as error:
        yield failed(str(error.reason))
    else:
        yield passed("Ashby has openings")
