"""Where files are kept, as the settings say it, and what makes that nonsense."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

ADDRESSING_STYLES = ("auto", "path", "virtual")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)*/?")


@dataclass(frozen=True)
class Place:
    """Where files are kept: ``file:///folder`` or ``s3://bucket/prefix``, and how an S3 store is reached."""

    url: str
    s3_endpoint_url: str = ""
    s3_region: str = ""
    s3_addressing_style: str = "auto"


def faults_of_place(place: Place) -> list[tuple[str, str]]:
    """What is wrong, as (variable, sentence)."""
    parts = urlsplit(place.url)
    if parts.scheme == "file":
        return [] if place.url.startswith("file:///") else [("STORAGE_URL", "须以 file:/// 开头，后接文件夹的全路径")]
    if parts.scheme != "s3":
        return [("STORAGE_URL", "须是 file:///… 或 s3://存储桶/前缀")]
    faults = []
    if not _BUCKET.fullmatch(parts.netloc) or not _PREFIX.fullmatch(parts.path) or parts.query or parts.fragment:
        faults.append(("STORAGE_URL", "须写成 s3://存储桶/前缀，只用小写字母、数字、点和短横；密钥不写在这里"))
    return faults + _faults_of_s3(place)


def _faults_of_s3(place: Place) -> list[tuple[str, str]]:
    faults = []
    endpoint = urlsplit(place.s3_endpoint_url)
    is_plain = not (endpoint.username or endpoint.query or endpoint.fragment) and endpoint.path in ("", "/")
    if place.s3_endpoint_url and not (endpoint.scheme in ("http", "https") and endpoint.hostname and is_plain):
        faults.append(("S3_ENDPOINT_URL", "须写成 https://主机 或 https://主机:端口，其后不带路径和密钥"))
    if not re.fullmatch(r"[a-z0-9-]{1,40}", place.s3_region):
        faults.append(("S3_REGION", "须填存储所在的区域，例如 cn-north-1；自建的存储一般填 us-east-1"))
    if place.s3_addressing_style not in ADDRESSING_STYLES:
        faults.append(("S3_ADDRESSING_STYLE", f"须是 {'、'.join(ADDRESSING_STYLES)} 之一"))
    return faults
