"""Every kind of drift, found over both services: what somebody did, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.alterations import truncated
from sandbox.ashby import Account
from sandbox.charthop import Org
from tests.control.cli.conftest import Operator
from tests.control.cli.test_drift import FOREVER, drifted, hire, opening_of
from tests.control.cli.test_plan import everything


@dataclass
class World:
    """A job and its opening in step, and somebody who changes something."""

    operator: Operator
    org: Org
    account: Account
    job: str
    opening: str
    named: dict[str, str] = field(default_factory=dict)

    def sync(self) -> None:
        self.operator.deployment.sync()

    def configure(self, more: str) -> None:
        self.operator.deployment.configure("acme", f"{FOREVER}\n{more}")

    def hires(self, start: int = 30) -> Any:
        """Mara is hired into the job, beginning in so many days, and has come over."""
        day = datetime.now(UTC) + timedelta(days=start)
        hired = self.account.hire(
            "Mara Lindqvist",
            "mara@example.net",
            self.opening,
            startDate=day.strftime("%Y-%m-%dT00:00:00.000Z"),
        )
        self.sync()
        self.named["offer"] = f"offer:{hired.offer}"
        return hired


Arranged = Callable[[World], object]


def two_openings(world: World) -> None:
    second = world.account.add_opening("SECOND", "Open")
    world.account.set_opening_field(second, "ChartHop Job ID", world.job)


def filled_by_somebody(world: World) -> None:
    world.org.fill_job(world.job, world.org.add_person("Noor", "Haddad", "noor@example.com"))


def missing(world: World) -> None:
    world.named["offer"] = f"offer:{hire(world.operator.deployment, world.opening, 3)}"


def hired_without_an_offer(world: World) -> None:
    application = world.account.add_application(world.account.add_candidate("Mara Lindqvist"))
    ashby = world.operator.deployment.ashby
    ashby.advance(-4 * 24 * 3600)
    world.account.set_application_status(application, "Hired")
    ashby.advance(4 * 24 * 3600)
    world.named["application"] = f"application:{application}"


def no_longer_hired(world: World) -> None:
    world.account.unhire(world.hires().application)


def no_longer_hired_after_the_start(world: World) -> None:
    world.account.unhire(world.hires(start=0).application)


def cancelled_in_charthop(world: World) -> None:
    world.hires()
    world.org.cancel_hire(world.job)


def another_start(world: World) -> None:
    hired = world.hires(start=0)
    later = datetime.now(UTC) + timedelta(days=20)
    world.account.edit_offer(hired.offer, startDate=later.strftime("%Y-%m-%dT00:00:00.000Z"))
    world.account.accept_offer(hired.offer)


def no_department(world: World) -> None:
    world.org.edit_job(world.job, {"department.name": "Sales"})


def title_stored_otherwise(world: World) -> None:
    world.account.store_differently("description", truncated(4))
    world.org.edit_job(world.job, title="Architect")
    world.sync()


def no_title(world: World) -> None:
    world.org.edit_job(world.job, title="")


def type_diverged(world: World) -> None:
    world.org.add_field("seat", "Seat", "STRING")
    world.configure('synced_fields = ["seat"]')
    world.sync()
    world.org.edit_field("seat", type="INTEGER")


def field_archived(world: World) -> None:
    world.org.add_field("seat", "Seat", "STRING")
    world.configure('synced_fields = ["seat"]')
    world.sync()
    world.account.archive_custom_field(world.account.field_id("Seat"))


KINDS: dict[str, tuple[Arranged, str, str, str, str]] = {
    "a recruiter closed the opening": (
        lambda world: world.account.close_opening(world.opening),
        "job",
        "CLOSED_IN_ASHBY",
        "ashby",
        "closed in Ashby",
    ),
    "Filled while the job is open and empty": (
        lambda world: world.account.set_state(world.opening, "Filled"),
        "job",
        "FILLED_IN_ASHBY",
        "charthop",
        "open and empty",
    ),
    "filled by hand while the opening is live": (
        filled_by_somebody,
        "job",
        "FILLED_IN_CHARTHOP",
        "ashby",
        "whom Ashby did not hire",
    ),
    "linked to a job that is gone": (
        lambda world: world.org.delete_job(world.job),
        "job",
        "LINKED_JOB_GONE",
        "ashby",
        "does not show the job",
    ),
    "two openings for one job": (
        two_openings,
        "job",
        "LINKED_TWICE",
        "ashby",
        "2 openings in Ashby carry this job's id",
    ),
    "hired, and missing for three days": (
        missing,
        "offer",
        "MISSING_IN_CHARTHOP",
        "ashby",
        "3 days ago but not hired in ChartHop",
    ),
    "Hired without an offer": (
        hired_without_an_offer,
        "application",
        "MISSING_IN_CHARTHOP",
        "ashby",
        "without an accepted",
    ),
    "no longer Hired": (
        no_longer_hired,
        "offer",
        "WITHDRAWN",
        "charthop",
        "withdrawn in Ashby",
    ),
    "no longer Hired after the first day": (
        no_longer_hired_after_the_start,
        "offer",
        "WITHDRAWN_LATE",
        "charthop",
        "has passed",
    ),
    "the hire was cancelled in ChartHop": (
        cancelled_in_charthop,
        "job",
        "FILLED_IN_ASHBY",
        "charthop",
        "open and empty",
    ),
    "start dates differ": (
        another_start,
        "offer",
        "BEGUN",
        "charthop",
        "but the offer says",
    ),
    "departments differ": (
        no_department,
        "job",
        "NO_DEPARTMENT",
        "ashby",
        "no department Sales",
    ),
    "titles differ": (
        title_stored_otherwise,
        "job",
        "STORED_OTHERWISE",
        "ashby",
        "stores title in another form",
    ),
    "the job has no title": (
        no_title,
        "job",
        "NO_TITLE",
        "charthop",
        "title",
    ),
    "types of a ticked field have diverged": (
        type_diverged,
        "field",
        "FIELD_OTHER_TYPE",
        "ashby",
        "of type String",
    ),
    "a ticked field is archived": (
        field_archived,
        "field",
        "FIELD_ARCHIVED",
        "ashby",
        "archived in Ashby",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_found_and_says_who_can(operator: Operator, name: str) -> None:
    arrange, record, code, who, what = KINDS[name]
    org, account = operator.deployment.add("acme", FOREVER)
    job = org.add_job("Engineer")
    operator.deployment.sync()
    named = {"job": f"job:{job}", "field": "field:seat"}
    world = World(operator, org, account, job, opening_of(account, job), named)
    arrange(world)
    operator.deployment.forget_calls()
    before = everything(operator)

    (found,) = drifted(operator)
    assert (found["record"], found["code"], found["who"]) == (world.named[record], code, who)
    assert what in found["what"]
    assert list(found) == ["code", "record", "opening_id", "person_id", "who", "what"]
    assert operator.types("drift", "acme").exit_code == 1
    assert operator.types("drift", "acme", "--json").exit_code == 1
    assert everything(operator) == before
    assert not operator.deployment.writes()
