"""What has to be true of an organization that was left alone for a while."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.keys import RecordKey, job_key
from core.outcomes import Outcome
from sandbox.ashby import Account
from sandbox.ashby.records import Opening
from sandbox.charthop import Org
from store.results import StoredResult

IN_STEP = (Outcome.CREATED, Outcome.UPDATED, Outcome.ADOPTED, Outcome.REOPENED, Outcome.UNCHANGED)


@dataclass(frozen=True)
class Place:
    """Both sides of one organization, how its records ended, and what people did by hand.

    `by_hand` are openings that people made, `closed_by_hand` those that a recruiter closed.
    """

    org: Org
    account: Account
    results: Mapping[RecordKey, StoredResult]
    by_hand: set[str] = field(default_factory=set)
    closed_by_hand: set[str] = field(default_factory=set)


def broken(place: Place) -> list[str]:
    """What is not as it should be."""
    return [*jobs_out_of_step(place), *doubled(place)]


def jobs_out_of_step(place: Place) -> list[str]:
    """Jobs that are not in step with their opening although nothing holds them."""
    linked: dict[str, list[Opening]] = {}
    for opening in place.account.openings.values():
        if opening.archived_at is None:
            job_id = place.account.opening_field(opening.id, "ChartHop Job ID")
            linked.setdefault(str(job_id), []).append(opening)
    wrong = (_wrong_of(place, job_id, linked.get(job_id, [])) for job_id in place.org.jobs)
    return [one for one in wrong if one is not None]


def _wrong_of(place: Place, job_id: str, live: list[Opening]) -> str | None:
    """What is wrong with one job and its openings that are not archived."""
    row = place.org.job(job_id)
    recruit = str(row.get("recruit") or "").casefold()
    kept = place.results.get(job_key(job_id))
    outcome = kept.result.outcome if kept is not None else None
    if recruit != "active" or row["state"] != "OPEN" or row.get("sensitive") == "HIGH":
        left = [one.state for one in live if one.state in ("Approved", "Open", "Draft")]
        given_up = recruit in ("passive", "inactive", "closed")
        if left and given_up and outcome is not Outcome.HELD:
            return f"{job_id} is {recruit}, its opening {left}"
        return None
    if kept is None or outcome is Outcome.FAILED:
        return f"{job_id}: {kept.result.reason if kept is not None else 'not looked at'}"
    if "a recruiter closed" in (kept.result.reason or ""):
        by_hand = kept.result.opening_id in place.closed_by_hand
        return None if by_hand else f"{job_id}: no recruiter ever closed its opening"
    if outcome not in IN_STEP:
        return None
    if len(live) != 1:
        return f"{job_id} has {len(live)} openings"
    same = live[0].version["description"].strip() == str(row["title"]).strip()
    return None if same else f"{job_id} has another title in Ashby"


def doubled(place: Place) -> list[str]:
    """What was made twice."""
    wrong = []
    account, org = place.account, place.org
    links = Counter(
        str(account.opening_field(one.id, "ChartHop Job ID"))
        for one in account.openings.values()
        if one.archived_at is None and one.id not in place.by_hand
    )
    wrong += [f"{job}: {n} openings" for job, n in links.items() if n > 1 and job != "None"]
    # One that was made and not linked before its job was given up, or before a recruiter filled
    # it, stays as it is. One whose job has another opening by now was made twice.
    served = {
        one.version["identifier"]
        for one in account.openings.values()
        if account.opening_field(one.id, "ChartHop Job ID") is not None
    }
    wrong += [
        f"opening {one.id} was made and is nobody's"
        for one in account.openings.values()
        if one.id not in place.by_hand
        and account.opening_field(one.id, "ChartHop Job ID") is None
        and one.version["identifier"] in served
    ]
    emails = Counter(one.values.get("contact.homeEmail") for one in org.persons.values())
    wrong += [f"{n} persons {email}" for email, n in emails.items() if n > 1]
    jobs = Counter(change.job_id for change in org.changes.values())
    wrong += [f"{n} hires into {job}" for job, n in jobs.items() if n > 1]
    persons = Counter(change.person_id for change in org.changes.values())
    wrong += [f"person {person} hired {n} times" for person, n in persons.items() if n > 1]
    titles = Counter((one.title, one.object_type) for one in account.custom_fields.values())
    wrong += [f"{n} fields {title}" for title, n in titles.items() if n > 1]
    return wrong
