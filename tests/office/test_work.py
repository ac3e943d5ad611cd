"""One's own long work: begun on a screen, left, and found again with what came of it, by nobody else."""

from io import BytesIO

import pytest
from flask import Flask

from tests.applications.test_files import HEADER
from tests.clients import TestClock
from tests.exports.desk import ask, work
from tests.imports.files import count_posts, posts
from tests.journeys import VILLAGE, As
from tests.pages import Browser, Page
from villagepub.imports.operations import MOST_ROWS_AT_ONCE

MANY = MOST_ROWS_AT_ONCE + 1
LEDGER, CONSOLE = "/console/ledgers/channel-posts/import", "/console/imports/channel-posts"


@pytest.fixture
def admin(app: Flask) -> Browser:
    return _signed_in(app, "admin")


def _signed_in(app: Flask, username: str) -> Browser:
    browser = Browser(app)
    browser.sign_in(username)
    return browser


def _upload(browser: Browser, path: str, data: bytes, name: str = "渠道发布.csv") -> Page:
    fields = browser.get(path).form(path) | {"file": (BytesIO(data), name)}
    return browser.post(path, fields, content_type="multipart/form-data")


def _rows(browser: Browser) -> list[str]:
    return [" ".join(row.to_text().split()) for row in browser.get("/work").all(".items li")]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "to"), [(LEDGER, LEDGER), (CONSOLE, f"{CONSOLE}/confirm")])
def test_a_file_of_many_rows_is_left_to_a_worker(app: Flask, admin: Browser, path: str, to: str) -> None:
    asked = _upload(admin, path, posts(MANY))
    assert f"{MANY} 行，还没有检查" in asked.words
    assert _rows(admin) == []
    job = admin.send(asked, to)
    assert job.heading == "导入渠道发布"
    assert "文件已收下" in job.words
    assert job.all("[data-reload]")
    assert admin.get("/work").all("[data-reload]")
    for address in ("/work", job.path):
        assert "刷新" in [a.to_text().strip() for a in admin.get(address).all("main a")]
    assert count_posts(app) == 0
    work(app)
    ended = admin.get(job.path)
    assert f"已写入 {MANY} 行" in ended.words
    assert not ended.all("[data-reload]")
    assert not admin.get("/work").all("[data-reload]")
    [row] = _rows(admin)
    assert row.startswith("导入渠道发布 已完成 渠道发布.csv · 2023年11月6日 09:00 提出")
    assert f"已写入 {MANY} 行" in row
    assert count_posts(app) == MANY


@pytest.mark.slow
def test_a_file_of_few_rows_is_tried_and_taken_in_at_once(app: Flask, admin: Browser) -> None:
    tried = _upload(admin, LEDGER, posts(MOST_ROWS_AT_ONCE))
    assert "没有发现错误" in tried.words
    assert f"已导入 {MOST_ROWS_AT_ONCE} 条" in admin.send(tried, LEDGER).words
    assert _rows(admin) == []


@pytest.mark.slow
def test_what_is_wrong_with_which_line_waits_for_whoever_comes_back(app: Flask, admin: Browser) -> None:
    asked = _upload(admin, LEDGER, posts(MANY, channel="电报"))
    job = admin.send(asked, LEDGER)
    work(app)
    page = admin.get(job.path)
    assert "有 1 处须改正，一行也没有写入" in page.words
    [row] = page.all("tbody tr")
    assert f"第 {MANY + 1} 行" in row.to_text()
    assert "渠道" in row.to_text()
    assert "未成功" in _rows(admin)[0]
    assert count_posts(app) == 0


@pytest.mark.slow
def test_applications_in_number_are_left_to_a_worker(app: Flask, admin: Browser) -> None:
    path = "/console/applications/import"
    lines = "".join(f"当面提交,2023/11/1 9:30,,自然人,样例户一,事项 {each},,,,,\n" for each in range(MANY))
    job = admin.send(_upload(admin, path, (HEADER + lines).encode()), path)
    work(app)
    assert f"已写入 {MANY} 行" in admin.get(job.path).words


@pytest.mark.slow
def test_the_report_is_made_as_three_files(app: Flask, admin: Browser, moment: TestClock) -> None:
    path = "/console/reports/2022/make"
    job = admin.send(admin.get(path), path)
    assert (job.heading, "等待" in job.words) == ("年度报告的文件", True)
    work(app)
    ended = admin.get(job.path)
    links = [a.attrs["href"] for a in ended.all("main a") if "下载" in a.to_text()]
    for link, start in zip(links, (b"PK", b"%PDF", b"PK"), strict=True):
        assert admin.http.get(link).data.startswith(start)
    moment.forward(days=8)
    admin.sign_in("admin")
    assert "文件已到期" in admin.get(job.path).words
    assert admin.get(links[0]).status == 410


@pytest.mark.slow
def test_all_kinds_stand_in_one_list_and_nobody_elses(app: Flask, admin: Browser, as_: As) -> None:
    ask(as_("admin"))
    ask(as_("leader"))
    make = "/console/reports/2022/make"
    for path in (make, "/console/words/run"):
        admin.send(admin.get(path), path)
    job = admin.send(_upload(admin, LEDGER, posts(MANY)), LEDGER)
    rows = _rows(admin)
    for title, row in zip(("导入渠道发布", "重新筛查", "年度报告的文件", "导出公开信息"), rows, strict=True):
        assert row.startswith(title)
    assert "年度检查核对" in rows[3]
    leader = _signed_in(app, "leader")
    assert len(_rows(leader)) == 1
    assert leader.get(job.path).status == 403
    assert _rows(_signed_in(app, "daxin-admin")) == []
    assert _signed_in(app, "daxin-admin").get(job.path).status == 404
    assert _signed_in(app, "daxin-admin").get("/console/jobs").all("tbody tr") == []


def test_the_bar_has_it_for_those_who_can_have_such_work(app: Flask, admin: Browser) -> None:
    def is_in_bar(browser: Browser) -> bool:
        return any(a.attrs["href"] == "/work" for a in browser.get("/account").all("nav a"))

    assert is_in_bar(admin)
    uploader = _signed_in(app, f"uploader-{VILLAGE}")
    assert not is_in_bar(uploader)
    assert uploader.get("/work").status == 403
