"""PDF: the pages and what is drawn on them, in a new document; nothing else is carried over."""

import base64
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2

from villagepub.intake import stripping
from villagepub.intake.findings import Examined, FileRefused
from villagepub.intake.kinds import PDF
from villagepub.intake.limits import Limits

_PASSWORD = "PDF 设有密码，请去掉密码后再传。"  # noqa: S105  a sentence, no password
_LAYERS = "PDF 里有隐藏的图层，请删去隐藏的图层，或打印成新的 PDF 后再传。"
_TOO_MUCH = "PDF 解压后过大，请减少页数或打印成新的 PDF 后再传。"
_PIECE = 1 << 16
_DAMAGED = "PDF 已损坏或无法打开，请重新导出后再传。"
_ODD_PAGE = "PDF 有一页的大小不正常，请打印成新的 PDF 后再传。"
_LONGEST_SIDE = 14_400  # ISO 32000-1, annex C: 200 inches
_PIXELS_OF_PAPER = 4  # a drawing in black and white has so many more pixels than a photograph
_DEEPEST = 100
_HYPHENS = {0xFFFE: None, 0x02: None}  # how pdfium writes the one that breaks a word at the end of a line
_STRING = re.compile(rb"\(|(?<!<)<(?!<)")  # in an object as it is written
_STREAM = b"("  # its own dictionary cannot be written without its data
_PAGE_KEPT = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group", "/UserUnit", "/Parent"}
_UNSEEN = {
    "/Metadata", "/PieceInfo", "/LastModified", "/AA", "/OpenAction", "/JS", "/JavaScript", "/EF", "/AF", "/Thumb",
    "/OPI", "/Alternates", "/ActualText", "/Alt", "/StructParent", "/StructParents", "/OC", "/Measure", "/PtData",
    "/URI",
}  # fmt: skip
_STRINGS_THAT_DRAW = {"/CharSet", "/FontFamily", "/Registry", "/Ordering", "/Panose"}
_RESOURCES = {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet", "/Properties"}
_MARKS = ("BDC", "DP")
_REMARKS = {"/Text", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/Link", "/Caret"}

_OF_PICTURES = {"/DCTDecode": stripping.stripped_jpeg, "/JPXDecode": stripping.stripped_jpeg2000}


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    try:
        with pikepdf.open(io.BytesIO(data)) as source:
            if not 0 < len(source.pages) <= limits.pages:
                raise FileRefused(f"PDF 须有 1 至 {limits.pages} 页。")
            for page in source.pages:
                _require_paper(page)
            _measure(source, limits)
            obstacles = [_LAYERS] if _has_hidden_layers(source) else []
            text = list(_beside_the_pages(source))
            cleaned = _rebuilt(source)
    except pikepdf.PasswordError:
        raise FileRefused(_PASSWORD) from None
    except pikepdf.PdfError:
        raise FileRefused(_DAMAGED) from None
    try:
        with pypdfium2.PdfDocument(cleaned) as document:
            pages = list(page_texts(document))
    except pypdfium2.PdfiumError:
        raise FileRefused(_DAMAGED) from None
    text += [(f"第 {number} 页", page) for number, page in enumerate(pages, 1) if page.strip()]
    return Examined(PDF, cleaned, text=text, has_text=all(map(says_something, pages)), obstacles=obstacles)


def _measure(source: Any, limits: Limits) -> None:
    """What the pages and fonts unfold to, counted as it comes out. Pictures stay folded."""
    room = limits.inflated
    for thing in source.objects:
        if isinstance(thing, pikepdf.Stream) and "/Width" in thing and "/Height" in thing:
            if int(thing.Width) * int(thing.Height) > limits.pixels * _PIXELS_OF_PAPER:
                raise FileRefused(_TOO_MUCH)
        elif isinstance(thing, pikepdf.Stream) and str(thing.get("/Filter")) == "/FlateDecode":
            for length in _lengths(thing.read_raw_bytes()):
                room -= length
                if room < 0:
                    raise FileRefused(_TOO_MUCH)


def _require_paper(page: Any) -> None:
    left, bottom, right, top = (float(each) for each in page.mediabox)
    if not (0 < abs(right - left) <= _LONGEST_SIDE and 0 < abs(top - bottom) <= _LONGEST_SIDE):
        raise FileRefused(_ODD_PAGE)


def _lengths(data: bytes) -> Iterator[int]:
    inflating = zlib.decompressobj()
    while data and not inflating.eof:
        try:
            yield len(inflating.decompress(data, _PIECE))
        except zlib.error:
            return
        data = inflating.unconsumed_tail


def _has_hidden_layers(source: Any) -> bool:
    layers = source.Root.get("/OCProperties")
    if layers is None:
        return False
    views = [layers.get("/D", {}), *layers.get("/Configs", [])]
    return any(len(view.get("/OFF", [])) or str(view.get("/BaseState", "/ON")) != "/ON" for view in views)


def _beside_the_pages(source: Any) -> Iterator[tuple[str, str]]:
    """Every text that is not drawn: properties, remarks, filled fields, bookmarks, links, names of attached files."""
    for value in list(source.docinfo.values()) if "/Info" in source.trailer else ():
        if text := str(value).strip():
            yield "文件属性", text
    for name in source.attachments:
        yield "附带的文件", str(name)
    for thing in source.objects:
        if isinstance(thing, pikepdf.Stream) and str(thing.get("/Type")) == "/Metadata":
            yield "文件属性", thing.read_bytes().decode(errors="replace")
        if _STRING.search(thing.unparse(resolved=True) if not isinstance(thing, pikepdf.Stream) else _STREAM):
            yield from (("批注、表单和书签", text) for text in _strings(thing))
    form = source.Root.get("/AcroForm", {}).get("/XFA", [])
    for part in form if isinstance(form, pikepdf.Array) else [form]:
        if isinstance(part, pikepdf.Stream):
            yield "表单", part.read_bytes().decode(errors="replace")


def _strings(thing: Any, depth: int = 0) -> Iterator[str]:
    """The texts in one object; those that it refers to have their own turn."""
    if isinstance(thing, pikepdf.String):
        if (text := str(thing).strip()) and all(sign.isprintable() or sign.isspace() for sign in text):
            yield text
    elif isinstance(thing, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream) and depth < _DEEPEST:
        inner = thing if isinstance(thing, pikepdf.Array) else [thing[key] for key in thing.keys()]  # noqa: SIM118
        for each in inner:
            if not getattr(each, "is_indirect", False):
                yield from _strings(each, depth + 1)


def _rebuilt(source: Any) -> bytes:
    """Stamps, seals and filled fields become part of the page; remarks and links do not."""
    for page in source.pages:
        if "/Annots" in page:
            kept = [each for each in page.Annots if str(each.get("/Subtype")) not in _REMARKS]
            page.Annots = source.make_indirect(pikepdf.Array(kept))
    if "/AcroForm" in source.Root:
        source.generate_appearance_streams()
    source.flatten_annotations()
    with pikepdf.new() as target:
        target.pages.extend(source.pages)
        for page in target.pages:
            for key in set(page.obj.keys()) - _PAGE_KEPT:
                del page[key]
        for page in target.pages:
            _bare_resources(page.obj)
            if (drawing := _bare_drawing(page)) is not None:
                page.obj.Contents = target.make_stream(drawing)
        for thing in target.objects:
            _strip(thing)
        stream = io.BytesIO()
        target.save(
            stream,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return stream.getvalue()


def _strip(thing: Any) -> None:
    _strip_dictionaries(thing)
    if not isinstance(thing, pikepdf.Stream):
        return
    if thing.get("/Subtype") == pikepdf.Name.Image:
        _strip_picture(thing)
    elif thing.get("/Subtype") == pikepdf.Name.Form:
        _bare_resources(thing)
        if (drawing := _bare_drawing(thing)) is not None:
            thing.write(drawing)


def _strip_dictionaries(thing: Any, depth: int = 0) -> None:
    """What does not draw goes, also in what an object holds itself."""
    if depth > _DEEPEST:
        raise FileRefused(_DAMAGED)
    inner = list(thing) if isinstance(thing, pikepdf.Array) else []
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key in list(thing.keys()):
            if key in _UNSEEN or (isinstance(thing[key], pikepdf.String) and key not in _STRINGS_THAT_DRAW):
                del thing[key]
            else:
                inner.append(thing[key])
    for each in inner:
        if not getattr(each, "is_indirect", True):
            _strip_dictionaries(each, depth + 1)


def _bare_resources(holder: Any) -> None:
    """Of a page or a form: only what its drawing can name, and marks without what they say."""
    resources = holder.get("/Resources")
    if not isinstance(resources, pikepdf.Dictionary):
        return
    for key in set(resources.keys()) - _RESOURCES:
        del resources[key]
    if "/Properties" in resources:
        resources.Properties = pikepdf.Dictionary({key: pikepdf.Dictionary() for key in resources.Properties.keys()})  # noqa: SIM118


def _bare_drawing(drawing: Any) -> bytes | None:
    """Marks say nothing any more: their ActualText would be read in place of what is drawn. None when none did."""
    operations = pikepdf.parse_content_stream(drawing)
    marked = False
    for at, operation in enumerate(operations):
        if str(operation.operator) in _MARKS and any(
            isinstance(each, pikepdf.Dictionary) for each in operation.operands
        ):
            marked = True
            tag = operation.operands[0]
            plain = {"BDC": "BMC", "DP": "MP"}[str(operation.operator)]
            operations[at] = pikepdf.ContentStreamInstruction([tag], pikepdf.Operator(plain))
    return bytes(pikepdf.unparse_content_stream(operations)) if marked else None


def _strip_picture(picture: Any) -> None:
    """A photograph inside a PDF keeps its own file, with place and camera."""
    filters = picture.get("/Filter")
    names = [str(each) for each in ([filters] if isinstance(filters, pikepdf.Name) else filters or [])]
    if not names or names[-1] not in _OF_PICTURES:
        return
    data = picture.read_raw_bytes()
    for name in names[:-1]:
        data = _undone(name, data)
    picture.write(_OF_PICTURES[names[-1]](data), filter=pikepdf.Name(names[-1]))


def _undone(name: str, data: bytes) -> bytes:
    """One of the wrappings around a photograph."""
    if name == "/ASCII85Decode":
        return base64.a85decode(data.strip().removesuffix(b"~>"))
    if name == "/FlateDecode":
        return zlib.decompressobj().decompress(data, len(data) * 20)
    raise FileRefused("PDF 里有一张图片的格式少见，请打印成新的 PDF 后再传。")


def page_texts(document: pypdfium2.PdfDocument) -> Iterator[str]:
    """What is written on each page, also where nothing shows it."""
    for page in document:
        written = page.get_textpage()
        yield str(written.get_text_range()).replace("\r\n", "\n").translate(_HYPHENS)
        written.close()
        page.close()


def says_something(text: str) -> bool:
    """Signs whose font does not say what they mean are no text."""
    return any(sign.isalnum() for sign in text)
