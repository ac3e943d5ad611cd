"""Files that were made to hurt. What becomes of each stands in one table."""

import resource
import time
from collections.abc import Callable, Iterator
from functools import partial

import pikepdf
import pytest

from tests.intake import make_files as make
from tests.intake.publishing import published
from villagepub.intake.examining import examine
from villagepub.intake.findings import Examined, FileRefused, FileTooLarge, TypeRefused
from villagepub.intake.limits import Limits

LONGEST_SECONDS = 5
MOST_GROWTH = 200 << 20
LIMITS = Limits()

TYPE, MISMATCH = "附件只接受", "与扩展名不符"
DAMAGED, TOO_MUCH, NESTED = "已损坏", "解压后过大", "嵌入了另一个文件"
CLEANED = "cleaned"  # taken, and the canary is nowhere in what the public gets

_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
_BOOK_MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_LINK = '<w:p><w:hyperlink r:id="rId9"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>'
_SCRIPT = f"<script>{make.CANARY}</script>".encode()

HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    # what it is, whatever it is called
    "html as png": ("a.png", lambda: b"<html><script>alert(1)</script>", TYPE),
    "svg": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', TYPE),
    "svg as png": ("a.png", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', TYPE),
    "program as pdf": ("a.pdf", lambda: b"MZ" + bytes(200), TYPE),
    "elf as docx": ("a.docx", lambda: b"\x7fELF" + bytes(200), TYPE),
    "old word": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版或加密"),
    "rich text": ("a.docx", lambda: b"{\\rtf1 {\\object}}", TYPE),
    "gif": ("a.gif", lambda: make.picture("GIF"), TYPE),
    "tiff": ("a.tif", lambda: make.picture("TIFF"), TYPE),
    "bmp as jpg": ("a.jpg", lambda: make.picture("BMP"), TYPE),
    "heic": ("a.jpg", lambda: b"\0\0\0\x18ftypheic" + bytes(100), TYPE),
    "mp4": ("a.mp4", lambda: b"\0\0\0\x18ftypmp42" + bytes(100), TYPE),
    "plain zip": ("a.zip", lambda: make.zipped({"a.txt": "x"}), MISMATCH),
    "plain zip as docx": ("a.docx", lambda: make.zipped({"a.txt": "x"}), DAMAGED),
    "plain zip as xlsx": ("a.xlsx", lambda: make.zipped({"a.txt": "x"}), DAMAGED),
    "book as docx": ("a.docx", make.xlsx, "不是 Word 文档"),
    "document as xlsx": ("a.xlsx", make.docx, "不是 Excel 工作簿"),
    "pdf as jpg": ("a.jpg", make.pdf, MISMATCH),
    "png as pdf": ("a.pdf", lambda: make.picture("PNG"), MISMATCH),
    "two endings": ("a.pdf.exe", make.pdf, MISMATCH),
    "no ending": ("pdf", make.pdf, MISMATCH),
    "empty": ("a.pdf", lambda: b"", "文件是空的"),
    "eicar": ("a.pdf", lambda: _EICAR, TYPE),
    "html behind a jpeg's beginning": ("a.jpg", lambda: b"\xff\xd8\xff\xe0<html><script>", DAMAGED),
    "script behind a jpeg": ("a.jpg", lambda: make.picture() + _SCRIPT, CLEANED),
    "script behind a png": ("a.png", lambda: make.picture("PNG") + _SCRIPT, CLEANED),
    "zip behind a png": ("a.png", lambda: make.picture("PNG") + make.zipped({make.CANARY: "x"}), CLEANED),
    "script in a jpeg's comment": ("a.jpg", lambda: make.jpeg_with(0xFE, _SCRIPT), CLEANED),
    "script before a document": ("a.docx", lambda: _SCRIPT + make.docx(), TYPE),
    "zip behind a pdf": ("a.pdf", lambda: make.pdf() + make.zipped({make.CANARY: "x"}), CLEANED),
    # pictures
    "400 megapixels": ("a.png", lambda: make.png_of(20_000, 20_000), "像素过多"),
    "a png that says 3600 megapixels": ("a.png", lambda: make.png_of(60_000, 60_000, b"x"), "像素过多"),
    "a jpeg that says 4000 megapixels": ("a.jpg", lambda: make.jpeg_of(65_000, 65_000), "像素过多"),
    "a strip of one pixel": ("a.png", lambda: make.png_of(65_000_000, 1, b"x"), "像素过多"),
    "half a jpeg": ("a.jpg", lambda: make.picture()[:900], DAMAGED),
    "half a png": ("a.png", lambda: make.picture("PNG")[:200], DAMAGED),
    "half a webp": ("a.webp", lambda: make.picture("WEBP")[:60], DAMAGED),
    "a png of no size": ("a.png", lambda: make.png_of(0, 0), DAMAGED),
    "a text bomb in a png": (
        "a.png",
        lambda: make.png_with(b"zTXt", b"k\0\0" + make.zlib.compress(bytes(200 << 20), 9)),
        DAMAGED,
    ),
    "100,000 chunks": (
        "a.png",
        lambda: (
            make.png_with(b"tEXt", b"k\0v").replace(b"IDAT", b"IDAT", 1)[:33]
            + make.png_chunk(b"tEXt", b"k\0v") * 100_000
            + make.picture("PNG")[33:]
        ),
        CLEANED,
    ),
    "a broken profile": ("a.jpg", lambda: make.jpeg_with(0xE2, b"ICC_PROFILE\0\1\1" + b"\xff" * 500), CLEANED),
    # archives
    "150 MB of nothing": ("a.docx", lambda: make.with_entry("word/media/a.png", bytes(150 << 20)), TOO_MUCH),
    "150 MB that say 1 kB": ("a.docx", make.lying_about_size, DAMAGED),
    "many small bombs": (
        "a.docx",
        lambda: make.docx(parts={f"word/media/{n}.png": bytes(2 << 20) for n in range(60)}),
        TOO_MUCH,
    ),
    "overlapping entries": ("a.docx", make.overlapping, DAMAGED),
    "a zip in the document": ("a.docx", lambda: make.with_entry("word/media/a.png", make.docx()), NESTED),
    "a zip in a zip in a book": (
        "a.xlsx",
        lambda: make.with_entry("xl/media/a.bin", make.zipped({"b.zip": make.docx()}), make.xlsx()),
        NESTED,
    ),
    "gzip inside": ("a.docx", lambda: make.with_entry("word/media/a.emz", b"\x1f\x8b\x08" + bytes(90)), NESTED),
    "100,000 entries": ("a.docx", lambda: make.many_entries(100_000), TOO_MUCH),
    "2,001 entries": ("a.docx", lambda: make.many_entries(2_001), TOO_MUCH),
    "dots in a name": ("a.docx", lambda: make.with_entry("word/../../../etc/cron.d/x"), DAMAGED),
    "an absolute name": ("a.docx", lambda: make.with_entry("/etc/passwd"), DAMAGED),
    "a name with backslashes": ("a.docx", lambda: make.with_entry("..\\..\\x.xml"), DAMAGED),
    "a name on a drive": ("a.docx", lambda: make.with_entry("C:/x.xml"), DAMAGED),
    "a name with a line break": ("a.docx", lambda: make.with_entry("word/a\nb.xml"), DAMAGED),
    "a symbolic link": (
        "a.docx",
        lambda: make.with_entry("word/media/a.png", b"/etc/passwd", external_attr=0o120777 << 16),
        DAMAGED,
    ),
    "a name twice": ("a.docx", lambda: make.with_entry("WORD/document.xml", b"<x/>"), DAMAGED),
    "an encrypted entry": ("a.docx", make.flagged_as_encrypted, DAMAGED),
    "an unusual method": ("a.docx", lambda: make.with_entry("word/media/a.png", method=make.zipfile.ZIP_LZMA), DAMAGED),
    "a wrong checksum": ("a.docx", make.wrong_checksum, DAMAGED),
    "half an archive": ("a.docx", lambda: make.docx()[:300], DAMAGED),
    # XML
    "a billion laughs": ("a.docx", lambda: make.docx_with(word__document_DOT_xml=make.BILLION), DAMAGED),
    "laughs in a book": (
        "a.xlsx",
        lambda: make.xlsx(parts={"xl/sharedStrings.xml": make.BILLION}),
        DAMAGED,
    ),
    "laughs in UTF-16": (
        "a.docx",
        lambda: make.docx_with(word__document_DOT_xml=make.BILLION.encode("utf-16")),
        DAMAGED,
    ),
    "one long entity": (
        "a.docx",
        lambda: make.stored_docx(parts={"word/document.xml": make.QUADRATIC}),
        DAMAGED,
    ),
    "an entity from a file": ("a.docx", lambda: make.docx_with(word__document_DOT_xml=make.EXTERNAL), DAMAGED),
    "laughs in the properties": ("a.docx", lambda: make.docx_with(docProps__core_DOT_xml=make.BILLION), DAMAGED),
    "100,000 levels": (
        "a.docx",
        lambda: make.stored_docx("<w:p>" * 100_000 + "</w:p>" * 100_000),
        DAMAGED,
    ),
    "not XML": ("a.docx", lambda: make.docx_with(word__document_DOT_xml="<w:document><open>"), DAMAGED),
    "a cell at the end of the world": (
        "a.xlsx",
        lambda: make.xlsx('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'),
        CLEANED,
    ),
    "a shared text that is not there": (
        "a.xlsx",
        lambda: make.xlsx('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>'),
        CLEANED,
    ),
    # Office
    "declared with macros": ("a.docx", lambda: make.docx(main=_MACRO), "宏"),
    "a book with macros": ("a.xlsx", lambda: make.xlsx(main=_BOOK_MACRO), "宏"),
    "a macro part": ("a.docx", lambda: make.with_entry("word/vbaProject.bin"), "宏"),
    "a macro sheet": ("a.xlsx", lambda: make.with_entry("xl/macrosheets/sheet1.xml", b"<x/>", make.xlsx()), "宏"),
    "a control": ("a.docx", lambda: make.with_entry("word/activeX/activeX1.xml", b"<x/>"), "宏"),
    "an object": ("a.docx", lambda: make.with_entry("word/embeddings/o.bin", b"\xd0\xcf\x11\xe0" + bytes(99)), NESTED),
    "a web page inside": ("a.docx", lambda: make.with_entry("word/afchunk.htm", b"<html>"), "不能公开的部件"),
    "a block of another format": ("a.docx", lambda: make.docx('<w:altChunk r:id="rId9"/>'), "其他格式的片段"),
    "a field that runs a program": (
        "a.docx",
        lambda: make.docx("<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>"),
        "引用其他文件的域",
    ),
    "a template from afar": ("a.docx", lambda: make.docx_linked("attachedTemplate", f"http://{make.CANARY}/"), CLEANED),
    "a picture from afar": ("a.docx", lambda: make.docx_linked("image", "http://a.example/x.png"), "外部的文件"),
    "a script behind a link": (
        "a.docx",
        lambda: make.docx_linked("hyperlink", f"javascript:{make.CANARY}", _LINK),
        CLEANED,
    ),
    "a share behind a link": ("a.docx", lambda: make.docx_linked("hyperlink", f"\\\\{make.CANARY}\\x", _LINK), CLEANED),
    "a book behind the book": (
        "a.xlsx",
        lambda: make.with_entry("xl/externalLinks/externalLink1.xml", b"<x/>", make.xlsx()),
        "引用了其他工作簿",
    ),
    # PDF
    "a locked pdf": ("a.pdf", make.encrypted, "密码"),
    "half a pdf": ("a.pdf", lambda: make.pdf()[:150], "无法打开"),
    "no page": ("a.pdf", partial(make.pdf, pages=0), "页"),
    "1,001 pages": ("a.pdf", partial(make.pdf, pages=1_001), "1000 页"),
    "pages in a circle": ("a.pdf", partial(make.pdf, change=make.endless_pages), "无法打开"),
    "a page of 280 MB": ("a.pdf", partial(make.pdf, change=make.content_bomb), TOO_MUCH),
    "a script in a pdf": ("a.pdf", partial(make.pdf, change=make.javascript), CLEANED),
    "a program in a pdf": ("a.pdf", partial(make.pdf, change=make.attach_file), CLEANED),
    "a pdf that starts a program": ("a.pdf", partial(make.pdf, change=make.launch), CLEANED),
    "a script behind a pdf's link": (
        "a.pdf",
        partial(make.pdf, change=make.on_link(pikepdf.Dictionary(S=pikepdf.Name.URI, URI=f"javascript:{make.CANARY}"))),
        CLEANED,
    ),
}


@pytest.fixture(scope="module")
def memory() -> Iterator[None]:
    """What the process of the tests itself grows by, over all of them: it stands for the server's."""
    before = _resident()
    yield
    assert _resident() - before < MOST_GROWTH


def _resident() -> int:
    with open("/proc/self/statm") as file:  # noqa: PTH123  it is no file of ours
        return int(file.read().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.usefixtures("memory")
def test_what_was_made_to_hurt(case: str) -> None:
    name, make_it, expected = HOSTILE[case]
    data = make_it()
    began = time.monotonic()
    outcome = outcome_of(name, data)
    assert time.monotonic() - began < LONGEST_SECONDS
    if expected != CLEANED:
        assert isinstance(outcome, str), outcome
        assert expected in outcome
    else:
        assert isinstance(outcome, Examined), outcome
        assert make.CANARY.encode() not in published(outcome.cleaned)


def outcome_of(name: str, data: bytes) -> Examined | str:
    """What was examined, or the sentence that refuses it."""
    try:
        found = examine(name, data, LIMITS)
    except FileRefused as refused:
        return refused.sentence
    return "；".join(found.obstacles) or found


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 60


def test_what_is_too_long_is_not_opened() -> None:
    with pytest.raises(FileTooLarge, match="20 MB"):
        examine("a.pdf", bytes((20 << 20) + 1), LIMITS)


def test_what_is_not_taken_is_answered_with_the_list() -> None:
    with pytest.raises(TypeRefused, match="pdf、docx、xlsx、jpg、png、webp"):
        examine("a.html", b"<html>", LIMITS)


@pytest.mark.parametrize("limits", [Limits(memory=80 << 20), Limits(cpu_seconds=1), Limits(seconds=1)])
def test_a_child_that_takes_too_much_is_stopped(limits: Limits) -> None:
    with pytest.raises(FileRefused, match="内存或时间"):
        examine("a.xlsx", make.xlsx("".join(make.row(number, *"ABCDEFGH") for number in range(1, 60_000))), limits)
