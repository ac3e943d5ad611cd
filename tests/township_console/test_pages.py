"""The console's pages as township staff see them, and nobody else."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.clients import TestClock
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, decide, draft, publish, submit
from tests.pages import Browser, Page
from villagepub.ledgers.kinds import LEDGERS

OTHER_TOWNSHIP = "640104101000"
PAGES = (
    "/console",
    "/console/overdue",
    "/console/figures",
    "/console/channels",
    "/console/complaints",
    "/console/closings",
    f"/console/villages/{VILLAGE}",
    f"/console/cells/{VILLAGE}/C02",
    "/console/bulletins/2023-11",
)
OFFICE_ALONE = ("/console/imports/channel-posts",)
READERS = ("admin", "leader", "auditor")

SignIn = Callable[[str], Browser]


@pytest.fixture
def browsing(app: Flask) -> SignIn:
    def browsing_as(username: str) -> Browser:
        browser = Browser(app)
        assert browser.sign_in(username).status == 200
        return browser

    return browsing_as


def _cell(page: Page, entry: str, village: str = VILLAGE) -> str:
    """What the grid says of an entry and a village; the rows are entries, the columns villages by code."""
    heads = [each.attrs["href"] for each in page.all(".grid thead a")]
    column = next(place for place, address in enumerate(heads) if village in address)
    for row in page.all(".grid tbody tr"):
        head = row.query("th")[0].to_text().strip()
        if head.startswith(entry):
            return " ".join(row.query("td")[column].to_text().split())
    raise AssertionError(f"no row {entry}")


@pytest.mark.slow
@pytest.mark.parametrize("username", READERS)
def test_township_staff_read_every_page(browsing: SignIn, username: str) -> None:
    browser = browsing(username)
    for path in PAGES:
        page = browser.get(path)
        assert page.status == 200, (path, page.html)
    for path in OFFICE_ALONE:
        assert browser.get(path).status == (200 if username == "admin" else 403)


@pytest.mark.slow
def test_a_village_reads_none(browsing: SignIn) -> None:
    browser = browsing(f"uploader-{VILLAGE}")
    for path in (*PAGES, *OFFICE_ALONE):
        assert browser.get(path).status == 403, path
    assert browser.get(f"/console/villages/{NEIGHBOUR}").status == 404
    assert "/console" not in {link.attrs["href"] for link in browser.get("/account").all("nav a")}


@pytest.mark.slow
def test_another_township_finds_nothing(browsing: SignIn, as_: As) -> None:
    item = publish(as_)
    browser = browsing("daxin-admin")
    paths = [f"{path}?division={TOWNSHIP}" for path in PAGES if VILLAGE not in path]
    paths += [f"/console/villages/{VILLAGE}", f"/console/cells/{VILLAGE}/C02", f"/console/items/{item['id']}"]
    for path in paths:
        assert browser.get(path).status == 404, path
    own = browser.get(f"/console?division={OTHER_TOWNSHIP}")
    assert own.status == 200
    assert "洼路村" not in own.words


@pytest.mark.slow
def test_the_months_beside_are_of_the_township_that_was_asked_for(browsing: SignIn) -> None:
    browser = browsing("admin")
    for asked, carried in ((f"&division={TOWNSHIP}", TOWNSHIP), ("", None), (f"&division={TOWNSHIP}", TOWNSHIP)):
        page = browser.get(f"/console?month=2023-11{asked}")
        links = [link.attrs["href"] for link in page.all(".month-links a")]
        assert links == [f"/console?month=2023-10{asked}", f"/console?month=2023-12{asked}"]
        hidden = [field.attrs["value"] for field in page.all(".month-chooser input[name=division]")]
        assert hidden == ([carried] if carried else [])


@pytest.mark.slow
def test_the_grid_follows_an_item_to_its_publication(browsing: SignIn, as_: As, moment: TestClock) -> None:
    """A session ends when nobody uses it for days, so the administrator signs in again."""

    def shown(village: str = VILLAGE) -> str:
        return _cell(browsing("admin").get("/console?month=2023-12"), "C02", village)

    moment.set("2023-12-04 09:30")
    assert shown() == "○ 待报"
    item = draft(as_, period="2023-11")
    assert shown() == "◔ 起草中"
    item = submit(as_, item)
    assert shown() == "▷ 保密审查"
    item = decide(as_, item)
    assert shown() == "▷ 业务审核"
    moment.set("2023-12-13 09:30")
    assert shown() == "✕ 业务审核 逾期3天"
    cell = browsing("admin").get(f"/console/cells/{VILLAGE}/C02?month=2023-12")
    assert "财经服务中心站办所负责人" in cell.words
    assert "财经服务中心负责人" in cell.words
    assert "2023年12月10日" in cell.words
    item = decide(as_, decide(as_, item))
    assert item["state"] == "published"
    assert shown() == "◐ 迟公开"
    assert shown(NEIGHBOUR) == "✕ 未报 逾期3天"


@pytest.mark.slow
def test_who_has_what_is_overdue(browsing: SignIn, as_: As, moment: TestClock) -> None:
    submit(as_, draft(as_, period="2023-11"))
    moment.set("2023-12-13 10:00")
    admin = browsing("admin")
    first = admin.get("/console")
    rows = [" ".join(row.to_text().split()) for row in first.all("#holders-caption ~ tbody tr")]
    assert any(row.startswith("保密专干 保密专干 1 3 1") for row in rows), rows
    assert "洼路村2023年10月财务收支明细" in first.words
    overdue = admin.get("/console/overdue?holder=secrecy_officer")
    assert "逾期未公开：1 项" in overdue.words
    assert "审批超时：1 件" in overdue.words
    assert "洼路村" in overdue.words
    neighbours = admin.get(f"/console/overdue?holder=uploader-{NEIGHBOUR}")
    assert "逾期未公开：1 项" in neighbours.words
    assert "审批超时：0 件" in neighbours.words


@pytest.mark.slow
def test_a_month_that_is_none_is_told_at_the_field(browsing: SignIn) -> None:
    admin = browsing("admin")
    for text in ("2023-13", "2023", "2023-Q4", "abc"):
        page = admin.get("/console", query_string={"month": text})
        assert page.status == 422
        assert "月份" in page.words
    assert admin.get("/console/figures?first=2023-12&last=2023-01").status == 422
    assert admin.get("/console?month=2199-12").status == 200


@pytest.mark.slow
def test_an_item_says_what_was_decided(browsing: SignIn, as_: As) -> None:
    item = decide(as_, submit(as_, draft(as_)), "return")
    page = browsing("auditor").get(f"/console/items/{item['id']}")
    assert "保密审查：退回" in page.words
    assert "请补充说明" in page.words


@pytest.mark.slow
@pytest.mark.parametrize(("username", "acts"), [("admin", {"撤回", "暂停公开"}), ("leader", {"撤回"})])
def test_a_published_item_leads_to_its_files_and_to_how_it_is_ended(
    browsing: SignIn, as_: As, username: str, acts: set[str]
) -> None:
    item, reader = publish(as_), browsing(username)
    page = reader.get(f"/console/items/{item['id']}")
    [link] = [each for each in page.all("main a") if each.to_text() == "附件、对照和办理"]
    offered = {each.to_text().strip() for each in reader.get(link.attrs["href"]).all("main .buttons a")}
    assert offered == acts


@pytest.mark.slow
def test_pressing_tells_each_late_village_once_a_day(browsing: SignIn, as_: As, moment: TestClock) -> None:
    submit(as_, draft(as_, period="2023-11"))
    moment.set("2023-12-13 10:00")
    admin = browsing("admin")
    page = admin.get("/console/closings")
    assert "洼路村：" not in page.words  # what is in review is not in its hands
    pressed = admin.send(page, "/console/press")
    assert "已催办 10 个村" in pressed.words
    told = as_(f"uploader-{NEIGHBOUR}").get("/me/notices").json["data"][0]["text"]
    assert told.startswith("镇里催办：财务收支明细（逐项逐笔）（2023-11）")
    assert "今天已经催办过" in admin.send(admin.get("/console/closings"), "/console/press").words
    assert browsing("leader").post("/console/press").status == 403


def _upload(browser: Browser, text: str) -> Page:
    page = browser.get("/console/imports/channel-posts")
    fields: dict[str, Any] = page.form("/console/imports/channel-posts")
    fields["file"] = (io.BytesIO(text.encode()), "posts.csv")
    return browser.post("/console/imports/channel-posts", fields, content_type="multipart/form-data")


def test_an_import_without_a_file_asks_for_one(browsing: SignIn) -> None:
    admin = browsing("admin")
    again = admin.send(admin.get("/console/imports/channel-posts"), "/console/imports/channel-posts")
    assert again.status == 422
    assert "文件：请选择文件。" in again.words


@pytest.mark.slow
def test_posts_are_checked_then_imported(browsing: SignIn) -> None:
    admin = browsing("admin")
    head = ",".join(LEDGERS["channel-posts"].columns.values()) + "\n"
    faulty = _upload(admin, f"{head}微博,一,,2023-11-01,,,\n电报,二,,2023-11-01,,,\n")
    assert faulty.heading == "有 1 处要改正"
    assert "渠道清单中没有这个渠道" in faulty.words
    assert "微博（weibo）" in faulty.words
    checked = _upload(admin, f"{head}微博,一,,2023-11-01,,,\n")
    assert checked.heading == "没有错误"
    imported = admin.send(checked, "/console/imports/channel-posts/confirm")
    assert "已导入 1 条渠道发布。" in imported.words
    again = admin.send(checked, "/console/imports/channel-posts/confirm", once="another")
    assert again.status == 422
    assert "已登记" in again.words
    assert admin.send(checked, "/console/imports/channel-posts/confirm", content="?", once="third").status == 422
    assert _upload(admin, "").status == 422


@pytest.mark.slow
def test_a_month_is_closed_once_and_its_bulletin_issued(browsing: SignIn, moment: TestClock) -> None:
    assert "还没有结束" in browsing("admin").get("/console/closings/2023-11").words
    moment.set("2023-12-04 09:30")
    admin = browsing("admin")
    ready = admin.get("/console/closings/2023-11")
    closed = admin.send(ready, "/console/closings/2023-11")
    assert closed.path == "/console/bulletins/2023-11"
    assert "2023年第1期" in closed.words
    again = admin.send(ready, "/console/closings/2023-11", once="another")
    assert again.status == 409
    assert "已经封账" in again.words
    assert "2023年第1期" in admin.get("/console/closings").words
    assert admin.http.get("/console/bulletins/2023-11.docx").mimetype.endswith("wordprocessingml.document")
    assert admin.get("/console/closings/2023-99").status == 404
    assert browsing("leader").post("/console/closings/2023-11").status == 403


@pytest.mark.slow
def test_the_first_screen_says_as_of_when_and_never_speaks_of_an_earlier_minute(
    browsing: SignIn, as_: As, moment: TestClock
) -> None:
    leader = browsing("leader")
    assert "截至2023年11月6日 09:00" in leader.get("/console").words
    assert "保密审查 0 0" in leader.get("/console").words
    moment.forward(seconds=40)
    submit(as_, draft(as_))
    assert "保密审查 1 0" in leader.get("/console").words
    moment.forward(seconds=40)
    assert "截至2023年11月6日 09:01" in leader.get("/console").words


def _figures(page: Page) -> dict[str, list[list[str]]]:
    """The tables of totals by their key: each row as its cells say it."""
    return {
        caption.attrs["id"].removeprefix("table-"): [
            [each.to_text().strip() for each in row.query("th, td")] for row in region.query("tbody tr")
        ]
        for region in page.all("div.table[role=region]")
        for caption in region.query("caption")
        if caption.attrs.get("id", "").startswith("table-")
    }


@pytest.mark.slow
def test_the_figures_of_one_village_and_of_one_group_month_by_month(browsing: SignIn, as_: As) -> None:
    publish(as_)
    leader, asked = browsing("leader"), "/console/figures?first=2023-10&last=2023-11"
    of_all, own = _figures(leader.get(asked)), leader.get(f"{asked}&village={VILLAGE}")
    assert [row[:2] for row in of_all["month"]] == [["2023年10月", "0"], ["2023年11月", "1"], ["合计", "1"]]
    assert _figures(own).keys() == {"month", "group"}
    assert [row[:2] for row in _figures(own)["month"]] == [["2023年10月", "0"], ["2023年11月", "1"], ["合计", "1"]]
    assert own.all("[id^=chart], svg")
    other = _figures(leader.get(f"{asked}&village={NEIGHBOUR}"))
    assert other["month"][-1][:2] == ["合计", "0"]
    for group, published in (("C", "1"), ("A", "0")):
        page = leader.get(f"{asked}&group={group}")
        tables = _figures(page)
        assert tables.keys() == {"month", "village"}
        assert tables["month"][-1][:2] == tables["village"][-1][:2] == ["合计", published]
        assert "审批用时" not in page.words
    assert leader.get(f"{asked}&village={OTHER_TOWNSHIP}").status == 422
    assert leader.get(f"{asked}&group=Z").status == 422
