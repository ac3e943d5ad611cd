"""The sheet of invitations: who gets a slip, what stands on it, and that its codes work and are kept nowhere."""

import re

import pypdfium2
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.accounts import staff
from tests.accounts.phones import bind, bound, phone
from tests.clients import Client
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As
from tests.wechat.platform import Platform
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.extensions import db

PICTURES = "/wxa/getwxacodeunlimit"
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


def ask(as_: As, division: str = TOWNSHIP, **headers: str) -> TestResponse:
    return as_("admin").post("/invitations/sheets", {"division": division}, headers=headers)


def text_of(answer: TestResponse) -> str:
    assert (answer.status_code, answer.content_type) == (200, "application/pdf"), answer.get_data()[:300]
    document = pypdfium2.PdfDocument(answer.get_data())
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def uploaders(as_: As) -> list[dict[str, object]]:
    posts = as_("admin").get("/posts?limit=100").json["data"]
    return [post for post in posts if post["role"] == "uploader"]


def test_each_village_whose_uploader_has_no_wechat_gets_a_slip(wechat_app: Flask, platform: Platform, as_: As) -> None:
    bound(wechat_app, platform, as_, "o-1", f"uploader-{VILLAGE}")
    text = text_of(ask(as_))

    assert len(set(CODE.findall(text))) == len(uploaders(as_)) - 1
    assert "洼路村" not in text
    assert "11月13日09:00前有效" in re.sub(r"\s", "", text)
    assert platform.count(PICTURES) == len(uploaders(as_)) - 1
    scenes = {call.body["scene"] for call in platform.calls if call.path == PICTURES}
    assert scenes == {f"i={code.replace('-', '')}" for code in CODE.findall(text)}


def test_a_code_of_the_sheet_binds_the_holder(wechat_app: Flask, platform: Platform, as_: As) -> None:
    [code] = CODE.findall(text_of(ask(as_, VILLAGE)))
    answer = bind(phone(wechat_app, platform, "o-1"), code)
    assert (answer.status_code, answer.json["person"]["name"]) == (200, "洼路村信息员")
    assert CODE.findall(text_of(ask(as_, VILLAGE))) == []


@pytest.mark.slow
def test_a_vacant_post_is_taken_up_by_whoever_gets_the_slip(wechat_app: Flask, platform: Platform, as_: As) -> None:
    key = f"uploader-{VILLAGE}"
    assert as_("admin").post(f"/people/{staff.person(as_, key)}/deactivate").status_code == 200
    [older] = CODE.findall(text_of(ask(as_, VILLAGE)))
    [newer] = CODE.findall(text_of(ask(as_, VILLAGE)))
    assert bind(phone(wechat_app, platform, "o-1"), older).json["code"] == "invitation_refused"
    answer = bind(phone(wechat_app, platform, "o-1"), newer)
    assert (answer.status_code, [post["key"] for post in answer.json["posts"]]) == (200, [key])
    newcomers = [each for each in as_("admin").get("/people?limit=100").json["data"] if each["username"] is None]
    assert len(newcomers) == 1  # two sheets, and yet one person


def test_without_wechat_the_slip_leads_to_a_password(app: Flask, as_: As) -> None:
    text = text_of(ask(as_, VILLAGE))
    [code] = CODE.findall(text)
    assert "微信" not in text
    assert f"uploader-{VILLAGE}" in text
    accepted = Client(app).post("/auth/invitations/accept", {"code": code, "password": staff.PASSWORD})
    assert (accepted.status_code, accepted.json["person"]["name"]) == (200, "洼路村信息员")


@pytest.mark.slow
def test_only_the_administrator_of_the_place_may_ask(wechat_app: Flask, platform: Platform, as_: As) -> None:
    for who, status in (("leader", 403), (f"uploader-{VILLAGE}", 404), ("daxin-admin", 404)):
        refused = as_(who).post("/invitations/sheets", {"division": TOWNSHIP})
        assert refused.status_code == status, who
    assert as_(f"uploader-{VILLAGE}").post("/invitations/sheets", {"division": VILLAGE}).status_code == 403
    assert Client(wechat_app).post("/invitations/sheets", {"division": TOWNSHIP}).status_code == 401
    assert as_("admin").post("/invitations/sheets", {"division": "640104999000"}).status_code == 404
    assert platform.count(PICTURES) == 0


@pytest.mark.slow
def test_while_the_platform_is_away_nothing_is_given_out(wechat_app: Flask, platform: Platform, as_: As) -> None:
    before = staff.invite(as_, staff.person(as_, f"uploader-{NEIGHBOUR}"))
    platform.fault(PICTURES, times=20, errcode=-1)
    assert ask(as_).json["code"] == "wechat_unavailable"
    assert bind(phone(wechat_app, platform, "o-1"), before).status_code == 200


def test_the_sheet_is_kept_nowhere(wechat_app: Flask, platform: Platform, as_: As) -> None:
    key = {"Idempotency-Key": "sheet-1"}
    first, again = ask(as_, VILLAGE, **key), ask(as_, VILLAGE, **key)
    codes = [*CODE.findall(text_of(first)), *CODE.findall(text_of(again))]
    assert len(set(codes)) == 2
    with wechat_app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        for table in ("stored_answer", "invitation", "audit_entry"):
            rows = str(db.session.execute(db.text(f"SELECT * FROM {table}")).all())  # noqa: S608  names of ours
            assert not any(code in rows or code.replace("-", "") in rows for code in codes)
