"""Where everything public lies, for search engines: sitemaps as sitemaps.org has them. Pure."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from villagepub.core import clock

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def index(base_url: str, villages: Iterable[str]) -> bytes:
    """The sitemaps of the villages, given by their codes. base_url: without a slash at the end."""
    root = Element("sitemapindex", xmlns=NAMESPACE)
    for code in villages:
        SubElement(SubElement(root, "sitemap"), "loc").text = f"{base_url}/d/{code}/sitemap.xml"
    return _written(root)


def of_village(base_url: str, code: str, items: Iterable[tuple[str, datetime]]) -> bytes:
    """A village's page and its items, given by id and the time of their last change."""
    root = Element("urlset", xmlns=NAMESPACE)
    SubElement(SubElement(root, "url"), "loc").text = f"{base_url}/d/{code}"
    for item, changed_at in items:
        url = SubElement(root, "url")
        SubElement(url, "loc").text = f"{base_url}/i/{item}"
        SubElement(url, "lastmod").text = clock.local(changed_at).isoformat(timespec="seconds")
    return _written(root)


def _written(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
