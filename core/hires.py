"""What has to happen in ChartHop so that an accepted offer of a hired candidate is a person there?

The application in Ashby carries the id of ChartHop's person once all is done: the durable mark.
Until then every step is looked for before it is taken, so that a crash anywhere only makes the
next plan shorter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core import reasons
from core.notes import Note, Notes
from core.offers import PAY, Terms, same_in_charthop
from core.outcomes import Change, Outcome, Result
from core.records import (
    ApplicationTrace,
    HireChange,
    Job,
    OfferTrace,
    Person,
    Recruiting,
    Value,
)
from core.rules import Rules


@dataclass(frozen=True)
class CreatePerson:
    """Make the person. `values` are flat ChartHop field codes."""

    values: Mapping[str, Value]


@dataclass(frozen=True)
class UpdatePerson:
    """Change fields of the person."""

    values: Mapping[str, Value]


@dataclass(frozen=True)
class FillJob:
    """Hire the person into the job from `start` on, announced today."""

    job_id: str
    start: str


@dataclass(frozen=True)
class MoveHire:
    """The person starts on another day."""

    change_id: str
    start: str


@dataclass(frozen=True)
class UpdateJob:
    """Change fields of the job. `day` is when it takes effect, None: today."""

    job_id: str
    values: Mapping[str, Value]
    day: str | None = None


@dataclass(frozen=True)
class LinkPerson:
    """Write the person's id on the application: everything is done."""

    application_id: str


HireAction = CreatePerson | UpdatePerson | FillJob | MoveHire | UpdateJob | LinkPerson


@dataclass(frozen=True)
class HirePlan:
    """What is to be done for one hire, and how it ends once that is done.

    `person_id` is None where the person is still to be made.
    """

    outcome: Outcome
    actions: tuple[HireAction, ...] = ()
    notes: Notes = ()
    person_id: str | None = None
    changes: tuple[Change, ...] = field(default=())


def chosen_offers(offers: Sequence[OfferTrace]) -> dict[str, OfferTrace]:
    """The offer that counts of each application: the accepted one that was decided last."""
    chosen: dict[str, OfferTrace] = {}
    for offer in sorted(offers, key=lambda one: (one.decided or "", one.id)):
        if offer.is_accepted:
            chosen[offer.application_id] = offer
    return chosen


def claims(
    chosen: Mapping[str, OfferTrace], applications: Mapping[str, ApplicationTrace]
) -> dict[str, str]:
    """Which offer has each opening: the hire that is done already, else the one decided first."""

    def rank(offer: OfferTrace) -> tuple[bool, str, str]:
        return (applications[offer.application_id].person_id is None, offer.decided or "", offer.id)

    winners: dict[str, OfferTrace] = {}
    for offer in chosen.values():
        application = applications.get(offer.application_id)
        if offer.opening_id is None or application is None or not application.is_hired:
            continue
        holder = winners.get(offer.opening_id)
        if holder is None or rank(offer) < rank(holder):
            winners[offer.opening_id] = offer
    return {opening: offer.id for opening, offer in winners.items()}


def screen_hire(
    offer: OfferTrace,
    application: ApplicationTrace,
    *,
    job_id: str | None,
    claimed_by: str | None,
    pushed: bool,
    rules: Rules,
    today: date,
) -> Result | None:
    """The first rule that keeps an accepted, hired one back without a look at ChartHop.

    None where none does.

    `job_id` is the ChartHop job that the offer's opening is linked to, `claimed_by` the offer
    that has that opening.
    """
    done = application.person_id
    if done is None:
        if rules.hires_since is None:
            return _held(reasons.NO_HIRES_SINCE())
        if (offer.decided or "") < rules.hires_since.isoformat():
            return _skipped(reasons.BEFORE_HIRES_SINCE(day=rules.hires_since.isoformat()))
    elif offer.start is not None and offer.start <= today.isoformat():
        return Result(Outcome.UNCHANGED, person_id=done)  # Started: nothing moves any more.
    if offer.opening_id is None:
        return _held(reasons.NO_OPENING(), done)
    if job_id is None:
        return _held(reasons.OPENING_NOT_LINKED(opening=offer.opening_id), done)
    if claimed_by not in (None, offer.id):
        return _held(reasons.SECOND_HIRE(opening=offer.opening_id), done)
    if offer.start is None:
        return _held(reasons.NO_START(), done)
    if done is None and rules.push_hires == "manual" and not pushed:
        return _held(reasons.MANUAL_PUSH(organization=rules.organization, offer=offer.id))
    return None


def judge_withdrawn(
    offer_id: str,
    person_id: str,
    job: Job | None,
    change: HireChange | None,
    today: date,
    rules: Rules,
) -> Result:
    """What is said of a hire that was made in ChartHop and is withdrawn in Ashby now.

    It is never taken back by itself, and never once the person has started.
    """
    if job is None or job.person_id != person_id or change is None:
        return _skipped(reasons.WITHDRAWN_DONE(), person_id)
    if change.day <= today.isoformat():
        return _held(reasons.WITHDRAWN_LATE(), person_id)
    return _held(reasons.WITHDRAWN(organization=rules.organization, offer=offer_id), person_id)


def plan_hire(  # noqa: C901  (a ladder of ifs: one rule a rung)
    application: ApplicationTrace,
    start: str,
    emails: Sequence[str],
    terms: Terms,
    job: Job | None,
    persons: Sequence[Person],
    change: HireChange | None,
    stored: Mapping[str, Value] | None,
    *,
    pending: str,
    today: date,
) -> HirePlan:
    """What is to be done for one hire.

    `persons` are those with one of the candidate's addresses, or the one that the application
    names. `change` is the job's HIRE change where there is one. `stored` are the job's values by
    code as they will be on the start date, None where nothing was written yet. `pending` is how
    the organization spells the recruiting status Pending.
    """
    linked = application.person_id
    if linked is None and not emails:
        return _hold(reasons.NO_EMAIL())
    if job is None:
        return _hold(reasons.JOB_NOT_THERE(), linked)
    if job.created and start < job.created[:10]:
        return _hold(reasons.START_TOO_EARLY(start=start, created=job.created[:10]), linked)
    if len(persons) > 1:
        return _hold(reasons.TWO_PERSONS(), linked)
    person = persons[0] if persons else None
    if job.person_id is not None and (person is None or job.person_id != person.id):
        return _hold(reasons.FILLED_BY_OTHER(), linked)
    if person is not None and person.job_id not in (None, job.id):
        return _hold(reasons.ACTIVE_EMPLOYEE(), linked)
    in_job = person is not None and job.person_id == person.id
    if not in_job and not job.is_open:
        return _hold(reasons.JOB_NOT_THERE(), linked)
    if linked is not None and not in_job:
        return _hold(reasons.HIRE_CANCELLED(), linked)
    if linked is not None and change is not None and change.day <= today.isoformat():
        return HirePlan(Outcome.UNCHANGED, person_id=linked)  # Started: nothing moves any more.

    actions: list[HireAction] = []
    changes: list[Change] = []
    if person is None:
        actions.append(CreatePerson(terms.person))
    elif linked is None:
        extra = {code: value for code, value in terms.person.items() if "." not in code}
        if extra:
            actions.append(UpdatePerson(extra))
    if not in_job:
        actions.append(FillJob(job.id, start))
        changes.append(Change("start date", None, start))
    elif change is not None and change.day != start:
        actions.append(MoveHire(change.id, start))
        changes.append(Change("start date", change.day, start))
    now = dict(terms.job)
    if Recruiting.read(job.status) is not Recruiting.PENDING:
        now["recruit"] = pending
    later = {PAY: terms.pay} if terms.pay is not None else {}
    known = stored or {}
    now = {c: v for c, v in now.items() if not same_in_charthop(v, known.get(c))}
    later = {c: v for c, v in later.items() if not same_in_charthop(v, known.get(c))}
    if now:
        actions.append(UpdateJob(job.id, now))
    if later:
        actions.append(UpdateJob(job.id, later, start))
    changes += [Change(code) for code in (*now, *later)]
    if linked is None:
        actions.append(LinkPerson(application.id))
    if not actions:
        return HirePlan(Outcome.UNCHANGED, (), tuple(terms.notes), linked)
    outcome = Outcome.UPDATED if linked is not None else Outcome.CREATED
    person_id = person.id if person is not None else None
    return HirePlan(outcome, tuple(actions), tuple(terms.notes), person_id, tuple(changes))


def _skipped(reason: Note, person_id: str | None = None) -> Result:
    return Result(Outcome.SKIPPED, (reason,), person_id=person_id)


def _held(reason: Note, person_id: str | None = None) -> Result:
    return Result(Outcome.HELD, (reason,), person_id=person_id)


def _hold(reason: Note, person_id: str | None = None) -> HirePlan:
    return HirePlan(Outcome.HELD, notes=(reason,), person_id=person_id)
