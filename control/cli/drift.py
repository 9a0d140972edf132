"""drift: what differs that the sync may not change?"""

import json
import sys
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import typer

from control.cli.console import complain, say
from control.cli.rows import Row, show_rows
from control.cli.words import AsJson, Organization, opened

if TYPE_CHECKING:
    from control.drift import Drift
    from core.drift import Finding


def drift(organization: Organization, as_json: AsJson = False) -> None:
    """Show differences that the sync must not resolve, and who can.

    Writes nothing to ChartHop, Ashby or Redis. The exit status is 1 if there is a difference.
    """
    from control.drift import read_drift

    with opened(organization) as deployment:
        read = read_drift(deployment.context(organization))
        if as_json:
            _print_json(organization, read.findings)
        else:
            _print(organization, read)
            if organization not in deployment.organizations.enabled():
                complain(f"{organization} is not enabled, so no sync runs.")
        if read.findings:
            raise typer.Exit(1)


def _print(organization: str, read: "Drift") -> None:
    for code, group in groupby(read.findings, key=lambda one: one.code):
        findings = list(group)
        say(f"{code}: {len(findings)}", "bold yellow")
        show_rows(("record", "name", "who", "what"), [_row(one, read) for one in findings])
        say()
    count = len(read.findings)
    say(f"{organization}: {count} differences" if count != 1 else f"{organization}: 1 difference")


def _row(one: "Finding", read: "Drift") -> Row:
    record, label, who, what = str(one.record), read.directory.label(one.record), one.who, one.what
    cells = (record, label, who.value, str(what))
    return Row(who.value, label, (record,), str(what), cells)


def _print_json(organization: str, findings: "Sequence[Finding]") -> None:
    plain = [
        {
            "code": one.code,
            "record": str(one.record),
            "opening_id": one.opening_id,
            "person_id": one.person_id,
            "who": one.who.value,
            "what": str(one.what),
        }
        for one in findings
    ]
    shown = {"organizations": {organization: plain}}
    sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
