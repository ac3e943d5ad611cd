"""Cells as people, Excel and WPS write them, read as the fields of a row."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from villagepub.core.clock import SHANGHAI
from villagepub.core.tabular import Cell, Fault
from villagepub.ledgers.imports import errors_of, read_line
from villagepub.ledgers.kinds import LEDGERS

POST: dict[str, Cell] = {"channel": "weibo", "title": "发布", "posted_on": "2023-11-06"}
TALLY: dict[str, Cell] = {"channel": "weibo", "period": "2023-11", "count": 67, "evidence": "后台截图"}
FEE: dict[str, Cell] = {"kind": "行政事业性收费", "year": "2023", "amount": "12.5", "evidence": "财政票据"}
COMPLAINT: dict[str, Cell] = {"source": "weibo", "received_at": "2023-11-06", "subject": "路灯"}


def _read(ledger: str, cells: dict[str, Cell]) -> Any:
    kinds = {"行政许可": "licence", "行政事业性收费": "fee"}
    return read_line(LEDGERS[ledger], cells, {"channel": {"微博": "weibo"}, "kind": kinds})


@pytest.mark.parametrize(
    "cell",
    ["2023-11-06", "2023/11/6", "2023.11.6", "2023年11月6日", date(2023, 11, 6), datetime(2023, 11, 6)],  # noqa: DTZ001
)
def test_days(cell: Cell) -> None:
    assert _read("channel-posts", POST | {"posted_on": cell})["posted_on"] == date(2023, 11, 6)


@pytest.mark.parametrize("cell", ["2023-11-31", "11月6日", 45236, datetime(2023, 11, 6, 9, 30), True])  # noqa: DTZ001
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    with pytest.raises(ValidationError) as refused:
        _read("channel-posts", POST | {"posted_on": cell})
    assert list(refused.value.messages_dict) == ["posted_on"]


@pytest.mark.parametrize(
    "cell",
    ["2023-11-06T09:30:00+08:00", "2023-11-06 09:30", "2023/11/6 9:30", datetime(2023, 11, 6, 9, 30)],  # noqa: DTZ001
)
def test_times_without_a_zone_are_those_of_shanghai(cell: Cell) -> None:
    row = _read("complaints", COMPLAINT | {"received_at": cell})
    assert row["received_at"] == datetime(2023, 11, 6, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize("cell", ["2023-11-06 25:00", "上午", 9, "2023-11-06 "])
def test_what_is_no_time_is_refused(cell: Cell) -> None:
    with pytest.raises(ValidationError):
        _read("complaints", COMPLAINT | {"received_at": cell})


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("2023-11", "2023-11"),
        ("2023/11", "2023-11"),
        ("2023年1月", "2023-01"),
        (date(2023, 11, 1), "2023-11"),
        (2023, "2023"),
        ("2023年", "2023"),
    ],
)
def test_periods(cell: Cell, period: str) -> None:
    assert _read("channel-tallies", TALLY | {"period": cell})["period"] == period


@pytest.mark.parametrize("cell", ["2023-Q4", "2023-13", date(2023, 11, 6), "Nov-23", "去年"])
def test_a_tally_is_of_a_month_or_a_year(cell: Cell) -> None:
    with pytest.raises(ValidationError) as refused:
        _read("channel-tallies", TALLY | {"period": cell})
    assert list(refused.value.messages_dict) == ["period"]


@pytest.mark.parametrize(("cell", "count"), [(67, 67), ("67", 67), (0, 0), ("0", 0)])
def test_counts(cell: Cell, count: int) -> None:
    assert _read("channel-tallies", TALLY | {"count": cell})["count"] == count


@pytest.mark.parametrize("cell", [-1, "-1", 1.5, "六十七", True, 10**10])
def test_what_is_no_count_is_refused(cell: Cell) -> None:
    with pytest.raises(ValidationError) as refused:
        _read("channel-tallies", TALLY | {"count": cell})
    assert list(refused.value.messages_dict) == ["count"]


@pytest.mark.parametrize(("cell", "amount"), [("12.50", "12.5"), (12.5, "12.5"), (12, "12"), (0.000001, "0.000001")])
def test_amounts_are_exact(cell: Cell, amount: str) -> None:
    assert _read("administrative-acts", FEE | {"amount": cell})["amount"] == Decimal(amount)


@pytest.mark.parametrize("cell", ["1,200.50", "12.5万元", "-1", -1, 1e-7, True, "12.", "01"])
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    with pytest.raises(ValidationError) as refused:
        _read("administrative-acts", FEE | {"amount": cell})
    assert list(refused.value.messages_dict) == ["amount"]


def test_a_kind_may_be_named_in_chinese() -> None:
    assert _read("administrative-acts", FEE | {"kind": "行政许可"})["kind"] == "licence"


def test_every_fault_of_a_line_is_named() -> None:
    with pytest.raises(ValidationError) as refused:
        _read("channel-tallies", {"channel": "weibo", "period": "2023-13", "count": None, "evidence": None})
    assert set(refused.value.messages_dict) == {"period", "count", "evidence"}


def test_a_channel_may_be_named_in_chinese() -> None:
    assert _read("channel-posts", POST | {"channel": "微博"})["channel"] == "weibo"


def test_numbers_are_text_where_text_is_wanted() -> None:
    assert _read("channel-posts", POST | {"title": 2023})["title"] == "2023"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "www.xqq.gov.cn", "https://name@xqq.gov.cn/", "http://", "http://[a/"]
)
def test_an_address_is_of_the_web(address: str) -> None:
    with pytest.raises(ValidationError):
        _read("channel-posts", POST | {"url": address})


def test_each_ledger_has_its_headers() -> None:
    assert {name: list(ledger.columns.values()) for name, ledger in LEDGERS.items()} == {
        "channel-posts": ["渠道", "标题", "网址", "发布日期", "公开信息编号", "撤下日期", "非公开事项"],
        "channel-tallies": ["渠道", "时段", "条数", "依据"],
        "complaints": ["来源", "收到时间", "事由", "回应时间", "回应内容"],
        "complaint-tallies": ["来源", "时段", "收到件数", "回应件数", "依据"],
        "trainings": ["培训日期", "培训内容", "参加人数", "参加层级"],
        "documents": ["类别", "文件名称", "文号", "制发日期", "有效期至", "废止日期"],
        "administrative-acts": ["类别", "年度", "处理决定数量", "收费金额（万元）", "依据"],
        "inspections": ["检查来源", "反馈日期", "问题", "责任站办所或岗位", "整改期限", "办结日期", "整改依据"],
        "accountability": ["类别", "日期", "事项", "结果", "公开信息编号"],
        "reconsiderations": [
            "类别",
            "提起日期",
            "复议机关或法院",
            "事由",
            "依申请公开编号",
            "结果",
            "审结日期",
        ],
    }


def test_faults_are_keyed_by_line_and_field() -> None:
    faults = [Fault(3, "count", "甲"), Fault(3, "count", "乙"), Fault(4, None, "丙"), Fault(None, None, "丁")]
    assert errors_of(faults) == {"line 3.count": ["甲", "乙"], "line 4": ["丙"], "file": ["丁"]}
