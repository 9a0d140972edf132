"""The files of secrets, and the last value that was read from each.

A Kubernetes secret that is being swapped or a tool that rewrites a file leaves it missing, empty or
half written for a moment. Then the last value is used.
"""

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from organizations.files import SETTLED_AFTER, read_regular

log = logging.getLogger("charthop_ashby")

MAX_KEY_FILE = 64 * 1024
"""Maximum size in bytes of a file whose first line is a key."""


class NoSecret(Exception):
    """A reference without a usable secret; `str()` is a clause with the fix and no secret."""


class FileUnreadable(NoSecret):
    """The file of a secret is missing, unreadable or empty right now."""


class KeyFiles:
    """The files that the references of one organizations file name, relative to `base`.

    Each is read at every use. Safe to share between threads.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self._last: dict[Path, tuple[SecretStr, str]] = {}
        self._away: dict[Path, str] = {}

    def read(self, path: Path) -> SecretStr:
        """The first line of the file, or its last value while it cannot be read.

        Raises FileUnreadable if it was never read.
        """
        last = self._last.get(path)
        try:
            found = _first_line(path)
        except FileUnreadable as error:
            if last is None:
                raise
            if path not in self._away:
                log.warning("A secret %s. Until then the version of %s is used.", error, last[1])
            self._away[path] = str(error)
            return last[0]
        if last is not None and _is_half_written(path, found, last[0]):
            return last[0]
        if self._away.pop(path, None) is not None:
            log.warning("%s can be read again", path)
        if last is None or last[0] != found:
            self._last[path] = (found, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        return found

    def doubt(self, path: Path) -> str | None:
        """A clause that says whose last value was used at the last reading, and since when."""
        if (why := self._away.get(path)) is None:
            return None
        return f"{why}; until then the version of {self._last[path][1]} is used"


def _first_line(path: Path) -> SecretStr:
    try:
        text = read_regular(path, MAX_KEY_FILE).decode("utf-8-sig").partition("\n")[0].strip()
    except OSError as error:
        raise FileUnreadable(
            f"needs the file {path}, which cannot be read ({error.strerror}); fix the path or "
            "the file's permissions"
        ) from None
    except ValueError:
        raise FileUnreadable(
            f"needs the file {path}, which is not text; put the key in it"
        ) from None
    if not text:
        raise FileUnreadable(f"needs the file {path}, whose first line is empty; put the key there")
    return SecretStr(text)


def _is_half_written(path: Path, now: SecretStr, before: SecretStr) -> bool:
    """True if a recent change left only the beginning of the last value."""
    if now == before or not before.get_secret_value().startswith(now.get_secret_value()):
        return False
    try:
        return time.time() - path.stat().st_mtime < SETTLED_AFTER
    except OSError:
        return True
