"""The main line by people who have nothing but WeChat, over HTTP, against the platform's stand-in; and the page that
shows it to a developer of the mini-program, whose every example is what the server answered here."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.clearance.passages import MOBILE
from tests.engines import Engine
from tests.intake.make_files import picture
from tests.journeys import CHECKLIST, TOWNSHIP, VILLAGE
from tests.miniprogram import Json, MiniProgram, Result
from tests.notices.post_office import template_id
from tests.phone import book
from tests.phone.book import Book
from tests.phone.town import Town, openid_of, running_town

pytestmark = pytest.mark.slow  # a server and a platform

UPLOADER, VILLAGER = f"uploader-{VILLAGE}", "villager"
CHAIN = (("secrecy", "secrecy"), ("office", "office-finance"), ("leader", "leader"))
KEY = {"Idempotency-Key": "6b1f8c52-draft"}
CONTENT = {
    "title": "洼路村2023年10月财务收支明细",
    "body": "<p>收入合计 12000.00 元，支出合计 8000.00 元。经办人电话 13900001234。</p>",
    "period": "2023-10",
}
REST = {"event_on": None, "nothing_to_report": False, "audience": "public"}


@dataclass
class Told:
    """What the people of the town did, and what came of it."""

    town: Town
    book: Book
    phones: dict[str, MiniProgram] = field(default_factory=dict)
    item: Json = field(default_factory=dict)
    etag: str = ""


@pytest.fixture(scope="module")
def told(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The whole story, once for each database."""
    with running_town(engine, tmp_path_factory.mktemp("town")) as town:
        story = Told(town, Book())
        for chapter in CHAPTERS:
            chapter(story)
        yield story


def _bind(told: Told) -> None:
    """Everybody binds by the invitation that came with the township's file; one of them is shown."""
    town, shown = told.town, told.book
    phone = town.phone()
    code = town.platform.login_code(openid_of(UPLOADER))
    resident = shown.show("登录", phone, "POST", "/auth/wechat", {"code": code})
    assert (resident.status_code, resident.data["posts"]) == (200, [])
    phone.token = resident.data["access_token"]
    bound = shown.show("绑定", phone, "POST", "/auth/bindings", {"invitation": town.invitations[UPLOADER]})
    assert [post["key"] for post in bound.data["posts"]] == [UPLOADER]
    phone.token = bound.data["access_token"]
    again = town.sign_in(UPLOADER)
    assert shown.show("我是谁", again, "GET", "/me").data["person"] == bound.data["person"]
    refreshed = shown.show(
        "续期", town.phone(), "POST", "/auth/refresh", {"refresh_token": bound.data["refresh_token"]}
    )
    assert refreshed.status_code == 200
    kinds = shown.show("可订阅的消息", again, "GET", "/me/subscriptions")
    assert kinds.status_code == 200
    for name in ("result", "task"):
        town.platform.consent(openid_of(UPLOADER), template_id(name), times=3)
    allowed = shown.show("允许消息", again, "POST", "/me/subscriptions", {"results": {template_id("result"): "accept"}})
    assert allowed.status_code == 200
    told.phones = {UPLOADER: again} | {name: town.arrive(name) for _, name in CHAIN}


def _open(told: Told) -> None:
    home = told.book.show("首屏", told.town.phone(), "GET", f"/public/home?division={VILLAGE}")
    assert home.data["newest"] == []
    duties = told.phones[UPLOADER].request("/duties", {"division": VILLAGE})
    assert duties.status_code == 200


def _draft(told: Told) -> None:
    uploader = told.phones[UPLOADER]
    made = told.book.show("起草", uploader, "POST", "/disclosures", {"village": VILLAGE, "entry": "C02"} | CONTENT, KEY)
    assert made.status_code == 201
    again = told.book.show(
        "重试起草", uploader, "POST", "/disclosures", {"village": VILLAGE, "entry": "C02"} | CONTENT, KEY
    )
    assert (again.data["id"], again.header["idempotency-replayed"]) == (made.data["id"], "true")
    told.item, told.etag = made.data, made.header["etag"]
    assert [finding["kind"] for finding in told.item["findings"]]


def _upload(told: Told) -> None:
    path, uploader = f"/disclosures/{told.item['id']}/attachments", told.phones[UPLOADER]
    key = {"Idempotency-Key": "6b1f8c52-photo-1"}
    sent = told.book.show_upload("上传", uploader, path, ("公示照片.png", picture("PNG", (8, 8))), key)
    assert sent.status_code == 201
    listed = told.book.show("哪些到了", uploader, "GET", path)
    assert [each["id"] for each in listed.data["data"]] == [json.loads(sent.data)["id"]]


def _submit(told: Told) -> None:
    """A telephone number that is nobody's business is found, put right, and then it goes to review."""
    uploader, path = told.phones[UPLOADER], f"/disclosures/{told.item['id']}"
    screened = told.book.show("筛查", uploader, "POST", f"{path}/screen")
    assert screened.status_code == 200
    refused = told.book.show("不能提交", uploader, "POST", f"{path}/submit", {})
    assert refused.status_code == 422
    stale = told.book.show("过期的修改", uploader, "PUT", path, CONTENT | REST, {"If-Match": told.etag})
    assert stale.status_code == 412
    etag = uploader.request(path).header["etag"]
    mended = CONTENT | REST | {"body": "<p>收入合计 12000.00 元，支出合计 8000.00 元。</p>"}
    put = told.book.show("修改", uploader, "PUT", path, mended, {"If-Match": etag})
    assert (put.status_code, put.data["findings"]) == (200, [])
    submitted = told.book.show("提交", uploader, "POST", f"{path}/submit", {}, {"Idempotency-Key": "6b1f8c52-submit"})
    assert (submitted.data["state"], submitted.data["stage"]) == ("in_review", "secrecy")
    told.item = submitted.data


def _decide(told: Told) -> None:
    """Each of the three hears by WeChat that it waits, opens it and approves; the uploader hears that it is public."""
    for stage, username in CHAIN:
        told.town.message_to(username, "待办理")
        reviewer = told.phones[username]
        notices = _first(told, "待办消息", reviewer, "/me/notices")
        assert notices.data["data"][0]["kind"] == "waiting"
        queue = _first(told, "待办", reviewer, "/review/queue")
        [waiting] = [each for each in queue.data["data"] if each["disclosure"]["id"] == told.item["id"]]
        assert (waiting["task"], waiting["may_act"]) == ("decide", True)
        decision = {
            "stage": stage,
            "digest": waiting["disclosure"]["digest"],
            "outcome": "approve",
            "checklist": CHECKLIST,
            "read_attachments": [each["id"] for each in waiting["disclosure"]["attachments"] if not each["has_text"]],
        }
        path, key = f"/disclosures/{told.item['id']}/decisions", {"Idempotency-Key": f"6b1f8c52-{stage}"}
        if stage == "leader":
            decided = reviewer.request(path, decision, method="POST", header=key)
        else:
            decided = told.book.show(f"办理（{stage}）", reviewer, "POST", path, decision, key)
        assert decided.status_code == 201, decided.data
        told.item = decided.data
    assert (told.item["state"], told.item["stage"]) == ("published", None)


def _first(told: Told, name: str, phone: MiniProgram, path: str) -> Result:
    """Shown the first time only."""
    if name in told.book.examples:
        return phone.request(path)
    return told.book.show(name, phone, "GET", path)


def _read(told: Told) -> None:
    """The uploader is told; anybody reads."""
    town, uploader = told.town, told.phones[UPLOADER]
    message = town.message_to(UPLOADER, "已公开")
    assert told.item["id"] in (message.page or "")
    inbox = told.book.show("已公开的消息", uploader, "GET", "/me/notices?limit=1")
    assert (inbox.data["data"][0]["kind"], inbox.data["data"][0]["disclosure"]) == ("published", told.item["id"])
    read = told.book.show("读过了", uploader, "POST", "/me/notices/read", {"ids": [inbox.data["data"][0]["id"]]})
    assert read.data == {"read": 1}
    anybody, path = town.phone(), f"/public/disclosures/{told.item['id']}"
    listed = told.book.show("公开列表", anybody, "GET", f"/public/disclosures?division={TOWNSHIP}&limit=20")
    assert [row["id"] for row in listed.data["data"]] == [told.item["id"]]
    shown = told.book.show("一条公开信息", anybody, "GET", path)
    assert shown.data["digest"] == told.item["digest"]
    known = told.book.show("没有变化", anybody, "GET", path, header={"If-None-Match": shown.header["etag"]})
    assert (known.status_code, known.data) == (304, "")
    spoken = told.book.show("广播稿", anybody, "GET", f"{path}/plain?form=loudspeaker")
    assert "一万二千元" in spoken.data
    poster = anybody.download(f"{path}/poster.pdf")
    assert poster.data.startswith(b"%PDF-")


def _belong(told: Told) -> None:
    """A villager asks to be confirmed as one, and the village confirms."""
    villager, uploader = told.town.sign_in(VILLAGER), told.phones[UPLOADER]
    texts = told.book.show("同意的说明", villager, "GET", "/me/consents")
    version = next(each["version"] for each in texts.data["texts"] if each["purpose"] == "residency")
    consent = told.book.show("同意", villager, "POST", "/me/consents", {"purpose": "residency", "version": version})
    assert consent.status_code == 201
    _allow_an_answer(told.town, villager)
    asked = told.book.show(
        "申请村民身份", villager, "POST", "/me/residencies", {"village": VILLAGE, "name": "样例户一"}
    )
    assert (asked.status_code, asked.data["state"]) == (201, "requested")
    waiting = told.book.show("村里核对", uploader, "GET", f"/residents?village={VILLAGE}&state=requested")
    assert [each["id"] for each in waiting.data["data"]] == [asked.data["id"]]
    confirmed = told.book.show("确认村民", uploader, "POST", f"/residencies/{asked.data['id']}/confirm")
    assert confirmed.data["state"] == "confirmed"
    told.town.message_to(VILLAGER, "已确认")


def _allow_an_answer(town: Town, villager: MiniProgram) -> None:
    """The villager taps "allow" for one message, as the mini-program asks beside each button that waits for a word."""
    town.platform.consent(openid_of(VILLAGER), template_id("answer"))
    allowed = villager.request("/me/subscriptions", {"results": {template_id("answer"): "accept"}}, method="POST")
    assert allowed.status_code == 200, allowed.data


def _ask(told: Told) -> None:
    """A villager asks under the item; the village answers, the secrecy officer looks, and the villager hears of it."""
    town, villager, uploader = told.town, told.town.sign_in(VILLAGER), told.phones[UPLOADER]
    _allow_an_answer(town, villager)
    path = f"/disclosures/{told.item['id']}/feedback"
    question = {"kind": "question", "text": "支出 8000 元里，清淤用了多少？", "may_be_public": True}
    asked = told.book.show("提问", villager, "POST", path, question, {"Idempotency-Key": "41d7-question"})
    assert (asked.status_code, asked.data["state"]) == (201, "open"), asked.data
    own = f"/feedback/{asked.data['id']}"
    answer = {"text": "其中清淤 4600 元，凭证在村部可以查看。"}
    written = told.book.show("村里答复", uploader, "POST", f"{own}/answer", answer, {"Idempotency-Key": "41d7-answer"})
    decision = {"digest": written.data["digest"], "outcome": "approve"}
    passed = told.book.show("审查答复", told.phones["secrecy"], "POST", f"{own}/decisions", decision)
    assert (passed.status_code, passed.data["state"]) == (201, "answered"), passed.data
    town.message_to(VILLAGER, "已答复")
    mine = told.book.show("我的提问", villager, "GET", f"/me{own}")
    assert mine.data["answer"] == answer["text"]
    shown = told.book.show("公开的问答", town.phone(), "GET", f"/public{path}")
    assert [each["id"] for each in shown.data["data"]] == [asked.data["id"]]


def _return(told: Told) -> None:
    """Another item comes back to its uploader, who hears why, mends it and submits it again."""
    uploader, secrecy = told.phones[UPLOADER], told.phones["secrecy"]
    told.town.allow(UPLOADER, uploader)
    content = {"title": "洼路村2023年9月财务收支明细", "body": "<p>支出合计 6000.00 元。</p>", "period": "2023-09"}
    made = uploader.request("/disclosures", {"village": VILLAGE, "entry": "C02"} | content, method="POST")
    assert made.status_code == 201, made.data
    path = f"/disclosures/{made.data['id']}"
    sent = uploader.request(f"{path}/submit", {}, method="POST").data
    decision = {"stage": "secrecy", "digest": sent["digest"], "outcome": "return", "comment": "请补上收入合计。"}
    key = {"Idempotency-Key": "9d20-return"}
    returned = told.book.show("退回", secrecy, "POST", f"{path}/decisions", decision, key)
    assert (returned.status_code, returned.data["state"]) == (201, "returned"), returned.data
    told.town.message_to(UPLOADER, "已退回")
    inbox = told.book.show("退回的消息", uploader, "GET", "/me/notices?limit=1")
    assert (inbox.data["data"][0]["kind"], inbox.data["data"][0]["disclosure"]) == ("returned", made.data["id"])
    opened = uploader.request(path)
    mended = content | REST | {"body": "<p>收入合计 9000.00 元，支出合计 6000.00 元。</p>"}
    put = told.book.show("改正", uploader, "PUT", path, mended, {"If-Match": opened.header["etag"]})
    assert put.status_code == 200, put.data
    again = told.book.show("再提交", uploader, "POST", f"{path}/submit", {}, {"Idempotency-Key": "9d20-submit"})
    assert (again.data["state"], again.data["stage"]) == ("in_review", "secrecy")


def _own_data(told: Told) -> None:
    """What the site knows of a villager: given freely, handed out, and erased."""
    town, villager = told.town, told.town.sign_in(VILLAGER)
    code = town.platform.phone_code(openid_of(VILLAGER), MOBILE)
    given = told.book.show("手机号", villager, "POST", "/me/phone", {"code": code})
    assert given.data["phone"]["number"].endswith(MOBILE[-4:])
    held = told.book.show("本站保存的", villager, "GET", "/me/data")
    assert held.status_code == 200
    erased = told.book.show("抹去", villager, "POST", "/me/erase", {"confirm": True})
    assert erased.status_code == 200, erased.data
    assert villager.request("/me").status_code == 401


def _change_phones(told: Told) -> None:
    """Another WeChat account is bound by another invitation: from then on it speaks for the uploader, and it alone."""
    town, old = told.town, told.phones[UPLOADER]
    person = old.request("/me").data["person"]["id"]
    invited = town.arrive("admin").request(f"/people/{person}/invitation", {}, method="POST")
    assert invited.status_code == 201, invited.data
    other = town.sign_in("another-phone")
    bound = told.book.show("换微信", other, "POST", "/auth/bindings", {"invitation": invited.data["code"]})
    assert [post["key"] for post in bound.data["posts"]] == [UPLOADER]
    ended = told.book.show("原来的微信", old, "GET", "/me")
    assert ended.status_code == 401
    told.phones[UPLOADER] = town.phone(bound.data["access_token"])


def _be_patient(told: Told) -> None:
    """Who tries too often is told how long to wait."""
    phone, end = told.town.phone(), time.monotonic() + 60
    while (answer := phone.request("/auth/wechat", {"code": "no-such-code"}, method="POST")).status_code != 429:
        assert answer.status_code == 401, answer.data
        assert time.monotonic() < end
    again = told.book.show("稍后再试", phone, "POST", "/auth/wechat", {"code": "no-such-code"})
    assert int(again.header["retry-after"]) > 0


CHAPTERS = (
    _bind, _open, _draft, _upload, _submit, _decide, _read, _return,
    _belong, _ask, _own_data, _change_phones, _be_patient,
)  # fmt: skip


def test_the_whole_main_line_by_wechat_alone(told: Told) -> None:
    """Whatever happened on the way was asserted there; here, that nothing was sent twice and all is on record."""
    said = [(message.openid, message.data["phrase2"]) for message in told.town.platform.messages]
    sent = sorted(each for each in said if each[1] in ("待办理", "已公开"))
    assert sent == sorted([*((openid_of(name), "待办理") for _, name in CHAIN), (openid_of(UPLOADER), "已公开")])
    steps = told.phones[UPLOADER].request(f"/disclosures/{told.item['id']}/history").data["data"]
    assert [step["action"] for step in steps][-5:] == [
        "disclosure.submitted",
        *["review.approve"] * 3,
        "disclosure.published",
    ]
    assert len({step["person"] for step in steps[-4:-1]}) == 3
    assert told.town.installation.succeeds("audit", "verify")
    assert told.town.installation.succeeds("statistics", "verify")


def test_every_example_is_what_the_server_answers(told: Told) -> None:
    if os.environ.get("REWRITE_EXAMPLES"):
        book.write(told.book.examples)
    written = book.examples_in(book.PAGE.read_text(encoding="utf-8"))
    assert list(written) == list(dict.fromkeys(written))
    assert written.keys() == told.book.examples.keys()
    for name, example in told.book.examples.items():
        assert written[name] == example, f"{name}：REWRITE_EXAMPLES=1 重写"
