"""The one call: a file in, what it is and what may go out."""

from collections.abc import Iterator
from dataclasses import replace

from villagepub.intake import sandbox
from villagepub.intake.findings import Examined, FileTooLarge, Texts, require_short
from villagepub.intake.kinds import JPEG, PDF, PNG, WEBP, kind_of
from villagepub.intake.limits import Limits
from villagepub.intake.ocr import Reader

_IN_A_PICTURE = "图片中的文字"
_DRAWN = {PDF: f"第 {{}} 页{_IN_A_PICTURE}", WEBP: _IN_A_PICTURE}


def examine(name: str, data: bytes, limits: Limits, reader: Reader | None = None) -> Examined:
    """Open a file as what it is. Nothing of it is kept anywhere.

    reader: reads what has no text, for the screening.
    Raises FileTooLarge, TypeRefused, FileRefused with a sentence for the uploader; Unavailable when too many files
    are being opened at the same time, OcrUnavailable when the reader does not answer.
    """
    if len(data) > limits.size:
        raise FileTooLarge(f"单个附件不能超过 {limits.size >> 20} MB。")
    found = sandbox.open_file(kind_of(name, data), data, limits)
    text = [("文件名", name), *found.text]
    if reader and not found.has_text and found.cleaned:
        text += _read_by(reader, found, limits)
    text = list(dict.fromkeys((place, _sound(each)) for place, each in text))  # nothing is screened twice
    require_short(text, limits)
    return replace(found, text=text)


def is_read_by_a_machine(place: str) -> bool:
    """Whether what stands at a place is seen where there is a reader, and only there."""
    return place.endswith(_IN_A_PICTURE)


def _read_by(reader: Reader, found: Examined, limits: Limits) -> Texts:
    """The reader gets what would be published, and nothing that lay beside it."""
    if found.media_type in (JPEG, PNG):
        return [(_IN_A_PICTURE, reader.text_of(found.cleaned, found.media_type))]
    if found.media_type not in _DRAWN:
        return []
    pages: Iterator[tuple[int, bytes]] = sandbox.drawn(found.media_type, found.cleaned, limits)
    return [(_DRAWN[found.media_type].format(number), reader.text_of(page, JPEG)) for number, page in pages]


def _sound(text: str) -> str:
    """Without what no database takes: half a sign, and the sign of no meaning."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
