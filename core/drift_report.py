"""The weekly message about differences that the sync must not resolve."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from core.drift import Finding, Side
from core.messages import SHOWN, Message
from core.text import for_message

_PRODUCT = {Side.ASHBY: "Ashby", Side.CHARTHOP: "ChartHop"}


def report(organization: str, findings: Sequence[Finding], names: Mapping[str, str]) -> Message:
    """The message about these findings, which are sorted by code. `names` are by record key."""
    lines = []
    for code, group in groupby(findings, key=lambda one: one.code):
        findings = list(group)
        lines.append(f"{code}: {len(findings)}")
        lines += [_line(one, names) for one in findings[:SHOWN]]
        if len(findings) > SHOWN:
            lines.append(f"- and {len(findings) - SHOWN} more")
    lines += ["", f"See all: charthop-ashby drift {organization}"]
    count = f"{len(findings)} difference{' needs' if len(findings) == 1 else 's need'}"
    return Message(f"{organization}: {count} attention", "\n".join(lines))


def _line(finding: Finding, names: Mapping[str, str]) -> str:
    record = str(finding.record)
    called = f"{record} ({for_message(names[record])})" if names.get(record) else record
    return f"- {called}, in {_PRODUCT[finding.who]}: {finding.what.cleaned(for_message)}"
