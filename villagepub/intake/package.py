"""An Office document as a package of parts: read with every limit, and written again without what was dropped.

Relations (``…/_rels/x.xml.rels``) tie parts together by ids. Dropping a part takes its relations away, and the
elements that name those ids with them; otherwise Word calls the file damaged.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from villagepub.intake import archives, pictures, stripping
from villagepub.intake.findings import FileRefused, Texts
from villagepub.intake.limits import Limits

CONTENT_TYPES = "[Content_Types].xml"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RELATIONS = ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "officeDocument/relationships")
_DAMAGED = "文件已损坏或不是真正的 Office 文档，请用 Office 或 WPS 打开后另存再传。"
_MACROS = "文件里有宏，请另存为不含宏的 docx 或 xlsx 后再传。"
_LINKED = "文件引用了外部的文件或图片，请改为嵌入或删去后再传。"
_HARMLESS = ("http", "https", "mailto", "tel", "")
_NOWHERE = "about:blank"
_PARAGRAPHS = {"p", "si", "is", "text"}
_SPOKEN = {
    "alt", "author", "caption", "codeName", "comment", "customList", "descr", "description", "display", "displayName",
    "displayText", "error", "errorTitle", "formatCode", "help", "initials", "location", "name", "prompt", "promptTitle",
    "statusBar", "string", "text", "title", "tooltip", "totalsRowLabel", "user", "userName", "value",
}  # fmt: skip
_SPOKEN_BY_VALUE = {
    "alias", "attr", "customFilter", "default", "docVar", "filter", "helpText", "inputCells", "lvlText", "name",
    "statusText", "tag",
}  # fmt: skip
_MACRO_PARTS = re.compile(r"vba(Project|Data)|macrosheets|dialogsheets|activeX|ctrlProps", re.IGNORECASE)


class Package:
    """Parts by name. An XML part is parsed once, when it is first asked for."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.parts = archives.unpacked(data, limits)
        self._limits = limits
        self._trees: dict[str, Any] = {}
        self.obstacles: list[str] = []
        if CONTENT_TYPES not in self.parts:
            raise FileRefused(_DAMAGED)
        declared = self.parts[CONTENT_TYPES].lower()
        if b"macroenabled" in declared or any(_MACRO_PARTS.search(name) for name in self.parts):
            raise FileRefused(_MACROS)

    def names(self, pattern: str) -> list[str]:
        """Parts whose whole name fits, in order; 10 comes after 9."""
        found = (name for name in self.parts if re.fullmatch(pattern, name, re.IGNORECASE))
        return sorted(found, key=lambda name: (len(name), name))

    def xml(self, name: str) -> Any:
        """The root element. Raises FileRefused when the part is missing, damaged or has a document type."""
        if name not in self._trees:
            if name not in self.parts:
                raise FileRefused(_DAMAGED)
            self._trees[name] = parsed(self.parts[name])
        return self._trees[name]

    def main(self, content_type: str) -> str:
        """The part that opens as this kind of document; empty when the package is something else."""
        if "_rels/.rels" not in self.parts:
            return ""
        relations = [each for each in self.xml("_rels/.rels") if str(each.get("Type")).endswith("/officeDocument")]
        names = {self._target(each, "") for each in relations}
        declared = {
            str(entry.get("PartName")).lstrip("/")
            for entry in self.xml(CONTENT_TYPES)
            if entry.get("ContentType") == f"{content_type}.main+xml"
        }
        return names.pop() if len(names) == 1 and names <= declared else ""

    def drop(self, pattern: str) -> None:
        for name in self.names(pattern):
            del self.parts[name]
            self._trees.pop(name, None)

    def require_only(self, pattern: str) -> None:
        """A part that we do not know may hold anything: the uploader takes it out."""
        for name in self.parts:
            if not re.fullmatch(pattern, name, re.IGNORECASE):
                self.obstacles.append(f"文件里有不能公开的部件（{name}），请删去相应的内容，或另存为 PDF 后再传。")

    def clean_pictures(self, pattern: str) -> None:
        """Every picture without what is written beside it."""
        for name in self.names(pattern):
            self.parts[name] = self._clean_picture(name, self.parts[name])

    def _clean_picture(self, name: str, data: bytes) -> bytes:
        ending = name.rpartition(".")[2].lower()
        if data.startswith(b"\xff\xd8"):
            return stripping.stripped_jpeg(data)
        if data.startswith(b"\x89PNG"):
            return stripping.stripped_png(data)
        if data.startswith(b"GIF8"):
            return pictures.written(pictures.redrawn("GIF", data, self._limits), "GIF")
        if ending not in ("emf", "wmf", "bmp"):
            self.obstacles.append(f"文件里的图片 {name.rpartition('/')[2]} 不是常见的格式，请换成 jpg 或 png 后再传。")
        return data

    def mend(self) -> None:
        """Take away what nothing leads to, and every relation and declaration of what is no longer here."""
        self._drop_unreached()
        types = self.xml(CONTENT_TYPES)
        for entry in list(types):
            name = str(entry.get("PartName", "")).lstrip("/")
            if name and name not in self.parts:
                types.remove(entry)
        for name in self.names(r"(.*/)?_rels/.*\.rels"):
            self._mend_relations(name)

    def _mend_relations(self, name: str) -> None:
        folder, _, file = name.rpartition("_rels/")
        source = folder + file.removesuffix(".rels")
        if source not in self.parts and name != "_rels/.rels":
            self.drop(re.escape(name))
            return
        gone = {str(relation.get("Id")) for relation in list(self.xml(name)) if not self._stays(relation, folder)}
        if gone and source in self.parts:
            _forget(self.xml(source), gone)

    def _stays(self, relation: Any, folder: str) -> bool:
        """Whether a relation still leads somewhere; else it is removed."""
        target, kind = str(relation.get("Target", "")), str(relation.get("Type", ""))
        if relation.get("TargetMode") == "External":
            stays = self._is_link(relation, kind, target)
        else:
            stays = bool(self._target(relation, folder)) or target.startswith("#")
        if not stays:
            relation.getparent().remove(relation)
        return stays

    def _target(self, relation: Any, folder: str) -> str:
        """The part that a relation of a part in this folder leads to; empty when there is none."""
        target = unquote(str(relation.get("Target", "")))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(folder + target)
        same = (name for name in self.parts if name.lower() == path.lower())
        return path if path in self.parts else next(same, "")

    def _drop_unreached(self) -> None:
        reached, new = {CONTENT_TYPES}, [""]
        while new:
            folder, slash, file = new.pop().rpartition("/")
            relations = f"{folder}{slash}_rels/{file}.rels"
            if relations in self.parts:
                leads = (each for each in self.xml(relations) if each.get("TargetMode") != "External")
                found = {self._target(each, folder + slash) for each in leads} - reached - {""}
                reached |= {relations, *found}
                new += found
        for name in set(self.parts) - reached:
            self.drop(re.escape(name))

    def _is_link(self, relation: Any, kind: str, target: str) -> bool:
        if kind.endswith("/hyperlink"):
            if not is_harmless(target):
                relation.set("Target", _NOWHERE)
            return True
        if not kind.endswith(("/attachedTemplate", "/mailMergeSource", "/mailMergeHeaderSource")):
            self.obstacles.append(_LINKED)
        return False

    def packed(self) -> bytes:
        """The package anew, every part with the same date."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(self.parts, key=lambda name: (name != CONTENT_TYPES, name)):
                archive.writestr(zipfile.ZipInfo(name), self._content(name), zipfile.ZIP_DEFLATED)
        return stream.getvalue()

    def _content(self, name: str) -> bytes:
        if name not in self._trees:
            return self.parts[name]
        written: bytes = etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)
        return written

    def texts(self, pattern: str, place: str) -> Texts:
        """Everything written in the parts that fit, element by element."""
        found = ("\n".join(strings_of(self.xml(name))) for name in self.names(pattern))
        return [(place, text) for text in found if text]

    def other_texts(self, place: str) -> Texts:
        """Every XML part that was not looked at before: whatever lies in it goes out, so it is read."""
        names = [re.escape(name) for name in self.names(r".*\.xml") if name not in self._trees]
        return self.texts("|".join(names), place) if names else []

    def links(self) -> Texts:
        """Where the document points to."""
        relations = (self.xml(name) for name in self.names(r"(.*/)?_rels/.*\.rels"))
        external = (relation for root in relations for relation in root if relation.get("TargetMode") == "External")
        return [("链接", str(relation.get("Target"))) for relation in external]


def is_harmless(link: str) -> bool:
    """Whether a link leads to a page or a mailbox, and to no script, file or share."""
    return urlsplit(link).scheme.lower() in _HARMLESS and not link.startswith(("\\", "//"))


def parsed(content: bytes) -> Any:
    """An XML part without comments and instructions, which people do not see. Raises FileRefused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise FileRefused(_DAMAGED) from error
    if root.getroottree().docinfo.doctype:
        raise FileRefused(_DAMAGED)
    return root


def strings_of(root: Any) -> Iterator[str]:
    """The texts of an element and all below, and what is written in its attributes for people.

    A paragraph is one text, in however many runs it is written.
    """
    for element in root.iter(etree.Element):
        if local(element) in _PARAGRAPHS and (whole := text_of(element)).strip():
            yield whole
        own = element.text if local(element) != "t" or not _is_in_paragraph(element) else ""
        for text in (own, element.tail):
            if text and text.strip():
                yield text
    yield from attributes_of(root)


def text_of(element: Any) -> str:
    """What the runs below an element say together."""
    return "".join(str(each.text or "") if local(each) == "t" else "\n" for each in element.iter("{*}t", "{*}br"))


def attributes_of(root: Any) -> Iterator[str]:
    """Names, descriptions, prompts, choices: what attributes say to people."""
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            spoken = str(name).rpartition("}")[2]
            if (spoken in _SPOKEN or (spoken == "val" and local(element) in _SPOKEN_BY_VALUE)) and str(value).strip():
                yield str(value)


def _is_in_paragraph(element: Any) -> bool:
    return any(local(each) in _PARAGRAPHS for each in element.iterancestors())


def local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def remove(element: Any) -> None:
    """Out of its parent; what follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def unwrap(element: Any) -> None:
    """Its children in its place."""
    parent = element.getparent()
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at + 1, child)
    parent.remove(element)


def _forget(root: Any, ids: set[str]) -> None:
    """Take out what names one of the relations. A page's printer settings are an attribute of what stays."""
    for element in list(root.iter(etree.Element)):
        for name, value in list(element.attrib.items()):
            if value in ids and str(name).rpartition("}")[0].endswith(_RELATIONS):
                if local(element) == "pageSetup":
                    del element.attrib[name]
                else:
                    remove(element)
                    break
