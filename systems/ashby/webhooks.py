"""Ashby's webhooks: verifying a delivery, and the ids in it.

Signature: https://developers.ashbyhq.com/docs/authenticating-webhooks. Envelope:
https://developers.ashbyhq.com/docs/common-payload-data.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.fields import LINK_TITLE
from systems.webhooks import (
    KIND,
    OBJECT_ID,
    UUID,
    NoSignature,
    Unreadable,
    WrongSignature,
    any_equal,
    fingerprint,
    id_in,
    inner,
    parse,
)

PING = "ping"
HIRE = "candidateHire"

_SCHEME = "sha256="


@dataclass(frozen=True)
class AshbyEvent:
    """The ids in an event; nothing else of it is kept.

    `key` identifies the same event if it is delivered again. All events of one action in Ashby
    share `action_id`. `is_hired` and `is_accepted` are the event's statements about its application
    and its offer, None if it makes none. `job_id` is the ChartHop job that an opening names, and
    `opening_id` that opening.
    """

    kind: str
    key: str
    action_id: str | None = None
    application_id: str | None = None
    is_hired: bool | None = None
    offer_id: str | None = None
    is_accepted: bool | None = None
    candidate_ids: tuple[str, ...] = ()
    opening_id: str | None = None
    job_id: str | None = None

    @property
    def is_ping(self) -> bool:
        """True for a test event."""
        return self.kind == PING


def read_event(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes]) -> AshbyEvent:
    """The event in a delivery. Raises NoSignature, WrongSignature or Unreadable.

    `headers` are by lower-case name. `secrets` are the organization's, two during a change.
    """
    verify(headers.get("ashby-signature", ""), body, secrets)
    return _read(parse(body), body)


def verify(signature: str, body: bytes, secrets: Sequence[bytes]) -> None:
    """Verify that one of the secrets signed exactly these bytes, before any of them is parsed."""
    scheme, sent = signature[: len(_SCHEME)], signature[len(_SCHEME) :]
    expected = [hmac.new(secret, body, hashlib.sha256).hexdigest().encode() for secret in secrets]
    is_right = any_equal(sent.encode("utf-8", "replace"), expected)
    if scheme != _SCHEME:
        raise NoSignature
    if not is_right:
        raise WrongSignature


def key_of(action_id: str, kind: str) -> str:
    """The identity of an event: one action may cause several events, each one once."""
    return f"{action_id} {kind}"


def _read(content: Mapping[str, Any], body: bytes) -> AshbyEvent:
    kind = content.get("action")
    if not isinstance(kind, str) or not KIND.fullmatch(kind):
        raise Unreadable
    data = inner(content, "data")
    action_id = content.get("webhookActionId")
    action_id = action_id if isinstance(action_id, str) and 0 < len(action_id) <= 100 else None
    application, offer, opening = (
        inner(data, name) for name in ("application", "offer", "opening")
    )
    candidates = (inner(data, name) for name in ("deletedCandidate", "mergedCandidate"))
    return AshbyEvent(
        kind=kind,
        key=key_of(action_id, kind) if action_id is not None else fingerprint(body),
        action_id=action_id,
        application_id=id_in(application, "id", UUID) or id_in(offer, "applicationId", UUID),
        is_hired=_is(application, "status", "Hired"),
        offer_id=id_in(offer, "id", UUID),
        is_accepted=_is(offer, "acceptanceStatus", "Accepted"),
        candidate_ids=tuple(
            found for one in candidates if (found := id_in(one, "id", UUID)) is not None
        ),
        opening_id=id_in(opening, "id", UUID),
        job_id=_job_of(inner(opening, "latestVersion")),
    )


def _is(content: Mapping[str, Any], name: str, value: str) -> bool | None:
    found = content.get(name)
    return found == value if isinstance(found, str) else None


def _job_of(version: Mapping[str, Any]) -> str | None:
    """The ChartHop job that an opening is linked to or named after."""
    fields = version.get("customFields")
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, dict) and field.get("title") == LINK_TITLE:
            return id_in(field, "value", OBJECT_ID)
    return id_in(version, "identifier", OBJECT_ID)
