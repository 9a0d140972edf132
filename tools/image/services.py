"""The services of docker-compose.yml from the built image: they start, sync once and end well.

Runs in a network of its own, in which every port of the compose file is free.
"""

import fcntl
import json
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from tools.image.build import NAME
from tools.image.buildah import ROOT, buildah, say
from tools.image.container import Container
from workers.embedded import ephemeral
from workers.embedded.process import connect

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

RUN_AS = 1000
"""What the compose file suggests in its first lines."""

PROCESSES = ("worker", "beat", "flower", "metrics", "web")
SANDBOX = {
    "CHARTHOP_API_URL": "http://127.0.0.1:8701",
    "ASHBY_API_URL": "http://127.0.0.1:8702",
}
TABLE = """\
[organizations.{name}]
enabled = true
charthop_api_key = "file:/run/secrets/{name}_charthop"
ashby_api_key = "file:/run/secrets/{name}_ashby"
ashby_webhook_secret = "file:/run/webhook-secrets/{name}_ashby"
"""


def main() -> None:
    """All of it. Raises AssertionError where something is not as it should be."""
    raise_loopback()
    hide_cgroups()
    image = json.loads(buildah("inspect", "--type", "image", NAME))["OCIv1"]["config"]
    assert image["Labels"]["org.opencontainers.image.version"] == VERSION
    assert image["User"] == "10001:10001"
    with ExitStack() as stack:
        rootfs = stack.enter_context(mounted(NAME))
        packages = {path.name for path in rootfs.glob("opt/*/lib/python3*/site-packages/*")}
        assert "celery" in packages
        assert "pip" not in packages, "nothing can be installed in the image"
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="image-test-")))
        folder.chmod(0o755)
        redis = ephemeral(options=("--port", "6379", "--bind", "127.0.0.1"))
        stack.enter_context(redis)
        password = secrets.token_hex(32)
        with connect(redis.url) as client:
            client.config_set("requirepass", password)
        real = folder / "real"
        set_up(real)

        def start(name: str, deployment: Path, **more: str) -> Container:
            variables = {"REDIS_PASSWORD": password}
            if deployment is real:
                variables["RUN_AS"] = f"{RUN_AS}:{RUN_AS}"
            service = {"environment": {}, **SERVICES[name]}
            container = Container(name, service, image, rootfs, deployment, variables, more)
            stack.callback(container.remove)
            return container

        sandbox = start("sandbox", real)
        sandbox.await_health()
        check_processes({name: start(name, real, **SANDBOX) for name in PROCESSES})
        demo_folder = folder / "demo"
        demo_folder.mkdir()
        check_demo(start("demo", demo_folder))
        sandbox.stop()
    say("all of them ended when they were asked to")


def check_processes(started: Mapping[str, Container]) -> None:
    """They are healthy, have no rights, and do one sync."""
    for name, container in started.items():
        container.await_health()
        status = container.status()
        assert status["Uid"].split()[0] == str(RUN_AS), status
        assert int(status["CapBnd"], 16) == int(status["CapEff"], 16) == 0, status
        assert status["NoNewPrivs"] == "1", status
        refused = container.execute("touch", "/var/lib/charthop-ashby/file")
        assert "Read-only file system" in refused.stderr, refused.stderr
        say(f"{name} is healthy")
    worker = started["worker"]
    check_version(worker)
    synced = worker.execute("charthop-ashby", "sync", "--wait")
    assert synced.returncode == 0, f"{synced.stdout}{synced.stderr}\n{worker.said()}"
    created(worker)
    for container in started.values():
        container.stop()


def check_version(worker: Container) -> None:
    """The command says which version it is."""
    said = worker.execute("charthop-ashby", "--version")
    assert VERSION in said.stdout, said.stdout + said.stderr


def check_demo(demo: Container) -> None:
    """The demo does a sync by itself, with the organizations of the image."""
    demo.await_health()
    done = demo.execute("charthop-ashby", "sync", "--wait")
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{demo.said()}"
    created(demo)
    demo.stop()


def created(container: Container) -> None:
    """Both organizations have records that were carried over."""
    told = json.loads(container.execute("charthop-ashby", "status", "--json").stdout)
    for name in ("acme", "globex"):
        outcomes = [one["outcome"] for one in told["organizations"][name]["records"]]
        assert "created" in outcomes or "unchanged" in outcomes, told
    say(f"{container.name} has synced")


def set_up(folder: Path) -> None:
    """Organizations file and secrets as the first lines of the compose file ask for them."""
    for name in folders():
        (folder / name).mkdir(parents=True)
    tables = ""
    for name in ("acme", "globex"):
        tables += TABLE.format(name=name)
        for system in ("charthop", "ashby"):
            (folder / "secrets" / f"{name}_{system}").write_text(f"sandbox-{system}-{name}")
        (folder / "webhook-secrets" / f"{name}_ashby").write_text(secrets.token_hex(32))
    (folder / "config" / "organizations.toml").write_text(tables)
    # Nobody else may read them.
    for path in folder.glob("**/*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.chown(path, RUN_AS, RUN_AS)


def folders() -> set[str]:
    """The folders beside the compose file that its services read."""
    volumes = [volume for name in PROCESSES for volume in SERVICES[name]["volumes"]]
    return {volume.split(":")[0] for volume in volumes}


@contextmanager
def mounted(image: str) -> Iterator[Path]:
    """The files of the image."""
    container = buildah("from", "--pull-never", image)
    try:
        yield Path(buildah("mount", container))
    finally:
        buildah("rm", container)


def raise_loopback() -> None:
    """A new network begins with its loopback down."""
    up, running = 0x1, 0x40
    set_flags = 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up | running))


def hide_cgroups() -> None:
    """Crun refuses to work beside some kinds of cgroups, and no limit is applied here anyway."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/sys/fs/cgroup"], check=True)


if __name__ == "__main__":
    # Whoever ends it ends all that it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except AssertionError as error:
        sys.exit(f"image-test: FAILED: {error}")
