"""The field definitions that the sync needs in Ashby, and their creation."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core import reasons
from core.actions import CreateField, FieldAction, SetOptions, marker
from core.catalogue import OwnFields
from core.errors import AnswerLost, KeyRefused, NeedsHuman, Rejected, TryLater
from core.fields import (
    LINK_TITLE,
    PERSON_TITLE,
    STATUS_TITLE,
    find_definition,
    plan_fields,
    same_options,
)
from core.keys import field_key
from core.notes import Note, Notes
from core.records import Definition, Field, Option
from store.briefs import Creating
from store.sent_options import Sent
from tasks.context import OrgContext
from tasks.readings import SETTLING

NOT_MADE = "new "
"""Prefix of the placeholder id of the sync's own fields that are still to be created."""

LINK = CreateField(LINK_TITLE, "String", "Opening", "job-id")
STATUS = CreateField(STATUS_TITLE, "String", "Opening", "recruiting-status")
PERSON = CreateField(PERSON_TITLE, "String", "Application", "person-id")
OWN_FIELDS = (LINK, STATUS, PERSON)
"""The fields that hold the sync's own state in Ashby."""


@dataclass
class Refused:
    """Fields that Ashby refused, and why: ticked fields by code, and the sync's own for hires."""

    fields: dict[str, Note] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    """Ids of the picklists whose options are left unchanged."""
    person: Notes = ()


def own_fields(definitions: Mapping[str, Definition]) -> OwnFields:
    """The sync's own fields; one that is still to be created has a placeholder id."""

    def find(own: CreateField) -> Definition:
        there = [each for each in definitions.values() if each.holder == own.holder]
        existing = find_definition(there, own.title, marker(own.code))
        return existing or Definition(f"{NOT_MADE}{own.title}", own.title, "String", own.holder)

    return OwnFields(link=find(LINK), status=find(STATUS), person=find(PERSON))


def guard_own(*own: Definition) -> None:
    """Raises NeedsHuman if one is archived: a new field would lack the archived one's values."""
    for field_ in own:
        if field_.is_archived:
            raise NeedsHuman(reasons.OWN_FIELD_ARCHIVED(label=field_.title))


def required_fields(definitions: Iterable[Definition], own: OwnFields) -> tuple[Definition, ...]:
    """The required opening fields, except the sync's own."""
    return tuple(
        definition
        for definition in definitions
        if definition.holder == "Opening"
        and definition.is_required
        and not definition.is_archived
        and definition.id not in (own.link.id, own.status.id)
    )


def usable_fields(
    fields: Sequence[Field], definitions: Mapping[str, Definition], refused: Refused
) -> list[tuple[Field, Definition]]:
    """The ticked fields that have a definition, each with its definition."""
    usable = plan_fields(fields, list(definitions.values())).usable
    pairs = []
    for ticked in fields:
        definition = usable.get(ticked.code)
        if definition is not None and definition.id in refused.options:
            definition = replace(definition, options=definitions[definition.id].options)
        if definition is not None:
            pairs.append((ticked, definition))
    return pairs


def field_actions(
    org: OrgContext, fields: Sequence[Field], definitions: Mapping[str, Definition]
) -> tuple[tuple[FieldAction, ...], Refused]:
    """The actions that bring Ashby's field definitions in line.

    Also the picklists that are left as they are: they have other options than the sync sent,
    although Ashby reported success.
    """
    own = own_fields(definitions)
    there = {each.title for each in (own.link, own.status, own.person) if is_made(each)}
    missing = [create for create in OWN_FIELDS if create.title not in there]
    ticked = _ticked_actions(org, fields, definitions)
    vain = _sent_in_vain(org, ticked, definitions)
    refused = Refused()
    for action in vain:
        if definitions[action.definition_id].options:
            _note_options(refused, action)
    return (*missing, *(action for action in ticked if action not in vain)), refused


def _ticked_actions(
    org: OrgContext, fields: Sequence[Field], definitions: Mapping[str, Definition]
) -> list[FieldAction]:
    """The actions that the ticked fields ask for."""
    listed = list(definitions.values())
    plans = [plan_fields(fields, listed, holder) for holder in _holders(org)]
    return [action for plan in plans for action in plan.actions]


def _sent_in_vain(
    org: OrgContext, actions: Sequence[FieldAction], definitions: Mapping[str, Definition]
) -> list[SetOptions]:
    """The options among these actions that were sent before and changed nothing."""
    options = [action for action in actions if isinstance(action, SetOptions)]
    if not options:
        return []
    sent = org.memory.sent_options.all()
    return [
        action
        for action in options
        if action.definition_id in sent
        and sent[action.definition_id].covers(
            Sent.of(action.options, definitions[action.definition_id].options)
        )
    ]


def _holders(org: OrgContext) -> tuple[str, ...]:
    """What gets the ticked fields in Ashby."""
    return ("Opening", "Offer") if org.rules.create_offer_fields else ("Opening",)


def is_made(own: Definition) -> bool:
    """True if that field of the sync exists in Ashby."""
    return not own.id.startswith(NOT_MADE)


def refused_fields(
    org: OrgContext, fields: Sequence[Field], definitions: Mapping[str, Definition]
) -> dict[str, Note]:
    """The ticked fields that openings or offers cannot have, and why."""
    listed = list(definitions.values())
    return {
        _on(code, holder): why
        for holder in _holders(org)
        for code, why in plan_fields(fields, listed, holder).refused.items()
    }


def carry_out(
    org: OrgContext, actions: Sequence[FieldAction], refused: Refused
) -> list[Definition]:
    """Create and change definitions; a refusal of a ticked field affects only that field."""
    made = []
    for action in actions:
        try:
            definition = _carry_out(org, action)
        except (Rejected, KeyRefused) as error:
            if action in (LINK, STATUS):
                raise
            _note(refused, action, error)
            continue
        if isinstance(action, SetOptions) and not _took(definition, action.options):
            _note_options(refused, action)
        org.memory.definitions.put(definition)
        made.append(definition)
    return made


def _carry_out(org: OrgContext, action: FieldAction) -> Definition:
    match action:
        case CreateField():
            made = _create(org, action)
            if action.options and not made.options:
                org.memory.sent_options.keep(made.id, Sent.of(action.options, ()))
            return made
        case SetOptions():
            return _set_options(org, action)


def _set_options(org: OrgContext, action: SetOptions) -> Definition:
    """Send the options and read them back: the answer may only repeat what was sent."""
    answer = org.ats.set_options(action)
    there = org.ats.definition(action.definition_id) or answer
    sent = Sent.of(action.options, there.options)
    org.memory.sent_options.keep(action.definition_id, sent)
    return there


def _took(definition: Definition, options: Sequence[Option]) -> bool:
    """True unless the definition shows other options than these."""
    return not definition.options or same_options(definition.options, options)


def _note_options(refused: Refused, action: SetOptions) -> None:
    """Ashby has other options than were sent: it counts what it has."""
    refused.options.add(action.definition_id)
    note = reasons.OPTIONS_NOT_STORED(label=action.title)
    refused.fields[_on(action.code, action.holder)] = note


def _create(org: OrgContext, field: CreateField) -> Definition:
    """Create a field; marked beforehand, so that a lost answer does not lead to a second one."""
    key = field_key(_on(field.code, field.holder))
    mark = org.memory.briefs.get(key).creating
    age = time.time() - mark.at if mark is not None else SETTLING
    if age < SETTLING:
        raise TryLater(reasons.LOOKED_FOR(what=f"the field {field.title}"), SETTLING - age)
    org.memory.briefs.mark(key, Creating(field.title))
    try:
        made = org.ats.create_field(field)
    except AnswerLost:
        raise
    except (TryLater, NeedsHuman):
        org.memory.briefs.mark(key, None)
        raise
    org.memory.briefs.mark(key, None)
    return made


def _note(refused: Refused, action: FieldAction, error: Rejected | KeyRefused) -> None:
    if action == PERSON:
        refused.person = (error.reason,)
        return
    if isinstance(action, SetOptions):
        refused.options.add(action.definition_id)
    why = error.reason
    if isinstance(error, Rejected):
        why = reasons.FIELD_REFUSED(label=action.title, code=error.code)
    refused.fields[_on(action.code, action.holder)] = why


def _on(code: str, holder: str) -> str:
    return code if holder == "Opening" else f"{code} on {holder.lower()}s"


def in_work() -> TryLater:
    """Raised while another worker creates them."""
    return TryLater(reasons.FIELDS_IN_WORK())
