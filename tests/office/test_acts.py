"""What the office does by its screens: each form is sent once as a person would, and once wrongly."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.applications.desk import register
from tests.clients import Client, TestClock
from tests.exports.desk import work
from tests.journeys import TOWNSHIP, VILLAGE
from tests.ledgers.samples import ROWS
from tests.pages import Browser, Page
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.transactions import transaction
from villagepub.jobs import operations as jobs
from villagepub.jobs.models import State

As = Callable[[str], Client]
PEOPLE, POSTS = "/console/people", "/console/posts"


@pytest.fixture
def admin(app: Flask) -> Browser:
    browser = Browser(app)
    browser.sign_in("admin")
    return browser


def sent(browser: Browser, path: str, **fields: str) -> Page:
    """Open a form's page and send it, filled in."""
    return browser.send(browser.get(path), path, **fields)


def file_of(browser: Browser, path: str, **fields: str) -> TestResponse:
    """The file that a form's answer is, or that lies at an address when there are no fields."""
    if not fields:
        return browser.http.get(path)
    return browser.http.post(path, data=browser.get(path).form(path) | fields)


def link_to(page: Page, text: str) -> Any:
    """The address behind a link."""
    return next(a.attrs["href"] for a in page.all("a") if a.to_text().strip() == text)


def upload(browser: Browser, path: str, data: str, **more: str) -> Page:
    page = browser.get(path)
    fields = page.form(path) | more | {"file": (BytesIO(data.encode()), "台账.csv")}
    return browser.post(path, fields, content_type="multipart/form-data")


@pytest.mark.slow
def test_a_person_comes_and_goes(app: Flask, admin: Browser) -> None:
    wrong = sent(admin, f"{PEOPLE}/new", name="", username="leader")
    assert wrong.status == 422
    assert "姓名：此项必填。" in wrong.words
    taken = sent(admin, f"{PEOPLE}/new", name="样例户一", username="leader")
    assert taken.status == 409
    assert taken.form(f"{PEOPLE}/new")["name"] == "样例户一"
    person = sent(admin, f"{PEOPLE}/new", name="样例户一", username="sample-one")
    assert person.status == 200
    assert "已新增样例户一" in person.words
    assert "现在没有空缺的岗位" in admin.get(f"{person.path}/invite").words
    invited = sent(admin, f"{person.path}/invite")
    assert "样例户一 用户名 sample-one" in invited.words
    [code] = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4})+", invited.words)
    assert code not in admin.get(person.path).html
    newcomer = Browser(app)
    accepted = newcomer.send(newcomer.get("/invitation"), "/invitation", code=code, password="white-heron-2023")
    assert "密码已设好" in accepted.words
    assert "已停用" in sent(admin, f"{person.path}/deactivate").words
    assert newcomer.get("/account").path == "/sign-in"


def test_nobody_deactivates_the_own_account(admin: Browser, as_: As) -> None:
    own = as_("admin").get("/me").json["person"]["id"]
    page = sent(admin, f"{PEOPLE}/{own}/deactivate")
    assert page.status == 409
    assert "不能停用自己的账号" in page.words
    assert [each.to_text() for each in page.all("#error-summary-title")] == ["没有办成"]


def test_faults_are_told_in_the_order_of_the_fields(admin: Browser) -> None:
    page = sent(admin, "/console/applications/new")
    told = [each.attrs["href"] for each in page.all(".error-summary a")]
    wrong = [f"#{each.attrs['id']}" for each in page.all("[aria-invalid]")]
    assert len(told) > 3
    assert told == wrong


def test_where_nothing_is_to_be_chosen_it_says_so(admin: Browser, as_: As) -> None:
    own = as_("admin").get("/me").json["person"]["id"]
    assert "现在没有可选的。" in admin.get(f"{PEOPLE}/{own}/invite").words


@pytest.mark.slow
def test_what_is_not_bound_cannot_be_let_go(admin: Browser, as_: As) -> None:
    person = as_("leader").get("/me").json["person"]["id"]
    for act, sentence in (("unbind-wechat", "没有绑定微信"), ("reset-totp", "动态口令")):
        page = sent(admin, f"{PEOPLE}/{person}/{act}")
        assert page.status == 409
        assert sentence in page.words


@pytest.mark.slow
def test_a_post_is_made_filled_and_handed_over(admin: Browser, as_: As, moment: TestClock) -> None:
    first, second = (as_(name).get("/me").json["person"]["id"] for name in ("office-finance", "office-party"))
    values = {"key": "watcher", "role": "observer", "title": "统计查看岗", "division": TOWNSHIP}
    post = sent(admin, f"{POSTS}/new", **values)
    assert "现在空缺" in post.words
    assert sent(admin, f"{POSTS}/new", **values).status == 409
    page = sent(admin, f"{post.path}/appoint", **{"person": first, "from": "2023-11-06T09:00"})
    assert "已任命" in page.words
    moment.forward(minutes=20)
    handing = admin.get(link_to(admin.get(post.path), "交接"))
    handed = admin.send(handing, "/console/handovers", to_person=second, on="2023-11-07")
    assert "随岗位移交草稿和退回件 0 件、待办 0 件" in handed.words
    stood_in = sent(
        admin, f"{post.path}/delegate", **{"to_person": second, "from": "2023-11-06T10:00", "until": "2023-11-06T18:00"}
    )
    assert "代办" in stood_in.words
    end = link_to(stood_in, "提前结束")
    assert "代办已结束" in sent(admin, end).words
    assert admin.get(end).status == 404


@pytest.mark.slow
def test_an_invitation_is_revoked_once(admin: Browser, as_: As) -> None:
    person = as_("leader").get("/me").json["person"]["id"]
    sent(admin, f"{PEOPLE}/{person}/invite")
    address = link_to(admin.get("/console/invitations"), "撤销")
    form = admin.get(address)
    assert "已撤销" in admin.send(form, address).words
    assert sent(admin, address).status == 409


@pytest.mark.slow
def test_the_sheet_of_invitations(admin: Browser) -> None:
    path = "/console/invitations/sheet"
    assert sent(admin, path).status == 422
    sheet = file_of(admin, path, division=VILLAGE)
    assert sheet.mimetype == "application/pdf"
    assert sheet.data.startswith(b"%PDF")


@pytest.mark.slow
def test_a_row_is_entered_mended_and_voided(admin: Browser) -> None:
    own = "/console/ledgers/complaints"
    values = {"source": "weibo", "received_at": "2023-11-06T08:30", "subject": "路灯不亮"}
    assert "收到时间：此项必填。" in sent(admin, f"{own}/new", **values | {"received_at": ""}).words
    row = sent(admin, f"{own}/new", **values)
    assert "2023年11月6日 08:30" in row.words
    assert sent(admin, f"{row.path}/edit", subject="").status == 422
    assert "路灯常亮" in sent(admin, f"{row.path}/edit", subject="路灯常亮").words
    listed = admin.get(f"{own}?source=weibo&voided=false&from=2023-11-06")
    assert "路灯常亮" in listed.words
    assert "路灯常亮" not in admin.get(f"{own}?source=visit").words
    assert "登重了" in sent(admin, f"{row.path}/void", reason="登重了").words
    assert sent(admin, f"{row.path}/edit").status == 409


@pytest.mark.slow
def test_a_file_is_tried_and_then_taken_in(admin: Browser) -> None:
    path, head = "/console/ledgers/trainings/import", "培训日期,培训内容,参加人数,参加层级\n"
    assert "请选择文件" in admin.send(admin.get(path), path).words
    wrong = upload(admin, path, head + "2023-11-02,小程序操作,24,\n2023-13-02,,很多,\n")
    assert wrong.status == 200
    assert "有 3 处须改正" in wrong.words
    rows = [row.to_text() for row in wrong.all("[aria-labelledby=faults] tbody tr")]
    assert len(rows) == 3
    assert all("第 3 行" in row for row in rows)
    assert "暂无记录" in admin.get("/console/ledgers/trainings").words
    tried = upload(admin, path, head + "2023-11-02,小程序操作,24,\n2023-11-03,公文写作,,\n")
    assert "没有发现错误" in tried.words
    assert "暂无记录" in admin.get("/console/ledgers/trainings").words
    taken = admin.send(tried, path)
    assert taken.path == "/console/ledgers/trainings"
    assert "已导入 2 条" in taken.words
    again = upload(admin, path, head + "2023-11-02,小程序操作,24,\n")
    assert "已登记" in again.words
    broken = admin.post(path, tried.form(path) | {"kept": "%%%", "once": "another-key-of-the-form"})
    assert broken.status == 422


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_ledger_goes_out_as_it_came_in(admin: Browser, ending: str) -> None:
    sent(admin, "/console/ledgers/trainings/new", held_on="2023-11-02", topic="小程序操作")
    file = file_of(admin, "/console/ledgers/trainings/export", format=ending)
    assert ending in file.headers["Content-Disposition"]
    path = "/console/ledgers/trainings/import"
    form = admin.get(path).form(path) | {"file": (BytesIO(file.data), f"台账.{ending}")}
    assert "已登记" in admin.post(path, form, content_type="multipart/form-data").words
    assert sent(admin, "/console/ledgers/complaints/export", format=ending).status == 422


def test_a_year_is_declared_complete(admin: Browser) -> None:
    path = "/console/ledgers/trainings/declare"
    assert "还没有结束" in sent(admin, path, year="2023").words
    assert "2022" in sent(admin, path, year="2022").words
    assert sent(admin, path, year="2022").status == 409


@pytest.mark.slow
def test_the_auditor_verifies_the_chain(app: Flask) -> None:
    auditor = Browser(app)
    auditor.sign_in("auditor")
    job = sent(auditor, "/console/audit/verify")
    assert job.heading == "核验审计链"
    assert "等待" in job.words
    assert job.all("[data-reload]")
    work(app)
    ended = auditor.get(job.path)
    assert "已完成" in ended.words
    assert "审计链完整" in ended.words
    assert not ended.all("[data-reload]")
    assert auditor.get("/console/audit?from=2023-11-07T00:00").status == 200
    assert auditor.get("/console/audit?from=never").status == 422


@pytest.mark.slow
def test_a_job_that_ended_in_vain_is_tried_again(app: Flask, admin: Browser) -> None:
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        job = jobs.enqueue("statistics.verify", {}, actor=Actor.system("tests"), division=TOWNSHIP)
        job.state, job.error, job.finished_at = State.DEAD, "数据库连不上。", clock.now()
        address = f"/console/jobs/{job.id}"
    assert "数据库连不上" in admin.get(address).words
    assert "等人处理" in admin.get("/console/jobs?state=dead").words
    assert "已重新排队" in sent(admin, f"{address}/retry").words
    assert sent(admin, f"{address}/retry").status == 409
    work(app)
    assert "已完成" in admin.get(address).words


@pytest.mark.slow
def test_words_are_added_and_everything_is_screened_again(app: Flask, admin: Browser) -> None:
    publish_one = {"text": "样例病", "kind": "health", "reason": "按通知"}
    assert "已添加" in sent(admin, "/console/words/new", **publish_one).words
    assert sent(admin, "/console/words/new", **publish_one).status == 409
    round_page = sent(admin, "/console/words/run")
    assert round_page.heading == "重新筛查"
    work(app)
    assert "已完成" in admin.get(round_page.path).words
    assert "重新筛查" in admin.get("/console/words").words
    address = link_to(admin.get("/console/words"), "停用")
    assert sent(admin, address).status == 422
    assert "已停用" in sent(admin, address, reason="不再需要").words


@pytest.mark.slow
def test_a_mark_of_secrecy_in_a_form_is_stopped_and_kept_as_an_incident(app: Flask, admin: Browser) -> None:
    mark = "机密★10年"
    page = sent(admin, "/console/ledgers/trainings/new", held_on="2023-11-02", topic=mark)
    assert page.status == 422
    assert mark not in page.html
    officer = Browser(app)
    officer.sign_in("secrecy")
    address = link_to(officer.get("/console/incidents"), "登记处置")
    assert "已登记处置情况" in sent(officer, address, handling="已核查，系误填。").words
    assert "已核查" in admin.get("/console/incidents").words
    assert admin.get(address).status == 403


@pytest.mark.slow
def test_an_application_runs_its_course(admin: Browser) -> None:
    values = {
        "channel": "in_person",
        "submitted_at": "2023-11-01T10:00",
        "applicant_kind": "natural_person",
        "applicant_name": "样例户一",
        "subject": "2022年征地补偿",
        "recorded_afterwards": "false",
    }
    assert "申请人：此项必填。" in sent(admin, "/console/applications/new", **values | {"applicant_name": ""}).words
    page = sent(admin, "/console/applications/new", **values)
    assert "2023年11月29日" in page.words
    asked = f"{page.path}/events/correction_requested"
    assert "要求补正或说明的内容：此项必填。" in sent(admin, asked, at="2023-11-02T09:00", until="2023-11-20").words
    page = sent(admin, asked, at="2023-11-02T09:00", request="请写明地块", until="2023-11-20")
    assert "待补正" in page.words
    assert "请写明地块" in page.words
    last = admin.get(f"{page.path}/events/rescinded").form(f"{page.path}/events/rescinded")
    assert last["event"] == ""
    [choice] = [each for each in admin.get(f"{page.path}/events/rescinded").all("option") if each.attrs["value"]]
    page = sent(admin, f"{page.path}/events/rescinded", event=choice.attrs["value"], reason="登错了")
    assert "办理中" in page.words
    letter = file_of(admin, next(a.attrs["href"] for a in page.all("a") if ".docx" in a.attrs["href"]))
    assert letter.data.startswith(b"PK")
    page = sent(admin, f"{page.path}/edit", subject="2022年征地补偿款")
    assert "2022年征地补偿款" in page.words
    page = sent(admin, f"{page.path}/events/answered", at="2023-11-05T09:00", outcome="disclosed")
    assert "已办结" in page.words
    assert sent(admin, f"{page.path}/events/extended", at="2023-11-05T09:00").status in (409, 422)
    assert "已作废" in sent(admin, f"{page.path}/void", reason="重复登记").words


@pytest.mark.slow
def test_who_may_not_read_applicants_sees_no_name(app: Flask, admin: Browser, as_: As) -> None:
    address = f"/console/applications/{register(as_, applicant_name='样例户一')['id']}"
    officer = Browser(app)
    officer.sign_in("secrecy")
    page = officer.get(address)
    assert page.status == 200
    assert "样例户一" not in page.html
    assert "样例户一" in admin.get(address).html
    assert officer.get(f"{address}/letters/receipt.docx").status == 403


@pytest.mark.slow
def test_the_words_of_a_report_and_its_refused_signature(admin: Browser) -> None:
    path = "/console/reports/2022/edit"
    form = admin.get(path)
    assert "文字已保存" in admin.send(form, path, management="建立了台账。").words
    stale = admin.send(form, path, management="另一段。", once="another-key-of-the-form")
    assert stale.status == 412
    assert "另一段。" in stale.html
    assert "建立了台账" in admin.get("/console/reports/2022").words
    refused = sent(admin, "/console/reports/2022/finalise", signed_by="掌政镇", signed_on="2023-11-06")
    assert refused.status == 422
    assert "尚不能定稿" in refused.words or "未填报" in refused.words
    for ending in ("docx", "pdf", "xlsx"):
        assert file_of(admin, f"/console/reports/2022/file.{ending}").status_code == 200


@pytest.mark.slow
def test_an_export_is_asked_for_and_fetched(app: Flask, admin: Browser) -> None:
    path = "/console/exports/new/ledgers"
    wrong = sent(admin, path, ledger="trainings", format="csv", purpose="")
    assert "用途：" in wrong.words
    page = sent(admin, path, ledger="trainings", format="csv", purpose="编制年度报告")
    assert "等待" in page.words
    assert sent(admin, f"{page.path}/download").status == 409
    work(app)
    file = file_of(admin, f"{page.path}/download", agreed="true")
    assert "培训内容" in file.data.decode("utf-8-sig")
    assert "1" in admin.get(page.path).words
    assert "文件已删除" in sent(admin, f"{page.path}/remove").words
    assert sent(admin, f"{page.path}/download").status == 410


@pytest.mark.slow
def test_the_article_of_a_basis_and_a_duty_that_does_not_apply(admin: Browser) -> None:
    entry = "/console/catalogue/C02"
    address = link_to(admin.get(entry), "填写条号")
    assert "第三十条" in sent(admin, address, article="第三十条").words
    values = {"village": VILLAGE, "entry": "C02", "period": "2023-10", "reason": "当月没有收支"}
    page = sent(admin, "/console/catalogue/excuse", **values)
    assert "当月没有收支" in page.words
    assert sent(admin, "/console/catalogue/excuse", **values).status == 409


@pytest.mark.slow
def test_what_is_elsewhere_is_not_there(app: Flask, as_: As, admin: Browser) -> None:
    """The staff of another township: every record of this one is not found, and every form of it is none."""
    person = as_("leader").get("/me").json
    row = as_("admin").post("/ledgers/trainings", ROWS["trainings"]).json["id"]
    application = register(as_)["id"]
    stranger = Browser(app)
    stranger.sign_in("daxin-admin")
    for path in (
        f"{PEOPLE}/{person['person']['id']}",
        f"{PEOPLE}/{person['person']['id']}/invite",
        f"{POSTS}/{person['posts'][0]['id']}",
        f"{POSTS}/{person['posts'][0]['id']}/delegate",
        f"/console/ledgers/trainings/rows/{row}",
        f"/console/ledgers/trainings/rows/{row}/void",
        f"/console/applications/{application}",
        f"/console/applications/{application}/events/answered",
    ):
        assert stranger.get(path).status == 404, path
    assert "小程序操作" not in stranger.get("/console/ledgers/trainings").words


def test_the_sheet_is_drawn_for_nobody_else(app: Flask) -> None:
    """Who may not invite gets no code, and a form without a token draws none."""
    auditor = Browser(app)
    auditor.sign_in("auditor")
    path = "/console/invitations/sheet"
    token = auditor.get("/account").form("/sign-out")["form_token"]
    assert auditor.post(path, {"form_token": token, "division": VILLAGE}).status == 403
    assert auditor.post(path, {"division": VILLAGE}).heading == "没有收下这张表单"
