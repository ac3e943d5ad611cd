"""Counts and times for Prometheus; with several workers, through the folder PROMETHEUS_MULTIPROC_DIR."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
_requests = Counter("villagepub_requests", "Requests answered", ["method", "route", "status"])
_seconds = Histogram("villagepub_request_seconds", "Time to answer, in seconds", ["method", "route"])


def observe(method: str, route: str, status: int, seconds: float) -> None:
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)


def exposition() -> bytes:
    """All metrics of all workers in the Prometheus text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)
