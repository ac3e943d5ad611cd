"""Workbooks: every text is read; a sheet, row or column that people do not see is named, for the uploader to decide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from villagepub.intake.findings import Examined, Texts, TypeRefused
from villagepub.intake.kinds import XLSX
from villagepub.intake.limits import Limits
from villagepub.intake.package import Package, local, remove, strings_of

_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK = r"xl/workbook\.xml"
_SHEETS = r"xl/(worksheets|chartsheets)/[^/]*\.xml"
_REMARKS = r"xl/comments\d*\.xml|xl/(comments|threadedComments|persons)/.*\.xml|xl/revisions/.*\.xml"
_PROPERTIES = r"docProps/.*\.xml|customXml/.*\.xml|docMetadata/.*\.xml"
_DROPPED = (
    rf"{_REMARKS}|docProps/.*|customXml/.*|docMetadata/.*|xl/drawings/vmlDrawing\d*\.vml|xl/printerSettings/.*|"
    r"xl/customProperty.*|xl/calcChain\.xml|xl/volatileDependencies\.xml|xl/userNames\.xml"
)
_KEPT = (
    rf"\[Content_Types\]\.xml|(.*/)?_rels/.*\.rels|{_BOOK}|{_SHEETS}|xl/(styles|sharedStrings|metadata|cellimages)\.xml|"
    r"xl/theme/.*\.xml|xl/tables/[^/]*\.xml|xl/(drawings|charts)/[^/]*\.xml|xl/media/[^/]*|xl/richData/[^/]*\.xml"
)
_CACHES = {
    r"xl/pivot(Cache|Tables)/.*": "工作簿里有数据透视表，它带着全部原始数据，请复制后粘贴为数值再传。",
    r"xl/externalLinks/.*": "工作簿引用了其他工作簿，请把公式粘贴为数值后再传。",
    r"xl/(connections\.xml|queryTables/.*|model/.*)": "工作簿连接着外部数据，请把数据粘贴为数值后再传。",
}
_FILE_SHARING = {"fileSharing", "absPath", "legacyDrawing", "legacyDrawingHF", "customWorkbookViews", "webPublishing"}


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    package = Package(data, limits)
    if not package.is_main(media_type) or not package.names(_BOOK):
        raise TypeRefused("这个文件不是 Excel 工作簿，请用 Excel 或 WPS 另存为 xlsx 后再传。")
    strings = _Strings.of(package)
    sheets = [_Sheet(name, hidden, package.xml(part), strings) for name, hidden, part in _sheets(package)]
    text = [entry for sheet in sheets for entry in sheet.texts()]
    has_text = bool(text)
    text += strings.unused() + _other_texts(package)
    package.obstacles += [sentence for sheet in sheets for sentence in sheet.obstacles()]
    _clean(package, strings)
    return Examined(
        XLSX, package.packed(), text=text, has_text=has_text, obstacles=list(dict.fromkeys(package.obstacles))
    )


def _sheets(package: Package) -> Iterator[tuple[str, bool, str]]:
    """(name, whether it is hidden, part) in the order of the tabs."""
    targets = {str(relation.get("Id")): str(relation.get("Target")) for relation in _book_relations(package)}
    for sheet in package.xml("xl/workbook.xml").iter("{*}sheet"):
        target = targets.get(str(sheet.get(_RELATION_ID)), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in package.parts:
            yield str(sheet.get("name")), sheet.get("state", "visible") != "visible", part


def _book_relations(package: Package) -> list[Any]:
    name = "xl/_rels/workbook.xml.rels"
    return list(package.xml(name)) if name in package.parts else []


def _other_texts(package: Package) -> Texts:
    text = [("工作簿", "\n".join(strings_of(package.xml("xl/workbook.xml"))))]
    text += package.texts(_REMARKS, "批注") + package.texts(_PROPERTIES, "文件属性")
    text += package.texts(r"xl/(drawings|charts|tables)/[^/]*\.xml", "图表")
    text += package.texts(r"xl/(pivotCache|pivotTables|externalLinks)/.*\.xml", "缓存的数据")
    text += package.texts(r"xl/(metadata|cellimages)\.xml|xl/richData/[^/]*\.xml", "图表")
    return text + package.links()


@dataclass
class _Strings:
    """The texts that cells share, and which of them some cell shows."""

    elements: list[Any]
    used: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, package: Package) -> "_Strings":
        names = package.names(r"xl/sharedStrings\.xml")
        return cls([each for each in package.xml(names[0]) if local(each) == "si"] if names else [])

    def shown(self, index: int) -> str:
        if not 0 <= index < len(self.elements):
            return ""
        self.used.add(index)
        return _text_of(self.elements[index])

    def unused(self) -> Texts:
        """What a deleted cell once showed may still lie here."""
        left = (each for index, each in enumerate(self.elements) if index not in self.used)
        return [("已删除的单元格", text) for text in map(_text_of, left) if text]

    def blank_unused(self) -> None:
        for index, element in enumerate(self.elements):
            if index not in self.used:
                for child in list(element):
                    element.remove(child)
                element.append(element.makeelement(str(element.tag).replace("}si", "}t"), {}))


def _text_of(element: Any) -> str:
    return "".join(str(each.text or "") for each in element.iter("{*}t"))


@dataclass
class _Sheet:
    name: str
    is_hidden: bool
    root: Any
    strings: _Strings
    hidden_rows: list[str] = field(default_factory=list)
    used_columns: set[int] = field(default_factory=set)

    def texts(self) -> Texts:
        """Each row by itself, its cells apart; then formulas, and what else is written in the sheet."""
        place = f"工作表“{self.name}”"
        text: Texts = []
        formulas = []
        for row in self.root.iter("{*}row"):
            shown = [value for cell in row for value in self._value(cell)]
            formulas += [str(each.text) for each in row.iter("{*}f") if each.text and '"' in each.text]
            if shown:
                text.append((place, "\t".join(shown)))
                if row.get("hidden") in ("1", "true") or row.get("ht") in ("0", "0.0"):
                    self.hidden_rows.append(str(row.get("r", "?")))
        rest = (each for part in self.root if local(part) != "sheetData" for each in strings_of(part))
        return text + [(f"{place}的公式和设置", each) for each in (*formulas, *rest)]

    def _value(self, cell: Any) -> Iterator[str]:
        kind = cell.get("t")
        value = cell.find("{*}v")
        if kind == "inlineStr":
            text = _text_of(cell)
        elif value is None:
            return
        else:
            text = self.strings.shown(int(value.text)) if kind == "s" else str(value.text or "")
        if text.strip():
            self.used_columns.add(_column(str(cell.get("r", ""))))
            yield text

    def obstacles(self) -> Iterator[str]:
        if self.is_hidden:
            yield f"工作表“{self.name}”是隐藏的，请删去它，或取消隐藏后再传。"
        if self.hidden_rows:
            rows = "、".join(self.hidden_rows[:5]) + (" 等" if len(self.hidden_rows) > 5 else "")
            yield f"工作表“{self.name}”第 {rows} 行是隐藏的，请删去，或取消隐藏和筛选后再传。"
        if any(self._hidden_columns()):
            yield f"工作表“{self.name}”有隐藏的列，请删去，或取消隐藏后再传。"

    def _hidden_columns(self) -> Iterator[bool]:
        for column in self.root.iter("{*}col"):
            if column.get("hidden") in ("1", "true") or column.get("width") in ("0", "0.0"):
                first, last = int(column.get("min", "1")), int(column.get("max", "1"))
                yield any(first <= used <= last for used in self.used_columns)


def _column(place: str) -> int:
    number = 0
    for letter in re.match(r"[A-Z]*", place.upper())[0]:  # type: ignore[index]  # the star always matches
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _clean(package: Package, strings: _Strings) -> None:
    for pattern, sentence in _CACHES.items():
        if package.names(pattern):
            package.obstacles.append(sentence)
            package.drop(pattern)
    strings.blank_unused()
    for name in package.names(f"{_BOOK}|{_SHEETS}"):
        for element in [each for each in package.xml(name).iter("{*}*") if local(each) in _FILE_SHARING]:
            remove(element)
    package.drop(_DROPPED)
    package.require_only(_KEPT)
    package.clean_pictures(r"xl/media/[^/]*")
    package.mend()
