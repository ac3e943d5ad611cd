"""What becomes of published bytes: somebody opens them, somebody else takes them apart."""

import io
import posixpath
import zipfile

import pikepdf
from lxml import etree
from PIL import Image
from python_calamine import CalamineWorkbook


def published(data: bytes) -> bytes:
    """The bytes, and all that is compressed inside them."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [entry.filename.encode() for entry in archive.infolist()]
            return b"\n".join([data, *names, *(archive.read(entry) for entry in archive.infolist())])
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            things = list(document.objects)
            streams = [_inflated(each) for each in things if isinstance(each, pikepdf.Stream)]
            return b"\n".join([data, *streams, *(each.unparse() for each in things)])
    return data


def _inflated(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # a photograph stays as it is
        return stream.read_raw_bytes()


def require_whole(data: bytes) -> None:
    """Fails unless a program that knows nothing of ours opens the file, with all that it says it has."""
    if data.startswith(b"PK"):
        _require_whole_package(data)
    elif data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            assert len(document.pages) > 0
            assert document.check_pdf_syntax() == []
    else:
        with Image.open(io.BytesIO(data)) as shown:
            shown.load()


def _require_whole_package(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(name))
                folder = posixpath.dirname(posixpath.dirname(name))
                for relation in root if name.endswith(".rels") else ():
                    if relation.get("TargetMode") != "External":
                        assert (
                            posixpath.normpath(posixpath.join("/", folder, relation.get("Target"))).lstrip("/") in names
                        )
    if "xl/workbook.xml" in names:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheet_names:
            book.get_sheet_by_name(sheet).to_python()
