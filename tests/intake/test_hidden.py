"""Files that hide something. It is read wherever it lies, and nothing of it goes out.

FOUND: the text is handed to the screening. GONE: the published bytes have no trace of it. STOPPED: the uploader is
told where it is, and decides.
"""

import io
from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from tests.intake import make_files as make
from tests.intake.make_files import CANARY, R, S, W
from tests.intake.publishing import published, require_whole
from villagepub.intake.examining import examine
from villagepub.intake.findings import FileRefused
from villagepub.intake.limits import Limits

FOUND, GONE, STOPPED = "found", "gone", "stopped"

_RUN = f"<w:r><w:t>{CANARY}</w:t></w:r>"
_BY = 'w:id="1" w:author="张某" w:date="2023-11-06T09:00:00Z"'
_PIECES = f"<w:r><w:t>{CANARY[:6]}</w:t></w:r><w:r><w:t>{CANARY[6:]}</w:t></w:r>"
_COMMENT = f"<w:comments {W}><w:comment {_BY}><w:p>{_RUN}</w:p></w:comment></w:comments>"
_COMMENTED = (
    '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>x</w:t></w:r><w:r><w:commentReference w:id="1"/></w:r></w:p>'
)
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{CANARY}</dc:creator></cp:coreProperties>'
)
_OTHER = f"<worksheet {S}><sheetData>{make.row(1, CANARY)}</sheetData></worksheet>"
_STRINGS = (("rId8", "sharedStrings", "sharedStrings.xml"),)
_SHARED = f"<sst {S}><si><t>看得见</t></si><si><t>{CANARY}</t></si></sst>"
_NOTE = f'<comments {S}><authors><author>张某</author></authors><commentList><comment ref="A1" authorId="0"><text><t>{CANARY}</t></text></comment></commentList></comments>'
_XMP = (
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    "<rdf:Description rdf:about='' xmlns:pdf='http://ns.adobe.com/pdf/1.3/'>"
    f"<pdf:Keywords>{CANARY}</pdf:Keywords></rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()


def word(body: str = "", **parts: str) -> Callable[[], bytes]:
    return partial(make.docx_with, **parts) if not body else lambda: make.docx(body, parts=_named(parts))


def book(rows: str = "", **more: Any) -> Callable[[], bytes]:
    return partial(make.xlsx, rows, **more)


def _named(parts: dict[str, str]) -> dict[str, str]:
    return {name.replace("__", "/").replace("_DOT_", "."): content for name, content in parts.items()}


def pages(change: Callable[[Any], None]) -> Callable[[], bytes]:
    return partial(make.pdf, change=change)


def second_sheet(state: str) -> Callable[[], bytes]:
    return book(
        tabs=f'<sheet name="名单" sheetId="2" state="{state}" r:id="rId2"/>',
        links=(("rId2", "worksheet", "worksheets/sheet2.xml"),),
        parts={"xl/worksheets/sheet2.xml": _OTHER},
    )


def photo_inside(make_picture: Callable[[], bytes], kind: str) -> Callable[[], bytes]:
    def made() -> bytes:
        links = make.relations(("rId9", "image", f"media/image1.{kind}"))
        return make.docx(parts={f"word/media/image1.{kind}": make_picture(), "word/_rels/document.xml.rels": links})

    return made


def canary_photo() -> bytes:
    return make.phone_photo(CANARY)


def information(made: Any) -> None:
    made.docinfo["/Author"] = CANARY


def xmp(made: Any) -> None:
    made.Root.Metadata = made.make_stream(_XMP)


def remark(made: Any) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=CANARY)
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(note)])


def page_metadata(made: Any) -> None:
    made.pages[0].PieceInfo = pikepdf.Dictionary(Drawing=pikepdf.Dictionary(Private=CANARY))
    made.pages[0].Metadata = made.make_stream(_XMP)


def named_file(made: Any) -> None:
    made.attachments[f"{CANARY}.txt"] = CANARY.encode()


def layer(made: Any) -> None:
    group = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="底稿"))
    made.Root.OCProperties = pikepdf.Dictionary(OCGs=[group], D=pikepdf.Dictionary(OFF=[group]))
    page = made.pages[0]
    page.Resources.Properties = pikepdf.Dictionary(L1=group)
    page.Contents = made.make_stream(f"/OC /L1 BDC BT /F1 12 Tf 20 200 Td ({CANARY}) Tj ET EMC".encode())


def under_a_black_box(made: Any) -> None:
    drawn = f"BT /F1 12 Tf 20 200 Td ({CANARY}) Tj ET 0 g 10 190 250 30 re f"
    made.pages[0].Contents = made.make_stream(drawn.encode())


def photo_in_pdf(made: Any) -> None:
    image = made.make_stream(canary_photo())
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = 1600, 1200, 8
    image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    made.pages[0].Resources.XObject = pikepdf.Dictionary(Im1=image)


def earlier_version() -> bytes:
    """A page that was replaced lies in the file's first part."""
    return make.pdf(CANARY).replace(b"%%EOF", b"%%EOF\n") + make.pdf()


def png_text() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CANARY)
    notes.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    return make.picture("PNG", pnginfo=notes)


def webp_exif() -> bytes:
    exif = Image.Exif()
    exif[0x9286] = CANARY
    return make.picture("WEBP", exif=exif, xmp=_XMP)


def styled(styles: str, body: str) -> Callable[[], bytes]:
    parts = {
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": make.relations(("rId9", "styles", "styles.xml")),
    }
    return lambda: make.docx(body, parts=parts)


def formatted(code: str, cell: str) -> Callable[[], bytes]:
    """A book with one cell; style 1 is the format, style 2 is the built-in one of dates."""
    styles = (
        f'<styleSheet {S}><numFmts><numFmt numFmtId="164" formatCode="{escape(code, quote=True)}"/></numFmts>'
        "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    return book(f'<row r="1">{cell}</row>', links=(("rId8", "styles", "styles.xml"),), parts={"xl/styles.xml": styles})


def drawing(content: str) -> Callable[[], bytes]:
    def change(made: Any) -> None:
        made.pages[0].Contents = made.make_stream(content.encode())

    return pages(change)


def hidden_field(made: Any) -> None:
    """The value stands at the parent, the field itself is not shown."""
    widget = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[0, 0, 9, 9], F=2)
    kid = made.make_indirect(widget)
    parent = made.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="a", V=CANARY, Kids=[kid]))
    kid.Parent = parent
    made.pages[0].Annots = pikepdf.Array([kid])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[parent])


def xfa(made: Any) -> None:
    template = made.make_stream(f"<template><script>{CANARY}</script></template>".encode())
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pikepdf.Array([pikepdf.String("template"), template]))


def bookmark(made: Any) -> None:
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(CANARY, 0))


def page_label(made: Any) -> None:
    made.Root.PageLabels = pikepdf.Dictionary(Nums=[0, pikepdf.Dictionary(P=CANARY)])


def structure(made: Any) -> None:
    element = made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.P, Alt=CANARY))
    made.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=element)


def private_resources(made: Any) -> None:
    made.pages[0].Resources.Private = pikepdf.Dictionary(Who=CANARY)
    made.pages[0].Resources.Font.F1.Who = pikepdf.Dictionary(Who=CANARY)


def named_reading(made: Any) -> None:
    made.pages[0].Resources.Properties = pikepdf.Dictionary(M1=pikepdf.Dictionary(ActualText=CANARY))
    made.pages[0].Contents = made.make_stream(b"/Span /M1 BDC BT /F1 12 Tf 20 200 Td (x) Tj ET EMC")


def cut_off(made: Any) -> None:
    made.pages[0].CropBox = [0, 0, 100, 100]
    made.pages[0].Contents = made.make_stream(f"BT /F1 12 Tf 150 200 Td ({CANARY}) Tj ET".encode())


def form_drawing(made: Any) -> None:
    form = made.make_stream(f"/Span <</ActualText (x)>> BDC BT /F1 12 Tf 20 200 Td ({CANARY}) Tj ET EMC".encode())
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 300, 300]
    form.Resources = made.pages[0].Resources
    made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fm1=form))
    made.pages[0].Contents = made.make_stream(b"/Fm1 Do")


def jpeg2000_in_pdf(made: Any) -> None:
    image = made.make_stream(make.picture("JPEG2000", comment=CANARY))
    image.Type, image.Subtype, image.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.JPXDecode
    image.Width, image.Height = 400, 300
    made.pages[0].Resources.XObject = pikepdf.Dictionary(Im1=image)


def preview_of_the_whole() -> bytes:
    """The picture was cropped, its preview was not."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = "cropped"
    plain = make.picture(exif=exif)
    end = plain.index(b"Exif") - 2
    length = int.from_bytes(plain[end : end + 2], "big")
    preview = make.jpeg_with(0xFE, CANARY.encode())[:2000]
    grown = (length + len(preview)).to_bytes(2, "big")
    return plain[:end] + grown + plain[end + 2 : end + length] + preview + plain[end + length :]


def second_picture() -> bytes:
    """MPO: depth or another view, behind the picture."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(make.jpeg_with(0xFE, CANARY.encode()))) as second:
        Image.new("RGB", (400, 300)).save(stream, "MPO", save_all=True, append_images=[second], comment=CANARY.encode())
    return stream.getvalue()


def windows_comment() -> bytes:
    exif = Image.Exif()
    exif[0x9C9C] = CANARY.encode("utf-16-le")
    return make.picture(exif=exif)


HIDDEN: dict[str, tuple[str, Callable[[], bytes], set[str]]] = {
    "a deletion": ("a.docx", word(f"<w:p><w:del {_BY}><w:r><w:delText>{CANARY}</w:delText></w:r></w:del></w:p>"), {FOUND, GONE}),
    "a moved passage": ("a.docx", word(f"<w:p><w:moveFrom {_BY}>{_RUN}</w:moveFrom></w:p>"), {FOUND, GONE}),
    "a deleted row": ("a.docx", word(f"<w:tbl><w:tr><w:trPr><w:del {_BY}/></w:trPr><w:tc><w:p>{_RUN}</w:p></w:tc></w:tr></w:tbl>"), {FOUND, GONE}),
    "an insertion": ("a.docx", word(f"<w:p><w:ins {_BY}>{_RUN}</w:ins></w:p>"), {FOUND}),
    "an insertion in pieces": ("a.docx", word(f"<w:p><w:r><w:t>{CANARY[:6]}</w:t></w:r><w:ins {_BY}><w:r><w:t>{CANARY[6:]}</w:t></w:r></w:ins></w:p>"), {FOUND}),
    "a comment": ("a.docx", word(_COMMENTED, word__comments_DOT_xml=_COMMENT), {FOUND, GONE}),
    "hidden letters": ("a.docx", word(f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{CANARY}</w:t></w:r></w:p>"), {FOUND, GONE}),
    "a header": ("a.docx", word(word__header1_DOT_xml=f"<w:hdr {W}><w:p>{_RUN}</w:p></w:hdr>"), {FOUND}),
    "a footnote": ("a.docx", word(word__footnotes_DOT_xml=f"<w:footnotes {W}><w:footnote><w:p>{_RUN}</w:p></w:footnote></w:footnotes>"), {FOUND}),
    "a text box": ("a.docx", word(f"<w:p><w:r><w:pict><w:txbxContent><w:p>{_RUN}</w:p></w:txbxContent></w:pict></w:r></w:p>"), {FOUND}),
    "a cell": ("a.docx", word(f"<w:tbl><w:tr><w:tc><w:p>{_RUN}</w:p></w:tc></w:tr></w:tbl>"), {FOUND}),
    "the words of a picture": ("a.docx", word(f'<w:p><w:r><w:drawing><docPr descr="{CANARY}"/></w:drawing></w:r></w:p>'), {FOUND}),
    "the author": ("a.docx", word(docProps__core_DOT_xml=_CORE), {FOUND, GONE}),
    "own properties": ("a.docx", word(docProps__custom_DOT_xml=f"<Properties><property>{CANARY}</property></Properties>"), {FOUND, GONE}),
    "data behind the form": ("a.docx", word(customXml__item1_DOT_xml=f"<data>{CANARY}</data>"), {FOUND, GONE}),
    "people": ("a.docx", word(word__people_DOT_xml=f'<people><person author="{CANARY}"/></people>'), {FOUND, GONE}),
    "variables": ("a.docx", word(word__settings_DOT_xml=f'<w:settings {W}><w:docVars><w:docVar w:name="a">{CANARY}</w:docVar></w:docVars></w:settings>'), {FOUND, GONE}),
    "building blocks": ("a.docx", word(word__glossary__document_DOT_xml=f"<w:glossaryDocument {W}><w:p>{_RUN}</w:p></w:glossaryDocument>"), {FOUND, GONE}),
    "an XML comment": ("a.docx", word(f"<!--{CANARY}--><w:p/>"), {GONE}),
    "the template's place": ("a.docx", lambda: make.docx_linked("attachedTemplate", f"file:///C:/Users/{CANARY}/a.dotx"), {FOUND, GONE}),
    "a photograph inside": ("a.docx", photo_inside(canary_photo, "jpeg"), {GONE}),
    "a screenshot inside": ("a.docx", photo_inside(png_text, "png"), {GONE}),
    "a hidden sheet": ("a.xlsx", second_sheet("hidden"), {FOUND, STOPPED}),
    "a very hidden sheet": ("a.xlsx", second_sheet("veryHidden"), {FOUND, STOPPED}),
    "a hidden row": ("a.xlsx", book(make.row(1, "户主") + make.row(2, CANARY, attributes='hidden="1"')), {FOUND, STOPPED}),
    "a row of no height": ("a.xlsx", book(make.row(1, CANARY, attributes='ht="0" customHeight="1"')), {FOUND, STOPPED}),
    "a hidden column": ("a.xlsx", book(make.row(1, "户主", CANARY), before='<cols><col min="2" max="2" hidden="1"/></cols>'), {FOUND, STOPPED}),
    "a column of no width": ("a.xlsx", book(make.row(1, CANARY), before='<cols><col min="1" max="1" width="0"/></cols>'), {FOUND, STOPPED}),
    "a cell's comment": ("a.xlsx", book(sheet='<legacyDrawing r:id="rId1"/>', parts={"xl/comments1.xml": _NOTE, "xl/worksheets/_rels/sheet1.xml.rels": make.relations(("rId1", "comments", "../comments1.xml"))}), {FOUND, GONE}),
    "a talk in a cell": ("a.xlsx", book(parts={"xl/threadedComments/threadedComment1.xml": f"<a><text>{CANARY}</text></a>"}), {FOUND, GONE}),
    "a deleted cell": ("a.xlsx", book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', links=_STRINGS, parts={"xl/sharedStrings.xml": _SHARED}), {FOUND, GONE}),
    "a shared text": ("a.xlsx", book('<row r="1"><c r="A1" t="s"><v>1</v></c></row>', links=_STRINGS, parts={"xl/sharedStrings.xml": _SHARED}), {FOUND}),
    "a formula": ("a.xlsx", book(f'<row r="1"><c r="A1"><f>IF(1,"","{CANARY}")</f><v>0</v></c></row>'), {FOUND}),
    "a defined name": ("a.xlsx", book(after=f'<definedNames><definedName name="a" hidden="1">"{CANARY}"</definedName></definedNames>'), {FOUND}),
    "a print header": ("a.xlsx", book(sheet=f"<headerFooter><oddHeader>{CANARY}</oddHeader></headerFooter>"), {FOUND}),
    "the book's author": ("a.xlsx", book(parts={"docProps/core.xml": _CORE}), {FOUND, GONE}),
    "who has the book open": ("a.xlsx", book(book=f'<fileSharing userName="{CANARY}"/>'), {FOUND, GONE}),
    "the history of a shared book": ("a.xlsx", book(parts={"xl/revisions/revisionLog1.xml": f"<r {R}><a>{CANARY}</a></r>"}), {FOUND, GONE}),
    "a pivot's cache": ("a.xlsx", book(parts={"xl/pivotCache/pivotCacheRecords1.xml": f"<r><s>{CANARY}</s></r>"}), {FOUND, STOPPED}),
    "another book's values": ("a.xlsx", book(parts={"xl/externalLinks/externalLink1.xml": f"<r><v>{CANARY}</v></r>"}), {FOUND, STOPPED}),
    "a pdf's author": ("a.pdf", pages(information), {FOUND, GONE}),
    "a pdf's XMP": ("a.pdf", pages(xmp), {FOUND, GONE}),
    "a pdf's remark": ("a.pdf", pages(remark), {FOUND, GONE}),
    "a page's own data": ("a.pdf", pages(page_metadata), {FOUND, GONE}),
    "a file in a pdf": ("a.pdf", pages(named_file), {FOUND, GONE}),
    "a hidden layer": ("a.pdf", pages(layer), {FOUND, STOPPED}),
    "under a black box": ("a.pdf", pages(under_a_black_box), {FOUND}),
    "a photograph in a pdf": ("a.pdf", pages(photo_in_pdf), {GONE}),
    "an earlier version": ("a.pdf", earlier_version, {GONE}),
    "a photograph's place": ("a.jpg", canary_photo, {FOUND, GONE}),
    "a jpeg's comment": ("a.jpg", lambda: make.jpeg_with(0xFE, CANARY.encode()), {FOUND, GONE}),
    "a jpeg's IPTC": ("a.jpg", lambda: make.jpeg_with(0xED, b"Photoshop 3.0\0" + CANARY.encode()), {GONE}),
    "a jpeg's second picture": ("a.jpg", lambda: make.picture() + make.jpeg_with(0xFE, CANARY.encode()), {GONE}),
    "a png's texts": ("a.png", png_text, {FOUND, GONE}),
    "a webp's Exif": ("a.webp", webp_exif, {FOUND, GONE}),
    "a comment in pieces": ("a.docx", word(word__comments_DOT_xml=f"<w:comments {W}><w:comment {_BY}><w:p>{_PIECES}</w:p></w:comment></w:comments>"), {FOUND, GONE}),
    "an endnote": ("a.docx", word(word__endnotes_DOT_xml=f"<w:endnotes {W}><w:endnote><w:p>{_PIECES}</w:p></w:endnote></w:endnotes>"), {FOUND}),
    "around hidden letters": ("a.docx", word(f"<w:p><w:r><w:t>{CANARY[:6]}</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r><w:r><w:t>{CANARY[6:]}</w:t></w:r></w:p>"), {FOUND}),
    "around a deletion": ("a.docx", word(f"<w:p><w:r><w:t>{CANARY[:6]}</w:t></w:r><w:del {_BY}><w:r><w:delText>x</w:delText></w:r></w:del><w:r><w:t>{CANARY[6:]}</w:t></w:r></w:p>"), {FOUND}),
    "letters hidden by a style": ("a.docx", styled('<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>', f'<w:p><w:r><w:rPr><w:rStyle w:val="H"/></w:rPr><w:t>{CANARY}</w:t></w:r></w:p>'), {FOUND, GONE}),
    "a paragraph hidden by what its style is based on": ("a.docx", styled('<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="I"><w:basedOn w:val="H"/></w:style>', f'<w:p><w:pPr><w:pStyle w:val="I"/></w:pPr>{_RUN}</w:p>'), {FOUND, GONE}),
    "a style's name": ("a.docx", styled(f'<w:style w:styleId="H"><w:name w:val="{CANARY}"/></w:style>', "<w:p/>"), {FOUND}),
    "a choice of a list": ("a.docx", word(f'<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="{CANARY}" w:value="1"/></w:dropDownList></w:sdtPr></w:sdt>'), {FOUND}),
    "a control's name": ("a.docx", word(f'<w:sdt><w:sdtPr><w:alias w:val="{CANARY}"/></w:sdtPr></w:sdt>'), {FOUND}),
    "a bookmark": ("a.docx", word(f'<w:p><w:bookmarkStart w:id="1" w:name="{CANARY}"/></w:p>'), {FOUND}),
    "artful letters": ("a.docx", word(f'<w:p><w:r><w:pict><v:textpath xmlns:v="urn:schemas-microsoft-com:vml" string="{CANARY}"/></w:pict></w:r></w:p>'), {FOUND}),
    "a field's code in pieces": ("a.docx", word(f"<w:p><w:r><w:instrText>{CANARY[:6]}</w:instrText></w:r><w:r><w:instrText>{CANARY[6:]}</w:instrText></w:r></w:p>"), {FOUND}),
    "a simple field's code": ("a.docx", word(f'<w:p><w:fldSimple w:instr="QUOTE {CANARY}"/></w:p>'), {FOUND}),
    "signs of a symbol font": ("a.docx", word("<w:p>" + "".join(f'<w:r><w:sym w:font="Arial" w:char="F0{ord(sign):02X}"/></w:r>' for sign in CANARY) + "</w:p>"), {FOUND}),
    "the number of a list": ("a.docx", lambda: make.docx(parts={"word/numbering.xml": f'<w:numbering {W}><w:lvl><w:lvlText w:val="{CANARY}"/></w:lvl></w:numbering>', "word/_rels/document.xml.rels": make.relations(("rId9", "numbering", "numbering.xml"))}), {FOUND}),
    "a link's target": ("a.docx", lambda: make.docx_linked("hyperlink", f"https://a.example/?id={CANARY}", '<w:p><w:hyperlink r:id="rId9"/></w:p>'), {FOUND}),
    "a link's tip": ("a.docx", word(f'<w:p><w:hyperlink w:anchor="a" w:tooltip="{CANARY}"/></w:p>'), {FOUND}),
    "a diagram in pieces": ("a.docx", lambda: make.docx(parts={"word/diagrams/data1.xml": f'<d xmlns:a="a"><a:p><a:r><a:t>{CANARY[:6]}</a:t></a:r><a:r><a:t>{CANARY[6:]}</a:t></a:r></a:p></d>', "word/_rels/document.xml.rels": make.relations(("rId9", "diagramData", "diagrams/data1.xml"))}), {FOUND}),
    "a theme's name": ("a.docx", lambda: make.docx(parts={"word/theme/theme1.xml": f'<t name="{CANARY}"/>', "word/_rels/document.xml.rels": make.relations(("rId9", "theme", "theme/theme1.xml"))}), {FOUND}),
    "a comment in a theme": ("a.docx", lambda: make.docx(parts={"word/theme/theme1.xml": f"<t><!--{CANARY}--></t>", "word/_rels/document.xml.rels": make.relations(("rId9", "theme", "theme/theme1.xml"))}), {GONE}),
    "a picture that nothing shows": ("a.docx", lambda: make.docx(parts={"word/media/image9.bmp": CANARY.encode()}), {GONE}),
    "the settings' template": ("a.docx", lambda: make.docx(parts={"word/settings.xml": f'<w:settings {W} {R}><w:attachedTemplate r:id="rId1"/></w:settings>', "word/_rels/document.xml.rels": make.relations(("rId9", "settings", "settings.xml")), "word/_rels/settings.xml.rels": make.relations(("rId1", "attachedTemplate", f"http://{CANARY}.example/a.dotm", "External"))}), {FOUND, GONE}),
    "a cell's comment in pieces": ("a.xlsx", book(parts={"xl/comments1.xml": f'<comments {S}><commentList><comment ref="A1"><text><r><t>{CANARY[:6]}</t></r><r><t>{CANARY[6:]}</t></r></text></comment></commentList></comments>'}), {FOUND, GONE}),
    "a text in pieces": ("a.xlsx", book(f'<row r="1"><c r="A1" t="inlineStr"><is><r><t>{CANARY[:6]}</t></r><r><t>{CANARY[6:]}</t></r></is></c></row>'), {FOUND}),
    "beside its pronunciation": ("a.xlsx", book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{CANARY}</t><rPh><t>7</t></rPh></is></c></row>'), {FOUND}),
    "a pronunciation": ("a.xlsx", book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t><rPh><t>{CANARY}</t></rPh></is></c></row>'), {FOUND}),
    "a second text of a cell": ("a.xlsx", book(f'<row r="1"><c r="A1"><is><t>{CANARY}</t></is><v>1</v></c></row>'), {FOUND}),
    "a prompt": ("a.xlsx", book(sheet=f'<dataValidations><dataValidation sqref="A1" prompt="{CANARY}"/></dataValidations>'), {FOUND}),
    "a list to choose from": ("a.xlsx", book(sheet=f'<dataValidations><dataValidation type="list" sqref="A1"><formula1>"a,{CANARY}"</formula1></dataValidation></dataValidations>'), {FOUND}),
    "a filter's value": ("a.xlsx", book(sheet=f'<autoFilter ref="A1:B1"><filterColumn colId="0"><filters><filter val="{CANARY}"/></filters></filterColumn></autoFilter>'), {FOUND}),
    "a scenario": ("a.xlsx", book(sheet=f'<scenarios><scenario name="a"><inputCells r="A1" val="{CANARY}"/></scenario></scenarios>'), {FOUND}),
    "a print header in pieces": ("a.xlsx", book(sheet=f'<headerFooter><oddHeader>{CANARY[:6]}&amp;"宋体,Bold"&amp;12 {CANARY[6:]}</oddHeader></headerFooter>'), {FOUND}),
    "a sheet's name": ("a.xlsx", book(tabs=f'<sheet name="{CANARY}" sheetId="2" r:id="rId1"/>'), {FOUND}),
    "a text box in pieces": ("a.xlsx", book(sheet='<drawing r:id="rId1"/>', parts={"xl/worksheets/_rels/sheet1.xml.rels": make.relations(("rId1", "drawing", "../drawings/drawing1.xml")), "xl/drawings/drawing1.xml": f'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="1" cy="1"/><xdr:sp><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{CANARY[:6]}</a:t></a:r><a:r><a:t>{CANARY[6:]}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:absoluteAnchor></xdr:wsDr>'}), {FOUND}),
    "a sheet without a tab": ("a.xlsx", book(parts={"xl/worksheets/sheet9.xml": _OTHER}), {FOUND, STOPPED}),
    "a sheet behind a strange path": ("a.xlsx", book(tabs='<sheet name="名单" sheetId="2" r:id="rId2"/>', links=(("rId2", "worksheet", "../xl/worksheets/sheet2.xml"),), parts={"xl/worksheets/sheet2.xml": _OTHER}), {FOUND, STOPPED}),
    "a cell whose format shows nothing": ("a.xlsx", formatted(";;;", f'<c r="A1" s="1" t="str"><v>{CANARY}</v></c>'), {FOUND, STOPPED}),
    "rows hidden unless they say otherwise": ("a.xlsx", book(make.row(1, CANARY), before='<sheetFormatPr zeroHeight="1"/>'), {FOUND, STOPPED}),
    "a row as high as a hair": ("a.xlsx", book(make.row(1, CANARY, attributes='ht="0.75" customHeight="1"')), {FOUND, STOPPED}),
    "a hidden column of cells without places": ("a.xlsx", book(f'<row><c t="str"><v>户主</v></c><c t="str"><v>{CANARY}</v></c></row>', before='<cols><col min="2" max="2" hidden="1"/></cols>'), {FOUND, STOPPED}),
    "a query behind the book": ("a.xlsx", book(parts={"customXml/item1.xml": f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{CANARY}</DataMashup>'}), {FOUND, GONE}),
    "a hidden field's value": ("a.pdf", pages(hidden_field), {FOUND, GONE}),
    "a form in XML": ("a.pdf", pages(xfa), {FOUND, GONE}),
    "a pdf's bookmark": ("a.pdf", pages(bookmark), {FOUND, GONE}),
    "a pdf's link": ("a.pdf", pages(make.on_link(pikepdf.Dictionary(S=pikepdf.Name.URI, URI=f"https://a.example/?id={CANARY}"))), {FOUND, GONE}),
    "a page's label": ("a.pdf", pages(page_label), {FOUND, GONE}),
    "the words of a structure": ("a.pdf", pages(structure), {FOUND, GONE}),
    "data among the resources": ("a.pdf", pages(private_resources), {FOUND, GONE}),
    "another reading": ("a.pdf", drawing(f"/Span <</ActualText ({CANARY})>> BDC BT /F1 12 Tf 20 200 Td (x) Tj ET EMC"), {GONE}),
    "another reading, by name": ("a.pdf", pages(named_reading), {FOUND, GONE}),
    "under another reading": ("a.pdf", drawing(f"/Span <</ActualText (x)>> BDC BT /F1 12 Tf 20 200 Td ({CANARY}) Tj ET EMC"), {FOUND}),
    "invisible letters": ("a.pdf", drawing(f"BT 3 Tr /F1 12 Tf 20 200 Td ({CANARY}) Tj ET"), {FOUND}),
    "white on white": ("a.pdf", drawing(f"1 g BT /F1 12 Tf 20 200 Td ({CANARY}) Tj ET"), {FOUND}),
    "beside the page": ("a.pdf", drawing(f"BT /F1 12 Tf 2000 200 Td ({CANARY}) Tj ET"), {FOUND}),
    "cut off": ("a.pdf", pages(cut_off), {FOUND}),
    "drawn in pieces": ("a.pdf", drawing(f"BT /F1 12 Tf 20 200 Td ({CANARY[:6]}) Tj ({CANARY[6:]}) Tj ET"), {FOUND}),
    "drawn letter by letter": ("a.pdf", drawing("BT /F1 12 Tf 20 200 Td [" + " 20 ".join(f"({sign})" for sign in CANARY) + "] TJ ET"), {FOUND}),
    "in a form's drawing": ("a.pdf", pages(form_drawing), {FOUND}),
    "a comment in a JPEG 2000": ("a.pdf", pages(jpeg2000_in_pdf), {GONE}),
    "a preview of the whole picture": ("a.jpg", preview_of_the_whole, {GONE}),
    "a telephone's second picture": ("a.jpg", second_picture, {FOUND, GONE}),
    "a Windows comment": ("a.jpg", windows_comment, {FOUND, GONE}),
    "a compressed text": ("a.png", lambda: make.png_with(b"zTXt", b"k\0\0" + make.zlib.compress(CANARY.encode())), {FOUND, GONE}),
    "the file's own name": (f"{CANARY}.png", lambda: make.picture("PNG"), {FOUND}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", HIDDEN)
def test_what_is_hidden(case: str) -> None:
    name, make_it, expected = HIDDEN[case]
    data = make_it()
    examined = examine(name, data, Limits())
    text = "\n".join(text for _, text in examined.text)
    assert (CANARY in text) == (FOUND in expected), examined.text
    assert bool(examined.obstacles) == (STOPPED in expected), examined.obstacles
    if STOPPED in expected:
        assert examined.cleaned == b""
    else:
        require_whole(examined.cleaned)
    if GONE in expected:
        assert CANARY.encode() not in published(examined.cleaned)
        assert "张某".encode() not in published(examined.cleaned)


def test_there_are_enough_of_them() -> None:
    assert len(HIDDEN) >= 100


def test_a_sheet_that_is_hidden_is_named() -> None:
    _, make_it, _ = HIDDEN["a hidden sheet"]
    assert "工作表“名单”是隐藏的" in examine("a.xlsx", make_it(), Limits()).obstacles[0]


def test_a_photograph_is_upright_and_bare() -> None:
    examined = examine("照片.jpg", canary_photo(), Limits())
    assert examined.thumbnail is not None
    for data, longest in ((examined.cleaned, 1600), (examined.thumbnail, 320)):
        with Image.open(io.BytesIO(data)) as shown:
            assert shown.height > shown.width
            assert max(shown.size) == longest
            assert not shown.getexif()
        for trace in (b"Exif", b"GPS", b"SERIAL", b"Huawei", b"38.0", CANARY.encode()):
            assert trace not in data


@pytest.mark.parametrize(
    ("name", "make_it", "has_text"),
    [
        ("a.pdf", make.pdf, True),
        ("a.pdf", partial(make.pdf, ""), False),
        ("a.docx", make.docx, True),
        ("a.docx", partial(make.docx, "<w:p/>"), False),
        ("a.xlsx", make.xlsx, True),
        ("a.jpg", make.picture, False),
    ],
)
def test_what_only_people_can_read_says_so(name: str, make_it: Callable[[], bytes], has_text: bool) -> None:
    assert examine(name, make_it(), Limits()).has_text is has_text


def test_the_cells_of_a_row_stay_apart() -> None:
    text = examine("a.xlsx", make.xlsx(make.row(1, "110101", "199003077")), Limits()).text
    assert ("工作表“收支”", "110101\t199003077") in text


@pytest.mark.parametrize(
    ("stored", "code", "shown"),
    [
        ("640104199003071236", "", "640104199003071236"),
        ("640104199003071236.0", "", "640104199003071236"),
        ("6.40104199003071236E+17", "", "640104199003071236"),
        ("1.3800138E10", "0", "13800138000"),
        ("199003071236", '"640104"0', "640104199003071236"),
        ("640104199003071236", '000000"-"00000000"-"0000', "640104-19900307-1236"),
        ("42", "000000", "000042"),
        ("199003071236", "\\6\\4\\0\\1\\0\\4General", "640104199003071236"),
        ("32939", 'yyyy"年"m"月"d"日"', "1990-03-07"),
        ("12000.5", "#,##0.00", "12000.5"),
        ("不是数", '"640104"@', "640104不是数"),
    ],
)
def test_a_number_is_read_as_it_is_shown(stored: str, code: str, shown: str) -> None:
    text = examine("a.xlsx", formatted(code, f'<c r="A1" s="1"><v>{stored}</v></c>')(), Limits()).text
    assert shown in next(text for place, text in text if place == "工作表“收支”").split("\t")


def test_a_birthday_is_read_as_a_day() -> None:
    text = examine("a.xlsx", formatted("0", '<c r="A1" s="2"><v>32939</v></c>')(), Limits()).text
    assert ("工作表“收支”", "32939\t1990-03-07") in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "make_it"),
    [
        ("a.docx", lambda length: make.stored_docx(f"<w:p><w:r><w:t>{'字' * length}</w:t></w:r></w:p>")),
        ("a.xlsx", lambda length: make.zipped(make.xlsx_parts(make.row(1, "字" * length)), make.zipfile.ZIP_STORED)),
    ],
)
def test_too_much_text_is_refused_and_never_cut(name: str, make_it: Callable[[int], bytes]) -> None:
    with pytest.raises(FileRefused, match="超过 100 万字，请分成几个文件"):
        examine(name, make_it(1_000_001), Limits())
    assert sum(text.count("字") for _, text in examine(name, make_it(999_000), Limits()).text) == 999_000


def test_sixteen_bits_of_grey_stay_grey() -> None:
    stream = io.BytesIO()
    Image.new("I;16", (40, 40), 0x8000).save(stream, "PNG")
    with Image.open(io.BytesIO(examine("a.png", stream.getvalue(), Limits()).cleaned)) as shown:
        assert shown.getpixel((20, 20)) == 0x80
