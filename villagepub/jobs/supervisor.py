"""The processes that work: so many, started again when one dies, ended together.

Processes and not threads, so that a job that kills its worker kills no other job with it.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.context import ForkProcess
from types import FrameType

import structlog

from villagepub.jobs.worker import StopSign, Worker

WAKE_EVERY = 0.5  # seconds
RESTART_PAUSE = 0.2

log = structlog.get_logger("villagepub.worker")


def work(worker: Worker, *, once: bool = False, concurrency: int = 1) -> None:
    """Until SIGTERM or SIGINT, in child processes; with once, in this one, until nothing is due.

    On a signal each process finishes its job, or puts it back after the step that it is at.
    """
    with stopped_by_signals(worker.stopping):
        if once:
            worker.run(once=True)
        else:
            _supervise(worker, concurrency)


@contextmanager
def stopped_by_signals(stopping: StopSign) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        stopping.is_set = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _supervise(worker: Worker, concurrency: int) -> None:
    children: list[ForkProcess] = []
    log.info("workers_begin", concurrency=concurrency)
    while not worker.stopping.is_set:
        children += [_child(worker) for _ in range(concurrency - len(children))]
        connection.wait([child.sentinel for child in children], timeout=WAKE_EVERY)
        if dead := [child for child in children if not child.is_alive()]:
            children = [child for child in children if child not in dead]
            for child in dead:
                log.error("worker_died", exit_code=child.exitcode)
            worker.stopping.wait(RESTART_PAUSE)
    for child in children:
        child.terminate()
    for child in children:
        child.join()
    log.info("workers_end")


def _child(worker: Worker) -> ForkProcess:
    """Forked, so that it is there at once; no connection may be open in the parent then."""
    child = multiprocessing.get_context("fork").Process(target=_work_as_child, args=(worker, os.getpid()))
    child.start()
    return child


def _work_as_child(worker: Worker, parent: int) -> None:
    threading.Thread(target=_end_with, args=(parent, worker.stopping), daemon=True).start()
    worker.run()


def _end_with(parent: int, stopping: StopSign) -> None:
    """Nobody could stop a worker whose parent was killed."""
    while os.getppid() == parent:
        stopping.wait(WAKE_EVERY)
    stopping.is_set = True
