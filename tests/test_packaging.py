"""What is shipped beside the code says the same as the code: locks, image, services, example."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from redis import AuthenticationError

from organizations import read_organizations
from organizations.model import Brake, Table
from tools.image.container import filled
from workers.embedded.process import connect, server_binary, wait_until_up

ROOT = Path(__file__).parent.parent
LOCKS = (
    "requirements.lock",
    "requirements-otel.lock",
    "requirements-mcp.lock",
    "requirements-dev.lock",
)
BUILD_LOCK = "requirements-build.lock"
PACKAGES = (
    "control",
    "core",
    "organizations",
    "sandbox",
    "store",
    "systems",
    "tasks",
    "workers",
)
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DIST_INFO = f"charthop_ashby-{PROJECT['version']}.dist-info"
SHIPPED = ("CHANGELOG.md", "organizations/example.toml")
"""In the sdist, besides the code."""
# Spelled in halves, so that this file does not name them either.
REGISTRIES = [
    first + second
    for first, second in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("docker", ".io"),
        ("ghcr", ".io"),
        ("quay", ".io"),
    )
]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# ------------------------------------------------------------------ what core may import


def test_core_may_import_none_of_the_dependencies() -> None:
    configuration = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]
    (contract,) = (
        one for one in configuration["contracts"] if one["name"] == "core is standard library only"
    )
    optional = PROJECT["optional-dependencies"]
    written = [*PROJECT["dependencies"], *optional["mcp"], *optional["otel"]]
    wanted = {canonicalize_name(Requirement(line).name) for line in written}
    modules = {
        module
        for module, providers in packages_distributions().items()
        if not wanted.isdisjoint(map(canonicalize_name, providers)) and not module.startswith("_")
    }

    assert modules
    assert modules <= set(contract["forbidden_modules"])


# ------------------------------------------------------------------ what is locked


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Package -> version and number of hashes."""
    found: dict[str, tuple[str, int]] = {}
    entry = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)([^#]*?)(?=^\S|\Z|^    #)", re.M | re.S)
    for match in entry.finditer(text(name)):
        found[canonicalize_name(match[1])] = (match[2], match[3].count("--hash=sha256:"))
    return found


@pytest.mark.parametrize(("lock", "at_least"), [*((lock, 51) for lock in LOCKS), (BUILD_LOCK, 1)])
def test_locks_pin_everything_by_hash_and_name_no_host(lock: str, at_least: int) -> None:
    entries = locked(lock)
    assert len(entries) >= at_least
    assert all(hashes for _, hashes in entries.values())
    assert "://" not in text(lock)
    assert not re.search(r"^--", text(lock), re.M)  # no index, no find-links


def test_the_locks_agree() -> None:
    runtime, *extras, dev = (locked(lock) for lock in LOCKS)
    for extra in extras:
        assert runtime.items() <= extra.items() <= dev.items()


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("requirements-otel.lock", PROJECT["optional-dependencies"]["otel"]),
        ("requirements-mcp.lock", PROJECT["optional-dependencies"]["mcp"]),
        ("requirements-dev.lock", PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_locks_hold_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    entries = locked(lock)
    for requirement in map(Requirement, wanted):
        version, _ = entries[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement}: run make lock"


def test_celery_comes_without_the_extra_that_pins_pydantic() -> None:
    extras = {r.name: r.extras for r in map(Requirement, PROJECT["dependencies"])}
    assert extras["celery"] == {"redis"}


def test_the_build_is_pinned_to_what_the_lock_holds() -> None:
    build = tomllib.loads(text("pyproject.toml"))["build-system"]["requires"]
    version, _ = locked("requirements-dev.lock")["setuptools"]
    assert build == [f"setuptools=={version}"]
    assert locked(BUILD_LOCK)["setuptools"][0] == version


def test_an_audit_of_nothing_fails() -> None:
    """Without --strict, packages that the database does not know are skipped with status 0."""
    found = re.search(r"^audit:.*\n\t@(.*)$", text("Makefile"), re.M)
    assert found is not None
    assert "--strict" in found[1].split()


def test_no_file_names_a_package_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        content = path.read_bytes()
        found = [host for host in REGISTRIES if host.encode() in content]
        assert not found, f"{name} names {found}"


# ------------------------------------------------------------------ what is installed


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image and a release are built from."""
    copy = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md", "MANIFEST.in", "CHANGELOG.md"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel that `pip install .` makes."""
    made = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
            *("--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", str(made), "."),
        ],
        cwd=source,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(made.glob("*.whl"))) as file:
        yield file


@pytest.mark.timeout(240)
def test_the_wheel_of_one_commit_is_one_wheel(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever it is built, and wherever the files came from."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    code = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    made = []
    for name in ("first", "second"):
        shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("build"))
        (tmp_path / name / "core" / "__init__.py").touch()  # now
        out = tmp_path / f"{name}-out"
        out.mkdir()
        subprocess.run(
            [sys.executable, "-c", code, str(out)],
            cwd=tmp_path / name,
            check=True,
            capture_output=True,
        )
        made.append(next(out.glob("*.whl")).read_bytes())
    assert made[0] == made[1]


@pytest.mark.timeout(240)
def test_the_wheel_holds_every_file_of_every_package(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT)) in names


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {name.partition("/")[0] for name in wheel.namelist()} - set(PACKAGES) == {DIST_INFO}


def test_the_wheel_brings_its_types_and_its_readme(wheel: zipfile.ZipFile) -> None:
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(wheel.namelist())
    metadata = message_from_bytes(wheel.read(f"{DIST_INFO}/METADATA"))
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).strip() == text("README.md").strip()


def test_the_sdist_has_what_the_wheel_is_built_from_and_the_pages_for_operators(
    source: Path, tmp_path: Path
) -> None:
    code = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=source, check=True, capture_output=True
    )
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert {"README.md", "LICENSE", *SHIPPED} <= names
    assert {f"{package}/py.typed" for package in PACKAGES} <= names


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_core_is_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"core"}
    for path in (ROOT / "core").rglob("*.py"):
        for module in imports_of(path):
            assert module.partition(".")[0] in allowed, f"{path.name} imports {module}"


# ------------------------------------------------------------------ what an operator starts

PROCESSES = {
    "worker": "celery -A workers worker",
    "beat": "celery -A workers beat",
    "flower": "celery -A workers flower",
    "web": "charthop-ashby web",
    "metrics": "charthop-ashby metrics",
}
COMPOSE: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_the_procfile_starts_what_the_interface_names() -> None:
    lines = dict(line.split(": ", 1) for line in text("Procfile").splitlines())
    assert lines == PROCESSES


def test_the_compose_file_follows_the_published_schema() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


ONCE = {"image", "redis-password"}
"""They exit at once; others wait for that."""


def test_the_compose_file_has_a_service_for_every_process() -> None:
    assert set(SERVICES) == {"redis", *ONCE, *PROCESSES, "sandbox", "demo"}
    for name, command in PROCESSES.items():
        assert SERVICES[name]["command"].startswith(command)
        assert "profiles" not in SERVICES[name]
    assert SERVICES["sandbox"]["profiles"] == SERVICES["demo"]["profiles"] == ["demo"]


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONCE))
def test_every_service_is_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_one_service_builds_and_the_others_wait_for_its_image() -> None:
    assert [name for name, service in SERVICES.items() if "build" in service] == ["image"]
    assert {name for name, one in SERVICES.items() if one["restart"] == "no"} == ONCE
    for name in set(SERVICES) - {"redis"}:
        assert SERVICES[name]["image"] == SERVICES["image"]["image"]
        assert SERVICES[name]["pull_policy"] == "never", "no registry has it"
    for name in set(SERVICES) - {"redis", "image"}:
        condition = SERVICES[name]["depends_on"]["image"]["condition"]
        assert condition == "service_completed_successfully"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_a_plain_user_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] == ("999:1000" if name == "redis" else "${RUN_AS:-10001:10001}")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_fills_the_disk_or_the_memory(name: str) -> None:
    service = SERVICES[name]
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 512


def test_no_read_only_service_has_content_that_the_engine_would_have_to_write() -> None:
    """The schema allows it, and the engine refuses to start such a service."""
    for kind in ("configs", "secrets"):
        inline = {
            name
            for name, entry in COMPOSE.get(kind, {}).items()
            if "content" in entry or "environment" in entry
        }
        for name, service in SERVICES.items():
            used = {one if isinstance(one, str) else one["source"] for one in service.get(kind, [])}
            assert not (service["read_only"] and used & inline), name


def test_the_worker_may_finish_and_may_be_many() -> None:
    from workers.configuration import VISIBILITY_TIMEOUT

    grace = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    assert 150 < grace < VISIBILITY_TIMEOUT
    assert "container_name" not in SERVICES["worker"]
    assert "ports" not in SERVICES["worker"]


def test_keys_that_are_variables_reach_those_who_use_keys_and_nobody_else() -> None:
    entries = [{"path": "keys.env", "required": False}]
    assert [name for name, one in SERVICES.items() if one.get("env_file") == entries] == ["worker"]
    assert not [name for name, one in SERVICES.items() if one.get("env_file", entries) != entries]
    assert {"keys.env", ".env"} <= {*(ROOT / ".gitignore").read_text().splitlines()}


def test_keys_that_are_files_reach_workers_and_nobody_else() -> None:
    mounted = {
        name: {volume.partition(":")[0] for volume in one.get("volumes", [])}
        for name, one in SERVICES.items()
    }
    assert [name for name, folders in mounted.items() if "./secrets" in folders] == ["worker"]
    receiving = [name for name, folders in mounted.items() if "./webhook-secrets" in folders]
    assert receiving == ["worker", "web"]


def test_redis_asks_for_a_password_that_no_command_line_shows(tmp_path: Path) -> None:
    redis = SERVICES["redis"]
    shell, option, script = redis["command"]
    assert "REDIS_PASSWORD" not in script
    assert redis["environment"] == {"REDISCLI_AUTH": "${REDIS_PASSWORD:-}"}
    for name, one in SERVICES.items():
        if "REDIS_URL" in one.get("environment", {}):
            assert one["environment"]["REDIS_URL"].startswith("redis://:${REDIS_PASSWORD:-}@"), name
    socket = tmp_path / "s"
    (tmp_path / "valkey-server").symlink_to(server_binary())
    script = script.replace("$$", "$").replace(
        " <<END", f" --port 0 --unixsocket {socket} --dir {tmp_path} <<END"
    )
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "REDISCLI_AUTH": ""}
    without = subprocess.run([shell, option, script], env=environment, check=False, timeout=10)
    assert without.returncode != 0
    environment["REDISCLI_AUTH"] = "the-password"
    process = subprocess.Popen([shell, option, script], env=environment, cwd=tmp_path)
    try:
        wait_until_up(f"unix://:the-password@{socket}", process)
        with connect(f"unix://{socket}") as client, pytest.raises(AuthenticationError):
            client.ping()
        shown = Path("/proc", str(process.pid), "cmdline")
        assert not shown.exists() or b"the-password" not in shown.read_bytes()
    finally:
        process.terminate()
        # The shell became the server: a stop reaches it, and it saves its data.
        assert process.wait(10) == 0


def needed(name: str) -> set[str]:
    """The service, and all that Compose starts for it."""
    return {name}.union(*map(needed, SERVICES[name].get("depends_on", {})))


def test_without_the_password_compose_says_what_is_missing() -> None:
    for name in PROCESSES:
        assert {"redis", "redis-password"} <= needed(name)
    checks = SERVICES["redis-password"]
    assert SERVICES["redis"]["depends_on"]["redis-password"] == {
        "condition": "service_completed_successfully"
    }
    for password in ("", "the-password"):
        environment = {
            name: filled(value, {"REDIS_PASSWORD": password})
            for name, value in checks["environment"].items()
        }
        words = [filled(word, {}) for word in checks["command"]]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is bool(password)
        assert password or "REDIS_PASSWORD: write it into .env" in done.stderr


def test_the_demo_starts_in_a_fresh_clone() -> None:
    filled(str(COMPOSE), {})  # Compose does so, whatever is started.
    assert needed("demo") == {"demo", "sandbox", "image"}
    for name in needed("demo"):
        assert "REDIS" not in str(SERVICES[name].get("environment"))
        assert not SERVICES[name].get("env_file")
        assert not SERVICES[name].get("volumes"), "a folder that is missing would be root's"


def test_redis_is_on_a_network_of_its_own() -> None:
    assert COMPOSE["networks"]["redis"] == {"internal": True}
    assert SERVICES["redis"]["networks"] == ["redis"]
    assert "ports" not in SERVICES["redis"]
    for name in PROCESSES:
        assert SERVICES[name]["networks"] == ["default", "redis"]
    for name in ("sandbox", "demo"):
        assert "networks" not in SERVICES[name], "they need neither Redis nor its password"


def test_every_published_port_can_be_another_of_this_machine() -> None:
    ports = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert ports
    assert all(re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+", one) for one in ports)


def test_redis_keeps_its_data_and_drops_nothing() -> None:
    line = SERVICES["redis"]["command"][2].splitlines()[1].removesuffix(" <<END")
    arguments = shlex.split(line)
    assert arguments[:3] == ["exec", "valkey-server", "-"]
    options = dict(zip(arguments[3::2], arguments[4::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"
    # It refuses a write before the kernel would end it, also while it rewrites its file.
    assert (options["--maxmemory"], SERVICES["redis"]["mem_limit"]) == ("512mb", "1g")
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]
    assert "redis" in COMPOSE["volumes"]


def test_the_demo_has_right_settings_and_a_right_organizations_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from workers.settings import Settings

    for name, value in SERVICES["demo"]["environment"].items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    copied = re.search(r"^COPY sandbox/demo.toml (/\S+/)$", text("Dockerfile"), re.M)
    assert copied is not None
    assert str(settings.organizations_file) == f"{copied[1]}demo.toml"
    file = read_organizations(ROOT / "sandbox" / "demo.toml")
    assert file.problems == ()
    assert set(file.organizations) == {"acme", "globex"}
    # Its queue is its own, in a folder that it may write.
    assert settings.redis_url is None
    assert SERVICES["demo"]["working_dir"] in SERVICES["demo"]["tmpfs"]


DEBIANS_USERS = [
    "root",
    "daemon",
    "bin",
    "sys",
    "sync",
    "games",
    "man",
    "lp",
    "mail",
    "news",
    "uucp",
    "proxy",
    "www-data",
    "backup",
    "list",
    "irc",
    "_apt",
    "nobody",
]
"""Those of Debian's base-passwd and apt, which every image of it has."""


def test_the_image_holds_the_packages_and_no_root() -> None:
    dockerfile = text("Dockerfile")
    for package in PACKAGES:
        assert f"COPY {package} {package}\n" in dockerfile
    users = re.findall(r"^USER (.+)$", dockerfile, re.M)
    assert users == ["10001:10001"]
    allowed = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.M)
    assert {name.split("/")[0] for line in copied for name in line.split()} == allowed


def test_all_that_goes_into_the_image_is_checked_by_hash() -> None:
    installs = re.findall(
        r"pip (?:--python \S+ )?(?:install|wheel) (.+?)(?: \\)?$", text("Dockerfile"), re.M
    )
    for line in installs:
        # Our own code, built with what the lock of the build holds.
        ours = {"--no-deps", "--no-build-isolation"} <= set(line.split()) or "--no-index" in line
        assert "--require-hashes" in line or ours, line
    assert len(installs) == 4


def test_nothing_can_be_installed_in_the_image() -> None:
    _, build, image = text("Dockerfile").split("\nFROM ")
    assert "venv --without-pip /opt/charthop-ashby" in build
    assert "COPY --from=build /opt/charthop-ashby /opt/charthop-ashby" in image
    assert "COPY --from=build /opt/build" not in image
    assert "/usr/local/lib/python3*/site-packages/pip*" in image


def test_the_images_user_is_no_user_of_debian() -> None:
    made = re.search(r"useradd .*\\\n +(\S+) \\$", text("Dockerfile"), re.M)
    assert made is not None
    assert made[1] not in DEBIANS_USERS
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,31}", made[1])


def test_whoever_the_container_runs_as_can_enter_its_folder() -> None:
    """useradd makes a home 0700 on Debian 13."""
    dockerfile = text("Dockerfile")
    assert "--no-create-home" in dockerfile
    assert "--create-home" not in dockerfile.replace("--no-create-home", "")
    folder = re.findall(r"^WORKDIR (\S+)$", dockerfile, re.M)[-1]
    assert re.search(rf"install -d -m 0755 .* {re.escape(folder)}$", dockerfile, re.M)


def test_the_image_is_labelled_with_version_licence_and_commit() -> None:
    labels = dict(
        re.findall(r"org\.opencontainers\.image\.(\w+)=\"?([^\"\s]+)", text("Dockerfile"))
    )
    assert labels["version"] == PROJECT["version"]
    assert labels["licenses"] == PROJECT["license"]
    assert labels["revision"] == "$REVISION"
    assert "ARG REVISION=" in text("Dockerfile")


def test_the_times_of_what_is_built_are_those_of_the_commit() -> None:
    _, build, _ = text("Dockerfile").split("\nFROM ")
    assert build.index("ARG SOURCE_DATE_EPOCH=") < build.index("RUN ")


def test_make_prints_every_target() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    match = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.M)
    assert match is not None
    for target in set(match[1].split()) - {"help"}:
        assert f"make {target} " in done.stdout


# ------------------------------------------------------------------ the example


def test_the_example_is_right_and_off(tmp_path: Path) -> None:
    file = read_organizations(ROOT / "organizations.example.toml")
    assert file.problems == file.warnings == ()


def test_the_example_shows_every_key() -> None:
    example = text("organizations.example.toml")
    for key in Table.model_fields:
        assert re.search(rf"^(# )?(\[organizations\.acme\.)?{key}( =|\])", example, re.M), key
    for key in Brake.model_fields:
        assert f"{key} = {Brake.model_fields[key].default}" in example


def test_the_changelog_has_the_version_or_is_before_it() -> None:
    assert re.search(
        rf"^## \[(Unreleased|{re.escape(PROJECT['version'])})\]", text("CHANGELOG.md"), re.M
    )
