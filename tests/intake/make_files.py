"""Files for the tests, made when they are needed: plain ones, hostile ones, ones that hide something."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
from PIL import Image

CANARY = "11010119900307731X"  # stands for what must not get out
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


def phone_photo() -> bytes:
    """As a telephone takes it: lying on its side, with place, time, maker and serial number."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    exif[0x010F], exif[0x0110], exif[0x9286] = "Huawei", "P60", CANARY
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-8675309"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 16.0, 21.12), 3: "E", 4: (106.0, 20.0, 13.2), 29: "2023:11:06"})
    return picture("JPEG", (1600, 1200), exif=exif, comment=CANARY.encode())


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
