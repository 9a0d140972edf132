"""Records are found by what people know."""

from dataclasses import dataclass

import pytest

from control.errors import NotOneRecord
from control.records import Directory, Hire, remembered, resolve
from core.keys import field_key, job_key, offer_key
from sandbox.ashby import Account
from sandbox.charthop import Org
from store.names import JobName
from tests.control.cli.conftest import Operator
from tests.control.cli.test_plan import FOREVER, hire

OPENING = "3b1f0c52-7a11-4c5e-9d53-0a4c9e2d7b10"
APPLICATION = "aa1f0c52-7a11-4c5e-9d53-0a4c9e2d7b11"
CANDIDATE = "cc1f0c52-7a11-4c5e-9d53-0a4c9e2d7b12"
OFFER = "0f1f0c52-7a11-4c5e-9d53-0a4c9e2d7b13"
JOB, OTHER, SECRET = (f"670405b2c8e3d13247cfef5{digit}" for digit in "def")

KNOWN = Directory(
    {
        JOB: JobName("ENG-101", "Platform Engineer", (OPENING,), ("ENG-101",)),
        OTHER: JobName("ENG-102", "Data Engineer"),
        SECRET: JobName("EXE-1", None),
    },
    (Hire(OFFER, APPLICATION, CANDIDATE, OPENING),),
    frozenset({field_key("level"), job_key("closed-long-ago")}),
)


@pytest.mark.parametrize(
    ("called", "record"),
    [
        (f"job:{JOB}", f"job:{JOB}"),
        (JOB, f"job:{JOB}"),
        ("ENG-101", f"job:{JOB}"),
        ("eng-101", f"job:{JOB}"),
        (" Eng-101 ", f"job:{JOB}"),
        ("Platform Engineer", f"job:{JOB}"),
        ("platform engineer", f"job:{JOB}"),
        ("platf", f"job:{JOB}"),
        (OPENING, f"job:{JOB}"),
        (f"https://app.charthop.com/acme/job/{JOB}", f"job:{JOB}"),
        (f"https://app.ashbyhq.com/openings/{OPENING}?tab=overview", f"job:{JOB}"),
        (f"https://app.ashbyhq.com/x/{OPENING}/candidates/{CANDIDATE}", f"offer:{OFFER}"),
        (f"https://app.ashbyhq.com/APPLICATIONS/{APPLICATION.upper()}", f"offer:{OFFER}"),
        (OFFER, f"offer:{OFFER}"),
        (f"offer:{OFFER}", f"offer:{OFFER}"),
        (APPLICATION, f"offer:{OFFER}"),
        (CANDIDATE, f"offer:{OFFER}"),
        ("exe-1", f"job:{SECRET}"),
        ("field:level", "field:level"),
        ("closed-long-ago", "job:closed-long-ago"),
    ],
)
def test_every_name_leads_to_its_record(called: str, record: str) -> None:
    assert str(resolve("acme", called, KNOWN)) == record


def test_several_matches_are_listed() -> None:
    with pytest.raises(NotOneRecord) as caught:
        resolve("acme", "engineer", KNOWN)
    assert "matches 2 records of acme" in str(caught.value)
    assert dict(caught.value.near) == {
        job_key(JOB): "ENG-101 Platform Engineer",
        job_key(OTHER): "ENG-102 Data Engineer",
    }


@pytest.mark.parametrize("called", ["ENG-110", "Platfrom Engineer", "eng101"])
def test_none_names_near_ones(called: str) -> None:
    with pytest.raises(NotOneRecord) as caught:
        resolve("acme", called, KNOWN)
    assert job_key(JOB) in dict(caught.value.near)


@pytest.mark.parametrize("called", ["", " ", "zzz", "https://example.com/", "job:", "offer:x"])
def test_what_is_like_nothing_is_said_to_be_nothing(called: str) -> None:
    with pytest.raises(NotOneRecord):
        resolve("acme", called, KNOWN)


@pytest.mark.parametrize("called", [OFFER, CANDIDATE, "ENG-101", "platf", OPENING])
def test_a_hire_is_found_by_its_job_too(called: str) -> None:
    assert resolve("acme", called, KNOWN, hires_only=True) == offer_key(OFFER)


def test_a_job_without_a_hire_is_none() -> None:
    with pytest.raises(NotOneRecord, match="no hire of acme matches"):
        resolve("acme", "ENG-102", KNOWN, hires_only=True)


def test_labels_name_the_job_and_never_a_confidential_title() -> None:
    assert KNOWN.label(job_key(JOB)) == "ENG-101 Platform Engineer"
    assert KNOWN.label(offer_key(OFFER)) == "hire for ENG-101 Platform Engineer"
    assert KNOWN.label(job_key(SECRET)) == "EXE-1"
    assert KNOWN.label(field_key("level")) == ""


@dataclass
class Synced:
    operator: Operator
    org: Org
    account: Account
    job: str
    offer: str


@pytest.fixture
def synced(operator: Operator) -> Synced:
    """A job with an opening, a confidential one, and a hire; all synced."""
    org, account = operator.deployment.add("acme", f"{FOREVER}\nsync_confidential_jobs = true")
    job = org.add_job("Platform Engineer", req="ENG-7")
    org.add_job("Chief Secret Officer", req="EXE-1", sensitive="HIGH")
    operator.deployment.sync()
    offer = hire(org, account, job)
    operator.deployment.sync()
    return Synced(operator, org, account, job, offer)


def test_names_are_there_without_a_call_and_sealed(synced: Synced) -> None:
    deployment = synced.operator.deployment
    deployment.forget_calls()
    known = remembered(deployment.memory())
    assert known.label(offer_key(synced.offer)) == "hire for ENG-7 Platform Engineer"
    assert not deployment.calls()
    assert remembered(deployment.app.wiring.memory("acme")).label(job_key(synced.job)) == ""
    for key in deployment.redis.keys("*"):
        stored = deployment.redis.dump(key) or b""
        assert b"Platform Engineer" not in stored


def test_status_shows_them_and_finds_by_them(synced: Synced) -> None:
    shown = synced.operator.types("status", "acme").stdout
    assert "ENG-7 Platform Engineer" in shown
    assert "EXE-1" in shown
    assert "Secret" not in shown
    result = synced.operator.types("status", "--record", "eng-7", "--json")
    assert f"job:{synced.job}" in result.stdout
    assert "EXE-1" not in result.stdout
    wrong = synced.operator.types("status", "acme", "--record", "ENG-8")
    assert wrong.exit_code == 2
    assert f"  job:{synced.job}  ENG-7 Platform Engineer" in wrong.stderr.splitlines()
    assert synced.operator.types("status", "acme", "--record", "Secret").exit_code == 2


def test_a_mistyped_id_is_sent_to_nobody(synced: Synced) -> None:
    redis = synced.operator.deployment.redis
    for words in (
        ("sync", "acme", "--record", "job:670405b2c8e3d13247cfef5d"),
        ("sync", "acme", "--record", "offer:0f1f0c52-7a11-4c5e-9d53-0a4c9e2d7b13"),
        ("push", "acme", "0f1f0c52-7a11-4c5e-9d53-0a4c9e2d7b13"),
    ):
        result = synced.operator.types(*words)
        assert result.exit_code == 2, words
        assert "hire of acme matches" in result.stderr
    assert not redis.llen(redis.queue("jobs"))
    assert not redis.llen(redis.queue("hires"))
    assert not synced.operator.deployment.memory().switches.pushed()


def test_what_no_sync_has_seen_yet_is_found_by_a_look(synced: Synced) -> None:
    fresh = synced.org.add_job("Brand new", req="ENG-99")
    result = synced.operator.types("sync", "acme", "--record", "eng-99")
    assert result.exit_code == 0, result.stderr
    assert f"acme job:{fresh}" in result.stdout
