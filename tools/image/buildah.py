"""buildah with a storage of its own, in a folder that git ignores."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".image-test"

BUILDAH = (
    *("buildah", "--root", str(FOLDER / "storage"), "--runroot", str(FOLDER / "run")),
    *("--storage-driver", "vfs"),
)


def say(line: str) -> None:
    """A line of the test's own."""
    print(f"image-test: {line}", flush=True)


def buildah(*arguments: str) -> str:
    """What buildah answers. Raises SystemExit with its last words where it fails."""
    done = subprocess.run([*BUILDAH, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        words = f"{done.stdout}{done.stderr}"[-4000:]
        raise SystemExit(f"image-test: buildah {arguments[0]} failed\n{words}")
    return done.stdout.strip()


def has_image(name: str) -> bool:
    """Whether the storage holds that image."""
    found = subprocess.run(
        [*BUILDAH, "inspect", "--type", "image", name], capture_output=True, check=False
    )
    return found.returncode == 0
