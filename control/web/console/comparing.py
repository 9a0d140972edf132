"""Pages with a worker's comparison of both sides: the plan and the drift."""

from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import TypeVar

from starlette.responses import Response

from control.questions import Difference, NoAnswer
from control.web.console.pages import SHOWN, WAIT
from control.web.console.visit import Visit

T = TypeVar("T")


def plan(visit: Visit) -> Response:
    """What a sync would do now."""
    answer, refused, has_worker = _ask(visit, visit.console.asker.plan)
    return visit.page(
        "plan.html",
        refresh=WAIT if answer is None and refused is None and has_worker else 0,
        answer=answer,
        refused=refused,
        has_worker=has_worker,
        tally=Counter(row.result.outcome.value for row in answer.rows) if answer else {},
        shown=SHOWN,
    )


def drift(visit: Visit) -> Response:
    """The differences that the sync must not resolve, by code."""
    found, refused, has_worker = _ask(visit, visit.console.asker.drift)
    return visit.page(
        "drift.html",
        refresh=WAIT if found is None and refused is None and has_worker else 0,
        found=found,
        groups=[(code, list(rows)) for code, rows in groupby(found or (), _code)],
        sides=Counter(one.finding.who.value for one in found or ()),
        refused=refused,
        has_worker=has_worker,
        shown=SHOWN,
    )


def _code(one: Difference) -> str:
    return one.finding.code


def _ask(visit: Visit, ask: Callable[[str], T | None]) -> tuple[T | None, str | None, bool]:
    """The answer, or the reason for none; and whether there is a worker to wait for."""
    has_worker = bool(visit.deployment.workers())
    try:
        return ask(visit.organization), None, has_worker
    except NoAnswer as error:
        return None, str(error), has_worker
