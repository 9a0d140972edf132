"""The plan of one hire: what ChartHop needs for an accepted offer of a hired candidate.

One decision ladder. Its upper half (`screen_hire`) needs only Ashby's data, the lower half also
ChartHop's. Fields in Ashby are data, not authority: anyone who may edit an opening or application
can write any id into it. A hire belongs to the sync if a HIRE change in ChartHop names the offer or
its application. Each step is checked for before it is taken, so a crash at any point only makes the
next plan shorter.
"""

from datetime import date, timedelta, tzinfo

from core import reasons
from core.actions import CancelHire, HireAction, LinkPerson, Plan, UnlinkPerson, UpdateJob
from core.gathered import AshbyHire, GatheredHire
from core.hire_values import same_in_charthop, spelled
from core.hire_writes import plan_writes
from core.notes import Note, Notes
from core.obstacles import obstacles_in_ashby, obstacles_in_charthop
from core.outcomes import Change, Outcome
from core.pay import PAY
from core.records import Acceptance, HireChange, OfferTrace, Recruiting
from core.rules import Rules
from core.values import day_in

TAKEN_BACK = Change("hire", "made", "taken back")
"""The change that an undo makes; it marks the undo in the history of the hire."""

LONG_AGO = timedelta(days=60)
"""Age at which a finished hire is skipped by a sync that has no stored state about it."""


def screen_hire(hire: AshbyHire, rules: Rules) -> Plan | None:  # noqa: C901 (one rung a rule)
    """The upper half of the ladder: the plan without ChartHop's data; None if that is needed."""
    offer, application = hire.offer, hire.application
    # Hired before, but no longer in Ashby: ChartHop's data decides.
    if hire.is_off and hire.is_touched:
        return None
    # The application was deleted, or hidden from the key, before anything was created.
    if application.is_gone:
        return _skip(hire, reasons.APPLICATION_GONE(application=application.id))
    # The candidate declined, or the offer was cancelled, before anything was created.
    if offer.acceptance is Acceptance.OVER:
        return _skip(hire, reasons.OFFER_OVER())
    # The recruiter archived the application, or took the hire back before it was pushed.
    if hire.is_off and (application.is_archived or hire.is_pushed):
        return _skip(hire, reasons.NO_LONGER_HIRED())
    # The offer was revised and is being approved again: neither accepted nor withdrawn.
    if not hire.is_off and offer.acceptance is Acceptance.WAITING:
        return _hold(hire, reasons.OFFER_NOT_ACCEPTED())
    # Done, and started so long ago that nothing will change any more.
    if _is_long_done(hire):
        return Plan(Outcome.UNCHANGED, person_id=hire.person_id)
    if application.person_id is not None:
        return None
    # The account has old hires, and `hires_since` is not set.
    if rules.hires_since is None:
        return (
            _skip(hire, *_not_yet(hire), reasons.NO_HIRES_SINCE())
            if hire.is_off
            else _hold(hire, reasons.NO_HIRES_SINCE())
        )
    # Hired before the sync existed, whenever that was recorded; `push` overrides this.
    if is_old(offer, rules, hire.zone) and not hire.is_pushed:
        return _skip(hire, reasons.BEFORE_HIRES_SINCE(day=rules.hires_since.isoformat()))
    # Not hired yet: the lower half reports what would stop the hire.
    if hire.is_off:
        return None
    for obstacle in obstacles_in_ashby(hire):
        return _hold(hire, obstacle)
    # The organization wants to approve each hire.
    if rules.push_hires == "manual" and not hire.is_pushed:
        return _hold(hire, reasons.MANUAL_PUSH(organization=rules.organization, offer=offer.id))
    return None


def plan_hire(gathered: GatheredHire, rules: Rules) -> Plan:
    """The whole ladder: the plan of one hire."""
    hire, ours = gathered.hire, gathered.ours
    screened = screen_hire(hire, rules)
    if screened is not None:
        return screened
    if hire.is_off and hire.is_touched:
        return _plan_withdrawn(gathered, rules)
    # Started: from the day of ChartHop's HIRE change on, nothing is moved any more.
    if ours is not None and _has_begun(ours, hire.today) and hire.application.person_id:
        start = hire.offer.start or ours.day
        notes = [reasons.BEGUN(hired=ours.day, start=start)] if start != ours.day else []
        return Plan(Outcome.UNCHANGED, (), tuple(notes), person_id=ours.person_id)
    # The recruiter chose another opening after the hire was made.
    if ours is not None and hire.job_id is not None and ours.job_id != hire.job_id:
        return _hold(
            hire,
            reasons.OPENING_CHANGED(job=gathered.former_job or ours.job_id),
            person_id=ours.person_id,
        )
    obstacles = [*obstacles_in_ashby(hire), *obstacles_in_charthop(gathered, rules)]
    # Not hired yet: everything that would stop the hire is reported early.
    if hire.is_off:
        return _skip(hire, *_not_yet(hire), *obstacles, *gathered.notes)
    if obstacles:
        person = gathered.person
        return _hold(hire, obstacles[0], person_id=person.id if ours and person else None)
    # Somebody hired the same person into the same job by hand: nothing there is the sync's.
    if ours is None and gathered.is_filled_by_hand:
        return _plan_by_hand(gathered)
    return plan_writes(gathered)


def plan_undo(gathered: GatheredHire) -> Plan:
    """The plan that takes back a hire withdrawn in Ashby; without actions if none are needed.

    The job is Active again with the pay that it had before, the application is free for a new
    acceptance, and the HIRE change goes. That goes last: by it alone the next undo knows what this
    one did not finish. The person stays.
    """
    hire, ours, job = gathered.hire, gathered.ours, gathered.job
    why = None
    if not hire.is_off:
        why = "the hire is not withdrawn in Ashby"
    elif ours is None:
        why = "the sync made no hire of it that stands in ChartHop"
    elif _has_begun(ours, hire.today):
        why = "the start date has passed, so that the employment is to be ended in ChartHop"
    if why is not None or ours is None:
        return _hold(hire, reasons.NOTHING_TO_UNDO(why=why or ""))
    actions: list[HireAction] = []
    active = spelled(gathered.fields, "recruit", Recruiting.ACTIVE)
    if job is not None:
        actions.append(UpdateJob(job.id, {"recruit": active}))
        actions += [
            UpdateJob(job.id, {PAY: gathered.pay_before}, day)
            for day in sorted(gathered.pays)
            if not same_in_charthop(gathered.pay_before, gathered.pays[day])
        ]
    if hire.application.person_id is not None and not hire.application.is_gone:
        actions.append(UnlinkPerson(hire.application.id))
    actions.append(CancelHire(ours.id))
    changes = (TAKEN_BACK, Change("recruiting status", None, active))
    return Plan(
        Outcome.SKIPPED,
        tuple(actions),
        (reasons.WITHDRAWN_DONE(),),
        hire.offer.opening_id,
        changes,
        ours.person_id,
    )


def is_old(offer: OfferTrace, rules: Rules, zone: tzinfo) -> bool:
    """True if it is from before `hires_since`, by its decision or by its start.

    A decision is recorded as a timestamp; its day is the one in the organization's time zone.
    """
    since = rules.hires_since.isoformat() if rules.hires_since is not None else ""
    return (day_in(zone, offer.decided) or "") < since or (offer.start or since) < since


def _is_long_done(hire: AshbyHire) -> bool:
    if hire.is_known or hire.is_off or hire.application.person_id is None:
        return False
    return hire.offer.start is not None and hire.offer.start < str(hire.today - LONG_AGO)


def _has_begun(change: HireChange, today: date) -> bool:
    return change.day <= today.isoformat()


def _not_yet(hire: AshbyHire) -> Notes:
    return (reasons.NOT_HIRED(),) if hire.offer.is_accepted else (reasons.OFFER_OUT(),)


def _plan_by_hand(gathered: GatheredHire) -> Plan:
    """The plan of a hire made by hand: write only the link, in Ashby."""
    application, person_id = gathered.hire.application, gathered.persons[0].id
    opening, notes = gathered.hire.offer.opening_id, (reasons.HIRED_BY_HAND(),)
    if application.person_id == person_id:
        return Plan(Outcome.UNCHANGED, (), notes, opening, person_id=person_id)
    actions = (LinkPerson(application.id),)
    return Plan(Outcome.ADOPTED, actions, notes, opening, person_id=person_id)


def _plan_withdrawn(gathered: GatheredHire, rules: Rules) -> Plan:
    """The hire was made, but is off in Ashby: report ChartHop's state, take nothing back."""
    hire, ours = gathered.hire, gathered.ours
    application = hire.application
    # Taken back, or never hired there: at most the person remains, without a job.
    if ours is None:
        return _skip(hire, reasons.WITHDRAWN_DONE())
    # Ashby no longer shows the application: deleted later for privacy, or by mistake before.
    if application.is_gone and _has_begun(ours, hire.today):
        gone = reasons.APPLICATION_GONE(application=application.id)
        return _skip(hire, gone, person_id=ours.person_id)
    if application.is_gone:
        gone = reasons.HIRED_APPLICATION_GONE(
            application=application.id, organization=rules.organization, offer=hire.offer.id
        )
        return _hold(hire, gone, person_id=ours.person_id)
    # Withdrawn after the first day: an employment to end, not a hire to undo.
    if _has_begun(ours, hire.today):
        return _hold(hire, reasons.WITHDRAWN_LATE(), person_id=ours.person_id)
    withdrawn = reasons.WITHDRAWN(organization=rules.organization, offer=hire.offer.id)
    return _hold(hire, withdrawn, person_id=ours.person_id)


def _skip(hire: AshbyHire, *notes: Note, person_id: str | None = None) -> Plan:
    return _ending(Outcome.SKIPPED, hire, notes, person_id)


def _hold(hire: AshbyHire, *notes: Note, person_id: str | None = None) -> Plan:
    return _ending(Outcome.HELD, hire, notes, person_id)


def _ending(outcome: Outcome, hire: AshbyHire, notes: Notes, person: str | None) -> Plan:
    """A plan without actions; the notes say why."""
    return Plan(outcome, (), notes, hire.offer.opening_id, person_id=person or hire.person_id)
