"""ChartHop's webhooks: verifying a delivery, and the job in it.

ChartHop signs nothing: the operator's own secret comes as a bearer token. The spelling of the
envelope's keys is not documented, so case and underscores are ignored. An Action with an HTTP step
may send fixed text that names nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from systems.webhooks import (
    KIND,
    OBJECT_ID,
    NoSignature,
    WrongSignature,
    any_equal,
    id_in,
    inner,
    parse,
)

BARE = "event"
"""The kind of an event that does not name one."""

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class ChartHopEvent:
    """The ids in an event; nothing else of it is kept.

    `key` identifies the same event if it is delivered again, None if it has no id. `user_id` is
    the user who caused it. `fields` are the changed codes, empty if it names none.
    """

    kind: str
    key: str | None = None
    job_id: str | None = None
    user_id: str | None = None
    fields: frozenset[str] = frozenset()


def read_event(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes]) -> ChartHopEvent:
    """The event in a delivery. Raises NoSignature, WrongSignature or Unreadable.

    `headers` are by lower-case name. `secrets` are the organization's, two during a change.
    """
    verify(headers.get("authorization", ""), secrets)
    return _read({_plain(name): value for name, value in parse(body).items()})


def verify(authorization: str, secrets: Sequence[bytes]) -> None:
    """Verify that the header carries one of the secrets."""
    found = _BEARER.fullmatch(authorization.strip())
    sent = found[1].encode("utf-8", "replace") if found is not None else b""
    if not any_equal(sent, secrets):
        raise WrongSignature if found is not None else NoSignature


def _read(content: Mapping[str, Any]) -> ChartHopEvent:
    payload = {_plain(name): value for name, value in inner(content, "payload").items()}
    event_id = content.get("id")
    fields = content.get("fields")
    names_job = str(content.get("entitytype") or "").upper() == "JOB"
    return ChartHopEvent(
        kind=_kind(content),
        key=str(event_id)[:100] if isinstance(event_id, str | int) and event_id else None,
        job_id=id_in(content, "jobid", OBJECT_ID)
        or id_in(payload, "jobid", OBJECT_ID)
        or (id_in(content, "entityid", OBJECT_ID) if names_job else None),
        user_id=id_in(content, "userid", OBJECT_ID),
        fields=frozenset(one for one in fields if isinstance(one, str))
        if isinstance(fields, list)
        else frozenset(),
    )


def _kind(content: Mapping[str, Any]) -> str:
    """The event's code, such as `change.create.hire`."""
    code = content.get("code")
    if not isinstance(code, str):
        parts = [content.get(name) for name in ("entitytype", "type", "subtype")]
        code = ".".join(part.lower() for part in parts if isinstance(part, str) and part)
    return code if KIND.fullmatch(code) else BARE


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()
