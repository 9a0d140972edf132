"""What Ashby does where its documentation is silent: one switch per open question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class AshbyOddities:
    """The answers to the open questions; `one()` and `other()` are the two that tests run under."""

    # Openings.

    search: Literal["exact", "contains"] = "exact"
    """Whether opening.search wants the whole identifier, or finds it anywhere in any case."""

    search_archived: bool = False
    """Whether opening.search finds archived openings."""

    unique_identifiers: bool = False
    """Whether a second opening with an identifier that is taken is refused (invalid_input)."""

    title_limit: int | None = None
    """The longest description of an opening; a longer one is refused (invalid_input)."""

    close_needs_reason: bool = False
    """Whether setting the state Closed without a close reason is refused (invalid_input)."""

    create_beyond_draft: Literal["checked", "refused", "accepted"] = "checked"
    """Whether opening.create in a state other than Draft is refused (invalid_input) while the
    account has required opening fields, always (as under an approval process), or never."""

    state_needs_fields: bool = True
    """Whether opening.setOpeningState from Draft to Approved or Open is refused (invalid_input)
    while a required opening field has no value."""

    unknown_properties: Literal["dropped", "refused"] = "dropped"
    """Whether properties that opening.create, .update and .setOpeningState do not have are
    dropped in silence, or refused (invalid_input) as by every other endpoint."""

    unhire_reopens: bool = False
    """Whether the opening of a candidate who is no longer hired goes from Filled to Open."""

    update_defaults: bool = False
    """Whether opening.update resets `isBackfill` and `employmentType` to the schema's defaults
    where the call leaves them out."""

    fills_at: Literal["hired", "accepted", "never"] = "hired"
    """What marks an opening Filled: the hired application, the accepted offer, or nothing."""

    dates_as: Literal["date", "datetime"] = "date"
    """How target dates and date-only custom fields come back."""

    unset: Literal["null", "absent"] = "null"
    """Whether unset optional properties come as null or not at all."""

    null_updates: bool = True
    """Whether opening.update takes null for a value, or refuses it (invalid_input)."""

    # Custom fields.

    null_clears: bool = True
    """Whether null empties a custom field, or is refused (invalid_input)."""

    trims_text: bool = False
    """Whether outer spaces of descriptions, identifiers and text values are dropped."""

    unset_fields_listed: bool = False
    """Whether custom fields without a value are listed with value null, or not at all."""

    values_make_versions: bool = False
    """Whether setting a value of an opening's custom field makes a new version of it."""

    values_atomic: bool = True
    """Whether a bad value in customField.setValues keeps the values before it from being set."""

    values_need_jobs: bool = False
    """Whether setting an opening's values needs `jobs:write` besides `candidates:write`."""

    unique_titles: bool = False
    """Whether a second custom field of a title that is taken is refused (invalid_input)."""

    options_shown: tuple[str, ...] = ("ValueSelect", "MultiValueSelect")
    """The field types whose definitions have `selectableValues`; the documentation names
    MultiValueSelect alone."""

    # Lists.

    empty_last_page: bool = False
    """Whether a list ends with an empty page behind the last full or partial one."""

    incremental_filters: Literal["applied", "ignored"] = "applied"
    """Whether `status` and the like still select where a sync token is given."""

    # Webhooks.

    webhook_types: Literal["published", "all"] = "published"
    """Whether webhook.create takes the types of its published list only, or every type that has a
    payload, openingCreate among them."""

    webhook_action_ids: bool = True
    """Whether an event carries its `webhookActionId`."""

    # Refusals.

    retry_after: bool = True
    """Whether a 429 carries Retry-After."""

    rate_reset: Literal["epoch", "seconds"] = "epoch"
    """Whether x-ratelimit-reset is a point in time or the seconds until then."""

    rate_scope: str | None = None
    """The X-RateLimit-Scope of a 429: "integration-partner", or none for a limit of the key."""

    error_form: Literal["full", "short"] = "full"
    """Whether errors list their codes in `errors` beside `errorInfo`; in the short form a bad key
    is answered with a line of text."""

    denial_form: Literal["info", "strings", "messages", "coded"] = "info"
    """The 403 to a missing permission: `errorInfo` like other errors; or `errors` alone, which
    holds the code itself, {"message": code}, or {"code", "message"}. None names the permission."""

    @classmethod
    def one(cls) -> AshbyOddities:
        """The reading of the documentation that its sources favour."""
        return cls()

    @classmethod
    def other(cls) -> AshbyOddities:
        """The other reading of every question, as far as both cannot be told from the sources."""
        return cls(
            search="contains",
            search_archived=True,
            unique_identifiers=True,
            title_limit=255,
            close_needs_reason=True,
            state_needs_fields=False,
            unknown_properties="refused",
            unhire_reopens=True,
            update_defaults=True,
            fills_at="accepted",
            dates_as="datetime",
            unset="absent",
            null_clears=False,
            trims_text=True,
            unset_fields_listed=True,
            values_make_versions=True,
            values_atomic=False,
            values_need_jobs=True,
            unique_titles=True,
            empty_last_page=True,
            incremental_filters="ignored",
            webhook_types="all",
            webhook_action_ids=False,
            retry_after=False,
            rate_reset="seconds",
            error_form="short",
            denial_form="coded",
        )
