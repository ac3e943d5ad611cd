"""Word documents: every text is read, the deleted too; what goes out is as if all changes were accepted."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from villagepub.intake.findings import Examined, FileRefused, Texts, TypeRefused
from villagepub.intake.kinds import DOCX
from villagepub.intake.limits import Limits
from villagepub.intake.package import Package, local, remove, unwrap

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
_FETCHING = ("DDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK", "DATABASE")
_SPACES = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    package = Package(data, limits)
    if not package.is_main(media_type) or not package.names(_BODY):
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
    for pattern, place in _PLACES:
        for name in package.names(pattern):
            text += _paragraphs(package.xml(name), place)
    text += package.texts(_REMARKS, "批注") + package.texts(_PROPERTIES, "文件属性")
    text += package.texts(r"word/(charts|diagrams|drawings)/[^/]*\.xml", "图表")
    text += package.texts(r"word/(glossary/.*|settings|bibliography)\.xml", "文档设置")
    return text + package.links()


@dataclass
class _Paragraph:
    seen: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


def _paragraphs(root: Any, place: str) -> Texts:
    """Each paragraph by itself, so that the cells of a table are not glued together; text boxes too."""
    text: Texts = []
    open_ones = [_Paragraph()]
    deleting = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        if name in _DELETED:
            deleting += 1 if event == "start" else -1
        elif event == "start" and name == "p":
            open_ones.append(_Paragraph())
        elif event == "start":
            _note(open_ones[-1], element, name, deleted=deleting > 0)
        elif name == "p" and len(open_ones) > 1:
            text += _said(open_ones.pop(), place)
    return text + _said(open_ones[0], place) + [("图片说明", value) for value in _descriptions(root)]


def _note(paragraph: _Paragraph, element: Any, name: str, *, deleted: bool) -> None:
    if name in ("delText", "delInstrText") or (name == "t" and deleted):
        paragraph.deleted.append(element.text or "")
    elif name == "t":
        paragraph.seen.append(element.text or "")
    elif name == "instrText":
        paragraph.fields.append(element.text or "")
    elif name in _SPACES:
        (paragraph.deleted if deleted else paragraph.seen).append(_SPACES[name])


def _said(paragraph: _Paragraph, place: str) -> Texts:
    spoken = [(place, paragraph.seen), ("已删除的修订", paragraph.deleted), ("域代码", paragraph.fields)]
    return [(where, "".join(pieces)) for where, pieces in spoken if "".join(pieces).strip()]


def _descriptions(root: Any) -> list[str]:
    return [
        str(value)
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if str(name).rpartition("}")[2] in ("descr", "title", "alt", "tooltip") and str(value).strip()
    ]


# --- cleaning ---------------------------------------------------------------------------------------------------


def _clean(package: Package) -> None:
    for pattern, _ in _PLACES:
        for name in package.names(pattern):
            _accept_changes(package.xml(name))
            _look_for_fetching(package, package.xml(name))
    for name in package.names(r"word/settings\.xml"):
        for element in [each for each in package.xml(name) if local(each) in _SETTINGS]:
            remove(element)
    package.drop(_DROPPED)
    package.require_only(_KEPT)
    package.clean_pictures(r"word/media/[^/]*")
    package.mend()


def _accept_changes(root: Any) -> None:
    for row in [each for each in root.iter(f"{W}tr") if each.find(f"{W}trPr/{W}del") is not None]:
        remove(row)
    for element in list(root.iter(etree.Element)):
        name = local(element)
        if not str(element.tag).startswith(W):
            continue
        if name in _DELETED or name in _MARKS or (name == "r" and _is_hidden(element)):
            remove(element)
        elif name in _ACCEPTED:
            unwrap(element)
    for element in root.iter(etree.Element):
        for attribute in [name for name in element.attrib if str(name).startswith(f"{W}rsid")]:
            del element.attrib[attribute]


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "true") not in ("0", "false", "off")


def _look_for_fetching(package: Package, root: Any) -> None:
    """A field that fetches another file, and a block of another format, show what nobody reviewed."""
    codes = [str(element.text or "") for element in root.iter(f"{W}instrText")]
    codes += [str(element.get(f"{W}instr", "")) for element in root.iter(f"{W}fldSimple")]
    if any(code.strip().upper().startswith(_FETCHING) for code in codes):
        package.obstacles.append("文档里有引用其他文件的域，请选中后按 Ctrl+Shift+F9 转为普通文字再传。")
    if root.find(f".//{W}altChunk") is not None:
        package.obstacles.append("文档里插入了其他格式的片段，请把它转为普通文字后再传。")
