"""One service of docker-compose.yml as a container, started by crun the way an engine starts it.

Read-only root, user, capabilities, temporary folders, volumes, first process and grace period come
from the compose file; command, environment and folder from the image where it leaves them open.
Not applied are limits of memory (they need a cgroup), and all containers share one network.
"""

import json
import re
import shlex
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

INIT = "/sbin/docker-init"
HOSTS = "127.0.0.1 localhost redis sandbox\n"
NAMESPACES = ("pid", "mount", "ipc", "uts")


def filled(value: str, variables: Mapping[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$` as Compose reads them."""

    def given(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        found = variables.get(match[1]) or (match[3] if match[2] == "-" else None)
        assert found is not None, match[0]
        return found

    return re.sub(r"\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}", given, value)


class Container:
    """One running service."""

    def __init__(
        self,
        name: str,
        service: Mapping[str, Any],
        image: Mapping[str, Any],
        rootfs: Path,
        deployment: Path,
        variables: Mapping[str, str],
        more: Mapping[str, str],
    ) -> None:
        """`variables` are those of .env, `more` are added to the environment."""
        self.name = name
        self.log = deployment / f"{name}.log"
        self._service = service
        self._bundle = deployment / f"{name}.bundle"
        self._crun = ("crun", "--cgroup-manager=disabled", "--root", str(deployment / "crun"))
        self._process = _process(service, image, variables, {**more, "HOSTNAME": name})
        config = {
            "ociVersion": "1.0.2",
            "process": {**self._process, "args": [INIT, "--", *shlex.split(service["command"])]},
            "root": {"path": str(rootfs), "readonly": service["read_only"]},
            "hostname": name,
            "mounts": _mounts(service, deployment),
            "linux": {"namespaces": [{"type": kind} for kind in NAMESPACES]},
        }
        self._bundle.mkdir()
        (self._bundle / "config.json").write_text(json.dumps(config))
        with self.log.open("wb") as out:
            self._popen = subprocess.Popen(
                [*self._crun, "run", "--bundle", str(self._bundle), name],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def execute(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command within it, as `docker compose exec` runs it."""
        file = self._bundle / "process.json"
        file.write_text(json.dumps({**self._process, "args": words}))
        return subprocess.run(
            [*self._crun, "exec", "--process", str(file), self.name],
            capture_output=True,
            text=True,
            check=False,
        )

    def await_health(self, within: float = 90) -> None:
        """Return when its own health check is content. Raises AssertionError with its log."""
        kind, *words = [word.replace("$$", "$") for word in self._service["healthcheck"]["test"]]
        if kind == "CMD-SHELL":
            words = ["/bin/sh", "-c", *words]
        deadline = time.monotonic() + within
        while (done := self.execute(*words)).returncode:
            assert self._popen.poll() is None, f"{self.name} has ended\n{self.said()}"
            assert time.monotonic() < deadline, f"{done.stdout}{done.stderr}\n{self.said()}"
            time.sleep(0.2)

    def status(self) -> dict[str, str]:
        """What the kernel says of its first process."""
        done = self.execute("cat", "/proc/1/status")
        return dict(line.split(":\t", 1) for line in done.stdout.splitlines())

    def stop(self) -> None:
        """SIGTERM, as an engine stops it. Raises AssertionError unless it ends well in time."""
        seconds = int(self._service.get("stop_grace_period", "10s").removesuffix("s"))
        subprocess.run([*self._crun, "kill", self.name, "TERM"], check=True)
        try:
            status = self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end in {seconds} s\n{self.said()}") from None
        assert status == 0, f"{self.name} ended with {status}\n{self.said()}"

    def remove(self) -> None:
        """End it at once, if it still runs."""
        if self._popen.poll() is None:
            killed = subprocess.run(
                [*self._crun, "kill", self.name, "KILL"], capture_output=True, check=False
            )
            if killed.returncode:  # its engine has not made it yet
                self._popen.kill()
            self._popen.wait()

    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text(errors="replace")


def _process(
    service: Mapping[str, Any],
    image: Mapping[str, Any],
    variables: Mapping[str, str],
    more: Mapping[str, str],
) -> dict[str, Any]:
    """How every process of the container runs, whatever it is."""
    given = {key: value or variables.get(key) for key, value in service["environment"].items()}
    environment = {
        **dict(entry.split("=", 1) for entry in image["Env"]),
        **{key: filled(value, variables) for key, value in given.items() if value},
        **more,
    }
    user, group = map(int, filled(service["user"], variables).split(":"))
    return {
        "terminal": False,
        "user": {"uid": user, "gid": group},
        "env": [f"{key}={value}" for key, value in environment.items()],
        "cwd": service.get("working_dir", image["WorkingDir"]),
        "noNewPrivileges": "no-new-privileges:true" in service["security_opt"],
        "capabilities": _capabilities(service),
    }


def _capabilities(service: Mapping[str, Any]) -> dict[str, list[str]]:
    """None: that is the one setting this reads."""
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service
    return {kind: [] for kind in ("bounding", "effective", "permitted", "inheritable", "ambient")}


def _mounts(service: Mapping[str, Any], deployment: Path) -> list[dict[str, Any]]:
    """The engine's own, then the service's."""
    assert service["init"] is True
    hosts = deployment / "hosts"
    hosts.write_text(HOSTS)
    temporary = {"type": "tmpfs", "source": "tmpfs"}
    mounts: list[dict[str, Any]] = [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", **temporary, "options": ["nosuid", "mode=755"]},
        {"destination": "/dev/shm", **temporary, "options": ["nosuid", "mode=1777"]},  # noqa: S108
        _bound("/usr/bin/tini-static", INIT),
        _bound(str(hosts), "/etc/hosts"),
    ]
    for path in service["tmpfs"]:
        options = ["nosuid", "nodev", "noexec", "mode=1777"]
        mounts.append({"destination": path, **temporary, "options": options})
    for volume in service.get("volumes", []):
        source, destination, mode = volume.split(":")
        assert mode == "ro"
        mounts.append(_bound(str(deployment / source), destination))
    return mounts


def _bound(source: str, destination: str) -> dict[str, Any]:
    return {
        "destination": destination,
        "type": "bind",
        "source": source,
        "options": ["bind", "ro"],
    }
