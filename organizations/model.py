"""The keys of an organization's table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from core.brakes import Limits
from core.rules import Rules
from organizations.access import check_entry

# ChartHop: custom names are letters, digits and underscores; built-in ones may be dotted
# (name.first, contact.homeEmail).
_FIELD_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")

# It becomes part of a URL.
_ORG = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}\z"

Who = Annotated[StrictStr, AfterValidator(check_entry)]
"""An address or a domain."""


def _each_once(written: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(written)) < len(written):
        raise PydanticCustomError("same_twice", "the same one twice")
    return written


_ONE_OR_TWO = (
    BeforeValidator(lambda written: (written,) if isinstance(written, str) else written),
    Field(min_length=1, max_length=2),
    AfterValidator(_each_once),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "array",
                    "items": {"type": "string"},
                    "minItems": 1,
                    "maxItems": 2,
                    "uniqueItems": True,
                },
            ]
        }
    ),
)

Keys = Annotated[tuple[StrictStr, ...], *_ONE_OR_TWO]
"""References to one API key, or to the new one and the old one while it is being changed."""

Secrets = Annotated[tuple[Annotated[StrictStr, Field(min_length=1)], ...], *_ONE_OR_TWO]
"""The same for a webhook secret."""

API_KEYS = ("charthop_api_key", "ashby_api_key")
"""The keys of the file that hold API keys."""

PushHires = Literal["automatic", "manual"]

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _weekday_number(day: Weekday | None) -> int | None:
    """The weekday as a number of `date.weekday()`, None if there is none."""
    return None if day is None else get_args(Weekday).index(day)


class Brake(BaseModel):
    """The amounts of change above which a sync waits for `approve`.

    `close_percent`: percent of the linked openings, 0 to 100. `create_openings` and
    `create_persons`: records in one sync, 0 or more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    close_percent: Annotated[StrictInt, Field(ge=0, le=100)] = 30
    create_openings: Annotated[StrictInt, Field(ge=0)] = 200
    create_persons: Annotated[StrictInt, Field(ge=0)] = 25


@dataclass(frozen=True)
class Organization:
    """One organization, ready for use: its secrets are resolved and hidden from repr().

    `charthop_api_keys`, `ashby_api_keys`: one key, or two while it is being changed, the new one
    before the old one. `notify`: Apprise addresses, which hold tokens.
    """

    name: str
    enabled: bool
    charthop_org: str
    charthop_api_keys: tuple[SecretStr, ...]
    ashby_api_keys: tuple[SecretStr, ...]
    notify: tuple[SecretStr, ...]
    rules: Rules

    @property
    def secrets(self) -> tuple[str, ...]:
        """Its API keys, which protect its sealed data."""
        keys = (*self.charthop_api_keys, *self.ashby_api_keys)
        return tuple(key.get_secret_value() for key in keys)


@dataclass(frozen=True)
class Problem:
    """One mistake or doubt in the file.

    `organization`: the table it belongs to, None for the file itself. `line` counts from 1.
    `sentence` has the place (file:line), the mistake and the fix, but no secret. `may_pass`: the
    file of a secret cannot be read right now, which may be different in a moment.
    """

    organization: str | None
    line: int | None
    sentence: str
    may_pass: bool = False


@dataclass(frozen=True)
class OrganizationsFile:
    """The result of reading the file once.

    `organizations`: the usable ones by name. `problems`: the mistakes of the others. `warnings`:
    things that work but should be fixed.
    """

    organizations: Mapping[str, Organization]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def _field_code(code: str) -> str:
    if not _FIELD_CODE.fullmatch(code):
        raise ValueError("not a field code")
    return code


class Table(BaseModel):
    """One `[organizations.NAME]` as written: secrets are still references."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    charthop_api_key: Keys
    ashby_api_key: Keys
    enabled: StrictBool = False
    charthop_org: Annotated[StrictStr, Field(pattern=_ORG)] | None = None
    synced_fields: tuple[Annotated[StrictStr, Field(min_length=1)], ...] = ()
    hires_since: Annotated[date, Field(strict=True)] | None = None
    push_hires: PushHires = "automatic"
    close_reason: Annotated[StrictStr, Field(min_length=1)] | None = None
    sync_confidential_jobs: StrictBool = False
    create_offer_fields: StrictBool = False
    sync_hiring_team: StrictBool = False
    filled_close_reasons: tuple[Annotated[StrictStr, Field(min_length=1)], ...] = ()
    notify: tuple[StrictStr, ...] = ()
    ashby_webhook_secret: Secrets | None = None
    charthop_webhook_secret: Secrets | None = None
    viewers: tuple[Who, ...] = ()
    operators: tuple[Who, ...] = ()
    titles_in_messages: StrictBool = True
    drift_report: Weekday | None = None
    brake: Brake = Brake()
    offer_fields: dict[
        Annotated[StrictStr, Field(min_length=1)],
        Annotated[StrictStr, AfterValidator(_field_code)],
    ] = {}

    def rules(self, organization: str) -> Rules:
        """The settings that decisions depend on; `organization` is the table's name."""
        brake = self.brake
        secrets = {"ashby": self.ashby_webhook_secret, "charthop": self.charthop_webhook_secret}
        return Rules(
            organization=organization,
            synced_fields=tuple(dict.fromkeys(self.synced_fields)),
            offer_fields=self.offer_fields,
            hires_since=self.hires_since,
            push_hires=self.push_hires,
            close_reason=self.close_reason,
            sync_confidential_jobs=self.sync_confidential_jobs,
            create_offer_fields=self.create_offer_fields,
            sync_hiring_team=self.sync_hiring_team,
            filled_close_reasons=self.filled_close_reasons,
            hears=frozenset(system for system, secret in secrets.items() if secret is not None),
            titles_in_messages=self.titles_in_messages,
            drift_report=_weekday_number(self.drift_report),
            limits=Limits(brake.close_percent, brake.create_openings, brake.create_persons),
        )
