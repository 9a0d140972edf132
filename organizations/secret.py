"""References to secrets, and their current values.

A secret is written as `${NAME}` (environment) or `file:PATH` (first line of a file), or literally,
which causes a warning. It is looked up at every use, so that a change takes effect at once.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from organizations.key_files import KeyFiles, NoSecret

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

_NEARLY = tuple(
    re.compile(form)
    for form in (
        r"\$([A-Za-z_][A-Za-z0-9_]*)",
        r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)",
        r"\$?\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}",
        r"\$?\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}",
        r"%([A-Za-z_][A-Za-z0-9_]*)%",
        r"(?:env|ENV|environ):([A-Za-z_][A-Za-z0-9_]*)",
    )
)
"""The notations of other tools for an environment variable."""


def is_bare(written: str) -> bool:
    """True if the file contains the secret itself, not a misspelled reference."""
    return not written.startswith(("${", "file:")) and _meant(written.strip()) is None


def file_of(written: str, base: Path) -> Path | None:
    """The path of the file that `written` names, None if it names none."""
    if not written.startswith("file:"):
        return None
    return base / Path(written.removeprefix("file:").strip()).expanduser()


def find_keys(
    written: Sequence[str], files: KeyFiles
) -> tuple[tuple[SecretStr, ...], list[NoSecret]]:
    """The keys that were found, each once and in order, and the problems of the others."""
    found: list[SecretStr] = []
    missing: list[NoSecret] = []
    for one in written:
        try:
            found.append(find_key(one, files))
        except NoSecret as error:
            missing.append(error)
    return tuple(dict.fromkeys(found)), missing


def find_key(written: str, files: KeyFiles) -> SecretStr:
    """Return the API key that `written` refers to; its file is one of `files`.

    Raises NoSecret, also for text that cannot be a key.
    """
    key = find_secret(written, files)
    text = key.get_secret_value()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise NoSecret(
            "holds characters that no key has (spaces, line breaks, accents); copy the key anew"
        )
    return key


def find_secret(written: str, files: KeyFiles) -> SecretStr:
    """Return the text that `written` refers to, without the spaces around it.

    Raises NoSecret where the variable is unset or empty, and FileUnreadable where the file is empty
    or cannot be read, and was not read before.
    """
    if (path := file_of(written, files.base)) is not None:
        return files.read(path)
    if variable := _VARIABLE.fullmatch(written.strip()):
        return _in_environment(variable[1])
    if meant := _meant(written.strip()):
        raise NoSecret(f'is no key; did you mean "{meant}"?')
    if "${" in written:
        raise NoSecret("must be ${NAME} and nothing else, NAME being an environment variable")
    if not written.strip():
        raise NoSecret('is empty; write "${NAME}" or "file:PATH"')
    return SecretStr(written.strip())


def _meant(written: str) -> str | None:
    """The reference that was probably intended; it never contains any part of a key."""
    for form in _NEARLY:
        if found := form.fullmatch(written):
            return f"${{{found[1]}}}"
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", written) and written in os.environ:
        return f"${{{written}}}"
    if re.fullmatch(r"(\.{0,2}|~)(/[\w.-]+)+", written) and "://" not in written:
        return f"file:{written}"
    return None


def _in_environment(name: str) -> SecretStr:
    text = os.environ.get(name, "").strip()
    if not text:
        raise NoSecret(f"needs the environment variable {name}, which is not set; set it")
    return SecretStr(text)
