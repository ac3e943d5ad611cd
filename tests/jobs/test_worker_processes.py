"""Real worker processes, killed, poisoned, hung, orphaned, told to stop: no job is lost and no effect doubled."""

import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.workshop import Workers, Workshop, children, kill
from villagepub.jobs.operations import CRASHED

pytestmark = pytest.mark.slow  # real processes, killed at random

PATIENCE = 240  # seconds, on a busy machine
STEPS = 4
DONE_BETWEEN_KILLS = (1, 40)
PARENT_DIES_EVERY = 20  # kills
BRIEFLY = 0.003  # seconds inside a transaction


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


class Killer:
    """Kills a worker whenever some more jobs are done, at any moment of the job that it is at."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.dice = random.Random(20231106)
        self.kills = 0
        self.end = time.monotonic() + PATIENCE

    def haunt(self, parent: "subprocess.Popen[bytes]", kills: int) -> None:
        """So many kills, or until no job is open."""
        last = self.kills + kills
        while self.kills < last and self._wait_for_more():
            if alive := children(parent.pid):
                kill(self.dice.choice(alive))
                self.kills += 1

    def _wait_for_more(self) -> bool:
        enough = self.workshop.states()["done"] + self.dice.randint(*DONE_BETWEEN_KILLS)
        while (states := self.workshop.states())["done"] < enough:
            assert time.monotonic() < self.end, states
            if not states["queued"] + states["running"]:
                return False
            time.sleep(self.dice.uniform(0.005, 0.03))
        return True


@pytest.mark.parametrize(("brief", "lengthy"), [(950, 50), pytest.param(1900, 100, marks=pytest.mark.soak)])
def test_kills_at_any_moment_lose_no_job_and_double_no_effect(
    workshop: Workshop, workers: Workers, brief: int, lengthy: int
) -> None:
    short = workshop.queue("effect", brief, payload={"seconds": BRIEFLY})
    long = workshop.queue("steps", lengthy, payload={"steps": STEPS, "seconds": BRIEFLY})
    killer = Killer(workshop)
    while workshop.count_open():
        with workers.running(4) as parent:  # killed as well at the end of the block
            killer.haunt(parent, PARENT_DIES_EVERY)
    assert killer.kills > 20
    assert workshop.states() == {"done": brief + lengthy}
    expected = [(job, 0) for job in short] + [(job, step) for job in long for step in range(STEPS)]
    assert workshop.effects() == dict.fromkeys(expected, 1)


def test_a_job_that_kills_its_worker_is_quarantined_and_others_go_on(workshop: Workshop, workers: Workers) -> None:
    poison = workshop.queue("poison", 3)
    others = workshop.queue("effect", 30)
    with workers.running(2):
        wait_until(lambda: not workshop.count_open())
    assert workshop.states() == {"dead": 3, "done": 30}
    assert {(workshop.row(job).attempts, workshop.row(job).error) for job in poison} == {(3, CRASHED)}
    assert workshop.effects() == dict.fromkeys([(job, 0) for job in others], 1)


def test_a_job_that_hangs_ends_with_its_worker(workshop: Workshop, workers: Workers) -> None:
    [hung] = workshop.queue("hang")
    [other] = workshop.queue("effect")
    with workers.running(1):
        wait_until(lambda: not workshop.count_open())
    assert workshop.row(hung).state == "dead"
    assert workshop.effects() == {(other, 0): 1}


def test_a_worker_told_to_stop_finishes_its_job_and_leaves_the_rest(workshop: Workshop, workers: Workers) -> None:
    jobs = workshop.queue("effect", 40, payload={"seconds": 0.1})
    with workers.running(2) as parent:
        wait_until(lambda: workshop.states()["done"] >= 2)
        parent.terminate()
        assert parent.wait(timeout=PATIENCE) == 0
    states = workshop.states()
    assert states.keys() == {"done", "queued"}
    assert workshop.effects().total() == states["done"] < len(jobs)
    assert {workshop.row(job).attempts for job in jobs if workshop.row(job).state == "queued"} == {0}


def test_a_worker_told_to_stop_puts_a_long_job_back_where_it_is(workshop: Workshop, workers: Workers) -> None:
    [job] = workshop.queue("steps", payload={"steps": 200, "seconds": 0.05})
    with workers.running(1) as parent:
        wait_until(lambda: workshop.row(job).progress >= 3)
        parent.terminate()
        assert parent.wait(timeout=PATIENCE) == 0
    row = workshop.row(job)
    assert (row.state, row.attempts) == ("queued", 0)
    assert 3 <= row.progress < 200
    assert workshop.effects() == {(job, step): 1 for step in range(row.progress)}


def test_workers_whose_parent_was_killed_end_by_themselves(workshop: Workshop, workers: Workers) -> None:
    with workers.running(2) as parent:
        wait_until(lambda: len(children(parent.pid)) == 2)
        orphans = children(parent.pid)
        parent.kill()
        parent.wait()
        wait_until(lambda: not any(is_running(pid) for pid in orphans))


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


def test_two_workers_run_a_slot_once(workshop: Workshop, workers: Workers) -> None:
    with workers.running(1, "--scheduled", "--once") as one, workers.running(1, "--scheduled", "--once") as another:
        assert [one.wait(PATIENCE), another.wait(PATIENCE)] == [0, 0]
    assert workshop.effects().total() == 1
