"""A plain build of the Dockerfile, in which pip is set up as on this machine."""

import re
import shlex
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path

from tools.image.buildah import FOLDER, ROOT, buildah

NAME = "charthop-ashby"


def build() -> None:
    """Build the image from the repository, as `docker build .` does."""
    buildah(
        *("build", "--isolation", "chroot", "--pull-never", "--tag", NAME, "--quiet"),
        *(f"--volume={path}:{inside}:ro" for path, inside in _mounts()),
        str(ROOT),
    )


def _mounts() -> Iterator[tuple[Path, str]]:
    """The settings of this machine's pip, and the local files that they name."""
    settings = _settings()
    file = FOLDER / "pip.conf"
    parser = ConfigParser(interpolation=None)
    parser.read_dict(settings)
    with file.open("w") as out:
        parser.write(out)
    yield file, "/etc/pip.conf"
    for path in sorted({path for values in settings.values() for path in _local(values)}):
        if path.exists():
            yield path, str(path)


def _local(values: Mapping[str, str]) -> Iterator[Path]:
    """The files and folders that settings name; an index links to files that lie beside it."""
    for key, value in values.items():
        for word in value.split():
            path = Path(word.removeprefix("file://"))
            if path.is_absolute():
                yield path.parent if key.endswith("index-url") else path


def _settings() -> dict[str, dict[str, str]]:
    """By section, with what stands in the environment last: it counts most."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line in sorted(listed.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        match = re.fullmatch(r"(:env:|[\w-]+)\.([\w-]+)=(.*)", line)
        if match is not None:
            section = "global" if match[1] == ":env:" else match[1]
            found[section][match[2]] = " ".join(shlex.split(match[3]))
    return found
