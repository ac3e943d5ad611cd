"""The table of the catalogue (公开目录)."""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from villagepub.catalogue.citations import Basis, parse_citation
from villagepub.catalogue.loading import EntryValues
from villagepub.catalogue.publicity import Publicity
from villagepub.catalogue.terms import Frequency, Privacy
from villagepub.setup.content import EntryRow, OfficeRow
from villagepub.setup.sources import Faults, TableLine, duplicates, read_table

COLUMNS = {
    "code": "编码",
    "name": "事项",
    "group": "类别",
    "group_name": "类别名称",
    "legal_basis": "依据",
    "frequency": "公开频次",
    "also_summarised": "另须汇总",
    "staged": "分阶段",
    "publicity_days": "公示天数",
    "office": "站办所",
    "privacy": "隐私级别",
    "note": "备注",
}
_CODE = re.compile(r"[A-Z][0-9]{2}")
_LONGEST_LAW, _LONGEST_ARTICLE = 100, 60


class YesOrNo(StrEnum):
    YES = "yes"
    NO = "no"


def read_entries(path: Path, offices: Sequence[OfficeRow] | None, faults: Faults) -> list[EntryRow]:
    """The sound lines of the catalogue.

    offices: None when the file's offices were refused, so that none is missed here.
    """
    lines = read_table(path, COLUMNS, faults) or []
    for index, earlier in duplicates([line.values["code"] for line in lines]):
        lines[index].refuse("code", f"与第 {lines[earlier].number} 行的编码重复，请改用别的编码。")
    _check_group_names(lines)
    known = None if offices is None else {name: o.key for o in offices for name in (o.name, o.key)}
    return [row for line in lines if (row := _read(line, known)) is not None]


def _read(line: TableLine, offices: dict[str, str] | None) -> EntryRow | None:
    values, bases, office = _values(line), _bases(line), line.text("office")
    if office and offices is not None and office not in offices:
        line.refuse("office", f"没有“{office}”这个站办所，请改用 offices 中的名称或编号：{'、'.join(offices)}。")
    if values is None or not bases or not office:
        return None
    return EntryRow(values, (offices or {}).get(office, ""), bases)


def _values(line: TableLine) -> EntryValues | None:
    code = _code(line)
    name, group_name = line.text("name", longest=100), line.text("group_name", longest=40)
    frequency, summary = _frequencies(line)
    staged, privacy = line.choice("staged", YesOrNo), line.choice("privacy", Privacy)
    publicity, note = _publicity(line), line.text("note", longest=200, required=False)
    if frequency is None or staged is None or privacy is None or not (code and name and publicity):
        return None
    return EntryValues(
        code=code,
        name=name,
        group=code[0],
        group_name=group_name,
        frequency=frequency,
        also_summarised=summary,
        staged=staged is YesOrNo.YES,
        publicity=publicity,
        privacy=privacy,
        note=note,
    )


def _code(line: TableLine) -> str:
    code, group = line.text("code"), line.text("group")
    if code and not _CODE.fullmatch(code):
        line.refuse("code", f"须是一个大写字母加两位数字，如 C02，现为“{code}”，请改正。")
        return ""
    if code and group and group != code[0]:
        line.refuse("group", f"类别“{group}”与编码 {code} 的首字母不一致，请改正其中之一。")
    return code


def _frequencies(line: TableLine) -> tuple[Frequency | None, Frequency | None]:
    frequency = line.choice("frequency", Frequency)
    summary = line.choice("also_summarised", Frequency, required=False)
    if summary is Frequency.ON_EVENT:
        line.refuse("also_summarised", "汇总须按周期进行，不能是 on_event，请改为 quarterly 等周期或留空。")
    elif summary is not None and frequency not in (None, Frequency.ON_EVENT):
        line.refuse("also_summarised", "只有一事一公开（on_event）的事项才另须汇总，请留空或把频次改为 on_event。")
    return frequency, summary


def _publicity(line: TableLine) -> str:
    text = line.text("publicity_days")
    if not text:
        return ""
    try:
        Publicity.parse(text)
    except ValueError:
        line.refuse("publicity_days", f"须是天数（7）、工作日数（5wd）或 standing（长期公示），现为“{text}”，请改正。")
        return ""
    return text


def _bases(line: TableLine) -> tuple[Basis, ...]:
    text = line.text("legal_basis", longest=500)
    bases = tuple(parse_citation(text))
    if text and not bases:
        line.refuse("legal_basis", "没有写出任何依据，请填写法律或文件的名称，几个之间用英文分号隔开。")
    for basis in bases:
        if len(basis.law) > _LONGEST_LAW or len(basis.article or "") > _LONGEST_ARTICLE:
            line.refuse("legal_basis", f"“{basis.law[:20]}…”过长，几个依据之间请用英文分号隔开。")
    return bases


def _check_group_names(lines: Sequence[TableLine]) -> None:
    """A group has one name; the first line of the group says which."""
    first: dict[str, TableLine] = {}
    for line in lines:
        group, name = line.values["group"], line.values["group_name"]
        if not name or line.values["code"][:1] != group:
            continue  # refused for that already
        told = first.setdefault(group, line)
        if told.values["group_name"] != name:
            expected = told.values["group_name"]
            line.refuse("group_name", f"类别 {group} 在第 {told.number} 行叫“{expected}”，请写成一样的名称。")
