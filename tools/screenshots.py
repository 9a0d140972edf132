"""The pictures of the README, made anew: `python -m tools.screenshots [FOLDER]`.

Real processes sync the example data of the sandbox; a real browser looks at Flower, at the console
and at what `charthop-ashby status` writes on a terminal. Needs chromium and chromedriver.
"""

import io
import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from sandbox.examples import populate
from tests.browser import CHROMEDRIVER, CHROMIUM, Browser, browser
from tests.dashboards import free_port
from tests.processes import ROOT, Station, wait_until

LARGEST = 150_000
"""Bytes of one picture."""

PICTURES = ("flower", "status", "console", "console-record")

COLUMNS = 118
"""Of the terminal."""

TABLES = """
[organizations.acme]
enabled = true
charthop_api_key = "sandbox-charthop-acme"
ashby_api_key = "sandbox-ashby-acme"
synced_fields = ["hiringReason", "seatNumber"]
hires_since = 2020-01-01
push_hires = "manual"

[organizations.globex]
enabled = true
charthop_api_key = "sandbox-charthop-globex"
ashby_api_key = "sandbox-ashby-globex"
hires_since = 2020-01-01
"""

CALM = TerminalTheme(
    (30, 34, 42),
    (214, 219, 229),
    [
        *((30, 34, 42), (224, 108, 117), (152, 195, 121), (229, 192, 123)),
        *((97, 175, 239), (198, 120, 221), (86, 182, 194), (171, 178, 191)),
    ],
)

PAGE = """<style>
body {{ margin: 0; background: #1e222a; }}
pre {{ margin: 0; padding: 18px 22px; display: inline-block; color: #d6dbe5;
       font: 14px/20px "DejaVu Sans Mono", monospace; }}
</style>{code}"""


def main(folder: Path) -> int:
    """Make the pictures; gives the exit status."""
    if not (CHROMIUM and CHROMEDRIVER):
        sys.stderr.write("screenshots: chromium and chromedriver are needed\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        _scene(Path(name)) as scene,
        browser(Path(name), "--force-color-profile=srgb") as window,
    ):
        _shoot_flower(window, scene.flower, folder / "flower.png")
        _shoot_status(window, scene.station, folder / "status.png")
        _shoot_console(window, scene, folder)
    for file in (folder / f"{name}.png" for name in PICTURES):
        size = file.stat().st_size
        sys.stdout.write(f"{file}  {size} bytes\n")
        if size > LARGEST:
            return 1
    return 0


@dataclass
class Scene:
    """The examples after some syncs, with one hire that waits; the addresses of the dashboards."""

    station: Station
    flower: str
    console: str
    differing: str
    """A job whose two sides differ."""


@contextmanager
def _scene(folder: Path) -> Iterator[Scene]:
    port, web_port = free_port(), free_port()
    with Station(folder, environment={"FLOWER_PORT": str(port)}, forked=False) as station:
        example = populate(station.charthop, station.ashby)
        station.file.write_text(TABLES)
        url = f"http://127.0.0.1:{port}"
        station.start("celery", "-A", "workers", "flower", name="flower")
        console = f"http://127.0.0.1:{web_port}"
        station.start("control.cli", "web", "--port", str(web_port), name="web")
        wait_until(lambda: _answers(f"{url}/healthcheck") and _answers(f"{console}/readyz"))
        station.start_worker("worker", app="workers")
        station.await_worker()
        for name in ("acme", "globex"):
            station.sync(name)
        account = example.acme_ashby
        opening = next(
            one.id for one in account.openings.values() if one.version["identifier"] == "ENG-101"
        )
        offer = account.add_offer(
            example.application_id, opening, "2027-01-11", (128000, "USD"), "Accepted"
        )
        account.accept_offer(offer)
        account.set_application_status(example.application_id, "Hired")
        for name in ("acme", "globex"):
            station.sync(name)
        job = example.jobs["executive"]
        example.acme.edit_job(job, title="Senior Account Executive")
        yield Scene(station, url, console, job)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def _shoot_flower(window: Browser, url: str, file: Path) -> None:
    window.open(f"{url}/tasks")
    window.text_once(lambda text: "sync_job" in text and "Showing 1 to" in text)
    window.shoot(file, 1180, 620)


def _shoot_console(window: Browser, scene: Scene, folder: Path) -> None:
    pages = {
        "console": ("/o/acme", 900),
        "console-record": (f"/o/acme/records/job:{scene.differing}", 820),
    }
    for name, (page, height) in pages.items():
        window.open(f"{scene.console}{page}")
        # Once a worker has told what the records are called.
        window.text_once(lambda text: "History" in text or "hire for" in text)
        window.text_once(lambda text: "reloads automatically" not in text)
        window.shoot(folder / f"{name}.png", 1100, height)


def _shoot_status(window: Browser, station: Station, file: Path) -> None:
    """What a terminal shows, as a page, as a picture."""
    text = _on_terminal(station, "status", columns=COLUMNS)
    console = Console(record=True, file=io.StringIO(), width=COLUMNS, color_system="truecolor")
    console.print(Text("$ charthop-ashby status", style="bold"))
    console.print(Text.from_ansi(text.rstrip()))
    code = console.export_html(theme=CALM, inline_styles=True, code_format="<pre>{code}</pre>")
    page = file.with_suffix(".html")
    page.write_text(PAGE.format(code=code), encoding="utf-8")
    try:
        window.open(page.resolve().as_uri())
        width, height = window.run(
            "const box = document.querySelector('pre').getBoundingClientRect();"
            "return [Math.ceil(box.width), Math.ceil(box.height)]"
        )
        window.shoot(file, width, height)
    finally:
        page.unlink()


def _on_terminal(station: Station, *words: str, columns: int) -> str:
    """What a command writes where it takes its output for a terminal."""
    reader, writer = pty.openpty()
    environment = {**os.environ, **station.environment, "TERM": "xterm-256color"}
    environment |= {"COLUMNS": str(columns), "LINES": "60"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "control.cli", *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=writer,
        start_new_session=True,
    )
    os.close(writer)
    said = b""
    while True:
        try:
            more = os.read(reader, 65536)
        except OSError:  # Linux says so where the other end is closed
            break
        if not more:
            break
        said += more
    os.close(reader)
    process.wait()
    return said.decode().replace("\r\n", "\n")


if __name__ == "__main__":
    images = Path(__file__).parent.parent / "docs" / "images"
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else images))
