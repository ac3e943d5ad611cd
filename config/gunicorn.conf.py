"""How the server runs: a few processes of a few threads, each process renewed now and then."""

import os
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8

# What leaks is given back; the jitter keeps the workers from leaving together.
max_requests = 10_000
max_requests_jitter = 1_000
graceful_timeout = 30

# The heartbeat file is touched every second: on a slow disk that alone could make a worker look dead.
if Path("/dev/shm").is_dir():  # noqa: S108  gunicorn makes a file of its own there
    worker_tmp_dir = "/dev/shm"  # noqa: S108

control_socket_disable = True  # it would live in the home folder, and the image's user has none
accesslog = None  # the program logs its own requests


def on_starting(server: Any) -> None:
    """The counts of the workers of an earlier start are not ours."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for file in Path(folder).glob("*.db"):
            file.unlink()


def child_exit(server: Any, worker: Any) -> None:
    """A gauge of a worker that is gone is no longer shown."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)
