"""A job exists if its transaction was committed, is had by one worker at a time, and is stored once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.clients import TestClock
from tests.console import sql
from tests.jobs.workshop import KINDS, TESTS, Workshop, effect
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As
from villagepub.core import tenancy
from villagepub.core.errors import Unavailable
from villagepub.core.ids import new_id
from villagepub.core.transactions import transaction
from villagepub.jobs import operations
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Kind, LeaseLost, Mode, Payload, Result
from villagepub.jobs.operations import Claim, delay_after
from villagepub.jobs.worker import LEASE, WENT_WRONG, Worker

THREADS = 4


def claim(workshop: Workshop) -> Claim:
    with workshop.app.app_context(), transaction(tenancy.EVERYWHERE):
        found = operations.claim(KINDS, LEASE)
    assert found is not None
    return found


def side_by_side(count: int, work: Any) -> list[Any]:
    """The same in so many threads, begun together."""
    barrier = Barrier(count)

    def begin(number: int) -> Any:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


# --- queueing ---------------------------------------------------------------------------------------------


def test_a_job_is_gone_with_the_transaction_that_queued_it(workshop: Workshop) -> None:
    def queue_and_break_off() -> None:
        with workshop.app.app_context(), transaction(tenancy.EVERYWHERE):
            operations.enqueue("effect", {}, actor=TESTS, division=TOWNSHIP)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        queue_and_break_off()
    assert workshop.states() == {}


def test_of_one_key_one_job_is_open(workshop: Workshop) -> None:
    [first] = workshop.queue("effect", key="2023-10")
    assert workshop.queue("effect", 2, key="2023-10") == [first, first]
    assert workshop.queue("effect", key="2023-11") != [first]
    assert workshop.queue("steps", key="2023-10", payload={"steps": 1}) != [first]
    assert workshop.queue("effect", key="2023-10", division=VILLAGE) != [first]
    workshop.work()
    assert workshop.queue("effect", key="2023-10") != [first]


def test_of_one_key_one_job_is_open_however_many_ask_at_once(workshop: Workshop) -> None:
    queued = side_by_side(2 * THREADS, lambda: workshop.queue("effect", 5, key="same"))
    assert len({job for jobs in queued for job in jobs}) == 1


def test_a_job_waits_for_its_time(workshop: Workshop, moment: TestClock) -> None:
    workshop.queue("effect", due_at=moment() + timedelta(hours=1))
    assert workshop.work() == 0
    moment.forward(hours=1)
    assert workshop.work() == 1


def test_a_worker_leaves_kinds_alone_that_it_does_not_know(workshop: Workshop) -> None:
    workshop.queue("of a later version")
    assert workshop.work() == 0
    assert workshop.states() == {"queued": 1}


# --- claiming ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_job_is_claimed_twice(workshop: Workshop) -> None:
    jobs = workshop.queue("effect", 400)
    assert sum(side_by_side(THREADS, workshop.work)) == 400
    assert workshop.states() == {"done": 400}
    assert workshop.effects() == dict.fromkeys([(job, 0) for job in jobs], 1)
    assert sql(workshop.app, "SELECT max(attempts) FROM job") == [(1,)]


def test_a_job_whose_lease_ended_is_taken_over_and_the_first_worker_stores_nothing(
    workshop: Workshop, moment: TestClock
) -> None:
    [job] = workshop.queue("effect")
    slow = claim(workshop)
    assert workshop.work() == 0
    moment.forward(seconds=LEASE.total_seconds())
    assert workshop.work() == 1

    def end_late() -> None:
        with workshop.app.app_context(), transaction(tenancy.EVERYWHERE):
            effect(slow.job_id)
            operations.finish(slow, {"made": "too late"})

    with pytest.raises(LeaseLost):
        end_late()
    assert workshop.effects() == {(job, 0): 1}
    assert workshop.row(job).attempts == 2


def test_a_lease_that_is_kept_up_does_not_end(workshop: Workshop, moment: TestClock) -> None:
    workshop.queue("effect")
    slow = claim(workshop)
    for _ in range(3):
        moment.forward(seconds=LEASE.total_seconds() - 1)
        with workshop.app.app_context():
            operations.extend(slow, LEASE)
        assert workshop.work() == 0
    with workshop.app.app_context(), pytest.raises(LeaseLost):
        operations.extend(replace(slow, token=new_id()), LEASE)


# --- what goes wrong --------------------------------------------------------------------------------------


def test_what_goes_wrong_is_tried_again_later_and_left_to_a_person_in_the_end(
    workshop: Workshop, moment: TestClock
) -> None:
    [job] = workshop.queue("wrong")
    for _ in range(KINDS["wrong"].max_attempts):
        assert workshop.work() == 1
        assert workshop.work() == 0
        moment.forward(hours=2)
    assert workshop.work() == 0
    row = workshop.row(job)
    assert (row.state, row.attempts, row.error) == ("dead", 3, WENT_WRONG)
    assert workshop.effects() == {}


def test_a_refusal_is_not_tried_again(workshop: Workshop, moment: TestClock) -> None:
    [job] = workshop.queue("refused")
    workshop.work()
    moment.forward(hours=2)
    assert workshop.work() == 0
    assert (workshop.row(job).state, workshop.row(job).error) == ("failed", "这份文件无法读取，请重新上传。")
    assert workshop.effects() == {}


def test_a_passing_trouble_is_tried_again(workshop: Workshop, moment: TestClock) -> None:
    def be_busy_once(context: JobContext, payload: Payload) -> Result:
        if context.attempt == 1:
            raise Unavailable()
        effect(context.job_id)
        return None

    [job] = workshop.queue("busy")
    assert workshop.work(kinds={"busy": Kind(be_busy_once)}) == 1
    assert workshop.states() == {"queued": 1}
    moment.forward(hours=2)
    assert workshop.work(kinds={"busy": Kind(be_busy_once)}) == 1
    assert (workshop.row(job).state, workshop.row(job).error) == ("done", None)


def test_each_delay_is_about_twice_the_last_up_to_an_hour() -> None:
    for attempt, seconds in [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (60, 3600)]:
        delays = [delay_after(attempt).total_seconds() for _ in range(200)]
        assert 0.75 * seconds <= min(delays) < 0.85 * seconds
        assert 1.15 * seconds < max(delays) <= 1.25 * seconds


# --- steps and progress -----------------------------------------------------------------------------------


def test_a_job_of_steps_goes_on_after_the_last_step_stored(workshop: Workshop, moment: TestClock) -> None:
    """Three attempts a step are allowed; five steps that each go wrong twice pass."""
    tried: Counter[int] = Counter()

    def stumble(context: JobContext, payload: Payload) -> Result:
        for step in range(context.cursor or 0, 5):
            with context.step(step + 1, step + 1, 5):
                effect(context.job_id, step)
                tried[step] += 1
                if tried[step] < 3:
                    raise ConnectionError
        return {"steps": 5}

    [job] = workshop.queue("stumble")
    for _ in range(11):
        workshop.work(kinds={"stumble": Kind(stumble, Mode.STEPS, max_attempts=3)})
        moment.forward(hours=2)
    assert (workshop.row(job).state, workshop.row(job).progress) == ("done", 5)
    assert workshop.effects() == {(job, step): 1 for step in range(5)}


def test_clients_see_progress_while_the_job_runs(workshop: Workshop, as_: As) -> None:
    told, looked = Event(), Event()

    def count(context: JobContext, payload: Payload) -> Result:
        context.progress(2, 5)
        told.set()
        assert looked.wait(10)
        return {"counted": 5}

    admin = as_("admin")
    [job] = workshop.queue("count")
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(workshop.work, kinds={"count": Kind(count, Mode.READ)})
        assert told.wait(10)
        answer = admin.get(f"/jobs/{job}").json
        assert (answer["state"], answer["progress"], answer["total"]) == ("running", 2, 5)
        looked.set()
        assert working.result() == 1
    answer = admin.get(f"/jobs/{job}").json
    assert (answer["state"], answer["result"]) == ("done", {"counted": 5})


def test_progress_inside_a_writing_transaction_is_a_mistake_on_both_databases(workshop: Workshop) -> None:
    def tell(context: JobContext, payload: Payload) -> Result:
        with pytest.raises(RuntimeError):
            context.progress(1, 2)
        return {"refused": True}

    [job] = workshop.queue("tell")
    workshop.work(kinds={"tell": Kind(tell)})
    assert workshop.row(job).state == "done"


def test_a_job_that_reads_cannot_write(workshop: Workshop) -> None:
    def write(context: JobContext, payload: Payload) -> Result:
        with pytest.raises(DBAPIError):
            effect(context.job_id)
        raise InterruptedError

    workshop.queue("write")
    workshop.work(kinds={"write": Kind(write, Mode.READ)})
    assert workshop.effects() == {}


@pytest.mark.parametrize(("everywhere", "prefixes"), [(False, (NEIGHBOUR,)), (True, ("",))])
def test_a_job_reaches_the_places_of_its_division(
    workshop: Workshop, everywhere: bool, prefixes: tuple[str, ...]
) -> None:
    def tell(context: JobContext, payload: Payload) -> Result:
        return {"prefixes": list(tenancy.current().prefixes)}

    [job] = workshop.queue("tell", division=NEIGHBOUR)
    workshop.work(kinds={"tell": Kind(tell, everywhere=everywhere)})
    [(result,)] = sql(workshop.app, "SELECT CAST(result AS TEXT) FROM job WHERE id = :id", id=job)
    assert f'"{prefixes[0]}"' in result


def test_a_worker_that_is_told_to_stop_takes_no_other_job(workshop: Workshop) -> None:
    workshop.queue("effect", 2)
    worker: Worker = workshop.worker()
    worker.stopping.is_set = True
    worker.run()
    assert workshop.states() == {"queued": 2}
