"""Files that hide something. It is read wherever it lies, and nothing of it goes out.

FOUND: the text is handed to the screening. GONE: the published bytes have no trace of it. STOPPED: the uploader is
told where it is, and decides.
"""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from tests.intake import make_files as make
from tests.intake.make_files import CANARY, R, S, W
from tests.intake.publishing import published
from villagepub.intake.examining import examine
from villagepub.intake.limits import Limits

FOUND, GONE, STOPPED = "found", "gone", "stopped"

_RUN = f"<w:r><w:t>{CANARY}</w:t></w:r>"
_BY = 'w:id="1" w:author="张某" w:date="2023-11-06T09:00:00Z"'
_COMMENT = f"<w:comments {W}><w:comment {_BY}><w:p>{_RUN}</w:p></w:comment></w:comments>"
_COMMENTED = (
    '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>x</w:t></w:r><w:r><w:commentReference w:id="1"/></w:r></w:p>'
)
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{CANARY}</dc:creator></cp:coreProperties>'
)
_OTHER = f"<worksheet {S}><sheetData>{make.row(1, CANARY)}</sheetData></worksheet>"
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
    image = made.make_stream(make.phone_photo())
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
    "a photograph inside": ("a.docx", photo_inside(make.phone_photo, "jpeg"), {GONE}),
    "a screenshot inside": ("a.docx", photo_inside(png_text, "png"), {GONE}),
    "a hidden sheet": ("a.xlsx", second_sheet("hidden"), {FOUND, STOPPED}),
    "a very hidden sheet": ("a.xlsx", second_sheet("veryHidden"), {FOUND, STOPPED}),
    "a hidden row": ("a.xlsx", book(make.row(1, "户主") + make.row(2, CANARY, attributes='hidden="1"')), {FOUND, STOPPED}),
    "a row of no height": ("a.xlsx", book(make.row(1, CANARY, attributes='ht="0" customHeight="1"')), {FOUND, STOPPED}),
    "a hidden column": ("a.xlsx", book(make.row(1, "户主", CANARY), before='<cols><col min="2" max="2" hidden="1"/></cols>'), {FOUND, STOPPED}),
    "a column of no width": ("a.xlsx", book(make.row(1, CANARY), before='<cols><col min="1" max="1" width="0"/></cols>'), {FOUND, STOPPED}),
    "a cell's comment": ("a.xlsx", book(sheet='<legacyDrawing r:id="rId1"/>', parts={"xl/comments1.xml": _NOTE, "xl/worksheets/_rels/sheet1.xml.rels": make.relations(("rId1", "comments", "../comments1.xml"))}), {FOUND, GONE}),
    "a talk in a cell": ("a.xlsx", book(parts={"xl/threadedComments/threadedComment1.xml": f"<a><text>{CANARY}</text></a>"}), {FOUND, GONE}),
    "a deleted cell": ("a.xlsx", book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": _SHARED}), {FOUND, GONE}),
    "a shared text": ("a.xlsx", book('<row r="1"><c r="A1" t="s"><v>1</v></c></row>', parts={"xl/sharedStrings.xml": _SHARED}), {FOUND}),
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
    "a page's own data": ("a.pdf", pages(page_metadata), {GONE}),
    "a file in a pdf": ("a.pdf", pages(named_file), {FOUND, GONE}),
    "a hidden layer": ("a.pdf", pages(layer), {FOUND, STOPPED}),
    "under a black box": ("a.pdf", pages(under_a_black_box), {FOUND}),
    "a photograph in a pdf": ("a.pdf", pages(photo_in_pdf), {GONE}),
    "an earlier version": ("a.pdf", earlier_version, {GONE}),
    "a photograph's place": ("a.jpg", make.phone_photo, {GONE}),
    "a jpeg's comment": ("a.jpg", lambda: make.jpeg_with(0xFE, CANARY.encode()), {GONE}),
    "a jpeg's IPTC": ("a.jpg", lambda: make.jpeg_with(0xED, b"Photoshop 3.0\0" + CANARY.encode()), {GONE}),
    "a jpeg's second picture": ("a.jpg", lambda: make.picture() + make.jpeg_with(0xFE, CANARY.encode()), {GONE}),
    "a png's texts": ("a.png", png_text, {GONE}),
    "a webp's Exif": ("a.webp", webp_exif, {GONE}),
    "the file's own name": (f"{CANARY}.png", lambda: make.picture("PNG"), {FOUND}),
}  # fmt: skip


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
    if GONE in expected:
        assert examined.cleaned
        assert CANARY.encode() not in published(examined.cleaned)
        assert "张某".encode() not in published(examined.cleaned)


def test_there_are_enough_of_them() -> None:
    assert len(HIDDEN) >= 30


def test_a_sheet_that_is_hidden_is_named() -> None:
    _, make_it, _ = HIDDEN["a hidden sheet"]
    assert "工作表“名单”是隐藏的" in examine("a.xlsx", make_it(), Limits()).obstacles[0]


def test_a_photograph_is_upright_and_bare() -> None:
    examined = examine("照片.jpg", make.phone_photo(), Limits())
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
