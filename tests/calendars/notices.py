"""Years as an operator would import them, and what follows."""

from pathlib import Path

from click.testing import Result
from flask import Flask

from tests.clients import TestClock
from tests.console import run
from tests.journeys import As, Json, decide, draft, submit
from villagepub.jobs.registry import KINDS
from villagepub.jobs.schedules import SCHEDULES, run_due
from villagepub.jobs.worker import Worker

NEXT = {
    "year": "2027",
    "notice": "国办发明电〔2026〕某号",
    "days_off": "[2027-01-01, 2027-01-04]",
    "days_worked": "[2027-01-02]",
}
NINGXIA = {"region": '"640000000000"', "name": "宁夏", "holidays": "[开斋节, 古尔邦节]"}


def notice(folder: Path, **fields: str) -> Path:
    """A file with these lines."""
    file = folder / f"{fields['year']}.yaml"
    file.write_text("".join(f"{key}: {value}\n" for key, value in fields.items()), encoding="utf-8")
    return file


def take_in(app: Flask, folder: Path, **fields: str) -> Result:
    """``calendar import`` of a file with these lines, which must work."""
    done = run(app, "calendar", "import", notice(folder, **fields), "--by", "综合办公室")
    assert done.exit_code == 0, done.output
    return done


def work(app: Flask) -> None:
    """Whatever jobs are due."""
    worker = Worker(app.app_context, kinds=KINDS, schedules=())
    with app.app_context():
        while worker.run_next():
            pass


def night(app: Flask, moment: TestClock, until: str) -> None:
    """What the schedules want at a moment, and the jobs that come of it."""
    moment.set(until)
    with app.app_context():
        run_due(SCHEDULES)
    work(app)


def waiting_at_the_office(as_: As) -> Json:
    """An item whose stage has three working days."""
    return decide(as_, submit(as_, draft(as_)))
