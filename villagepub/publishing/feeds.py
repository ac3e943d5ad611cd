"""The newest items of a place, for feed readers and other platforms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from villagepub.core import clock
from villagepub.publishing.models import Publication

LENGTH = 50
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Feed:
    """base_url: how the outside reaches this server, without a slash at the end."""

    title: str
    base_url: str
    division: str
    items: Sequence[Publication]
    changed_at: datetime

    def address(self, kind: str) -> str:
        return address(self.base_url, kind, self.division)

    def id_of(self, item: Publication) -> str:
        """What an entry is known by for ever, wherever its page may lie."""
        return f"{self.base_url}/api/v1/public/disclosures/{item.id}"

    def page_of(self, item: Publication) -> str:
        """Where a person reads the item."""
        return f"{self.base_url}/i/{item.id}"


def address(base_url: str, kind: str, division: str) -> str:
    """Where a place's feed is read. kind: atom or json."""
    return f"{base_url}/api/v1/public/feed.{kind}?division={division}"


def atom(feed: Feed) -> bytes:
    """The feed as Atom (RFC 4287), in UTF-8."""
    root = Element("feed", xmlns=ATOM)
    root.set("xml:lang", "zh-CN")
    _child(root, "id", feed.address("atom"))
    _child(root, "title", feed.title)
    _child(root, "updated", _rfc3339(feed.changed_at))
    SubElement(SubElement(root, "author"), "name").text = feed.title
    SubElement(root, "link", rel="self", href=feed.address("atom"))
    for item in feed.items:
        root.append(_entry(feed, item))
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def json_feed(feed: Feed) -> dict[str, Any]:
    """The feed as JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "feed_url": feed.address("json"),
        "language": "zh-CN",
        "items": [
            {
                "id": item.id,
                "url": feed.page_of(item),
                "title": item.title,
                "content_html": item.body,
                "date_published": _rfc3339(item.published_at),
                "tags": [item.entry, item.entry_name, item.village_name],
            }
            for item in feed.items
        ],
    }


def _entry(feed: Feed, item: Publication) -> Element:
    entry = Element("entry")
    _child(entry, "id", feed.id_of(item))
    _child(entry, "title", item.title or "")
    _child(entry, "published", _rfc3339(item.published_at))
    _child(entry, "updated", _rfc3339(item.changed_at))
    SubElement(entry, "link", rel="alternate", type="text/html", href=feed.page_of(item))
    SubElement(entry, "category", term=item.entry, label=item.entry_name)
    content = _child(entry, "content", item.body or "")
    content.set("type", "html")
    return entry


def _child(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = text
    return child


def _rfc3339(instant: datetime) -> str:
    return clock.local(instant).isoformat(timespec="seconds")
