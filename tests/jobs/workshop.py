"""Kinds of job whose effects can be counted, and workers that do them: in this process, or in processes of their own.

An effect is a row that nothing keeps unique and one added to a counter that nothing guards, so a double would show.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as time_of_day
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from config.base import PROJECT
from tests.console import sql
from tests.journeys import TOWNSHIP
from tests.postgres import Database
from tests.processes import Installation
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.transactions import transaction
from villagepub.extensions import db
from villagepub.jobs import operations, supervisor
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Kind, Mode, Payload, Result
from villagepub.jobs.schedules import Schedule, every_day
from villagepub.jobs.worker import Worker

TESTS = Actor.system("tests")
LEASE = timedelta(seconds=1)
UNCOUNTED = 10_000  # attempts: where the test kills workers, the jobs are not to blame


# --- kinds ------------------------------------------------------------------------------------------------


def make_effect(context: JobContext, payload: Payload) -> Result:
    effect(context.job_id)
    time.sleep(payload.get("seconds", 0))
    return {"made": 1}


def make_steps(context: JobContext, payload: Payload) -> Result:
    for step in range(context.cursor or 0, payload["steps"]):
        with context.step(step + 1, step + 1, payload["steps"]):
            effect(context.job_id, step)
            time.sleep(payload.get("seconds", 0))
    return {"made": payload["steps"]}


def effect(job_id: str, step: int = 0) -> None:
    db.session.execute(text("INSERT INTO effect (job_id, step) VALUES (:job, :step)"), {"job": job_id, "step": step})
    db.session.execute(text("UPDATE effect_counter SET made = made + 1"))


def kill_worker(context: JobContext, payload: Payload) -> Result:
    effect(context.job_id)
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def hang(context: JobContext, payload: Payload) -> Result:
    time.sleep(600)
    return None


def go_wrong(context: JobContext, payload: Payload) -> Result:
    effect(context.job_id)
    raise RuntimeError("a mistake in the program, with 640104199001011234 in its text")


def refuse(context: JobContext, payload: Payload) -> Result:
    effect(context.job_id)
    raise JobRefused("这份文件无法读取，请重新上传。", {"page": 3})


KINDS = {
    "effect": Kind(make_effect, max_attempts=UNCOUNTED),
    "steps": Kind(make_steps, Mode.STEPS, max_attempts=UNCOUNTED),
    "poison": Kind(kill_worker, max_attempts=3),
    "hang": Kind(hang, Mode.STEPS, max_attempts=2, patience=timedelta(seconds=0.5)),
    "wrong": Kind(go_wrong, max_attempts=3),
    "refused": Kind(refuse),
}
SCHEDULES = (
    Schedule(
        "always due",
        every_day,
        time_of_day(0, 0),
        lambda: operations.enqueue("effect", {}, actor=TESTS, division=TOWNSHIP) and None,
        late=timedelta(days=1),
    ),
)


# --- in this process --------------------------------------------------------------------------------------


class Workshop:
    """The application, with the tables that effects go to."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        sql(app, "CREATE TABLE effect (job_id VARCHAR(26) NOT NULL, step INTEGER NOT NULL)")
        sql(app, "CREATE TABLE effect_counter (made INTEGER NOT NULL)")
        sql(app, "INSERT INTO effect_counter VALUES (0)")

    def queue(self, kind: str, count: int = 1, *, payload: dict[str, Any] | None = None, **options: Any) -> list[str]:
        """Their ids, in order."""
        options = {"actor": TESTS, "division": TOWNSHIP} | options
        with self.app.app_context(), transaction(tenancy.EVERYWHERE):
            return [operations.enqueue(kind, payload or {}, **options).id for _ in range(count)]

    def worker(self, **options: Any) -> Worker:
        return Worker(self.app.app_context, **({"kinds": KINDS, "schedules": ()} | options))

    def work(self, **options: Any) -> int:
        """Do what is due. How many attempts that was."""
        worker = self.worker(**options)
        attempts = 0
        with self.app.app_context():
            while worker.run_next():
                attempts += 1
        return attempts

    def row(self, job_id: str) -> Any:
        [row] = sql(self.app, "SELECT * FROM job WHERE id = :id", id=job_id)
        return row

    def states(self) -> Counter[str]:
        return Counter(dict(sql(self.app, "SELECT state, count(*) FROM job GROUP BY state")))

    def count_open(self) -> int:
        states = self.states()
        return states["queued"] + states["running"]

    def effects(self) -> Counter[tuple[str, int]]:
        """How often each was made; the counter agrees."""
        made = Counter((job, step) for job, step in sql(self.app, "SELECT job_id, step FROM effect"))
        assert sql(self.app, "SELECT made FROM effect_counter") == [(made.total(),)]
        return made


# --- in processes -----------------------------------------------------------------------------------------


class Workers:
    """``flask worker`` with the kinds above."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._environment = Installation(database, folder).environment

    @contextmanager
    def running(self, concurrency: int, *switches: str) -> Iterator["subprocess.Popen[bytes]"]:
        """The parent; killed at the end if it is still there."""
        process = self.start(concurrency, *switches)
        try:
            yield process
        finally:
            for pid in children(process.pid):
                kill(pid)
            process.kill()
            process.wait()

    def start(self, concurrency: int, *switches: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.jobs.workshop", f"--concurrency={concurrency}", *switches]
        return subprocess.Popen(command, env=self._environment, cwd=PROJECT, stderr=subprocess.DEVNULL)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--concurrency", type=int)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--scheduled", action="store_true")
    options = parser.parse_args()
    from wsgi import app

    schedules = SCHEDULES if options.scheduled else ()
    worker = Worker(app.app_context, kinds=KINDS, schedules=schedules, lease=LEASE, pause=0.05)
    with app.app_context():
        supervisor.work(worker, once=options.once, concurrency=options.concurrency)


if __name__ == "__main__":
    main()
