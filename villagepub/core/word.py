"""Word documents from templates that a clerk edits in Word.

A template is trusted with layout and with nothing else: it runs in a sandbox, knows only the names it is given,
and brings nothing along that a reader would load from elsewhere. What is filled in stays text, whatever it holds.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.package import OpcPackage
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from villagepub.core.errors import TemplateRefused

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of every part, so that the same content gives the same bytes
_MISTAKES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)  # what an expression can run into
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_BRACE = re.compile(r"\{[{%#]|[}%#]\}")
_MACROS = "vbaProject"
_TRACKED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo) ")


def fill(template: Path, values: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The document that the template gives with the values; the same values give the same bytes.

    template: a .docx with tags of docxtpl; its tags may be in Chinese.
    values: text, numbers, and lists and mappings of them, free of characters that XML cannot hold.
    made_at: the instant that the document's properties name.
    Raises TemplateRefused with a sentence that names the faulty tag and the remedy.
    """
    document = _Template(template)
    try:
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _refusal(template, "不存在或不是 Word 文件，请用 Word 或 WPS 另存为 .docx 后放回原处。") from error
    package = document.docx.part.package
    if fault := next(chain(_carried_along(package), _left_open(package)), None):
        raise _refusal(template, fault)
    try:
        document.render(values, _environment())
    except (TemplateError, etree.XMLSyntaxError, *_MISTAKES) as error:
        raise _refusal(template, document.explain(error, values)) from error
    return _written(document, made_at)


def _refusal(template: Path, sentence: str) -> TemplateRefused:
    return TemplateRefused(f"模板 {template.name} {sentence}")


class _Unknown(StrictUndefined):
    """A name that the values lack; its error says that name and nothing else."""

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=_Unknown)


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """A template that refuses what docxtpl would silently mend by leaving text out."""

    def build_xml(self, context: Mapping[str, Any], jinja_env: SandboxedEnvironment) -> str:
        xml = str(super().build_xml(context, jinja_env))
        etree.fromstring(xml)
        return xml

    def explain(self, error: Exception, values: Mapping[str, Any]) -> str:
        """What is wrong with the template, in words for the clerk who edited it."""
        if isinstance(error, UndefinedError):
            return self._unknown(str(error.message), values)
        if isinstance(error, TemplateSyntaxError):
            return f"中的标签读不懂：{_near(error)}。请检查写法，以及 {{% if %}}、{{% for %}} 是否都有结尾。"
        if isinstance(error, SecurityError):
            return f"中有不允许的写法：{error.message}。请只保留取数的标签，例如 {{{{ {next(iter(values))} }}}}。"
        if isinstance(error, etree.XMLSyntaxError):
            return "中的标签跨越了段落或表格：{%p … %} 须独占一段，{%tr … %} 须独占一行，请改正后重试。"
        return f"中有算不出来的标签（{error}），请改为只取数的标签，例如 {{{{ {next(iter(values))} }}}}。"

    def _unknown(self, name: str, values: Mapping[str, Any]) -> str:
        tags = (tag for tag in _TAG.findall(re.sub("<[^>]+>", "", self.patch_xml(self.get_xml()))) if name in tag)
        meant = get_close_matches(name, list(_names(values)), n=1, cutoff=0.3)
        hint = f"，是否应为“{meant[0]}”？" if meant else "。"
        return f"中的标签 {next(tags, name)} 没有对应的数据{hint}请在 Word 中改正“{name}”或删去这个标签。"


def _names(values: Mapping[str, Any]) -> Iterator[str]:
    """Every name that a tag may use, those inside of groups and of a list's entries too."""
    for name, value in values.items():
        yield name
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, Mapping):
            yield from _names(inner)


def _near(error: TemplateSyntaxError) -> str:
    """The text at which the template could not be read on."""
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    here = min(error.lineno - 1, 3) if lines else 0
    text = next((line for line in chain(reversed(lines[: here + 1]), lines) if line), "")
    return f"“{text[:60]}”" if text else str(error.message)


def _carried_along(package: OpcPackage) -> Iterator[str]:
    """What must not leave the house with every document, one sentence each."""
    for relation in package.iter_rels():
        if relation.is_external and relation.reltype != RELATIONSHIP_TYPE.HYPERLINK:
            yield f"引用了外部文件“{str(relation.target_ref)[:60]}”，请在 Word 中改为嵌入，或断开链接后另存。"
        elif relation.reltype.endswith(_MACROS):
            yield "含有宏，请另存为不含宏的 .docx。"
        elif relation.reltype == RELATIONSHIP_TYPE.COMMENTS:
            yield "含有批注，请在 Word 中删除全部批注后另存。"
    for part in package.iter_parts():
        if part.content_type == CONTENT_TYPE.WML_DOCUMENT_MAIN and _TRACKED.search(part.blob):
            yield "含有修订痕迹，请在 Word 中接受全部修订后另存。"


def _left_open(package: OpcPackage) -> Iterator[str]:
    """Tags without an end, for which docxtpl would swallow what follows them."""
    for part in package.iter_parts():
        for paragraph in part.element.iter(qn("w:p")) if isinstance(part, XmlPart) else ():
            text = "".join(piece.text or "" for piece in paragraph.iter(qn("w:t")))
            if _BRACE.search(_TAG.sub("", text)):
                yield f"中的标签没有写完：“{text[:60]}”。请检查花括号和百分号是否成对，一个标签不能跨段落。"


def _written(document: _Template, made_at: datetime) -> bytes:
    properties = document.docx.core_properties
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.last_modified_by = properties.author
    properties.revision = 1
    saved = io.BytesIO()
    document.docx.save(saved)
    return _with_fixed_times(saved)


def _with_fixed_times(saved: io.BytesIO) -> bytes:
    """The same parts in the same order, none of them telling when it was written."""
    written = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, _EARLIEST), old.read(entry), zipfile.ZIP_DEFLATED)
    return written.getvalue()
