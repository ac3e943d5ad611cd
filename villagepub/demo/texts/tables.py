"""Tables whose sums are right: lists with a total, and accounts that carry their balance forward.

A table is described in the YAML of its entry by `columns`, each with a `head` and one of these kinds:

- `serial`: 1, 2, 3 …
- `name`: 样例户一 … 样例户二十, or another `prefix` than 样例户, none twice
- `team`: the villagers' group, 一组 … 八组
- `each`: the given `values`, one a row; they decide how many rows there are
- `pick`: one of the `values`; `some`: the same, none twice
- `number`: from a `range` of lowest, highest and step, with so many decimal `places` and perhaps a `unit`
- `product`: the columns named in `of`, multiplied
- `balance`: the columns named in `plus`, less those in `minus`
- `masked`: the public part of an identity number (`id`) or of a telephone number (`phone`)

A column with `sum: true` is added up in the last row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from villagepub.demo.texts.dice import Dice
from villagepub.demo.texts.spans import months_of, quarters_until

Spec = Mapping[str, Any]
Cell = str | Decimal

NUMERALS = (
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十",
    "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十",
)  # fmt: skip
TEAMS = tuple(f"{numeral}组" for numeral in NUMERALS[:8])
TOTAL = "合计"
NOTHING = "—"


@dataclass(frozen=True)
class Table:
    """Heads and rows of text, and what the sentences around the table may quote."""

    heads: list[str]
    rows: list[list[str]]
    count: int
    total: str

    def html(self) -> str:
        head = _row(self.heads, "th")
        body = "".join(_row(row, "td") for row in self.rows)
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


# Lists


def list_table(spec: Spec, dice: Dice) -> Table:
    """A list of things of one kind, with a last row of totals where a column has one."""
    columns: list[Spec] = spec["columns"]
    count = _row_count(spec, dice)
    cells: dict[str, list[Cell]] = {}
    for column in columns:
        cells[column["head"]] = _column(column, count, cells, dice)
    rows = [[_text(column, cells[column["head"]][line]) for column in columns] for line in range(count)]
    totals = _totals(columns, cells)
    return Table([column["head"] for column in columns], rows + totals, count, _last_number(totals))


def _row_count(spec: Spec, dice: Dice) -> int:
    for column in spec["columns"]:
        if column["kind"] == "each":
            return len(column["values"])
    low, high = spec["rows"]
    return dice.between(low, high)


def _column(column: Spec, count: int, before: Mapping[str, list[Cell]], dice: Dice) -> list[Cell]:
    match column["kind"]:
        case "serial":
            return [str(line) for line in range(1, count + 1)]
        case "each":
            return list(column["values"])
        case "name":
            return [column.get("prefix", "样例户") + numeral for numeral in dice.some(NUMERALS, count)]
        case "some":
            return list(dice.some(column["values"], count))
    return [_cell(column, before, line, dice) for line in range(count)]


def _cell(column: Spec, before: Mapping[str, list[Cell]], line: int, dice: Dice) -> Cell:
    match column["kind"]:
        case "pick" | "team":
            return str(dice.pick(column.get("values", TEAMS)))
        case "number":
            return number(column["range"], dice)
        case "product":
            return _product(column, before, line)
        case "balance":
            return _balance(column, before, line)
        case "masked":
            return _masked(column["of"], dice)
    raise ValueError(f"no such kind of column: {column['kind']}")


def number(bounds: Sequence[float], dice: Dice) -> Decimal:
    """A multiple of the step between the lowest and the highest; the step is 1 where none is given."""
    low, high, step = (Decimal(str(bound)) for bound in (*bounds, 1)[:3])
    return low + step * dice.between(0, int((high - low) / step))


def _product(column: Spec, before: Mapping[str, list[Cell]], line: int) -> Decimal:
    product = Decimal(1)
    for head in column["of"]:
        product *= Decimal(before[head][line])
    return product.quantize(Decimal(1).scaleb(-column.get("places", 0)), ROUND_HALF_UP)


def _balance(column: Spec, before: Mapping[str, list[Cell]], line: int) -> Decimal:
    plus, minus = (
        sum((Decimal(before[head][line]) for head in column[side]), Decimal(0)) for side in ("plus", "minus")
    )
    return plus - minus


def _masked(what: str, dice: Dice) -> str:
    last = f"{dice.between(1000, 9999)}"
    return f"640104********{last}" if what == "id" else f"138****{last}"


def _text(column: Spec, cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:.{column.get('places', 0)}f}{column.get('unit', '')}"


def _totals(columns: Sequence[Spec], cells: Mapping[str, list[Cell]]) -> list[list[str]]:
    if not any(column.get("sum") for column in columns):
        return []
    return [[TOTAL] + [_total(column, cells[column["head"]]) for column in columns[1:]]]


def _total(column: Spec, cells: Sequence[Cell]) -> str:
    if not column.get("sum"):
        return NOTHING
    return _text(column, sum((Decimal(cell) for cell in cells), Decimal(0)))


def _last_number(totals: Sequence[Sequence[str]]) -> str:
    return next((cell for row in totals for cell in reversed(row) if cell != NOTHING), "")


# Accounts


@dataclass(frozen=True)
class Line:
    """One receipt or payment."""

    month: int
    day: int
    text: str
    subject: str
    received: Decimal
    paid: Decimal


@dataclass(frozen=True)
class Book:
    """What was there, what came and went, and what is left."""

    opening: Decimal
    lines: list[Line]

    @property
    def received(self) -> Decimal:
        return sum((line.received for line in self.lines), Decimal(0))

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.lines), Decimal(0))

    @property
    def closing(self) -> Decimal:
        return self.opening + self.received - self.paid


def accounts_table(pool: Spec, village: str, period: str, by: str) -> Table:
    """The accounts of a period: line by line (`by: line`) or summed up by subject (`by: subject`)."""
    book = _book(pool, village, period)
    lines = _by_line(book) if by == "line" else _by_subject(book)
    heads = ["序号", "日期" if by == "line" else "科目类别", "摘要" if by == "line" else "科目"]
    rows = [
        ["上期结余", NOTHING, NOTHING, NOTHING, NOTHING, _money(book.opening)],
        *lines,
        ["本期合计", NOTHING, NOTHING, _money(book.received), _money(book.paid), NOTHING],
        ["期末结余", NOTHING, NOTHING, NOTHING, NOTHING, _money(book.closing)],
    ]
    return Table([*heads, "收入（元）", "支出（元）", "结余（元）"], rows, len(lines), _money(book.closing))


def _book(pool: Spec, village: str, period: str) -> Book:
    """The book of a period; its opening balance is the closing balance of the period before."""
    steps = _steps(pool, period)
    opening = number(pool["opening"], Dice(village, pool["name"], "opening"))
    for earlier in _steps_before(pool, steps[0]):
        opening = Book(opening, _lines(pool, village, earlier)).closing
    return Book(opening, [line for step in steps for line in _lines(pool, village, step)])


def _steps(pool: Spec, period: str) -> list[str]:
    return months_of(period) if pool["step"] == "monthly" else [period]


def _steps_before(pool: Spec, step: str) -> list[str]:
    if pool["step"] == "quarterly":
        return quarters_until(step)[:-1]
    year, month = step.split("-")
    return [f"{year}-{earlier:02d}" for earlier in range(1, int(month))]


def _lines(pool: Spec, village: str, step: str) -> list[Line]:
    dice = Dice(village, pool["name"], step)
    months = [int(month[-2:]) for month in months_of(step)]
    lines = [
        _line(item, side, months, dice)
        for side in ("received", "paid")
        for item in dice.some(pool[side], dice.between(*pool[f"{side}_lines"]))
    ]
    return sorted(lines, key=lambda line: (line.month, line.day))


def _line(item: Spec, side: str, months: Sequence[int], dice: Dice) -> Line:
    amount, none = number(item["range"], dice), Decimal(0)
    received, paid = (amount, none) if side == "received" else (none, amount)
    return Line(dice.pick(months), dice.between(2, 27), item["text"], item["subject"], received, paid)


def _by_line(book: Book) -> list[list[str]]:
    rows, left = [], book.opening
    for serial, line in enumerate(book.lines, 1):
        left += line.received - line.paid
        day = f"{line.month}月{line.day}日"
        rows.append([str(serial), day, line.text, *_sides(line.received, line.paid), _money(left)])
    return rows


def _by_subject(book: Book) -> list[list[str]]:
    rows = []
    for serial, subject in enumerate(dict.fromkeys(line.subject for line in book.lines), 1):
        received = sum((line.received for line in book.lines if line.subject == subject), Decimal(0))
        paid = sum((line.paid for line in book.lines if line.subject == subject), Decimal(0))
        kind = "收入类" if received else "支出类"
        rows.append([str(serial), kind, subject, *_sides(received, paid), NOTHING])
    return rows


def _sides(received: Decimal, paid: Decimal) -> list[str]:
    return [_money(amount) if amount else NOTHING for amount in (received, paid)]


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
