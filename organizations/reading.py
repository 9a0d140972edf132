"""Reads the organizations file: its organizations, and the usable ones among them."""

import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from core.errors import KeyUnreadable, SetupUnreadable, WrongSetup
from organizations.access import Access
from organizations.faults import Inspector, nearest
from organizations.files import SETTLED_AFTER, is_open_to_all, read_regular
from organizations.key_files import KeyFiles, NoSecret
from organizations.lines import Lines, parse_apart
from organizations.model import Organization, OrganizationsFile, Problem, Table
from organizations.webhook_secrets import doubts, usable
from organizations.written import Written, by_line, find_address

log = logging.getLogger("charthop_ashby")

MAX_FILE = 4 * 1024 * 1024
"""Maximum size of the file in bytes. Two thousand organizations take one MiB."""

TWINS_FOR = 60.0
"""Seconds between two checks for tables with the same key, each of which reads all keys."""

_Signature = tuple[int, int, int]


class Organizations:
    """The organizations file of a running process: read again when it changes.

    Secrets are looked up at every `get`, so the next task uses a rotated key. Safe to share between
    threads. While the file cannot be read, for example because an editor or a mounted volume is
    replacing it, the last good version is used, and a log line says since when. The same holds for
    each file that it names for a secret.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = KeyFiles(path.parent)
        self._last: tuple[_Signature, Written] | None = None
        self._unreadable: WrongSetup | None = None
        self._twins: tuple[float, Written, Mapping[str, Problem]] | None = None

    def get(self, name: str) -> Organization:
        """Return the organization called `name`, enabled or not, with its current secrets.

        Raises WrongSetup if there is none of that name (naming the nearest), its table is
        wrong, a secret is missing, or the file cannot be read. It is KeyUnreadable if nothing is
        wrong with an enabled organization except secrets' files that cannot be read right now.
        """
        found = self.look_up(name)
        if isinstance(found, Organization):
            return found
        may_pass = all(problem.may_pass for problem in found) and self.is_enabled(name)
        error = KeyUnreadable if may_pass else WrongSetup
        raise error(" ".join(problem.sentence for problem in found))

    def look_up(self, name: str) -> Organization | Sequence[Problem]:
        """The same, or all problems that prevent its use.

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
        """Names of all organizations with a valid table, in the file's order.

        Raises WrongSetup if the file cannot be read.
        """
        return tuple(self._read().tables)

    def enabled(self) -> tuple[str, ...]:
        """Names of the enabled organizations, in the file's order; a secret may be missing.

        Raises WrongSetup if the file cannot be read.
        """
        return tuple(name for name, table in self._read().tables.items() if table.enabled)

    def wrong(self) -> dict[str, str]:
        """The mistake in each table that should be synced, except its secrets; by name.

        Raises WrongSetup if the file cannot be read.
        """
        written = self._read()
        return _by_name(written.problems, written.meant.keys())

    def broken(self) -> dict[str, str]:
        """The same, including tables of which a secret is missing now."""
        written = self._read()
        meant = {*written.meant, *(name for name, table in written.tables.items() if table.enabled)}
        return _by_name(written.resolve_all().problems, meant)

    def webhook_secrets(self, name: str, key: str) -> tuple[SecretStr, ...]:
        """The usable webhook secrets of that key (`ashby_webhook_secret`, ...).

        Empty if there is no such organization, its table is wrong or none is set. Looks up no API
        key. Raises WrongSetup if the file cannot be read.
        """
        return self.look_up_webhook_secrets(name, key)[0]

    def look_up_webhook_secrets(
        self, name: str, key: str
    ) -> tuple[tuple[SecretStr, ...], KeyUnreadable | None]:
        """The same, and an error if there may be another whose file cannot be read right now."""
        written = self._read()
        table = written.tables.get(name)
        if table is None:
            return (), None
        found, errors = usable(table, key, written.files)
        if not errors:
            return found, None
        problem = written.inspector.problem(name, f"{key} {errors[0]}", key)
        return found, KeyUnreadable(problem.sentence)

    def webhook_doubts(self, name: str, key: str) -> list[str]:
        """The mistakes and doubts about the webhook secrets of that key, each with the fix."""
        written = self._read()
        table = written.tables.get(name)
        found = doubts(table, written.files) if table is not None else ()
        return [
            written.inspector.problem(name, clause, doubtful).sentence
            for doubtful, clause in found
            if doubtful == key
        ]

    def addresses(self, name: str) -> tuple[SecretStr, ...]:
        """The readable entries of `notify`, even in a wrong table."""
        written = self._read()
        table = written.tables.get(name)
        entries = table.notify if table is not None else written.meant.get(name, ())
        found = []
        for entry in entries:
            with suppress(NoSecret):
                found.append(find_address(entry, written.files))
        return tuple(found)

    def access(self, name: str) -> Access:
        """The people who may see that organization and give orders; nobody for an unknown one."""
        table = self._read().tables.get(name)
        return Access(table.viewers, table.operators) if table is not None else Access()

    def ticked(self, name: str) -> tuple[str, ...]:
        """The codes of its ticked fields; none if there is no such organization."""
        table = self._read().tables.get(name)
        return tuple(dict.fromkeys(table.synced_fields)) if table is not None else ()

    def is_enabled(self, name: str) -> bool:
        """True if `name` is one of `enabled`; called before each write, so it is cheap."""
        table = self._read().tables.get(name)
        return table is not None and table.enabled

    def read(self) -> OrganizationsFile:
        """Return everything with all problems and warnings, with current secrets.

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
                # Checked before reading: the next call notices a change in between.
                written = _read(self.path, self._files)
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
        """The tables that share a key; determined anew now and then."""
        last = self._twins
        if last is None or last[1] is not written or time.monotonic() - last[0] > TWINS_FOR:
            last = (time.monotonic(), written, written.twins())
            self._twins = last
        return last[2]


def read_organizations(path: Path) -> OrganizationsFile:
    """Read the organizations file at `path` once.

    Raises WrongSetup if it cannot be read at all; everything else wrong in it is in `problems`.
    """
    return _read(path, KeyFiles(path.parent)).resolve_all()


def _is_half_written(changed: float, now: Written, before: Written) -> bool:
    """True if a recent change lost tables and the file looks as if it is being written."""
    return (
        not now.is_whole
        and bool(before.tables.keys() - now.tables.keys())
        and time.time() - changed < SETTLED_AFTER
    )


def _read(path: Path, files: KeyFiles) -> Written:
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
        path, files, inspector, tables, by_line(problems), tuple(warnings), meant, is_whole, read_at
    )


def _notify(raw: object) -> tuple[str, ...]:
    """The texts in a table's `notify`, whatever else is wrong with the table."""
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
