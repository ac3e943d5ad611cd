"""What a file is, by its first bytes, whatever its name says."""

from pathlib import PurePosixPath

from villagepub.intake.findings import FileRefused, TypeRefused

_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
DOCX, XLSX = f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"
ENDINGS = {PDF: ("pdf",), DOCX: ("docx",), XLSX: ("xlsx",), JPEG: ("jpg", "jpeg"), PNG: ("png",), WEBP: ("webp",)}
ACCEPTED = "附件只接受 pdf、docx、xlsx、jpg、png、webp 文件。"

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNINGS = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}


def kind_of(name: str, data: bytes) -> str:
    """The media type. Raises TypeRefused for what is not taken, FileRefused when the name says something else."""
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    found = _by_content(data, ending)
    if ending not in ENDINGS[found]:
        raise TypeRefused(f"文件内容是 {ENDINGS[found][0]}，与扩展名不符，请用原来的软件另存后再传。")
    return found


def _by_content(data: bytes, ending: str) -> str:
    if not data:
        raise FileRefused("文件是空的。")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(_ZIP):
        return DOCX if ending == "docx" else XLSX  # which of the two, or neither, the package itself says later
    if data.startswith(_OLE):
        raise TypeRefused("这是旧版或加密的 Office 文件，请去掉密码，另存为 docx 或 xlsx 后再传。")
    for beginning, media_type in _BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    raise TypeRefused(ACCEPTED)
