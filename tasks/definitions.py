"""The field definitions that the sync needs in Ashby, and their creation."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core import reasons
from core.actions import CreateField, FieldAction, SetOptions, marker
from core.catalogue import OwnFields
from core.errors import AnswerLost, KeyRefused, NeedsHuman, Rejected, TryLater
from core.fields import LINK_TITLE, PERSON_TITLE, STATUS_TITLE, find_definition, plan_fields
from core.keys import field_key
from core.notes import Note, Notes
from core.records import Definition, Field
from store.briefs import Creating
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
) -> tuple[FieldAction, ...]:
    """The actions that bring Ashby's field definitions in line."""
    own = own_fields(definitions)
    there = {each.title for each in (own.link, own.status, own.person) if is_made(each)}
    missing = [create for create in OWN_FIELDS if create.title not in there]
    listed = list(definitions.values())
    ticked = [plan_fields(fields, listed, holder).actions for holder in _holders(org)]
    return (*missing, *(action for actions in ticked for action in actions))


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
        org.memory.definitions.put(definition)
        made.append(definition)
    return made


def _carry_out(org: OrgContext, action: FieldAction) -> Definition:
    match action:
        case CreateField():
            return _create(org, action)
        case SetOptions():
            return org.ats.set_options(action)


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
