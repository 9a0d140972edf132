"""Measures of webhooks: how soon an event has its outcome, at what cost, and how many are taken."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psutil

from bench.organization import Organization
from bench.result import Result, Size
from bench.scene import ROOT, Scene, wait_until, web
from core.keys import RecordKey, job_key, offer_key

SECRET = "webhook-secret-of-the-benchmark!"
KINDS = (
    *("candidateHire", "candidateStageChange", "candidateMerge", "openingCreate"),
    *("offerCreate", "offerUpdate", "offerDelete"),
)
EDITS, HIRES, FOREIGN = 30, 8, 5
FLOOD_RATE, FLOOD_SECONDS, FLOODED = 500, 10, 200
DELIVERS_EVERY = 0.005
"""Seconds between two looks of the sandboxes at what is to be sent."""


def events(size: Size) -> list[Result]:
    """One event after the other, with nothing else under way."""
    del size
    with _hooked(jobs=EDITS + HIRES) as (scene, acme), _delivering(scene):
        edits, edit_calls = [], []
        for job_id in acme.jobs[:EDITS]:
            began = time.time()
            acme.org.edit_job(job_id, title=f"{acme.org.job(job_id)['title']}, senior")
            edits.append(_outcome_at(scene, job_key(job_id), began) - began)
            edit_calls.append(float(_calm(scene)))
        hires, hire_calls = [], []
        for _ in range(HIRES):
            application = acme.offer_next()
            (offer,) = (one.id for one in acme.account.offers_of(application))
            _calm(scene)
            began = time.time()
            acme.account.set_application_status(application, "Hired")
            hires.append(_outcome_at(scene, offer_key(offer), began, "created") - began)
            hire_calls.append(float(_calm(scene)))
        foreign = []
        for number in range(FOREIGN):
            candidate = acme.account.add_candidate(f"Kim Example{number}", email=None)
            application = acme.account.add_application(candidate)
            acme.account.set_application_status(application, "Archived")
            foreign.append(float(_calm(scene)))
    return [
        Result("from event to outcome, a job edited", edits, "s", 2, note=_longest(edits)),
        Result("from event to outcome, a hire", hires, "s", 2, note=_longest(hires)),
        Result("calls for it, a job edited", edit_calls, "calls", 3),
        Result("calls for it, a hire", hire_calls, "calls", 9),
        Result("calls for it, nothing of ours", foreign, "calls", 1),
    ]


def flood(size: Size) -> list[Result]:
    """500 events a second for ten seconds about 200 jobs, and syncs of another organization."""
    del size
    number = FLOOD_RATE * FLOOD_SECONDS
    with _hooked(jobs=FLOODED) as (scene, acme):
        quiet = [scene.sync("globex")[1] for _ in range(3)]
        parcel = _pack(scene, acme, number)
        before, cpu = _noted(scene), _cpu_seconds()
        sender = subprocess.Popen(
            [sys.executable, "-m", "bench.sender", str(parcel), str(FLOOD_RATE)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        with sender:
            meanwhile = []
            while sender.poll() is None:
                meanwhile.append(scene.sync("globex")[1])
            assert sender.stdout is not None
            told = json.loads(sender.stdout.read())
        noted, cpu = _noted(scene) - before, _cpu_seconds() - cpu
        _calm(scene)
        late = [job for job in acme.jobs if not _in_step(scene, acme, job)]
    refused = sum(count for status, count in told["statuses"].items() if status != "200")
    rate, each = number / told["seconds"], 1000 * cpu / number
    return [
        Result(
            f"{number} events offered at {FLOOD_RATE} a second: taken",
            [rate],
            "a second",
            least=0.98 * FLOOD_RATE,
        ),
        Result("of them answered otherwise than 200", [float(refused)], "events", 0),
        Result(
            "of them answered with 200 and not noted",
            [float(number - refused - noted)],
            "events",
            0,
        ),
        Result("jobs out of step afterwards", [float(len(late))], "jobs", 0),
        Result("CPU of `web` for one event", [each], "ms", 2, note="HTTP included"),
        Result(
            "syncs of another organization meanwhile, the longest",
            [max(meanwhile)],
            "s",
            5,
            note=f"{len(meanwhile)} of {median(meanwhile):.2f} s, before {median(quiet):.2f} s",
        ),
    ]


def _noted(scene: Scene) -> int:
    """How many events of ChartHop have been noted."""
    counts = scene.memory("acme").events.counts()
    return sum(count for (system, _, _), count in counts.items() if system == "charthop")


def _cpu_seconds() -> float:
    """What the web process has used of a processor so far."""
    (process,) = (one for one in psutil.Process().children() if "web" in one.cmdline())
    used = process.cpu_times()
    return float(used.user + used.system)


def _pack(scene: Scene, acme: Organization, number: int) -> Path:
    """Edit the jobs by turns, and put what would be sent of it into a file for `bench.sender`."""
    for turn in range(number):
        acme.org.edit_job(acme.jobs[turn % FLOODED], title=f"Engineer {turn}")
    outbox = scene.charthop.outbox
    sent = [[one.url, dict(one.headers), one.body.decode()] for one in outbox.pending]
    outbox.pending.clear()
    parcel = scene.folder / "flood.json"
    parcel.write_text(json.dumps(sent))
    return parcel


@contextmanager
def _hooked(jobs: int) -> Iterator[tuple[Scene, Organization]]:
    """acme, in step and with webhooks of both services, beside globex without any."""
    with ExitStack() as stack:
        scene = stack.enter_context(Scene())
        acme = scene.add("acme", jobs)
        scene.add("globex", 10)
        acme.webhook_secret = SECRET
        scene.write()
        scene.start_workers(1)
        for name in ("acme", "globex"):
            scene.sync(name)
        url = stack.enter_context(web(scene))
        for kind in KINDS:
            acme.account.add_webhook(kind, f"{url}/webhooks/ashby/acme", SECRET)
        acme.org.send_events(f"{url}/webhooks/charthop/acme", SECRET)
        scene.sync("acme")
        scene.calls()
        yield scene, acme


@contextmanager
def _delivering(scene: Scene) -> Iterator[None]:
    with scene.charthop.outbox.running(DELIVERS_EVERY), scene.ashby.outbox.running(DELIVERS_EVERY):
        yield


def _outcome_at(scene: Scene, record: RecordKey, began: float, outcome: str = "") -> float:
    """When the record had an outcome after that moment, in epoch seconds."""
    results = scene.memory("acme").results

    def ended() -> float | None:
        kept = results.get(record)
        is_new = kept is not None and kept.at > began
        return kept.at if kept and is_new and outcome in ("", kept.result.outcome) else None

    return wait_until(ended, f"an outcome of {record}", pause=0.01)


def _calm(scene: Scene) -> int:
    """Wait until nothing is under way; the calls since the last time."""
    backlog = scene.memory("acme").backlog
    looks = 0
    while looks < 10:
        is_calm = scene.charthop.outbox.is_empty and scene.ashby.outbox.is_empty
        looks = looks + 1 if is_calm and not backlog.left() else 0
        time.sleep(0.05)
    return scene.calls()[0]


def _in_step(scene: Scene, acme: Organization, job_id: str) -> bool:
    kept = scene.memory("acme").results.get(job_key(job_id))
    opening = acme.account.openings[kept.result.opening_id or ""] if kept is not None else None
    title = acme.org.job(job_id)["title"]
    return opening is not None and opening.version.get("description") == title


def _longest(seconds: list[float]) -> str:
    return f"{len(seconds)} of them, the longest {max(seconds):.2f} s"
