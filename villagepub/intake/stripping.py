"""Taking what is written beside a picture out of its file, without touching the picture.

For pictures inside documents: a photograph pasted into a report brings its place and camera along.
"""

import struct
from collections.abc import Iterator

from villagepub.intake.findings import FileRefused

_DAMAGED = "文件里有一张图片已损坏，请删去或重新插入后再传。"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"bKGD", b"sBIT"}
_JPEG_KEPT = {0xE0, 0xEE}  # JFIF and Adobe: how the colours are meant
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_SCAN, _END = 0xDA, 0xD9
_CODESTREAM, _TILE, _COMMENT = b"\xff\x4f", b"\xff\x90", b"\xff\x64"  # of JPEG 2000


def stripped_jpeg(data: bytes) -> bytes:
    """Without Exif, XMP, IPTC, comments, profiles and whatever follows the picture. Raises FileRefused."""
    if data[:2] != b"\xff\xd8":
        raise FileRefused(_DAMAGED)
    return b"\xff\xd8" + b"".join(_jpeg_segments(data)) + b"\xff\xd9"


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise FileRefused(_DAMAGED)
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _END:
            return
        if marker in _STANDALONE:
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            end = _end_of_scan(data, end)
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in _JPEG_KEPT:
            yield _without_preview(marker, data[at:end])
        at = end


def _without_preview(marker: int, segment: bytes) -> bytes:
    """JFIF's first fourteen bytes say how the picture is meant; a preview may follow them."""
    if marker != 0xE0:
        return segment
    if segment[4:9] != b"JFIF\0":
        return b""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"


def _end_of_scan(data: bytes, at: int) -> int:
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in _STANDALONE:
            return at
        at += 2
    return len(data)


def stripped_png(data: bytes) -> bytes:
    """Without texts, times, profiles and whatever follows the picture. Raises FileRefused."""
    if not data.startswith(_PNG):
        raise FileRefused(_DAMAGED)
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        chunk = data[at : at + 12 + length]
        if kind in _PNG_KEPT:
            kept.append(chunk)
        at += len(chunk)
        if kind == b"IEND":
            return b"".join(kept)
    raise FileRefused(_DAMAGED)


def stripped_jpeg2000(data: bytes) -> bytes:
    """Without the boxes that hold XML or somebody's own data, and without comments."""
    if data.startswith(_CODESTREAM):
        return _without_comments(data)
    kept, at = [], 0
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + length if length >= 8 else len(data)
        if kind == b"jp2c":
            inner = _without_comments(data[at + (16 if length == 1 else 8) : end])
            kept.append(struct.pack(">I4s", len(inner) + 8, kind) + inner)
        elif kind not in (b"xml ", b"uuid", b"uinf"):
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _without_comments(data: bytes) -> bytes:
    """A codestream's head is a row of segments, until the first tile."""
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at : at + 2] != _TILE:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 2] != _COMMENT:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])
