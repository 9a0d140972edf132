"""A real browser without a screen: Chromium, driven over the WebDriver protocol.

https://www.w3.org/TR/webdriver2/ . Only what looking at a page takes; nothing to install but the
browser and its driver (on Debian chromium and chromium-driver).
"""

import base64
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

TAB, ENTER, SPACE = "\ue004", "\ue007", " "
"""Keys as WebDriver writes them."""

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
CHROMEDRIVER = shutil.which("chromedriver")

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER), reason="no chromium with its chromedriver on this machine"
)


class Browser:
    """One window."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client = client
        self._session = f"/session/{session}"

    def open(self, url: str) -> None:
        """Load a page."""
        self._post("/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a piece of JavaScript returns."""
        return self._post("/execute/sync", {"script": script, "args": arguments})

    def press(self, name: str) -> None:
        """Press the button or link of that name."""
        self.run(
            "const all = [...document.querySelectorAll('button, a')];"
            "const found = all.filter(one => one.textContent.trim() === arguments[0]);"
            "if (found.length !== 1) throw new Error(`${found.length} of ${arguments[0]}`);"
            "setTimeout(() => found[0].click());",
            name,
        )

    def fill(self, field: str, text: str) -> None:
        """Write into the field with that label, or tick it."""
        self.run(
            "const all = [...document.querySelectorAll('label')];"
            "const label = all.find(one => one.textContent.trim().startsWith(arguments[0]));"
            "if (label.control.type === 'checkbox') label.control.click();"
            "else label.control.value = arguments[1];",
            field,
            text,
        )

    def type(self, text: str) -> None:
        """Type on the keyboard: letters, TAB, ENTER; what has the focus gets them."""
        strokes = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("/actions", {"actions": [{"type": "key", "id": "keys", "actions": strokes}]})

    def tab_to(self, name: str, most: int = 80) -> None:
        """Press the tab key until the link, button or field of that name has a focus to be seen."""
        for _ in range(most):
            self.type(TAB)
            found, outline = self.run(
                "const one = document.activeElement;"
                "const label = one.labels && one.labels.length ? one.labels[0] : one;"
                "const style = getComputedStyle(one);"
                "return [label.textContent.trim(), style.outlineStyle + style.outlineWidth];"
            )
            if found == name or found.startswith(f"{name} "):
                assert outline not in ("none0px", "none3px"), f"nobody sees the focus of {name}"
                return
        raise AssertionError(f"no way to {name} by the keyboard")

    def let_scripts_run(self, whether: bool) -> None:
        """From now on pages run scripts of their own, or none does."""
        params = {"value": not whether}
        command = {"cmd": "Emulation.setScriptExecutionDisabled", "params": params}
        self._post("/goog/cdp/execute", command)

    def text(self) -> str:
        """What a person reads on the page."""
        return str(self.run("return document.body.innerText"))

    def source(self) -> str:
        """All of the page as it is now, with what cannot be seen."""
        return str(self.run("return document.documentElement.outerHTML"))

    def text_once(self, ready: Callable[[str], bool], within: float = 20.0) -> str:
        """The text of the page as soon as it is as wanted."""
        ends = time.monotonic() + within
        while not ready(text := self.text()):
            assert time.monotonic() < ends, text
            time.sleep(0.05)
        return text

    def forget(self) -> None:
        """Leave the page, drop all cookies and let scripts run: for somebody else to begin."""
        self.let_scripts_run(True)
        self.open("about:blank")
        command = {"cmd": "Network.clearBrowserCookies", "params": {}}
        self._post("/goog/cdp/execute", command)

    def shoot(self, file: Path, width: int, height: int) -> None:
        """Write what the window shows into a PNG file, so many pixels large."""
        rect = {"width": width, "height": height}
        self._post("/window/rect", rect)
        inner = self.run("return [window.innerWidth, window.innerHeight]")
        rect["width"] += width - inner[0]
        rect["height"] += height - inner[1]
        self._post("/window/rect", rect)
        answer = self._client.get(f"{self._session}/screenshot")
        file.write_bytes(base64.b64decode(answer.raise_for_status().json()["value"]))

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._client.post(f"{self._session}{path}", json=body)
        value = answer.json()["value"]
        assert answer.is_success, value
        return value


@contextmanager
def browser(folder: Path, *flags: str) -> Iterator[Browser]:
    """A browser with a profile of its own below `folder`, while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    driver = subprocess.Popen(
        [str(CHROMEDRIVER), f"--port={port}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            session = _session(client, [*FLAGS, f"--user-data-dir={folder / 'profile'}", *flags])
            yield Browser(client, session)
            client.delete(f"/session/{session}")
    finally:
        os.killpg(driver.pid, signal.SIGKILL)
        driver.wait()


def _session(client: httpx.Client, flags: list[str]) -> str:
    options = {"binary": CHROMIUM, "args": flags}
    wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
    ends = time.monotonic() + 30
    while True:
        try:
            answer = client.post("/session", json=wanted)
        except httpx.ConnectError:
            assert time.monotonic() < ends, "chromedriver does not answer"
            time.sleep(0.05)
        else:
            value = answer.json()["value"]
            assert answer.is_success, value
            return str(value["sessionId"])
