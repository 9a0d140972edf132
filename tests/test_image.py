"""`make image-test`, where it cannot run, and what it reads from our files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.image.base import OWN_MOUNTS, SUITES, CannotMake, base_name, debootstrap
from tools.image.container import filled
from tools.image.services import PROCESSES, SERVICES

ROOT = Path(__file__).parents[1]


def test_it_says_in_one_line_why_it_is_skipped(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.image"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    assert line.startswith("image-test: skipped: it needs ")


def test_it_can_make_what_the_dockerfile_starts_from() -> None:
    image, _, tag = base_name().partition(":")
    assert image == "python"
    assert tag.removesuffix("-slim") in SUITES


def test_what_debootstrap_mounts_is_gone_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if subprocess.run([*OWN_MOUNTS, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount")
    tree = tmp_path / "tree"
    (tree / "proc").mkdir(parents=True)
    stops = tmp_path / "debootstrap"
    stops.write_text(
        f"#!/bin/sh\nmount -t proc proc {tree}/proc && test -e {tree}/proc/self || exit 9\n"
        "echo 'E: it stopped'\necho 'I: Extracting zlib1g...'\nexit 1\n"
    )
    stops.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    try:
        with pytest.raises(CannotMake, match=r"\(status 1\): E: it stopped$"):
            debootstrap("trixie", tree)
        assert not any((tree / "proc").iterdir())
    finally:
        subprocess.run(["umount", str(tree / "proc")], stderr=subprocess.DEVNULL, check=False)


def test_every_service_that_is_not_for_trying_is_started() -> None:
    made = {name for name, service in SERVICES.items() if "profiles" not in service}
    assert made - {"image", "redis", "redis-password"} == set(PROCESSES)


def test_variables_are_read_as_compose_reads_them() -> None:
    user = "${RUN_AS:-10001:10001}"
    assert filled(user, {}) == filled(user, {"RUN_AS": ""}) == "10001:10001"
    assert filled(user, {"RUN_AS": "1000:1000"}) == "1000:1000"
    assert filled("celery@$$(hostname)", {}) == "celery@$(hostname)"
    assert filled("$${NAME:?it is missing}", {}) == "${NAME:?it is missing}"
