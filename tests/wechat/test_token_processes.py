"""One token for all threads of all processes: real ones, on one database."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from config.base import PROJECT
from tests.postgres import Database
from tests.processes import Installation
from tests.wechat.askers import THREADS
from tests.wechat.platform import TOKEN, Platform

pytestmark = pytest.mark.slow  # starts interpreters

ONE = "o-wa-lu-cun-0001"
CHECK = "/wxa/msg_sec_check"
PROCESSES = 2

Asker = subprocess.Popen[str]


@pytest.fixture
def askers(app: Flask, platform: Platform, tmp_path: Path) -> Iterator[list[Asker]]:
    settings = app.config["SETTINGS"]
    place = Installation(Database(settings.database_owner_url, settings.database_url), tmp_path / "askers")
    environment = place.environment | {
        "WECHAT_BASE_URL": platform.url,
        "WECHAT_APPID": platform.appid,
        "WECHAT_SECRET": platform.secret,
    }
    command = [sys.executable, "-m", "tests.wechat.askers", ONE]
    with ExitStack() as running:
        started = [
            running.enter_context(
                subprocess.Popen(
                    command, env=environment, cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            )
            for _ in range(PROCESSES)
        ]
        for each in started:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        yield started
        for each in started:
            assert each.stdin is not None
            each.stdin.close()


def ask_all(askers: list[Asker]) -> set[str]:
    """Each asks with all its threads, at the same time; what they were answered."""
    for each in askers:
        assert each.stdin is not None
        each.stdin.write("ask\n")
        each.stdin.flush()
    return {each.stdout.readline().strip() for each in askers if each.stdout}


def test_one_token_at_the_beginning_and_one_after_each_end(askers: list[Asker], platform: Platform) -> None:
    platform.login_code(ONE)
    assert ask_all(askers) == {"pass"}
    assert (platform.count(TOKEN), platform.count(CHECK)) == (1, PROCESSES * THREADS)
    for refreshes, state in enumerate(("expired", "superseded"), 2):
        platform.token(state)
        assert ask_all(askers) == {"pass"}
        assert platform.count(TOKEN) == refreshes
