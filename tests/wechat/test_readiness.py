"""What the operator is told who has just entered the account."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.console import run
from tests.wechat.platform import TOKEN, Platform
from villagepub.wechat.client import open_client


def with_settings(app: Flask, **changes: object) -> None:
    app.config["SETTINGS"] = settings = replace(app.config["SETTINGS"], **changes)
    app.extensions["wechat"] = open_client(settings)


def test_an_account_that_works(wechat_app: Flask) -> None:
    with_settings(wechat_app, public_base_url="https://cunwu.example.gov.cn")
    done = run(wechat_app, "wechat", "check")
    assert (done.exit_code, done.output) == (0, "微信可以使用。\n")


def test_no_account(app: Flask) -> None:
    done = run(app, "wechat", "check")
    assert done.exit_code == 1
    assert "没有启用微信" in done.output


@pytest.mark.parametrize(
    ("changes", "said"), [({"push_token": ""}, "WECHAT_PUSH_TOKEN"), ({"secret": "not-that-one"}, "errcode 40125")]
)
def test_what_is_missing_or_refused(wechat_app: Flask, platform: Platform, changes: dict[str, str], said: str) -> None:
    with_settings(wechat_app, wechat=replace(platform.account, **changes))
    done = run(wechat_app, "wechat", "check")
    assert done.exit_code == 1
    assert said in done.output
    assert "PUBLIC_BASE_URL" in done.output
    assert platform.secret not in done.output
    assert platform.count(TOKEN) == 1
