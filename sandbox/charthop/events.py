"""What ChartHop sends about an organization, to an address that somebody set up by hand.

A secret of one's own comes as a bearer token. The spelling of the envelope's keys is not known, so
it is sent in either; an Action with an HTTP step sends fixed text, which names nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sandbox.charthop.builtin import APP_USER_ID, SOMEBODY_ID
from sandbox.charthop.records import Change, Job, Person

if TYPE_CHECKING:
    from sandbox.charthop.state import OrgState

Casing = Literal["camel", "lower"]


@dataclass(frozen=True)
class Subscription:
    """Where events go; `content` is sent instead of every event where it is given."""

    url: str
    secret: str | None
    casing: Casing = "camel"
    content: Mapping[str, Any] | None = None


class OrgEvents:
    """The events of one organization. Those of the sync's own calls name its app as the user."""

    def __init__(self, org: OrgState) -> None:
        self._org = org
        self.subscriptions: list[Subscription] = []
        self.by_app = False

    def job(self, code: str, job: Job, fields: Iterable[str] = ()) -> None:
        """A job was made, edited or deleted."""
        self._send(code, {"jobId": job.id, "fields": list(fields)})

    def hire(self, code: str, change: Change) -> None:
        """A hire was made, amended or cancelled, or somebody left."""
        about = {"entityId": change.id, "jobId": change.job_id, "personId": change.person_id}
        self._send(code, {**about, "date": change.date})

    def person(self, code: str, person: Person) -> None:
        """A person was made or edited."""
        self._send(code, {"entityId": person.id, "personId": person.id})

    def _send(self, code: str, about: Mapping[str, Any]) -> None:
        world = self._org.world
        entity, kind, *subtype = code.split(".")
        for subscription in self.subscriptions:
            event = {
                "id": self._new_id(),
                "orgId": self._org.id,
                "userId": APP_USER_ID if self.by_app else SOMEBODY_ID,
                "type": kind.upper(),
                "entityType": entity.upper(),
                "entityId": self._new_id(),
                "code": code,
                "at": world.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                **({"subtype": subtype[0].upper()} if subtype else {}),
                **about,
            }
            if subscription.casing == "lower":
                event = {name.lower(): value for name, value in event.items()}
            if subscription.content is None:
                body = world.outbox.written(event)
            else:
                body = json.dumps(subscription.content).encode()
            headers = {"Content-Type": "application/json"}
            if subscription.secret is not None:
                headers["Authorization"] = f"Bearer {subscription.secret}"
            world.outbox.put(code, subscription.url, headers, body)

    def _new_id(self) -> str:
        """Not out of the sandbox's own randomness: the ids of records stay as they are."""
        return f"{self._org.world.outbox.rng.getrandbits(96):024x}"
