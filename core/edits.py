"""How an opening differs from what it should be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.actions import AddTo, ClearValues, OpeningAction, RemoveFrom, SetValues, UpdateOpening
from core.catalogue import Catalogue
from core.opening_values import same_value
from core.openings import ATTRIBUTES, LABELS, LOOKUPS, TEAM, Opening
from core.outcomes import Change
from core.records import Job, Option, Recruiting, Value
from core.values import several, written
from core.wanted import Wanted

SHOWN_TYPES = frozenset({"Boolean", "Date", "ValueSelect", "MultiValueSelect"})
"""Field types whose values `explain` may show: texts, numbers and money may be personal."""


@dataclass(frozen=True)
class Edits:
    """The actions that bring an opening in line, and the changes they make."""

    actions: tuple[OpeningAction, ...]
    changes: tuple[Change, ...]


def edits(job: Job, opening: Opening, wanted: Wanted, catalogue: Catalogue) -> Edits:
    """Every write needed to bring the opening in line with what is wanted.

    What Ashby may refuse (an empty value) comes last, so that it blocks nothing else.
    """
    values, cleared = _edit_values(job, opening, wanted, catalogue)
    details = _edit_details(job, opening, wanted, catalogue)
    return Edits((*values.actions, *details.actions, *cleared), (*values.changes, *details.changes))


def _edit_values(
    job: Job, opening: Opening, wanted: Wanted, catalogue: Catalogue
) -> tuple[Edits, Sequence[ClearValues]]:
    """The edits of custom fields, including the sync's own two; apart, those that clear some."""
    definitions = {
        catalogue.own.link.id: catalogue.own.link,
        catalogue.own.status.id: catalogue.own.status,
        **{definition.id: definition for _, definition in catalogue.fields},
    }
    own = {catalogue.own.link.id: job.id, catalogue.own.status.id: Recruiting.ACTIVE.value}
    values: dict[str, Value] = {}
    cleared: dict[str, str] = {}
    changes: list[Change] = []
    for id_, value in {**own, **wanted.values}.items():
        definition, stored = definitions[id_], opening.values.get(id_)
        if same_value(definition, value, stored):
            continue
        if value is None:
            cleared[id_] = definition.title
        else:
            values[id_] = value
        is_shown = id_ in own or definition.type in SHOWN_TYPES
        shown = [shown_value(side, definition.options) for side in (stored, value) if is_shown]
        changes.append(Change(definition.title, *shown))
    return (
        Edits((SetValues(opening.id, values),) if values else (), tuple(changes)),
        [ClearValues(opening.id, cleared)] if cleared else [],
    )


def _edit_details(job: Job, opening: Opening, wanted: Wanted, catalogue: Catalogue) -> Edits:
    """An edit for each attribute that differs: single values in one update, ids one by one.

    A new id is added before an old one is removed.
    """
    changed: set[str] = set()
    one_by_one: list[OpeningAction] = []
    changes: list[Change] = []
    for name in ATTRIBUTES:
        have, want = getattr(opening, name), getattr(wanted.details, name)
        if name in wanted.unresolved or same_detail(have, want):
            continue
        if isinstance(want, tuple):
            one_by_one += [AddTo(opening.id, name, id_) for id_ in want if id_ not in have]
            one_by_one += [RemoveFrom(opening.id, name, id_) for id_ in have if id_ not in want]
        else:
            changed.add(name)
        changes.append(_change(name, have, want, job, catalogue))
    update = UpdateOpening(opening.id, wanted.details, frozenset(changed))
    return Edits((*([update] if changed else []), *one_by_one), tuple(changes))


def same_detail(have: object, want: object) -> bool:
    """True if an attribute has the wanted value; ids form a set, and outer spaces do not count."""
    if isinstance(have, tuple) and isinstance(want, tuple):
        return set(have) == set(want)
    return (have.strip() if isinstance(have, str) else have) == want


def _change(name: str, have: object, want: object, job: Job, catalogue: Catalogue) -> Change:
    """The change as people read it: names instead of ids, and no e-mail address."""
    if name in TEAM or (name == "title" and job.is_confidential):
        return Change(LABELS[name])
    return Change(
        LABELS[name], shown_detail(name, have, catalogue), shown_detail(name, want, catalogue)
    )


def shown_detail(attribute: str, value: object, catalogue: Catalogue) -> str | None:
    """The value of an attribute as people read it: names instead of ids; None if there is none."""
    if attribute in LOOKUPS:
        ids = value if isinstance(value, tuple) else (value,)
        names = [catalogue.name_of(LOOKUPS[attribute], str(id_)) for id_ in ids if id_]
        return ", ".join(sorted(names)) or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip() or None if value is not None else None


def shown_value(value: Value, options: Sequence[Option]) -> str | None:
    """A custom field's value as people read it: choices by their labels; None if it is empty."""
    if value is None or isinstance(value, Mapping):
        return None
    labels = {option.name: option.label for option in options}
    return ", ".join(labels.get(str(part)) or written(part) for part in several(value)) or None
