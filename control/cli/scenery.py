"""What the demo shows of its two services, and of the changes in them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.ashby import Account
    from sandbox.charthop import Org
    from sandbox.examples import Example

CONFIDENTIAL = ("HIGH", "PRIVATE")

TOLD = 4
"""Facts that are told of something new."""

Facts = Mapping[str, Mapping[str, str]]
"""By what a thing is called, what is to be told of it."""


class Scenery:
    """The two example organizations on both sides."""

    def __init__(self, example: "Example") -> None:
        self._sandboxes = (example.charthop, example.ashby)
        self._sides: dict[str, tuple[Org, Account]] = {
            "acme": (example.acme, example.acme_ashby),
            "globex": (example.globex, example.globex_ashby),
        }

    def table(self, name: str) -> tuple[Sequence[str], list[Sequence[str]]]:
        """Headings and rows: each job with its opening."""
        org, account = self._sides[name]
        openings = {}
        for id_ in account.openings:
            opening = account.opening(id_)
            openings[_fields(opening).get("ChartHop Job ID", id_)] = opening
        rows: list[Sequence[str]] = []
        for job_id in org.jobs:
            job = org.job(job_id)
            if job["personId"] is not None and job_id not in openings:
                continue
            facts = _opening_facts(account, openings[job_id]) if job_id in openings else {}
            rows.append(
                (
                    _title(job),
                    _status(org, job),
                    facts.get("title", "-"),
                    facts.get("state", "-"),
                    facts.get("department", "-"),
                    facts.get("Hiring Reason", "-"),
                )
            )
        headings = ("job in ChartHop", "status", "opening in Ashby", "state", "department")
        return _without_empty((*headings, "hiring reason"), rows)

    def facts(self) -> Facts:
        """Everything that a sync could change."""
        facts: dict[str, Mapping[str, str]] = {}
        for name, (org, account) in self._sides.items():
            for id_ in list(account.openings):
                opening = account.opening(id_)
                facts[f"Ashby, {name}: opening {_short(opening)}"] = _opening_facts(
                    account, opening
                )
            for id_ in list(org.jobs):
                job = org.job(id_)
                facts[f"ChartHop, {name}: job {_title(job)}"] = {"status": _status(org, job)}
            for id_ in list(org.persons):
                person = org.person(id_)
                called = f"{person['name.first']} {person['name.last']}"
                facts[f"ChartHop, {name}: person {called}"] = {}
        return facts

    @contextmanager
    def at_a_standstill(self) -> Iterator[None]:
        """Neither service answers anybody, or sends an event, until the block ends."""
        with ExitStack() as stack:
            for sandbox in self._sandboxes:
                stack.enter_context(sandbox.lock)
            yield

    @property
    def events_sent(self) -> int:
        """How many events the services have sent so far."""
        return sum(len(sandbox.outbox.log) for sandbox in self._sandboxes)

    @property
    def is_calm(self) -> bool:
        """Whether no event is on its way."""
        return all(sandbox.outbox.is_empty for sandbox in self._sandboxes)

    def forget_calls(self) -> None:
        """Start counting anew."""
        for sandbox in self._sandboxes:
            sandbox.calls.clear()

    def writes(self) -> int:
        """How many calls asked for a change since."""
        return sum(call.writes for sandbox in self._sandboxes for call in list(sandbox.calls))


def _without_empty(
    headings: Sequence[str], rows: Sequence[Sequence[str]], always: int = 3
) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The table without later columns that say nothing."""
    kept = [
        at
        for at in range(len(headings))
        if at < always or any(row[at] not in ("", "-") for row in rows)
    ]
    return [headings[at] for at in kept], [[row[at] for at in kept] for row in rows]


def told(before: Facts, after: Facts) -> Iterator[str]:
    """What changed, a line each."""
    for thing, now in after.items():
        then = before.get(thing)
        if then is None:
            details = ", ".join([value for value in now.values() if value][:TOLD])
            yield f"{thing} is new{f': {details}' if details else ''}"
            continue
        for what in dict.fromkeys((*then, *now)):
            old, new = then.get(what) or "(none)", now.get(what) or "(none)"
            if old != new:
                yield f"{thing}: {what} {old} -> {new}"


def _title(job: Mapping[str, Any]) -> str:
    return "(confidential)" if job.get("sensitive") in CONFIDENTIAL else str(job["title"])


def _status(org: "Org", job: Mapping[str, Any]) -> str:
    if job["personId"] is not None and job["personId"] in org.persons:
        person = org.person(job["personId"])
        return f"filled by {person['name.first']} {person['name.last']}"
    return str(job["recruit"] or "-").capitalize()


def _short(opening: Mapping[str, Any]) -> str:
    """The identifier; a job's id is cut, since it only stands for a missing requisition code."""
    identifier = str(opening["latestVersion"]["identifier"])
    return identifier if len(identifier) < 20 else f"{identifier[:4]}..{identifier[-4:]}"


def _fields(opening: Mapping[str, Any]) -> dict[str, str]:
    listed = opening["latestVersion"]["customFields"]
    return {
        one["title"]: str(one.get("valueLabel", one["value"]))
        for one in listed
        if one["value"] is not None
    }


def _opening_facts(account: "Account", opening: Mapping[str, Any]) -> dict[str, str]:
    version = opening["latestVersion"]
    department = account.departments.get(version.get("teamId") or "")
    places = [account.locations[id_].name for id_ in version["locationIds"]]
    fields = _fields(opening)
    fields.pop("ChartHop Job ID", None)
    return {
        "title": version.get("description") or "",
        "state": opening["openingState"],
        "department": department.name if department is not None else "",
        "location": ", ".join(places),
        "employment": version["employmentType"],
        "start": (version.get("targetStartDate") or "")[:10],
        **fields,
    }
