"""The log: one JSON object a line, Chinese to be read, and neither secrets nor what people wrote."""

import io
import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from config.wechat import WeChatAccount
from tests.clients import Client
from tests.journeys import VILLAGE, As, draft
from villagepub.extensions import db
from villagepub.web import logs
from villagepub.wechat.client import open_client

PASSWORD = "demo-admin"
UPLOADER = f"uploader-{VILLAGE}"


class Written:
    """What the log says from here on."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]  # at U+2028 too, as some readers do

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """The log as the server writes it, at level INFO."""
    root, package = logging.getLogger(), logging.getLogger("villagepub")
    before = root.handlers, root.level, package.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure(replace(app.config["SETTINGS"], log_level="INFO"))
    yield Written(stream)
    root.handlers, root.level = before[0], before[1]
    package.setLevel(before[2])
    structlog.contextvars.clear_contextvars()


def test_one_line_for_each_request(as_: As, written: Written) -> None:
    disclosure = draft(as_)
    as_(UPLOADER).get(f"/disclosures/{disclosure['id']}", headers={"X-Request-Id": "abc"})
    line = written.of("request")[-1]
    assert line["route"] == "/api/v1/disclosures/<string:disclosure_id>"
    assert (line["method"], line["status"], line["request_id"], line["level"]) == ("GET", 200, "abc", "info")
    assert line["person"] == as_(UPLOADER).get("/me").json["person"]["id"]
    assert line["milliseconds"] >= 0
    assert line["timestamp"].endswith("Z")


def test_the_next_request_inherits_nothing(as_: As, anybody: Client, written: Written) -> None:
    as_(UPLOADER).get("/me")
    anybody.get("/healthz")
    assert "person" not in written.of("request")[-1]


def test_no_secret_and_no_text_of_anybody(app: Flask, anybody: Client, as_: As, written: Written) -> None:
    answer = anybody.post("/auth/login", {"username": "admin", "password": PASSWORD})
    wrong = anybody.post("/auth/login", {"username": "admin", "password": "a-wrong-one"})
    assert (answer.status_code, wrong.status_code) == (200, 401)
    refresh = answer.json["refresh_token"]
    anybody.post("/auth/refresh", {"refresh_token": refresh})
    as_(UPLOADER).get("/disclosures?q=某户低保申请")
    draft(as_, title="某户的低保金额")
    anybody.get("/me", headers={"Authorization": "Bearer a.forged.token"})
    secrets = (PASSWORD, "a-wrong-one", answer.json["access_token"], refresh, "a.forged.token", "Bearer")
    for secret in (*secrets, "低保", str(as_("admin").token)):
        assert secret not in written.text


def test_nobody_writes_a_line_of_his_own(anybody: Client, written: Written) -> None:
    forged = 'a\r\n{"event": "forged"}\u2028\u202e\x85'
    anybody.get("/%0d%0a%7b%22event%22:%22forged%22%7d")
    anybody.get("/nowhere", headers={"X-Request-Id": forged.encode().decode("latin-1").replace("\r\n", " ")})
    anybody.post("/auth/login", {"username": forged, "password": forged})
    logging.getLogger("villagepub").error("told %s", forged + "\ud800")
    anybody.open("FORGED", "/healthz")
    structlog.get_logger("villagepub.tests").info("told", what=forged)
    assert not written.of("forged")
    assert "FORGED" not in written.text
    assert written.of("told")[0]["what"] == forged


def test_chinese_stays_readable(written: Written) -> None:
    structlog.get_logger("villagepub.tests").info("told", what="洼路村")
    logging.getLogger("villagepub.tests").error("存储不可用：%s", "磁盘已满")
    assert "洼路村" in written.text
    assert written.lines[-1]["event"] == "存储不可用：磁盘已满"


def test_what_was_not_foreseen_is_explained_here_alone(
    app: Flask, as_: As, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, value = as_("admin"), "身份证号码"

    def fail() -> None:
        db.session.execute(text("SELECT * FROM no_such_table WHERE a = :a"), {"a": value})

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "accounts.me", fail)
    answer = admin.get("/me")
    line = written.of("database")[0]
    assert "no_such_table" in line["exception"]
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert value not in written.text


def test_an_address_of_wechat_s_is_never_written(app: Flask, anybody: Client, written: Written) -> None:
    """Not even where a library complains of a header: the account's secret stands in the address."""
    account = WeChatAccount("", "wx0123456789abcdef", "secret-of-the-account", "", "", "release")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answering = threading.Thread(target=_answer_badly, args=(listener,))
        answering.start()
        account = replace(account, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], wechat=account)
        app.extensions["wechat"] = open_client(app.config["SETTINGS"])
        assert anybody.post("/auth/wechat", {"code": "code-of-somebody"}).status_code == 401
        answering.join()
    assert written.of("wechat")
    assert account.secret not in written.text
    assert "code-of-somebody" not in written.text


def _answer_badly(listener: socket.socket) -> None:
    body = b'{"errcode": 40029, "errmsg": "invalid code"}'
    connection, _ = listener.accept()
    with connection:
        connection.recv(1 << 16)
        head = b"HTTP/1.1 200 OK\r\nno header at all\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        connection.sendall(head + body)
