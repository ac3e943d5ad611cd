"""Where a webhook may lead: to servers of the public network, never back into our own. Pure.

An administrator writes the address, and the program goes there from inside the network of the county, so it could be
made to knock on doors that the administrator cannot reach (server-side request forgery, OWASP API7:2023). So what
counts is the address that is connected to, not how it is spelled: it is looked up once, judged, and connected to.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

_PLAIN = re.compile(r"[!-~]+")  # ASCII without blanks
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
# The networks that IANA's registries of special addresses keep from the public; Python's own list changes.
_SPECIAL = tuple(
    IPv4Network(network)
    for network in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    ]
)
_UNICAST = IPv6Network("2000::/3")  # what is given out of IPv6; mapped, translated and local addresses lie elsewhere
# Of these some carry IPv4 addresses inside, and some are for examples.
_CARRIERS = tuple(map(IPv6Network, ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20")))
_PORTS = {"https": 443, "http": 80}


class AddressRefused(Exception):
    """The sentence says why, and can be shown."""


@dataclass(frozen=True)
class Target:
    """path: with the query."""

    is_secure: bool
    host: str
    port: int
    path: str


def read_target(url: str, *, https_only: bool) -> Target:
    """Raises AddressRefused for an address that could be read in two ways, or is not of https where it has to be."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("网址无法识别，请核对。") from None
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or (https_only and parts.scheme != "https"):
        raise AddressRefused("须是以 https:// 开头的网址。")
    if not _PLAIN.fullmatch(url) or "\\" in url or not _HOST.fullmatch(host) or port == 0:
        raise AddressRefused("网址无法识别：只能用 ASCII 字符，中文域名请写成 xn-- 的形式。")
    if "@" in parts.netloc or "#" in url:
        raise AddressRefused("网址中不能有用户名、密码或 # 后的部分。")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


def choose_address(found: Sequence[str], allowed: Sequence[Network]) -> str:
    """The one to connect to, of those that a name leads to.

    allowed: networks of the county's own that may be reached besides the public one.
    Raises AddressRefused when there is none or when any of them may not be reached: a mixed answer is an attack.
    """
    if not found or not all(_may_be_reached(address, allowed) for address in found):
        raise AddressRefused("网址指向内部网络或保留地址，没有发送。确属本县内网的，请运维人员设置 WEBHOOK_NETWORKS。")
    return found[0]


def _may_be_reached(text: str, allowed: Sequence[Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if any(address in network for network in allowed):
        return True
    if isinstance(address, IPv6Address):
        return address in _UNICAST and not any(address in network for network in _CARRIERS)
    return not any(address in network for network in _SPECIAL)
