"""The uploader's pages over HTTP: what is owed, one disclosure from draft to correction, and who is kept out."""

import io
import re

import pytest
from flask import Flask

from tests.clearance.passages import CANARY, CLASSIFIED, MOBILE, WITH_MEMO, WITH_MOBILE
from tests.clients import TestClock
from tests.console import PNG, sql
from tests.desk.browsing import Browsing
from tests.intake.make_files import pdf
from tests.journeys import NEIGHBOUR, VILLAGE, As, Json, attach, decide, draft, publish, put, submit
from tests.pages import Browser, Page
from villagepub.upload import pages

UPLOADER = f"uploader-{VILLAGE}"
HOSTILE = "</textarea><script>alert(1)</script>'\"><img src=x onerror=alert(2)>{{7*7}}"
NEW = f"/upload/new?village={VILLAGE}&entry=C02&period=2023-10"


def _address(item: Json) -> str:
    return f"/upload/{item['id']}"


def _written(browser: Browser, body: str = "收入合计 12000.00 元。", **fields: str) -> Page:
    """A draft that was written on the page."""
    page = browser.send(browser.get(NEW), "/upload/new", body=body, **fields)
    assert page.status == 200, page.words
    return page


def _row(page: Page, about: str) -> str:
    rows = [" ".join(each.to_text().split()) for each in page.all(".duties li")]
    [row] = [row for row in rows if re.search(about, row)]
    return row


# What is owed


@pytest.mark.slow
def test_each_duty_says_how_it_stands_and_what_to_do(as_: As, browsing: Browsing, moment: TestClock) -> None:
    moment.set("2024-01-08 09:00")
    publish(as_, period="2023-12")
    returned = decide(as_, submit(as_, draft(as_, entry="C03", period="2023-Q4")), "return")
    drafted = draft(as_, entry="C04", period="2023-Q4")
    submit(as_, draft(as_, entry="B05", period="2023-Q4", nothing_to_report=True))
    excused = {"village": VILLAGE, "entry": "A04", "period": "2023-Q4", "reason": "无党费支出"}
    assert as_("admin").post("/duties/excused", excused).status_code in (200, 201)
    page = browsing(UPLOADER).get("/upload")
    assert page.heading == "2024年1月应公开的事项"
    assert "已按期公开 查看" in _row(page, "2023年12月 ?C02")
    assert "待公开 修改" in _row(page, "季度收支汇总")
    assert "待公开 继续写" in _row(page, "债权债务")
    assert "待公开 审批中" in _row(page, "村干部及误工补贴")
    assert "无党费支出 不适用" in _row(page, "党费收缴使用")
    assert re.search("待公开 写.* 无此类事项", _row(page, "土地承包"))
    assert "退回理由：请补充说明" in page.words
    assert "债权债务，2023年第4季度，2024年1月8日起草" in page.words
    assert "保密专干，2024年1月8日 09:00 起" in page.words
    assert page.all(f"main a[href='{_address(returned)}']")
    assert page.all(f"main a[href='{_address(drafted)}']")
    assert "以前逾期未公开 财务收支明细（逐项逐笔） 2023年11月" in page.words
    earlier = browsing(UPLOADER).get("/upload?month=2023-12")
    assert "逾期未公开 写" in _row(earlier, "财务收支明细")
    moment.set("2024-01-15 09:00")
    publish(as_, period="2023-11")
    browsing(UPLOADER).sign_in(UPLOADER)
    assert "逾期公开 查看" in _row(browsing(UPLOADER).get("/upload?month=2023-12"), "财务收支明细")
    assert browsing(UPLOADER).get("/upload?month=2099-01").heading == "2024年1月应公开的事项"


@pytest.mark.slow
def test_nothing_to_report_is_one_step_away(as_: As, browsing: Browsing, app: Flask, moment: TestClock) -> None:
    moment.set("2023-12-04 09:00")
    browser = browsing(UPLOADER)
    [link] = browser.get("/upload").all(".duties a[href*='/upload/nothing']")
    page = browser.get(link.attrs["href"])
    assert page.form("/upload/nothing")["title"] == "洼路村2023年11月财务收支明细（逐项逐笔）（无此类事项）"
    refused = browser.send(page, "/upload/nothing", body=f"没有收支，详询 {MOBILE}")
    assert refused.status == 422
    assert "138****0000" in refused.words
    assert MOBILE in refused.form("/upload/nothing")["body"]  # what was typed is kept
    assert sql(app, "SELECT count(*) FROM disclosure") == [(0,)]
    assert "说明：此项必填。" in browser.send(page, "/upload/nothing", body="").words
    done = browser.send(page, "/upload/nothing")
    assert "已提交“无此类事项”" in done.words
    item = as_(UPLOADER).get(f"/disclosures{done.path.removeprefix('/upload')}").json
    assert (item["state"], item["nothing_to_report"], item["period"]) == ("in_review", True, "2023-11")
    assert not browser.get("/upload").all(".duties a[href*='/upload/nothing']")


# Writing


@pytest.mark.slow
def test_findings_applied_explained_and_submitted(as_: As, browsing: Browsing) -> None:
    browser = browsing(UPLOADER)
    page = _written(browser, f"项目\t金额\n水费\t320.00\n电话：{MOBILE}。\n抄送：各站办所。")
    address = page.path
    assert "检查结果：1 处须改正，1 处须在提交时说明理由。" in page.words
    assert [mark.to_text() for mark in page.all("#look mark.block")] == [MOBILE]
    assert "<th>项目</th>" in page.html
    page = browser.get(f"{address}/submit")
    assert "改正之后才能提交" in page.words
    assert not page.all(f"form[action='{address}/submit']")
    page = browser.send(page, f"{address}/apply", apply="all")
    assert "已采用 1 处建议" in page.words
    assert "138****0000" in page.words
    refused = browser.send(page, f"{address}/submit")
    assert (refused.status, "请说明为什么可以公开" in refused.words) == (422, True)
    [reason] = [name for name in page.form(f"{address}/submit") if name.startswith("reason-")]
    done = browser.send(page, f"{address}/submit", **{reason: "只是落款"})
    assert "已提交审批" in done.words
    assert "现在由谁办理 保密专干" in done.words
    assert "只是落款" in done.words
    assert as_(UPLOADER).get(f"/disclosures{address.removeprefix('/upload')}").json["state"] == "in_review"


def test_one_suggestion_is_saved_and_applied_by_one_click(browsing: Browsing) -> None:
    browser = browsing(UPLOADER)
    page = browser.send(browser.get(NEW), "/upload/new/look", body=f"甲：{MOBILE}\n乙：13895000018")
    first, _ = page.all("#look .findings button[name=apply]")
    page = browser.send(page, "/upload/new", apply=first.attrs["value"])
    assert "草稿已保存。已采用 1 处建议。" in page.words
    assert page.form(page.path)["body"] == "甲：138****0000\n乙：13895000018"
    again = browser.send(page, page.path, apply=first.attrs["value"])
    assert "没有可采用的建议" in again.words


def test_looking_stores_nothing_and_the_form_may_still_be_sent(browsing: Browsing, app: Flask) -> None:
    browser = browsing(UPLOADER)
    form = browser.get(NEW)
    seen = browser.send(form, "/upload/new/look", body="# 小结\n**合计** 320.00 元\n抄送：各站办所。")
    assert seen.status == 200
    assert "<h2>小结</h2><p><strong>合计</strong> 320.00 元</p>" in seen.html
    assert "1 处须在提交时说明理由" in seen.words
    assert sql(app, "SELECT count(*) FROM disclosure") == [(0,)]
    saved = browser.send(form, "/upload/new", body="与看的时候不同")
    assert saved.form(saved.path)["body"] == "与看的时候不同"
    assert browser.send(form, "/upload/new", body="再按一次").heading == "这张表单已经提交过"
    seen = browser.send(saved, f"{saved.path}/look", body=f"改了：{MOBILE}", title="")
    assert "1 处须改正" in seen.words
    assert sql(app, "SELECT revision FROM disclosure") == [(1,)]


def test_a_mark_of_secrecy_is_an_incident_and_not_shown_again(as_: As, browsing: Browsing, app: Flask) -> None:
    browser = browsing(UPLOADER)
    for action in ("/upload/new/look", "/upload/new"):
        page = browser.send(browser.get(NEW), action, body=CLASSIFIED)
        assert page.status == 422
        assert "内容没有保存" in page.words
        assert CANARY not in page.html
    assert len(as_("secrecy").get("/incidents").json["data"]) == 2
    assert sql(app, "SELECT count(*) FROM disclosure") == [(0,)]


@pytest.mark.slow
def test_every_fault_is_told_and_what_was_typed_is_kept(browsing: Browsing) -> None:
    browser = browsing(UPLOADER)
    page = browser.send(browser.get(NEW), "/upload/new", title="", body=HOSTILE, period="2099-01")
    assert page.status == 422
    assert "标题：此项必填" in page.words
    assert page.form("/upload/new")["body"] == HOSTILE
    page = browser.send(page, "/upload/new", title="标题", period="2023-12")
    assert "周期：这一周期还没有开始" in page.words
    event = browser.get(f"/upload/new?village={VILLAGE}&entry=C06")
    assert not event.all("#field-period")
    assert event.all("#field-event_on")
    page = browser.send(event, "/upload/new", title="筹资", body="明细", event_on="2023-11-07")
    assert "事件日期：事件日期不能晚于今天" in page.words
    both = browser.get(f"/upload/new?village={VILLAGE}&entry=B01")
    assert both.all("#field-period")
    assert both.all("#field-event_on")
    villagers = browser.get(f"/upload/new?village={VILLAGE}&entry=C05")
    assert [each.attrs["value"] for each in villagers.all("input[name=audience]")] == ["villagers"]
    assert "要公开的是哪一项" in browser.get(f"/upload/new?village={VILLAGE}").heading


def test_html_that_the_marks_cannot_say_stays_intact(as_: As, browsing: Browsing) -> None:
    body = '<table><tbody><tr><td colspan="2">合并的格</td></tr></tbody></table>'
    item = draft(as_, body=body)
    page = browsing(UPLOADER).get(_address(item))
    assert page.form(_address(item))["body"] == body
    page = browsing(UPLOADER).send(page, _address(item), title="新的标题")
    assert as_(UPLOADER).get(f"/disclosures/{item['id']}").json["body"] == body
    hostile = body + "<script>alert(1)</script><p onclick=alert(2)>段</p>"
    browsing(UPLOADER).send(page, _address(item), body=hostile)
    assert as_(UPLOADER).get(f"/disclosures/{item['id']}").json["body"] == f"{body}<p>段</p>"


@pytest.mark.slow
def test_hostile_words_stay_words(as_: As, browsing: Browsing) -> None:
    browser = browsing(UPLOADER)
    page = _written(browser, f"{HOSTILE}\n| {HOSTILE} | x |", title=HOSTILE)
    address, item = page.path, {"id": page.path.removeprefix("/upload/"), "village": VILLAGE}
    attach(as_, item, "<img src=x onerror=alert(1)>'{{7*7}}.png", PNG)
    shown = [page] + [browser.get(f"{address}{more}") for more in ("/files", "/submit", "/delete")]
    shown.append(browser.send(browser.get(f"{address}/submit"), f"{address}/submit"))
    shown += [browser.get("/upload"), browser.send(shown[-1], f"{address}/recall")]
    for each in shown:
        assert each.status == 200
        assert HOSTILE in each.words
        assert not each.all("main script, [onerror]")


# Who was faster


@pytest.mark.slow
def test_a_stale_form_keeps_both_texts(as_: As, browsing: Browsing) -> None:
    item = draft(as_)
    browser, address = browsing(UPLOADER), _address(item)
    page, deleting = browser.get(address), browser.get(f"{address}/delete")
    put(as_, item, body="<p>别处改过的正文</p>")
    stale = browser.send(page, address, body="我写的正文", title="我的标题")
    assert stale.status == 412
    assert "您打开之后，这条信息有过变动" in stale.heading
    assert "修改内容 2023年11月6日 09:00" in stale.words
    assert "别处改过的正文" in stale.words
    assert stale.form(address)["body"] == "我写的正文"
    assert as_(UPLOADER).get(f"/disclosures/{item['id']}").json["body"] == "<p>别处改过的正文</p>"
    assert browser.send(deleting, f"{address}/delete").status == 412
    saved = browser.send(stale, address)
    assert saved.form(address)["body"] == "我写的正文"
    assert saved.form(address)["period"] == "2023-10"


@pytest.mark.slow
def test_what_was_submitted_meanwhile_is_not_edited(as_: As, browsing: Browsing) -> None:
    item = draft(as_)
    browser, address = browsing(UPLOADER), _address(item)
    page, handing_in = browser.get(address), browser.get(f"{address}/submit")
    submit(as_, item)
    stale = browser.send(page, address, body="写了一半的正文")
    assert stale.status == 412
    assert "现在不能修改" in stale.words
    assert "写了一半的正文" in stale.words
    assert not stale.all(f"form[action='{address}']")
    looked = browser.post(f"{address}/look", page.form(address) | {"body": "写了一半的正文"})
    assert (looked.status, "写了一半的正文" in looked.words) == (409, True)
    late = browser.send(handing_in, f"{address}/submit", **{"reason-1": "写了一半的理由"})
    assert late.status == 412
    assert "没有办理：您打开之后" in late.heading
    assert "写了一半的理由" in late.words
    with_file = {"file": (io.BytesIO(PNG), "a.png"), "form_token": page.form(address)["form_token"]}
    assert browser.post(f"{address}/files", with_file).status == 409


# Files


@pytest.mark.slow
def test_files_are_added_shown_and_removed(as_: As, browsing: Browsing) -> None:
    item = draft(as_)
    browser, address = browsing(UPLOADER), f"{_address(item)}/files"
    page = browser.get(address)
    assert "没有附件也可以提交" in page.words
    assert "请先选择一个文件" in browser.send(page, address).words
    wrong = browser.send(page, address, file=(io.BytesIO(b"hello"), "说明.txt"))
    assert (wrong.status, "附件只接受" in wrong.words) == (415, True)
    page = browser.send(browser.get(address), address, file=(io.BytesIO(pdf("12000")), "明细.pdf"))
    assert "附件“明细.pdf”已上传" in page.words
    assert "没有筛查提示" in page.words
    [link] = page.all(f"main a[href^='{address}/']")
    assert browser.http.get(link.attrs["href"]).data.startswith(b"%PDF")
    page = browser.send(page, address, file=(io.BytesIO(pdf(MOBILE)), "名单.pdf"))
    assert "138****0000" in page.words
    assert not page.all("button[name=apply]")  # nobody can write it into a file
    assert "1 处须改正" in browser.send(page, f"{_address(item)}/check").words
    [_, remove] = [each.attrs["action"] for each in page.all("form[action$='/remove']")]
    page = browser.send(page, remove)
    assert "附件“名单.pdf”已移除" in page.words
    assert "没有须处理的地方" in browser.send(page, f"{_address(item)}/check").words


# What may be done when


@pytest.mark.slow
def test_an_appeal_is_answered_by_the_secrecy_officer(as_: As, browsing: Browsing) -> None:
    item = draft(as_, body=WITH_MOBILE)
    browser = browsing(UPLOADER)
    [link] = browser.get(_address(item)).all("#look a[href*='/findings/']")
    page = browser.get(link.attrs["href"])
    assert browser.send(page, page.path).status == 422
    page = browser.send(page, page.path, reason="这是村委会值班电话")
    assert "已申诉" in page.words
    assert "申诉（2023年11月6日 09:00）：这是村委会值班电话" in page.words
    assert not page.all("#look a[href*='/findings/']")
    assert "现在不能申诉" in browser.get(link.attrs["href"]).words
    finding = link.attrs["href"].rpartition("/")[2]
    path = f"/disclosures/{item['id']}/findings/{finding}/overrule"
    assert as_("secrecy").post(path, {"reason": "属实"}).status_code == 200
    page = browser.get(f"{_address(item)}/submit")
    assert "没有须处理的地方" in page.words
    assert "已提交审批" in browser.send(page, f"{_address(item)}/submit").words


@pytest.mark.slow
def test_what_each_state_offers(as_: As, browsing: Browsing) -> None:
    browser = browsing(UPLOADER)
    item = draft(as_)
    address = _address(item)

    def offered() -> set[str]:
        page = browser.get(address)
        actions = {each.attrs.get("action", "") for each in page.all("main form")}
        links = {each.attrs["href"] for each in page.all("main a")}
        return {each.removeprefix(address) or "save" for each in actions | links if each.startswith(address)}

    in_draft = {"save", "/files", "/submit", "/delete"}
    assert offered() == in_draft
    submit(as_, item)
    assert offered() == {"/recall"}
    assert "已收回" in browser.send(browser.get(address), f"{address}/recall").words
    item = submit(as_, item)
    before = browser.get(address)
    item = decide(as_, item)
    assert offered() == set()
    assert "业务审核 现在由谁办理 财经服务中心负责人" in browser.get(address).words
    assert browser.send(before, f"{address}/recall").status == 409
    item = decide(as_, item, "return", comment="第 3 行合计有误")
    assert offered() == in_draft
    assert "退回理由： 第 3 行合计有误" in browser.get(address).words
    item = submit(as_, put(as_, item, title="改过的标题"))
    for _ in range(3):
        item = decide(as_, item)
    assert offered() == {"/correct"}
    for verb in ("files", "submit", "delete"):
        assert browser.get(f"{address}/{verb}").status == 409
    as_("secrecy").post(f"/disclosures/{item['id']}/suspend", {"reason": "核查"})
    assert offered() == set()
    as_("leader").post(f"/disclosures/{item['id']}/withdraw", {"reason": "内容有误"})
    assert "理由 内容有误" in browser.get(address).words
    refused = _address(decide(as_, submit(as_, draft(as_)), "refuse", comment="不宜公开"))
    assert "理由 不宜公开" in browser.get(refused).words


@pytest.mark.slow
def test_a_correction_is_begun_and_a_draft_deleted(as_: As, browsing: Browsing) -> None:
    item = publish(as_)
    browser, address = browsing(UPLOADER), _address(item)
    page = browser.get(f"{address}/correct")
    assert browser.send(page, f"{address}/correct").status == 422
    correction = browser.send(page, f"{address}/correct", change_note="第 3 行金额更正")
    assert "第 3 行金额更正" in correction.words
    assert correction.path != address
    original = browser.get(address)
    assert original.all(f"main a[href='{correction.path}']")
    assert browser.send(page, f"{address}/correct", change_note="再更正一次", once="").status == 409
    page = browser.send(browser.get(f"{correction.path}/delete"), f"{correction.path}/delete")
    assert page.path == "/upload"
    assert "已删除草稿" in page.words
    assert browser.get(correction.path).status == 404


# Who is kept out


OUTSIDERS = {
    **dict.fromkeys(("secrecy", "admin"), 403),
    **dict.fromkeys((f"uploader-{NEIGHBOUR}", "daxin-leader"), 404),
}


@pytest.mark.slow
def test_nobody_else_writes_for_the_village(as_: As, browsing: Browsing, app: Flask) -> None:
    item = draft(as_, body=WITH_MEMO)
    file = attach(as_, item, "收据.png", PNG)
    ids = {"disclosure_id": item["id"], "attachment_id": file["id"], "finding_id": item["findings"][0]["id"]}
    about = {"village": VILLAGE, "entry": "C02", "period": "2023-10", "etag": "1-draft-none"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{pages.blueprint.name}.")]
    assert len(rules) > 20
    before = sql(app, "SELECT count(*), max(revision) FROM disclosure")
    for who, status in OUTSIDERS.items():
        browser = browsing(who)
        token = browser.get("/account").form("/sign-out")["form_token"]
        for rule in rules:
            path = re.sub(r"<string:(\w+)>", lambda found: ids[found.group(1)], rule.rule)
            if "GET" in (rule.methods or set()):
                page = browser.get(path, query_string=about)
            else:
                page = browser.post(path, about | {"form_token": token, "title": "标题", "body": "正文"})
            assert page.status == status, (who, path, page.words)
            assert item["title"] not in page.html
        assert browser.get("/upload").status == (200 if "uploader" in who else 403)
    assert sql(app, "SELECT count(*), max(revision) FROM disclosure") == before


def test_the_bar_leads_uploaders_here(browsing: Browsing) -> None:
    assert browsing(UPLOADER).get("/account").all("nav a[href='/upload']")
    assert not browsing("leader").get("/account").all("nav a[href='/upload']")
