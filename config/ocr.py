"""Where pictures are read by a machine, as the settings say it."""

from urllib.parse import urlsplit


def faults_of_ocr(url: str) -> list[tuple[str, str]]:
    """What is wrong, as (variable, sentence). Empty means that no machine reads."""
    if not url:
        return []
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half an IPv6 address
        known = False
    if known and url.isascii() and url.isprintable() and " " not in url and not (parts.username or parts.fragment):
        return []
    return [("OCR_URL", "须写成 http://主机[:端口]/路径 或 https://…，其中不带用户名和密码")]
