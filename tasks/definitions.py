"""The field definitions that the sync needs in Ashby, and how they are made."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core import reasons
from core.actions import CreateField, FieldAction, SetOptions, marker
from core.catalogue import OwnFields
from core.errors import AnswerLost, KeyRefused, NeedsHuman, Rejected, TryLater
from core.fields import LINK_TITLE, PERSON_TITLE, STATUS_TITLE, find_definition, plan_fields
from core.notes import Note, Notes
from core.records import Definition, Field
from store.briefs import Creating
from tasks.context import OrgContext
from tasks.readings import SETTLING

NOT_MADE = "new "
"""What the id of a field of the sync's own begins with that is still to be made."""

LINK = CreateField(LINK_TITLE, "String", "Opening", "job-id")
STATUS = CreateField(STATUS_TITLE, "String", "Opening", "recruiting-status")
PERSON = CreateField(PERSON_TITLE, "String", "Application", "person-id")
OWN_FIELDS = (LINK, STATUS, PERSON)
"""The fields in which Ashby keeps the sync's own memory."""


@dataclass
class Refused:
    """What Ashby did not take, and why: ticked fields by code, and the sync's own on hires."""

    fields: dict[str, Note] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    """Ids of the picklists whose options stay as they are."""
    person: Notes = ()


def own_fields(definitions: Mapping[str, Definition]) -> OwnFields:
    """The sync's own fields; one that is still to be made has a placeholder's id."""

    def find(own: CreateField) -> Definition:
        there = [one for one in definitions.values() if one.holder == own.holder]
        found = find_definition(there, own.title, marker(own.code))
        return found or Definition(f"{NOT_MADE}{own.title}", own.title, "String", own.holder)

    return OwnFields(link=find(LINK), status=find(STATUS), person=find(PERSON))


def guard_own(*own: Definition) -> None:
    """NeedsHuman where one of them is archived: a second one would not hold what the first does."""
    for one in own:
        if one.is_archived:
            raise NeedsHuman(reasons.OWN_FIELD_ARCHIVED(label=one.title))


def required_fields(definitions: Iterable[Definition], own: OwnFields) -> tuple[Definition, ...]:
    """The opening fields that Ashby wants a value of, but for the sync's own."""
    return tuple(
        one
        for one in definitions
        if one.holder == "Opening"
        and one.is_required
        and not one.is_archived
        and one.id not in (own.link.id, own.status.id)
    )


def usable_fields(
    fields: Sequence[Field], definitions: Mapping[str, Definition], refused: Refused
) -> list[tuple[Field, Definition]]:
    """Each ticked field that has a definition, with it."""
    usable = plan_fields(fields, list(definitions.values())).usable
    pairs = [(one, usable[one.code]) for one in fields if one.code in usable]
    return [
        (one, replace(found, options=definitions[found.id].options))
        if found.id in refused.options
        else (one, found)
        for one, found in pairs
    ]


def field_actions(
    org: OrgContext, fields: Sequence[Field], definitions: Mapping[str, Definition]
) -> tuple[FieldAction, ...]:
    """What is missing or out of step among Ashby's field definitions."""
    own = own_fields(definitions)
    there = {one.title for one in (own.link, own.status, own.person) if is_made(one)}
    missing = [one for one in OWN_FIELDS if one.title not in there]
    holders = ("Opening", "Offer") if org.rules.create_offer_fields else ("Opening",)
    listed = list(definitions.values())
    ticked = [plan_fields(fields, listed, holder).actions for holder in holders]
    return (*missing, *(one for actions in ticked for one in actions))


def is_made(own: Definition) -> bool:
    """Whether Ashby has that field of the sync's own."""
    return not own.id.startswith(NOT_MADE)


def refused_fields(
    org: OrgContext, fields: Sequence[Field], definitions: Mapping[str, Definition]
) -> dict[str, Note]:
    """The ticked fields that openings, or offers, cannot have, and why."""
    holders = ("Opening", "Offer") if org.rules.create_offer_fields else ("Opening",)
    listed = list(definitions.values())
    return {
        _on(code, holder): why
        for holder in holders
        for code, why in plan_fields(fields, listed, holder).refused.items()
    }


def carry_out(
    org: OrgContext, actions: Sequence[FieldAction], refused: Refused
) -> list[Definition]:
    """Make and change definitions; what Ashby refuses of a ticked field is that field's trouble."""
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
    """Make a field; marked before, so that it is not made again while its answer is lost."""
    name = f"{field.holder} field {field.code}"
    mark = org.memory.briefs.get(name).creating
    age = time.time() - mark.at if mark is not None else SETTLING
    if age < SETTLING:
        raise TryLater(reasons.LOOKED_FOR(what=f"the field {field.title}"), SETTLING - age)
    org.memory.briefs.mark(name, Creating(field.title))
    try:
        made = org.ats.create_field(field)
    except AnswerLost:
        raise
    except (TryLater, NeedsHuman):
        org.memory.briefs.mark(name, None)
        raise
    org.memory.briefs.mark(name, None)
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
    """Another worker is making them."""
    return TryLater(reasons.FIELDS_IN_WORK())
