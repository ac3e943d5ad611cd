"""Every page, in townships where everything that people can write is hostile: well made, and nothing of it runs.

Each field takes the hostile text or is seen to refuse it, each page is opened by everybody who may, and in Chromium
each thing that was shown to anybody is rendered once. What a page says does not depend on the database, and what a
browser makes of it even less: so all of this runs on SQLite alone.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.bodies import operations
from tests.browser import IN_CHROMIUM, Screens
from tests.browsing.addresses import FILES, NO_DOCUMENTS, addresses_in, documents_of, page_routes
from tests.browsing.hostile_township import SHAPED, faults_of, hostile, keys_asked_for, read_files
from tests.browsing.payloads import PAYLOADS, WHOLE
from tests.browsing.pen import Pen, texts_of
from tests.browsing.refusals import not_refused
from tests.browsing.shown import Album, Screen
from tests.browsing.town import Town, written_town
from tests.browsing.visiting import Visitors, ask_with_hostile_words, open_everywhere, send_hostile_forms
from tests.clients import TestClock
from tests.conftest import BEGINS_AT, OTHER_TOWNSHIP
from tests.engines import Engine, leave, settings_for
from tests.pages import faults_of as faults_of_page
from villagepub import create_app
from villagepub.core import clock

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def place(engine: Engine, loaded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of this file's own: what is written in it serves all of its tests, in their order."""
    app = create_app(settings_for(engine.copy(loaded, "hostile"), tmp_path_factory.mktemp("hostile")))
    with clock.running_on(TestClock(BEGINS_AT)):
        yield app
    leave(app)
    engine.drop("hostile")


@pytest.fixture(scope="module")
def town(place: Flask, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A place of the files of the other township that takes no hostile text is one that is said to be shaped."""
    folder = tmp_path_factory.mktemp("township")
    files = read_files(OTHER_TOWNSHIP.parent)
    assert not keys_asked_for(files, folder)
    files, shaped = hostile(files, Pen(place), folder)
    assert shaped == SHAPED
    assert not faults_of(files, folder)
    return written_town(place, files.write(folder))


@pytest.fixture(scope="module")
def visitors(town: Town) -> Visitors:
    return Visitors(town)


@pytest.fixture(scope="module")
def album(place: Flask, town: Town, visitors: Visitors) -> Album:
    """Whatever can be shown: every page, pages that are asked with hostile words, and what answers hostile forms."""
    album = Album()
    assert list(open_everywhere(visitors, addresses_in(town) | documents_of(town), album)) == []
    assert list(ask_with_hostile_words(visitors, place, town.pen, album)) == []
    assert list(send_hostile_forms(visitors, town.pen, album)) == []
    return album


def test_every_field_was_written_or_refuses_such_text(place: Flask, town: Town) -> None:
    """A field that is new must be written, a door for files given one."""
    assert list(not_refused(place, town)) == []
    assert town.pen.filed == {operation.name for operation in operations(place) if operation.takes_a_file}


def test_fields_hold_all_payloads_or_as_many_whole_ones_as_have_room(place: Flask, town: Town) -> None:
    assert len(set(PAYLOADS)) == 200
    texts = texts_of(place)
    short = set[str]()
    for field, payloads in town.pen.written.items():
        longest = texts[field].get("maxLength", 0) if field in texts else 0
        if longest >= len(WHOLE) + 100:
            assert payloads == set(PAYLOADS), field
        elif 0 < longest <= 500:
            short |= payloads
    assert short == set(PAYLOADS)


def test_every_page_has_addresses(place: Flask, town: Town) -> None:
    """A page that is new must be given some, and so must a document that a browser renders."""
    assert set(addresses_in(town)) == page_routes(place)
    others = {
        operation.name
        for operation in operations(place)
        if operation.method == "get"
        and not operation.path.endswith(FILES)
        and set(operation.description["responses"]["200"].get("content", ())) != {"application/json"}
    }
    assert others == set(documents_of(town)) | NO_DOCUMENTS


def test_every_page_is_well_made(album: Album) -> None:
    faults = [
        (shown.who, shown.path, fault) for shown in album if shown.is_html for fault in faults_of_page(shown.page)
    ]
    assert faults == []


def test_nothing_that_people_wrote_runs_or_fetches(album: Album, visitors: Visitors, screens: Screens) -> None:
    screen = Screen(screens.chromium, visitors.get)
    faults = [(shown.who, shown.path, found) for shown in album if (found := screen.faults_of(shown))]
    screen.context.close()
    assert faults == []
    assert len(album) > 500
