"""Standing in, handing over and the inbox, as people do it in a browser."""

import pytest

from tests.clients import TestClock
from tests.desk.browsing import Browsing
from tests.journeys import NEIGHBOUR, VILLAGE, As, decide, draft, submit
from tests.review.staff import Staff

DELEGATIONS, HANDOVERS = "/desk/delegations", "/console/handovers"
UPLOADER = f"uploader-{VILLAGE}"


@pytest.mark.slow
def test_a_holder_asks_somebody_to_stand_in(as_: As, browsing: Browsing, moment: TestClock) -> None:
    item = submit(as_, draft(as_))
    deputy = Staff(as_).person("office-party")
    page = browsing("secrecy").get(DELEGATIONS)
    missing = browsing("secrecy").send(page, DELEGATIONS, until="2023-11-10")
    assert (missing.status, "请选择代办人" in missing.words) == (422, True)
    assert "2023-11-10" in missing.html
    over = browsing("secrecy").send(page, DELEGATIONS, to_person=deputy, until="2023-11-05")
    assert (over.status, "代办的结束时间须晚于开始时间和现在" in over.words) == (422, True)
    done = browsing("secrecy").send(page, DELEGATIONS, to_person=deputy, until="2023-11-10")
    assert "到2023年11月10日为止" in done.words
    assert "2023年11月10日" in done.words
    assert "保密专干" in browsing("office-party").get(DELEGATIONS).words
    assert item["title"] in browsing("office-party").get("/desk").words
    moment.set("2023-11-11 00:00")
    assert Staff(as_).as_("office-party").get("/review/queue").json["data"] == []


@pytest.mark.slow
def test_a_holder_ends_it_before_its_time(as_: As, browsing: Browsing, moment: TestClock) -> None:
    deputy = Staff(as_).person("office-party")
    holder = browsing("secrecy")
    page = holder.send(holder.get(DELEGATIONS), DELEGATIONS, to_person=deputy, until="2023-11-10")
    moment.forward(minutes=1)
    (form,) = (each for each in page.all("td form") if "现在结束" in each.to_text())
    ended = holder.send(page, form.attrs["action"])
    assert "“保密专干”的代办已结束。" in ended.words
    assert "没有请人代办" in ended.words
    assert "没有代别人办理" in browsing("office-party").get(DELEGATIONS).words
    assert holder.send(page, form.attrs["action"], once="").status == 409


@pytest.mark.slow
def test_a_stand_in_cannot_pass_it_on_nor_offer_strangers(as_: As, browsing: Browsing) -> None:
    staff = Staff(as_)
    staff.stand_in("secrecy", "office-party")
    page = browsing("office-party").get(DELEGATIONS)
    assert [each.attrs["value"] for each in page.all("#field-post option")] == [staff.post("office-party")]
    body = {"post": staff.post("secrecy"), "to_person": staff.person("office-land"), "until": "2023-11-10"}
    assert browsing("office-party").post(DELEGATIONS, page.form(DELEGATIONS) | body).status == 403
    other = as_("daxin-admin").get("/people").json["data"][0]["id"]
    assert (
        browsing("secrecy")
        .post(
            DELEGATIONS,
            browsing("secrecy").get(DELEGATIONS).form(DELEGATIONS) | {"to_person": other, "until": "2023-11-10"},
        )
        .status
        == 404
    )


@pytest.mark.slow
def test_who_can_be_asked(browsing: Browsing) -> None:
    names = [each.to_text() for each in browsing(UPLOADER).get(DELEGATIONS).all("#field-to_person option")]
    assert "保密专干" in names
    assert "洼路村信息员" not in names
    assert not any("大新" in name for name in names)


@pytest.mark.slow
def test_a_handover_shows_first_what_passes_over(as_: As, browsing: Browsing) -> None:
    staff = Staff(as_)
    left = draft(as_, title="没有写完的一件")
    back = decide(as_, submit(as_, draft(as_, title="退回来的一件")), "return")
    assert browsing("leader").get(HANDOVERS).status == 403
    choosing = browsing("admin").get(HANDOVERS)
    assert "洼路村 · 村务公开专人" in choosing.words
    page = browsing("admin").get(f"{HANDOVERS}?post={staff.post(UPLOADER)}")
    assert left["title"] in page.words
    assert back["title"] in page.words
    early = browsing("admin").send(page, HANDOVERS, to_person=staff.person(f"uploader-{NEIGHBOUR}"), on="2023-11-05")
    assert (early.status, "交接日期不能早于今天" in early.words, left["title"] in early.words) == (422, True, True)
    done = browsing("admin").send(page, HANDOVERS, to_person=staff.person(f"uploader-{NEIGHBOUR}"), on="2023-11-06")
    assert "草稿和退回件 2 件" in done.words
    assert as_(f"uploader-{NEIGHBOUR}").get(f"/disclosures/{left['id']}").status_code == 200
    assert browsing("daxin-admin").get(f"{HANDOVERS}?post={staff.post(UPLOADER)}").status == 404


@pytest.mark.slow
def test_the_inbox_is_read_one_by_one_or_at_once(as_: As, browsing: Browsing) -> None:
    for title in ("第一件<b>", "第二件", "第三件"):
        submit(as_, draft(as_, title=title))
    page = browsing("secrecy").get("/notices")
    assert "3 条未读" in page.words
    assert "《第一件<b>》等您办理。" in page.words
    one = browsing("secrecy").send(page, "/notices/read", id=page.all("input[name=id]")[0].attrs["value"])
    assert "已把 1 条标为已读" in one.words
    assert "2 条未读" in one.words
    everything = {name: value for name, value in one.form("/notices/read").items() if name != "id"}
    rest = browsing("secrecy").post("/notices/read", everything)
    assert "没有未读的消息" in rest.words
    foreign = as_("leader").get("/me/notices").json["data"]
    assert foreign == []
    assert "没有消息" in browsing("leader").get("/notices").words
    assert browsing("secrecy").get("/notices?cursor=nowhere").status == 422
