"""What a villager reads in a browser: what is public now, found by place, month, entry and words; and nothing else."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from lxml import html

from tests.clients import Client, TestClock
from tests.conftest import ZHANGZHENG
from tests.console import PNG, sql
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, attach, decide, draft, publish, put, submit
from tests.pages import Browser
from tests.statements import recorded
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.transactions import transaction
from villagepub.publishing.models import Publication
from villagepub.setup.operations import load_township

COUNTY = "640104000000"
OTHER_TOWNSHIP, OTHER_VILLAGE = "640104101000", "640104101200"
NOT_YET = "640104100212"  # in the list of places, not on the platform
LISTS = ("/", f"/d/{TOWNSHIP}", f"/d/{VILLAGE}", f"/d/{COUNTY}", f"/d/{VILLAGE}/items", f"/d/{VILLAGE}/archive")
LISTS += (f"/d/{TOWNSHIP}/items", f"/d/{TOWNSHIP}/archive", f"/d/{VILLAGE}/sitemap.xml", "/search?q=财务", "/search")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOST_BYTES = 60_000

Read = Callable[..., str]


@pytest.fixture
def read(app: Flask) -> Read:
    """``read(path)`` is the text of a page, held against the rules of pages; its status is looked at."""
    browser = Browser(app)

    def read(path: str, status: int = 200) -> str:
        page = browser.get(path)
        assert page.status == status, (path, page.status)
        return page.html

    return read


def _act(as_: As, disclosure: Json, verb: str, by: str, body: Json | None = None) -> Json:
    answer = as_(by).post(f"/disclosures/{disclosure['id']}/{verb}", body)
    assert answer.status_code in (200, 201), answer.json
    return dict(answer.json)


def _approve(as_: As, disclosure: Json) -> Json:
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    return disclosure


def _correct(as_: As, disclosure: Json, **changes: str) -> Json:
    begun = _act(as_, disclosure, "corrections", f"uploader-{disclosure['village']}", {"change_note": "更正合计金额"})
    return _approve(as_, submit(as_, put(as_, begun, **changes)))


def _links(page: str, inside: str = "//main") -> list[tuple[str, str]]:
    """Text and address of each link."""
    links = html.fromstring(page).xpath(f"{inside}//a")
    return [(" ".join(link.text_content().split()), link.get("href")) for link in links]


def _items(page: str) -> list[str]:
    """The ids of the items that a page lists."""
    found = html.fromstring(page).xpath("//main//*[contains(@class, 'items')]/li/a[1]/@href")
    return [address.rpartition("/")[2] for address in found]


def _facts(page: str) -> dict[str, str]:
    terms = html.fromstring(page).xpath("//main//dl//dt")
    return {term.text_content(): term.getnext().text_content().strip() for term in terms}


# --- places -------------------------------------------------------------------------------------------------


def test_the_first_page_leads_to_every_township_and_village(read: Read, as_: As) -> None:
    publish(as_)
    links = dict(_links(read("/")))
    assert links["掌政镇"] == f"/d/{TOWNSHIP}"
    assert links["洼路村"] == f"/d/{VILLAGE}"
    assert links["样例一村"] == f"/d/{OTHER_VILLAGE}"
    assert "洼路村 1 条" in " ".join(html.fromstring(read("/")).text_content().split())
    assert read(f"/d/{COUNTY}").count("<h2") == 2


@pytest.mark.slow
def test_a_single_township_is_shown_at_once(empty_app: Flask) -> None:
    site = empty_app.test_client()
    assert "还没有上线公开的乡镇" in site.get("/").text
    with empty_app.app_context(), transaction(tenancy.EVERYWHERE):
        load_township(ZHANGZHENG, actor=Actor.system("tests"), demo=True)
    page = site.get("/").text
    assert page == site.get(f"/d/{TOWNSHIP}").text.replace(f'value="/d/{TOWNSHIP}"', 'value="/"')
    assert dict(_links(page))["洼路村"] == f"/d/{VILLAGE}"
    assert html.fromstring(page).xpath("//link[@rel='canonical']/@href") == [f"/d/{TOWNSHIP}"]
    assert "掌政镇村务公开" in html.fromstring(site.get("/about").text).xpath("string(//header)")


@pytest.mark.slow
def test_a_township_shows_its_villages_with_their_newest(read: Read, as_: As, moment: TestClock) -> None:
    old = publish(as_)
    moment.forward(minutes=1)
    new = publish(as_, entry="C03", period="2023-Q3", title="第三季度汇总")
    moment.forward(minutes=1)
    next_door = publish(as_, village=NEIGHBOUR, title="五渡桥村的收支")
    page = read(f"/d/{TOWNSHIP}")
    assert _items(page) == [next_door["id"], new["id"], old["id"]]
    [village] = html.fromstring(page).xpath(f"//li[.//a[@href='/d/{VILLAGE}']]")
    assert "2 条" in village.text_content()
    assert new["title"] in village.text_content()
    assert old["title"] not in village.text_content()


@pytest.mark.slow
def test_a_village_shows_its_own_items_months_and_entries(read: Read, as_: As, moment: TestClock) -> None:
    item = publish(as_)
    publish(as_, village=NEIGHBOUR)
    page = read(f"/d/{VILLAGE}")
    assert _items(page) == [item["id"]]
    addresses = dict(_links(page))
    assert addresses["2023年11月"] == f"/d/{VILLAGE}/items?month=2023-11"
    assert addresses["财务收支明细（逐项逐笔）"] == f"/d/{VILLAGE}/items?entry=C02"
    assert _items(read(addresses["2023年11月"])) == _items(read(f"/d/{VILLAGE}/items?entry=C02")) == [item["id"]]
    assert _items(read(f"/d/{VILLAGE}/items?month=2023-10")) == []


def test_places_without_anything_say_so(read: Read) -> None:
    assert "还没有公开信息" in read(f"/d/{VILLAGE}")
    assert "还没有公开信息" in read(f"/d/{VILLAGE}/archive")
    assert "还没有在这里公开" in read(f"/d/{NOT_YET}")
    for path in ("", "/items", "/archive", "/statistics", "/sitemap.xml"):
        assert read(f"/d/640199999999{path}", 404)
        assert read(f"/d/nowhere{path}", 404)


@pytest.mark.slow
def test_a_month_is_counted_in_shanghai(read: Read, as_: As, moment: TestClock) -> None:
    waiting = [decide(as_, decide(as_, submit(as_, draft(as_, title=title)))) for title in ("月末的", "月初的")]
    for each, instant in zip(waiting, ("2023-11-30 23:59", "2023-12-01 00:00"), strict=True):
        moment.set(instant)
        decide(as_, each)
    assert _items(read(f"/d/{VILLAGE}/items?month=2023-11")) == [waiting[0]["id"]]
    assert _items(read(f"/d/{VILLAGE}/items?month=2023-12")) == [waiting[1]["id"]]
    months = [text for text, _ in _links(read(f"/d/{VILLAGE}/archive")) if text.endswith("月")]
    assert months == ["2023年12月", "2023年11月"]


def test_a_long_list_has_pages(app: Flask, read: Read, as_: As) -> None:
    item = publish(as_)
    _copy(app, item["id"], 21)
    first = read(f"/d/{VILLAGE}/items?month=2023-11&from=singlemessage")
    [further] = [address for text, address in _links(first) if text == "下一页"]
    listed = _items(first), _items(read(further))
    assert [len(page) for page in listed] == [20, 2]
    assert listed[0] + listed[1] == sorted({*listed[0], *listed[1]}, reverse=True)
    assert "共 22 条" in read(further)
    assert "回到第一页" in read(further)
    assert "翻页标记无效" in read(f"/d/{VILLAGE}/items?cursor=x", 422)
    assert "须是月份" in read(f"/d/{VILLAGE}/items?month=2023-13", 422)


def _copy(app: Flask, publication_id: str, times: int) -> None:
    """More of the same; what they are called does not matter."""
    names = [column.key for column in Publication.__table__.columns if column.key != "row"]
    new = {"id": "'COPY-' || n", "number": "'copy-' || n"}
    chosen = ", ".join(new.get(name, f'p."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    counted = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {times})"  # noqa: S608
    source = f"SELECT {chosen} FROM publication p, c WHERE p.id = '{publication_id}'"  # noqa: S608
    sql(app, f"{counted} INSERT INTO publication ({quoted}) {source}")


# --- one item -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_item_shows_what_was_approved(read: Read, as_: As) -> None:
    table = "<table><thead><tr><th>项目</th></tr></thead><tbody><tr><td>水费</td></tr></tbody></table>"
    item = draft(as_, body=f"<p>本月收支如下。</p>{table}")
    file = attach(as_, item, "收支明细.png", PNG)
    item = _approve(as_, submit(as_, item))
    page = read(f"/i/{item['id']}")
    facts = _facts(page)
    assert facts["编号"] == item["number"]
    assert facts["公开时间"] == "2023年11月6日 09:00"
    assert facts["公示期"] == "至2023年11月13日（还有 7 天）"
    assert facts["所属期间"] == "2023年10月"
    assert facts["业务主管"] == "财经服务中心"
    assert "村民委员会组织法" in facts["公开依据"]
    assert facts["内容摘要值"] == item["digest"]
    tree = html.fromstring(page)
    assert [h.text_content() for h in tree.xpath("//h1")] == [item["title"]]
    [region] = tree.xpath("//div[@role='region' and @tabindex='0'][table]")
    assert region.get("aria-label") == "表格1"
    [picture] = tree.xpath("//main//img")
    assert picture.get("src") == f"/api/v1/public/attachments/{file['id']}/thumbnail"
    assert ("收支明细.png", f"/api/v1/public/attachments/{file['id']}") in _links(page)
    assert re.search(r"图片，\d+ 字节", page)
    assert "0951-6121130" in page


@pytest.mark.slow
def test_a_nil_return_an_event_and_a_standing_entry_say_what_they_are(read: Read, as_: As) -> None:
    item = publish(as_, nothing_to_report=True)
    assert "本期无此类事项" in read(f"/i/{item['id']}")
    item = decide(as_, submit(as_, draft(as_, entry="A01", period="2022")))
    item = decide(as_, decide(as_, item, by="office-party"))
    assert _facts(read(f"/i/{item['id']}"))["公示期"] == "长期公开"
    item = decide(as_, submit(as_, draft(as_, entry="A03", period=None, event_on="2023-11-01")))
    item = decide(as_, decide(as_, item, by="office-party"))
    assert _facts(read(f"/i/{item['id']}"))["发生日期"] == "2023年11月1日"


@pytest.mark.slow
def test_the_publicity_period_is_seen_from_today(read: Read, as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2023-11-13 23:59")
    assert "今天是最后一天" in read(f"/i/{item['id']}")
    assert "请在公示期内提出" in read(f"/i/{item['id']}")
    moment.set("2023-11-14 00:00")
    assert "已于2023年11月13日届满" in read(f"/i/{item['id']}")
    assert "请在公示期内提出" not in read(f"/i/{item['id']}")


@pytest.mark.slow
def test_the_items_before_and_after_are_of_the_same_village(read: Read, as_: As, moment: TestClock) -> None:
    ids = []
    for title in ("第一条", "第二条", "第三条"):
        moment.forward(minutes=1)
        ids.append(publish(as_, title=title)["id"])
    publish(as_, village=NEIGHBOUR)

    def around(item: str) -> list[str]:
        return [address for _, address in _links(read(f"/i/{item}"), "//nav[contains(@class, 'neighbours')]")]

    assert around(ids[0]) == [f"/i/{ids[1]}"]
    assert around(ids[1]) == [f"/i/{ids[2]}", f"/i/{ids[0]}"]
    assert around(ids[2]) == [f"/i/{ids[1]}"]


@pytest.mark.slow
def test_a_corrected_item_says_so_and_the_old_address_leads_to_it(read: Read, anybody: Client, as_: As) -> None:
    first = publish(as_)
    second = _correct(as_, first, title="更正一")
    third = _correct(as_, second, title="更正二")
    for old, new in ((first, second), (second, third)):
        moved = anybody.http.get(f"/i/{old['id']}")
        assert (moved.status_code, moved.headers["Location"]) == (308, f"/i/{new['id']}#corrections")
    page = read(f"/i/{third['id']}")
    assert "更正合计金额" in page
    [section] = html.fromstring(page).xpath("//section[@id='corrections']")
    assert len(section.xpath(".//li")) == 3
    assert section.xpath(".//a/@href") == [f"/i/{second['id']}", f"/i/{first['id']}"]
    assert _items(read(f"/d/{VILLAGE}")) == [third["id"]]
    assert "已更正" in read(f"/d/{VILLAGE}")


def test_a_withdrawn_item_says_when_and_why(read: Read, anybody: Client, as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2023-11-07 10:00")
    _act(as_, item, "withdraw", "admin", {"reason": "金额有误，另行公开"})
    page = read(f"/i/{item['id']}", 410)
    facts = _facts(page)
    assert (facts["编号"], facts["撤回时间"]) == (item["number"], "2023年11月7日 10:00")
    assert facts["撤回理由"] == "金额有误，另行公开"
    assert "12000" not in page
    assert item["title"] not in page
    assert anybody.http.get(f"/i/{item['id']}").headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_a_suspended_item_says_when_but_not_why_until_it_is_back(read: Read, as_: As, moment: TestClock) -> None:
    item = publish(as_)
    before = read(f"/i/{item['id']}")
    moment.set("2023-11-06 10:00")
    _act(as_, item, "suspend", "secrecy", {"reason": "涉及个人信息待核实"})
    page = read(f"/i/{item['id']}", 410)
    assert _facts(page)["暂停时间"] == "2023年11月6日 10:00"
    assert "个人信息" not in page
    assert "12000" not in page
    _act(as_, item, "release", "leader", {"reason": "已核实"})
    assert read(f"/i/{item['id']}") == before


# --- what is not public -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_not_approved_or_not_for_all_is_on_no_page(read: Read, as_: As) -> None:
    hidden = [
        draft(as_, title="财务收支草稿"),
        submit(as_, draft(as_, title="财务收支待审")),
        decide(as_, submit(as_, draft(as_, title="财务收支退回")), "return"),
        publish(as_, audience="villagers", title="财务收支只对村民"),
    ]
    withdrawn = publish(as_, title="财务收支撤回")
    _act(as_, withdrawn, "withdraw", "admin", {"reason": "有误"})
    suspended = publish(as_, title="财务收支暂停")
    _act(as_, suspended, "suspend", "admin", {"reason": "待核实"})
    for path in LISTS:
        page = read(path)
        for each in (*hidden, withdrawn, suspended):
            assert each["id"] not in page, path
            assert each["title"] not in page, path
    for each in hidden:
        assert each["title"] not in read(f"/i/{each['id']}", 404)
    assert "还没有公开信息" in read(f"/d/{VILLAGE}")


READ_MODEL = {"publication", "published_attachment", "publication_search", "division", "township", "monthly_cell"}


@pytest.mark.slow
def test_the_pages_read_the_read_model_and_the_places_alone(app: Flask, read: Read, as_: As) -> None:
    item = publish(as_)
    with recorded(app) as statements:
        for path in (*LISTS, f"/i/{item['id']}", f"/d/{VILLAGE}/statistics", "/about", "/sitemap.xml", "/robots.txt"):
            read(path)
    tables = {name for each, _ in statements for name in re.findall(r"\b(?:FROM|JOIN) \"?([a-z_]+)", each)}
    assert tables >= {"publication", "division"}
    assert tables - READ_MODEL - {"anon_1", "anon_2"} == set()
    assert not [each for each, _ in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", each)]


# --- search -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_search_marks_what_it_found(read: Read, as_: As) -> None:
    body = "<p>经村民代表会议讨论，本月新增临时救助两户。</p>"
    item = publish(as_, title="低保名单公示", body=body, entry="C03", period="2023-Q3")
    publish(as_)
    page = read(f"/search?q={quote('低保 救助')}&division=&entry=&period=")
    assert _items(page) == [item["id"]]
    assert [mark.text_content() for mark in html.fromstring(page).xpath("//mark")] == ["低保", "救助"]
    assert "找到 1 条" in page


@pytest.mark.slow
def test_a_search_is_narrowed_and_keeps_what_was_asked(read: Read, as_: As) -> None:
    here, there = publish(as_), publish(as_, village=NEIGHBOUR)
    quarter = publish(as_, entry="C03", period="2023-Q3", title="第三季度财务汇总")
    q = quote("财务")
    assert set(_items(read(f"/search?q={q}"))) == {here["id"], there["id"], quarter["id"]}
    assert set(_items(read(f"/search?q={q}&division={VILLAGE}"))) == {here["id"], quarter["id"]}
    assert _items(read(f"/search?q={q}&entry=C03")) == _items(read("/search?period=2023-Q3")) == [quarter["id"]]
    page = read(f"/search?q={q}&division={VILLAGE}&entry=C02")
    chosen = html.fromstring(page).xpath("//option[@selected]/@value")
    assert chosen == [VILLAGE, "C02"]
    assert html.fromstring(page).xpath("//input[@name='q']/@value") == ["财务"]


def test_a_search_that_finds_nothing_helps(read: Read, as_: As) -> None:
    publish(as_)
    page = read(f"/search?q={quote('拆迁 补偿')}&entry=C02")
    assert "没有找到" in page
    addresses = [address for _, address in _links(page)]
    assert f"/search?q={quote('拆迁')}+{quote('补偿')}" in addresses or any("entry" not in a for a in addresses)
    assert f"/d/{TOWNSHIP}/archive" in addresses
    assert "找到" not in html.fromstring(read("/search")).xpath("string(//main)").replace("没有找到", "")


def test_a_wrong_search_names_the_field(read: Read) -> None:
    for query, sentence in ((f"q={'低' * 101}", "须为 1 至 100 个字符"), ("period=昨天", "看不懂周期")):
        page = read(f"/search?{query}", 422)
        assert sentence in page
        assert html.fromstring(page).xpath("//*[@aria-invalid='true']/@name") == [query.partition("=")[0]]
    read("/search?division=640199999999", 404)
    assert "翻页标记无效" in read("/search?q=低保&cursor=x", 422)


@pytest.mark.parametrize(
    "q", ['"', "%", "NEAR(低保", "\\", "😀", "<script>alert(1)</script>", "{{ 7*7 }}", "'><b>", "低"]
)
def test_no_query_breaks_the_search(read: Read, q: str) -> None:
    page = read(f"/search?q={quote(q)}")
    assert html.fromstring(page).xpath("//input[@name='q']/@value") == [q]
    assert "<script>alert" not in page


# --- statistics ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_year_in_numbers_is_what_the_interface_says(read: Read, anybody: Client, as_: As, moment: TestClock) -> None:
    publish(as_)
    publish(as_, village=NEIGHBOUR)
    moment.set("2023-12-04 09:00")
    _correct(as_, publish(as_, title="十二月的"), title="更正后的")
    expected = anybody.get(f"/public/statistics?division={TOWNSHIP}&year=2023").json
    for path in (f"/d/{TOWNSHIP}/statistics", f"/d/{TOWNSHIP}/statistics/2023"):
        tree = html.fromstring(read(path))
        shown, villages = tree.xpath("//main//table")
        rows = [[cell.text_content() for cell in row] for row in shown.xpath("./tbody/tr")]
        assert rows == [[f"{n}月", str(row["published"])] for n, row in enumerate(expected["months"], 1)]
        counts = {row[0].text_content(): row[1].text_content() for row in villages.xpath("./tbody/tr")}
        assert (counts["洼路村"], counts["五渡桥村"], counts["掌政村"]) == ("2", "1", "0")
        assert "全年公开 3 条" in tree.text_content()
        [picture] = tree.xpath("//main//*[local-name()='svg']")
        assert picture.get("role") == "img"
    assert "全年公开 2 条" in read(f"/d/{VILLAGE}/statistics/2023")
    assert "全年公开 0 条" in read(f"/d/{VILLAGE}/statistics/2019")
    for year in ("1899", "2200", "x"):
        read(f"/d/{TOWNSHIP}/statistics/{year}", 404)


# --- for machines -------------------------------------------------------------------------------------------


def test_search_engines_find_every_item(read: Read, as_: As) -> None:
    item = publish(as_)
    base = "http://127.0.0.1:8000"
    assert f"Sitemap: {base}/sitemap.xml" in read("/robots.txt")
    index = ElementTree.fromstring(read("/sitemap.xml").encode())  # noqa: S314  our own
    maps = [place.text for place in index.iter(f"{SITEMAP}loc")]
    assert f"{base}/d/{VILLAGE}/sitemap.xml" in maps
    village = ElementTree.fromstring(read(f"/d/{VILLAGE}/sitemap.xml").encode())  # noqa: S314  our own
    assert [place.text for place in village.iter(f"{SITEMAP}loc")] == [f"{base}/d/{VILLAGE}", f"{base}/i/{item['id']}"]
    assert village.findtext(f"{SITEMAP}url/{SITEMAP}lastmod") == "2023-11-06T09:00:00+08:00"


@pytest.mark.slow
def test_pages_name_their_feed_and_the_feed_names_their_pages(read: Read, anybody: Client, as_: As) -> None:
    item = publish(as_)
    for path in (f"/d/{VILLAGE}", f"/i/{item['id']}"):
        [address] = html.fromstring(read(path)).xpath("//head/link[@type='application/atom+xml']/@href")
        assert address == f"/api/v1/public/feed.atom?division={VILLAGE}"
    assert f'href="http://127.0.0.1:8000/i/{item["id"]}"' in anybody.get(address).text
    [row] = anybody.get(f"/public/feed.json?division={VILLAGE}").json["items"]
    assert row["url"] == f"http://127.0.0.1:8000/i/{item['id']}"


@pytest.mark.slow
def test_what_did_not_change_is_not_sent_again(anybody: Client, as_: As, moment: TestClock) -> None:
    item = publish(as_)
    tags = {}
    for path in (f"/i/{item['id']}", f"/d/{VILLAGE}", "/", f"/d/{VILLAGE}/statistics", "/about", "/sitemap.xml"):
        first = anybody.http.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=60", path
        again = anybody.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        tags[path] = first.headers["ETag"]
    moment.forward(minutes=5)
    publish(as_, title="下一条")
    for path in (f"/i/{item['id']}", f"/d/{VILLAGE}", "/", f"/d/{VILLAGE}/statistics"):
        assert anybody.http.get(path, headers={"If-None-Match": tags[path]}).status_code == 200, path


def test_large_type_is_another_page_to_a_cache(anybody: Client) -> None:
    path = f"/d/{VILLAGE}"
    usual = anybody.http.get(path)
    assert "Cookie" in usual.headers["Vary"]
    assert "Set-Cookie" not in usual.headers
    anybody.http.post("/type-size", data={"size": "large", "next": path}, headers={"Origin": "http://localhost"})
    large = anybody.http.get(path)
    assert 'class="large"' in large.text
    assert large.headers["ETag"] != usual.headers["ETag"]


@pytest.mark.slow
def test_an_item_weighs_little(read: Read, anybody: Client, as_: As) -> None:
    """Everything that a browser fetches for a long item for the first time, uncompressed, but for its attachments."""
    row = "<tr>" + "".join(f"<td>样例户{n}</td>" for n in range(6)) + "</tr>"
    item = draft(as_, body=f"<p>发放清册。</p><table><tbody>{row * 60}</tbody></table>")
    attach(as_, item, "清册.png", PNG)
    item = _approve(as_, submit(as_, item))
    page = read(f"/i/{item['id']}")
    tree = html.fromstring(page)
    loaded = {*tree.xpath("//head/link[@rel='stylesheet' or @rel='icon']/@href"), *tree.xpath("//script/@src")}
    assert len(loaded) >= 3
    weight = len(page.encode())
    for address in loaded:
        assert not urlsplit(address).netloc
        with anybody.http.get(address) as answer:
            assert answer.status_code == 200
            weight += len(answer.get_data())
    assert weight < MOST_BYTES


# --- hostile words ------------------------------------------------------------------------------------------

PAYLOADS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><svg onload=alert(1)>")
PAYLOADS += ("{{ 7 * 7 }}{% raw %}", "javascript:alert(1)", "' onmouseover='alert(1)")


@pytest.mark.slow
def test_what_people_wrote_stays_words(read: Read, as_: As) -> None:
    words = " ".join(PAYLOADS)
    item = draft(as_, title=words[:190], body=f"<p>{words}</p><table><tr><td>{words}</td></tr></table>")
    attach(as_, item, "a'><img src=x onerror=alert(1)>.png", PNG)
    item = _approve(as_, submit(as_, item))
    item = _correct(as_, item, title=words[:190], body=f"<p>{words}</p>")
    for path in (f"/i/{item['id']}", f"/d/{VILLAGE}", f"/d/{TOWNSHIP}", f"/search?q={quote(words[:90])}"):
        tree = html.fromstring(read(path))
        assert not tree.xpath("//@*[starts-with(name(), 'on')]"), path
        assert all(src.startswith("/static/") for src in tree.xpath("//script/@src")), path
        assert not tree.xpath("//script[not(@src)] | //img[@src='x'] | //svg[@onload]"), path
        assert not tree.xpath("//a[starts-with(@href, 'javascript:')]"), path
        assert "49" not in tree.xpath("string(//h1)")


TEMPLATES = Path(__file__).parents[2] / "villagepub" / "publishing" / "templates"


def test_only_the_cleaned_body_and_our_own_drawings_are_not_escaped() -> None:
    unescaped = [
        found for file in TEMPLATES.rglob("*.html") for found in re.findall(r"{{ ([\w.]+) \| safe }}", file.read_text())
    ]
    assert sorted(unescaped) == ["body", "year.picture", "year.table"]
