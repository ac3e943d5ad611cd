"""Everything in a report that is a value by itself, with the name of its field: what gaps and changes are told by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from villagepub.reports.figures import Json

_HEAD = {
    "title": "标题",
    "publisher": "发布单位",
    "preface": "引言",
    "sample": "样例标志",
    "due_on": "应公布的日期",
}


@dataclass(frozen=True)
class Leaf:
    """field: its path, such as ``part_three.r05.commercial``; query: None for words."""

    field: str
    label: str
    value: Any
    query: Json | None


def leaves_of(report: Json) -> Iterator[Leaf]:
    """In the order of the report."""
    yield from _head(report)
    yield from _texts(report)
    yield from figures_of(report["part_one"])
    yield from cells_of_part_two(report["part_two"])
    yield from cells_of_part_three(report["part_three"])
    yield from cells_of_part_four(report["part_four"])
    yield from _narrative(report["narrative"])
    yield fees_of(report["part_six"])
    for check in report["checks"]:
        yield Leaf(f"checks.{check['id']}.reason", f"{check['id']} 的书面说明", check["reason"], None)


def _head(report: Json) -> Iterator[Leaf]:
    for key, label in _HEAD.items():
        yield Leaf(key, label, report[key], None)


def _texts(report: Json) -> Iterator[Leaf]:
    for section in report["part_one"]["sections"]:
        yield Leaf(f"part_one.sections.{section['key']}", f"{section['head']}的文字", section["text"], None)
    yield Leaf("part_six.contact_text", "联系方式", report["part_six"]["contact_text"], None)


def figures_of(part: Json) -> Iterator[Leaf]:
    """The figures of part one, but for rates, which follow from others."""
    for name in ("channels", "applications", "reconsiderations", "results", "inspections"):
        for figure in part[name]:
            yield _figure(f"part_one.{name}.{figure['key']}", figure)
    for complaint in part["complaints"]:
        for name in ("received", "answered"):
            yield _figure(f"part_one.complaints.{complaint['source']}.{name}", complaint[name])
    for name in ("villages_on_platform", "trainings"):
        yield _figure(f"part_one.{name}", part[name])


def cells_of_part_two(part: Json) -> Iterator[Leaf]:
    for table in part["tables"]:
        for row in table["rows"]:
            for column, cell in zip(table["columns"][1:], row["cells"], strict=True):
                label = f"第二部分{table['heading']}：{row['label']}，{column}"
                yield Leaf(f"part_two.{row['label']}.{column}", label, cell["value"], cell["query"])


def cells_of_part_three(part: Json) -> Iterator[Leaf]:
    for row in part["rows"]:
        name = f"{row['group']}／{row['label']}" if row["group"] else row["label"]
        for column, cell in zip(part["columns"], row["cells"], strict=True):
            field = f"part_three.{row['key']}.{column['key']}"
            yield Leaf(field, f"第三部分“{name}”：{column['label']}", cell["value"], cell["query"])


def cells_of_part_four(part: Json) -> Iterator[Leaf]:
    for group in part["groups"]:
        for column, cell in zip(part["columns"], group["cells"], strict=True):
            label = f"第四部分{group['label']}：{column}"
            yield Leaf(f"part_four.{group['label']}.{column}", label, cell["value"], cell["query"])


def _narrative(sections: list[Json]) -> Iterator[Leaf]:
    for section in sections:
        yield Leaf(f"narrative.{section['key']}", section["label"], section["text"], None)


def fees_of(part: Json) -> Leaf:
    return _figure("part_six.fees", part["fees"]["amount"])


def _figure(field: str, figure: Json) -> Leaf:
    return Leaf(field, figure["label"], figure["value"], figure["query"])
