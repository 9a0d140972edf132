"""The webhook.* endpoints, and the events that Ashby sends to the webhooks that are set up."""

from __future__ import annotations

from typing import Any

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Rejected
from sandbox.ashby.records import Webhook

PUBLISHED = frozenset({
    "applicationSubmit", "applicationUpdate", "candidateHire", "candidateStageChange",
    "candidateDelete", "candidateMerge", "interviewPlanTransition", "interviewScheduleCreate",
    "interviewScheduleUpdate", "jobPostingUpdate", "jobPostingPublish", "jobPostingUnpublish",
    "offerCreate", "offerUpdate", "offerDelete", "pushToHRIS", "surveySubmit",
})  # fmt: skip
"""The types that the description of webhook.create lists."""


def create(account: Account, body: requests.WebhookCreate) -> Any:
    """Answer webhook.create: the new webhook is pinged first, and disabled if that fails."""
    published = body.webhookType in PUBLISHED
    if not published and account.oddities.webhook_types == "published":
        raise Rejected("invalid_input", "webhookType: is none of the types that can be created")
    for webhook in account.webhooks.values():
        if (webhook.type, webhook.url) == (body.webhookType, body.requestUrl):
            raise Rejected("invalid_input", "A webhook of this type and URL exists already")
    made = account.add_webhook(body.webhookType, body.requestUrl, body.secretToken)
    return _with_secret(account.webhooks[made])


def info(account: Account, body: requests.WebhookInfo) -> Any:
    """Answer webhook.info, which does not tell the secret."""
    return _shown(_webhook(account, body.webhookId))


def update(account: Account, body: requests.WebhookUpdate) -> Any:
    """Answer webhook.update: every edit pings again."""
    webhook = _webhook(account, body.webhookId)
    if body.enabled is None and body.requestUrl is None and body.secretToken is None:
        raise Rejected("invalid_input", "one of enabled, requestUrl and secretToken is required")
    account.edit_webhook(webhook.id, body.requestUrl, body.secretToken, body.enabled)
    return _with_secret(webhook)


def delete(account: Account, body: requests.WebhookInfo) -> Any:
    """Answer webhook.delete."""
    account.delete_webhook(_webhook(account, body.webhookId).id)
    return {"webhookId": body.webhookId}


def _webhook(account: Account, webhook_id: str) -> Webhook:
    webhook = account.webhooks.get(webhook_id)
    if webhook is None:
        raise Rejected("webhook_not_found", "There is no such webhook")
    return webhook


def _shown(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "enabled": webhook.enabled,
        "requestUrl": webhook.url,
        "webhookType": webhook.type,
    }


def _with_secret(webhook: Webhook) -> dict[str, Any]:
    return {**_shown(webhook), "secretToken": webhook.secret}
