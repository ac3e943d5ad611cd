"""An item for those who read no phone: on the board, over the loudspeaker, as a poster."""

import re
from typing import Any

import pypdfium2
import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.intake.make_files import picture
from tests.journeys import VILLAGE, As, Json, attach, decide, draft, publish, put, submit
from tests.statements import connections_in_use
from tests.wechat.platform import Call, Platform
from villagepub.publishing.renditions.beginning import MOST_CELLS, MOST_SIGNS, REST_ELSEWHERE, beginning_of
from villagepub.publishing.renditions.blocks import Table, Words, blocks_of
from villagepub.publishing.renditions.texts import WIDTH, width_of

BODY = """<p>2023年10月收支共2笔，逐笔公布如下。</p><table><thead><tr><th rowspan="2">序号</th><th rowspan="2">日期</th>
<th colspan="2">金额</th></tr><tr><th>收入（元）</th><th>支出（元）</th></tr></thead><tbody>
<tr><td>上期结余</td><td>—</td><td>263322.00</td><td>—</td></tr>
<tr><td>1</td><td>10月7日</td><td>—</td><td>750.00</td></tr>
<tr><td>2</td><td>10月21日</td><td>19000.50</td><td></td></tr></tbody></table>
<h3>说明</h3><ol><li>票据经村务监督委员会审核</li><li>监督比例为100%</li></ol>"""


def _read(anybody: Client, item: Json, form: str, **options: object) -> str:
    answer = anybody.get(f"/public/disclosures/{item['id']}/plain?form={form}", **options)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert (answer.headers["Vary"], answer.headers["Cache-Control"]) == (
        "Accept, Accept-Encoding",
        "public, max-age=60",
    )
    return answer.text


def _pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def test_the_loudspeaker_reads_row_by_row_with_every_figure_in_words(as_: As, anybody: Client) -> None:
    item = publish(as_, body=BODY)
    assert (
        _read(anybody, item, "loudspeaker")
        == """掌政镇洼路村村务公开，现在播报。

洼路村二零二三年十月财务收支明细。
公开日期，二零二三年十一月六日。

二零二三年十月收支共两笔，逐笔公布如下。

下面逐行播报表格，共三行。
上期结余。金额收入，二十六万三千三百二十二元。
第一行。日期，十月七日；金额支出，七百五十元。
第二行。日期，十月二十一日；金额收入，一万九千元五角。

说明。

第一，票据经村务监督委员会审核。

第二，监督比例为百分之一百。

以上内容由财经服务中心审核。
如有疑问，请拨打兴庆区掌政镇人民政府综合办公室电话，零九五幺，六幺二幺幺三零。
播报完毕。
"""
    )


def test_the_board_has_short_lines_and_every_fact(as_: As, anybody: Client) -> None:
    item = publish(as_, body=BODY)
    text = _read(anybody, item, "board")
    lines = text.splitlines()
    assert max(map(width_of, lines)) <= WIDTH
    assert not any(line.strip().startswith(tuple("，。；：、）》")) for line in lines)
    together = re.sub(r"\s", "", text)
    for fact in ("掌政镇洼路村村务公开", item["title"], item["number"], "2023年11月6日", "财经服务中心", "0951-6121130",
                 "金额支出（元）：750.00", "2.监督比例为100%", "依据："):  # fmt: skip
        assert fact in together, fact
    assert _read(anybody, item, "board") == anybody.get(f"/public/disclosures/{item['id']}/plain").text


def test_a_program_gets_the_same_as_json(as_: As, anybody: Client) -> None:
    item = publish(as_)
    path = f"/public/disclosures/{item['id']}/plain?form=loudspeaker"
    answer = anybody.get(path, headers={"Accept": "application/json"})
    assert answer.json == {name: item[name] for name in ("id", "number", "title")} | {
        "form": "loudspeaker",
        "text": _read(anybody, item, "loudspeaker"),
    }
    assert anybody.get(path, headers={"Accept": "*/*", "If-None-Match": answer.headers["ETag"]}).status_code == 200
    assert anybody.get(path.replace("loudspeaker", "song")).status_code == 422


@pytest.mark.slow
def test_the_poster_is_one_page_with_everything_on_it(as_: As, anybody: Client, moment: TestClock) -> None:
    item = draft(as_, body=BODY)
    attach(as_, item, "收支明细.png", picture("PNG", (8, 8)))
    item = submit(as_, item)
    while item["state"] == "in_review":
        item = decide(as_, item)
    path = f"/public/disclosures/{item['id']}/poster.pdf"
    answer = anybody.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    [page] = _pages(answer.data)
    together = re.sub(r"\s", "", page)
    for fact in ("村务公开", "掌政镇洼路村", item["title"], item["number"], "2023年11月6日", "收支明细.png",
                 "财经服务中心", "监督电话0951-6121130", "263322.00", "监督比例为100%", "扫码查看原文",
                 "村民委员会组织法"):  # fmt: skip
        assert fact in together, fact
    document = pypdfium2.PdfDocument(answer.data)
    assert [round(side) for side in document[0].get_size()] == [595, 842]  # A4
    moment.forward(days=1)
    assert anybody.get(path).data == answer.data
    assert anybody.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.slow
def test_a_long_body_flows_over_pages_and_odd_signs_do_no_harm(as_: As, anybody: Client) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>#let $x$ *粗* `c` \\u</td><td>{n}.00</td></tr>" for n in range(1, 81))
    table = f"<table><tr><th>序号</th><th>摘要</th><th>金额（元）</th></tr>{rows}</table>"
    odd = '<p>😀 𠮷</p><table><tr><td rowspan="999">甲</td><td colspan="999">乙</td></tr><tr><td>丙</td></tr></table>'
    item = publish(as_, body=table + odd)
    pages = _pages(anybody.get(f"/public/disclosures/{item['id']}/poster.pdf").data)
    assert len(pages) > 1
    assert len(pages) < 5
    for page in pages[:2]:
        assert "摘要" in page  # the headings are said again
        assert item["number"] in page
    assert "#let $x$ *粗* `c` \\u" in pages[0]
    for form in ("board", "loudspeaker"):
        assert "甲" in _read(anybody, item, form)


@pytest.mark.slow
@pytest.mark.parametrize(
    "table",
    [
        '<tr><td rowspan="3">收入</td><td>项目</td></tr><tr><td>租金 1</td></tr><tr><td>补助 2</td></tr>',
        '<tr><th rowspan="2">收入</th><th>项目</th></tr><tr><td>租金</td></tr><tr><td>补助</td><td>无</td></tr>',
        f"<tr><th>序号</th><th>收入</th></tr><tr><td>{'9' * 5000}</td><td>租金</td></tr>",
    ],
    ids=["merged first column", "heading beside a row", "endless serial number"],
)
def test_tables_that_people_paste_can_all_be_shown(as_: As, anybody: Client, table: str) -> None:
    item = publish(as_, body=f"<table>{table}</table>")
    assert "收入" in _pages(anybody.get(f"/public/disclosures/{item['id']}/poster.pdf").data)[0]
    for form in ("board", "loudspeaker"):
        assert "租金" in _read(anybody, item, form)


@pytest.mark.slow
@pytest.mark.parametrize("rest", ["plain?form=loudspeaker", "poster.pdf"])
def test_what_was_corrected_or_taken_away_answers_as_elsewhere(as_: As, anybody: Client, rest: str) -> None:
    first = publish(as_)
    path = f"/public/disclosures/{first['id']}/{rest}"
    begun = as_(f"uploader-{VILLAGE}").post(f"/disclosures/{first['id']}/corrections", {"change_note": "更正合计金额"})
    assert anybody.get(f"/public/disclosures/{begun.json['id']}/{rest}").status_code == 404
    second = submit(as_, put(as_, begun.json))
    while second["state"] == "in_review":
        second = decide(as_, second)
    moved = anybody.get(path)
    assert moved.status_code == 308
    assert moved.headers["Location"] == f"/api/v1/public/disclosures/{second['id']}/{rest}"
    assert anybody.get(moved.headers["Location"]).status_code == 200
    assert as_("admin").post(f"/disclosures/{second['id']}/withdraw", {"reason": "金额有误"}).status_code == 200
    gone = anybody.get(moved.headers["Location"])
    assert (gone.status_code, gone.json["reason"]) == (410, "金额有误")


@pytest.mark.slow
def test_where_there_is_a_mini_program_the_poster_bears_its_code(
    wechat_app: Flask, platform: Platform, as_: As, anybody: Client
) -> None:
    item = publish(as_)
    path = f"/public/disclosures/{item['id']}/poster.pdf"
    poster = anybody.get(path)
    assert poster.status_code == 200
    assert "微信扫码查看" in _pages(poster.data)[0]
    made = [call.body for call in platform.calls if call.path == "/wxa/getwxacodeunlimit"]
    assert [(each["scene"], each["page"]) for each in made] == [(item["id"], "pages/disclosure/index")]
    assert anybody.get(path).data == poster.data
    assert platform.count("/wxa/getwxacodeunlimit") == 1
    platform.fault("/wxa/getwxacodeunlimit", errcode=-1, times=9)
    second = publish(as_, title="洼路村2023年11月财务收支明细", period="2023-11")
    assert "扫码查看原文" in _pages(anybody.get(f"/public/disclosures/{second['id']}/poster.pdf").data)[0]


def test_no_transaction_waits_while_wechat_draws_the_code(
    wechat_app: Flask, platform: Platform, as_: As, anybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = publish(as_)
    in_use = []

    def answer(call: Call) -> Any:
        in_use.append((call.path, connections_in_use(wechat_app)))
        return Platform.answer(platform, call)

    monkeypatch.setattr(platform, "answer", answer)
    assert anybody.get(f"/public/disclosures/{item['id']}/poster.pdf").status_code == 200
    assert in_use[-1] == ("/wxa/getwxacodeunlimit", 0)


def test_wechat_draws_no_code_of_what_nobody_may_read(
    wechat_app: Flask, platform: Platform, as_: As, anybody: Client
) -> None:
    item = submit(as_, draft(as_))
    assert anybody.get(f"/public/disclosures/{item['id']}/poster.pdf").status_code == 404
    assert platform.count("/wxa/getwxacodeunlimit") == 0


@pytest.mark.slow
def test_of_a_very_long_list_the_poster_has_the_beginning(as_: As, anybody: Client) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>样例户{n}</td><td>{n}.00</td></tr>" for n in range(1, 1801))
    table = f"<table><tr><th>序号</th><th>户主</th><th>金额（元）</th></tr>{rows}</table>"
    item = publish(as_, body=f"{table}<p>以上共 1800 户。</p>")
    together = "".join(_pages(anybody.get(f"/public/disclosures/{item['id']}/poster.pdf").data))
    assert "样例户 999 " in together  # 3,000 cells are the heading and 999 rows
    assert "样例户 1000" not in together
    assert "以上共" not in together
    assert "全文请扫码" in together
    board = _read(anybody, item, "board")
    assert "样例户1800" in board
    assert "全文请扫码" not in board


def test_where_a_body_is_cut() -> None:
    short = Words("paragraph", "短")
    fits = Words("paragraph", "字" * (MOST_SIGNS - 1))
    assert beginning_of([short, fits]) == [short, fits]
    assert beginning_of([short, fits, short]) == [short, fits, REST_ELSEWHERE]
    assert beginning_of([fits, fits]) == [fits, Words("paragraph", "字……"), REST_ELSEWHERE]
    [covering] = blocks_of(
        f"<table><tr><td rowspan='9999'>甲</td><td>乙</td></tr>{'<tr><td>丙</td></tr>' * MOST_CELLS}</table>"
    )
    cut, said = beginning_of([covering])
    assert isinstance(cut, Table)
    assert (cut.height, cut.cells[0].rows, len(cut.cells)) == (MOST_CELLS - 1, MOST_CELLS - 1, MOST_CELLS)
    assert said == REST_ELSEWHERE
    [huge] = blocks_of(f"<table><tr><th>名</th></tr><tr><td>{'字' * (MOST_SIGNS + 1)}</td></tr></table>")
    assert beginning_of([huge]) == [REST_ELSEWHERE]
