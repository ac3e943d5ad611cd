"""Pages drawn: those that are only pictures for a machine to read, any of them for people to see."""

import io
from collections.abc import Iterator

import pypdfium2
from PIL import Image

from villagepub.intake import pdf
from villagepub.intake.findings import FileRefused
from villagepub.intake.kinds import PDF
from villagepub.intake.limits import Limits

JPEG_QUALITY = 85
_SCALE = 200 / 72  # 200 dots to an inch: what readers of print are trained on
_LONGEST_SIDE = 3_000
_SEEN_SCALE, _SEEN_SIDE = 120 / 72, 2_000  # sharp on a screen, and read off it without zooming
_TOO_MANY = "PDF 里没有文字的页超过 {0} 页，无法逐页识别文字，请分成几个文件，每个不超过 {0} 页。"


def drawn(media_type: str, data: bytes, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """(page, JPEG) of every page without text; a picture is its own page 1.

    Raises FileRefused when there are more of them than are read.
    """
    if media_type != PDF:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as picture:
            yield 1, _jpeg(picture)
        return
    with pypdfium2.PdfDocument(data) as document:
        silent = [number for number, text in enumerate(pdf.page_texts(document)) if not pdf.says_something(text)]
        if len(silent) > limits.scans:
            raise FileRefused(_TOO_MANY.format(limits.scans))
        for number in silent:
            page = document[number]
            scale = min(_SCALE, _LONGEST_SIDE / max(page.get_size()))
            yield number + 1, _jpeg(page.render(scale=scale, grayscale=True).to_pil())
            page.close()


def shown(data: bytes, number: int) -> tuple[int, bytes]:
    """How many pages a PDF has, and one of them in colour as a JPEG; empty for a page that it has not."""
    with pypdfium2.PdfDocument(data) as document:
        if not 0 < number <= len(document):
            return len(document), b""
        page = document[number - 1]
        scale = min(_SEEN_SCALE, _SEEN_SIDE / max(page.get_size()))
        stream = io.BytesIO()
        page.render(scale=scale).to_pil().convert("RGB").save(stream, "JPEG", quality=JPEG_QUALITY)
        return len(document), stream.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    paper.convert("L").save(stream, "JPEG", quality=JPEG_QUALITY)
    return stream.getvalue()
