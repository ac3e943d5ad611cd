"""The table of places: what a code must look like at each level, and who lies in whom."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from villagepub.divisions.levels import DIGITS, Level
from villagepub.setup.content import DivisionRow
from villagepub.setup.sources import Faults, TableLine, duplicates, read_table

COLUMNS = {
    "code": "区划代码",
    "name": "名称",
    "level": "级别",
    "parent": "上级代码",
    "on_platform_from": "上线日期",
}
_CODE = re.compile(r"[0-9]{12}")
_IN_TOWNSHIP = (Level.VILLAGE, Level.COMMUNITY)
_TAILS = {Level.COMMUNITY: range(1, 200), Level.VILLAGE: range(200, 600)}
_BEFORE = {Level.PROVINCE: 0, Level.PREFECTURE: 2, Level.COUNTY: 4, Level.TOWNSHIP: 6}
_NAMES = {
    Level.PROVINCE: "省",
    Level.PREFECTURE: "地市",
    Level.COUNTY: "县",
    Level.TOWNSHIP: "乡镇",
    Level.VILLAGE: "村",
    Level.COMMUNITY: "社区",
}


def read_places(path: Path, township: str, faults: Faults) -> dict[str, DivisionRow] | None:
    """The sound lines by code, a parent before its children; None when the table cannot be read.

    township: the code of the one township that the file sets up, ``""`` when that is not known.
    """
    lines = read_table(path, COLUMNS, faults)
    if lines is None:
        return None
    for index, earlier in duplicates([line.values["code"] for line in lines]):
        lines[index].refuse("code", f"与第 {lines[earlier].number} 行的代码重复，请删去一行或改正代码。")
    read = [(line, row) for line in lines if (row := _read(line)) is not None]
    rows = {row.code: row for _, row in read}
    written = {line.values["code"] for line in lines}
    for line, row in read:
        _check_parent(line, row, rows, written)
        if township in rows:
            _check_township(line, row, township)
    return dict(sorted(rows.items(), key=lambda item: (DIGITS[item[1].level], item[0])))


def fault_of_code(level: Level, code: str) -> str | None:
    """What is wrong with a code at its level: the ancestors' digits, its own, then zeros."""
    if not _CODE.fullmatch(code):
        return f"须是 12 位数字，现为“{code}”；若被 Excel 改成了科学计数，请把这一列设为文本后重填。"
    digits = DIGITS[level]
    if level in _TAILS:
        tails = _TAILS[level]
        if int(code[-3:]) not in tails:
            return f"{_NAMES[level]}的代码末 3 位须在 {tails[0]:03} 至 {tails[-1]} 之间，请核对代码或级别。"
    elif code[digits:].strip("0") or not code[_BEFORE[level] : digits].strip("0"):
        return f"{_NAMES[level]}的代码须是 {digits} 位有效数字后补 0，末一级不能全为 0，请核对代码或级别。"
    return None


def _read(line: TableLine) -> DivisionRow | None:
    code, name = line.text("code"), line.text("name")
    level, day = line.choice("level", Level), line.day("on_platform_from")
    parent = line.text("parent", required=False) or None
    if not code or level is None:
        return None
    if fault := fault_of_code(level, code):
        line.refuse("code", fault)
        return None
    return DivisionRow(code, name, level, parent, day)


def _check_parent(line: TableLine, row: DivisionRow, rows: Mapping[str, DivisionRow], written: set[str]) -> None:
    if row.parent is None:
        if row.level is not Level.PROVINCE:
            line.refuse("parent", "没有填写上级代码，只有省可以没有上级，请补上。")
        return
    if row.parent not in written:
        line.refuse("parent", f"上级 {row.parent} 不在本文件中，请补上那一行或改正代码。")
        return
    parent = rows.get(row.parent)
    if parent is None:
        return  # its own line has been refused
    if DIGITS[parent.level] >= DIGITS[row.level] or not row.code.startswith(parent.prefix):
        line.refuse("parent", f"{row.code} 不在上级 {parent.name}（{row.parent}）的代码之下，请核对两个代码。")
    elif row.level in _IN_TOWNSHIP and parent.level is not Level.TOWNSHIP:
        line.refuse("parent", f"村、社区的上级须是乡镇，{parent.name}是{_NAMES[parent.level]}，请改正。")


def _check_township(line: TableLine, row: DivisionRow, township: str) -> None:
    """One file sets up one township."""
    foreign = row.level is Level.TOWNSHIP and row.code != township
    if foreign or (row.level in _IN_TOWNSHIP and row.parent != township and _is_elsewhere(row.code, township)):
        line.refuse("code", f"{row.name or row.code} 不属于本乡镇 {township}；一个文件只设置一个乡镇，请删去这一行。")


def _is_elsewhere(code: str, township: str) -> bool:
    return not code.startswith(township[: DIGITS[Level.TOWNSHIP]])


def villages_on_platform(rows: Mapping[str, DivisionRow]) -> Sequence[DivisionRow]:
    return [row for row in rows.values() if row.discloses]
