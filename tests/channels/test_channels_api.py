"""Routing, what is out of step, and suggestions, over HTTP on both databases."""

import re
import shutil
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config.base import PROJECT
from tests.clients import Client, TestClock
from tests.console import run
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, draft, publish, submit

OTHER_TOWNSHIP = "640104101000"
TITLE = "洼路村2022年度财务计划"
LISTS = ("missing", "lag", "unapproved", "still-up")


def plan(as_: As, **changes: Any) -> Json:
    """Published here; of an entry that belongs on the website and on the notice board."""
    return publish(as_, **({"entry": "C01", "period": "2022", "title": TITLE} | changes))


def post(admin: Client, **changes: Any) -> Json:
    body = {"channel": "website", "title": "财务计划", "posted_on": "2023-11-06"} | changes
    answer = admin.post("/ledgers/channel-posts", body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def rows(client: Client, path: str, **query: Any) -> list[Json]:
    answer = client.get(f"/channels/{path}", query_string=query)
    assert answer.status_code == 200, answer.json
    return list(answer.json["data"])


def rates(client: Client, **query: Any) -> dict[str | None, tuple[int, int, str]]:
    """``{channel: (in step, routed, rate)}``; None is all together."""
    answer = client.get("/channels/sync", query_string=query).json
    found = [*answer["data"], answer["total"]]
    return {each["channel"]: (each["in_step"], each["routed"], each["rate"]) for each in found}


# --- routing ----------------------------------------------------------------------------------------------------


def test_the_routing_table_of_the_townships_file(as_: As) -> None:
    for reader in ("admin", "leader", "auditor", "office-finance"):
        [table] = rows(as_(reader), "routing", division=TOWNSHIP)
        assert (table["valid_from"], table["in_force"]) == ("2023-11-01", True)
        assert {"items": ["C01", "D03", "E02", "E05", "H01"], "channels": ["website"], "held_by": "administrator"} in (
            table["rules"]
        )
    assert as_(f"uploader-{VILLAGE}").get(f"/channels/routing?division={VILLAGE}").status_code == 403
    assert as_("daxin-admin").get(f"/channels/routing?division={TOWNSHIP}").status_code == 404
    assert rows(as_("daxin-admin"), "routing") == []


@pytest.mark.slow
def test_a_new_table_routes_what_is_published_from_its_day_on(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    plan(as_)
    folder = Path(shutil.copytree(PROJECT / "config" / "townships" / "zhangzheng", tmp_path / "township"))
    file = folder / "township.yaml"
    text = re.sub(r", password: [^}]+", "", file.read_text(encoding="utf-8"))
    now = text.replace("items: [C01, D03,", "items: [D03,")
    file.write_text(now, encoding="utf-8")
    refused = run(app, "township", "load", file)
    assert refused.exit_code == 2
    assert "routing 的 valid_from：已公开的信息不重新分发" in refused.output
    file.write_text(now.replace("valid_from: 2023-11-01", "valid_from: 2023-11-07"), encoding="utf-8")
    loaded = run(app, "township", "load", file)
    assert "已新增 分发对照表 2023-11-07 起" in loaded.output, loaded.output
    assert "未变 分发对照表 2023-11-07 起" in run(app, "township", "load", file).output
    moment.set("2023-11-07 09:00")
    plan(as_, village=NEIGHBOUR, title="茂盛村2022年度财务计划")
    assert rates(as_("admin"))["website"] == (None, 1, "未填报")
    assert [table["in_force"] for table in rows(as_("admin"), "routing")] == [True, False]


# --- lists ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_missing_until_posted(as_: As, moment: TestClock) -> None:
    item, admin = plan(as_), as_("admin")
    moment.forward(days=3)
    admin = as_("admin")
    missing = {row["channel"]: row for row in rows(admin, "sync/missing")}
    assert set(missing) == {"website", "notice_board"}
    row = missing["website"]
    assert (row["item"]["disclosure"], row["item"]["number"], row["published_on"], row["days"]) == (
        item["id"],
        item["number"],
        "2023-11-06",
        3,
    )
    assert row["held_by"] == {"role": "administrator", "people": ["信息公开工作人员"]}
    assert missing["notice_board"]["held_by"] == {"role": "uploader", "people": ["洼路村信息员"]}
    assert rates(admin) == {
        "website": (None, 1, "未填报"),
        "weibo": (None, 0, "未填报"),
        "wechat_official_account": (None, 0, "未填报"),
        "notice_board": (None, 1, "未填报"),
        None: (0, 0, "—"),
    }
    post(admin, url=f"https://www.xqq.gov.cn/{item['number']}.html", posted_on="2023-11-08")
    assert [row["channel"] for row in rows(admin, "sync/missing")] == ["notice_board"]
    [lag] = rows(admin, "sync/lag")
    assert (lag["channel"], lag["days"], lag["post"]["posted_on"]) == ("website", 2, "2023-11-08")
    assert rates(admin)["website"] == (1, 1, "100%")
    assert rates(admin, period="2023-10")[None] == (0, 0, "—")
    assert rates(admin, period="2023-Q4", channel="website") == {"website": (1, 1, "100%"), None: (1, 1, "100%")}
    assert rates(admin, division=NEIGHBOUR)[None] == (0, 0, "—")
    moment.set("2023-12-31 09:00")
    admin = as_("admin")
    assert admin.post("/ledgers/channel-posts/declarations", {"year": 2023}).status_code == 201
    assert rates(admin)["notice_board"] == (0, 1, "0%")
    assert rates(admin)["weibo"] == (0, 0, "—")
    assert rates(admin)[None] == (1, 2, "50%")


@pytest.mark.slow
def test_a_year_that_was_not_declared_is_unknown_whatever_the_next_one_is(as_: As, moment: TestClock) -> None:
    plan(as_)
    moment.set("2024-11-06 09:00")
    plan(as_, village=NEIGHBOUR, title="茂盛村2022年度财务计划")
    moment.set("2024-12-31 09:00")
    admin = as_("admin")
    assert admin.post("/ledgers/channel-posts/declarations", {"year": 2024}).status_code == 201
    assert rates(admin, period="2023")["website"] == rates(admin, period="2023-11")["website"] == (None, 1, "未填报")
    assert rates(admin, period="2023")[None] == (0, 0, "—")
    assert rates(admin, period="2024")["website"] == (0, 1, "0%")
    assert rates(admin)["website"] == (None, 2, "未填报")
    assert admin.post("/ledgers/channel-posts/declarations", {"year": 2023}).status_code == 201
    assert rates(admin)["website"] == (0, 2, "0%")


@pytest.mark.slow
def test_a_channel_of_which_a_total_is_known_is_not_at_0(as_: As, moment: TestClock) -> None:
    plan(as_)
    moment.set("2024-01-10 09:00")
    admin = as_("admin")
    tally = {"channel": "website", "period": "2023", "count": 126, "evidence": "后台统计"}
    entered = admin.post("/ledgers/channel-tallies", tally)
    assert entered.status_code == 201
    assert admin.post("/ledgers/channel-posts/declarations", {"year": 2023}).status_code == 201
    post(admin, posted_on="2024-01-09")
    assert rates(admin, period="2023")["website"] == (None, 1, "未填报")
    assert rates(admin, period="2023")["notice_board"] == (0, 1, "0%")
    voided = admin.post(f"/ledgers/channel-tallies/{entered.json['id']}/void", {"reason": "误登"})
    assert voided.status_code == 200
    assert rates(admin, period="2023")["website"] == (0, 1, "0%")


@pytest.mark.slow
def test_a_post_that_was_removed_or_voided_is_not_there(as_: As) -> None:
    item, admin = plan(as_), as_("admin")
    one = post(admin, disclosure=item["id"])
    other = post(admin, disclosure=item["id"], title="再发")
    fields = {name: one[name] for name in ("channel", "title", "url", "posted_on", "disclosure")}
    edited = admin.put(f"/ledgers/channel-posts/{one['id']}", fields | {"removed_on": "2023-11-06"})
    assert (edited.status_code, edited.json["removed_on"], edited.json["not_a_disclosure"]) == (
        200,
        "2023-11-06",
        False,
    )
    assert rates(admin)["website"] == (1, 1, "100%")
    assert admin.post(f"/ledgers/channel-posts/{other['id']}/void", {"reason": "误登"}).status_code == 200
    assert rates(admin)["website"] == (0, 1, "0%")


@pytest.mark.slow
def test_what_was_posted_without_approval(as_: As, moment: TestClock) -> None:
    admin = as_("admin")
    unready = decide(as_, submit(as_, draft(as_, entry="C01", period="2022", title=TITLE)), "return")
    early = post(admin, disclosure=unready["id"])
    open_ = post(admin, title="洼路村低保名单公示", channel="weibo")
    post(admin, title="春耕现场会")
    found = {row["post"]["id"]: row for row in rows(admin, "sync/unapproved")}
    assert {row: found[row]["reason"] for row in found} == {early["id"]: "not_approved", open_["id"]: "no_item"}
    assert found[early["id"]]["item"]["state"] == "returned"
    assert (found[open_["id"]]["item"], found[open_["id"]]["sign"]) == (None, "公示")
    assert [row["post"]["id"] for row in rows(admin, "sync/unapproved", channel="weibo")] == [open_["id"]]
    fields = {name: open_[name] for name in ("channel", "title", "posted_on")} | {"not_a_disclosure": True}
    assert admin.put(f"/ledgers/channel-posts/{open_['id']}", fields).status_code == 200
    assert [row["post"]["id"] for row in rows(admin, "sync/unapproved")] == [early["id"]]
    moment.set("2023-11-08 09:00")
    item = plan(as_)
    admin = as_("admin")
    before = post(admin, disclosure=item["id"], posted_on="2023-11-07")
    reasons = {row["post"]["id"]: row["reason"] for row in rows(admin, "sync/unapproved")}
    assert reasons[before["id"]] == "before_approval"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verb", "by", "state"), [("withdraw", "admin", "withdrawn"), ("suspend", "secrecy", "suspended")]
)
def test_what_is_still_up(as_: As, moment: TestClock, verb: str, by: str, state: str) -> None:
    item = plan(as_)
    up = post(as_("admin"), disclosure=item["id"])
    assert rows(as_("admin"), "sync/still-up") == []
    assert as_(by).post(f"/disclosures/{item['id']}/{verb}", {"reason": "有误"}).status_code == 200
    moment.forward(days=2)
    [row] = rows(as_("admin"), "sync/still-up")
    assert (row["post"]["id"], row["state"], row["days"]) == (up["id"], state, 2)
    assert rates(as_("admin"))[None] == (0, 0, "—")


@pytest.mark.slow
def test_what_was_corrected_is_still_up_in_its_old_form(as_: As, moment: TestClock) -> None:
    item = plan(as_)
    up = post(as_("admin"), url=f"https://www.xqq.gov.cn/{item['number']}.html")
    moment.forward(days=1)
    path = f"/disclosures/{item['id']}/corrections"
    correction = as_(f"uploader-{VILLAGE}").post(path, {"change_note": "数字有误"}).json
    correction = submit(as_, correction)
    while correction["state"] == "in_review":
        correction = decide(as_, correction)
    [row] = rows(as_("admin"), "sync/still-up")
    assert (row["post"]["id"], row["state"], row["item"]["disclosure"]) == (up["id"], "superseded", item["id"])
    assert rates(as_("admin"))["website"] == (1, 1, "100%")
    post(as_("admin"), url=f"https://www.xqq.gov.cn/{item['number']}.html", title="更正", posted_on="2023-11-07")
    assert len(rows(as_("admin"), "sync/still-up")) == 1


@pytest.mark.slow
def test_the_lists_are_paged(as_: As) -> None:
    plan(as_)
    plan(as_, village=NEIGHBOUR, title="茂盛村2022年度财务计划")
    admin = as_("admin")
    seen, query = [], {"limit": "1"}
    while True:
        page = admin.get("/channels/sync/missing", query_string=query).json
        seen += [(row["item"]["village"], row["channel"]) for row in page["data"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
        assert admin.get("/channels/sync/lag", query_string=query).status_code == 422
    assert sorted(seen) == sorted(product((VILLAGE, NEIGHBOUR), ("website", "notice_board")))
    assert admin.get("/channels/sync/missing?cursor=abc").status_code == 422


@pytest.mark.slow
def test_who_may_see_what_is_out_of_step(as_: As) -> None:
    plan(as_)
    for name in LISTS:
        for reader in ("admin", "leader", "auditor", "secrecy"):
            assert as_(reader).get(f"/channels/sync/{name}").status_code == 200
        assert as_(f"uploader-{VILLAGE}").get(f"/channels/sync/{name}").status_code == 403
        assert as_("daxin-admin").get(f"/channels/sync/{name}?division={TOWNSHIP}").status_code == 404
        assert rows(as_("daxin-admin"), f"sync/{name}") == []
        unknown = as_("admin").get(f"/channels/sync/{name}?channel=radio")
        assert (unknown.status_code, list(unknown.json["errors"])) == (422, ["channel"])


# --- suggestions ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_suggestion_counts_once_it_is_confirmed(as_: As) -> None:
    item, admin = plan(as_), as_("admin")
    one = post(admin, title=f"{TITLE}公示")
    other = post(admin, title=f"{TITLE}（续）", channel="notice_board")
    news = post(admin, title="春耕现场会")
    suggested = {row["post"]["id"]: row["suggestions"] for row in rows(admin, "suggestions")}
    assert set(suggested) == {one["id"], other["id"], news["id"]}
    assert suggested[news["id"]] == []
    [best] = suggested[one["id"]]
    assert (best["item"]["disclosure"], best["days"], best["item"]["state"]) == (item["id"], 0, "published")
    assert 0.5 <= best["score"] <= 1
    assert rates(admin)[None] == (0, 2, "0%")
    answer = {"disclosure": item["id"]}
    assert as_("leader").post(f"/channels/suggestions/{one['id']}/confirm", answer).status_code == 403
    assert as_("daxin-admin").post(f"/channels/suggestions/{one['id']}/confirm", answer).status_code == 404
    assert admin.post(f"/channels/suggestions/{one['id']}/confirm", answer).status_code == 200
    assert rates(admin)[None] == (1, 2, "50%")
    assert admin.get(f"/ledgers/channel-posts/{one['id']}").json["disclosure"] == item["id"]
    again = admin.post(f"/channels/suggestions/{one['id']}/reject", answer)
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")
    assert admin.post(f"/channels/suggestions/{other['id']}/reject", answer).status_code == 200
    assert rates(admin)[None] == (1, 2, "50%")
    left = {row["post"]["id"]: row["suggestions"] for row in rows(admin, "suggestions")}
    assert left == {other["id"]: [], news["id"]: []}
    for post_id, action in ((one["id"], "ledger.post_matched"), (other["id"], "channels.suggestion_rejected")):
        noted = as_("auditor").get(f"/audit?subject={post_id}").json["data"]
        assert [each["action"] for each in noted] == ["ledger.row_created", action]


@pytest.mark.slow
def test_only_what_is_suggested_can_be_confirmed(as_: As) -> None:
    item, admin = plan(as_), as_("admin")
    news = post(admin, title="春耕现场会")
    for disclosure in (item["id"], "0" * 26):
        answer = admin.post(f"/channels/suggestions/{news['id']}/confirm", {"disclosure": disclosure})
        assert (answer.status_code, answer.json["code"]) == (409, "wrong_state")


@pytest.mark.slow
def test_the_ledger_is_imported_with_and_without_the_new_columns(as_: As) -> None:
    item, admin = plan(as_), as_("admin")
    old = f"渠道,标题,网址,发布日期,公开信息编号\n政府网站管理平台,财务计划,,2023-11-06,{item['id']}\n"
    header = "渠道,标题,网址,发布日期,公开信息编号,撤下日期,非公开事项"
    new = f"{header}\nweibo,春耕,,2023-11-05,,2023/11/6,是\nweibo,夏收,,2023-11-05,,,否\n"
    for text in (old, new):
        file = {"data": {"file": (BytesIO(text.encode()), "a.csv")}, "content_type": "multipart/form-data"}
        assert admin.post("/ledgers/channel-posts/import", **file).status_code == 200
    stored = admin.get("/ledgers/channel-posts").json["data"]
    assert [(row["title"], row["removed_on"], row["not_a_disclosure"]) for row in stored] == [
        ("财务计划", None, False),
        ("春耕", "2023-11-06", True),
        ("夏收", None, False),
    ]
    assert rates(admin)["website"] == (1, 1, "100%")
