"""Where a webhook may lead. What counts is where a spelling leads to, so the system itself reads the numeric ones."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import pytest

from villagepub.channels.addresses import AddressRefused, choose_address, read_target
from villagepub.channels.posting import Courier, Rules, resolve_by_system

PUBLIC = "93.184.216.34"
PRODUCTION = Rules(https_only=True, allowed=())
ANY_SCHEME = Rules(https_only=False, allowed=())

LOOPBACKS = [  # as getaddrinfo reads them, without asking anybody
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",  # noqa: S104  nobody binds to it
    "127.255.255.254",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "localhost",
    "LOCALHOST",
    "127.0.0.1.",
    "localhost.",
]
INSIDE = [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",  # metadata of most clouds
    "100.100.100.200",  # of another
    "100.64.0.1",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "100::1",
    "::ffff:10.0.0.1",
    "not an address",
    "",
]


class Asked:
    """A resolver that says what it is told, and counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.hosts: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.hosts.append(host)
        return self.answers[min(len(self.hosts), len(self.answers)) - 1]


@pytest.mark.parametrize("host", LOOPBACKS)
def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises((AddressRefused, OSError)):  # some systems do not read the old spellings at all
        Courier(_by_system_or_nobody).post(f"http://{host}:9/", b"{}", {}, ANY_SCHEME)


def _by_system_or_nobody(host: str, port: int) -> list[str]:
    """Nothing that the guard lets through may be connected to."""
    found = resolve_by_system(host, port)
    with pytest.raises(AddressRefused):
        choose_address(found, ())
    return found


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("beside", [[], [PUBLIC]], ids=["alone", "beside a public one"])
def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(address: str, beside: list[str]) -> None:
    for found in ([*beside, address], [address, *beside]):
        with pytest.raises(AddressRefused, match="WEBHOOK_NETWORKS"):
            choose_address(found, ())


def test_a_name_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(AddressRefused):
        choose_address([], ())


@pytest.mark.parametrize("address", [PUBLIC, "223.5.5.5", "2400:3200::1", "2606:4700::1111"])
def test_the_public_network_may_be_reached(address: str) -> None:
    assert choose_address([address], ()) == address


def test_the_countys_own_network_may_be_reached_where_the_operator_says_so() -> None:
    allowed = (ip_network("10.20.0.0/16"),)
    assert choose_address(["10.20.3.4"], allowed) == "10.20.3.4"
    for address in ("10.21.0.1", "127.0.0.1", "::ffff:10.20.3.4"):
        with pytest.raises(AddressRefused):
            choose_address([address], allowed)


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.example.gov.cn/hook",
        "ftp://platform.example.gov.cn/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "//platform.example.gov.cn/",
        "https:platform.example.gov.cn",
        "https://",
        "https:///hook",
        "https://user@platform.example.gov.cn/",
        "https://user:password@platform.example.gov.cn/",
        "https://@platform.example.gov.cn/",
        "https://platform.example.gov.cn\\@127.0.0.1/",
        "https://platform.example.gov.cn#@127.0.0.1/",
        "https://platform.example.gov.cn /",
        "https://platform.example.gov.cn/\r\nHost: inside",
        "https://platform.example.gov.cn:0/",
        "https://platform.example.gov.cn:99999/",
        "https://platform.example.gov.cn:port/",
        "https://127。0。0。1/",
        "https://①②⑦.0.0.1/",
        "https://银川.政务/",
        "https://[::1/",
        "https://[::1%25eth0]/",
    ],
)
def test_an_address_that_is_not_plain_https_is_not_even_looked_up(url: str) -> None:
    resolve = Asked([PUBLIC])
    with pytest.raises(AddressRefused):
        Courier(resolve).post(url, b"{}", {}, PRODUCTION)
    assert resolve.hosts == []


def test_the_parts_of_a_plain_address() -> None:
    target = read_target("https://Platform.example.gov.cn:8443/a/b?c=d&e=f", https_only=True)
    assert (target.is_secure, target.host, target.port) == (True, "platform.example.gov.cn", 8443)
    assert target.path == "/a/b?c=d&e=f"
    assert read_target("https://a.example", https_only=True).port == 443


def test_a_name_is_looked_up_once_and_what_was_judged_is_connected_to(receiver: Any) -> None:
    """A name that leads somewhere else at the second look (rebinding) has none."""
    resolve = Asked(["127.0.0.1"], [PUBLIC])
    rules = Rules(https_only=False, allowed=(ip_network("127.0.0.1/32"),))
    url = f"http://platform.example.gov.cn:{receiver.port}/hook"
    assert Courier(resolve).post(url, b"{}", {}, rules) == 204
    assert resolve.hosts == ["platform.example.gov.cn"]
    [received] = receiver.received
    assert received.headers["Host"] == f"platform.example.gov.cn:{receiver.port}"
