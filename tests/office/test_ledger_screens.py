"""The ledgers as a clerk meets them: what their lists, forms and files say to people."""

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from tests.applications.desk import register
from tests.clients import Client
from tests.feedback.voices import say
from tests.journeys import TOWNSHIP, publish
from tests.ledgers.samples import ROWS, path_of
from tests.pages import Browser, Page

As = Callable[[str], Client]
LEDGERS = "/console/ledgers"


@pytest.fixture
def admin(app: Flask) -> Browser:
    browser = Browser(app)
    browser.sign_in("admin")
    return browser


def sent(browser: Browser, path: str, **fields: str) -> Page:
    return browser.send(browser.get(path), path, **fields)


def tried(browser: Browser, ledger: str, text: str) -> Page:
    """A file on trial."""
    path = f"{LEDGERS}/{ledger}/import"
    fields = browser.get(path).form(path) | {"file": (BytesIO(text.encode()), "台账.csv")}
    return browser.post(path, fields, content_type="multipart/form-data")


def cells(page: Page) -> list[list[str]]:
    return [[cell.to_text().strip() for cell in row.query("th, td")] for row in page.all("tbody tr")]


def test_numbers_stand_below_each_other_and_a_missing_one_is_not_called_none(admin: Browser, as_: As) -> None:
    for attendees in (0, None):
        as_("admin").post(path_of("trainings"), ROWS["trainings"] | {"attendees": attendees})
    page = admin.get(f"{LEDGERS}/trainings")
    assert [head.to_text() for head in page.all("thead th.number")] == ["参加人数"]
    assert [cell.to_text().strip() for cell in page.all("td.number")] == ["未填", "0"]
    assert len(page.all("tbody th a .whole")) == 2  # the day that names the row is not broken
    as_("admin").post(path_of("administrative-acts"), ROWS["administrative-acts"])
    acts = admin.get(f"{LEDGERS}/administrative-acts")
    assert [head.to_text() for head in acts.all("thead th.number")] == ["处理决定数量", "收费金额（万元）"]


def test_what_was_entered_last_is_seen_first(admin: Browser) -> None:
    lines = [f"2023-05-{day:02},第 {day} 次,," for day in range(1, 25)]
    page = tried(admin, "trainings", "\n".join(["培训日期,培训内容,参加人数,参加层级", *lines]))
    listed = admin.send(page, page.path)
    assert [row[1] for row in cells(listed)] == [f"第 {day} 次" for day in range(24, 4, -1)]
    beyond = admin.get(next(a.attrs["href"] for a in listed.all(".pages a")))
    assert [row[1] for row in cells(beyond)] == [f"第 {day} 次" for day in range(4, 0, -1)]


def test_a_sheet_of_paper_says_what_the_list_was_narrowed_by(admin: Browser) -> None:
    page = admin.get(f"{LEDGERS}/complaints?year=2023&source=telephone&answered=false&to=2023-11-06")
    assert [each.to_text() for each in page.all(".printed")] == [
        "掌政镇",
        "筛选：年度“2023”，到哪一天“2023-11-06”，来源“电话”，已回应“否”。",
    ]
    assert "没有符合筛选条件的" in page.words
    whole = next(a.attrs["href"] for a in page.all("main a") if a.to_text().strip() == "不再筛选")
    assert whole == f"{LEDGERS}/complaints"
    assert [each.to_text() for each in admin.get(whole).all(".printed")] == ["掌政镇"]


def test_full_width_signs_are_read(admin: Browser) -> None:
    row = {"channel": "weibo", "period": "２０２３－１０", "count": "１２", "evidence": "后台截图\n第 2 页"}
    page = sent(admin, f"{LEDGERS}/channel-tallies/new", **row)
    assert page.heading == "一条渠道发布合计"
    assert "2023-10" in page.words
    line = "电话,２０２３-１１-０１　９：３０,路灯不亮,,"
    assert "没有发现错误" in tried(admin, "complaints", f"来源,收到时间,事由,回应时间,回应内容\n{line}\n").words


@pytest.mark.parametrize(
    ("ledger", "line", "told"),
    [
        (
            "complaints",
            "抖音,2023-11-01 9点,路灯,,",
            ["须是以下之一：微博、小程序、电话、来访。", "须是日期和时间，例如 2023-11-06 09:30。"],
        ),
        ("channel-posts", "微博,一,,2023-11-01,,,也许", ["须是以下之一：是、否。"]),
        ("channel-posts", "快手,一,,2023-11-01,,,是", ["微博（weibo）"]),
        (
            "administrative-acts",
            "行政事业性收费,2023,,1.2万,票据",
            ["须是金额，最多 6 位小数，例如 12.5，不带千分位和单位。"],
        ),
        ("channel-tallies", '微博,2023-10,"1,200",截图', ["须是整数，不带千分位、小数和单位。"]),
    ],
)
def test_a_fault_in_a_file_is_told_in_the_words_of_files(
    admin: Browser, ledger: str, line: str, told: list[str]
) -> None:
    heads = [row[0] for row in cells(admin.get(f"{LEDGERS}/{ledger}/import"))]
    problems = [
        row[2] for row in cells(tried(admin, ledger, f"{','.join(heads)}\n{line}\n")) if row[0].startswith("第")
    ]
    assert len(problems) == len(told)
    assert all(words in problem for words, problem in zip(told, problems, strict=True))


def test_a_file_with_its_head_alone_is_nothing_to_confirm(admin: Browser) -> None:
    page = tried(admin, "trainings", "培训日期,培训内容,参加人数,参加层级\n")
    assert page.status == 422
    assert "没有数据" in page.words


def test_how_a_file_is_filled_in(admin: Browser, as_: As) -> None:
    page = admin.get(f"{LEDGERS}/channel-posts/import")
    how = {row[0]: row[1:] for row in cells(page)}
    assert how["渠道"] == ["必填", "政府网站管理平台、微博、微信公众号、政府信息公开栏"]
    assert how["发布日期"] == ["必填", "日期，如 2023-11-06"]
    assert how["非公开事项"] == ["选填", "否、是"]
    blank = next(a.attrs["href"] for a in page.all("main a") if a.to_text() == "下载空白表")
    book = openpyxl.load_workbook(BytesIO(admin.http.get(blank).data))
    assert [cell.value for cell in book.active[1]] == list(how)
    auditor = Browser(admin.http.application)
    auditor.sign_in("auditor")
    assert auditor.get(blank).status == 403


def test_what_the_program_counts_itself_is_not_offered(admin: Browser) -> None:
    offered = [option.to_text() for option in admin.get(f"{LEDGERS}/channel-posts/new").all("#field-channel option")]
    assert "微博" in offered
    assert not [word for word in offered if "小程序" in word]


def test_a_complaint_of_the_mini_program_is_not_offered_for_change(admin: Browser, as_: As) -> None:
    say(as_("auditor"), kind="complaint")
    address = admin.get(f"{LEDGERS}/complaints").all("tbody th a")[0].attrs["href"]
    page = admin.get(address)
    assert "在群众反映中办理" in page.words
    assert not page.all("main .button")


def test_a_matter_is_named_by_the_number_that_people_see(admin: Browser, as_: As) -> None:
    item = publish(as_)
    row = {"channel": "weibo", "title": "转发", "posted_on": "2023-11-06"}
    assert (
        "没有这条公开信息"
        in sent(admin, f"{LEDGERS}/channel-posts/new", **row, disclosure=item["number"][:-1] + "9").words
    )
    page = sent(admin, f"{LEDGERS}/channel-posts/new", **row, disclosure=item["number"])
    link = next(a for a in page.all("dd a"))
    assert (link.to_text().strip(), link.attrs["href"]) == (item["number"], f"/console/items/{item['id']}")
    assert admin.get(f"{page.path}/edit").form(f"{page.path}/edit")["disclosure"] == item["number"]
    assert item["number"] in sent(admin, f"{page.path}/edit", title="转发一").words
    assert item["number"] in admin.get(f"{LEDGERS}/channel-posts").words
    line = f"微博,又一条,,2023-11-06,{item['number']},,"
    assert (
        "没有发现错误"
        in tried(admin, "channel-posts", f"渠道,标题,网址,发布日期,公开信息编号,撤下日期,非公开事项\n{line}\n").words
    )


def test_an_application_is_named_by_its_number(admin: Browser, as_: As) -> None:
    number = register(as_)["number"]
    row = {"kind": "reconsideration", "filed_on": "2023-11-06", "authority": "区政府", "subject": "不服答复"}
    path = f"{LEDGERS}/reconsiderations"
    assert "没有这件" in sent(admin, f"{path}/new", **row, application=f"{TOWNSHIP}-2023-A9999").words
    assert number in sent(admin, f"{path}/new", **row, application=number).words
    assert "不服答复" in admin.get(f"{path}?application={number}").words
    assert "不服答复" not in admin.get(f"{path}?application={TOWNSHIP}-2023-A9999").words
