"""The page of ChartHop's custom fields and their ticks."""

import json
import os
from collections.abc import Sequence

from starlette.responses import Response

from control import orders
from control.questions import FieldAnswer, NoAnswer, Topic
from control.web.console.visit import Visit
from core.errors import WrongSetup

WAIT = 2
"""Seconds between two checks for the list."""


def show(visit: Visit) -> Response:
    """The fields with their check boxes."""
    return _page(visit, visit.deployment.organizations.ticked(visit.organization))


def save(visit: Visit) -> Response:
    """*Save*: write the ticks to the file, or show the line if it cannot be written."""
    before = visit.deployment.organizations.ticked(visit.organization)
    try:
        rows = visit.console.asker.fields(visit.organization)
    except NoAnswer as error:
        return _page(visit, before, status=409, warning=str(error))
    if rows is None:
        why = "The page was out of date, so nothing was saved. Review it again."
        return _page(visit, before, status=409, warning=why)
    chosen = visit.form.get("tick", [])
    refused = {row.code: row.note for row in rows if row.refused}
    strangers = set(chosen) - {row.code for row in rows} - set(before)
    for code in chosen:
        if code in strangers or (code in refused and code not in before):
            why = refused.get(code, "it is not a custom field.")
            return _page(visit, before, status=409, warning=f"{code} cannot be ticked: {why}")
    after = [*(code for code in before if code in chosen), *(c for c in chosen if c not in before)]
    after = list(dict.fromkeys(after))
    try:
        orders.tick(visit.deployment, visit.organization, visit.by, after)
    except WrongSetup as error:
        return _page(visit, after, warning=str(error), line=_line(after))
    visit.console.asker.ask_anew(visit.organization, Topic.FIELDS)
    return visit.back("fields", saved="1")


def _page(
    visit: Visit,
    ticked: Sequence[str],
    *,
    status: int = 200,
    warning: str | None = None,
    line: str | None = None,
) -> Response:
    rows: tuple[FieldAnswer, ...] | None = None
    try:
        rows = visit.console.asker.fields(visit.organization)
    except NoAnswer as error:
        warning = warning or str(error)
    has_worker = bool(visit.deployment.workers())
    is_awaited = rows is None and warning is None and has_worker
    if line is None and not _is_writable(visit):
        line = _line(ticked)
    return visit.page(
        "fields.html",
        status=status,
        refresh=WAIT if is_awaited else 0,
        rows=rows,
        ticked=set(ticked),
        warning=warning,
        line=line,
        saved="saved" in visit.query and status == 200,
        has_worker=has_worker,
        file=visit.deployment.organizations.path.name,
    )


def _is_writable(visit: Visit) -> bool:
    """True if the file can be replaced by this process."""
    target = visit.deployment.organizations.path.resolve()
    return os.access(target, os.W_OK) and os.access(target.parent, os.W_OK)


def _line(codes: Sequence[str]) -> str:
    """The line of the organizations file; a list of texts is written alike in TOML and JSON."""
    return f"synced_fields = {json.dumps(list(codes))}"
