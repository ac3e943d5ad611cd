"""Where the virus scanner listens, as the settings say it."""

from urllib.parse import urlsplit


def faults_of_scanner(url: str) -> list[tuple[str, str]]:
    """What is wrong, as (variable, sentence). Empty means that there is no scanner."""
    parts = urlsplit(url)
    try:
        tcp = parts.scheme == "tcp" and bool(parts.hostname and parts.port) and not parts.path.strip("/")
    except ValueError:  # a port that is none
        tcp = False
    local = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    return [] if not url or tcp or local else [("CLAMD_URL", "须写成 tcp://主机:端口 或 unix:///套接字的全路径")]
