"""The weekly message about what differs and is not the sync's to change."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from core.drift import Finding, Side
from core.messages import SHOWN, Message
from core.text import for_message

_PRODUCT = {Side.ASHBY: "Ashby", Side.CHARTHOP: "ChartHop"}


def report(organization: str, findings: Sequence[Finding], names: Mapping[str, str]) -> Message:
    """The message about these findings, which come by code; `names`: what people call records."""
    lines = []
    for code, group in groupby(findings, key=lambda one: one.code):
        found = list(group)
        lines.append(f"{code}: {len(found)}")
        lines += [_line(one, names) for one in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(f"- and {len(found) - SHOWN} more")
    lines += ["", f"See all: charthop-ashby drift {organization}"]
    count = f"{len(findings)} difference{'' if len(findings) == 1 else 's'}"
    return Message(f"{organization}: {count} for somebody to look at", "\n".join(lines))


def _line(finding: Finding, names: Mapping[str, str]) -> str:
    record = str(finding.record)
    called = f"{record} ({for_message(names[record])})" if names.get(record) else record
    return f"- {called}, in {_PRODUCT[finding.who]}: {finding.what.cleaned(for_message)}"
