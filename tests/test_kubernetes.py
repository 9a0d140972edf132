"""What is in deploy/kubernetes: right by the published schemas, and true of the product."""

import inspect
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import typer
import yaml
from flower.urls import handlers as flower_handlers

from control.cli import app as command_line
from control.cli.metrics import PORT as METRICS_PORT
from control.cli.run import FLOWER_PORT
from control.cli.web import PORT as WEB_PORT
from control.web import health, webhooks
from control.web.server import trusted_proxies
from organizations import read_organizations
from tests.test_packaging import PROCESSES, PROJECT, ROOT, SERVICES
from tools import pages
from workers import exposition, figures
from workers.configuration import VISIBILITY_TIMEOUT
from workers.settings import Settings
from workers.wiring import WINDOW

FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAY = FOLDER / "overlays" / "production"
KUSTOMIZATIONS = sorted(FOLDER.rglob("kustomization.yaml"))

OTHERS = {"ServiceMonitor", "PrometheusRule", "ScaledObject"}
"""Kinds that Kubernetes itself does not know; no package brings their schemas."""

Document = dict[str, Any]


def documents_of(path: Path) -> list[Document]:
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


DOCUMENTS: dict[str, Document] = {
    f"{path.relative_to(FOLDER)}:{one['kind']}/{one['metadata']['name']}": one
    for path in sorted(FOLDER.rglob("*.yaml"))
    if path.name != "kustomization.yaml"
    for one in documents_of(path)
}
WORKLOADS = {
    one["metadata"]["name"]: one for one in DOCUMENTS.values() if one["kind"] == "Deployment"
}
PODS: dict[str, Document] = {
    name: one["spec"]["template"]["spec"] for name, one in WORKLOADS.items()
}
PODS_LABELS: dict[str, dict[str, str]] = {
    name: one["spec"]["template"]["metadata"]["labels"] for name, one in WORKLOADS.items()
}
CONTAINERS: dict[str, Document] = {name: pod["containers"][0] for name, pod in PODS.items()}
PORTS = {"metrics": METRICS_PORT, "flower": int(FLOWER_PORT), "web": WEB_PORT}

each_workload = pytest.mark.parametrize("name", WORKLOADS)


def of_kind(kind: str) -> list[Document]:
    return [one for one in DOCUMENTS.values() if one["kind"] == kind]


# ------------------------------------------------------------------ by the schemas


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_document_follows_the_published_schema(document: str) -> None:
    if DOCUMENTS[document]["kind"] in OTHERS:
        assert "." in DOCUMENTS[document]["apiVersion"].partition("/")[0]
    else:
        kubernetes_validate.validate(DOCUMENTS[document], "1.30", strict=True)


def test_the_schemas_refuse_what_is_misspelt() -> None:
    wrong = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "x"},
        "spec": {"prots": []},
    }
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.30", strict=True)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="needs kubectl")
def test_the_overlay_can_be_put_together() -> None:
    done = subprocess.run(
        ["kubectl", "kustomize", str(OVERLAY)], capture_output=True, text=True, check=True
    )
    made = [one for one in yaml.safe_load_all(done.stdout) if one]
    for one in made:
        if one["kind"] not in OTHERS:
            kubernetes_validate.validate(one, "1.30", strict=True)
    found = {(one["kind"], one["metadata"]["name"]): one for one in made}
    assert {kind for kind, _ in found} >= {*OTHERS, "Deployment", "PodDisruptionBudget"}
    worker = found["Deployment", "worker"]["spec"]
    assert "replicas" not in worker, "KEDA's figure would be undone by each apply"
    assert worker["template"]["spec"]["containers"][0]["image"].endswith(PROJECT["version"])
    assert ("ConfigMap", "charthop-ashby-organizations") in found
    assert {one["metadata"].get("namespace") for one in made if one["kind"] != "Namespace"} == {
        "charthop-ashby"
    }


@pytest.mark.parametrize("path", KUSTOMIZATIONS, ids=lambda path: path.parent.name)
def test_a_kustomization_names_each_of_its_files_and_no_other(path: Path) -> None:
    kustomization = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = set(kustomization["resources"])
    named |= {
        file for one in kustomization.get("configMapGenerator", ()) for file in one.get("files", ())
    }
    outside = {*kustomization.get("components", ())} | {one for one in named if ".." in one}
    for folder in outside:
        assert (path.parent / folder / "kustomization.yaml").is_file(), folder
    assert named - outside == {one.name for one in path.parent.iterdir() if one.is_file()} - {
        path.name
    }


def test_nothing_of_it_is_kept_out_of_the_repository() -> None:
    """A file that git ignores is missing from every clone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", str(FOLDER)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    here = {str(path.relative_to(ROOT)) for path in FOLDER.rglob("*") if path.is_file()}
    assert here == set(filter(None, listed.stdout.split("\0")))


# ------------------------------------------------------------------ true of the product


def commands() -> Mapping[str, Any]:
    group: Any = typer.main.get_command(command_line)
    known: Mapping[str, Any] = group.commands
    return known


def spoken(words: list[str]) -> None:
    """That command and its options exist."""
    if words[0] == "celery":
        assert shlex.join(words) in PROCESSES.values()
        return
    program, command, *rest = words
    assert program == "charthop-ashby"
    known = {name for parameter in commands()[command].params for name in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= known


@each_workload
def test_a_container_starts_what_the_product_has(name: str) -> None:
    spoken(CONTAINERS[name]["command"])
    assert shlex.join(CONTAINERS[name]["command"]).startswith(PROCESSES[name])


def probes(name: str) -> Iterator[tuple[str, Document]]:
    for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
        if kind in CONTAINERS[name]:
            yield kind, CONTAINERS[name][kind]


@each_workload
def test_a_container_is_probed_by_what_the_product_answers(name: str) -> None:
    assert {"startupProbe", "livenessProbe"} <= {kind for kind, _ in probes(name)}
    for kind, probe in probes(name):
        if "exec" in probe:
            assert probe["exec"]["command"] == ["charthop-ashby", "alive"]
            spoken(probe["exec"]["command"])
        elif "httpGet" in probe:
            assert probe["httpGet"]["port"] == "http"
            assert answers(name, probe["httpGet"]["path"]), (kind, probe)
        else:
            assert probe["tcpSocket"]["port"] == "http"


def answers(name: str, path: str) -> bool:
    """Whether that process answers at that path."""
    if name == "flower":
        return path in [rule[0] for rule in flower_handlers if isinstance(rule, tuple)]
    if name == "web":
        return path in [found.path for found in (*health.ROUTES, *webhooks.ROUTES)]
    statuses: list[str] = []

    def respond(status: str, *_: Any) -> Any:
        statuses.append(status)

    application = exposition._application(lambda *_: [], lambda: None)
    list(application({"PATH_INFO": path}, respond))
    return statuses == ["200 OK"]


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_liveness_asks_neither_redis_nor_a_service(name: str) -> None:
    for kind, probe in probes(name):
        assert "exec" in probe, kind


@pytest.mark.parametrize("name", PORTS)
def test_ports_are_those_of_the_product(name: str) -> None:
    assert CONTAINERS[name]["ports"] == [{"name": "http", "containerPort": PORTS[name]}]
    services = [one for one in of_kind("Service") if one["metadata"]["name"] == name]
    assert [port["port"] for one in services for port in one["spec"]["ports"]] == [PORTS[name]]


def test_every_variable_is_one_of_the_settings() -> None:
    written = [
        word.partition("=")[0]
        for path in KUSTOMIZATIONS
        for one in yaml.safe_load(path.read_text()).get("configMapGenerator", ())
        for word in one.get("literals", ())
    ]
    told = [
        name
        for path in KUSTOMIZATIONS
        for name in re.findall(r"--from-literal=(\w+)=", path.read_text())
    ]
    assert "ORGANIZATIONS_FILE" in written
    assert "REDIS_URL" in told
    assert {name.upper() for name in Settings.model_fields if "console" in name} <= set(told)
    known = {*Settings.model_fields, "forwarded_allow_ips"}  # which is uvicorn's own
    assert {name.lower() for name in (*written, *told)} <= known
    for container in CONTAINERS.values():
        assert "env" not in container


def test_the_organizations_of_the_overlay_are_right_and_off() -> None:
    file = read_organizations(OVERLAY / "organizations.toml")
    # Its secrets are files of the cluster.
    for found in (*file.problems, *file.warnings):
        assert "No such file or directory" in found.sentence
    text = (OVERLAY / "organizations.toml").read_text()
    assert "enabled = false" in text
    mounted = {mount["mountPath"] for mount in CONTAINERS["worker"]["volumeMounts"]}
    made = re.findall(r"--from-file=(\S+)", (OVERLAY / "kustomization.yaml").read_text())
    named = re.findall(r'"file:(.+)/(.+)"', text)
    assert {folder for folder, _ in named} <= mounted
    assert {key for _, key in named} == set(made)


@each_workload
def test_secrets_and_settings_are_made_somewhere(name: str) -> None:
    text = "".join(path.read_text() for path in KUSTOMIZATIONS)
    sources = [next(iter(one.values()))["name"] for one in CONTAINERS[name]["envFrom"]]
    for volume in PODS[name]["volumes"]:
        sources += [
            one.get("secretName") or one.get("name")
            for kind, one in volume.items()
            if kind in ("configMap", "secret")
        ]
    for source in sources:
        assert re.search(rf"(generic|name:) {source}\b", text), source


# ------------------------------------------------------------------ as it should run


@each_workload
def test_every_pod_keeps_to_the_restricted_standard(name: str) -> None:
    pod, container = PODS[name], CONTAINERS[name]
    assert len(pod["containers"]) == 1
    assert pod["automountServiceAccountToken"] is False
    user = pod["securityContext"]["runAsUser"]
    assert (
        f"USER {user}:{pod['securityContext']['runAsGroup']}" in (ROOT / "Dockerfile").read_text()
    )
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    for volume in pod["volumes"]:
        assert volume.keys() <= {"name", "configMap", "secret", "emptyDir"}
    for mount in container["volumeMounts"]:
        # A file that is mounted alone is never seen to change.
        assert "subPath" not in mount
        assert mount.get("readOnly") or mount["mountPath"] == "/tmp"


@each_workload
def test_memory_is_limited_as_in_the_compose_file(name: str) -> None:
    limit = CONTAINERS[name]["resources"]["limits"]["memory"]
    assert limit.removesuffix("i").lower() == SERVICES[name]["mem_limit"]
    assert {"cpu", "memory"} == CONTAINERS[name]["resources"]["requests"].keys()


def test_the_workers_room_is_what_the_page_measured() -> None:
    page = (ROOT / "docs" / "scaling.md").read_text()
    measured = re.search(r"memory of a worker, .*10,000 jobs.* \| (\d+) MB", page)
    assert measured is not None
    requested = CONTAINERS["worker"]["resources"]["requests"]["memory"]
    assert int(requested.removesuffix("Mi")) > int(measured[1])


def test_workers_roll_and_finish_and_one_stays() -> None:
    worker = WORKLOADS["worker"]["spec"]
    assert worker["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert 150 < PODS["worker"]["terminationGracePeriodSeconds"] < VISIBILITY_TIMEOUT
    (budget,) = of_kind("PodDisruptionBudget")
    assert budget["spec"]["selector"] == worker["selector"]
    assert budget["spec"]["minAvailable"] < worker["replicas"]


def test_there_is_one_beat_at_a_time() -> None:
    assert WORKLOADS["beat"]["spec"]["replicas"] == 1
    assert WORKLOADS["beat"]["spec"]["strategy"] == {"type": "Recreate"}


def test_only_those_that_need_them_have_keys() -> None:
    """Flower and beat handle ids and outcomes only, and web has nothing to ask the services."""
    with_keys = {
        name
        for name, pod in PODS.items()
        for volume in pod["volumes"]
        if volume.get("secret", {}).get("secretName") == "charthop-ashby-keys"
    }
    assert with_keys == {"worker", "metrics"}


def test_only_webhooks_come_from_outside() -> None:
    (ingress,) = (one for one in of_kind("Ingress") if one["metadata"]["name"] == "web")
    (rule,) = ingress["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert all(found.path.startswith(path["path"]) for found in webhooks.ROUTES)
    assert not any(found.path.startswith(path["path"]) for found in health.ROUTES)
    assert path["backend"]["service"] == {"name": "web", "port": {"name": "http"}}
    assert f"WEB_URL=https://{rule['host']}" in (OVERLAY / "kustomization.yaml").read_text()


def test_the_proxy_that_is_let_in_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    (settings,) = (
        one
        for one in yaml.safe_load((OVERLAY / "kustomization.yaml").read_text())[
            "configMapGenerator"
        ]
        if one["name"] == "charthop-ashby-settings"
    )
    values = dict(one.split("=", 1) for one in settings["literals"])
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", values["FORWARDED_ALLOW_IPS"])
    assert trusted_proxies()
    assert "FORWARDED_ALLOW_IPS" in SERVICES["web"]["environment"]


def test_the_console_comes_from_outside_by_its_component_alone() -> None:
    webhooks_only, console = of_kind("Ingress")
    if console["metadata"]["name"] == "web":
        webhooks_only, console = console, webhooks_only
    (rule,) = console["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert (path["path"], path["backend"]["service"]["name"]) == ("/", "web")
    assert rule["host"] == webhooks_only["spec"]["rules"][0]["host"]
    assert console["spec"]["tls"] == webhooks_only["spec"]["tls"]
    used = yaml.safe_load((OVERLAY / "kustomization.yaml").read_text())["components"]
    assert "../../components/console" not in used
    assert (OVERLAY / "../../components/console/kustomization.yaml").is_file()


def test_web_reaches_the_identity_provider_and_nothing_else_does_by_that() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    login, services = policies["charthop-ashby-login"], policies["charthop-ashby-https"]
    labels = PODS_LABELS["web"]
    assert login["podSelector"]["matchLabels"].items() <= labels.items()
    assert login["egress"] == services["egress"]
    assert login["policyTypes"] == ["Egress"]


def test_every_selector_finds_its_pods() -> None:
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in WORKLOADS.values()]
    components = {one["app.kubernetes.io/component"] for one in labels}
    wanted = re.findall(
        r"app\.kubernetes\.io/component: (\S+)",
        "".join(path.read_text() for path in FOLDER.rglob("*.yaml")),
    )
    assert set(wanted) == components == set(WORKLOADS)
    for policy in of_kind("NetworkPolicy"):
        for one in policy["spec"]["podSelector"].get("matchExpressions", ()):
            assert set(one["values"]) <= components


# ------------------------------------------------------------------ figures


def test_the_rules_for_the_operator_are_those_of_monitoring() -> None:
    (rule,) = of_kind("PrometheusRule")
    alerts = yaml.safe_load((ROOT / "monitoring" / "alerts.yml").read_text())
    assert rule["spec"] == alerts
    assert (ROOT / pages.RULES).read_text() == pages.prometheus_rule(), "run `make pages`"


def test_the_figures_are_scraped_where_they_are_served() -> None:
    (monitor,) = of_kind("ServiceMonitor")
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["path"] == "/metrics"
    assert "/metrics" in inspect.getsource(exposition)
    (service,) = [one for one in of_kind("Service") if one["metadata"]["name"] == "metrics"]
    assert endpoint["port"] == service["spec"]["ports"][0]["name"]


def test_workers_are_scaled_by_what_waits_and_not_beyond_what_one_takes() -> None:
    (scaled,) = of_kind("ScaledObject")
    (trigger,) = scaled["spec"]["triggers"]
    found = re.fullmatch(r"sum\(clamp_max\((\w+), (\d+)\)\)", trigger["metadata"]["query"])
    assert found is not None
    assert f'"{found[1].removeprefix(f"{figures.PREFIX}_")}"' in inspect.getsource(figures)
    assert int(found[2]) == WINDOW
    assert int(trigger["metadata"]["threshold"]) == 4 * WINDOW
    assert scaled["spec"]["scaleTargetRef"] == {"kind": "Deployment", "name": "worker"}
    assert scaled["spec"]["minReplicaCount"] == WORKLOADS["worker"]["spec"]["replicas"]
    assert scaled["spec"]["fallback"]["replicas"] == scaled["spec"]["minReplicaCount"]
