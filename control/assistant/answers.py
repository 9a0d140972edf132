"""What the tools answer with.

What other people wrote stands in fields whose names begin with `untrusted_` and nowhere else: it is
data and gives no orders. Everything else is the product's own word, an id, a number or a moment.
"""

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Meaning(Answer):
    """What a code means, and what to do about it. Places like {name} stand for the record's own."""

    code: str
    cause: str
    fix: str


class ChangeAnswer(Answer):
    """One attribute that changes. Both values are null where they are nobody's business."""

    untrusted_what: str
    untrusted_before: str | None
    untrusted_after: str | None


class ResultAnswer(Answer):
    """How a record ended, or what a sync would make of it. `at` is null where it is a plan.

    `untrusted_reasons` has the sentences of `codes`, in their order.
    """

    outcome: str
    codes: list[str]
    untrusted_reasons: list[str]
    opening_id: str | None
    person_id: str | None
    changes: list[ChangeAnswer]
    at: str | None


class RecordAnswer(ResultAnswer):
    """The same with the record that it is of."""

    record: str
    untrusted_name: str | None


class HeldRecord(Answer):
    """A record that the brake holds, with what would be changed of it."""

    record: str
    untrusted_name: str | None
    changes: list[ChangeAnswer]


class HeldAnswer(Answer):
    """Changes of one kind (close, create, hire) that the brake holds. `more`: not listed here."""

    kind: str
    number: int
    what: str
    records: list[HeldRecord]
    more: int


class Approvable(Answer):
    """What the brake holds now; `digest` stands for exactly that and is what `approve` needs."""

    digest: str
    number: int
    kinds: list[HeldAnswer]


class SyncAnswer(Answer):
    """One sync. `finished_at` is null while it runs.

    `problems`: codes of what kept it from its end.
    """

    id: str
    trigger: str
    started_at: str
    finished_at: str | None
    outcomes: dict[str, int]
    api_calls: dict[str, int]
    problems: list[str]


class OrderAnswer(Answer):
    """An order that somebody gave. A name that is marked as unproven is what a client said."""

    what: str
    via: str
    untrusted_by: str
    untrusted_about: str | None
    at: str


class RefusedAnswer(Answer):
    """A direction that rests because a key was refused; it goes on by itself."""

    direction: str
    code: str
    untrusted_reason: str


class ReceiptAnswer(Answer):
    """What became of an order. `state`: waiting (for a worker), running or finished."""

    id: str
    state: str
    done: int
    total: int
    outcomes: dict[str, int]
    problems: list[str]


class OrganizationAnswer(Answer):
    """One organization in a line. `attention`: records that need somebody."""

    organization: str
    enabled: bool
    paused: bool
    attention: int
    last_sync_at: str | None
    mistake: str | None = Field(
        description="What is wrong with its table in the organizations file."
    )


class OrganizationsAnswer(Answer):
    """The organizations that this server may see."""

    organizations: list[OrganizationAnswer]
    has_worker: bool
    mistakes: list[str] = Field(description="What is wrong with the organizations file itself.")


class StatusAnswer(Answer):
    """The last sync of an organization and how its records ended, what needs somebody first."""

    organization: str
    enabled: bool
    paused: bool
    untrusted_pause_reason: str | None
    refused: list[RefusedAnswer]
    approvable: Approvable | None
    has_worker: bool
    next_sync_at: str | None
    last_sync: SyncAnswer | None
    receipt: ReceiptAnswer | None = Field(description="Of the order whose id was given as `sync`.")
    webhooks: dict[str, dict[str, str | None] | None]
    records: list[RecordAnswer]
    more: int = Field(description="Records that are not listed here.")
    meanings: list[Meaning]
    orders: list[OrderAnswer]


class ExplainAnswer(Answer):
    """One record: what a sync would make of it now, how it ended last, and its history."""

    organization: str
    record: str
    untrusted_name: str | None
    now: ResultAnswer | None
    would_write: bool
    last: ResultAnswer | None
    history: list[ResultAnswer]
    untrusted_unreadable: str | None = Field(description="Why it is not known how it stands now.")
    untrusted_unremembered: str | None = Field(
        description="Why it is not known what the syncs did with it; of what stands in the history "
        "and below, only `enabled` is known then."
    )
    enabled: bool
    paused: bool
    untrusted_pause_reason: str | None
    refused: list[RefusedAnswer]
    next_sync_at: str | None
    has_worker: bool | None
    meanings: list[Meaning]


class FieldDefinition(Answer):
    """A field of Ashby's that is to be made or changed."""

    action: str
    untrusted_title: str
    type: str
    on: str


class PlanAnswer(Answer):
    """What a sync would do now. `held`: what the brake would hold of it, in words.

    `approvable` is what it holds already and can be released.
    """

    organization: str
    enabled: bool
    paused: bool
    outcomes: dict[str, int]
    fields: list[FieldDefinition]
    records: list[RecordAnswer]
    more: int = Field(description="Records that are not listed here.")
    held: list[str]
    approvable: Approvable | None
    meanings: list[Meaning]


class CheckFinding(Answer):
    """One finding. `grade`: ok, warning or FAILED."""

    grade: str
    untrusted_what: str
    untrusted_fix: str | None


class CheckAnswer(Answer):
    """What `check` found out about keys, permissions and settings."""

    organization: str
    sound: bool
    workers: int
    findings: list[CheckFinding]


class FieldAnswer(Answer):
    """A custom field of ChartHop. `refused`: the code of why it cannot be synced."""

    code: str
    untrusted_label: str | None
    type: str | None
    ashby_type: str | None
    ticked: bool
    refused: str | None
    untrusted_note: str | None


class FieldsAnswer(Answer):
    """The custom fields of ChartHop, the ticked ones first."""

    organization: str
    fields: list[FieldAnswer]
    meanings: list[Meaning]


class DriftFinding(Answer):
    """One difference; `who` is the side on which somebody has to act: ashby or charthop."""

    code: str
    record: str
    untrusted_name: str | None
    opening_id: str | None
    person_id: str | None
    who: str
    untrusted_what: str


class DriftAnswer(Answer):
    """What differs between both sides and is not the sync's to change."""

    organization: str
    number: int
    by_code: dict[str, int]
    findings: list[DriftFinding]
    more: int
    meanings: list[Meaning]


class Receipt(Answer):
    """An order that was sent. `status` tells what became of it, with `id` as its `sync`."""

    organization: str
    id: str
    record: str | None
    has_worker: bool


class Paused(Answer):
    """Nothing more is written for the organization until `resume`."""

    organization: str
    paused: bool
    untrusted_pause_reason: str


class Resumed(Answer):
    """The organization goes on with its next sync; `in_the_way`: codes of what hinders that."""

    organization: str
    was_paused: bool
    in_the_way: list[str]
    meanings: list[Meaning]


class Approved(Answer):
    """What was released; the next sync carries it out, once and within a day."""

    organization: str
    number: int
