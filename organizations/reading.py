"""Which organizations does the file hold, and which can be used?"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from core.errors import WrongSetup
from organizations.faults import Inspector, nearest
from organizations.lines import Lines, parse_apart
from organizations.model import Organization, OrganizationsFile, Problem, Table
from organizations.secret import NoSecret, find_key, find_secret


class Organizations:
    """The organizations file of a running process: read again when it changes.

    Secrets are looked up at every `get`, so a rotated key is used by the next task. Safe to share
    between threads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last: tuple[tuple[int, int, int], _Written] | None = None

    def get(self, name: str) -> Organization:
        """Return the organization called `name`, enabled or not, with its secrets of this moment.

        Raises WrongSetup where there is none of that name (naming the nearest), its table is
        wrong, a secret is missing, or the file cannot be read.
        """
        written = self._read()
        if name not in written.tables:
            for problem in written.problems:
                if problem.organization == name:
                    raise WrongSetup(problem.sentence)
            end = nearest(name, written.names())
            end = end if end.endswith("?") else f"{end}."
            raise WrongSetup(f'{written.path}: no organization "{name}"; {end}')
        found = written.resolve(name)
        if isinstance(found, Problem):
            raise WrongSetup(found.sentence)
        return found

    def names(self) -> tuple[str, ...]:
        """Names of all organizations whose table is right, in the file's order.

        Raises WrongSetup where the file cannot be read.
        """
        return tuple(self._read().tables)

    def enabled(self) -> tuple[str, ...]:
        """Names of those to be synced, in the file's order; a secret may still be missing.

        Raises WrongSetup where the file cannot be read.
        """
        return tuple(name for name, table in self._read().tables.items() if table.enabled)

    def wrong(self) -> dict[str, str]:
        """What is wrong with each table that was meant to be synced, secrets aside; by name.

        Raises WrongSetup where the file cannot be read.
        """
        written = self._read()
        return _by_name(written.problems, written.meant.keys())

    def broken(self) -> dict[str, str]:
        """The same with the tables of which a secret is missing here and now."""
        written = self._read()
        meant = {*written.meant, *(name for name, table in written.tables.items() if table.enabled)}
        return _by_name(written.resolve_all().problems, meant)

    def addresses(self, name: str) -> tuple[SecretStr, ...]:
        """Whom `notify` names, in a wrong table too: those entries that can be made out."""
        written = self._read()
        table = written.tables.get(name)
        entries = table.notify if table is not None else written.meant.get(name, ())
        found = []
        for entry in entries:
            with suppress(NoSecret):
                found.append(_find_address(entry, written.path.parent))
        return tuple(found)

    def is_enabled(self, name: str) -> bool:
        """Whether `name` is one of `enabled`; asked before each write, however many there are."""
        table = self._read().tables.get(name)
        return table is not None and table.enabled

    def read(self) -> OrganizationsFile:
        """Return everything with all problems and warnings, secrets looked up now.

        Raises WrongSetup where the file cannot be read.
        """
        return self._read().resolve_all()

    def _read(self) -> "_Written":
        try:
            found = self.path.stat()
        except OSError as error:
            raise _unreadable(self.path, error) from None
        signature = (found.st_mtime_ns, found.st_size, found.st_ino)
        last = self._last
        if last is None or last[0] != signature:
            # Looked at before reading: a change in between is noticed by the next call.
            last = (signature, _read(self.path))
            self._last = last
        return last[1]


def read_organizations(path: Path) -> OrganizationsFile:
    """Read the organizations file at `path` once.

    Raises WrongSetup where it cannot be read at all; everything else wrong in it is in `problems`.
    """
    return _read(path).resolve_all()


@dataclass(frozen=True)
class _Written:
    """The file as it is written: no secret has been looked up yet."""

    path: Path
    inspector: Inspector
    tables: Mapping[str, Table]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    meant: Mapping[str, tuple[str, ...]]
    """The wrong tables that are not plainly disabled, each with its `notify`."""

    def names(self) -> set[str]:
        """All names that stand in the file, those of wrong tables too."""
        return {*self.tables, *(p.organization for p in self.problems if p.organization)}

    def resolve(self, name: str) -> Organization | Problem:
        """Look the secrets of organization `name` up."""
        table = self.tables[name]
        base = self.path.parent
        key = ""
        try:
            key = "charthop_api_key"
            charthop_api_key = find_key(table.charthop_api_key, base)
            key = "ashby_api_key"
            ashby_api_key = find_key(table.ashby_api_key, base)
            key = "notify"
            notify = tuple(_find_address(written, base) for written in table.notify)
        except NoSecret as error:
            return self.inspector.problem(name, f"{key} {error}", key)
        return Organization(
            name=name,
            enabled=table.enabled,
            charthop_org=table.charthop_org or name,
            charthop_api_key=charthop_api_key,
            ashby_api_key=ashby_api_key,
            synced_fields=tuple(dict.fromkeys(table.synced_fields)),
            hires_since=table.hires_since,
            push_hires=table.push_hires,
            close_reason=table.close_reason,
            sync_confidential_jobs=table.sync_confidential_jobs,
            create_offer_fields=table.create_offer_fields,
            notify=notify,
            brake=table.brake,
            offer_fields=table.offer_fields,
        )

    def resolve_all(self) -> OrganizationsFile:
        """Look all secrets up; only an enabled organization needs to have them already."""
        organizations: dict[str, Organization] = {}
        problems = list(self.problems)
        for name, table in self.tables.items():
            found = self.resolve(name)
            if isinstance(found, Organization):
                organizations[name] = found
            elif table.enabled:
                problems.append(found)
        return OrganizationsFile(organizations, _by_line(problems), self.warnings)


def _read(path: Path) -> _Written:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError:
        raise WrongSetup(f"{path} is not UTF-8 text; save it as UTF-8.") from None

    document, broken = parse_apart(text)
    inspector = Inspector(path, Lines(text))
    problems = [inspector.broken(part) for part in broken]
    warnings: list[Problem] = []
    tables: dict[str, Table] = {}
    organizations = document.pop("organizations", {})
    problems.extend(inspector.strangers(document))
    if not isinstance(organizations, dict):
        problems.append(inspector.outside("organizations", "write [organizations.NAME]"))
        organizations = {}
    for name, raw in organizations.items():
        if found := list(inspector.faults(name, raw)):
            problems.extend(found)
        else:
            tables[name] = Table.model_validate(raw)
            warnings.extend(inspector.doubts(name, raw))
    for problem in list(inspector.duplicates(tables)):
        problems.append(problem)
        tables.pop(problem.organization or "")
    wrong = {one.organization for one in problems if one.organization} - tables.keys()
    meant = {
        name: _notify(raw)
        for name in wrong
        if not isinstance(raw := organizations.get(name, {}), dict)
        or raw.get("enabled", not raw) is not False
    }
    if not (tables or problems):
        sentence = f"{path}: no organization in it; add a table [organizations.NAME]."
        warnings.append(Problem(None, None, sentence))
    return _Written(path, inspector, tables, _by_line(problems), tuple(warnings), meant)


def _notify(raw: object) -> tuple[str, ...]:
    """The texts among what a table has as `notify`, whatever else is wrong with it."""
    entries = raw.get("notify") if isinstance(raw, dict) else None
    return (
        tuple(one for one in entries if isinstance(one, str)) if isinstance(entries, list) else ()
    )


def _by_name(problems: Iterable[Problem], names: Collection[str]) -> dict[str, str]:
    """The first sentence about each of those organizations."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.organization in names:
            found.setdefault(str(problem.organization), problem.sentence)
    return found


def _by_line(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _find_address(written: str, base: Path) -> SecretStr:
    address = find_secret(written, base)
    if "://" not in address.get_secret_value():
        raise NoSecret("holds an entry that is no Apprise address; write it like slack://A/B/C")
    return address


def _unreadable(path: Path, error: OSError) -> WrongSetup:
    if isinstance(error, FileNotFoundError):
        return WrongSetup(
            f"{path} does not exist; write it with `charthop-ashby example > {path.name}` and fill "
            "it in, or name another file in ORGANIZATIONS_FILE."
        )
    return WrongSetup(
        f"{path} cannot be read ({error.strerror}); fix its permissions or name another file in "
        "ORGANIZATIONS_FILE."
    )
