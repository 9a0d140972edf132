"""The tools that give orders. The journal records each order with its operator.

`approve` and `push` ask the person if the client supports it, so that no text that an assistant
reads can give these orders by itself.
"""

from typing import Annotated

from mcp.server.mcpserver import Elicit, ElicitationResult, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from control import orders
from control.assistant.answers import Approved, Paused, Receipt, Resumed
from control.assistant.desk import client_of, desk_of
from control.assistant.reading import Call, Organization, Record
from control.assistant.rendering import meanings, word
from control.deployment import Deployment
from control.errors import HeldChanged, Refusal
from control.held import held
from control.orders import Operator, Sent
from control.records import remembered
from core.text import for_message

Digest = Annotated[str, Field(description="The digest that plan or status showed.")]


class Consent(BaseModel):
    """The person's answer."""

    confirm: bool = Field(description="Yes, carry it out.")


class Meant(BaseModel):
    """The hire that an order is about, by its key, and its name for the person."""

    record: str
    called: str


class Silenced(Refusal):
    """The organization is paused, so nothing is carried out for it."""


def sync(
    organization: Organization,
    ctx: Call,
    record: Annotated[Record | None, Field(description="Only this job or hire.")] = None,
) -> Receipt:
    """Enqueue a sync now, of one organization or of one of its records.

    Returns a receipt at once. To follow its progress, call status with the receipt's id as `sync`.
    """
    with desk_of(ctx).at(organization, record) as deployment:
        deployment.enabled(organization)
        if deployment.public_memory(organization).switches.paused() is not None:
            raise Silenced(f"{organization} is paused, so no sync does anything.")
        by = _operator(ctx)
        sent = (
            orders.sync_record(deployment, organization, by, record)
            if record is not None
            else orders.sync(deployment, organization, by)
        )
        return _receipt(deployment, sent)


def pause(organization: Organization, ctx: Call) -> Paused:
    """Stop an organization at once, on every worker, until resume."""
    with desk_of(ctx).at(organization) as deployment:
        why = orders.pause(deployment, organization, _operator(ctx), None)
    return Paused(organization=organization, paused=True, untrusted_pause_reason=for_message(why))


def resume(organization: Organization, ctx: Call) -> Resumed:
    """Resume a paused organization; its next sync runs as usual."""
    with desk_of(ctx).at(organization) as deployment:
        found = orders.resume(deployment, organization, _operator(ctx))
    return Resumed(
        organization=organization,
        was_paused=found.was_paused,
        in_the_way=[note.code for note in found.in_the_way],
        meanings=meanings(found.in_the_way),
    )


def ask_to_approve(organization: str, digest: str, ctx: Call) -> Consent | Elicit[Consent]:
    """Ask the person to release what the brake holds; HeldChanged if it is no longer the same."""
    with desk_of(ctx).at(organization) as deployment:
        shown = held(deployment, organization)
        if not shown.kinds:
            raise HeldChanged(f"The brake holds nothing for {organization}.")
        if shown.digest != digest:
            raise HeldChanged("What the brake holds is not what was shown; look at it again.")
        if not _can_ask(ctx):
            return Consent(confirm=True)
        what = "; ".join(f"{len(kind.records)} x {kind.kind}" for kind in shown.kinds)
        return Elicit(
            f"Release {shown.number} held changes of {organization} ({what})? The next sync "
            "carries them out.",
            Consent,
        )


def approve(
    organization: Organization,
    digest: Digest,
    ctx: Call,
    consent: Annotated[ElicitationResult[Consent], Resolve(ask_to_approve)],
) -> Approved:
    """Release exactly what the mass-change brake holds; the next sync carries it out.

    Needs the digest of what was shown. The person is asked first if the client supports that.
    """
    _require(consent)
    with desk_of(ctx).at(organization) as deployment:
        released = orders.approve(deployment, organization, _operator(ctx), digest)
    return Approved(organization=organization, number=released.number)


def meant_hire(organization: str, record: str, ctx: Call) -> Meant:
    """The hire named `record`, looked up before the person is asked about it."""
    with desk_of(ctx).at(organization, record) as deployment:
        deployment.enabled(organization)
        found = orders.find(deployment, organization, record, hires_only=True)
        called = for_message(remembered(deployment.memory(organization)).label(found))
    return Meant(record=str(found), called=called or "no name")


def ask_to_push(
    organization: str, meant: Annotated[Meant, Resolve(meant_hire)], ctx: Call
) -> Consent | Elicit[Consent]:
    """Ask the person to push that hire."""
    if not _can_ask(ctx):
        return Consent(confirm=True)
    return Elicit(
        f"Push {word(meant.record)} ({meant.called}) of {organization}? The candidate becomes a "
        "person in ChartHop, hired into the job.",
        Consent,
    )


def push(
    organization: Organization,
    record: Record,
    ctx: Call,
    meant: Annotated[Meant, Resolve(meant_hire)],
    consent: Annotated[ElicitationResult[Consent], Resolve(ask_to_push)],
) -> Receipt:
    """Push one hire that waits for a person's decision: the candidate becomes a person in ChartHop.

    The person is asked first if the client supports that. Returns a receipt for status.
    """
    _require(consent)
    with desk_of(ctx).at(organization, record) as deployment:
        # By its key: what `record` names may have changed while the person was thinking.
        sent = orders.push(deployment, organization, _operator(ctx), meant.record)
        return _receipt(deployment, sent)


def _require(consent: ElicitationResult[Consent]) -> None:
    if consent.action != "accept" or not consent.data.confirm:
        raise ToolError("The person did not agree; nothing was done.")


def _can_ask(ctx: Call) -> bool:
    """True if the client can show the person a form."""
    can = ctx.client_capabilities.elicitation if ctx.client_capabilities is not None else None
    return can is not None and (can.form is not None or can.url is None)


def _operator(ctx: Call) -> Operator:
    return desk_of(ctx).operator(client_of(ctx))


def _receipt(deployment: Deployment, sent: Sent) -> Receipt:
    return Receipt(
        organization=sent.organization,
        id=word(sent.id),
        record=word(str(sent.record)) if sent.record is not None else None,
        has_worker=bool(deployment.workers()),
    )
