"""The console as people use it: a real browser, a real web process, a real worker."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from core.brakes import SMALLEST_CROWD
from sandbox.ashby import Account
from sandbox.charthop import Org
from tests.browser import ENTER, SPACE, Browser, browser, needs_browser
from tests.control.cli.test_plan import hire
from tests.control.web.console.company import CLIENT, SECRET, Company
from tests.control.web.console.conftest import PASSWORD, USER
from tests.dashboards import free_port
from tests.processes import Process, Station, wait_until

pytestmark = [
    needs_browser,
    pytest.mark.slow,
    pytest.mark.timeout(180),
]

TABLE = """
hires_since = 2020-01-01
push_hires = "manual"
viewers = ["bea@acme.example"]
operators = ["ana@acme.example"]
"""


@dataclass
class Scene:
    """A worker, a web process with each login, and an identity provider."""

    station: Station
    org: Org
    account: Account
    web: Process
    url: str
    company: Company
    company_url: str
    jobs: dict[str, str] = field(default_factory=dict)

    @property
    def signed_in(self) -> str:
        """The address with the password in it, as a browser takes it."""
        return self.url.replace("//", f"//{USER}:{PASSWORD}@")


@contextmanager
def provider(company: Company) -> Iterator[str]:
    """The identity provider on a port, with a page on which one agrees; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                company.asked = dict(parse_qsl(parts.query))
                back = f"{company.callback}?code=code&state={company.asked['state']}"
                page = f'<h1>Company</h1><a href="{back}">Agree</a>'
                return self._send(httpx.Response(200, html=page))
            return self._send(company(httpx.Request("GET", self.path_url)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {"authorization": self.headers["Authorization"]}
            request = httpx.Request("POST", self.path_url, headers=headers, content=body)
            return self._send(company(request))

        @property
        def path_url(self) -> str:
            return f"{company.issuer}{self.path.removeprefix('/')}"

        def _send(self, answer: httpx.Response) -> None:
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("content-type", "text/plain"))
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    ports = free_port(), free_port()
    url, company_url = (f"http://127.0.0.1:{port}" for port in ports)
    company = Company(callback=f"{company_url}/login/callback")
    with ExitStack() as stack:
        company.issuer = stack.enter_context(provider(company))
        station = stack.enter_context(Station(tmp_path_factory.mktemp("console")))
        org, account = station.add(more=TABLE)
        written = station.file.read_text()
        for system in ("charthop", "ashby"):
            written = written.replace(f'"{system}-acme"', f'"${{ACME_{system.upper()}}}"')
        station.file.write_text(written)
        keyless = station.environment
        # Only the worker has the keys.
        station.environment = {
            **keyless,
            "ACME_CHARTHOP": "charthop-acme",
            "ACME_ASHBY": "ashby-acme",
        }
        station.start_worker(app="workers")
        station.environment = {**keyless, "CONSOLE_BASIC_AUTH": f"{USER}:{PASSWORD}"}
        # Of its environment /proc tells only where it is a new process.
        words = ("control.cli", "web", "--port", str(ports[0]))
        web = station.start(*words, name="web", forked=False)
        station.environment = {
            **keyless,
            "WEB_URL": company_url,
            "CONSOLE_OIDC_ISSUER": company.issuer,
            "CONSOLE_OIDC_CLIENT_ID": CLIENT,
            "CONSOLE_OIDC_CLIENT_SECRET": SECRET,
        }
        station.start("control.cli", "web", "--port", str(ports[1]), name="company")
        account.add_department("Engineering")
        account.add_location("Berlin")
        for _ in range(2):
            account.add_opening("ENG-7", "Approved")
        jobs = {
            code: org.add_job(title, req=code)
            for code, title in (("ENG-7", "Keeper of Lighthouses"), ("ENG-8", "Diver"))
        }
        for name in ("seat", "deck", "hull"):
            org.add_field(name, name.title(), "INTEGER")
        for each in (url, company_url):
            wait_until(partial(_answers, each))
        station.await_worker()
        station.sync()
        yield Scene(station, org, account, web, url, company, company_url, jobs)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def window(chromium: Browser) -> Browser:
    """A window in which nobody has signed in with a cookie."""
    chromium.forget()
    return chromium


@pytest.fixture
def ana(scene: Scene, window: Browser) -> Browser:
    """An operator, signed in with a password, on the page of acme."""
    window.open(f"{scene.signed_in}/o/acme")
    window.open(f"{scene.url}/o/acme")
    return window


def through_provider(scene: Scene, window: Browser, address: str) -> str:
    """Sign in as that address; the page that one comes back to."""
    scene.company.claims = {"email": address}
    window.open(f"{scene.company_url}/o/acme")
    window.text_once(lambda text: "Company" in text)
    window.press("Agree")
    return window.text_once(lambda text: "Sign out" in text)


def test_a_job_is_found_by_its_code_and_says_why_it_is_held(scene: Scene, ana: Browser) -> None:
    ana.fill("Find a job or hire", "eng-7")
    ana.press("Find")
    ana.text_once(lambda text: "Keeper of Lighthouses" in text)
    ana.press(f"job:{scene.jobs['ENG-7']}")
    shown = ana.text_once(lambda text: "NAMESAKES" in text and "Both sides" in text)
    assert "What to do" in shown
    assert "(in Ashby)" in shown


def test_a_field_is_ticked_and_stands_in_the_file(scene: Scene, ana: Browser) -> None:
    ana.press("Fields")
    ana.text_once(lambda text: "Save" in text)
    ana.fill("Seat", "")
    ana.press("Save")
    ana.text_once(lambda text: "Saved." in text)
    assert 'synced_fields = ["seat"]' in scene.station.file.read_text()


def test_sync_now_leads_to_its_result(scene: Scene, ana: Browser) -> None:
    scene.org.edit_job(scene.jobs["ENG-8"], title="Deep Diver")
    ana.press("Sync now")
    shown = ana.text_once(lambda text: "finished after" in text)
    assert "console" in shown
    assert "1 updated" in shown


def test_sync_this_now_ends_on_the_same_page(scene: Scene, ana: Browser) -> None:
    scene.org.edit_job(scene.jobs["ENG-8"], title="Harbour Diver")
    ana.open(f"{scene.url}/o/acme/records/job:{scene.jobs['ENG-8']}")
    ana.press("Sync this now")
    ana.text_once(lambda text: "Done. This is the result" in text and "Harbour" in text)


def test_pause_and_resume(scene: Scene, ana: Browser) -> None:
    ana.fill("Reason (optional)", "an audit")
    ana.press("Pause")
    ana.text_once(lambda text: "paused: an audit" in text)
    assert scene.station.memory().switches.paused() == "an audit"
    ana.press("Resume")
    ana.text_once(lambda text: "Reason (optional)" in text)
    assert scene.station.memory().switches.paused() is None


def test_what_the_brake_holds_is_approved(scene: Scene, ana: Browser) -> None:
    crowd = [scene.org.add_job(f"Rower {n}") for n in range(SMALLEST_CROWD)]
    scene.station.sync()
    for job in crowd[: SMALLEST_CROWD // 2]:
        scene.org.edit_job(job, recruit="Passive")
    scene.station.sync()
    ana.open(f"{scene.url}/o/acme")
    ana.text_once(lambda text: "The brake holds" in text)
    ana.press("Approve")
    ana.text_once(lambda text: "The brake holds" not in text and "approve" in text)
    assert scene.station.sync().outcomes["closed"] == SMALLEST_CROWD // 2


def test_a_hire_is_pushed(scene: Scene, ana: Browser) -> None:
    offer = hire(scene.org, scene.account, scene.jobs["ENG-8"])
    scene.station.sync()
    ana.open(f"{scene.url}/o/acme/records/offer:{offer}")
    ana.text_once(lambda text: "MANUAL_PUSH" in text)
    ana.press("Push")
    shown = ana.text_once(lambda text: "Done. This is the result" in text)
    (person,) = scene.org.persons
    assert person in shown
    assert "Mara" not in ana.source()


def test_a_viewer_looks_and_has_no_button_that_orders(scene: Scene, window: Browser) -> None:
    shown = through_provider(scene, window, "Bea@ACME.example")
    assert "bea@acme.example" in shown
    for page in ("", "/fields", f"/records/job:{scene.jobs['ENG-8']}"):
        window.open(f"{scene.company_url}/o/acme{page}")
        names = window.run(
            "return [...document.querySelectorAll('form[method=post] button')]"
            ".map(one => one.textContent)"
        )
        assert set(names) <= {"Sign out"}, page
    window.run(
        "const form = document.createElement('form');"
        "form.method = 'post'; form.action = '/o/acme/pause';"
        "document.body.append(form); setTimeout(() => form.submit());"
    )
    window.text_once(lambda text: "Only an operator" in text)
    assert scene.station.memory().switches.paused() is None


def test_the_company_s_login_makes_an_operator_and_signing_out_ends_it(
    scene: Scene, window: Browser
) -> None:
    assert "Sync now" in through_provider(scene, window, "ana@acme.example")
    window.press("Sign out")
    window.text_once(lambda text: "You are signed out" in text)
    window.open(f"{scene.company_url}/o/acme")
    window.text_once(lambda text: "Company" in text)
    scene.company.claims = {"email": "ana@acme.example", "email_verified": False}
    window.press("Agree")
    window.text_once(lambda text: "unverified" in text)


@pytest.mark.parametrize(
    ("scripts", "code", "label"), [(True, "deck", "Deck"), (False, "hull", "Hull")]
)
def test_a_keyboard_is_enough_with_scripts_and_without(
    scene: Scene, window: Browser, scripts: bool, code: str, label: str
) -> None:
    window.let_scripts_run(scripts)
    scene.company.claims = {"email": "ana@acme.example"}
    window.open(f"{scene.company_url}/o/acme")
    window.tab_to("Agree")
    window.type(ENTER)
    window.text_once(lambda text: "Sign out" in text)

    window.tab_to("Find a job or hire")
    window.type(f"eng-7{ENTER}")
    window.text_once(lambda text: "Keeper of Lighthouses" in text)
    window.tab_to(f"job:{scene.jobs['ENG-7']}")
    window.type(ENTER)
    window.text_once(lambda text: "NAMESAKES" in text and "Both sides" in text)

    window.tab_to("Fields")
    window.type(ENTER)
    window.text_once(lambda text: "Save" in text)
    window.tab_to(label)
    window.type(SPACE)
    window.tab_to("Save")
    window.type(ENTER)
    window.text_once(lambda text: "Saved." in text)
    assert f'"{code}"' in scene.station.file.read_text()

    window.tab_to("Needs attention")
    window.type(ENTER)
    window.text_once(lambda text: "Sync now" in text)
    window.tab_to("Sync now")
    window.type(ENTER)
    window.text_once(lambda text: "finished after" in text)
    told = str(window.run("return document.querySelector('time').textContent"))
    assert told.endswith(("Z", "ago")) is not scripts, told


def test_no_page_has_a_serious_fault_for_somebody_without_eyes_or_a_mouse(
    scene: Scene, ana: Browser
) -> None:
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    record = f"/o/acme/records/job:{scene.jobs['ENG-7']}"
    pages = (
        "/",
        "/o/acme",
        "/o/acme/records?q=diver",
        record,
        f"{record}?now=1",
        "/o/acme/fields",
        "/o/acme/plan",
        "/o/acme/drift",
        "/o/acme/syncs",
        "/o/nowhere",
    )
    for page in pages:
        ana.open(f"{scene.url}{page}")
        ana.text_once(lambda text: "reloads automatically" not in text)
        ana.run(axe)
        found: list[dict[str, Any]] = ana.run(
            "return axe.run(document, {resultTypes: ['violations']})"
            ".then(result => result.violations)"
        )
        serious = [
            (one["id"], [node["html"] for node in one["nodes"]])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], page


def test_times_are_the_browser_s_own_and_utc_stands_on_hover(scene: Scene, ana: Browser) -> None:
    ana.open(f"{scene.url}/o/acme/syncs")
    ana.text_once(lambda text: "ago (" in text)
    shown = ana.run("return document.querySelector('time').title")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", shown)


def test_the_pages_come_from_a_process_that_was_given_no_key(scene: Scene) -> None:
    environment = Path(f"/proc/{scene.web.popen.pid}/environ").read_bytes()
    assert b"ORGANIZATIONS_FILE" in environment
    for key in (b"charthop-acme", b"ashby-acme"):
        assert key not in environment
        assert key not in scene.station.file.read_bytes()


def test_the_audit_log_is_whole_and_says_nothing_secret(scene: Scene, ana: Browser) -> None:
    ana.press("Sync now")
    ana.text_once(lambda text: "finished after" in text)
    said = scene.web.said()
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    entries = [one for one in lines if "kind" in one]
    assert {one["kind"] for one in entries} >= {"login", "order"}
    for secret in (PASSWORD, SECRET, "Lighthouses", "Mara", "mara@example.net"):
        assert secret not in said
