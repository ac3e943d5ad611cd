"""A chart says what its numbers say, to eyes, ears and a black-and-white printer, and carries no script."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from villagepub.layout.charts import HEIGHT, MOST_SERIES, TOP, WIDTH, Chart, Series, bars, data_table, lines

MONTHS = [f"{month}月" for month in range(1, 13)]
HOSTILE = "<script>alert(1)</script>\"'&"


def _chart(*rows: list[float | None], labels: list[str] | None = None, **texts: str) -> Chart:
    series = [Series(f"第{number}组", row) for number, row in enumerate(rows)]
    given = {"key": "year", "title": "各月公开条数", "description": "十二月最多。", "unit": "条"} | texts
    return Chart(labels=labels or MONTHS[: len(rows[0])], series=series, **given)


def _svg(markup: str) -> Element:
    return ElementTree.fromstring(markup)  # noqa: S314  our own


def _columns(svg: Element) -> list[tuple[float, float]]:
    """Top and height of each column."""
    return [(float(rect.get("y", "")), float(rect.get("height", ""))) for rect in svg.findall("rect")]


def test_a_column_is_as_high_as_its_number() -> None:
    drawn = _columns(_svg(bars(_chart([10, 20, 0, 40]))))
    heights = [height for _, height in drawn]
    assert heights == pytest.approx([heights[0], 2 * heights[0], 0, 4 * heights[0]], abs=0.2)
    assert len({round(top + height) for top, height in drawn}) == 1


def test_a_negative_number_hangs_below_the_line() -> None:
    (up, high), (down, low) = _columns(_svg(bars(_chart([4, -2]))))
    assert down == pytest.approx(up + high, abs=0.2)
    assert low == pytest.approx(high / 2, abs=0.2)


@pytest.mark.parametrize(
    "values", [[0.0], [0, 0, 0], [1], [-1], [3, 7], [0.2, 0.4], [99_999, 1], [-5, -7], [None, 2], [None], [12.5, 100]]
)
@pytest.mark.parametrize("draw", [bars, lines])
def test_everything_lies_inside_the_picture(values: list[float | None], draw: object) -> None:
    svg = _svg(draw(_chart(values)))  # type: ignore[operator]
    for x, y in re.findall(r'x="([-0-9.]+)" y="([-0-9.]+)"', ElementTree.tostring(svg, encoding="unicode")):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT
    assert all(top >= TOP - 0.1 for top, _ in _columns(svg))


def test_it_can_be_heard() -> None:
    svg = _svg(bars(_chart([1, 2])))
    title, text = svg.find("title"), svg.find("desc")
    assert title is not None
    assert text is not None
    assert (title.text, text.text) == ("各月公开条数", "十二月最多。")
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {text.get('id')}"


@pytest.mark.parametrize("draw", [bars, lines])
def test_series_differ_without_their_colours(draw: object) -> None:
    """In fill or in dash and mark; and the legend names each."""
    markup = draw(_chart(*[[1, 2]] * MOST_SERIES))  # type: ignore[operator]
    svg = _svg(markup)
    if draw is bars:
        looks = {re.sub("#[0-9a-f]{6}", "colour", rect.get("fill", "")) for rect in svg.findall("rect")}
        turns = {pattern.get("patternTransform") for pattern in svg.iter("pattern")}
        assert len(turns) == MOST_SERIES - 1
    else:
        looks = {line.get("stroke-dasharray", "") for line in svg.findall("polyline")}
    assert len(looks) == MOST_SERIES
    assert all(f"第{number}组" in markup for number in range(MOST_SERIES))
    ids = re.findall(r'\bid="([^"]+)"', markup)
    assert len(ids) == len(set(ids))


def test_a_line_has_a_gap_where_there_is_no_number() -> None:
    drawn = _svg(lines(_chart([1, 2, None, 4, 5]))).findall("polyline")
    assert [len((line.get("points") or "").split()) for line in drawn] == [2, 2]


def test_labels_do_not_run_into_each_other() -> None:
    labels = [f"2023年{month}月" for month in range(1, 13)]
    svg = _svg(bars(_chart([1] * 12, labels=labels)))
    shown = [text for text in svg.iter("text") if text.text in labels]
    assert 2 <= len(shown) < 12
    assert len([text for text in _svg(bars(_chart([1] * 12))).iter("text") if text.text in MONTHS]) == 12


def test_hostile_words_stay_words() -> None:
    chart = _chart([1], labels=[HOSTILE], title=HOSTILE, description=HOSTILE, unit=HOSTILE)
    for markup in (bars(chart), lines(chart), data_table(chart, HOSTILE)):
        assert "<script" not in markup
        assert "style=" not in markup
        assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", markup))


def test_the_table_holds_the_same_numbers() -> None:
    table = _svg(data_table(_chart([1, None, 2.5], [10, -1, 0]), "月份"))
    assert [cell.text for cell in table.findall("thead/tr/th")] == ["月份", "第0组", "第1组"]
    assert [[cell.text for cell in row] for row in table.findall("tbody/tr")] == [
        ["1月", "1", "10"],
        ["2月", "—", "-1"],
        ["3月", "2.5", "0"],
    ]
    assert table.findtext("caption") == "各月公开条数（条）"


def test_what_cannot_be_drawn_is_refused() -> None:
    for rows, labels in (([[1.0, 2.0]], ["1月"]), ([[1.0]] * (MOST_SERIES + 1), ["1月"]), ([], ["1月"]), ([[]], [])):
        with pytest.raises(ValueError, match="a chart has"):
            Chart("k", "t", "d", labels, [Series("s", row) for row in rows])
