"""The stage of the browser tests: a served copy of the loaded township, at the clock of the machine."""

from collections.abc import Iterator

import pytest

from tests import browser
from tests.browser import Screens, screens_on
from tests.engines import Engine, SqliteEngine
from tests.processes import Installation


@pytest.fixture(scope="session")
def screens(engine: Engine, loaded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    if browser.CHROMIUM is None:
        pytest.skip(browser.NOT_RUN)
    if not isinstance(engine, SqliteEngine):
        pytest.skip("a browser sees no difference between the databases")
    installation = Installation(engine.copy(loaded, "browsing"), tmp_path_factory.mktemp("browsing"))
    with installation.server() as port:
        yield from screens_on(f"http://127.0.0.1:{port}")
    engine.drop("browsing")
