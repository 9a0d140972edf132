"""The tools that only read. They leave no trace in Redis or in the journal."""

import re
from collections import Counter
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from control import checks
from control import explain as control_explain
from control import fields as custom_fields
from control import status as control_status
from control.assistant.answers import (
    CheckAnswer,
    CheckFinding,
    DriftAnswer,
    DriftFinding,
    ExplainAnswer,
    FieldAnswer,
    FieldDefinition,
    FieldsAnswer,
    OrganizationAnswer,
    OrganizationsAnswer,
    PlanAnswer,
    ReceiptAnswer,
    StatusAnswer,
)
from control.assistant.desk import Desk, desk_of
from control.assistant.rendering import (
    LISTED,
    approvable_of,
    meanings,
    moment,
    order_of,
    record_of,
    refused_of,
    result_of,
    sync_of,
    untrusted,
    word,
    word_or_none,
)
from control.deployment import Deployment
from control.drift import read_drift
from control.findings import Grade, warning
from control.held import held
from control.plan import forecast
from control.records import remembered
from control.wording import ATTENTION_FIRST
from core.text import for_assistant

ORDERS_SHOWN = 20

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The form of a receipt's id."""

Organization = Annotated[
    str, Field(description="The organization's name, as list_organizations shows it.")
]
Record = Annotated[
    str,
    Field(
        description="A job or hire: job:ID, offer:ID, a requisition code, a title or a part of it, "
        "the id of an opening, application or candidate, or the address of its page."
    ),
]
Call = Context[Desk, Any]


def list_organizations(ctx: Call) -> OrganizationsAnswer:
    """List the organizations: whether each is enabled or paused, and how much needs attention."""
    desk = desk_of(ctx)
    with desk.opened() as deployment:
        deployment.read_only()
        mistakes = desk.mistakes(deployment)
        right = deployment.organizations.names()
        rows = [
            _in_a_line(deployment, name, mistakes.get(name), is_right=name in right)
            for name in desk.visible(deployment)
        ]
        return OrganizationsAnswer(
            organizations=rows,
            has_worker=bool(deployment.workers()),
            mistakes=desk.mistakes_of_file(deployment),
        )


def _in_a_line(
    deployment: Deployment, name: str, mistake: str | None, *, is_right: bool
) -> OrganizationAnswer:
    state = control_status.status(deployment, name) if is_right else None
    waiting = (
        [one for _, one in state.records if one.result.outcome.wants_attention] if state else []
    )
    last = state.last_sync if state is not None else None
    return OrganizationAnswer(
        organization=name,
        enabled=state is not None and state.enabled,
        paused=state is not None and state.paused is not None,
        attention=len(waiting),
        last_sync_at=moment(last.started_at) if last is not None else None,
        mistake=mistake,
    )


def status(
    organization: Organization,
    ctx: Call,
    record: Annotated[Record | None, Field(description="Only this job or hire.")] = None,
    sync: Annotated[
        str | None, Field(description="The id of a receipt, to follow the progress of that order.")
    ] = None,
) -> StatusAnswer:
    """Show the last sync of an organization and the outcome of each record.

    Held and failed records come first. What the mass-change brake holds comes with the digest that
    approve needs. With `sync`, the id from a receipt of sync or push, the answer includes the
    progress of that order: call again until its state is finished.
    """
    if sync is not None and _ID.fullmatch(sync) is None:
        raise ToolError("sync is not the id of a receipt; leave it out to see the last sync.")
    with desk_of(ctx).at(organization, record) as deployment:
        # Read first: nothing reported below may be older than the end of the order.
        receipt = _receipt(deployment, organization, sync) if sync is not None else None
        state = control_status.status(deployment, organization)
        if record is not None:
            meant = control_status.named(deployment, [organization], record)
            state = state.only(record=meant[organization])
        return _of_state(deployment, state, receipt)


def _of_state(
    deployment: Deployment, state: control_status.Status, receipt: ReceiptAnswer | None
) -> StatusAnswer:
    kept = deployment.public_memory(state.organization)
    called = remembered(deployment.memory(state.organization))
    shown, last = state.records[:LISTED], state.last_sync
    return StatusAnswer(
        organization=state.organization,
        enabled=state.enabled,
        paused=state.paused is not None,
        untrusted_pause_reason=untrusted(state.paused),
        refused=refused_of(state.refused),
        approvable=approvable_of(held(deployment, state.organization), called),
        has_worker=state.has_worker,
        next_sync_at=moment(state.next_sync_at),
        last_sync=sync_of(last) if last is not None else None,
        receipt=receipt,
        webhooks={
            system: {word(kind): moment(at) for kind, at in state.webhooks[system].items()}
            if system in state.webhooks
            else None
            for system in ("ashby", "charthop")
        },
        records=[record_of(record, one.result, called, one.at) for record, one in shown],
        more=len(state.records) - len(shown),
        meanings=meanings(
            *(one.result.notes for _, one in shown),
            state.refused.values(),
            last.problems if last is not None else (),
        ),
        orders=[order_of(one) for one in kept.journal.all()[:ORDERS_SHOWN]],
    )


def _receipt(deployment: Deployment, organization: str, id_: str) -> ReceiptAnswer:
    """The progress of the order with that id."""
    kept = deployment.public_memory(organization)
    found = kept.syncs.get(id_)
    if found is None:
        is_over = kept.task_results.get(id_) is not None
        state, done = ("finished", 1) if is_over else ("waiting", 0)
        return ReceiptAnswer(
            id=word(id_), state=state, done=done, total=1, outcomes={}, problems=[]
        )
    is_over = found.finished_at is not None
    total = max(found.planned, 0)
    left = 0 if is_over else min(kept.backlog.left(), total)
    return ReceiptAnswer(
        id=word(found.id),
        state="finished" if is_over else "running",
        done=total - left,
        total=total,
        outcomes=dict(found.outcomes),
        problems=[note.code for note in found.problems],
    )


def explain(organization: Organization, record: Record, ctx: Call) -> ExplainAnswer:
    """Explain why one job or hire is or is not synced: what a sync would do now, and its history.

    Reads both services.
    """
    with desk_of(ctx).at(organization, record) as deployment:
        found = control_explain.explain(deployment, organization, record)
    told = [one.result for one in found.history]
    results = [*([found.planned] if found.planned else []), *told]
    return ExplainAnswer(
        organization=organization,
        record=word(str(found.record)),
        untrusted_name=untrusted(found.name),
        now=result_of(found.planned) if found.planned is not None else None,
        would_write=found.would_write,
        last=result_of(found.last.result, found.last.at) if found.last is not None else None,
        history=[result_of(one.result, one.at) for one in found.history],
        untrusted_unreadable=untrusted(found.unreadable),
        untrusted_unremembered=untrusted(found.unremembered),
        enabled=found.outlook.enabled,
        paused=found.outlook.paused is not None,
        untrusted_pause_reason=untrusted(found.outlook.paused),
        refused=refused_of(found.outlook.refused),
        next_sync_at=moment(found.outlook.next_sync_at),
        has_worker=found.outlook.has_worker,
        meanings=meanings(
            *(one.notes for one in results),
            found.last.result.notes if found.last else (),
            found.outlook.refused.values(),
        ),
    )


def plan(organization: Organization, ctx: Call) -> PlanAnswer:
    """Show what a sync would do now, record by record, with reasons. Writes nothing anywhere.

    Reads both services, which may take a minute; only one such call runs at a time.
    """
    with desk_of(ctx).at(organization) as deployment:
        deployment.read_only()
        made = forecast(deployment.context(organization))
        state = deployment.public_memory(organization).switches
        ordered = sorted(
            made.results.items(), key=lambda one: (ATTENTION_FIRST.index(one[1].outcome), one[0])
        )
        shown = ordered[:LISTED]
        fields = [
            FieldDefinition(action=what, untrusted_title=for_assistant(title), type=type_, on=on)
            for what, title, type_, on in made.fields()
        ]
        return PlanAnswer(
            organization=organization,
            enabled=organization in deployment.organizations.enabled(),
            paused=state.paused() is not None,
            outcomes=Counter(result.outcome.value for result in made.results.values()),
            fields=fields,
            records=[record_of(record, result, made.directory) for record, result in shown],
            more=len(ordered) - len(shown),
            held=[one.reason.what for one in made.held],
            approvable=approvable_of(held(deployment, organization), made.directory),
            meanings=meanings(*(result.notes for _, result in shown)),
        )


def check(organization: Organization, ctx: Call) -> CheckAnswer:
    """Test both keys and every permission they need, and say how to fix what is missing.

    Changes nothing. Reads both services; only one such call runs at a time.
    """
    with desk_of(ctx).at(organization) as deployment:
        doubts = [
            warning(*doubt.sentence.partition("; ")[::2])
            for doubt in deployment.organizations.read().warnings
            if doubt.organization == organization
        ]
        found = deployment.organizations.get(organization)
        findings = [
            *doubts,
            *checks.inspect(deployment, found),
            *checks.redis_findings(deployment),
        ]
        return CheckAnswer(
            organization=organization,
            sound=all(one.grade is not Grade.FAILED for one in findings),
            workers=len(deployment.workers()),
            findings=[
                CheckFinding(
                    grade=one.grade.value,
                    untrusted_what=for_assistant(one.what),
                    untrusted_fix=untrusted(one.fix),
                )
                for one in findings
            ],
        )


def list_fields(organization: Organization, ctx: Call) -> FieldsAnswer:
    """List the custom fields of ChartHop jobs: which are ticked, and which cannot be synced."""
    with desk_of(ctx).at(organization) as deployment:
        rows = custom_fields.survey(deployment.context(organization))
    fields = [
        FieldAnswer(
            code=word(row.code),
            untrusted_label=untrusted(row.field.label) if row.field is not None else None,
            type=row.type,
            ashby_type=row.ashby_type,
            ticked=row.ticked,
            refused=row.refused.code if row.refused is not None else None,
            untrusted_note=untrusted(row.note),
        )
        for row in rows
    ]
    refused = [row.refused for row in rows if row.refused is not None]
    return FieldsAnswer(organization=organization, fields=fields, meanings=meanings(refused))


def drift(organization: Organization, ctx: Call) -> DriftAnswer:
    """List the differences that the sync must not resolve, and the side on which to act."""
    with desk_of(ctx).at(organization) as deployment:
        read = read_drift(deployment.context(organization))
    shown = read.findings[:LISTED]
    findings = [
        DriftFinding(
            code=one.code,
            record=word(str(one.record)),
            untrusted_name=untrusted(read.directory.label(one.record)),
            opening_id=word_or_none(one.opening_id),
            person_id=word_or_none(one.person_id),
            who=one.who.value,
            untrusted_what=for_assistant(str(one.what)),
        )
        for one in shown
    ]
    return DriftAnswer(
        organization=organization,
        number=len(read.findings),
        by_code=Counter(one.code for one in read.findings),
        findings=findings,
        more=len(read.findings) - len(shown),
        meanings=meanings([one.what for one in shown]),
    )
