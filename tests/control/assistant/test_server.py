"""The server as it is offered, and as a process that speaks over pipes."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.control.assistant.conftest import Assistant
from tests.control.cli.conftest import Operator, on_a_terminal, worker_of
from tests.processes import ROOT

SNAPSHOT = Path(__file__).parent / "tools.json"

READING = ["list_organizations", "status", "explain", "plan", "check", "list_fields", "drift"]
ORDERS = ["pause", "resume", "approve", "push"]


def offered(*, allow_writes: bool) -> list[dict[str, Any]]:
    async def ask() -> Any:
        async with Assistant(allow_writes=allow_writes).client() as client:
            return await client.list_tools()

    tools = asyncio.run(ask()).tools
    return [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in tools]


def test_the_tools_are_those_of_the_snapshot() -> None:
    tools = offered(allow_writes=True)
    shown = f"{json.dumps(tools, indent=1, ensure_ascii=False)}\n"
    if os.environ.get("WRITE_SNAPSHOT"):
        SNAPSHOT.write_text(shown, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == shown, "WRITE_SNAPSHOT=1 writes it anew"
    assert [one["name"] for one in tools] == [*READING, "sync", *ORDERS]
    assert [one["name"] for one in offered(allow_writes=False)] == [*READING, "sync"]


def test_only_what_reads_is_marked_so() -> None:
    for tool in offered(allow_writes=True):
        hints = tool["annotations"]
        assert hints["readOnlyHint"] is (tool["name"] in READING), tool["name"]
        assert hints["destructiveHint"] is (tool["name"] not in [*READING, "pause"])


def test_no_tool_takes_more_than_names() -> None:
    taken = {
        name for tool in offered(allow_writes=True) for name in tool["inputSchema"]["properties"]
    }
    assert taken == {"organization", "record", "sync", "digest"}
    assert all(
        not tool["inputSchema"]["additionalProperties"] for tool in offered(allow_writes=True)
    )
    assert all(tool["outputSchema"]["type"] == "object" for tool in offered(allow_writes=True))


class Pipes:
    """A program that started the server and speaks JSON-RPC with it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._id = 0

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        heard: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert heard["jsonrpc"] == "2.0"
        return heard

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._id += 1
        said = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}
        self.say(json.dumps(said))
        while (heard := self.hear()).get("id") != self._id:
            pass
        return heard

    def greet(self) -> dict[str, Any]:
        answer = self.ask(
            "initialize",
            protocolVersion="2025-06-18",
            capabilities={},
            clientInfo={"name": "pipes", "version": "1"},
        )
        self.say(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        return answer

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        assert not result["isError"], result
        found: dict[str, Any] = result["structuredContent"]
        return found


@contextmanager
def started(here: Operator, *words: str, **more: str) -> Iterator[Pipes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "control.cli", "mcp", *words],
        cwd=here.deployment.folder,
        env={**os.environ, **here.environment, **more},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield Pipes(process)
        finally:
            if process.poll() is None:
                process.kill()


NOISE = """
import os, subprocess, warnings
import httpx
send = httpx.HTTPTransport.handle_request
def noisy(self, *arguments, **more):
    print("noise of print")
    os.write(1, b"noise of the descriptor\\n")
    subprocess.run(["echo", "noise of a program"])
    warnings.warn("noise of a warning", stacklevel=2)
    return send(self, *arguments, **more)
httpx.HTTPTransport.handle_request = noisy
"""
"""Makes every call to a service say something on standard output."""


@pytest.mark.slow
def test_over_pipes_an_order_is_followed_to_its_end(here: Operator, tmp_path: Path) -> None:
    org, _ = here.deployment.add("acme")
    org.add_job("Engineer")
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / "sitecustomize.py").write_text(NOISE)
    noise = str(tmp_path / "noise")
    with worker_of(here, tmp_path), started(here, PYTHONPATH=noise) as pipes:
        assert pipes.greet()["result"]["serverInfo"]["name"] == "charthop-ashby"
        receipt = pipes.call("sync", organization="acme")
        deadline = time.monotonic() + 60
        while True:
            state = pipes.call("status", organization="acme", sync=receipt["id"])
            if state["receipt"]["state"] == "finished":
                break
            assert time.monotonic() < deadline, state
            time.sleep(0.05)
        assert state["last_sync"]["id"] == receipt["id"]
        assert state["last_sync"]["trigger"] == "assistant"
        assert state["receipt"]["outcomes"] == {"created": 1}
        (record,) = state["records"]
        single = pipes.call("sync", organization="acme", record=record["record"])
        while True:
            state = pipes.call("status", organization="acme", sync=single["id"])
            if state["receipt"]["state"] == "finished":
                break
            assert time.monotonic() < deadline, state
            time.sleep(0.05)
        (order, _) = state["orders"]
        assert order["untrusted_by"].endswith('with client "pipes" (unproven)')
        refused = pipes.ask(
            "tools/call", name="explain", arguments={"organization": "acme", "record": "Enginer"}
        )
        assert "Engineer" in json.dumps(refused)
        assert pipes.process.stdin is not None
        pipes.process.stdin.close()
        assert pipes.process.wait(20) == 0
        assert pipes.process.stdout is not None
        assert pipes.process.stdout.read() == ""
        assert pipes.process.stderr is not None
        said = pipes.process.stderr.read()
        assert "Engineer" not in said
        for kind in ("print", "the descriptor", "a program", "a warning"):
            assert f"noise of {kind}" in said


def test_what_is_no_protocol_ends_nothing(here: Operator) -> None:
    here.deployment.add("acme")
    with started(here, "--organization", "acme") as pipes:
        pipes.greet()
        pipes.say("no json")
        pipes.say("[" * 100_000)
        pipes.say(json.dumps({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": []}))
        pipes.say(
            json.dumps(
                {
                    "jsonrpc": "2.0",
                    "id": 100,
                    "method": "tools/call",
                    "params": {
                        "name": "status",
                        "arguments": {"organization": json.loads("[" * 200 + "]" * 200)},
                    },
                }
            )
        )
        pipes.say(json.dumps({"jsonrpc": "2.0", "id": 101, "method": "ping", "x": "y" * 2_000_000}))
        assert pipes.call("status", organization="acme")["enabled"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--organization", "nobody"), 'no organization "nobody"'),
        (("--organization", "acme", "--organization", ""), 'no organization ""'),
    ],
)
def test_an_organization_that_is_not_there_is_wrong_usage(
    here: Operator, words: tuple[str, ...], said: str
) -> None:
    here.deployment.add("acme")
    with started(here, *words) as pipes:
        out, err = pipes.process.communicate(timeout=30)
    assert pipes.process.returncode == 2
    assert out == ""
    assert said in err


def test_it_is_refused_on_a_terminal(here: Operator) -> None:
    here.deployment.add("acme")
    with on_a_terminal(here, "mcp") as terminal:
        shown = terminal.rest()
        assert terminal.process.returncode == 2
    assert b"it is not for a terminal. See docs/assistants.md" in b" ".join(shown.split())


def test_without_the_extra_a_sentence_says_how_to_install_it(
    here: Operator, tmp_path: Path
) -> None:
    here.deployment.add("acme")
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text(
        "import sys\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('mcp', 'mcp_types'):\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Hide())\n"
    )
    with started(here, PYTHONPATH=str(tmp_path)) as pipes:
        out, err = pipes.process.communicate(timeout=30)
    assert (pipes.process.returncode, out) == (2, "")
    assert err == (
        "charthop-ashby: mcp needs an extra that is not installed; "
        "run pip install 'charthop-ashby[mcp]'\n"
    )


def test_the_page_lists_every_tool() -> None:
    page = (Path(__file__).parents[3] / "docs" / "assistants.md").read_text(encoding="utf-8")
    rows = page.partition("\n## The tools")[2].partition("\n## ")[0]
    listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", rows, re.M)))
    assert listed == [*READING, "sync", *ORDERS]


def test_the_changelog_names_every_tool() -> None:
    entries = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n- ")
    (entry,) = (one for one in entries if one.startswith("`mcp` serves"))
    named = re.findall(r"`(\w+)`", entry)
    assert named[1:] == [*READING, "sync", *ORDERS]
