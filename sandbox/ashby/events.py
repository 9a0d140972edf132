"""What Ashby sends to the webhooks of an account.

Envelope and signature: https://developers.ashbyhq.com/docs/common-payload-data and
https://developers.ashbyhq.com/docs/authenticating-webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.ashby.records import Application, Offer, Opening, Webhook
from sandbox.ashby.shapes import shown_application, shown_opening, shown_whole_offer

if TYPE_CHECKING:
    from sandbox.ashby.state import AccountState

Data = Callable[[], dict[str, Any]]


class Events:
    """The events of one account, each sent to the enabled webhooks of its type."""

    def __init__(self, account: AccountState) -> None:
        self._account = account

    def application(self, application: Application, *types: str) -> None:
        """Something happened to an application; one action may bring about several events."""
        action_id = self._new_id()
        for event_type in types:
            self._send(event_type, lambda: self._application(application), action_id)

    def hire(self, application: Application) -> None:
        """A candidate was hired: three events of one action."""
        action_id = self._new_id()
        self._send("candidateHire", lambda: self._hire(application), action_id)
        for event_type in ("candidateStageChange", "applicationUpdate"):
            self._send(event_type, lambda: self._application(application), action_id)

    def offer(self, event_type: str, offer: Offer) -> None:
        """An offer was made or changed."""
        account = self._account
        self._send(event_type, lambda: {"offer": shown_whole_offer(account, offer)})

    def opening(self, opening: Opening) -> None:
        """An opening was made; what becomes of it is never sent."""
        self._send("openingCreate", lambda: {"opening": shown_opening(self._account, opening)})

    def gone(self, event_type: str, **data: Any) -> None:
        """Something was deleted or merged."""
        self._send(event_type, lambda: data)

    def ping(self, webhook: Webhook) -> None:
        """Ping a webhook at once; without an answer, or with a status above 400, disable it."""
        headers, body = self._signed(webhook, "ping", {"webhookActionType": "ping"}, self._new_id())
        status = self._account.world.outbox.knock("ping", webhook.url, headers, body)
        webhook.enabled = status is not None and status <= 400

    def _application(self, application: Application) -> dict[str, Any]:
        return {"application": shown_application(self._account, application)}

    def _hire(self, application: Application) -> dict[str, Any]:
        data = self._application(application)
        offers = self._account.offers_of(application.id)
        accepted = [one for one in offers if one.status == "Accepted"]
        if accepted:
            latest = max(accepted, key=lambda one: one.decided_at or "")
            data["offer"] = shown_whole_offer(self._account, latest)
        elif self._account.oddities.unset == "null":
            data["offer"] = None
        return data

    def _send(self, event_type: str, data: Data, action_id: str | None = None) -> None:
        webhooks = self._account.webhooks.values()
        wanted = [one for one in webhooks if one.enabled and one.type == event_type]
        action_id = action_id or self._new_id()
        for webhook in wanted:
            headers, body = self._signed(webhook, event_type, data(), action_id)
            self._account.world.outbox.put(event_type, webhook.url, headers, body)

    def _signed(
        self, webhook: Webhook, action: str, data: dict[str, Any], action_id: str
    ) -> tuple[dict[str, str], bytes]:
        content: dict[str, Any] = {"action": action, "data": data}
        if self._account.oddities.webhook_action_ids:
            content["webhookActionId"] = action_id
        body = self._account.world.outbox.written(content)
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            digest = hmac.new(webhook.secret.encode(), body, hashlib.sha256).hexdigest()
            headers["Ashby-Signature"] = f"sha256={digest}"
        return headers, body

    def _new_id(self) -> str:
        """Not out of the sandbox's own randomness: the ids of records stay as they are."""
        return str(uuid.UUID(int=self._account.world.outbox.rng.getrandbits(128), version=4))
