"""The cast and the stage: a loaded township on both databases, a clock, and people who sign in."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from config.base import PROJECT
from config.storage import Place
from tests.browser import CHROMIUM, NOT_RUN, Screens, screens_on
from tests.clients import Client, TestClock, sign_in
from tests.engines import Engine, PostgresEngine, SqliteEngine, leave, migrated_app, settings_for
from tests.processes import Installation
from tests.s3 import S3Server, start_s3
from tests.wechat.platform import Platform
from villagepub import create_app
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.storage import open_storage
from villagepub.core.transactions import transaction
from villagepub.setup.operations import load_township
from villagepub.wechat.client import open_client

ZHANGZHENG = PROJECT / "config" / "townships" / "zhangzheng" / "township.yaml"
OTHER_TOWNSHIP = Path(__file__).parent / "data" / "daxin" / "township.yaml"
LOADED_AT = datetime(2023, 11, 1, 8, 30, tzinfo=clock.SHANGHAI)
BEGINS_AT = datetime(2023, 11, 6, 9, 0, tzinfo=clock.SHANGHAI)

BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.slow)]


LONGEST = ("review/test_state_machine.py", "review/test_races.py", "intake/test_many_uploads.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that at the end no worker is left alone with one."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONGEST))


_engines: dict[str, Engine] = {}


def _engine_of(name: str) -> Engine:
    """Made once a process: pytest ends a session's fixture whenever its parameter changes, which is in every file."""
    if name not in _engines:
        sqlite = name == "sqlite"
        _engines[name] = SqliteEngine(Path(tempfile.mkdtemp(prefix="sqlite-"))) if sqlite else PostgresEngine()
    return _engines[name]


def pytest_sessionfinish() -> None:
    for each in _engines.values():
        each.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests that need a browser are not simply skipped: their number is told."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = [report for report in skipped if NOT_RUN in str(report.longrepr)]
    if missed:
        terminalreporter.write_line(f"browser tests not run, for want of Chromium: {len(missed)}", yellow=True)


@pytest.fixture(scope="session", params=BOTH)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the two databases in turn."""
    return _engine_of(request.param)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A real S3 server; its tests are slow."""
    server = start_s3()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def loaded(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in which the sample township and another one are loaded, with nothing disclosed."""
    return _load(engine, tmp_path_factory.getbasetemp())


@cache
def _load(engine: Engine, folder: Path) -> str:
    app = migrated_app(engine.create("loaded"), folder / f"loaded-{engine.name}")
    with app.app_context(), clock.running_on(lambda: LOADED_AT), transaction(tenancy.EVERYWHERE):
        for file in (ZHANGZHENG, OTHER_TOWNSHIP):
            load_township(file, actor=Actor.system("tests"), demo=True)
    leave(app)
    return "loaded"


@pytest.fixture(scope="session")
def screens(engine: Engine, loaded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """Chromium before a server on a copy of the loaded township, at the machine's own clock; see ``IN_CHROMIUM``."""
    if CHROMIUM is None:
        pytest.skip(NOT_RUN)
    installation = Installation(engine.copy(loaded, "browsing"), tmp_path_factory.mktemp("browsing"))
    with installation.server() as port:
        yield from screens_on(f"http://127.0.0.1:{port}")
    engine.drop("browsing")


@pytest.fixture(autouse=True)
def windows_are_shut(request: pytest.FixtureRequest) -> Iterator[None]:
    """When a test that sits before a screen has ended."""
    if "screens" not in request.fixturenames:
        yield
        return
    screens: Screens = request.getfixturevalue("screens")
    yield
    screens.shut()


@pytest.fixture
def moment() -> Iterator[TestClock]:
    """The test's clock: it stands at nine on Monday, 2023-11-06, until it is moved."""
    now = TestClock(BEGINS_AT)
    with clock.running_on(now):
        yield now


@pytest.fixture(scope="session")
def served(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests of an engine: making one costs more than most tests do."""
    return _serve(engine, tmp_path_factory.getbasetemp())


@cache
def _serve(engine: Engine, folder: Path) -> Flask:
    return create_app(settings_for(engine.at("test"), folder / f"served-{engine.name}"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Where the application keeps its files; a test of both stores gives this two."""
    return Place((tmp_path / "files").as_uri())


@pytest.fixture
def app(served: Flask, engine: Engine, loaded: str, moment: TestClock, tmp_path: Path, place: Place) -> Iterator[Flask]:
    """The application on its own copy of the loaded township, with settings and files of its own."""
    settings = settings_for(engine.copy(loaded, "test"), tmp_path, storage_place=place)
    served.config.update(SETTINGS=settings, PROPAGATE_EXCEPTIONS=None)
    served.extensions["storage"] = open_storage(settings.storage_place)
    served.extensions["wechat"] = open_client(settings)
    yield served
    leave(served)
    engine.drop("test")


@pytest.fixture
def platform() -> Iterator[Platform]:
    """The WeChat platform, as far as the tests need one."""
    with Platform() as running:
        yield running


@pytest.fixture
def wechat_app(app: Flask, platform: Platform) -> Flask:
    """The application of ``app``, ``as_`` and ``anybody``, with an account of the platform's."""
    settings = replace(app.config["SETTINGS"], wechat=platform.account)
    app.config["SETTINGS"] = settings
    app.extensions["wechat"] = open_client(settings)
    return app


@pytest.fixture
def own_screens(app: Flask, screens: Screens) -> Iterator[Screens]:
    """The same Chromium before the application of this test, in this process and at the test's clock."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield (own := Screens(screens.chromium, f"http://127.0.0.1:{server.port}"))
        own.shut()
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def own_app(engine: Engine, loaded: str, moment: TestClock, tmp_path: Path) -> Iterator[Flask]:
    """An application of the test's own, which it may add routes to."""
    application = create_app(settings_for(engine.copy(loaded, "test"), tmp_path))
    yield application
    leave(application)
    engine.drop("test")


@pytest.fixture
def empty_app(engine: Engine, moment: TestClock, tmp_path: Path) -> Iterator[Flask]:
    """The application on a migrated database without a single row."""
    application = migrated_app(engine.create("empty"), tmp_path)
    yield application
    leave(application)
    engine.drop("empty")


@pytest.fixture
def anybody(app: Flask) -> Client:
    """Somebody who has not signed in."""
    return Client(app)


@pytest.fixture
def as_(app: Flask, moment: TestClock) -> Callable[[str], Client]:
    """``as_("leader")`` is the leader, signed in; once a test, so move the clock by less than a token lasts."""

    @cache
    def signed_in(username: str, quarter: int) -> Client:
        return sign_in(app, username)

    return lambda username: signed_in(username, int(moment().timestamp() // 600))
