"""What an administrator of Ashby sets up: departments, close reasons, users, custom fields."""

# ruff: noqa: N803 - Ashby's own spelling of the names is kept.

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.ashby.records import CustomField, Named, Option, User, Webhook
from sandbox.ashby.state import AccountState
from sandbox.wire import locked


class SettingsMoves(AccountState):
    """The administrator's part of an account."""

    @locked
    def add_department(self, name: str, archived: bool = False) -> str:
        """A new department; gives its id."""
        return self.put(self.departments, self.record(Named, name=name, archived=archived)).id

    @locked
    def add_location(self, name: str, archived: bool = False) -> str:
        """A new location; gives its id."""
        return self.put(self.locations, self.record(Named, name=name, archived=archived)).id

    @locked
    def add_close_reason(self, text: str, archived: bool = False) -> str:
        """A new reason why openings are closed; gives its id."""
        return self.put(self.close_reasons, self.record(Named, name=text, archived=archived)).id

    @locked
    def add_job(self, title: str) -> str:
        """A new job that openings and applications belong to; gives its id."""
        return self.put(self.jobs, self.record(Named, name=title)).id

    @locked
    def add_webhook(self, kind: str, url: str, secret: str | None) -> str:
        """An admin sets up a webhook, of any type; it is pinged, and its id given."""
        webhook = Webhook(self.new_id(), kind, url, secret)
        self.webhooks[webhook.id] = webhook
        self.events.ping(webhook)
        return webhook.id

    @locked
    def edit_webhook(
        self,
        webhook_id: str,
        url: str | None = None,
        secret: str | None = None,
        enabled: bool | None = None,
    ) -> None:
        """An admin changes what is given of a webhook, which enables it unless told otherwise.

        It is pinged, and disabled if that fails.
        """
        webhook = self.webhooks[webhook_id]
        webhook.url = webhook.url if url is None else url
        webhook.secret = webhook.secret if secret is None else secret
        webhook.enabled = enabled is not False
        if webhook.enabled:
            self.events.ping(webhook)

    @locked
    def delete_webhook(self, webhook_id: str) -> None:
        """An admin removes a webhook."""
        del self.webhooks[webhook_id]

    @locked
    def add_user(self, first: str, last: str, email: str, enabled: bool = True) -> str:
        """A new user; gives the id."""
        user = self.record(User, first_name=first, last_name=last, email=email, enabled=enabled)
        return self.put(self.users, user).id

    @locked
    def deactivate_user(self, user_id: str) -> None:
        """An admin deactivates a user."""
        self.users[user_id].enabled = False
        self.touch(self.users[user_id])

    @locked
    def archive_department(self, department_id: str) -> None:
        """An admin archives a department."""
        self.departments[department_id].archived = True
        self.touch(self.departments[department_id])

    @locked
    def rename_department(self, department_id: str, name: str) -> None:
        """An admin gives a department another name."""
        self.departments[department_id].name = name
        self.touch(self.departments[department_id])

    @locked
    def add_custom_field(
        self,
        title: str,
        fieldType: str,
        objectType: str = "Opening",
        selectableValues: Sequence[str | Mapping[str, str]] = (),
        isDateOnlyField: bool = False,
        isRequired: bool = False,
    ) -> str:
        """A new custom field; an option is a {"label", "value"} or a word that is both."""
        options = [
            Option(one, one) if isinstance(one, str) else Option(one["label"], one["value"])
            for one in selectableValues
        ]
        made = self.record(
            CustomField,
            title=title,
            object_type=objectType.removesuffix("_Version"),
            field_type=fieldType,
            options=options,
            date_only=isDateOnlyField,
            required=isRequired,
        )
        return self.put(self.custom_fields, made).id

    @locked
    def require_custom_field(self, field_id: str, required: bool = True) -> None:
        """An admin makes a custom field required, or optional again."""
        self.custom_fields[field_id].required = required
        self.touch(self.custom_fields[field_id])

    @locked
    def restore_custom_field(self, field_id: str) -> None:
        """An admin takes a custom field out of the archive."""
        self.custom_fields[field_id].archived = False
        self.touch(self.custom_fields[field_id])

    @locked
    def field_id(self, title: str, object_type: str = "Opening") -> str:
        """The id of the custom field of that title; raises KeyError where there is none."""
        return self.field_titled(title, object_type).id

    @locked
    def archive_custom_field(self, field_id: str) -> None:
        """An admin archives a custom field."""
        self.custom_fields[field_id].archived = True
        self.touch(self.custom_fields[field_id])
