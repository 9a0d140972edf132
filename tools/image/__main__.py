"""`python -m tools.image`: the image is built for real and its services do one sync."""

import os
import shutil
import subprocess
import sys
import time

from tools.image.base import CannotMake, make_base
from tools.image.build import build
from tools.image.buildah import FOLDER, say

NEEDS = ("buildah", "debootstrap", "crun", "unshare", "tini-static")


def missing() -> str | None:
    """Why this machine cannot do it, if so."""
    if os.getuid() != 0:
        return "it needs root"
    absent = [name for name in NEEDS if shutil.which(name) is None]
    if absent:
        return f"it needs {', '.join(absent)}"
    if subprocess.run(["unshare", "--mount", "--net", "true"], check=False).returncode:
        return "this machine lets nobody make namespaces"
    return None


def main() -> int:
    """Build, then run; the exit status."""
    reason = missing()
    if reason is not None:
        say(f"skipped: {reason}")
        return 0
    FOLDER.mkdir(exist_ok=True)
    began = time.monotonic()
    try:
        make_base()
    except CannotMake as error:
        say(f"skipped: {error}")
        return 0
    say(f"building the image ({time.monotonic() - began:.0f} s)")
    build()
    say(f"running it ({time.monotonic() - began:.0f} s)")
    # A network of its own: nothing but loopback, and every port is free. Processes of its own:
    # the kernel ends all of them with the first.
    alone = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
    done = subprocess.run(
        ["unshare", *alone, sys.executable, "-m", "tools.image.services"], check=False
    )
    if done.returncode == 0:
        say(f"passed ({time.monotonic() - began:.0f} s)")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
