"""Which matter a post is about: what an address names, and what a title resembles."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.channels.matching import MOST, WINDOW, contradict, counted_in, named_in, sign_of_disclosure, suggest
from villagepub.disclosures.matters import Version

ID, OTHER_ID = "01HEG0PS00ABCDEFGHJKMNPQRS", "01HEG0PS00ABCDEFGHJKMNPQRT"
NUMBER = "640104100202-2023-0001"
DAY = date(2023, 11, 6)
VILLAGES = {"640104100202": "洼路村", "640104100203": "茂盛村"}
TITLE = "洼路村2023年10月财务收支明细"


def version(title: str = TITLE, days: int = 0, **changes: object) -> Version:
    at = datetime(2023, 11, 6, 1, 0, tzinfo=UTC) + timedelta(days=days)
    values: dict[str, object] = {
        "id": ID,
        "number": NUMBER,
        "title": title,
        "village": "640104100202",
        "entry": "C02",
        "audience": "public",
        "state": "published",
        "created_at": at,
        "published_at": at,
        "first_published_at": at,
        "withdrawn_at": None,
    }
    return Version(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "ids", "numbers"),
    [
        (f"https://pub.example.gov.cn/api/v1/public/disclosures/{ID}", {ID}, set()),
        (f"https://a.example.gov.cn/detail?id={ID.lower()}&from=1", {ID}, set()),
        (f"https://a.example.gov.cn/{NUMBER}.html", set(), {NUMBER}),
        (f"https://a.example.gov.cn/x?n={NUMBER.replace('-', '%2D')}", set(), {NUMBER}),
        (f"https://a.example.gov.cn/{ID}/{OTHER_ID}", {ID, OTHER_ID}, set()),
        (f"https://a.example.gov.cn/{ID}X", set(), set()),  # longer than an id
        (f"https://a.example.gov.cn/9{NUMBER}", set(), set()),
        ("https://a.example.gov.cn/2023/11/06/1234567.html", set(), set()),
        (None, set(), set()),
    ],
)
def test_an_address_names_an_item(url: str | None, ids: set[str], numbers: set[str]) -> None:
    assert named_in(url) == (ids, numbers)


@pytest.mark.parametrize(
    ("title", "counted"),
    [
        ("2023年10月财务收支", {"年": {2023}, "月": {10}}),
        ("二〇二三年第三季度低保", {"年": {2023}, "季度": {3}}),
        ("十月份、十二月份", {"月": {10, 12}}),
        ("二十三日公示", {"日": {23}}),
        ("２０２３年上半年", {"年": {2023}, "半年": {1}}),
        ("第二批种粮补贴", {"批": {2}}),
        ("村规民约", {}),
    ],
)
def test_what_a_title_counts_in(title: str, counted: dict[str, set[int]]) -> None:
    assert counted_in(title) == counted


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        "【村务公开】洼路村2023年10月财务收支明细公示",
        "洼路村2023年十月份财务收支明细",
        "2023年10月财务收支明细（洼路村）",
        "洼路村10月财务收支明细",
    ],
)
def test_what_resembles_is_suggested(title: str) -> None:
    [suggestion] = suggest(title, DAY, [version()], VILLAGES)
    assert suggestion.version.id == ID
    assert 0 < suggestion.shared <= suggestion.pairs


@pytest.mark.parametrize(
    "title",
    [
        "洼路村2023年9月财务收支明细",
        "洼路村2023年十一月财务收支明细",
        "洼路村2022年10月财务收支明细",
        "茂盛村2023年10月财务收支明细",
        "洼路村清淤动态",
        "",
    ],
)
def test_another_month_year_or_village_is_another_matter(title: str) -> None:
    assert suggest(title, DAY, [version()], VILLAGES) == []


@pytest.mark.parametrize(("days", "found"), [(WINDOW, 1), (-WINDOW, 1), (WINDOW + 1, 0), (-WINDOW - 1, 0)])
def test_only_within_a_window_of_days(days: int, found: int) -> None:
    suggestions = suggest(TITLE, DAY + timedelta(days=days), [version()], VILLAGES)
    assert [each.days for each in suggestions] == [days] * found


def test_the_best_come_first_and_no_more_than_a_few() -> None:
    titles = [TITLE, f"{TITLE}说明", "洼路村2023年10月财务收支表", "洼路村10月财务收支", "洼路村财务收支明细表"]
    versions = [version(title, id=f"{number:026}") for number, title in enumerate(titles)]
    suggestions = suggest(TITLE, DAY, versions, VILLAGES)
    assert len(suggestions) == MOST
    assert suggestions[0].score == 1.0
    assert [each.score for each in suggestions] == sorted((each.score for each in suggestions), reverse=True)


def test_of_two_alike_the_nearer_day_comes_first() -> None:
    versions = [version(days=-20, id="0" * 26), version(days=-1, id="1" * 26)]
    assert [each.days for each in suggest(TITLE, DAY, versions, VILLAGES)] == [1, 20]


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_title_breaks_it_and_the_score_has_no_side(one: str, other: str) -> None:
    there = suggest(one, DAY, [version(other)], {})
    back = suggest(other, DAY, [version(one)], {})
    assert [each.score for each in there] == [each.score for each in back]
    assert all(0.5 <= each.score <= 1 for each in there)
    assert contradict(counted_in(one), counted_in(other)) == contradict(counted_in(other), counted_in(one))


@pytest.mark.parametrize(
    ("title", "sign"),
    [
        ("关于低保名单的说明", "名单"),
        ("洼路村一次性临时救助情况", "G03 临时救助"),
        ("掌政镇召开春耕现场会", None),
        ("", None),
    ],
)
def test_what_makes_a_post_look_like_a_disclosure(title: str, sign: str | None) -> None:
    assert sign_of_disclosure(title, {"G03": "临时救助", "C02": "财务收支明细"}) == sign
