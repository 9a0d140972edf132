"""Sets up and deletes Ashby's webhooks. The journal records each order with its operator."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from control.deployment import Deployment
from control.errors import RecordInWork
from control.orders import Operator, note
from control.webhooks import (
    SCREEN,
    State,
    address,
    client_of,
    secret_key,
    state_of,
    why_unreachable,
)
from core.errors import AnswerLost, KeyRefused, Rejected, WrongSetup
from store.events import Events
from store.registrations import Registration, Registrations, mark_of
from systems.ashby import subscriptions
from systems.ashby.client import Client

KINDS = (
    "candidateHire",
    "candidateStageChange",
    "candidateMerge",
    "offerCreate",
    "offerUpdate",
    "offerDelete",
    "openingCreate",
)
"""The useful kinds of event, by Ashby's names."""

LOCK_WAIT = 10.0
"""Seconds to wait for somebody else who is setting them up."""


class Done(StrEnum):
    """The result for a webhook."""

    MADE = "made"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BY_HAND = "by hand"
    REMOVED = "removed"
    OFF = "off"
    REFUSED = "refused"
    UNKNOWN = "not known"

    @property
    def wants_attention(self) -> bool:
        """True if a person has to act."""
        return self in (Done.OFF, Done.REFUSED, Done.UNKNOWN)


@dataclass(frozen=True)
class Step:
    """One kind of event and the result for its webhook; `fix` is what a person has to do."""

    kind: str
    done: Done
    fix: str = ""


@dataclass(frozen=True)
class _Desk:
    """The inputs for setting up one organization's webhooks."""

    client: Client
    registrations: Registrations
    events: Events
    url: str
    secret: str

    def keep(self, kind: str, webhook_id: str) -> Registration:
        """Store that Ashby sends this kind of event here from now on."""
        kept = Registration(kind, webhook_id, self.url, mark_of(self.secret, webhook_id))
        self.registrations.keep(kept)
        return kept


def register(deployment: Deployment, organization: str, by: Operator) -> list[Step]:
    """Create a webhook of each kind for WEB_URL, or bring existing ones in line.

    Safe to repeat. Raises WrongSetup without a secret or a reachable WEB_URL, and KeyRefused with
    the missing permission.
    """
    with _desk(deployment, organization, secret=_secret(deployment, organization)) as desk:
        note(deployment, organization, by, "webhooks --register")
        return [_register(desk, kind) for kind in KINDS]


def remove(deployment: Deployment, organization: str, by: Operator) -> list[Step]:
    """Delete the webhooks that `register` made, and no others."""
    with _desk(deployment, organization) as desk:
        note(deployment, organization, by, "webhooks --remove")
        return [_remove(desk, one) for one in desk.registrations.all().values()]


@contextmanager
def _desk(deployment: Deployment, organization: str, secret: str = "") -> Iterator[_Desk]:
    """For nobody else meanwhile: two would make each kind twice."""
    client = client_of(deployment, deployment.organizations.get(organization))
    kept = deployment.public_memory(organization)
    locks = deployment.wiring.memory(organization).locks
    with locks.hold("webhooks", wait=LOCK_WAIT) as lock:
        if lock is None:
            raise RecordInWork(
                f"someone else is setting up the webhooks of {organization}; try again in a moment."
            )
        url = address(deployment, "ashby", organization)
        yield _Desk(client, kept.registrations, kept.events, url, secret)


def _secret(deployment: Deployment, organization: str) -> str:
    """The secret with which Ashby is to sign, the new one while it is changed.

    Raises WrongSetup if there is none, and where the events could not arrive.
    """
    deployment.named(organization)
    key = secret_key("ashby")
    secrets = deployment.organizations.webhook_secrets(organization, key)
    if not secrets:
        for doubt in deployment.organizations.webhook_doubts(organization, key):
            raise WrongSetup(doubt)
        raise WrongSetup(
            f"{deployment.organizations.path}: {organization} has no {key}; create a secret "
            "with `openssl rand -hex 32` and point the key to it."
        )
    if (why := why_unreachable(deployment)) is not None:
        raise WrongSetup(f"{why}.")
    return secrets[0].get_secret_value()


def _register(desk: _Desk, kind: str) -> Step:
    known = desk.registrations.all().get(kind)
    try:
        step = _bring_in_line(desk, known) if known is not None else None
        return step or _make(desk, kind)
    except AnswerLost:
        return Step(
            kind, Done.UNKNOWN, f"Ashby did not answer; check in Ashby: {SCREEN}, then try again"
        )
    except Rejected as error:
        return _refused(desk, kind, error)


def _bring_in_line(desk: _Desk, known: Registration) -> Step | None:
    """Change what differs of a webhook that was made; None if it was deleted in Ashby."""
    state = _state(desk, known)
    url = desk.url if known.url != desk.url else None
    secret = desk.secret if known.secret_mark != mark_of(desk.secret, known.id) else None
    if state is State.GONE:
        desk.registrations.drop(known.kind)
        return None
    if state is not State.OFF and url is None and secret is None:
        return Step(known.kind, Done.UNCHANGED)
    found = subscriptions.update(desk.client, known.id, url=url, secret=secret)
    if found is None:
        desk.registrations.drop(known.kind)
        return None
    return _ended(desk, desk.keep(known.kind, known.id), found.enabled, Done.CHANGED)


def _make(desk: _Desk, kind: str) -> Step:
    made = subscriptions.create(desk.client, kind, desk.url, desk.secret)
    return _ended(desk, desk.keep(kind, made.id), made.enabled, Done.MADE)


def _ended(desk: _Desk, known: Registration, enabled: bool | None, done: Done) -> Step:
    """The result of a webhook's ping; read from Ashby again, as the answer may be older."""
    state = _state(desk, known) if enabled is not False else State.OFF
    if state is not State.OFF:
        return Step(known.kind, done)
    return Step(
        known.kind,
        Done.OFF,
        f"{known.url} did not answer Ashby's ping; make `charthop-ashby web` reachable there, then "
        "register again",
    )


def _state(desk: _Desk, known: Registration) -> State:
    try:
        return state_of(subscriptions.info(desk.client, known.id))
    except KeyRefused:
        return State.UNKNOWN


def _refused(desk: _Desk, kind: str, error: Rejected) -> Step:
    """One that arrives all the same was set up by hand."""
    if kind in desk.events.last().get("ashby", {}):
        return Step(kind, Done.BY_HAND)
    if subscriptions.is_twin(error):
        return Step(
            kind,
            Done.REFUSED,
            f"Ashby already has one for {desk.url} that charthop-ashby did not create; in Ashby: "
            f"{SCREEN}: set its secret, or delete it and register again",
        )
    return Step(
        kind,
        Done.REFUSED,
        f"Ashby's API cannot create it ({error.code}); in Ashby: {SCREEN}, New: event "
        f"{kind}, address {desk.url}, and the secret that {secret_key('ashby')} points to",
    )


def _remove(desk: _Desk, known: Registration) -> Step:
    subscriptions.delete(desk.client, known.id)
    desk.registrations.drop(known.kind)
    desk.events.forget("ashby", known.kind)
    return Step(known.kind, Done.REMOVED)
