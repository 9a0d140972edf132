"""Checks that Ashby stored what was sent; a success alone proves nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import reasons
from core.actions import Action, AddTo, RemoveFrom, SetValues, UpdateOpening
from core.catalogue import Catalogue
from core.edits import same_detail
from core.notes import Note
from core.opening_values import same_value
from core.openings import LABELS, Opening
from core.records import Definition, Value
from core.values import plain_text


def stored_otherwise(
    actions: Sequence[Action], opening: Opening, catalogue: Catalogue
) -> list[Note]:
    """A note for everything these writes sent that the opening now shows differently."""
    notes: list[Note] = []
    for action in actions:
        match action:
            case SetValues(_, values):
                notes += values_stored_otherwise(values, opening.values, catalogue)
            case UpdateOpening(_, wanted, changed):
                pairs = {
                    name: (getattr(wanted, name), getattr(opening, name))
                    for name in sorted(changed)
                }
                notes += [
                    _note(LABELS[name], sent, stored)
                    for name, (sent, stored) in pairs.items()
                    if not same_detail(_composed(stored), _composed(sent))
                ]
            case AddTo(_, name, added) if added not in getattr(opening, name):
                notes.append(_note(LABELS[name], added, None))
            case RemoveFrom(_, name, removed) if removed in getattr(opening, name):
                notes.append(_note(LABELS[name], None, removed))
            case _:
                pass
    return notes


def values_stored_otherwise(
    sent: Mapping[str, Value], stored: Mapping[str, Value], catalogue: Catalogue
) -> list[Note]:
    """The same for the values of custom fields, by definition id."""
    definitions: dict[str, Definition] = {
        definition.id: definition
        for definition in (
            catalogue.own.link,
            catalogue.own.status,
            *(definition for _, definition in catalogue.fields),
        )
    }
    return [
        _note(definitions[id_].title, value, stored.get(id_))
        for id_, value in sent.items()
        if id_ in definitions
        and not same_value(definitions[id_], _composed(value), _composed(stored.get(id_)))
    ]


def _composed(value: Any) -> Any:
    """A text in one Unicode form: a service that stores another one has lost nothing."""
    return plain_text(value) if isinstance(value, str) else value


def _note(what: str, sent: object, stored: object) -> Note:
    return reasons.STORED_OTHERWISE(what=what, sent=value_kind(sent), stored=value_kind(stored))


def value_kind(value: object) -> str:
    """The kind of a value, never the value itself."""
    match value:
        case None | "" | [] | ():
            return "nothing"
        case bool():
            return "yes or no"
        case int() | float():
            return "a number"
        case str():
            return f"a text of {len(value)} characters"
        case list() | tuple():
            return f"a list of {len(value)}"
        case _:
            return "an object"
