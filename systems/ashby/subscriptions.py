"""An account's webhooks: creating, reading, changing and deleting one.

Source: https://developers.ashbyhq.com/docs/setting-up-webhooks. Ashby cannot list them. It pings a
webhook when it is created and whenever it is edited, and disables it if the ping is not answered.
"""

import re
from dataclasses import dataclass
from typing import Any

from core.errors import AnswerLost, Rejected, TryLater
from systems.ashby.client import Client
from systems.ashby.models import Wire
from systems.ashby.reading import read
from systems.parsing import Id

_TWIN = re.compile(r"duplicate|already|exist", re.IGNORECASE)


class WebhookRow(Wire):
    """A webhook in Ashby's answers; the secret, which they contain in plain text, is not read."""

    id: Id
    enabled: bool | None = None


@dataclass(frozen=True)
class Subscription:
    """A webhook. `enabled`: whether Ashby sends its events, None if not stated."""

    id: str
    enabled: bool | None


def create(client: Client, kind: str, url: str, secret: str) -> Subscription:
    """webhook.create. Rejected for a kind that cannot be created here, and for a duplicate."""
    body = {"webhookType": kind, "requestUrl": url, "secretToken": secret}
    row = client.create("webhook.create", body)
    try:
        return read(_subscription, row, "webhook.create")
    except TryLater as error:
        raise AnswerLost(error.reason) from None


def info(client: Client, webhook_id: str) -> Subscription | None:
    """webhook.info; None if it was deleted."""
    try:
        row = client.read("webhook.info", {"webhookId": webhook_id})
    except Rejected as error:
        if _is_gone(error):
            return None
        raise
    return read(_subscription, row, "webhook.info")


def update(
    client: Client, webhook_id: str, *, url: str | None = None, secret: str | None = None
) -> Subscription | None:
    """webhook.update, which enables it again and pings it; None if it was deleted."""
    body: dict[str, Any] = {"webhookId": webhook_id, "enabled": True}
    if url is not None:
        body["requestUrl"] = url
    if secret is not None:
        body["secretToken"] = secret
    try:
        row = client.write("webhook.update", body)
    except Rejected as error:
        if _is_gone(error):
            return None
        raise
    return read(_subscription, row, "webhook.update")


def delete(client: Client, webhook_id: str) -> None:
    """webhook.delete; does nothing if it was deleted before."""
    try:
        client.write("webhook.delete", {"webhookId": webhook_id})
    except Rejected as error:
        if not _is_gone(error):
            raise


def is_twin(error: Rejected) -> bool:
    """True if a webhook was refused as a duplicate; the code is not published."""
    return _TWIN.search(f"{error.code} {error.detail}") is not None


def _is_gone(error: Rejected) -> bool:
    return error.code.endswith("not_found")


def _subscription(row: Any) -> Subscription:
    found = WebhookRow.model_validate(row)
    return Subscription(found.id, found.enabled)
