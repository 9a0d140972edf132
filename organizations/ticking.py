"""Changes the ticked fields of an organization in the file itself."""

import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from core.errors import WrongSetup
from organizations.files import read_regular
from organizations.lines import Lines
from organizations.reading import MAX_FILE


def set_ticked(path: Path, organization: str, codes: Sequence[str]) -> None:
    """Write `codes` as synced_fields of `organization`; comments and layout stay.

    Existing codes keep their places, new ones follow. The file is replaced in one step and keeps
    its owner and mode; a link to it stays a link. Raises WrongSetup if the file cannot be read,
    parsed or written, or has no such organization.
    """
    target = path.resolve()  # a link is followed, not replaced
    try:
        text = read_regular(target, MAX_FILE).decode("utf-8")
        before = tomllib.loads(text)
    except OSError as error:
        raise WrongSetup(f"{path} cannot be read ({error.strerror}).") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSetup(f"{path} is no TOML ({error}); fix it first, then tick fields.") from None
    wanted = list(dict.fromkeys(codes))
    organizations = before.get("organizations")
    table = organizations.get(organization) if isinstance(organizations, dict) else None
    if not isinstance(table, dict):
        raise WrongSetup(f'{path}: no organization "{organization}" to tick fields for.')
    if table.get("synced_fields", []) == wanted:
        return
    after = _rewrite(text, organization, wanted)
    if not _only_ticks_differ(before, tomllib.loads(after), organization, wanted):
        line = Lines(text).line_of("organizations", organization)
        raise WrongSetup(
            f"{path}:{line}: [organizations.{organization}] is written in a way that cannot be "
            f"edited safely; write synced_fields = {json.dumps(wanted)} into it by hand."
        )
    try:
        _replace(target, after)
    except OSError as error:
        raise WrongSetup(
            f"{path} cannot be written from here ({error.strerror}); write synced_fields = "
            f"{json.dumps(wanted)} into [organizations.{organization}] where it can."
        ) from None


def _rewrite(text: str, organization: str, codes: list[str]) -> str:
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        return text  # the caller sees that nothing changed and reports it
    organizations: Any = document["organizations"]
    table: MutableMapping[str, Any] = organizations[organization]
    ticked = table.get("synced_fields")
    if isinstance(ticked, Array):
        _update(ticked, codes)
        return tomlkit.dumps(document)
    line = Lines(text).header_of("organizations", organization)
    lines = text.split("\n")
    if line is None or not lines[line - 1].lstrip().startswith(f"[organizations.{organization}]"):
        table["synced_fields"] = codes
        return tomlkit.dumps(document)
    # tomlkit would put a new key below the comment that belongs to the next table.
    end = "\r" if lines[line - 1].endswith("\r") else ""
    lines.insert(line, f"synced_fields = {tomlkit.item(codes).as_string()}{end}")
    return "\n".join(lines)


def _only_ticks_differ(
    before: dict[str, Any], after: dict[str, Any], organization: str, codes: list[str]
) -> bool:
    before["organizations"][organization].pop("synced_fields", None)
    ticked = after["organizations"][organization].pop("synced_fields", None)
    return after == before and isinstance(ticked, list) and set(ticked) == set(codes)


def _update(ticked: Array, codes: list[str]) -> None:
    """Remove and add single entries, so that the comments beside the others are kept."""
    for entry in [entry for entry in ticked if entry not in codes]:
        ticked.remove(entry)
    for code in codes:
        if code not in ticked:
            ticked.append(code)


def _replace(target: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        found = target.stat()
        shutil.copymode(target, temporary)
        try:
            os.chown(temporary, found.st_uid, found.st_gid)
        except PermissionError:
            # Only root can change a file's owner: otherwise write the file in place to keep its
            # owner.
            target.write_bytes(text.encode("utf-8"))
            temporary.unlink()
        else:
            temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
