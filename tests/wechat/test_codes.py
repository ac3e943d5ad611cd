"""A mini-program code is made once, and served from our storage from then on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from tests.console import sql
from tests.wechat.platform import JPEG, Platform
from villagepub.extensions import storage
from villagepub.wechat.client import open_client
from villagepub.wechat.codes import STORED_BELOW, code_picture

CODE = "/wxa/getwxacodeunlimit"
PAGE = "pages/item/item"


@pytest.fixture
def on(wechat_app: Flask) -> Iterator[Flask]:
    with wechat_app.app_context():
        yield wechat_app


def test_a_code_is_made_once(on: Flask, platform: Platform) -> None:
    first = code_picture("d=8K3F2A", PAGE)
    assert first is not None
    assert first.startswith(JPEG)
    assert code_picture("d=8K3F2A", PAGE) == first
    assert platform.count(CODE) == 1
    others = {code_picture("d=8K3F2B", PAGE), code_picture("d=8K3F2A", "pages/village/village")}
    assert len(others | {first}) == 3


def test_another_version_has_another_code(on: Flask, platform: Platform) -> None:
    code_picture("d=1", PAGE)
    settings = on.config["SETTINGS"]
    on.config["SETTINGS"] = replace(settings, wechat=replace(settings.wechat, env_version="trial"))
    on.extensions["wechat"] = open_client(on.config["SETTINGS"])
    code_picture("d=1", PAGE)
    asked = [call.body for call in platform.calls if call.path == CODE]
    assert [(each["env_version"], each["check_path"]) for each in asked] == [("release", True), ("trial", False)]


def test_a_picture_that_is_lost_is_made_again(on: Flask, platform: Platform) -> None:
    first = code_picture("d=1", PAGE)
    for stored in storage.list(STORED_BELOW):
        storage.delete(stored.key)
    assert [code_picture("d=1", PAGE), code_picture("d=1", PAGE)] == [first, first]
    assert platform.count(CODE) == 2


def test_two_who_ask_at_once_leave_one_picture(on: Flask, platform: Platform) -> None:
    platform.fault(CODE, times=2, delay=0.2)

    def ask(_: int) -> bytes | None:
        with on.app_context():
            return code_picture("d=1", PAGE)

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(ask, range(2)))) == 1
    assert len(list(storage.list(STORED_BELOW))) == 1
    assert sql(on, "SELECT count(*) FROM wechat_code")[0][0] == 1


def test_without_wechat_there_is_none(app: Flask) -> None:
    with app.app_context():
        assert code_picture("d=1", PAGE) is None


def test_while_wechat_gives_none_there_is_none(on: Flask, platform: Platform) -> None:
    platform.fault(CODE, errcode=45009)
    assert code_picture("d=1", PAGE) is None
    assert code_picture("d=1", PAGE) is not None
