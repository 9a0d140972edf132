"""RECORD, in each form that people know, for each command that takes one."""

from dataclasses import dataclass

import pytest

from tests.control.cli.conftest import Operator
from tests.control.cli.test_plan import FOREVER, hire

COMMANDS = (
    ("explain", "acme"),
    ("status", "acme", "--record"),
    ("sync", "acme", "--record"),
    ("push", "acme"),
    ("pilot", "acme"),
)


@dataclass(frozen=True)
class Known:
    """The ids of a job that somebody is hired into, of its opening and its hire."""

    operator: Operator
    job: str
    opening: str
    application: str
    candidate: str
    offer: str


@pytest.fixture
def known(operator: Operator) -> Known:
    """One job with a hire, and another one with a title that begins alike."""
    org, account = operator.deployment.add("acme", f'{FOREVER}\npush_hires = "manual"')
    job = org.add_job("Platform Engineer", req="ENG-101")
    operator.deployment.sync()
    (opening,) = account.openings
    offer = hire(org, account, job)
    org.add_job("Platform Designer", req="ENG-102")
    operator.deployment.sync()
    (application,), (candidate,) = account.applications, account.candidates
    return Known(operator, job, opening, application, candidate, offer)


OF_THE_JOB = (
    "job:{job}",
    " JOB:{job} ",
    "{job}",
    "eng-101",
    "ENG-101",
    "platform eng",
    "{opening}",
    "https://app.ashbyhq.com/openings/{opening}?tab=1",
    "app.ashbyhq.com/openings/{opening}",
    "https://app.charthop.com/acme/job/{job}",
)
OF_THE_HIRE = (
    "offer:{offer}",
    "{offer}",
    "application:{application}",
    "{application}",
    "{candidate}",
    "https://app.ashbyhq.com/candidates/{candidate}/applications/{application}",
)


@pytest.mark.parametrize("upper", [False, True], ids=["as it is", "in capitals"])
def test_a_record_is_found_by_each_form(known: Known, upper: bool) -> None:
    forms = [(form, f"job:{known.job}") for form in OF_THE_JOB]
    forms += [(form, f"offer:{known.offer}") for form in OF_THE_HIRE]
    for form, record in forms:
        ids = {name: str(id_) for name, id_ in vars(known).items() if name != "operator"}
        filled = form.format(**{name: id_.upper() if upper else id_ for name, id_ in ids.items()})
        found = known.operator.types("explain", "acme", filled)
        assert found.stdout.startswith(f"{record}  "), filled
        shown = known.operator.types("status", "acme", "--json", "--record", filled).stdout
        assert shown.count('"record": ') == 1, filled
        assert f'"record": "{record}"' in shown, filled
        sent = known.operator.types("sync", "acme", "--record", filled)
        assert sent.stdout == f"Enqueued: acme {record}.\n", filled


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_several_matches_are_listed_and_nothing_names_what_is_near(
    known: Known, words: tuple[str, ...]
) -> None:
    near = known.operator.types(*words, "ENG-110")
    assert near.exit_code == 2
    assert "did you mean one of these?" in near.stderr
    assert "ENG-101 Platform Engineer" in near.stderr
    for nothing in ("zzz", "job:000000000000000000000000", "field:x", "https://example.com/"):
        result = known.operator.types(*words, nothing)
        assert result.exit_code == 2, nothing
        assert "hire of acme matches" in result.stderr
    if words[0] != "push":  # of the two jobs one has a hire
        several = known.operator.types(*words, "platform")
        assert several.exit_code == 2
        assert "platform matches 2 records of acme" in several.stderr
        for label in ("ENG-101 Platform Engineer", "ENG-102 Platform Designer"):
            assert label in several.stderr


def test_push_lists_hires_alone(known: Known) -> None:
    near = known.operator.types("push", "acme", "ENG-110").stderr
    assert f"offer:{known.offer}  hire for ENG-101 Platform Engineer" in near
    assert "job:" not in near
    assert "ENG-102" not in near
