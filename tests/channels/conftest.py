"""A platform that takes what it is sent, or does whatever else it is told to do."""

from collections.abc import Iterator

import pytest

from tests.channels.receiver import Receiver, serving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving() as made:
        yield made
