"""Reading YAML and tables value by value, so that every fault can say where it stands.

A value that is refused comes back empty (``""`` or None): the reader goes on and finds the next fault.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from villagepub.core.tabular import Cell, UnreadableTable, read_rows

Steps = tuple[str | int, ...]
Choice = TypeVar("Choice", bound=StrEnum)

_LONGEST_SHOWN = 30
_DEEPEST = 10  # an alias may lead round in a circle
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")


@dataclass
class Faults:
    """The faults found so far, each a sentence that says where, what, and what to do."""

    sentences: list[str] = field(default_factory=list)

    def add(self, where: str, sentence: str) -> None:
        self.sentences.append(f"{where}：{sentence}")


def is_one_line(text: str) -> bool:
    return not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text)


def fault_of_text(text: str, longest: int) -> str | None:
    """What is wrong with a text that must be one line of bounded length."""
    if not is_one_line(text):
        return "须是一行文字，请删去其中的换行和控制字符。"
    if len(text) > longest:
        return f"最多 {longest} 个字，现有 {len(text)} 个，请改短。"
    return None


def parse_day(text: str) -> date:
    """``2023-11-01``, or ``2023/11/1`` as Excel rewrites it. Raises ValueError."""
    written = _DAY.fullmatch(text)
    if written is None:
        raise ValueError(text)
    return date(*map(int, written.groups()))


# --- YAML -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class YamlSource:
    """A file, the line of each of its values, and the faults found in it."""

    name: str
    lines: Mapping[Steps, int]
    faults: Faults

    def where(self, steps: Steps) -> str:
        """``township.yaml 第 52 行 posts 第 4 项的 role``; for a missing key, the line of its section."""
        known = next((steps[:end] for end in range(len(steps), -1, -1) if steps[:end] in self.lines), ())
        return f"{self.name} 第 {self.lines.get(known, 1)} 行 {_written(steps)}".rstrip()


def _written(steps: Steps) -> str:
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f" 第 {step} 项的 "
        else:
            text += step if not text or text.endswith(" ") else f".{step}"
    return text.removesuffix("的 ")


class Section:
    """A mapping of the file, read key by key; what nobody asked for is unknown."""

    def __init__(self, values: Mapping[Any, Any], steps: Steps, source: YamlSource) -> None:
        self._values = {str(key): value for key, value in values.items()}
        self._steps, self._source = steps, source
        self._asked: dict[str, None] = {}

    def has(self, key: str) -> bool:
        return key in self._values

    def refuse(self, key: str, sentence: str) -> None:
        self._source.faults.add(self._source.where((*self._steps, key)), sentence)

    def text(self, key: str, *, longest: int = 60, required: bool = True) -> str:
        """One line of text; ``""`` when it is absent or refused."""
        value = self._get(key, required=required)
        return "" if value is None else self._line_of(key, value, longest)

    def texts(self, key: str) -> list[str]:
        """A list of at least one text; empty when refused."""
        values = self._get(key)
        if values is None:
            return []
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            self.refuse(key, '须是文字的列表，至少一项，例如 ["文字"]。')
            return []
        return [self._line_of(key, value, 200) for value in values]

    def whole(self, key: str, low: int, high: int) -> int | None:
        value = self._get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, f"须是 {low} 至 {high} 的整数，现为 {_shown(value)}，请改正。")
            return None
        return value

    def flag(self, key: str) -> bool:
        """true or false; absent means false."""
        value = self._get(key, required=False)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, f"须是 true 或 false，现为 {_shown(value)}，请改正。")
        return value is True

    def day(self, key: str) -> date | None:
        value = self._get(key)
        if value is None:
            return None
        try:
            return parse_day(str(value))
        except ValueError:
            self.refuse(key, f"须是存在的日期，如 2024-04-10，现为 {_shown(value)}，请改正。")
            return None

    def choice(self, key: str, choices: type[Choice]) -> Choice | None:
        text = self.text(key)
        if not text:
            return None
        try:
            return choices(text)
        except ValueError:
            self.refuse(key, f"没有“{text}”这种取值，可用的有：{'、'.join(choices)}。")
            return None

    def section(self, key: str) -> "Section | None":
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(key, "须写成若干“键: 值”，请参照掌政镇的文件。")
            return None
        return Section(value, (*self._steps, key), self._source)

    def sections(self, key: str) -> list["Section"]:
        """The items of a list, which may be empty but not absent."""
        values = self._get(key)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.refuse(key, "须是列表，每项写成若干“键: 值”，请参照掌政镇的文件。")
            return []
        return [
            Section(value, (*self._steps, key, number), self._source) for number, value in enumerate(values, start=1)
        ]

    def finish(self) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                self.refuse(key, f"没有这个键，请删去或改正；这里可用的有：{'、'.join(self._asked)}。")

    def _get(self, key: str, *, required: bool = True) -> Any:
        self._asked[key] = None
        value = self._values.get(key)
        if required and (value is None or value == ""):
            self.refuse(key, "没有填写，请补上。")
            return None
        return value

    def _line_of(self, key: str, value: object, longest: int) -> str:
        if not isinstance(value, str):
            self.refuse(key, f"须是文字，现为 {_shown(value)}，请给它加上引号。")
            return ""
        text = unicodedata.normalize("NFC", value).strip()
        if fault := fault_of_text(text, longest):
            self.refuse(key, fault)
            return ""
        return text


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


class _Loader(yaml.SafeLoader):
    """A safe loader that leaves days as text, so that one that does not exist is a fault of its own line."""

    yaml_implicit_resolvers = {  # noqa: RUF012  read by yaml
        sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(path: Path, faults: Faults) -> Section | None:
    """The top of a YAML file; None when it cannot be read at all."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        top = yaml.compose(text, _Loader)
        values = yaml.load(text, _Loader)  # noqa: S506  it is a safe loader
    except UnicodeDecodeError:
        faults.add(path.name, "不是 UTF-8 编码，请用编辑器另存为 UTF-8 后再装载。")
        return None
    except OSError:
        faults.add(path.name, f"打不开文件 {path}，请核对路径和读取权限。")
        return None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" 第 {mark.line + 1} 行" if mark else ""
        faults.add(f"{path.name}{line}", "YAML 写法有误，请检查缩进、冒号后的空格、引号和括号是否成对。")
        return None
    if not isinstance(values, dict) or not isinstance(top, yaml.MappingNode):
        faults.add(path.name, "内容须是若干“键: 值”，请参照掌政镇的文件。")
        return None
    lines: dict[Steps, int] = {(): 1}
    source = YamlSource(path.name, lines, faults)
    _note_lines(top, (), lines, source)
    return Section(values, (), source)


def _note_lines(node: yaml.Node, steps: Steps, lines: dict[Steps, int], source: YamlSource) -> None:
    """Note the line of every value, and refuse a key written twice: YAML would keep the last one silently."""
    if len(steps) > _DEEPEST:
        return
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            below = (*steps, name)
            lines[below] = line
            if name in seen:
                source.faults.add(source.where(below), f"这个键写了两次（另一次在第 {seen[name]} 行），请只留一个。")
            seen[name] = line
            _note_lines(value, below, lines, source)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, start=1):
            lines[*steps, number] = item.start_mark.line + 1
            _note_lines(item, (*steps, number), lines, source)


# --- tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableLine:
    """One line of a table; what is refused in it is a fault with its number."""

    file: str
    number: int
    values: Mapping[str, str]
    faults: Faults

    def refuse(self, column: str, sentence: str) -> None:
        self.faults.add(f"{self.file} 第 {self.number} 行 {column}", sentence)

    def text(self, column: str, *, longest: int = 60, required: bool = True) -> str:
        """One line of text; ``""`` when it is absent or refused."""
        value = self.values[column]
        if not value:
            if required:
                self.refuse(column, "没有填写，请补上。")
            return ""
        if fault := fault_of_text(value, longest):
            self.refuse(column, fault)
            return ""
        return value

    def choice(self, column: str, choices: type[Choice], *, required: bool = True) -> Choice | None:
        text = self.text(column, required=required)
        if not text:
            return None
        try:
            return choices(text)
        except ValueError:
            self.refuse(column, f"没有“{text}”这种取值，可用的有：{'、'.join(choices)}。")
            return None

    def day(self, column: str) -> date | None:
        """A day, None when the cell is blank or refused."""
        text = self.text(column, required=False)
        if not text:
            return None
        try:
            return parse_day(text)
        except ValueError:
            self.refuse(column, f"须是存在的日期，如 2023-11-01，现为“{text}”，请改正。")
            return None


def read_table(path: Path, columns: Mapping[str, str], faults: Faults) -> list[TableLine] | None:
    """The lines of a CSV or XLSX file; None when it cannot be read at all."""
    try:
        data = path.read_bytes()
    except OSError:
        faults.add(path.name, f"打不开文件 {path}，请核对路径（相对于 YAML 文件）和读取权限。")
        return None
    try:
        rows = read_rows(path.name, data, columns=columns)
    except UnreadableTable as refused:
        for fault in refused.faults:
            place = [path.name, f"第 {fault.line} 行" if fault.line else "", fault.field or ""]
            faults.add(" ".join(filter(None, place)), fault.message)
        return None
    return list(_numbered_as_in_an_editor(path.name, ((row.line, row.values) for row in rows), faults))


def _numbered_as_in_an_editor(
    name: str, rows: Iterable[tuple[int, Mapping[str, Cell]]], faults: Faults
) -> Iterator[TableLine]:
    """A line break inside a cell makes one record several lines of the file."""
    further = 0
    for line, cells in rows:
        values = {column: _as_text(cell) for column, cell in cells.items()}
        yield TableLine(name, line + further, values, faults)
        further += sum(value.count("\n") for value in values.values())


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        cell = cell.date()
    return unicodedata.normalize("NFC", str(cell))


def duplicates(keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    """``(index, earlier index)`` of each key that stands there a second time; blanks do not count."""
    seen: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key and key in seen:
            yield index, seen[key]
        elif key:
            seen[key] = index
