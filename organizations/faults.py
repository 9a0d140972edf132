"""Diagnosis of a parsed organizations file: its mistakes and doubts, each with the fix."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError

from core.text import for_terminal
from organizations.files import is_open_to_all
from organizations.lines import Broken, Lines
from organizations.mistakes import explained
from organizations.model import API_KEYS, Brake, Problem, Table, Weekday
from organizations.secret import file_of, is_bare
from organizations.webhook_secrets import WEBHOOK_SECRETS

# The name becomes part of Redis keys, task arguments and metric labels.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")

_KEY_FORM = 'must be text in quotes: "${NAME}" or "file:PATH"'
_SECRET_FORM = f"{_KEY_FORM}; or a list of two of them, the new one first"
_LIST_FAULTS = {
    "too_long": "holds more than two; keep the new one and the one that is in use",
    "too_short": 'is an empty list; write "${NAME}" or "file:PATH"',
    "same_twice": "names the same one twice; write the new one first and the old one after it",
}
"""The faults of a list of secrets."""
_MOST_FAULTS = 20
"""Maximum number of wrong keys of one table that are named."""
_COUNT_FORM = "must be a whole number, 0 or more"
_WHO_FORM = (
    'must be a list of addresses or domains in quotes, like ["ana@acme.example", "@acme.example"]'
)
_SWITCH_FORM = "must be true or false, without quotes"
_OFFER_FIELD_FORM = 'must be a ChartHop field code in quotes, like "jobLevel" or "name.first"'
# The form that each key needs; a dot joins the key of an inner table.
_FORMS = {
    "enabled": _SWITCH_FORM,
    "charthop_org": "must be the ChartHop org id or slug, in quotes",
    "charthop_api_key": _SECRET_FORM,
    "ashby_api_key": _SECRET_FORM,
    "synced_fields": 'must be a list of ChartHop field codes in quotes, like ["hiringReason"]',
    "hires_since": "must be a day without quotes, like 2026-11-01",
    "push_hires": 'must be "automatic" or "manual"',
    "close_reason": "must be the text of an Ashby close reason, in quotes; or leave it out",
    "sync_confidential_jobs": _SWITCH_FORM,
    "create_offer_fields": _SWITCH_FORM,
    "sync_hiring_team": _SWITCH_FORM,
    "titles_in_messages": _SWITCH_FORM,
    "filled_close_reasons": 'must be a list of Ashby close reasons in quotes, like ["Hired"]',
    "drift_report": 'must be a weekday in small letters and in quotes, like "monday"',
    "notify": 'must be a list of Apprise addresses in quotes, like ["slack://A/B/C"]',
    "ashby_webhook_secret": _SECRET_FORM,
    "charthop_webhook_secret": _SECRET_FORM,
    "viewers": _WHO_FORM,
    "operators": _WHO_FORM,
    "brake": "must be a table like { close_percent = 30 }",
    "brake.close_percent": "must be a whole number from 0 to 100",
    "brake.create_openings": _COUNT_FORM,
    "brake.create_persons": _COUNT_FORM,
    "offer_fields": "must be a table of Ashby offer field titles and ChartHop field codes",
}


@dataclass(frozen=True)
class Inspector:
    """Formulates problems of the file at `path`, with the places from `lines`."""

    path: Path
    lines: Lines

    def broken(self, part: Broken) -> Problem:
        """The problem of a part that is not TOML."""
        label = _label(part.organization)
        place = f", column {part.column}" if part.column else ""
        return Problem(
            part.organization,
            part.line,
            f"{self.path}:{part.line}: {label}this is no TOML ({part.message}{place}): "
            f"{_ended(explained(part.text, part.message))}",
        )

    def strangers(self, document: Mapping[str, Any]) -> Iterator[Problem]:
        """The problems outside the organizations."""
        for key, value in document.items():
            if isinstance(value, dict) and value.keys() & Table.model_fields.keys():
                line = self.lines.line_of(key)
                sentence = f"this table is no organization; did you mean [organizations.{key}]?"
                name = key if _NAME.fullmatch(key) else None
                yield Problem(name, line, f"{self.path}:{line}: {sentence}")
                continue
            close = difflib.get_close_matches(key, ["organizations"])
            fix = "did you mean organizations?" if close else "remove it or move it into a table"
            yield self.outside(key, f'unknown key "{for_terminal(key)}" outside the tables; {fix}')

    def faults(self, name: str, raw: object) -> Iterator[Problem]:
        """All mistakes in one table, except its secrets."""
        if not _NAME.fullmatch(name):
            yield self.problem(
                name,
                "the name may hold letters, digits, - and _ only, at most 64, and not begin with "
                "-; change it",
            )
        elif not isinstance(raw, dict):
            yield self.problem(name, f"must be one table; write [organizations.{name}]")
        else:
            try:
                Table.model_validate(raw)
            except ValidationError as error:
                yield from self._invalid(name, error)

    def doubts(self, name: str, table: Table) -> Iterator[Problem]:
        """Things in a valid table that work but should be fixed."""
        for key in (*API_KEYS, *WEBHOOK_SECRETS):
            references = getattr(table, key) or ()
            if any(map(is_bare, references)):
                yield self._stands_here(name, key)
            files = [file_of(one, self.path.parent) for one in references]
            if any(is_open_to_all(one) for one in files if one is not None):
                yield self.problem(
                    name, f"every user of this machine may change the file of {key}; chmod o-w", key
                )
        if _are_swapped(table.charthop_api_key, table.ashby_api_key):
            yield self.problem(
                name,
                "charthop_api_key names Ashby and ashby_api_key names ChartHop; "
                "are the two swapped?",
                "charthop_api_key",
            )
        if "enabled" not in table.model_fields_set:
            yield self.problem(name, "nothing is synced until the table says enabled = true")

    def _stands_here(self, name: str, key: str) -> Problem:
        return self.problem(
            name,
            f"{key} stands in the file itself; move it to the environment or a file of its own and "
            'write "${NAME}" or "file:PATH"',
            key,
        )

    def duplicates(self, tables: Mapping[str, Table]) -> Iterator[Problem]:
        """Tables with the ChartHop org of an earlier table: two would compete for its jobs."""
        first: dict[str, str] = {}
        for name in sorted(tables, key=lambda name: self.lines.line_of("organizations", name) or 0):
            org = tables[name].charthop_org or name
            if (other := first.setdefault(org.casefold(), name)) != name:
                yield self.problem(
                    name,
                    f'ChartHop org "{org}" already belongs to [organizations.{other}]; give this '
                    "table a charthop_org of its own or remove it",
                    "charthop_org",
                )

    def twins(
        self, keys: Mapping[str, Collection[SecretStr]], what: str, consequence: str
    ) -> Iterator[Problem]:
        """Tables that share a key, each one named once. `keys` is by table name."""
        holders: dict[SecretStr, list[str]] = {}
        for name, its in keys.items():
            for one in its:
                holders.setdefault(one, []).append(name)
        others: dict[str, dict[str, None]] = {}
        for names in holders.values():
            for name in names if len(names) > 1 else ():
                others.setdefault(name, {}).update(
                    dict.fromkeys(other for other in names if other != name)
                )
        for name, them in others.items():
            tables = for_terminal(", ".join(f"[organizations.{other}]" for other in them))
            yield self.problem(name, f"{what} is that of {tables} too, {consequence}", what)

    def problem(self, organization: str, clause: str, *key: str) -> Problem:
        """A problem of one organization; `key` is the path inside its table, if there is one."""
        line = self.lines.line_of("organizations", organization, *key)
        place = f"{self.path}:{line}: {_label(organization)}"
        return Problem(organization, line, f"{place}{_ended(clause)}")

    def outside(self, key: str, clause: str) -> Problem:
        """A problem of the file itself, at a top-level `key`."""
        line = self.lines.line_of(key)
        return Problem(None, line, f"{self.path}:{line}: {_ended(clause)}")

    def _invalid(self, name: str, error: ValidationError) -> Iterator[Problem]:
        seen: set[tuple[str, ...]] = set()
        for detail in error.errors(include_url=False):
            location = tuple(str(part) for part in detail["loc"])
            key, clause = _fault(detail["type"], location)
            if key == ("drift_report",):  # The written value, if the key cannot hold a secret.
                clause = f"{clause}; {_weekday(detail['input'])}"
            if len(seen) == _MOST_FAULTS and key not in seen:
                yield self.problem(name, "more is wrong with this table; fix the above first")
                return
            if key not in seen:  # one sentence per key, however many of its entries are wrong
                seen.add(key)
                yield self.problem(name, clause, *key)


def nearest(name: str, known: Iterable[str]) -> str:
    """A clause with the probable meaning of `name`, else with the known names."""
    known = sorted(known)
    lower = {entry.lower(): entry for entry in reversed(known)}
    if close := difflib.get_close_matches(name.lower(), lower, n=2, cutoff=0.6):
        return "did you mean " + " or ".join(lower[entry] for entry in close) + "?"
    shown = ", ".join(known[:15]) + (", ..." if len(known) > 15 else "")
    return f"there are: {shown}" if known else "there is none yet"


def _fault(kind: str, location: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Turn an error from pydantic into its key and a clause with the fix."""
    key = location[0]
    if kind == "extra_forbidden":
        known = Brake.model_fields if key == "brake" else Table.model_fields
        written = for_terminal(".".join(location))
        return location, f'unknown key "{written}"; {nearest(location[-1], known)}'
    if kind == "missing":
        return location, f'{key} is missing; add {key} = "${{NAME}}" or "file:PATH"'
    if key == "offer_fields" and len(location) > 1:
        return location[:2], f'offer_fields "{for_terminal(location[1])}" {_OFFER_FIELD_FORM}'
    if key in (*API_KEYS, *WEBHOOK_SECRETS) and len(location) == 1 and kind in _LIST_FAULTS:
        return location, f"{key} {_LIST_FAULTS[kind]}"
    place = location[:2] if key == "brake" else location[:1]
    dotted = ".".join(place)
    return place, f"{dotted} {_FORMS[dotted]}"


def _weekday(written: object) -> str:
    """A guess at the intended weekday."""
    said = str(written).strip().lower()
    days = get_args(Weekday)
    begins = [day for day in days if len(said) > 1 and day.startswith(said[:3])]
    return f"did you mean {begins[0]}?" if begins else nearest(said[:40], days)


def _label(organization: str | None) -> str:
    return f"[organizations.{for_terminal(organization)}] " if organization else ""


def _are_swapped(charthop: Iterable[str], ashby: Iterable[str]) -> bool:
    """True if a reference of each key names the other service instead of its own."""
    return any(_names("ashby", one) and not _names("charthop", one) for one in charthop) and any(
        _names("charthop", one) and not _names("ashby", one) for one in ashby
    )


def _names(system: str, reference: str) -> bool:
    return not is_bare(reference) and system in reference.casefold()


def _ended(clause: str) -> str:
    return clause if clause.endswith("?") else f"{clause}."
