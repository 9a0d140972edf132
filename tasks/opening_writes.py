"""Carries out the plan for an opening.

Each action is safe alone, and the mirror is updated before the next one: a crash in between
leaves a shorter plan for the next try.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from core import reasons
from core.actions import (
    Action,
    AddTo,
    ApproveOpening,
    ClearValues,
    CloseOpening,
    CreateOpening,
    OpeningAction,
    Plan,
    RemoveFrom,
    ReopenOpening,
    SetValues,
    UpdateOpening,
)
from core.catalogue import UNFINISHED, Catalogue, choose_close_reason
from core.errors import KeyRefused, Rejected
from core.notes import Note
from core.openings import LABELS, STATE, TEAM, Opening
from core.outcomes import Change, Outcome
from core.records import Recruiting, State, Value
from core.stored import stored_otherwise, values_stored_otherwise
from store.answers import Point
from store.briefs import Creating
from store.leases import RecordLease
from tasks.close_reasons import with_close_reasons
from tasks.context import OrgContext
from tasks.records import marked

INVALID = "invalid_input"
"""Ashby's code for a value that it does not take."""


NOT_SET: Mapping[State, Collection[str]] = {
    State.CLOSED: (State.DRAFT, State.APPROVED, State.OPEN),
    State.APPROVED: (State.CLOSED,),
}
"""The states of which one, in the answer to such a write, shows that it had no effect."""


@dataclass
class Done:
    """The result of a plan: the opening afterwards, and notes on what Ashby refused.

    `is_held`: the plan was not completed and waits for a person. `refusal` is the first
    one that stopped nothing else, `refused` what Ashby did not take, as a `Change` calls it.
    """

    opening: Opening | None
    notes: list[Note] = field(default_factory=list)
    is_held: bool = False
    refusal: Rejected | None = None
    refused: set[str] = field(default_factory=set)

    def refuse(self, what: str, refusal: Rejected) -> None:
        """Ashby refused one attribute; that is told once all the others are written."""
        self.refused.add(what)
        self.refusal = self.refusal or refusal

    def made(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Those of the planned changes that Ashby took."""
        return tuple(change for change in changes if change.what not in self.refused)


def act(
    org: OrgContext, lease: RecordLease, plan: Plan, opening: Opening | None, catalogue: Catalogue
) -> Done:
    """Carry out a plan for that opening (None: it has to be created)."""
    if any(isinstance(action, CloseOpening) for action in plan.actions):
        catalogue = with_close_reasons(org, catalogue)
    writes = _Writes(org, lease, catalogue, Done(opening))
    for position, action in enumerate(plan.actions):
        assert isinstance(action, OpeningAction)
        lease.flush()
        writes.carry_out(action)
        if writes.done.is_held:
            writes.leave_out(plan.actions[position:])
            break
    writes.read_team_back()
    done = writes.done
    if plan.outcome in (Outcome.CREATED, Outcome.ADOPTED) and done.opening is not None:
        org.memory.briefs.link(lease.record, done.opening.id, lease.pending)
    return done


@dataclass
class _Writes:
    """The writes to one opening, and their results so far."""

    org: OrgContext
    lease: RecordLease
    catalogue: Catalogue
    done: Done
    team: list[AddTo | RemoveFrom] = field(default_factory=list)
    """The changes of the hiring team that were answered with success."""

    @property
    def opening(self) -> Opening:
        """The opening according to the last answer."""
        assert self.done.opening is not None
        return self.done.opening

    def carry_out(self, action: OpeningAction) -> None:
        """Carry out one action; Rejected if Ashby refuses something essential."""
        match action:
            case CreateOpening():
                self._create(action)
            case ApproveOpening():
                self._approve()
            case SetValues(_, values):
                self._set_values(values)
            case ClearValues(_, titles):
                self._clear(titles)
            case UpdateOpening():
                self._update(action)
            case AddTo(_, attribute) | RemoveFrom(_, attribute) if attribute in TEAM:
                self._change_team(action)
            case AddTo() | RemoveFrom():
                self._change_ids(action)
            case CloseOpening(id_):
                known = self.catalogue.close_reasons or ()
                reason = choose_close_reason(known, self.org.rules.close_reason)
                self._set_state(id_, State.CLOSED, reason)
            case ReopenOpening(id_):
                self._set_state(id_, State.APPROVED)
            case _:
                assert_never(action)

    def leave_out(self, actions: Iterable[Action]) -> None:
        """The plan stopped at the first of these: none of their changes was made."""
        for action in actions:
            match action:
                case SetValues(_, values):
                    self.done.refused.update(self._titles[id_] for id_ in values)
                case ClearValues(_, titles):
                    self.done.refused.update(titles.values())
                case UpdateOpening(_, _, changed):
                    self.done.refused.update(LABELS[name] for name in changed)
                case AddTo(_, attribute) | RemoveFrom(_, attribute):
                    self.done.refused.add(LABELS[attribute])
                case _:
                    self.done.refused.add(STATE)

    @property
    def _titles(self) -> Mapping[str, str]:
        """The titles of the custom fields by id, the sync's own two included."""
        own, ticked = self.catalogue.own, (one for _, one in self.catalogue.fields)
        return {definition.id: definition.title for definition in (own.link, own.status, *ticked)}

    def _now(self, opening: Opening) -> None:
        """Record the opening's current state."""
        self.done.opening = opening
        self.org.memory.openings.put(opening, self.lease.pending)

    def _answered(self, action: OpeningAction, answer: Opening) -> None:
        """Record the answer to a write; keep the known custom fields if it leaves them out."""
        self._now(replace(answer, values=answer.values or self.opening.values))
        self.done.notes += stored_otherwise([action], self.opening, self.catalogue)

    def _set_state(self, id_: str, state: State, close_reason: str | None = None) -> None:
        """Close or reopen the opening; if it stays as it was, nothing else is written."""
        answer = self.org.ats.set_state(id_, state, close_reason)
        self._now(replace(answer, values=answer.values or self.opening.values))
        if answer.state in NOT_SET[state]:
            self._hold(reasons.STATE_NOT_SET(sent=state.value, stored=answer.state))

    def _hold(self, note: Note) -> None:
        """The state was not changed: that waits for a person."""
        self.done.notes.append(note)
        self.done.is_held = True

    def _update(self, action: UpdateOpening) -> None:
        """Change attributes of the opening; if Ashby refuses, change each one separately."""
        ats, changed = self.org.ats, sorted(action.changed)
        try:
            self._answered(action, ats.update_opening(action))
            return
        except Rejected as error:
            if ats.opening(action.opening_id) is None:
                raise
            refused: dict[str, Rejected] = dict.fromkeys(changed, error)
        for name in changed if len(changed) > 1 else ():
            one = self._only(action, name)
            self.lease.flush()
            try:
                self._answered(one, ats.update_opening(one))
                del refused[name]
            except Rejected as error:
                refused[name] = error
        self._leave(action, refused)

    def _only(self, action: UpdateOpening, name: str) -> UpdateOpening:
        """The update of one attribute: the others, should they be sent too, stay as they are."""
        others = {other: getattr(self.opening, other) for other in action.changed - {name}}
        there = {other: value for other, value in others.items() if value is not None}
        return replace(action, wanted=replace(action.wanted, **there), changed=frozenset({name}))

    def _leave(self, action: UpdateOpening, refused: Mapping[str, Rejected]) -> None:
        """These attributes stay as they are.

        Whether Ashby accepts null to clear one is not documented: a refusal as invalid input
        settles it.
        """
        kept = []
        for name, refusal in refused.items():
            if getattr(action.wanted, name) is None and refusal.code == INVALID:
                kept.append(LABELS[name])
            else:
                self.done.refuse(LABELS[name], refusal)
        self._cannot_clear(kept)

    def _cannot_clear(self, kept: Sequence[str]) -> None:
        """Ashby takes no empty value there: the old one stays."""
        if kept:
            self.done.refused.update(kept)
            self.done.notes.append(reasons.CANNOT_CLEAR(labels=", ".join(sorted(kept))))

    def _change_ids(self, action: AddTo | RemoveFrom) -> None:
        """Add or remove one id; where Ashby refuses the new one, the old one stays."""
        ats, attribute = self.org.ats, action.attribute
        try:
            if isinstance(action, AddTo):
                self._answered(action, ats.add_to(self.opening, attribute, action.added))
            elif LABELS[attribute] not in self.done.refused:
                self._answered(action, ats.remove_from(self.opening, attribute, action.removed))
        except Rejected as error:
            if ats.opening(action.opening_id) is None:
                raise
            self.done.refuse(LABELS[attribute], error)

    def _change_team(self, action: AddTo | RemoveFrom) -> None:
        """Change the hiring team; if Ashby refuses, the other writes continue."""
        ats, attribute = self.org.ats, action.attribute
        try:
            if isinstance(action, AddTo):
                self._now(ats.add_to(self.opening, attribute, action.added))
            else:
                self._now(ats.remove_from(self.opening, attribute, action.removed))
            self.team.append(action)
        except (Rejected, KeyRefused) as error:
            note = reasons.TEAM_REFUSED(role=LABELS[attribute], code=error.code or "403")
            self.done.notes.append(note)
            self.done.refused.add(LABELS[attribute])

    def read_team_back(self) -> None:
        """The opening as it is after changes of its team, whose answers show no opening."""
        there = self.org.ats.opening(self.opening.id) if self.team else None
        if there is not None:
            self._now(there)
            self.done.notes += stored_otherwise(self.team, there, self.catalogue)

    def _create(self, action: CreateOpening) -> None:
        """Create the opening and write its link; marked beforehand, so it is never created twice.

        An opening created as a Draft is approved once it has its values. Until then its status
        field marks it as unfinished for the next try.
        """
        identifier = action.details.identifier
        with marked(self.org, self.lease, identifier):
            opening = self._make(action)
        self._now(opening)
        mark = Creating(identifier, opening.id)
        self.org.memory.briefs.mark(self.lease.record, mark, self.lease.pending)
        self.lease.flush()
        if opening.state == State.DRAFT:
            self._finish_draft(action)
        else:
            self._set_values(action.values)
        for attribute in TEAM:
            for id_ in getattr(action.details, attribute):
                self.lease.flush()
                self._change_team(AddTo(opening.id, attribute, id_))

    def _finish_draft(self, action: CreateOpening) -> None:
        """Give a new Draft its values, and set it to Approved."""
        status = self.catalogue.own.status.id
        self._set_values({**action.values, status: UNFINISHED})
        self.lease.flush()
        self._approve()
        if not self.done.is_held:
            if not action.by_draft:
                self.org.memory.answers.settle(Point.CREATES_APPROVED, answer=False)
            self.lease.flush()
            self._set_values({status: Recruiting.ACTIVE.value})

    def _make(self, action: CreateOpening) -> Opening:
        """The new opening; created as a Draft if Ashby refuses the state Approved."""
        ats = self.org.ats
        if action.by_draft:
            return ats.create_opening(action.details, State.DRAFT)
        try:
            return ats.create_opening(action.details, State.APPROVED)
        except Rejected as refused:
            try:
                return ats.create_opening(action.details, State.DRAFT)
            except Rejected:
                raise refused from None

    def _approve(self) -> None:
        """Set the Draft to Approved; if Ashby requires more for that, it waits for a person."""
        try:
            approved = self.org.ats.set_state(self.opening.id, State.APPROVED, None)
        except Rejected as error:
            if self.org.ats.opening(self.opening.id) is None:
                raise
            self._hold(reasons.NOT_APPROVED(code=error.code))
            return
        self._now(replace(approved, values=approved.values or self.opening.values))
        if approved.state == State.DRAFT:
            self._hold(reasons.NOT_APPROVED(code="it is still a Draft"))

    def _set_values(self, values: Mapping[str, Value]) -> None:
        """Write custom fields in one call.

        If Ashby refuses, one of the values is bad: then the sync's own fields are written first and
        each other one separately, so that one bad value blocks neither the link nor the rest.
        """
        ats, id_ = self.org.ats, self.opening.id
        labels = {definition.id: one.label for one, definition in self.catalogue.fields}
        try:
            self._stored(values, ats.set_opening_values(id_, values))
            return
        except Rejected:
            if not labels.keys() & values.keys() or ats.opening(id_) is None:
                raise
        own = {one: value for one, value in values.items() if one not in labels}
        if own:
            self._stored(own, ats.set_opening_values(id_, own))
        for ticked in sorted(labels.keys() & values.keys(), key=labels.__getitem__):
            one = {ticked: values[ticked]}
            try:
                self._stored(one, ats.set_opening_values(id_, one))
            except Rejected as error:
                why = f"Ashby refused it ({error.code})"
                self.done.notes.append(reasons.UNMAPPABLE(label=labels[ticked], why=why))
                self.done.refused.add(self._titles[ticked])

    def _clear(self, titles: Mapping[str, str]) -> None:
        """Clear fields of the opening. Whether Ashby accepts null there is not documented."""
        empty: dict[str, Value] = dict.fromkeys(titles)
        kept = list(titles.values())
        if self.org.memory.answers.all().get(Point.CLEARS_WITH_NULL) is not False:
            try:
                stored = self.org.ats.set_opening_values(self.opening.id, empty)
                self._merge(stored)
                kept = [titles[id_] for id_, value in stored.items() if value is not None]
            except Rejected as error:
                if error.code != INVALID:
                    if self.org.ats.opening(self.opening.id) is None:
                        raise
                    for title in kept:
                        self.done.refuse(title, error)
                    return
        self._cannot_clear(kept)

    def _stored(self, sent: Mapping[str, Value], stored: Mapping[str, Value]) -> None:
        """Record the values that Ashby reports as stored."""
        self._merge(stored)
        self.done.notes += values_stored_otherwise(sent, stored, self.catalogue)

    def _merge(self, values: Mapping[str, Value]) -> None:
        merged = {**self.opening.values, **values}
        kept = {id_: value for id_, value in merged.items() if value is not None}
        self._now(replace(self.opening, values=kept))
