"""status for programs: JSON, and CSV for spreadsheets."""

import csv
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from control.wording import told
from store.results import iso

if TYPE_CHECKING:
    from control.deployment import PublicMemory
    from control.records import Directory
    from control.status import Status, SyncReport
    from core.keys import RecordKey
    from store.results import StoredResult

COLUMNS = (
    "organization",
    "record",
    "name",
    "outcome",
    "reason",
    "codes",
    "opening_id",
    "person_id",
    "at",
    "changes",
)

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take a cell for that begins so."""


def print_json(states: "Iterable[tuple[Status, PublicMemory | None]]") -> None:
    """Every organization, each with the syncs and orders of the memory that comes with it."""
    plain = {}
    for state, memory in states:
        plain[state.organization] = {
            "enabled": state.enabled,
            "paused": state.paused,
            "refused": {way.value: str(why) for way, why in state.refused.items()},
            "brake": state.brake,
            "next_sync_at": iso(state.next_sync_at) if state.next_sync_at is not None else None,
            "last_sync": state.last_sync.plain() if state.last_sync is not None else None,
            "webhooks": {
                system: _moments(state.webhooks.get(system)) for system in ("ashby", "charthop")
            },
            "records": [_plain(record, kept) for record, kept in state.records],
        }
        if memory is not None:
            plain[state.organization]["history"] = [one.plain() for one in memory.syncs.history()]
            plain[state.organization]["orders"] = [
                {**asdict(order), "at": iso(order.at)} for order in memory.journal.all()
            ]
    _print({"organizations": plain})


def print_sync_json(report: "SyncReport") -> None:
    """One sync, and of each record from what to what it was changed."""
    records = [
        {
            **_plain(record, kept),
            "changes": [
                {"what": change.what, "before": change.before, "after": change.after}
                for change in kept.result.changes
            ],
        }
        for record, kept in report.records
    ]
    plain = {"sync": report.sync.plain(), "records": records}
    _print({"organizations": {report.organization: plain}})


def print_csv(states: "Iterable[tuple[Status | SyncReport, Directory]]") -> None:
    """One line a record, with a heading; of a sync with what it changed."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for state, called in states:
        for record, kept in state.records:
            plain = _plain(record, kept)
            plain |= {"organization": state.organization, "name": called.label(record)}
            plain["codes"] = " ".join(kept.result.codes)
            plain["changes"] = "; ".join(map(told, kept.result.changes))
            out.writerow([_cell(plain[column]) for column in COLUMNS])


def _cell(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(record: "RecordKey", kept: "StoredResult") -> dict[str, Any]:
    return {
        "record": str(record),
        "outcome": kept.result.outcome.value,
        "reason": kept.result.reason,
        "codes": kept.result.codes,
        "opening_id": kept.result.opening_id,
        "person_id": kept.result.person_id,
        "at": kept.moment,
    }


def _moments(webhooks: "Mapping[str, float | None] | None") -> dict[str, str | None] | None:
    """When each kind of event came last; None in the table's place: no webhook is set up."""
    if webhooks is None:
        return None
    return {kind: iso(at) if at is not None else None for kind, at in webhooks.items()}


def _print(plain: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode() + "\n")
