"""The organizations file as written, and the look-up of its secrets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from organizations.faults import Inspector
from organizations.key_files import FileUnreadable, KeyFiles, NoSecret
from organizations.model import API_KEYS, Organization, OrganizationsFile, Problem, Table
from organizations.secret import file_of, find_keys, find_secret
from organizations.webhook_secrets import WEBHOOK_SECRETS, doubts

_UNDO_EACH_OTHER = (
    "and each sync would close what the other opens; neither is synced until each has a key of its "
    "own"
)
_ONE_ORG_EACH = (
    "and ChartHop makes each key for one organization; where one works for both it has more rights "
    "than it needs: give each table its own"
)


@dataclass(frozen=True)
class Written:
    """The file as written; no secret has been looked up yet."""

    path: Path
    files: KeyFiles
    inspector: Inspector
    tables: Mapping[str, Table]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    meant: Mapping[str, tuple[str, ...]]
    """The wrong tables that are not explicitly disabled, each with its `notify`."""
    is_whole: bool
    """Whether the text ends like a completely written file."""
    read_at: str
    """The time of reading, in UTC."""

    def names(self) -> set[str]:
        """All names in the file, including those of wrong tables."""
        return {*self.tables, *(p.organization for p in self.problems if p.organization)}

    def twins(self) -> dict[str, Problem]:
        """The enabled tables that share an Ashby key, as far as the keys are available.

        Their syncs would conflict: both create openings for their own jobs in one account.
        """
        found = self._shared("ashby_api_key", _UNDO_EACH_OTHER)
        return {str(problem.organization): problem for problem in found}

    def _shared(self, key: str, consequence: str) -> Iterable[Problem]:
        keys = {
            name: find_keys(getattr(table, key), self.files)[0]
            for name, table in self.tables.items()
            if table.enabled
        }
        return self.inspector.twins(keys, key, consequence)

    def resolve(self, name: str) -> "Organization | list[Problem]":
        """Look up the secrets of organization `name`; or return a problem for each missing one."""
        table = self.tables[name]
        missing: list[Problem] = []

        def lacks(key: str, error: NoSecret) -> None:
            problem = self.inspector.problem(name, f"{key} {error}", key)
            missing.append(replace(problem, may_pass=isinstance(error, FileUnreadable)))

        keys = {}
        for key in API_KEYS:
            keys[key], errors = find_keys(getattr(table, key), self.files)
            for error in errors if not keys[key] else ():
                lacks(key, error)
        notify = []
        for written in table.notify:
            try:
                notify.append(find_address(written, self.files))
            except NoSecret as error:
                lacks("notify", error)
        if missing:
            return missing
        return Organization(
            name=name,
            enabled=table.enabled,
            charthop_org=table.charthop_org or name,
            charthop_api_keys=keys["charthop_api_key"],
            ashby_api_keys=keys["ashby_api_key"],
            notify=tuple(notify),
            rules=table.rules(name),
        )

    def resolve_all(self) -> OrganizationsFile:
        """Look up all secrets; only an enabled organization must have them already."""
        organizations: dict[str, Organization] = {}
        twins = self.twins()
        problems = [*self.problems, *twins.values()]
        for name, table in self.tables.items():
            found = self.resolve(name)
            if isinstance(found, list):
                problems += found if table.enabled else []
            elif name not in twins:
                organizations[name] = found
        warnings = by_line(
            [
                *self.warnings,
                *self._webhook_doubts(),
                *self._key_doubts(),
                *self._shared("charthop_api_key", _ONE_ORG_EACH),
                *self._file_doubts(),  # after all files were read
            ]
        )
        return OrganizationsFile(organizations, by_line(problems), warnings)

    def _key_doubts(self) -> Iterator[Problem]:
        """The problem of one of two keys while the other is usable."""
        for name, table in self.tables.items():
            for key in API_KEYS:
                references = getattr(table, key)
                found, errors = find_keys(references, self.files)
                for error in errors if found else ():
                    clause = f"{key} {error}; until then the other key is used alone"
                    yield self.inspector.problem(name, clause, key)
                if len(found) + len(errors) < len(references):
                    clause = (
                        f"{key} holds the same key twice; write the new one first, the old one "
                        "after it"
                    )
                    yield self.inspector.problem(name, clause, key)

    def _file_doubts(self) -> Iterator[Problem]:
        """The files that cannot be read now, so that their last value is used."""
        for name, table in self.tables.items():
            for key in (*API_KEYS, *WEBHOOK_SECRETS, "notify"):
                for written in getattr(table, key) or ():
                    path = file_of(written, self.files.base)
                    if path is not None and (clause := self.files.doubt(path)) is not None:
                        yield self.inspector.problem(name, f"{key} {clause}", key)

    def _webhook_doubts(self) -> list[Problem]:
        """The doubts about webhook secrets, as warnings, because they stop no sync."""
        return [
            self.inspector.problem(name, clause, key)
            for name, table in self.tables.items()
            for key, clause in doubts(table, self.files)
        ]


def by_line(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the file's order."""
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def find_address(written: str, files: KeyFiles) -> SecretStr:
    """The Apprise address that `written` refers to; NoSecret if it is not one."""
    address = find_secret(written, files)
    if "://" not in address.get_secret_value():
        raise NoSecret("holds an entry that is no Apprise address; write it like slack://A/B/C")
    return address
