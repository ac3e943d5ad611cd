"""Opening a zip that may have been made to hurt: everything is counted as it comes out, nothing is believed."""

import io
import stat
import struct
import zipfile
import zlib

from villagepub.intake.findings import FileRefused
from villagepub.intake.limits import Limits

_PIECE = 1 << 16
_DAMAGED = "文件已损坏，请用原来的软件打开后另存再传。"
_TOO_MUCH = "文件解压后过大，请删去多余的内容或图片后另存再传。"
_NESTED = "文件里嵌入了另一个文件（{}），请删去嵌入的对象，或改为图片、表格后再传。"
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"BZh",
    b"\xfd7zXZ",
)
_LOCAL_HEADER = 30
_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error)


def unpacked(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The entries by name. Raises FileRefused."""
    room = min(limits.inflated, limits.ratio * len(data))
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, data, limits)
            for entry in entries:
                if not entry.is_dir():
                    parts[entry.filename] = _inflated(archive, entry, room)
                    room -= len(parts[entry.filename])
    except _ERRORS as error:
        raise FileRefused(_DAMAGED) from error
    return parts


def _check_entries(entries: list[zipfile.ZipInfo], data: bytes, limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise FileRefused(_TOO_MUCH)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise FileRefused(_DAMAGED)
    for entry in entries:
        if not _is_plain(entry):
            raise FileRefused(_DAMAGED)
    _check_overlaps(entries, data)


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """A name that stays inside, an ordinary file, a usual method, no password."""
    name = entry.orig_filename
    parts = name.rstrip("/").split("/")
    inside = not any(part in ("", ".", "..") for part in parts) and "\\" not in name and ":" not in name
    mode = entry.external_attr >> 16
    ordinary = stat.S_IFMT(mode) in (0, stat.S_IFREG, stat.S_IFDIR)
    usual = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not entry.flag_bits & 1
    return inside and name.isprintable() and ordinary and usual


def _check_overlaps(entries: list[zipfile.ZipInfo], data: bytes) -> None:
    """No byte of the file belongs to two entries."""
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise FileRefused(_DAMAGED)
        name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
        end = entry.header_offset + _LOCAL_HEADER + name + extra + entry.compress_size
    if end > len(data):
        raise FileRefused(_DAMAGED)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    pieces = []
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise FileRefused(_TOO_MUCH)
            pieces.append(piece)
    content = b"".join(pieces)
    if content.startswith(_ARCHIVES):
        raise FileRefused(_NESTED.format(entry.filename.rpartition("/")[2]))
    return content
