"""What nobody entered yet, and where to enter it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from villagepub.ledgers.kinds import DECLARABLE
from villagepub.reports import leaves
from villagepub.reports.figures import API, Json
from villagepub.reports.leaves import Leaf
from villagepub.reports.narrative import REQUIRED

_SAME_AS_TABLES = ("part_one.applications.", "part_one.reconsiderations.")  # named once, in parts three and four
_WRITE = "请在年度报告中填写这一项文字。"
_KEEP = "请在{noun}台账登记；确实没有的，申报该台账 {year} 年填报完毕。"
_FEES = (
    "请为事后补登的申请补填已缴信息处理费，没有收取的填 0；依申请公开台账 {year} 年没有申报填报完毕的，先申报填报完毕。"
)
_FOLLOWS = "补填上列申请的申请人类别和办理结果后，由台账自动得出。"
_FILL_IN = "请补填申请人类别和办理结果；补填之前，有关各格未填报。"


def list_gaps(report: Json, incomplete: Mapping[str, str]) -> list[Json]:
    """``{field, label, remedy, path}``, in the order of the report; path: where to put it right, below /api/v1.

    Rows of part three with the same gaps stand together.

    incomplete: numbers of the applications whose class or outcome is missing, by id.
    """
    year = report["year"]
    gaps = [_application(*each) for each in incomplete.items()]
    gaps += [_gap(leaf, year) for leaf in leaves.figures_of(report["part_one"]) if _counts(leaf)]
    gaps += _of_part_two(report["part_two"], year)
    gaps += _of_part_three(report["part_three"], year, follows=bool(incomplete))
    gaps += _of_part_four(report["part_four"], year)
    gaps += _of_narrative(report)
    fees = leaves.fees_of(report["part_six"])
    if fees.value is None:
        remedy = {"remedy": _FEES.format(year=year), "path": "/applications"}
        gaps.append({"field": fees.field, "label": fees.label} | remedy)
    return gaps


def _counts(leaf: Leaf) -> bool:
    return leaf.value is None and not leaf.field.startswith(_SAME_AS_TABLES)


def _gap(leaf: Leaf, year: int) -> Json:
    return {"field": leaf.field, "label": leaf.label} | _remedy(leaf.query, year)


def _remedy(query: Json | None, year: int) -> Json:
    query = query or {}
    path = str(query["path"]).partition("?")[0].removeprefix(API)
    return {"remedy": _KEEP.format(noun=DECLARABLE[query["ledger"]], year=year), "path": path}


def _application(application: str, number: str) -> Json:
    label = f"依申请公开：编号 {number} 的申请人类别或办理结果"
    where = {"remedy": _FILL_IN, "path": f"/applications/{application}"}
    return {"field": f"applications.{application}", "label": label} | where


def _of_part_two(part: Json, year: int) -> Iterator[Json]:
    """A row is one gap."""
    for table in part["tables"]:
        for row in table["rows"]:
            if empty := _empty(table["columns"][1:], row):
                label = f"第二部分{table['heading']}“{row['label']}”：{empty}"
                yield _gap_of_row(f"part_two.{row['label']}", label, row, year)


def _of_part_three(part: Json, year: int, *, follows: bool) -> Iterator[Json]:
    """Neighbouring rows in which the same columns are empty are one gap.

    follows: whether applications are incomplete, from which these cells will follow.
    """
    columns = [column["label"] for column in part["columns"]]
    for empty, group in groupby(part["rows"], key=lambda row: _empty(columns, row)):
        rows = list(group)
        if empty:
            field = f"part_three.{rows[0]['key']}" + (f"-{rows[-1]['key']}" if len(rows) > 1 else "")
            gap = _gap_of_row(field, f"第三部分{_span(rows)}：{empty}", rows[0], year)
            yield gap | {"remedy": _FOLLOWS} if follows else gap


def _of_part_four(part: Json, year: int) -> Iterator[Json]:
    """A group is one gap."""
    for group in part["groups"]:
        if empty := _empty(part["columns"], group):
            yield _gap_of_row(f"part_four.{group['label']}", f"第四部分“{group['label']}”：{empty}", group, year)


def _empty(columns: Sequence[str], row: Json) -> str:
    """The columns in which a row has nothing, in words."""
    names = [name for name, cell in zip(columns, row["cells"], strict=True) if cell["value"] is None]
    return "全部各列" if len(names) == len(columns) > 1 else "、".join(names)


def _gap_of_row(field: str, label: str, row: Json, year: int) -> Json:
    return {"field": field, "label": label} | _remedy(row["cells"][0]["query"], year)


def _span(rows: list[Json]) -> str:
    first, last = rows[0]["label"], rows[-1]["label"]
    return f"“{first}”" if len(rows) == 1 else f"“{first}”至“{last}”共 {len(rows)} 行"


def _of_narrative(report: Json) -> Iterator[Json]:
    for section in report["narrative"]:
        if section["key"] in REQUIRED and not section["text"]:
            where = {"remedy": _WRITE, "path": f"/reports/annual/{report['division']}/{report['year']}"}
            yield {"field": f"narrative.{section['key']}", "label": section["label"]} | where
