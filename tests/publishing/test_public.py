"""What anybody may read: exactly what three people approved, for as long as it is public, and nothing else."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.console import PNG, owner_of, sql, stored_file
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, attach, decide, decision, draft, publish, put, submit
from tests.statements import recorded
from villagepub.core.digest import digest_of_bytes
from villagepub.publishing.bigrams import index_text
from villagepub.publishing.models import Publication

COUNTY = "640104000000"
OTHER_VILLAGE = "640104101200"
PUBLIC_FILE = ("id", "name", "media_type", "size", "digest", "has_thumbnail")
ATOM = "{http://www.w3.org/2005/Atom}"


def _listed(anybody: Client, **query: str) -> list[str]:
    answer = anybody.get("/public/disclosures", query_string={"division": TOWNSHIP} | query)
    assert answer.status_code == 200, answer.json
    return [row["id"] for row in answer.json["data"]]


def _act(as_: As, disclosure: Json, verb: str, by: str, body: Json | None = None) -> Json:
    answer = as_(by).post(f"/disclosures/{disclosure['id']}/{verb}", body)
    assert answer.status_code in (200, 201), answer.json
    return dict(answer.json)


def _attach(as_: As, disclosure: Json, name: str = "收支明细.png") -> Json:
    return attach(as_, disclosure, name, PNG)


def _approve(as_: As, disclosure: Json) -> Json:
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    return disclosure


def _correct(as_: As, disclosure: Json, **changes: Any) -> Json:
    body = {"change_note": "更正合计金额"}
    begun = _act(as_, disclosure, "corrections", f"uploader-{disclosure['village']}", body)
    return _approve(as_, submit(as_, put(as_, begun, **changes)))


# --- what is not approved -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_not_approved_is_nowhere_public_in_any_state(as_: As, anybody: Client) -> None:
    uploader = f"uploader-{VILLAGE}"

    def unseen(disclosure: Json, state: str, stage: str | None = None) -> Json:
        assert (disclosure["state"], disclosure["stage"]) == (state, stage)
        assert anybody.get(f"/public/disclosures/{disclosure['id']}").status_code == 404
        assert anybody.get(f"/public/attachments/{attachment}").status_code == 404
        for path in ("disclosures?q=财务&", "feed.atom?", "feed.json?", "disclosures?"):
            text = anybody.get(f"/public/{path}division={TOWNSHIP}").get_data(as_text=True)
            assert disclosure["id"] not in text
            assert "收支" not in text
        assert anybody.get(f"/public/divisions/{VILLAGE}").json["published"] == 0
        return disclosure

    item = draft(as_)
    attachment = _attach(as_, item)["id"]
    unseen(item, "draft")
    item = unseen(submit(as_, item), "in_review", "secrecy")
    unseen(_act(as_, item, "recall", uploader), "draft")
    item = unseen(decide(as_, submit(as_, item)), "in_review", "office")
    item = unseen(decide(as_, item), "in_review", "leader")
    unseen(decide(as_, item, "return"), "returned")
    item = unseen(decide(as_, submit(as_, item), "refer"), "referred")
    answer = {"from": "保密局", "answered_on": "2023-11-06", "outcome": "refuse", "comment": "不公开"}
    unseen(_act(as_, item, "referral-answer", "secrecy", answer), "refused")


def test_a_deleted_draft_is_not_public(as_: As, anybody: Client) -> None:
    item = draft(as_)
    uploader = as_(f"uploader-{VILLAGE}")
    etag = uploader.get(f"/disclosures/{item['id']}").headers["ETag"]
    assert uploader.delete(f"/disclosures/{item['id']}", headers={"If-Match": etag}).status_code == 204
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404


@pytest.mark.slow
def test_the_public_gets_the_approved_text_number_and_files(as_: As, anybody: Client) -> None:
    item = draft(as_)
    attachment = _attach(as_, item)
    published = _approve(as_, submit(as_, item))
    shown = anybody.get(f"/public/disclosures/{item['id']}").json
    for name in ("title", "body", "period", "event_on", "nothing_to_report", "number", "digest", "published_at"):
        assert shown[name] == published[name]
    assert (shown["village_name"], shown["entry"], shown["group"]) == ("洼路村", "C02", "C")
    assert (shown["office"], shown["legal_basis"] != "") == ("财经服务中心", True)
    assert shown["attachments"] == [{name: attachment[name] for name in PUBLIC_FILE}]
    assert not {"created_by", "findings", "state", "stage"} & set(shown)
    file = anybody.get(f"/public/attachments/{attachment['id']}")
    assert (digest_of_bytes(file.data), len(file.data)) == (attachment["digest"], attachment["size"])
    assert file.content_type == "image/png"
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E6%94%B6" in file.headers["Content-Disposition"]


@pytest.mark.slow
def test_while_a_correction_is_on_its_way_the_public_reads_the_old_text(as_: As, anybody: Client) -> None:
    item = publish(as_)
    begun = _act(as_, item, "corrections", f"uploader-{VILLAGE}", {"change_note": "更正合计金额"})
    waiting = submit(as_, put(as_, begun, title="更正后的标题"))
    while waiting["state"] == "in_review":
        assert anybody.get(f"/public/disclosures/{item['id']}").json["title"] == item["title"]
        assert anybody.get(f"/public/disclosures/{waiting['id']}").status_code == 404
        assert _listed(anybody) == [item["id"]]
        waiting = decide(as_, waiting)
    assert _listed(anybody) == [waiting["id"]]


@pytest.mark.slow
def test_a_correction_takes_the_place_of_the_old_one_and_carries_its_number_on(as_: As, anybody: Client) -> None:
    first = publish(as_)
    second = _correct(as_, first, title="更正一")
    third = _correct(as_, second, title="更正二")
    for old, new in ((first, second), (second, third)):
        moved = anybody.get(f"/public/disclosures/{old['id']}")
        assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/v1/public/disclosures/{new['id']}")
    shown = anybody.get(f"/public/disclosures/{third['id']}").json
    assert (shown["number"], shown["supersedes"]) == (first["number"], second["id"])
    assert shown["change_note"] == "更正合计金额"
    assert _listed(anybody) == [third["id"]]
    assert publish(as_, title="下一条")["number"] == f"{VILLAGE}-2023-0002"


# --- what was taken away ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_withdrawn_item_says_when_and_why(as_: As, anybody: Client, moment: TestClock) -> None:
    item = draft(as_)
    attachment = _attach(as_, item)["id"]
    item = _approve(as_, submit(as_, item))
    moment.set("2023-11-07 10:00")
    _act(as_, item, "withdraw", "admin", {"reason": "金额有误，另行公开"})
    gone = anybody.get(f"/public/disclosures/{item['id']}")
    assert (gone.status_code, gone.content_type) == (410, "application/problem+json")
    assert {name: gone.json[name] for name in ("number", "state", "ended_at", "reason")} == {
        "number": item["number"],
        "state": "withdrawn",
        "ended_at": "2023-11-07T10:00:00+08:00",
        "reason": "金额有误，另行公开",
    }
    assert "金额有误" in gone.json["detail"]
    assert "12000" not in gone.get_data(as_text=True)
    assert anybody.get(f"/public/attachments/{attachment}").status_code == 404
    assert _listed(anybody) == _listed(anybody, q="财务") == []


@pytest.mark.slow
def test_a_suspended_item_says_when_but_not_why(as_: As, anybody: Client, moment: TestClock) -> None:
    item = draft(as_)
    attachment = _attach(as_, item)["id"]
    item = _approve(as_, submit(as_, item))
    moment.set("2023-11-07 10:00")
    _act(as_, item, "suspend", "secrecy", {"reason": "涉及个人信息待核实"})
    gone = anybody.get(f"/public/disclosures/{item['id']}")
    assert gone.status_code == 410
    assert (gone.json["number"], gone.json["state"]) == (item["number"], "suspended")
    assert gone.json["ended_at"] == "2023-11-07T10:00:00+08:00"
    assert gone.json["reason"] is None
    assert "个人信息" not in gone.get_data(as_text=True)
    assert anybody.get(f"/public/attachments/{attachment}").status_code == 404
    assert _listed(anybody) == _listed(anybody, q="财务") == []


@pytest.mark.slow
def test_a_released_item_is_shown_exactly_as_it_was_approved(as_: As, anybody: Client, moment: TestClock) -> None:
    item = draft(as_)
    _attach(as_, item)
    item = _approve(as_, submit(as_, item))
    before = anybody.get(f"/public/disclosures/{item['id']}").json
    [attachment] = before["attachments"]
    paths = [f"/public/attachments/{attachment['id']}{ending}" for ending in ("", "/thumbnail")]
    files = [anybody.get(path).data for path in paths]
    assert digest_of_bytes(files[0]) == attachment["digest"]
    _act(as_, item, "suspend", "admin", {"reason": "待核实"})
    moment.set("2023-11-09 10:00")
    _act(as_, item, "release", "leader", {"reason": "已核实"})
    assert anybody.get(f"/public/disclosures/{item['id']}").json == before
    assert [anybody.get(path).data for path in paths] == files
    assert _listed(anybody, q="财务") == [item["id"]]


def test_a_suspended_item_that_is_withdrawn_says_why(as_: As, anybody: Client) -> None:
    item = publish(as_)
    _act(as_, item, "suspend", "secrecy", {"reason": "待核实"})
    assert as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "代办"}).status_code == 403
    _act(as_, item, "withdraw", "leader", {"reason": "内容有误"})
    assert anybody.get(f"/public/disclosures/{item['id']}").json["reason"] == "内容有误"


@pytest.mark.slow
def test_what_only_villagers_may_read_is_never_public(as_: As, anybody: Client) -> None:
    restricted = {"entry": "C05", "period": "2022", "audience": "villagers", "title": "洼路村2022年收益分配"}
    item = draft(as_, **restricted)
    attachment = _attach(as_, item)["id"]
    item = _approve(as_, submit(as_, item))
    open_to_all = publish(as_, audience="villagers", title="洼路村只对村民公开的收支")
    for each in (item, open_to_all):
        assert each["state"] == "published"
        assert anybody.get(f"/public/disclosures/{each['id']}").status_code == 404
    assert anybody.get(f"/public/attachments/{attachment}").status_code == 404
    assert _listed(anybody) == _listed(anybody, q="收益") == []
    assert item["id"] not in anybody.get(f"/public/feed.atom?division={VILLAGE}").get_data(as_text=True)
    assert anybody.get(f"/public/divisions/{VILLAGE}").json["published"] == 0
    _act(as_, item, "withdraw", "admin", {"reason": "有误"})
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404


# --- lists --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_county_lists_everything_below_it(as_: As, anybody: Client, moment: TestClock) -> None:
    here = publish(as_)
    moment.forward(minutes=1)
    next_door = publish(as_, village=NEIGHBOUR)
    moment.forward(minutes=1)
    other = submit(as_, {"id": _draft_elsewhere(as_)["id"], "village": OTHER_VILLAGE})
    for reviewer in ("daxin-secrecy", "daxin-office-finance", "daxin-leader"):
        other = decide(as_, other, by=reviewer)
    assert _listed(anybody, division=COUNTY) == [other["id"], next_door["id"], here["id"]]
    assert _listed(anybody) == [next_door["id"], here["id"]]
    assert _listed(anybody, division=VILLAGE) == [here["id"]]
    assert anybody.get(f"/public/divisions/{COUNTY}").json["published"] == 3
    assert anybody.get("/public/disclosures?division=640105000000").status_code == 404


@pytest.mark.slow
def test_lists_are_filtered_and_paged(as_: As, anybody: Client, moment: TestClock) -> None:
    monthly = publish(as_)
    moment.forward(minutes=1)
    quarterly = publish(as_, entry="C03", period="2023-Q3", title="第三季度汇总")
    assert _listed(anybody, entry="C03") == _listed(anybody, period="2023-Q3") == [quarterly["id"]]
    assert _listed(anybody, group="C") == [quarterly["id"], monthly["id"]]
    assert _listed(anybody, group="G") == []
    first = anybody.get(f"/public/disclosures?division={TOWNSHIP}&limit=1").json
    second = anybody.get(f"/public/disclosures?division={TOWNSHIP}&limit=1&cursor={first['next_cursor']}").json
    assert [row["id"] for page in (first, second) for row in page["data"]] == [quarterly["id"], monthly["id"]]
    assert second["next_cursor"] is None


def _draft_elsewhere(as_: As) -> Json:
    return draft(as_, village=OTHER_VILLAGE, title="样例一村2023年10月财务收支明细")


# --- search -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_words_of_two_characters_are_found_in_title_text_and_file_names(as_: As, anybody: Client) -> None:
    subsidies = draft(
        as_,
        entry="C03",
        period="2023-Q3",
        title="低保名单公示",
        body="<p>本月新增两户，<strong>临时救</strong>助一户。</p>",
    )
    _attach(as_, subsidies, "村民代表会议记录.png")
    subsidies = _approve(as_, submit(as_, subsidies))
    accounts = publish(as_, title="财务收支明细")
    assert _listed(anybody, q="低保") == [subsidies["id"]]
    assert _listed(anybody, q="低保名单公示") == [subsidies["id"]]
    assert _listed(anybody, q="救助") == [subsidies["id"]]
    assert _listed(anybody, q="会议记录") == [subsidies["id"]]
    assert set(_listed(anybody, q="洼路村")) == {subsidies["id"], accounts["id"]}
    assert _listed(anybody, q="财务 明细") == [accounts["id"]]
    assert _listed(anybody, q="财务 低保") == []
    assert _listed(anybody, q="保名") == [subsidies["id"]]
    assert _listed(anybody, q="名低") == []
    assert _listed(anybody, q="12000.00") == [accounts["id"]]


def test_one_character_is_looked_for_in_titles(as_: As, anybody: Client) -> None:
    item = publish(as_, title="低保名单公示")
    assert _listed(anybody, q="低") == [item["id"]]
    assert _listed(anybody, q="高") == []


HOSTILE = ('"', "'", "%", "_", "*", "低保*", "NEAR(低保 财务)", "低保 AND", "OR", "NOT 低保", "search_text:低保", "(")
HOSTILE += ("\\", "--", ";", "😀", "\x00", "a" * 100, "低" * 100, "<->", "!:*&|", "^低保", "{低保}", "+低保 -财务")
HOSTILE += ("低　保", "1'; DROP TABLE publication; --", "𠮷", "&quot;", "低保\n财务", "%E4", "{q}", ":q", "%(q)s")


def test_no_query_breaks_the_search(anybody: Client) -> None:
    for q in HOSTILE:
        answer = anybody.get("/public/disclosures", query_string={"division": TOWNSHIP, "q": q})
        assert answer.status_code in (200, 422), q
        assert answer.status_code == 422 or answer.json["data"] == []
    assert anybody.get(f"/public/disclosures?division={TOWNSHIP}&q=%FF%FE").status_code in (200, 400, 422)


def test_a_hostile_query_finds_what_its_words_say_and_no_more(as_: As, anybody: Client) -> None:
    item = publish(as_, title="低保名单公示")
    assert _listed(anybody, q='"低保" OR 财务') == []
    assert _listed(anybody, q='低保" --') == [item["id"]]
    assert _listed(anybody, q="%") == []
    assert anybody.get("/public/disclosures", query_string={"division": TOWNSHIP, "q": "低" * 101}).status_code == 422


def test_the_search_reads_an_index(app: Flask, as_: As, anybody: Client) -> None:
    template = publish(as_, title="低保名单公示")
    _multiply(app, template["id"], 3000)
    with recorded(app) as statements:
        assert _listed(anybody, q="低保") == [template["id"]]
    [(statement, values)] = [each for each in statements if "phraseto_tsquery" in each[0] or " MATCH " in each[0]]
    with owner_of(app) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE publication")
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()
            assert any("ix_publication_search" in line for line in plan), plan
            assert not any("Seq Scan on publication" in line for line in plan), plan
        else:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert any("publication_search VIRTUAL TABLE INDEX" in line for line in plan), plan
            assert not any(line.startswith("SCAN publication") and "VIRTUAL" not in line for line in plan), plan


def _multiply(app: Flask, publication_id: str, times: int) -> None:
    """Many more publications of other words, so that a plan is made as in a township after years."""
    with owner_of(app) as connection:
        names = [column.key for column in Publication.__table__.columns if column.key != "row"]
        new = {"id": "'COPY-' || n", "number": "'copy-' || n", "search_text": f"'{index_text('财务收支明细')} ' || n"}
        chosen = ", ".join(new.get(name, f'p."{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        counted = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {times})"  # noqa: S608
        source = f"SELECT {chosen} FROM publication p, c WHERE p.id = '{publication_id}'"  # noqa: S608
        connection.exec_driver_sql(f"{counted} INSERT INTO publication ({quoted}) {source}")


# --- feeds --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_atom_feed_is_as_rfc_4287_wants_it(as_: As, anybody: Client, moment: TestClock) -> None:
    old = publish(as_, title="甲 & <乙>")
    moment.set("2023-11-07 10:00")
    new = publish(as_, village=NEIGHBOUR)
    answer = anybody.get(f"/public/feed.atom?division={TOWNSHIP}")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)  # noqa: S314  our own
    assert feed.tag == f"{ATOM}feed"
    for parent in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            [child] = parent.findall(f"{ATOM}{name}")
            assert child.text
        assert _is_rfc3339(parent.findtext(f"{ATOM}updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "掌政镇村务公开"
    assert feed.findtext(f"{ATOM}updated") == "2023-11-07T10:00:00+08:00"
    [own] = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == f"http://127.0.0.1:8000/api/v1/public/feed.atom?division={TOWNSHIP}"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id", "").rpartition("/")[2] for entry in entries] == [new["id"], old["id"]]
    assert entries[1].findtext(f"{ATOM}title") == "甲 & <乙>"
    assert entries[1].find(f"{ATOM}content").get("type") == "html"
    assert entries[1].find(f"{ATOM}link").get("rel") == "alternate"
    assert entries[1].find(f"{ATOM}category").get("term") == "C02"
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


def test_the_json_feed_says_the_same(as_: As, anybody: Client) -> None:
    item = publish(as_)
    answer = anybody.get(f"/public/feed.json?division={TOWNSHIP}")
    assert answer.content_type == "application/feed+json; charset=utf-8"
    assert answer.json["version"] == "https://jsonfeed.org/version/1.1"
    [row] = answer.json["items"]
    assert (row["id"], row["title"], row["content_html"]) == (item["id"], item["title"], item["body"])
    assert _is_rfc3339(row["date_published"])


def test_an_empty_feed_is_a_feed(anybody: Client) -> None:
    answer = anybody.get(f"/public/feed.atom?division={TOWNSHIP}")
    assert ElementTree.fromstring(answer.data).findtext(f"{ATOM}updated")  # noqa: S314  our own
    assert anybody.get(f"/public/feed.json?division={TOWNSHIP}").json["items"] == []


def _is_rfc3339(text: str | None) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", text or "") is not None


# --- caching ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_did_not_change_is_not_sent_again(as_: As, anybody: Client, moment: TestClock) -> None:
    item = draft(as_)
    attachment = _attach(as_, item)["id"]
    item = _approve(as_, submit(as_, item))
    file = f"/public/attachments/{attachment}"
    paths = [f"/public/disclosures/{item['id']}", file, f"{file}/thumbnail"]
    lists = [f"/public/disclosures?division={TOWNSHIP}", f"/public/feed.json?division={TOWNSHIP}"]
    for path in (*paths, *lists):
        first = anybody.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=60", path
        again = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"]
        assert anybody.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
    for path in (paths[0], *lists):
        changed = anybody.get(path).headers["Last-Modified"]
        assert changed == "Mon, 06 Nov 2023 01:00:00 GMT", path
        assert anybody.get(path, headers={"If-Modified-Since": changed}).status_code == 304
        before = "Mon, 06 Nov 2023 00:59:59 GMT"
        assert anybody.get(path, headers={"If-Modified-Since": before}).status_code == 200
    tags = {path: anybody.get(path).headers["ETag"] for path in lists}
    moment.forward(minutes=5)
    publish(as_, village=NEIGHBOUR)
    for path, tag in tags.items():
        assert anybody.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_what_is_gone_is_not_kept_and_answers_nobodys_condition(as_: As, anybody: Client, moment: TestClock) -> None:
    item = publish(as_)
    path = f"/public/disclosures/{item['id']}"
    tag = anybody.get(path).headers["ETag"]
    moment.forward(minutes=5)
    _act(as_, item, "withdraw", "admin", {"reason": "内容有误"})
    gone = anybody.get(path, headers={"If-None-Match": tag})
    assert gone.status_code == 410
    assert gone.headers["Cache-Control"] == "no-store"


# --- publicity period ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_publicity_period_is_counted_from_the_day_after(as_: As, anybody: Client, moment: TestClock) -> None:
    fifteen, *seven = [
        decide(as_, decide(as_, submit(as_, draft(as_, entry=entry, period=period))))
        for entry, period in (("C01", "2023"), ("C02", "2023-10"), ("C02", "2023-10"), ("C02", "2023-10"))
    ]
    for item, approved, until in (
        (fifteen, "2023-11-06 09:00", "2023-11-21"),
        (seven[0], "2023-11-06 09:00", "2023-11-13"),
        (seven[1], "2023-11-06 23:59", "2023-11-13"),
        (seven[2], "2023-11-07 00:00", "2023-11-14"),
    ):
        moment.set(approved)
        shown = anybody.get(f"/public/disclosures/{decide(as_, item)['id']}").json
        assert (shown["public_until"], shown["public_until_is_provisional"]) == (until, False)


@pytest.mark.slow
def test_working_days_and_standing_entries(as_: As, anybody: Client, moment: TestClock) -> None:
    def until(entry: str, office: str, **changes: Any) -> tuple[str | None, bool]:
        item = decide(as_, submit(as_, draft(as_, entry=entry, **changes)))
        item = decide(as_, decide(as_, item, by=office))
        shown = anybody.get(f"/public/disclosures/{item['id']}").json
        return shown["public_until"], shown["public_until_is_provisional"]

    event = {"period": None, "event_on": "2023-11-01"}
    assert until("A03", "office-party", **event) == ("2023-11-13", False)  # five working days after Monday the 6th
    assert until("A01", "office-party", period="2022") == (None, False)  # for good
    moment.set("2026-12-30 09:00")  # the calendar of 2027 is not announced
    assert until("A03", "office-party", period=None, event_on="2026-12-28") == ("2027-01-06", True)


def test_what_is_past_its_publicity_period_stays_public(as_: As, anybody: Client, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2024-11-06 09:00")
    assert _listed(anybody) == [item["id"]]


# --- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_numbers_have_no_gaps_inside_a_village_and_year(as_: As, moment: TestClock) -> None:
    assert [publish(as_, title=f"第 {turn} 条")["number"] for turn in (1, 2)] == [
        f"{VILLAGE}-2023-0001",
        f"{VILLAGE}-2023-0002",
    ]
    assert publish(as_, village=NEIGHBOUR)["number"] == f"{NEIGHBOUR}-2023-0001"
    withdrawn = publish(as_, title="第三条")
    _act(as_, withdrawn, "withdraw", "admin", {"reason": "有误"})
    assert publish(as_, title="第四条")["number"] == f"{VILLAGE}-2023-0004"


@pytest.mark.slow
def test_the_year_of_a_number_turns_at_midnight_in_shanghai(as_: As, moment: TestClock) -> None:
    publish(as_)
    first, second = (decide(as_, decide(as_, submit(as_, draft(as_, title=title)))) for title in ("甲", "乙"))
    moment.set("2023-12-31 23:59")
    assert decide(as_, first)["number"] == f"{VILLAGE}-2023-0002"
    moment.set("2024-01-01 00:00")
    assert decide(as_, second)["number"] == f"{VILLAGE}-2024-0001"


@pytest.mark.slow
def test_a_publication_that_fails_uses_up_no_number(app: Flask, as_: As) -> None:
    item = draft(as_)
    _attach(as_, item)
    waiting = decide(as_, decide(as_, submit(as_, item)))
    stored = stored_file(app)
    whole = stored.read_bytes()
    stored.write_bytes(whole + b"!")
    refused = as_("leader").post(
        f"/disclosures/{item['id']}/decisions",
        decision(waiting),
    )
    assert refused.status_code == 409
    stored.write_bytes(whole)
    assert decide(as_, waiting)["number"] == f"{VILLAGE}-2023-0001"


@pytest.mark.slow
def test_approvals_at_the_same_moment_get_one_number_each(app: Flask, as_: As) -> None:
    waiting = [decide(as_, decide(as_, submit(as_, draft(as_, title=f"第 {n} 条")))) for n in range(5)]
    token = as_("leader").token

    def approve(item: Json) -> str:
        body = {"stage": "leader", "digest": item["digest"], "outcome": "approve", "comment": ""}
        body["checklist"] = ["political", "policy", "wording", "secrecy"]
        answer = Client(app, token).post(f"/disclosures/{item['id']}/decisions", body)
        assert answer.status_code == 201, answer.json
        return str(answer.json["number"])

    with ThreadPoolExecutor(5) as pool:
        numbers = sorted(pool.map(approve, waiting))
    assert numbers == [f"{VILLAGE}-2023-{n:04}" for n in range(1, 6)]


# --- what the public routes read ----------------------------------------------------------------------------

READ_MODEL = {"publication", "published_attachment", "publication_search"}
PLACES, TOTALS, HEADS = {"division"}, {"monthly_cell"}, {"audit_head"}
CONTACT, CATALOGUE = {"township"}, {"catalogue_entry", "legal_basis"}
CHANGES = {"publication_change"}


@pytest.mark.slow
def test_the_public_routes_read_the_read_model_and_no_other_table_of_content(
    app: Flask, as_: As, anybody: Client
) -> None:
    item = draft(as_)
    attachment = _attach(as_, item)["id"]
    item = _approve(as_, submit(as_, item))
    gone = publish(as_, title="撤回的")
    _act(as_, gone, "withdraw", "admin", {"reason": "有误"})
    allowed = {
        f"/public/divisions/{VILLAGE}": READ_MODEL | PLACES,
        f"/public/disclosures?division={TOWNSHIP}&entry=C02&group=C&period=2023-10": READ_MODEL | PLACES,
        f"/public/disclosures?division={TOWNSHIP}&q=财务": READ_MODEL | PLACES,
        f"/public/disclosures?division={TOWNSHIP}&q=财": READ_MODEL | PLACES,
        f"/public/disclosures/{item['id']}": READ_MODEL,
        f"/public/disclosures/{gone['id']}": READ_MODEL,
        f"/public/disclosures/{item['id']}/plain": READ_MODEL | PLACES | CONTACT,
        f"/public/disclosures/{item['id']}/poster.pdf": READ_MODEL | PLACES | CONTACT,
        f"/public/home?division={VILLAGE}": READ_MODEL | PLACES | TOTALS | CONTACT | CATALOGUE,
        f"/public/attachments/{attachment}": READ_MODEL,
        f"/public/attachments/{attachment}/thumbnail": READ_MODEL,
        f"/public/changes?division={TOWNSHIP}": READ_MODEL | PLACES | CHANGES,
        f"/public/feed.atom?division={TOWNSHIP}": READ_MODEL | PLACES,
        f"/public/feed.json?division={TOWNSHIP}": READ_MODEL | PLACES,
        f"/public/statistics?division={TOWNSHIP}&year=2023": READ_MODEL | PLACES | TOTALS,
        "/audit/heads": HEADS,
    }
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("public.")}
    assert len(routes) == len({re.sub(r"[?].*|[0-9A-Z]{12,}", "", path) for path in allowed})
    for path, tables in allowed.items():
        with recorded(app) as statements:
            assert anybody.get(path).status_code in (200, 410), path
        read = [table for statement, _ in statements for table in re.findall(r"(?:FROM|JOIN)\s+(\w+)", statement)]
        assert set(read) <= tables, path
        assert read, path
        verbs = {statement.split()[0] for statement, _ in statements}
        assert verbs <= {"SELECT", "SET", "BEGIN", "PRAGMA"}, path


def test_the_public_transaction_cannot_write(app: Flask, anybody: Client) -> None:
    """Whatever a public route did by mistake, the database would refuse it."""
    before = sql(app, "SELECT count(*) FROM audit_entry")
    for method in ("post", "put", "delete"):
        answer = getattr(anybody, method)(f"/public/disclosures?division={TOWNSHIP}")
        assert answer.status_code == 405
    assert sql(app, "SELECT count(*) FROM audit_entry") == before
