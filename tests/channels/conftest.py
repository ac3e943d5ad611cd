"""A platform that takes what it is sent, and workers that send it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from tests.channels.platforms import Work
from tests.channels.receiver import Receiver, serving
from villagepub.channels import deliveries
from villagepub.channels.posting import Courier, Resolver, resolve_by_system
from villagepub.jobs.registry import KINDS
from villagepub.jobs.worker import Worker


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving() as made:
        yield made


@pytest.fixture
def work(app: Flask) -> Work:
    """Do what is due, with the patience of a test; how many attempts that was. resolve: where names lead."""

    def until_nothing_is_due(resolve: Resolver = resolve_by_system) -> int:
        impatient = partial(deliveries.deliver, courier=Courier(resolve, seconds=0.5))
        deliver = replace(KINDS[deliveries.DELIVER], work=impatient)
        worker = Worker(app.app_context, kinds={**KINDS, deliveries.DELIVER: deliver}, schedules=())
        attempts = 0
        with app.app_context():
            while worker.run_next():
                attempts += 1
        return attempts

    return until_nothing_is_due
