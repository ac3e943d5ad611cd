"""The review desk over HTTP: who sees what, what must be opened first, and what a page that came too late says."""

import pytest
from flask import Flask

from tests.clearance.passages import CLASSIFIED, WITH_MEMO, WITH_MOBILE
from tests.clients import TestClock
from tests.console import PNG, sql
from tests.desk.browsing import Browsing, decide_on, open_all, with_file
from tests.intake.make_files import docx, pdf
from tests.journeys import (
    CHECKLIST,
    NEIGHBOUR,
    VILLAGE,
    As,
    attach,
    decide,
    draft,
    publish,
    put,
    submit,
)
from tests.review.staff import Staff

REVIEWERS = {"secrecy": "secrecy", "office": "office-finance", "leader": "leader"}


@pytest.mark.slow
def test_three_reviewers_publish_at_the_desk(as_: As, browsing: Browsing) -> None:
    item = with_file(as_, "收据.png", PNG)
    told = {"secrecy": "转业务审核环节", "office": "转领导审批环节", "leader": "已公开，编号"}
    for stage, reviewer in REVIEWERS.items():
        browser = browsing(reviewer)
        queue = browser.get("/desk")
        assert item["title"] in queue.words
        done = decide_on(browser, open_all(browser, as_("auditor").get(f"/disclosures/{item['id']}").json))
        assert (done.path, done.status) == ("/desk", 200)
        assert told[stage] in done.words
        assert "没有等您办理的信息" in done.words
    assert as_("auditor").get(f"/disclosures/{item['id']}").json["state"] == "published"
    history = browsing("auditor").get(f"/desk/{item['id']}").words
    assert "保密审查：同意" in history
    assert "领导审批：同意" in history


@pytest.mark.slow
def test_nothing_is_decided_before_everything_was_opened(as_: As, browsing: Browsing) -> None:
    item = with_file(as_, "收据.png", PNG)
    address, browser = f"/desk/{item['id']}", browsing("secrecy")
    page = browser.get(address)
    assert page.all("button[disabled]")
    for outcome in ("approve", "return", "refuse", "refer"):
        refused = decide_on(browser, page, outcome, comment="数字不符")
        assert refused.status == 422
        assert "还没有打开正文、附件“收据.png”" in refused.words
        assert "数字不符" in refused.html  # what was typed is kept
    page = browser.post(f"{address}/opened", page.form(f"{address}/opened") | {"part": "text"})
    assert "提交之前还须打开：附件“收据.png”" in page.words
    assert decide_on(browser, page).status == 422
    assert not browser.get(address).all(".shown")  # nobody sees a file that was not opened
    opened = browser.send(page, f"{address}/opened")
    assert opened.all(".shown img")
    assert not opened.all("button[disabled]")
    assert decide_on(browser, opened).path == "/desk"


@pytest.mark.slow
def test_what_a_colleague_opened_counts_for_nobody_else(as_: As, browsing: Browsing) -> None:
    item = submit(as_, draft(as_))
    assert not open_all(browsing("secrecy"), item).all("button[disabled]")
    Staff(as_).stand_in("secrecy", "office-party")
    page = browsing("office-party").get(f"/desk/{item['id']}")
    assert page.all("button[disabled]")
    assert decide_on(browsing("office-party"), page).status == 422


@pytest.mark.slow
def test_what_was_opened_before_a_change_counts_for_nothing(as_: As, browsing: Browsing, app: Flask) -> None:
    item = submit(as_, draft(as_))
    page = open_all(browsing("secrecy"), item)
    uploader = as_(f"uploader-{VILLAGE}")
    assert uploader.post(f"/disclosures/{item['id']}/recall").status_code == 200
    put(as_, item, body="<p>收入合计 13000.00 元。</p>")
    submit(as_, item)
    late = decide_on(browsing("secrecy"), page, comment="写到一半的话")
    assert late.status == 409
    assert "内容已经变更" in late.words
    assert "修改内容" in late.words
    assert "写到一半的话" in late.words
    assert late.all(f"main a[href='/desk/{item['id']}']")
    fresh = browsing("secrecy").get(f"/desk/{item['id']}")
    assert fresh.all("button[disabled]")
    assert fresh.all("del")  # what changed since the last submission
    assert decide_on(browsing("secrecy"), fresh).status == 422
    assert sql(app, "SELECT count(*) FROM opening") == [(1,)]


@pytest.mark.slow
def test_opening_is_kept_for_who_decides_alone(as_: As, browsing: Browsing, app: Flask) -> None:
    item = with_file(as_, "收据.png", PNG)
    page = browsing("office-finance").get(f"/desk/{item['id']}")
    assert not page.all("form[action$='opened']")
    file = f"attachments/{item['attachments'][0]['id']}" if item.get("attachments") else "text"
    token = {"form_token": page.form("/sign-out")["form_token"]}
    assert browsing("office-finance").post(f"/desk/{item['id']}/opened", token | {"part": file}).status == 200
    assert sql(app, "SELECT count(*) FROM opening") == [(0,)]
    for part in ("attachments/01HZZZZZZZZZZZZZZZZZZZZZZZ", "body"):
        own = browsing("secrecy").get(f"/desk/{item['id']}").form(f"/desk/{item['id']}/opened")
        assert browsing("secrecy").post(f"/desk/{item['id']}/opened", own | {"part": part}).status == 404


@pytest.mark.slow
def test_the_faster_one_is_named(as_: As, browsing: Browsing, moment: TestClock) -> None:
    item = submit(as_, draft(as_))
    page = open_all(browsing("secrecy"), item)
    moment.set("2023-11-06 09:20")
    decide(as_, item, "return", comment="请核对合计")
    late = decide_on(browsing("secrecy"), page)
    assert late.status == 409
    assert "保密专干于 2023年11月6日 09:20 办理" in late.words
    assert "保密审查：退回 2023年11月6日 09:20" in late.words
    assert "请核对合计" in late.words
    assert late.all(f"main a[href='/desk/{item['id']}']")


@pytest.mark.slow
def test_a_return_gives_the_picked_reason_and_the_written_one(as_: As, browsing: Browsing) -> None:
    item = submit(as_, draft(as_))
    page = open_all(browsing("secrecy"), item)
    bare = decide_on(browsing("secrecy"), page, "return")
    assert bare.status == 422
    assert "退回、不予公开和提请上级确定都须说明理由" in bare.words
    done = decide_on(browsing("secrecy"), page, "return", reason="figures", comment="第 3 行合计少 10 元")
    assert "已退回" in done.words
    [notice] = as_(f"uploader-{VILLAGE}").get("/me/notices").json["data"]
    assert "数字与附件、合计或上期不一致，请核对后重报。\n第 3 行合计少 10 元" in notice["text"]


@pytest.mark.slow
def test_an_approval_needs_the_whole_checklist(as_: As, browsing: Browsing) -> None:
    item = submit(as_, draft(as_))
    page = open_all(browsing("secrecy"), item)
    refused = decide_on(browsing("secrecy"), page, checklist=CHECKLIST[:3])
    assert refused.status == 422
    assert len(refused.all("#field-checklist input[checked]")) == 3
    assert "同意前须确认政治关" in refused.words


WHO_SEES = (
    ("secrecy", 200, 422),  # nothing was opened yet
    ("office-finance", 200, 409),  # not at this stage
    ("leader", 200, 409),
    ("admin", 200, 403),
    ("auditor", 200, 403),
    (f"uploader-{VILLAGE}", 200, 403),
    (f"uploader-{NEIGHBOUR}", 404, 404),
    ("daxin-secrecy", 404, 404),
    ("daxin-leader", 404, 404),
)


@pytest.mark.slow
def test_who_sees_an_item_and_who_may_decide(as_: As, browsing: Browsing) -> None:
    item = submit(as_, draft(as_))
    for username, sees, tries in WHO_SEES:
        page = browsing(username).get(f"/desk/{item['id']}")
        assert page.status == sees, username
        assert bool(sees == 200 and page.all("input[name=outcome]")) is (username == "secrecy")
        assert not any(browsing(username).get(each.attrs["href"]).status != 200 for each in page.all(".crumbs a"))
        own = {"form_token": browsing(username).get("/account").form("/sign-out")["form_token"]}
        body = own | {"stage": "secrecy", "digest": item["digest"], "outcome": "return", "comment": "不符"}
        assert browsing(username).post(f"/desk/{item['id']}", body).status == tries, username
    assert as_("auditor").get(f"/disclosures/{item['id']}").json["state"] == "in_review"


@pytest.mark.slow
def test_whose_desk_it_is(browsing: Browsing) -> None:
    for username, status in (("admin", 403), ("auditor", 403), (f"uploader-{VILLAGE}", 403), ("leader", 200)):
        page = browsing(username).get("/desk")
        assert page.status == status
        assert bool(page.all(".masthead-nav a[href='/desk']")) is (status == 200)


@pytest.mark.slow
def test_an_author_is_told_why_another_has_todecide_on(as_: As, browsing: Browsing) -> None:
    item = submit(as_, draft(as_))
    Staff(as_).stand_in("secrecy", f"uploader-{VILLAGE}")
    page = browsing(f"uploader-{VILLAGE}").get(f"/desk/{item['id']}")
    assert "须由另一人" in page.words
    assert not page.all("input[name=outcome]")
    assert "须由另一人办理" in browsing(f"uploader-{VILLAGE}").get("/desk").words


@pytest.mark.slow
def test_the_queue_tells_what_is_late_and_how_long_it_waited(as_: As, browsing: Browsing, moment: TestClock) -> None:
    early = submit(as_, draft(as_, title="先到的一件", body=WITH_MEMO), _acknowledged(as_, "先到的一件"))
    moment.set("2023-11-08 09:30")
    late = submit(as_, draft(as_, title="后到的一件", village=NEIGHBOUR))
    page = browsing("secrecy").get("/desk")
    titles = [" ".join(each.to_text().split()) for each in page.all(".queue-title")]
    assert titles == ["先到的一件", "后到的一件"]
    assert "已停留 2 个工作日" in page.words
    assert "到期 2023年11月7日 18:30" in page.words
    assert "提示 1 处" in page.words
    assert "1件已逾期" in page.words.replace(" ", "")
    assert [
        len(browsing("secrecy").get(f"/desk?{query}").all(".queue > li"))
        for query in (
            "time=overdue",
            "time=later",
            "age=under_1",
            "age=under_3",
            f"village={NEIGHBOUR}",
            "stage=leader",
        )
    ] == [1, 1, 1, 1, 1, 0]
    assert browsing("secrecy").get("/desk?time=sometime").status == 422
    first = browsing("secrecy").get(f"/desk/{early['id']}")
    assert first.all(f"a[rel=next][href='/desk/{late['id']}']")
    assert not first.all("a[rel=prev]")


def _acknowledged(as_: As, title: str) -> dict[str, str]:
    found = as_(f"uploader-{VILLAGE}").get(f"/disclosures?q={title}").json["data"][0]
    findings = as_(f"uploader-{VILLAGE}").get(f"/disclosures/{found['id']}").json["findings"]
    return {each["id"]: "只是落款" for each in findings}


def test_findings_are_marked_where_they_stand(as_: As, browsing: Browsing) -> None:
    body = f"<p>公示 &amp; 说明</p>{WITH_MEMO}"
    item = draft(as_, body=body)
    item = submit(as_, item, {item["findings"][0]["id"]: "只是落款"})
    page = browsing("secrecy").get(f"/desk/{item['id']}")
    [mark] = page.all("mark")
    start, end = item["findings"][0]["start"], item["findings"][0]["end"]
    assert mark.to_text() == item["body"][start:end]
    assert [link.attrs["href"] for link in page.all(".found-note")] == ["#finding-1"]
    assert "只是落款" in page.words


@pytest.mark.slow
def test_the_secrecy_officer_answers_an_appeal(as_: As, browsing: Browsing) -> None:
    item = draft(as_, body=WITH_MOBILE)
    finding = item["findings"][0]["id"]
    appeal = as_(f"uploader-{VILLAGE}").post(
        f"/disclosures/{item['id']}/findings/{finding}/appeal", {"reason": "是办公电话"}
    )
    assert appeal.status_code == 200
    address = f"/desk/{item['id']}/findings/{finding}"
    assert browsing("leader").get(address).status == 403
    page = browsing("secrecy").get(address)
    assert "是办公电话" in page.words
    assert browsing("secrecy").send(page, address, answer="overrule").status == 422
    done = browsing("secrecy").send(page, address, answer="overrule", reason="确是公布过的办公电话")
    assert "保密专干放行" in done.words
    assert as_("secrecy").get(f"/disclosures/{item['id']}").json["findings"][0]["answer"] == "overruled"


@pytest.mark.slow
def test_a_mark_of_secrecy_in_a_comment_is_an_incident_and_not_shown_again(as_: As, browsing: Browsing) -> None:
    item = submit(as_, draft(as_))
    page = open_all(browsing("secrecy"), item)
    refused = decide_on(browsing("secrecy"), page, "return", comment="机密★5年")
    assert refused.status == 422
    assert "机密★5年" not in refused.html
    assert [each["field"] for each in as_("secrecy").get("/incidents").json["data"]] == ["comment"]
    assert as_("auditor").get(f"/disclosures/{item['id']}").json["state"] == "in_review"
    assert CLASSIFIED not in refused.html


@pytest.mark.slow
def test_forwarding_and_its_answer(as_: As, browsing: Browsing) -> None:
    item = decide(as_, submit(as_, draft(as_)))
    address = f"/desk/{item['id']}"
    assert browsing("leader").get(f"{address}/forward").status == 409
    form = browsing("office-finance").get(f"{address}/forward")
    office = Staff(as_).office("agriculture")
    empty = browsing("office-finance").send(form, f"{address}/forward", comment="属农业")
    assert (empty.status, "请选择转请哪个站办所" in empty.words, "属农业" in empty.html) == (422, True, True)
    unsaid = browsing("office-finance").send(form, f"{address}/forward", office=office)
    assert "为什么转请：此项必填。" in unsaid.words
    sent = browsing("office-finance").send(form, f"{address}/forward", office=office, comment="属农业")
    assert "已转请农业综合服务中心接办" in sent.words
    asked = browsing("office-agriculture").get(address)
    bare = browsing("office-agriculture").send(asked, f"{address}/forward-answer", answer="decline")
    assert (bare.status, "不接办须说明理由" in bare.words) == (422, True)
    taken = browsing("office-agriculture").send(asked, f"{address}/forward-answer", answer="accept")
    assert (taken.path, "办理：业务审核" in taken.words) == (address, True)


@pytest.mark.slow
def test_a_referral_is_answered_by_the_secrecy_officer(as_: As, browsing: Browsing) -> None:
    item = decide(as_, submit(as_, draft(as_)), "refer")
    address = f"/desk/{item['id']}"
    assert "答复由保密专干登记" in browsing("leader").get(address).words
    page = browsing("secrecy").get(address)
    answer = {"answered_from": "区保密局", "answered_on": "2023-11-06", "comment": "可以公开"}
    late = browsing("secrecy").send(
        page, f"{address}/referral-answer", **answer | {"answered_on": "2023-11-07"}, outcome="release"
    )
    assert (late.status, "答复日期不能晚于今天" in late.words, "区保密局" in late.html) == (422, True, True)
    done = browsing("secrecy").send(page, f"{address}/referral-answer", **answer, outcome="release")
    assert "从保密审查重新开始" in done.words


@pytest.mark.slow
def test_a_correction_beside_what_it_corrects(as_: As, browsing: Browsing) -> None:
    original = publish(as_)
    uploader = as_(f"uploader-{VILLAGE}")
    answer = uploader.post(f"/disclosures/{original['id']}/corrections", {"change_note": "支出少记 <b>200</b> 元"})
    correction = submit(as_, put(as_, answer.json, body="<p>收入合计 12000.00 元，支出合计 8200.00 元。</p>"))
    page = browsing("secrecy").get(f"/desk/{correction['id']}")
    assert [each.to_text() for each in page.all(".difference del")] == ["8000.00"]
    assert [each.to_text() for each in page.all(".difference ins")] == ["8200.00"]
    assert "支出少记 <b>200</b> 元" in page.words
    assert page.all(f"main a[href='/desk/{original['id']}']")


@pytest.mark.slow
def test_files_are_shown_where_they_are_decided_on(as_: As, browsing: Browsing) -> None:
    item = draft(as_)
    attach(as_, item, "明细.pdf", pdf("12000", pages=2))
    attach(as_, item, "说明.docx", docx("<w:p><w:r><w:t>支出说明</w:t></w:r></w:p>"))
    item = submit(as_, item)
    document, letter = (each["id"] for each in as_("auditor").get(f"/disclosures/{item['id']}").json["attachments"])
    address, browser = f"/desk/{item['id']}", browsing("auditor")
    pages = [image.attrs["src"] for image in browser.get(f"{address}?open={document}").all(".shown img")]
    assert pages == [f"{address}/attachments/{document}/pages/{number}" for number in (1, 2)]
    picture = browser.http.get(pages[0])
    assert (picture.status_code, picture.mimetype, picture.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert [browser.get(f"{address}/attachments/{document}/pages/{n}").status for n in (0, 3)] == [404, 404]
    assert browser.get(f"{address}/attachments/{letter}/pages/1").status == 404
    assert "支出说明" in browser.get(f"{address}?open={letter}").words
    bytes_of = {each: browser.http.get(f"{address}/attachments/{each}").headers for each in (document, letter)}
    assert bytes_of[document]["Content-Disposition"].startswith("inline")
    assert bytes_of[letter]["Content-Disposition"].startswith("attachment")
    assert bytes_of[document]["Content-Security-Policy"].startswith("default-src 'none'")
    for stranger in (f"uploader-{NEIGHBOUR}", "daxin-leader"):
        assert browsing(stranger).get(f"{address}/attachments/{document}").status == 404
        assert browsing(stranger).get(f"{address}/attachments/{document}/pages/1").status == 404


@pytest.mark.slow
def test_a_damaged_file_is_said_to_be_damaged_and_can_be_returned(as_: As, browsing: Browsing, app: Flask) -> None:
    item = with_file(as_, "收据.png", PNG)
    for file in (app.config["SETTINGS"].instance_dir / "files").rglob("*"):
        if file.is_file():
            file.write_bytes(b"something else")
    item = as_("auditor").get(f"/disclosures/{item['id']}").json
    browser, address = browsing("secrecy"), f"/desk/{item['id']}"
    page = browser.get(address)
    shown = browser.post(
        f"{address}/opened", page.form(f"{address}/opened") | {"part": f"attachments/{item['attachments'][0]['id']}"}
    )
    assert "与提交时的内容不一致" in shown.words
    done = decide_on(browser, open_all(browser, item), "return", reason="attachment")
    assert "已退回" in done.words


ENDINGS = {
    "withdraw": {"admin", "leader"},
    "suspend": {"admin", "secrecy"},
    "release": set[str](),
}


@pytest.mark.slow
def test_who_may_end_a_publication(as_: As, browsing: Browsing) -> None:
    item = publish(as_)
    for username in ("admin", "leader", "secrecy", "office-finance", "auditor", f"uploader-{VILLAGE}"):
        page = browsing(username).get(f"/desk/{item['id']}")
        token = {"form_token": page.form("/sign-out")["form_token"]}
        for ending, able in ENDINGS.items():
            address = f"/desk/{item['id']}/{ending}"
            assert bool(page.all(f"a[href='{address}']")) is (username in able)
            assert browsing(username).get(address).status == (200 if username in able else 409)
            refused = browsing(username).post(address, token | {"reason": "" if username in able else "数字有误"})
            assert refused.status == (422 if username in able else 403 if ending != "release" else refused.status)
    assert as_("auditor").get(f"/disclosures/{item['id']}").json["state"] == "published"


@pytest.mark.slow
def test_suspended_released_withdrawn(as_: As, browsing: Browsing) -> None:
    item = publish(as_)
    steps = (
        ("secrecy", "suspend", "已暂停公开"),
        ("leader", "release", "已恢复公开"),
        ("leader", "withdraw", "已撤回"),
    )
    for username, ending, told in steps:
        address = f"/desk/{item['id']}/{ending}"
        page = browsing(username).get(address)
        assert told in browsing(username).send(page, address, reason="群众反映数字有误").words
    assert as_("auditor").get(f"/disclosures/{item['id']}").json["state"] == "withdrawn"


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


@pytest.mark.slow
def test_hostile_words_stay_words(as_: As, browsing: Browsing) -> None:
    item = draft(as_, title=HOSTILE, body=f"<p>{WITH_MEMO}{HOSTILE}</p>")
    attach(as_, item, "<img src=x onerror=alert(1)>'{{7*7}}.png", PNG)
    item = submit(as_, item, {each["id"]: HOSTILE for each in item["findings"]})
    item = as_("auditor").get(f"/disclosures/{item['id']}").json
    for page in (browsing("secrecy").get("/desk"), open_all(browsing("secrecy"), item)):
        assert HOSTILE in page.words.replace("\\", "")
        assert not page.all("main script, [onerror]")
    done = decide_on(browsing("secrecy"), browsing("secrecy").get(f"/desk/{item['id']}"), "return", comment=HOSTILE)
    assert done.path == "/desk"
    assert HOSTILE in browsing("auditor").get(f"/desk/{item['id']}").words
