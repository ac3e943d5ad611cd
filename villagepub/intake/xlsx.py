"""Workbooks: every text is read; a sheet, row or column that people do not see is named, for the uploader to decide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from villagepub.intake.findings import Examined, FileRefused, Texts, TypeRefused
from villagepub.intake.kinds import XLSX
from villagepub.intake.limits import Limits
from villagepub.intake.numbers import Formats
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
_WORDS = re.compile(r'"|\d{6}')  # of a formula, what may be more than a calculation
_REACHING_OUT = re.compile(
    r"\b(WEBSERVICE|RTD|IMAGE|CALL|REGISTER(\.ID)?|EXEC|SQL\.REQUEST)\s*\(|\|\s*'", re.IGNORECASE
)
_FETCHED = "工作簿里有会访问网络、外部数据或其他程序的公式（{}），请粘贴为数值后再传。"
_LAYOUT = re.compile(r'&(?:"[^"]*"|\d{1,3} ?|K[0-9A-Fa-f]{6}|[A-Z])')  # of a print header: its fonts and places
_TINY = 1.0
_NO_TEXT = "工作簿已损坏：有单元格的文字找不到，请用 Excel 或 WPS 打开后另存再传。"
_FILE_SHARING = {"fileSharing", "absPath", "legacyDrawing", "legacyDrawingHF", "customWorkbookViews", "webPublishing"}


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    package = Package(data, limits)
    if package.main(media_type) != "xl/workbook.xml":
        raise TypeRefused("这个文件不是 Excel 工作簿，请用 Excel 或 WPS 另存为 xlsx 后再传。")
    strings = _Strings.of(package)
    formats = _formats(package)
    sheets = [_Sheet(name, hidden, package.xml(part), strings, formats) for name, hidden, part in _sheets(package)]
    text = [entry for sheet in sheets for entry in sheet.texts()]
    has_text = bool(text)
    text += strings.unused() + _other_texts(package)
    package.obstacles += [sentence for sheet in sheets for sentence in sheet.obstacles()]
    package.obstacles += [_FETCHED.format(where) for where in _reaching_out(package, sheets)]
    _clean(package, strings)
    return Examined(
        XLSX, package.packed(), text=text, has_text=has_text, obstacles=list(dict.fromkeys(package.obstacles))
    )


def _sheets(package: Package) -> Iterator[tuple[str, bool, str]]:
    """(name, whether it is hidden, part) in the order of the tabs; then the sheets that have no tab."""
    targets = {str(relation.get("Id")): str(relation.get("Target")) for relation in _book_relations(package)}
    left = package.names(_SHEETS)
    for sheet in package.xml("xl/workbook.xml").iter("{*}sheet"):
        target = targets.get(str(sheet.get(_RELATION_ID)), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in left:
            left.remove(part)
            yield str(sheet.get("name")), sheet.get("state", "visible") != "visible", part
    for part in left:
        yield part.rpartition("/")[2], True, part


def _book_relations(package: Package) -> list[Any]:
    name = "xl/_rels/workbook.xml.rels"
    return list(package.xml(name)) if name in package.parts else []


def _reaching_out(package: Package, sheets: list["_Sheet"]) -> Iterator[str]:
    """Formulas that fetch or start something on whoever opens the book, and a name that runs by itself."""
    for sheet in sheets:
        if any(_REACHING_OUT.search(str(each.text or "")) for each in sheet.root.iter("{*}f")):
            yield sheet.name
    for name in package.xml("xl/workbook.xml").iter("{*}definedName"):
        label = str(name.get("name"))
        if _REACHING_OUT.search(str(name.text or "")) or "auto_" in label.lower():
            yield label


def _formats(package: Package) -> Formats:
    names = package.names(r"xl/styles\.xml")
    properties = package.xml("xl/workbook.xml").find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return Formats(package.xml(names[0]) if names else None, from_1904=from_1904)


def _other_texts(package: Package) -> Texts:
    text = [("工作簿", "\n".join(strings_of(package.xml("xl/workbook.xml"))))]
    text += package.texts(_REMARKS, "批注") + package.texts(_PROPERTIES, "文件属性")
    text += package.texts(r"xl/(drawings|charts|tables)/[^/]*\.xml", "图表")
    text += package.texts(r"xl/(pivotCache|pivotTables|externalLinks)/.*\.xml", "缓存的数据")
    text += package.texts(r"xl/styles\.xml", "数字格式")
    return text + package.links() + package.other_texts("其他部件")


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
            raise FileRefused(_NO_TEXT)
        self.used.add(index)
        return _shown(self.elements[index])

    def unused(self) -> Texts:
        """What a deleted cell once showed may still lie here."""
        left = (each for index, each in enumerate(self.elements) if index not in self.used)
        return [("已删除的单元格", text) for text in map(_shown, left) if text]

    def blank_unused(self) -> None:
        for index, element in enumerate(self.elements):
            if index not in self.used:
                for child in list(element):
                    element.remove(child)
                element.append(element.makeelement(str(element.tag).replace("}si", "}t"), {}))


def _shown(element: Any) -> str:
    """A text in however many runs; how it is pronounced stands apart."""
    whole = [each for each in element.iter("{*}t") if local(each.getparent()) != "rPh"]
    beside = [each for each in element.iter("{*}t") if local(each.getparent()) == "rPh"]
    return "\t".join(filter(None, ["".join(str(each.text or "") for each in part) for part in (whole, beside)]))


@dataclass
class _Sheet:
    name: str
    is_hidden: bool
    root: Any
    strings: _Strings
    formats: Formats
    hidden_rows: list[str] = field(default_factory=list)
    hidden_cells: list[str] = field(default_factory=list)
    used_columns: set[int] = field(default_factory=set)

    def texts(self) -> Texts:
        """Each row by itself, its cells apart; then formulas, and what else is written in the sheet."""
        place = f"工作表“{self.name}”"
        text: Texts = []
        formulas = []
        for row in self.root.iter("{*}row"):
            shown = self._shown(row)
            formulas += [str(each.text) for each in row.iter("{*}f") if each.text and _WORDS.search(each.text)]
            if shown:
                text.append((place, "\t".join(shown)))
                if self._is_hidden(row):
                    self.hidden_rows.append(str(row.get("r", "?")))
        rest = [each for part in self.root if local(part) != "sheetData" for each in strings_of(part)]
        rest += [plain for each in rest if (plain := _LAYOUT.sub("", each)) != each]
        return text + [(f"{place}的公式和设置", each) for each in (*formulas, *rest)]

    def _shown(self, row: Any) -> list[str]:
        """What the cells say, from left to right; a cell that names no place is the next one."""
        shown, column = [], 0
        for cell in row:
            column = _column(str(cell.get("r", ""))) or column + 1
            values = [value for value in self._values(cell) if value.strip()]
            if values:
                self.used_columns.add(column)
                if self.formats.hides(str(cell.get("s", "0"))):
                    self.hidden_cells.append(str(cell.get("r", "?")))
            shown += values
        return shown

    def _values(self, cell: Any) -> Iterator[str]:
        kind = cell.get("t")
        yield from (_shown(each) for each in cell.iterfind("{*}is"))
        for value in cell.iterfind("{*}v"):
            if kind == "s":
                yield from self.formats.shown(self.strings.shown(int(value.text)), str(cell.get("s", "0")))
            else:
                yield from self.formats.shown(str(value.text or ""), str(cell.get("s", "0")))

    def _is_hidden(self, row: Any) -> bool:
        if row.get("hidden") in ("1", "true") or _is_tiny(row.get("ht")):
            return True
        default = self.root.find("{*}sheetFormatPr")
        hides = default is not None and default.get("zeroHeight") in ("1", "true")
        return hides and row.get("hidden") is None and row.get("ht") is None

    def obstacles(self) -> Iterator[str]:
        if self.is_hidden:
            yield f"工作表“{self.name}”是隐藏的，请删去它，或取消隐藏后再传。"
        if self.hidden_rows:
            rows = "、".join(self.hidden_rows[:5]) + (" 等" if len(self.hidden_rows) > 5 else "")
            yield f"工作表“{self.name}”第 {rows} 行是隐藏的，请删去，或取消隐藏和筛选后再传。"
        if self.hidden_cells:
            yield f"工作表“{self.name}”的单元格 {self.hidden_cells[0]} 等设成了不显示内容的格式，请改为“常规”后再传。"
        if any(self._hidden_columns()):
            yield f"工作表“{self.name}”有隐藏的列，请删去，或取消隐藏后再传。"

    def _hidden_columns(self) -> Iterator[bool]:
        for column in self.root.iter("{*}col"):
            if column.get("hidden") in ("1", "true") or _is_tiny(column.get("width")):
                first, last = int(column.get("min", "1")), int(column.get("max", "1"))
                yield any(first <= used <= last for used in self.used_columns)


def _is_tiny(length: str | None) -> bool:
    """Too low or too narrow for anybody to see what stands there."""
    return length is not None and float(length) < _TINY


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
