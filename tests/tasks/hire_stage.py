"""One organization on both sides, as the tests of the inbound half look at it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.keys import RecordKey, offer_key
from core.outcomes import Outcome, Result
from sandbox.ashby import Account
from sandbox.charthop import Org
from tasks.hires import undo
from tests.deployment import Deployment
from tests.kept import prepared

SETTINGS = """
hires_since = 2026-01-01
[organizations.acme.offer_fields]
"Job Level" = "jobLevel"
"First name" = "name.first"
"Shirt" = "shirtSize"
"Paid" = "baseComp.interval"
"Reason" = "hiringReason"
"""


@dataclass
class Stage:
    """One organization with an open job, and somebody who may be hired into it."""

    deployment: Deployment
    org: Org
    account: Account
    job: str
    opening: str

    def hire(
        self,
        name: str = "Jane Public",
        email: str | None = "jane@example.net",
        phone: str | None = "+1 555-555-0100",
        opening: str | None = None,
        **offer: Any,
    ) -> str:
        """A candidate with an accepted offer who is marked Hired; the offer's id."""
        candidate = self.account.add_candidate(name, email, phone)
        application = self.account.add_application(candidate)
        terms = {"opening_id": opening or self.opening, **offer}
        id_ = self.account.add_offer(application, **terms)
        self.account.accept_offer(id_)
        self.account.set_application_status(application, "Hired")
        return id_

    def happens_to(self, offer: str, what: str) -> None:
        """Something happens to the hire in Ashby: `archived`, `declined`, `revised` and so on."""
        account, application = self.account, self.application(offer)
        match what:
            case "hired" | "archived":
                account.set_application_status(application, what.title())
            case "taken back":
                account.unhire(application)
            case "deleted":
                account.delete_application(application)
            case "hidden":
                account.hide(application)
            case "broken":
                account.break_info(application)
            case "declined":
                account.decline_offer(offer)
            case "cancelled":
                account.cancel_offer(offer)
            case "revised":
                account.revise_offer(offer, salary=(130000, "USD"))
            case _:
                raise AssertionError(f"nobody knows what {what} means")

    def application(self, offer: str) -> str:
        """The application that the offer belongs to."""
        return self.account.offers[offer].application_id

    def sync(self, **headers: Any) -> None:
        """One sync to its end."""
        self.deployment.sync(**headers)

    def result(self, offer: str) -> Result:
        """How the hire ended."""
        return self.deployment.result(f"offer:{offer}")

    def reason(self, offer: str, outcome: Outcome) -> str:
        """Why the hire ended so; it must have that outcome."""
        result = self.result(offer)
        assert result.outcome is outcome, result
        return result.reason or ""

    def persons(self) -> list[dict[str, Any]]:
        """Everybody in ChartHop."""
        return [self.org.person(id_) for id_ in self.org.persons]

    def person_of(self, offer: str) -> str | None:
        """The person that the application in Ashby names."""
        application = self.account.applications[self.application(offer)]
        titles = {one.id: one.title for one in self.account.custom_fields.values()}
        found = [v for id_, v in application.values.items() if titles[id_] == "ChartHop Person ID"]
        return found[0] if found else None

    def told(self, offer: str) -> str:
        """The same in a few words: `created`, `held: no-start`."""
        return self.told_of(f"offer:{offer}")

    def told_of(self, record: str) -> str:
        """How any record ended, in a few words."""
        result = self.deployment.result(record)
        codes = ", ".join(result.codes)
        return f"{result.outcome.value}: {codes}" if codes else result.outcome.value

    def is_shown(self, record: str) -> bool:
        """Whether `status` has the record."""
        return self.deployment.memory().results.get(RecordKey.read(record)) is not None

    def day(self, ahead: int) -> str:
        """A day so many days ahead of the organization's today."""
        return (date.fromisoformat(self.org.today()) + timedelta(days=ahead)).isoformat()

    def start(self, ahead: int) -> str:
        """The same as Ashby has a start date."""
        return f"{self.day(ahead)}T00:00:00.000Z"

    def hire_day(self) -> str:
        """The day of the one HIRE change."""
        (change,) = self.org.changes.values()
        return change.date

    def another_job(self, title: str = "Second", **codes: Any) -> tuple[str, str]:
        """Another open job that has its opening; the ids of both."""
        job = self.org.add_job(title=title, createDate="2026-01-05", **codes)
        self.sync()
        opening = self.deployment.opening_of(job)
        return job, opening

    def push(self, offer: str) -> None:
        """An operator pushes the hire."""
        self.deployment.memory().switches.push(offer)
        self.deployment.send("tasks.sync_hire", "acme", offer)
        self.deployment.drain()

    def undo(self, offer: str) -> Result:
        """An operator takes the hire back."""
        record, memory = offer_key(offer), self.deployment.memory()
        result = undo(self.deployment.app.wiring.context("acme"), offer)
        memory.results.keep({record: result}, {})
        return result

    def pay(self, day: str, job: str | None = None) -> tuple[str, Any] | None:
        """Interval and amount of the job's pay as of a day."""
        found = self.org.job(job or self.job, day).get("baseComp")
        return None if not found else (found["interval"], found["pay"]["amount"])

    def written(self) -> list[str]:
        """The writes to ChartHop since the calls were forgotten: method and end of the path."""
        return [
            f"{call.method} {call.path.partition('/org/acme/')[2]}"
            for call in self.deployment.charthop.calls
            if call.writes
        ]


def staged(deployment: Deployment) -> Stage:
    """An organization with one open job that has its opening."""
    prepared(deployment, _set)
    org, account = deployment.orgs["acme"], deployment.accounts["acme"]
    (job,) = org.jobs
    opening = deployment.opening_of(job)
    return Stage(deployment, org, account, job, opening)


def _set(deployment: Deployment) -> None:
    org, account = deployment.add(more=SETTINGS)
    org.add_field("jobLevel", "Job Level", "STRING")
    org.add_field("shirtSize", "Shirt size", "STRING", entityType="PERSON")
    org.add_field("hiringReason", "Reason", "ENUM", values=[("GROWTH", "Growth")])
    for title in ("Job Level", "First name", "Shirt", "Paid", "Reason"):
        account.add_custom_field(title, "String", "Offer")
    org.add_job(title="Engineer", createDate="2026-01-05")
    deployment.sync()
