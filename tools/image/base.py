"""The image that the Dockerfile starts from, made on this machine: Debian's Python in its place.

No registry is asked. What `FROM` names is Python of one version on a slim Debian; so is this.
"""

import re
import shutil
import subprocess
from pathlib import Path

from tools.image.buildah import FOLDER, ROOT, buildah, has_image, say

SUITES = {"3.13": "trixie"}
"""The Debian that has this Python as its own."""

MADE_WITHIN = 150
"""Seconds that Debian's mirror may take; measured: 60."""

OWN_MOUNTS = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
"""debootstrap mounts /proc in the tree. If it is cut off, this ends the mount and all it started.
Otherwise the tree would be removed through that mount, and no later run could make it again."""

PACKAGES = ("ca-certificates", "python3", "python3-venv")


class CannotMake(Exception):
    """This machine does not get Debian's packages; the message is one line."""


def base_name() -> str:
    """The image that every stage of the Dockerfile starts from."""
    named = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M))
    if len(named) != 1:
        raise SystemExit(
            f"image-test: the Dockerfile starts from {sorted(named)}, not from one image"
        )
    return str(named.pop())


def make_base() -> None:
    """Put it into the storage, where it is not there yet. Raises CannotMake."""
    name = base_name()
    if has_image(name):
        return
    found = re.fullmatch(r"python:(\d+\.\d+)-slim", name)
    if found is None or found[1] not in SUITES:
        raise SystemExit(f"image-test: no Debian is known to make {name} from; see {__file__}")
    suite = SUITES[found[1]]
    say(f"making {name} from Debian {suite} (once, a minute)")
    tree = FOLDER / "base"
    shutil.rmtree(tree, ignore_errors=True)
    try:
        debootstrap(suite, tree)
    except CannotMake:
        shutil.rmtree(tree, ignore_errors=True)
        raise
    container = buildah("from", "scratch")
    try:
        buildah("add", "--quiet", container, str(tree), "/")
        buildah("config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", container)
        buildah("commit", "--quiet", container, name)
    finally:
        buildah("rm", container)
        shutil.rmtree(tree)


def debootstrap(suite: str, tree: Path) -> None:
    """Put a small Debian into the folder. Raises CannotMake."""
    packages = f"--include={','.join(PACKAGES)}"
    try:
        done = subprocess.run(
            [*OWN_MOUNTS, "debootstrap", "--variant=minbase", packages, suite, str(tree)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=MADE_WITHIN,
        )
    except subprocess.TimeoutExpired:
        raise CannotMake(f"Debian {suite} did not come within {MADE_WITHIN} s") from None
    if done.returncode:
        said = done.stdout.strip().splitlines()
        # Its last line is often only the step at which it stopped.
        why = [line for line in said if line.startswith(("E:", "W:"))] or said
        status = f"status {done.returncode}"
        raise CannotMake(f"debootstrap cannot make Debian {suite} ({status}): {''.join(why[-1:])}")
    for folder in ("var/cache/apt", "var/lib/apt/lists"):
        shutil.rmtree(tree / folder)
    # `python`, where the original has its own.
    (tree / "usr/local/bin/python").symlink_to("/usr/bin/python3")
