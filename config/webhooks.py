"""Networks of the county's own that webhooks may reach, as the settings say them."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network

_NEVER = tuple(
    map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/96", "fe80::/10", "ff00::/8"))
)


def read_networks(text: str) -> tuple[Network, ...]:
    """``10.20.0.0/16,fd00:1::/32``. Raises ValueError for what is no network."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def reaches_this_machine(networks: Iterable[Network]) -> bool:
    """Whether one of them holds this machine itself, its cloud's metadata, or everybody at once."""
    return any(each.version == never.version and each.overlaps(never) for each in networks for never in _NEVER)
