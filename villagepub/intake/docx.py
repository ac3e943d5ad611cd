"""Word documents: every text is read, the deleted too; what goes out is as if all changes were accepted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from villagepub.intake.findings import Examined, FileRefused, Texts, TypeRefused
from villagepub.intake.kinds import DOCX
from villagepub.intake.limits import Limits
from villagepub.intake.package import Package, attributes_of, is_harmless, local, remove, unwrap

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_BODY = r"word/document\d*\.xml"
_PLACES = [
    (_BODY, "正文"),
    (r"word/(header|footer)\d*\.xml", "页眉页脚"),
    (r"word/(footnotes|endnotes)\.xml", "脚注"),
]
_REMARKS = r"word/(comments\w*|people|documenttasks/.*|tasks)\.xml"
_PROPERTIES = r"docProps/.*\.xml|customXml/.*\.xml|docMetadata/.*\.xml"
_DROPPED = (
    rf"{_REMARKS}|docProps/.*|customXml/.*|docMetadata/.*|word/glossary/.*|word/(printerSettings|recipientData|"
    r"customizations|attachedToolbars|keyMapCustomizations|intelligence).*"
)
_KEPT = (
    rf"\[Content_Types\]\.xml|(.*/)?_rels/.*\.rels|{_BODY}|word/(styles|stylesWithEffects|settings|fontTable|numbering|"
    r"webSettings|footnotes|endnotes|bibliography)\.xml|word/(header|footer)\d*\.xml|word/theme/.*\.xml|"
    r"word/media/[^/]*|word/fonts/[^/]*\.(odttf|fntdata)|word/(charts|diagrams|drawings)/[^/]*\.xml"
)
_DELETED = {"del", "moveFrom"}
_ACCEPTED = {"ins", "moveTo"}
_MARKS = {
    "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "delText", "delInstrText",
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tcPrChange", "trPrChange",
    "tblGridChange", "numberingChange", "cellIns", "cellDel", "cellMerge", "moveFromRangeStart", "moveFromRangeEnd",
    "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart",
    "customXmlDelRangeEnd", "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart",
    "customXmlMoveToRangeEnd",
}  # fmt: skip
_SETTINGS = {"rsids", "docVars", "trackRevisions", "mailMerge", "attachedTemplate", "revisionView", "writeProtection"}
_FETCHING = {
    "DDE", "DDEAUTO", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK", "DATABASE", "RD", "EMBED",
}  # fmt: skip
_SWITCH = re.compile(r"\\[A-Za-z*@#]")
_SPACES = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OF_SYMBOL_FONTS = range(0xF000, 0xF100)


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    package = Package(data, limits)
    if not re.fullmatch(_BODY, package.main(media_type), re.IGNORECASE):
        raise TypeRefused("这个文件不是 Word 文档，请用 Word 或 WPS 另存为 docx 后再传。")
    if any(_STRICT in package.parts[name] for name in package.names(_BODY)):
        raise FileRefused("这是“严格”格式的 Word 文档，请另存为普通的 docx 后再传。")
    text = _texts(package)
    _clean(package)
    seen = any(place in ("正文", "页眉页脚", "脚注") for place, _ in text)
    return Examined(DOCX, package.packed(), text=text, has_text=seen, obstacles=list(dict.fromkeys(package.obstacles)))


# --- reading ----------------------------------------------------------------------------------------------------


def _texts(package: Package) -> Texts:
    text: Texts = []
    hidden = _hidden_styles(package)
    for pattern, place in _PLACES:
        for name in package.names(pattern):
            text += _paragraphs(package.xml(name), place, hidden)
    text += package.texts(_REMARKS, "批注") + package.texts(_PROPERTIES, "文件属性")
    text += package.texts(r"word/(charts|diagrams|drawings)/[^/]*\.xml", "图表")
    text += package.texts(r"word/(glossary/.*|settings|bibliography|styles)\.xml", "文档设置")
    return text + package.links() + package.other_texts("其他部件")


@dataclass
class _Paragraph:
    seen: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


def _paragraphs(root: Any, place: str, hidden: set[str]) -> Texts:
    """Each paragraph by itself, so that the cells of a table are not glued together; text boxes too."""
    text: Texts = []
    open_ones = [_Paragraph()]
    deleting = hiding = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        if name in _DELETED:
            deleting += 1 if event == "start" else -1
        elif name == "r" and _is_hidden(element, hidden):
            hiding += 1 if event == "start" else -1
        elif event == "start" and name == "p":
            open_ones.append(_Paragraph())
        elif event == "start":
            _note(open_ones[-1], element, name, deleted=deleting > 0, hidden=hiding > 0)
        elif name == "p" and len(open_ones) > 1:
            text += _said(open_ones.pop(), place)
    return text + _said(open_ones[0], place) + [("名称和说明", value) for value in attributes_of(root)]


def _note(paragraph: _Paragraph, element: Any, name: str, *, deleted: bool, hidden: bool) -> None:
    """What is not shown is kept apart, so that what stands around it is read as people see it."""
    text = paragraph.deleted if deleted else paragraph.hidden if hidden else paragraph.seen
    if name in ("delText", "delInstrText"):
        paragraph.deleted.append(element.text or "")
    elif name == "t":
        text.append(element.text or "")
    elif name == "instrText":
        paragraph.fields.append(element.text or "")
    elif name == "fldSimple":
        paragraph.fields.append(str(element.get(f"{W}instr", "")))
    elif name == "sym":
        sign = int(element.get(f"{W}char", "20"), 16)
        text.append(chr(sign & 0xFF if sign in _OF_SYMBOL_FONTS else sign))
    elif name in _SPACES:
        text.append(_SPACES[name])


def _said(paragraph: _Paragraph, place: str) -> Texts:
    spoken = [(place, paragraph.seen), ("隐藏的文字", paragraph.hidden), ("已删除的修订", paragraph.deleted)]
    spoken.append(("域代码", paragraph.fields))
    return [(where, "".join(pieces)) for where, pieces in spoken if "".join(pieces).strip()]


# --- cleaning ---------------------------------------------------------------------------------------------------


def _clean(package: Package) -> None:
    hidden = _hidden_styles(package)
    for pattern, _ in _PLACES:
        for name in package.names(pattern):
            _accept_changes(package.xml(name), hidden)
            _look_for_fetching(package, package.xml(name))
    for name in package.names(r"word/settings\.xml"):
        for element in [each for each in package.xml(name) if local(each) in _SETTINGS]:
            remove(element)
    package.drop(_DROPPED)
    package.require_only(_KEPT)
    package.clean_pictures(r"word/media/[^/]*")
    package.mend()


def _accept_changes(root: Any, hidden: set[str]) -> None:
    for row in [each for each in root.iter(f"{W}tr") if each.find(f"{W}trPr/{W}del") is not None]:
        remove(row)
    for element in list(root.iter(etree.Element)):
        name = local(element)
        if not str(element.tag).startswith(W):
            continue
        if name in _DELETED or name in _MARKS or (name == "r" and _is_hidden(element, hidden)):
            remove(element)
        elif name in _ACCEPTED:
            unwrap(element)
    for element in root.iter(etree.Element):
        for attribute in [name for name in element.attrib if str(name).startswith(f"{W}rsid")]:
            del element.attrib[attribute]


def _hidden_styles(package: Package) -> set[str]:
    """The styles whose letters are not shown, also because the style they are based on says so."""
    names = package.names(r"word/styles\.xml")
    styles = {str(each.get(f"{W}styleId")): each for each in package.xml(names[0]).iter(f"{W}style")} if names else {}
    hidden = {name for name, style in styles.items() if _says_hidden(style)}
    open_ones = {
        name: _value(style.find(f"{W}basedOn")) for name, style in styles.items() if _says_hidden(style) is None
    }
    while more := {name for name, basis in open_ones.items() if basis in hidden} - hidden:
        hidden |= more
    return hidden


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(f"{W}val", ""))


def _says_hidden(element: Any) -> bool | None:
    """What a run or a style itself says about being shown; None when nothing."""
    mark = element.find(f"{W}rPr/{W}vanish")
    return None if mark is None else mark.get(f"{W}val", "true") not in ("0", "false", "off")


def _is_hidden(run: Any, hidden: set[str]) -> bool:
    says = _says_hidden(run)
    if says is not None or not hidden:
        return bool(says)
    paragraph = next(run.iterancestors(f"{W}p"), None)
    of_paragraph = None if paragraph is None else paragraph.find(f"{W}pPr/{W}pStyle")
    return _value(run.find(f"{W}rPr/{W}rStyle")) in hidden or _value(of_paragraph) in hidden


def _look_for_fetching(package: Package, root: Any) -> None:
    """A field that fetches another file, and a block of another format, show what nobody reviewed."""
    if any(_fetches(code) for code in _field_codes(root)):
        package.obstacles.append("文档里有引用其他文件的域，请选中后按 Ctrl+Shift+F9 转为普通文字再传。")
    if root.find(f".//{W}altChunk") is not None:
        package.obstacles.append("文档里插入了其他格式的片段，请把它转为普通文字后再传。")


def _fetches(code: str) -> bool:
    words = [word for word in code.replace('"', " ").split() if not _SWITCH.fullmatch(word)]
    if len(words) > 1 and words[0].upper() == "HYPERLINK":
        return not is_harmless(words[1])
    return bool(words) and words[0].upper() in _FETCHING


def _field_codes(root: Any) -> Iterator[str]:
    """What each field is told to do, in however many runs it is written.

    A field whose first word is made by another one could be told anything: it counts as one that fetches.
    """
    yield from (str(each.get(f"{W}instr", "")) for each in root.iter(f"{W}fldSimple"))
    fields: list[list[str]] = []
    for element in root.iter(f"{W}instrText", f"{W}fldChar"):
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            if fields and not "".join(fields[-1]).strip():
                yield "INCLUDE"
            fields.append([])
        elif kind == "end" and fields:
            yield "".join(fields.pop())
        elif kind == "separate" and fields:
            yield "".join(fields[-1])
            fields[-1].append("=")  # what follows is shown, and a field in it is one of its own
        elif kind is None and fields:
            fields[-1].append(str(element.text or ""))
        elif kind is None:
            yield str(element.text or "")
    yield from map("".join, fields)
