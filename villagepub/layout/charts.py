"""Charts as SVG that need no script, no colour and no style of the page's. Pure: numbers in, markup out.

Each series has a pattern or a dash and mark of its own besides its colour, so that a chart says the same on a
black-and-white print. It has a title and a description for those who hear it; ``data_table`` gives the same numbers to
those who want to read them. Texts are escaped here, and nothing is styled inline: a strict policy for contents holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log10
from xml.etree.ElementTree import Element, SubElement, tostring

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 4, 24, 24
LEGEND_LINE = 18
TEXT_SIZE, SMALL = "12", "11"
INK, GRID = "#1c1c1c", "#bdbdbd"
COLOURS = ("#0b5394", "#a64d00", "#38761d", "#741b47")
DASHES = ("", "6 3", "2 3", "9 3 2 3")
_CHARACTER = 5.8  # units that a digit takes; a Chinese character takes two
_STEPS = (1, 2, 5, 10)
_WANTED_LINES = 4

MOST_SERIES = len(COLOURS)


@dataclass(frozen=True)
class Series:
    """One row of numbers; None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """What is drawn.

    key: begins every id of the markup, so it is different for each chart of a page; letters, digits and hyphens.
    description: the message in a sentence, for those who do not see the picture.
    labels: one for each value of every series. unit: of the values, such as 条.
    Raises ValueError when a series has another number of values, or there are more series than can be told apart.
    """

    key: str
    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"a chart has 1 to {MOST_SERIES} series, not {len(self.series)}")
        if not self.labels or any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("a chart has one label for each value of every series")


def bars(chart: Chart) -> str:
    """Columns side by side; those of a single series with their numbers, where there is room."""
    plot = _Plot(chart)
    _add_patterns(plot)
    share = plot.step * 0.72 / len(chart.series)
    for number, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            if value is not None:
                left = plot.middle(place) - plot.step * 0.36 + share * number
                _add_bar(plot, number, left, share, value)
    return plot.markup(_swatch)


def lines(chart: Chart) -> str:
    """A line for each series with a mark at each value; a gap where there is none."""
    plot = _Plot(chart)
    for number, series in enumerate(chart.series):
        points = [
            None if value is None else (plot.middle(place), plot.height_of(value))
            for place, value in enumerate(series.values)
        ]
        for drawn, run in groupby(points, key=lambda point: point is not None):
            if drawn:
                _add_line(plot, number, [point for point in run if point])
    return plot.markup(_stroke_sample)


def data_table(chart: Chart, heading: str) -> str:
    """The numbers of a chart as an HTML table: a row for each label, a column for each series.

    heading: what the labels are, such as 月份.
    """
    table = Element("table")
    SubElement(table, "caption").text = f"{chart.title}（{chart.unit}）" if chart.unit else chart.title
    head = SubElement(SubElement(table, "thead"), "tr")
    SubElement(head, "th", scope="col").text = heading
    for series in chart.series:
        SubElement(head, "th", {"scope": "col", "class": "number"}).text = series.name
    body = SubElement(table, "tbody")
    for place, label in enumerate(chart.labels):
        row = SubElement(body, "tr")
        SubElement(row, "th", scope="row").text = label
        for series in chart.series:
            SubElement(row, "td", {"class": "number"}).text = number_text(series.values[place])
    return tostring(table, encoding="unicode", method="html")


def number_text(value: float | None) -> str:
    """A value as it is written; a dash where there is none."""
    if value is None:
        return "—"
    return str(int(value)) if value == int(value) else f"{value:.1f}"


class _Plot:
    """The frame of a chart: its scale, its grid and its words, and where in it a value lies."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        values = [value for series in chart.series for value in series.values if value is not None]
        self.ticks = _ticks(min([0.0, *values]), max([0.0, *values]))
        self.step = (WIDTH - LEFT - RIGHT) / len(chart.labels)
        legend = LEGEND_LINE * len(chart.series) if len(chart.series) > 1 else 0
        self.svg = Element(
            "svg",
            {
                "class": "chart",
                "viewBox": f"0 0 {WIDTH} {HEIGHT + legend}",
                "role": "img",
                "aria-labelledby": f"{chart.key}-title {chart.key}-text",
                "font-size": TEXT_SIZE,
                "fill": INK,
            },
        )
        SubElement(self.svg, "title", id=f"{chart.key}-title").text = chart.title
        SubElement(self.svg, "desc", id=f"{chart.key}-text").text = chart.description
        self._add_grid()
        self._add_labels()

    def middle(self, place: int) -> float:
        return LEFT + self.step * (place + 0.5)

    def height_of(self, value: float) -> float:
        lowest, highest = self.ticks[0], self.ticks[-1]
        return HEIGHT - BOTTOM - (value - lowest) / (highest - lowest) * (HEIGHT - TOP - BOTTOM)

    def markup(self, sample: Callable[[Element, str, int, float], None]) -> str:
        """The whole picture. sample: draws what a series looks like into the legend."""
        if len(self.chart.series) > 1:
            for number, series in enumerate(self.chart.series):
                y = HEIGHT + LEGEND_LINE * (number + 0.5)
                sample(self.svg, self.chart.key, number, y)
                _text(self.svg, LEFT + 32, y + 4, series.name, "start")
        return tostring(self.svg, encoding="unicode", short_empty_elements=False)

    def _add_grid(self) -> None:
        for tick in self.ticks:
            y = self.height_of(tick)
            colour = INK if tick == 0 else GRID
            _line(self.svg, LEFT, y, WIDTH - RIGHT, y, {"stroke": colour, "stroke-width": "1"})
            _text(self.svg, LEFT - 5, y + 4, number_text(tick), "end")
        if self.chart.unit:
            _text(self.svg, LEFT - 5, TOP - 11, self.chart.unit, "end")

    def _add_labels(self) -> None:
        """Every label, or every second, third … where they would run into each other."""
        widest = max(map(_width_of, self.chart.labels))
        every = ceil((widest + 2) / self.step)
        for place, label in enumerate(self.chart.labels):
            if place % every == 0:
                _text(self.svg, self.middle(place), HEIGHT - 7, label, "middle", SMALL)


def _ticks(lowest: float, highest: float) -> list[float]:
    """Round numbers, zero among them, from below the lowest value to above the highest."""
    span = (highest - lowest) or 1.0
    power = 10.0 ** floor(log10(span / _WANTED_LINES))
    step = next(power * step for step in _STEPS if span / (power * step) <= _WANTED_LINES)
    step = max(step, 1.0) if span >= 1 else step
    first, last = floor(lowest / step), ceil(highest / step) or 1
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _add_patterns(plot: _Plot) -> None:
    """The first series is filled, the others hatched, each in its own direction."""
    kinds = SubElement(plot.svg, "defs")
    for number in range(1, len(plot.chart.series)):
        pattern = SubElement(
            kinds,
            "pattern",
            {
                "id": f"{plot.chart.key}-fill-{number}",
                "width": "6",
                "height": "6",
                "patternUnits": "userSpaceOnUse",
                "patternTransform": f"rotate({(45, 135, 90)[number - 1]})",
            },
        )
        SubElement(pattern, "rect", {"width": "6", "height": "6", "fill": "#ffffff"})
        SubElement(pattern, "rect", {"width": str(4 - number), "height": "6", "fill": COLOURS[number]})


def _fill(key: str, number: int) -> dict[str, str]:
    fill = f"url(#{key}-fill-{number})" if number else COLOURS[0]
    return {"fill": fill, "stroke": COLOURS[number], "stroke-width": "1"}


def _add_bar(plot: _Plot, number: int, left: float, width: float, value: float) -> None:
    zero, end = plot.height_of(0), plot.height_of(value)
    top, height = min(zero, end), abs(zero - end)
    place = {"x": _n(left), "y": _n(top), "width": _n(width), "height": _n(height)}
    SubElement(plot.svg, "rect", place | _fill(plot.chart.key, number))
    written = number_text(value)
    if value and len(plot.chart.series) == 1 and _width_of(written) <= plot.step:
        _text(plot.svg, left + width / 2, end - 4 if value > 0 else end + 12, written, "middle", SMALL)


def _add_line(plot: _Plot, number: int, points: Sequence[tuple[float, float]]) -> None:
    stroke = {"fill": "none", "stroke": COLOURS[number], "stroke-width": "2", "stroke-dasharray": DASHES[number]}
    SubElement(plot.svg, "polyline", {"points": " ".join(f"{_n(x)},{_n(y)}" for x, y in points)} | stroke)
    for x, y in points:
        _add_mark(plot.svg, number, x, y)


def _add_mark(parent: Element, number: int, x: float, y: float) -> None:
    """A disc, a square, a triangle or a diamond; those of the second and the fourth series are hollow."""
    look = {"fill": "#ffffff" if number % 2 else COLOURS[number], "stroke": COLOURS[number], "stroke-width": "1.5"}
    if number == 0:
        SubElement(parent, "circle", {"cx": _n(x), "cy": _n(y), "r": "3"} | look)
        return
    corners = {
        1: ((-3, -3), (3, -3), (3, 3), (-3, 3)),
        2: ((0, -4), (4, 3), (-4, 3)),
        3: ((0, -4), (4, 0), (0, 4), (-4, 0)),
    }[number]
    points = " ".join(f"{_n(x + right)},{_n(y + down)}" for right, down in corners)
    SubElement(parent, "polygon", {"points": points} | look)


def _swatch(parent: Element, key: str, number: int, y: float) -> None:
    SubElement(parent, "rect", {"x": str(LEFT), "y": _n(y - 6), "width": "24", "height": "12"} | _fill(key, number))


def _stroke_sample(parent: Element, key: str, number: int, y: float) -> None:
    look = {"stroke": COLOURS[number], "stroke-width": "2", "stroke-dasharray": DASHES[number]}
    _line(parent, LEFT, y, LEFT + 24, y, look)
    _add_mark(parent, number, LEFT + 12, y)


def _line(parent: Element, x1: float, y1: float, x2: float, y2: float, look: dict[str, str]) -> None:
    SubElement(parent, "line", {"x1": _n(x1), "y1": _n(y1), "x2": _n(x2), "y2": _n(y2)} | look)


def _text(parent: Element, x: float, y: float, words: str, anchor: str, size: str | None = None) -> None:
    look = {"x": _n(x), "y": _n(y), "text-anchor": anchor} | ({"font-size": size} if size else {})
    SubElement(parent, "text", look).text = words


def _width_of(words: str) -> float:
    return sum(_CHARACTER if sign.isascii() else 2 * _CHARACTER for sign in words)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
