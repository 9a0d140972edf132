"""Reads the organizations file: which organizations it holds, and which can be used."""

import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from core.errors import SetupUnreadable, WrongSetup
from organizations.access import Access
from organizations.faults import Inspector, nearest
from organizations.files import is_open_to_all, read_regular
from organizations.lines import Lines, parse_apart
from organizations.model import Organization, OrganizationsFile, Problem, Table
from organizations.secret import NoSecret
from organizations.webhook_secrets import doubts, usable
from organizations.written import Written, by_line, find_address

log = logging.getLogger("charthop_ashby")

MAX_FILE = 4 * 1024 * 1024
"""Bytes of the file. Two thousand organizations have one."""

SETTLED_AFTER = 2.0
"""Seconds after which a file that ends in the middle of a line is meant to."""

TWINS_FOR = 60.0
"""Seconds between two looks at whether two tables have the same key: all keys are read for it."""

_Signature = tuple[int, int, int]


class Organizations:
    """The organizations file of a running process: read again when it changes.

    Secrets are looked up at every `get`, so a rotated key is used by the next task. Safe to share
    between threads. While the file cannot be read, as it is when an editor or a mounted volume
    replaces it, the last good one is used, and a line in the log says since when.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last: tuple[_Signature, Written] | None = None
        self._unreadable: WrongSetup | None = None
        self._twins: tuple[float, Written, Mapping[str, Problem]] | None = None

    def get(self, name: str) -> Organization:
        """Return the organization called `name`, enabled or not, with its secrets of this moment.

        Raises WrongSetup if there is none of that name (naming the nearest), its table is
        wrong, a secret is missing, or the file cannot be read.
        """
        found = self.look_up(name)
        if isinstance(found, Organization):
            return found
        raise WrongSetup(" ".join(problem.sentence for problem in found))

    def look_up(self, name: str) -> Organization | Sequence[Problem]:
        """The same, or everything that is in its way, one problem each.

        Raises WrongSetup if there is none of that name, or the file cannot be read.
        """
        written = self._read()
        if name not in written.tables:
            problems = [one for one in written.problems if one.organization == name]
            if problems:
                return problems
            end = nearest(name, written.names())
            end = end if end.endswith("?") else f"{end}."
            raise WrongSetup(f'{written.path}: no organization "{name}"; {end}')
        if (twin := self._twins_of(written).get(name)) is not None:
            return [twin]
        return written.resolve(name)

    def names(self) -> tuple[str, ...]:
        """Names of all organizations whose table is right, in the file's order.

        Raises WrongSetup if the file cannot be read.
        """
        return tuple(self._read().tables)

    def enabled(self) -> tuple[str, ...]:
        """Names of those to be synced, in the file's order; a secret may still be missing.

        Raises WrongSetup if the file cannot be read.
        """
        return tuple(name for name, table in self._read().tables.items() if table.enabled)

    def wrong(self) -> dict[str, str]:
        """What is wrong with each table that was meant to be synced, secrets aside; by name.

        Raises WrongSetup if the file cannot be read.
        """
        written = self._read()
        return _by_name(written.problems, written.meant.keys())

    def broken(self) -> dict[str, str]:
        """The same with the tables of which a secret is missing here and now."""
        written = self._read()
        meant = {*written.meant, *(name for name, table in written.tables.items() if table.enabled)}
        return _by_name(written.resolve_all().problems, meant)

    def webhook_secrets(self, name: str, key: str) -> tuple[SecretStr, ...]:
        """The webhook secrets of that key (`ashby_webhook_secret`, ...) that can be used now.

        None if there is no such organization, its table is wrong or none is set. No API key is
        looked up. Raises WrongSetup if the file cannot be read.
        """
        written = self._read()
        table = written.tables.get(name)
        return usable(table, key, written.path.parent) if table is not None else ()

    def webhook_doubts(self, name: str, key: str) -> list[str]:
        """What is wrong or doubtful about the webhook secrets of that key, each with the fix."""
        written = self._read()
        table = written.tables.get(name)
        found = doubts(table, written.path.parent) if table is not None else ()
        return [
            written.inspector.problem(name, clause, doubtful).sentence
            for doubtful, clause in found
            if doubtful == key
        ]

    def addresses(self, name: str) -> tuple[SecretStr, ...]:
        """Whom `notify` names, in a wrong table too: those entries that can be made out."""
        written = self._read()
        table = written.tables.get(name)
        entries = table.notify if table is not None else written.meant.get(name, ())
        found = []
        for entry in entries:
            with suppress(NoSecret):
                found.append(find_address(entry, written.path.parent))
        return tuple(found)

    def access(self, name: str) -> Access:
        """Who may see that organization and give orders there; nobody where there is none."""
        table = self._read().tables.get(name)
        return Access(table.viewers, table.operators) if table is not None else Access()

    def ticked(self, name: str) -> tuple[str, ...]:
        """The codes of its ticked fields; none where there is no such organization."""
        table = self._read().tables.get(name)
        return tuple(dict.fromkeys(table.synced_fields)) if table is not None else ()

    def is_enabled(self, name: str) -> bool:
        """True if `name` is one of `enabled`; asked before each write, however many there are."""
        table = self._read().tables.get(name)
        return table is not None and table.enabled

    def read(self) -> OrganizationsFile:
        """Return everything with all problems and warnings, secrets looked up now.

        Raises WrongSetup if the file cannot be read.
        """
        return self._read().resolve_all()

    def require_readable(self) -> None:
        """Raise WrongSetup if the file cannot be read right now, whatever is used instead."""
        self._read()
        if self._unreadable is not None:
            raise self._unreadable

    def _read(self) -> "Written":
        last = self._last
        try:
            found = self.path.stat()
            signature = (found.st_mtime_ns, found.st_size, found.st_ino)
            if last is None or last[0] != signature:
                # Looked at before reading: a change in between is noticed by the next call.
                written = _read(self.path)
                if last is not None and _is_half_written(found.st_mtime, written, last[1]):
                    return last[1]
                last = (signature, written)
        except OSError as error:
            return self._or_last(_unreadable(self.path, error))
        except WrongSetup as error:
            return self._or_last(error)
        if self._unreadable is not None:
            self._unreadable = None
            log.warning("%s can be read again", self.path)
        self._last = last
        return last[1]

    def _or_last(self, error: WrongSetup) -> "Written":
        if self._last is None:
            raise error
        written = self._last[1]
        if self._unreadable is None:
            log.warning("%s Until then the version of %s is used.", error, written.read_at)
        self._unreadable = error
        return written

    def _twins_of(self, written: "Written") -> Mapping[str, Problem]:
        """The tables that turn out to have the same key; found out anew now and then."""
        last = self._twins
        if last is None or last[1] is not written or time.monotonic() - last[0] > TWINS_FOR:
            last = (time.monotonic(), written, written.twins())
            self._twins = last
        return last[2]


def read_organizations(path: Path) -> OrganizationsFile:
    """Read the organizations file at `path` once.

    Raises WrongSetup if it cannot be read at all; everything else wrong in it is in `problems`.
    """
    return _read(path).resolve_all()


def _is_half_written(changed: float, now: Written, before: Written) -> bool:
    """True if a change of just now lost tables and looks like a file that is being written."""
    return (
        not now.is_whole
        and bool(before.tables.keys() - now.tables.keys())
        and time.time() - changed < SETTLED_AFTER
    )


def _read(path: Path) -> Written:
    try:
        text = read_regular(path, MAX_FILE).decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError:
        raise SetupUnreadable(f"{path} is not UTF-8 text; save it as UTF-8.") from None

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
            warnings.extend(inspector.doubts(name, tables[name]))
    for problem in list(inspector.duplicates(tables)):
        problems.append(problem)
        tables.pop(problem.organization or "")
    if is_open_to_all(path):
        sentence = f"{path}: every user of this machine may change it; run chmod o-w {path}."
        warnings.append(Problem(None, None, sentence))
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
    read_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    is_whole = text.endswith("\n")
    return Written(
        path, inspector, tables, by_line(problems), tuple(warnings), meant, is_whole, read_at
    )


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


def _unreadable(path: Path, error: OSError) -> SetupUnreadable:
    if isinstance(error, FileNotFoundError):
        return SetupUnreadable(
            f"{path} does not exist; write it with `charthop-ashby example > {path.name}` and fill "
            "it in, or name another file in ORGANIZATIONS_FILE."
        )
    return SetupUnreadable(
        f"{path} cannot be read ({error.strerror}); fix that or name another file in "
        "ORGANIZATIONS_FILE."
    )
