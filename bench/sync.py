"""Measures of the sync: calls, time, CPU, memory."""

import subprocess
import sys
import time

from bench.organization import Organization
from bench.result import Result, Size
from bench.scene import ROOT, Scene, wait_until
from store.backlog import Backlog

LANES = (32, 64, 96)
CHANGED = 20
FEW, HIRED = 5, 20


def start(size: Size) -> list[Result]:
    """From the start of a worker's process to its first task."""
    seconds, cpu = [], []
    with Scene() as scene:
        _warm(scene)
        for _ in range(max(3, size.rounds)):
            sync = scene.send_sync("warm")
            scene.start_workers(1)
            [worker] = scene.workers
            seconds.append(scene.finished("warm", sync).started_at - worker.began)
            cpu.append(worker.cpu())
            scene.stop_workers()
    return [
        Result("start of a worker to its first task", seconds, "s", 1.5),
        Result("CPU of a worker until it is ready", cpu, "s"),
    ]


def calls(size: Size) -> list[Result]:
    """Counts that no load of the machine changes, and the wait of somebody at the prompt."""
    with Scene() as scene:
        acme = scene.add("acme", size.jobs)
        _warm(scene)
        scene.start_workers(1)
        scene.sync("warm")
        scene.calls()
        before = scene.redis_bytes()
        scene.sync("acme")
        made, _ = scene.calls()
        scene.sync("acme")
        kept = scene.redis_bytes() - before
        scene.calls()
        steady, idle_writes = [], 0
        changed, waits, bare = [], [], []
        hires: list[int] = []
        for _ in range(max(2, size.rounds)):
            scene.sync("acme")
            count, writes = scene.calls()
            steady.append(float(count))
            idle_writes += writes
            acme.edit_jobs(CHANGED)
            scene.sync("acme")
            changed.append((scene.calls()[0] - count) / CHANGED)
            acme.edit_jobs(1)
            waits.append(scene.command("sync", "acme", "--wait"))
            bare.append(scene.command("--help"))
            scene.calls()
        # An organization for each: hires that have not started yet are asked for in later syncs.
        for count in (FEW, HIRED):
            hiring = scene.add(f"hiring{count}", 2 * HIRED)
            scene.write()
            for _ in range(2):
                scene.sync(hiring.name)
            scene.calls()
            scene.sync(hiring.name)
            quiet = scene.calls()[0]
            hiring.hire(count)
            scene.sync(hiring.name)
            hires.append(scene.calls()[0] - quiet)
    jobs = f"{size.jobs} jobs"
    return [
        Result(f"calls for a steady sync of {jobs}, {size.jobs} openings", steady, "calls", 12),
        Result("writes among them", [float(idle_writes)], "writes", 0),
        Result(
            f"further calls per changed record, {CHANGED} of {size.jobs} changed",
            changed,
            "calls",
            2,
        ),
        Result(
            f"calls per new job, {jobs} with three ticked fields",
            [made / size.jobs],
            "calls",
            2.05,
            note="" if size.jobs >= 1000 else "the lists' calls are shared by fewer jobs",
        ),
        Result(
            "calls per finished hire",
            [(hires[1] - hires[0]) / (HIRED - FEW)],
            "calls",
            7,
            note=f"{FEW} hires cost {hires[0]} calls beyond a steady sync, {HIRED} cost {hires[1]}",
        ),
        Result("Redis per synced job", [kept / size.jobs], "bytes", 1500),
        Result(
            "`sync --wait` of one changed job, key press to outcome",
            waits,
            "s",
            0.6,
            note=f"of which the command line itself {min(bare):.2f} s",
        ),
    ]


def cold(size: Size) -> list[Result]:
    """A first sync: one worker, two, and the script that makes the same calls, by turns."""
    script: list[float] = []
    one: list[float] = []
    two: list[float] = []
    cpu: list[float] = []
    calls_made = {"script": 0, "sync": 0}
    with Scene(unpaced=True) as scene:
        _warm(scene)
        for turn in range(size.rounds):
            runs = []
            for lanes in LANES:
                scene.add(f"script{turn}-{lanes}", size.jobs)
                took, calls_made["script"] = _script(scene, f"script{turn}-{lanes}", lanes)
                runs.append(took)
            script.append(min(runs))
            for workers, times in ((1, one), (2, two)):
                name = f"cold{turn}-{workers}"
                scene.add(name, size.jobs)
                scene.write()
                _start_warm(scene, workers)
                used = scene.cpu()
                times.append(scene.sync(name)[1])
                calls_made["sync"] = scene.calls()[0]
                if workers == 1:
                    cpu.append((scene.cpu() - used) / size.jobs * 1000)
    ratios = [mine / its for mine, its in zip(one, script, strict=True)]
    gains = [alone / both for alone, both in zip(one, two, strict=True)]
    jobs = f"{size.jobs} jobs"
    return [
        Result(
            f"cold sync of {jobs}, no allowance: one worker against the asyncio script",
            ratios,
            "times",
            2,
            note=f"{min(one):.1f} s against {min(script):.1f} s at best",
            more={"worker_s": one, "script_s": script, "lanes": LANES, "calls": calls_made},
        ),
        Result(f"jobs a second, cold, {jobs}, one worker", [size.jobs / t for t in one], "jobs/s"),
        Result("jobs a second of the script", [size.jobs / t for t in script], "jobs/s"),
        Result("CPU of the worker per new job", cpu, "ms", 4),
        Result(
            "two workers against one, cold, 50 ms",
            gains,
            "times",
            least=1.7,
            note="two cores in all, for both workers, both sandboxes and Redis",
        ),
    ]


def spread(size: Size) -> list[Result]:
    """Two workers against one where the cores are not what is scarce: slow answers."""
    jobs, gains = max(100, size.jobs // 4), []
    with Scene(latency=0.5, unpaced=True) as scene:
        _warm(scene)
        for turn in range(max(1, size.rounds - 1)):
            times = []
            for workers in (1, 2):
                name = f"slow{turn}-{workers}"
                scene.add(name, jobs)
                scene.write()
                _start_warm(scene, workers)
                sync = scene.send_sync(name)
                wait_until(scene.memory(name).backlog.left, "the first record")
                began = time.time()
                done = scene.finished(name, sync)
                times.append((done.finished_at or 0.0) - began)
            gains.append(times[0] / times[1])
    return [
        Result(
            f"two workers against one, {jobs} records, answers after 500 ms",
            gains,
            "times",
            least=1.9,
            note="the records alone: the lists before them are read by one worker",
        )
    ]


def allowance(size: Size) -> list[Result]:
    """A first sync as fast as Ashby allows."""
    with Scene(allowance=size.allowance) as scene:
        scene.add("acme", size.jobs)
        _warm(scene)
        scene.start_workers(1)
        scene.sync("warm")
        scene.calls()
        scene.ashby.windows.clear()
        took = scene.sync("acme")[1]
        refused = scene.refused()
        to_ashby = len(scene.ashby.calls)
    floor = to_ashby / size.allowance * 60
    return [
        Result(
            f"cold sync of {size.jobs} jobs at {size.allowance} calls a minute, against its floor",
            [took / floor],
            "times",
            1.05,
            note=f"{took:.1f} s, {to_ashby} calls to Ashby, {refused} refused",
        )
    ]


def crowd(size: Size) -> list[Result]:
    """Many organizations without a change, due at once."""
    with Scene() as scene:
        names = [f"org{number}" for number in range(size.crowd)]
        for name in names:
            scene.add(name, 10, ticked=()).link_openings()
        scene.write()
        scene.start_workers(1)
        due_at_once(scene, names)
        scene.calls()
        took, cpu, made = [], [], 0
        for _ in range(size.rounds):
            used = scene.cpu()
            took.append(due_at_once(scene, names))
            cpu.append((scene.cpu() - used) / len(names) * 1000)
            made, writes = scene.calls()
            assert writes == 0, "an idle organization was written to"
    return [
        Result(
            "CPU per idle organization and sync",
            cpu,
            "ms",
            11,
            note=f"10 linked openings each, {made / len(names):.0f} calls",
        ),
        Result(
            "1,000 idle organizations due at once, one worker",
            [each * 1000 / len(names) for each in took],
            "s",
            60,
            note="" if size.crowd == 1000 else f"from {size.crowd}",
        ),
    ]


def fairness(size: Size) -> list[Result]:
    """One record of an organization while another has a mountain of them."""
    waits: dict[int, list[float]] = {}
    for limit in (1000, 0):
        with Scene(allowance=limit, unpaced=not limit) as scene:
            small, big = scene.add("small", 20), scene.add("big", size.waiting)
            _warm(scene)
            scene.start_workers(1)
            scene.sync("small")
            scene.send_sync("big")
            backlog = Backlog(scene.redis, "big")
            wait_until(backlog.left, "the mountain")
            for turn in range(3):
                job = small.jobs[turn]
                small.org.edit_job(job, title=f"Asked for {turn}")
                took = scene.command("sync", "small", "--record", f"job:{job}", "--wait")
                if not backlog.left():
                    break  # too late: nothing was waiting any more
                waits.setdefault(limit, []).append(took)
            del big
            backlog.clear()
    return [
        Result(
            f"`sync --record` of one organization, {size.waiting} jobs of another waiting, "
            + ("1000 calls a minute" if limit else "no allowance"),
            [max(times)],
            "s",
            3,
            note="the longest of " + ", ".join(f"{took:.1f}" for took in times),
        )
        for limit, times in waits.items()
    ]


def due_at_once(scene: Scene, names: list[str]) -> float:
    """Let these organizations be due; the seconds until the last is done."""
    began = time.time()
    with scene.app.producer_or_acquire() as producer:
        ids = {
            name: scene.app.send_task(
                "tasks.sync_organization",
                (name,),
                headers={"trigger": "schedule"},
                producer=producer,
            ).id
            for name in names
        }
    ends = [scene.finished(name, sync).finished_at or 0.0 for name, sync in ids.items()]
    return max(ends) - began


def _warm(scene: Scene) -> Organization:
    """A small organization whose sync wakes a worker up."""
    warm = scene.add("warm", 3)
    scene.write()
    return warm


def _start_warm(scene: Scene, workers: int) -> None:
    """Let so many workers run, each of which has worked already."""
    scene.start_workers(workers)
    for _ in range(2 * workers):
        scene.sync("warm")
    scene.calls()


def _script(scene: Scene, name: str, lanes: int) -> tuple[float, int]:
    scene.calls()
    urls = scene.environment["CHARTHOP_API_URL"], scene.environment["ASHBY_API_URL"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.script", *urls, name, str(lanes)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    took, made = done.stdout.split()
    assert scene.calls()[0] == int(made)
    return float(took), int(made)
