"""check: tests the set-up and says how to fix what is missing."""

from typing import TYPE_CHECKING

import typer

from control.cli.console import complain, note, say
from control.cli.words import AnyOrganization, opened

if TYPE_CHECKING:
    from control.deployment import Deployment
    from control.findings import Finding

MARKS = {"ok": "green", "warning": "bold yellow", "FAILED": "bold red"}


def check(organization: AnyOrganization = None) -> None:
    """Test both keys and every permission they need.

    Reports what is missing and how to fix it; changes nothing. It works before the organization is
    enabled, and its last line says what a first sync would do. The exit status is 1 if a check
    fails; warnings do not affect it.
    """
    with opened(organization) as deployment:
        names = deployment.named(organization)
        problems = [
            problem.sentence
            for problem in deployment.organizations.read().problems
            if organization is None and problem.organization not in names
        ]
        statuses = {2} if problems else {0}
        for name in names:
            say(name, "bold")
            statuses.add(_check(deployment, name))
            say()
        statuses.add(_check_deployment(deployment))
        _tell_workers(deployment)
        for sentence in problems:
            complain(sentence)
    # What is broken counts more than what is only written wrongly.
    status = 1 if 1 in statuses else max(statuses)
    if status:
        raise typer.Exit(status)


def _check(deployment: "Deployment", name: str) -> int:
    """The exit status of one organization."""
    from control.checks import inspect
    from control.findings import Grade
    from organizations import Organization

    for doubt in deployment.organizations.read().warnings:
        if doubt.organization == name:
            _tell("warning", doubt.sentence)
    found = deployment.organizations.look_up(name)
    if not isinstance(found, Organization):
        for problem in found:
            _tell("FAILED", problem.sentence)
        return 2
    status = 0
    for finding in inspect(deployment, found):
        _tell(finding.grade, _sentence(finding))
        status = 1 if finding.grade is Grade.FAILED else status
    return status


def _check_deployment(deployment: "Deployment") -> int:
    """The exit status of what all organizations share: Redis, and the pace of the calls."""
    from control.checks import pace_findings, redis_findings
    from control.findings import Grade

    status = 0
    for finding in (*redis_findings(deployment), *pace_findings(deployment)):
        _tell(finding.grade, _sentence(finding))
        status = 1 if finding.grade is Grade.FAILED else status
    return status


def _sentence(finding: "Finding") -> str:
    return f"{finding.what}: {finding.fix}" if finding.fix else finding.what


def _tell(grade: str, sentence: str) -> None:
    note(grade, sentence, MARKS[grade])


def _tell_workers(deployment: "Deployment") -> None:
    workers = deployment.workers()
    if workers:
        say(f"{len(workers)} worker{'' if len(workers) == 1 else 's'} running")
    else:
        say(
            "no worker is running: start one with charthop-ashby run, or celery -A workers worker",
            "yellow",
        )
