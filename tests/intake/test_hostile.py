"""Files that were made to hurt. What becomes of each stands in one table."""

import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pikepdf
import pytest

from config.base import PROJECT
from tests.intake import make_files as make
from tests.intake.publishing import published, require_whole
from villagepub.intake.examining import examine
from villagepub.intake.findings import Examined, FileRefused, FileTooLarge, TypeRefused
from villagepub.intake.limits import Limits

LONGEST_SECONDS = 7  # of a processor: how long it takes by the clock depends on who else is busy
MOST_GROWTH = 200 << 20
LIMITS = Limits()

TYPE, MISMATCH = "附件只接受", "与扩展名不符"
DAMAGED, TOO_MUCH, NESTED = "已损坏", "解压后过大", "嵌入了另一个文件"
CLEANED = "cleaned"  # taken, and the canary is nowhere in what the public gets

_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
_BOOK_MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_LINK = '<w:p><w:hyperlink r:id="rId9"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>'
_CANARY = make.CANARY.encode()
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
        DAMAGED,
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
    # two things at once, and things inside things
    "a gif and a jar at once": (
        "a.png",
        lambda: make.picture("GIF") + make.zipped({"META-INF/MANIFEST.MF": "x"}),
        TYPE,
    ),
    "a jpeg and a jar at once": ("a.jpg", lambda: make.picture() + make.zipped({make.CANARY: "x"}), CLEANED),
    "a jpeg called docx": ("a.docx", lambda: make.picture() + make.docx(), MISMATCH),
    "a pdf behind a page": ("a.pdf", lambda: b"<html>" + make.pdf(), TYPE),
    "a pdf and a document at once": ("a.docx", lambda: make.pdf() + make.docx(), MISMATCH),
    "a script in a png's end": ("a.png", lambda: make.picture("PNG")[:-12] + make.png_chunk(b"IEND", _SCRIPT), CLEANED),
    "a picture that moves": ("a.webp", partial(make.moving, "WEBP"), "会动的图片"),
    "a png that moves": ("a.png", partial(make.moving, "PNG"), "会动的图片"),
    "a telephone's two pictures": ("a.jpg", partial(make.moving, "MPO"), CLEANED),
    "four inks": ("a.jpg", partial(make.in_mode, "CMYK", "JPEG"), CLEANED),
    "sixteen bits": ("a.png", partial(make.in_mode, "I;16", "PNG"), CLEANED),
    "a palette": ("a.png", partial(make.in_mode, "P", "PNG"), CLEANED),
    "an international text bomb": (
        "a.png",
        lambda: make.png_with(b"iTXt", b"k\0\1\0\0\0" + make.zlib.compress(bytes(200 << 20), 9)),
        DAMAGED,
    ),
    "a profile bomb": (
        "a.png",
        lambda: make.png_with(b"iCCP", b"k\0\0" + make.zlib.compress(bytes(200 << 20), 9)),
        DAMAGED,
    ),
    "a profile of 15 MB": ("a.jpg", make.huge_profile, CLEANED),
    "a data bomb in a png": (
        "a.png",
        lambda: make.png_of(8, 8, make.zlib.compress(bytes(200 << 20), 9)),
        CLEANED,
    ),
    "a comment in every segment": ("a.jpg", partial(make.jpeg_comments, 200_000), CLEANED),
    # archives as others write them, and as nobody should
    "written to a pipe": ("a.docx", make.streamed, CLEANED),
    "64-bit": ("a.docx", make.zip64, CLEANED),
    "just under the ratio": ("a.docx", partial(make.of_ratio, 90), CLEANED),
    "just over the ratio": ("a.docx", partial(make.of_ratio, 130), TOO_MUCH),
    "the same name twice": ("a.docx", make.same_name_twice, DAMAGED),
    "a directory that lies about where it is": ("a.docx", make.wrong_directory, DAMAGED),
    "another name in the entry": ("a.docx", make.two_names, DAMAGED),
    "a comment of 64 kB": ("a.docx", lambda: make.commented(make.docx()), CLEANED),
    "data in extra fields": (
        "a.docx",
        lambda: make.with_entry("word/media/x.bmp", extra=b"\x99\x99\x12\0" + _CANARY),
        CLEANED,
    ),
    # XML in disguise
    "laughs in UTF-7": ("a.docx", partial(make.docx_in, "UTF-7"), DAMAGED),
    "laughs in UTF-16 without a mark": ("a.docx", partial(make.docx_in, "UTF-16LE"), DAMAGED),
    "laughs in UTF-32": ("a.docx", partial(make.docx_in, "UTF-32"), DAMAGED),
    "laughs in EBCDIC": ("a.docx", partial(make.docx_in, "cp037"), DAMAGED),
    "laughs in a part nobody reads": (
        "a.docx",
        lambda: make.docx_with(word__theme__theme1_DOT_xml=make.BILLION),
        DAMAGED,
    ),
    "laughs in a relation": ("a.docx", lambda: make.docx_with(_rels___DOT_rels=make.BILLION), DAMAGED),
    "laughs in the types": ("a.docx", lambda: make.docx(parts={"[Content_Types].xml": make.BILLION}), DAMAGED),
    "100,000 levels of a sheet": (
        "a.xlsx",
        lambda: make.zipped(make.xlsx_parts("<row>" * 100_000 + "</row>" * 100_000), make.zipfile.ZIP_STORED),
        DAMAGED,
    ),
    "a text shown 100,000 times": ("a.xlsx", make.one_text_everywhere, "内存或时间"),
    "a million shared texts": ("a.xlsx", partial(make.many_texts, 1_000_000), TOO_MUCH),
    # Office that reaches out
    "the settings' template from afar": ("a.docx", make.remote_template, CLEANED),
    "a document within": ("a.docx", lambda: make.docx_linked("subDocument", "http://a.example/b.docx"), "外部的文件"),
    "a frame from afar": ("a.docx", lambda: make.docx_linked("frame", "http://a.example/"), "外部的文件"),
    "an object from afar": ("a.docx", lambda: make.docx_linked("oleObject", "file:///x.doc"), "外部的文件"),
    "a page to be merged": (
        "a.docx",
        lambda: make.docx('<w:altChunk r:id="rId9"/>', parts={"word/chunk.mht": b"MIME-Version: 1.0"}),
        "不能公开的部件",
    ),
    "a field in pieces": ("a.docx", lambda: make.docx(make.field("DD", "E", "AUTO c:\\cmd.exe")), "引用其他文件的域"),
    "a field made by a field": (
        "a.docx",
        lambda: make.docx(make.field(make.field("QUOTE 68 68 69 65 85 84 79"), " c:\\cmd.exe")),
        "引用其他文件的域",
    ),
    "a field that leads to a share": (
        "a.docx",
        lambda: make.docx(make.field('HYPERLINK "\\\\a.example\\x"')),
        "引用其他文件的域",
    ),
    "a field that leads to a page": ("a.docx", lambda: make.docx(make.field('HYPERLINK "http://a.example/"')), CLEANED),
    "a field that leads to a chapter": ("a.docx", lambda: make.docx(make.field('HYPERLINK \\l "_Toc1"')), CLEANED),
    "a theme that is the document": ("a.docx", make.disguised_main, "不是 Word 文档"),
    "two documents in one": ("a.docx", make.two_mains, "不是 Word 文档"),
    "a connection": ("a.xlsx", lambda: make.with_entry("xl/connections.xml", b"<x/>", make.xlsx()), "连接着外部数据"),
    "a query": ("a.xlsx", lambda: make.with_entry("xl/queryTables/q1.xml", b"<x/>", make.xlsx()), "连接着外部数据"),
    "a formula that asks the web": ("a.xlsx", partial(make.formula, 'WEBSERVICE("http://a.example/")'), "外部数据"),
    "a formula that starts a program": ("a.xlsx", partial(make.formula, "cmd|'/C calc'!A0"), "其他程序"),
    "a name that runs by itself": (
        "a.xlsx",
        lambda: make.xlsx(after='<definedNames><definedName name="_xlnm.Auto_Open">A1</definedName></definedNames>'),
        "其他程序",
    ),
    # PDF
    "a form with a script": ("a.pdf", partial(make.pdf, change=make.xfa_script), CLEANED),
    "a file behind a pin": ("a.pdf", partial(make.pdf, change=make.pinned_file), CLEANED),
    "a film that starts a program": ("a.pdf", partial(make.pdf, change=make.screen), CLEANED),
    "a button that sends the form": ("a.pdf", partial(make.pdf, change=make.submit_button), CLEANED),
    "a link into another pdf": (
        "a.pdf",
        partial(make.pdf, change=make.on_link(pikepdf.Dictionary(S=pikepdf.Name.GoToR, F=f"//{make.CANARY}/a.pdf"))),
        CLEANED,
    ),
    "an object stream in itself": ("a.pdf", make.object_stream_in_itself, "PDF"),
    "a table that leads to itself": ("a.pdf", make.table_in_circles, CLEANED),
    "10^6 pages that are not there": ("a.pdf", partial(make.pdf, change=make.count_of_pages), CLEANED),
    "10^6 times the same page": ("a.pdf", make.same_page(1_000_000), "无法打开"),
    "2^30 pages": ("a.pdf", partial(make.pdf, change=make.doubling_pages), "无法打开"),
    "a page as big as a country": ("a.pdf", partial(make.pdf, change=make.paper(0, 0, 1e9, 1e9)), "大小不正常"),
    "a page of no size": ("a.pdf", partial(make.pdf, change=make.paper(0, 0, 0, 0)), "大小不正常"),
    "a page of no numbers": ("a.pdf", partial(make.pdf, change=make.no_paper), CLEANED),
    "a picture of 10^10 points in a pdf": ("a.pdf", partial(make.pdf, change=make.flood), TOO_MUCH),
    "a page folded twice": ("a.pdf", partial(make.pdf, change=make.folded_twice), "PDF"),
    "a page that says it is a picture": ("a.pdf", partial(make.pdf, change=make.page_as_picture), TOO_MUCH),
    "a drawing that draws itself": ("a.pdf", partial(make.pdf, change=make.drawing_itself), CLEANED),
    "10^10 drawings": ("a.pdf", partial(make.pdf, change=make.drawings_of_drawings), "内存或时间"),
    "brackets 100,000 deep": ("a.pdf", make.deep_brackets, "PDF"),
    "a font that means everything": ("a.pdf", partial(make.pdf, change=make.endless_font), CLEANED),
    "50,000 remarks": ("a.pdf", partial(make.pdf, change=make.many_remarks), CLEANED),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", HOSTILE)
def test_what_was_made_to_hurt(case: str) -> None:
    name, make_it, expected = HOSTILE[case]
    data = make_it()
    before = seconds_of_children()
    outcome = outcome_of(name, data)
    assert seconds_of_children() - before < LONGEST_SECONDS
    if expected != CLEANED:
        assert isinstance(outcome, str), outcome
        assert expected in outcome
    else:
        assert isinstance(outcome, Examined), outcome
        assert make.CANARY.encode() not in published(outcome.cleaned)
        require_whole(outcome.cleaned)


EXAMINE_ALL = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from villagepub.intake.examining import examine
from villagepub.intake.findings import FileRefused
from villagepub.intake.limits import Limits

def peak():
    status = Path("/proc/self/status").read_text()  # getrusage would count what the parent had before
    return int(status.partition("VmHWM:")[2].split()[0]) << 10

def outcome(folder):
    file = next(folder.iterdir())
    try:
        return bool(examine(file.name, file.read_bytes(), Limits()).cleaned)
    except FileRefused:
        return False

before = peak()
with ThreadPoolExecutor(4) as threads:
    outcomes = list(threads.map(outcome, Path(sys.argv[1]).iterdir()))
print(len(outcomes), peak() - before)
"""


@pytest.mark.slow
def test_the_server_stays_small_whatever_comes(tmp_path: Path) -> None:
    """All of them in one process that does nothing else, four at a time; what counts is its peak."""
    for number, (name, make_it, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / name).write_bytes(make_it())
    done = subprocess.run(
        [sys.executable, "-c", EXAMINE_ALL, tmp_path], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    count, growth = map(int, done.stdout.split())
    assert count == len(HOSTILE)
    assert growth < MOST_GROWTH, f"{growth >> 20} MB"


def seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def outcome_of(name: str, data: bytes) -> Examined | str:
    """What was examined, or the sentence that refuses it."""
    try:
        found = examine(name, data, LIMITS)
    except FileRefused as refused:
        return refused.sentence
    return "；".join(found.obstacles) or found


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 150


def test_what_is_too_long_is_not_opened() -> None:
    with pytest.raises(FileTooLarge, match="20 MB"):
        examine("a.pdf", bytes((20 << 20) + 1), LIMITS)


def test_what_is_not_taken_is_answered_with_the_list() -> None:
    with pytest.raises(TypeRefused, match="pdf、docx、xlsx、jpg、png、webp"):
        examine("a.html", b"<html>", LIMITS)


@pytest.mark.slow
@pytest.mark.parametrize("limits", [Limits(memory=80 << 20), Limits(cpu_seconds=1), Limits(seconds=1)])
def test_a_child_that_takes_too_much_is_stopped(limits: Limits) -> None:
    with pytest.raises(FileRefused, match="内存或时间"):
        examine("a.xlsx", make.xlsx("".join(make.row(number, *"ABCDEFGH") for number in range(1, 60_000))), limits)
