"""PDF: the pages and what is drawn on them, in a new document; nothing else is carried over."""

import base64
import io
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
_PAGE_KEPT = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group", "/UserUnit", "/Parent"}
_UNSEEN = {
    "/Metadata", "/PieceInfo", "/LastModified", "/AA", "/OpenAction", "/JS", "/JavaScript", "/EF", "/AF", "/Thumb",
    "/OPI", "/Alternates", "/StructParent", "/StructParents", "/OC", "/Measure", "/PtData", "/URI",
}  # fmt: skip
_REMARKS = {"/Text", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/Link", "/Caret"}

_OF_PICTURES = {"/DCTDecode": stripping.stripped_jpeg, "/JPXDecode": stripping.stripped_jpeg2000}


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    try:
        with pikepdf.open(io.BytesIO(data)) as source:
            if not 0 < len(source.pages) <= limits.pages:
                raise FileRefused(f"PDF 须有 1 至 {limits.pages} 页。")
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
        if isinstance(thing, pikepdf.Stream) and str(thing.get("/Filter")) == "/FlateDecode" and "/Width" not in thing:
            for length in _lengths(thing.read_raw_bytes()):
                room -= length
                if room < 0:
                    raise FileRefused(_TOO_MUCH)


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
    """Properties, remarks, the names of attached files."""
    for value in list(source.docinfo.values()) if "/Info" in source.trailer else ():
        if text := str(value).strip():
            yield "文件属性", text
    if "/Metadata" in source.Root:
        yield "文件属性", source.Root.Metadata.read_bytes().decode(errors="replace")
    for name in source.attachments:
        yield "附带的文件", str(name)
    for page in source.pages:
        for remark in page.get("/Annots", []):
            for key in ("/Contents", "/T", "/V", "/TU"):
                if isinstance(remark.get(key), pikepdf.String):
                    yield "批注", str(remark[key])


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
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    for key in _UNSEEN.intersection(thing.keys()):
        del thing[key]
    if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == pikepdf.Name.Image:
        _strip_picture(thing)


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
        yield str(written.get_text_range())
        written.close()
        page.close()


def says_something(text: str) -> bool:
    """Signs whose font does not say what they mean are no text."""
    return any(sign.isalnum() for sign in text)
